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

// wayIn is a gateway that a link leads to: a virtual private gateway, a transit
// gateway attachment, or, with SiteLink, another virtual interface. It is the way out
// too.
type wayIn struct {
	link *link
	vgw  *vpnGateway
	// hub and attached name a transit gateway attachment.
	hub, attached string
	far           *link // DX-10
	// association joins the Direct Connect gateway in between; nil without one.
	association *model.DirectConnectGatewayAssociation
	// unknown is set where it is not known what AWS announces by it.
	unknown *model.Unknown
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
}

func (e *Engine) addLink(l *link) *link {
	l.e = e
	l.ids = append(l.ids, l.comp.ID)
	e.links = append(e.links, l)
	return l
}

// outsideAttachment is an attachment of a transit gateway or core network to networks
// on premises, as the input has it.
type outsideAttachment struct {
	hub, id  string
	comp     Component
	where    model.Provenance
	kind     model.AttachmentType
	resource string
	prefixes []netip.Prefix
	unknown  *model.Unknown
}

func (e *Engine) outsideAttachments() []outsideAttachment {
	var out []outsideAttachment
	add := func(x outsideAttachment) {
		switch x.kind {
		case model.AttachVPN, model.AttachVPNConcentrator, model.AttachConnect, model.AttachDirectConnectGateway:
			out = append(out, x)
		}
	}
	for _, m := range model.Sorted(e.network.TransitGatewayAttachments) {
		add(outsideAttachment{string(m.TransitGateway), string(m.ID), e.component(model.KindTransitGatewayAttachment, string(m.ID), &m.Meta), m.Provenance,
			m.Type, m.Resource, m.Prefixes, m.PrefixesUnknown})
	}
	for _, m := range model.Sorted(e.network.CoreNetworkAttachments) {
		add(outsideAttachment{string(m.CoreNetwork), string(m.ID), e.component(model.KindCoreNetworkAttachment, string(m.ID), &m.Meta), m.Provenance,
			m.Type, m.Resource, m.Prefixes, m.PrefixesUnknown})
	}
	return out
}

// compileAttachmentLinks makes links of attachments that lead outside by themselves:
// Connect, VPN concentrators, and those of which the input lacks the connection.
func (e *Engine) compileAttachmentLinks() {
	for _, x := range e.attached {
		if known := e.linksOf(x.hub, x.id); len(known) > 0 {
			for _, l := range known {
				l.ids = append(l.ids, x.id)
				l.learnFromAttachment(&x)
			}
			continue
		}
		l := e.addLink(&link{comp: x.comp, where: x.where, rank: rankVPNBGP})
		l.ways = []*wayIn{{link: l, hub: x.hub, attached: x.id}}
		if x.kind == model.AttachDirectConnectGateway {
			l.ways[0].unknown = &model.Unknown{Subject: x.resource, Attribute: "allowed prefixes",
				Reason: "the input does not have the association of the Direct Connect gateway", Provenance: x.where}
		}
		if x.unknown == nil && len(x.prefixes) == 0 {
			x.unknown = &model.Unknown{Subject: x.id, Attribute: "prefixes",
				Reason: "BGP decides what lies behind it: give its prefixes, or describe the network in on_premises", Provenance: x.where}
		}
		l.learnFromAttachment(&x)
	}
}

func (l *link) learnFromAttachment(x *outsideAttachment) {
	if l.static {
		return // TGW-12
	}
	l.learned = append(l.learned, x.prefixes...)
	switch {
	case x.unknown != nil:
		l.unknown = x.unknown
	case len(x.prefixes) > 0:
		l.unknown = nil
	}
}

// linksOf are the links that an attachment stands for.
func (e *Engine) linksOf(hub, id string) []*link {
	var out []*link
	for _, l := range e.links {
		if slices.ContainsFunc(l.ways, func(x *wayIn) bool { return x.hub == hub && x.attached == id }) {
			out = append(out, l)
		}
	}
	return out
}

