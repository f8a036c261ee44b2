package hostiletest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// A Scalar is where a text, number, boolean, null or key stands in an input.
type Scalar struct {
	From, To int // bytes; To is behind the last
	Key      bool
	// like is the same for scalars that a reader cannot tell apart but by their
	// place: of one text, at one path but for places in lists, in resources of one
	// type.
	like string
	// before, after and first are other scalars that are no keys, nil where there
	// are none.
	before, after, first *Scalar
}

// Scalars finds the scalars of a JSON or YAML document, in order. Those of YAML
// that stand on several lines are left out; of what is neither there are none.
func Scalars(data []byte) []Scalar {
	all, ok := scalarsOfJSON(data)
	if !ok {
		all = scalarsOfYAML(data)
	}
	var values []*Scalar
	for i := range all {
		if !all[i].Key {
			values = append(values, &all[i])
		}
	}
	for i, s := range values {
		s.first = values[0]
		if i > 0 {
			s.before = values[i-1]
		}
		if i+1 < len(values) {
			s.after = values[i+1]
		}
	}
	return all
}

// neighbour is the text of another scalar: the one before (-1), the one after, or
// the first (0).
func neighbour(data []byte, s Scalar, way int) string {
	other := map[int]*Scalar{-1: s.before, 0: s.first, 1: s.after}[way]
	if other == nil {
		return `"other"`
	}
	return string(data[other.From:other.To])
}

func scalarsOfJSON(data []byte) ([]Scalar, bool) {
	var out []Scalar
	d := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if kind := d.PeekKind(); kind != '{' && kind != '[' {
		return nil, false
	}
	types := map[int]string{} // of the objects that are open, by depth
	for {
		kind := d.PeekKind()
		if kind == '{' || kind == '}' || kind == '[' || kind == ']' {
			if _, err := d.ReadToken(); err != nil {
				return nil, false
			}
			delete(types, d.StackDepth()+1)
			continue
		}
		v, err := d.ReadValue()
		if errors.Is(err, io.EOF) {
			return out, true
		}
		if err != nil {
			return nil, false
		}
		end := int(d.InputOffset())
		holder, count := d.StackIndex(d.StackDepth())
		path := string(d.StackPointer())
		out = append(out, Scalar{From: end - len(v), To: end, Key: holder == '{' && count%2 == 1,
			like: fmt.Sprint(listPlace.ReplaceAllString(path, "/*"), types, string(v))})
		if strings.HasSuffix(path, "/type") || strings.HasSuffix(path, "/Type") {
			types[d.StackDepth()] = string(v)
		}
	}
}

var listPlace = regexp.MustCompile(`/\d+\b`)

func scalarsOfYAML(data []byte) []Scalar {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	var doc yaml.Node
	if loader.Load(&doc) != nil {
		return nil
	}
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	var out []Scalar
	var walk func(n *yaml.Node, path string, key bool)
	walk = func(n *yaml.Node, path string, key bool) {
		if n.Kind == yaml.ScalarNode && n.Line >= 1 && n.Line <= len(starts) {
			from := starts[n.Line-1] + n.Column - 1
			if to := endOfScalar(data, from, n); to > from {
				out = append(out, Scalar{From: from, To: to, Key: key, like: fmt.Sprint(path, key, n.Value)})
			}
		}
		for i, c := range n.Content {
			switch {
			case n.Kind != yaml.MappingNode:
				walk(c, path+"/*", false)
			case i%2 == 0:
				walk(c, path, true)
			default:
				walk(c, path+"/"+n.Content[i-1].Value, false)
			}
		}
	}
	walk(&doc, "", false)
	return out
}

// endOfScalar is where a scalar that begins at from ends, 0 where it does not
// stand there on one line.
func endOfScalar(data []byte, from int, n *yaml.Node) int {
	if from < 0 || from >= len(data) {
		return 0
	}
	line := data[from:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	switch quote := data[from]; {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && (quote == '"' || quote == '\''):
		for i := 1; i < len(line); i++ {
			switch {
			case quote == '"' && line[i] == '\\':
				i++
			case line[i] == quote:
				return from + i + 1
			}
		}
	case n.Value != "" && bytes.HasPrefix(line, []byte(n.Value)):
		return from + len(n.Value)
	}
	return 0
}
