package mutation

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
)

// Result is what became of the mutants of several suites' networks.
type Result struct {
	Suites, Networks int
	Tally            Tally
	// Survivors are the mutants that a question meets and nothing tells, as
	// "suite: element: what", sorted; Panics are those that end the program.
	Survivors, Panics []string
}

// Options of Run.
type Options struct {
	// Sample is how many mutants of each network are tried, drawn by Seed; 0 is
	// all.
	Sample int
	Seed   uint64
}

// Run breaks the networks of the suites, each suite by itself, on all processors.
// The result does not depend on how many.
func Run(ctx context.Context, suites []loader.LoadedSuite, o Options) Result {
	out := Result{Suites: len(suites), Tally: Tally{}}
	networks := map[*model.Network]bool{}
	for _, s := range suites {
		networks[s.Network] = true
	}
	out.Networks = len(networks)
	work := make(chan loader.LoadedSuite)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for s := range work {
				r := runSuite(ctx, s, o)
				mu.Lock()
				out.Tally.Merge(r.Tally)
				out.Survivors = append(out.Survivors, r.Survivors...)
				out.Panics = append(out.Panics, r.Panics...)
				mu.Unlock()
			}
		})
	}
	for _, s := range suites {
		work <- s
	}
	close(work)
	wg.Wait()
	slices.Sort(out.Survivors)
	slices.Sort(out.Panics)
	return out
}

func runSuite(ctx context.Context, s loader.LoadedSuite, o Options) Result {
	out := Result{Tally: Tally{}}
	j := NewJudge(ctx, s)
	mutants := Mutants(s.Network)
	if o.Sample > 0 && len(mutants) > o.Sample {
		r := rand.New(rand.NewPCG(o.Seed, uint64(len(mutants))))
		r.Shuffle(len(mutants), func(a, b int) { mutants[a], mutants[b] = mutants[b], mutants[a] })
		mutants = mutants[:o.Sample]
	}
	for i := range mutants {
		m := &mutants[i]
		name := s.Suite.File + ": " + m.Element + m.Kind[strings.LastIndex(m.Kind, ": "):]
		effect, ok := try(func() Effect { return j.Effect(ctx, m) })
		if !ok {
			out.Panics = append(out.Panics, name)
			continue
		}
		out.Tally.Add(m.Kind, effect)
		if effect == Survived {
			out.Survivors = append(out.Survivors, name)
		}
	}
	return out
}

// try reports false where f panics, which no network may make it do.
func try(f func() Effect) (e Effect, ok bool) {
	defer func() { ok = recover() == nil }()
	return f(), true
}
