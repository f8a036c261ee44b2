package sim

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// gatewayLoadBalancerEndpoint is a compiled Gateway Load Balancer endpoint: a route
// target in one subnet that takes packets to somebody's appliances and gives them
// back unchanged, into the table of its own subnet (GWLBE-1, GWLBE-2, T-GWLB-2). It
// has no group, and starts nothing (GWLBE-6).
type gatewayLoadBalancerEndpoint struct {
	comp   Component
	model  *model.VPCEndpoint
	subnet *subnet // nil where the input does not tell
	// behind are the ways that its packets may take beyond it, of which each flow
	// takes one; never empty.
	behind []appliancePath
	// assumed is what is taken for granted of what stands behind it.
	assumed string
	// entrance leads to the service behind it; nil where the network lacks that.
	entrance *serviceEntrance
}

func (g *gatewayLoadBalancerEndpoint) component() Component { return g.comp }

// repliesMayMiss is GWLBE-10: a reply need not come back through the endpoint, but a
// flow must not meet it with its reply only. A firewall's has no such freedom (NFW-15).
func (g *gatewayLoadBalancerEndpoint) repliesMayMiss() bool { return !g.isOfFirewall() }

// receive takes a packet that a route sends to the endpoint. Its subnet's network
// ACL sees it also where it comes out of that subnet itself (GWLBE-4, T-GWLB-4).
func (g *gatewayLoadBalancerEndpoint) receive(w *walk, s state) outcome {
	if g.subnet == nil {
		u := &model.Unknown{Subject: g.comp.ID, Attribute: "subnet", Reason: "the input does not tell where the endpoint is", Provenance: g.model.Provenance}
		return w.lostTrack(s, gapEvidence(g.comp, sideless, UnknownResource, u, nil))
	}
	g.subnet.acl(w, &s, ingress)
	switch u := g.model.AcceptanceUnknown; { // T-GWLB-3, PL-5
	case u != nil:
		w.gap(&s, g.comp, sideless, UnknownValue, u)
	case !g.model.Available:
		return w.drop(s, evidence{code: EndpointNotAvailable, at: g.comp, where: g.model.Provenance, words: endpointStateWords(g.model)})
	}
	w.lose(&s, g.comp) // GWLBE-8
	w.meet(&s, g)
	if g.isOfFirewall() {
		u := &model.Unknown{Subject: g.comp.ID, Reason: "it is a Network Firewall's endpoint, and the input does not have the firewall", Provenance: g.model.Provenance}
		w.gap(&s, g.comp, sideless, UnknownResource, u)
		return g.back(w, s, appliancePath{})
	}
	w.assume("GWLBE-9", fmt.Sprintf("the appliances behind %s pass every packet: their own policy is not known", g.comp.named()))
	if g.assumed != "" {
		w.assume("T-GWLB-2", g.assumed)
	}
	if g.entrance != nil {
		g.entrance.checkService(w, &s) // EPS-1
	}
	if w.record {
		s.hop(hop{at: g.comp, action: ActionForward, words: say("goes through the appliances behind the endpoint", "")})
	}
	ways := make([]outcome, len(g.behind))
	for n, p := range g.behind {
		ways[n] = g.back(w, s, p)
	}
	if len(ways) > 1 {
		w.assume("PATH-7", "AWS picks the appliance behind "+g.comp.named()+" for each connection")
	}
	return atRandom(ways)
}

// back sends a packet on that an appliance has seen.
func (g *gatewayLoadBalancerEndpoint) back(w *walk, s state, by appliancePath) outcome {
	for _, x := range by.denied {
		x.flows = s.flows
		w.deny(&s, x)
	}
	for _, x := range by.open {
		x.flows = s.flows
		w.doubt(&s, x)
	}
	s.via = nil
	return g.subnet.send(w, s)
}

// metGatewayLoadBalancer is the first Gateway Load Balancer endpoint that a leg of
// the flow went through; nil without one.
func (s *state) metGatewayLoadBalancer(leg model.Leg) *gatewayLoadBalancerEndpoint {
	for _, m := range s.middleboxes(leg) {
		if c, ok := m.(*inspected); ok {
			if g, ok := c.by.(*gatewayLoadBalancerEndpoint); ok {
				return g
			}
		}
	}
	return nil
}

// compileGatewayLoadBalancerEndpoints makes the nodes of endpoints of that type,
// but for those that are a Network Firewall's.
func (e *Engine) compileGatewayLoadBalancerEndpoints() {
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		if m.Type != model.GatewayLoadBalancerEndpoint || e.inspectors[m.ID] != nil {
			continue
		}
		g := &gatewayLoadBalancerEndpoint{comp: e.component(model.KindVPCEndpoint, string(m.ID), &m.Meta), model: m, behind: []appliancePath{{}}}
		if len(m.Subnets) > 0 {
			g.subnet = e.subnets[m.Subnets[0]]
		}
		e.inspectors[m.ID] = g
	}
}

// isOfFirewall reports whether AWS made the endpoint for a Network Firewall, as it
// says by a tag.
func (g *gatewayLoadBalancerEndpoint) isOfFirewall() bool {
	return strings.EqualFold(g.model.Tags["AWSNetworkFirewallManaged"], "true")
}
