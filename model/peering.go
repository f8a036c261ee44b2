package model

import "net/netip"

// VPCPeeringConnection joins exactly two VPCs (PEER-1).
type VPCPeeringConnection struct {
	ID VPCPeeringConnectionID
	Meta
	Requester, Accepter PeeringSide
	// Active is status active (PEER-2); State is AWS's word: "pending-acceptance",
	// "deleted". A connection that a design makes is active.
	Active bool
	State  string
	// AcceptanceUnknown is set where a design does not tell whether somebody
	// accepts it.
	AcceptanceUnknown *Unknown
}

// PeeringSide is one of the two VPCs, of any account and Region, which the input
// may lack.
type PeeringSide struct {
	VPC     VPCID
	Account AccountID
	Region  Region
	// CIDRs are what the connection says of the VPC's blocks; empty where it says
	// nothing.
	CIDRs []netip.Prefix
	// AllowDNSResolution is AllowDnsResolutionFromRemoteVpc (PEER-13).
	AllowDNSResolution bool
}

// Other gives the side that is not v; false where v is neither.
func (p *VPCPeeringConnection) Other(v VPCID) (PeeringSide, bool) {
	switch v {
	case p.Requester.VPC:
		return p.Accepter, true
	case p.Accepter.VPC:
		return p.Requester, true
	}
	return PeeringSide{}, false
}
