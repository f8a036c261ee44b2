package render

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/graph/formats/dot"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// drawnNetwork has a subnet behind an internet gateway and a private one, under
// names that mean something to the formats.
func drawnNetwork(web, db string) *model.Network {
	n := model.NewNetwork()
	prefix := netip.MustParsePrefix
	meta := func(name string, line int) model.Meta { return model.Meta{Name: name, Provenance: at(line)} }
	local := model.Route{Prefix: prefix("10.0.0.0/16"), Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive}
	n.VPCs["vpc-1"] = &model.VPC{ID: "vpc-1", Meta: meta("main", 1), CIDRs: []netip.Prefix{prefix("10.0.0.0/16")}}
	n.Subnets["subnet-pub"] = &model.Subnet{ID: "subnet-pub", Meta: meta("public", 2), VPC: "vpc-1", CIDRs: []netip.Prefix{prefix("10.0.0.0/24")}, RouteTable: "rtb-pub"}
	n.Subnets["subnet-db"] = &model.Subnet{ID: "subnet-db", Meta: meta(`data "b"`, 3), VPC: "vpc-1", CIDRs: []netip.Prefix{prefix("10.0.1.0/24")}}
	n.RouteTables["rtb-main"] = &model.RouteTable{ID: "rtb-main", Meta: meta("", 4), VPC: "vpc-1", Main: true, Routes: []model.Route{local}}
	n.RouteTables["rtb-pub"] = &model.RouteTable{ID: "rtb-pub", Meta: meta("public", 5), VPC: "vpc-1", Routes: []model.Route{local,
		{Prefix: prefix("0.0.0.0/0"), Target: model.Target{Kind: model.KindInternetGateway, ID: "igw-1"}, State: model.RouteActive, Provenance: at(6)},
		{Prefix: prefix("::/0"), Target: model.Target{Kind: model.KindInternetGateway, ID: "igw-1"}, State: model.RouteActive, Provenance: at(7)},
		{Prefix: prefix("172.16.0.0/12"), Target: model.Target{Kind: model.KindTransitGateway, ID: "tgw-1"}, State: model.RouteActive, Provenance: at(8)}}}
	n.InternetGateways["igw-1"] = &model.InternetGateway{ID: "igw-1", Meta: meta("", 9), VPC: "vpc-1"}
	add := func(id model.InterfaceID, subnet model.SubnetID, name string, ip, public string) {
		a := model.Address{IP: netip.MustParseAddr(ip)}
		if public != "" {
			a.Public = netip.MustParseAddr(public)
		}
		instance := model.InstanceID("i-" + id)
		n.Interfaces[id] = &model.Interface{ID: id, Meta: meta("", 10), VPC: "vpc-1", Subnet: subnet, Addresses: []model.Address{a}, Owner: model.OwnerRef{Kind: model.KindInstance, ID: string(instance)}}
		n.Instances[instance] = &model.Instance{ID: instance, Meta: meta(name, 11), Interfaces: []model.InterfaceID{id}}
	}
	add("eni-web", "subnet-pub", web, "10.0.0.10", "198.51.100.10")
	add("eni-db", "subnet-db", db, "10.0.1.10", "")
	return n
}

func TestGraph(t *testing.T) {
	for format, file := range map[string]string{"dot": "graph.dot", "mermaid": "graph.mmd", "json": "graph.json"} {
		t.Run(format, func(t *testing.T) {
			g := model.NewGraph(drawnNetwork("web [\"a\"]\n<b>", `größe #1 \n`))
			golden(t, file, rendered(t, func(b *bytes.Buffer) error { return Graph(b, g, format) }))
		})
	}
}

func TestGraphFormat(t *testing.T) {
	err := Graph(new(bytes.Buffer), model.NewGraph(model.NewNetwork()), "svg")
	assert.EqualError(t, err, `"svg" is not a format of graph: use dot, mermaid, json`)
}

func TestPrintable(t *testing.T) {
	for name, want := range map[string]string{"a b": "a b", "a\nb\tc": "a b c", "größe": "größe", "\x00\xff\u200b": "???"} {
		assert.Equal(t, want, printable(name))
	}
}

// Whatever things are called, the drawings stay well formed and whole.
func TestGraphAnyNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[<>"\\\[\]{}|#&;`+"`"+`\n\x00\xffa]*`), rapid.SampledFrom([]string{"<b>", "<a\nb>", `"x"`, "end", "]", `\`, "node"}))
		n := drawnNetwork(name.Draw(t, "web"), name.Draw(t, "db"))
		n.VPCEndpoints["vpce-1"] = &model.VPCEndpoint{ID: "vpce-1", VPC: "vpc-1", Type: model.GatewayEndpoint,
			Service: name.Draw(t, "service"), RouteTables: []model.RouteTableID{"rtb-main"}}
		g := model.NewGraph(n)

		var b bytes.Buffer
		require.NoError(t, Graph(&b, g, "dot"))
		require.NotRegexp(t, `[\[ ]label=<`, b.String(), "a name taken for HTML")
		drawn, err := dot.ParseString(b.String())
		require.NoError(t, err, b.String())
		require.Len(t, drawn.Graphs, 1)

		b.Reset()
		require.NoError(t, Graph(&b, g, "mermaid"))
		for line := range strings.Lines(b.String()) {
			require.Zero(t, strings.Count(line, `"`)%2, line)
			require.LessOrEqual(t, strings.Count(line, `"`), 2, line)
		}

		b.Reset()
		require.NoError(t, Graph(&b, g, "json"))
		var doc struct{ Nodes, Edges []any }
		require.NoError(t, json.Unmarshal(b.Bytes(), &doc))
		require.Len(t, doc.Nodes, len(g.Nodes()))
		require.Len(t, doc.Edges, len(g.Edges()))
	})
}
