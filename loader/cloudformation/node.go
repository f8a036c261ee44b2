package cloudformation

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// node is a value as it is written in a template. YAML's short forms are written
// out: !Ref X is {Ref: X}.
type node struct {
	kind  nodeKind
	text  string  // of a scalar
	keys  []*node // of a mapping: scalars, one for each item
	items []*node // of a list or mapping
	at    model.Provenance
	index map[string]*node // of a large mapping, by key
	// block says that the text stands line by line below at, as YAML's | has it.
	block bool
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	listNode
	mappingNode
)

// describe names what a node is, for messages.
func (n *node) describe() string {
	if n == nil {
		return "nothing"
	}
	switch n.kind {
	case nullNode:
		return "nothing"
	case scalarNode:
		return quote(n.text)
	case listNode:
		return "a list"
	case mappingNode:
		return "a mapping"
	}
	panic("cloudformation: node kind")
}

// get gives a mapping's value of a key, the last if there are several; nil where
// there is none.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mappingNode {
		return nil
	}
	if len(n.keys) > 16 {
		if n.index == nil {
			n.index = make(map[string]*node, len(n.keys))
			for i, k := range n.keys {
				n.index[k.text] = n.items[i]
			}
		}
		return n.index[key]
	}
	for i, k := range slices.Backward(n.keys) {
		if k.text == key {
			return n.items[i]
		}
	}
	return nil
}

// path gives what lies under a path of keys such as "VpcConfig.SubnetIds".
func (n *node) path(path string) *node {
	for key := range strings.SplitSeq(path, ".") {
		n = n.get(key)
	}
	return n
}

// call gives the name and argument of an intrinsic function, "" where the node is
// none.
func (n *node) call() (string, *node) {
	if n.kind == mappingNode && len(n.keys) == 1 {
		if name := n.keys[0].text; name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::") && !strings.HasPrefix(name, forEach) {
			return name, n.items[0]
		}
	}
	return "", nil
}

func newCall(name string, arg *node, at model.Provenance) *node {
	return &node{kind: mappingNode, at: at, keys: []*node{{kind: scalarNode, text: name, at: at}}, items: []*node{arg}}
}
