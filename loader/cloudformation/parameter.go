package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// parameter gives the value of a parameter, once; false where there is none of
// the name.
func (s *stack) parameter(name string, at model.Provenance) (value, bool) {
	n := s.template.root.get("Parameters").get(name)
	if n == nil {
		return value{}, false
	}
	v, ok := s.parameters[name]
	if !ok {
		s.parameters[name] = opened(open{label: s.prefix + name, reason: "the parameter " + name + " refers to itself"}, n.at)
		v = s.bind(name, n)
		s.parameters[name] = v
	}
	v.at = at
	return v, true
}

// bind finds what a parameter is given: by the parent stack, by the user, by the
// CDK, by its default.
func (s *stack) bind(name string, n *node) value {
	typ := "String"
	if t := n.get("Type"); t != nil {
		typ = t.text
	}
	isList := typ == "CommaDelimitedList" || strings.HasPrefix(typ, "List<")
	label := s.prefix + name
	if strings.HasPrefix(typ, "AWS::SSM::Parameter::Value<") {
		// The text is only the name under which the value is looked up.
		path := ""
		if d := n.get("Default"); d != nil && d.text != "" {
			path = " " + d.text
		}
		return opened(open{label: label, reason: fmt.Sprintf("the parameter %s is read from the SSM parameter%s when the stack is deployed", name, path)}, n.at)
	}
	v, found := s.boundByParent(name)
	if !found {
		if text, ok := s.givenText(name); ok {
			v, found = plain(text, n.at), true
			s.checkAllowed(name, text, isList, n)
		} else if d := n.get("Default"); d != nil {
			v, found = s.eval(d), true
			if v.kind == absent {
				v = plain("", d.at)
			}
			if d.kind == scalarNode {
				s.checkAllowed(name, d.text, isList, n)
			}
		}
	}
	if !found {
		reason := fmt.Sprintf("the parameter %s has no value; give --param %s=…", name, label)
		if s.parent == nil {
			s.reader.diags = append(s.reader.diags, model.Diagnostic{Severity: model.Note, Provenance: n.at, Resource: label,
				Summary: "the parameter " + name + " has no default and is not given: what hangs on it is unknown", Detail: "Give --param " + label + "=…"})
		}
		return opened(open{label: label, reason: reason, word: strings.HasSuffix(typ, "::Id")}, n.at)
	}
	if !isList || v.kind == listValue {
		return v
	}
	parts, ok := v.textParts()
	if !ok {
		return v
	}
	list := splitParts(parts, ",", n.at)
	for i, item := range list.items {
		if text, ok := item.literal(); ok {
			list.items[i] = plain(strings.TrimSpace(text), n.at)
		}
	}
	list.items = slices.DeleteFunc(list.items, func(item value) bool { text, ok := item.literal(); return ok && text == "" })
	return list
}

// boundByParent gives what the parent stack passes to a nested one.
func (s *stack) boundByParent(name string) (value, bool) {
	if s.parent == nil {
		return value{}, false
	}
	passed := s.parent.eval(s.resource.properties().get("Parameters"))
	switch passed.kind {
	case openValue:
		return passed, true
	case objectValue:
		if v := passed.member(name); v.kind != absent {
			return v, true
		}
	}
	return value{}, false
}

// givenText is what the user or the CDK's manifest gives a parameter.
func (s *stack) givenText(name string) (string, bool) {
	given := s.reader.options.Parameters
	for _, key := range []string{s.stackName + "/" + name, s.prefix + name, s.file() + "/" + name} {
		if text, ok := given[key]; ok {
			return text, true
		}
	}
	if s.parent == nil {
		if text, ok := given[name]; ok {
			return text, true
		}
	}
	text, ok := s.given[name]
	return text, ok
}

// checkAllowed reports a value, or an item of a list, that the parameter's
// AllowedValues lack.
func (s *stack) checkAllowed(name, text string, isList bool, n *node) {
	allowed := n.get("AllowedValues")
	if allowed == nil || allowed.kind != listNode || len(allowed.items) == 0 {
		return
	}
	var words []string
	for _, item := range allowed.items {
		words = append(words, item.text)
	}
	values := []string{text}
	if isList {
		values = strings.Split(text, ",")
	}
	for _, v := range values {
		if isList {
			v = strings.TrimSpace(v)
		}
		if !slices.Contains(words, v) {
			s.errorf(n.at, "use one of "+strings.Join(words, ", "), "%s is no value that the parameter %s allows", quote(v), name)
		}
	}
}

// checkGiven reports parameters that the user gives and no stack has.
func (r *reader) checkGiven() {
	var known []string
	for _, s := range r.stacks {
		for _, name := range keysOf(s.template.root.get("Parameters")) {
			known = append(known, name, s.stackName+"/"+name, s.prefix+name, s.file()+"/"+name)
		}
	}
	for _, key := range sortedKeys(r.options.Parameters) {
		if !strings.HasPrefix(key, "AWS::") && !slices.Contains(known, key) {
			r.diags = append(r.diags, model.Diagnostic{Severity: model.Warning, Summary: "no template has the parameter " + quote(key), Detail: didYouMean(key, slices.Compact(slices.Sorted(slices.Values(known))))})
		}
	}
}
