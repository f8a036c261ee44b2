package model

import (
	"fmt"
	"net/netip"
)

// Interface is an elastic network interface: what a flow starts or ends at
// (ENI-1).
type Interface struct {
	ID InterfaceID
	Meta
	VPC    VPCID
	Subnet SubnetID
	Type   string // AWS's InterfaceType: "interface", "nat_gateway", "vpc_endpoint", …

	// Addresses are the interface's own addresses, the primary IPv4 first, then
	// secondary IPv4, then IPv6 in the order given.
	Addresses []Address
	// Prefixes are delegated blocks, every address of which is the interface's
	// (ENI-7).
	Prefixes []netip.Prefix
	// Unassigned4 and Unassigned6 say that the interface will get an address of
	// the family that is not known yet: any of its subnet.
	Unassigned4, Unassigned6 bool
	// PublicUnassigned says that the primary private IPv4 address will have a
	// public one that is not known yet: any public address. PublicUnknown is set
	// when it is open whether there will be one at all.
	PublicUnassigned bool
	PublicUnknown    *Unknown

	Groups []SecurityGroupID
	// GroupsUnknown is set when there may be groups beside Groups.
	GroupsUnknown *Unknown

	// SourceDestCheckDisabled is the source/destination check switched off
	// (ENI-9). The zero value is AWS's default: on.
	SourceDestCheckDisabled bool
	// DenyAllIGWTraffic drops internet gateway traffic of its IPv6 addresses
	// (ENI-13).
	DenyAllIGWTraffic bool
	RequesterManaged  bool

	// Owner is what the interface belongs to; zero for one that nothing uses.
	Owner OwnerRef
	// DeviceIndex is its index on the owner; 0 is the primary interface.
	DeviceIndex int
	// Detached says that the interface is attached to nothing: it delivers
	// nothing, and a route to it is a black hole (ENI-11).
	Detached bool
}

// Address is one address of an interface.
type Address struct {
	IP netip.Addr
	// Public is the public or Elastic IPv4 address that an internet gateway
	// translates IP to and from (IGW-2); the zero Addr if there is none.
	Public netip.Addr
	// PublicUnassigned says that a secondary private address will have a public
	// one that is not known yet: any public address. See Interface for the primary.
	PublicUnassigned bool
	Provenance       Provenance
}

// OwnerRef names what an interface belongs to. The zero value names nothing.
type OwnerRef struct {
	Kind Kind // KindInstance, KindNATGateway, KindVPCEndpoint, KindLoadBalancer, KindOwner, …
	ID   string
}

// IsZero reports whether nothing is named.
func (o OwnerRef) IsZero() bool { return o == OwnerRef{} }

// Primary gives the first address of the family, or the zero Address.
func (i *Interface) Primary(v6 bool) Address {
	for _, a := range i.Addresses {
		if a.IP.Is6() == v6 {
			return a
		}
	}
	return Address{}
}

// UsesIPv6 reports whether the interface has an IPv6 address, or will.
func (i *Interface) UsesIPv6() bool { return i.Unassigned6 || i.Primary(true).IP.IsValid() }

// Platform is an instance's operating system, as far as it decides the source
// ports of its connections (NACL-12).
type Platform uint8

// Platforms.
const (
	PlatformUnknown Platform = iota // the image is not known: either of the two
	PlatformLinux
	PlatformWindows
)

func (p Platform) String() string {
	switch p {
	case PlatformUnknown:
		return "unknown"
	case PlatformLinux:
		return "linux"
	case PlatformWindows:
		return "windows"
	}
	panic(fmt.Sprintf("model: platform %d", uint8(p)))
}

// Instance is an EC2 instance.
type Instance struct {
	ID InstanceID
	Meta
	VPC VPCID
	// Interfaces, the primary (device index 0) first.
	Interfaces []InterfaceID
	Platform   Platform
	// NotRunning says that it is stopped or gone: its interfaces deliver
	// nothing (ENI-6, ENI-11). State is AWS's word for it.
	NotRunning bool
	State      string
	// NAT settles whether an instance that forwards translates to its own
	// address; nil: see the decision on instances that forward (NATI-1).
	NAT *bool
}

// Owner is anything but an instance, a NAT gateway or a VPC endpoint that has
// interfaces in subnets: a database, a function, a task, a load balancer node.
type Owner struct {
	ID OwnerID
	Meta
	// Type is AWS's word for the kind of owner: "rds", "lambda", "ecs-task",
	// "load-balancer", "network-load-balancer", "efs", …
	Type       string
	VPC        VPCID
	Interfaces []InterfaceID
	Port       uint16 // what it listens on, where the input tells; 0 otherwise
	// SendsOnly says that nothing can connect to it (LAM-1).
	SendsOnly bool
	Platform  Platform
}

// SendsOnly reports whether nothing can connect to owners of a type: functions
// (LAM-1), EC2 Instance Connect Endpoints, whose own ingress rules are not consulted
// (EICE-1), and the interfaces through which an API Gateway's VPC links and a Global
// Accelerator reach their targets.
func SendsOnly(ownerType string) bool {
	switch ownerType {
	case "lambda", "instance-connect-endpoint", "api_gateway_managed", "global_accelerator_managed":
		return true
	}
	return false
}

// ElasticIP is an Elastic IP address (EIP-1).
type ElasticIP struct {
	ID AllocationID
	Meta
	PublicIP  netip.Addr
	Interface InterfaceID // empty while it is associated with nothing
	PrivateIP netip.Addr
}
