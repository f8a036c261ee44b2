package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// relayPorts are what balancers, and other relays, connect from (ELB-10).
var relayPorts = packet.PortRange(1024, 65535)

// relayTo turns a connection that a relay has taken into one of its own, from its
// interface to a target, and sends it (ELB-11, PATH-2). Group references see the
// groups of sender, which may be nil.
func (i *networkInterface) relayTo(w *walk, s state, relay any, to addrField, port portField, sender *networkInterface) outcome {
	src, ok := i.addressField(to.isIPv6())
	if !ok {
		return w.lostTrack(s, evidence{code: UnknownValue, at: i.comp, isGap: true, where: i.model.Provenance,
			words: say("the interface has no address of the target's IP version in the input", "give the interface its addresses")})
	}
	if s.choices == packet.Choices {
		return w.lostTrack(s, evidence{code: NotModelled, at: i.comp, isGap: true, where: i.model.Provenance,
			words: say("too many translations on one way to follow", "ask about the way from here by itself")})
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: relay, header: s.hdr}
	s.pickPort(relayPorts)
	s.hdr.src = src
	i.startAnew(&s, to, port)
	s.sender = sender
	if w.record {
		s.hop(hop{at: i.comp, action: ActionTranslate, words: newConnectionWords})
	}
	return i.emit(w, s)
}

// startAnew makes the packet one that the interface sends.
func (i *networkInterface) startAnew(s *state, to addrField, port portField) {
	s.hdr.dst, s.hdr.dport, s.hdr.v6, s.hdr.nat64 = to, port, to.isIPv6(), false
	if s.sender != nil {
		s.lost = &lostSender{s.sender, i.comp, s.lost} // references to its group find another sender
	}
	s.sender = i
	s.relayed, s.refs, s.transit, s.seen, s.mediated = true, nil, nil, nil, false
}

// isIPv6 reports the IP version of an address that is a constant or one of a pool.
func (f addrField) isIPv6() bool {
	if f.kind == poolAddr {
		return f.pool.addrs[0].Lo.Is6()
	}
	return f.addr.Is6()
}

// toTarget takes a connection to one target.
func (c connection) toTarget(w *walk, s state, g *targetGroup, t *target) outcome {
	if t.gap != nil {
		return w.lostTrack(s, gapEvidence(g.comp, sideless, UnknownResource, t.gap, nil))
	}
	if t.model.Function != "" {
		return c.answerItself(w, s, "invokes "+t.label())
	}
	if c.preserves(&s, g, t) {
		return c.preserving(w, s, t)
	}
	sender := c.i
	if c.service != nil && c.lb.model.NotOnPrivateLink { // NLB-4, PL-8
		sender = nil
	}
	return c.i.relayTo(w, s, c.balancerNode, t.addr, toPort(t.port), sender)
}

// preserves reports whether the target sees the client's address (NLB-6): never by
// PrivateLink and between IP versions (NLB-8).
func (c connection) preserves(s *state, g *targetGroup, t *target) bool {
	if c.lb.model.Type != model.NetworkLoadBalancer || c.service != nil || s.hdr.v6 != t.addr.isIPv6() {
		return false
	}
	switch g.model.Protocol {
	case "UDP", "TCP_UDP", "QUIC", "TCP_QUIC":
		return true
	}
	switch {
	case g.model.PreserveClientIP != nil:
		return *g.model.PreserveClientIP
	case g.model.Type == model.TargetIP:
		return false
	}
	return true // instances, and Application Load Balancers (ALB-4)
}

// preserving takes a connection to a target with the client's address in it. The
// replies come straight back to the node, which takes a direct way (NLB-7).
func (c connection) preserving(w *walk, s state, t *target) outcome {
	restricted := func(words words) {
		w.deny(&s, evidence{code: ELBv2SourceAddressPreservation, at: c.lb.comp, flows: s.flows, where: c.lb.model.Provenance, words: words})
	}
	switch i := t.iface; {
	case !c.joins(t) && c.untoldVPC(t) != nil:
		w.doubt(&s, gapEvidence(c.lb.comp, sideless, UnknownResource, c.untoldVPC(t), s.flows))
	case !c.joins(t):
		restricted(c.farTargetWords(t))
	case i != nil && (i.owner.kind == model.KindVPCEndpoint || i.isNetworkLoadBalancer()): // NLB-10
		restricted(func(_ *Engine, lb Component, _ Header) (string, string) {
			return fmt.Sprintf("%s keeps the client's address towards %s, which answers nobody but the balancer then", lb.named(), i.label()), "switch client IP preservation off for the target group"
		})
	}
	if t.iface != nil && t.iface == w.source && s.hdr.src.kind == flowSrc { // NLB-9
		w.deny(&s, evidence{code: NLBHairpin, at: c.lb.comp, flows: s.flows, where: c.lb.model.Provenance, words: c.hairpinWords(t)})
	}
	if t.iface != nil && t.iface.vpc != c.i.vpc && (s.flows.Overlaps(packet.Set{udpOnly})) {
		w.assume("NLB-16", fmt.Sprintf("replies of %s to UDP come back to %s, which AWS does not promise for targets outside the balancer's VPC", t.label(), c.lb.comp.named()))
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: c.balancerNode, header: s.hdr, replies: c.straightBack}
	c.i.startAnew(&s, t.addr, toPort(t.port)) // NLB-4: rules that reference the balancer's group match
	if w.record {
		s.hop(hop{at: c.i.comp, action: ActionTranslate, words: preservedWords})
	}
	return c.i.emit(w, s)
}

