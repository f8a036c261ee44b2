package model

import (
	"fmt"
	"net/netip"
)

// TransitGateway is a transit gateway.
type TransitGateway struct {
	ID TransitGatewayID
	Meta
	// Available is state available; State is AWS's word.
	Available bool
	State     string
	CIDRs     []netip.Prefix // TransitGatewayCidrBlocks
	// NoVPNECMP is VpnEcmpSupport disabled (TGW-35).
	NoVPNECMP bool
	// SecurityGroupReferencing is SecurityGroupReferencingSupport; AWS's default
	// is off (TGW-10, TGW-26).
	SecurityGroupReferencing bool
	// AssociationDefault and PropagationDefault are the default route tables;
	// empty where default association or propagation is off, or the input does not
	// name one. They matter when a design is read, not to a packet (TGW-19).
	AssociationDefault, PropagationDefault TransitGatewayRouteTableID
}

// AttachmentType is what a transit gateway attachment leads to.
type AttachmentType string

// The types, as aws ec2 describe-transit-gateway-attachments spells them (TGW-1).
const (
	AttachVPC                  AttachmentType = "vpc"
	AttachVPN                  AttachmentType = "vpn"
	AttachVPNConcentrator      AttachmentType = "vpn-concentrator"
	AttachDirectConnectGateway AttachmentType = "direct-connect-gateway"
	AttachConnect              AttachmentType = "connect"
	AttachPeering              AttachmentType = "peering"
	AttachNetworkFunction      AttachmentType = "network-function"
	AttachClientVPN            AttachmentType = "client-vpn"
)

// TransitGatewayAttachment is one end of a transit gateway. A peering attachment
// has two sides; those of one ID are one attachment (TransitGateway and Peer).
type TransitGatewayAttachment struct {
	ID TransitGatewayAttachmentID
	Meta
	TransitGateway TransitGatewayID
	Type           AttachmentType
	// Available is state available or modifying (TGW-1); State is AWS's word.
	Available bool
	State     string
	// AcceptanceUnknown is set where a design does not tell whether the other
	// side accepts it (TGW-34).
	AcceptanceUnknown *Unknown
	// Resource is the ID of what it leads to: a VPC's, a VPN connection's, a Direct
	// Connect gateway's, a firewall's, a Client VPN endpoint's, the transport
	// attachment's of a Connect attachment.
	Resource string

	// VPC attachments.
	VPC     VPCID
	Subnets []SubnetID // at most one in each zone (TGW-2)
	// ApplianceMode is ApplianceModeSupport and IPv6 is Ipv6Support, both off by
	// default; NoSecurityGroupReferencing is SecurityGroupReferencingSupport
	// disabled (TGW-9).
	ApplianceMode, IPv6, NoSecurityGroupReferencing bool
	OptionsUnknown                                  *Unknown

	// Peer and PeerAttachment are the far side of a peering attachment; the latter
	// is empty where both sides have one ID.
	Peer           TransitGatewayID
	PeerAttachment TransitGatewayAttachmentID

	// Prefixes are routes that it learns by BGP, as far as the input tells: of the
	// dynamic types. PrefixesUnknown is set where there may be others.
	Prefixes        []netip.Prefix
	PrefixesUnknown *Unknown
}

// TransitGatewayRouteTable is a route table of a transit gateway.
type TransitGatewayRouteTable struct {
	ID TransitGatewayRouteTableID
	Meta
	TransitGateway TransitGatewayID
	// Associations are the attachments whose packets it routes, Propagations those
	// whose own routes it has (TGW-11).
	Associations, Propagations []TransitGatewayAttachmentID
	AssociationsUnknown        *Unknown
	// Routes are static ones, and propagated ones where the input lists them.
	Routes []TransitGatewayRoute
	// RoutesListed says that Routes has all routes, propagated ones included, as
	// search-transit-gateway-routes prints them: nothing more propagates.
	RoutesListed  bool
	RoutesUnknown *Unknown
}

// TransitGatewayRoute is a route, or a prefix list reference, of a transit gateway
// route table. Exactly one of Prefix and PrefixList is its destination. The zero
// value is a black hole.
type TransitGatewayRoute struct {
	Prefix     netip.Prefix // masked
	PrefixList PrefixListID
	// Attachments are where it leads: several are equal-cost paths (TGW-35); none
	// is a black hole.
	Attachments []TransitGatewayAttachmentID
	Propagated  bool
	State       RouteState
	Provenance  Provenance
	// Unknown is set when its destination or its attachment is open.
	Unknown *Unknown
}

// Destination is the prefix or the prefix list's ID.
func (r *TransitGatewayRoute) Destination() string {
	if r.PrefixList != "" {
		return string(r.PrefixList)
	}
	if r.Prefix.IsValid() {
		return r.Prefix.String()
	}
	return "?"
}

// TransitGatewayPolicyTable selects a route table by the packet (TGW-21).
type TransitGatewayPolicyTable struct {
	ID TransitGatewayPolicyTableID
	Meta
	TransitGateway TransitGatewayID
	Associations   []TransitGatewayAttachmentID
	Rules          []TransitGatewayPolicyRule // ascending Number
	RulesUnknown   *Unknown
}

// TransitGatewayPolicyRule is a rule of a policy table. Fields that are zero match
// anything.
type TransitGatewayPolicyRule struct {
	Number              int // 1 to 50000
	Source, Destination netip.Prefix
	Traffic             Traffic // its Ports are the destination's
	SourcePorts         PortRange
	RouteTable          TransitGatewayRouteTableID
	Provenance          Provenance
}

func (t AttachmentType) valid() error {
	switch t {
	case AttachVPC, AttachVPN, AttachVPNConcentrator, AttachDirectConnectGateway, AttachConnect, AttachPeering, AttachNetworkFunction, AttachClientVPN:
		return nil
	}
	return fmt.Errorf("%q is no type of transit gateway attachment", string(t))
}

// ParseAttachmentType reads a type; "tgw-peering" is "peering".
func ParseAttachmentType(s string) (AttachmentType, error) {
	t := AttachmentType(s)
	if s == "tgw-peering" {
		t = AttachPeering
	}
	return t, t.valid()
}
