package render

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/vpcwalk/vpcwalk/model"
)

// GraphFormats are the formats of Graph.
var GraphFormats = []string{"dot", "mermaid", "json"}

// Graph draws a network's graph in one of GraphFormats. The drawings show the
// edges between two nodes as one, with all their labels; the JSON has each.
func Graph(w io.Writer, g *model.Graph, format string) error {
	switch format {
	case "dot":
		return graphDOT(w, g)
	case "mermaid":
		return graphMermaid(w, g)
	case "json":
		return graphJSON(w, g)
	}
	return fmt.Errorf("%q is not a format of graph: use %s", format, strings.Join(GraphFormats, ", "))
}

// way is what a drawing shows between two nodes: one arrow, or a double one
// where the same leads back.
type way struct {
	tail, head *model.Node
	labels     []string
	both       bool
}

// ways joins the edges between the same two nodes. They come in the order of
// the edges.
func ways(g *model.Graph) []*way {
	type pair struct{ tail, head int64 }
	joined := map[pair]*way{}
	var ws []*way
	for _, e := range g.Edges() {
		p := pair{e.Tail().ID(), e.Head().ID()}
		w := joined[p]
		if back := joined[pair{p.head, p.tail}]; w == nil && e.Label == "" && back != nil && len(back.labels) == 0 {
			back.both = true
			continue
		}
		if w == nil {
			w = &way{tail: e.Tail(), head: e.Head()}
			joined[p] = w
			ws = append(ws, w)
		}
		if e.Label != "" {
			w.labels = append(w.labels, e.Label)
		}
	}
	return ws
}

// box is what a drawing puts a frame around: a VPC with its subnets, a subnet
// with its interfaces.
type box struct {
	id    string
	label string
	nodes []*model.Node
	boxes []*box
}

// boxes sorts the nodes into frames; what lies in no VPC is returned apart.
func boxes(g *model.Graph) (vpcs []*box, outside []*model.Node) {
	byVPC, bySubnet := map[model.VPCID]*box{}, map[model.SubnetID]*box{}
	for _, n := range g.Nodes() {
		switch n.Kind {
		case model.KindVPC:
			b := &box{id: fmt.Sprintf("vpc%d", n.ID()), label: "VPC " + title(n)}
			byVPC[model.VPCID(n.Resource)] = b
			vpcs = append(vpcs, b)
		case model.KindSubnet:
			bySubnet[model.SubnetID(n.Resource)] = &box{id: fmt.Sprintf("subnet%d", n.ID()), label: "subnet " + title(n)}
		}
	}
	for _, n := range g.Nodes() {
		vpc, subnet := byVPC[n.VPC], bySubnet[n.Subnet]
		switch {
		case subnet != nil && vpc != nil:
			if len(subnet.nodes) == 0 {
				vpc.boxes = append(vpc.boxes, subnet)
			}
			subnet.nodes = append(subnet.nodes, n)
		case vpc != nil:
			vpc.nodes = append(vpc.nodes, n)
		default:
			outside = append(outside, n)
		}
	}
	return vpcs, outside
}

// title is a node's name and its resource's ID, once where they are the same.
func title(n *model.Node) string {
	if n.Name == "" || n.Name == n.Resource {
		return printable(n.Resource)
	}
	return printable(n.Name) + " (" + printable(n.Resource) + ")"
}

// nodeLines are the lines of a node's label.
func nodeLines(n *model.Node) []string {
	switch n.Kind {
	case model.KindInternet, model.KindOnPremises, model.KindUnknown:
		return []string{string(n.Kind)}
	case model.KindVPC:
		return append([]string{"local router"}, ranges(n)...)
	case model.KindSubnet:
		return append([]string{"subnet"}, ranges(n)...)
	case model.KindInterface:
		lines := []string{printable(cmp.Or(n.Name, n.Resource))}
		if n.Name != "" && n.Name != n.Resource {
			lines = append(lines, printable(n.Resource))
		}
		return append(lines, ranges(n)...)
	}
	return []string{string(n.Kind), title(n)}
}

// mostRanges bounds how many addresses a node's label lists.
const mostRanges = 3

func ranges(n *model.Node) []string {
	var lines []string
	for i, p := range n.Prefixes {
		if i == mostRanges {
			return append(lines, fmt.Sprintf("and %d more", len(n.Prefixes)-mostRanges))
		}
		if p.IsSingleIP() {
			lines = append(lines, p.Addr().String())
			continue
		}
		lines = append(lines, p.String())
	}
	return lines
}

// printable makes a name, which may be any bytes, fit for one line of a label.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)
}
