package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// builder makes one network of a document.
type builder struct {
	*document
	network *model.Network
	byID    map[string][]*resource  // those that exist, by ID and by ARN, managed ones first
	byName  map[[2]string]*resource // those that do not exist yet, by type and name; nil for a name of several
	aliases map[*resource]string    // see idOf

	// adopted are what aws_default_* resources take over, by VPC.
	adoptedTables map[model.VPCID]model.RouteTableID
	adoptedACLs   map[model.VPCID]model.NetworkACLID
	adoptedGroups map[model.VPCID]model.SecurityGroupID
	mainTables    map[model.VPCID]model.RouteTableID

	// written has what the configuration lists inline, mixed what has resources
	// of their own besides, and where.
	written map[listed]bool
	mixed   map[listed]model.Provenance
	// changing are the rules, routes and associations of their own as they are
	// before the plan: what a resource computes of itself has them too.
	changing map[string]bool
	// openIPv6 counts the subnets that lie in a block which stands for the one
	// that Amazon will assign, by VPC.
	openIPv6 map[model.VPCID]uint16

	elasticIPs  map[string]*elasticIP
	maybePublic map[string]*model.Unknown // interfaces and instances that may get an Elastic IP address
	attachments map[model.InterfaceID]attachment
	extraGroups map[model.InterfaceID][]extraGroup
	endpoints   []*endpoint
	maybeTables []func()
	machines    []*machine
	vpcsByID    map[model.VPCID][]*resource // see vpcResources

	between
}

// between is what the readers of gateways and balancers tell each other.
type between struct {
	transits           map[model.TransitGatewayID]*transit
	transitAttachments []*transitAttachment
	associated         map[association]bool // those that resources of their own make
	clientVPNs         map[model.ClientVPNEndpointID]*clientVPN
	owners             map[*resource]*model.Owner
	balancers          map[*resource]*model.LoadBalancer
	listeners          map[*resource]*listener
	gatewayServices    map[model.VPCEndpointServiceID]bool // those of Gateway Load Balancers
	accepted           map[model.VPCEndpointID]bool
	maybeAccepted      map[model.VPCEndpointID]*model.Unknown
	firewallEndpoints  map[*resource][]model.FirewallEndpoint
	accelerated        map[*resource]*model.AcceleratorListener
	acceleratorOf      map[*resource]model.AcceleratorID
}

func newBetween() between {
	return between{transits: map[model.TransitGatewayID]*transit{}, associated: map[association]bool{},
		clientVPNs: map[model.ClientVPNEndpointID]*clientVPN{}, owners: map[*resource]*model.Owner{}, balancers: map[*resource]*model.LoadBalancer{},
		listeners: map[*resource]*listener{}, gatewayServices: map[model.VPCEndpointServiceID]bool{}, accepted: map[model.VPCEndpointID]bool{}, maybeAccepted: map[model.VPCEndpointID]*model.Unknown{},
		firewallEndpoints: map[*resource][]model.FirewallEndpoint{}, accelerated: map[*resource]*model.AcceleratorListener{},
		acceleratorOf: map[*resource]model.AcceleratorID{}}
}

func newBuilder(d *document) *builder {
	b := &builder{
		document: d, network: model.NewNetwork(), byID: map[string][]*resource{}, byName: map[[2]string]*resource{}, aliases: map[*resource]string{},
		adoptedTables: map[model.VPCID]model.RouteTableID{}, adoptedACLs: map[model.VPCID]model.NetworkACLID{},
		adoptedGroups: map[model.VPCID]model.SecurityGroupID{}, mainTables: map[model.VPCID]model.RouteTableID{},
		written: map[listed]bool{}, mixed: map[listed]model.Provenance{}, changing: map[string]bool{}, openIPv6: map[model.VPCID]uint16{},
		elasticIPs: map[string]*elasticIP{}, attachments: map[model.InterfaceID]attachment{},
		extraGroups: map[model.InterfaceID][]extraGroup{}, maybePublic: map[string]*model.Unknown{},
		between: newBetween(),
	}
	d.diagnostics = nil // decode has given those before
	for _, r := range d.resources {
		r.place = d.place(r)
		if name, _ := r.values["name"].(string); name != "" && !r.exists() {
			key := [2]string{r.kind, name}
			if _, several := b.byName[key]; several {
				b.byName[key] = nil
			} else {
				b.byName[key] = r
			}
		}
		if r.exists() && !relation[strings.TrimPrefix(r.kind, dataPrefix)] {
			b.byID[r.id()] = append(b.byID[r.id()], r)
			if arn, _ := r.values["arn"].(string); arn != "" && arn != r.id() {
				b.byID[arn] = append(b.byID[arn], r)
			}
		}
	}
	for _, rs := range b.byID {
		slices.SortStableFunc(rs, func(x, y *resource) int { return cmp.Compare(rank(x), rank(y)) })
	}
	return b
}

