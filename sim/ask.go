package sim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// maxRecorded is how many parts of a question keep their whole way. A selector
// over thousands of pairs shows the ways of those that decide the verdict.
const maxRecorded = 32

// Ask answers a question, with every reason. The error is non-nil when a name of
// the question fits nothing, or several things (a *model.SelectError), or when
// the question makes no sense (a *QuestionError).
func (e *Engine) Ask(q model.Question) (*Answer, error) {
	from, err := e.selector.Select(q.From, model.Source)
	if err != nil {
		return nil, err
	}
	to, err := e.selector.Select(q.To, model.Destination)
	if err != nil {
		return nil, err
	}
	a := &Answer{Question: q, Notes: append(from.Notes, to.Notes...)}
	if from.Kind != model.SelectService && to.Kind != model.SelectService {
		all, err := e.pairings(&q, &from, &to)
		if err != nil {
			return nil, err
		}
		if jobCount(all) > maxRecorded {
			if err := e.askMany(a, &q, all); err != nil {
				return nil, err
			}
			return a, nil
		}
	}
	jobs, err := e.jobs(&q, &from, &to)
	if err != nil {
		return nil, err
	}
	results := e.walkAll(&q, jobs)
	a.Flow = e.flowOf(&q, jobs)
	for i := range jobs {
		for _, n := range jobs[i].notes {
			if !slices.Contains(a.Notes, n) {
				a.Notes = append(a.Notes, n)
			}
		}
	}
	e.decide(a, results)
	return a, nil
}

// result is what became of a job.
type result struct {
	job      *job
	walk     *walk
	outcome  outcome
	verdict  model.Verdict
	legs     [2]model.Verdict
	recorded bool
}

// walkAll walks all parts of a question, and once more, for the record, those
// that matter when there are many.
func (e *Engine) walkAll(q *model.Question, jobs []job) []result {
	few := len(jobs) <= maxRecorded
	results := make([]result, len(jobs))
	for i := range jobs {
		results[i] = e.walk(q, &jobs[i], few)
	}
	if few {
		return results
	}
	var order []int
	for i := range results {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(results[x].verdict, results[y].verdict) })
	for _, i := range order[:maxRecorded] {
		results[i] = e.walk(q, &jobs[i], true)
	}
	return results
}

func (e *Engine) walk(q *model.Question, j *job, record bool) result {
	w := j.walk(e, q)
	w.record = record
	o := j.start(w)
	r := result{job: j, walk: w, outcome: o, verdict: j.verdict(o.whole), recorded: record}
	for leg := range r.legs {
		r.legs[leg] = j.verdict(o.legs[leg])
	}
	return r
}

// decide puts the answer together.
func (e *Engine) decide(a *Answer, results []result) {
	var all []partVerdict
	var legs [2][]partVerdict
	for i := range results {
		r := &results[i]
		part := func(v model.Verdict) partVerdict { return partVerdict{r.job.whole, r.job.part, v} }
		all = append(all, part(r.verdict))
		if r.recorded {
			legs[model.Forward] = append(legs[model.Forward], part(r.legs[model.Forward]))
			if r.outcome.replied {
				legs[model.Return] = append(legs[model.Return], part(r.legs[model.Return]))
			}
		}
	}
	a.Verdict = joinParts(all)
	a.ForwardVerdict = joinParts(legs[model.Forward])
	if a.ReplyWalked = len(legs[model.Return]) > 0; a.ReplyWalked {
		a.ReturnVerdict = joinParts(legs[model.Return])
	}
	a.Paths = e.answerPaths(results)
	a.Explanations = e.explanations(results)
	a.Unknowns = unknowns(results)
	a.Authorization = e.authorize(&a.Question, results)
	for i := range results {
		for _, as := range results[i].walk.assumptions {
			if !slices.Contains(a.Assumptions, as) {
				a.Assumptions = append(a.Assumptions, as)
			}
		}
	}
	if a.Verdict == model.Partial || a.Verdict == model.Indeterminate {
		a.Parts = e.parts(results)
	}
}

