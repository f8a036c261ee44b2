package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// site is a network on premises: addresses, and the connections that lead to them
// (PATH-8). What its own routers do is not known beyond what the design says of them.
type site struct {
	e     *Engine
	comp  Component
	where model.Provenance
	addrs packet.Addrs
	// accepts are the addresses on AWS's side that it lets in and sends to;
	// restricted is false where that is all of them.
	accepts    packet.Addrs
	restricted bool
	links      []*link
	// unplaced says that nothing tells where the addresses are: they may as well
	// stand at the internet gateway.
	unplaced bool
	// routes are what AWS announces over the connections, the longest prefixes
	// first; down is what it would over those that are not up.
	routes, down []siteRoute
}

// siteRoute is a prefix that AWS announces to a site, and the ways in that it
// announces it on.
type siteRoute struct {
	addrs  packet.Addrs
	prefix netip.Prefix
	ways   []*wayIn
}

func (p *site) component() Component { return p.comp }

// compileSites finds out which networks are on premises: those that the design
// describes, then what else its connections lead to: a described network's addresses
// are behind the connections that it names, whatever routes say of others. Of the
// latter the same connections make one site.
func (e *Engine) compileSites() {
	for _, m := range model.Sorted(e.network.OnPremisesNetworks) {
		p := &site{
			e: e, comp: e.component(model.KindOnPremises, string(m.ID), &m.Meta), where: m.Provenance,
			addrs: packet.Prefixes(m.CIDRs), accepts: packet.Prefixes(m.Accepts), restricted: m.Accepts != nil,
		}
		for _, l := range e.links {
			if l.leadsTo(m) {
				p.links = append(p.links, l)
				l.sites = append(l.sites, p)
				l.named = true
			}
		}
		e.sites = append(e.sites, p)
	}
	declared := packet.Prefixes(e.network.OnPremises)
	cells := []*site{}
	if len(e.links) == 0 && !declared.IsEmpty() {
		cells = append(cells, &site{addrs: declared})
	}
	var described packet.Addrs
	for _, p := range e.sites {
		described = described.Or(p.addrs)
	}
	for _, l := range e.links {
		rest := declared
		if !l.named {
			rest = rest.Or(l.behind.Sub(described))
		}
		for _, p := range slices.Clone(cells) {
			both := p.addrs.And(rest)
			if both.IsEmpty() {
				continue
			}
			rest = rest.Sub(both)
			if other := p.addrs.Sub(both); !other.IsEmpty() {
				cells = append(cells, &site{addrs: other, links: slices.Clone(p.links)})
			}
			p.addrs, p.links = both, append(p.links[:len(p.links):len(p.links)], l)
		}
		if !rest.IsEmpty() {
			cells = append(cells, &site{addrs: rest, links: []*link{l}})
		}
	}
	for _, p := range cells {
		p.e = e
		p.comp = Component{ID: p.label(), Type: model.KindOnPremises}
		for _, l := range p.links {
			l.sites = append(l.sites, p)
		}
		e.sites = append(e.sites, p)
	}
	for _, p := range e.sites {
		e.onPremises = e.onPremises.Or(p.addrs)
	}
}

// compileUnplaced makes the site of private addresses that no known site has, where
// a connection may lead to more than the input tells.
func (e *Engine) compileUnplaced() {
	p := &site{e: e, comp: Component{ID: "on-premises", Type: model.KindOnPremises}, unplaced: true}
	for _, l := range e.links {
		if l.unknown != nil {
			p.links = append(p.links, l)
		}
	}
	if len(p.links) == 0 {
		return
	}
	p.addrs = rfc1918.Or(rfc6598).Or(uniqueLocal).Sub(e.onPremises)
	for _, v := range e.vpcList {
		p.addrs = p.addrs.Sub(v.cidrs)
	}
	e.unplaced = p
}

