package oracle

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// TestOrderDoesNotMatter: a network whose rules, routes and associations are
// written in another order gives the same answers by the same ways; only which of
// several group rules that admit a packet is named may differ.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := &maker{T: t, n: n}
		e, other := sim.Compile(n), sim.Compile(m.shuffled())
		for range 10 {
			q := m.question().Question
			a, err := e.Ask(q)
			require.NoError(t, err)
			b, err := other.Ask(q)
			require.NoError(t, err)
			require.Equal(t, said(a), said(b), "%s\n%s", describe(n), q)
		}
	})
}

// said are an answer's verdicts, reasons and ways, without the group rules.
func said(a *sim.Answer) []string {
	out := []string{fmt.Sprint(a.Verdict, a.ForwardVerdict, a.ReturnVerdict, a.Parts, a.Assumptions)}
	for _, x := range a.Explanations {
		out = append(out, fmt.Sprint(x.Leg, x.Code, x.Direction, x.Component.ID, x.Header, x.Primary))
	}
	for _, p := range a.Paths {
		for _, h := range append(slices.Clone(p.Forward), p.Return...) {
			out = append(out, fmt.Sprint(p.Verdict, h.Component.ID, h.Action, h.Header))
		}
	}
	return out
}

// shuffled is the network with all that has no order in another one.
func (m *maker) shuffled() *model.Network {
	n := *m.n
	n.SecurityGroups, n.NetworkACLs = maps.Clone(n.SecurityGroups), maps.Clone(n.NetworkACLs)
	n.RouteTables, n.TransitGatewayRouteTables = maps.Clone(n.RouteTables), maps.Clone(n.TransitGatewayRouteTables)
	for id, g := range n.SecurityGroups {
		c := *g
		c.Rules = slices.Clone(g.Rules)
		slices.Reverse(c.Rules)
		n.SecurityGroups[id] = &c
	}
	for id, a := range n.NetworkACLs {
		c := *a
		c.Rules = slices.Clone(a.Rules)
		slices.Reverse(c.Rules)
		n.NetworkACLs[id] = &c
	}
	for id, rt := range n.RouteTables {
		c := *rt
		c.Routes = slices.Clone(rt.Routes)
		slices.Reverse(c.Routes)
		n.RouteTables[id] = &c
	}
	for id, rt := range n.TransitGatewayRouteTables {
		c := *rt
		c.Routes, c.Associations, c.Propagations = slices.Clone(rt.Routes), slices.Clone(rt.Associations), slices.Clone(rt.Propagations)
		slices.Reverse(c.Routes)
		slices.Reverse(c.Associations)
		slices.Reverse(c.Propagations)
		n.TransitGatewayRouteTables[id] = &c
	}
	return &n
}

// TestGraphAllowsWhatPasses: where something passes, the graph over the network has
// a path.
func TestGraphAllowsWhatPasses(t *testing.T) {
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		m := &maker{T: t, n: n}
		e, g, names := sim.Compile(n), model.NewGraph(n), model.NewSelector(n)
		for range 10 {
			q := m.question().Question
			q.OneWay = true
			a, err := e.Ask(q)
			require.NoError(t, err)
			if a.Verdict == model.Blocked {
				continue
			}
			from, err := names.Select(q.From, model.Source)
			require.NoError(t, err)
			to, err := names.Select(q.To, model.Destination)
			require.NoError(t, err)
			require.True(t, g.MayReach(from, to), "%s\n%s", describe(n), q)
			passed++
		}
	})
	if !testing.Short() {
		require.Greater(t, passed, 10)
	}
}
