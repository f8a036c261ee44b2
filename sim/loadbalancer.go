package sim

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// loadBalancer is a compiled load balancer: listeners, and nodes that take what
// comes for them, one in each of its subnets (ELB-1).
type loadBalancer struct {
	e         *Engine
	comp      Component
	model     *model.LoadBalancer
	listeners []listener
	nodes     []*balancerNode // by the ID of their interface
	// subnets are where it is enabled (ELB-3).
	subnets []*subnet
}

// balancerNode is a node of a load balancer: what its interface does with the
// connections that it takes.
type balancerNode struct {
	lb *loadBalancer
	i  *networkInterface
}

func (n *balancerNode) component() Component { return n.i.comp }

// compileLoadBalancers makes the balancers and gives their nodes' interfaces to
// them.
func (e *Engine) compileLoadBalancers() {
	e.loadBalancers = map[model.OwnerID]*loadBalancer{}
	for _, m := range model.Sorted(e.network.LoadBalancers) {
		lb := &loadBalancer{e: e, comp: e.component(model.KindLoadBalancer, string(m.ID), &m.Meta), model: m}
		for k := range m.Listeners {
			lb.listeners = append(lb.listeners, compileListener(&m.Listeners[k]))
		}
		for _, id := range m.Subnets {
			if sn := e.subnets[id]; sn != nil {
				lb.subnets = append(lb.subnets, sn)
			}
		}
		e.loadBalancers[m.ID] = lb
	}
	for _, m := range model.Sorted(e.network.Interfaces) {
		i := e.interfaces[m.ID]
		lb := e.loadBalancers[model.OwnerID(i.owner.id)]
		if i.owner.kind != model.KindLoadBalancer || lb == nil {
			continue
		}
		n := &balancerNode{lb, i}
		i.relay = n
		lb.nodes = append(lb.nodes, n)
		lb.subnets = appendNew(lb.subnets, i.subnet)
	}
}

// compileTargets finds what the balancers' target groups have, once every interface
// and address is known.
func (e *Engine) compileTargets() {
	e.targetGroups = map[model.TargetGroupID]*targetGroup{}
	for _, m := range model.Sorted(e.network.TargetGroups) {
		e.targetGroups[m.ID] = e.compileTargetGroup(m)
	}
	for _, m := range model.Sorted(e.network.LoadBalancers) {
		lb := e.loadBalancers[m.ID]
		for k := range lb.listeners {
			l := &lb.listeners[k]
			if m.Type == model.ClassicLoadBalancer {
				l.groups = []*targetGroup{e.classicTargets(lb, l.model)}
				continue
			}
			l.groups = e.groupsOf(l.model, &m.Meta)
		}
	}
}

// connection is one that a node took from a client.
type connection struct {
	*balancerNode
	// service is the endpoint service through which it came; nil for most (PL-8).
	service *endpointService
}

// take makes of a client's connection one to a target.
func (n *balancerNode) take(w *walk, s state) outcome {
	return connection{balancerNode: n}.take(w, s)
}

func (c connection) take(w *walk, s state) outcome {
	lb := c.lb
	if s.crossingBy(c.balancerNode) != nil {
		return w.drop(s, evidence{code: Loop, at: lb.comp, where: lb.model.Provenance, words: loopWords})
	}
	s.relayed, s.refs = true, nil // references of the client's groups have done their work
	if lb.model.Type == model.GatewayLoadBalancer {
		return w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: lb.comp, where: lb.model.Provenance, words: gatewayBalancerWords})
	}
	if !lb.model.Available {
		w.deny(&s, evidence{code: BadState, at: lb.comp, flows: s.flows, where: lb.model.Provenance, words: lb.stateWords})
	}
	var o outcome
	if lb.model.Type == model.ApplicationLoadBalancer { // ALB-1
		for _, p := range []model.Protocol{model.ICMP, model.ICMPv6} {
			b := packet.All
			b.Protocols, b.Dport = packet.Protocol(p), echoes(p)
			echo, rest := s.splitBox(&b)
			if !echo.flows.IsEmpty() {
				o = o.or(c.answerItself(w, echo, "answers the ping itself"))
			}
			s = rest
		}
	}
	for k := range lb.listeners {
		in, rest := lb.listeners[k].split(&s)
		if !in.flows.IsEmpty() {
			o = o.or(c.serve(w, in, &lb.listeners[k]))
		}
		s = rest
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(c.noListener(w, s))
}

