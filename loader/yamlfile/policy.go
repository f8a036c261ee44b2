package yamlfile

import (
	"encoding/json"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// policyText is a policy document. What it says is read where it is asked.
type policyText struct {
	json string
	gap  *gap
	at   model.Provenance
}

// policyShape reads a policy document, a mapping or JSON, and keeps it as JSON.
// A text that is not JSON is kept as it stands: the policy is then one that
// nobody can read.
var policyShape = shape[policyText]{
	read: func(d *decoder, n *yaml.Node, into *policyText) {
		into.at = d.at(n)
		if into.gap = d.readGap(n); into.gap != nil {
			return
		}
		if n.Kind == yaml.ScalarNode {
			into.json = n.Value
			if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
				into.at.Line++ // the text begins below its mark
			}
			return
		}
		text, err := json.Marshal(d.policyValue(n))
		if err != nil {
			panic("yamlfile: " + err.Error()) // strings, lists and maps of them
		}
		into.json = string(text)
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{schema{"type": []any{"object", "string"}}, c.gap()}}
	},
}

// policyValue gives a policy, or a part of one, with every scalar as it is
// written: YAML would take a version for a date and an account for a number.
func (d *decoder) policyValue(n *yaml.Node) any {
	switch n = follow(n); n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		d.pairs(n, func(k, v *yaml.Node) { m[k.Value] = d.policyValue(v) })
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, d.policyValue(item))
		}
		return list
	}
	if isNull(n) {
		return nil
	}
	return n.Value
}

// buildResourcePolicy makes the policy of a resource.
func (b *builder) buildResourcePolicy(e *entry[policyText]) {
	arn := model.ResourceARN(e.key)
	b.n.ResourcePolicies[arn] = &model.ResourcePolicy{
		Resource: arn, Policy: e.v.json, PolicyUnknown: e.v.gap.unknown(arn, "policy"), Provenance: e.v.at,
	}
}

// policyNode writes a policy document as it stands.
func policyNode(text string, unknown *model.Unknown, subject string) *yaml.Node {
	switch {
	case unknown != nil:
		return gapNode(unknown, subject, "policy")
	case text == "":
		return nil
	}
	n := str(text)
	if text == "unknown" {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
