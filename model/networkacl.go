package model

import (
	"fmt"
	"net/netip"
)

// Direction of a rule, as seen from the subnet (network ACL) or the interface
// (security group).
type Direction uint8

// Directions.
const (
	Ingress Direction = iota
	Egress
)

func (d Direction) String() string {
	switch d {
	case Ingress:
		return "ingress"
	case Egress:
		return "egress"
	}
	panic(fmt.Sprintf("model: direction %d", uint8(d)))
}

// Action of a network ACL rule. The zero value denies.
type Action uint8

// Actions.
const (
	Deny Action = iota
	Allow
)

func (a Action) String() string {
	switch a {
	case Deny:
		return "deny"
	case Allow:
		return "allow"
	}
	panic(fmt.Sprintf("model: action %d", uint8(a)))
}

// NetworkACL is a stateless, ordered filter at the edge of its subnets.
type NetworkACL struct {
	ID NetworkACLID
	Meta
	VPC       VPCID
	IsDefault bool
	// Rules are in any order; the lowest Number of a direction is first
	// (NACL-1). The last rule, "*", which denies, is not listed: it is always
	// there (NACL-2).
	Rules []NetworkACLRule
	// RulesUnknown is set when there may be rules beside Rules.
	RulesUnknown *Unknown
}

// NetworkACLRule is one numbered rule. It matches the packet's source
// (ingress) or destination (egress) against Prefix, and Traffic against its
// protocol and destination port (NACL-7).
type NetworkACLRule struct {
	Number     int // 1 to 32766
	Direction  Direction
	Action     Action
	Traffic    Traffic
	Prefix     netip.Prefix // masked
	Provenance Provenance
	// Unknown is set when something of the rule is open; Prefix is then zero or
	// Traffic is AllTraffic where that part is the open one, and the rule may or
	// may not match what the known part admits.
	Unknown *Unknown
}
