package model

import "net/netip"

// Subnet is a range of a VPC's addresses in one Availability Zone (SUB-1).
type Subnet struct {
	ID SubnetID
	Meta
	VPC VPCID
	// CIDRs are the subnet's IPv4 block, if it has one, and its IPv6 blocks
	// (SUB-6). Masked.
	CIDRs              []netip.Prefix
	AvailabilityZone   string // us-east-1a: differs between accounts
	AvailabilityZoneID string // use1-az1: does not; may be empty

	// RouteTable and NetworkACL are the explicit associations. Empty: the VPC's
	// main table (SUB-7) and default network ACL (SUB-8).
	RouteTable RouteTableID
	NetworkACL NetworkACLID
	// RouteTableUnknown and NetworkACLUnknown are set when the input leaves the
	// association open.
	RouteTableUnknown *Unknown
	NetworkACLUnknown *Unknown

	MapPublicIPOnLaunch         bool
	AssignIPv6AddressOnCreation bool
	EnableDNS64                 bool
	// CIDRsUnknown is set when the subnet's own range is open.
	CIDRsUnknown *Unknown
}

// Contains reports whether one of the subnet's blocks holds a.
func (s *Subnet) Contains(a netip.Addr) bool {
	for _, p := range s.CIDRs {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Zone is the Availability Zone by its ID, or by its name where the ID is not
// given; compare zones of several accounts by ID only (T-SHR-3).
func (s *Subnet) Zone() string {
	if s.AvailabilityZoneID != "" {
		return s.AvailabilityZoneID
	}
	return s.AvailabilityZone
}
