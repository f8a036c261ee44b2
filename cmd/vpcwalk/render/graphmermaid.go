package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// graphMermaid writes a Mermaid flowchart, with a subgraph for each VPC and
// subnet.
func graphMermaid(w io.Writer, g *model.Graph) error {
	var b bytes.Buffer
	b.WriteString("flowchart LR\n")
	vpcs, outside := boxes(g)
	for _, vpc := range vpcs {
		mermaidBox(&b, vpc, "  ")
	}
	for _, n := range outside {
		mermaidNode(&b, n, "  ")
	}
	for _, way := range ways(g) {
		arrow := "-->"
		if way.both {
			arrow = "<-->"
		}
		if len(way.labels) > 0 {
			arrow += fmt.Sprintf("|%s|", mermaidText(printableLines(way.labels)))
		}
		fmt.Fprintf(&b, "  %s %s %s\n", way.tail.DOTID(), arrow, way.head.DOTID())
	}
	_, err := w.Write(b.Bytes())
	return err
}

func mermaidBox(b *bytes.Buffer, frame *box, indent string) {
	fmt.Fprintf(b, "%ssubgraph %s[%s]\n", indent, frame.id, mermaidText(frame.label))
	for _, n := range frame.nodes {
		mermaidNode(b, n, indent+"  ")
	}
	for _, inner := range frame.boxes {
		mermaidBox(b, inner, indent+"  ")
	}
	fmt.Fprintf(b, "%send\n", indent)
}

func mermaidNode(b *bytes.Buffer, n *model.Node, indent string) {
	opening, closing := "[", "]"
	switch n.Kind {
	case model.KindInternet, model.KindOnPremises, model.KindService:
		opening, closing = "([", "])"
	case model.KindInterface:
		opening, closing = "(", ")"
	case model.KindRouteTable:
		opening, closing = "[/", "/]"
	case model.KindUnknown:
		opening, closing = "{{", "}}"
	}
	fmt.Fprintf(b, "%s%s%s%s%s\n", indent, n.DOTID(), opening, mermaidText(strings.Join(nodeLines(n), "\n")), closing)
}

// mermaidEscapes are the characters that end a text of Mermaid or mean something
// in it, as the entities that it has for them.
var mermaidEscapes = strings.NewReplacer(
	"#", "#35;", `"`, "#quot;", "&", "#amp;", "<", "#lt;", ">", "#gt;", "`", "#96;", `\`, "#92;", "\n", "<br/>")

func mermaidText(s string) string {
	return `"` + mermaidEscapes.Replace(s) + `"`
}
