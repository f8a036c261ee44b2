package yamlfile

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// A shape is one kind of value: how it is read, and how a JSON Schema describes
// it. Being told in one place the two cannot come apart.
type shape[T any] struct {
	read   func(d *decoder, n *yaml.Node, into *T)
	schema func(s *schemas) schema
}

// A field is one key of an object.
type field[T any] struct {
	name, doc string
	required  bool
	read      func(d *decoder, n *yaml.Node, into *T)
	schema    func(s *schemas) schema
}

// key makes a field of an object T: a value of shape s, kept where at points.
func key[T, V any](name string, s shape[V], at func(*T) *V, doc string) field[T] {
	return field[T]{name: name, doc: doc,
		read:   func(d *decoder, n *yaml.Node, into *T) { s.read(d, n, at(into)) },
		schema: s.schema,
	}
}

// take makes a field whose value is handed on instead of kept at one place.
func take[T, V any](name string, s shape[V], hand func(*T, V), doc string) field[T] {
	return field[T]{name: name, doc: doc,
		read: func(d *decoder, n *yaml.Node, into *T) {
			var v V
			s.read(d, n, &v)
			hand(into, v)
		},
		schema: s.schema,
	}
}

// must makes a field one that may not be left out.
func must[T any](f field[T]) field[T] {
	f.required = true
	return f
}

// object is a mapping with the keys of a table, and no others. The noun names it
// in messages ("a subnet") and, without its article, in the schema. An empty
// value is an object without keys.
func object[T any](noun, doc string, tables ...[]field[T]) shape[T] {
	var fields []field[T]
	for _, t := range tables {
		fields = append(fields, t...)
	}
	index := make(map[string]*field[T], len(fields))
	names := make([]string, len(fields))
	for i := range fields {
		if index[fields[i].name] != nil {
			panic("yamlfile: " + noun + " has two keys " + fields[i].name)
		}
		index[fields[i].name], names[i] = &fields[i], fields[i].name
	}
	return shape[T]{
		read: func(d *decoder, n *yaml.Node, into *T) {
			if p, ok := any(into).(interface{ place(model.Provenance) }); ok {
				p.place(d.at(n))
			}
			if isNull(n) {
				n = &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
			}
			if n.Kind != yaml.MappingNode {
				d.errorf(d.at(n), "its keys are "+join(names), "%s is written as a mapping, not as %s", noun, describe(n))
				return
			}
			seen := map[string]bool{}
			d.pairs(n, func(k, v *yaml.Node) {
				seen[k.Value] = true
				f := index[k.Value]
				switch {
				case f == nil:
					advice := ""
					if d.found() < maxFindings { // looking for names takes time
						advice = didYouMean(k.Value, names)
					}
					d.errorf(d.at(k), advice, "unknown key %s in %s", quote(k.Value), noun)
				case isNull(v):
					d.errorf(d.at(k), "give it one, or leave the key out", "%s has no value", k.Value)
				default:
					f.read(d, v, into)
				}
			})
			for _, f := range fields {
				if f.required && !seen[f.name] && !merges(n) {
					d.errorf(d.at(n), f.doc, "%s lacks its key %s", noun, f.name)
				}
			}
		},
		schema: func(s *schemas) schema { return s.object(noun, doc, describeFields(fields)) },
	}
}

// describeFields drops what a schema does not need to know of a table.
func describeFields[T any](fields []field[T]) []fieldSchema {
	out := make([]fieldSchema, len(fields))
	for i, f := range fields {
		out[i] = fieldSchema{name: f.name, doc: f.doc, required: f.required, schema: f.schema}
	}
	return out
}

// entry is one member of a section: a resource by its key.
type entry[T any] struct {
	key string
	at  model.Provenance
	v   T
}

// section is a mapping from names to things, kept in the order of the file.
func section[T any](s shape[T]) shape[[]entry[T]] {
	return shape[[]entry[T]]{
		read: func(d *decoder, n *yaml.Node, into *[]entry[T]) {
			if n.Kind != yaml.MappingNode {
				d.errorf(d.at(n), "name: {...}", "expected a mapping from names, not %s", describe(n))
				return
			}
			*into = []entry[T]{}
			d.pairs(n, func(k, v *yaml.Node) {
				if k.Value == "" {
					d.errorf(d.at(k), "", "an empty name")
					return
				}
				e := entry[T]{key: k.Value, at: d.at(k)}
				s.read(d, v, &e.v)
				*into = append(*into, e)
			})
		},
		schema: func(c *schemas) schema {
			return schema{"type": "object", "additionalProperties": s.schema(c)}
		},
	}
}

// list is a list whose items may be written alone where there is one, and which
// may be open: the item "unknown" says that there may be more.
type list[T any] struct {
	items []T
	gap   *gap // non-nil: there may be more
	set   bool
	at    model.Provenance
}

// many reads a list, or one item.
func many[T any](s shape[T]) shape[list[T]] {
	read := func(d *decoder, n *yaml.Node, into *list[T]) {
		if g := d.readGap(n); g != nil {
			into.gap = g
			return
		}
		if n.Kind == yaml.SequenceNode {
			d.errorf(d.at(n), "write its items into the list that it lies in", "a list lies in a list")
			return
		}
		var item T
		s.read(d, n, &item)
		into.items = append(into.items, item)
	}
	return shape[list[T]]{
		read: func(d *decoder, n *yaml.Node, into *list[T]) {
			into.set, into.at = true, d.at(n)
			if n.Kind != yaml.SequenceNode {
				read(d, n, into)
				return
			}
			for _, item := range n.Content {
				read(d, follow(item), into)
			}
		},
		schema: func(c *schemas) schema {
			item := schema{"anyOf": []any{s.schema(c), c.gap()}}
			return schema{"anyOf": []any{s.schema(c), c.gap(), schema{"type": "array", "items": item}}}
		},
	}
}

// orText lets a scalar stand for an object: a short form.
func orText[T any](s shape[T], pattern, doc string, parse func(d *decoder, at model.Provenance, text string, into *T)) shape[T] {
	return shape[T]{
		read: func(d *decoder, n *yaml.Node, into *T) {
			if p, ok := any(into).(interface{ place(model.Provenance) }); ok {
				p.place(d.at(n))
			}
			switch {
			case n.Kind == yaml.MappingNode || isNull(n):
				s.read(d, n, into)
				return
			case n.Kind != yaml.ScalarNode:
				d.errorf(d.at(n), "or a mapping", "expected %s, not %s", doc, describe(n))
				return
			}
			parse(d, d.at(n), n.Value, into)
		},
		schema: func(c *schemas) schema {
			text := schema{"type": []any{"string", "boolean", "integer"}, "description": doc}
			if pattern != "" {
				text = schema{"type": "string", "pattern": pattern, "description": doc}
			}
			return schema{"anyOf": []any{s.schema(c), text}}
		},
	}
}

func join(words []string) string { return strings.Join(words, ", ") }
