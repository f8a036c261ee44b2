package model

// Typed IDs, one per kind of resource. In a describe snapshot they are AWS's own
// (vpc-0abc…); in a design that is not deployed they are whatever names the
// resource there: the key in our YAML, the Terraform address, the logical ID.
type (
	AccountID string // twelve digits, or empty where the input tells none
	Region    string // us-east-1, or empty where the input tells none

	VPCID                       string
	SubnetID                    string
	RouteTableID                string
	PrefixListID                string
	NetworkACLID                string
	SecurityGroupID             string
	InterfaceID                 string
	InstanceID                  string
	AllocationID                string
	InternetGatewayID           string
	EgressOnlyInternetGatewayID string
	NATGatewayID                string
	VPCEndpointID               string
	OwnerID                     string

	VPCPeeringConnectionID      string
	TransitGatewayID            string
	TransitGatewayAttachmentID  string
	TransitGatewayRouteTableID  string
	TransitGatewayPolicyTableID string
	VPNGatewayID                string
	CustomerGatewayID           string
	VPNConnectionID             string
	OnPremisesID                string
	DirectConnectGatewayID      string
	VirtualInterfaceID          string
	ClientVPNEndpointID         string
	CoreNetworkID               string
	CoreNetworkAttachmentID     string
	TargetGroupID               string
	VPCEndpointServiceID        string
	ResourceGatewayID           string
	ResourceConfigurationID     string
	ServiceNetworkID            string
	LatticeServiceID            string
	FirewallID                  string
	FirewallPolicyID            string
	FirewallRuleGroupID         string
	AcceleratorID               string
	VPCOriginID                 string
)

// Kind names a kind of resource, spelled as AWS's resource types are
// (aws ec2 create-tags --resource-type).
type Kind string

// The kinds that are modelled.
const (
	KindVPC                       Kind = "vpc"
	KindSubnet                    Kind = "subnet"
	KindRouteTable                Kind = "route-table"
	KindPrefixList                Kind = "prefix-list"
	KindNetworkACL                Kind = "network-acl"
	KindSecurityGroup             Kind = "security-group"
	KindInterface                 Kind = "network-interface"
	KindInstance                  Kind = "instance"
	KindElasticIP                 Kind = "elastic-ip"
	KindInternetGateway           Kind = "internet-gateway"
	KindEgressOnlyInternetGateway Kind = "egress-only-internet-gateway"
	KindNATGateway                Kind = "natgateway"
	KindVPCEndpoint               Kind = "vpc-endpoint"
	KindOwner                     Kind = "interface-owner"
)

// Kinds between VPCs, towards on-premises, and of what stands in front of others.
const (
	KindVPCPeeringConnection      Kind = "vpc-peering-connection"
	KindTransitGateway            Kind = "transit-gateway"
	KindTransitGatewayAttachment  Kind = "transit-gateway-attachment"
	KindTransitGatewayRouteTable  Kind = "transit-gateway-route-table"
	KindTransitGatewayPolicyTable Kind = "transit-gateway-policy-table"
	KindVPNGateway                Kind = "vpn-gateway"
	KindCustomerGateway           Kind = "customer-gateway"
	KindVPNConnection             Kind = "vpn-connection"
	KindDirectConnectGateway      Kind = "dx-gateway"
	KindVirtualInterface          Kind = "dxvif"
	KindClientVPNEndpoint         Kind = "client-vpn-endpoint"
	KindCoreNetwork               Kind = "core-network"
	KindCoreNetworkAttachment     Kind = "core-network-attachment"
	KindLoadBalancer              Kind = "load-balancer"
	KindTargetGroup               Kind = "targetgroup"
	KindVPCEndpointService        Kind = "vpc-endpoint-service"
	KindResourceGateway           Kind = "resourcegateway"
	KindResourceConfiguration     Kind = "resourceconfiguration"
	KindServiceNetwork            Kind = "servicenetwork"
	KindLatticeService            Kind = "service"
	KindFirewall                  Kind = "firewall"
	KindFirewallPolicy            Kind = "firewall-policy"
	KindFirewallRuleGroup         Kind = "firewall-rulegroup"
	KindAccelerator               Kind = "accelerator"
	KindVPCOrigin                 Kind = "vpcorigin"
	KindOnPremises                Kind = "on-premises"
	KindInternet                  Kind = "internet"
)

// Kinds that a route may name and that are not walked through.
const (
	KindCarrierGateway Kind = "carrier-gateway"
	KindLocalGateway   Kind = "local-gateway"
)
