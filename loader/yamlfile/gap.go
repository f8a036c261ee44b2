package yamlfile

import (
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// gap is something that the design leaves open.
type gap struct {
	placed
	reason, subject, attribute value[string]
}

// usualReason is the reason for a gap of which the file tells none.
const usualReason = "left open in the design"

// unknown makes the model's value of it; subject and attribute are those of the
// place in the file, unless the gap tells others.
func (g *gap) unknown(subject, attribute string) *model.Unknown {
	if g == nil {
		return nil
	}
	return &model.Unknown{
		Subject:    g.subject.or(subject),
		Attribute:  g.attribute.or(attribute),
		Reason:     g.reason.or(usualReason),
		Provenance: g.at,
	}
}

// gapDetail is what follows the key unknown: a reason, or a mapping.
var gapDetail = orText(object("a gap", "Something that the design leaves open.", []field[gap]{
	key("reason", text, func(g *gap) *value[string] { return &g.reason }, "why it is open"),
	key("subject", text, func(g *gap) *value[string] { return &g.subject }, "the resource that has the gap, where it is another than the one it stands in"),
	key("attribute", text, func(g *gap) *value[string] { return &g.attribute }, "what of the resource is open"),
}), "", "why it is open", func(d *decoder, at model.Provenance, s string, into *gap) {
	into.reason = value[string]{v: s, set: s != "true", at: at}
})

// readGap reads the word unknown, or a mapping with that one key; nil where n is
// anything else.
func (d *decoder) readGap(n *yaml.Node) *gap {
	switch {
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && n.Value == "unknown":
		return &gap{placed: placed{d.at(n)}}
	case n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "unknown":
		g := &gap{}
		gapDetail.read(d, follow(n.Content[1]), g)
		g.at = d.at(n)
		return g
	}
	return nil
}

// open lets unknown stand for a value.
func open[T any](s shape[value[T]]) shape[value[T]] {
	return shape[value[T]]{
		read: func(d *decoder, n *yaml.Node, into *value[T]) {
			if g := d.readGap(n); g != nil {
				*into = value[T]{set: true, gap: g, at: g.at}
				return
			}
			s.read(d, n, into)
		},
		schema: func(c *schemas) schema { return schema{"anyOf": []any{s.schema(c), c.gap()}} },
	}
}

// ref names another resource, by its key or ID.
type ref struct {
	placed
	name string
	id   value[string] // set: the ID of something that the design does not hold
}

// isSet reports whether the reference is written.
func (r *ref) isSet() bool { return r.name != "" || r.id.set }

// refTo reads a reference: a name, or {id: …} for one that is not looked up.
var refTo = orText(object("a reference", "A resource that the design does not hold, by its ID.", []field[ref]{
	must(key("id", text, func(r *ref) *value[string] { return &r.id }, "the ID, taken as it is")),
}), `^.+$`, "a resource, by its name or ID; VPC/NAME where several VPCs have the name", func(d *decoder, at model.Provenance, s string, into *ref) {
	if s == "" {
		d.errorf(at, "name a resource", "an empty name")
	}
	into.name = s
})

// openRef is a reference that may be open.
type openRef struct {
	ref
	gap *gap
}

// openRefTo reads a reference, or unknown.
var openRefTo = shape[openRef]{
	read: func(d *decoder, n *yaml.Node, into *openRef) {
		if into.gap = d.readGap(n); into.gap == nil {
			refTo.read(d, n, &into.ref)
		}
	},
	schema: func(c *schemas) schema { return schema{"anyOf": []any{refTo.schema(c), c.gap()}} },
}
