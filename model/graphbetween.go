package model

// between makes the ways from VPC to VPC and to on-premises.
func (b *graphBuilder) between() {
	n := b.network
	for _, p := range Sorted(n.VPCPeeringConnections) {
		node := b.given(KindVPCPeeringConnection, string(p.ID), &p.Meta)
		for _, side := range []PeeringSide{p.Requester, p.Accepter} {
			b.edge(node, b.vpc(side.VPC), "", p.Provenance)
		}
	}
	b.transitGateways()
	b.coreNetworks()
	for _, g := range Sorted(n.VPNGateways) {
		node := b.given(KindVPNGateway, string(g.ID), &g.Meta)
		node.VPC = g.VPC
		b.both(node, b.onPremises(), g.Provenance)
		if g.VPC != "" {
			b.edge(node, b.vpc(g.VPC), "", g.Provenance)
		}
	}
	for _, c := range Sorted(n.ClientVPNEndpoints) {
		node := b.given(KindClientVPNEndpoint, string(c.ID), &c.Meta)
		node.VPC = c.VPC
		b.both(node, b.onPremises(), c.Provenance) // its clients
		for _, t := range c.Networks {
			b.both(node, b.node(KindSubnet, string(t.Subnet)), t.Provenance)
		}
		if c.TransitGateway != "" {
			b.both(node, b.node(KindTransitGateway, string(c.TransitGateway)), c.Provenance)
		}
	}
	for _, f := range Sorted(n.Firewalls) { // NFW-1: endpoints that give packets back to their subnet
		for _, e := range f.Endpoints {
			node := b.node(KindVPCEndpoint, string(e.ID))
			node.Subnet, node.Provenance = e.Subnet, e.Provenance
			b.both(node, b.node(KindSubnet, string(e.Subnet)), e.Provenance)
		}
	}
}

// given makes the node of a resource that the design describes.
func (b *graphBuilder) given(k Kind, id string, m *Meta) *Node {
	node := b.node(k, id)
	node.Name, node.Provenance = m.Name, m.Provenance
	return node
}

// transitGateways lead from attachment to attachment over the route tables. An
// attachment of which the input does not tell the far end may lead anywhere.
func (b *graphBuilder) transitGateways() {
	n := b.network
	for _, g := range Sorted(n.TransitGateways) {
		b.given(KindTransitGateway, string(g.ID), &g.Meta)
	}
	for _, a := range Sorted(n.TransitGatewayAttachments) {
		node := b.given(KindTransitGatewayAttachment, string(a.ID), &a.Meta)
		node.VPC = a.VPC
		b.edge(b.node(KindTransitGateway, string(a.TransitGateway)), node, "", a.Provenance)
		switch a.Type {
		case AttachVPC:
			for _, id := range a.Subnets {
				b.both(node, b.node(KindSubnet, string(id)), a.Provenance)
			}
			if n.VPCs[a.VPC] == nil || len(a.Subnets) == 0 {
				b.both(node, b.anywhere(), a.Provenance)
			}
		case AttachPeering:
			b.both(node, b.node(KindTransitGateway, string(a.Peer)), a.Provenance)
			if a.PeerAttachment != "" {
				b.both(node, b.node(KindTransitGatewayAttachment, string(a.PeerAttachment)), a.Provenance)
			}
			if n.TransitGateways[a.Peer] == nil {
				b.both(node, b.anywhere(), a.Provenance)
			}
		case AttachVPN, AttachVPNConcentrator, AttachDirectConnectGateway, AttachConnect, AttachClientVPN:
			b.both(node, b.onPremises(), a.Provenance)
		}
	}
	for _, t := range Sorted(n.TransitGatewayRouteTables) {
		b.transitTable(t)
	}
	for _, p := range Sorted(n.TransitGatewayPolicyTables) {
		node := b.given(KindTransitGatewayPolicyTable, string(p.ID), &p.Meta)
		for _, id := range p.Associations {
			b.edge(b.node(KindTransitGatewayAttachment, string(id)), node, "", p.Provenance)
		}
		for _, r := range p.Rules {
			b.edge(node, b.node(KindTransitGatewayRouteTable, string(r.RouteTable)), "", r.Provenance)
		}
		if p.RulesUnknown != nil {
			b.edge(node, b.anywhere(), "", p.Provenance)
		}
	}
}