// answerPaths gives the ways that were recorded: what blocks first, what passes
// last.
func (e *Engine) answerPaths(results []result) []Path {
	var out []Path
	for i := range results {
		r := &results[i]
		for _, p := range r.walk.paths {
			x := Path{Flow: e.flowText(r.job.from, r.job.to, &r.job.hdr, p.flows.ForSomeChoice()), Verdict: p.outcome.whole.verdict()}
			x.Forward, x.Return = e.hops(p.trail, p.flows, shownHeader{r.job.hdr, x.Flow.Header, true})
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(x, y Path) int { return cmp.Compare(x.Verdict, y.Verdict) })
	return out
}

func (e *Engine) flowText(from, to string, h *header, flows packet.Set) Flow {
	return Flow{From: from, To: to, Header: e.show(h, flows)}
}

// flowOf describes the whole question.
func (e *Engine) flowOf(q *model.Question, jobs []job) Flow {
	f := e.flowText(q.From, q.To, &jobs[0].hdr, jobs[0].flows)
	if len(jobs) == 1 {
		return f
	}
	var src, dst packet.Addrs
	var hosts []string // of services whose addresses are not known
	for i := range jobs {
		j := &jobs[i]
		if j.sources != nil && j.sources.count() > 1 {
			src = append(src, j.sources.allAddrs()...)
		} else {
			src = append(src, j.hdr.src.ofSet(j.flows)...)
		}
		switch to := j.hdr.dst; {
		case to.kind == ofService:
			hosts = append(hosts, e.showField(to, nil))
		case j.destinations != nil && j.destinations.count() > 1 && !j.destinations.special:
			dst = append(dst, j.destinations.allAddrs()...)
		default:
			dst = append(dst, to.ofSet(j.flows)...)
		}
	}
	src, dst = normal(src), normal(dst)
	if !dst.IsEmpty() {
		hosts = append(hosts, e.showAddrs(dst))
	}
	slices.Sort(hosts)
	f.SourceIP, f.DestinationIP = e.showAddrs(src), strings.Join(slices.Compact(hosts), ",")
	return f
}

// explanations writes the evidence out, each reason once.
func (e *Engine) explanations(results []result) []Explanation {
	type key struct {
		code Code
		leg  model.Leg
		dir  direction
		at   string
		rule ruleRef
	}
	seen := map[key]int{}
	var kept []*evidence
	for i := range results {
		for _, ev := range results[i].walk.evidence {
			if ev.isGap && results[i].verdict != model.Indeterminate && results[i].outcome.whole.indeterminate.IsEmpty() {
				continue // a gap that something certain makes pointless
			}
			k := key{ev.code, ev.leg, ev.dir, ev.at.ID, ev.rule}
			if n, ok := seen[k]; ok {
				if kept[n].hdr == ev.hdr {
					merged := *kept[n]
					merged.flows = merged.flows.Or(ev.flows)
					kept[n] = &merged
				}
				continue
			}
			seen[k] = len(kept)
			kept = append(kept, ev)
		}
	}
	// Forward before return, each in the order of the way.
	slices.SortStableFunc(kept, func(x, y *evidence) int { return cmp.Compare(x.leg, y.leg) })
	out := make([]Explanation, 0, len(kept))
	primary := false
	for _, ev := range kept {
		x := e.explain(ev)
		if !x.Unknown && !primary {
			x.Primary, primary = true, true
		}
		out = append(out, x)
	}
	return out
}

// unknowns are the gaps that decide, each once.
func unknowns(results []result) []model.Unknown {
	var out []model.Unknown
	for i := range results {
		if results[i].outcome.whole.indeterminate.IsEmpty() && results[i].verdict != model.Indeterminate {
			continue
		}
		if results[i].outcome.whole.indeterminate.IsEmpty() {
			// Nothing on the way is open: the addresses that it may have differ.
			for _, u := range results[i].job.openAddresses() {
				if !slices.Contains(out, u) {
					out = append(out, u)
				}
			}
		}
		for _, ev := range results[i].walk.evidence {
			if !ev.isGap {
				continue
			}
			u := model.Unknown{Subject: ev.at.ID, Provenance: ev.where}
			if ev.unknown != nil {
				u = *ev.unknown
			} else {
				u.Reason, _ = ev.words(nil, ev.at, Header{})
			}
			if !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

// parts tell which part of the question has which verdict.
func (e *Engine) parts(results []result) []Part {
	var out []Part
	for i := range results {
		r := &results[i]
		v := r.outcome.whole
		for _, x := range []struct {
			flows   packet.Set
			verdict model.Verdict
		}{{v.blocked, model.Blocked}, {v.partial, model.Partial}, {v.indeterminate, model.Indeterminate}, {v.reachable, model.Reachable}} {
			for _, b := range x.flows.Compact() {
				out = append(out, Part{Flow: e.flowText(r.job.from, r.job.to, &r.job.hdr, packet.Set{b}), Verdict: x.verdict})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Part) int { return cmp.Compare(x.Verdict, y.Verdict) })
	return out
}
