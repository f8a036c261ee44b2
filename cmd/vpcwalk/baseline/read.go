package baseline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// version is the one version of the format.
const version = "1"

// Read reads a file that goes by a name. It gives every problem that it finds, and
// no file when there is one: a waiver that is not understood must not wave
// anything through.
func Read(name string, data []byte) (*File, model.Diagnostics) {
	r := &reader{name: name}
	var root yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err == nil {
		err = loader.Load(&root)
	}
	switch {
	case errors.Is(err, io.EOF):
		r.fail(nil, "the file is empty", "write one with --write-baseline")
		return nil, r.diags
	case err != nil:
		r.fail(nil, "not a baseline: "+strings.ReplaceAll(err.Error(), "\n", " "), "")
		return nil, r.diags
	}
	f := &File{}
	versioned := false
	if len(root.Content) == 0 {
		r.fail(nil, "the file is empty", "write one with --write-baseline")
		return nil, r.diags
	}
	r.fields(root.Content[0], "a baseline", map[string]func(*yaml.Node){
		"version": func(n *yaml.Node) {
			if versioned = true; r.text(n) != version {
				r.fail(n, fmt.Sprintf("version %s is not known", n.Value), "this program reads version "+version)
			}
		},
		"accepted": func(n *yaml.Node) { r.list(n, func(n *yaml.Node) { f.Accepted = append(f.Accepted, r.accepted(n)) }) },
		"waivers":  func(n *yaml.Node) { r.list(n, func(n *yaml.Node) { f.Waivers = append(f.Waivers, r.waiver(n)) }) },
	})
	if !versioned && len(r.diags) == 0 {
		r.fail(root.Content[0], "the file does not say its version", "begin it with version: "+version)
	}
	if len(r.diags) > 0 {
		return nil, r.diags.Sort()
	}
	return f, nil
}

type reader struct {
	name  string
	diags model.Diagnostics
}

func (r *reader) fail(n *yaml.Node, summary, detail string) {
	r.diags = append(r.diags, model.Diagnostic{Severity: model.Error, Summary: summary, Detail: detail, Provenance: r.place(n)})
}

func (r *reader) place(n *yaml.Node) model.Provenance {
	p := model.Provenance{File: r.name}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	return p
}

// fields reads a mapping, each key at most once.
func (r *reader) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, what+" is a mapping", "")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		read := known[key.Value]
		switch {
		case read == nil:
			r.fail(key, fmt.Sprintf("%s has no key %q", what, key.Value), "")
		case seen[key.Value]:
			r.fail(key, fmt.Sprintf("the key %q stands here twice", key.Value), "")
		default:
			seen[key.Value] = true
			read(n.Content[i+1])
		}
	}
}

func (r *reader) list(n *yaml.Node, read func(*yaml.Node)) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
	case n.Kind != yaml.SequenceNode:
		r.fail(n, "a list is needed here", "")
	default:
		for _, entry := range n.Content {
			read(entry)
		}
	}
}

func (r *reader) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "a text is needed here", "")
		return ""
	}
	return n.Value
}

func (r *reader) accepted(n *yaml.Node) Finding {
	var f Finding
	to := func(s *string) func(*yaml.Node) { return func(n *yaml.Node) { *s = r.text(n) } }
	before := len(r.diags)
	r.fields(n, "an accepted finding", map[string]func(*yaml.Node){
		"fingerprint": to(&f.Fingerprint), "code": to(&f.Code), "resource": to(&f.Resource), "summary": to(&f.Summary),
	})
	if f.Fingerprint == "" && len(r.diags) == before {
		r.fail(n, "an accepted finding without its fingerprint", "let --write-baseline write it, or write a waiver")
	}
	return f
}

func (r *reader) waiver(n *yaml.Node) Waiver {
	w := Waiver{Provenance: r.place(n)}
	to := func(s *string) func(*yaml.Node) { return func(n *yaml.Node) { *s = r.text(n) } }
	dated, before := false, len(r.diags)
	r.fields(n, "a waiver", map[string]func(*yaml.Node){
		"code": to(&w.Code), "fingerprint": to(&w.Fingerprint), "reason": to(&w.Reason),
		"resource": func(n *yaml.Node) {
			w.Resource = r.text(n)
			if _, err := path.Match(w.Resource, ""); err != nil {
				r.fail(n, fmt.Sprintf("%q is not a pattern", w.Resource), "an ID, or one with *, ? or [a-z] in it")
			}
		},
		"expires": func(n *yaml.Node) {
			dated = true
			var err error
			if w.Expires, err = time.Parse(time.DateOnly, r.text(n)); err != nil {
				r.fail(n, fmt.Sprintf("%q is not a date", n.Value), "expires is the last day, such as 2027-05-31")
			}
		},
	})
	if len(r.diags) > before {
		return w
	}
	if w.Code == "" {
		r.fail(n, "a waiver without a code", "name the code of the findings that it lets stand")
	}
	if strings.TrimSpace(w.Reason) == "" {
		r.fail(n, "a waiver without a reason", "say why its findings may stand")
	}
	if !dated {
		r.fail(n, "a waiver without an expiry date", "expires: 2027-05-31")
	}
	return w
}
