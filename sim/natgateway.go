package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// natGateway is a compiled NAT gateway: public or private, zonal or regional
// (NAT-1, RNAT-1). It has no security group (NAT-9).
type natGateway struct {
	comp   Component
	model  *model.NATGateway
	vpc    *vpc
	subnet *subnet     // nil for a regional one
	table  *routeTable // of its subnet, or its own (NAT-7, RNAT-2)
	// addresses are what it sends from, one for each flow, picked by AWS.
	addresses []natAddress
}

// natAddress is a private address and the public one that an internet gateway
// makes of it: not valid while it is not known, and for a private gateway.
type natAddress struct {
	private, public netip.Addr
	spare           *spareAddress // set where the private one is not known and was picked
}

// field shows the private address in a header.
func (a natAddress) field() addrField {
	return addrField{kind: constAddr, addr: a.private, spare: a.spare}
}

func (n *natGateway) component() Component { return n.comp }
func (n *natGateway) home() *subnet        { return n.subnet }

// natProtocols are what a NAT gateway carries (NAT-2).
var natProtocols = packet.Protocol(model.TCP).Or(packet.Protocol(model.UDP)).Or(packet.Protocol(model.ICMP))

// receive takes a packet that a route sends to the gateway, out of a subnet of
// its VPC, in whichever zone (NAT-13). Regional gateways do the same (RNAT-8).
func (n *natGateway) receive(w *walk, s state) outcome {
	if n.subnet != nil && s.from != n.subnet {
		n.subnet.acl(w, &s, ingress) // NAT-9, NAT-10; NAT-11 where they share a subnet
	}
	if n.model.State != model.NATGatewayAvailable {
		return w.drop(s, evidence{code: BadState, at: n.comp, where: n.model.Provenance, words: n.stateWords}) // NAT-12
	}
	n.checkZone(w, &s)
	w.lose(&s, n.comp) // NAT-17

	var o outcome
	if s.hdr.v6 { // NAT-20: 64:ff9b::/96 is all of IPv6 that it carries
		in, out := s.split(s.hdr.dst, packet.Prefix(nat64Prefix))
		if !out.flows.IsEmpty() {
			o = w.drop(out, evidence{code: ProtocolRestriction, at: n.comp, where: n.model.Provenance,
				words: say("a NAT gateway carries IPv6 to 64:ff9b::/96 only (NAT64)", "route IPv6 to an egress-only internet gateway")})
		}
		if in.flows.IsEmpty() {
			return o
		}
		s = in
	}
	if s.leg == model.Return {
		// A reply is routed here that the gateway did not send: it would get a
		// new source, and nobody waits for that.
		return o.or(w.drop(s, evidence{code: NATInbound, at: n.comp, where: n.model.Provenance, words: n.replyWords}))
	}
	n.checkProtocol(w, &s)
	n.checkSource(w, &s)
	return o.or(n.translateToAny(w, s))
}

// translateToAny gives the packet one of the gateway's addresses, AWS's choice
// for each flow: what passes from some of them only passes sometimes (NAT-14,
// RNAT-6). Addresses with one fate are told of once.
func (n *natGateway) translateToAny(w *walk, s state) outcome {
	if len(n.addresses) == 0 {
		return n.translate(w, s, addrField{kind: constAddr})
	}
	ways := []outcome{n.translate(w, s, n.addresses[0].field())}
	for _, a := range n.addresses[1:] {
		quiet := *w
		quiet.record = false
		o := n.translate(&quiet, s, a.field())
		if w.arrivals = quiet.arrivals; o.whole.equal(ways[0].whole) {
			continue
		}
		if w.record {
			w.assume("NAT-14", "AWS picks one of the addresses of "+n.comp.named()+" for each connection")
			o = n.translate(w, s, a.field())
		}
		ways = append(ways, o)
	}
	return atRandom(ways)
}

// checkProtocol denies what a NAT gateway does not carry.
func (n *natGateway) checkProtocol(w *walk, s *state) {
	b := packet.All
	ps := natProtocols
	if s.hdr.v6 || s.hdr.nat64 { // the flow's own protocol is ICMPv6
		ps = swapICMP(ps)
	}
	b.Protocols = ps
	if bad := s.flows.SubBox(&b); !bad.IsEmpty() {
		w.deny(s, evidence{code: ProtocolRestriction, at: n.comp, flows: bad, where: n.model.Provenance,
			words: say("a NAT gateway carries TCP, UDP and ICMP only", "use one of those, IPsec inside UDP for instance")})
	}
}

