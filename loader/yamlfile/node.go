package yamlfile

import (
	"strconv"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// lineWidth is how long a mapping or list may be that is written on one line.
const lineWidth = 110

// mapping is a YAML mapping in the making.
type mapping struct{ n *yaml.Node }

func newMapping() mapping { return mapping{&yaml.Node{Kind: yaml.MappingNode}} }

func (m mapping) empty() bool { return len(m.n.Content) == 0 }

// add writes a key; a nil value writes nothing.
func (m mapping) add(key string, value *yaml.Node) {
	if value != nil {
		m.n.Content = append(m.n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
	}
}

// text, flag and number write a key unless its value is the default.
func (m mapping) text(key, value, byDefault string) {
	if value != byDefault {
		m.add(key, str(value))
	}
}

func (m mapping) flag(key string, value, byDefault bool) {
	if value != byDefault {
		m.add(key, plain(strconv.FormatBool(value)))
	}
}

func (m mapping) number(key string, value, byDefault int) {
	if value != byDefault {
		m.add(key, plain(strconv.Itoa(value)))
	}
}

// section writes a mapping on lines of its own unless it is empty.
func (m mapping) section(key string, s mapping) {
	if !s.empty() {
		m.add(key, onLines(s.n))
	}
}

// onLines keeps a collection from being written on one line.
func onLines(n *yaml.Node) *yaml.Node {
	n.HeadComment = blockMark
	return n
}

// blockMark marks a node for layout, which takes it away again.
const blockMark = "\x00block"

// str is a text, quoted where it would be read as something else.
func str(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch s {
	case "unknown", "true", "false", "self", "":
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// plain is a word that is read as what it looks like: a number, true, unknown.
func plain(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

func sequenceOf(items []*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: items}
}

// oneOrList is a single item by itself, several as a list, none as nil.
func oneOrList(items []*yaml.Node) *yaml.Node {
	switch len(items) {
	case 0:
		return nil
	case 1:
		if items[0].Kind != yaml.SequenceNode {
			return items[0]
		}
	}
	return sequenceOf(items)
}

// texts are words for a list.
func texts[T ~string](list []T) []*yaml.Node {
	out := make([]*yaml.Node, len(list))
	for i, s := range list {
		out[i] = str(string(s))
	}
	return out
}

// layout chooses for every collection whether it is written on one line, and
// gives how long that line is, or -1.
func layout(n *yaml.Node) int {
	forced := n.HeadComment == blockMark
	if forced {
		n.HeadComment = ""
	}
	if n.Kind == yaml.ScalarNode {
		return utf8.RuneCountInString(n.Value) + 2
	}
	total := 2
	for _, c := range n.Content {
		l := layout(c)
		if l < 0 {
			forced = true
		}
		total += l + 2
	}
	if len(n.Content) > 0 && (forced || total > lineWidth) {
		return -1
	}
	n.Style = yaml.FlowStyle
	return total
}
