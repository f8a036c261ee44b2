package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// compileDirectConnect makes the links of virtual interfaces: a private one to a
// virtual private gateway, or by a Direct Connect gateway to several; a transit one
// to transit gateways (DX-1). A public one leads to no gateway of the network (DX-9). A
// Direct Connect gateway of which the input has no virtual interface has
// one that is taken to be up.
func (e *Engine) compileDirectConnect() {
	on := map[model.DirectConnectGatewayID][]*link{}
	for _, m := range model.Sorted(e.network.VirtualInterfaces) {
		l := e.addLink(&link{
			comp: e.component(model.KindVirtualInterface, string(m.ID), &m.Meta), where: m.Provenance, rank: rankDirectConnect,
			vif: m, dx: m.Gateway, learned: slices.Clone(m.LearnedRoutes),
		})
		if !m.Up {
			l.down = &deadLink{BadState, l.comp, m.Provenance, say(fmt.Sprintf("virtual interface %s is %s", l.comp.named(), m.State), "bring the virtual interface and its BGP session up")}
		}
		if l.public() {
			continue
		}
		if g := e.vpnGateways[m.VPNGateway]; g != nil {
			l.ways = append(l.ways, &wayIn{link: l, vgw: g})
			g.ways = append(g.ways, l.ways[0])
		}
		if m.Gateway != "" {
			on[m.Gateway] = append(on[m.Gateway], l)
		}
		l.doubtLearned(string(m.ID))
	}
	associations := model.Sorted(e.network.DirectConnectGatewayAssociations)
	for _, a := range associations {
		if len(on[a.Gateway]) == 0 {
			m := e.network.DirectConnectGateways[a.Gateway]
			if m == nil {
				m = &model.DirectConnectGateway{ID: a.Gateway, Meta: model.Meta{Provenance: a.Provenance}}
			}
			l := e.addLink(&link{comp: e.component(model.KindDirectConnectGateway, string(m.ID), &m.Meta), where: m.Provenance, rank: rankDirectConnect, dx: m.ID})
			l.doubtLearned(string(m.ID))
			on[a.Gateway] = append(on[a.Gateway], l)
		}
		for _, l := range on[a.Gateway] {
			e.associate(l, a)
		}
	}
	for _, x := range e.attached { // a core network's, which no association describes
		if x.kind == model.AttachDirectConnectGateway && e.network.CoreNetworks[model.CoreNetworkID(x.hub)] != nil {
			for _, l := range on[model.DirectConnectGatewayID(x.resource)] {
				l.ways = append(l.ways, &wayIn{link: l, hub: x.hub, attached: x.id})
			}
		}
	}
	for _, links := range on {
		for _, l := range links {
			for _, far := range links {
				if l != far && l.siteLink() && far.siteLink() {
					l.ways = append(l.ways, &wayIn{link: l, far: far})
				}
			}
		}
	}
}

// associate makes the way from a link to a gateway that its Direct Connect gateway
// is associated with.
func (e *Engine) associate(l *link, a *model.DirectConnectGatewayAssociation) {
	x := &wayIn{link: l, association: a, unknown: a.AllowedPrefixesUnknown}
	switch {
	case a.VPNGateway != "":
		if x.vgw = e.vpnGateways[a.VPNGateway]; x.vgw == nil || l.vif != nil && l.vif.Type != model.PrivateVirtualInterface {
			return
		}
		x.vgw.ways = append(x.vgw.ways, x)
	case a.TransitGateway != "":
		m := e.attachmentTo(string(a.TransitGateway), model.AttachDirectConnectGateway, string(a.Gateway))
		if m == nil || l.vif != nil && l.vif.Type != model.TransitVirtualInterface {
			return
		}
		x.hub, x.attached = m.hub, m.id
		if a.AllowedPrefixes == nil && x.unknown == nil {
			x.unknown = &model.Unknown{Subject: a.ID, Attribute: "allowed prefixes", Reason: "the association tells none", Provenance: a.Provenance}
		}
	default:
		return
	}
	l.ways = append(l.ways, x)
}

func (l *link) doubtLearned(id string) {
	if len(l.learned) == 0 {
		l.unknown = &model.Unknown{Subject: id, Attribute: "learned routes",
			Reason: "BGP decides what lies behind it: give learned_routes, or describe the network in on_premises", Provenance: l.where}
	}
}