// attachmentTo finds the attachment of a transit gateway or core network to
// something; nil without one.
func (e *Engine) attachmentTo(hub string, t model.AttachmentType, resource string) *outsideAttachment {
	for i := range e.attached {
		if x := &e.attached[i]; x.hub == hub && x.kind == t && x.resource == resource {
			return x
		}
	}
	return nil
}

// compileBehind collects where the input's connections and routes say that links
// lead, default routes apart.
func (e *Engine) compileBehind() {
	add := func(l *link, p netip.Prefix) {
		if p.Bits() > 0 {
			l.behind = l.behind.Or(packet.Prefix(p))
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
						add(l, m.Routes[i].Prefix)
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

// dead is why nothing comes or goes by the way; nil while it is open.
func (x *wayIn) dead() *deadLink {
	switch {
	case x.link.down != nil:
		return x.link.down
	case x.far != nil && x.far.down != nil:
		return x.far.down
	case x.attachment() != nil && !x.attachment().available:
		a := x.attachment()
		return &deadLink{BadStateAttachment, a.comp, a.where, say(fmt.Sprintf("%s is %s", a.comp.named(), a.state), "have the attachment accepted, or make it anew")}
	case x.association != nil && !x.association.Associated: // DX-11
		a := x.association
		return &deadLink{BadStateAttachment, x.link.gatewayComponent(), a.Provenance,
			say(fmt.Sprintf("the association %s of the Direct Connect gateway is %s", a.ID, a.State), "associate the gateways anew, or have the proposal accepted")}
	}
	return nil
}

// refuse ends the way of packets that the link does not take in: it is down, or AWS
// does not announce their destination by it (DX-7).
func (x *wayIn) refuse(w *walk, s state) outcome {
	if d := x.dead(); d != nil {
		return w.drop(s, evidence{code: d.code, dir: ingress, at: d.at, where: d.where, words: d.words})
	}
	return x.link.unannounced(w, s)
}

// sameAs reports whether two ways lead to the same place under the same conditions.
func (x *wayIn) sameAs(y *wayIn) bool {
	if x.far != nil || y.far != nil || x.vgw != y.vgw || x.hub != y.hub || x.attached != y.attached {
		return false
	}
	return !x.link.selects() && !y.link.selects()
}

// announcedOnly reports whether a router uses the way for nothing but what AWS
// announces: a VPN's tunnel takes whatever is routed into it.
func (x *wayIn) announcedOnly() bool { return x.link.rank == rankDirectConnect }

// attachment is the transit gateway attachment of the way; nil without one.
func (x *wayIn) attachment() *attachment {
	if h := x.link.e.hubs[x.hub]; h != nil {
		return h.attachments[x.attached]
	}
	return nil
}

// announces are the prefixes that AWS announces by the way.
func (x *wayIn) announces() []netip.Prefix {
	switch {
	case x.far != nil:
		return x.far.learned
	case x.vgw != nil:
		return x.vgw.announces(x)
	case x.association != nil: // DX-6
		return x.association.AllowedPrefixes
	case x.unknown != nil:
		return nil
	}
	if a := x.attachment(); a != nil {
		return a.announces()
	}
	return nil
}

// announces are the prefixes that a transit gateway announces to a VPN or Connect
// peer: the routes of the attachment's table. Where these are not all known, any
// address may be among them.
func (a *attachment) announces() []netip.Prefix {
	anything := []netip.Prefix{anyPrefix, anyPrefix6}
	if a.table == nil {
		if a.policy == nil && a.tableUnknown == nil {
			return nil
		}
		return anything
	}
	if a.table.unknown != nil || len(a.table.open) > 0 {
		return anything
	}
	var out []netip.Prefix
	for i := range a.table.entries {
		en := &a.table.entries[i]
		if slices.ContainsFunc(en.winners, func(r *transitRoute) bool { return r.to != a }) {
			out = append(out, en.prefix)
		}
	}
	return out
}

// enter takes a packet from the site over the link to the gateway.
func (x *wayIn) enter(w *walk, s state) outcome {
	if o, stopped := x.link.cross(w, &s, x, ingress); stopped {
		return o
	}
	switch {
	case x.far != nil:
		w.hopAt(&s, x.link.gatewayComponent(), "passes to "+x.far.comp.named()+" by SiteLink")
		return x.far.leave(w, s, nil)
	case x.vgw != nil:
		return x.vgw.enter(w, s, x)
	}
	if a := x.attachment(); a != nil {
		return a.enter(w, s)
	}
	u := &model.Unknown{Subject: x.link.comp.ID, Reason: "the input does not have its attachment to a transit gateway", Provenance: x.link.where}
	return w.lostTrack(s, gapEvidence(x.link.comp, ingress, UnknownResource, u, nil))
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
	if slices.ContainsFunc(l.learned, func(p netip.Prefix) bool { return p.Bits() == 0 && p.Addr().Is6() == s.hdr.v6 }) {
		u := &model.Unknown{Subject: l.comp.ID, Reason: "a default route is announced there, and what its routers do with other networks' packets is not known", Provenance: l.where}
		return o.or(w.lostTrack(s, gapEvidence(l.comp, egress, UnknownDestination, u, nil)))
	}
	return o.or(w.drop(s, evidence{code: NoPossibleDestination, dir: egress, at: l.comp, where: l.where, words: func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("no network that the design has behind %s owns %s", c.named(), h.DestinationIP),
			"ask for an address of a network on premises, or describe the one that has it"
	}}))
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

// outward carries what leaves a transit gateway by an attachment to on-premises. It
// implements far.
type outward struct{ links []*link }

// attachOutside says what lies beyond an attachment to on-premises, and what it
// propagates (TGW-12); it leaves others alone.
func (a *attachment) attachOutside(e *Engine) {
	if a.kind == model.AttachClientVPN {
		a.attachClients(e)
		return
	}
	links := e.linksOf(a.hub.comp.ID, a.comp.ID)
	if len(links) == 0 {
		return
	}
	a.beyond, a.learned, a.learnedUnknown = &outward{links}, nil, nil
	for _, l := range links {
		if l.static {
			continue // VPN-10
		}
		a.learned = append(a.learned, l.learned...)
		if a.learnedUnknown == nil {
			a.learnedUnknown = l.unknown
		}
	}
	slices.SortFunc(a.learned, netip.Prefix.Compare)
	a.learned = slices.Compact(a.learned)
}

// carry implements far: over a link that leads to the destination, of those that are
// up; any of several does (DX-8).
func (f *outward) carry(w *walk, s state, by *attachment) outcome {
	var up []*wayIn
	var dead *wayIn
	for _, l := range f.links {
		for _, x := range l.ways {
			switch {
			case x.attachment() != by:
			case x.dead() != nil:
				dead = x
			default:
				up = append(up, x)
			}
		}
	}
	if len(up) == 0 {
		d := dead.dead()
		code := d.code
		if code == BadStateVPN {
			code = TGWBadStateVPN
		}
		return w.drop(s, evidence{code: code, dir: egress, at: d.at, where: d.where, words: d.words})
	}
	w.hopAt(&s, by.comp, "leaves "+by.hub.comp.named())
	var o outcome
	for _, x := range up[:len(up)-1] {
		in, out := s.split(s.hdr.dst, x.link.addrs())
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(x.link.leave(w, in, x))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(up[len(up)-1].link.leave(w, s, up[len(up)-1]))
}

// addrs are the addresses of the sites behind the link.
func (l *link) addrs() packet.Addrs {
	var out packet.Addrs
	for _, p := range l.sites {
		out = out.Or(p.addrs)
	}
	return out
}
