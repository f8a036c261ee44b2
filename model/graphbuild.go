package model

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph/multi"
)

// NewGraph builds the graph over a network, in time about linear in its size.
// The network must not change while the graph is used.
func NewGraph(n *Network) *Graph {
	b := &graphBuilder{
		topology: newTopology(n),
		graph:    &Graph{network: n, byResource: map[nodeKey]*Node{}, directed: multi.NewDirectedGraph()},
		seen:     map[edgeKey]bool{},
	}
	b.nodes()
	b.interfaces()
	b.subnets()
	for _, rt := range Sorted(n.RouteTables) {
		b.routeTable(rt)
	}
	for _, rt := range Sorted(n.RouteTables) {
		b.gatewayTable(rt)
	}
	b.gateways()
	b.endpoints()
	b.between()
	b.unknown()
	b.number()
	return b.graph
}

type graphBuilder struct {
	topology
	graph *Graph
	seen  map[edgeKey]bool
}

type edgeKey struct {
	tail, head *Node
	label      string
}

// node gives the node of a resource, which it makes where the design only names
// it.
func (b *graphBuilder) node(kind Kind, resource string) *Node {
	k := nodeKey{kind, resource}
	if n := b.graph.byResource[k]; n != nil {
		return n
	}
	n := &Node{Kind: kind, Resource: resource}
	b.graph.byResource[k] = n
	b.graph.nodes = append(b.graph.nodes, n)
	return n
}

func (b *graphBuilder) internet() *Node   { return b.node(KindInternet, "internet") }
func (b *graphBuilder) onPremises() *Node { return b.node(KindOnPremises, "on-premises") }
func (b *graphBuilder) anywhere() *Node   { return b.node(KindUnknown, "unknown") }
func (b *graphBuilder) vpc(id VPCID) *Node {
	return b.node(KindVPC, string(id))
}

func (b *graphBuilder) edge(tail, head *Node, label string, at Provenance) {
	k := edgeKey{tail, head, label}
	if b.seen[k] || tail == head {
		return
	}
	b.seen[k] = true
	b.graph.edges = append(b.graph.edges, &Edge{tail: tail, head: head, Label: label, Provenance: at})
}

func (b *graphBuilder) both(x, y *Node, at Provenance) {
	b.edge(x, y, "", at)
	b.edge(y, x, "", at)
}

// nodes makes those of the resources that the design gives.
func (b *graphBuilder) nodes() {
	n := b.network
	put := func(kind Kind, id string, m *Meta, vpc VPCID) *Node {
		node := b.node(kind, id)
		node.Name, node.VPC, node.Provenance = m.Name, vpc, m.Provenance
		return node
	}
	b.internet()
	for _, v := range n.VPCs {
		put(KindVPC, string(v.ID), &v.Meta, v.ID).Prefixes = v.CIDRs
	}
	for _, sn := range n.Subnets {
		node := put(KindSubnet, string(sn.ID), &sn.Meta, sn.VPC)
		node.Subnet, node.Prefixes = sn.ID, sn.CIDRs
	}
	for _, rt := range n.RouteTables {
		put(KindRouteTable, string(rt.ID), &rt.Meta, rt.VPC)
	}
	for _, g := range n.InternetGateways {
		put(KindInternetGateway, string(g.ID), &g.Meta, g.VPC)
	}
	for _, g := range n.EgressOnlyInternetGateways {
		put(KindEgressOnlyInternetGateway, string(g.ID), &g.Meta, g.VPC)
	}
	for _, g := range n.NATGateways {
		put(KindNATGateway, string(g.ID), &g.Meta, g.VPC).Subnet = g.Subnet
	}
	for _, e := range n.VPCEndpoints {
		put(KindVPCEndpoint, string(e.ID), &e.Meta, e.VPC)
	}
}

// interfaceKey is the node that an interface is part of.
func interfaceKey(i *Interface) nodeKey {
	if i.Owner.Kind == KindNATGateway || i.Owner.Kind == KindVPCEndpoint {
		return nodeKey{i.Owner.Kind, i.Owner.ID}
	}
	return nodeKey{KindInterface, string(i.ID)}
}

