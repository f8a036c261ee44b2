package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"

	"github.com/vpcwalk/vpcwalk/model"
)

// graphDOT writes the DOT language, with a cluster for each VPC and subnet.
func graphDOT(w io.Writer, g *model.Graph) error {
	d := &dotGraph{DirectedGraph: multi.NewDirectedGraph(), name: "network", attributes: dotAttributes{
		graph: attributes{{Key: "rankdir", Value: "LR"}, {Key: "compound", Value: "true"}},
		node:  attributes{{Key: "shape", Value: "box"}, {Key: "fontname", Value: quote("Helvetica")}, {Key: "fontsize", Value: "10"}},
		edge:  attributes{{Key: "fontname", Value: quote("Helvetica")}, {Key: "fontsize", Value: "9"}},
	}}
	nodes := map[int64]dotNode{}
	for _, n := range g.Nodes() {
		nodes[n.ID()] = dotNode{n}
		d.AddNode(nodes[n.ID()])
	}
	for i, way := range ways(g) {
		d.SetLine(dotLine{id: int64(i), way: way, from: nodes[way.tail.ID()], to: nodes[way.head.ID()]})
	}
	vpcs, _ := boxes(g)
	for _, b := range vpcs {
		d.clusters = append(d.clusters, cluster(b))
	}
	text, err := dot.MarshalMulti(d, "", "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func cluster(b *box) dot.Multigraph {
	c := &dotGraph{DirectedGraph: multi.NewDirectedGraph(), name: "cluster_" + b.id,
		attributes: dotAttributes{graph: attributes{{Key: "label", Value: quote(b.label)}, {Key: "color", Value: "gray"}}}}
	for _, n := range b.nodes {
		c.AddNode(dotName{n})
	}
	for _, inner := range b.boxes {
		c.clusters = append(c.clusters, cluster(inner))
	}
	return c
}

// quote writes a string of DOT. All strings are quoted here, since gonum takes
// one that looks like HTML, or quoted, for just that.
func quote(s string) string { return strconv.Quote(s) }

type attributes []encoding.Attribute

func (a attributes) Attributes() []encoding.Attribute { return a }

type dotAttributes struct{ graph, node, edge attributes }

// dotGraph is the drawing, or a cluster of it.
type dotGraph struct {
	*multi.DirectedGraph
	name       string
	attributes dotAttributes
	clusters   []dot.Multigraph
}

func (d *dotGraph) DOTID() string               { return d.name }
func (d *dotGraph) Structure() []dot.Multigraph { return d.clusters }
func (d *dotGraph) DOTAttributers() (g, n, e encoding.Attributer) {
	return d.attributes.graph, d.attributes.node, d.attributes.edge
}

// dotName puts a node into a cluster; how it looks is said once, outside.
type dotName struct{ *model.Node }

// Attributes are none.
func (dotName) Attributes() []encoding.Attribute { return nil }

// dotNode is a node as it looks.
type dotNode struct{ *model.Node }

func (n dotNode) Attributes() []encoding.Attribute {
	as := []encoding.Attribute{{Key: "label", Value: quote(strings.Join(nodeLines(n.Node), "\n"))}}
	switch n.Kind {
	case model.KindInternet, model.KindOnPremises, model.KindService:
		as = append(as, encoding.Attribute{Key: "shape", Value: "ellipse"})
	case model.KindUnknown:
		as = append(as, encoding.Attribute{Key: "style", Value: "dashed"})
	case model.KindVPC, model.KindSubnet:
		as = append(as, encoding.Attribute{Key: "shape", Value: "plaintext"})
	case model.KindRouteTable:
		as = append(as, encoding.Attribute{Key: "shape", Value: "note"})
	case model.KindInterface:
		as = append(as, encoding.Attribute{Key: "style", Value: "rounded"})
	}
	return as
}

type dotLine struct {
	id       int64
	way      *way
	from, to dotNode
}

func (l dotLine) ID() int64                { return l.id }
func (l dotLine) From() graph.Node         { return l.from }
func (l dotLine) To() graph.Node           { return l.to }
func (l dotLine) ReversedLine() graph.Line { return l }

func (l dotLine) Attributes() []encoding.Attribute {
	var as []encoding.Attribute
	if len(l.way.labels) > 0 {
		as = append(as, encoding.Attribute{Key: "label", Value: quote(printableLines(l.way.labels))})
	}
	if l.way.both {
		as = append(as, encoding.Attribute{Key: "dir", Value: "both"})
	}
	return as
}

// mostLabels bounds how many routes an arrow lists.
const mostLabels = 5

func printableLines(labels []string) string {
	var lines []string
	for i, label := range labels {
		if i == mostLabels {
			lines = append(lines, fmt.Sprintf("and %d more", len(labels)-mostLabels))
			break
		}
		lines = append(lines, printable(label))
	}
	return strings.Join(lines, "\n")
}
