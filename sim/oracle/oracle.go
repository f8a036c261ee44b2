package oracle

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// Packet is the first packet of one flow, and what chance decides about it.
type Packet struct {
	// FromInterface sends it from SrcIP, which must be an address of it; empty: it
	// comes from outside all VPCs.
	FromInterface model.InterfaceID
	SrcIP, DstIP  netip.Addr
	Protocol      model.Protocol // not AllProtocols
	// The ports are read for TCP and UDP only, type and code for ICMP and ICMPv6.
	SrcPort, DstPort   uint16
	ICMPType, ICMPCode uint8

	// NATPorts are the ports that the translators on the way pick, in the order in
	// which they are met; 1024 for those beyond its end.
	NATPorts []uint16
	// Zones are the subnets, by index, that transit gateways choose where it is left
	// to chance, in the order in which they choose; the first for those beyond its
	// end.
	Zones []int
	// Ties has the winner of each tie between prefix lists that is settled (RT-8).
	Ties map[Tie]int
}

// Tie is a tie between routes to prefix lists in one table: for all packets that
// it concerns the same one wins.
type Tie struct {
	Table  model.RouteTableID
	Prefix netip.Prefix
}

// Result is what becomes of a packet and of its reply.
type Result struct {
	Forward, Return Leg
	// Replied says that there was a reply to walk: the packet arrived, denials
	// aside, and its protocol answers.
	Replied bool
	// Translators counts those that picked a port.
	Translators int
	// Zones has the number of subnets that each choice of a transit gateway was
	// among.
	Zones []int
	// Open lists ties that Packet.Ties does not settle, each with the number of
	// routes; the first route was taken.
	Open map[Tie]int
}

// Leg is the result of one direction.
type Leg struct {
	// Arrived says that the way does not end before its end, denials aside.
	Arrived bool
	// Unmodelled says that it leads into something that is not covered.
	Unmodelled bool
	// Codes are the reasons against it, in the order in which they are met.
	Codes []sim.Code
}

// Delivered reports whether the packet gets through.
func (l Leg) Delivered() bool { return l.Arrived && len(l.Codes) == 0 }

// Delivered reports whether the packet gets through, and its reply, if its
// protocol has one, gets back (PIPE-1).
func (r Result) Delivered() bool {
	return r.Forward.Delivered() && (!r.Replied || r.Return.Delivered())
}

// Walk sends one packet and its reply through the network. The network must be
// whole: it panics where a subnet has no route table or network ACL.
func Walk(n *model.Network, p Packet) Result {
	w := &walk{n: n, p: p, result: Result{Open: map[Tie]int{}}, byTransit: map[model.VPCID]bool{},
		pinned: map[model.TransitGatewayAttachmentID]*model.Subnet{}}
	h := header{p.SrcIP, p.DstIP, p.Protocol, p.SrcPort, p.DstPort, p.ICMPType, p.ICMPCode}
	w.leg = &w.result.Forward
	if p.FromInterface == "" {
		w.sent = place{kind: outside}
		w.fromOutside(h)
	} else {
		i := n.Interfaces[p.FromInterface]
		w.sent = place{kind: atInterface, i: i}
		w.fromSource(i, h)
	}
	reply, replies := h.reply()
	if !w.result.Forward.Arrived || !replies {
		return w.result
	}
	w.replying, w.result.Replied = true, true
	w.leg, w.hops = &w.result.Return, 0
	w.expected = reply
	answer, _ := w.received.reply()
	switch w.end.kind {
	case outside:
		w.replyFromOutside(answer)
	case atInterface:
		w.egress(w.end.i, answer, false)
	case atService:
		w.arriveLocally(w.end.vpc, nil, answer, nil)
	case atLinkLocal:
		w.leg.Arrived = true
	}
	return w.result
}

// header is a packet as it stands at one point of its way.
type header struct {
	src, dst     netip.Addr
	protocol     model.Protocol
	sport, dport uint16
	typ, code    uint8
}

