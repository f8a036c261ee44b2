package model

import (
	"fmt"
	"net/netip"
)

// RouteTable is a route table of a VPC, for subnets or for a gateway.
type RouteTable struct {
	ID RouteTableID
	Meta
	VPC  VPCID
	Main bool
	// Gateways are the internet or virtual private gateways that the table is
	// associated with (an edge association, GRT-1).
	Gateways []string
	// PropagatingVGWs are the virtual private gateways whose routes are copied
	// into the table (RT-20).
	PropagatingVGWs []string
	Routes          []Route
	// RoutesUnknown is set when there may be routes beside Routes.
	RoutesUnknown *Unknown
}

// Route is one route. Exactly one of Prefix and PrefixList is its destination.
// The zero value is a black hole.
type Route struct {
	Prefix     netip.Prefix // masked
	PrefixList PrefixListID
	Target     Target
	Origin     RouteOrigin
	State      RouteState
	Provenance Provenance
	// Unknown is set when the route's destination (Prefix and PrefixList are
	// both zero) or its target is open.
	Unknown *Unknown
	// Perhaps are the targets of which the open Target, zero then, is one; nil
	// where it may be any. Routes whose Unknown has the same Subject and Attribute
	// have equally many and choose alike: all of them the n-th.
	Perhaps []Target
}

// Destination is the prefix or the prefix list's ID.
func (r *Route) Destination() string {
	switch {
	case r.PrefixList != "":
		return string(r.PrefixList)
	case r.Prefix.IsValid():
		return r.Prefix.String()
	}
	return "?"
}

// Target is what a route points at: "local", or a resource by kind and ID.
type Target struct {
	Kind Kind // KindVPC for "local"
	ID   string
}

// LocalTarget is the target of a VPC's own routes.
var LocalTarget = Target{Kind: KindVPC, ID: "local"}

// IsLocal reports whether t is "local".
func (t Target) IsLocal() bool { return t.Kind == KindVPC }

func (t Target) String() string { return t.ID }

// RouteOrigin tells who made a route, which decides ties (RT-3).
type RouteOrigin uint8

// Origins, as aws ec2 describe-route-tables spells them.
const (
	CreateRoute               RouteOrigin = iota // a person or the API: static
	CreateRouteTable                             // the VPC's local routes
	EnableVGWRoutePropagation                    // copied from a virtual private gateway
	Advertisement                                // VPC Route Server
)

func (o RouteOrigin) String() string {
	switch o {
	case CreateRoute:
		return "CreateRoute"
	case CreateRouteTable:
		return "CreateRouteTable"
	case EnableVGWRoutePropagation:
		return "EnableVgwRoutePropagation"
	case Advertisement:
		return "Advertisement"
	}
	panic(fmt.Sprintf("model: route origin %d", uint8(o)))
}

// RouteState is a route's state (RT-10).
type RouteState uint8

// States. A black hole is the zero value, so that a forgotten state blocks.
const (
	RouteBlackhole RouteState = iota
	RouteActive
	RouteFiltered // a Route Server's route that is not installed
)

func (s RouteState) String() string {
	switch s {
	case RouteBlackhole:
		return "blackhole"
	case RouteActive:
		return "active"
	case RouteFiltered:
		return "filtered"
	}
	panic(fmt.Sprintf("model: route state %d", uint8(s)))
}

// PrefixList is a managed prefix list, the customer's or AWS's.
type PrefixList struct {
	ID         PrefixListID
	Meta            // Name is the list's name: com.amazonaws.us-east-1.s3
	IPv6       bool // the family of its entries (PL-1)
	MaxEntries int  // 0 where not told
	Entries    []PrefixListEntry
	// EntriesUnknown is set when the entries are not given, or not all.
	EntriesUnknown *Unknown
}

// PrefixListEntry is one prefix of a list.
type PrefixListEntry struct {
	Prefix      netip.Prefix // masked
	Description string
	Provenance  Provenance
}
