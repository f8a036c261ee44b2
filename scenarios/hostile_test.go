package scenarios

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/loader/hostiletest"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/lint"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// TestHostileNetworks asks of fixtures and scenarios as they are and with one thing
// wrong, wherever they still load: what the readers let through, AWS's refusals included,
// makes the simulation neither panic nor hang. By default it takes a sample; see
// the flags -hostile.seed and -hostile.all.
func TestHostileNetworks(t *testing.T) {
	replacements := 6
	if testing.Short() {
		replacements = 2
	}
	guard := hostiletest.NewGuard(t)
	loaded := 0
	hostiletest.Inputs(t, "..", func(in *hostiletest.Input) {
		try := func(v hostiletest.Variant) {
			in.Put(t, v)
			n, diags := loader.Load([]string{in.Root}, nil)
			if diags.HasErrors() {
				return
			}
			var suites []loader.LoadedSuite
			if filepath.Ext(in.File) == ".yaml" {
				suites, _ = loader.LoadSuites([]string{in.Root}, nil, nil)
			}
			loaded++
			if !guard.Run(in.File+": "+v.What, func() { askEverything(n, suites) }) {
				in.Keep(t, v)
			}
		}
		try(in.Good())
		for v := range in.Variants(0, replacements) {
			try(v)
		}
	})
	t.Logf("%d inputs still loaded", loaded)
}

// askEverything asks the questions of suites and those that need none. What the
// answers are is not looked at.
func askEverything(n *model.Network, suites []loader.LoadedSuite) {
	e := sim.Compile(n)
	ctx := context.Background()
	every := model.Question{Protocol: model.AllProtocols, Ports: model.AllPorts}
	_, _ = e.Exposure(ctx, every, nil)
	var ids []model.InterfaceID
	for _, x := range model.Sorted(n.Interfaces) {
		ids = append(ids, x.ID)
	}
	_, _ = e.Matrix(ctx, every, ids, ids, nil)
	writeWalks(io.Discard, e, ids)
	lint.Check(n)
	sim.CheckPolicies(n)
	for _, s := range suites {
		after := map[string]*sim.Engine{}
		for path, n := range s.After {
			after[path] = sim.Compile(n)
		}
		suite.Run(ctx, sim.Compile(s.Network), s.Suite.Expectations, suite.Options{After: after})
	}
}
