package scenarios

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// TestScenarios asks every question of every suite. Each is asked of the network
// in its own file, which must be one that AWS would accept.
func TestScenarios(t *testing.T) {
	for _, path := range files(t) {
		if strings.HasPrefix(path, "invalid"+string(filepath.Separator)) {
			continue
		}
		t.Run(name(path), func(t *testing.T) {
			t.Parallel()
			d := read(t, path)
			if len(d.Suite.Networks) > 0 {
				return
			}
			for _, x := range d.Network.Validate() {
				if x.Severity == model.Error {
					t.Errorf("AWS would refuse the network: %s", x.Error())
				}
			}
			for _, r := range suite.Run(context.Background(), sim.Compile(d.Network), d.Suite.Expectations, suite.Options{}) {
				t.Run(r.Expectation.Name, func(t *testing.T) {
					if !r.Passed {
						t.Error(account(r))
					}
				})
			}
		})
	}
}

// files are the YAML files below this folder.
func files(t *testing.T) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
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
	for _, x := range r.Answer.Explanations {
		fmt.Fprintf(&b, "  %s %s %s at %s: %s\n", x.Leg, x.Direction, x.Code, x.Component.ID, x.Message)
	}
	for _, p := range r.Answer.Paths {
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

func read(t *testing.T, path string) *yamlfile.Document {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	d, ds := yamlfile.Read(input.File{Path: path, Data: data})
	for _, x := range ds {
		assert.NotEqual(t, model.Error, x.Severity, x.Error())
	}
	require.NotNil(t, d)
	require.NotNil(t, d.Suite, "%s has no tests", path)
	return d
}
