package sim

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/vpcwalk/vpcwalk/model"
)

// jobCount is how many parts a question about pairs has at most.
func jobCount(all []pairing) int {
	n := 0
	for i := range all {
		n += len(all[i].sources) * len(all[i].destinations)
	}
	return n
}

// askMany answers a question about more pairs than an answer can show. All are
// walked for their verdict, on all processors; those that the answer shows, some
// of each verdict and the worst first, are walked again for the record.
func (e *Engine) askMany(a *Answer, q *model.Question, all []pairing) error {
	t := e.tallyPairs(q, all)
	jobs := t.shown()
	if len(jobs) == 0 {
		return noCommonVersion(q)
	}
	results := make([]result, len(jobs))
	for i := range jobs {
		jobs[i].nameEnds()
		results[i] = e.walk(q, &jobs[i], true)
	}
	a.Flow = e.flowOf(q, edgeJobs(e, q, all))
	a.Notes = append(a.Notes, t.note(len(jobs)))
	e.decide(a, results)
	return nil
}

// tally is what became of many pairs.
type tally struct {
	pairs [model.Reachable + 1]int // by verdict, each member of a class counted
	kept  [model.Reachable + 1][]job
}

// shown are the jobs that an answer shows: the worst first, and of each verdict
// that there is at least a few.
func (t *tally) shown() []job {
	verdicts := 0
	for v := range t.kept {
		if len(t.kept[v]) > 0 {
			verdicts++
		}
	}
	var out []job
	for v := range t.kept {
		out = append(out, t.kept[v][:min(len(t.kept[v]), maxRecorded/max(1, verdicts))]...)
	}
	return out
}

func (t *tally) note(shown int) string {
	return fmt.Sprintf("of the pairs %d are reachable, %d partial, %d blocked, %d indeterminate; shown are %d that stand for others like them",
		t.pairs[model.Reachable], t.pairs[model.Partial], t.pairs[model.Blocked], t.pairs[model.Indeterminate], shown)
}

func (t *tally) add(v model.Verdict, pairs int, j *job) {
	t.pairs[v] += pairs
	if len(t.kept[v]) < maxRecorded {
		t.kept[v] = append(t.kept[v], *j)
	}
}

// tallyPairs walks every pair of classes. The result does not depend on how many
// processors there are.
func (e *Engine) tallyPairs(q *model.Question, all []pairing) *tally {
	type rowAt struct {
		pairing *pairing
		source  int
	}
	var rows []rowAt
	for i := range all {
		for k := range all[i].sources {
			rows = append(rows, rowAt{&all[i], k})
		}
	}
	tallies := make([]tally, len(rows))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(rows)) {
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(rows); n = int(next.Add(1)) - 1 {
				p, i := rows[n].pairing, rows[n].source
				for k := range p.destinations {
					if j, ok := e.jobOf(q, p, i, k); ok {
						tallies[n].add(e.quickVerdict(q, &j), pairCount(interfaceIDs(j.sources, j.source), interfaceIDs(j.destinations, j.destination)), &j)
					}
				}
			}
		})
	}
	wg.Wait()
	out := &tally{}
	for n := range tallies {
		for v := range tallies[n].kept {
			out.pairs[v] += tallies[n].pairs[v]
			room := maxRecorded - len(out.kept[v])
			out.kept[v] = append(out.kept[v], tallies[n].kept[v][:min(room, len(tallies[n].kept[v]))]...)
		}
	}
	return out
}

// quickVerdict is the verdict of a job, by the short way for plain pairs.
func (e *Engine) quickVerdict(q *model.Question, j *job) model.Verdict {
	w := j.walk(e, q)
	if !j.isPlain() {
		return j.verdict(j.start(w).whole)
	}
	w.cull = true
	switch passes := j.source.passPlain(w, j, j.destination); {
	case passes.IsEmpty():
		return model.Blocked
	case passes.Holds(j.flows):
		return model.Reachable
	}
	return model.Partial
}

// edgeJobs are few jobs that have every source and every destination.
func edgeJobs(e *Engine, q *model.Question, all []pairing) []job {
	var out []job
	for n := range all {
		p := &all[n]
		for i := range p.sources {
			if len(p.destinations) > 0 {
				j := e.job(q, p.sources[i].member(0), p.destinations[0].member(0), p.v6)
				j.sources, j.destinations = &p.sources[i], &p.destinations[0]
				out = append(out, j)
			}
		}
		for k := range p.destinations {
			if len(p.sources) > 0 {
				j := e.job(q, p.sources[0].member(0), p.destinations[k].member(0), p.v6)
				j.sources, j.destinations = &p.sources[0], &p.destinations[k]
				out = append(out, j)
			}
		}
	}
	return out
}