// rank puts managed resources before data sources.
func rank(r *resource) int {
	if r.isData() {
		return 1
	}
	return 0
}

// build reads all resources, a kind after the other, and then adds what AWS
// makes by itself.
func (b *builder) build() {
	byKind := map[string][]*resource{}
	for _, r := range b.resources {
		byKind[r.kind] = append(byKind[r.kind], r)
	}
	b.adopt(byKind)
	b.prior()
	read := map[string]bool{}
	for _, step := range readers {
		for _, kind := range step.kinds {
			read[kind] = true
			for _, r := range byKind[kind] {
				step.read(b.body(r))
			}
		}
	}
	b.listUnmodelled(byKind, read)
	b.link()
	design.Complete(b.network)
	b.network.Unmodelled = slices.Clip(b.network.Unmodelled)
	b.settleScopes()
}

// reading is a step of build: what reads the resources of some types. The order
// of steps is that in which they need each other.
type reading struct {
	kinds []string
	read  func(body)
}

// readers has every type of resource that is read.
var readers = []reading{
	{[]string{"aws_vpc"}, readVPC},
	{[]string{"aws_default_vpc", "data.aws_vpc"}, readNamedVPC},
	{[]string{"aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"}, readVPCBlock},
	{[]string{"aws_vpc_block_public_access_options"}, readBlockPublicAccess},
	{[]string{"aws_subnet", "aws_default_subnet", "data.aws_subnet"}, readSubnet},
	{[]string{"aws_vpc_block_public_access_exclusion"}, readBlockPublicAccessExclusion},
	{[]string{"aws_ec2_managed_prefix_list", "data.aws_ec2_managed_prefix_list", "data.aws_prefix_list"}, readPrefixList},
	{[]string{"aws_ec2_managed_prefix_list_entry"}, readPrefixListEntry},
	{[]string{"aws_internet_gateway", "data.aws_internet_gateway"}, readInternetGateway},
	{[]string{"aws_internet_gateway_attachment"}, readInternetGatewayAttachment},
	{[]string{"aws_egress_only_internet_gateway"}, readEgressOnlyInternetGateway},
	{[]string{"aws_vpc_peering_connection", "data.aws_vpc_peering_connection"}, readPeering},
	{[]string{"aws_vpc_peering_connection_accepter"}, readPeeringAccepter},
	{[]string{"aws_vpc_peering_connection_options"}, readPeeringOptions},
	{[]string{"aws_vpc_endpoint_service"}, readEndpointService},
	{[]string{"aws_vpc_endpoint_service_allowed_principal"}, readAllowedPrincipal},
	{[]string{"aws_networkfirewall_firewall", "data.aws_networkfirewall_firewall"}, readFirewall},
	{[]string{"aws_networkfirewall_vpc_endpoint_association"}, readFirewallAssociation},
	{[]string{"aws_vpc_endpoint", "data.aws_vpc_endpoint"}, readVPCEndpoint},
	{[]string{"aws_vpc_endpoint_connection_accepter"}, readConnectionAccepter},
	{[]string{"aws_vpc_endpoint_route_table_association", "aws_vpc_endpoint_subnet_association", "aws_vpc_endpoint_security_group_association"}, readVPCEndpointAssociation},
	{[]string{"aws_default_route_table"}, readDefaultRouteTable},
	{[]string{"aws_route_table", "data.aws_route_table"}, readRouteTable},
	{[]string{"aws_route"}, readRoute},
	{[]string{"aws_main_route_table_association"}, readMainAssociation},
	{[]string{"aws_route_table_association"}, readRouteTableAssociation},
	{[]string{"aws_vpn_gateway_route_propagation"}, readPropagation},
	{[]string{"aws_default_network_acl"}, readDefaultNetworkACL},
	{[]string{"aws_network_acl"}, readNetworkACL},
	{[]string{"aws_network_acl_rule"}, readNetworkACLRule},
	{[]string{"aws_network_acl_association"}, readNetworkACLAssociation},
	{[]string{"aws_default_security_group"}, readDefaultSecurityGroup},
	{[]string{"aws_security_group", "data.aws_security_group"}, readSecurityGroup},
	{[]string{"aws_security_group_rule"}, readOlderGroupRule},
	{[]string{"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"}, readGroupRule},
	{[]string{"aws_vpc_security_group_vpc_association"}, readGroupVPC},
	{[]string{"aws_eip", "data.aws_eip"}, readElasticIP},
	{[]string{"aws_nat_gateway", "data.aws_nat_gateway"}, readNATGateway},
	{[]string{"aws_nat_gateway_eip_association"}, readNATAssociation},
	{[]string{"aws_network_interface", "data.aws_network_interface"}, readInterface},
	{[]string{"aws_network_interface_attachment"}, readInterfaceAttachment},
	{[]string{"aws_network_interface_sg_attachment"}, readGroupAttachment},
	{[]string{"aws_instance", "aws_spot_instance_request", "data.aws_instance"}, readInstance},
	{[]string{"aws_autoscaling_group"}, readAutoScalingGroup},
	{[]string{"aws_eks_node_group"}, readNodeGroup},
	{[]string{"aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance", "aws_docdb_cluster", "aws_docdb_cluster_instance",
		"aws_neptune_cluster", "aws_neptune_cluster_instance", "aws_redshift_cluster"}, readDatabase},
	{[]string{"aws_lb", "aws_alb", "aws_elb", "data.aws_lb"}, readLoadBalancer},
	{serviceKinds(), readService},
	{[]string{"aws_eip_association"}, readElasticIPAssociation},

	{[]string{"aws_ec2_transit_gateway", "data.aws_ec2_transit_gateway"}, readTransitGateway},
	{[]string{"aws_ec2_transit_gateway_route_table", "data.aws_ec2_transit_gateway_route_table"}, readTransitTable},
	{[]string{"aws_ec2_transit_gateway_default_route_table_association", "aws_ec2_transit_gateway_default_route_table_propagation"}, readTransitDefault},
	{[]string{"aws_ec2_transit_gateway_vpc_attachment", "data.aws_ec2_transit_gateway_vpc_attachment"}, readTransitVPCAttachment},
	{[]string{"aws_ec2_transit_gateway_vpc_attachment_accepter"}, readTransitVPCAccepter},
	{[]string{"aws_ec2_transit_gateway_peering_attachment", "data.aws_ec2_transit_gateway_peering_attachment"}, readTransitPeering},
	{[]string{"aws_ec2_transit_gateway_peering_attachment_accepter"}, readTransitPeeringAccepter},
	{[]string{"aws_ec2_transit_gateway_connect", "data.aws_ec2_transit_gateway_connect"}, readTransitConnect},
	{[]string{"aws_vpn_gateway", "data.aws_vpn_gateway"}, readVPNGateway},
	{[]string{"aws_vpn_gateway_attachment"}, readVPNGatewayAttachment},
	{[]string{"aws_customer_gateway", "data.aws_customer_gateway"}, readCustomerGateway},
	{[]string{"aws_vpn_connection"}, readVPNConnection},
	{[]string{"aws_vpn_connection_route"}, readVPNRoute},
	{[]string{"aws_dx_gateway", "data.aws_dx_gateway"}, readDirectConnectGateway},
	{[]string{"aws_dx_gateway_association"}, readDirectConnectAssociation},
	{[]string{"aws_dx_private_virtual_interface", "aws_dx_transit_virtual_interface", "aws_dx_public_virtual_interface",
		"aws_dx_hosted_private_virtual_interface", "aws_dx_hosted_transit_virtual_interface", "aws_dx_hosted_public_virtual_interface"}, readVirtualInterface},
	{[]string{"aws_dx_hosted_private_virtual_interface_accepter", "aws_dx_hosted_transit_virtual_interface_accepter",
		"aws_dx_hosted_public_virtual_interface_accepter"}, readVirtualInterfaceAccepter},
	{[]string{"aws_networkmanager_vpc_attachment"}, readCoreVPCAttachment},
	{[]string{"aws_networkmanager_site_to_site_vpn_attachment", "aws_networkmanager_connect_attachment", "aws_networkmanager_dx_gateway_attachment",
		"aws_networkmanager_transit_gateway_route_table_attachment"}, readCoreAttachment},
	{[]string{"aws_networkmanager_transit_gateway_peering"}, readCorePeering},
	{[]string{"aws_networkmanager_attachment_accepter"}, readCoreAccepter},
	{[]string{"aws_networkmanager_core_network"}, readCoreNetwork},
	{[]string{"aws_networkmanager_core_network_policy_attachment"}, readCorePolicyAttachment},
	{[]string{"aws_ec2_transit_gateway_route_table_association"}, readTransitAssociation},
	{[]string{"aws_ec2_transit_gateway_policy_table"}, readTransitPolicyTable},
	{[]string{"aws_ec2_transit_gateway_policy_table_association"}, readTransitPolicyAssociation},
	{[]string{"aws_ec2_transit_gateway_route_table_propagation"}, readTransitPropagation},
	{[]string{"aws_ec2_transit_gateway_route", "aws_ec2_transit_gateway_prefix_list_reference"}, readTransitRoute},
	{[]string{"aws_ec2_client_vpn_endpoint", "data.aws_ec2_client_vpn_endpoint"}, readClientVPNEndpoint},
	{[]string{"aws_ec2_client_vpn_network_association"}, readClientVPNNetwork},
	{[]string{"aws_ec2_client_vpn_route"}, readClientVPNRoute},
	{[]string{"aws_ec2_client_vpn_authorization_rule"}, readClientVPNAuthorization},

	{[]string{"aws_lb_target_group", "aws_alb_target_group", "data.aws_lb_target_group", "data.aws_alb_target_group"}, readTargetGroup},
	{[]string{"aws_lb_target_group_attachment", "aws_alb_target_group_attachment"}, readTargetGroupAttachment},
	{[]string{"aws_elb_attachment"}, readClassicAttachment},
	{[]string{"aws_lb_listener", "aws_alb_listener"}, readListener},
	{[]string{"aws_lb_listener_rule", "aws_alb_listener_rule"}, readListenerRule},
	{[]string{"aws_vpclattice_service_network", "data.aws_vpclattice_service_network"}, readServiceNetwork},
	{[]string{"aws_vpclattice_service", "data.aws_vpclattice_service"}, readLatticeService},
	{[]string{"aws_vpclattice_auth_policy"}, readLatticeAuthPolicy},
	{[]string{"aws_vpclattice_listener"}, readLatticeListener},
	{[]string{"aws_vpclattice_listener_rule"}, readLatticeRule},
	{[]string{"aws_vpclattice_target_group"}, readLatticeTargetGroup},
	{[]string{"aws_vpclattice_target_group_attachment"}, readLatticeTarget},
	{[]string{"aws_vpclattice_resource_gateway"}, readResourceGateway},
	{[]string{"aws_vpclattice_resource_configuration"}, readResourceConfiguration},
	{[]string{"aws_vpclattice_service_network_vpc_association"}, readServiceNetworkVPC},
	{[]string{"aws_vpclattice_service_network_service_association"}, readServiceNetworkService},
	{[]string{"aws_vpclattice_service_network_resource_association"}, readServiceNetworkResource},
	{[]string{"aws_autoscaling_group"}, readScalingTargets},
	{[]string{"aws_autoscaling_attachment", "aws_autoscaling_traffic_source_attachment"}, readScalingAttachment},
	{[]string{"aws_ecs_service", "aws_ecs_task_set"}, readServiceTargets},
	{[]string{"aws_networkfirewall_firewall_policy", "data.aws_networkfirewall_firewall_policy"}, readFirewallPolicy},
	{[]string{"aws_networkfirewall_rule_group"}, readRuleGroup},
	{[]string{"aws_globalaccelerator_accelerator"}, readAccelerator},
	{[]string{"aws_globalaccelerator_listener"}, readAcceleratorListener},
	{[]string{"aws_globalaccelerator_endpoint_group"}, readEndpointGroup},
	{[]string{"aws_cloudfront_vpc_origin"}, readVPCOrigin},
}

