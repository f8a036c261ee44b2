package loader

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const tests = "tests: [{from: a, to: b, port: 443, expect: blocked}]\n"

func TestLoadSuites(t *testing.T) {
	dir := tree(t, map[string]string{
		"suites/own.yaml":      yamlNetwork + tests,
		"suites/a.yml":         "network: ../net\n" + tests,
		"suites/b/b.yaml":      "network: ../../net\n" + tests,
		"suites/both.yaml":     "network: ../net\nprefix_lists: {corp: [192.0.2.0/24]}\n" + tests,
		"suites/network.yaml":  yamlNetwork,
		"suites/compose.yaml":  "services: {}\n",
		"suites/notes.md":      "# tests:\n",
		"net/vpcs.json":        vpcsJSON,
		"bare.yaml":            tests,
		"beside/vpcs.json":     vpcsJSON,
		"beside/suite.yaml":    "network: .\n" + tests,
		"beside/other.yaml":    tests,
		"broken/x.yaml":        "tests: [{from: a}]\n",
		"nothing/network.yaml": yamlNetwork,
		"astray.yaml":          "network: gone.yaml\n" + tests,
	})
	at := func(path string) []string { return []string{filepath.Join(dir, filepath.FromSlash(path))} }

	loaded, ds := LoadSuites(at("suites"), nil, nil)
	require.False(t, ds.HasErrors(), "%v", ds)
	require.Len(t, loaded, 4)
	var names []string
	for _, l := range loaded {
		names = append(names, l.Suite.Name)
		require.NotNil(t, l.Network)
	}
	assert.Equal(t, []string{"a", "b", "both", "own"}, names)
	assert.Same(t, loaded[0].Network, loaded[1].Network, "loaded once")
	assert.NotNil(t, loaded[0].Network.VPCs["vpc-1"])
	assert.NotNil(t, loaded[2].Network.VPCs["vpc-1"])
	assert.NotNil(t, loaded[2].Network.PrefixLists["corp"])
	assert.Nil(t, loaded[0].Network.PrefixLists["corp"], "one suite's addition is not another's")
	assert.NotNil(t, loaded[3].Network.VPCs["main"])

	loaded, ds = LoadSuites(append(at("bare.yaml"), at("suites/own.yaml")...), []string{"-"}, strings.NewReader(vpcsJSON))
	require.False(t, ds.HasErrors(), "%v", ds)
	require.Len(t, loaded, 2)
	for _, l := range loaded {
		assert.NotNil(t, l.Network.VPCs["vpc-1"])
		assert.Nil(t, l.Network.VPCs["main"])
	}

	loaded, ds = LoadSuites(at("beside/suite.yaml"), nil, nil)
	require.False(t, ds.HasErrors(), "%v", ds)
	assert.NotNil(t, loaded[0].Network.VPCs["vpc-1"], "a suite may lie beside its network")

	for path, want := range map[string]string{
		"bare.yaml":           "bare.yaml: error: the suite has no network",
		"nothing":             "nothing: error: no suite found in this folder",
		"suites/network.yaml": "suites/network.yaml: error: the file has no tests",
		"gone.yaml":           "gone.yaml: error: cannot be read: no such file or directory",
		"broken":              "broken/x.yaml:1:9: error: a test lacks its key expect",
		"astray.yaml":         "astray.yaml:1:10: error: the network gone.yaml cannot be read: no such file or directory",
	} {
		_, ds := LoadSuites(at(path), nil, nil)
		assert.Contains(t, messages(dir, ds), filepath.FromSlash(want))
	}
}

func TestEmptyPath(t *testing.T) {
	_, ds := LoadSuites([]string{""}, nil, nil)
	assert.Contains(t, ds[0].Error(), "the path of an input is empty")
	_, ds = Load([]string{""}, nil)
	assert.Contains(t, ds[0].Error(), "the path of an input is empty")
}
