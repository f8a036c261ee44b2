package sim

import (
	"maps"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// verdicts splits a set of flows by their verdict. The four sets are disjoint.
// The zero value holds no flow.
type verdicts struct {
	reachable, partial, blocked, indeterminate packet.Set
}

// classify gives the verdicts of flows of which some are denied and some cannot
// be known. Deny beats unknown. What a translator picks at random (a choice) is
// no part of a flow: a flow that passes for some choices only is partial.
func classify(flows, denied, unknown packet.Set) verdicts {
	denied = denied.And(flows)
	unknown = unknown.And(flows).Sub(denied)
	passed := flows.Sub(denied).Sub(unknown)
	if !denied.HasChoice() && !unknown.HasChoice() && !flows.HasChoice() {
		return verdicts{reachable: passed, blocked: denied, indeterminate: unknown}
	}
	somePass, someDenied, someUnknown := passed.ForSomeChoice(), denied.ForSomeChoice(), unknown.ForSomeChoice()
	all := flows.ForSomeChoice()
	v := verdicts{
		reachable: all.Sub(someDenied).Sub(someUnknown),
		blocked:   all.Sub(somePass).Sub(someUnknown),
		partial:   somePass.And(someDenied),
	}
	v.indeterminate = all.Sub(v.reachable).Sub(v.blocked).Sub(v.partial)
	return v
}

// or joins the verdicts of flows that have nothing in common: a route table or
// an address sends each flow one way only.
func (v verdicts) or(w verdicts) verdicts {
	return verdicts{
		reachable:     join(v.reachable, w.reachable),
		partial:       join(v.partial, w.partial),
		blocked:       join(v.blocked, w.blocked),
		indeterminate: join(v.indeterminate, w.indeterminate),
	}
}

// join is a union of sets that do not overlap.
func join(s, t packet.Set) packet.Set {
	if len(s) == 0 {
		return t
	}
	return append(s[:len(s):len(s)], t...)
}

func (v verdicts) all() packet.Set {
	return join(join(v.reachable, v.partial), join(v.blocked, v.indeterminate))
}

// eitherUnknown joins the verdicts of ways of which the design does not tell
// which one is taken, the same flows on both: where they agree that is the
// verdict, else it is indeterminate.
func (v verdicts) eitherUnknown(w verdicts) verdicts {
	out := verdicts{
		reachable: v.reachable.And(w.reachable),
		partial:   v.partial.And(w.partial),
		blocked:   v.blocked.And(w.blocked),
	}
	// A walk that culls drops what is blocked, so what one way lacks the other
	// may have.
	out.indeterminate = v.all().Or(w.all()).Sub(out.reachable).Sub(out.partial).Sub(out.blocked)
	return out
}

// equal reports whether v and w say the same of every flow.
func (v verdicts) equal(w verdicts) bool {
	return v.reachable.Equal(w.reachable) && v.partial.Equal(w.partial) && v.blocked.Equal(w.blocked) && v.indeterminate.Equal(w.indeterminate)
}

// atRandom joins the verdicts of ways of which AWS picks one for each flow, the
// same flows on all: what passes on some is partial.
func atRandom(ways []outcome) outcome {
	if len(ways) == 1 {
		return ways[0]
	}
	out := outcome{whole: verdictsAtRandom(ways, func(o *outcome) verdicts { return o.whole })}
	for leg := range out.legs {
		out.legs[leg] = verdictsAtRandom(ways, func(o *outcome) verdicts { return o.legs[leg] })
	}
	for i := range ways {
		out.replied = out.replied || ways[i].replied
	}
	return out
}

func verdictsAtRandom(ways []outcome, of func(*outcome) verdicts) verdicts {
	var all, passes, fails, open packet.Set
	for i := range ways {
		all = all.Or(of(&ways[i]).all())
	}
	out := verdicts{reachable: all}
	for i := range ways {
		v := of(&ways[i])
		out.reachable = out.reachable.And(v.reachable)
		out.partial = out.partial.Or(v.partial)
		passes, open = passes.Or(v.reachable), open.Or(v.indeterminate)
		// A walk that culls drops what is blocked.
		fails = fails.Or(all.Sub(v.reachable).Sub(v.partial).Sub(v.indeterminate))
	}
	out.partial = out.partial.Or(passes.And(fails))
	out.indeterminate = open.Sub(out.partial)
	out.blocked = all.Sub(out.reachable).Sub(out.partial).Sub(out.indeterminate)
	return out
}

// verdict is the verdict of a question that stands for all the flows.
func (v verdicts) verdict() model.Verdict {
	passes, fails := !v.reachable.IsEmpty(), !v.blocked.IsEmpty()
	switch {
	case !v.partial.IsEmpty() || passes && fails:
		return model.Partial // whatever the rest is
	case !v.indeterminate.IsEmpty():
		return model.Indeterminate
	case passes:
		return model.Reachable
	}
	return model.Blocked
}

// joinVerdicts is the verdict of a question with several parts.
func joinVerdicts(vs []model.Verdict) model.Verdict {
	var seen [model.Reachable + 1]bool
	for _, v := range vs {
		seen[v] = true
	}
	switch {
	case seen[model.Partial] || seen[model.Reachable] && seen[model.Blocked]:
		return model.Partial
	case seen[model.Indeterminate]:
		return model.Indeterminate
	case seen[model.Reachable]:
		return model.Reachable
	}
	return model.Blocked
}

// partVerdict is the verdict of one way of walking a part of a whole; see job.
type partVerdict struct {
	whole, part int
	verdict     model.Verdict
}

// joinParts is the verdict of a question: of its wholes together, each of which
// is as bad as the worst of its parts.
func joinParts(all []partVerdict) model.Verdict {
	type part struct{ whole, part int }
	parts := map[part][]model.Verdict{}
	for _, v := range all {
		k := part{v.whole, v.part}
		parts[k] = append(parts[k], v.verdict)
	}
	wholes := map[int]model.Verdict{}
	for k, vs := range parts {
		v := joinVerdicts(vs)
		if worst, ok := wholes[k.whole]; !ok || v < worst { // the worst is the lowest
			wholes[k.whole] = v
		}
	}
	return joinVerdicts(slices.Collect(maps.Values(wholes)))
}

// outcome is what became of a set of flows: as a whole, and of each leg by
// itself.
type outcome struct {
	whole   verdicts
	legs    [2]verdicts
	replied bool // the return leg was walked, for some
}

func (o outcome) join(p outcome, f func(v, w verdicts) verdicts) outcome {
	return outcome{
		whole:   f(o.whole, p.whole),
		legs:    [2]verdicts{f(o.legs[0], p.legs[0]), f(o.legs[1], p.legs[1])},
		replied: o.replied || p.replied,
	}
}

// or joins outcomes of flows that have nothing in common; see verdicts.or.
func (o outcome) or(p outcome) outcome { return o.join(p, verdicts.or) }
