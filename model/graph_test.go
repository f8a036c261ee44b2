package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

var _ graph.Line = (*Edge)(nil)

// lines writes a graph's edges as a test can read them.
func lines(g *Graph) []string {
	var ls []string
	for _, e := range g.Edges() {
		ls = append(ls, strings.TrimSpace(fmt.Sprintf("%s -> %s %s", e.Tail().Resource, e.Head().Resource, e.Label)))
	}
	return ls
}

func TestGraphEdges(t *testing.T) {
	g := NewGraph(validNetwork())
	got := lines(g)
	for _, want := range []string{
		"eni-1 -> subnet-app", "subnet-app -> eni-1",
		"subnet-app -> rtb-app", "subnet-b -> rtb-main",
		"rtb-app -> vpc-1 local", "vpc-1 -> subnet-b",
		"rtb-app -> nat-1 0.0.0.0/0", "nat-1 -> subnet-pub", "subnet-pub -> nat-1",
		"rtb-app -> eigw-1 ::/0", "eigw-1 -> internet",
		"rtb-pub -> igw-1 0.0.0.0/0", "igw-1 -> internet", "internet -> igw-1", "igw-1 -> vpc-1",
		"igw-1 -> rtb-igw", "rtb-igw -> eni-1 10.0.1.0/24",
		"rtb-pub -> vpce-lb 10.0.1.0/24", "vpce-lb -> subnet-b",
		"rtb-app -> vpce-gw pl-s3", "vpce-gw -> com.amazonaws.us-east-1.s3", "vpce-gw -> vpc-1",
		// Nothing tells which table the other VPC has.
		"subnet-2 -> unknown",
	} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "eni-nat -> subnet-pub", "a NAT gateway stands for its interfaces")
	assert.NotContains(t, got, "eni-1 -> eni-2", "an instance that does not forward")
	assert.Equal(t, "nat-1", g.Node(KindInterface, "eni-nat").Resource)
	assert.Nil(t, g.Node(KindInterface, "eni-none"))

	for _, e := range g.Edges() {
		if e.Tail().Resource == "rtb-app" && e.Label == "0.0.0.0/0" {
			assert.Equal(t, at(35), e.Provenance, "an edge has the place of its route")
		}
	}
}

func TestGraphParallelRoutes(t *testing.T) {
	n := validNetwork()
	routed("rtb-pub", 39, "192.0.2.0/24", Target{KindInternetGateway, "igw-1"})(n)
	got := lines(NewGraph(n))
	assert.Contains(t, got, "rtb-pub -> igw-1 0.0.0.0/0")
	assert.Contains(t, got, "rtb-pub -> igw-1 192.0.2.0/24")
}

// mayReachNetwork tells everything about two VPCs that nothing joins.
func mayReachNetwork() *Network {
	n := validNetwork()
	n.RouteTables["rtb-2"] = &RouteTable{ID: "rtb-2", VPC: "vpc-2", Main: true}
	return n
}

