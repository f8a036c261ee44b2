// Package suite holds answers against expectations: is the verdict the one that
// was designed, for the reason and by the way that were designed. It reads no
// file and prints nothing.
package suite

import (
	"context"
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
}

// Result is what became of one expectation.
type Result struct {
	Expectation model.Expectation
	Passed      bool
	// Answer is nil when Err is set.
	Answer *sim.Answer
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
	return run(ctx, e.Ask, matcher{e.Network()}, cases, opts)
}

type askFunc func(model.Question) (*sim.Answer, error)

func run(ctx context.Context, ask askFunc, m matcher, cases []model.Expectation, opts Options) []Result {
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
				results[i] = ask.result(m, cases[i])
				done[i] = true
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

func (ask askFunc) result(m matcher, c model.Expectation) Result {
	a, err := ask(c.Question)
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
