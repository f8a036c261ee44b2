package model

import "net/netip"

// Network is a whole design: everything that the inputs told, of any number of
// accounts, Regions and VPCs, by ID.
type Network struct {
	VPCs                       map[VPCID]*VPC
	Subnets                    map[SubnetID]*Subnet
	RouteTables                map[RouteTableID]*RouteTable
	PrefixLists                map[PrefixListID]*PrefixList
	NetworkACLs                map[NetworkACLID]*NetworkACL
	SecurityGroups             map[SecurityGroupID]*SecurityGroup
	Interfaces                 map[InterfaceID]*Interface
	Instances                  map[InstanceID]*Instance
	Owners                     map[OwnerID]*Owner
	ElasticIPs                 map[AllocationID]*ElasticIP
	InternetGateways           map[InternetGatewayID]*InternetGateway
	EgressOnlyInternetGateways map[EgressOnlyInternetGatewayID]*EgressOnlyInternetGateway
	NATGateways                map[NATGatewayID]*NATGateway
	VPCEndpoints               map[VPCEndpointID]*VPCEndpoint

	VPCPeeringConnections            map[VPCPeeringConnectionID]*VPCPeeringConnection
	TransitGateways                  map[TransitGatewayID]*TransitGateway
	TransitGatewayAttachments        map[TransitGatewayAttachmentID]*TransitGatewayAttachment
	TransitGatewayRouteTables        map[TransitGatewayRouteTableID]*TransitGatewayRouteTable
	TransitGatewayPolicyTables       map[TransitGatewayPolicyTableID]*TransitGatewayPolicyTable
	VPNGateways                      map[VPNGatewayID]*VPNGateway
	CustomerGateways                 map[CustomerGatewayID]*CustomerGateway
	VPNConnections                   map[VPNConnectionID]*VPNConnection
	DirectConnectGateways            map[DirectConnectGatewayID]*DirectConnectGateway
	DirectConnectGatewayAssociations map[string]*DirectConnectGatewayAssociation
	VirtualInterfaces                map[VirtualInterfaceID]*VirtualInterface
	OnPremisesNetworks               map[OnPremisesID]*OnPremisesNetwork
	ClientVPNEndpoints               map[ClientVPNEndpointID]*ClientVPNEndpoint
	CoreNetworks                     map[CoreNetworkID]*CoreNetwork
	CoreNetworkAttachments           map[CoreNetworkAttachmentID]*CoreNetworkAttachment
	LoadBalancers                    map[OwnerID]*LoadBalancer
	TargetGroups                     map[TargetGroupID]*TargetGroup
	VPCEndpointServices              map[VPCEndpointServiceID]*VPCEndpointService
	ResourceGateways                 map[ResourceGatewayID]*ResourceGateway
	ResourceConfigurations           map[ResourceConfigurationID]*ResourceConfiguration
	ServiceNetworks                  map[ServiceNetworkID]*ServiceNetwork
	LatticeServices                  map[LatticeServiceID]*LatticeService
	Firewalls                        map[FirewallID]*Firewall
	FirewallPolicies                 map[FirewallPolicyID]*FirewallPolicy
	FirewallRuleGroups               map[FirewallRuleGroupID]*FirewallRuleGroup
	Accelerators                     map[AcceleratorID]*Accelerator
	VPCOrigins                       map[VPCOriginID]*VPCOrigin

	// ResourcePolicies are by the ARN of the resource.
	ResourcePolicies map[string]*ResourcePolicy

	BlockPublicAccess           []BlockPublicAccess
	BlockPublicAccessExclusions []BlockPublicAccessExclusion

	// OnPremises are prefixes that the design declares to lie behind its VPNs
	// and Direct Connect links, beside those of OnPremisesNetworks.
	OnPremises []netip.Prefix
	// Port25Allowed are the accounts whose restriction on outbound port 25 was
	// lifted (LL-9).
	Port25Allowed []AccountID
	// Unmodelled lists resources that the input has and the model does not, by
	// the input's own word for their type.
	Unmodelled []Unmodelled
}

