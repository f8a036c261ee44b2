package cloudformation

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// subPiece is a stretch of the text of Fn::Sub: plain, or a variable's name.
type subPiece struct {
	text     string
	variable bool
}

// subPieces cuts the text of Fn::Sub at its variables. ${!Name} is the text
// ${Name}.
func subPieces(text string) []subPiece {
	var out []subPiece
	for {
		before, rest, found := strings.Cut(text, "${")
		if !found {
			return append(out, subPiece{text: text})
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return append(out, subPiece{text: text})
		}
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			out = append(out, subPiece{text: before + "${" + literal + "}"})
		} else {
			out = append(out, subPiece{text: before}, subPiece{text: strings.TrimSpace(name), variable: true})
		}
		text = after
	}
}

// subArguments gives the text of Fn::Sub and the mapping of its own variables.
func (s *stack) subArguments(arg *node) (text string, own *node, ok bool) {
	switch {
	case arg.kind == scalarNode:
		return arg.text, nil, true
	case arg.kind == listNode && len(arg.items) == 2 && arg.items[0].kind == scalarNode && arg.items[1].kind == mappingNode:
		return arg.items[0].text, arg.items[1], true
	case arg.kind == listNode && len(arg.items) == 1 && arg.items[0].kind == scalarNode:
		return arg.items[0].text, nil, true
	}
	return "", nil, false
}

// sub puts variables into a text: its own, then what Ref and GetAtt give.
func (s *stack) sub(arg *node, at model.Provenance) value {
	text, own, ok := s.subArguments(arg)
	if !ok {
		return s.wrong(arg.at, "Fn::Sub takes a text, or a text and a mapping, not %s", arg.describe())
	}
	var parts []part
	for _, p := range subPieces(text) {
		if !p.variable {
			parts = append(parts, part{text: p.text})
			continue
		}
		var v value
		if n := own.get(p.text); n != nil {
			v = s.eval(n)
		} else if name, attribute, ok := strings.Cut(p.text, "."); ok {
			v = s.attribute(name, attribute, at)
		} else {
			v = s.lookup(p.text, at)
		}
		if v.kind == listValue { // a list parameter is put in as its text
			v = joinList(v)
		}
		more, ok := v.textParts()
		if !ok {
			return s.wrong(arg.at, "${%s} in Fn::Sub is no text", p.text)
		}
		parts = append(parts, more...)
	}
	return joined(parts, at)
}

// joinList is a list as the text that CloudFormation passes it on as.
func joinList(v value) value {
	var parts []part
	for i, item := range v.items {
		if i > 0 {
			parts = append(parts, part{text: ","})
		}
		text, _ := item.textParts()
		parts = append(parts, text...)
	}
	return joined(parts, v.at)
}
