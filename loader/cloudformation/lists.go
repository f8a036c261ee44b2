package cloudformation

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// enabled reads an option that is "enable" or "disable".
func (b *builder) enabled(r *resource, attribute string, v value, otherwise bool) (bool, *model.Unknown) {
	text, ok := v.literal()
	switch {
	case v.kind == absent:
		return otherwise, nil
	case !ok && v.gap() != nil:
		return otherwise, r.unknown(attribute, v.gap(), v.at)
	case strings.EqualFold(text, "enable"):
		return true, nil
	case strings.EqualFold(text, "disable"):
		return false, nil
	}
	return otherwise, b.unreadable(r, "", attribute, v.at, "%s is neither enable nor disable", quote(text))
}

// prefixes reads a list of CIDR blocks. gap is set where it may have others.
func (b *builder) prefixes(r *resource, attribute string, v value) (list []netip.Prefix, gap *model.Unknown) {
	for _, item := range ruleItems(v) {
		p, open := b.prefix(r, attribute, item.value)
		switch {
		case item.gap != nil:
			gap = r.unknown(attribute, item.gap, item.at)
		case open != nil:
			gap = open
		case p.IsValid():
			list = append(list, p)
		}
	}
	return list, gap
}

// port reads a port; 0 where it is absent or open.
func (b *builder) port(r *resource, attribute string, v value) (uint16, *model.Unknown) {
	n := b.number(r, attribute, v)
	switch {
	case n.gap != nil:
		return 0, n.gap
	case n.n < 0 || n.n > 65535:
		return 0, b.unreadable(r, "", attribute, v.at, "%d is not a port (0 to 65535)", n.n)
	}
	return uint16(n.n), nil
}

// portRanges reads a list of {FromPort, ToPort}. gap is set where it may have
// others.
func (b *builder) portRanges(r *resource, attribute string, v value) (list []model.PortRange, gap *model.Unknown) {
	for _, item := range ruleItems(v) {
		if item.gap != nil {
			gap = r.unknown(attribute, item.gap, item.at)
			continue
		}
		from, openFrom := b.port(r, attribute, item.member("FromPort"))
		to, openTo := b.port(r, attribute, item.member("ToPort"))
		if open := cmp.Or(openFrom, openTo); open != nil {
			gap = open
			continue
		}
		list = append(list, model.PortRange{From: from, To: to})
	}
	return list, gap
}

// regions reads a list of Regions; those that are open are left out.
func regions(v value) []model.Region {
	var out []model.Region
	for _, item := range v.list() {
		if text, ok := item.literal(); ok {
			out = append(out, model.Region(text))
		}
	}
	return out
}

// words reads a list of texts, with what is open in them as ${NAME}. gap is set
// where one is open, or there may be others.
func (b *builder) words(r *resource, attribute string, v value) (list []string, gap *model.Unknown) {
	for _, item := range ruleItems(v) {
		if open := item.value.gap(); item.gap == nil && open == nil {
			list = append(list, item.show())
		} else if item.gap != nil {
			gap = r.unknown(attribute, item.gap, item.at)
		} else {
			gap = r.unknown(attribute, open, item.at)
		}
	}
	return list, gap
}

// keyed reads a list of {Key, Value} pairs, as load balancers have attributes. What
// a condition that is not decided chooses, or may be the pair, is open.
func keyed(v value, key string) value {
	out := value{}
	for _, item := range ruleItems(v) {
		name := item.member("Key")
		switch text, _ := name.literal(); {
		case item.kind == openValue, name.gap() != nil:
			out = opened(*cmp.Or(item.gap, name.gap()), item.at)
		case text != key:
		case item.gap != nil:
			out = opened(*item.gap, item.at)
		default:
			return item.member("Value")
		}
	}
	return out
}

// named gives a resource that has no Name tag the name that a property tells.
func named(m *model.Meta, v value) {
	if name, ok := v.literal(); ok && m.Name == "" {
		m.Name = name
	}
}

// lastOfARN gives what stands behind the last slash of a text: the ID in an ARN
// that is put together, or the text itself where it has no slash.
func lastOfARN(v value) value {
	parts, _ := v.textParts()
	if v.kind != textValue {
		return v
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if !parts[i].plain() {
			continue
		}
		if at := strings.LastIndex(parts[i].text, "/"); at >= 0 {
			rest := append([]part{{text: parts[i].text[at+1:]}}, parts[i+1:]...)
			return joined(rest, v.at)
		}
	}
	return v
}

// lastsOfARNs does so for each item of a list.
func lastsOfARNs(v value) value {
	if v.kind != listValue {
		return lastOfARN(v)
	}
	out := value{kind: listValue, at: v.at}
	for _, item := range v.items {
		out.items = append(out.items, lastsOfARNs(item))
	}
	return out
}
