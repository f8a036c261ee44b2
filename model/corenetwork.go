package model

import "net/netip"

// CoreNetwork is a Cloud WAN core network with its live policy (CWAN-1).
type CoreNetwork struct {
	ID CoreNetworkID
	Meta
	// SecurityGroupReferencing is the core network's setting; AWS's default is off
	// (CWAN-7).
	SecurityGroupReferencing bool
	Segments                 []CoreNetworkSegment
	Shares                   []CoreNetworkShare
	Routes                   []CoreNetworkRoute
	Rules                    []CoreNetworkAttachmentRule // ascending Number
	// Insertions are send-via and send-to actions, which are walked as unknown.
	Insertions []CoreNetworkInsertion
	// PolicyUnknown is set where the input lacks the policy, or part of it.
	PolicyUnknown *Unknown
}

// CoreNetworkSegment is a routing domain.
type CoreNetworkSegment struct {
	Name string
	// Isolate is isolate-attachments (CWAN-2).
	Isolate bool
	// NoAcceptance is require-attachment-acceptance false (CWAN-8).
	NoAcceptance bool
	// EdgeLocations are its Regions; empty: all.
	EdgeLocations []Region
	// AllowFilter and DenyFilter prune what other segments share with it (CWAN-3);
	// nil: no filter.
	AllowFilter, DenyFilter []string
	Provenance              Provenance
}

// CoreNetworkShare gives segments each other's attachment routes (CWAN-3).
type CoreNetworkShare struct {
	Segment string
	// With are the other segments; AllBut, where With is empty, are those that are
	// left out of all.
	With, AllBut []string
	Provenance   Provenance
}

// CoreNetworkRoute is a static route of a segment (CWAN-4).
type CoreNetworkRoute struct {
	Segment      string
	Prefixes     []netip.Prefix
	Attachments  []CoreNetworkAttachmentID
	Blackhole    bool
	Destinations []string // other words of destinations: they are not modelled
	Provenance   Provenance
}

// CoreNetworkAttachmentRule puts attachments into a segment (CWAN-1). An
// attachment that fits Conditions, all or any, takes Segment, or the value of its
// tag TagKey.
type CoreNetworkAttachmentRule struct {
	Number     int
	Any        bool // condition-logic or
	Conditions []CoreNetworkCondition
	Segment    string
	TagKey     string
	Provenance Provenance
}

// CoreNetworkCondition is a test of an attachment. Type is the policy's word
// (any, tag-exists, tag-value, attachment-type, account-id, account, region,
// resource-id); Operator equals, not-equals, contains, begins-with.
type CoreNetworkCondition struct {
	Type, Operator, Key, Value string
}

// CoreNetworkInsertion steers a segment's packets through a network function
// group (CWAN-5).
type CoreNetworkInsertion struct {
	Segment    string
	Action     string // send-via, send-to
	With       []string
	Group      string
	Provenance Provenance
}

// CoreNetworkAttachment is an attachment of a core network.
type CoreNetworkAttachment struct {
	ID CoreNetworkAttachmentID
	Meta
	CoreNetwork CoreNetworkID
	Type        AttachmentType
	// Segment is where a dump says that it is; empty: its core network's rules
	// decide.
	Segment   string
	Available bool
	State     string
	// AcceptanceUnknown is set where a design does not tell whether it is
	// accepted, which matters in segments that ask for it (CWAN-8).
	AcceptanceUnknown *Unknown
	Resource          string

	VPC     VPCID
	Subnets []SubnetID
	// ApplianceMode, IPv6, NoSecurityGroupReferencing and OptionsUnknown are as a
	// transit gateway's.
	ApplianceMode, IPv6, NoSecurityGroupReferencing bool
	OptionsUnknown                                  *Unknown

	Prefixes        []netip.Prefix
	PrefixesUnknown *Unknown
}