// checkSource denies what does not come from an interface of the VPC (NAT-4, OVL-4),
// be it that a middlebox brings it from the internet.
func (n *natGateway) checkSource(w *walk, s *state) {
	if s.transit != nil { // what comes by a transit gateway is served too
		return
	}
	foreign := *s
	if s.from != nil && s.from.vpc == n.vpc && (s.via == nil || s.via.vpc == n.vpc) {
		if _, foreign = s.split(s.hdr.src, n.vpc.cidrs); foreign.flows.IsEmpty() {
			return
		}
	}
	w.deny(s, evidence{code: NGWRequiresSourceInVPC, at: n.comp, flows: foreign.flows, where: n.model.Provenance,
		words: say("a NAT gateway serves the interfaces of its own VPC only", "give the other network a NAT gateway of its own")})
}

// checkZone denies what comes from a zone in which a regional NAT gateway in
// manual mode is not registered (RNAT-5).
func (n *natGateway) checkZone(w *walk, s *state) {
	if n.model.Zones == nil || s.from == nil {
		return
	}
	from := s.from
	switch from.inZones(n.model.Zones) {
	case yes:
	case maybe:
		w.gap(s, n.comp, sideless, UnknownValue, &model.Unknown{Subject: from.comp.ID, Attribute: "Availability Zone",
			Reason: "the input does not tell whether " + n.comp.named() + " is registered in it", Provenance: from.model.Provenance})
	case no:
		w.deny(s, evidence{code: RegionalNGWRouteAZRestriction, at: n.comp, flows: s.flows, where: n.model.Provenance,
			words: func(_ *Engine, c Component, _ Header) (string, string) {
				return fmt.Sprintf("regional NAT gateway %s is not registered in %s", c.named(), from.model.Zone()), "add the zone to the gateway, or use automatic mode"
			}})
	}
}

// translate gives the packet a private address of the gateway and a port that it
// picks (NAT-5, NAT-6), and routes it on.
func (n *natGateway) translate(w *walk, s state, from addrField) outcome {
	if _, again := s.translation(n); again {
		return w.drop(s, evidence{code: Loop, at: n.comp, where: n.model.Provenance, words: loopWords})
	}
	if s.choices == packet.Choices {
		return w.lostTrack(s, evidence{code: NotModelled, at: n.comp, isGap: true, where: n.model.Provenance,
			words: say("too many translations on one way to follow", "look for NAT gateways that route to each other")})
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: n, header: s.hdr}
	s.pickPort(packet.PortRange(1024, 65535))
	s.hdr.src = from
	if s.hdr.v6 {
		s.hdr.v6, s.hdr.nat64 = false, true
		s.hdr.dst = addrField{kind: flowDst4}
	}
	s.mediated = true
	s.via, s.transit = nil, nil
	if w.record {
		words := sourceNATWords
		if from.spare != nil {
			words = spareSourceWords
		}
		s.hop(hop{at: n.comp, action: ActionTranslate, words: words})
	}
	return n.send(w, s)
}

// send routes a packet on from the gateway.
func (n *natGateway) send(w *walk, s state) outcome {
	if n.subnet != nil {
		return n.subnet.send(w, s)
	}
	w.assume("RNAT-7", "no network ACL filters at a regional NAT gateway")
	s.from = nil
	return n.table.forward(w, s)
}

// deliver takes a packet that is addressed to the gateway: only replies to what
// it sent are of use (NAT-3).
func (n *natGateway) deliver(w *walk, s state) outcome {
	before, ok := s.translation(n)
	if !ok || s.leg != model.Return {
		return w.drop(s, evidence{code: NATInbound, dir: ingress, at: n.comp, where: n.model.Provenance, words: natInboundWords})
	}
	s.hdr = before.swap()
	s.via = nil
	if w.record {
		s.hop(hop{at: n.comp, action: ActionTranslate, words: restoreWords})
	}
	return n.send(w, s)
}

// public gives the public address of one of the gateway's private ones. A
// private NAT gateway has none, so an internet gateway drops what it sends
// (NAT-8).
func (n *natGateway) public(private netip.Addr) (public netip.Addr, assigned, ok bool) {
	if n.model.Private {
		return netip.Addr{}, false, false
	}
	for _, a := range n.addresses {
		if a.private == private {
			return a.public, a.public.IsValid(), true
		}
	}
	return netip.Addr{}, false, true
}

func (n *natGateway) stateWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("NAT gateway %s is %s", c.named(), n.model.State), "use a NAT gateway that is available"
}

func (n *natGateway) replyWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("the reply to %s is routed to NAT gateway %s, which did not carry the request", h.DestinationIP, c.named()),
		"route replies the way that the request came"
}

func (n *natGateway) privateWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("%s sends from %s and is a private NAT gateway, for which internet gateway %s does not translate", n.comp.named(), h.SourceIP, c.named()),
		"route the internet through a public NAT gateway"
}

func spareSourceWords(_ *Engine, _ Component, h Header) (string, string) {
	return "source becomes " + h.SourceIP + ", one that it may have, port " + h.SourcePort, ""
}

func natInboundWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("NAT gateway %s takes replies only: no connection can be started to it or through it from this side", c.named()),
		"put a load balancer or a public address where connections should come in"
}
