package model

// routeTable leads to the target of every route, and to the VPC, of which every
// table has the local routes (VPC-10).
func (b *graphBuilder) routeTable(rt *RouteTable) {
	table, local := b.node(KindRouteTable, string(rt.ID)), false
	for i := range rt.Routes {
		r := &rt.Routes[i]
		at := r.Provenance.or(rt.Provenance)
		switch {
		case r.Unknown != nil && r.Target == Target{}:
			b.edge(table, b.anywhere(), r.Destination(), at)
		case r.Unknown == nil && r.State != RouteActive:
		case r.Target.IsLocal():
			local = true
			b.edge(table, b.vpc(rt.VPC), "local", at)
		default:
			b.target(table, rt, r, at)
		}
	}
	if !local {
		b.edge(table, b.vpc(rt.VPC), "local", rt.Provenance)
	}
	if rt.RoutesUnknown != nil {
		b.edge(table, b.anywhere(), "?", rt.RoutesUnknown.Provenance.or(rt.Provenance))
	}
	for _, vgw := range rt.PropagatingVGWs {
		b.edge(table, b.vpnGateway(vgw, rt.VPC), "propagated", rt.Provenance)
	}
}

// gatewayTable leads from a gateway to its route table (GRT-1). A gateway that
// is neither given nor any route's target counts as a virtual private one,
// which the model does not list.
func (b *graphBuilder) gatewayTable(rt *RouteTable) {
	for _, id := range rt.Gateways {
		gateway := b.graph.byResource[nodeKey{KindInternetGateway, id}]
		if gateway == nil {
			gateway = b.vpnGateway(id, rt.VPC)
		}
		b.edge(gateway, b.node(KindRouteTable, string(rt.ID)), "", rt.Provenance)
	}
}

// target leads a route to its target, and makes a target that is only named.
func (b *graphBuilder) target(table *Node, rt *RouteTable, r *Route, at Provenance) {
	if b.joining(table, rt, r, at) {
		return
	}
	n := b.network
	switch t := r.Target; t.Kind {
	case KindInstance:
		inst := n.Instances[InstanceID(t.ID)]
		if inst == nil || len(inst.Interfaces) == 0 {
			b.edge(table, b.anywhere(), r.Destination(), at)
			return
		}
		for _, id := range inst.Interfaces {
			b.edge(table, b.node(KindInterface, string(id)), r.Destination(), at)
		}
	case KindInterface:
		i := n.Interfaces[InterfaceID(t.ID)]
		if i == nil {
			b.edge(table, b.anywhere(), r.Destination(), at)
			return
		}
		k := interfaceKey(i)
		b.edge(table, b.node(k.kind, k.resource), r.Destination(), at)
	case KindVPNGateway:
		b.edge(table, b.vpnGateway(t.ID, rt.VPC), r.Destination(), at)
	case KindInternetGateway:
		igw := b.node(KindInternetGateway, t.ID)
		if n.InternetGateways[InternetGatewayID(t.ID)] == nil {
			b.edge(igw, b.vpc(rt.VPC), "", at)
		}
		b.edge(table, igw, r.Destination(), at)
	case KindEgressOnlyInternetGateway:
		eigw := b.node(KindEgressOnlyInternetGateway, t.ID)
		if n.EgressOnlyInternetGateways[EgressOnlyInternetGatewayID(t.ID)] == nil {
			b.edge(eigw, b.vpc(rt.VPC), "", at)
		}
		b.edge(table, eigw, r.Destination(), at)
	case KindNATGateway:
		nat := b.node(KindNATGateway, t.ID)
		if n.NATGateways[NATGatewayID(t.ID)] == nil {
			b.both(nat, b.anywhere(), at)
		}
		b.edge(table, nat, r.Destination(), at)
	case KindVPCEndpoint:
		endpoint := b.node(KindVPCEndpoint, t.ID)
		if n.VPCEndpoints[VPCEndpointID(t.ID)] == nil {
			b.both(endpoint, b.anywhere(), at)
		}
		b.edge(table, endpoint, r.Destination(), at)
	default:
		// What is not described, or not modelled.
		beyond := b.node(t.Kind, t.ID)
		b.edge(table, beyond, r.Destination(), at)
		b.both(beyond, b.anywhere(), at)
	}
}

// vpnGateway makes the way of a virtual private gateway between its VPC and
// on-premises.
func (b *graphBuilder) vpnGateway(id string, vpc VPCID) *Node {
	vgw := b.node(KindVPNGateway, id)
	vgw.VPC = vpc
	b.both(vgw, b.onPremises(), Provenance{})
	b.edge(vgw, b.vpc(vpc), "", Provenance{})
	return vgw
}
