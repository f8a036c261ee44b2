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

	// ResourcePolicies are by the ARN of the resource.
	ResourcePolicies map[string]*ResourcePolicy

	BlockPublicAccess           []BlockPublicAccess
	BlockPublicAccessExclusions []BlockPublicAccessExclusion

	// OnPremises are prefixes that the design declares to lie behind its VPNs
	// and Direct Connect links.
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
		VPCs:                       map[VPCID]*VPC{},
		Subnets:                    map[SubnetID]*Subnet{},
		RouteTables:                map[RouteTableID]*RouteTable{},
		PrefixLists:                map[PrefixListID]*PrefixList{},
		NetworkACLs:                map[NetworkACLID]*NetworkACL{},
		SecurityGroups:             map[SecurityGroupID]*SecurityGroup{},
		Interfaces:                 map[InterfaceID]*Interface{},
		Instances:                  map[InstanceID]*Instance{},
		Owners:                     map[OwnerID]*Owner{},
		ElasticIPs:                 map[AllocationID]*ElasticIP{},
		InternetGateways:           map[InternetGatewayID]*InternetGateway{},
		EgressOnlyInternetGateways: map[EgressOnlyInternetGatewayID]*EgressOnlyInternetGateway{},
		NATGateways:                map[NATGatewayID]*NATGateway{},
		VPCEndpoints:               map[VPCEndpointID]*VPCEndpoint{},
		ResourcePolicies:           map[string]*ResourcePolicy{},
	}
}
