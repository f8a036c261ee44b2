package scenarios

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/scenarios/mutation"
)

// TestMutants breaks some rules, routes and associations of every scenario's
// network: what packets between the ends of the questions tell is mostly noticed,
// and nothing ends the program.
func TestMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("asks every suite's questions many times")
	}
	var paths []string
	for _, path := range files(t, ".") {
		if filepath.Dir(path) != filepath.Join("testdata", "invalid") {
			paths = append(paths, path)
		}
	}
	suites, diags := loader.LoadSuites(paths, nil, nil)
	require.False(t, diags.HasErrors(), "%v", diags)
	r := mutation.Run(t.Context(), suites, mutation.Options{Sample: 6, Seed: 1})
	assert.Empty(t, r.Panics)
	all := r.Tally.Sum(func(string) bool { return true })
	t.Log(all)
	require.Greater(t, all.All(), 500)
	assert.Less(t, 100*all[mutation.Survived], 2*all.Noticed(), r.Survivors)
}

// TestCopy: a copy equals the network, and shares nothing that a mutant changes.
func TestCopy(t *testing.T) {
	suites, _ := loader.LoadSuites([]string{"examples"}, nil, nil)
	require.NotEmpty(t, suites)
	for _, s := range suites {
		c := mutation.Copy(s.Network)
		require.True(t, reflect.DeepEqual(s.Network, c))
		for _, m := range mutation.Mutants(s.Network) {
			var changed *model.Network
			require.NotPanics(t, func() { changed = m.Apply(s.Network) }, m.Element)
			require.False(t, reflect.DeepEqual(changed, c), "%s: %s changes nothing", m.Element, m.Kind)
			if !reflect.DeepEqual(s.Network, c) {
				require.Fail(t, "the network itself is changed", "%s: %s", m.Element, m.Kind)
			}
		}
	}
}
