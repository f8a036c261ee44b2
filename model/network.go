package model

import (
	"net/netip"
	"reflect"
)

// Network is a whole design: everything that the inputs told, of any number of
// accounts, Regions and VPCs, by ID. The tags name the kinds; Tables walks over them.
type Network struct {
	VPCs                       map[VPCID]*VPC                                             `kind:"vpc"`
	Subnets                    map[SubnetID]*Subnet                                       `kind:"subnet"`
	RouteTables                map[RouteTableID]*RouteTable                               `kind:"route-table"`
	PrefixLists                map[PrefixListID]*PrefixList                               `kind:"prefix-list"`
	NetworkACLs                map[NetworkACLID]*NetworkACL                               `kind:"network-acl"`
	SecurityGroups             map[SecurityGroupID]*SecurityGroup                         `kind:"security-group"`
	Interfaces                 map[InterfaceID]*Interface                                 `kind:"network-interface"`
	Instances                  map[InstanceID]*Instance                                   `kind:"instance"`
	Owners                     map[OwnerID]*Owner                                         `kind:"interface-owner"`
	ElasticIPs                 map[AllocationID]*ElasticIP                                `kind:"elastic-ip"`
	InternetGateways           map[InternetGatewayID]*InternetGateway                     `kind:"internet-gateway"`
	EgressOnlyInternetGateways map[EgressOnlyInternetGatewayID]*EgressOnlyInternetGateway `kind:"egress-only-internet-gateway"`
	NATGateways                map[NATGatewayID]*NATGateway                               `kind:"natgateway"`
	VPCEndpoints               map[VPCEndpointID]*VPCEndpoint                             `kind:"vpc-endpoint"`

	VPCPeeringConnections            map[VPCPeeringConnectionID]*VPCPeeringConnection           `kind:"vpc-peering-connection"`
	TransitGateways                  map[TransitGatewayID]*TransitGateway                       `kind:"transit-gateway"`
	TransitGatewayAttachments        map[TransitGatewayAttachmentID]*TransitGatewayAttachment   `kind:"transit-gateway-attachment"`
	TransitGatewayRouteTables        map[TransitGatewayRouteTableID]*TransitGatewayRouteTable   `kind:"transit-gateway-route-table"`
	TransitGatewayPolicyTables       map[TransitGatewayPolicyTableID]*TransitGatewayPolicyTable `kind:"transit-gateway-policy-table"`
	VPNGateways                      map[VPNGatewayID]*VPNGateway                               `kind:"vpn-gateway"`
	CustomerGateways                 map[CustomerGatewayID]*CustomerGateway                     `kind:"customer-gateway"`
	VPNConnections                   map[VPNConnectionID]*VPNConnection                         `kind:"vpn-connection"`
	DirectConnectGateways            map[DirectConnectGatewayID]*DirectConnectGateway           `kind:"dx-gateway"`
	DirectConnectGatewayAssociations map[string]*DirectConnectGatewayAssociation                `kind:"dx-gateway-association"`
	VirtualInterfaces                map[VirtualInterfaceID]*VirtualInterface                   `kind:"dxvif"`
	OnPremisesNetworks               map[OnPremisesID]*OnPremisesNetwork                        `kind:"on-premises"`
	ClientVPNEndpoints               map[ClientVPNEndpointID]*ClientVPNEndpoint                 `kind:"client-vpn-endpoint"`
	CoreNetworks                     map[CoreNetworkID]*CoreNetwork                             `kind:"core-network"`
	CoreNetworkAttachments           map[CoreNetworkAttachmentID]*CoreNetworkAttachment         `kind:"core-network-attachment"`
	LoadBalancers                    map[OwnerID]*LoadBalancer                                  `kind:"load-balancer"`
	TargetGroups                     map[TargetGroupID]*TargetGroup                             `kind:"targetgroup"`
	VPCEndpointServices              map[VPCEndpointServiceID]*VPCEndpointService               `kind:"vpc-endpoint-service"`
	ResourceGateways                 map[ResourceGatewayID]*ResourceGateway                     `kind:"resourcegateway"`
	ResourceConfigurations           map[ResourceConfigurationID]*ResourceConfiguration         `kind:"resourceconfiguration"`
	ServiceNetworks                  map[ServiceNetworkID]*ServiceNetwork                       `kind:"servicenetwork"`
	LatticeServices                  map[LatticeServiceID]*LatticeService                       `kind:"service"`
	Firewalls                        map[FirewallID]*Firewall                                   `kind:"firewall"`
	FirewallPolicies                 map[FirewallPolicyID]*FirewallPolicy                       `kind:"firewall-policy"`
	FirewallRuleGroups               map[FirewallRuleGroupID]*FirewallRuleGroup                 `kind:"firewall-rulegroup"`
	Accelerators                     map[AcceleratorID]*Accelerator                             `kind:"accelerator"`
	VPCOrigins                       map[VPCOriginID]*VPCOrigin                                 `kind:"vpcorigin"`

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
	n := &Network{}
	v := reflect.ValueOf(n).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Map {
			f.Set(reflect.MakeMap(f.Type()))
		}
	}
	return n
}
