package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// routeTable is a compiled route table, of a subnet, a gateway or a regional NAT
// gateway.
type routeTable struct {
	comp  Component
	vpc   *vpc
	where model.Provenance
	// entries are the destinations, the longest first; a prefix list gives one
	// for each of its entries.
	entries []routeEntry
	// written are the routes of the input and of gateway endpoints, in their order.
	written []*route
	lookup  bart.Table[int32] // prefix to index into entries
	// open are routes of which it is not known which addresses they take.
	open []*route
	// lists are the routes to prefix lists, whatever is known of those.
	lists []*route
	// withdrawn are the routes that a virtual private gateway would propagate if its
	// connections were up (T-RT-11).
	withdrawn []gatewayRoute
	// unknown is set when there may be routes that the input does not tell.
	unknown *model.Unknown
	// plainLocal says that every address of the VPC takes the local route, so
	// that the walk of single packets need not look it up.
	plainLocal bool
}

// routeEntry is one destination prefix and the routes that win it: one, or
// several of which AWS picks one and does not say which (RT-8).
type routeEntry struct {
	prefix  netip.Prefix
	addrs   packet.Addrs
	winners []*route
}

// route is a compiled route.
type route struct {
	model  *model.Route
	table  *routeTable
	prefix netip.Prefix // the entry, for a prefix list
	target node
	dead   words // why the target is gone; nil while it is there
	rank   int   // RT-3: lower wins between equal prefixes
	// service is set for AWS's own prefix list of a gateway endpoint.
	service bool
	list    *prefixList // nil for a route to a CIDR
	// perhaps are the routes of which this one is one, with a target each; choice
	// names what decides, for all routes that choose alike.
	perhaps []*route
	choice  routeChoice
}

// Ranks of routes with equal prefixes (RT-3, X-9).
const (
	rankStatic = iota // local routes too: a CIDR that somebody wrote or the VPC has
	rankPrefixList
	rankPropagated
)

func rankOf(r *model.Route) int {
	switch {
	case r.Origin == model.EnableVGWRoutePropagation || r.Origin == model.Advertisement:
		return rankPropagated
	case r.PrefixList != "":
		return rankPrefixList
	}
	return rankStatic
}

