package cloudformation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// maxDepth is how deep values may lie in each other.
const maxDepth = 100

// parse gives the document of a file, or nil and a finding. A document that
// begins like JSON is read as JSON, which is faster and takes JSON's escapes, and
// as YAML's flow style only if it is none.
func parse(f input.File, l *limits) (*node, model.Diagnostics) {
	data := bytes.TrimPrefix(f.Data, []byte("\ufeff"))
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) > 0 && text[0] == '{' {
		n, ds := parseJSON(f.Path, data, l.valuesOf(len(data)))
		if n != nil || len(ds) > 0 && strings.HasPrefix(ds[0].Summary, tooMany) {
			return n, ds
		}
		if y, more := parseYAML(f.Path, data, l.valuesOf(len(data))); y != nil {
			return y, more
		}
		return nil, ds
	}
	return parseYAML(f.Path, data, l.valuesOf(len(data)))
}

func parseError(at model.Provenance, summary, detail string) model.Diagnostics {
	return model.Diagnostics{{Severity: model.Error, Summary: summary, Detail: detail, Provenance: at}}
}

// parser builds nodes and reports keys that are given twice.
type parser struct {
	path  string
	lines []int // offsets of the lines after the first
	most  int   // values that the document may have
	count int   // of those that it has, with its aliases written out
	found model.Diagnostics
}

// place is the line and column of an offset.
func (p *parser) place(offset int) model.Provenance {
	line, _ := slices.BinarySearch(p.lines, offset+1)
	start := 0
	if line > 0 {
		start = p.lines[line-1]
	}
	return model.Provenance{File: p.path, Line: line + 1, Column: offset - start + 1}
}

const (
	tooMany       = "the document has too many values"
	tooManyValues = tooMany + ": more than %d with its aliases written out; AWS takes templates of up to 1 MB"
)

// add puts a member into a mapping.
func (p *parser) add(n, key, value *node) {
	if len(n.keys) <= 64 && n.get(key.text) != nil {
		p.found = append(p.found, model.Diagnostic{Severity: model.Warning, Provenance: key.at,
			Summary: fmt.Sprintf("the key %s is given twice; this one counts", quote(key.text))})
	}
	n.keys, n.items, n.index = append(n.keys, key), append(n.items, value), nil
}

func parseJSON(path string, data []byte, most int) (*node, model.Diagnostics) {
	p := &parser{path: path, most: most}
	for i, c := range data {
		if c == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	n, err := p.json(dec, 0)
	if err == nil {
		if _, end := dec.ReadToken(); !errors.Is(end, io.EOF) {
			err = errors.New("something follows the end of the document")
		}
	}
	if err != nil {
		var syntax *jsontext.SyntacticError
		at := p.place(int(dec.InputOffset()))
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, parseError(p.place(len(data)), "the JSON ends too early", "")
		case errors.As(err, &syntax):
			at = p.place(min(int(syntax.ByteOffset), len(data)))
			if syntax.Err != nil {
				err = syntax.Err
			}
		}
		if p.count > p.most {
			return nil, parseError(at, err.Error(), "")
		}
		return nil, parseError(at, "not JSON: "+err.Error(), "")
	}
	return n, p.found
}

func (p *parser) json(dec *jsontext.Decoder, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d levels of nesting", maxDepth)
	}
	if p.count > p.most {
		return nil, fmt.Errorf(tooManyValues, p.most)
	}
	switch kind := dec.PeekKind(); kind {
	case '{', '[':
		if _, err := dec.ReadToken(); err != nil {
			return nil, err
		}
		n := &node{kind: listNode, at: p.place(int(dec.InputOffset()) - 1)}
		if kind == '{' {
			n.kind = mappingNode
		}
		for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
			var key *node
			var err error
			if kind == '{' {
				if key, err = p.json(dec, depth+1); err != nil {
					return nil, err
				}
			}
			p.count++
			item, err := p.json(dec, depth+1)
			if err != nil {
				return nil, err
			}
			if kind == '{' {
				p.add(n, key, item)
			} else {
				n.items = append(n.items, item)
			}
		}
		_, err := dec.ReadToken()
		return n, err
	}
	v, err := dec.ReadValue()
	if err != nil {
		return nil, err
	}
	n := &node{kind: scalarNode, at: p.place(int(dec.InputOffset()) - len(v))}
	switch v.Kind() {
	case 'n':
		n.kind = nullNode
	case '"':
		text, err := jsontext.AppendUnquote(nil, v)
		if err != nil {
			text = bytes.Trim(v, `"`)
		}
		n.text = string(text)
	default:
		n.text = string(v)
	}
	return n, nil
}

