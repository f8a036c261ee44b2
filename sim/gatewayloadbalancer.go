package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// genevePort is where appliances take packets from a Gateway Load Balancer, in
// GENEVE over UDP (GWLB-1, T-GWLB-6).
const genevePort = 6081

// appliancePath is a way from a Gateway Load Balancer endpoint to an appliance and
// back, and why it does not work, or may not.
type appliancePath struct{ denied, open []evidence }

// compileAppliances finds out what stands behind the Gateway Load Balancer endpoints,
// as far as the network has it, once everything else is compiled.
func (e *Engine) compileAppliances() {
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		g, ok := e.inspectors[m.ID].(*gatewayLoadBalancerEndpoint)
		if !ok || g.subnet == nil {
			continue
		}
		sv := e.serviceOf(m)
		switch {
		case sv == nil:
			g.assumed = "what stands behind " + g.comp.named() + " is not given: it is taken to work"
		case sv.absent != nil:
			g.assumed = sv.absent.Subject + ", behind " + g.comp.named() + ", is not given: it is taken to work"
		}
		if sv == nil {
			continue
		}
		// The endpoint as an entrance to the service; the interface stands for it.
		g.entrance = &serviceEntrance{sv, m, &networkInterface{
			comp: g.comp, model: &model.Interface{Meta: m.Meta}, subnet: g.subnet, vpc: g.subnet.vpc,
		}}
		if sv.absent == nil {
			g.behind = distinct(g.paths(e))
		}
	}
}

// paths are the ways that an endpoint's packets may take (EPS-4).
func (g *gatewayLoadBalancerEndpoint) paths(e *Engine) []appliancePath {
	var out []appliancePath
	for _, lb := range g.entrance.service.balancers {
		for _, n := range lb.nodes {
			switch g.entrance.leadsTo(n) {
			case yes:
				out = append(out, n.appliances(e)...)
			case maybe:
				out = append(out, appliancePath{open: []evidence{gapEvidence(g.comp, sideless, UnknownValue, g.entrance.zoneGap(), nil)}})
			}
		}
	}
	if len(out) == 0 { // IFEP-13
		sv := g.entrance.service
		out = append(out, appliancePath{denied: []evidence{{code: VPCEServiceNotInstalledInAZ, at: sv.comp, where: g.model.Provenance, words: g.entrance.zoneWords}}})
	}
	return out
}

// appliances are the ways of packets that come to a node of a Gateway Load Balancer.
func (n *balancerNode) appliances(e *Engine) []appliancePath {
	lb := n.lb
	refuse := func(code Code, words words) appliancePath {
		return appliancePath{denied: []evidence{{code: code, at: lb.comp, where: lb.model.Provenance, words: words}}}
	}
	if !lb.model.Available {
		return []appliancePath{refuse(BadState, lb.stateWords)}
	}
	if u := lb.model.ListenersUnknown; u != nil {
		return []appliancePath{{open: []evidence{gapEvidence(lb.comp, sideless, UnknownValue, u, nil)}}}
	}
	var out []appliancePath
	for k := range lb.listeners {
		for _, g := range lb.listeners[k].groups {
			used, excluded := n.pick(g)
			for _, x := range used {
				out = append(out, n.tunnel(e, g, x))
			}
			switch u := g.model.TargetsUnknown; {
			case u != nil:
				out = append(out, appliancePath{open: []evidence{gapEvidence(g.comp, sideless, UnknownResource, u, nil)}})
			case len(used) == 0 && len(excluded) > 0:
				out = append(out, refuse(ELBv2NoTargetsInAZ, excluded[0].words))
			case len(used) == 0:
				out = append(out, refuse(ELBv2NoTargetsInAZ, g.noTargetWords))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, refuse(ELBv2ListenersMismatch, say("Gateway Load Balancer "+lb.comp.named()+" has no listener, and so no target group", "add a listener that forwards to the appliances")))
	}
	return out
}

// tunnel walks the packets that a node sends to an appliance: its groups and network
// ACLs must admit them from the node's address.
func (n *balancerNode) tunnel(e *Engine, g *targetGroup, to choice) appliancePath {
	open := func(u *model.Unknown) appliancePath {
		return appliancePath{open: []evidence{gapEvidence(g.comp, sideless, UnknownValue, u, nil)}}
	}
	if to.gap != nil {
		return open(to.gap)
	}
	v6 := to.addr.isIPv6()
	from, ok := n.i.addressField(v6)
	if !ok {
		return open(&model.Unknown{Subject: n.i.comp.ID, Attribute: "address", Reason: "the input gives none of the target's IP version", Provenance: n.i.model.Provenance})
	}
	b := packet.All
	b.Protocols, b.Sport = packet.Protocol(model.UDP), relayPorts
	w := &walk{e: e, record: true, oneWay: true, source: n.i}
	s := state{flows: packet.Of(b), sender: n.i, relayed: true, hdr: header{src: from, dst: to.addr, sport: flowSport, dport: toPort(genevePort), v6: v6}}
	v := n.i.emit(w, s).whole.verdict()
	if v == model.Reachable && to.sure {
		return appliancePath{}
	}
	var p appliancePath
	for _, x := range w.evidence {
		told := n.told(x, to.target)
		if x.isGap || v != model.Blocked {
			p.open = append(p.open, told)
		} else {
			p.denied = append(p.denied, told)
		}
	}
	if !to.sure {
		p.open = append(p.open, open(connection{balancerNode: n}.zoneGap(g)).open...)
	}
	return p
}

// told is a reason why a node does not reach an appliance, for the packets that are
// lost by that.
func (n *balancerNode) told(x *evidence, to *target) evidence {
	out := *x
	out.hdr, out.flows = header{}, nil
	switch x.code {
	case ENISGRulesMismatch, SGHasNoRules, SGReferencesNotPreserved, SubnetACLRestriction:
		out.code = GWLBDestinationPortRestriction
	}
	out.nearest = nil
	out.words = func(e *Engine, c Component, _ Header) (string, string) {
		message, mend := x.words(e, c, e.show(&x.hdr, x.flows))
		return fmt.Sprintf("%s hands packets to %s in GENEVE, udp %d: %s", n.lb.comp.named(), to.label(), genevePort, message), mend
	}
	return out
}

// distinct keeps the first of the ways that have one fate.
func distinct(all []appliancePath) []appliancePath {
	var out []appliancePath
	seen := map[[2]bool]bool{}
	for _, p := range all {
		if k := [2]bool{p.denied == nil, p.open == nil}; !seen[k] {
			seen[k] = true
			out = append(out, p)
		}
	}
	return out
}
