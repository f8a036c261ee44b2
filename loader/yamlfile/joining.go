package yamlfile

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// joining are the sections at top level of what joins VPCs with each other and
// with the world outside AWS.
type joining struct {
	peerings              []entry[peering]
	transitGateways       []entry[transitGateway]
	vpnGateways           []entry[vpnGateway]
	customerGateways      []entry[customerGateway]
	vpnConnections        []entry[vpnConnection]
	directConnectGateways []entry[directConnectGateway]
	virtualInterfaces     []entry[virtualInterface]
	targetGroups          []entry[targetGroup]
	endpointServices      []entry[endpointService]
	firewalls             []entry[firewall]
	firewallPolicies      []entry[firewallPolicy]
	firewallRuleGroups    []entry[firewallRuleGroup]
	clientVPNs            []entry[clientVPN]
	coreNetworks          []entry[coreNetwork]
	configurations        []entry[resourceConfiguration]
	serviceNetworks       []entry[serviceNetwork]
	latticeServices       []entry[latticeService]
	accelerators          []entry[accelerator]
	vpcOrigins            []entry[vpcOrigin]
}

var joiningKeys = []field[document]{
	key("peering_connections", section(peeringShape), func(f *document) *[]entry[peering] { return &f.peerings }, "VPC peering connections by name"),
	key("transit_gateways", section(transitGatewayShape), func(f *document) *[]entry[transitGateway] { return &f.transitGateways }, "transit gateways by name"),
	key("vpn_gateways", section(vpnGatewayShape), func(f *document) *[]entry[vpnGateway] { return &f.joining.vpnGateways }, "virtual private gateways by name; one that a VPC's vpn_gateway tells need not stand here"),
	key("customer_gateways", section(customerGatewayShape), func(f *document) *[]entry[customerGateway] { return &f.customerGateways }, "customer gateways by name"),
	key("vpn_connections", section(vpnConnectionShape), func(f *document) *[]entry[vpnConnection] { return &f.vpnConnections }, "Site-to-Site VPN connections by name"),
	key("direct_connect_gateways", section(directConnectGatewayShape), func(f *document) *[]entry[directConnectGateway] { return &f.directConnectGateways }, "Direct Connect gateways by name"),
	key("virtual_interfaces", section(virtualInterfaceShape), func(f *document) *[]entry[virtualInterface] { return &f.virtualInterfaces }, "Direct Connect virtual interfaces by name"),
	key("target_groups", section(targetGroupShape), func(f *document) *[]entry[targetGroup] { return &f.joining.targetGroups }, "target groups that lie in no VPC, by name"),
	key("endpoint_services", section(endpointServiceShape), func(f *document) *[]entry[endpointService] { return &f.joining.endpointServices }, "endpoint services by name; they may stand in a VPC, too"),
	key("firewalls", section(firewallShape), func(f *document) *[]entry[firewall] { return &f.joining.firewalls }, "Network Firewalls that lie in no VPC, by name"),
	key("firewall_policies", section(firewallPolicyShape), func(f *document) *[]entry[firewallPolicy] { return &f.firewallPolicies }, "firewall policies by name"),
	key("firewall_rule_groups", section(firewallRuleGroupShape), func(f *document) *[]entry[firewallRuleGroup] { return &f.firewallRuleGroups }, "rule groups of firewalls by name"),
	key("client_vpn_endpoints", section(clientVPNShape), func(f *document) *[]entry[clientVPN] { return &f.clientVPNs }, "Client VPN endpoints by name"),
	key("core_networks", section(coreNetworkShape), func(f *document) *[]entry[coreNetwork] { return &f.coreNetworks }, "Cloud WAN core networks by name"),
	key("resource_configurations", section(resourceConfigurationShape), func(f *document) *[]entry[resourceConfiguration] { return &f.configurations }, "resource configurations by name"),
	key("service_networks", section(serviceNetworkShape), func(f *document) *[]entry[serviceNetwork] { return &f.serviceNetworks }, "VPC Lattice service networks by name"),
	key("lattice_services", section(latticeServiceShape), func(f *document) *[]entry[latticeService] { return &f.latticeServices }, "VPC Lattice services by name"),
	key("global_accelerators", section(acceleratorShape), func(f *document) *[]entry[accelerator] { return &f.accelerators }, "global accelerators by name"),
	key("vpc_origins", section(vpcOriginShape), func(f *document) *[]entry[vpcOrigin] { return &f.vpcOrigins }, "CloudFront VPC origins by name"),
}

