package sim

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Invariant is a claim about every packet of a question, between every pair of
// what its source and destination stand for.
type Invariant struct {
	Question model.Question
	// Expect is Blocked, nothing may pass, or Reachable, everything must.
	Expect model.Verdict
	// Only are packets that may pass, and with Reachable must; everything else of
	// the question may not, whatever Expect is. Nil: as Expect says.
	Only []model.Traffic
	// Through tells the components that exempt what passes through them on the
	// forward way. Nil: none.
	Through func(Component) bool
}

// Breach is a pair, or several that are alike, that break an invariant.
type Breach struct {
	From, To string
	// Got is the verdict that the packets have.
	Got model.Verdict
	// Missing says that they should pass and do not; else they should not and
	// do, or may.
	Missing bool
	// Packets are all that break it in this way.
	Packets packet.Set
	// Traffic tells them in a few words: "tcp 22, 443".
	Traffic string

	job    *job
	likely likelyFlow
}

// Finding is what became of an invariant.
type Finding struct {
	// Verdict is the verdict of the question as a whole, as Ask gives it.
	Verdict model.Verdict
	// Breaches are empty when the invariant holds. The one with the most likely
	// packet is first.
	Breaches []Breach
	// Counterexample is the answer about the most likely packet that breaks the
	// invariant: TCP before the rest, well-known ports before others, low
	// addresses. Nil when it holds.
	Counterexample *Answer
	// Notes are worth knowing and decide nothing.
	Notes []string
}

// Holds reports whether nothing breaks the invariant.
func (f *Finding) Holds() bool { return len(f.Breaches) == 0 }

// Check holds an invariant against the network. Interfaces that no packet can
// tell apart are walked once, on all processors; the result does not depend on
// how many. The error is that of Ask, or that of ctx.
func (e *Engine) Check(ctx context.Context, inv Invariant) (*Finding, error) {
	q := inv.Question
	if inv.Expect != model.Blocked && inv.Expect != model.Reachable {
		return nil, &QuestionError{fmt.Sprintf("nothing can be held to be %s for all packets: expect blocked or reachable", inv.Expect)}
	}
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
	checked := make([]checkedJob, len(jobs))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= len(jobs) {
					return
				}
				checked[k] = e.checkJob(&inv, &jobs[k])
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f := &Finding{Notes: append(from.Notes, to.Notes...)}
	var all []partVerdict
	for i := range checked {
		all = append(all, partVerdict{jobs[i].whole, jobs[i].part, checked[i].verdict})
		f.Breaches = append(f.Breaches, checked[i].breaches...)
	}
	f.Verdict = joinParts(all)
	slices.SortStableFunc(f.Breaches, compareBreaches)
	if !f.Holds() {
		f.Counterexample = e.counterexample(&q, &f.Breaches[0])
	}
	return f, nil
}

// compareBreaches puts what certainly breaks before what may, and the most likely
// packet first.
func compareBreaches(x, y Breach) int {
	doubt := func(b *Breach) int {
		switch b.Got {
		case model.Reachable, model.Blocked:
			return 0
		case model.Partial:
			return 1
		case model.Indeterminate:
			return 2
		}
		panic(fmt.Sprintf("sim: verdict %d", uint8(b.Got)))
	}
	return cmp.Or(cmp.Compare(doubt(&x), doubt(&y)), x.likely.compare(y.likely))
}

// checkedJob is what became of one part of the question.
type checkedJob struct {
	verdict  model.Verdict
	breaches []Breach
}

func (e *Engine) checkJob(inv *Invariant, j *job) checkedJob {
	v := e.passing(&inv.Question, j)
	out := checkedJob{verdict: j.verdict(v)}
	listed := traffics(inv.Only)
	add := func(packets packet.Set, got model.Verdict, missing bool) {
		if !packets.IsEmpty() {
			out.breaches = append(out.breaches, Breach{
				From: j.from, To: j.to, Got: got, Missing: missing, Packets: packets, Traffic: trafficText(packets),
				job: j, likely: likeliest(packets),
			})
		}
	}
	if inv.Only != nil || inv.Expect == model.Blocked {
		forbidden := verdicts{reachable: v.reachable.Sub(listed), partial: v.partial.Sub(listed), indeterminate: v.indeterminate.Sub(listed)}
		if inv.Through != nil && !forbidden.empty() {
			around := e.passingAround(&inv.Question, j, inv.Through)
			forbidden.reachable = forbidden.reachable.And(around)
			forbidden.partial = forbidden.partial.And(around)
			forbidden.indeterminate = forbidden.indeterminate.And(around)
		}
		add(forbidden.reachable, model.Reachable, false)
		add(forbidden.partial, model.Partial, false)
		add(forbidden.indeterminate, model.Indeterminate, false)
	}
	if inv.Expect == model.Reachable {
		wanted := func(s packet.Set) packet.Set {
			if inv.Only == nil {
				return s
			}
			return s.And(listed)
		}
		add(wanted(v.blocked), model.Blocked, true)
		add(wanted(v.partial), model.Partial, true)
		add(wanted(v.indeterminate), model.Indeterminate, true)
	}
	return out
}

