package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// mayBe are the addresses of which the field shows one, and the input does not tell
// which; none for others. A public address of the network's own that is to come takes
// the default routes, and needs none.
func (f addrField) mayBe() packet.Addrs {
	switch {
	case f.spare != nil:
		return f.spare.addrs
	case f.kind == poolAddr:
		return f.pool.addrs
	case f.kind == ofService && f.service.lattice == nil && f.service.front == nil:
		return f.service.space
	}
	return nil
}

// isPartly reports whether the field shows an address that may be in a range and may
// be elsewhere.
func (f addrField) isPartly(addrs packet.Addrs) bool {
	space := f.mayBe()
	return !space.IsEmpty() && someOf(space, addrs) == maybe
}

// byAnyRange walks a packet to an address that is not known, where several of n ranges
// may hold it: by each of them, and by take(s, n) where it may be in none. Of ranges
// that overlap the first counts. It leaves other packets alone.
func (w *walk) byAnyRange(s state, at Component, n int, ranges func(int) (packet.Addrs, ruleRef), take func(state, int) outcome) (outcome, bool) {
	rest := s.hdr.dst.mayBe()
	if rest.IsEmpty() {
		return outcome{}, false
	}
	var ways []func(state) outcome
	var some ruleRef
	for i := 0; i < n && !rest.IsEmpty(); i++ {
		addrs, rule := ranges(i)
		if !addrs.Overlaps(rest) {
			continue
		}
		if some == nil {
			some = rule
		}
		ways = append(ways, func(s state) outcome { return take(s, i) })
		rest = rest.Sub(addrs)
	}
	if !rest.IsEmpty() {
		ways = append(ways, func(s state) outcome { return take(s, n) })
	}
	if len(ways) < 2 {
		return outcome{}, false
	}
	w.note(&s, gapEvidence(at, sideless, UnknownValue, s.hdr.dst.unknownAt(some), s.flows))
	return w.either(s, ways...), true
}

// outside are the flows that a check denies because their address is in none of a
// range. Where it may be in it and may not, that is noted, and none is denied.
func (w *walk) outside(s *state, f addrField, addrs packet.Addrs, at Component, dir direction, of ruleRef) packet.Set {
	if f.isPartly(addrs) {
		w.gap(s, at, dir, UnknownValue, f.unknownAt(of))
		return nil
	}
	_, out := s.split(f, addrs)
	return out.flows
}

// rangeRule is a range that something is for, as a rule: it has no number or action.
type rangeRule struct {
	name string
	at   model.Provenance
}

func (r rangeRule) describe() Rule          { return Rule{Destination: r.name} }
func (r rangeRule) where() model.Provenance { return r.at }
func (r rangeRule) text() string            { return r.name }
