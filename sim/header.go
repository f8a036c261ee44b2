package sim

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// header is a packet's header at one point of its way, bound to the flow as it
// started: each field says which field of the flow it shows, or which constant.
// Filters test the header; the bindings turn their tests into tests of the flow,
// so that one set of flows is enough for the whole way (PIPE-8).
type header struct {
	src, dst     addrField
	sport, dport portField
	reply        bool // the return leg: ICMP types are those of the replies
	nat64        bool // an IPv4 packet of a flow that started as IPv6 (NAT-21)
	v6           bool // the packet is IPv6 here
}

// addrField is where an address of the header comes from.
type addrField struct {
	kind  addrKind
	addr  netip.Addr   // constAddr
	owner *publicOwner // somePublicIP4
	pool  *addressPool // poolAddr
	// spare is what the address stands for where it was picked for one that is not
	// known yet (constAddr): it leads there and back, rules may be for some only.
	spare *spareAddress
	// service is whose address it is, for ofService; also beside an address that
	// is known.
	service *serviceAddress
}

type addrKind uint8

const (
	flowSrc       addrKind = iota // the flow's source address
	flowDst                       // the flow's destination address
	flowDst4                      // the IPv4 address embedded in the flow's 64:ff9b::/96 destination
	constAddr                     // a constant
	somePublicIP4                 // a public IPv4 address that is not known yet
	ofService                     // a public address of an AWS service that is not known
	poolAddr                      // a private address of an interface that is not known yet
)

// addressPool are the addresses of which an interface will have one, and the
// design does not tell which.
type addressPool struct {
	of    *networkInterface
	addrs packet.Addrs
}

// spareAddress are the addresses of which a NAT gateway will have one, or has one
// that the design does not tell.
type spareAddress struct {
	of    Component
	addrs packet.Addrs
}

// portField is where a port of the header comes from.
type portField uint32

const (
	flowSport portField = iota
	flowDport
	firstChoice // and the following: the ports that translators pick
	// fixedPort marks a port that a balancer sends to, in the low 16 bits.
	fixedPort portField = 1 << 16
)

// toPort is the field that always shows one port.
func toPort(p uint16) portField { return fixedPort | portField(p) }

// match is how a test of the header falls out: for no flow, for those in the
// box that it narrowed, or perhaps for those.
type match uint8

const (
	no match = iota
	yes
	maybe
)

func (m match) and(n match) match {
	switch {
	case m == no || n == no:
		return no
	case m == maybe || n == maybe:
		return maybe
	}
	return yes
}

// in narrows b to the flows whose header has an address of s in the field.
func (f addrField) in(b *packet.Box, s packet.Addrs) match {
	switch f.kind {
	case flowSrc:
		b.Src = b.Src.And(s)
		return yesUnlessEmpty(b.Src)
	case flowDst:
		b.Dst = b.Dst.And(s)
		return yesUnlessEmpty(b.Dst)
	case flowDst4:
		b.Dst = b.Dst.And(embed(s))
		return yesUnlessEmpty(b.Dst)
	case constAddr:
		if f.spare != nil {
			return someOf(f.spare.addrs, s)
		}
		if s.Contains(f.addr) {
			return yes
		}
		return no
	case somePublicIP4:
		return someOf(publicIPv4, s)
	case ofService:
		return someOf(f.service.space, s)
	case poolAddr:
		return someOf(f.pool.addrs, s)
	}
	panic("sim: address field")
}

// someOf is whether an address, one of space and not known which, is in s.
func someOf(space, s packet.Addrs) match {
	switch {
	case s.Holds(space):
		return yes
	case !s.Overlaps(space):
		return no
	}
	return maybe
}

func yesUnlessEmpty(s packet.Addrs) match {
	if s.IsEmpty() {
		return no
	}
	return yes
}

// of gives the addresses that the field has for the flows of b.
func (f addrField) of(b *packet.Box) packet.Addrs {
	switch f.kind {
	case flowSrc:
		return b.Src
	case flowDst:
		return b.Dst
	case flowDst4:
		return extract(b.Dst)
	case constAddr:
		return packet.Addr(f.addr)
	case somePublicIP4:
		return publicIPv4
	case ofService:
		return f.service.space
	case poolAddr:
		return f.pool.addrs
	}
	panic("sim: address field")
}

// ofSet gives the addresses that the field has for the flows of s.
func (f addrField) ofSet(s packet.Set) packet.Addrs {
	var out packet.Addrs
	for i := range s {
		out = out.Or(f.of(&s[i]))
	}
	return out
}

// in narrows b to the flows whose header has a port of s in the field.
func (f portField) in(b *packet.Box, s packet.Ports) match {
	if f&fixedPort != 0 {
		if s.Contains(packet.Port(uint16(f))) {
			return yes
		}
		return no
	}
	p := f.port(b)
	*p = p.And(s)
	if p.IsEmpty() {
		return no
	}
	return yes
}

// of gives the ports that the field has for the flows of b.
func (f portField) of(b *packet.Box) packet.Ports {
	if f&fixedPort != 0 {
		return packet.PortRange(uint16(f), uint16(f))
	}
	return *f.port(b)
}

func (f portField) port(b *packet.Box) *packet.Ports {
	switch f {
	case flowSport:
		return &b.Sport
	case flowDport:
		return &b.Dport
	}
	return &b.Choice[f-firstChoice]
}

// traffic is a rule's protocol with its ports or ICMP types, compiled.
type traffic struct {
	protocols packet.Protocols
	ports     packet.Ports // nil: not read
	icmp      *model.ICMPTypeCode
}

