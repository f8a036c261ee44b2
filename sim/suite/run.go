// Package suite holds answers against expectations: is the verdict the one that
// was designed, for the reason and by the way that were designed. It reads no
// file and prints nothing.
package suite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// Options of Run. The zero value asks everything on all cores.
type Options struct {
	// Workers is how many questions are asked at once; 0 is one per core.
	// Results do not depend on it.
	Workers int
	// FailFast stops after the first expectation, in order, that fails.
	FailFast bool
	// After are the engines of the networks that expectations about established
	// connections name, by that name.
	After map[string]*sim.Engine
}

// Result is what became of one expectation.
type Result struct {
	Expectation model.Expectation
	Passed      bool
	// Answer is nil when Err is set, and where the expectation is an invariant:
	// Finding then says what became of it, with the answer about a counterexample.
	Answer  *sim.Answer
	Finding *sim.Finding
	// Empty says why there was nothing to ask about: a selector matches nothing,
	// which the expectation allows. Answer and Finding are then nil.
	Empty error
	// Err says why the question could not be asked: a name that fits nothing,
	// say. Such an expectation has failed.
	Err error
	// Differences are what the answer has otherwise than expected, one sentence
	// each; empty when Passed.
	Differences []string
}

// Run asks every case and gives the results in the order of the cases. There are
// fewer results than cases when FailFast stopped it or ctx ended; those that are
// there are without gaps.
func Run(ctx context.Context, e *sim.Engine, cases []model.Expectation, opts Options) []Result {
	m := matcher{network: e.Network(), components: &components{}, after: opts.After}
	return run(ctx, func(c model.Expectation) Result { return m.judge(ctx, e, c) }, cases, opts)
}

func run(ctx context.Context, judge func(model.Expectation) Result, cases []model.Expectation, opts Options) []Result {
	workers := opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	results := make([]Result, len(cases))
	done := make([]bool, len(cases))

	// Cases are taken in order, so when one fails all before it have been taken
	// and will be finished: what FailFast cuts off does not depend on timing.
	var next, stop atomic.Int64
	stop.Store(int64(len(cases)))
	var wg sync.WaitGroup
	for range min(workers, len(cases)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := next.Add(1) - 1
				if i >= stop.Load() {
					return
				}
				results[i] = judge(cases[i])
				done[i] = ctx.Err() == nil || !errors.Is(results[i].Err, ctx.Err()) // not cut short
				if opts.FailFast && !results[i].Passed {
					lower(&stop, i+1)
				}
			}
		})
	}
	wg.Wait()

	n := 0
	for n < int(stop.Load()) && done[n] {
		n++
	}
	return results[:n]
}

// judge holds one expectation against the engine.
func (m matcher) judge(ctx context.Context, e *sim.Engine, c model.Expectation) Result {
	var r Result
	if !c.Established && isInvariant(&c) {
		r = m.check(ctx, e, c)
	} else {
		a, err := m.ask(e, c)
		r = m.result(c, a, err)
	}
	if r.Err != nil && c.AllowEmpty && isEmpty(r.Err) {
		return Result{Expectation: c, Passed: true, Empty: r.Err}
	}
	return r
}

func (m matcher) ask(e *sim.Engine, c model.Expectation) (*sim.Answer, error) {
	if !c.Established {
		return e.Ask(c.Question)
	}
	after := m.after[c.After]
	if after == nil {
		return nil, fmt.Errorf("the network after the change, %q, is not loaded", c.After)
	}
	return e.Established(c.Question, after)
}

func (m matcher) result(c model.Expectation, a *sim.Answer, err error) Result {
	if err != nil {
		return Result{Expectation: c, Err: err}
	}
	diffs := m.differences(c, a)
	return Result{Expectation: c, Passed: len(diffs) == 0, Answer: a, Differences: diffs}
}

// lower sets v to n if that is less.
func lower(v *atomic.Int64, n int64) {
	for {
		old := v.Load()
		if old <= n || v.CompareAndSwap(old, n) {
			return
		}
	}
}
