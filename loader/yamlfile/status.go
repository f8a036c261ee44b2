package yamlfile

import (
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// status is a resource's state in AWS's word, and whether the resource works,
// where that does not follow from the word.
type status struct {
	state value[string]
	works value[bool]
}

// workingIn are the states in which a kind of resource works; the first is that of
// one that tells none.
type workingIn []string

func (s workingIn) works(state string) bool {
	return slices.ContainsFunc(s, func(w string) bool { return strings.EqualFold(w, state) })
}

func statusKeys[T any](at func(*T) *status, usual workingIn) []field[T] {
	return []field[T]{
		key("state", text, func(t *T) *value[string] { return &at(t).state }, "its state, in AWS's word; "+usual[0]+" by default"),
		key("available", yesNo, func(t *T) *value[bool] { return &at(t).works }, "whether it works, where that does not follow from its state"),
	}
}

// of gives the state, and whether the resource works in it.
func (s *status) of(usual workingIn) (string, bool) {
	state := s.state.or(usual[0])
	return state, s.works.or(usual.works(state))
}

// status writes a state as statusKeys reads it.
func (m mapping) status(state string, works bool, usual workingIn) {
	m.text("state", state, usual[0])
	m.flag("available", works, usual.works(state))
}

// choice is a reference for which true may stand, the usual thing, or false,
// nothing.
type choice struct {
	ref
	said value[bool]
}

// no reports whether false is written.
func (c *choice) no() bool { return c.said.set && !c.said.v }

var choiceOf = shape[choice]{
	read: func(d *decoder, n *yaml.Node, into *choice) {
		if n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && (n.Value == "true" || n.Value == "false") {
			yesNo.read(d, n, &into.said)
			return
		}
		refTo.read(d, n, &into.ref)
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{schema{"type": "boolean"}, refTo.schema(c)}}
	},
}

// prefixesOf are the CIDRs of a list: nil where none is written, and empty for [].
func prefixesOf(l *list[value[netip.Prefix]]) []netip.Prefix {
	if !l.set || l.gap != nil && len(l.items) == 0 {
		return nil
	}
	out := []netip.Prefix{}
	for _, p := range l.items {
		if p.set {
			out = append(out, p.v)
		}
	}
	return out
}

// textsOf are the words of a list.
func textsOf[T ~string](l *list[value[string]]) []T {
	var out []T
	for _, v := range l.items {
		if v.set {
			out = append(out, T(v.v))
		}
	}
	return out
}

// refsOf resolves a list of references to one kind.
func refsOf[T ~string](b *builder, kind model.Kind, s *scope, l *list[ref]) []T {
	var out []T
	for _, id := range b.ids(kind, s, l) {
		out = append(out, T(id))
	}
	return out
}

// closed reports a list that says that it is not whole, where that has no meaning.
func closed[T any](d *decoder, l *list[T], what string) {
	if l.gap != nil {
		d.errorf(l.gap.at, "leave it out, or write what is known", "%s cannot be left open", what)
	}
}