// label names a site that the design does not describe.
func (p *site) label() string {
	if len(p.links) == 0 || len(p.links) == len(p.links[0].e.links) {
		return "on-premises"
	}
	var ids []string
	for _, l := range p.links {
		ids = append(ids, l.comp.ID)
	}
	return "on-premises behind " + strings.Join(ids, ", ")
}

// start is where a flow starts at the site.
func (p *site) start(w *walk, s state) outcome {
	if p.unplaced {
		return w.either(s, w.comeIn, func(s state) outcome { return p.send(w, s) })
	}
	return p.send(w, s)
}

// send takes a packet from the site into AWS: by the connection on which AWS
// announces the longest prefix that holds its destination. Between connections that
// announce the same one the site's own routers choose (ASYM-6, PATH-8).
func (p *site) send(w *walk, s state) outcome {
	s.from, s.via, s.transit, s.mediated = nil, nil, nil, false
	w.hopAt(&s, p.comp, "sends the packet")
	p.admit(w, &s, egress, s.hdr.dst)
	if o, done := w.byAnyRange(s, p.comp, len(p.routes), p.rangeOf, func(s state, i int) outcome {
		if i == len(p.routes) {
			return p.elsewhere(w, s)
		}
		return p.by(w, s, &p.routes[i])
	}); done {
		return o
	}
	var o outcome
	for i := range p.routes {
		in, out := s.split(s.hdr.dst, p.routes[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(p.by(w, in, &p.routes[i]))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(p.elsewhere(w, s))
}

// rangeOf is what the i-th announcement to the site is for.
func (p *site) rangeOf(i int) (packet.Addrs, ruleRef) {
	return p.routes[i].addrs, rangeRule{p.routes[i].prefix.String(), p.where}
}

// by sends a packet over the connections on which AWS announces a prefix.
func (p *site) by(w *walk, s state, r *siteRoute) outcome {
	if len(r.ways) > 1 {
		w.assume("PATH-8", fmt.Sprintf("the routers of %s choose between the connections on which AWS announces %s: all were tried", p.comp.named(), r.prefix))
	}
	ways := make([]func(state) outcome, 0, len(r.ways))
	for _, way := range r.ways {
		ways = append(ways, func(s state) outcome { return way.enter(w, s) })
	}
	return w.either(s, ways...)
}

// elsewhere takes packets to what AWS announces on no connection that is up.
func (p *site) elsewhere(w *walk, s state) outcome {
	var o outcome
	for i := range p.down {
		in, out := s.split(s.hdr.dst, p.down[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(p.down[i].ways[0].refuse(w, in))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(p.unrouted(w, s))
}

// unrouted takes packets to what AWS announces on no connection. Those between
// public addresses go over the internet; else a VPN carries whatever it is given,
// and Direct Connect only what is announced (DX-7).
func (p *site) unrouted(w *walk, s state) outcome {
	public, rest := s.split(s.hdr.src, publicSpace)
	public, private := public.split(public.hdr.dst, publicSpace)
	var o outcome
	if !public.flows.IsEmpty() { // DX-9
		w.assume("DX-9", fmt.Sprintf("between the public addresses of %s and others packets take the internet, or a public virtual interface", p.comp.named()))
		o = w.comeIn(public)
	}
	if !private.flows.IsEmpty() {
		o = o.or(p.unannounced(w, private))
	}
	if !rest.flows.IsEmpty() {
		o = o.or(p.unannounced(w, rest))
	}
	return o
}

func (p *site) unannounced(w *walk, s state) outcome {
	var announcing, dead *wayIn
	var public *link
	for _, l := range p.links {
		if l.public() {
			public = l
		}
		for _, way := range l.ways {
			switch {
			case way.dead() != nil:
				dead = way
			case way.unknown != nil:
				return w.lostTrack(s, gapEvidence(l.comp, ingress, UnknownValue, way.unknown, nil))
			case !way.announcedOnly():
				way.doubtStatic(w, &s)
				return way.enter(w, s)
			case announcing == nil:
				announcing = way
			}
		}
	}
	switch {
	case announcing != nil:
		return announcing.refuse(w, s)
	case dead != nil:
		return dead.refuse(w, s)
	case public != nil: // DX-9
		return w.drop(s, evidence{code: NoRouteToDestination, dir: ingress, at: public.comp, where: public.where,
			words: say("a public virtual interface leads to AWS's public addresses only, from the public addresses that are announced on it",
				"use a private or transit virtual interface, or a VPN connection, for private addresses")})
	}
	u := &model.Unknown{Subject: p.comp.ID, Reason: "the input has no VPN connection, virtual interface or attachment by which it reaches AWS", Provenance: p.where}
	return w.lostTrack(s, gapEvidence(p.comp, egress, UnknownResource, u, nil))
}

// receive takes a packet that leaves AWS for an address of the site.
func (p *site) receive(w *walk, s state) outcome {
	p.admit(w, &s, ingress, s.hdr.src)
	if w.record {
		s.hop(hop{at: p.comp, action: ActionDeliver, words: internetWords})
	}
	if s.leg == model.Return {
		if w.origin == origin(p) {
			return w.home(s)
		}
		return w.drop(s, evidence{code: AsymmetricReturn, at: p.comp, where: p.where, words: strayReplyWords})
	}
	if w.place != nil && w.place != p {
		return w.drop(s, evidence{code: NoPossibleDestination, at: p.comp, where: p.where, words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("%s is in %s too: the packet goes there, not to %s", h.DestinationIP, c.named(), w.place.comp.named()),
				"give the networks ranges that do not overlap, or reach it by a translated address"
		}})
	}
	return w.arrived(s, func(s state) outcome { return p.send(w, s) })
}

// admit denies what the design says that the site does not take from, or send to,
// AWS (PATH-8).
func (p *site) admit(w *walk, s *state, dir direction, peer addrField) {
	if !p.restricted {
		return
	}
	of := rangeRule{"what " + p.comp.named() + " accepts", p.where}
	if refused := w.outside(s, peer, p.accepts, p.comp, dir, of); !refused.IsEmpty() {
		w.deny(s, evidence{code: OnPremisesRestriction, dir: dir, at: p.comp, flows: refused, where: p.where, words: func(_ *Engine, c Component, h Header) (string, string) {
			addr := h.SourceIP
			if dir == egress {
				addr = h.DestinationIP
			}
			return fmt.Sprintf("the design does not have %s among the addresses that %s accepts", addr, c.named()), "let the routers and firewalls there accept it, and say so in accepts"
		}})
	}
}

// compileSiteRoutes collects what AWS announces to the sites, once the tables of
// transit gateways are there.
func (e *Engine) compileSiteRoutes() {
	for _, p := range e.sites {
		p.compileRoutes()
	}
	if e.unplaced != nil {
		e.unplaced.compileRoutes()
	}
}

func (p *site) compileRoutes() {
	up, down := map[netip.Prefix][]*wayIn{}, map[netip.Prefix][]*wayIn{}
	for _, l := range p.links {
		for _, way := range l.ways {
			by := up
			if way.dead() != nil {
				by = down
			}
			for _, q := range way.announces() {
				if !slices.ContainsFunc(by[q], way.sameAs) {
					by[q] = append(by[q], way)
				}
			}
		}
	}
	p.routes, p.down = siteRoutes(up), siteRoutes(down)
}

func siteRoutes(by map[netip.Prefix][]*wayIn) []siteRoute {
	var out []siteRoute
	for q, ways := range by {
		out = append(out, siteRoute{packet.Prefix(q), q, ways})
	}
	slices.SortFunc(out, func(a, b siteRoute) int {
		if a.prefix.Bits() != b.prefix.Bits() {
			return b.prefix.Bits() - a.prefix.Bits()
		}
		return a.prefix.Addr().Compare(b.prefix.Addr())
	})
	return out
}