// standalone has the types of resource that write one rule, route, entry or
// association of another resource.
var standalone = map[string]bool{
	"aws_security_group_rule": true, "aws_vpc_security_group_ingress_rule": true, "aws_vpc_security_group_egress_rule": true,
	"aws_route": true, "aws_network_acl_rule": true, "aws_network_acl_association": true, "aws_ec2_managed_prefix_list_entry": true,
	"aws_vpc_endpoint_route_table_association": true, "aws_vpc_endpoint_subnet_association": true, "aws_vpc_endpoint_security_group_association": true,
	"aws_network_interface_sg_attachment": true, "aws_vpn_connection_route": true, "aws_vpc_endpoint_service_allowed_principal": true,
}

// relation has the types whose ID may be that of another resource.
var relation = map[string]bool{
	"aws_main_route_table_association": true, "aws_route_table_association": true, "aws_vpc_peering_connection_accepter": true,
	"aws_vpc_peering_connection_options": true, "aws_internet_gateway_attachment": true, "aws_vpn_gateway_attachment": true,
	"aws_network_interface_sg_attachment": true, "aws_vpc_dhcp_options_association": true,
	"aws_ec2_transit_gateway_vpc_attachment_accepter": true, "aws_ec2_transit_gateway_peering_attachment_accepter": true,
	"aws_ec2_transit_gateway_default_route_table_association": true, "aws_ec2_transit_gateway_default_route_table_propagation": true,
	"aws_networkmanager_attachment_accepter": true, "aws_networkmanager_core_network_policy_attachment": true,
	"aws_dx_hosted_private_virtual_interface_accepter": true, "aws_dx_hosted_transit_virtual_interface_accepter": true,
	"aws_dx_hosted_public_virtual_interface_accepter": true, "aws_vpclattice_auth_policy": true, "aws_vpclattice_resource_policy": true,
}

