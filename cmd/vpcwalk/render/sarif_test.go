package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

var sarifRules = []SARIFRule{
	{ID: "route-black-hole", Short: "A route leads nowhere.", Help: "Point it elsewhere.", Severity: model.Error},
	{ID: "security-group-unused", Short: "Nothing uses the group.", Help: "Delete it.", Severity: model.Note},
}

var sarifResults = []SARIFResult{
	{
		Rule: "route-black-hole", Severity: model.Error, Message: "the route to 0.0.0.0/0 leads nowhere", Resource: "rtb-1",
		Provenance:  model.Provenance{File: "net work/main.yaml", Line: 12, Column: 9},
		Related:     []SARIFRelated{{"the gateway", model.Provenance{File: "/srv/igw.json", Line: 3}}},
		Fingerprint: "6f1c0a2b9d3e4f50",
	},
	{
		Rule: "security-group-unused", Severity: model.Note, Message: "nothing uses \x1b[31m", Resource: "sg-1", Suppressed: true, Justification: "next month",
		Provenance: model.Provenance{File: "plan.json", Address: "module.a.aws_security_group.b[0]"},
	},
	{Rule: "security-group-unused", Severity: model.Warning, Message: "AWS made it", Resource: "sg-2"},
}

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, SARIF(&b, "v1.2.3", sarifRules, sarifResults))
	var got any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	checkSARIF(t, got)

	results := at(got, "runs", 0, "results")
	assert.Equal(t, "net%20work/main.yaml", at(results, 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"))
	assert.EqualValues(t, 12, at(results, 0, "locations", 0, "physicalLocation", "region", "startLine"))
	assert.Equal(t, "file:///srv/igw.json", at(results, 0, "relatedLocations", 0, "physicalLocation", "artifactLocation", "uri"))
	assert.Equal(t, "module.a.aws_security_group.b[0]", at(results, 1, "locations", 0, "logicalLocations", 0, "fullyQualifiedName"))
	assert.Equal(t, `nothing uses \u001b[31m`, at(results, 1, "message", "text"))
	assert.Equal(t, "next month", at(results, 1, "suppressions", 0, "justification"))
	assert.Equal(t, "sg-2", at(results, 2, "locations", 0, "logicalLocations", 0, "fullyQualifiedName"))
}

func TestSARIFWithoutResults(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, SARIF(&b, "(devel)", nil, nil))
	var got any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	checkSARIF(t, got)
	assert.Equal(t, []any{}, at(got, "runs", 0, "results"), "an empty list says that nothing was found; without it nothing was looked for")
	assert.Equal(t, "(devel)", at(got, "runs", 0, "tool", "driver", "version"))
}

// at follows keys and indexes; nil where there is nothing.
func at(v any, way ...any) any {
	for _, step := range way {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		default:
			panic(fmt.Sprintf("step %T", step))
		}
	}
	return v
}

// checkSARIF checks what SARIF 2.1.0 and its schema ask of the parts that are
// written here: what is required, which values an enumeration has, what refers to
// what.
func checkSARIF(t *testing.T, log any) {
	t.Helper()
	keys := func(v any, allowed ...string) {
		m, ok := v.(map[string]any)
		require.True(t, ok, "%v is no object", v)
		for k := range m {
			assert.Contains(t, allowed, k, "the schema allows no other properties")
		}
	}
	message := func(v any) {
		keys(v, "text")
		assert.NotEmpty(t, at(v, "text"))
	}
	location := func(v any) {
		keys(v, "id", "message", "physicalLocation", "logicalLocations")
		if p := at(v, "physicalLocation"); p != nil {
			keys(p, "artifactLocation", "region")
			uri, _ := at(p, "artifactLocation", "uri").(string)
			_, err := url.Parse(uri)
			assert.NoError(t, err, "format uri-reference")
			assert.NotEmpty(t, uri)
			if r := at(p, "region"); r != nil {
				assert.GreaterOrEqual(t, at(r, "startLine"), float64(1))
			}
		}
	}
	assert.Equal(t, "2.1.0", at(log, "version"))
	keys(log, "$schema", "version", "runs")
	run := at(log, "runs", 0)
	keys(run, "tool", "results")
	driver := at(run, "tool", "driver")
	keys(driver, "name", "version", "semanticVersion", "rules")
	assert.NotEmpty(t, at(driver, "name"))
	rules, ok := at(driver, "rules").([]any)
	require.True(t, ok)
	seen := map[any]bool{}
	for _, r := range rules {
		keys(r, "id", "shortDescription", "help", "defaultConfiguration")
		assert.False(t, seen[at(r, "id")], "rules are unique")
		seen[at(r, "id")] = true
		message(at(r, "shortDescription"))
		message(at(r, "help"))
		assert.Contains(t, []any{"none", "note", "warning", "error"}, at(r, "defaultConfiguration", "level"))
	}
	results, ok := at(run, "results").([]any)
	require.True(t, ok)
	for _, r := range results {
		keys(r, "ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "partialFingerprints", "suppressions")
		message(at(r, "message"))
		assert.Contains(t, []any{"none", "note", "warning", "error"}, at(r, "level"))
		index, ok := at(r, "ruleIndex").(float64)
		require.True(t, ok)
		assert.Equal(t, at(r, "ruleId"), at(rules, int(index), "id"))
		for _, name := range []string{"locations", "relatedLocations"} {
			list, _ := at(r, name).([]any)
			for _, l := range list {
				location(l)
			}
		}
		suppressions, _ := at(r, "suppressions").([]any)
		for _, s := range suppressions {
			keys(s, "kind", "status", "justification")
			assert.Contains(t, []any{"inSource", "external"}, at(s, "kind"))
			assert.Contains(t, []any{"accepted", "underReview", "rejected"}, at(s, "status"))
		}
	}
}
