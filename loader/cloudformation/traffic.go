package cloudformation

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// portRange are the two numbers of a rule: ports, or an ICMP type and code.
type portRange struct{ from, to value }

// traffic makes a rule's traffic of its protocol and of the numbers that go with
// it, and says what of it is open.
//
// Ports count for TCP and UDP alone, type and code for ICMP and ICMPv6; with any
// other protocol, and with -1, numbers mean nothing (SG-7, NACL-8). TCP and UDP
// need a range and ICMP a type (SG-8): without one AWS refuses the rule, and what
// it was meant to say is open. ICMPv6 without a type is all of it.
func (b *builder) traffic(r *resource, rule string, protocol value, at model.Provenance, ports, icmp portRange) (model.Traffic, *model.Unknown) {
	t := model.AllTraffic
	protocolName, portName := "IpProtocol", "FromPort"
	if rule == "NACL-8" {
		protocolName, portName = "Protocol", "PortRange"
	}
	if protocol.kind == absent {
		return t, b.unreadable(r, rule, protocolName, at, "a rule has no protocol")
	}
	if gap := protocol.gap(); gap != nil {
		return t, r.unknown(protocolName, gap, protocol.at)
	}
	text, _ := protocol.literal()
	var err error
	if t.Protocol, err = model.ParseProtocol(text); err != nil {
		t.Protocol = model.AllProtocols
		return t, b.unreadable(r, rule, protocolName, protocol.at, "%s is not a protocol: use tcp, udp, icmp, icmpv6, -1 or a number", quote(text))
	}
	numbers := ports
	if t.Protocol.IsICMP() {
		numbers = icmp
	} else if !t.Protocol.HasPorts() {
		return t, nil
	}
	from, to := b.number(r, portName, numbers.from), b.number(r, portName, numbers.to)
	for _, n := range []number{from, to} {
		if n.gap != nil {
			return t, n.gap
		}
	}
	if t.Protocol.HasPorts() {
		switch {
		case !from.given || !to.given || from.n == -1 && to.n == -1:
			b.report(model.Warning, rule, r, at, "Write the range of ports.", "a rule for %s without ports; which it means is unknown", t.Protocol)
			return t, r.unknown(portName, &open{reason: "the rule has no ports"}, at)
		case from.n < 0 || to.n > 65535 || from.n > to.n:
			return t, b.unreadable(r, rule, portName, at, "%d to %d is not a range of ports (0 to 65535)", from.n, to.n)
		}
		t.Ports = model.PortRange{From: uint16(from.n), To: uint16(to.n)}
		return t, nil
	}
	switch {
	case !from.given && t.Protocol == model.ICMPv6 && rule == "SG-8":
	case !from.given:
		b.report(model.Warning, rule, r, at, "Write the ICMP type, or -1.", "a rule for %s without a type; which it means is unknown", t.Protocol)
		return t, r.unknown(portName, &open{reason: "the rule has no ICMP type"}, at)
	case from.n < -1 || from.n > 255 || to.n < -1 || to.n > 255 && from.n >= 0:
		return t, b.unreadable(r, rule, portName, at, "%d, %d is not an ICMP type and code (0 to 255, or -1 for any)", from.n, to.n)
	case from.n >= 0: // type -1 is any code as well
		t.ICMP = model.ICMPTypeCode{Type: int16(from.n), Code: -1}
		if to.given {
			t.ICMP.Code = int16(to.n)
		}
	}
	return t, nil
}
