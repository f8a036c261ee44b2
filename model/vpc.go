package model

import "net/netip"

// VPC is a virtual private cloud.
type VPC struct {
	ID VPCID
	Meta
	// CIDRs are the IPv4 and IPv6 blocks in state associated (VPC-9), the
	// primary IPv4 block first (VPC-1). Masked, without repetition.
	CIDRs []netip.Prefix
	// CIDRProvenance has, at the same index, where each block is written.
	CIDRProvenance []Provenance
	IsDefault      bool

	EnableDNSSupport   bool // AWS's default is true (VPC-12)
	EnableDNSHostnames bool
	// DNSAssumed is set when the input tells neither attribute and they are
	// AWS's defaults.
	DNSAssumed bool

	// Missing has the kinds of resource that the input lacks altogether for
	// this VPC, so that their absence says nothing. Nil: nothing is missing.
	Missing map[Kind]*Unknown
}

// Contains reports whether one of the VPC's blocks holds a.
func (v *VPC) Contains(a netip.Addr) bool {
	for _, p := range v.CIDRs {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// PrimaryCIDR is the VPC's first IPv4 block, or the zero Prefix.
func (v *VPC) PrimaryCIDR() netip.Prefix {
	for _, p := range v.CIDRs {
		if p.Addr().Is4() {
			return p
		}
	}
	return netip.Prefix{}
}

// BlockPublicAccessMode is VPC Block Public Access's setting for an account and
// Region (BPA-1).
type BlockPublicAccessMode uint8

// The modes. The zero value is AWS's default.
const (
	BlockPublicAccessOff BlockPublicAccessMode = iota
	BlockBidirectional
	BlockIngress
)

func (m BlockPublicAccessMode) String() string {
	return [...]string{"off", "block-bidirectional", "block-ingress"}[m]
}

// BlockPublicAccess is the setting of one account in one Region.
type BlockPublicAccess struct {
	Account    AccountID
	Region     Region
	Mode       BlockPublicAccessMode
	Provenance Provenance
	// Unknown is set when the mode is open; Mode means nothing then.
	Unknown *Unknown
}

// BlockPublicAccessExclusion exempts a VPC, and so all its subnets, or one
// subnet. Exactly one of VPC and Subnet is set.
type BlockPublicAccessExclusion struct {
	ID     string
	VPC    VPCID
	Subnet SubnetID
	// AllowEgress is allow-egress; otherwise it is allow-bidirectional.
	AllowEgress bool
	Provenance  Provenance
	// Unknown is set when it is open whether there is this exclusion.
	Unknown *Unknown
}
