package sim

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// perhaps walks through a table of which the routes are not, or not all, known.
func (t *transitTable) perhaps(w *walk, s state, by *attachment, from *subnet) outcome {
	if t.unknown != nil {
		w.gap(&s, t.comp, sideless, TGWRTBRoutesAreUnknown, t.unknown)
		return w.either(s, func(s state) outcome { return t.longest(w, s, by, from) }, w.end)
	}
	var o outcome
	for i := range t.entries {
		in, out := s.split(s.hdr.dst, t.entries[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(t.rival(w, in, &t.entries[i], by, from))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(t.rival(w, s, t.byDefault(&s), by, from))
}

// rival walks flows that a known route takes, or none, by the routes as well that
// may take them.
func (t *transitTable) rival(w *walk, s state, en *transitEntry, by *attachment, from *subnet) outcome {
	open := slices.DeleteFunc(slices.Clone(t.open), func(r *transitRoute) bool { return en != nil && en.outranks(r) })
	var o outcome
	if en != nil && slices.ContainsFunc(open, (*transitRoute).isLearned) {
		in, out := s.split(s.hdr.dst, en.unexpected(w.e))
		if !in.flows.IsEmpty() {
			w.assume("PATH-8", "what "+t.comp.named()+" gets by propagation and the input does not tell takes no addresses that are public, of VPCs or of other networks, and that its other routes take")
			o = t.anyOf(w, in, en, slices.DeleteFunc(slices.Clone(open), (*transitRoute).isLearned), by, from)
		}
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(t.anyOf(w, s, en, open, by, from))
}

// anyOf tries the known route, if there is one, and each of the open ones, where its
// destinations may lie.
func (t *transitTable) anyOf(w *walk, s state, en *transitEntry, open []*transitRoute, by *attachment, from *subnet) outcome {
	for i, r := range open {
		may := r.mayTake()
		in, out := s.split(s.hdr.dst, may)
		if out.flows.IsEmpty() || in.flows.IsEmpty() && s.hdr.dst.kind == somePublicIP4 {
			continue
		}
		o := t.anyOf(w, out, en, slices.Delete(slices.Clone(open), i, i+1), by, from)
		if in.flows.IsEmpty() {
			return o
		}
		return o.or(t.anyOf(w, in, en, open, by, from))
	}
	known := func(s state) outcome {
		if en == nil {
			return t.noRoute(w, s, by, from)
		}
		return en.take(w, s, by, from)
	}
	ways := []func(state) outcome{known}
	for _, r := range open {
		ways = append(ways, func(s state) outcome {
			if u := r.gap(); u != nil {
				w.note(&s, gapEvidence(t.comp, sideless, UnknownValue, u, s.flows))
			}
			return r.take(w, s, by, from)
		})
	}
	return w.either(s, ways...)
}

// byDefault is the default route for a destination that is some address outside, of
// which no more is known; nil where there is none, and for others.
func (t *transitTable) byDefault(s *state) *transitEntry {
	if s.hdr.dst.kind != somePublicIP4 && s.hdr.dst.kind != ofService {
		return nil
	}
	any := anyPrefix
	if s.hdr.v6 {
		any = anyPrefix6
	}
	if i, ok := t.lookup.LookupPrefix(any); ok {
		return &t.entries[i]
	}
	return nil
}

// takeEither tries the prefix list references that tie: AWS picks one, and always
// that (RT-8).
func (en *transitEntry) takeEither(w *walk, s state, by *attachment, from *subnet) outcome {
	t := en.winners[0].table
	choice := routeChoice{t.comp.ID, "route " + en.prefix.String()}
	for p := s.picks; p != nil; p = p.before {
		if p.entry == nil && p.choice == choice {
			return en.winners[p.index].take(w, s, by, from)
		}
	}
	w.assume("RT-8", fmt.Sprintf("AWS picks one of the prefix lists with %s in %s and does not say which: all were tried", en.prefix, t.comp.named()))
	ways := make([]func(state) outcome, len(en.winners))
	for i, r := range en.winners {
		ways[i] = func(s state) outcome {
			s.picks = &pick{before: s.picks, choice: choice, index: i}
			return r.take(w, s, by, from)
		}
	}
	return w.either(s, ways...)
}

// isLearned reports whether an open route stands for what a network outside the
// input announces.
func (r *transitRoute) isLearned() bool { return r.propagated && !r.prefix.IsValid() }

// gap is what is not known of an open route.
func (r *transitRoute) gap() *model.Unknown {
	if r.unknown == nil && r.list != nil {
		return r.list.unknown
	}
	return r.unknown
}

// mayTake are the addresses among which an open route's destinations lie.
func (r *transitRoute) mayTake() packet.Addrs {
	switch {
	case r.prefix.IsValid():
		return packet.Prefix(r.prefix)
	case r.list != nil:
		return r.list.mayHold()
	}
	return packet.AllAddrs
}

// outranks reports whether an entry beats an open route wherever that leads:
// it is as long as a prefix can be there, and of no worse kind (TGW-13).
func (en *transitEntry) outranks(r *transitRoute) bool {
	longest := en.prefix.Addr().BitLen()
	if r.prefix.IsValid() {
		longest = r.prefix.Bits()
	}
	switch bits := en.prefix.Bits(); {
	case bits != longest:
		return bits > longest
	default:
		return en.winners[0].rank < r.rank
	}
}

// takeWithdrawn drops flows that an attachment would have a route for if it were
// available, and leaves the others in s.
func (t *transitTable) takeWithdrawn(w *walk, s *state, by *attachment, from *subnet) (o outcome) {
	for _, r := range t.withdrawn {
		in, out := s.split(s.hdr.dst, packet.Prefix(r.prefix))
		if !in.flows.IsEmpty() {
			o = o.or(r.take(w, in, by, from))
		}
		if *s = out; s.flows.IsEmpty() {
			break
		}
	}
	return o
}

// settings are the ways in which the options of an attachment that the input does
// not tell may be set, as far as they matter to the packet: appliance mode where it
// has several zones, group references where its gateway carries them (TGW-9).
func (a *attachment) settings() []setting {
	out := []setting{{a.appliance, a.references}}
	if a.optionsUnknown == nil {
		return out
	}
	add := func(change func(*setting)) {
		for _, o := range slices.Clone(out) {
			change(&o)
			out = append(out, o)
		}
	}
	if len(a.subnets) > 1 {
		add(func(o *setting) { o.appliance = !o.appliance })
	}
	if a.hub.references {
		add(func(o *setting) { o.references = !o.references })
	}
	return out
}

// setting is how two options of an attachment are set.
type setting struct{ appliance, references bool }

// withSetting goes on with the options of the attachment: with each that may be set,
// where that is not known, and the same ones on both legs.
func (a *attachment) withSetting(w *walk, s state, on func(state, setting) outcome) outcome {
	all := a.settings()
	if len(all) == 1 {
		return on(s, all[0])
	}
	choice := routeChoice{a.comp.ID, "options"}
	for p := s.picks; p != nil; p = p.before {
		if p.entry == nil && p.choice == choice {
			return on(s, all[p.index])
		}
	}
	w.note(&s, gapEvidence(a.comp, sideless, UnknownValue, a.optionsUnknown, s.flows))
	ways := make([]func(state) outcome, len(all))
	for i, o := range all {
		ways[i] = func(s state) outcome {
			s.picks = &pick{before: s.picks, choice: choice, index: i}
			return on(s, o)
		}
	}
	return w.either(s, ways...)
}

// maybeIPv6 are routes of the VPC's IPv6 ranges, which propagate if the attachment
// has IPv6 support (TGW-9).
func (t *transitTable) maybeIPv6(a *attachment) []*transitRoute {
	if a.kind != model.AttachVPC || a.vpc == nil || a.announcesIPv6 || a.optionsUnknown == nil {
		return nil
	}
	var out []*transitRoute
	for _, p := range a.vpc.model.CIDRs {
		if p.Addr().Is6() {
			out = append(out, &transitRoute{
				table: t, destination: p.String(), prefix: p.Masked(), to: a, target: a.comp.ID, state: model.RouteActive,
				rank: transitVPC, unknown: a.optionsUnknown, provenance: a.where, propagated: true,
			})
		}
	}
	return out
}
