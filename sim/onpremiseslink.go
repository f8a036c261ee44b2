package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// link is what joins AWS to networks on premises: a VPN connection, a Direct Connect
// virtual interface, or a transit gateway attachment that says itself what it
// learns. A gateway of which the input has no connection has one link of its own.
type link struct {
	e     *Engine
	comp  Component
	where model.Provenance
	rank  int
	vpn   *model.VPNConnection         // nil for others
	dx    model.DirectConnectGatewayID // of a virtual interface on one
	vif   *model.VirtualInterface      // nil for others
	ids   []string                     // by which networks on premises name it
	down  *deadLink                    // nil while it carries packets
	ways  []*wayIn                     // where what comes in by it goes
	// static says that AWS knows the written prefixes alone, not what is announced.
	static bool
	// learned are the prefixes that AWS knows to lie behind it; unknown is set where
	// there may be others (PATH-8).
	learned []netip.Prefix
	unknown *model.Unknown
	// behind is where the input's connections and routes say that it leads, and sites
	// are who is there. Named says that the design describes some of them.
	behind packet.Addrs
	sites  []*site
	named  bool
	// defaults are the static default routes of transit gateways that lead to it.
	defaults []netip.Prefix
}

// Ranks of what a virtual private gateway learns, for equal prefixes (T-RT-1,
// VPN-3).
const (
	rankDirectConnect = iota
	rankVPNStatic
	rankVPNBGP
)

// deadLink is why a link carries nothing.
type deadLink struct {
	code  Code
	at    Component
	where model.Provenance
	words words
}

// compileLinks makes the connections to networks on premises and the gateways that
// they end at.
func (e *Engine) compileLinks() {
	e.attached = e.outsideAttachments()
	e.compileVPNGateways()
	e.compileVPNConnections()
	e.compileDirectConnect()
	e.compileAttachmentLinks()
	for _, g := range model.Sorted(e.vpnGateways) {
		g.compileLinks()
	}
	e.compileBehind()
	e.compileSites()
	for _, l := range e.links {
		l.learn()
	}
	for _, g := range model.Sorted(e.vpnGateways) {
		g.fill()
	}
	e.compileUnplaced()
	e.compileAnnouncements()
}

func (e *Engine) addLink(l *link) *link {
	l.e = e
	l.ids = append(l.ids, l.comp.ID)
	e.links = append(e.links, l)
	return l
}

// compileBehind collects where the input's connections and routes say that links
// lead, default routes apart.
func (e *Engine) compileBehind() {
	e.compileUntoldPeers()
	add := func(l *link, p netip.Prefix) {
		if p.Bits() > 0 {
			l.behind = l.behind.Or(packet.Prefix(p))
		}
	}
	addStatic := func(l *link, p netip.Prefix) {
		if add(l, p); p.Bits() == 0 {
			l.defaults = append(l.defaults, p)
		}
	}
	for _, l := range e.links {
		for _, p := range l.learned {
			add(l, p)
		}
	}
	for _, m := range e.network.RouteTables {
		for i := range m.Routes {
			r := &m.Routes[i]
			switch r.Target.Kind {
			case model.KindVPNGateway:
				if g := e.vpnGateways[model.VPNGatewayID(r.Target.ID)]; g != nil && r.State == model.RouteActive {
					for _, way := range g.ways {
						add(way.link, r.Prefix)
					}
				}
			case model.KindTransitGateway, model.KindCoreNetwork:
				if e.network.TransitGateways[model.TransitGatewayID(r.Target.ID)] == nil && e.network.CoreNetworks[model.CoreNetworkID(r.Target.ID)] == nil && r.Prefix.Bits() > 0 {
					e.untold = e.untold.Or(packet.Prefix(r.Prefix))
				}
			}
		}
	}
	for _, m := range e.network.TransitGatewayRouteTables {
		for i := range m.Routes {
			for _, id := range m.Routes[i].Attachments {
				if a := e.network.TransitGatewayAttachments[id]; a != nil && m.Routes[i].Prefix.IsValid() {
					for _, l := range e.linksOf(string(a.TransitGateway), string(a.ID)) {
						addStatic(l, m.Routes[i].Prefix)
					}
				}
			}
		}
	}
}

// leadsTo reports whether the design says that the link leads to a network: by its
// name, or because all do.
func (l *link) leadsTo(m *model.OnPremisesNetwork) bool {
	return len(m.Via) == 0 || slices.ContainsFunc(l.ids, func(id string) bool { return slices.Contains(m.Via, id) })
}

