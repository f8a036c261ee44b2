package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// resourceGateway is a compiled resource gateway: where connections to resources
// enter their VPC, as new ones from its interfaces (RES-2).
type resourceGateway struct {
	comp    Component
	model   *model.ResourceGateway
	doors   []*gatewayInterface
	subnets []*subnet
}

// gatewayInterface is an interface of a resource gateway. It only sends: what comes
// to it are replies (RES-6).
type gatewayInterface struct {
	g *resourceGateway
	i *networkInterface
}

func (d *gatewayInterface) component() Component { return d.i.comp }

func (e *Engine) compileResourceGateways() {
	e.resourceGateways = map[model.ResourceGatewayID]*resourceGateway{}
	for _, m := range model.Sorted(e.network.ResourceGateways) {
		g := &resourceGateway{comp: e.component(model.KindResourceGateway, string(m.ID), &m.Meta), model: m}
		add := func(i *networkInterface) {
			d := &gatewayInterface{g, i}
			i.relay = d
			g.doors, g.subnets = append(g.doors, d), appendNew(g.subnets, i.subnet)
		}
		for _, id := range m.Interfaces {
			if i := e.interfaces[id]; i != nil {
				add(i)
			}
		}
		for _, id := range m.Subnets {
			sn := e.subnets[id]
			if sn == nil {
				continue
			}
			if len(m.Interfaces) == 0 {
				add(e.gatewayInterfaceIn(g, sn))
			}
			g.subnets = appendNew(g.subnets, sn)
		}
		e.resourceGateways[m.ID] = g
	}
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		for _, id := range e.endpointNICs[m.ID] {
			i := e.interfaces[id]
			switch m.Type {
			case model.ResourceEndpoint:
				i.relay = &resourceEntrance{e, m, i}
			case model.ServiceNetworkEndpoint:
				i.relay = &networkEntrance{e, m, i}
			}
		}
	}
}

// gatewayInterfaceIn is the interface that a gateway has in a subnet, where the input
// does not give it: with any free address.
func (e *Engine) gatewayInterfaceIn(g *resourceGateway, sn *subnet) *networkInterface {
	m := &model.Interface{
		ID: model.InterfaceID(string(g.model.ID) + "/" + string(sn.model.ID)), Meta: model.Meta{Name: g.comp.named(), Provenance: g.model.Provenance},
		VPC: sn.model.VPC, Subnet: sn.model.ID, Groups: g.model.Groups, Unassigned4: true,
		Owner: model.OwnerRef{Kind: model.KindResourceGateway, ID: string(g.model.ID)},
	}
	if len(m.Groups) == 0 {
		m.GroupsUnknown = &model.Unknown{Subject: g.comp.ID, Attribute: "security groups", Reason: "the input gives none", Provenance: g.model.Provenance}
	}
	i := e.compileInterface(m)
	if free := i.free(false); !free.IsEmpty() {
		i.pools[0] = &addressPool{i, free}
	}
	return i
}

// take: nothing connects to a resource gateway by its address.
func (d *gatewayInterface) take(w *walk, s state) outcome {
	return w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: d.g.comp, where: d.g.model.Provenance,
		words: say("a resource gateway takes no connections by its own address", "connect through a resource endpoint or a service network")})
}

// answer takes a resource's reply back along the connection.
func (d *gatewayInterface) answer(w *walk, s state) (outcome, bool) {
	c := s.answeredBy(d)
	if c == nil {
		return outcome{}, false
	}
	s.hdr = c.header.swap()
	if w.record {
		s.hop(hop{at: d.i.comp, action: ActionTranslate, words: restoreWords})
	}
	return d.i.replyAlong(w, s, c.before), true
}

// resourceEntrance is an interface of a resource endpoint (RES-1).
type resourceEntrance struct {
	e        *Engine
	endpoint *model.VPCEndpoint
	i        *networkInterface
}

func (x *resourceEntrance) component() Component { return x.i.comp }

func (x *resourceEntrance) take(w *walk, s state) outcome {
	m := x.e.network.ResourceConfigurations[x.endpoint.ResourceConfiguration]
	if m == nil {
		u := missing(model.KindResourceConfiguration, string(x.endpoint.ResourceConfiguration), &x.endpoint.Meta)
		return w.lostTrack(s, gapEvidence(x.i.comp, sideless, UnknownResource, u, nil))
	}
	if !enterProvider(w, &s, x.i, x) {
		return w.drop(s, evidence{code: Loop, at: x.i.comp, where: x.endpoint.Provenance, words: loopWords})
	}
	if m.Account != "" && x.endpoint.Account != "" && m.Account != x.endpoint.Account { // RES-7
		w.assume("RES-7", fmt.Sprintf("%s is shared with account %s, which has accepted the share: the input does not tell", m.ID, x.endpoint.Account))
	}
	return x.e.toResource(w, s, m, x.e.endpointSubnets(x.endpoint))
}

