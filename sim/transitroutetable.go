package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/gaissmai/bart"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// transitTable is a compiled route table of a hub: of a transit gateway, or of a
// core network's segment in a Region. It knows no local routes (TGW-16).
type transitTable struct {
	comp    Component
	hub     *hub
	where   model.Provenance
	entries []transitEntry // the longest first
	lookup  bart.Table[int32]
	// open are routes of which it is not known which addresses they take, unknown
	// is set where there may be others.
	open    []*transitRoute
	unknown *model.Unknown
	// withdrawn are the routes that attachments would propagate if they were
	// available (TGW-1).
	withdrawn []*transitRoute
	// contests are the addresses of VPCs whose ranges overlap (TGW-18).
	contests []contest
}

// transitEntry is a destination prefix and the routes that win it: one, or several
// between which AWS shares the flows (TGW-35).
type transitEntry struct {
	prefix  netip.Prefix
	addrs   packet.Addrs
	winners []*transitRoute
	// contested says that VPCs with one range propagate it: only the one attached
	// first does (TGW-18).
	contested bool
	// byPath says that BGP paths, which are not known, choose one of the winners
	// (TGW-35, CWAN-6).
	byPath bool
}

// transitRoute is one way of a route: to one attachment, or a black hole.
type transitRoute struct {
	table       *transitTable
	destination string
	prefix      netip.Prefix
	list        *prefixList // of a reference to a prefix list
	to          *attachment // nil for a black hole, or where it is not known
	target      string      // the attachment's ID; empty for a black hole
	state       model.RouteState
	rank        int
	unknown     *model.Unknown
	provenance  model.Provenance
	propagated  bool
}

// Ranks of a transit gateway's routes with equal prefixes (TGW-13).
const (
	transitStatic = iota
	transitPrefixList
	transitVPC
	transitDirectConnect
	transitConnect
	transitVPN
	transitVPNConcentrator
	transitClientVPN
	transitPeering
)

func transitRank(t model.AttachmentType) int {
	switch t {
	case model.AttachVPC:
		return transitVPC
	case model.AttachDirectConnectGateway:
		return transitDirectConnect
	case model.AttachConnect:
		return transitConnect
	case model.AttachVPN:
		return transitVPN
	case model.AttachVPNConcentrator:
		return transitVPNConcentrator
	case model.AttachClientVPN:
		return transitClientVPN
	case model.AttachPeering, model.AttachNetworkFunction:
		return transitPeering
	}
	panic("sim: attachment type " + string(t))
}

func (e *Engine) compileTransitGatewayRouteTable(h *hub, m *model.TransitGatewayRouteTable) *transitTable {
	t := &transitTable{
		comp: e.component(model.KindTransitGatewayRouteTable, string(m.ID), &m.Meta), hub: h, where: m.Provenance, unknown: m.RoutesUnknown,
	}
	var fixed, propagated []*transitRoute
	for i := range m.Routes {
		fixed = append(fixed, t.compileRoute(e, &m.Routes[i])...)
	}
	byAttachment := map[*attachment][]*transitRoute{}
	var attached []*attachment
	if !m.RoutesListed {
		for _, id := range m.Propagations {
			if a := h.attachments[string(id)]; a != nil {
				attached = append(attached, a)
				byAttachment[a] = t.propagate(e, a)
				propagated = append(propagated, byAttachment[a]...)
			}
		}
	}
	t.fill(slices.Concat(fixed, propagated))
	t.compileContests(attached, byAttachment, fixed)
	return t
}

// compileRoute gives the ways of a route: one for each prefix and attachment.
func (t *transitTable) compileRoute(e *Engine, r *model.TransitGatewayRoute) []*transitRoute {
	prefixes := []netip.Prefix{r.Prefix}
	rank := transitStatic
	if r.PrefixList != "" {
		rank = transitPrefixList
		l := e.prefixList(r.PrefixList)
		prefixes = l.prefixes
		if l.unknown != nil {
			for _, way := range t.ways(r, netip.Prefix{}, rank) {
				way.list = l
				t.open = append(t.open, way)
			}
		}
	}
	var out []*transitRoute
	for _, p := range prefixes {
		ways := t.ways(r, p, rank)
		if !p.IsValid() {
			t.open = append(t.open, ways...)
			continue
		}
		out = append(out, ways...)
	}
	return out
}

