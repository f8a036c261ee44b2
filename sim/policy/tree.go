package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"github.com/go-json-experiment/json/jsontext"
)

// node is a JSON value with its place. Duplicate names are kept, so that they
// can be told.
type node struct {
	kind    jsontext.Kind
	at      int    // offset in bytes
	text    string // of a string, unquoted; of a number or a literal, as written
	members []member
	items   []node
}

type member struct{ name, value node }

// document is the text of a policy, with what was found wrong with it.
type document struct {
	data     []byte
	lines    []int // offsets at which lines begin
	problems []Problem
}

func newDocument(data []byte) *document {
	d := &document{data: data, lines: []int{0}}
	for i, b := range data {
		if b == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

func (d *document) place(at int) Place {
	at = min(max(at, 0), len(d.data))
	line := sort.SearchInts(d.lines, at+1)
	return Place{Offset: at, Line: line, Column: at - d.lines[line-1] + 1}
}

func (d *document) report(at int, format string, args ...any) {
	d.problems = append(d.problems, Problem{Place: d.place(at), Message: fmt.Sprintf(format, args...)})
}

// sorted gives the problems in the order of the document.
func (d *document) sorted() []Problem {
	slices.SortFunc(d.problems, compareProblems)
	return slices.Compact(d.problems)
}

// tree reads the whole document; false, and a problem, where it is not one JSON
// value.
func (d *document) tree() (node, bool) {
	t := treeReader{data: d.data, dec: jsontext.NewDecoder(bytes.NewBuffer(slices.Clone(d.data)), jsontext.AllowDuplicateNames(true))}
	root, err := t.value()
	if err == nil {
		if _, err = t.token(); err == nil {
			d.report(t.start, "something follows the policy: a policy is one JSON object")
			return node{}, false
		}
		if errors.Is(err, io.EOF) {
			return root, true
		}
	}
	at := len(d.data)
	if syntax := (*jsontext.SyntacticError)(nil); errors.As(err, &syntax) {
		at, err = int(syntax.ByteOffset), syntax.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		d.report(at, "the policy is not JSON: it ends too early")
	} else {
		d.report(at, "the policy is not JSON: %s", err)
	}
	return node{}, false
}

type treeReader struct {
	data  []byte
	dec   *jsontext.Decoder
	start int // of the token that was read last
}

func (t *treeReader) token() (jsontext.Token, error) {
	t.start = int(t.dec.InputOffset())
	for t.start < len(t.data) && bytes.IndexByte([]byte(" \t\r\n,:"), t.data[t.start]) >= 0 {
		t.start++
	}
	return t.dec.ReadToken()
}

// value reads one value. The decoder bounds how deep values nest.
func (t *treeReader) value() (node, error) {
	tok, err := t.token()
	if err != nil {
		return node{}, err
	}
	n := node{kind: tok.Kind(), at: t.start}
	switch n.kind {
	case '{':
		for t.dec.PeekKind() != '}' {
			name, err := t.value()
			if err != nil {
				return n, err
			}
			value, err := t.value()
			if err != nil {
				return n, err
			}
			n.members = append(n.members, member{name, value})
		}
		_, err = t.token()
	case '[':
		for t.dec.PeekKind() != ']' {
			item, err := t.value()
			if err != nil {
				return n, err
			}
			n.items = append(n.items, item)
		}
		_, err = t.token()
	default:
		n.text = tok.String()
	}
	return n, err
}