// ownerName is what people call the owner of an interface.
func (b *graphBuilder) ownerName(i *Interface) string {
	n := b.network
	switch i.Owner.Kind {
	case KindInstance:
		if inst := n.Instances[InstanceID(i.Owner.ID)]; inst != nil {
			return cmp.Or(inst.Name, i.Owner.ID)
		}
	default:
		if o := n.Owners[OwnerID(i.Owner.ID)]; o != nil {
			return cmp.Or(o.Name, i.Owner.ID)
		}
	}
	return i.Owner.ID
}

func (b *graphBuilder) interfaces() {
	n := b.network
	var forwarders []InstanceID
	for _, i := range Sorted(n.Interfaces) {
		k := interfaceKey(i)
		node := b.node(k.kind, k.resource)
		for _, a := range i.Addresses {
			for _, ip := range []netip.Addr{a.IP, a.Public} {
				if ip.IsValid() {
					node.Prefixes = append(node.Prefixes, netip.PrefixFrom(ip, ip.BitLen()))
				}
			}
		}
		node.Prefixes = append(node.Prefixes, i.Prefixes...)
		if k.kind == KindInterface {
			node.Name, node.VPC, node.Subnet, node.Provenance = cmp.Or(b.ownerName(i), i.Name), i.VPC, i.Subnet, i.Provenance
		}
		b.both(node, b.node(KindSubnet, string(i.Subnet)), i.Provenance)
		if i.Owner.Kind == KindInstance && i.SourceDestCheckDisabled {
			forwarders = append(forwarders, InstanceID(i.Owner.ID))
		}
	}
	// An instance that forwards may send from another of its interfaces.
	for _, id := range forwarders {
		inst := n.Instances[id]
		if inst == nil {
			continue
		}
		for _, x := range inst.Interfaces {
			for _, y := range inst.Interfaces {
				if n.Interfaces[x] != nil && n.Interfaces[y] != nil {
					b.edge(b.node(KindInterface, string(x)), b.node(KindInterface, string(y)), "", inst.Provenance)
				}
			}
		}
	}
}

// subnets leads from each subnet to its table, and from each VPC to its subnets.
func (b *graphBuilder) subnets() {
	n := b.network
	for _, sn := range Sorted(n.Subnets) {
		node := b.node(KindSubnet, string(sn.ID))
		tables := b.tablesOf(sn)
		for _, rt := range tables {
			b.edge(node, b.node(KindRouteTable, string(rt.ID)), "", rt.Provenance)
		}
		if len(tables) == 0 || sn.RouteTableUnknown != nil {
			b.edge(node, b.anywhere(), "", sn.Provenance)
		}
		b.edge(b.vpc(sn.VPC), node, "", sn.Provenance)
	}
}

func (b *graphBuilder) gateways() {
	n := b.network
	for _, node := range slices.Clone(b.graph.nodes) {
		switch node.Kind {
		case KindInternetGateway, KindEgressOnlyInternetGateway:
			b.both(node, b.internet(), node.Provenance)
			if node.VPC != "" {
				b.edge(node, b.vpc(node.VPC), "", node.Provenance)
			}
		}
	}
	for _, g := range Sorted(n.NATGateways) {
		nat := b.node(KindNATGateway, string(g.ID))
		if g.Subnet != "" {
			b.both(nat, b.node(KindSubnet, string(g.Subnet)), g.Provenance)
		}
		for _, a := range g.Addresses {
			for _, ip := range []netip.Addr{a.Private, a.Public} {
				if p := netip.PrefixFrom(ip, ip.BitLen()); ip.IsValid() && !slices.Contains(nat.Prefixes, p) {
					nat.Prefixes = append(nat.Prefixes, p)
				}
			}
		}
		if g.Regional || g.Subnet == "" {
			b.regionalNAT(g, nat)
		}
	}
}

