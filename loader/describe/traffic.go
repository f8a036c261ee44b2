package describe

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// traffic makes a rule's traffic of its protocol and of the numbers that go with
// it, and tells what of it is open, if anything.
//
// Ports count for TCP and UDP alone, type and code for ICMP and ICMPv6; with any
// other protocol, and with -1, numbers mean nothing (SG-7, NACL-8). TCP and UDP
// need a range and ICMP a type (SG-8): a dump that has none is not whole, and
// whether the rule admits a packet is open. ICMPv6 without a type is all of it.
func (r *reader) traffic(protocol string, from, to, icmpType, icmpCode number, at model.Provenance, rule string) (model.Traffic, string) {
	t := model.AllTraffic
	if protocol == "" {
		r.report(model.Diagnostic{Severity: model.Error, Provenance: at, Summary: "a rule without a protocol"})
		return t, "its protocol is not given"
	}
	var err error
	if t.Protocol, err = model.ParseProtocol(protocol); err != nil {
		_, err = model.ParseProtocol(clip(protocol))
		r.report(model.Diagnostic{Severity: model.Error, Provenance: at, Summary: fmt.Sprint(err)})
		return model.AllTraffic, "its protocol cannot be read"
	}
	switch {
	case t.Protocol.HasPorts():
		switch {
		case !from.given || !to.given || from.n == -1 && to.n == -1:
			r.report(model.Diagnostic{Severity: model.Warning, Rule: rule, Provenance: at,
				Summary: fmt.Sprintf("a rule for %s without ports; which it means is unknown", t.Protocol)})
			return t, "its ports are not given"
		case from.n < 0 || to.n > 65535 || from.n > to.n:
			r.report(model.Diagnostic{Severity: model.Error, Rule: rule, Provenance: at,
				Summary: fmt.Sprintf("%d to %d is not a range of ports (0 to 65535)", from.n, to.n)})
			return t, "its ports cannot be read"
		}
		t.Ports = model.PortRange{From: uint16(from.n), To: uint16(to.n)}
	case t.Protocol.IsICMP():
		switch {
		case !icmpType.given && t.Protocol == model.ICMPv6:
			return t, ""
		case !icmpType.given:
			r.report(model.Diagnostic{Severity: model.Warning, Rule: rule, Provenance: at,
				Summary: "a rule for icmp without a type; which it means is unknown"})
			return t, "its ICMP type is not given"
		case icmpType.n < -1 || icmpType.n > 255 || icmpCode.n < -1 || icmpCode.n > 255 && icmpType.n >= 0:
			r.report(model.Diagnostic{Severity: model.Error, Rule: rule, Provenance: at,
				Summary: fmt.Sprintf("%d, %d is not an ICMP type and code (0 to 255, or -1 for any)", icmpType.n, icmpCode.n)})
			return t, "its ICMP type and code cannot be read"
		case icmpType.n == -1: // then any code as well
			return t, ""
		}
		t.ICMP = model.ICMPTypeCode{Type: int16(icmpType.n), Code: -1}
		if icmpCode.given {
			t.ICMP.Code = int16(icmpCode.n)
		}
	}
	return t, ""
}

// pair reads an object for two integers of it.
func (r *reader) pair(first, second string) (a, b number) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case first:
			a = r.integer()
		case second:
			b = r.integer()
		default:
			r.skip()
		}
	}
	return a, b
}
