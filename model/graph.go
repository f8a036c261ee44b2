package model

import (
	"fmt"
	"net/netip"
	"slices"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/multi"
	"gonum.org/v1/gonum/graph/traverse"
)

// Kinds of node that are no resource of a network.
const (
	// KindService is an AWS service behind VPC endpoints.
	KindService Kind = "service"
	// KindUnknown is the one node for wherever the design does not tell.
	KindUnknown Kind = "unknown"
)

// Graph is the graph over a network: where packets can be, and the ways from one
// place to another.
//
// A node is something that a packet can meet: an interface, a subnet, a route
// table, a gateway of any kind, what joins VPCs with its attachments and tables, a
// VPC endpoint, a VPC (as its local router), an AWS service, the internet,
// on-premises, and one node for what the design does not tell. A NAT gateway and a VPC endpoint stand for their interfaces; every
// other interface is a node by itself, named after its owner.
//
// An edge is a way on which a packet, be it a reply, may go from one node to the
// next: between an interface and its subnet, from a subnet to its route table,
// from a route table to the target of each of its routes, from a gateway into
// its VPC or to its own route table, from a VPC to its subnets. Two nodes may
// have several edges between them, one for each route.
//
//	interface ⇄ subnet → route table → VPC → subnet …
//	                          ├──────→ NAT gateway ⇄ subnet …
//	                          └──────→ internet gateway ⇄ internet
//
// The graph allows more than the network does, never less: filters, addresses
// and priorities between routes are left out, and what is not known, or not
// modelled, may lead anywhere. A black hole is no way, and no edge. So two
// things without a path between them cannot reach each other, and a path between
// them promises nothing.
//
// A Graph is immutable and safe for use by many goroutines.
type Graph struct {
	network    *Network
	nodes      []*Node
	edges      []*Edge
	byResource map[nodeKey]*Node
	directed   *multi.DirectedGraph
}

type nodeKey struct {
	kind     Kind
	resource string
}

// Node is a node of a Graph. It implements gonum's graph.Node, and DOT's ID and
// attributes.
type Node struct {
	id       int64
	Kind     Kind
	Resource string // the resource's ID; for a service its name
	Name     string // what people call it, be it by its owner; may be empty
	// VPC and Subnet are what it lies in; empty where there is no such thing.
	VPC    VPCID
	Subnet SubnetID
	// Prefixes are the ranges of a VPC or subnet, the addresses of an interface.
	Prefixes   []netip.Prefix
	Provenance Provenance
}

// ID numbers the nodes from 0 in the order of their kinds and resources.
func (n *Node) ID() int64 { return n.id }

// DOTID is the node's name in the DOT language.
func (n *Node) DOTID() string { return fmt.Sprintf("n%d", n.id) }

// Attributes are those of a plain drawing.
func (n *Node) Attributes() []encoding.Attribute {
	return []encoding.Attribute{{Key: "label", Value: fmt.Sprintf("%q", string(n.Kind)+" "+n.Resource)}}
}

// Edge is a way from one node to another. It implements gonum's graph.Line.
type Edge struct {
	id         int64
	tail, head *Node
	// Label is the destination of a route, else empty.
	Label      string
	Provenance Provenance
}

// ID numbers the edges from 0 in the order of their nodes and labels.
func (e *Edge) ID() int64 { return e.id }

// From is the node that the way leads from.
func (e *Edge) From() graph.Node { return e.tail }

// To is the node that the way leads to.
func (e *Edge) To() graph.Node { return e.head }

// ReversedLine is the edge itself: a way back is an edge of its own.
func (e *Edge) ReversedLine() graph.Line { return e }

// Tail is From as a *Node.
func (e *Edge) Tail() *Node { return e.tail }

// Head is To as a *Node.
func (e *Edge) Head() *Node { return e.head }

// Nodes are all nodes, by ID. They must not be changed.
func (g *Graph) Nodes() []*Node { return g.nodes }

// Edges are all edges, by ID. They must not be changed.
func (g *Graph) Edges() []*Edge { return g.edges }

// Directed gives the graph to gonum's algorithms. It must not be changed.
func (g *Graph) Directed() graph.DirectedMultigraph { return g.directed }

// Node gives the node of a resource, or nil where there is none. The node of an
// interface of a NAT gateway or a VPC endpoint is that of its owner.
func (g *Graph) Node(kind Kind, resource string) *Node {
	if kind == KindInterface {
		if i := g.network.Interfaces[InterfaceID(resource)]; i != nil {
			return g.byResource[interfaceKey(i)]
		}
	}
	return g.byResource[nodeKey{kind, resource}]
}

// MayReach reports whether there is a way at all from one selection to another.
// False is certain; true means that it takes a walk to tell. It costs a traversal
// of the graph at most.
func (g *Graph) MayReach(from, to Selection) bool {
	if to.Kind == SelectPrefix && isLinkLocal(to.Prefix) {
		return true // what answers there stands beside every interface (LL-1)
	}
	if to.Kind == SelectOutside && to.Outside.Kind == KindLatticeService {
		return true // no route leads there, an association does (LAT-2)
	}
	targets := map[int64]bool{}
	for _, n := range g.selected(to) {
		targets[n.id] = true
	}
	var walk traverse.BreadthFirst
	return slices.ContainsFunc(g.selected(from), func(n *Node) bool {
		return !walk.Visited(n) &&
			walk.Walk(g.directed, n, func(n graph.Node, _ int) bool { return targets[n.ID()] }) != nil
	})
}

// selected are the nodes that a selection may stand for, rather too many: an
// address is also looked for where routes more specific than local may lead it.
func (g *Graph) selected(sel Selection) []*Node {
	var nodes []*Node
	add := func(kind Kind, resource string) {
		if n := g.Node(kind, resource); n != nil {
			nodes = append(nodes, n)
		}
	}
	outside := func() {
		for _, n := range g.nodes {
			switch n.Kind {
			case KindInternet, KindOnPremises, KindService, KindUnknown:
				nodes = append(nodes, n)
			}
		}
	}
	switch sel.Kind {
	case SelectInterfaces:
		for _, e := range sel.Ends {
			if e.Interface == "" {
				add(KindSubnet, string(e.Subnet))
				continue
			}
			add(KindInterface, string(e.Interface))
		}
	case SelectInternet, SelectService, SelectOutside:
		outside()
	case SelectPrefix:
		outside()
		for _, n := range g.nodes {
			switch n.Kind {
			case KindVPC, KindSubnet:
				if len(n.Prefixes) == 0 || slices.ContainsFunc(n.Prefixes, sel.Prefix.Overlaps) {
					nodes = append(nodes, n)
				}
			case KindInterface, KindNATGateway, KindVPCEndpoint:
				if slices.ContainsFunc(n.Prefixes, sel.Prefix.Overlaps) {
					nodes = append(nodes, n)
				}
			}
		}
	default:
		panic(fmt.Sprintf("model: selection kind %d", uint8(sel.Kind)))
	}
	return nodes
}

var linkLocal = []netip.Prefix{netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("fd00:ec2::/32")}

func isLinkLocal(p netip.Prefix) bool { return slices.ContainsFunc(linkLocal, p.Overlaps) }
