package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// functions are the intrinsic functions that have a value, by name. They are
// filled in when the package starts, since they evaluate each other.
var functions map[string]func(s *stack, arg *node, at model.Provenance) value

func init() {
	functions = map[string]func(*stack, *node, model.Provenance) value{
		"Ref":              (*stack).ref,
		"Fn::GetAtt":       (*stack).getAtt,
		"Fn::Sub":          (*stack).sub,
		"Fn::Join":         (*stack).join,
		"Fn::Select":       (*stack).selectItem,
		"Fn::Split":        (*stack).split,
		"Fn::Cidr":         (*stack).cidr,
		"Fn::GetAZs":       (*stack).getAZs,
		"Fn::If":           (*stack).ifElse,
		"Fn::FindInMap":    (*stack).findInMap,
		"Fn::ImportValue":  (*stack).importValue,
		"Fn::Base64":       (*stack).base64,
		"Fn::Length":       (*stack).length,
		"Fn::ToJsonString": (*stack).toJSONString,
		"Fn::Transform":    (*stack).transform,
	}
}

// conditionFunctions have no value outside of conditions.
var conditionFunctions = []string{"Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition"}

// eval gives the value of an expression.
func (s *stack) eval(n *node) value {
	if n == nil {
		return value{}
	}
	r := s.reader
	if most := r.limits.steps + stepsPerValue*(r.values+r.copied); r.steps >= most {
		s.exceeded(n.at, "Functions or references multiply here; write what they make.", "the templates take more than %d steps to evaluate", most)
		return opened(open{reason: "the templates take too many steps to evaluate"}, n.at)
	}
	r.steps++
	if r.depth++; r.depth > r.limits.references {
		r.depth--
		return s.wrong(n.at, "values refer to each other over more than %d steps", r.limits.references)
	}
	defer func() { r.depth-- }()
	switch n.kind {
	case nullNode:
		return value{}
	case scalarNode:
		return plain(n.text, n.at)
	case listNode:
		v := value{kind: listValue, at: n.at}
		for _, item := range n.items {
			if x := s.eval(item); x.kind != absent {
				v.items = append(v.items, x)
			}
		}
		return v
	case mappingNode:
		if name, arg := n.call(); name != "" && !(name == "Condition" && arg.kind != scalarNode) {
			return s.callFunction(name, arg, n.at)
		}
		n = s.expand(n)
		v := value{kind: objectValue, at: n.at}
		for i, k := range n.keys {
			if x := s.eval(n.items[i]); x.kind != absent {
				v.keys, v.items = append(v.keys, k.text), append(v.items, x)
			}
		}
		return v
	}
	panic(fmt.Sprintf("cloudformation: node kind %d", n.kind))
}

func (s *stack) callFunction(name string, arg *node, at model.Provenance) value {
	f, ok := functions[name]
	switch {
	case ok:
		v := f(s, arg, at)
		s.reader.steps += v.cost()
		if v.kind == openValue && v.open.tooLong {
			s.exceeded(at, "What it stands for is unknown.", "a text that is put together has more than %d bytes, or too many references", usual.text)
		}
		return v
	case name == "Condition":
		// An object that happens to have this one key, as policies do.
		return value{kind: objectValue, at: at, keys: []string{name}, items: []value{s.eval(arg)}}
	case slices.Contains(conditionFunctions, name):
		t := s.truth(newCall(name, arg, at))
		if t.open != nil {
			return value{kind: openValue, open: t.open, at: at}
		}
		return plain(fmt.Sprint(t.yes), at)
	}
	s.errorf(at, didYouMean(name, slices.Sorted(maps.Keys(functions))), "%s is no intrinsic function that is known here", name)
	return opened(open{reason: name + " is not known here"}, at)
}

// arguments gives a function's arguments, a list of some length; nil, and a
// finding, for anything else.
func (s *stack) arguments(name string, arg *node, least, most int) []*node {
	if arg.kind != listNode || len(arg.items) < least || len(arg.items) > most {
		count := fmt.Sprint(least)
		if most > least {
			count = fmt.Sprintf("%d to %d", least, most)
		}
		s.errorf(arg.at, "", "%s takes a list of %s values, not %s", name, count, arg.describe())
		return nil
	}
	return arg.items
}

