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

	results := dig(got, "runs", 0, "results")
	assert.Equal(t, "net%20work/main.yaml", dig(results, 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"))
	assert.EqualValues(t, 12, dig(results, 0, "locations", 0, "physicalLocation", "region", "startLine"))
	assert.Equal(t, "file:///srv/igw.json", dig(results, 0, "relatedLocations", 0, "physicalLocation", "artifactLocation", "uri"))
	assert.Equal(t, "module.a.aws_security_group.b[0]", dig(results, 1, "locations", 0, "logicalLocations", 0, "fullyQualifiedName"))
	assert.Equal(t, `nothing uses \u001b[31m`, dig(results, 1, "message", "text"))
	assert.Equal(t, "next month", dig(results, 1, "suppressions", 0, "justification"))
	assert.Equal(t, "sg-2", dig(results, 2, "locations", 0, "logicalLocations", 0, "fullyQualifiedName"))
}

func TestSARIFWithoutResults(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, SARIF(&b, "(devel)", nil, nil))
	var got any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	checkSARIF(t, got)
	assert.Equal(t, []any{}, dig(got, "runs", 0, "results"), "an empty list says that nothing was found; without it nothing was looked for")
	assert.Equal(t, "(devel)", dig(got, "runs", 0, "tool", "driver", "version"))
}

// dig follows keys and indexes; nil where there is nothing.
func dig(v any, way ...any) any {
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
		assert.NotEmpty(t, dig(v, "text"))
	}
	location := func(v any) {
		keys(v, "id", "message", "physicalLocation", "logicalLocations")
		if p := dig(v, "physicalLocation"); p != nil {
			keys(p, "artifactLocation", "region")
			uri, _ := dig(p, "artifactLocation", "uri").(string)
			_, err := url.Parse(uri)
			assert.NoError(t, err, "format uri-reference")
			assert.NotEmpty(t, uri)
			if r := dig(p, "region"); r != nil {
				assert.GreaterOrEqual(t, dig(r, "startLine"), float64(1))
			}
		}
	}
	assert.Equal(t, "2.1.0", dig(log, "version"))
	keys(log, "$schema", "version", "runs")
	run := dig(log, "runs", 0)
	keys(run, "tool", "results")
	driver := dig(run, "tool", "driver")
	keys(driver, "name", "version", "semanticVersion", "rules")
	assert.NotEmpty(t, dig(driver, "name"))
	rules, ok := dig(driver, "rules").([]any)
	require.True(t, ok)
	seen := map[any]bool{}
	for _, r := range rules {
		keys(r, "id", "shortDescription", "help", "defaultConfiguration")
		assert.False(t, seen[dig(r, "id")], "rules are unique")
		seen[dig(r, "id")] = true
		message(dig(r, "shortDescription"))
		message(dig(r, "help"))
		assert.Contains(t, []any{"none", "note", "warning", "error"}, dig(r, "defaultConfiguration", "level"))
	}
	results, ok := dig(run, "results").([]any)
	require.True(t, ok)
	for _, r := range results {
		keys(r, "ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "partialFingerprints", "suppressions")
		message(dig(r, "message"))
		assert.Contains(t, []any{"none", "note", "warning", "error"}, dig(r, "level"))
		index, ok := dig(r, "ruleIndex").(float64)
		require.True(t, ok)
		assert.Equal(t, dig(r, "ruleId"), dig(rules, int(index), "id"))
		for _, name := range []string{"locations", "relatedLocations"} {
			list, _ := dig(r, name).([]any)
			for _, l := range list {
				location(l)
			}
		}
		suppressions, _ := dig(r, "suppressions").([]any)
		for _, s := range suppressions {
			keys(s, "kind", "status", "justification")
			assert.Contains(t, []any{"inSource", "external"}, dig(s, "kind"))
			assert.Contains(t, []any{"accepted", "underReview", "rejected"}, dig(s, "status"))
		}
	}
}
