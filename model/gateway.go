package model

import (
	"fmt"
	"net/netip"
	"slices"
)

// InternetGateway is an internet gateway.
type InternetGateway struct {
	ID InternetGatewayID
	Meta
	VPC VPCID // empty while it is attached to none
	// AttachmentUnknown is set when it is open whether it is attached to VPC.
	AttachmentUnknown *Unknown
}

// EgressOnlyInternetGateway is an egress-only internet gateway.
type EgressOnlyInternetGateway struct {
	ID EgressOnlyInternetGatewayID
	Meta
	VPC VPCID // empty while it is attached to none
}

// NATGatewayState is a NAT gateway's state (NAT-12).
type NATGatewayState uint8

// States. The zero value carries nothing.
const (
	NATGatewayPending NATGatewayState = iota
	NATGatewayAvailable
	NATGatewayFailed
	NATGatewayDeleting
	NATGatewayDeleted
)

func (s NATGatewayState) String() string {
	switch s {
	case NATGatewayPending:
		return "pending"
	case NATGatewayAvailable:
		return "available"
	case NATGatewayFailed:
		return "failed"
	case NATGatewayDeleting:
		return "deleting"
	case NATGatewayDeleted:
		return "deleted"
	}
	panic(fmt.Sprintf("model: NAT gateway state %d", uint8(s)))
}

// NATGateway is a NAT gateway: zonal, in a subnet, or regional, in a VPC
// (RNAT-1).
type NATGateway struct {
	ID NATGatewayID
	Meta
	VPC    VPCID
	Subnet SubnetID // empty for a regional one
	// Private is connectivity type private (NAT-1).
	Private bool
	// Regional is availability mode regional; RouteTable is then its own table
	// (RNAT-2), empty where the design does not name it.
	Regional   bool
	RouteTable RouteTableID
	// Zones are those that a regional NAT gateway in manual mode is registered
	// in (RNAT-5), by zone name or ID; nil in automatic mode (RNAT-4).
	Zones []string
	State NATGatewayState
	// Addresses has the primary first. A private address may be zero where it
	// is not known yet (any address of Subnet), a public one too (any public
	// address).
	Addresses []NATGatewayAddress
}

// HasPrivateAddress reports whether a private address of the gateway is known.
func (n *NATGateway) HasPrivateAddress() bool {
	return slices.ContainsFunc(n.Addresses, func(a NATGatewayAddress) bool { return a.Private.IsValid() })
}

// NATGatewayAddress is one address pair of a NAT gateway.
type NATGatewayAddress struct {
	Private   netip.Addr
	Public    netip.Addr
	Interface InterfaceID // may be empty
}

// VPCEndpointType is a VPC endpoint's type (PL-1).
type VPCEndpointType string

// The types, as aws ec2 describe-vpc-endpoints spells them.
const (
	GatewayEndpoint             VPCEndpointType = "Gateway"
	InterfaceEndpoint           VPCEndpointType = "Interface"
	GatewayLoadBalancerEndpoint VPCEndpointType = "GatewayLoadBalancer"
	ResourceEndpoint            VPCEndpointType = "Resource"
	ServiceNetworkEndpoint      VPCEndpointType = "ServiceNetwork"
)

// RoutesIPv4 reports whether a gateway endpoint has routes to the service's IPv4
// addresses, RoutesIPv6 whether to its IPv6 addresses (GWEP-12).
func (e *VPCEndpoint) RoutesIPv4() bool { return e.IPAddressType != "ipv6" }

// RoutesIPv6 is RoutesIPv4 for the other IP version.
func (e *VPCEndpoint) RoutesIPv6() bool {
	return e.IPAddressType == "ipv6" || e.IPAddressType == "dualstack"
}

// VPCEndpoint is a VPC endpoint of any type.
type VPCEndpoint struct {
	ID VPCEndpointID
	Meta
	VPC     VPCID
	Type    VPCEndpointType
	Service string // com.amazonaws.us-east-1.s3
	// Available is state available (IFEP-11); State is AWS's word.
	Available         bool
	State             string
	PrivateDNSEnabled bool
	// PrivateDNSUnknown is set where it is open whether its service's name leads to
	// it. Without a Service that may be the name of any.
	PrivateDNSUnknown *Unknown
	// PrivateDNSOnlyForInboundResolver is S3's option (IFEP-7).
	PrivateDNSOnlyForInboundResolver bool
	RouteTables                      []RouteTableID // gateway endpoints
	// IPAddressType is a gateway endpoint's: "dualstack" or "ipv6"; empty for the
	// default, ipv4. It tells to which of the service's prefix lists its tables have
	// routes (GWEP-12).
	IPAddressType    string
	Subnets          []SubnetID
	Interfaces       []InterfaceID
	Groups           []SecurityGroupID
	Policy           string     // JSON; empty is the default, allow all (POL-2)
	PolicyProvenance Provenance // where the policy's text begins; may be zero
	PolicyUnknown    *Unknown   // the policy is not known; Policy is then empty
	DNSNames         []string
	// EndpointService is the service of this network that it leads to, where the
	// input tells it by reference; else Service's name does.
	EndpointService VPCEndpointServiceID
	// AcceptanceUnknown is set where a design does not tell whether the service
	// accepts it (PL-5).
	AcceptanceUnknown *Unknown
	// ResourceConfiguration and ServiceNetwork are what endpoints of those types
	// lead to (RES-1, RES-8).
	ResourceConfiguration ResourceConfigurationID
	ServiceNetwork        ServiceNetworkID
}
