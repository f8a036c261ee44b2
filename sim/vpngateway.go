package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// vpnGateway is a compiled virtual private gateway: it joins one VPC to VPN
// connections and Direct Connect. It forwards what it knows a prefix for (VPN-2), and
// delivers to interfaces of its VPC alone (VPN-4, NEW-5).
type vpnGateway struct {
	e     *Engine
	comp  Component
	where model.Provenance
	vpc   *vpc        // nil while it is attached to none
	table *routeTable // its gateway route table; nil without one (PATH-2)
	// inferred is set where the input names the gateway and does not describe it.
	inferred bool
	ways     []*wayIn // the links that end at it
	// routes are what it knows, the longest prefixes first; down is what it would
	// over links that are down.
	routes, down []gatewayRoute
	// listed are the prefixes that route tables of the input show as propagated from
	// it: all that it knows.
	listed []netip.Prefix
}

func (g *vpnGateway) component() Component { return g.comp }

// compileVPNGateways makes the gateways of the input, and those that active routes
// name (RT-10) or route tables take routes from.
func (e *Engine) compileVPNGateways() {
	e.vpnGateways = map[model.VPNGatewayID]*vpnGateway{}
	for _, m := range model.Sorted(e.network.VPNGateways) {
		g := &vpnGateway{e: e, comp: e.component(model.KindVPNGateway, string(m.ID), &m.Meta), where: m.Provenance}
		if m.VPC != "" {
			g.vpc = e.vpc(m.VPC)
		}
		e.vpnGateways[m.ID] = g
	}
	for _, m := range model.Sorted(e.network.RouteTables) {
		infer := func(id string, where model.Provenance) *vpnGateway {
			g := e.vpnGateways[model.VPNGatewayID(id)]
			if g == nil {
				g = &vpnGateway{e: e, comp: Component{ID: id, Type: model.KindVPNGateway}, where: where, vpc: e.vpc(m.VPC), inferred: true}
				e.vpnGateways[model.VPNGatewayID(id)] = g
			}
			return g
		}
		for i := range m.Routes {
			if r := &m.Routes[i]; r.Target.Kind == model.KindVPNGateway && r.State == model.RouteActive {
				if g := infer(r.Target.ID, r.Provenance); r.Origin == model.EnableVGWRoutePropagation {
					g.listed = append(g.listed, r.Prefix)
				}
			}
		}
		for _, id := range m.PropagatingVGWs {
			infer(id, m.Provenance)
		}
		for _, id := range m.Gateways {
			if g := e.vpnGateways[model.VPNGatewayID(id)]; g != nil {
				g.table = e.tables[m.ID]
			}
		}
	}
	for _, g := range e.vpnGateways {
		slices.SortFunc(g.listed, netip.Prefix.Compare)
		g.listed = slices.Compact(g.listed)
	}
}

// compileLinks gives a gateway of which the input has no connection one of its own,
// and a single connection what the gateway is known to have learned.
func (g *vpnGateway) compileLinks() {
	if len(g.ways) == 0 {
		l := g.e.addLink(&link{comp: g.comp, where: g.where, rank: rankVPNBGP, unknown: &model.Unknown{Subject: g.comp.ID, Attribute: "connections",
			Reason: "the input has no VPN connection or virtual interface of it: give them, or describe the network in on_premises", Provenance: g.where}})
		g.ways = []*wayIn{{link: l, vgw: g}}
		l.ways = g.ways
	}
	if len(g.listed) == 0 {
		return
	}
	var open []*link
	for _, x := range g.ways {
		if x.link.unknown != nil {
			open = append(open, x.link)
		}
	}
	for _, l := range open {
		if l.unknown = nil; len(open) == 1 {
			l.learned = append(l.learned, g.listed...)
		}
	}
}

// receive takes a packet that a route table of the VPC sends out. Its source must be
// an interface's of the VPC (NEW-5).
func (g *vpnGateway) receive(w *walk, s state) outcome {
	w.lose(&s, g.comp)
	g.assumeAttached(w)
	own, foreign := s.split(s.hdr.src, g.vpc.addresses(w, &s, s.hdr.src, 1-s.leg))
	var o outcome
	if !foreign.flows.IsEmpty() {
		o = w.drop(foreign, evidence{code: VGWPrivateIPAssociationForEgress, dir: egress, at: g.comp, where: g.where, words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("%s sends for interfaces of %s only, and %s is none's", c.named(), g.vpc.comp.named(), h.SourceIP),
				"send from an interface of the VPC, translate, or join the networks by a transit gateway"
		}})
		if own.flows.IsEmpty() {
			return o
		}
	}
	w.hopAt(&own, g.comp, "forwards the packet")
	return o.or(g.send(w, own))
}

