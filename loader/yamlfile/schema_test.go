package yamlfile

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("vpcwalk.json", doc))
	s, err := c.Compile("vpcwalk.json")
	require.NoError(t, err)
	return s
}

// asJSON gives a YAML file as a JSON Schema validator wants it.
func asJSON(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	require.NoError(t, yaml.Unmarshal(data, &v))
	return textKeys(v)
}

// textKeys turns keys that YAML takes for numbers, such as ports, into texts, as
// editors do.
func textKeys(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = textKeys(v[k])
		}
	case map[any]any:
		out := map[string]any{}
		for k := range v {
			out[fmt.Sprint(k)] = textKeys(v[k])
		}
		return out
	case []any:
		for i := range v {
			v[i] = textKeys(v[i])
		}
	}
	return v
}

// What Read takes, the schema takes.
func TestSchemaTakesFixtures(t *testing.T) {
	s := compiled(t)
	for _, folder := range []string{"ok", "written"} {
		paths, err := filepath.Glob("testdata/" + folder + "/*.yaml")
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			t.Run(filepath.Base(path), func(t *testing.T) {
				assert.NoError(t, s.Validate(asJSON(t, readFile(t, path).Data)))
			})
		}
	}
}

// What the schema is for: it tells an editor of what is wrong.
func TestSchemaRefuses(t *testing.T) {
	s := compiled(t)
	for name, text := range map[string]string{
		"unknown key":         "vpcs: {main: {cidr: 10.0.0.0/16, subnetz: {}}}",
		"unknown top key":     "vpc: {}",
		"not a bool":          "vpcs: {main: {cidr: 10.0.0.0/16, default: maybe}}",
		"not a CIDR":          "vpcs: {main: {cidr: main}}",
		"verdict":             "tests: [{from: a, to: b, port: 1, expect: open}]",
		"test without expect": "tests: [{from: a, to: b, port: 1}]",
		"rule text":           "vpcs: {main: {cidr: 10.0.0.0/16, network_acls: {a: {ingress: allow everything}}}}",
		"rule number":         "vpcs: {main: {cidr: 10.0.0.0/16, network_acls: {a: {ingress: {rule: 40000, action: allow, protocol: all, cidr: 10.0.0.0/8}}}}}",
		"owner without type":  "vpcs: {main: {cidr: 10.0.0.0/16, owners: {db: {}}}}",
		"state":               "vpcs: {main: {cidr: 10.0.0.0/16, nat_gateways: {n: {subnet: a, state: up}}}}",
		"port":                "tests: [{from: a, to: b, port: 70000, expect: blocked}]",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Error(t, s.Validate(asJSON(t, []byte(text))))
		})
	}
}

// Every object of the format is described: with a text for it and for each key.
func TestSchemaDescribes(t *testing.T) {
	s := &schemas{defs: map[string]any{}}
	documentShape.schema(s)
	require.Greater(t, len(s.defs), 20)
	for name, def := range s.defs {
		def := def.(schema)
		assert.NotEmpty(t, def["description"], name)
		properties, _ := def["properties"].(schema)
		for key, p := range properties {
			assert.NotEmpty(t, p.(schema)["description"], "%s.%s", name, key)
		}
	}
}

// Whatever Write writes, the schema takes.
func TestSchemaTakesWritten(t *testing.T) {
	s := compiled(t)
	rapid.Check(t, func(r *rapid.T) {
		text := written(r, drawNetwork(r))
		require.NoError(r, s.Validate(asJSON(t, text)), "%s", text)
	})
}
