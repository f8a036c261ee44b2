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

// Kinds that a route may name and that are not walked through yet.
const (
	KindVPCPeeringConnection Kind = "vpc-peering-connection"
	KindTransitGateway       Kind = "transit-gateway"
	KindVPNGateway           Kind = "vpn-gateway"
	KindCoreNetwork          Kind = "core-network"
	KindCarrierGateway       Kind = "carrier-gateway"
	KindLocalGateway         Kind = "local-gateway"
	KindLoadBalancer         Kind = "load-balancer"
	KindInternet             Kind = "internet"
	KindOnPremises           Kind = "on-premises"
)