// views are the types whose ID is that of the resource which an attribute names.
var views = map[string]struct {
	attribute string
	want      func() *want
}{
	"aws_vpc_peering_connection_accepter":                 {"vpc_peering_connection_id", func() *want { return wantPeering }},
	"aws_ec2_transit_gateway_vpc_attachment_accepter":     {"transit_gateway_attachment_id", func() *want { return wantTransitAttachment }},
	"aws_ec2_transit_gateway_peering_attachment_accepter": {"transit_gateway_attachment_id", func() *want { return wantTransitAttachment }},
}

// idOf is the ID of the resource that r is, or is a view of.
func (b *builder) idOf(r *resource) string {
	of, ok := views[r.kind]
	if !ok {
		return r.id()
	}
	id, ok := b.aliases[r]
	if !ok {
		b.aliases[r] = r.id()
		if c, _ := b.body(r).ref(of.attribute, of.want(), nil); c.id != "" {
			id = c.id
		} else {
			id = r.id()
		}
		b.aliases[r] = id
	}
	return id
}

// link joins what only the whole document tells.
func (b *builder) link() {
	b.linkMainTables()
	b.linkInstances()
	b.linkEndpoints()
	b.linkAcceptance()
	b.linkTransitGateways()
	b.linkListeners()
	b.linkAccelerators()
	b.linkElasticIPs()
	b.linkGroups()
	b.linkMixed()
	b.linkNamedVPCs()
	for _, o := range b.network.Owners {
		slices.Sort(o.Interfaces)
	}
}