func TestMayReach(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to string
		change   func(*Network)
		want     bool
	}{
		{"interfaces of one VPC", "eni-1", "eni-2", nil, true},
		{"VPCs that nothing joins", "eni-other", "eni-1", nil, false},
		{"from a private subnet by NAT", "eni-1", "internet", nil, true},
		{"replies to it", "internet", "eni-1", nil, true},
		{"a VPC without gateways", "eni-other", "internet", nil, false},
		{"into it", "internet", "eni-other", nil, false},
		{"an address outside it", "eni-other", "192.0.2.1", nil, false},
		{"a link-local service", "eni-other", "169.254.169.254", nil, true},
		{"the resolver", "eni-other", "10.0.0.2", nil, true},
		{"an empty subnet", "eni-1", "subnet-b", nil, true},
		{"a service by an endpoint", "eni-1", "service:s3", nil, true},
		{"a service without one", "eni-other", "service:s3", nil, false},
		{"VPCs joined by what is not modelled", "eni-other", "eni-1", func(n *Network) {
			routed("rtb-2", 1, "10.9.0.0/16", Target{KindTransitGateway, "tgw-1"})(n)
		}, true},
		{"a black hole", "eni-other", "eni-1", func(n *Network) {
			routed("rtb-2", 1, "10.9.0.0/16", Target{KindTransitGateway, "tgw-1"})(n)
			n.RouteTables["rtb-2"].Routes[0].State = RouteBlackhole
		}, false},
		{"routes that are not told", "eni-other", "internet", func(n *Network) { n.RouteTables["rtb-2"].RoutesUnknown = &Unknown{} }, true},
		{"a target that is not told", "eni-other", "internet", func(n *Network) {
			n.RouteTables["rtb-2"].Routes = []Route{{Prefix: prefix("0.0.0.0/0"), Unknown: &Unknown{}}}
		}, true},
		{"a table that is not given", "eni-other", "internet", func(n *Network) { n.Subnets["subnet-2"].RouteTable = "rtb-gone" }, true},
		{"a subnet that is not given", "eni-other", "eni-1", func(n *Network) { n.Interfaces["eni-other"].Subnet = "subnet-gone" }, true},
		{"an association that is not told", "eni-other", "internet", func(n *Network) { n.Subnets["subnet-2"].RouteTableUnknown = &Unknown{} }, true},
		{"a NAT gateway that is not given", "eni-other", "internet", func(n *Network) {
			routed("rtb-2", 1, "0.0.0.0/0", Target{KindNATGateway, "nat-gone"})(n)
		}, true},
		{"an interface that is not given", "eni-other", "internet", func(n *Network) {
			routed("rtb-2", 1, "0.0.0.0/0", Target{KindInterface, "eni-gone"})(n)
		}, true},
		{"an internet gateway that is not given", "internet", "eni-other", func(n *Network) {
			routed("rtb-2", 1, "0.0.0.0/0", Target{KindInternetGateway, "igw-gone"})(n)
		}, true},
		{"a regional NAT gateway", "eni-other", "internet", func(n *Network) {
			n.InternetGateways["igw-2"] = &InternetGateway{ID: "igw-2", VPC: "vpc-2"}
			n.NATGateways["nat-2"] = &NATGateway{ID: "nat-2", VPC: "vpc-2", Regional: true, State: NATGatewayAvailable}
			routed("rtb-2", 1, "0.0.0.0/0", Target{KindNATGateway, "nat-2"})(n)
		}, true},
		{"somebody's service by an interface endpoint", "eni-other", "eni-1", func(n *Network) {
			n.VPCEndpoints["vpce-2"] = &VPCEndpoint{ID: "vpce-2", VPC: "vpc-2", Type: InterfaceEndpoint, Service: "com.amazonaws.vpce.us-east-1.vpce-svc-1", Subnets: []SubnetID{"subnet-2"}}
		}, true},
		{"an instance that forwards between VPCs", "eni-other", "eni-1", func(n *Network) {
			n.Interfaces["eni-far"] = &Interface{ID: "eni-far", VPC: "vpc-2", Subnet: "subnet-2", SourceDestCheckDisabled: true, Owner: OwnerRef{KindInstance, "i-1"}}
			n.Instances["i-1"].Interfaces = append(n.Instances["i-1"].Interfaces, "eni-far")
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := mayReachNetwork()
			if c.change != nil {
				c.change(n)
			}
			s := NewSelector(n)
			from, err := s.Select(c.from, Source)
			require.NoError(t, err)
			to, err := s.Select(c.to, Destination)
			require.NoError(t, err)
			assert.Equal(t, c.want, NewGraph(n).MayReach(from, to))
		})
	}
}

// One network has one graph, and another route takes no way away.
func TestGraphProperties(t *testing.T) {
	first := NewGraph(selectNetwork())
	for range 5 {
		again := NewGraph(selectNetwork())
		require.Equal(t, lines(first), lines(again))
		for i, n := range again.Nodes() {
			require.Equal(t, *first.Nodes()[i], *n)
			require.EqualValues(t, i, n.ID())
		}
	}
	targets := []Target{{KindInternetGateway, "igw-1"}, {KindNATGateway, "nat-1"}, {KindTransitGateway, "tgw-1"}, {KindInterface, "eni-2"}, {KindVPNGateway, "vgw-1"}, LocalTarget}
	rapid.Check(t, func(t *rapid.T) {
		n := mayReachNetwork()
		before := NewGraph(n)
		table := rapid.SampledFrom([]RouteTableID{"rtb-main", "rtb-pub", "rtb-app", "rtb-2", "rtb-igw"}).Draw(t, "table")
		routed(table, 1, "192.0.2.0/24", rapid.SampledFrom(targets).Draw(t, "target"))(n)
		after := NewGraph(n)
		x := rapid.SampledFrom(before.Nodes()).Draw(t, "x")
		y := rapid.SampledFrom(before.Nodes()).Draw(t, "y")
		if topo.PathExistsIn(before.directed, x, y) {
			require.True(t, topo.PathExistsIn(after.directed, after.Node(x.Kind, x.Resource), after.Node(y.Kind, y.Resource)))
		}
	})
}

// Interfaces of one VPC always have a way: every table has the local routes.
func TestGraphLocalRoutes(t *testing.T) {
	g := NewGraph(largeNetwork(300))
	from, to := g.Node(KindInterface, "eni-3"), g.Node(KindInterface, "eni-7")
	assert.True(t, topo.PathExistsIn(g.directed, from, to))
	assert.True(t, slices.IsSortedFunc(g.Edges(), func(a, b *Edge) int { return int(a.ID() - b.ID()) }))
}

func BenchmarkNewGraph(b *testing.B) {
	n := largeNetwork(10_000)
	for b.Loop() {
		NewGraph(n)
	}
}