// addresses are those of a field's that somebody in the VPC has: interfaces, NAT
// gateways. side is the leg whose destination the field is.
func (v *vpc) addresses(w *walk, s *state, f addrField, side model.Leg) packet.Addrs {
	var out packet.Addrs
	if p := f.pool; f.kind == poolAddr && p.of.vpc == v {
		return p.addrs
	}
	if c := w.claims[side]; c.to != nil && c.to.vpc == v {
		out = c.addrs
	}
	for _, own := range v.ownersIn(f.ofSet(s.flows)) {
		out = out.Or(own.addrs)
	}
	return out
}

// assumeAttached says that nothing but routes tell of the gateway.
func (g *vpnGateway) assumeAttached(w *walk) {
	if g.inferred {
		w.assume("RT-10", "virtual private gateway "+g.comp.ID+" is not described; a route to it, or from it, says that it is attached")
	}
}

// send takes a packet out over a link that leads to its destination.
func (g *vpnGateway) send(w *walk, s state) outcome {
	if o, done := w.byAnyRange(s, g.comp, len(g.routes), g.rangeOf, func(s state, i int) outcome {
		if i == len(g.routes) {
			return g.sendElsewhere(w, s)
		}
		return g.routes[i].take(w, s)
	}); done {
		return o
	}
	var o outcome
	for i := range g.routes {
		in, out := s.split(s.hdr.dst, g.routes[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(g.routes[i].take(w, in))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(g.sendElsewhere(w, s))
}

// rangeOf is the i-th prefix that the gateway knows.
func (g *vpnGateway) rangeOf(i int) (packet.Addrs, ruleRef) {
	return g.routes[i].addrs, rangeRule{g.routes[i].prefix.String(), g.where}
}

// sendElsewhere takes packets to what no link that is up leads to.
func (g *vpnGateway) sendElsewhere(w *walk, s state) outcome {
	var o outcome
	u := g.unknownFor(s.hdr.v6)
	for i := range g.down {
		lost := g.down[i].addrs
		if u != nil { // another connection may lead there too, unless the design says otherwise
			lost = lost.And(g.e.described)
		}
		in, out := s.split(s.hdr.dst, lost)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(g.down[i].drop(w, in))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	if u != nil {
		return o.or(w.lostTrack(s, gapEvidence(g.comp, egress, UnknownDestination, u, nil)))
	}
	if !slices.ContainsFunc(g.ways, func(x *wayIn) bool { return x.dead() == nil }) {
		return o.or((&gatewayRoute{ways: g.ways}).drop(w, s))
	}
	return o.or(w.drop(s, evidence{code: NoRouteToDestination, dir: egress, at: g.comp, where: g.where, words: g.unknownPrefixWords}))
}

// announces are the prefixes that the gateway announces over a link: its VPC's blocks,
// as far as an association's allowed prefixes let them (DX-5), and what it learned
// from other links (VPN-5).
func (g *vpnGateway) announces(by *wayIn) []netip.Prefix {
	var out []netip.Prefix
	if g.vpc != nil {
		out = g.vpc.model.CIDRs
	}
	if by.association != nil {
		return passesFilter(out, by.association.AllowedPrefixes)
	}
	if by.link.vpn != nil {
		out = slices.DeleteFunc(slices.Clone(out), func(p netip.Prefix) bool { return p.Addr().Is6() })
	}
	for i := range g.routes {
		if !slices.Contains(g.routes[i].ways, by) && slices.ContainsFunc(g.routes[i].ways, func(x *wayIn) bool { return x.association == nil }) {
			out = append(out, g.routes[i].prefix)
		}
	}
	return out
}

// enter takes a packet that came over a link.
func (g *vpnGateway) enter(w *walk, s state, by *wayIn) outcome {
	g.assumeAttached(w)
	w.hopAt(&s, g.comp, "forwards the packet")
	if g.vpc == nil {
		return g.between(w, s, by)
	}
	in, out := s.split(s.hdr.dst, g.vpc.cidrs)
	var o outcome
	if !in.flows.IsEmpty() {
		o = g.deliver(w, in)
	}
	if out.flows.IsEmpty() {
		return o
	}
	return o.or(g.between(w, out, by))
}

// deliver hands a packet to the VPC: by the gateway route table, if there is one,
// else to whoever has its destination (PIPE-5). That must be an interface's (NEW-5).
func (g *vpnGateway) deliver(w *walk, s state) outcome {
	own, nobody := s.split(s.hdr.dst, g.vpc.addresses(w, &s, s.hdr.dst, s.leg))
	var o outcome
	if !nobody.flows.IsEmpty() {
		if u := g.vpc.model.Missing[model.KindInterface]; u != nil {
			o = w.lostTrack(nobody, gapEvidence(g.vpc.comp, sideless, UnknownResource, u, nil))
		} else {
			o = w.drop(nobody, evidence{code: VGWPrivateIPAssociationIngress, dir: ingress, at: g.comp, where: g.where, words: func(_ *Engine, c Component, h Header) (string, string) {
				return fmt.Sprintf("%s delivers to interfaces of %s only, and %s is none's", c.named(), g.vpc.comp.named(), h.DestinationIP),
					"address an interface of the VPC"
			}})
		}
		if own.flows.IsEmpty() {
			return o
		}
	}
	if g.table == nil {
		return o.or(g.vpc.arrive(w, own))
	}
	g.assumeEndpointTarget(w, &own)
	return o.or(g.table.forward(w, own))
}

// assumeEndpointTarget says that a gateway route to a Gateway Load Balancer endpoint
// is taken, as AWS's current pages have it.
func (g *vpnGateway) assumeEndpointTarget(w *walk, s *state) {
	to := g.table.addrsTo(func(n node) bool { return n != nil && n.component().Type == model.KindVPCEndpoint })
	if in, _ := s.split(s.hdr.dst, to); !in.flows.IsEmpty() {
		w.assume("T-RT-9", "a route of a virtual private gateway's table to a Gateway Load Balancer endpoint carries packets")
	}
}

// between takes a packet that came over a link for no address of the VPC: to another
// link, where both may be part of a CloudHub (VPN-5), and nowhere else (VPN-4, PATH-4).
func (g *vpnGateway) between(w *walk, s state, by *wayIn) outcome {
	var o outcome
	for i := range g.routes {
		r := &g.routes[i]
		in, out := s.split(s.hdr.dst, r.addrs)
		if in.flows.IsEmpty() || slices.Contains(r.ways, by) {
			continue
		}
		o = o.or(g.toSite(w, in, by, r))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	if by.association == nil { // another link may lead to more than is known, though not to the internet
		_, private := s.split(s.hdr.dst, publicSpace)
		for _, x := range g.ways {
			if u := x.link.unknown; u != nil && x != by && x.association == nil && x.dead() == nil && !private.flows.IsEmpty() {
				o = o.or(w.lostTrack(private, gapEvidence(g.comp, ingress, UnknownDestination, u, nil)))
				if s, _ = s.split(s.hdr.dst, publicSpace); s.flows.IsEmpty() {
					return o
				}
				break
			}
		}
	}
	return o.or(w.drop(s, evidence{code: NotTransitive, dir: ingress, at: g.comp, where: g.where, words: notTransitiveWords}))
}

func (g *vpnGateway) toSite(w *walk, s state, by *wayIn, r *gatewayRoute) outcome {
	to := r.ways[0]
	switch {
	case by.association != nil || to.association != nil: // DX-2
		return w.drop(s, evidence{code: NotTransitive, dir: ingress, at: g.comp, where: g.where, words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("%s does not join a Direct Connect gateway to %s, behind which %s is", c.named(), to.link.comp.named(), h.DestinationIP),
				"join the networks by a transit gateway"
		}})
	case by.link.static || to.link.static:
		u := &model.Unknown{Subject: g.comp.ID, Reason: "AWS does not say whether VPN connections with static routes reach each other by it", Provenance: g.where}
		return w.lostTrack(s, gapEvidence(g.comp, sideless, NotModelled, u, nil))
	}
	w.assume("VPN-5", "the customer gateways of "+g.comp.named()+" have an ASN each, so that it joins their networks (CloudHub)")
	return r.take(w, s)
}

func (g *vpnGateway) unknownPrefixWords(_ *Engine, c Component, h Header) (string, string) {
	var known []string
	for i := range g.routes {
		known = append(known, g.routes[i].prefix.String())
	}
	has := "none"
	if len(known) > 0 {
		has = strings.Join(known, ", ")
	}
	return fmt.Sprintf("%s sends only to prefixes that it has learned, or that its VPN connections have as static routes (%s), and none holds %s", c.named(), has, h.DestinationIP),
		"add a static route to the VPN connection, or have the other side announce the prefix"
}

func notTransitiveWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("what comes from on-premises by %s is for interfaces of its VPC only: %s is not in it, and it leads to no other gateway", c.named(), h.DestinationIP),
		"give on-premises a way of its own, or use a transit gateway"
}
