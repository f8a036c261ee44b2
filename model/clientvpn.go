package model

import "net/netip"

// ClientVPNEndpoint is a Client VPN endpoint, associated with subnets of one VPC
// (CVPN-1) or with a transit gateway (CVPN-10).
type ClientVPNEndpoint struct {
	ID ClientVPNEndpointID
	Meta
	VPC            VPCID
	TransitGateway TransitGatewayID
	// Attachment is the transit gateway attachment; empty for a VPC's.
	Attachment  TransitGatewayAttachmentID
	ClientCIDR  netip.Prefix
	Groups      []SecurityGroupID // empty: the VPC's default group (CVPN-5)
	SplitTunnel bool
	Available   bool
	State       string
	// IPv4 and IPv6 are the TrafficIpAddressType (CVPN-11).
	IPv4, IPv6 bool
	// Networks are the target subnets, one in each zone.
	Networks []ClientVPNNetwork
	Routes   []ClientVPNRoute
	// RoutesUnknown is set when there may be routes beside Routes.
	RoutesUnknown *Unknown
	// Authorization is what clients may reach (CVPN-3).
	Authorization []ClientVPNAuthorization
	// AuthorizationUnknown is set when there may be others.
	AuthorizationUnknown *Unknown
}

// ClientVPNNetwork is an associated subnet. Interface is the endpoint's interface
// there, which clients send from; empty where the input lacks it.
type ClientVPNNetwork struct {
	Subnet     SubnetID
	Interface  InterfaceID
	Associated bool // state associated
	State      string
	Provenance Provenance
}

// ClientVPNRoute is a route of an endpoint. Subnet is empty for the target local
// and for a transit gateway's.
type ClientVPNRoute struct {
	Prefix     netip.Prefix
	Subnet     SubnetID
	Local      bool
	Provenance Provenance
}

// ClientVPNAuthorization lets a group of users, or all, reach a prefix.
type ClientVPNAuthorization struct {
	Prefix netip.Prefix
	// Group is the directory's group ID; empty with All.
	Group      string
	All        bool
	Provenance Provenance
}