// wrong reports a function's argument and gives an open value for its result.
func (s *stack) wrong(at model.Provenance, format string, args ...any) value {
	text := fmt.Sprintf(format, args...)
	s.errorf(at, "", "%s", text)
	return opened(open{reason: text}, at)
}

func (s *stack) ref(arg *node, at model.Provenance) value {
	if arg.kind != scalarNode {
		return s.wrong(arg.at, "Ref takes a name, not %s", arg.describe())
	}
	return s.lookup(arg.text, at)
}

// lookup gives the value of a Ref.
func (s *stack) lookup(name string, at model.Provenance) value {
	if strings.HasPrefix(name, "AWS::") {
		return s.pseudo(name, at)
	}
	if v, ok := s.parameter(name, at); ok {
		return v
	}
	r := s.resources[name]
	switch {
	case r == nil:
		return opened(open{label: s.prefix + name, reason: name + " is not in the template"}, at)
	case r.absent():
		return opened(open{label: r.id, reason: name + " is not created: its condition " + r.condition + " is false"}, at)
	case r.typ == stackType:
		return opened(open{label: r.id, reason: "the ID of the nested stack " + name + " is known only when it is deployed"}, at)
	}
	return refer(r, "", at)
}

// pseudo gives the value of a pseudo parameter.
func (s *stack) pseudo(name string, at model.Provenance) value {
	if given, ok := s.reader.options.Parameters[name]; ok && name != "AWS::NoValue" {
		return plain(given, at)
	}
	unknown := func(word bool, why string) value { return opened(open{label: name, reason: why, word: word}, at) }
	region := string(s.region)
	switch name {
	case "AWS::NoValue":
		return value{}
	case "AWS::StackName":
		return plain(s.stackName, at)
	case "AWS::Region":
		if region != "" {
			return plain(region, at)
		}
		return unknown(true, "the Region is not given; give --param AWS::Region=us-east-1")
	case "AWS::AccountId":
		if s.account != "" {
			return plain(string(s.account), at)
		}
		return unknown(true, "the account is not given; give --param AWS::AccountId=111122223333")
	case "AWS::Partition", "AWS::URLSuffix":
		values := [2]string{"aws", "amazonaws.com"}
		switch {
		case region == "":
			return unknown(false, "the Region is not given; give --param AWS::Region=us-east-1")
		case strings.HasPrefix(region, "cn-"):
			values = [2]string{"aws-cn", "amazonaws.com.cn"}
		case strings.HasPrefix(region, "us-gov-"):
			values[0] = "aws-us-gov"
		}
		if name == "AWS::Partition" {
			return plain(values[0], at)
		}
		return plain(values[1], at)
	case "AWS::StackId", "AWS::NotificationARNs":
		return unknown(false, name+" is known only when the stack is deployed")
	}
	return s.wrong(at, "%s is no pseudo parameter", name)
}

// getAtt reads [X, attribute] and "X.attribute".
func (s *stack) getAtt(arg *node, at model.Provenance) value {
	name, attribute, ok := s.attributeOf(arg)
	if !ok {
		return s.wrong(arg.at, "Fn::GetAtt takes a logical ID and an attribute, not %s", arg.describe())
	}
	return s.attribute(name, attribute, at)
}

// attributeOf splits the argument of Fn::GetAtt.
func (s *stack) attributeOf(arg *node) (name, attribute string, ok bool) {
	switch {
	case arg.kind == scalarNode:
		name, attribute, ok = strings.Cut(arg.text, ".")
	case arg.kind == listNode && len(arg.items) >= 2 && arg.items[0].kind == scalarNode:
		name = arg.items[0].text
		var words []string
		for _, item := range arg.items[1:] {
			word, known := s.eval(item).literal()
			if !known {
				return "", "", false
			}
			words = append(words, word)
		}
		attribute, ok = strings.Join(words, "."), true
	}
	return name, attribute, ok && name != "" && attribute != ""
}

// attribute gives the value of an attribute of a resource.
func (s *stack) attribute(name, attribute string, at model.Provenance) value {
	r := s.resources[name]
	label := s.prefix + name + "." + attribute
	switch {
	case r == nil:
		return opened(open{label: label, reason: name + " is not in the template"}, at)
	case r.absent():
		return opened(open{label: label, reason: name + " is not created: its condition " + r.condition + " is false"}, at)
	case r.typ == stackType:
		return s.nestedOutput(r, attribute, at)
	}
	return r.attribute(attribute, at)
}
