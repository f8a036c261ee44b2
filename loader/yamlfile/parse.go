package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

const (
	// maxDepth is how deep collections may lie in each other; the format needs
	// nine levels.
	maxDepth = 64
	// maxAliased is how many nodes aliases may add to those that are written.
	// Below it an alias saves typing; above it a small file asks for a large
	// amount of work.
	maxAliased = 100_000
)

// parse gives the root node of the one document of a file, or nil and a finding.
func parse(f input.File) (*yaml.Node, model.Diagnostics) {
	fail := func(line, column int, summary, detail string) model.Diagnostics {
		return model.Diagnostics{{Severity: model.Error, Summary: summary, Detail: detail,
			Provenance: model.Provenance{File: f.Path, Line: line, Column: column}}}
	}
	if line, most := input.Crowded(f.Data); line > 0 {
		return nil, fail(line, 1, fmt.Sprintf("the file holds more values than its length would let expect: commas, line ends and the like are more than %d up to here", most), "split the file")
	}
	loader, err := yaml.NewLoader(bytes.NewReader(f.Data))
	if err != nil {
		return nil, fail(0, 0, "not YAML: "+err.Error(), "")
	}
	var doc, next yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil, fail(1, 1, "the file is empty", "the smallest network is: vpcs: {main: {cidr: 10.0.0.0/16}}")
	case err != nil:
		return nil, syntaxError(f, err)
	}
	switch err := loader.Load(&next); {
	case err == nil:
		return nil, fail(next.Line, next.Column, "a second YAML document begins here",
			"a file holds one document: put the second into a file of its own, and name both with -n")
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(f, err)
	}
	if len(doc.Content) == 0 {
		return nil, fail(1, 1, "the file is empty", "")
	}
	root := doc.Content[0]
	if n, summary := checkSize(root); n != nil {
		return nil, fail(n.Line, n.Column, summary, "write the values out, or split the file")
	}
	return root, nil
}

// syntaxError turns an error of the YAML library into a finding at its place.
func syntaxError(f input.File, err error) model.Diagnostics {
	d := model.Diagnostic{Severity: model.Error, Summary: "not YAML: " + err.Error(), Provenance: model.Provenance{File: f.Path}}
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return model.Diagnostics{d}
	}
	d.Summary = "not YAML: " + load.Message
	d.Provenance.Line, d.Provenance.Column = load.Mark.Line, load.Mark.Column
	if load.Mark.Line == 0 { // characters that are none are found before lines are counted
		before := f.Data[:min(max(0, load.Mark.Index), len(f.Data))]
		d.Provenance.Line = 1 + bytes.Count(before, []byte("\n"))
		d.Provenance.Column = len(before) - bytes.LastIndexByte(before, '\n')
	}
	switch line := lineOf(f.Data, load.Mark.Line); {
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		d.Summary = "not YAML: a tab indents this line"
		d.Detail = "YAML is indented with spaces"
	case strings.Contains(load.Message, "mapping values are not allowed"):
		d.Detail = `a value that holds ": ", or ends in ":" as an IPv6 address may, needs quotes`
	}
	return model.Diagnostics{d}
}

// lineOf gives line n (from 1), or "".
func lineOf(data []byte, n int) string {
	for i := 1; n > 0; i++ {
		line, rest, more := bytes.Cut(data, []byte("\n"))
		if i == n {
			return string(line)
		}
		if !more {
			break
		}
		data = rest
	}
	return ""
}

// checkSize refuses nesting beyond maxDepth and aliases that hold themselves or
// add more than maxAliased nodes. It visits every written node once and counts
// what an alias stands for without visiting it again.
func checkSize(root *yaml.Node) (at *yaml.Node, summary string) {
	const unfinished = -1
	sizes := map[*yaml.Node]int{}
	aliased := 0
	var size func(n *yaml.Node, depth int) (int, bool)
	size = func(n *yaml.Node, depth int) (int, bool) {
		if depth > maxDepth {
			at, summary = n, fmt.Sprintf("more than %d levels of nesting", maxDepth)
			return 0, false
		}
		if n.Kind == yaml.AliasNode {
			s := sizes[n.Alias]
			if s == unfinished {
				at, summary = n, fmt.Sprintf("the alias *%s stands for something that holds it", n.Value)
				return 0, false
			}
			if aliased += s; aliased > maxAliased {
				at, summary = n, fmt.Sprintf("the aliases up to here stand for more than %d values", maxAliased)
				return 0, false
			}
			return s, true
		}
		sizes[n] = unfinished
		total := 1
		for _, c := range n.Content {
			s, ok := size(c, depth+1)
			if !ok {
				return 0, false
			}
			total += s
		}
		sizes[n] = total
		return total, true
	}
	if _, ok := size(root, 0); ok {
		return nil, ""
	}
	return at, summary
}