func (x *resourceEntrance) answer(*walk, state) (outcome, bool) { return outcome{}, false }

// enterProvider hands a connection over from an endpoint's interface to what it leads
// to: there is no network between them, and who the client is gets lost. It is false
// for a connection that goes in a circle.
func enterProvider(w *walk, s *state, i *networkInterface, by any) bool {
	if s.crossingBy(by) != nil {
		return false
	}
	s.relayed, s.refs = true, nil
	w.lose(s, i.comp)
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: by, header: s.hdr, replies: func(w *walk, s state, _ *networkInterface) outcome {
		c := s.crossingBy(by)
		s.hdr = c.header.swap()
		if w.record {
			s.hop(hop{at: i.comp, action: ActionTranslate, words: restoreWords})
		}
		return i.replyAlong(w, s, c.before)
	}}
	return true
}

// endpointSubnets are the subnets that an endpoint is in.
func (e *Engine) endpointSubnets(m *model.VPCEndpoint) []*subnet {
	var out []*subnet
	for _, id := range e.endpointNICs[m.ID] {
		out = appendNew(out, e.interfaces[id].subnet)
	}
	return out
}

// toResource takes a connection to what a resource configuration defines, by its
// gateway; of a group to the resource that takes the port, and where several do, the
// name that the client used decides. From are the subnets of the endpoint that it
// comes through; nil for a VPC's association with a service network.
func (e *Engine) toResource(w *walk, s state, m *model.ResourceConfiguration, from []*subnet) outcome {
	var o outcome
	for _, c := range cellsOf(s.flows, e.resourcesOf(m), func(r *model.ResourceConfiguration) packet.Set { return resourceFlows(&s, r) }) {
		in := s
		in.flows = c.flows
		if len(c.takers) == 0 {
			o = o.or(e.refuseResource(w, in, m))
			continue
		}
		var ways []func(state) outcome
		for _, r := range c.takers {
			ways = append(ways, func(s state) outcome { return e.throughGateway(w, s, r, from) })
		}
		o = o.or(w.either(in, ways...))
	}
	return o
}

// cell is flows that the same of several things take.
type cell[T any] struct {
	flows  packet.Set
	takers []T
}

// cellsOf parts flows by which of several things take them.
func cellsOf[T any](flows packet.Set, all []T, takes func(T) packet.Set) []cell[T] {
	cells := []cell[T]{{flows: flows}}
	for _, x := range all {
		taken := takes(x)
		var next []cell[T]
		for _, c := range cells {
			if in := c.flows.And(taken); !in.IsEmpty() {
				next = append(next, cell[T]{in, append(slices.Clone(c.takers), x)})
			}
			if out := c.flows.Sub(taken); !out.IsEmpty() {
				next = append(next, cell[T]{out, c.takers})
			}
		}
		cells = next
	}
	return cells
}

// resourcesOf are the resources of a configuration: its own, or those of a group.
func (e *Engine) resourcesOf(m *model.ResourceConfiguration) []*model.ResourceConfiguration {
	if m.Type != "GROUP" {
		return []*model.ResourceConfiguration{m}
	}
	var out []*model.ResourceConfiguration
	for _, r := range model.Sorted(e.network.ResourceConfigurations) {
		if r.Parent == m.ID {
			out = append(out, r)
		}
	}
	return out
}

// resourceFlows are the flows that a resource takes: TCP to its ports (PL-12).
func resourceFlows(s *state, m *model.ResourceConfiguration) packet.Set {
	t := traffic{protocols: packet.Protocol(model.TCP)}
	if len(m.Ports) > 0 {
		t.ports = portsOf(m.Ports)
	}
	b := packet.All
	if s.hdr.matches(&b, &t) == no {
		return nil
	}
	return s.flows.AndBox(&b)
}

func portsOf(ranges []model.PortRange) packet.Ports {
	var out packet.Ports
	for _, r := range ranges {
		out = out.Or(packet.PortRange(r.From, r.To))
	}
	return out
}

func (e *Engine) refuseResource(w *walk, s state, m *model.ResourceConfiguration) outcome {
	var ports packet.Ports
	for _, r := range e.resourcesOf(m) {
		ports = ports.Or(portsOf(r.Ports))
	}
	return w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: e.component(model.KindResourceConfiguration, string(m.ID), &m.Meta), where: m.Provenance,
		words: func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("resource configuration %s takes tcp %s, not %s", c.named(), packet.FormatPorts(ports), h.traffic()), "add the port to the resource configuration"
		}})
}