var udpOnly = func() packet.Box {
	b := packet.All
	b.Protocols = packet.Protocol(model.UDP)
	return b
}()

// straightBack takes a reply from a target that saw the client's address: no route
// is asked, network ACLs see the client (NLB-18).
func (n *balancerNode) straightBack(w *walk, s state, from *networkInterface) outcome {
	s.sender = from
	from.filter(w, &s, egress)
	if from.subnet != n.i.subnet {
		from.subnet.acl(w, &s, egress)
		n.i.subnet.acl(w, &s, ingress)
	}
	o, _ := n.answer(w, s)
	return o
}

// untoldVPC is what is not known of a VPC that the design only names, the node's or
// the target's: they may be one, or peers. It is nil where both are given.
func (n *balancerNode) untoldVPC(t *target) *model.Unknown {
	if u := n.i.vpc.model.Missing[model.KindVPC]; u != nil || t.iface == nil {
		return u
	}
	return t.iface.vpc.model.Missing[model.KindVPC]
}

// joins reports whether a target is in the balancer's VPC or in one that is peered
// with it in its Region (NLB-7, PL-16).
func (n *balancerNode) joins(t *target) bool {
	if a := t.addr; a.kind == constAddr && n.i.vpc.cidrs.Contains(a.addr) {
		return true
	}
	if t.iface != nil && t.iface.vpc == n.i.vpc {
		return true
	}
	e := n.lb.e
	for _, m := range model.Sorted(e.network.VPCPeeringConnections) {
		side, ok := m.Other(n.i.vpc.model.ID)
		if !ok || !e.peeringInRegion(m) {
			continue
		}
		cidrs := packet.Prefixes(side.CIDRs)
		if far := e.vpcs[side.VPC]; far != nil {
			cidrs = far.cidrs
		}
		if cidrs.IsEmpty() || cidrs.Holds(t.addr.of(&packet.All)) {
			return true // what is not known of the far VPC, the way over the connection tells
		}
	}
	return false
}

func (i *networkInterface) isNetworkLoadBalancer() bool {
	n, ok := i.relay.(*balancerNode)
	return ok && n.lb.model.Type == model.NetworkLoadBalancer
}

// isClassicNode reports whether an interface is a Classic Load Balancer's, whose
// packets to its own subnet meet the network ACL, as no other sender's do.
func (i *networkInterface) isClassicNode() bool {
	if i == nil {
		return false
	}
	n, ok := i.relay.(*balancerNode)
	return ok && n.lb.model.Type == model.ClassicLoadBalancer
}

// checkDirect denies what arrives with a client's address that a balancer kept by
// another way than the direct one: replies would not come back to it (NLB-7).
func (i *networkInterface) checkDirect(w *walk, s *state) {
	by := s.transit
	for c := s.conn; c != nil; c = c.before {
		n, ok := c.translator.(*balancerNode)
		switch {
		case c.leg != model.Forward:
		case ok && c.replies != nil && by != nil:
			w.deny(s, evidence{code: ELBv2SourceAddressPreservation, dir: ingress, at: n.lb.comp, flows: s.flows, where: n.lb.model.Provenance, words: indirectWords(i, *by)})
			return
		case c.translator != nil:
			return
		case c.box != nil && by == nil:
			at := c.box.component()
			by = &at
		}
	}
}

func newConnectionWords(_ *Engine, _ Component, h Header) (string, string) {
	return fmt.Sprintf("connects to %s %s from %s", h.DestinationIP, h.DestinationPort, h.SourceIP), ""
}

func preservedWords(_ *Engine, _ Component, h Header) (string, string) {
	return fmt.Sprintf("passes to %s %s, with the client's address", h.DestinationIP, h.DestinationPort), ""
}

func (c connection) farTargetWords(t *target) words {
	return func(_ *Engine, lb Component, _ Header) (string, string) {
		return fmt.Sprintf("%s keeps the client's address towards %s, which is neither in %s nor in a VPC of the Region that is peered with it: replies would not come back", lb.named(), t.label(), c.i.vpc.comp.named()),
			"switch client IP preservation off for the target group"
	}
}

func (c connection) hairpinWords(t *target) words {
	return func(_ *Engine, lb Component, _ Header) (string, string) {
		return fmt.Sprintf("%s reaches itself through %s and gets a packet from its own address, which it drops", t.label(), lb.named()),
			"switch client IP preservation off for the target group"
	}
}

func indirectWords(i *networkInterface, by Component) words {
	return func(_ *Engine, lb Component, _ Header) (string, string) {
		return fmt.Sprintf("%s keeps the client's address, and what it sends reaches %s through %s: replies would go past it", lb.named(), i.label(), by.named()),
			"switch client IP preservation off for the target group"
	}
}
