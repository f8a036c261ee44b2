package cloudformation

import "slices"

// inheritGlobals gives a SAM function what the template's Globals say of all: a
// mapping is merged key by key, a list has the function's items after the common
// ones, and of anything else the function's own stands, as SAM's transform does it.
func (r *resource) inheritGlobals() {
	globals := r.stack.template.root.path("Globals.Function.VpcConfig")
	if r.typ != "AWS::Serverless::Function" || globals == nil {
		return
	}
	properties := r.properties()
	config := mergeGlobal(globals, properties.get("VpcConfig"))
	if properties == nil || properties.kind != mappingNode {
		properties = &node{kind: mappingNode, at: r.at}
	}
	r.node = r.node.with("Properties", properties.with("VpcConfig", config))
}

// mergeGlobal is what a property is of which Globals say one thing and the resource
// another. An intrinsic function is a value like any other.
func mergeGlobal(global, own *node) *node {
	if own == nil {
		return global
	}
	if global.kind != own.kind {
		return own
	}
	switch global.kind {
	case listNode:
		all := *own
		all.items = slices.Concat(global.items, own.items)
		return &all
	case mappingNode:
		if isCall(global) || isCall(own) {
			return own
		}
		all := own
		for i, k := range global.keys {
			all = all.with(k.text, mergeGlobal(global.items[i], own.get(k.text)))
		}
		return all
	case nullNode, scalarNode:
		return own
	}
	panic("cloudformation: node kind")
}

func isCall(n *node) bool {
	name, _ := n.call()
	return name != ""
}

// with is a mapping with another value of a key; the mapping itself stays.
func (n *node) with(key string, value *node) *node {
	out := &node{kind: mappingNode, at: n.at}
	for i, k := range n.keys {
		if k.text != key {
			out.keys, out.items = append(out.keys, k), append(out.items, n.items[i])
		}
	}
	out.keys = append(out.keys, &node{kind: scalarNode, text: key, at: value.at})
	out.items = append(out.items, value)
	return out
}
