package sim

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/firewall"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// node is a component that a route or a gateway hands packets to. One kind of
// node is one file; adding a kind is a type that implements node, and a line in
// compileTarget.
type node interface {
	component() Component
	// receive says what happens to the packet from here on.
	receive(w *walk, s state) outcome
}

// addressee is a component that has addresses of its own.
type addressee interface {
	component() Component
	// home is the subnet that its addresses are in; nil for one in no subnet.
	home() *subnet
	// deliver says what happens to a packet that is addressed to it and has
	// entered its subnet.
	deliver(w *walk, s state) outcome
}

// walk is one question's way through the engine: what is the same at every hop.
type walk struct {
	e      *Engine
	record bool // keep hops and evidence
	// cull ends flows where they are denied: for questions that ask what passes,
	// and for no reasons. What is blocked is then missing from the outcome.
	cull   bool
	oneWay bool
	// host is the name that the client sends; empty: not told (NFW-11).
	host string
	// firewallRules are the firewalls' stateful rules for that host.
	firewallRules map[*networkFirewall]*firewall.Stateful

	// source is the interface that the flow starts at; nil outside the VPCs. Origin
	// is where outside, if it is not the internet.
	source *networkInterface
	origin origin
	// destination is the interface that was asked for; nil where it is whoever
	// has the address.
	destination *networkInterface
	// place is the network on premises that was asked for; nil for others.
	place *site
	// byName says that the client found the destination, a balancer's node, by the
	// balancer's name.
	byName bool
	// claims are addresses that are taken to belong to an interface, by leg: an
	// interface whose address is not fixed yet may have any of its subnet.
	claims [2]claim

	// standing notes what a network keeps of the connections, before what it kept
	// of those that stand already. Nil unless established ones are asked about.
	standing, before *standing
	// service is what the question asks for; nil unless it is a service.
	service *model.Service

	evidence    []*evidence
	arrivals    []arrival
	paths       []walkedPath
	assumptions []Assumption
}

// origin is a place outside the VPCs, other than the internet, that flows start
// at: an on-premises network, the clients of a Client VPN endpoint.
type origin interface {
	component() Component
	// start sends the packet on its way, and is where the reply must come home to.
	start(w *walk, s state) outcome
}

// claim says that an interface has one of the addresses.
type claim struct {
	addrs packet.Addrs
	to    *networkInterface
}

// walkedPath is a way to its end.
type walkedPath struct {
	trail   *hop
	flows   packet.Set
	outcome outcome
}

// lose drops the sender's identity: from here on no group reference matches
// (SG-20), and what only an egress reference admitted is denied.
func (w *walk) lose(s *state, by Component) {
	if s.sender != nil {
		s.sender, s.lost = nil, &lostSender{s.sender, by, s.lost}
	}
	w.loseEgressReferences(s, by)
}

// lostSender is a sender whose identity the way has lost: a client's, and then that of
// a relay which made another connection.
type lostSender struct {
	sender *networkInterface
	by     Component
	before *lostSender
}

// loseEgressReferences denies what only an egress rule with a group reference let
// out: such rules do not match what goes through by.
func (w *walk) loseEgressReferences(s *state, by Component) {
	for r := s.refs; r != nil; r = r.before {
		if gone := r.flows.Sub(r.perhaps); !gone.IsEmpty() {
			w.deny(s, evidence{
				code: lostIdentity(by), dir: egress, at: r.at.component(), rule: r.rule, hdr: r.hdr,
				groups: r.at.groupIDs(), flows: gone, words: lostReferenceWords(by),
			})
		}
		if !r.perhaps.IsEmpty() {
			w.doubt(s, gapEvidence(r.at.component(), egress, UnknownValue, r.gap, r.perhaps))
		}
	}
	s.refs = nil
}

// lostIdentity is the code of a group reference that does not match because of
// what the packet goes through.
func lostIdentity(by Component) Code {
	switch by.Type {
	case model.KindTransitGateway, model.KindCoreNetwork:
		return SGReferencingSupport
	}
	return SGReferencesNotPreserved
}

// deny notes that a component denies flows, as a hop too, and lets the walk go on.
func (w *walk) deny(s *state, e evidence) {
	w.denyAtHop(s, e)
	if w.record {
		s.hop(hop{at: e.at, dir: e.dir, decisions: []decision{{flows: e.flows, action: ActionDeny, rule: e.rule}}, words: e.words})
	}
}

// denyAtHop is deny for a caller that writes the hop itself.
func (w *walk) denyAtHop(s *state, e evidence) {
	w.mark(s, e.flows, nil)
	w.note(s, e)
}

