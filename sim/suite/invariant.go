package suite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// isInvariant reports whether an expectation is held against sets of packets: it
// says what alone may pass, or asks about all of several things or packets and
// for no reason. Everything else asks a question and looks at its answer.
func isInvariant(c *model.Expectation) bool {
	if c.Only != nil || len(c.ExceptThrough) > 0 {
		return true
	}
	if len(c.Because) > 0 || c.Authorization != "" || c.At != "" || len(c.Through) > 0 || strings.HasPrefix(c.To, "service:") ||
		c.Expect != model.Blocked && c.Expect != model.Reachable {
		return false
	}
	return c.Protocol == model.AllProtocols || isSelector(c.From) || isSelector(c.To)
}

// isSelector reports whether a text stands for whatever fits it.
func isSelector(text string) bool {
	return slices.ContainsFunc([]string{"tag:", "sg:", "subnet:"}, func(p string) bool { return strings.HasPrefix(text, p) })
}

// isEmpty reports whether a question could not be asked because one of its
// selectors matches nothing.
func isEmpty(err error) bool {
	var wrong *model.SelectError
	return errors.As(err, &wrong) && wrong.Empty
}

// check holds an invariant against the engine.
func (m matcher) check(ctx context.Context, e *sim.Engine, c model.Expectation) Result {
	inv := sim.Invariant{Question: c.Question, Expect: c.Expect, Only: c.Only}
	if len(c.ExceptThrough) > 0 {
		if err := m.components.lacks(m.network, c.ExceptThrough); err != nil {
			return Result{Expectation: c, Err: err}
		}
		inv.Through = func(x sim.Component) bool {
			return slices.ContainsFunc(c.ExceptThrough, func(name string) bool { return m.isNamed(x, name) })
		}
	}
	f, err := e.Check(ctx, inv)
	if err != nil {
		return Result{Expectation: c, Err: err}
	}
	return Result{Expectation: c, Passed: f.Holds(), Finding: f, Differences: breaches(c, f)}
}

// maxBreaches is how many breaches of an invariant are told.
const maxBreaches = 3

// breaches tells what breaks an invariant, the most likely packet first.
func breaches(c model.Expectation, f *sim.Finding) []string {
	if f.Holds() {
		return nil
	}
	var ds []string
	switch {
	case c.Only != nil:
		ds = append(ds, "expected only "+trafficList(c.Only))
	case len(c.ExceptThrough) > 0:
		ds = append(ds, fmt.Sprintf("expected %s except through %s", c.Expect, strings.Join(c.ExceptThrough, ", ")))
	default:
		ds = append(ds, fmt.Sprintf("expected %s, got %s", c.Expect, f.Verdict))
	}
	for _, b := range f.Breaches[:min(len(f.Breaches), maxBreaches)] {
		ds = append(ds, breach(b))
	}
	if more := len(f.Breaches) - maxBreaches; more > 0 {
		ds = append(ds, fmt.Sprintf("and %d more like these", more))
	}
	return ds
}

func breach(b sim.Breach) string {
	return fmt.Sprintf("%s, %s -> %s: %s", breachWords(b.Got), b.From, b.To, b.Traffic)
}

func breachWords(got model.Verdict) string {
	switch got {
	case model.Reachable:
		return "passes"
	case model.Blocked:
		return "does not pass"
	case model.Partial:
		return "passes at times"
	case model.Indeterminate:
		return "left open by the design"
	}
	panic(fmt.Sprintf("suite: verdict %d", uint8(got)))
}

func trafficList(ts []model.Traffic) string {
	words := make([]string, len(ts))
	for i, t := range ts {
		words[i] = t.String()
	}
	return orNothing(words, "nothing")
}

// components are the names of everything that a packet can go through; made when
// they are first asked for.
type components struct {
	once  sync.Once
	names map[string]bool
}

// lacks gives an error for the first of some names that nothing has.
func (c *components) lacks(n *model.Network, names []string) error {
	c.once.Do(func() {
		c.names = map[string]bool{}
		for _, node := range model.NewGraph(n).Nodes() {
			c.names[node.Resource], c.names[node.Name] = true, true
		}
		for _, i := range n.Interfaces {
			c.names[string(i.ID)], c.names[i.Name], c.names[i.Owner.ID] = true, true, true
		}
		for _, i := range n.Instances {
			c.names[i.Name] = true
		}
		for _, o := range n.Owners {
			c.names[o.Name] = true
		}
		for _, f := range n.Firewalls { // the graph has their endpoints
			c.names[string(f.ID)], c.names[f.Name] = true, true
		}
	})
	for _, name := range names {
		if name == "" || !c.names[name] {
			return fmt.Errorf("except_through: nothing that packets go through is called %q", name)
		}
	}
	return nil
}
