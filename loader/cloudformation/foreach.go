package cloudformation

import (
	"strings"
)

// forEach begins the keys of loops: "Fn::ForEach::Name": [Variable, collection,
// {key: value}].
const forEach = "Fn::ForEach::"

// expand writes the loops among a mapping's keys out. What they loop over must be
// known; a loop over what is open is reported and left out.
func (s *stack) expand(n *node) *node {
	if n == nil || n.kind != mappingNode {
		return n
	}
	loops := false
	for _, k := range n.keys {
		loops = loops || strings.HasPrefix(k.text, forEach)
	}
	if !loops {
		return n
	}
	out := &node{kind: mappingNode, at: n.at}
	for i, k := range n.keys {
		if !strings.HasPrefix(k.text, forEach) {
			out.keys, out.items = append(out.keys, k), append(out.items, n.items[i])
			continue
		}
		s.loop(k, n.items[i], out)
		if len(out.keys) > s.reader.limits.loop {
			s.exceeded(k.at, "", "the loops of a mapping make more than %d entries", s.reader.limits.loop)
			return out
		}
	}
	return out
}

func (s *stack) loop(key, arg *node, out *node) {
	if arg.kind != listNode || len(arg.items) != 3 || arg.items[0].kind != scalarNode || arg.items[2].kind != mappingNode {
		s.errorf(arg.at, "", "Fn::ForEach takes a variable, a collection and a mapping, not %s", arg.describe())
		return
	}
	name, body := arg.items[0].text, arg.items[2]
	collection := s.eval(arg.items[1])
	if collection.kind != listValue {
		detail := ""
		if gap := collection.gap(); gap != nil {
			detail = gap.reason
		}
		s.errorf(arg.items[1].at, detail, "%s loops over what is not known", key.text)
		return
	}
	cost := size(body) + resourceCost
	for _, item := range collection.items {
		if !s.copies(cost, key.at) {
			return
		}
		text, ok := item.literal()
		if !ok {
			if gap := item.gap(); gap != nil {
				s.errorf(item.at, gap.reason, "%s loops over what is not known", key.text)
			} else {
				s.errorf(item.at, "", "%s loops over texts, and this is none", key.text)
			}
			return
		}
		if len(out.keys) > s.reader.limits.loop {
			return // expand reports it
		}
		round := s.expand(substitute(body, name, text))
		out.keys, out.items = append(out.keys, round.keys...), append(out.items, round.items...)
	}
}

// alphanumeric leaves letters and digits, as ${&Variable} does for logical IDs.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

// substitute puts a loop's variable into everything below a node.
func substitute(n *node, name, text string) *node {
	switch n.kind {
	case scalarNode:
		c := *n
		c.text = strings.ReplaceAll(c.text, "${"+name+"}", text)
		c.text = strings.ReplaceAll(c.text, "&{"+name+"}", alphanumeric(text))
		return &c
	case listNode, mappingNode:
		if f, arg := n.call(); f == "Ref" && arg.kind == scalarNode && arg.text == name {
			return &node{kind: scalarNode, text: text, at: n.at}
		}
		c := &node{kind: n.kind, at: n.at}
		for _, k := range n.keys {
			c.keys = append(c.keys, substitute(k, name, text))
		}
		for _, item := range n.items {
			c.items = append(c.items, substitute(item, name, text))
		}
		return c
	}
	return n
}