// mark is what the evidence of a filter comes down to.
func (w *walk) mark(s *state, denied, unknown packet.Set) {
	if w.cull && !denied.HasChoice() {
		s.flows = s.flows.Sub(denied)
	} else {
		s.denied[s.leg] = s.denied[s.leg].Or(denied)
	}
	s.unknown[s.leg] = s.unknown[s.leg].Or(unknown)
}

// doubt notes that the design does not tell about flows, and lets the walk go on.
func (w *walk) doubt(s *state, e evidence) {
	w.mark(s, nil, e.flows)
	w.note(s, e)
}

// note keeps evidence for the explanations.
func (w *walk) note(s *state, e evidence) {
	if !w.record {
		return
	}
	e.leg = s.leg
	if e.hdr == (header{}) {
		e.hdr = s.hdr
	}
	w.evidence = append(w.evidence, &e)
}

// drop ends the way: nothing of the flows gets any further.
func (w *walk) drop(s state, e evidence) outcome {
	e.flows = s.flows
	w.denyAtHop(&s, e)
	if w.record {
		s.hop(hop{at: e.at, action: ActionDrop, rule: e.rule, words: e.words})
	}
	return w.end(s)
}

// lostTrack ends the way because the design does not tell how it goes on.
func (w *walk) lostTrack(s state, e evidence) outcome {
	e.flows = s.flows
	w.doubt(&s, e)
	if w.record {
		s.hop(hop{at: e.at, action: ActionUnknown, rule: e.rule, words: e.words})
	}
	return w.end(s)
}

// end closes a way: it has come home, or it goes no further.
func (w *walk) end(s state) outcome {
	denied := s.denied[model.Forward].Or(s.denied[model.Return])
	unknown := s.unknown[model.Forward].Or(s.unknown[model.Return])
	o := outcome{whole: classify(s.flows, denied, unknown), replied: s.leg == model.Return}
	if w.record {
		for leg := range o.legs {
			o.legs[leg] = classify(s.flows, s.denied[leg], s.unknown[leg])
		}
		w.paths = append(w.paths, walkedPath{s.trail, s.flows, o})
	}
	return o
}

// arrived is where the forward leg reaches its destination: the reply goes back
// from there. reply sends it; nil where the destination is outside and the reply
// comes from there.
func (w *walk) arrived(s state, reply func(s state) outcome) outcome {
	w.reached(&s)
	if w.standing != nil {
		w.standing.arrive(w, &s)
	}
	if w.before != nil {
		if lost := w.before.lost(&s); !lost.IsEmpty() {
			w.deny(&s, evidence{code: AsymmetricReturn, at: s.trail.component(), flows: lost, words: lostConnectionWords})
		}
	}
	if w.oneWay {
		return w.end(s)
	}
	with, without := s, s
	with.flows, without.flows = s.flows.And(replyable), s.flows.Sub(replyable)
	var o outcome
	if !without.flows.IsEmpty() {
		o = w.end(without)
	}
	if !with.flows.IsEmpty() {
		with.leg = model.Return
		with.hdr = s.hdr.swap()
		with.sender, with.lost, with.refs, with.seen = nil, nil, nil, nil
		with.from, with.via, with.mediated, with.transit = nil, nil, false, nil
		o = o.or(reply(with))
	}
	return o
}

// home is where the reply reaches the interface, or the outside, that the flow
// started at. The middleboxes of both legs must be the same (MBX-2).
func (w *walk) home(s state) outcome {
	if s.flows.IsEmpty() {
		return outcome{}
	}
	forward, back := s.middleboxes(model.Forward), s.middleboxes(model.Return)
	for _, m := range forward {
		if !m.repliesMayMiss() && !slices.ContainsFunc(back, m.isBox) {
			w.deny(&s, evidence{code: AsymmetricMiddlebox, at: m.component(), flows: s.flows, words: missedApplianceWords})
		}
	}
	for _, m := range back {
		if !slices.ContainsFunc(forward, m.isBox) {
			w.deny(&s, evidence{code: AsymmetricMiddlebox, at: m.component(), flows: s.flows, words: strayApplianceWords})
		}
	}
	return w.end(s)
}

// either walks the same packet on several ways of which the design does not tell
// which one is taken.
func (w *walk) either(s state, ways ...func(state) outcome) outcome {
	o := ways[0](s)
	for _, way := range ways[1:] {
		o = o.join(way(s), verdicts.eitherUnknown)
	}
	return o
}

// assume says what the verdict rests on.
func (w *walk) assume(rule, text string) {
	a := Assumption{rule, text}
	if w.record && !slices.Contains(w.assumptions, a) {
		w.assumptions = append(w.assumptions, a)
	}
}