func (t *transitTable) ways(r *model.TransitGatewayRoute, p netip.Prefix, rank int) []*transitRoute {
	one := transitRoute{table: t, destination: r.Destination(), state: r.State, rank: rank, unknown: r.Unknown, provenance: r.Provenance, propagated: r.Propagated}
	if p.IsValid() {
		one.prefix = p.Masked()
	}
	if len(r.Attachments) == 0 {
		if r.Unknown == nil {
			one.state = model.RouteBlackhole
		}
		return []*transitRoute{&one}
	}
	var out []*transitRoute
	for _, id := range r.Attachments {
		way := one
		way.target, way.to = string(id), t.hub.attachments[string(id)]
		if way.propagated && way.to != nil {
			way.rank = transitRank(way.to.kind)
		}
		out = append(out, &way)
	}
	return out
}

// propagate gives the routes that an attachment installs (TGW-12). A VPC's IPv6
// ranges need IPv6 support (TGW-9).
func (t *transitTable) propagate(e *Engine, a *attachment) []*transitRoute {
	prefixes, unknown := e.announced(a)
	if unknown != nil && a.available {
		t.open = append(t.open, &transitRoute{
			table: t, destination: "routes of " + a.comp.named(), to: a, target: a.comp.ID, state: model.RouteActive,
			rank: transitRank(a.kind), unknown: unknown, provenance: unknown.Provenance, propagated: true,
		})
	}
	t.open = append(t.open, t.maybeIPv6(a)...)
	var out []*transitRoute
	for _, p := range prefixes {
		out = append(out, &transitRoute{
			table: t, destination: p.String(), prefix: p.Masked(), to: a, target: a.comp.ID, state: model.RouteActive,
			rank: transitRank(a.kind), provenance: a.where, propagated: true,
		})
	}
	if f, ok := a.beyond.(*outward); !a.available || ok && f.isDown(a) { // T-RT-11
		t.withdrawn = append(t.withdrawn, out...)
		return nil
	}
	return out
}

// announced are the prefixes that an attachment propagates, and what is not known
// of them.
func (e *Engine) announced(a *attachment) ([]netip.Prefix, *model.Unknown) {
	switch a.kind {
	case model.AttachVPC:
		if a.vpc == nil {
			return nil, missing(model.KindVPC, string(a.vpcID), &model.Meta{Provenance: a.where})
		}
		ipv6 := a.announcesIPv6
		return slices.DeleteFunc(slices.Clone(a.vpc.model.CIDRs), func(p netip.Prefix) bool { return p.Addr().Is6() && !ipv6 }), nil
	case model.AttachNetworkFunction:
		return nil, nil
	}
	return a.learned, a.learnedUnknown
}

