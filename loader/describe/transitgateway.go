package describe

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readTransitGateway reads an element of TransitGateways.
func readTransitGateway(r *reader) {
	m := r.begin()
	var g model.TransitGateway
	var association, propagation string // the switches
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayId":
			g.ID = model.TransitGatewayID(r.str())
		case "TransitGatewayArn":
			m.ARN = r.str()
		case "State":
			g.State = r.str()
		case "Options":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "TransitGatewayCidrBlocks":
					g.CIDRs = r.prefixes()
				case "VpnEcmpSupport":
					g.NoVPNECMP = strings.EqualFold(r.str(), "disable") // TGW-35
				case "SecurityGroupReferencingSupport":
					g.SecurityGroupReferencing = isOn(r.str()) // TGW-10
				case "DefaultRouteTableAssociation":
					association = r.str()
				case "DefaultRouteTablePropagation":
					propagation = r.str()
				case "AssociationDefaultRouteTableId":
					g.AssociationDefault = model.TransitGatewayRouteTableID(r.str())
				case "PropagationDefaultRouteTableId":
					g.PropagationDefault = model.TransitGatewayRouteTableID(r.str())
				default:
					r.skip()
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(g.ID))
	if !ok {
		return
	}
	g.Meta = meta
	g.Available = g.State == "" || strings.EqualFold(g.State, "available") || strings.EqualFold(g.State, "modifying")
	if strings.EqualFold(association, "disable") {
		g.AssociationDefault = ""
	}
	if strings.EqualFold(propagation, "disable") {
		g.PropagationDefault = ""
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.transit.gateways, g.ID, &g, &g.Meta) })
}