// learn adds what the design says that the routers behind the link announce (T-RT-12).
func (l *link) learn() {
	if l.static {
		return
	}
	for _, m := range model.Sorted(l.e.network.OnPremisesNetworks) {
		if !l.leadsTo(m) {
			continue
		}
		if m.Advertises != nil {
			l.learned = append(l.learned, m.Advertises...)
			l.unknown = nil
		} else {
			l.learned = append(l.learned, m.CIDRs...)
		}
	}
	l.learned = append(l.learned, l.e.network.OnPremises...)
	slices.SortFunc(l.learned, netip.Prefix.Compare)
	l.learned = slices.Compact(l.learned)
	if len(l.learned) > 0 {
		l.unknown = nil
	}
}

// hopAt notes that the packet passes a component.
func (w *walk) hopAt(s *state, at Component, text string) {
	if w.record {
		s.hop(hop{at: at, action: ActionForward, words: say(text, "")})
	}
}

// cross takes a packet over the link. It stops what the link does not carry at all.
func (l *link) cross(w *walk, s *state, by *wayIn, dir direction) (o outcome, stopped bool) {
	if l.vpn != nil {
		if o, stopped = l.crossVPN(w, s, by, dir); stopped {
			return o, true
		}
	}
	if by == nil || by.vgw == nil || by.vgw.comp != l.comp {
		text := "crosses to on-premises"
		if dir == ingress {
			text = "crosses from on-premises"
		}
		w.hopAt(s, l.comp, text)
	}
	return outcome{}, false
}

// leave takes a packet out of AWS over the link to whoever has its destination there;
// by is the gateway that sends it, nil for another link.
func (l *link) leave(w *walk, s state, by *wayIn) outcome {
	if o, stopped := l.cross(w, &s, by, egress); stopped {
		return o
	}
	s.from, s.via, s.transit, s.mediated = nil, nil, nil, false
	w.lose(&s, l.comp)
	o, s := l.hairpin(w, s, by)
	if s.flows.IsEmpty() {
		return o
	}
	for _, p := range l.sitesFor(w, &s) {
		in, out := s.split(s.hdr.dst, p.addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(p.receive(w, in))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	if p := l.e.unplaced; p != nil && slices.Contains(p.links, l) {
		if in, out := s.split(s.hdr.dst, p.addrs); !in.flows.IsEmpty() {
			o = o.or(p.receive(w, in))
			if s = out; s.flows.IsEmpty() {
				return o
			}
		}
	}
	if s.leg == model.Return && w.origin == nil && w.source == nil && !s.hdr.v6 {
		// Nobody there translates the reply as the internet gateway would have.
		return o.or(w.drop(s, evidence{code: AsymmetricReturn, at: l.comp, where: l.where, words: strayReplyWords}))
	}
	if u := l.takesOn(s.hdr.v6); u != nil {
		return o.or(w.lostTrack(s, gapEvidence(l.comp, egress, UnknownDestination, u, nil)))
	}
	return o.or(w.drop(s, evidence{code: NoPossibleDestination, dir: egress, at: l.comp, where: l.where, words: func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("no network that the design has behind %s owns %s", c.named(), h.DestinationIP),
			"ask for an address of a network on premises, or describe the one that has it"
	}}))
}

// takesOn is why the routers behind the link may take a packet on that is for none of
// their networks: they announce a default route, or may, or a transit gateway has one
// to them (PATH-8). It is nil where nothing says so.
func (l *link) takesOn(v6 bool) *model.Unknown {
	isDefault := func(p netip.Prefix) bool { return p.Bits() == 0 && p.Addr().Is6() == v6 }
	switch {
	case l.unknown != nil:
		return l.unknown
	case slices.ContainsFunc(l.learned, isDefault):
		return &model.Unknown{Subject: l.comp.ID, Reason: "a default route is announced there, and what its routers do with other networks' packets is not known", Provenance: l.where}
	case slices.ContainsFunc(l.defaults, isDefault):
		return &model.Unknown{Subject: l.comp.ID, Reason: "a default route leads there, and what its routers do with other networks' packets is not known", Provenance: l.where}
	}
	return nil
}

// sitesFor are the sites behind the link, the one that the packet is for first: several
// may have its address.
func (l *link) sitesFor(w *walk, s *state) []*site {
	meant, _ := w.origin.(*site)
	if s.leg == model.Forward {
		meant = w.place
	}
	k := slices.Index(l.sites, meant)
	if k <= 0 {
		return l.sites
	}
	return append([]*site{meant}, slices.Delete(slices.Clone(l.sites), k, k+1)...)
}

// addrs are the addresses of the sites behind the link.
func (l *link) addrs() packet.Addrs {
	var out packet.Addrs
	for _, p := range l.sites {
		out = out.Or(p.addrs)
	}
	return out
}