// noListener ends the way of what no listener takes.
func (c connection) noListener(w *walk, s state) outcome {
	lb := c.lb
	var o outcome
	if u := openListeners(lb.listeners, lb.model.ListenersUnknown); u != nil {
		b := packet.All
		b.Protocols = packet.Protocol(model.TCP).Or(packet.Protocol(model.UDP))
		perhaps, rest := s.splitBox(&b)
		if !perhaps.flows.IsEmpty() {
			o = w.lostTrack(perhaps, gapEvidence(lb.comp, ingress, UnknownValue, u, nil))
		}
		if s = rest; s.flows.IsEmpty() {
			return o
		}
	}
	code := ELBv2ListenersMismatch // ELB-5
	if lb.model.Type == model.ClassicLoadBalancer {
		code = ELBListenersMismatch // CLB-3
	}
	return o.or(w.drop(s, evidence{code: code, dir: ingress, at: lb.comp, where: lb.model.Provenance, words: lb.noListenerWords}))
}

// serve takes a connection that a listener has accepted to any of its targets: which
// one, the request and chance decide (PATH-7).
func (c connection) serve(w *walk, s state, l *listener) outcome {
	var ways []outcome
	if l.model.Answers {
		ways = append(ways, c.answerItself(w, s, "a listener rule answers by itself"))
	}
	if l.model.DefaultAlone {
		w.assume("ELB-5", fmt.Sprintf("the listener %s %d of %s has no rule but its default action: the input tells none", l.model.Protocol, l.model.Port, c.lb.comp.named()))
	}
	if u := l.model.Unknown; u != nil {
		ways = append(ways, w.lostTrack(s, gapEvidence(c.lb.comp, sideless, UnknownValue, u, nil)))
	}
	for _, g := range l.groups {
		ways = append(ways, c.toAccepting(w, s, l, g))
	}
	if len(ways) == 0 {
		return w.drop(s, evidence{code: ELBv2ListenerHasNoTG, at: c.lb.comp, where: l.model.Provenance, words: l.noGroupWords})
	}
	return atRandom(ways)
}

// toAccepting takes to a target group what its protocol carries, and drops the rest: UDP
// that a listener takes finds nobody in a group for TCP (ELB-5).
func (c connection) toAccepting(w *walk, s state, l *listener, g *targetGroup) outcome {
	in, rest := g.split(&s)
	var o outcome
	if !in.flows.IsEmpty() {
		o = c.toGroup(w, in, g)
	}
	if rest.flows.IsEmpty() {
		return o
	}
	return o.or(w.drop(rest, evidence{code: ELBv2ListenerRequiresTGAccept, at: c.lb.comp, where: l.model.Provenance,
		words: func(_ *Engine, lb Component, h Header) (string, string) {
			return fmt.Sprintf("the listener %s %d of %s takes %s, and its target group %s is for %s", l.model.Protocol, l.model.Port, lb.named(), h.traffic(), g.comp.named(), g.model.Protocol),
				fmt.Sprintf("forward to a target group of protocol %s", l.model.Protocol)
		}}))
}

// answerItself ends the way at the balancer, which answers.
func (c connection) answerItself(w *walk, s state, how string) outcome {
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: c.balancerNode, header: s.hdr}
	if w.record {
		s.hop(hop{at: c.lb.comp, action: ActionDeliver, words: say(how, "")})
	}
	return w.arrived(s, func(s state) outcome {
		o, _ := c.answer(w, s)
		return o
	})
}

