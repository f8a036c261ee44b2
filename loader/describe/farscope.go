package describe

import "github.com/vpcwalk/vpcwalk/model"

// linkFarScopes settles account and Region of what joins networks, as linkScopes
// does for what is in VPCs. What belongs to no Region has none.
func (b *builder) linkFarScopes() {
	n := b.network
	region, account := b.onlyScope()
	regional := func(m *model.Meta) { settle(m, region, account) }
	global := func(m *model.Meta) { settle(m, "", account) }
	for _, v := range n.VPCPeeringConnections {
		regional(&v.Meta)
	}
	for _, v := range n.TransitGateways {
		regional(&v.Meta)
	}
	for _, v := range n.TransitGatewayAttachments {
		regional(&v.Meta)
	}
	for _, v := range n.TransitGatewayRouteTables {
		regional(&v.Meta)
	}
	for _, v := range n.TransitGatewayPolicyTables {
		regional(&v.Meta)
	}
	for _, v := range n.VPNGateways {
		regional(&v.Meta)
	}
	for _, v := range n.CustomerGateways {
		regional(&v.Meta)
	}
	for _, v := range n.VPNConnections {
		regional(&v.Meta)
	}
	for _, v := range n.DirectConnectGateways {
		global(&v.Meta)
	}
	for _, v := range n.DirectConnectGatewayAssociations {
		global(&v.Meta)
	}
	for _, v := range n.VirtualInterfaces {
		regional(&v.Meta)
	}
	for _, v := range n.ClientVPNEndpoints {
		regional(&v.Meta)
	}
	for _, v := range n.CoreNetworks {
		global(&v.Meta)
	}
	for _, v := range n.CoreNetworkAttachments {
		regional(&v.Meta)
	}
	for _, v := range n.LoadBalancers {
		regional(&v.Meta)
		settle(&n.Owners[v.ID].Meta, v.Region, v.Account)
	}
	for _, v := range n.TargetGroups {
		regional(&v.Meta)
	}
	for _, v := range n.VPCEndpointServices {
		regional(&v.Meta)
	}
	for _, v := range n.ResourceGateways {
		regional(&v.Meta)
	}
	for _, v := range n.ResourceConfigurations {
		regional(&v.Meta)
	}
	for _, v := range n.ServiceNetworks {
		regional(&v.Meta)
	}
	for _, v := range n.LatticeServices {
		regional(&v.Meta)
	}
	for _, v := range n.Accelerators {
		global(&v.Meta)
	}
	for _, v := range n.VPCOrigins {
		global(&v.Meta)
	}
}
