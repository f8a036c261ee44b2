package model

import "net/netip"

// Accelerator is a Global Accelerator's standard accelerator (NEW-1).
type Accelerator struct {
	ID AcceleratorID
	Meta
	Enabled   bool
	IPs       []netip.Addr // its static addresses, where they are known
	Listeners []AcceleratorListener
}

// AcceleratorListener takes connections and hands them to endpoints.
type AcceleratorListener struct {
	Protocol   Protocol // TCP or UDP
	Ports      []PortRange
	Endpoints  []AcceleratorEndpoint
	Provenance Provenance
}

// AcceleratorEndpoint is where a listener's connections go. Exactly one of
// LoadBalancer, Instance and Allocation is set, unless Unknown is.
type AcceleratorEndpoint struct {
	LoadBalancer OwnerID
	Instance     InstanceID
	Allocation   AllocationID
	// NoClientIP is client IP address preservation off.
	NoClientIP bool
	// Overrides map listener ports to endpoint ports.
	Overrides  map[uint16]uint16
	Unknown    *Unknown
	Provenance Provenance
}

// VPCOrigin is a CloudFront VPC origin (NEW-2). Exactly one of LoadBalancer and
// Instance is set.
type VPCOrigin struct {
	ID VPCOriginID
	Meta
	LoadBalancer OwnerID
	Instance     InstanceID
	HTTPPort     uint16
	HTTPSPort    uint16
	// Protocol is http-only, match-viewer or https-only.
	Protocol string
}