// fill sorts the routes into entries.
func (t *transitTable) fill(routes []*transitRoute) {
	byPrefix := map[netip.Prefix][]*transitRoute{}
	for _, r := range routes {
		byPrefix[r.prefix] = append(byPrefix[r.prefix], r)
	}
	for p, rs := range byPrefix {
		slices.SortStableFunc(rs, func(a, b *transitRoute) int {
			return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.target, b.target))
		})
		en := transitEntry{prefix: p, addrs: packet.Prefix(p), winners: rs[:1]}
		for _, r := range rs[1:] {
			if t.ties(r, rs[0]) && r.target != en.winners[len(en.winners)-1].target {
				en.winners = append(en.winners[:len(en.winners):len(en.winners)], r)
			}
		}
		last := en.winners[len(en.winners)-1]
		en.contested = len(en.winners) > 1 && last.rank == transitVPC
		en.byPath = len(en.winners) > 1 && !en.contested && (last.rank != rs[0].rank || t.hub.sharesNoFlows(last))
		t.entries = append(t.entries, en)
	}
	slices.SortFunc(t.entries, func(a, b transitEntry) int {
		return cmp.Or(cmp.Compare(b.prefix.Bits(), a.prefix.Bits()), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
	for i := range t.entries {
		t.lookup.Insert(t.entries[i].prefix, int32(i))
	}
}

// forward looks up where a packet that came in by an attachment leaves the hub:
// longest prefix first, then TGW-13.
func (t *transitTable) forward(w *walk, s state, by *attachment, from *subnet) outcome {
	if s.isAt(t) {
		return w.drop(s, evidence{code: Loop, at: t.comp, where: t.where, words: loopWords})
	}
	s.visit(t)
	var o outcome
	for i := range t.contests {
		in, out := s.split(s.hdr.dst, t.contests[i].addrs)
		if !in.flows.IsEmpty() {
			o = o.or(t.contests[i].forward(w, in, by, from))
		}
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(t.choose(w, s, by, from))
}

func (t *transitTable) choose(w *walk, s state, by *attachment, from *subnet) outcome {
	if t.unknown == nil {
		o, done := w.byAnyRange(s, t.comp, len(t.entries), t.rangeOf, func(s state, i int) outcome {
			if i == len(t.entries) {
				return t.rival(w, s, nil, by, from)
			}
			return t.rival(w, s, &t.entries[i], by, from)
		})
		if done {
			return o
		}
	}
	if t.unknown != nil || len(t.open) > 0 {
		return t.perhaps(w, s, by, from)
	}
	return t.longest(w, s, by, from)
}

// rangeOf is what the table's i-th route takes.
func (t *transitTable) rangeOf(i int) (packet.Addrs, ruleRef) {
	return t.entries[i].addrs, t.entries[i].winners[0]
}

func (t *transitTable) longest(w *walk, s state, by *attachment, from *subnet) outcome {
	if a, ok := s.hdr.dst.ofSet(s.flows).Single(); ok {
		if i, ok := t.lookup.Lookup(a); ok {
			return t.entries[i].take(w, s, by, from)
		}
		return t.noRoute(w, s, by, from)
	}
	if en := t.byDefault(&s); en != nil {
		return en.take(w, s, by, from)
	}
	var o outcome
	for i := range t.entries {
		in, out := s.split(s.hdr.dst, t.entries[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(t.entries[i].take(w, in, by, from))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(t.noRoute(w, s, by, from))
}

func (t *transitTable) noRoute(w *walk, s state, by *attachment, from *subnet) outcome {
	o := t.takeWithdrawn(w, &s, by, from)
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(w.drop(s, evidence{code: TGWRTBCannotRoute, at: t.comp, where: t.where, words: noTransitRouteWords}))
}

// take sends the packet by the route that won, or by one of those that share the
// flows.
func (en *transitEntry) take(w *walk, s state, by *attachment, from *subnet) outcome {
	en = en.nearest(by)
	if len(en.winners) == 1 {
		return en.winners[0].take(w, s, by, from)
	}
	if en.winners[0].rank == transitPrefixList && en.winners[0].destination != en.winners[1].destination {
		return en.takeEither(w, s, by, from)
	}
	at := en.winners[0].table.comp.named()
	if en.byPath {
		return en.takeByPath(w, s, by, from)
	}
	if en.contested {
		w.assume("TGW-18", fmt.Sprintf("several attached VPCs have %s: the one that was attached first is in %s, and which that is is not known", en.prefix, at))
	} else {
		w.assume("TGW-35", fmt.Sprintf("%s shares the connections to %s among several attachments", at, en.prefix))
	}
	ways := make([]outcome, len(en.winners))
	for i, r := range en.winners {
		ways[i] = r.take(w, s, by, from)
	}
	return atRandom(ways)
}

func (r *transitRoute) take(w *walk, s state, by *attachment, from *subnet) outcome {
	if r.to == nil && r.unknown == nil && r.state == model.RouteActive {
		u := &model.Unknown{Subject: r.target, Reason: "the input names this attachment and does not describe it", Provenance: r.provenance}
		return w.lostTrack(s, gapEvidence(r.table.comp, sideless, UnknownResource, u, nil))
	}
	if r.state == model.RouteBlackhole && r.unknown == nil || r.to != nil && !r.to.available { // TGW-15
		return w.drop(s, evidence{code: TGWRTBBadStateRoute, at: r.table.comp, rule: r, words: r.blackholeWords})
	}
	if w.record {
		s.hop(hop{at: r.table.comp, action: ActionRoute, rule: r})
	}
	if r.to == nil {
		return w.lostTrack(s, gapEvidence(r.table.comp, sideless, UnknownValue, r.unknown, nil))
	}
	return r.to.leave(w, s, by, from)
}

func (r *transitRoute) describe() Rule {
	origin := "static"
	if r.propagated {
		origin = "propagated"
	}
	return Rule{Destination: r.destination, Target: cmp.Or(r.target, "blackhole"), Origin: origin, State: r.state.String()}
}

func (r *transitRoute) where() model.Provenance { return r.provenance }

func (r *transitRoute) text() string {
	s := r.destination
	if r.prefix.IsValid() && r.prefix.String() != s {
		s += " (" + r.prefix.String() + ")"
	}
	return s + " -> " + cmp.Or(r.target, "blackhole")
}

func (r *transitRoute) blackholeWords(_ *Engine, c Component, h Header) (string, string) {
	if r.to != nil && !r.to.available {
		return fmt.Sprintf("the route %s of %s takes %s, and %s is %s", r.text(), c.named(), h.DestinationIP, r.to.comp.named(), r.to.state),
			"have the attachment accepted, or make it anew"
	}
	return fmt.Sprintf("the route %s of %s is a black hole, and it is the one that takes %s", r.text(), c.named(), h.DestinationIP),
		"remove the black hole, or add a more specific route"
}

func noTransitRouteWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("transit gateway route table %s has no route to %s", c.named(), h.DestinationIP),
		fmt.Sprintf("propagate the attachment that leads to %s into %s, or add a static route", h.DestinationIP, c.named())
}
