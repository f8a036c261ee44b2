package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// publicOf gives the field that shows the public address of a private one.
func (v *vpc) publicOf(to addressee, a netip.Addr) (addrField, bool) {
	p, ok := to.(interface {
		public(netip.Addr) (netip.Addr, bool, bool)
	})
	if !ok {
		return addrField{}, false
	}
	public, assigned, ok := p.public(a)
	switch {
	case !ok:
		return addrField{}, false
	case assigned:
		return addrField{kind: constAddr, addr: public}, true
	}
	return addrField{kind: somePublicIP4, owner: &publicOwner{vpc: v, private: addrField{kind: constAddr, addr: a}}}, true
}

// admit is the way in for a public IPv4 address of the VPC (IGW-5): it becomes
// the private one, then the gateway route table decides (PIPE-5, GRT-5).
func (v *vpc) admit(w *walk, s state, private addrField) outcome {
	g := v.igw
	if g == nil {
		return v.noGateway(w, s, private)
	}
	g.assumeAttached(w)
	g.privateSources(w, &s)
	s.hdr.dst = private
	g.doubtAttached(w, &s, ingress)
	v.bpa.enter(w, &s, g)
	if w.record {
		s.hop(hop{at: g.comp, action: ActionTranslate, words: privateDestinationWords})
	}
	if a, ok := private.ofSet(s.flows).Single(); ok {
		if n, ok := v.owner(a).(*natGateway); ok && n.subnet == nil {
			return n.deliver(w, s) // RNAT-1: it stands in no subnet that could be redirected
		}
	}
	return g.route(w, s)
}

// admit6 is the way in for an IPv6 address of the VPC: by the egress-only
// gateway where the destination's subnet sends its replies there, else, and for
// the sources that it does not, by the internet gateway. A reply comes in by the
// one that its request left by (EIGW-1).
func (v *vpc) admit6(w *walk, s state) outcome {
	var o outcome
	for _, own := range v.receivers6(w, &s) {
		in, out := s.split(s.hdr.dst, own.addrs)
		s = out
		if in.flows.IsEmpty() {
			continue
		}
		i := own.to
		if s.leg == model.Return && v.eigw != nil {
			if _, left := in.translation(v.eigw); left {
				o = o.or(v.eigw.admit(w, in))
				continue
			}
		}
		if s.leg == model.Forward && v.eigw != nil {
			mediated, direct := in.split(in.hdr.src, i.subnet.table.addrsTo(func(n node) bool { return n == v.eigw }))
			if !mediated.flows.IsEmpty() {
				o = o.or(v.eigw.admit(w, mediated))
			}
			if in = direct; in.flows.IsEmpty() {
				continue
			}
		}
		if v.igw == nil {
			o = o.or(v.noGateway(w, in, in.hdr.dst))
			continue
		}
		denyUniqueLocal(w, &in, ingress, v.igw)
		if i.deniesGatewayTraffic() {
			w.deny(&in, evidence{code: IGWPrivateIPAssociationForIngress, dir: ingress, at: v.igw.comp, flows: in.flows, where: i.model.Provenance,
				words: say("the IPv6 addresses of "+i.label()+" may not be reached through an internet gateway", "reach it from inside the VPC")})
		}
		v.igw.doubtAttached(w, &in, ingress)
		v.bpa.enter(w, &in, v.igw)
		if w.record {
			in.hop(hop{at: v.igw.comp, action: ActionForward, words: untranslatedWords})
		}
		o = o.or(v.igw.route(w, in))
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(v.nobody(w, s, nil))
}

// receivers6 gives the interfaces that have the packet's destination addresses.
func (v *vpc) receivers6(w *walk, s *state) []struct {
	addrs packet.Addrs
	to    *networkInterface
} {
	turned := *s
	turned.hdr.src = s.hdr.dst
	turned.leg = 1 - s.leg
	return v.senders(w, &turned)
}

// route takes a packet that the gateway let in to where it goes in the VPC.
func (g *internetGateway) route(w *walk, s state) outcome {
	if g.table != nil {
		s.admitted = true
		return g.table.forward(w, s)
	}
	return g.vpc.receive(w, s)
}

// privateSources denies what comes from private addresses (IGW-7).
func (g *internetGateway) privateSources(w *walk, s *state) {
	for _, p := range []struct {
		addrs packet.Addrs
		code  Code
		name  string
	}{
		{rfc1918, IGWSourceNotInRFC1918Ingress, "RFC 1918"},
		{rfc6598, IGWSourceNotInRFC6598Ingress, "RFC 6598 (100.64.0.0/10)"},
	} {
		in, _ := s.split(s.hdr.src, p.addrs)
		if in.flows.IsEmpty() {
			continue
		}
		w.deny(s, evidence{code: p.code, dir: ingress, at: g.comp, flows: in.flows, where: g.model.Provenance,
			words: func(_ *Engine, c Component, h Header) (string, string) {
				return fmt.Sprintf("internet gateway %s drops packets from private addresses: %s is in %s", c.named(), h.SourceIP, p.name),
					"send from a public address, or over a private connection"
			}})
	}
}

// refusePrivate ends the way of packets from outside to an IPv4 address that is
// private in the VPC (IGW-5).
func (v *vpc) refusePrivate(w *walk, s state) outcome {
	at, where := v.comp, v.model.Provenance
	if v.igw != nil {
		at, where = v.igw.comp, v.igw.model.Provenance
		v.igw.privateSources(w, &s)
	}
	return w.drop(s, evidence{code: IGWPrivateIPAssociationForIngress, dir: ingress, at: at, where: where, words: privateIngressWords})
}

// noGateway ends the way of packets to a VPC that no gateway leads into. Where
// the destination's subnet still routes to a gateway that was detached, that
// route is what is told (RT-10).
func (v *vpc) noGateway(w *walk, s state, private addrField) outcome {
	if a, ok := private.ofSet(s.flows).Single(); ok {
		if to := v.owner(a); to != nil && to.home() != nil {
			if r := to.home().table.defaultRoute(s.hdr.v6); r != nil && r.dead != nil && r.model.Target.Kind == model.KindInternetGateway {
				return w.drop(s, evidence{code: BadStateRoute, dir: ingress, at: r.table.comp, rule: r, words: r.detachedWords})
			}
		}
	}
	return w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: v.comp, where: v.model.Provenance,
		words: func(_ *Engine, c Component, _ Header) (string, string) {
			return fmt.Sprintf("no internet gateway is attached to %s", c.named()), "attach an internet gateway to the VPC"
		}})
}