// linkNamedVPCs makes the VPCs that are only named.
func (b *builder) linkNamedVPCs() {
	n := b.network
	name := func(id model.VPCID, at model.Provenance) {
		if id != "" && n.VPCs[id] == nil {
			n.VPCs[id] = design.NamedVPC(id, "the plan only names this VPC", at)
		}
	}
	for _, x := range model.Sorted(n.Subnets) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.RouteTables) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.NetworkACLs) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.SecurityGroups) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.InternetGateways) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.VPCPeeringConnections) {
		name(x.Requester.VPC, x.Provenance)
		name(x.Accepter.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.TransitGatewayAttachments) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.CoreNetworkAttachments) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.VPNGateways) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.VPCEndpoints) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.NATGateways) {
		name(x.VPC, x.Provenance)
	}
}

// settleScopes gives what does not tell its account or Region those of its VPC.
func (b *builder) settleScopes() {
	n := b.network
	settle := func(id model.VPCID, m *model.Meta) {
		if v := n.VPCs[id]; v != nil {
			m.Account, m.Region = cmp.Or(m.Account, v.Account), cmp.Or(m.Region, v.Region)
		}
	}
	for _, x := range n.Subnets {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.RouteTables {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.NetworkACLs {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.SecurityGroups {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.Interfaces {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.Instances {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.Owners {
		settle(x.VPC, &x.Meta)
	}
}
