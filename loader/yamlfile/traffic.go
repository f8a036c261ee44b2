package yamlfile

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// traffic is the part of a rule that says which packets it means.
type traffic struct {
	protocol           value[model.Protocol]
	ports              value[model.PortRange]
	icmpType, icmpCode value[int16]
}

func trafficKeys[T any](at func(*T) *traffic) []field[T] {
	return []field[T]{
		key("protocol", open(protocol), func(t *T) *value[model.Protocol] { return &at(t).protocol }, "tcp, udp, icmp, icmpv6, all, or a number"),
		key("ports", open(ports), func(t *T) *value[model.PortRange] { return &at(t).ports }, "for tcp and udp: a destination port, a range such as 8000-8010, or all"),
		key("icmp_type", icmpNumber, func(t *T) *value[int16] { return &at(t).icmpType }, "for icmp and icmpv6; all by default"),
		key("icmp_code", icmpNumber, func(t *T) *value[int16] { return &at(t).icmpCode }, "for icmp and icmpv6; all by default"),
	}
}

// gapDetailRef reads what follows the key unknown of a rule.
var gapDetailRef = shape[*gap]{
	read: func(d *decoder, n *yaml.Node, into **gap) {
		*into = &gap{}
		gapDetail.read(d, n, *into)
		(*into).at = d.at(n)
	},
	schema: gapDetail.schema,
}

// parse reads PROTOCOL [PORTS] from the words of a short form and gives the rest.
func (t *traffic) parse(d *decoder, at model.Provenance, form string, words []string) ([]string, bool) {
	if words[0] == "unknown" {
		t.protocol = value[model.Protocol]{set: true, gap: &gap{placed: placed{at}}, at: at}
		return words[1:], true
	}
	p, err := model.ParseProtocol(words[0])
	if err != nil {
		d.errorf(at, form, "%s", err)
		return nil, false
	}
	t.protocol = value[model.Protocol]{v: p, set: true, at: at}
	words = words[1:]
	if len(words) == 0 || words[0] == "from" || words[0] == "to" {
		return words, true
	}
	switch {
	case words[0] == "unknown":
		t.ports = value[model.PortRange]{set: true, gap: &gap{placed: placed{at}}, at: at}
	case p.IsICMP():
		typ, code, hasCode := strings.Cut(words[0], "/")
		n, err := parseICMPNumber(typ)
		if err == nil {
			t.icmpType = value[int16]{v: n, set: true, at: at}
			if hasCode {
				n, err = parseICMPNumber(code)
				t.icmpCode = value[int16]{v: n, set: true, at: at}
			}
		}
		if err != nil {
			d.errorf(at, "after icmp comes a type, or type/code: icmp 8/0", "%s", err)
			return nil, false
		}
	default:
		r, err := parsePorts(words[0])
		if err != nil {
			d.errorf(at, form, "%s", err)
			return nil, false
		}
		t.ports = value[model.PortRange]{v: r, set: true, at: at}
	}
	return words[1:], true
}

// model checks that the parts fit each other and makes the model's value. Where
// the rule says that something of it is open (partial), parts may lack.
func (t *traffic) model(d *decoder, at model.Provenance, rule string, partial bool) (model.Traffic, bool) {
	m := model.AllTraffic
	if t.protocol.gap != nil || !t.protocol.set && partial {
		return m, true
	}
	if !t.protocol.set {
		if t.protocol.written() {
			return m, false
		}
		d.errorf(at, "protocol: tcp, udp, icmp, icmpv6, all or a number", "the rule lacks its protocol")
		return m, false
	}
	m.Protocol = t.protocol.v
	m.Ports = t.ports.or(model.AllPorts)
	switch ok := true; {
	case m.Protocol.HasPorts():
		if !t.ports.written() && !partial {
			d.ruleError(at, "SG-8", "ports: 443, a range such as 8000-8010, or all", "a rule for %s lacks its ports", m.Protocol)
			ok = false
		}
		ok = ok && (t.ports.set || partial)
		if t.icmpType.set || t.icmpCode.set {
			d.errorf(at, "use ports", "a rule for %s has an ICMP type or code", m.Protocol)
			ok = false
		}
		return m, ok
	case m.Protocol.IsICMP():
		m.ICMP = model.ICMPTypeCode{Type: t.icmpType.or(-1), Code: t.icmpCode.or(-1)}
		if t.ports.set && t.ports.gap == nil {
			d.errorf(t.ports.at, "use icmp_type and icmp_code", "a rule for %s has ports", m.Protocol)
			ok = false
		}
		if m.ICMP.Type < 0 && m.ICMP.Code >= 0 {
			d.ruleError(at, "SG-8", "give the type too", "a rule for %s has a code for all types", m.Protocol)
			ok = false
		}
		return m, ok
	}
	if t.ports.set && t.ports.gap == nil && m.Ports != model.AllPorts {
		d.report(model.Diagnostic{Severity: model.Warning, Rule: rule, Provenance: t.ports.at,
			Summary: "the ports of a rule for protocol " + m.Protocol.String() + " are ignored",
			Detail:  "AWS reads ports for tcp and udp only; such a rule means every packet of its protocol"})
	}
	return m, true
}

// open is the gap in protocol or ports.
func (t *traffic) open() pick {
	if t.protocol.gap != nil {
		return pick{t.protocol.gap, "protocol"}
	}
	return pick{t.ports.gap, "ports"}
}

// pick is a gap and what it is a gap of.
type pick struct {
	gap       *gap
	attribute string
}

// firstGap makes the model's value of the first gap there is.
func firstGap(subject string, picks ...pick) *model.Unknown {
	for _, p := range picks {
		if p.gap != nil {
			return p.gap.unknown(subject, p.attribute)
		}
	}
	return nil
}
