package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// compileTarget gives the node that a route points at, and the words for why it
// is gone. Neither: the input does not tell.
func (e *Engine) compileTarget(v *vpc, r *model.Route) (node, words) {
	t := r.Target
	switch t.Kind {
	case model.KindVPC:
		return v, nil
	case model.KindInternetGateway:
		if v.igw != nil && v.igw.comp.ID == t.ID {
			return v.igw, nil
		}
		if m := e.network.InternetGateways[model.InternetGatewayID(t.ID)]; m != nil && m.AttachmentUnknown != nil && m.VPC == v.model.ID {
			return e.attachedGateway(m, v), nil // one of several that may be the VPC's
		}
		return nil, goneWords(t, v)
	case model.KindEgressOnlyInternetGateway:
		switch {
		case v.eigw != nil && v.eigw.comp.ID == t.ID:
			return v.eigw, nil
		case e.network.EgressOnlyInternetGateways[model.EgressOnlyInternetGatewayID(t.ID)] == nil && v.eigw == nil:
			// Most dumps lack them; an active route says that it is there.
			v.eigw = &egressOnlyInternetGateway{
				comp: Component{ID: t.ID, Type: t.Kind}, vpc: v,
				model: &model.EgressOnlyInternetGateway{Meta: model.Meta{Provenance: r.Provenance}},
			}
			return v.eigw, nil
		}
		return nil, goneWords(t, v)
	case model.KindNATGateway:
		if n := e.nats[model.NATGatewayID(t.ID)]; n != nil {
			return n, nil
		}
		return nil, nil
	case model.KindInterface:
		return e.interfaceTarget(v, t, model.InterfaceID(t.ID))
	case model.KindInstance:
		if m := e.network.Instances[model.InstanceID(t.ID)]; m != nil && len(m.Interfaces) > 0 {
			return e.interfaceTarget(v, t, m.Interfaces[0])
		}
		return nil, nil
	case model.KindVPCEndpoint:
		id := model.VPCEndpointID(t.ID)
		if g := e.endpoints[id]; g != nil {
			return g, nil
		}
		if n, dead, ok := e.inspectorTarget(v, t); ok {
			return n, dead
		}
		if m := e.network.VPCEndpoints[id]; m != nil {
			return &unmodelledTarget{comp: e.component(t.Kind, t.ID, &m.Meta), where: m.Provenance, endpoint: m}, nil
		}
		return nil, nil
	case model.KindVPNGateway:
		switch g := e.vpnGateways[model.VPNGatewayID(t.ID)]; {
		case g == nil:
			return nil, nil
		case g.vpc != v:
			return nil, goneWords(t, v)
		default:
			return g, nil
		}
	case model.KindVPCPeeringConnection:
		return e.peeringTarget(v, t)
	case model.KindTransitGateway, model.KindCoreNetwork:
		return e.transitGatewayTarget(v, t)
	case "":
		return nil, nil
	}
	return &unmodelledTarget{comp: Component{ID: t.ID, Type: t.Kind}, where: r.Provenance}, nil
}

// undescribedTarget is a component that a route names and the input does not
// describe.
type undescribedTarget struct{ comp Component }

func undescribed(t model.Target) node { return &undescribedTarget{Component{ID: t.ID, Type: t.Kind}} }

func (u *undescribedTarget) component() Component { return u.comp }

func (u *undescribedTarget) receive(w *walk, s state) outcome {
	return w.lostTrack(s, gapEvidence(u.comp, sideless, UnknownResource, missing(u.comp.Type, u.comp.ID, nil), nil))
}

func (e *Engine) interfaceTarget(v *vpc, t model.Target, id model.InterfaceID) (node, words) {
	i := e.interfaces[id]
	switch {
	case i == nil:
		return nil, nil
	case i.vpc != v: // RT-25
		return nil, func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("the route to %s in %s points at %s, an interface of %s: it is a black hole", h.DestinationIP, c.named(), t.ID, i.vpc.comp.named()),
				"reach the other VPC by a peering connection or a transit gateway"
		}
	case i.dead != nil: // ENI-11, GRT-6
		text := i.dead.text
		return nil, func(*Engine, Component, Header) (string, string) {
			return text + ", so the route is a black hole", "start it, or point the route elsewhere"
		}
	}
	return i, nil
}

func goneWords(t model.Target, v *vpc) words {
	return func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("the route to %s in %s points at %s, which is not attached to %s: it is a black hole", h.DestinationIP, c.named(), t.ID, v.comp.named()),
			fmt.Sprintf("attach %s to the VPC", t.ID)
	}
}