// reply is the header of the answer; a message of ICMP that asks nothing has none.
func (h header) reply() (header, bool) {
	r := h
	r.src, r.dst, r.sport, r.dport = h.dst, h.src, h.dport, h.sport
	if !h.protocol.IsICMP() {
		return r, true
	}
	for _, pair := range []struct {
		protocol model.Protocol
		ask, say uint8
	}{{model.ICMP, 8, 0}, {model.ICMP, 13, 14}, {model.ICMP, 15, 16}, {model.ICMP, 17, 18}, {model.ICMPv6, 128, 129}} {
		if h.protocol == pair.protocol && h.typ == pair.ask {
			r.typ = pair.say
			return r, true
		}
	}
	return header{}, false
}

type placeKind int

const (
	outside     placeKind = iota // beyond an internet gateway
	atInterface                  // i
	atService                    // behind a gateway VPC endpoint of vpc
	atLinkLocal                  // beside the interface
)

// place is where a leg begins or ends.
type place struct {
	kind placeKind
	i    *model.Interface
	vpc  model.VPCID
}

// translation is what a translator remembers.
type translation struct {
	by            string
	before, after header
}

// walk is one packet on its way, then its reply.
type walk struct {
	n      *model.Network
	p      Packet
	result Result
	leg    *Leg
	hops   int

	sent, end place
	received  header // as the forward leg delivered it

	replying bool
	expected header // what the sender takes for a reply
	// crossed has the appliances and translators of each leg, by instance or ID.
	crossed [2][]string
	table   []translation
	viaNAT  *model.NATGateway              // the NAT gateway that the forward leg crossed last
	viaEIGW model.VPCID                    // whose egress-only gateway the forward leg left by
	peered  []model.VPCPeeringConnectionID // that the packet crossed
	// byTransit are the VPCs that it came into from a transit gateway.
	byTransit map[model.VPCID]bool
	// pinned is the subnet that a flow keeps at an attachment in appliance mode.
	pinned map[model.TransitGatewayAttachmentID]*model.Subnet
}

func (w *walk) note(c sim.Code) { w.leg.Codes = append(w.leg.Codes, c) }

// loops ends a walk that does not end.
func (w *walk) loops() bool {
	if w.hops++; w.hops < 50 {
		return false
	}
	w.note(sim.Loop)
	return true
}

// arrive is the end of a leg.
func (w *walk) arrive(at place, h header) {
	if !w.replying {
		w.end, w.received, w.leg.Arrived = at, h, true
		return
	}
	if at.kind != w.sent.kind || at.i != w.sent.i || h != w.expected {
		w.note(sim.AsymmetricReturn)
		return
	}
	for _, who := range w.crossed[0] {
		if !slices.Contains(w.crossed[1], who) {
			w.note(sim.AsymmetricMiddlebox) // MBX-2
		}
	}
	w.leg.Arrived = true
}

// cross notes that an appliance or translator is on the way. A reply that meets
// one which its request missed is lost there.
func (w *walk) cross(who string) {
	if !w.replying {
		w.crossed[0] = append(w.crossed[0], who)
		return
	}
	w.crossed[1] = append(w.crossed[1], who)
	if !slices.Contains(w.crossed[0], who) {
		w.note(sim.AsymmetricMiddlebox)
	}
}

// pick is the port that the next translator takes (NAT-6).
func (w *walk) pick() uint16 {
	k := w.result.Translators
	w.result.Translators++
	if k < len(w.p.NATPorts) {
		return w.p.NATPorts[k]
	}
	return 1024
}

// translate gives a packet a translator's source address and port.
func (w *walk) translate(by string, h header, src netip.Addr) header {
	after := h
	after.src = src
	if h.protocol.HasPorts() {
		after.sport = w.pick()
	}
	w.table = append(w.table, translation{by, h, after})
	return after
}

// restore undoes a translation on the reply.
func (w *walk) restore(by string, h header) (header, bool) {
	for _, t := range w.table {
		if r, ok := t.after.reply(); ok && w.replying && t.by == by && r == h {
			before, _ := t.before.reply()
			return before, true
		}
	}
	return h, false
}