func (b *builder) declareJoining() {
	f := b.file
	declareAll(b, model.KindVPCPeeringConnection, nil, f.peerings, func(p *peering) *common { return &p.common })
	for i := range f.transitGateways {
		b.declareTransitGateway(&f.transitGateways[i])
	}
	for i := range f.coreNetworks {
		b.declareCoreNetwork(&f.coreNetworks[i])
	}
	declareAll(b, model.KindVPNGateway, nil, f.joining.vpnGateways, func(g *vpnGateway) *common { return &g.common })
	declareAll(b, model.KindCustomerGateway, nil, f.customerGateways, func(g *customerGateway) *common { return &g.common })
	declareAll(b, model.KindVPNConnection, nil, f.vpnConnections, func(v *vpnConnection) *common { return &v.common })
	for i := range f.vpnConnections {
		e := &f.vpnConnections[i]
		b.imply(&e.v.transitGateway, e.key, model.KindVPNConnection, &e.v.attachment, e.at)
		b.implyCore(e)
	}
	declareAll(b, model.KindDirectConnectGateway, nil, f.directConnectGateways, func(g *directConnectGateway) *common { return &g.common })
	for i := range f.directConnectGateways {
		e := &f.directConnectGateways[i]
		for j := range e.v.associations.items {
			a := &e.v.associations.items[j]
			b.imply(&a.transitGateway, e.key, model.KindDirectConnectGateway, &a.attachment, a.at)
		}
	}
	declareAll(b, model.KindVirtualInterface, nil, f.virtualInterfaces, func(v *virtualInterface) *common { return &v.common })
	declareAll(b, model.KindOnPremises, nil, f.onPremises.networks, func(o *onPremisesNetwork) *common { return &o.common })
	declareAll(b, model.KindTargetGroup, nil, f.joining.targetGroups, func(g *targetGroup) *common { return &g.common })
	declareAll(b, model.KindVPCEndpointService, nil, f.joining.endpointServices, func(s *endpointService) *common { return &s.common })
	declareAll(b, model.KindFirewallPolicy, nil, f.firewallPolicies, func(p *firewallPolicy) *common { return &p.common })
	declareAll(b, model.KindFirewallRuleGroup, nil, f.firewallRuleGroups, func(g *firewallRuleGroup) *common { return &g.common })
	declareAll(b, model.KindResourceConfiguration, nil, f.configurations, func(r *resourceConfiguration) *common { return &r.common })
	declareAll(b, model.KindServiceNetwork, nil, f.serviceNetworks, func(n *serviceNetwork) *common { return &n.common })
	declareAll(b, model.KindLatticeService, nil, f.latticeServices, func(s *latticeService) *common { return &s.common })
	declareAll(b, model.KindAccelerator, nil, f.accelerators, func(a *accelerator) *common { return &a.common })
	declareAll(b, model.KindVPCOrigin, nil, f.vpcOrigins, func(o *vpcOrigin) *common { return &o.common })
	for i := range f.clientVPNs {
		b.declareClientVPN(&f.clientVPNs[i])
	}
	for i := range f.joining.firewalls {
		b.declareFirewall(nil, &f.joining.firewalls[i])
	}
	for _, s := range b.scopes {
		for i := range s.file.firewalls {
			b.declareFirewall(s, &s.file.firewalls[i])
		}
	}
}

// buildJoining makes what joins VPCs, when there are VPCs, interfaces and what owns
// these, and before there are routes that lead to it.
func (b *builder) buildJoining() {
	f := b.file
	for i := range f.joining.vpnGateways {
		e := &f.joining.vpnGateways[i]
		e.v.key, e.v.at = e.key, e.at
		b.buildVPNGateway(&e.v.gateway, b.idOf(model.KindVPNGateway, nil, e.key), model.VPCID(b.id(model.KindVPC, nil, &e.v.vpc)), b.outer)
	}
	buildEach(f.peerings, b.buildPeering)
	buildEach(f.customerGateways, b.buildCustomerGateway)
	buildEach(f.vpnConnections, b.buildVPNConnection)
	buildEach(f.directConnectGateways, b.buildDirectConnectGateway)
	buildEach(f.virtualInterfaces, b.buildVirtualInterface)
	buildEach(f.onPremises.networks, b.buildOnPremisesNetwork)
	buildAll(nil, f.joining.targetGroups, b.buildTargetGroup)
	buildAll(nil, f.joining.endpointServices, b.buildEndpointService)
	buildAll(nil, f.joining.firewalls, b.buildFirewall)
	buildEach(f.firewallPolicies, b.buildFirewallPolicy)
	buildEach(f.firewallRuleGroups, b.buildFirewallRuleGroup)
	buildEach(f.clientVPNs, b.buildClientVPN)
	buildEach(f.coreNetworks, b.buildCoreNetwork)
	buildEach(f.configurations, b.buildResourceConfiguration)
	buildEach(f.latticeServices, b.buildLatticeService)
	buildEach(f.serviceNetworks, b.buildServiceNetwork)
	buildEach(f.accelerators, b.buildAccelerator)
	buildEach(f.vpcOrigins, b.buildVPCOrigin)
	for _, h := range b.hubs {
		b.buildTransitGateway(h)
		buildEach(h.file.attachments, func(e *entry[transitAttachment]) { b.buildTransitAttachment(h, e) })
		buildEach(h.file.routeTables, func(e *entry[transitRouteTable]) { b.buildTransitRouteTable(h, e) })
		buildEach(h.file.policyTables, func(e *entry[transitPolicyTable]) { b.buildTransitPolicyTable(h, e) })
	}
	for _, h := range b.hubs {
		buildEach(h.file.attachments, func(e *entry[transitAttachment]) { b.joinTables(h, e) })
	}
	buildEach(f.clientVPNs, b.attachClientVPN)
}

// buildEach makes the members of a section at top level.
func buildEach[T any](entries []entry[T], build func(*entry[T])) {
	for i := range entries {
		build(&entries[i])
	}
}