// throughGateway takes a connection to one resource, from the interfaces of its
// gateway, whose groups control what goes out (RES-3).
func (e *Engine) throughGateway(w *walk, s state, m *model.ResourceConfiguration, from []*subnet) outcome {
	comp := e.component(model.KindResourceConfiguration, string(m.ID), &m.Meta)
	if !m.Available {
		w.deny(&s, evidence{code: BadState, at: comp, flows: s.flows, where: m.Provenance, words: stateWords("resource configuration", m.State)})
	}
	g := e.resourceGateways[e.gatewayOf(m)]
	if g == nil || len(g.doors) == 0 {
		return w.lostTrack(s, gapEvidence(comp, sideless, UnknownResource, missing(model.KindResourceGateway, string(e.gatewayOf(m)), &m.Meta), nil))
	}
	if !g.model.Available {
		w.deny(&s, evidence{code: BadState, at: g.comp, flows: s.flows, where: g.model.Provenance, words: stateWords("resource gateway", g.model.State)})
	}
	switch g.shareZone(from) { // RES-4
	case no:
		return w.drop(s, evidence{code: VPCEServiceNotInstalledInAZ, at: g.comp, where: g.model.Provenance,
			words: func(_ *Engine, c Component, _ Header) (string, string) {
				return fmt.Sprintf("resource gateway %s has no Availability Zone in common with the endpoint", c.named()), "put the endpoint or the gateway into a zone of the other"
			}})
	case maybe:
		u := &model.Unknown{Subject: g.comp.ID, Attribute: "Availability Zones", Reason: "the input does not tell whether the endpoint shares one", Provenance: g.model.Provenance}
		w.gap(&s, g.comp, sideless, UnknownValue, u)
	}
	if len(from) > 0 && from[0].vpc == g.doors[0].i.vpc {
		w.assume("RES-5", "AWS takes a resource endpoint in the VPC of its resource gateway "+g.comp.named())
	}
	to, u := e.resourceAddresses(m)
	if u != nil {
		return w.lostTrack(s, gapEvidence(comp, sideless, UnknownValue, u, nil))
	}
	var ways []outcome
	for _, d := range g.doors {
		for _, a := range to {
			ways = append(ways, d.i.relayTo(w, s, d, a, s.hdr.dport, d.i))
		}
	}
	return atRandom(ways)
}

func (e *Engine) gatewayOf(m *model.ResourceConfiguration) model.ResourceGatewayID {
	if p := e.network.ResourceConfigurations[m.Parent]; m.Gateway == "" && p != nil {
		return p.Gateway
	}
	return m.Gateway
}

// shareZone reports whether the gateway is in a zone of one of the subnets, if any
// are meant.
func (g *resourceGateway) shareZone(from []*subnet) match {
	if len(from) == 0 {
		return yes
	}
	out := no
	for _, a := range from {
		for _, b := range g.subnets {
			switch sameZone(a, b) {
			case yes:
				return yes
			case maybe:
				out = maybe
			}
		}
	}
	return out
}

// resourceAddresses are where a resource is, and what is not known of it.
func (e *Engine) resourceAddresses(m *model.ResourceConfiguration) ([]addrField, *model.Unknown) {
	if m.Address.IsValid() {
		return []addrField{{kind: constAddr, addr: m.Address}}, nil
	}
	var out []addrField
	add := func(id model.InterfaceID) {
		if i := e.interfaces[id]; i != nil {
			if f, ok := i.addressField(false); ok {
				out = append(out, f)
			} else if f, ok := i.addressField(true); ok {
				out = append(out, f)
			}
		}
	}
	if o := e.network.Owners[m.Owner]; o != nil {
		for _, id := range o.Interfaces {
			add(id)
		}
	}
	if i := e.network.Instances[m.Instance]; i != nil && len(i.Interfaces) > 0 {
		add(i.Interfaces[0])
	}
	if len(out) > 0 {
		return out, nil
	}
	what := "address"
	if m.Domain != "" {
		what = "addresses of " + m.Domain
	}
	return nil, &model.Unknown{Subject: string(m.ID), Attribute: what, Reason: "the input does not tell", Provenance: m.Provenance}
}

func stateWords(kind, state string) words {
	return func(_ *Engine, c Component, _ Header) (string, string) {
		return fmt.Sprintf("%s %s is %s", kind, c.named(), strings.ToLower(state)), "use one that is active"
	}
}