// regionalNAT stands in no subnet: it has a route table of its own, with a route
// to the internet gateway, and replies come to it from there (RNAT-2).
func (b *graphBuilder) regionalNAT(g *NATGateway, nat *Node) {
	b.both(nat, b.vpc(g.VPC), g.Provenance)
	if g.RouteTable != "" {
		b.edge(nat, b.node(KindRouteTable, string(g.RouteTable)), "", g.Provenance)
	}
	if b.network.RouteTables[g.RouteTable] == nil {
		for _, igw := range Sorted(b.network.InternetGateways) {
			if igw.VPC == g.VPC {
				b.edge(nat, b.node(KindInternetGateway, string(igw.ID)), "", g.Provenance)
			}
		}
		b.edge(nat, b.anywhere(), "", g.Provenance)
	}
}

func (b *graphBuilder) endpoints() {
	for _, e := range Sorted(b.network.VPCEndpoints) {
		node := b.node(KindVPCEndpoint, string(e.ID))
		for _, id := range e.Subnets {
			b.both(node, b.node(KindSubnet, string(id)), e.Provenance)
		}
		switch e.Type {
		case GatewayLoadBalancerEndpoint:
			// It gives packets back to its own subnet (GWLBE-2).
		case GatewayEndpoint:
			for _, id := range e.RouteTables {
				b.edge(b.node(KindRouteTable, string(id)), node, e.Service, e.Provenance)
			}
			b.both(node, b.service(e), e.Provenance)
			b.edge(node, b.vpc(e.VPC), "", e.Provenance)
		default:
			service := b.service(e)
			b.both(node, service, e.Provenance)
			if !isAWSService(e.Service) {
				b.both(service, b.anywhere(), e.Provenance)
			}
		}
	}
}

func (b *graphBuilder) service(e *VPCEndpoint) *Node {
	return b.node(KindService, cmp.Or(e.Service, string(e.ID)))
}

// isAWSService reports a service of AWS's own; behind all others there are
// interfaces of somebody's VPC.
func isAWSService(name string) bool {
	return strings.HasPrefix(name, "com.amazonaws.") && !strings.HasPrefix(name, "com.amazonaws.vpce.")
}

// unknown leads from what the design does not tell, if there is any, to all that
// a packet could come out at, and back from resources that it only names.
func (b *graphBuilder) unknown() {
	n := b.network
	for _, node := range slices.Clone(b.graph.nodes) {
		named := false
		switch node.Kind {
		case KindVPC:
			named = n.VPCs[VPCID(node.Resource)] == nil
		case KindSubnet:
			named = n.Subnets[SubnetID(node.Resource)] == nil
		case KindRouteTable:
			named = n.RouteTables[RouteTableID(node.Resource)] == nil
		}
		if named {
			b.both(node, b.anywhere(), node.Provenance)
		}
	}
	if len(n.OnPremises) > 0 {
		b.onPremises()
	}
	if b.graph.byResource[nodeKey{KindUnknown, "unknown"}] == nil {
		return
	}
	for _, node := range slices.Clone(b.graph.nodes) {
		switch node.Kind {
		case KindVPC, KindService:
			b.edge(b.anywhere(), node, "", Provenance{})
		case KindInternet, KindOnPremises:
			b.both(b.anywhere(), node, Provenance{})
		}
	}
}

// number sorts nodes and edges, so that a network has one graph in whatever
// order it was built, and hands them to gonum.
func (b *graphBuilder) number() {
	g := b.graph
	slices.SortFunc(g.nodes, func(x, y *Node) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Resource, y.Resource))
	})
	for i, n := range g.nodes {
		n.id = int64(i)
		g.directed.AddNode(n)
	}
	slices.SortFunc(g.edges, func(x, y *Edge) int {
		return cmp.Or(cmp.Compare(x.tail.id, y.tail.id), cmp.Compare(x.head.id, y.head.id), cmp.Compare(x.Label, y.Label))
	})
	for i, e := range g.edges {
		e.id = int64(i)
		g.directed.SetLine(e)
	}
}