// Unmodelled is a type of resource that was met and is not modelled.
type Unmodelled struct {
	Type       string // "AWS::Lambda::Function", "TransitGateways"
	Count      int
	Provenance Provenance // of the first
}

// NewNetwork gives an empty network with all its maps made.
func NewNetwork() *Network {
	return &Network{
		VPCs:                             map[VPCID]*VPC{},
		Subnets:                          map[SubnetID]*Subnet{},
		RouteTables:                      map[RouteTableID]*RouteTable{},
		PrefixLists:                      map[PrefixListID]*PrefixList{},
		NetworkACLs:                      map[NetworkACLID]*NetworkACL{},
		SecurityGroups:                   map[SecurityGroupID]*SecurityGroup{},
		Interfaces:                       map[InterfaceID]*Interface{},
		Instances:                        map[InstanceID]*Instance{},
		Owners:                           map[OwnerID]*Owner{},
		ElasticIPs:                       map[AllocationID]*ElasticIP{},
		InternetGateways:                 map[InternetGatewayID]*InternetGateway{},
		EgressOnlyInternetGateways:       map[EgressOnlyInternetGatewayID]*EgressOnlyInternetGateway{},
		NATGateways:                      map[NATGatewayID]*NATGateway{},
		VPCEndpoints:                     map[VPCEndpointID]*VPCEndpoint{},
		VPCPeeringConnections:            map[VPCPeeringConnectionID]*VPCPeeringConnection{},
		TransitGateways:                  map[TransitGatewayID]*TransitGateway{},
		TransitGatewayAttachments:        map[TransitGatewayAttachmentID]*TransitGatewayAttachment{},
		TransitGatewayRouteTables:        map[TransitGatewayRouteTableID]*TransitGatewayRouteTable{},
		TransitGatewayPolicyTables:       map[TransitGatewayPolicyTableID]*TransitGatewayPolicyTable{},
		VPNGateways:                      map[VPNGatewayID]*VPNGateway{},
		CustomerGateways:                 map[CustomerGatewayID]*CustomerGateway{},
		VPNConnections:                   map[VPNConnectionID]*VPNConnection{},
		DirectConnectGateways:            map[DirectConnectGatewayID]*DirectConnectGateway{},
		DirectConnectGatewayAssociations: map[string]*DirectConnectGatewayAssociation{},
		VirtualInterfaces:                map[VirtualInterfaceID]*VirtualInterface{},
		OnPremisesNetworks:               map[OnPremisesID]*OnPremisesNetwork{},
		ClientVPNEndpoints:               map[ClientVPNEndpointID]*ClientVPNEndpoint{},
		CoreNetworks:                     map[CoreNetworkID]*CoreNetwork{},
		CoreNetworkAttachments:           map[CoreNetworkAttachmentID]*CoreNetworkAttachment{},
		LoadBalancers:                    map[OwnerID]*LoadBalancer{},
		TargetGroups:                     map[TargetGroupID]*TargetGroup{},
		VPCEndpointServices:              map[VPCEndpointServiceID]*VPCEndpointService{},
		ResourceGateways:                 map[ResourceGatewayID]*ResourceGateway{},
		ResourceConfigurations:           map[ResourceConfigurationID]*ResourceConfiguration{},
		ServiceNetworks:                  map[ServiceNetworkID]*ServiceNetwork{},
		LatticeServices:                  map[LatticeServiceID]*LatticeService{},
		Firewalls:                        map[FirewallID]*Firewall{},
		FirewallPolicies:                 map[FirewallPolicyID]*FirewallPolicy{},
		FirewallRuleGroups:               map[FirewallRuleGroupID]*FirewallRuleGroup{},
		Accelerators:                     map[AcceleratorID]*Accelerator{},
		VPCOrigins:                       map[VPCOriginID]*VPCOrigin{},
		ResourcePolicies:                 map[string]*ResourcePolicy{},
	}
}
