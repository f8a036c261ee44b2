package model

import "net/netip"

// ResourceGateway is where connections to a resource enter its VPC (RES-2).
type ResourceGateway struct {
	ID ResourceGatewayID
	Meta
	VPC     VPCID
	Subnets []SubnetID
	Groups  []SecurityGroupID
	// Interfaces are its interfaces, where the input has them.
	Interfaces []InterfaceID
	Available  bool
	State      string
}

// ResourceConfiguration is a resource, or a group of them, behind a resource
// gateway (RES-1).
type ResourceConfiguration struct {
	ID ResourceConfigurationID
	Meta
	Gateway ResourceGatewayID
	Type    string // SINGLE, GROUP, CHILD, ARN
	Parent  ResourceConfigurationID
	Ports   []PortRange
	// Address, Domain and ResourceARN are what it defines; one of them is set, but
	// for a group.
	Address     netip.Addr
	Domain      string
	ResourceARN string
	// Owner or Instance is what Domain and ResourceARN stand for, where the input
	// tells.
	Owner     OwnerID
	Instance  InstanceID
	Available bool
	State     string
}

// ServiceNetwork is a VPC Lattice service network (LAT-1).
type ServiceNetwork struct {
	ID ServiceNetworkID
	Meta
	VPCs      []ServiceNetworkVPC
	Services  []LatticeServiceID
	Resources []ResourceConfigurationID
	// Unknown is set when it may have associations beside these.
	Unknown *Unknown
}

// ServiceNetworkVPC is a VPC's association with a service network.
type ServiceNetworkVPC struct {
	VPC    VPCID
	Groups []SecurityGroupID // empty: no group filters (LAT-3)
	// GroupsUnknown is set when the input does not tell whether it has any.
	GroupsUnknown *Unknown
	Active        bool
	State         string
	Provenance    Provenance
}

// LatticeService is a VPC Lattice service (LAT-5).
type LatticeService struct {
	ID LatticeServiceID
	Meta
	Domain    string
	Listeners []Listener
	Active    bool
	State     string
	// AuthPolicy says that an auth policy is asked too, which is not evaluated.
	AuthPolicy bool
}
