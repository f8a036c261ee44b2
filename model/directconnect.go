package model

import "net/netip"

// DirectConnectGateway is a Direct Connect gateway.
type DirectConnectGateway struct {
	ID DirectConnectGatewayID
	Meta
}

// KindDirectConnectGatewayAssociation is the kind of an association, which has no
// tags and so no word of AWS's.
const KindDirectConnectGatewayAssociation Kind = "dx-gateway-association"

// DirectConnectGatewayAssociation joins a Direct Connect gateway to a virtual
// private gateway or a transit gateway; exactly one of the two is set (DX-1).
type DirectConnectGatewayAssociation struct {
	ID string
	Meta
	Gateway        DirectConnectGatewayID
	VPNGateway     VPNGatewayID
	TransitGateway TransitGatewayID
	// AllowedPrefixes filter (DX-5) or are announced (DX-6). Nil: the VPC's blocks,
	// for a virtual private gateway.
	AllowedPrefixes        []netip.Prefix
	AllowedPrefixesUnknown *Unknown
	// Associated is state associated or updating (DX-11); State is AWS's word.
	Associated bool
	State      string
}

// VirtualInterfaceType is a Direct Connect virtual interface's type.
type VirtualInterfaceType string

// The types.
const (
	PrivateVirtualInterface VirtualInterfaceType = "private"
	TransitVirtualInterface VirtualInterfaceType = "transit"
	PublicVirtualInterface  VirtualInterfaceType = "public"
)

// VirtualInterface is a Direct Connect virtual interface.
type VirtualInterface struct {
	ID VirtualInterfaceID
	Meta
	Type VirtualInterfaceType
	// Gateway or VPNGateway is what a private one is attached to; a transit one has
	// a Gateway.
	Gateway    DirectConnectGatewayID
	VPNGateway VPNGatewayID
	SiteLink   bool // DX-10
	// Up is state available and BGP up, as far as the input tells (DX-11); State is
	// AWS's word.
	Up    bool
	State string
	// LearnedRoutes are prefixes that the other side announces, as far as the input
	// tells; for a public one its route filter prefixes.
	LearnedRoutes []netip.Prefix
}
