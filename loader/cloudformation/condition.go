package cloudformation

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// condition evaluates a condition by its name, once.
func (s *stack) condition(name string) truth {
	if t, ok := s.conditions[name]; ok {
		return t
	}
	n := s.conditionNodes.get(name)
	if n == nil {
		return truth{open: &open{reason: "the condition " + name + " is not in the template"}}
	}
	// What refers to itself is reported by check, and not decided.
	s.conditions[name] = truth{open: &open{reason: "the condition " + name + " refers to itself"}}
	t := s.truth(n)
	if t.open != nil {
		t.open = &open{reason: "the condition " + name + " is not decided: " + t.open.reason}
	}
	s.conditions[name] = t
	return t
}

// truth evaluates a condition's expression.
func (s *stack) truth(n *node) truth {
	name, arg := n.call()
	bad := func(format string, args ...any) truth {
		return truth{open: s.wrong(n.at, format, args...).open}
	}
	if s.reader.depth++; s.reader.depth > s.reader.limits.references {
		s.reader.depth--
		return bad("conditions refer to each other over more than %d steps", s.reader.limits.references)
	}
	defer func() { s.reader.depth-- }()
	switch name {
	case "Condition":
		if arg.kind != scalarNode {
			return bad("Condition takes a name, not %s", arg.describe())
		}
		return s.condition(arg.text)
	case "Fn::Equals":
		if arg.kind != listNode || len(arg.items) != 2 {
			return bad("Fn::Equals compares two values, not %s", arg.describe())
		}
		return same(s.eval(arg.items[0]), s.eval(arg.items[1]))
	case "Fn::Not":
		if arg.kind != listNode || len(arg.items) != 1 {
			return bad("Fn::Not takes a list of one condition, not %s", arg.describe())
		}
		t := s.truth(arg.items[0])
		t.yes = !t.yes && t.open == nil
		return t
	case "Fn::And", "Fn::Or":
		if arg.kind != listNode || len(arg.items) == 0 {
			return bad("%s takes a list of conditions, not %s", name, arg.describe())
		}
		decides := name == "Fn::Or"
		out := truth{yes: !decides}
		for _, item := range arg.items {
			switch t := s.truth(item); {
			case t.open != nil:
				out.open = t.open
			case t.yes == decides:
				return truth{yes: decides}
			}
		}
		if out.open != nil {
			out.yes = false
		}
		return out
	}
	if name == "" && n.kind != scalarNode {
		return bad("a condition is not written as %s", n.describe())
	}
	v := s.eval(n)
	text, ok := v.literal()
	if !ok {
		if gap := v.gap(); gap != nil {
			return truth{open: gap}
		}
		return bad("a condition is true or false, not %s", n.describe())
	}
	yes, ok := parseBool(text)
	if !ok {
		return bad("a condition is true or false, not %s", quote(text))
	}
	return truth{yes: yes}
}

// ifElse gives one of two values. Where the condition is not decided both are
// kept: what they have in common is known.
func (s *stack) ifElse(arg *node, at model.Provenance) value {
	args := s.arguments("Fn::If", arg, 3, 3)
	if args == nil {
		return opened(open{reason: "Fn::If cannot be read"}, at)
	}
	name := args[0]
	if name.kind != scalarNode {
		return s.wrong(name.at, "Fn::If takes the name of a condition, not %s", name.describe())
	}
	t := s.condition(name.text)
	if t.open == nil {
		if t.yes {
			return s.eval(args[1])
		}
		return s.eval(args[2])
	}
	yes, no := s.eval(args[1]), s.eval(args[2])
	if equal := same(yes, no); equal.open == nil && equal.yes {
		return yes
	}
	out := open{reason: t.open.reason, choices: []value{yes, no}}
	if yes.labelled() && no.labelled() {
		// Written twice it is the same thing twice, as the VPC of many resources is.
		if label := fmt.Sprintf("%s!If [%s, %s, %s]", s.prefix, name.text, unbraced.Replace(yes.show()), unbraced.Replace(no.show())); len(label) <= maxLabel {
			out.label = label
		}
	}
	return opened(out, at)
}

// maxLabel bounds what names a choice, for choices may lie in each other.
const maxLabel = 200

var unbraced = strings.NewReplacer("${", "", "}", "")
