package cloudformation

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// builder makes the network of all stacks' resources.
type builder struct {
	*reader
	network *model.Network
	byType  map[string][]*resource
	// mapPublic has the subnets of which it is open whether their instances get
	// a public address.
	mapPublic map[model.SubnetID]*model.Unknown
	// ownEgress has the groups that lose AWS's default egress rule to rules of
	// their own (nil), or may lose it.
	ownEgress map[model.SecurityGroupID]*model.Unknown
	// gatewayOptions has what is open of a transit gateway's options, and
	// associated the tables that attachments are associated with explicitly.
	gatewayOptions map[model.TransitGatewayID]gatewayOptions
	associated     map[end]association
}

func newBuilder(r *reader) *builder {
	return &builder{reader: r, network: model.NewNetwork(), byType: map[string][]*resource{},
		mapPublic: map[model.SubnetID]*model.Unknown{}, ownEgress: map[model.SecurityGroupID]*model.Unknown{},
		gatewayOptions: map[model.TransitGatewayID]gatewayOptions{}, associated: map[end]association{}}
}

// typeReader reads the resources of one type.
type typeReader struct {
	typ  string
	read func(*builder, *resource)
}

// readers are the types that have a reader of their own, each after those that it
// asks something of. A new type is one line here, or in owners, and its reader.
var readers = []typeReader{
	{"AWS::EC2::VPC", (*builder).readVPC},
	{"AWS::EC2::VPCCidrBlock", (*builder).readVPCCIDRBlock},
	{"AWS::EC2::Subnet", (*builder).readSubnet},
	{"AWS::EC2::SubnetCidrBlock", (*builder).readSubnetCIDRBlock},
	{"AWS::EC2::RouteTable", (*builder).readRouteTable},
	{"AWS::EC2::InternetGateway", (*builder).readInternetGateway},
	{"AWS::EC2::VPNGateway", (*builder).readVPNGateway},
	{"AWS::EC2::VPCGatewayAttachment", (*builder).readGatewayAttachment},
	{"AWS::EC2::EgressOnlyInternetGateway", (*builder).readEgressOnlyInternetGateway},
	{"AWS::EC2::PrefixList", (*builder).readPrefixList},

	{"AWS::EC2::SecurityGroup", (*builder).readSecurityGroup},
	{"AWS::EKS::Cluster", (*builder).readClusterGroup},
	{"AWS::EC2::SecurityGroupVpcAssociation", (*builder).readGroupVPC},
	{"Custom::VpcRestrictDefaultSG", (*builder).restrictDefaultGroup},
	{"AWS::EC2::SecurityGroupIngress", (*builder).readGroupIngress},
	{"AWS::EC2::SecurityGroupEgress", (*builder).readGroupEgress},
	{"AWS::EC2::NetworkAcl", (*builder).readNetworkACL},
	{"AWS::EC2::NetworkAclEntry", (*builder).readNetworkACLEntry},
	{"AWS::EC2::SubnetNetworkAclAssociation", (*builder).readNetworkACLAssociation},

	{"AWS::EC2::EIP", (*builder).readElasticIP},
	{"AWS::EC2::NetworkInterface", (*builder).readNetworkInterface},
	{"AWS::EC2::Instance", (*builder).readInstance},
	{"AWS::EC2::NetworkInterfaceAttachment", (*builder).readInterfaceAttachment},
	{"AWS::EC2::NatGateway", (*builder).readNATGateway},
	{endpointServiceType, (*builder).readEndpointService},
	{"AWS::EC2::VPCEndpointServicePermissions", (*builder).readServicePermissions},
	{"AWS::EC2::VPCEndpoint", (*builder).readVPCEndpoint},

	{"AWS::EC2::VPCPeeringConnection", (*builder).readPeering},
	{"AWS::EC2::TransitGateway", (*builder).readTransitGateway},
	{"AWS::EC2::TransitGatewayRouteTable", (*builder).readTransitGatewayRouteTable},
	{"AWS::EC2::TransitGatewayVpcAttachment", (*builder).readVPCAttachment},
	{"AWS::EC2::TransitGatewayAttachment", (*builder).readVPCAttachment},
	{"AWS::EC2::TransitGatewayPeeringAttachment", (*builder).readTransitGatewayPeering},
	{"AWS::EC2::CustomerGateway", (*builder).readCustomerGateway},
	{"AWS::EC2::VPNConcentrator", (*builder).readVPNConcentrator},
	{"AWS::EC2::VPNConnection", (*builder).readVPNConnection},
	{"AWS::EC2::VPNConnectionRoute", (*builder).readVPNConnectionRoute},
	{"AWS::DirectConnect::DirectConnectGateway", (*builder).readDirectConnectGateway},
	{"AWS::DirectConnect::DirectConnectGatewayAssociation", (*builder).readDirectConnectAssociation},
	{"AWS::DirectConnect::PrivateVirtualInterface", (*builder).readVirtualInterface},
	{"AWS::DirectConnect::TransitVirtualInterface", (*builder).readVirtualInterface},
	{"AWS::DirectConnect::PublicVirtualInterface", (*builder).readVirtualInterface},
	{"AWS::EC2::ClientVpnEndpoint", (*builder).readClientVPNEndpoint},
	{"AWS::EC2::ClientVpnTargetNetworkAssociation", (*builder).readClientVPNNetwork},
	{"AWS::EC2::ClientVpnRoute", (*builder).readClientVPNRoute},
	{"AWS::EC2::ClientVpnAuthorizationRule", (*builder).readClientVPNAuthorization},
	{"AWS::EC2::TransitGatewayConnect", (*builder).readTransitGatewayConnect},

	{"AWS::NetworkManager::CoreNetwork", (*builder).readCoreNetwork},
	{"AWS::NetworkManager::VpcAttachment", (*builder).readCoreVPCAttachment},
	{"AWS::NetworkManager::SiteToSiteVpnAttachment", (*builder).readCoreVPNAttachment},
	{"AWS::NetworkManager::ConnectAttachment", (*builder).readCoreConnectAttachment},
	{"AWS::NetworkManager::DirectConnectGatewayAttachment", (*builder).readCoreDirectConnectAttachment},
	{"AWS::NetworkManager::TransitGatewayPeering", (*builder).readCorePeering},
	{"AWS::NetworkManager::TransitGatewayRouteTableAttachment", (*builder).readCoreTableAttachment},

	{"AWS::NetworkFirewall::RuleGroup", (*builder).readRuleGroup},
	{"AWS::NetworkFirewall::FirewallPolicy", (*builder).readFirewallPolicy},
	{firewallType, (*builder).readFirewall},
	{firewallEndpointType, (*builder).readFirewallEndpoint},
	{"AWS::EC2::TransitGatewayRouteTableAssociation", (*builder).readTransitGatewayAssociation},
	{"AWS::EC2::TransitGatewayRouteTablePropagation", (*builder).readTransitGatewayPropagation},
	{"AWS::EC2::TransitGatewayRoute", (*builder).readTransitGatewayRoute},
	{"AWS::AutoScaling::AutoScalingGroup", (*builder).readAutoScalingGroup},

	{"AWS::EC2::SubnetRouteTableAssociation", (*builder).readRouteTableAssociation},
	{"AWS::EC2::GatewayRouteTableAssociation", (*builder).readGatewayRouteTableAssociation},
	{"AWS::EC2::VPNGatewayRoutePropagation", (*builder).readRoutePropagation},
	{"AWS::EC2::Route", (*builder).readRoute},
	{"AWS::EC2::RouteServerPropagation", (*builder).readRouteServerPropagation},

	{"AWS::EC2::VPCBlockPublicAccessOptions", (*builder).readBlockPublicAccess},
	{"AWS::EC2::VPCBlockPublicAccessExclusion", (*builder).readBlockPublicAccessExclusion},
}

