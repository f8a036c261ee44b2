package sim

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// maxExplained is how many pairs of classes ReachableSet walks for their reasons
// too; of more it tells only what passes.
const maxExplained = 256

// SetAnswer is what Engine.ReachableSet says: of every packet of a question,
// which verdict it has.
type SetAnswer struct {
	Question model.Question
	// Verdict is the verdict of the question as a whole.
	Verdict model.Verdict
	// Groups are the pairs of sources and destinations, those between which the
	// same passes in one group, those that most passes between first.
	Groups []SetGroup
	// Explained is false where there were too many pairs to tell what excludes
	// the rest.
	Explained   bool
	Assumptions []Assumption
	Notes       []string
}

// SetGroup is pairs of sources and destinations between which the same passes.
type SetGroup struct {
	Pairs []PairSets
	// Shown are the sets of all pairs with what was asked for written as
	// everything: any address where all that were asked for are meant, any source
	// port where all of the client's are. It is canonical.
	Shown Sets
	// Excluded are the reasons why the rest does not pass, the one that excludes
	// most first.
	Excluded []Exclusion
}

// Size is how many pairs the group has, each member of a class counted.
func (g *SetGroup) Size() int {
	n := 0
	for i := range g.Pairs {
		n += g.Pairs[i].Size
	}
	return n
}

// PairSets are the verdicts of every packet from one source to one destination,
// exactly: the four sets are disjoint and together all that was asked, and a flow
// is in the set of a verdict exactly when Walk gives it that verdict. The pair
// may stand for others like it.
type PairSets struct {
	From, To string // as the pair is named
	// Source and Destination are the interfaces of the pair; empty for an end
	// that is none.
	Source, Destination model.InterfaceID
	// Sources and Destinations are the interfaces that the pair stands for, its
	// own included.
	Sources, Destinations []model.InterfaceID
	// Size is how many pairs that makes; a source is no destination of itself.
	Size  int
	Asked packet.Set
	Sets
}

// Exclusion is a reason why some packets do not pass, or why that cannot be
// told, and which packets these are.
type Exclusion struct {
	Explanation
	// Shown are the packets, written as those of SetGroup.
	Shown packet.Set
}

// ReachableSet gives the exact set of packets that get from one thing to another
// and whose reply gets back, with what excludes the others. It reads the
// question as Ask does, with model.AllProtocols for every packet; a question about
// TCP or UDP wants its Ports, one about ICMP its type and code or model.AnyICMP.
// Errors are those of Ask.
func (e *Engine) ReachableSet(q model.Question) (*SetAnswer, error) {
	from, err := e.selector.Select(q.From, model.Source)
	if err != nil {
		return nil, err
	}
	to, err := e.selector.Select(q.To, model.Destination)
	if err != nil {
		return nil, err
	}
	jobs, err := e.jobs(&q, &from, &to)
	if err != nil {
		return nil, err
	}
	a := &SetAnswer{Question: q, Explained: len(jobs) <= maxExplained, Notes: append(from.Notes, to.Notes...)}
	results := e.walkSets(&q, jobs, a.Explained)
	for i := range jobs {
		a.Notes = appendNew(a.Notes, jobs[i].notes...)
		a.Assumptions = appendNew(a.Assumptions, results[i].assumptions...)
	}
	a.Groups = e.groupSets(results)
	var verdicts []model.Verdict
	for i := range results {
		verdicts = append(verdicts, results[i].sets.Verdict())
	}
	a.Verdict = joinVerdicts(verdicts)
	return a, nil
}

// Passing reports whether some packet passes, and whether the design leaves it
// open of some.
func (a *SetAnswer) Passing() (passes, open bool) {
	for i := range a.Groups {
		s := &a.Groups[i].Shown
		passes = passes || !s.Reachable.IsEmpty() || !s.Partial.IsEmpty()
		open = open || !s.Indeterminate.IsEmpty()
	}
	return passes, open
}

func appendNew[T comparable](list []T, more ...T) []T {
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}

// setResult is what became of every packet of a job.
type setResult struct {
	job         *job
	asked       packet.Set
	sets, shown Sets
	excluded    []Exclusion
	assumptions []Assumption
}

// walkSets walks all jobs, on all processors.
func (e *Engine) walkSets(q *model.Question, jobs []job, explain bool) []setResult {
	out := make([]setResult, len(jobs))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			for k := int(next.Add(1)) - 1; k < len(jobs); k = int(next.Add(1)) - 1 {
				out[k] = e.walkSet(q, &jobs[k], explain)
			}
		})
	}
	wg.Wait()
	return out
}

