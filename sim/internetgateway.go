package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// internetGateway is a compiled internet gateway that is attached to a VPC
// (IGW-1). It has no filter of its own (IGW-9).
type internetGateway struct {
	comp  Component
	model *model.InternetGateway
	vpc   *vpc
	// table is the gateway route table; nil without one: all is local (PIPE-5).
	table *routeTable
	// inferred is set where the input names the gateway and does not describe it.
	inferred bool
	// pools are the public addresses that its table routes to interfaces (GRT-8).
	pools packet.Addrs
}

func (g *internetGateway) component() Component { return g.comp }

// receive is the way out (IGW-4, IGW-6): the source gets its public address.
func (g *internetGateway) receive(w *walk, s state) outcome {
	w.lose(&s, g.comp)
	g.assumeAttached(w)
	if pool, rest := s.split(s.hdr.src, g.pools); !pool.flows.IsEmpty() {
		o := g.receiveFromPool(w, pool)
		if rest.flows.IsEmpty() {
			return o
		}
		return o.or(g.receive(w, rest))
	}
	g.doubtAttached(w, &s, egress)
	g.vpc.bpa.leave(w, &s, g)
	g.checkRedirection(w, &s)
	if s.hdr.v6 {
		return g.receive6(w, s)
	}
	var o outcome
	doomed := g.privateDestinations(w, &s)
	for _, m := range g.vpc.publicMappings(w, &s) {
		in, out := s.split(s.hdr.src, m.private)
		s = out
		if in.flows.IsEmpty() {
			continue
		}
		if m.gap != nil {
			w.doubt(&in, gapEvidence(g.comp, egress, UnknownValue, m.gap, in.flows))
		}
		in.hdr.src = m.public
		if w.record {
			words := publicSourceWords
			if m.public.kind == somePublicIP4 {
				words = laterSourceWords
			}
			in.hop(hop{at: g.comp, action: ActionTranslate, words: words})
		}
		o = o.or(w.endSome(in, doomed, w.leave))
		if s.flows.IsEmpty() {
			return o
		}
	}
	if s.flows.IsEmpty() {
		return o
	}
	words := noPublicSourceWords
	if a, ok := s.hdr.src.ofSet(s.flows).Single(); ok {
		if n, ok := g.vpc.owner(a).(*natGateway); ok {
			words = n.privateWords // NAT-8
		}
	}
	return o.or(w.drop(s, evidence{code: IGWPublicIPAssociationForEgress, dir: egress, at: g.comp, where: g.model.Provenance, words: words}))
}

// assumeAttached says that nothing but an active route tells of the gateway.
func (g *internetGateway) assumeAttached(w *walk) {
	if g.inferred {
		w.assume("RT-10", "internet gateway "+g.comp.ID+" is not described; an active route to it says that it is attached")
	}
}

// doubtAttached notes that the gateway may be attached to another VPC.
func (g *internetGateway) doubtAttached(w *walk, s *state, dir direction) {
	if u := g.model.AttachmentUnknown; u != nil {
		w.gap(s, g.comp, dir, UnknownValue, u)
	}
}

// endSome ends the way of some of the flows and walks the others on.
func (w *walk) endSome(s state, ended packet.Set, on func(state) outcome) outcome {
	if ended.IsEmpty() {
		return on(s)
	}
	stop, rest := s, s
	stop.flows, rest.flows = s.flows.And(ended), s.flows.Sub(ended)
	var o outcome
	if !stop.flows.IsEmpty() {
		o = w.end(stop)
	}
	if !rest.flows.IsEmpty() {
		o = o.or(on(rest))
	}
	return o
}

