package scenarios

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// TestGraphAllowsWhatPasses: what a walk lets pass is a path of the graph over the
// network, which leaves out filters and never a way.
func TestGraphAllowsWhatPasses(t *testing.T) {
	var paths []string
	for _, path := range files(t, ".") {
		if filepath.Dir(path) != filepath.Join("testdata", "invalid") {
			paths = append(paths, path)
		}
	}
	suites, _ := loader.LoadSuites(paths, nil, nil)
	asked := 0
	for _, s := range suites {
		g, e, names := model.NewGraph(s.Network), sim.Compile(s.Network), model.NewSelector(s.Network)
		for _, x := range s.Suite.Expectations {
			if x.Protocol == model.AllProtocols || x.After != "" {
				continue
			}
			from, err := names.Select(x.From, model.Source)
			to, err2 := names.Select(x.To, model.Destination)
			if err != nil || err2 != nil {
				continue
			}
			a, err := e.Ask(x.Question)
			if err != nil || a.Verdict != model.Reachable && a.Verdict != model.Partial {
				continue
			}
			asked++
			assert.True(t, g.MayReach(from, to), "%s: %s", s.Suite.File, x.Question)
		}
	}
	require.Greater(t, asked, 300)
}