// passing walks a job for what passes; everything else of it is blocked.
func (e *Engine) passing(q *model.Question, j *job) verdicts {
	w := j.walk(e, q)
	w.cull = true
	var v verdicts
	if j.isPlain() {
		v.reachable = j.source.passPlain(w, j, j.destination)
	} else {
		v = j.start(w).whole
	}
	v.blocked = j.flows.Sub(v.reachable).Sub(v.partial).Sub(v.indeterminate)
	return v
}

// isPlain reports whether filters alone decide about the job, by addresses that
// are the interfaces' own.
func (j *job) isPlain() bool {
	return j.gap == nil && j.refused == nil && j.source != nil && j.destination != nil &&
		j.claims[0].to == nil && j.claims[1].to == nil && j.source.isPlainTo(j.destination)
}

// passingAround is what passes, or may, on ways that meet no component that is
// exempt.
func (e *Engine) passingAround(q *model.Question, j *job, exempt func(Component) bool) packet.Set {
	w := j.walk(e, q)
	w.cull, w.record = true, true
	j.start(w)
	var out packet.Set
	for _, p := range w.paths {
		if !p.trail.meets(exempt) {
			o := p.outcome.whole
			out = out.Or(o.reachable).Or(o.partial).Or(o.indeterminate)
		}
	}
	return out
}

// meets reports whether the forward way that ends with h meets such a component.
func (h *hop) meets(such func(Component) bool) bool {
	for ; h != nil; h = h.before {
		if h.leg == model.Forward && such(h.at) {
			return true
		}
	}
	return false
}

// traffics is the packets that any of several descriptions means.
func traffics(ts []model.Traffic) packet.Set {
	var out packet.Set
	for _, t := range ts {
		b := packet.All
		b.Protocols = packet.Protocol(t.Protocol)
		switch {
		case t.Protocol.HasPorts():
			b.Dport = packet.PortRange(t.Ports.From, t.Ports.To)
		case t.Protocol.IsICMP():
			b.Dport = icmpPorts(t.ICMP)
		}
		out = out.Or(packet.Of(b))
	}
	return out
}

// counterexample asks about the most likely packet of a breach.
func (e *Engine) counterexample(q *model.Question, b *Breach) *Answer {
	one, f := *b.job, b.likely.flow
	one.flows = flowSet(f)
	asked := *q
	asked.Protocol = f.Protocol
	asked.Ports, asked.SourcePorts, asked.ICMP = model.AllPorts, nil, nil
	switch {
	case f.Protocol.HasPorts():
		asked.Ports = model.PortRange{From: uint16(f.Dport), To: uint16(f.Dport)}
		asked.SourcePorts = &model.PortRange{From: uint16(f.Sport), To: uint16(f.Sport)}
	case f.Protocol.IsICMP():
		asked.ICMP = &model.ICMPTypeCode{Type: int16(f.Dport >> 8), Code: int16(f.Dport & 255)}
	}
	// What is asked can be asked again: the two ends are named by themselves.
	asked.From, asked.To = f.Src.String(), f.Dst.String()
	if i := one.source; i != nil {
		asked.From, one.from = i.comp.ID, i.label()
	}
	if i := one.destination; i != nil {
		one.to = i.label()
		if one.source != nil || one.hdr.dst.kind != flowDst {
			asked.To = i.comp.ID
		}
	}
	a := &Answer{Question: asked, Notes: one.notes}
	r := e.walk(&asked, &one, true)
	a.Flow = e.flowText(one.from, one.to, &one.hdr, one.flows)
	e.decide(a, []result{r})
	return a
}

// icmpPorts are the types and codes that are meant, as they stand in a flow.
func icmpPorts(i model.ICMPTypeCode) packet.Ports {
	switch {
	case i.Type < 0:
		return packet.AllPorts
	case i.Code < 0:
		return packet.Ports{{Lo: packet.ICMPPort(uint8(i.Type), 0), Hi: packet.ICMPPort(uint8(i.Type), 255)}}
	}
	p := packet.ICMPPort(uint8(i.Type), uint8(i.Code))
	return packet.Ports{{Lo: p, Hi: p}}
}
