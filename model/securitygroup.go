package model

import "net/netip"

// SecurityGroup is a stateful set of allow rules at network interfaces.
type SecurityGroup struct {
	ID        SecurityGroupID
	Meta      // Name is the Name tag
	GroupName string
	VPC       VPCID
	// AssociatedVPCs are the other VPCs that the group may be used in (SG-32).
	AssociatedVPCs []VPCID
	Rules          []SecurityGroupRule
	// RulesUnknown is set when there may be rules beside Rules.
	RulesUnknown *Unknown
}

// SecurityGroupRule admits Traffic from Peer (ingress) or to Peer (egress).
type SecurityGroupRule struct {
	ID          string // sgr-…, or empty
	Direction   Direction
	Traffic     Traffic
	Peer        Peer
	Description string
	Provenance  Provenance
	// Unknown is set when something of the rule is open; Peer is then zero or
	// Traffic is AllTraffic where that part is the open one, and the rule may or
	// may not admit what the known part matches.
	Unknown *Unknown
}

// Peer is the other side of a security group rule: exactly one of Prefix,
// PrefixList and Group is set (SG-10). The zero value matches nothing.
type Peer struct {
	Prefix     netip.Prefix // masked
	PrefixList PrefixListID
	Group      SecurityGroupID
	// GroupAccount and GroupVPC are told for groups of other accounts and VPCs.
	GroupAccount AccountID
	GroupVPC     VPCID
	// Stale is set when the snapshot itself says that the referenced group is
	// not reachable any more: such a rule matches nothing (SG-21).
	Stale bool
}

func (p Peer) String() string {
	switch {
	case p.Group != "" && p.GroupAccount != "":
		return string(p.GroupAccount) + "/" + string(p.Group)
	case p.Group != "":
		return string(p.Group)
	case p.PrefixList != "":
		return string(p.PrefixList)
	case p.Prefix.IsValid():
		return p.Prefix.String()
	}
	return "?"
}