func parseYAML(path string, data []byte, most int) (*node, model.Diagnostics) {
	at := model.Provenance{File: path, Line: 1, Column: 1}
	if line, values := input.Crowded(data); line > 0 {
		at.Line = line
		return nil, parseError(at, fmt.Sprintf(tooManyValues, values), "")
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, parseError(at, "not YAML: "+err.Error(), "")
	}
	var doc yaml.Node
	if err := loader.Load(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, parseError(at, "the file is empty", "a template has at least the section Resources")
		}
		summary := "not YAML: " + err.Error()
		var load *yaml.LoadError
		if errors.As(err, &load) {
			at.Line, at.Column = load.Mark.Line, load.Mark.Column
			if load.Mark.Line == 0 { // characters that are none are found before lines are counted
				before := data[:min(max(0, load.Mark.Index), len(data))]
				at.Line = 1 + bytes.Count(before, []byte("\n"))
				at.Column = len(before) - bytes.LastIndexByte(before, '\n')
			}
			summary = "not YAML: " + load.Message
		}
		return nil, parseError(at, summary, "")
	}
	if len(doc.Content) == 0 {
		return nil, parseError(at, "the file is empty", "a template has at least the section Resources")
	}
	p := &yamlParser{parser: parser{path: path, most: most}, done: map[*yaml.Node]*node{}}
	n := p.convert(doc.Content[0], 0)
	if p.problem != "" {
		return nil, parseError(p.problemAt, p.problem, "")
	}
	return n, p.found
}

// yamlParser turns YAML nodes into ours.
type yamlParser struct {
	parser
	done      map[*yaml.Node]*node // what aliases may name; nil while it is being converted
	problem   string
	problemAt model.Provenance
}

func (p *yamlParser) fail(at model.Provenance, format string, args ...any) *node {
	if p.problem == "" {
		p.problem, p.problemAt = fmt.Sprintf(format, args...), at
	}
	return &node{at: at}
}

func (p *yamlParser) convert(y *yaml.Node, depth int) *node {
	at := model.Provenance{File: p.path, Line: y.Line, Column: y.Column}
	if p.count > p.most {
		return p.fail(at, tooManyValues, p.most)
	}
	if depth > maxDepth {
		return p.fail(at, "more than %d levels of nesting", maxDepth)
	}
	if y.Kind == yaml.AliasNode {
		n, known := p.done[y.Alias]
		switch {
		case !known:
			return p.fail(at, "the alias *%s stands for nothing", y.Value)
		case n == nil:
			return p.fail(at, "the alias *%s stands for something that holds it", y.Value)
		}
		if p.count += size(n); p.count > p.most {
			return p.fail(at, tooManyValues, p.most)
		}
		return n
	}
	if y.Anchor != "" {
		p.done[y] = nil
	}
	n := &node{at: at}
	switch y.Kind {
	case yaml.ScalarNode:
		n.kind, n.text, n.block = scalarNode, y.Value, y.Style&yaml.LiteralStyle != 0
		if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 && y.Tag != "!!str" && isNull(y.Value) {
			n.kind = nullNode
		}
	case yaml.SequenceNode:
		n.kind = listNode
		for _, c := range y.Content {
			p.count++
			n.items = append(n.items, p.convert(c, depth+1))
		}
	case yaml.MappingNode:
		n.kind = mappingNode
		for i := 0; i+1 < len(y.Content); i += 2 {
			key := p.convert(y.Content[i], depth+1)
			if key.kind == nullNode {
				key = &node{kind: scalarNode, text: y.Content[i].Value, at: key.at}
			}
			if key.kind != scalarNode {
				return p.fail(key.at, "a key is not written as %s", key.describe())
			}
			p.count++
			p.add(n, key, p.convert(y.Content[i+1], depth+1))
		}
	default:
		return p.fail(at, "this cannot stand in a template")
	}
	n = shortForm(y.Tag, n)
	if y.Anchor != "" {
		p.done[y] = n
	}
	return n
}

// shortForm writes a short form out: !Sub text is {Fn::Sub: text}.
func shortForm(tag string, n *node) *node {
	name, ok := strings.CutPrefix(tag, "!")
	if !ok || name == "" || strings.HasPrefix(name, "!") {
		return n
	}
	if n.kind == nullNode {
		n.kind = scalarNode // !GetAZs without an argument
	}
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	return newCall(name, n, n.at)
}

func isNull(s string) bool { return s == "" || s == "~" || s == "null" || s == "Null" || s == "NULL" }

// size counts the values of a node.
func size(n *node) int {
	total := 1
	for _, c := range n.items {
		total += size(c)
	}
	return total
}