// answer gives a target's reply to the client, from the address that it asked for.
func (n *balancerNode) answer(w *walk, s state) (outcome, bool) {
	c := s.answeredBy(n)
	if c == nil {
		return outcome{}, false
	}
	s.hdr = c.header.swap()
	if w.record {
		s.hop(hop{at: n.i.comp, action: ActionTranslate, words: restoreWords})
	}
	return n.i.replyAlong(w, s, c.before), true
}

// starts limits what a node starts by itself, to check its targets' health or to
// send them requests: a balancer connects to its targets only, in the zones that
// are enabled for it (ELB-3, ELB-7).
func (n *balancerNode) starts(w *walk, s *state) {
	lb := n.lb
	targets, open := lb.targets()
	if open || lb.model.Type == model.GatewayLoadBalancer {
		return
	}
	var known, served packet.Set
	for k := range targets {
		r := &targets[k]
		to := r.target.flowsTo(w, s)
		known, served = known.Or(to), served.Or(to.And(r.served))
		if !to.IsEmpty() && lb.enables(r.target) == no {
			w.deny(s, evidence{code: ELBInstalledAZRestriction, dir: egress, at: lb.comp, flows: to, where: lb.model.Provenance, words: lb.zoneWords(r.target)})
		}
	}
	if other := s.flows.Sub(known); !other.IsEmpty() {
		w.deny(s, evidence{code: TargetAddressRestriction, dir: egress, at: lb.comp, flows: other, where: lb.model.Provenance, words: lb.noTargetWords})
	}
	if other := known.Sub(served); !other.IsEmpty() {
		w.deny(s, evidence{code: TargetPortRestriction, dir: egress, at: lb.comp, flows: other, where: lb.model.Provenance, words: lb.noTargetPortWords})
	}
}

// crossingBy finds the latest connection that a relay made on the forward leg; nil
// without one.
func (s *state) crossingBy(relay any) *crossing {
	for c := s.conn; c != nil; c = c.before {
		if c.translator == relay {
			if c.leg == model.Return {
				return nil // it has answered
			}
			return c
		}
	}
	return nil
}

// answeredBy is crossingBy for a relay that answers its client now, which it does
// once: the client may be a node that relays, too, and what comes home to it is no
// reply to what it sent on.
func (s *state) answeredBy(relay any) *crossing {
	c := s.crossingBy(relay)
	if c != nil {
		s.conn = &crossing{before: s.conn, leg: model.Return, translator: relay}
	}
	return c
}

// splitBox parts the flows by a box.
func (s *state) splitBox(b *packet.Box) (in, out state) {
	in, out = *s, *s
	in.flows, out.flows = s.flows.AndBox(b), s.flows.SubBox(b)
	return in, out
}

func (lb *loadBalancer) stateWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("load balancer %s is %s", c.named(), lb.model.State), "wait until it is active, or make it anew"
}

// noListenerWords tells what does listen: NLB-11 for a ping.
func (lb *loadBalancer) noListenerWords(_ *Engine, c Component, h Header) (string, string) {
	if strings.HasPrefix(h.Protocol, "icmp") {
		return fmt.Sprintf("%s does not answer a ping: it drops what no listener takes", c.named()), "test it with a connection to a listener's port"
	}
	mend := fmt.Sprintf("add a listener for %s", h.traffic())
	if len(lb.listeners) == 0 {
		return fmt.Sprintf("load balancer %s has no listener", c.named()), mend
	}
	return fmt.Sprintf("no listener of %s takes %s: it listens on %s", c.named(), h.traffic(), listenersText(lb.listeners)), mend
}

func gatewayBalancerWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("nothing connects to Gateway Load Balancer %s: it takes packets from its endpoints alone", c.named()),
		"route the packets to a Gateway Load Balancer endpoint"
}

func (lb *loadBalancer) noTargetWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("%s sends to its targets only, and %s is none", c.named(), h.DestinationIP), "register the address in a target group of the balancer"
}

func (lb *loadBalancer) noTargetPortWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("%s sends to the ports that its targets are registered with and checks their health ports, and %s is neither of %s", c.named(), h.traffic(), h.DestinationIP),
		"register the target with this port"
}