// frontReaders are the types that stand in front of owners of interfaces, and ask
// something of these. They are read last.
var frontReaders = []typeReader{
	{balancerType, (*builder).readLoadBalancer},
	{classicType, (*builder).readClassicLoadBalancer},
	{"AWS::ElasticLoadBalancingV2::TargetGroup", (*builder).readTargetGroup},
	{"AWS::ElasticLoadBalancingV2::Listener", (*builder).readListener},
	{"AWS::ElasticLoadBalancingV2::ListenerRule", (*builder).readListenerRule},

	{"AWS::VpcLattice::ServiceNetwork", (*builder).readServiceNetwork},
	{"AWS::VpcLattice::Service", (*builder).readLatticeService},
	{"AWS::VpcLattice::AuthPolicy", (*builder).readAuthPolicy},
	{"AWS::VpcLattice::TargetGroup", (*builder).readLatticeTargetGroup},
	{"AWS::VpcLattice::Listener", (*builder).readLatticeListener},
	{"AWS::VpcLattice::Rule", (*builder).readLatticeRule},
	{"AWS::VpcLattice::ResourceGateway", (*builder).readResourceGateway},
	{"AWS::VpcLattice::ResourceConfiguration", (*builder).readResourceConfiguration},
	{"AWS::VpcLattice::ServiceNetworkVpcAssociation", (*builder).readServiceNetworkVPC},
	{"AWS::VpcLattice::ServiceNetworkServiceAssociation", (*builder).readServiceNetworkService},
	{"AWS::VpcLattice::ServiceNetworkResourceAssociation", (*builder).readServiceNetworkResource},

	{"AWS::GlobalAccelerator::Accelerator", (*builder).readAccelerator},
	{"AWS::GlobalAccelerator::Listener", (*builder).belongsToAccelerator},
	{"AWS::GlobalAccelerator::EndpointGroup", (*builder).belongsToAccelerator},
	{"AWS::CloudFront::VpcOrigin", (*builder).readVPCOrigin},
}