// privateDestinations denies what goes to private addresses (IGW-6); the way of
// those flows ends at the gateway.
func (g *internetGateway) privateDestinations(w *walk, s *state) packet.Set {
	var doomed packet.Set
	for _, p := range []struct {
		addrs packet.Addrs
		code  Code
		name  string
	}{
		{rfc1918, IGWDestinationNotInRFC1918Egress, "RFC 1918"},
		{rfc6598, IGWDestinationNotInRFC6598Egress, "RFC 6598 (100.64.0.0/10)"},
	} {
		in, _ := s.split(s.hdr.dst, p.addrs)
		if in.flows.IsEmpty() {
			continue
		}
		w.deny(s, evidence{code: p.code, dir: egress, at: g.comp, flows: in.flows, where: g.model.Provenance,
			words: func(_ *Engine, c Component, h Header) (string, string) {
				return fmt.Sprintf("internet gateway %s drops packets to private addresses: %s is in %s", c.named(), h.DestinationIP, p.name),
					"route private destinations to a peering connection, transit gateway or VPN instead"
			}})
		doomed = doomed.Or(in.flows)
	}
	return doomed
}

// receive6 is the way out for IPv6: no translation (IGW-3), but the source must
// be an interface's of the VPC, and one that may use the gateway (ENI-13).
func (g *internetGateway) receive6(w *walk, s state) outcome {
	var o outcome
	denyUniqueLocal(w, &s, egress, g)
	for _, own := range g.vpc.senders(w, &s) {
		in, out := s.split(s.hdr.src, own.addrs)
		s = out
		if in.flows.IsEmpty() {
			continue
		}
		if own.to.deniesGatewayTraffic() {
			w.deny(&in, evidence{code: IGWPublicIPAssociationForEgress, dir: egress, at: g.comp, flows: in.flows, where: own.to.model.Provenance,
				words: say("the IPv6 addresses of "+own.to.label()+" may not use an internet gateway", "reach it from inside the VPC")})
		}
		if w.record {
			in.hop(hop{at: g.comp, action: ActionForward, words: untranslatedWords})
		}
		o = o.or(w.leave(in))
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(w.drop(s, evidence{code: IGWPublicIPAssociationForEgress, dir: egress, at: g.comp, where: g.model.Provenance, words: noPublicSourceWords}))
}

// denyUniqueLocal denies what an IPv6 gateway would send from, or let in to, a
// unique local address: a VPC may have such a range, the internet does not route
// it.
func denyUniqueLocal(w *walk, s *state, dir direction, g node) {
	code, field := IGWPublicIPAssociationForEgress, s.hdr.src
	if dir == ingress {
		code, field = IGWPrivateIPAssociationForIngress, s.hdr.dst
	}
	in, _ := s.split(field, uniqueLocal)
	if in.flows.IsEmpty() {
		return
	}
	w.deny(s, evidence{code: code, dir: dir, at: g.component(), flows: in.flows, words: func(_ *Engine, _ Component, h Header) (string, string) {
		private := h.SourceIP
		if dir == ingress {
			private = h.DestinationIP
		}
		return private + " is a unique local address (RFC 4193), which the internet does not route",
			"give the subnet a range of public IPv6 addresses"
	}})
}

// deniesGatewayTraffic reports whether internet gateways drop what the interface
// sends from and is sent at its IPv6 addresses: it says so (ENI-13), or it is a VPC
// endpoint's (IFEP-12).
func (i *networkInterface) deniesGatewayTraffic() bool {
	return i.model.DenyAllIGWTraffic || i.owner.kind == model.KindVPCEndpoint
}

// senders gives the interfaces of the VPC that have the packet's source
// addresses, and those addresses.
func (v *vpc) senders(w *walk, s *state) []struct {
	addrs packet.Addrs
	to    *networkInterface
} {
	type sender = struct {
		addrs packet.Addrs
		to    *networkInterface
	}
	if p := s.hdr.src.pool; p != nil && p.of.vpc == v {
		return []sender{{p.addrs, p.of}}
	}
	var out []sender
	if w.source != nil && w.source.vpc == v && w.claims[model.Return].to == w.source && s.leg == model.Forward {
		out = append(out, sender{w.claims[model.Return].addrs, w.source})
	}
	if c := w.claims[model.Forward]; c.to != nil && c.to.vpc == v && s.leg == model.Return {
		out = append(out, sender{c.addrs, c.to})
	}
	for _, own := range v.ownersIn(s.hdr.src.ofSet(s.flows)) {
		if i, ok := own.to.(*networkInterface); ok {
			out = append(out, sender{own.addrs, i})
		}
	}
	return out
}

// publicMapping is a private address, or several that the interface may have,
// and the field that shows the public one.
type publicMapping struct {
	private packet.Addrs
	public  addrField
	gap     *model.Unknown // set where it is open whether there is a public one
}

// publicMappings gives the mappings of a packet's private source addresses (IGW-2).
func (v *vpc) publicMappings(w *walk, of *state) []publicMapping {
	var out []publicMapping
	if p := of.hdr.src.pool; p != nil && p.of.vpc == v && (p.of.model.PublicUnassigned || p.of.model.PublicUnknown != nil) {
		some := addrField{kind: somePublicIP4, owner: &publicOwner{vpc: v, private: of.hdr.src}}
		return []publicMapping{{p.addrs, some, p.of.model.PublicUnknown}}
	}
	s := of.hdr.src.ofSet(of.flows)
	for _, c := range w.claims {
		if c.to == nil || c.to.vpc != v || c.to.model.Primary(false).IP.IsValid() || !c.addrs.Overlaps(s) {
			continue
		}
		if c.to.model.PublicUnassigned || c.to.model.PublicUnknown != nil {
			some := addrField{kind: somePublicIP4, owner: &publicOwner{vpc: v, private: privateField(w, c)}}
			out = append(out, publicMapping{c.addrs, some, c.to.model.PublicUnknown})
		}
	}
	for _, own := range v.ownersIn(s) {
		for _, a := range v.knownIn(own.addrs) {
			if f, ok := v.publicOf(own.to, a); ok {
				out = append(out, publicMapping{private: packet.Addr(a), public: f})
			} else if i, ok := own.to.(*networkInterface); ok && i.model.PublicUnknown != nil && i.model.Primary(false).IP == a {
				some := addrField{kind: somePublicIP4, owner: &publicOwner{vpc: v, private: addrField{kind: constAddr, addr: a}}}
				out = append(out, publicMapping{packet.Addr(a), some, i.model.PublicUnknown})
			}
		}
		if i, ok := own.to.(*networkInterface); ok {
			for _, a := range i.elasticIn(own.addrs) {
				out = append(out, publicMapping{private: packet.Addr(a), public: addrField{kind: constAddr, addr: i.elastic[a]}})
			}
		}
	}
	return out
}

// elasticIn gives the addresses of delegated prefixes in s that an Elastic IP is
// associated with, in order (ENI-7).
func (i *networkInterface) elasticIn(s packet.Addrs) []netip.Addr {
	var out []netip.Addr
	for a := range i.elastic {
		if s.Contains(a) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return out
}

// privateField is the field that shows an unassigned address: the flow's own.
func privateField(w *walk, c claim) addrField {
	if c.to == w.claims[model.Return].to {
		return addrField{kind: flowSrc}
	}
	return addrField{kind: flowDst}
}

func publicSourceWords(_ *Engine, _ Component, h Header) (string, string) {
	return "source becomes " + h.SourceIP, ""
}

func laterSourceWords(*Engine, Component, Header) (string, string) {
	return "source becomes its public address, which is not assigned yet", ""
}

func privateDestinationWords(_ *Engine, _ Component, h Header) (string, string) {
	return "destination becomes " + h.DestinationIP, ""
}

func untranslatedWords(*Engine, Component, Header) (string, string) {
	return "passes untranslated", ""
}

func noPublicSourceWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("%s has no public address, so internet gateway %s cannot send for it", h.SourceIP, c.named()),
		"associate an Elastic IP, or route through a NAT gateway"
}
