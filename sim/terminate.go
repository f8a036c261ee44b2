package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// terminate handles destinations that take some packets only, by what owns the
// interface. done means that the way ends here.
func (i *networkInterface) terminate(w *walk, s *state) (o outcome, done bool) {
	if refused := i.refusesAll(); refused != nil {
		return w.drop(*s, *refused), true
	}
	switch i.owner.kind {
	case model.KindLoadBalancer:
		if i.relay == nil {
			u := &model.Unknown{Subject: i.owner.id, Attribute: "listeners", Reason: "the input does not give them", Provenance: i.model.Provenance}
			return w.lostTrack(*s, gapEvidence(i.comp, ingress, UnknownResource, u, nil)), true
		}
	case model.KindVPCEndpoint:
		i.enterEndpoint(w, s)
	case model.KindOwner:
		if i.owner.other != nil && i.owner.other.SendsOnly {
			w.deny(s, evidence{code: NoPossibleDestination, dir: ingress, at: i.comp, flows: s.flows, where: i.model.Provenance,
				words: say("nothing can connect to "+i.label()+": it only starts connections", "connect to what it serves instead")})
		}
	}
	return outcome{}, false
}

// refusesAll is why nothing can be addressed to an interface of AWS's own that passes
// packets on and answers none itself; nil for others. What owns it need not be
// given: the interface tells its type.
func (i *networkInterface) refusesAll() *evidence {
	x := evidence{code: NoPossibleDestination, dir: ingress, at: i.comp, where: i.model.Provenance}
	switch {
	case i.isOfGatewayLoadBalancerEndpoint(): // GWLBE-1
		x.words = say("a Gateway Load Balancer endpoint takes what routes send to it, and nothing that is addressed to it",
			"give what lies beyond it as the destination")
	case i.owner.kind == model.KindLoadBalancer && i.relay == nil && i.isOfType("gateway_load_balancer"): // GWLB-1
		x.words = gatewayBalancerWords
	case i.owner.kind == model.KindTransitGateway: // ENI-10
		x.words = say("the interface of a transit gateway's attachment takes what routes send to the gateway, and nothing that is addressed to it",
			"give what lies beyond it as the destination")
	case i.owner.kind == model.KindNATGateway: // NAT-3
		x.code, x.words = NATInbound, natInboundWords
	default:
		return nil
	}
	return &x
}

// isOfGatewayLoadBalancerEndpoint reports whether the interface is one of an endpoint
// that routes lead to.
func (i *networkInterface) isOfGatewayLoadBalancerEndpoint() bool {
	if i.owner.kind != model.KindVPCEndpoint {
		return false
	}
	if m := i.vpc.e.network.VPCEndpoints[model.VPCEndpointID(i.owner.id)]; m != nil {
		return m.Type == model.GatewayLoadBalancerEndpoint
	}
	return i.isOfType("gateway_load_balancer_endpoint")
}

// isOfType reports whether AWS tells this type of the interface.
func (i *networkInterface) isOfType(t string) bool { return i.model.Type == t }
