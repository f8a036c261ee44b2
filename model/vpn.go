package model

import "net/netip"

// VPNGateway is a virtual private gateway.
type VPNGateway struct {
	ID VPNGatewayID
	Meta
	VPC VPCID // empty while it is attached to none
}

// CustomerGateway is what AWS knows of the router at the other end of a VPN
// (VPN-13).
type CustomerGateway struct {
	ID CustomerGatewayID
	Meta
	IP netip.Addr // may be zero
}

// VPNConnection is a Site-to-Site VPN connection. Exactly one of VPNGateway,
// TransitGateway and CoreNetwork is set (VPN-1), unless the input leaves it open.
type VPNConnection struct {
	ID VPNConnectionID
	Meta
	VPNGateway      VPNGatewayID
	TransitGateway  TransitGatewayID
	CoreNetwork     CoreNetworkID
	CustomerGateway CustomerGatewayID
	// Available is state available; State is AWS's word. Down says that all its
	// tunnels are down; TunnelsAssumed that the input does not tell (VPN-1).
	Available      bool
	State          string
	Down           bool
	TunnelsAssumed bool
	// StaticRoutesOnly is the option; StaticRoutes are the connection's own
	// (VPN-6). LearnedRoutes are prefixes learned by BGP, as far as the input tells
	// (PATH-8).
	StaticRoutesOnly bool
	StaticRoutes     []netip.Prefix
	// StaticRoutesUnknown is set when there may be others beside StaticRoutes.
	StaticRoutesUnknown *Unknown
	LearnedRoutes       []netip.Prefix
	// LocalCIDR is the on-premises side of the traffic selectors and RemoteCIDR
	// AWS's (VPN-8): LocalIpv4NetworkCidr or LocalIpv6NetworkCidr, and so on. Not
	// valid is everything.
	LocalCIDR, RemoteCIDR netip.Prefix
	// SelectorsUnknown is set when they may be narrower.
	SelectorsUnknown *Unknown
	// InsideIPv6 is TunnelInsideIpVersion ipv6 (VPN-9).
	InsideIPv6 bool
}

// OnPremisesNetwork is a network outside AWS that the design describes (PATH-8).
type OnPremisesNetwork struct {
	ID OnPremisesID
	Meta
	// CIDRs are the addresses that are there.
	CIDRs []netip.Prefix
	// Via are the VPN connections, virtual interfaces, and Connect or other
	// transit gateway attachments that lead to it, by ID; empty: all of the input.
	Via []string
	// Advertises are the prefixes that its routers announce; nil: CIDRs.
	Advertises []netip.Prefix
	// Accepts are the AWS-side addresses that its routers and firewalls let in and
	// send to; nil: whatever AWS announces.
	Accepts []netip.Prefix
}
