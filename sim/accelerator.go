package sim

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// accelerator is a compiled Global Accelerator's accelerator: a way from the internet
// to balancers and instances, in subnets without a route to it too (NEW-1).
type accelerator struct {
	e     *Engine
	comp  Component
	model *model.Accelerator
	// sender shows the addresses that it connects from, where it does not keep the
	// client's.
	sender addrField
}

func (a *accelerator) component() Component { return a.comp }

// compileAccelerators gives accelerators their addresses.
func (e *Engine) compileAccelerators() {
	e.accelerators = map[model.AcceleratorID]*accelerator{}
	for _, m := range model.Sorted(e.network.Accelerators) {
		a := &accelerator{e: e, comp: e.component(model.KindAccelerator, string(m.ID), &m.Meta), model: m}
		a.sender = addrField{kind: ofService, service: &serviceAddress{service: model.Service{Name: "globalaccelerator"}, space: servicePublic[0], front: a}}
		for _, ip := range m.IPs {
			e.public[ip] = &publicOwner{front: a}
		}
		e.accelerators[m.ID] = a
	}
}

// frontOf finds what has public addresses outside the VPCs.
func (e *Engine) frontOf(c Component) node {
	if a := e.accelerators[model.AcceleratorID(c.ID)]; a != nil && c.Type == model.KindAccelerator {
		return a
	}
	if o := e.vpcOrigins[model.VPCOriginID(c.ID)]; o != nil && c.Type == model.KindVPCOrigin {
		return o
	}
	return &unmodelledTarget{comp: c}
}

// acceleratorEnds are an accelerator's addresses: those that the input tells, or one
// that is not known yet.
func (e *Engine) acceleratorEnds(s *model.Selection, v6 bool) []end {
	a := e.accelerators[model.AcceleratorID(s.Outside.ID)]
	var addrs packet.Addrs
	for _, ip := range a.model.IPs {
		if ip.Is6() == v6 {
			addrs = addrs.Or(packet.Addr(ip))
		}
	}
	switch {
	case !addrs.IsEmpty():
		return []end{{label: s.Text, addrs: addrs}}
	case v6 || slices.ContainsFunc(a.model.IPs, netip.Addr.Is4):
		return nil
	}
	return []end{frontEnd(s, a)}
}

// frontEnd is a public address that is not known of what stands outside the VPCs.
func frontEnd(s *model.Selection, n node) end {
	return end{label: s.Text, addrs: packet.AllIPv4, special: true, field: addrField{kind: somePublicIP4, owner: &publicOwner{front: n}}}
}

// receive takes a connection to any of the endpoints of the listener that accepts it
// (PATH-7).
func (a *accelerator) receive(w *walk, s state) outcome {
	where := a.model.Provenance
	if s.leg == model.Return {
		return w.drop(s, evidence{code: AsymmetricReturn, at: a.comp, where: where, words: strayReplyWords})
	}
	if s.crossingBy(a) != nil {
		return w.drop(s, evidence{code: Loop, at: a.comp, where: where, words: loopWords})
	}
	w.lose(&s, a.comp)
	s.relayed, s.from, s.via, s.mediated, s.transit = true, nil, nil, false, nil
	if !a.model.Enabled {
		w.deny(&s, evidence{code: BadState, at: a.comp, flows: s.flows, where: where, words: stateWords("accelerator", "disabled")})
	}
	var o outcome
	for k := range a.model.Listeners {
		l := &a.model.Listeners[k]
		t := traffic{protocols: packet.Protocol(l.Protocol), ports: portsOf(l.Ports)}
		b := packet.All
		if s.hdr.matches(&b, &t) == no {
			continue
		}
		in, rest := s.splitBox(&b)
		if !in.flows.IsEmpty() {
			o = o.or(a.toEndpoints(w, in, l))
		}
		s = rest
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: a.comp, where: where,
		words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("no listener of accelerator %s takes %s", c.named(), h.traffic()), "add a listener for it"
		}}))
}

// toEndpoints takes a connection to any endpoint of a listener.
func (a *accelerator) toEndpoints(w *walk, s state, l *model.AcceleratorListener) outcome {
	var ways []outcome
	for k := range l.Endpoints {
		m := &l.Endpoints[k]
		if m.Unknown != nil {
			ways = append(ways, w.lostTrack(s, gapEvidence(a.comp, sideless, UnknownValue, m.Unknown, nil)))
			continue
		}
		ends := a.endsOf(m)
		if len(ends) == 0 {
			u := &model.Unknown{Subject: a.comp.ID, Attribute: "endpoints", Reason: "one is named that the input does not describe", Provenance: m.Provenance}
			ways = append(ways, w.lostTrack(s, gapEvidence(a.comp, sideless, UnknownResource, u, nil)))
		}
		for _, x := range ends {
			ways = append(ways, a.byOverrides(w, s, m, x))
		}
	}
	if len(ways) == 0 {
		return w.drop(s, evidence{code: NoPossibleDestination, at: a.comp, where: l.Provenance, words: say("the accelerator's listener has no endpoint", "add an endpoint to its endpoint group")})
	}
	return atRandom(ways)
}