func (e *Engine) walkSet(q *model.Question, j *job, explain bool) setResult {
	w := j.walk(e, q)
	w.record = explain
	r := setResult{job: j, asked: j.flows}
	var v verdicts
	if !explain && j.isPlain() {
		w.cull = true
		v.reachable = j.source.passPlain(w, j, j.destination)
		v.blocked = j.flows.Sub(v.reachable)
	} else {
		v = j.start(w).whole
	}
	if r.asked.IsEmpty() { // a gap at an end whose addresses are not known
		v.indeterminate = flowsOf(q, &end{iface: j.source, addrs: packet.AllAddrs}, &end{addrs: packet.AllAddrs}, j.hdr.v6)
		r.asked = v.indeterminate
	}
	r.sets = j.settle(v, r.asked)
	r.shown = Sets{
		Reachable: j.widen(r.sets.Reachable), Partial: j.widen(r.sets.Partial),
		Blocked: j.widen(r.sets.Blocked), Indeterminate: j.widen(r.sets.Indeterminate),
	}
	r.assumptions = w.assumptions
	if explain {
		r.excluded = e.exclusions(w, &r)
	}
	return r
}

// settle gives the verdict of each packet where the design does not tell an
// address: the one that it has whichever address it is, and indeterminate where
// that hangs on the address.
func (j *job) settle(v verdicts, asked packet.Set) Sets {
	if !j.srcOpen && !j.dstOpen {
		return Sets{v.reachable, v.partial, v.blocked, v.indeterminate}
	}
	bounds := asked.Bounds()
	always := func(s packet.Set) packet.Set {
		var hangs packet.Set
		for _, b := range asked.Sub(s) {
			if j.srcOpen {
				b.Src = bounds.Src
			}
			if j.dstOpen {
				b.Dst = bounds.Dst
			}
			hangs = hangs.Or(packet.Set{b})
		}
		return asked.Sub(hangs)
	}
	out := Sets{Reachable: always(v.reachable), Partial: always(v.partial), Blocked: always(v.blocked)}
	out.Indeterminate = asked.Sub(out.Reachable).Sub(out.Partial).Sub(out.Blocked)
	return out
}

// widen writes what was asked for as everything; see SetGroup.Shown.
func (j *job) widen(s packet.Set) packet.Set {
	if len(s) == 0 {
		return nil
	}
	family, absent := packet.AllIPv4, packet.Protocol(model.ICMPv6)
	if j.hdr.v6 {
		family, absent = packet.AllIPv6, packet.Protocol(model.ICMP)
	}
	asked := j.flows.Bounds()
	withPorts := packet.Protocol(model.TCP).Or(packet.Protocol(model.UDP))
	var sports packet.Ports // of TCP and UDP
	for i := range j.flows {
		if !j.flows[i].Protocols.And(withPorts).IsEmpty() {
			sports = sports.Or(j.flows[i].Sport)
		}
	}
	out := s.Canonical()
	for i := range out {
		b := &out[i]
		if b.Src.Holds(asked.Src) {
			b.Src = family
		}
		if b.Dst.Holds(asked.Dst) {
			b.Dst = family
		}
		if !b.Protocols.And(withPorts).IsEmpty() && b.Sport.Holds(sports) {
			b.Sport = packet.AllPorts
		}
	}
	out = out.Canonical()
	for i := range out {
		if b := &out[i]; b.Protocols.Len() > 128 { // the other version's ICMP is in no packet of this one
			b.Protocols = b.Protocols.Or(absent)
		}
	}
	return out
}

// exclusions are the reasons of a walk, with what they exclude.
func (e *Engine) exclusions(w *walk, r *setResult) []Exclusion {
	denied := r.sets.Blocked.Or(r.sets.Partial)
	type key struct {
		code Code
		leg  model.Leg
		dir  direction
		at   string
		rule ruleRef
	}
	at := map[key]int{}
	var kept []evidence
	for _, ev := range w.evidence {
		flows := ev.flows.ForSomeChoice().And(r.asked)
		if ev.isGap {
			flows = flows.And(r.sets.Indeterminate)
		} else {
			flows = flows.And(denied.Or(r.sets.Indeterminate))
		}
		if r.job.gap != nil {
			flows = r.asked
		}
		if flows.IsEmpty() {
			continue
		}
		k := key{ev.code, ev.leg, ev.dir, ev.at.ID, ev.rule}
		if n, ok := at[k]; ok {
			kept[n].flows = kept[n].flows.Or(flows)
			continue
		}
		at[k] = len(kept)
		x := *ev
		x.flows = flows
		kept = append(kept, x)
	}
	slices.SortStableFunc(kept, func(x, y evidence) int { return int(x.leg) - int(y.leg) })
	out := make([]Exclusion, 0, len(kept))
	for i := range kept {
		out = append(out, Exclusion{e.explain(&kept[i]), r.job.widen(kept[i].flows)})
	}
	return out
}