func (b *graphBuilder) transitTable(t *TransitGatewayRouteTable) {
	node := b.given(KindTransitGatewayRouteTable, string(t.ID), &t.Meta)
	for _, id := range t.Associations {
		b.edge(b.node(KindTransitGatewayAttachment, string(id)), node, "", t.Provenance)
	}
	for i := range t.Routes {
		r := &t.Routes[i]
		if r.Unknown != nil {
			b.edge(node, b.anywhere(), r.Destination(), r.Provenance)
		}
		if r.State != RouteActive && r.Unknown == nil {
			continue
		}
		for _, id := range r.Attachments {
			b.edge(node, b.node(KindTransitGatewayAttachment, string(id)), r.Destination(), r.Provenance.or(t.Provenance))
		}
	}
	for _, id := range t.Propagations {
		b.edge(node, b.node(KindTransitGatewayAttachment, string(id)), "propagated", t.Provenance)
	}
	if t.RoutesUnknown != nil || t.AssociationsUnknown != nil {
		b.both(node, b.anywhere(), t.Provenance)
		b.edge(b.node(KindTransitGateway, string(t.TransitGateway)), b.anywhere(), "", t.Provenance)
	}
}

// coreNetworks lead from each of their attachments to all others: what their
// segments keep apart is left out.
func (b *graphBuilder) coreNetworks() {
	n := b.network
	for _, c := range Sorted(n.CoreNetworks) {
		node := b.given(KindCoreNetwork, string(c.ID), &c.Meta)
		if c.ARN != "" && c.ARN != string(c.ID) {
			b.both(node, b.node(KindCoreNetwork, c.ARN), c.Provenance)
		}
		if c.PolicyUnknown != nil || len(c.Insertions) > 0 {
			b.both(node, b.anywhere(), c.Provenance)
		}
	}
	for _, a := range Sorted(n.CoreNetworkAttachments) {
		node := b.given(KindCoreNetworkAttachment, string(a.ID), &a.Meta)
		node.VPC = a.VPC
		b.both(node, b.node(KindCoreNetwork, string(a.CoreNetwork)), a.Provenance)
		if a.Type == AttachVPC {
			for _, id := range a.Subnets {
				b.both(node, b.node(KindSubnet, string(id)), a.Provenance)
			}
			if n.VPCs[a.VPC] != nil && len(a.Subnets) > 0 {
				continue
			}
			b.both(node, b.anywhere(), a.Provenance)
			continue
		}
		b.both(node, b.onPremises(), a.Provenance)
	}
}

// joining leads a route to what joins the table's VPC with others; false where the
// target is something else, or not described.
func (b *graphBuilder) joining(table *Node, rt *RouteTable, r *Route, at Provenance) bool {
	n := b.network
	switch t := r.Target; t.Kind {
	case KindVPCPeeringConnection:
		if n.VPCPeeringConnections[VPCPeeringConnectionID(t.ID)] == nil {
			return false
		}
		b.edge(table, b.node(t.Kind, t.ID), r.Destination(), at)
		return true
	case KindTransitGateway:
		if n.TransitGateways[TransitGatewayID(t.ID)] == nil {
			return false
		}
		for _, a := range Sorted(n.TransitGatewayAttachments) {
			if string(a.TransitGateway) == t.ID && a.VPC == rt.VPC {
				b.edge(table, b.node(KindTransitGatewayAttachment, string(a.ID)), r.Destination(), at)
			}
		}
		return true
	case KindCoreNetwork:
		for _, c := range n.CoreNetworks {
			if string(c.ID) == t.ID || c.ARN == t.ID {
				b.edge(table, b.node(KindCoreNetwork, string(c.ID)), r.Destination(), at)
				return true
			}
		}
	case KindVPCEndpoint:
		for _, f := range n.Firewalls {
			for _, e := range f.Endpoints {
				if string(e.ID) == t.ID {
					b.edge(table, b.node(KindVPCEndpoint, t.ID), r.Destination(), at)
					return true
				}
			}
		}
	}
	return false
}
