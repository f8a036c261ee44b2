package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// latticeRange is where VPC Lattice is reached, unless its prefix list tells more
// (LAT-2).
var latticeRange = packet.Prefix(netip.MustParsePrefix("169.254.171.0/24"))

// latticeService is a compiled VPC Lattice service: listeners, and targets in any
// VPC (LAT-5).
type latticeService struct {
	e         *Engine
	comp      Component
	model     *model.LatticeService
	listeners []listener
	// field shows the address at which clients of associated VPCs find the service,
	// and which it sends to its targets from.
	field addrField
}

func (l *latticeService) component() Component { return l.comp }

// latticeAssociation is a VPC's association with a service network.
type latticeAssociation struct {
	comp    Component
	model   *model.ServiceNetworkVPC
	network *model.ServiceNetwork
	vpc     *vpc
	space   packet.Addrs // where the VPC's clients find what is in the network
	// guard has its security groups; nil where none were given (LAT-3).
	guard *networkInterface
}

func (e *Engine) compileLattice() {
	e.latticeServices = map[model.LatticeServiceID]*latticeService{}
	for _, m := range model.Sorted(e.network.LatticeServices) {
		l := &latticeService{e: e, comp: e.component(model.KindLatticeService, string(m.ID), &m.Meta), model: m}
		at := &serviceAddress{service: latticeIn(m.Region), space: e.latticeSpace(m.Region), lattice: l}
		l.field = addrField{kind: ofService, service: at}
		for k := range m.Listeners {
			c := compileListener(&m.Listeners[k])
			c.groups = e.groupsOf(c.model, &m.Meta)
			l.listeners = append(l.listeners, c)
		}
		e.latticeServices[m.ID] = l
	}
	for _, m := range model.Sorted(e.network.ServiceNetworks) {
		for k := range m.VPCs {
			x := &m.VPCs[k]
			v := e.vpc(x.VPC)
			a := &latticeAssociation{comp: e.component(model.KindServiceNetwork, string(m.ID), &m.Meta), model: x, network: m, vpc: v, space: e.latticeSpace(v.model.Region).Or(latticeRange)}
			if len(x.Groups) > 0 {
				a.guard = &networkInterface{
					comp: a.comp, vpc: v, groups: e.groupsByID(x.Groups, v, &m.Meta),
					model: &model.Interface{VPC: x.VPC, Groups: x.Groups, Meta: model.Meta{Name: m.Name, Provenance: x.Provenance}},
				}
			}
			v.lattice = append(v.lattice, a)
		}
	}
}

func latticeIn(r model.Region) model.Service { return model.Service{Name: "vpc-lattice", Region: r} }

// latticeSpace is where VPC Lattice is reached in a Region: the entries of its prefix
// list, as far as the input tells them (LAT-2).
func (e *Engine) latticeSpace(r model.Region) packet.Addrs {
	if list := e.serviceList(latticeIn(r), false); list != nil && list.unknown == nil && !list.addrs.IsEmpty() {
		return list.addrs
	}
	return latticeRange
}

// splitLattice parts the flows by whether they go to VPC Lattice: no route is asked
// about those (LAT-2).
func (v *vpc) splitLattice(s *state) (in, out state) {
	if a := s.hdr.dst.service; a != nil && a.lattice != nil {
		in, out = *s, *s
		out.flows = nil
		return in, out
	}
	if len(v.lattice) == 0 {
		in, out = *s, *s
		in.flows = nil
		return in, out
	}
	return s.split(s.hdr.dst, v.lattice[0].space)
}

