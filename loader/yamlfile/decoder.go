package yamlfile

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// decoder collects the findings of one file.
type decoder struct {
	file     string
	diags    model.Diagnostics
	unlisted int              // findings beyond maxFindings
	rest     model.Diagnostic // where these begin, as severe as the worst of them
}

// maxFindings is how many findings of one file are listed: a file of a million wrong
// lines is told as well by these.
const maxFindings = 1000

// report notes a finding, or counts it.
func (d *decoder) report(x model.Diagnostic) {
	if len(d.diags) < maxFindings {
		d.diags = append(d.diags, x)
		return
	}
	if d.unlisted++; d.unlisted == 1 {
		d.rest = model.Diagnostic{Severity: x.Severity, Provenance: x.Provenance}
	}
	d.rest.Severity = min(d.rest.Severity, x.Severity)
}

// found is how many findings there are.
func (d *decoder) found() int { return len(d.diags) + d.unlisted }

// all gives the findings, sorted, and how many are not listed.
func (d *decoder) all() model.Diagnostics {
	if d.unlisted > 0 {
		d.rest.Summary, d.rest.Detail = fmt.Sprintf("the file has %d more findings from here on, which are not listed", d.unlisted), "mend the others first"
		d.diags = append(d.diags, d.rest)
	}
	return d.diags.Sort()
}

// at is a node's place.
func (d *decoder) at(n *yaml.Node) model.Provenance {
	return model.Provenance{File: d.file, Line: n.Line, Column: n.Column}
}

// errorf notes an error; detail says what to do about it.
func (d *decoder) errorf(at model.Provenance, detail, format string, args ...any) {
	d.report(model.Diagnostic{Severity: model.Error, Summary: fmt.Sprintf(format, args...), Detail: detail, Provenance: at})
}

// ruleError notes an error that breaks a written rule about a resource.
func (d *decoder) ruleError(at model.Provenance, rule, detail, format string, args ...any) {
	d.report(model.Diagnostic{Severity: model.Error, Rule: rule, Summary: fmt.Sprintf(format, args...), Detail: detail, Provenance: at})
}

// placed is embedded in what remembers where it is written.
type placed struct{ at model.Provenance }

func (p *placed) place(at model.Provenance) { p.at = at }

// follow gives the node that an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// isNull reports whether nothing is written, or null.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// describe says what a node is, for a message about what it should have been.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if isNull(n) {
			return "nothing"
		}
		return quote(n.Value)
	}
	return "something else"
}

// quote quotes a value for a message, and shortens what nobody would read.
func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:57]) + "..."
	}
	return fmt.Sprintf("%q", s)
}

// pairs goes through a mapping's keys in the order of the file and reports keys
// that are no scalars, are merge keys or come twice.
func (d *decoder) pairs(n *yaml.Node, visit func(key, value *yaml.Node)) {
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := follow(n.Content[i]), follow(n.Content[i+1])
		switch before := first[key.Value]; {
		case key.Kind != yaml.ScalarNode || isNull(key):
			d.errorf(d.at(n.Content[i]), "a key is a word", "%s as a key", describe(key))
		case isMerge(key):
			d.errorf(d.at(key), "an alias may stand for a whole value: key: *name", "merge keys (<<) are not read")
		case before != nil:
			d.errorf(d.at(key), fmt.Sprintf("it is first written in line %d", before.Line), "%s comes twice", quote(key.Value))
		default:
			first[key.Value] = key
			visit(key, value)
		}
	}
}

func isMerge(key *yaml.Node) bool { return key.Value == "<<" || key.Tag == "!!merge" }

// merges reports whether a mapping has a merge key, which is refused: what it would
// bring is not missed beside that.
func merges(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Kind == yaml.MappingNode && isMerge(follow(n.Content[i])) {
			return true
		}
	}
	return false
}

// oneOf lists words for a message: "a, b or c".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// scalarNode makes a node of a word that stands within another scalar.
func scalarNode(s string, at model.Provenance) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Line: at.Line, Column: at.Column}
}
