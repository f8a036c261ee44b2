package scenarios

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// TestScenarios asks every question of every suite below this folder, each of the
// network that the suite holds or names.
func TestScenarios(t *testing.T) {
	var paths []string
	for _, path := range files(t, ".") {
		if filepath.Dir(path) != filepath.Join("testdata", "invalid") {
			paths = append(paths, path)
		}
	}
	suites, diags := loader.LoadSuites(paths, nil, nil)
	for _, x := range diags {
		assert.NotEqual(t, model.Error, x.Severity, x.Error())
	}
	require.NotEmpty(t, suites)
	for _, s := range suites {
		t.Run(name(s.Suite.File), func(t *testing.T) {
			t.Parallel()
			for _, x := range s.Network.Validate() {
				assert.NotEqual(t, model.Error, x.Severity, "AWS would refuse the network: %s", x.Error())
			}
			after := map[string]*sim.Engine{}
			for path, n := range s.After {
				after[path] = sim.Compile(n)
			}
			results := suite.Run(context.Background(), sim.Compile(s.Network), s.Suite.Expectations, suite.Options{After: after})
			require.Len(t, results, len(s.Suite.Expectations))
			for _, r := range results {
				t.Run(r.Expectation.Name, func(t *testing.T) {
					if !r.Passed {
						t.Error(account(r))
					}
				})
			}
		})
	}
}

// files are the YAML files below a folder, in order.
func files(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && filepath.Ext(path) == ".yaml" {
			out = append(out, path)
		}
		return err
	}))
	require.NotEmpty(t, out)
	return out
}

func name(path string) string {
	return filepath.ToSlash(strings.TrimSuffix(path, filepath.Ext(path)))
}

// account says what an answer has otherwise than expected, and how it came about.
func account(r suite.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: %s\n", r.Expectation.Provenance.File, r.Expectation.Provenance.Line, r.Expectation.Question)
	if r.Err != nil {
		fmt.Fprintf(&b, "  %s\n", r.Err)
		return b.String()
	}
	for _, d := range r.Differences {
		fmt.Fprintf(&b, "  %s\n", d)
	}
	a := r.Answer
	if r.Finding != nil {
		a = r.Finding.Counterexample
	}
	for _, x := range a.Explanations {
		fmt.Fprintf(&b, "  %s %s %s at %s: %s\n", x.Leg, x.Direction, x.Code, x.Component.ID, x.Message)
	}
	for _, p := range a.Paths {
		fmt.Fprintf(&b, "  way, %s: %+v\n", p.Verdict, p.Flow)
		for _, h := range p.Forward {
			fmt.Fprintf(&b, "    forward %s %s %s: %s\n", h.Component.ID, h.Direction, h.Action, h.Text)
		}
		for _, h := range p.Return {
			fmt.Fprintf(&b, "    return  %s %s %s: %s\n", h.Component.ID, h.Direction, h.Action, h.Text)
		}
	}
	return b.String()
}
