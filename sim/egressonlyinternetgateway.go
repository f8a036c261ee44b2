package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// egressOnlyInternetGateway is a compiled egress-only internet gateway that is
// attached to a VPC: IPv6 out, and replies back in (EIGW-1).
type egressOnlyInternetGateway struct {
	comp  Component
	model *model.EgressOnlyInternetGateway
	vpc   *vpc
}

func (g *egressOnlyInternetGateway) component() Component { return g.comp }

func (g *egressOnlyInternetGateway) receive(w *walk, s state) outcome {
	w.lose(&s, g.comp)
	if !s.hdr.v6 { // EIGW-3
		return w.drop(s, evidence{code: ProtocolRestriction, dir: egress, at: g.comp, where: g.model.Provenance,
			words: say("an egress-only internet gateway carries IPv6 only", "route IPv4 to a NAT gateway")})
	}
	if s.leg == model.Return {
		// The reply to what came in another way: the gateway has no such flow.
		return w.drop(s, evidence{code: EIGWInbound, dir: egress, at: g.comp, where: g.model.Provenance, words: eigwWords})
	}
	var o outcome
	for _, own := range g.vpc.senders(w, &s) {
		in, out := s.split(s.hdr.src, own.addrs)
		if s = out; !in.flows.IsEmpty() {
			o = o.or(g.send(w, in))
		}
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(w.drop(s, evidence{code: GatewayRejectsSpoofedTraffic, dir: egress, at: g.comp, where: g.model.Provenance, words: spoofedWords})) // IGW-8
}

// send lets out what has a source address of the VPC.
func (g *egressOnlyInternetGateway) send(w *walk, s state) outcome {
	denyUniqueLocal(w, &s, egress, g)
	if by := s.metGatewayLoadBalancer(model.Forward); by != nil { // T-GWLB-5
		w.deny(&s, evidence{code: ProtocolRestriction, dir: egress, at: g.comp, flows: s.flows, where: g.model.Provenance,
			words: say("IPv6 that went through Gateway Load Balancer endpoint "+by.comp.named()+" cannot leave by an egress-only internet gateway", "route it to an internet gateway")})
	}
	s.mediated = true
	g.vpc.bpa.leave(w, &s, g)
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: g, header: s.hdr}
	if w.record {
		s.hop(hop{at: g.comp, action: ActionForward, words: untranslatedWords})
	}
	return w.leave(s)
}

// admit takes a packet from the internet: only replies come in.
func (g *egressOnlyInternetGateway) admit(w *walk, s state) outcome {
	if _, ok := s.translation(g); !ok || s.leg != model.Return {
		return w.drop(s, evidence{code: EIGWInbound, dir: ingress, at: g.comp, where: g.model.Provenance, words: eigwWords})
	}
	if w.record {
		s.hop(hop{at: g.comp, action: ActionForward, words: trackedWords})
	}
	return g.vpc.receive(w, s)
}

func spoofedWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("egress-only internet gateway %s drops what comes from elsewhere: no interface of its VPC has %s", c.named(), h.SourceIP),
		"send it out by a gateway of the VPC that it comes from"
}

func eigwWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("egress-only internet gateway %s lets in replies only, to connections that were started inside", c.named()),
		"route the subnet's ::/0 to an internet gateway if it should be reached from outside"
}