// toLattice takes a packet to the service network that the VPC is associated with,
// or a target's reply back to the service that asked (LAT-1).
func (v *vpc) toLattice(w *walk, s state, by *routeTable) outcome {
	var asked *latticeService
	if a := s.hdr.dst.service; a != nil {
		asked = a.lattice
	}
	if asked != nil && s.leg == model.Return {
		if s.crossingBy(asked) == nil {
			return w.drop(s, evidence{code: AsymmetricReturn, at: asked.comp, words: strayReplyWords})
		}
		return asked.back(w, s)
	}
	for _, a := range v.lattice {
		if a.model.Active && (asked == nil || slices.Contains(a.network.Services, asked.model.ID)) {
			return a.enter(w, s, asked)
		}
	}
	if n := v.openServiceNetwork(asked); n != nil {
		return w.lostTrack(s, gapEvidence(by.comp, sideless, UnknownResource, n.Unknown, nil))
	}
	for _, a := range v.lattice {
		if asked != nil && slices.Contains(a.network.Services, asked.model.ID) {
			return w.drop(s, evidence{code: BadState, at: a.comp, where: a.model.Provenance, words: a.stateWords})
		}
	}
	return w.drop(s, evidence{code: NoRouteToDestination, at: by.comp, where: by.where, words: v.unassociatedWords})
}

// openServiceNetwork is a service network that may join the VPC with a service by an
// association that the input lacks; asked is nil for any service.
func (v *vpc) openServiceNetwork(asked *latticeService) *model.ServiceNetwork {
	for _, n := range model.Sorted(v.e.network.ServiceNetworks) {
		if n.Unknown != nil && (asked == nil || n.Region == "" || asked.model.Region == "" || n.Region == asked.model.Region) {
			return n
		}
	}
	return nil
}

// enter takes a packet of the VPC into the service network, past the association's
// groups, which see the client (LAT-3).
func (a *latticeAssociation) enter(w *walk, s state, asked *latticeService) outcome {
	switch {
	case s.crossingBy(a) != nil:
		return w.drop(s, evidence{code: Loop, at: a.comp, where: a.model.Provenance, words: loopWords})
	case s.via == nil || s.via.vpc != a.vpc || s.transit != nil: // LAT-1
		return w.drop(s, evidence{code: NotTransitive, at: a.comp, where: a.model.Provenance,
			words: say("a VPC's association with a service network serves the interfaces of that VPC only", "give the other network a service-network endpoint")})
	}
	if w.record {
		s.hop(hop{at: a.comp, action: ActionForward, words: say("enters the service network", "")})
	}
	if a.guard != nil {
		a.guard.filter(w, &s, ingress)
	}
	if u := a.model.GroupsUnknown; u != nil {
		w.gap(&s, a.comp, ingress, UnknownValue, u)
	}
	s.relayed, s.refs = true, nil
	w.lose(&s, a.comp) // LAT-4
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: a, header: s.hdr, replies: func(w *walk, s state, _ *networkInterface) outcome {
		s.hdr = s.crossingBy(a).header.swap()
		s.from, s.via = nil, nil
		return a.vpc.receive(w, s)
	}}
	if asked != nil {
		return asked.serve(w, s)
	}
	return a.vpc.e.serveAny(w, s, a.network, a.comp, nil)
}

func (a *latticeAssociation) component() Component { return a.comp }

// networkEntrance is an interface of a service-network endpoint: the way into a
// service network for whoever reaches it (PL-13, RES-8).
type networkEntrance struct {
	e        *Engine
	endpoint *model.VPCEndpoint
	i        *networkInterface
}

func (x *networkEntrance) component() Component { return x.i.comp }

func (x *networkEntrance) take(w *walk, s state) outcome {
	m := x.e.network.ServiceNetworks[x.endpoint.ServiceNetwork]
	if m == nil {
		u := missing(model.KindServiceNetwork, string(x.endpoint.ServiceNetwork), &x.endpoint.Meta)
		return w.lostTrack(s, gapEvidence(x.i.comp, sideless, UnknownResource, u, nil))
	}
	if !enterProvider(w, &s, x.i, x) {
		return w.drop(s, evidence{code: Loop, at: x.i.comp, where: x.endpoint.Provenance, words: loopWords})
	}
	return x.e.serveAny(w, s, m, x.i.comp, x.e.endpointSubnets(x.endpoint))
}

