package sim

import (
	"encoding/binary"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Packet is one flow in concrete terms: from an address of an interface to an
// address. Only the client's source ports may be several.
type Packet struct {
	From        Interface
	SourceIP    netip.Addr // an address of From
	To          netip.Addr
	Protocol    model.Protocol // not AllProtocols
	Port        uint16         // destination port, for TCP and UDP
	SourcePorts model.PortRange
	ICMPType    uint8
	ICMPCode    uint8
}

// Interface is an interface of a compiled network. The zero value is none.
type Interface struct{ i *networkInterface }

// Interface finds an interface by ID.
func (e *Engine) Interface(id model.InterfaceID) (Interface, bool) {
	i, ok := e.interfaces[id]
	return Interface{i}, ok
}

// Walk gives the verdict on one packet and its reply, and no reason. Between
// interfaces of one VPC, or of two that a transit gateway joins, it does not
// allocate.
//
// It says what Ask says: the short way below covers what is plain, over the same
// compiled rules, and everything else takes the long one.
func (e *Engine) Walk(p Packet) model.Verdict {
	if p.From.i == nil {
		return model.Blocked
	}
	if v, ok := p.From.i.walkPlain(&p); ok {
		return v
	}
	return e.walkPoint(&p)
}

// walkPoint walks one packet the long way.
func (e *Engine) walkPoint(p *Packet) model.Verdict {
	b := packet.All
	b.Protocols = packet.Protocol(p.Protocol)
	b.Src, b.Dst = packet.Addr(p.SourceIP), packet.Addr(p.To)
	switch {
	case p.Protocol.HasPorts():
		b.Sport = packet.PortRange(p.SourcePorts.From, p.SourcePorts.To)
		b.Dport = packet.PortRange(p.Port, p.Port)
	case p.Protocol.IsICMP():
		c := packet.ICMPPort(p.ICMPType, p.ICMPCode)
		b.Dport = packet.Ports{{Lo: c, Hi: c}}
	}
	j := job{
		source: p.From.i, flows: packet.Of(b),
		hdr: header{src: addrField{kind: flowSrc}, dst: addrField{kind: flowDst}, sport: flowSport, dport: flowDport, v6: p.To.Is6()},
	}
	w := &walk{e: e, source: j.source}
	return j.start(w).whole.verdict()
}

// walkPlain walks a TCP or UDP packet between two plain interfaces of a VPC
// whose tables route its addresses locally, or of two VPCs. ok is false for anything
// else.
func (i *networkInterface) walkPlain(p *Packet) (v model.Verdict, ok bool) {
	if !i.plain || !p.Protocol.HasPorts() || p.Port == 25 {
		return model.Blocked, false
	}
	if !i.vpc.model.Contains(p.To) {
		return i.walkTransit(p)
	}
	to := i.vpc.owners[p.To]
	j, isInterface := to.(*networkInterface)
	if !isInterface || !j.plain {
		return model.Blocked, false
	}
	if j == i { // ENI-12
		return model.Reachable, true
	}
	a, b := i.subnet, j.subnet
	if a != b && (!a.table.plainLocal || !b.table.plainLocal) {
		return model.Blocked, false // the groups of j may see a translated source (NAT-16)
	}
	port := model.PortRange{From: p.Port, To: p.Port}
	src, dst := pointAddrOf(p.SourceIP), pointAddrOf(p.To)
	if !i.point.admits(model.Egress, p.Protocol, port, &dst, j) || !j.point.admits(model.Ingress, p.Protocol, port, &src, i) {
		return model.Blocked, true
	}
	if a == b { // NACL-4
		return model.Reachable, true
	}
	for _, c := range [4]struct {
		acl   *networkACL
		dir   model.Direction
		peer  *pointAddr
		ports model.PortRange
	}{ // NACL-11
		{a.nacl, model.Egress, &dst, port},
		{b.nacl, model.Ingress, &src, port},
		{b.nacl, model.Egress, &src, p.SourcePorts},
		{a.nacl, model.Ingress, &dst, p.SourcePorts},
	} {
		allows, sure := c.acl.admits(c.dir, p.Protocol, c.ports, c.peer)
		if !sure {
			return model.Blocked, false
		}
		if !allows {
			return model.Blocked, true
		}
	}
	return model.Reachable, true
}

// pointAddr is an address that is cheap to compare with rules.
type pointAddr struct {
	v4   uint32
	addr netip.Addr
	is4  bool
}

func pointAddrOf(a netip.Addr) pointAddr {
	p := pointAddr{addr: a, is4: a.Is4()}
	if p.is4 {
		b := a.As4()
		p.v4 = binary.BigEndian.Uint32(b[:])
	}
	return p
}

// pointRule is a rule that is cheap to compare with one packet: 20 bytes, so
// that a list of them is read in few cache lines.
type pointRule struct {
	v4, mask uint32 // of an IPv4 rule
	from, to uint16
	protocol model.Protocol
	action   model.Action
	ref      int32 // of a group, from 1; 0 for a rule without a reference
}

// pointRule6 is a rule for IPv6.
type pointRule6 struct {
	pointRule
	prefix netip.Prefix
}

// pointRules are a list's rules by IP version, each in the list's order; rules
// of the other version never match (PIPE-7).
type pointRules struct {
	v4 []pointRule
	v6 []pointRule6
}

// add compiles a rule for TCP and UDP packets; no other rule is kept.
func (l *pointRules) add(t model.Traffic, p netip.Prefix, a model.Action) {
	r, ok := pointRuleOf(t)
	if !ok {
		return
	}
	r.action = a
	if p.Addr().Is4() {
		b := p.Masked().Addr().As4()
		r.v4 = binary.BigEndian.Uint32(b[:])
		r.mask = ^uint32(0) << (32 - p.Bits())
		l.v4 = append(l.v4, r)
		return
	}
	l.v6 = append(l.v6, pointRule6{r, p.Masked()})
}

// addReference compiles a rule with a group reference.
func (l *pointRules) addReference(t model.Traffic, group int32) {
	if r, ok := pointRuleOf(t); ok {
		r.action, r.ref = model.Allow, group
		l.v4 = append(l.v4, r)
		l.v6 = append(l.v6, pointRule6{pointRule: r})
	}
}

func pointRuleOf(t model.Traffic) (r pointRule, ok bool) {
	switch {
	case t.Protocol == model.AllProtocols:
		return pointRule{to: 65535, protocol: t.Protocol}, true
	case t.Protocol.HasPorts():
		return pointRule{from: t.Ports.From, to: t.Ports.To, protocol: t.Protocol}, true
	}
	return pointRule{}, false
}

// concerns reports whether the rule is about the protocol and some of the ports.
func (r *pointRule) concerns(p model.Protocol, ports model.PortRange) bool {
	return (r.protocol == p || r.protocol == model.AllProtocols) && r.from <= ports.To && r.to >= ports.From
}

// covers reports whether the rule is about all of the ports.
func (r *pointRule) covers(ports model.PortRange) bool {
	return r.from <= ports.From && ports.To <= r.to
}