// checkRedirection notes that a subnet whose inbound traffic is redirected to a
// middlebox sends past it (GRT-7).
func (g *internetGateway) checkRedirection(w *walk, s *state) {
	if s.from == nil || s.from.redirected(s.hdr.v6) == nil {
		return
	}
	r := s.from.redirected(s.hdr.v6)
	if r.leadsTo(s.cameFrom) {
		return
	}
	from := s.from.comp
	w.deny(s, evidence{code: IngressRTBTrafficRedirection, dir: egress, at: g.comp, flows: s.flows, rule: r,
		words: func(_ *Engine, _ Component, _ Header) (string, string) {
			return fmt.Sprintf("what comes in for %s is redirected (%s), so it cannot use the internet gateway directly", from.named(), r.text()),
				"route the subnet's internet traffic to the same middlebox"
		}})
}

// cameFrom reports whether an appliance, or the endpoint of one, passed the packet on
// last.
func (s *state) cameFrom(n node) bool {
	i, ok := n.(*networkInterface)
	return ok && s.via != nil && s.via.same(i) || s.justLeft(n)
}

// checkEdgeTarget notes that the route table of an internet gateway points at an
// interface without a public address (GRT-6).
func (r *route) checkEdgeTarget(w *walk, s *state) {
	i, ok := r.target.(*networkInterface)
	if !ok || s.hdr.v6 || i.takesPool(s) { // GRT-8: a pool needs no association
		return
	}
	for _, a := range i.model.Addresses {
		if a.Public.IsValid() || a.PublicUnassigned {
			return
		}
	}
	if i.model.PublicUnassigned || len(i.elastic) > 0 {
		return
	}
	if u := i.model.PublicUnknown; u != nil {
		w.gap(s, i.comp, ingress, UnknownValue, u)
		return
	}
	w.deny(s, evidence{code: IngressRTBNoPublicIP, dir: ingress, at: i.comp, flows: s.flows, rule: r,
		words: func(_ *Engine, c Component, _ Header) (string, string) {
			return fmt.Sprintf("%s is the target of a gateway route and has no public IP address", c.named()),
				"associate an Elastic IP with it"
		}})
}

func privateIngressWords(_ *Engine, _ Component, h Header) (string, string) {
	return fmt.Sprintf("%s is not a public address of an interface, so nothing outside can reach it", h.DestinationIP),
		"associate an Elastic IP, or put a load balancer in front"
}