func (x *networkEntrance) answer(*walk, state) (outcome, bool) { return outcome{}, false }

// offer is a service or a resource of a service network.
type offer struct {
	service  *latticeService
	resource *model.ResourceConfiguration
}

// serveAny takes a connection to what a service network has for it. Of several that
// take the port the name decides that the client asks for.
func (e *Engine) serveAny(w *walk, s state, m *model.ServiceNetwork, at Component, from []*subnet) outcome {
	var offers []offer
	open := m.Unknown
	for _, id := range m.Services {
		if l := e.latticeServices[id]; l != nil && (w.host == "" || l.model.Domain == "" || strings.EqualFold(w.host, l.model.Domain)) {
			offers = append(offers, offer{service: l})
			open = openListeners(l.listeners, open)
		}
	}
	for _, id := range m.Resources {
		if r := e.network.ResourceConfigurations[id]; r != nil && (w.host == "" || r.Domain == "" || strings.EqualFold(w.host, r.Domain)) {
			offers = append(offers, offer{resource: r})
		}
	}
	takes := func(o offer) packet.Set {
		if o.service != nil {
			return o.service.takes(&s)
		}
		var out packet.Set
		for _, r := range e.resourcesOf(o.resource) {
			out = out.Or(resourceFlows(&s, r))
		}
		return out
	}
	var o outcome
	for _, c := range cellsOf(s.flows, offers, takes) {
		in := s
		in.flows = c.flows
		var ways []func(state) outcome
		for _, x := range c.takers {
			if x.service != nil {
				ways = append(ways, func(s state) outcome { return x.service.serve(w, s) })
			} else {
				ways = append(ways, func(s state) outcome { return e.toResource(w, s, x.resource, from) })
			}
		}
		switch {
		case len(ways) == 0 && open != nil:
			o = o.or(w.lostTrack(in, gapEvidence(at, sideless, UnknownResource, open, nil)))
			continue
		case len(ways) == 0:
			o = o.or(w.drop(in, evidence{code: ELBv2ListenersMismatch, dir: ingress, at: at, where: m.Provenance, words: nothingTakesWords(m)}))
			continue
		case len(ways) > 1:
			w.assume("PL-13", fmt.Sprintf("the name that the client asks for decides between %d services and resources of %s (--host tells it)", len(ways), cmp.Or(m.Name, string(m.ID))))
		}
		o = o.or(w.either(in, ways...))
	}
	return o
}

func (a *latticeAssociation) stateWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("the association of %s with service network %s is %s", a.vpc.comp.named(), c.named(), strings.ToLower(a.model.State)), "associate the VPC anew"
}

func (v *vpc) unassociatedWords(*Engine, Component, Header) (string, string) {
	return fmt.Sprintf("%s is not associated with a service network that has the service: an association serves the clients of its own VPC only", v.comp.named()),
		"associate the VPC with the service network, or use a service-network endpoint"
}

func nothingTakesWords(m *model.ServiceNetwork) words {
	return func(_ *Engine, _ Component, h Header) (string, string) {
		return fmt.Sprintf("no service or resource of service network %s takes %s", cmp.Or(m.Name, string(m.ID)), h.traffic()), "associate one that does with the service network"
	}
}

// latticeEnd is a VPC Lattice service as the destination of a question: its name
// resolves to VPC Lattice's own addresses.
func (e *Engine) latticeEnd(s *model.Selection, v6 bool) []end {
	l := e.latticeServices[model.LatticeServiceID(s.Outside.ID)]
	if v6 {
		return nil // LAT-2: the name has IPv4 addresses for whoever asks for them
	}
	return []end{{label: s.Text, addrs: packet.AllAddrs, special: true, field: l.field}}
}