// acceleratorEnd is an interface that an endpoint stands for, and its address.
type acceleratorEnd struct {
	i    *networkInterface
	addr addrField
}

func (a *accelerator) endsOf(m *model.AcceleratorEndpoint) []acceleratorEnd {
	var out []acceleratorEnd
	add := func(i *networkInterface) {
		if i != nil {
			if f, ok := i.addressField(false); ok {
				out = append(out, acceleratorEnd{i, f})
			}
		}
	}
	if lb := a.e.loadBalancers[m.LoadBalancer]; lb != nil {
		for _, n := range lb.nodes {
			add(n.i)
		}
	}
	if x := a.e.network.Instances[m.Instance]; x != nil && len(x.Interfaces) > 0 {
		add(a.e.interfaces[x.Interfaces[0]])
	}
	if x := a.e.network.ElasticIPs[m.Allocation]; x != nil {
		if i := a.e.interfaces[x.Interface]; i != nil && x.PrivateIP.IsValid() {
			out = append(out, acceleratorEnd{i, addrField{kind: constAddr, addr: x.PrivateIP}})
		} else {
			add(i)
		}
	}
	return out
}

// byOverrides sends each listener port to the endpoint's.
func (a *accelerator) byOverrides(w *walk, s state, m *model.AcceleratorEndpoint, x acceleratorEnd) outcome {
	var o outcome
	for _, from := range slices.Sorted(maps.Keys(m.Overrides)) {
		b := packet.All
		if s.hdr.dport.in(&b, packet.PortRange(from, from)) == no {
			continue
		}
		in, rest := s.splitBox(&b)
		if s = rest; in.flows.IsEmpty() {
			continue
		}
		o = o.or(a.toEnd(w, in, m, x, toPort(m.Overrides[from])))
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(a.toEnd(w, s, m, x, s.hdr.dport))
}

// toEnd sends a connection into the VPC: from an interface of the accelerator's own
// there, so that no route is asked, with the client's address if it keeps that; or from
// the accelerator's public addresses, by the internet gateway as anything else.
func (a *accelerator) toEnd(w *walk, s state, m *model.AcceleratorEndpoint, x acceleratorEnd, port portField) outcome {
	i := x.i
	if i.vpc.igw == nil {
		s.hdr.dst, s.hdr.dport = x.addr, port
		return i.vpc.noGateway(w, s, x.addr)
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: a, header: s.hdr}
	s.hdr.dport = port
	if m.NoClientIP {
		if s.choices == packet.Choices {
			return w.lostTrack(s, evidence{code: NotModelled, at: a.comp, isGap: true, where: a.model.Provenance,
				words: say("too many translations on one way to follow", "ask about the way from here by itself")})
		}
		s.pickPort(relayPorts)
		s.hdr.src = a.sender
		if !a.private(m) {
			a.note(w, &s)
			return i.vpc.admit(w, s, x.addr)
		}
	}
	s.conn.replies = a.reply
	s.hdr.dst = x.addr
	a.note(w, &s)
	i.vpc.bpa.enter(w, &s, i.vpc.igw) // BPA-6
	w.assume("NEW-1", "the network ACLs of the subnets filter what a Global Accelerator brings in and takes out")
	return i.subnet.enter(w, s, i)
}

// private reports whether an endpoint has no public address by which the internet
// gateway could admit what comes for it.
func (a *accelerator) private(m *model.AcceleratorEndpoint) bool {
	lb := a.e.loadBalancers[m.LoadBalancer]
	return lb != nil && lb.model.Internal
}

func (a *accelerator) note(w *walk, s *state) {
	if w.record {
		s.hop(hop{at: a.comp, action: ActionTranslate, words: preservedOrNotWords})
	}
}

// reply takes what an interface answers back to the client.
func (a *accelerator) reply(w *walk, s state, from *networkInterface) outcome {
	s.sender = from
	from.filter(w, &s, egress)
	from.subnet.acl(w, &s, egress)
	return a.back(w, s)
}

// back gives the answer to the client, from the address that it asked for.
func (a *accelerator) back(w *walk, s state) outcome {
	c := s.crossingBy(a)
	if c == nil {
		return w.drop(s, evidence{code: AsymmetricReturn, at: a.comp, where: a.model.Provenance, words: strayReplyWords})
	}
	s.hdr = c.header.swap()
	if w.record {
		s.hop(hop{at: a.comp, action: ActionTranslate, words: restoreWords})
	}
	return w.leave(s)
}

func preservedOrNotWords(_ *Engine, _ Component, h Header) (string, string) {
	return fmt.Sprintf("sends it on to %s from %s", h.DestinationIP, h.SourceIP), ""
}
