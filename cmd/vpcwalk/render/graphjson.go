package render

import (
	"io"

	"github.com/vpcwalk/vpcwalk/model"
)

// The JSON of a graph: nodes and edges by ID. An edge names its nodes by theirs.
type (
	networkGraphJSON struct {
		SchemaVersion int             `json:"schema_version"`
		Nodes         []graphNodeJSON `json:"nodes"`
		Edges         []graphEdgeJSON `json:"edges"`
	}
	graphNodeJSON struct {
		ID         int64          `json:"id"`
		Type       model.Kind     `json:"type"`
		Resource   string         `json:"resource"`
		Name       string         `json:"name"`
		VPC        model.VPCID    `json:"vpc_id"`
		Subnet     model.SubnetID `json:"subnet_id"`
		Prefixes   []string       `json:"prefixes"`
		Provenance provenanceJSON `json:"provenance"`
	}
	graphEdgeJSON struct {
		ID         int64          `json:"id"`
		From       int64          `json:"from"`
		To         int64          `json:"to"`
		Label      string         `json:"label"`
		Provenance provenanceJSON `json:"provenance"`
	}
)

func graphJSON(w io.Writer, g *model.Graph) error {
	doc := networkGraphJSON{SchemaVersion: SchemaVersion, Nodes: []graphNodeJSON{}, Edges: []graphEdgeJSON{}}
	for _, n := range g.Nodes() {
		node := graphNodeJSON{n.ID(), n.Kind, n.Resource, n.Name, n.VPC, n.Subnet, []string{}, provenanceOf(n.Provenance)}
		for _, p := range n.Prefixes {
			node.Prefixes = append(node.Prefixes, p.String())
		}
		doc.Nodes = append(doc.Nodes, node)
	}
	for _, e := range g.Edges() {
		doc.Edges = append(doc.Edges, graphEdgeJSON{e.ID(), e.Tail().ID(), e.Head().ID(), e.Label, provenanceOf(e.Provenance)})
	}
	return writeJSON(w, doc)
}