// fill compiles the routes of a table.
func (t *routeTable) fill(e *Engine, m *model.RouteTable) {
	byPrefix := map[netip.Prefix][]*route{}
	for i := range m.Routes {
		r := &m.Routes[i]
		if r.State == model.RouteFiltered {
			continue
		}
		c := &route{model: r, table: t, rank: rankOf(r)}
		c.target, c.dead = e.compileTarget(t.vpc, r)
		c.compilePerhaps(e)
		t.written = append(t.written, c)
		switch {
		case r.Unknown != nil && !r.Prefix.IsValid() && r.PrefixList == "":
			t.open = append(t.open, c)
		case r.PrefixList != "":
			l := e.prefixList(r.PrefixList)
			c.list = l
			t.lists = append(t.lists, c)
			c.service = l.service || r.Target.Kind == model.KindVPCEndpoint // only AWS's lists route there (RT-18, RT-19)
			if l.unknown != nil {
				t.open = append(t.open, c)
			}
			for _, p := range l.prefixes {
				entry := *c
				entry.prefix = p
				byPrefix[p] = append(byPrefix[p], &entry)
			}
		case r.Origin == model.EnableVGWRoutePropagation && t.vpc.cidrs.Holds(packet.Prefix(r.Prefix)):
			// RT-6: local beats what a virtual private gateway propagates, even
			// where that is more specific.
		case r.Prefix.IsValid():
			c.prefix = r.Prefix.Masked()
			byPrefix[c.prefix] = append(byPrefix[c.prefix], c)
		}
	}
	if m.RoutesUnknown == nil {
		// VPC-10: a table has its VPC's local routes whether or not it lists them.
		for _, r := range localRoutes(t.vpc.model) {
			if !slices.ContainsFunc(byPrefix[r.Prefix], func(c *route) bool { return c.rank == rankStatic }) {
				c := &route{model: &r, table: t, prefix: r.Prefix, rank: rankStatic}
				c.target, c.dead = e.compileTarget(t.vpc, &r)
				byPrefix[r.Prefix] = append(byPrefix[r.Prefix], c)
			}
		}
	}
	for p, rs := range byPrefix {
		slices.SortStableFunc(rs, func(a, b *route) int {
			return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.model.Target.ID, b.model.Target.ID))
		})
		winners := rs[:1]
		if rs[0].rank != rankStatic {
			for _, r := range rs[1:] {
				if r.rank == rs[0].rank && r.model.Target != rs[0].model.Target {
					winners = append(winners[:len(winners):len(winners)], r)
				}
			}
		}
		t.entries = append(t.entries, routeEntry{p, packet.Prefix(p), winners})
	}
	slices.SortFunc(t.entries, func(a, b routeEntry) int {
		return cmp.Or(cmp.Compare(b.prefix.Bits(), a.prefix.Bits()), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
	for i := range t.entries {
		t.lookup.Insert(t.entries[i].prefix, int32(i))
	}
	t.plainLocal = t.isPlainLocal()
}

// isPlainLocal reports whether nothing but active local routes takes addresses
// of the VPC.
func (t *routeTable) isPlainLocal() bool {
	if t.unknown != nil || len(t.vpc.cidrs) == 0 || slices.ContainsFunc(t.open, (*route).mayLieInside) {
		return false
	}
	local := packet.Addrs(nil)
	for i := range t.entries {
		r := t.entries[i].winners[0]
		if r.model.Target.IsLocal() && r.model.State == model.RouteActive {
			local = local.Or(t.entries[i].addrs)
			continue
		}
		if part := t.entries[i].addrs.And(t.vpc.cidrs); !local.Holds(part) {
			return false // it is longer than the local route, or there is none yet
		}
	}
	return local.Holds(t.vpc.cidrs)
}

// forward looks the packet's destination up, and hands it to the target of the
// route that wins: the longest prefix, whatever the origin (RT-1, RT-2).
func (t *routeTable) forward(w *walk, s state) outcome {
	in, out := t.vpc.splitLattice(&s)
	if in.flows.IsEmpty() {
		return t.lookUp(w, s)
	}
	o := t.vpc.toLattice(w, in, t)
	if out.flows.IsEmpty() {
		return o
	}
	return o.or(t.lookUp(w, out))
}

func (t *routeTable) lookUp(w *walk, s state) outcome {
	if s.isAt(t) {
		return w.drop(s, evidence{code: Loop, at: t.comp, where: t.where, words: loopWords})
	}
	s.visit(t)
	in, out := s.split(s.hdr.dst, unroutable)
	if !in.flows.IsEmpty() {
		o := w.drop(in, evidence{code: NoRouteToDestination, at: t.comp, where: t.where, words: unroutableWords})
		if out.flows.IsEmpty() {
			return o
		}
		return o.or(t.choose(w, out))
	}
	return t.choose(w, s)
}

func (t *routeTable) choose(w *walk, s state) outcome {
	if t.unknown != nil {
		return t.perhaps(w, s)
	}
	if len(t.open) > 0 && s.hdr.dst.kind != ofService {
		return t.perhapsOpen(w, s)
	}
	return t.longest(w, s)
}

// longest sends each part of the flows by the longest prefix that holds its
// destination: what is more specific than local wins too (RT-7), as does a
// gateway endpoint's list over a default route (GWEP-4).
func (t *routeTable) longest(w *walk, s state) outcome {
	if s.hdr.dst.kind == ofService {
		return t.toService(w, s)
	}
	if o, done := w.byAnyRange(s, t.comp, len(t.entries), t.rangeOf, func(s state, i int) outcome {
		if i == len(t.entries) {
			return t.noRoute(w, s)
		}
		return t.entries[i].take(w, s)
	}); done {
		return o
	}
	if a, ok := s.hdr.dst.ofSet(s.flows).Single(); ok {
		if i, ok := t.lookup.Lookup(a); ok {
			return t.entries[i].take(w, s)
		}
		return t.noRoute(w, s)
	}
	var o outcome
	for i := range t.entries {
		in, out := s.split(s.hdr.dst, t.entries[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(t.entries[i].take(w, in))
		s = out
		if s.flows.IsEmpty() {
			return o
		}
	}
	if s.hdr.dst.kind == somePublicIP4 {
		// A public address that is not known yet takes the default route; what
		// is more specific is for the ranges that it names.
		if i, ok := t.lookup.LookupPrefix(anyPrefix); ok {
			return o.or(t.entries[i].take(w, s))
		}
	}
	return o.or(t.noRoute(w, s))
}

// rangeOf is what the table's i-th route takes.
func (t *routeTable) rangeOf(i int) (packet.Addrs, ruleRef) {
	return t.entries[i].addrs, t.entries[i].winners[0]
}

func (t *routeTable) noRoute(w *walk, s state) outcome {
	if t.unknown != nil {
		return w.end(s) // perhaps noted the gap
	}
	var o outcome
	for i := range t.withdrawn {
		in, out := s.split(s.hdr.dst, t.withdrawn[i].addrs)
		if !in.flows.IsEmpty() {
			o = o.or(t.withdrawn[i].drop(w, in))
		}
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	words := noRouteWords
	if s.hdr.dst.kind == ofService {
		words = s.hdr.dst.service.noRouteWords
	}
	return o.or(w.drop(s, evidence{code: NoRouteToDestination, at: t.comp, where: t.where, words: words})) // RT-12
}

// pick is a route that was tried out of several that may have won. AWS's choice
// is stable: a way that comes to the entry again takes the same one (RT-8). What a
// design leaves open is a choice too: the index of a target.
type pick struct {
	before *pick
	entry  *routeEntry
	route  *route
	choice routeChoice
	index  int
}

// take sends the packet along the route that won. Where several may have, all
// are tried (RT-8).
func (en *routeEntry) take(w *walk, s state) outcome {
	if len(en.winners) == 1 {
		return en.winners[0].take(w, s)
	}
	for p := s.picks; p != nil; p = p.before {
		if p.entry == en {
			return p.route.take(w, s)
		}
	}
	w.assume("RT-8", fmt.Sprintf("AWS picks one of the routes to %s in %s and does not say which: all were tried", en.prefix, en.winners[0].table.comp.named()))
	ways := make([]func(state) outcome, len(en.winners))
	for i, r := range en.winners {
		ways[i] = func(s state) outcome {
			s.picks = &pick{before: s.picks, entry: en, route: r}
			return r.take(w, s)
		}
	}
	return w.either(s, ways...)
}

func (r *route) take(w *walk, s state) outcome {
	// RT-11: a black hole that wins drops; there is no falling through.
	if r.model.State == model.RouteBlackhole || r.dead != nil {
		words := r.dead
		if words == nil {
			words = r.blackholeWords
		}
		return w.drop(s, evidence{code: BadStateRoute, at: r.table.comp, rule: r, words: words})
	}
	if r.perhaps != nil {
		return r.takeEither(w, s)
	}
	if w.record {
		s.hop(hop{at: r.table.comp, action: ActionRoute, rule: r})
	}
	if r.target == nil {
		u := r.model.Unknown
		if u == nil {
			u = &model.Unknown{Subject: r.table.comp.ID, Attribute: "route " + r.text(), Reason: "the target is not known", Provenance: r.model.Provenance}
		}
		return w.lostTrack(s, gapEvidence(r.table.comp, sideless, UnknownValue, u, nil))
	}
	if s.admitted {
		s.admitted = false
		r.checkEdgeTarget(w, &s)
	}
	return r.target.receive(w, s)
}

// leadsTo reports whether the route points at something that fits, or may.
func (r *route) leadsTo(fits func(node) bool) bool {
	return r.target != nil && fits(r.target) || slices.ContainsFunc(r.perhaps, func(one *route) bool { return one.leadsTo(fits) })
}

// toInternetGateway are the destinations that the table sends to an internet
// gateway.
func (t *routeTable) toInternetGateway() packet.Addrs {
	return t.addrsTo(func(n node) bool { _, ok := n.(*internetGateway); return ok })
}

// addrsTo are the destinations that the table sends to targets of a kind.
func (t *routeTable) addrsTo(fits func(node) bool) packet.Addrs {
	var out, before packet.Addrs
	for i := range t.entries {
		en := &t.entries[i]
		if fits(en.winners[0].target) {
			out = out.Or(en.addrs.Sub(before))
		}
		before = before.Or(en.addrs)
	}
	return out
}

// defaultRoute is the route to everything of an IP version; nil without one.
func (t *routeTable) defaultRoute(v6 bool) *route {
	p := anyPrefix
	if v6 {
		p = anyPrefix6
	}
	if i, ok := t.lookup.Get(p); ok {
		return t.entries[i].winners[0]
	}
	return nil
}
