package sim

import (
	"cmp"
	"context"
	"fmt"
	"iter"
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
	// forward way, its two ends aside. Nil: none.
	Through func(Component) bool

	listed packet.Set // Only's
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
	inv.listed = traffics(inv.Only)
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
	parts, err := e.invariantParts(&q, &from, &to)
	if err != nil {
		return nil, err
	}
	checked := make([]checkedPart, len(parts))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= len(parts) {
					return
				}
				for j := range parts[k] {
					checked[k].add(e, &inv, &j)
				}
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
		all = append(all, checked[i].verdicts...)
		f.Breaches = append(f.Breaches, checked[i].breaches...)
	}
	if len(all) == 0 {
		return nil, noCommonVersion(&q)
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

// invariantParts gives the jobs of a question in parts that are walked at once:
// those of one source. A job is made when its turn comes, as there may be many.
func (e *Engine) invariantParts(q *model.Question, from, to *model.Selection) ([]iter.Seq[job], error) {
	if from.Kind == model.SelectService || to.Kind == model.SelectService {
		jobs, err := e.serviceJobs(q, from, to)
		return []iter.Seq[job]{slices.Values(jobs)}, err
	}
	all, err := e.pairings(q, from, to)
	var out []iter.Seq[job]
	for n := range all {
		p := &all[n]
		for i := range p.sources {
			out = append(out, func(yield func(job) bool) {
				for k := range p.destinations {
					if j, ok := e.jobOf(q, p, i, k); ok && !yield(j) {
						return
					}
				}
			})
		}
	}
	return out, err
}

// checkedPart is what became of some jobs: how they bear on the verdict, each
// way once, and what breaks the invariant.
type checkedPart struct {
	verdicts []partVerdict
	breaches []Breach
}

// add walks one more job.
func (c *checkedPart) add(e *Engine, inv *Invariant, j *job) {
	v := e.passing(&inv.Question, j)
	if pv := (partVerdict{j.whole, j.part, j.verdict(v)}); !slices.Contains(c.verdicts, pv) {
		c.verdicts = append(c.verdicts, pv)
	}
	add := func(packets packet.Set, got model.Verdict, missing bool) {
		if packets.IsEmpty() {
			return
		}
		kept := *j
		if kept.sources != nil {
			kept.nameEnds()
			if i := j.source; i != nil && j.sources.count() == 1 {
				kept.from = i.label()
			}
			if i := j.destination; i != nil && j.destinations.count() == 1 {
				kept.to = i.label()
			}
		}
		c.breaches = append(c.breaches, Breach{
			From: kept.from, To: kept.to, Got: got, Missing: missing, Packets: packets, Traffic: trafficText(packets),
			job: &kept, likely: likeliest(packets),
		})
	}
	if inv.Only != nil || inv.Expect == model.Blocked {
		forbidden := verdicts{reachable: v.reachable.Sub(inv.listed), partial: v.partial.Sub(inv.listed), indeterminate: v.indeterminate.Sub(inv.listed)}
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
			return s.And(inv.listed)
		}
		add(wanted(v.blocked), model.Blocked, true)
		add(wanted(v.partial), model.Partial, true)
		add(wanted(v.indeterminate), model.Indeterminate, true)
	}
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
		if !p.trail.meets(func(c Component) bool { return !j.endsAt(c) && exempt(c) }) {
			o := p.outcome.whole
			out = out.Or(o.reachable).Or(o.partial).Or(o.indeterminate)
		}
	}
	return out
}

// endsAt reports whether the job starts or ends at a component, and so does not
// pass through it.
func (j *job) endsAt(c Component) bool {
	return c.Type == model.KindInterface &&
		(j.source != nil && j.source.comp.ID == c.ID || j.destination != nil && j.destination.comp.ID == c.ID)
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