func (b *builder) build() {
	b.collect()
	b.readAll(readers)
	for _, o := range owners {
		for _, r := range b.byType[o.typ] {
			b.readOwner(r, o)
		}
	}
	b.readAll(frontReaders)
	b.registerOwners()
	b.defaultAssociations()
	for _, r := range b.byType["AWS::EC2::EIP"] {
		b.associateElasticIP(r, r)
	}
	for _, r := range b.byType["AWS::EC2::EIPAssociation"] {
		b.associateElasticIP(r, nil)
	}
	b.defaultEgress()
	design.Complete(b.network)
	b.countUnmodelled()
	b.misspelt()
}

func (b *builder) readAll(readers []typeReader) {
	for _, t := range readers {
		for _, r := range b.byType[t.typ] {
			t.read(b, r)
		}
	}
}

// collect files the resources that are created, or may be, by their type.
func (b *builder) collect() {
	type doubt struct {
		s    *stack
		name string
	}
	doubts := map[doubt]int{}
	var order []doubt
	for _, s := range b.stacks {
		for _, r := range s.order {
			t := r.presence()
			if t.open == nil && !t.yes {
				continue
			}
			b.byType[r.typ] = append(b.byType[r.typ], r)
			if t.open != nil && modelled[r.typ] {
				d := doubt{s, r.condition}
				if doubts[d]++; doubts[d] == 1 {
					order = append(order, d)
				}
			}
		}
	}
	for _, d := range order {
		at := model.Provenance{File: d.s.template.path}
		if n := d.s.conditionNodes.get(d.name); n != nil {
			at = n.at
		}
		b.diags = append(b.diags, model.Diagnostic{Severity: model.Warning, Provenance: at,
			Summary: fmt.Sprintf("%s; what it decides on is taken to be there, and its rules and routes are unknown (%d)", d.s.condition(d.name).open.reason, doubts[d])})
	}
}

// modelled has the types that the network has something of.
var modelled = map[string]bool{"AWS::EC2::EIPAssociation": true}

// read has those of them of which all is read that decides about packets.
var read = map[string]bool{}

func init() {
	for _, t := range slices.Concat(readers, frontReaders) {
		modelled[t.typ], read[t.typ] = true, true
	}
	for _, o := range owners {
		modelled[o.typ] = true
	}
}

// doubt is why a resource may not be there; nil where it certainly is.
func (r *resource) doubt() *model.Unknown {
	t := r.presence()
	if t.open == nil {
		return nil
	}
	return &model.Unknown{Subject: r.id, Attribute: "Condition", Reason: t.open.reason, Provenance: r.at}
}

// meta is what every resource has.
func (b *builder) meta(r *resource) model.Meta {
	m := model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at}
	for _, tag := range r.get("Tags").list() {
		key, ok := tag.member("Key").literal()
		if v := tag.member("Value"); ok && v.kind != absent {
			if m.Tags == nil {
				m.Tags = map[string]string{}
			}
			m.Tags[key] = v.show()
		}
	}
	m.Name = m.Tags["Name"]
	return m
}

func (b *builder) report(severity model.Severity, rule string, r *resource, at model.Provenance, detail, format string, args ...any) {
	if at.IsZero() {
		at = r.at
	}
	b.diags = append(b.diags, model.Diagnostic{Severity: severity, Rule: rule, Resource: r.id, Provenance: at,
		Summary: fmt.Sprintf(format, args...), Detail: detail})
}

// countUnmodelled lists the types that are not modelled, each once.
func (b *builder) countUnmodelled() {
	for typ, resources := range b.byType {
		if isUnmodelled(typ) {
			for _, r := range resources {
				b.unmodelled(r)
			}
		}
	}
	for _, typ := range sortedKeys(b.counted) {
		u := *b.counted[typ]
		u.Provenance.Address = ""
		b.network.Unmodelled = append(b.network.Unmodelled, u)
	}
	slices.SortFunc(b.network.Unmodelled, func(x, y model.Unmodelled) int { return cmp.Compare(x.Type, y.Type) })
}
