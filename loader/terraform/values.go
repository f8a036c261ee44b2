package terraform

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func (b body) problem(severity model.Severity, rule, format string, args ...any) {
	b.diagnostics = append(b.diagnostics, model.Diagnostic{Severity: severity, Rule: rule, Resource: b.r.id(),
		Summary: b.r.address + " " + fmt.Sprintf(format, args...), Provenance: b.r.place})
}

// mistyped reports an attribute of a type that the provider does not write.
func (b body) mistyped(name, want string) {
	b.builder.diagnostics = append(b.builder.diagnostics, model.Diagnostic{Severity: model.Error, Resource: b.r.id(), Provenance: b.r.place,
		Summary: fmt.Sprintf("%s %s%s: expected %s", b.r.address, b.path, name, want)})
}

// str reads a string; empty where it is unset or unknown.
func (b body) str(name string) string {
	v, s := b.get(name)
	if s != known {
		return ""
	}
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	b.mistyped(name, "a string")
	return ""
}

// boolean reads true or false, in quotes or not.
func (b body) boolean(name string) bool {
	switch text := b.str(name); text {
	case "true":
		return true
	case "false", "":
	default:
		b.mistyped(name, "true or false")
	}
	return false
}

// boolOr reads a boolean that has another default than false.
func (b body) boolOr(name string, otherwise bool) bool {
	if _, s := b.get(name); s != known {
		return otherwise
	}
	return b.boolean(name)
}

// integer reads an integer; false where it is unset or unknown.
func (b body) integer(name string) (int, bool) {
	text := b.str(name)
	if text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.mistyped(name, "an integer")
		return 0, false
	}
	return n, true
}

// list reads the elements of a list or set of strings that are known, and how
// many there are beside them; -1 where that is not known either.
func (b body) list(name string) (elements []string, unknowns int) {
	v, s := b.get(name)
	switch s {
	case unset:
		return nil, 0
	case open:
		return nil, -1
	}
	items, ok := v.([]any)
	if !ok {
		b.mistyped(name, "a list")
		return nil, 0
	}
	flags, _ := b.unknown[name].([]any)
	for i, item := range items {
		switch item := item.(type) {
		case string:
			if item != "" {
				elements = append(elements, item)
			}
		case nil:
			if i < len(flags) && flags[i] == true {
				unknowns++
			}
		default:
			b.mistyped(name, "a list of strings")
			return nil, 0
		}
	}
	return elements, unknowns
}

// prefix reads a CIDR block; the zero Prefix where it is unset, unknown or, as
// is then reported, unreadable.
func (b body) prefix(name string) netip.Prefix { return b.parsePrefix(name, b.str(name)) }

// parsePrefix reads a CIDR block, with its host bits cleared as AWS clears them
// (VPC-5).
func (b body) parsePrefix(name, text string) netip.Prefix {
	if text = strings.TrimSpace(text); text == "" {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() {
		b.problem(model.Error, "", "%s%s: %q is not a CIDR block", b.path, name, text)
		return netip.Prefix{}
	}
	if p != p.Masked() {
		b.problem(model.Warning, "VPC-5", "%s%s: %s has host bits set; it is read as %s", b.path, name, p, p.Masked())
	}
	return p.Masked()
}

// addr reads an IP address; zero where it is unset, unknown or unreadable.
func (b body) addr(name string) netip.Addr { return b.parseAddr(name, b.str(name)) }

func (b body) parseAddr(name, text string) netip.Addr {
	if text = strings.TrimSpace(text); text == "" {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		b.problem(model.Error, "", "%s%s: %q is not an IP address", b.path, name, text)
		return netip.Addr{}
	}
	return a
}

// tags reads the resource's tags with those that the provider adds.
func (b body) tags() map[string]string {
	out := map[string]string{}
	for _, name := range []string{"tags_all", "tags"} {
		tags, _ := b.values[name].(map[string]any)
		for k, v := range tags {
			if v, ok := v.(string); ok {
				out[k] = v
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// meta is what every resource has. Its name is its Name tag.
func (b body) meta() model.Meta {
	m := model.Meta{Tags: b.tags(), ARN: b.str("arn"), Provenance: b.r.place}
	m.Name = m.Tags["Name"]
	m.Account, m.Region = b.scope(b.r)
	return m
}

// named is the meta of what a flow may start or end at, which needs a name.
func (b body) named(names ...string) model.Meta {
	m := b.meta()
	for _, attribute := range names {
		if s := b.str(attribute); s != "" {
			m.Name = s
			return m
		}
	}
	if m.Name == "" {
		m.Name = b.r.label()
	}
	return m
}
