package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// takes are the flows that some listener of the service takes.
func (l *latticeService) takes(s *state) packet.Set {
	var out packet.Set
	for k := range l.listeners {
		in, _ := l.listeners[k].split(s)
		out = out.Or(in.flows)
	}
	return out
}

// serve takes a connection to the service's targets, by its listeners.
func (l *latticeService) serve(w *walk, s state) outcome {
	if s.crossingBy(l) != nil {
		return w.drop(s, evidence{code: Loop, at: l.comp, where: l.model.Provenance, words: loopWords})
	}
	if !l.model.Active {
		w.deny(&s, evidence{code: BadState, at: l.comp, flows: s.flows, where: l.model.Provenance, words: stateWords("VPC Lattice service", l.model.State)})
	}
	if l.model.AuthPolicy {
		w.assume("LAT-5", "the auth policy of "+l.comp.named()+" lets the request through: it is not evaluated")
	}
	var o outcome
	for k := range l.listeners {
		in, rest := l.listeners[k].split(&s)
		if !in.flows.IsEmpty() {
			o = o.or(l.toTargets(w, in, &l.listeners[k]))
		}
		s = rest
	}
	if s.flows.IsEmpty() {
		return o
	}
	if u := openListeners(l.listeners, nil); u != nil {
		return o.or(w.lostTrack(s, gapEvidence(l.comp, ingress, UnknownValue, u, nil)))
	}
	return o.or(w.drop(s, evidence{code: ELBv2ListenersMismatch, dir: ingress, at: l.comp, where: l.model.Provenance, words: l.noListenerWords}))
}

// toTargets takes a connection to any target of a listener (PATH-7).
func (l *latticeService) toTargets(w *walk, s state, li *listener) outcome {
	var ways []outcome
	if li.model.Answers {
		ways = append(ways, l.answerItself(w, s, "a listener rule answers by itself"))
	}
	if u := li.model.Unknown; u != nil {
		ways = append(ways, w.lostTrack(s, gapEvidence(l.comp, sideless, UnknownValue, u, nil)))
	}
	for _, g := range li.groups {
		if u := g.model.TargetsUnknown; u != nil {
			ways = append(ways, w.lostTrack(s, gapEvidence(g.comp, sideless, UnknownResource, u, nil)))
		}
		for _, t := range g.healthy() {
			ways = append(ways, l.toTarget(w, s, g, t))
		}
	}
	if len(ways) == 0 {
		return w.drop(s, evidence{code: ELBv2ListenerHasNoTG, at: l.comp, where: li.model.Provenance, words: li.noGroupWords})
	}
	return atRandom(ways)
}

// healthy are the targets that are used, wherever they are: all if none is healthy.
func (g *targetGroup) healthy() []*target {
	var out []*target
	for _, bad := range []bool{false, true} {
		for _, t := range g.targets {
			if t.mayBeHealthy() != bad && t.model.Health != model.TargetUnused {
				out = append(out, t)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// toTarget opens a connection to a target, which sees an address of VPC Lattice and
// no group (LAT-4).
func (l *latticeService) toTarget(w *walk, s state, g *targetGroup, t *target) outcome {
	if t.gap != nil {
		return w.lostTrack(s, gapEvidence(g.comp, sideless, UnknownResource, t.gap, nil))
	}
	if t.model.Function != "" {
		return l.answerItself(w, s, "invokes "+t.label())
	}
	v := l.e.vpcs[g.vpc]
	if t.iface != nil {
		v = t.iface.vpc
	}
	if v == nil || t.addr.isIPv6() || s.choices == packet.Choices {
		return w.lostTrack(s, evidence{code: NotModelled, at: l.comp, isGap: true, where: l.model.Provenance,
			words: say("the way to target "+t.label()+" cannot be followed", "give the target's VPC and its IPv4 address")})
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: l, header: s.hdr}
	s.pickPort(relayPorts)
	s.hdr.src, s.hdr.dst, s.hdr.dport, s.hdr.v6, s.hdr.nat64 = l.field, t.addr, toPort(t.port), false, false
	s.from, s.via, s.transit, s.seen, s.mediated = nil, nil, nil, nil, false
	if w.record {
		s.hop(hop{at: l.comp, action: ActionTranslate, words: newConnectionWords})
	}
	return v.receive(w, s)
}

// answerItself ends the way at the service, which answers.
func (l *latticeService) answerItself(w *walk, s state, how string) outcome {
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: l, header: s.hdr}
	if w.record {
		s.hop(hop{at: l.comp, action: ActionDeliver, words: say(how, "")})
	}
	return w.arrived(s, func(s state) outcome { return l.back(w, s) })
}

// back gives a target's reply to the client, the way that the request came.
func (l *latticeService) back(w *walk, s state) outcome {
	c := s.crossingBy(l)
	s.hdr = c.header.swap()
	if w.record {
		s.hop(hop{at: l.comp, action: ActionTranslate, words: restoreWords})
	}
	for c = c.before; c != nil; c = c.before {
		if c.replies != nil {
			return c.replies(w, s, nil)
		}
	}
	panic("sim: a VPC Lattice service without an entrance")
}

func (l *latticeService) noListenerWords(_ *Engine, c Component, h Header) (string, string) {
	if len(l.listeners) == 0 {
		return fmt.Sprintf("service %s has no listener", c.named()), "add a listener for " + h.traffic()
	}
	return fmt.Sprintf("no listener of %s takes %s: it listens on %s", c.named(), h.traffic(), listenersText(l.listeners)), "add a listener for " + h.traffic()
}