func compileTraffic(t model.Traffic) traffic {
	out := traffic{protocols: packet.Protocol(t.Protocol)}
	switch {
	case t.Protocol.HasPorts():
		if t.Ports != model.AllPorts {
			out.ports = packet.PortRange(t.Ports.From, t.Ports.To)
		}
	case t.Protocol.IsICMP():
		if t.ICMP.Type >= 0 {
			out.icmp = &t.ICMP
		}
	}
	return out // SG-7, NACL-8: all others ignore ports
}

// matches narrows b to the flows whose header is what the rule means.
func (h *header) matches(b *packet.Box, t *traffic) match {
	ps := t.protocols
	if h.nat64 {
		ps = swapICMP(ps)
	}
	b.Protocols = b.Protocols.And(ps)
	if b.Protocols.IsEmpty() {
		return no
	}
	if t.ports != nil {
		return h.dport.in(b, t.ports)
	}
	if t.icmp != nil {
		// The type and code stand in the flow's Dport whatever the leg.
		typ, ok := h.originalICMPType(uint8(t.icmp.Type), t.protocols)
		if !ok {
			return no
		}
		lo, hi := packet.ICMPPort(typ, 0), packet.ICMPPort(typ, 255)
		if t.icmp.Code >= 0 {
			lo = packet.ICMPPort(typ, uint8(t.icmp.Code))
			hi = lo
		}
		return flowDport.in(b, packet.Ports{{Lo: lo, Hi: hi}})
	}
	return yes
}

// swapICMP turns a rule's ICMP into the flow's ICMPv6 and back: a NAT gateway
// that strips 64:ff9b::/96 translates the protocol too.
func swapICMP(s packet.Protocols) packet.Protocols {
	icmp, icmpv6 := packet.Protocol(model.ICMP), packet.Protocol(model.ICMPv6)
	out := s.Sub(icmp).Sub(icmpv6)
	if s.Contains(model.ICMP) {
		out = out.Or(icmpv6)
	}
	if s.Contains(model.ICMPv6) {
		out = out.Or(icmp)
	}
	return out
}

// icmpReplies are the ICMP types that have a matching reply.
var icmpReplies = map[model.Protocol]map[uint8]uint8{
	model.ICMP:   {8: 0, 13: 14, 15: 16, 17: 18},
	model.ICMPv6: {128: 129},
}

// replyable is the flows that have a reply: all but those of ICMP types without
// one (a decision).
var replyable = func() packet.Set {
	b := packet.All
	b.Protocols = b.Protocols.Sub(packet.Protocol(model.ICMP)).Sub(packet.Protocol(model.ICMPv6))
	out := packet.Set{b}
	for _, p := range []model.Protocol{model.ICMP, model.ICMPv6} {
		b := packet.All
		b.Protocols = packet.Protocol(p)
		b.Dport = nil
		for request := range icmpReplies[p] {
			b.Dport = b.Dport.Or(packet.Ports{{Lo: packet.ICMPPort(request, 0), Hi: packet.ICMPPort(request, 255)}})
		}
		out = append(out, b)
	}
	return out
}()

// originalICMPType gives the type that the flow started with when the header has
// type t here.
func (h *header) originalICMPType(t uint8, rule packet.Protocols) (uint8, bool) {
	p := model.ICMP
	if rule.Contains(model.ICMPv6) {
		p = model.ICMPv6
	}
	if h.reply {
		request, ok := uint8(0), false
		for req, rep := range icmpReplies[p] {
			if rep == t {
				request, ok = req, true
			}
		}
		if !ok {
			return 0, false
		}
		t = request
	}
	if h.nat64 {
		// RFC 7915: echo is all that a rule can usefully name.
		switch {
		case p == model.ICMP && t == 8:
			return 128, true
		default:
			return 0, false
		}
	}
	return t, true
}

// icmpHere gives the type that the header has when the flow started with t.
func (h *header) icmpHere(t uint8, p model.Protocol) uint8 {
	if h.nat64 && t == 128 {
		t, p = 8, model.ICMP
	}
	if h.reply {
		if r, ok := icmpReplies[p][t]; ok {
			return r
		}
	}
	return t
}

// swap turns the header round for the reply.
func (h header) swap() header {
	h.src, h.dst = h.dst, h.src
	h.sport, h.dport = h.dport, h.sport
	h.reply = !h.reply
	return h
}

var nat64Prefix = netip.MustParsePrefix("64:ff9b::/96")

// embed gives the 64:ff9b::/96 addresses of a set of IPv4 addresses.
func embed(s packet.Addrs) packet.Addrs {
	var out packet.Addrs
	for _, x := range s.And(packet.AllIPv4) {
		out = append(out, packet.Interval[netip.Addr]{Lo: embedAddr(x.Lo), Hi: embedAddr(x.Hi)})
	}
	return out
}

func embedAddr(a netip.Addr) netip.Addr {
	b := nat64Prefix.Addr().As16()
	v4 := a.As4()
	copy(b[12:], v4[:])
	return netip.AddrFrom16(b)
}

// extract gives the IPv4 addresses that a set of 64:ff9b::/96 addresses embeds.
func extract(s packet.Addrs) packet.Addrs {
	var out packet.Addrs
	for _, x := range s.And(packet.Prefix(nat64Prefix)) {
		out = append(out, packet.Interval[netip.Addr]{Lo: extractAddr(x.Lo), Hi: extractAddr(x.Hi)})
	}
	return out
}

func extractAddr(a netip.Addr) netip.Addr {
	b := a.As16()
	return netip.AddrFrom4([4]byte(b[12:]))
}
