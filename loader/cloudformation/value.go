package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// value is what an expression evaluates to. The zero value is absent, as
// AWS::NoValue is.
type value struct {
	kind  valueKind
	parts []part  // of a text
	items []value // of a list or object
	keys  []string
	open  *open
	at    model.Provenance
}

type valueKind uint8

const (
	absent valueKind = iota
	textValue
	listValue
	objectValue
	openValue
)

// part is a stretch of a text: plain, the ID of a resource, or open.
type part struct {
	text string
	// resource is what the part is the ID of; attribute tells one of the things
	// that come with it, such as a VPC's default security group.
	resource  *resource
	attribute string
	open      *open
}

// open is something that the templates do not decide.
type open struct {
	reason string
	// label names the thing, so that two uses are known to be the same:
	// a parameter, "Custom.Attribute", an export.
	label string
	// word says that it holds letters, digits and hyphens alone, as IDs, Regions
	// and zones do: a text that has it can be split elsewhere.
	word bool
	// zones says that it is the list of Availability Zones of a Region.
	zones bool
	// tooLong says that it is a text which exceeds a limit.
	tooLong bool
	// choices are the values of which it is one.
	choices []value
	// of is the resource of which it is an attribute; nil for anything else.
	of        *resource
	attribute string
}

func plain(s string, at model.Provenance) value {
	return value{kind: textValue, parts: []part{{text: s}}, at: at}
}

func opened(o open, at model.Provenance) value { return value{kind: openValue, open: &o, at: at} }

func refer(r *resource, attribute string, at model.Provenance) value {
	return value{kind: textValue, parts: []part{{resource: r, attribute: attribute}}, at: at}
}

// tooLong stands for a text that is not put together.
func tooLong(at model.Provenance) value {
	return opened(open{tooLong: true, reason: fmt.Sprintf("the text that is put together has more than %d bytes, or more than %d references", usual.text, usual.parts)}, at)
}

// joined is a text of parts, simplified.
func joined(parts []part, at model.Provenance) value {
	var out []part
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, part{text: text.String()})
			text.Reset()
		}
	}
	length := 0
	for _, p := range parts {
		if length += len(p.text); length > usual.text || len(out) > usual.parts {
			return tooLong(at)
		}
		if p.plain() {
			text.WriteString(p.text)
			continue
		}
		flush()
		out = append(out, p)
	}
	flush()
	switch {
	case len(out) > usual.parts:
		return tooLong(at)
	case len(out) == 0:
		return plain("", at)
	case len(out) == 1 && out[0].open != nil:
		return value{kind: openValue, open: out[0].open, at: at}
	}
	return value{kind: textValue, parts: out, at: at}
}

func (p part) plain() bool { return p.resource == nil && p.open == nil }

// word reports whether the part can hold no other characters than those of IDs.
func (p part) word() bool {
	return p.resource != nil && (p.attribute != "" || p.resource.hasPlainID()) || p.open != nil && p.open.word
}

func (p part) show() string {
	switch {
	case p.resource != nil && p.attribute != "":
		return "${" + p.resource.name + "." + p.attribute + "}"
	case p.resource != nil:
		return "${" + p.resource.name + "}"
	case p.open != nil && p.open.label != "":
		return "${" + p.open.label + "}"
	case p.open != nil:
		return "${?}"
	}
	return p.text
}

// textParts gives the parts of a text or of an open value; false for anything
// else.
func (v value) textParts() ([]part, bool) {
	switch v.kind {
	case textValue:
		return v.parts, true
	case openValue:
		return []part{{open: v.open}}, true
	}
	return nil, false
}

// labelled reports whether all of a text is known, or known by a name.
func (v value) labelled() bool {
	parts, ok := v.textParts()
	return ok && !slices.ContainsFunc(parts, func(p part) bool { return p.open != nil && p.open.label == "" })
}

// literal gives a text that is known whole.
func (v value) literal() (string, bool) {
	if v.kind != textValue || slices.ContainsFunc(v.parts, func(p part) bool { return !p.plain() }) {
		return "", false
	}
	var b strings.Builder
	for _, p := range v.parts {
		b.WriteString(p.text)
	}
	return b.String(), true
}

// show writes a text with what is open as ${NAME}.
func (v value) show() string {
	parts, _ := v.textParts()
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.show())
	}
	return b.String()
}

// reference gives the resource that the value is the ID of, and its attribute.
func (v value) reference() (*resource, string) {
	if v.kind == textValue && len(v.parts) == 1 {
		return v.parts[0].resource, v.parts[0].attribute
	}
	return nil, ""
}

// gap says what of a value is open; nil if nothing is.
func (v value) gap() *open {
	switch v.kind {
	case openValue:
		return v.open
	case textValue:
		for _, p := range v.parts {
			switch {
			case p.open != nil:
				return p.open
			case strings.HasPrefix(p.attribute, someEndpoint):
				return &open{reason: "the order of " + p.resource.name + ".EndpointIds is not promised, so it may be the endpoint of any zone"}
			case p.resource != nil:
				return &open{reason: "the ID of " + p.resource.name + " is known only when it is deployed"}
			}
		}
	}
	return nil
}

// member gives what an object has under a key.
func (v value) member(key string) value {
	if v.kind == openValue {
		return v
	}
	for i, k := range v.keys {
		if k == key {
			return v.items[i]
		}
	}
	return value{}
}

// list gives the items of a list; a single value is a list of itself, as
// CloudFormation takes it. What is open stays one open item.
func (v value) list() []value {
	switch v.kind {
	case absent:
		return nil
	case listValue:
		return v.items
	}
	return []value{v}
}

// same compares two texts: yes, no, or what it hangs on.
func same(a, b value) truth {
	pa, aok := a.textParts()
	pb, bok := b.textParts()
	if !aok || !bok {
		return truth{yes: a.kind == absent && b.kind == absent}
	}
	x, xok := a.literal()
	y, yok := b.literal()
	if xok && yok {
		return truth{yes: x == y}
	}
	if slices.EqualFunc(pa, pb, func(p, q part) bool {
		if p.open != nil && q.open != nil {
			return p.open == q.open || p.open.label != "" && p.open.label == q.open.label
		}
		return p.open == q.open && p.text == q.text && p.resource == q.resource && p.attribute == q.attribute
	}) {
		return truth{yes: true}
	}
	gap := a.gap()
	if gap == nil {
		gap = b.gap()
	}
	return truth{open: gap}
}

// truth is the value of a condition.
type truth struct {
	yes  bool
	open *open // not nil: not decided
}
