package terraform

import (
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/vpcwalk/vpcwalk/model"
)

// dataPrefix begins the kinds of data sources: data.aws_vpc.
const dataPrefix = "data."

// resource is one instance of a resource or data source.
type resource struct {
	address  string
	kind     string // aws_subnet, data.aws_subnet
	name     string
	key      string // as written in the address: 0, "a"; empty without count and for_each
	provider string
	module   *module
	values   map[string]any
	unknown  map[string]any         // what of values is known only after apply; nil in states
	config   *tfjson.ConfigResource // nil in states
	place    model.Provenance
}

// block is the address without module and key.
func (r *resource) block() string { return r.kind + "." + r.name }

// id is the resource's ID where it is known, else its address.
func (r *resource) id() string {
	if id, ok := r.values["id"].(string); ok && id != "" {
		return id
	}
	return r.address
}

// exists reports whether the ID is a real one.
func (r *resource) exists() bool { return r.id() != r.address }

// isData reports whether it is a data source.
func (r *resource) isData() bool { return strings.HasPrefix(r.kind, dataPrefix) }

// later reports whether it is a data source that is read only at apply: what it
// finds is not told, and is no resource of its own.
func (r *resource) later() bool { return r.isData() && !r.exists() }

// label is what people call a resource that has no name of its own: its name in
// the configuration, with its key.
func (r *resource) label() string {
	if r.key == "" {
		return r.name
	}
	return r.name + "[" + r.key + "]"
}

// A body is a resource's attributes, or those of a block in it.
type body struct {
	*builder
	r       *resource
	path    string // where in the resource: "ingress[1] "; empty for all of it
	values  map[string]any
	unknown map[string]any
	// exprs has the configuration of each attribute; nil where the plan tells
	// only that of the block as a whole, which is then in whole.
	exprs map[string]*tfjson.Expression
	whole *tfjson.Expression
	// siblings are the blocks of the same kind, with this one: whole is about
	// all of them.
	siblings []body
	// dynamic says that some of the siblings are of dynamic blocks, which the
	// configuration in a plan leaves out.
	dynamic bool
}

// body gives all of a resource.
func (b *builder) body(r *resource) body {
	x := body{builder: b, r: r, values: r.values, unknown: r.unknown}
	if r.config != nil {
		x.exprs = r.config.Expressions
	}
	return x
}

// state of an attribute.
type state uint8

const (
	unset state = iota // null, or left to AWS
	known
	open // known only after apply
)

// get gives an attribute and its state. What the provider computes and the
// configuration does not mention is unset: AWS's default.
func (b body) get(name string) (any, state) {
	if u, ok := b.unknown[name].(bool); ok && u {
		if b.configured(name) {
			return nil, open
		}
		return nil, unset
	}
	switch v := b.values[name].(type) {
	case nil:
		return nil, unset
	case string:
		if v == "" {
			return nil, unset
		}
		return v, known
	default:
		return v, known
	}
}

// configured reports whether the configuration says something about an
// attribute. Of an attribute in a block that it tells only as a whole, it may.
func (b body) configured(name string) bool {
	switch {
	case b.r.config == nil:
		return false
	case b.exprs != nil || b.path == "": // a resource may be written without any
		if _, ok := b.exprs[name]; ok {
			return true
		}
		return b.path == "" && b.sources.dynamic(b.r, name)
	}
	return true
}

// expression is what the configuration says of an attribute; nil if nothing.
func (b body) expression(name string) *tfjson.Expression {
	if b.exprs != nil {
		return b.exprs[name]
	}
	return b.whole
}

// unknownAt is the gap that an attribute leaves.
func (b body) unknownAt(name string) *model.Unknown {
	return &model.Unknown{Subject: b.r.address, Attribute: b.path + name, Reason: "known only after apply", Provenance: b.r.place}
}

// open is the gap that an attribute leaves, nil where it leaves none.
func (b body) open(name string) *model.Unknown {
	if _, s := b.get(name); s == open {
		return b.unknownAt(name)
	}
	return nil
}

// blocks gives the blocks of a kind. The gap is set where the plan does not tell
// how many there are.
func (b body) blocks(name string) ([]body, *model.Unknown) {
	v, s := b.get(name)
	if s == open {
		return nil, b.unknownAt(name)
	}
	var list []any
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []any:
		list = v
	case map[string]any:
		list = []any{v}
	default:
		b.mistyped(name, "blocks")
		return nil, nil
	}
	unknowns, _ := b.unknown[name].([]any)
	e := b.expression(name)
	written := pair(e, name, list)
	var out []body
	for i, item := range list {
		values, ok := item.(map[string]any)
		if !ok {
			if item != nil {
				b.mistyped(name, "blocks")
			}
			continue
		}
		x := body{builder: b.builder, r: b.r, path: b.path + name + " ", values: values}
		if i < len(unknowns) {
			x.unknown, _ = unknowns[i].(map[string]any)
		}
		if u, ok := b.unknown[name].(map[string]any); ok && len(list) == 1 {
			x.unknown = u
		}
		switch {
		case e == nil || e.ExpressionData == nil:
		case written != nil:
			x.exprs = written[i]
		case len(e.NestedBlocks) > 0:
			x.whole, x.dynamic = merged(e.NestedBlocks), len(list) > len(e.NestedBlocks)
		default:
			x.whole = e
		}
		out = append(out, x)
	}
	for i := range out {
		out[i].siblings = out
	}
	return out, nil
}

// first gives the first block of a kind.
func (b body) first(name string) (body, bool) {
	blocks, _ := b.blocks(name)
	if len(blocks) == 0 {
		return body{}, false
	}
	return blocks[0], true
}

// merged joins what is said of several blocks, where it is not told which of
// them is which.
func merged(blocks []map[string]*tfjson.Expression) *tfjson.Expression {
	all := &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{}}
	for _, block := range blocks {
		for _, name := range sortedKeys(block) {
			if e := block[name]; e != nil && e.ExpressionData != nil {
				all.References = append(all.References, e.References...)
			}
		}
	}
	return all
}
