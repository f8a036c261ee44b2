package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// routeChoice is what the design leaves open and several routes hang on.
type routeChoice struct{ subject, attribute string }

// compilePerhaps makes the routes that an open target may be.
func (r *route) compilePerhaps(e *Engine) {
	for _, t := range r.model.Perhaps {
		m := *r.model
		m.Target, m.Perhaps, m.Unknown = t, nil, nil
		one := *r
		one.model, one.perhaps = &m, nil
		one.target, one.dead = e.compileTarget(r.table.vpc, &m)
		r.perhaps = append(r.perhaps, &one)
	}
	if u := r.model.Unknown; u != nil {
		r.choice = routeChoice{u.Subject, u.Attribute}
	}
}

// takeEither tries the targets of which the design leaves open which one is meant.
// All routes that hang on the same thing choose alike, on both legs.
func (r *route) takeEither(w *walk, s state) outcome {
	for p := s.picks; p != nil; p = p.before {
		if p.entry == nil && p.choice == r.choice && p.index < len(r.perhaps) {
			return r.perhaps[p.index].take(w, s)
		}
	}
	if u := r.model.Unknown; u != nil {
		w.note(&s, gapEvidence(r.table.comp, sideless, UnknownValue, u, s.flows))
	}
	ways := make([]func(state) outcome, len(r.perhaps))
	for i, one := range r.perhaps {
		ways[i] = func(s state) outcome {
			s.picks = &pick{before: s.picks, choice: r.choice, index: i}
			return one.take(w, s)
		}
	}
	return w.either(s, ways...)
}

// perhaps walks through a table of which the routes are not, or not all, known.
// The VPC's own addresses are taken to be routed locally, as every table does
// unless a route says otherwise; what is known is walked on for its blockers.
func (t *routeTable) perhaps(w *walk, s state) outcome {
	w.gap(&s, t.comp, sideless, UnknownResource, t.unknown)
	in, out := s.split(s.hdr.dst, t.vpc.cidrs)
	var o outcome
	if !in.flows.IsEmpty() {
		w.assume("RT-5", "the routes of "+t.comp.ID+" are not given: what lies in the VPC was walked on by its local route")
		in.admitted = false
		o = t.vpc.receive(w, in)
	}
	if out.flows.IsEmpty() {
		return o
	}
	// A route that is not given may take what a given one would: what denies the
	// packet on the given way denies it on one of two.
	return o.or(w.either(out, func(s state) outcome { return t.longest(w, s) }, w.end))
}

// perhapsOpen walks through a table with routes whose destination is not known.
// Few of them can take the VPC's own addresses (RT-16).
func (t *routeTable) perhapsOpen(w *walk, s state) outcome {
	in, out := s.split(s.hdr.dst, t.vpc.cidrs)
	var o outcome
	if !in.flows.IsEmpty() {
		o = t.byAnyOf(w, in, slices.DeleteFunc(slices.Clone(t.open), func(r *route) bool { return !r.mayLieInside() }))
	}
	isPropagated := func(r *route) bool { return r.model.Origin == model.EnableVGWRoutePropagation }
	if slices.ContainsFunc(t.open, isPropagated) {
		known, rest := out.split(out.hdr.dst, t.unexpected(t.vpc.e))
		if !known.flows.IsEmpty() {
			w.assume("PATH-8", "what "+t.comp.named()+" gets by propagation and the input does not tell takes no addresses that are public, of VPCs or of other networks, and that its other routes take")
			o = o.or(t.byOpen(w, known, slices.DeleteFunc(slices.Clone(t.open), isPropagated)))
		}
		out = rest
	}
	if out.flows.IsEmpty() {
		return o
	}
	return o.or(t.byOpen(w, out, t.open))
}

// mayLieInside reports whether a route whose destination is not known may take
// addresses of the VPC: the block of a subnet (RT-16), or that of the local route
// (RT-17).
func (r *route) mayLieInside() bool {
	if r.list != nil || r.model.Origin == model.EnableVGWRoutePropagation {
		return false
	}
	switch r.model.Target.Kind {
	case model.KindNATGateway, model.KindInterface, model.KindInstance, model.KindLocalGateway:
		return true
	case model.KindVPCEndpoint:
		_, ok := r.target.(*gatewayEndpoint)
		return !ok
	case "":
		return len(r.perhaps) == 0 || slices.ContainsFunc(r.perhaps, (*route).mayLieInside)
	}
	return false
}

// byOpen tries some of the open routes. AWS's lists hold public addresses alone.
func (t *routeTable) byOpen(w *walk, s state, open []*route) outcome {
	public, private := s.split(s.hdr.dst, publicSpace)
	var o outcome
	if !public.flows.IsEmpty() {
		o = t.byAnyOf(w, public, open)
	}
	if !private.flows.IsEmpty() {
		o = o.or(t.byAnyOf(w, private, slices.DeleteFunc(slices.Clone(open), func(r *route) bool { return r.service })))
	}
	return o
}

// byAnyOf tries the routes of which it is not known what they take, beside what is
// known. AWS's lists of service addresses are not part of the internet (a decision):
// a question about the internet, or a wide CIDR, does not meet them, and neither does
// one about an address that is somebody else's. Each is of one IP version (GWEP-12).
func (t *routeTable) byAnyOf(w *walk, s state, open []*route) outcome {
	ways := []func(state) outcome{func(s state) outcome { return t.longest(w, s) }}
	for _, r := range open {
		if r.service && r.list.ipv6 != s.hdr.v6 && t.vpc.e.tellsVersion(r.list) {
			continue
		}
		if m, known := s.hdr.dst.inList(r.list); known && m == no {
			continue
		}
		if g, ok := r.target.(*vpnGateway); ok && r.list == nil && g.unknownFor(s.hdr.v6) == nil {
			continue
		}
		if r.service {
			to := s.hdr.dst.ofSet(s.flows)
			if _, one := to.Single(); !one {
				w.assume("GWEP-3", fmt.Sprintf("the entries of %s are not given: no address of the question is taken to be in it", r.model.PrefixList))
				continue
			}
			if !to.Overlaps(t.vpc.e.ofServices(s.hdr.v6)) {
				continue
			}
		}
		ways = append(ways, func(s state) outcome {
			u := r.model.Unknown
			if u == nil {
				u = r.list.unknown
			}
			w.note(&s, gapEvidence(t.comp, sideless, UnknownResource, u, s.flows))
			return r.take(w, s)
		})
	}
	return w.either(s, ways...)
}

// tellsVersion reports whether it is known which IP version a service's list is of:
// not of one that a route names by its ID and the input lacks.
func (e *Engine) tellsVersion(l *prefixList) bool {
	return e.network.PrefixLists[l.id] != nil || !strings.HasPrefix(string(l.id), "pl-")
}