// public reports whether the link is a public virtual interface, which leads to
// AWS's public addresses alone (DX-9).
func (l *link) public() bool { return l.vif != nil && l.vif.Type == model.PublicVirtualInterface }

func (l *link) siteLink() bool { return l.vif != nil && l.vif.SiteLink }

// gatewayComponent is the Direct Connect gateway of a link; the link itself without
// one.
func (l *link) gatewayComponent() Component {
	if l.dx == "" {
		return l.comp
	}
	if m := l.e.network.DirectConnectGateways[l.dx]; m != nil {
		return l.e.component(model.KindDirectConnectGateway, string(m.ID), &m.Meta)
	}
	return Component{ID: string(l.dx), Type: model.KindDirectConnectGateway}
}

// passesFilter are the blocks of a VPC that an association announces: those that an
// allowed prefix equals or holds (DX-5). Without a list all are.
func passesFilter(cidrs, allowed []netip.Prefix) []netip.Prefix {
	if allowed == nil {
		return cidrs
	}
	return slices.DeleteFunc(slices.Clone(cidrs), func(c netip.Prefix) bool {
		return !slices.ContainsFunc(allowed, func(p netip.Prefix) bool { return p.Bits() <= c.Bits() && p.Contains(c.Addr()) })
	})
}

// unannounced ends the way of packets that come by Direct Connect for what AWS does
// not announce there (DX-7): a Direct Connect gateway carries only between virtual
// interfaces and gateways (DX-2), and what the allowed prefixes say.
func (l *link) unannounced(w *walk, s state) outcome {
	at, where := l.gatewayComponent(), l.where
	var o outcome
	for _, x := range l.ways {
		var cidrs packet.Addrs
		switch {
		case x.vgw != nil && x.vgw.vpc != nil:
			cidrs = x.vgw.vpc.cidrs
		case x.attachment() != nil:
			cidrs = packet.AllAddrs // the prefixes are the association's own
		}
		in, out := s.split(s.hdr.dst, cidrs)
		if in.flows.IsEmpty() || x.association == nil {
			continue
		}
		a := x.association
		o = o.or(w.drop(in, evidence{code: NoRouteToDestination, dir: ingress, at: at, where: a.Provenance, words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("the allowed prefixes of %s (%s) let nothing be announced that holds %s", c.named(), showPrefixes(a.AllowedPrefixes), h.DestinationIP),
				"allow a prefix that holds the VPC's whole block"
		}}))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	for _, other := range l.e.links { // DX-2, DX-10
		if other == l || l.dx == "" {
			continue
		}
		in, out := s.split(s.hdr.dst, other.addrs())
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(w.drop(in, evidence{code: NotTransitive, dir: ingress, at: at, where: where, words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("%s joins virtual interfaces to gateways, and not to %s, behind which %s is", c.named(), other.comp.named(), h.DestinationIP),
				"enable SiteLink on both virtual interfaces, or join the networks by a transit gateway"
		}}))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(w.drop(s, evidence{code: NotTransitive, dir: ingress, at: at, where: where, words: notTransitiveWords}))
}

// hairpin takes packets of a VPC for another VPC of the same Direct Connect gateway:
// where a network on premises announces a prefix that holds both, they come back by
// the same virtual interface (DX-3).
func (l *link) hairpin(w *walk, s state, by *wayIn) (outcome, state) {
	var o outcome
	if l.dx == "" || by == nil || by.association == nil {
		return o, s
	}
	for _, x := range l.ways {
		if x == by || x.association == nil || x.dead() != nil {
			continue
		}
		in, out := s.split(s.hdr.dst, packet.Prefixes(x.announces()))
		if in.flows.IsEmpty() {
			continue
		}
		s = out
		if x.vgw == nil {
			u := &model.Unknown{Subject: l.comp.ID, Reason: "a network on premises announces a prefix that holds several transit gateways' networks, which may meet there (DX-3)", Provenance: l.where}
			o = o.or(w.lostTrack(in, gapEvidence(l.gatewayComponent(), sideless, UnknownDestination, u, nil)))
			continue
		}
		w.assume("DX-3", "what is announced over "+l.comp.named()+" holds several VPCs of "+l.gatewayComponent().named()+", so they reach each other by Direct Connect")
		w.hopAt(&in, l.gatewayComponent(), "passes to "+x.vgw.comp.named())
		o = o.or(x.vgw.enter(w, in, x))
	}
	return o, s
}

func showPrefixes(ps []netip.Prefix) string { return packet.FormatAddrs(packet.Prefixes(ps)) }
