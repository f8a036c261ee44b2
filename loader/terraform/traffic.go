package terraform

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// protocolNames are those that the provider takes beside model.ParseProtocol's.
var protocolNames = map[string]model.Protocol{
	"igmp": 2, "ipv4": 4, "egp": 8, "igp": 9, "ipv6": 41, "ipv6-route": 43, "ipv6-frag": 44, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51,
	"ipv6-icmp": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "eigrp": 88, "ospf": 89, "pim": 103, "vrrp": 112, "l2tp": 115, "sctp": 132, "udplite": 136,
}

// traffic reads a rule's protocol and the numbers that go with it. Ports count
// for TCP and UDP alone, type and code for ICMP and ICMPv6; with any other
// protocol numbers mean nothing (SG-7, NACL-8). The gap is set where something of
// it is open; the traffic is then all of it.
func (b body) traffic(protocol, from, to, icmpType, icmpCode string) (model.Traffic, *model.Unknown) {
	t := model.AllTraffic
	if u := b.open(protocol); u != nil {
		return t, u
	}
	text := b.str(protocol)
	if p, ok := protocolNames[strings.ToLower(text)]; ok {
		t.Protocol = p
	} else if p, err := model.ParseProtocol(text); err == nil {
		t.Protocol = p
	} else {
		b.problem(model.Error, "", "%s%s: %s", b.path, protocol, err)
		return t, b.unreadable(protocol)
	}
	switch {
	case t.Protocol.HasPorts():
		if u := firstOpen(b.open(from), b.open(to)); u != nil {
			return model.AllTraffic, u
		}
		first, ok1 := b.integer(from)
		last, ok2 := b.integer(to)
		if !ok1 || !ok2 || first < 0 || last > 65535 || first > last {
			b.problem(model.Error, "SG-8", "%s%s, %s: %s needs a range of ports from 0 to 65535", b.path, from, to, t.Protocol)
			return model.AllTraffic, b.unreadable(from)
		}
		t.Ports = model.PortRange{From: uint16(first), To: uint16(last)}
	case t.Protocol.IsICMP():
		if u := firstOpen(b.open(icmpType), b.open(icmpCode)); u != nil {
			return model.AllTraffic, u
		}
		kind, ok := b.integer(icmpType)
		if !ok || kind == -1 {
			return t, nil
		}
		code, ok := b.integer(icmpCode)
		if !ok {
			code = -1
		}
		if kind < 0 || kind > 255 || code < -1 || code > 255 {
			b.problem(model.Error, "SG-8", "%s%s, %s: %d, %d is not an ICMP type and code (0 to 255, or -1 for any)", b.path, icmpType, icmpCode, kind, code)
			return model.AllTraffic, b.unreadable(icmpType)
		}
		t.ICMP = model.ICMPTypeCode{Type: int16(kind), Code: int16(code)}
	}
	return t, nil
}

// unreadable is the gap that an attribute leaves which makes no sense.
func (b body) unreadable(name string) *model.Unknown {
	u := b.unknownAt(name)
	u.Reason = "it cannot be read"
	return u
}

func firstOpen(us ...*model.Unknown) *model.Unknown {
	for _, u := range us {
		if u != nil {
			return u
		}
	}
	return nil
}

func direction(egress bool) model.Direction {
	if egress {
		return model.Egress
	}
	return model.Ingress
}
