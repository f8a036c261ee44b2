package yamlfile

import (
	"net/netip"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// vpc is a VPC and all that lies in it.
type vpc struct {
	common
	cidrs                                list[value[netip.Prefix]]
	isDefault, dnsSupport, dnsHostnames  value[bool]
	dnsAssumed, given, asWritten         value[bool]
	missing                              []missing
	internetGateways, egressOnlyGateways list[gateway]
	subnets                              []entry[subnet]
	routeTables                          []entry[routeTable]
	networkACLs                          []entry[networkACL]
	securityGroups                       []entry[securityGroup]
	instances                            []entry[instance]
	networkInterfaces                    []entry[nic]
	owners                               []entry[owner]
	natGateways                          []entry[natGateway]
	vpcEndpoints                         []entry[vpcEndpoint]
	vpnGateways                          list[gateway]
	loadBalancers                        []entry[loadBalancer]
	targetGroups                         []entry[targetGroup]
	endpointServices                     []entry[endpointService]
	resourceGateways                     []entry[resourceGateway]
	firewalls                            []entry[firewall]
}

// missing is a kind of resource that the design does not tell for a VPC.
type missing struct {
	kind model.Kind
	gap  gap
}

var vpcShape = object("a VPC", "A virtual private cloud and what lies in it.", commonKeys(func(v *vpc) *common { return &v.common }), []field[vpc]{
	key("cidr", many(cidr), func(v *vpc) *list[value[netip.Prefix]] { return &v.cidrs }, "its IPv4 and IPv6 blocks, the primary IPv4 block first"),
	key("default", yesNo, func(v *vpc) *value[bool] { return &v.isDefault }, "whether it is the Region's default VPC"),
	key("enable_dns_support", yesNo, func(v *vpc) *value[bool] { return &v.dnsSupport }, "true by default"),
	key("enable_dns_hostnames", yesNo, func(v *vpc) *value[bool] { return &v.dnsHostnames }, "false by default; true in a default VPC"),
	key("dns_assumed", yesNo, func(v *vpc) *value[bool] { return &v.dnsAssumed }, "whether the DNS attributes are assumed rather than known"),
	key("internet_gateway", many(gatewayShape), func(v *vpc) *list[gateway] { return &v.internetGateways }, "the name of the internet gateway that is attached; true names it after the VPC: main-igw"),
	key("egress_only_internet_gateway", many(gatewayShape), func(v *vpc) *list[gateway] { return &v.egressOnlyGateways }, "the name of its egress-only internet gateway; true names it after the VPC: main-eigw"),
	key("subnets", section(subnetShape), func(v *vpc) *[]entry[subnet] { return &v.subnets }, "subnets by name"),
	key("route_tables", section(routeTableShape), func(v *vpc) *[]entry[routeTable] { return &v.routeTables }, "route tables by name; the one named main is the main table"),
	key("network_acls", section(networkACLShape), func(v *vpc) *[]entry[networkACL] { return &v.networkACLs }, "network ACLs by name; the one named default is the default network ACL"),
	key("security_groups", section(securityGroupShape), func(v *vpc) *[]entry[securityGroup] { return &v.securityGroups }, "security groups by name; the one named default is the VPC's default group"),
	key("instances", section(instanceShape), func(v *vpc) *[]entry[instance] { return &v.instances }, "EC2 instances by name"),
	key("network_interfaces", section(networkInterfaceShape), func(v *vpc) *[]entry[nic] { return &v.networkInterfaces }, "network interfaces that are not written with an instance or another owner, by name"),
	key("owners", section(ownerShape), func(v *vpc) *[]entry[owner] { return &v.owners }, "what has network interfaces and is neither an instance, a NAT gateway nor a VPC endpoint (databases, functions, tasks), by name"),
	key("nat_gateways", section(natGatewayShape), func(v *vpc) *[]entry[natGateway] { return &v.natGateways }, "NAT gateways by name"),
	key("vpc_endpoints", section(vpcEndpointShape), func(v *vpc) *[]entry[vpcEndpoint] { return &v.vpcEndpoints }, "VPC endpoints by name"),
	key("vpn_gateway", many(gatewayShape), func(v *vpc) *list[gateway] { return &v.vpnGateways }, "the name of the VPN gateway that is attached, be it one of vpn_gateways; true names it after the VPC: main-vgw"),
	key("load_balancers", section(loadBalancerShape), func(v *vpc) *[]entry[loadBalancer] { return &v.loadBalancers }, "load balancers by name"),
	key("target_groups", section(targetGroupShape), func(v *vpc) *[]entry[targetGroup] { return &v.targetGroups }, "target groups by name"),
	key("endpoint_services", section(endpointServiceShape), func(v *vpc) *[]entry[endpointService] { return &v.endpointServices }, "endpoint services by name"),
	key("resource_gateways", section(resourceGatewayShape), func(v *vpc) *[]entry[resourceGateway] { return &v.resourceGateways }, "resource gateways by name"),
	key("firewalls", section(firewallShape), func(v *vpc) *[]entry[firewall] { return &v.firewalls }, "Network Firewalls by name"),
	key("unknown", missingShape, func(v *vpc) *[]missing { return &v.missing }, "what the design does not tell of this VPC, so that its absence says nothing: a list of section names, or a mapping from them to the reason"),
	key("as_written", yesNo, func(v *vpc) *value[bool] { return &v.asWritten }, "true: nothing that AWS makes with a VPC (local routes, main route table, default network ACL and group) is added to what is written"),
	key("given", yesNo, func(v *vpc) *value[bool] { return &v.given }, "false: the VPC itself is not in the design, only what is written in it"),
})

// sectionKinds are the kinds that a VPC may lack, by the name of their section.
var sectionKinds = []struct {
	section string
	kind    model.Kind
}{
	{"subnets", model.KindSubnet},
	{"route_tables", model.KindRouteTable},
	{"network_acls", model.KindNetworkACL},
	{"security_groups", model.KindSecurityGroup},
	{"instances", model.KindInstance},
	{"network_interfaces", model.KindInterface},
	{"owners", model.KindOwner},
	{"nat_gateways", model.KindNATGateway},
	{"vpc_endpoints", model.KindVPCEndpoint},
	{"internet_gateway", model.KindInternetGateway},
	{"egress_only_internet_gateway", model.KindEgressOnlyInternetGateway},
	{"prefix_lists", model.KindPrefixList},
	{"elastic_ips", model.KindElasticIP},
	{"vpcs", model.KindVPC},
	{"peering_connections", model.KindVPCPeeringConnection},
	{"transit_gateways", model.KindTransitGateway},
	{"transit_gateway_attachments", model.KindTransitGatewayAttachment},
	{"transit_gateway_route_tables", model.KindTransitGatewayRouteTable},
	{"transit_gateway_policy_tables", model.KindTransitGatewayPolicyTable},
	{"vpn_gateways", model.KindVPNGateway},
	{"customer_gateways", model.KindCustomerGateway},
	{"vpn_connections", model.KindVPNConnection},
	{"direct_connect_gateways", model.KindDirectConnectGateway},
	{"virtual_interfaces", model.KindVirtualInterface},
	{"on_premises", model.KindOnPremises},
	{"client_vpn_endpoints", model.KindClientVPNEndpoint},
	{"core_networks", model.KindCoreNetwork},
	{"core_network_attachments", model.KindCoreNetworkAttachment},
	{"carrier_gateways", model.KindCarrierGateway},
	{"local_gateways", model.KindLocalGateway},
	{"load_balancers", model.KindLoadBalancer},
	{"target_groups", model.KindTargetGroup},
	{"endpoint_services", model.KindVPCEndpointService},
	{"resource_gateways", model.KindResourceGateway},
	{"resource_configurations", model.KindResourceConfiguration},
	{"service_networks", model.KindServiceNetwork},
	{"lattice_services", model.KindLatticeService},
	{"firewalls", model.KindFirewall},
	{"firewall_policies", model.KindFirewallPolicy},
	{"firewall_rule_groups", model.KindFirewallRuleGroup},
	{"global_accelerators", model.KindAccelerator},
	{"vpc_origins", model.KindVPCOrigin},
}

var missingShape = shape[[]missing]{
	read: func(d *decoder, n *yaml.Node, into *[]missing) {
		names := make([]string, len(sectionKinds))
		for i, s := range sectionKinds {
			names[i] = s.section
		}
		add := func(k *yaml.Node, g gap) {
			for _, s := range sectionKinds {
				if s.section == k.Value {
					g.at = d.at(k)
					*into = append(*into, missing{s.kind, g})
					return
				}
			}
			d.errorf(d.at(k), didYouMean(k.Value, names), "%s is no section of a VPC", describe(k))
		}
		switch n.Kind {
		case yaml.ScalarNode:
			add(n, gap{})
		case yaml.SequenceNode:
			for _, item := range n.Content {
				add(follow(item), gap{})
			}
		case yaml.MappingNode:
			d.pairs(n, func(k, v *yaml.Node) {
				var g gap
				if !isNull(v) {
					gapDetail.read(d, v, &g)
				}
				add(k, g)
			})
		default:
			d.errorf(d.at(n), "", "expected section names, not %s", describe(n))
		}
	},
	schema: func(c *schemas) schema {
		names := make([]any, len(sectionKinds))
		for i, s := range sectionKinds {
			names[i] = s.section
		}
		one := schema{"enum": names}
		return schema{"anyOf": []any{one, schema{"type": "array", "items": one},
			schema{"type": "object", "propertyNames": one, "additionalProperties": gapDetail.schema(c)}}}
	},
}

// buildVPC makes the VPC itself.
func (b *builder) buildVPC(s *scope) {
	v := s.file
	m := &model.VPC{
		ID:                 s.id,
		Meta:               s.meta,
		IsDefault:          v.isDefault.or(false),
		EnableDNSSupport:   v.dnsSupport.or(true),
		EnableDNSHostnames: v.dnsHostnames.or(v.isDefault.or(false)), // VPC-12
		DNSAssumed:         v.dnsAssumed.or(false),
	}
	s.vpc = m
	for _, c := range v.cidrs.items {
		if c.set {
			m.CIDRs = append(m.CIDRs, c.v)
			m.CIDRProvenance = append(m.CIDRProvenance, c.at)
		}
	}
	for _, gone := range v.missing {
		if m.Missing == nil {
			m.Missing = map[model.Kind]*model.Unknown{}
		}
		m.Missing[gone.kind] = gone.gap.unknown(string(s.id), string(gone.kind))
	}
	if v.given.or(true) {
		if !v.cidrs.set && m.Missing == nil && !v.asWritten.or(false) {
			b.d.ruleError(s.at, "VPC-1", "every VPC has a primary IPv4 block: cidr: 10.0.0.0/16", "the VPC %s lacks its cidr", quote(s.key))
		}
		b.n.VPCs[s.id] = m
	}
}

// lacks reports whether AWS's default of a kind is not to be made: because the
// file says that the kind is unknown, or that it has everything.
func (s *scope) lacks(k model.Kind) bool {
	return s.file.asWritten.or(false) || !s.file.given.or(true) || s.vpc.Missing[k] != nil
}

// hasIPv6 reports whether the VPC has an IPv6 block.
func (s *scope) hasIPv6() bool {
	for _, p := range s.vpc.CIDRs {
		if p.Addr().Is6() {
			return true
		}
	}
	return false
}
