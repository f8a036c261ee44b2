package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// clientVPNEndpoint is a compiled Client VPN endpoint: its clients enter a VPC at an
// interface in one of the associated subnets, from the interface's address (CVPN-1),
// or a transit gateway, from their own (CVPN-10).
type clientVPNEndpoint struct {
	e     *Engine
	comp  Component
	model *model.ClientVPNEndpoint
	// networks are the associated subnets, one of which a client lands on.
	networks []*clientVPNNetwork
	// rules are the authorization rules, the longest prefixes first.
	rules []*clientVPNRule
	// transit are the routes of an endpoint without subnets.
	transit []clientVPNRoute
}

// clientVPNNetwork is an associated subnet with the endpoint's interface there. It
// implements relay: replies come to the interface and go on to the client.
type clientVPNNetwork struct {
	endpoint *clientVPNEndpoint
	iface    *networkInterface
	routes   []clientVPNRoute // the longest prefixes first
}

// clientVPNRoute is a route of an endpoint for clients on one subnet.
type clientVPNRoute struct {
	prefix netip.Prefix
	addrs  packet.Addrs
	local  bool
	where  model.Provenance
}

// clients are the users of an endpoint who are in one group; in none where it is
// empty. It implements origin.
type clients struct {
	endpoint *clientVPNEndpoint
	group    string
}

func (c *clients) component() Component { return c.endpoint.comp }

func (e *Engine) compileClientVPN() {
	e.clientVPN = map[model.ClientVPNEndpointID]*clientVPNEndpoint{}
	for _, m := range model.Sorted(e.network.ClientVPNEndpoints) {
		v := &clientVPNEndpoint{e: e, comp: e.component(model.KindClientVPNEndpoint, string(m.ID), &m.Meta), model: m}
		for i := range m.Authorization {
			v.rules = append(v.rules, &clientVPNRule{&m.Authorization[i], packet.Prefix(m.Authorization[i].Prefix)})
		}
		slices.SortStableFunc(v.rules, func(a, b *clientVPNRule) int {
			return cmp.Or(b.model.Prefix.Bits()-a.model.Prefix.Bits(), a.model.Prefix.Addr().Compare(b.model.Prefix.Addr()))
		})
		for i := range m.Networks {
			if !m.Networks[i].Associated {
				continue
			}
			n := &clientVPNNetwork{endpoint: v, iface: e.clientVPNInterface(m, &m.Networks[i])}
			n.iface.relay = n
			n.routes = v.routesOf(m.Networks[i].Subnet)
			v.networks = append(v.networks, n)
		}
		v.transit = v.routesOf("")
		e.clientVPN[m.ID] = v
	}
}

// clientVPNInterface is the endpoint's interface in a subnet; one is made where the
// input lacks it. It has a public address, since clients reach the internet through
// a subnet that routes to an internet gateway (CVPN-6).
func (e *Engine) clientVPNInterface(m *model.ClientVPNEndpoint, n *model.ClientVPNNetwork) *networkInterface {
	if i := e.interfaces[n.Interface]; i != nil {
		if !i.model.Primary(false).Public.IsValid() && i.model.PublicUnknown == nil {
			own := *i.model
			own.PublicUnassigned = true
			i.model = &own
		}
		return i
	}
	own := &model.Interface{
		ID: model.InterfaceID(fmt.Sprintf("%s in %s", m.ID, n.Subnet)), VPC: m.VPC, Subnet: n.Subnet, RequesterManaged: true,
		Meta: model.Meta{Account: m.Account, Region: m.Region, Provenance: n.Provenance}, Unassigned4: true, Unassigned6: m.IPv6,
		PublicUnassigned: true, Groups: m.Groups, Owner: model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(m.ID)},
	}
	if len(own.Groups) == 0 { // CVPN-5
		for _, g := range model.Sorted(e.network.SecurityGroups) {
			if g.GroupName == "default" && e.subnets[n.Subnet] != nil && g.VPC == e.subnets[n.Subnet].model.VPC {
				own.Groups = []model.SecurityGroupID{g.ID}
			}
		}
		if len(own.Groups) == 0 {
			own.GroupsUnknown = &model.Unknown{Subject: string(m.ID), Attribute: "security groups", Reason: "it names none, and the VPC's default group is not given", Provenance: m.Provenance}
		}
	}
	i := e.compileInterface(own)
	i.makePools()
	return i
}

// routesOf are the routes for clients on a subnet: those that name it, and those to
// other clients (CVPN-4). Those to the VPC are among the endpoint's own.
func (v *clientVPNEndpoint) routesOf(subnet model.SubnetID) []clientVPNRoute {
	var out []clientVPNRoute
	for _, r := range v.model.Routes {
		if r.Subnet == subnet || r.Local {
			out = append(out, clientVPNRoute{r.Prefix, packet.Prefix(r.Prefix), r.Local, r.Provenance})
		}
	}
	slices.SortStableFunc(out, func(a, b clientVPNRoute) int {
		return cmp.Or(b.prefix.Bits()-a.prefix.Bits(), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
	return out
}

// clientEnds gives what the clients of an endpoint stand for. Its IPv6 clients have
// addresses that AWS gives them.
func (e *Engine) clientEnds(s *model.Selection, side model.Side, v6 bool) []end {
	v := e.clientVPN[model.ClientVPNEndpointID(s.Outside.ID)]
	x := end{label: s.Text, addrs: packet.Prefix(v.model.ClientCIDR)}
	switch {
	case !v.model.ClientCIDR.IsValid() && v.model.IPv4:
		if v6 {
			return nil
		}
		ev := gapEvidence(v.comp, sideless, UnknownValue, v.rangeUnknown(), nil)
		x.addrs, x.gap = nil, &ev
	case v6 != v.model.ClientCIDR.Addr().Is6():
		if !v6 || !v.model.IPv6 {
			return nil
		}
		x.addrs, x.open = packet.AllIPv6, true
	case !v6 && v.model.IPv6 && !v.model.IPv4: // CVPN-11
		return nil
	}
	if side == model.Source {
		x.origin = &clients{v, s.Group}
		if s.Group == "" {
			x.assumed = append(x.assumed, Assumption{"CVPN-3", fmt.Sprintf("the user of %s is in no group, so that rules for all users alone count; %s/GROUP asks for a group's", v.comp.named(), s.Text)})
		}
	}
	return []end{x}
}

// rangeUnknown says that the input does not tell the clients' range.
func (v *clientVPNEndpoint) rangeUnknown() *model.Unknown {
	return &model.Unknown{Subject: v.comp.ID, Attribute: "client CIDR range", Reason: "the input does not tell it", Provenance: v.model.Provenance}
}

// start is where a client sends a packet into its tunnel.
func (c *clients) start(w *walk, s state) outcome {
	v := c.endpoint
	if !v.model.Available {
		w.deny(&s, evidence{code: BadState, dir: ingress, at: v.comp, flows: s.flows, where: v.model.Provenance,
			words: say(fmt.Sprintf("Client VPN endpoint %s is %s", v.comp.named(), v.model.State), "associate a subnet with it, or make it anew")})
	}
	c.authorize(w, &s)
	if v.model.TransitGateway != "" {
		return v.choose(w, s, v.transit, model.SubnetID(""), v.enterTransitGateway)
	}
	if len(v.networks) == 0 {
		return w.drop(s, evidence{code: BadStateAttachment, dir: ingress, at: v.comp, where: v.model.Provenance,
			words: say("no subnet is associated with Client VPN endpoint "+v.comp.named(), "associate a subnet with it")})
	}
	if len(v.networks) > 1 {
		w.assume("CVPN-4", "a client of "+v.comp.named()+" lands on any of its associated subnets")
	}
	ways := make([]outcome, len(v.networks))
	for k, n := range v.networks {
		ways[k] = v.choose(w, s, n.routes, n.iface.subnet.model.ID, n.send)
	}
	return atRandom(ways)
}

// choose looks the destination up in the endpoint's route table, as it is for clients
// on one subnet (CVPN-4).
func (v *clientVPNEndpoint) choose(w *walk, s state, routes []clientVPNRoute, on model.SubnetID, send func(*walk, state) outcome) outcome {
	var o outcome
	ranges := make([]packet.Addrs, len(routes))
	for i := range routes {
		ranges[i] = routes[i].addrs
	}
	if u := v.partly(&s, ranges); u != nil {
		return w.lostTrack(s, gapEvidence(v.comp, sideless, UnknownValue, u, nil))
	}
	for i := range routes {
		in, out := s.split(s.hdr.dst, routes[i].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		if routes[i].local {
			o = o.or(v.toClient(w, in))
		} else {
			o = o.or(send(w, in))
		}
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	if u := v.model.RoutesUnknown; u != nil {
		return o.or(w.lostTrack(s, gapEvidence(v.comp, sideless, UnknownResource, u, nil)))
	}
	return o.or(w.drop(s, evidence{code: NoRouteToDestination, at: v.comp, where: v.model.Provenance, words: func(_ *Engine, c Component, h Header) (string, string) {
		text := fmt.Sprintf("Client VPN endpoint %s has no route to %s", c.named(), h.DestinationIP)
		if on != "" {
			text += " by " + string(on)
		}
		if v.model.SplitTunnel { // CVPN-2
			text += ": with split tunnel the client does not send such packets to it"
		}
		return text, "add a route for the destination to each associated subnet"
	}}))
}

// toClient delivers a packet to another client (CVPN-7): nobody else is behind a local
// route. The IPv6 addresses of clients are AWS's choice.
func (v *clientVPNEndpoint) toClient(w *walk, s state) (o outcome) {
	if r := v.model.ClientCIDR; r.IsValid() && s.hdr.v6 == r.Addr().Is6() {
		in, out := s.split(s.hdr.dst, packet.Prefix(r))
		if !out.flows.IsEmpty() {
			o = v.dropNoClient(w, out)
			if in.flows.IsEmpty() {
				return o
			}
		}
		s = in
	}
	if w.record {
		s.hop(hop{at: v.comp, action: ActionDeliver, words: internetWords})
	}
	return o.or(w.arrived(s, w.home))
}

// dropNoClient ends the way of packets to addresses that no client has.
func (v *clientVPNEndpoint) dropNoClient(w *walk, s state) outcome {
	return w.drop(s, evidence{code: NoPossibleDestination, dir: egress, at: v.comp, where: v.model.Provenance, words: func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("%s is not in the client range of %s", h.DestinationIP, c.named()), "ask for an address of a client"
	}})
}

// send takes a packet into the VPC from the endpoint's interface, whose address it
// gets (CVPN-1): from there on it is a flow of the interface, with its groups
// (CVPN-5, CVPN-6). Like any interface it has the VPC's resolver (T-DNS-1).
func (n *clientVPNNetwork) send(w *walk, s state) outcome {
	i, v := n.iface, n.endpoint
	from, ok := i.addressField(s.hdr.v6)
	if u := i.subnet.model.CIDRsUnknown; !ok && u != nil {
		return w.lostTrack(s, gapEvidence(i.comp, sideless, UnknownValue, u, nil))
	}
	if !ok {
		return w.drop(s, evidence{code: ProtocolRestriction, at: v.comp, where: v.model.Provenance,
			words: say("the interface of "+v.comp.named()+" in "+i.subnet.comp.named()+" has no address of this IP version", "associate a subnet that has both versions")})
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: n, header: s.hdr}
	s.pickPort(packet.PortRange(1024, 65535))
	s.hdr.src = from
	if w.record {
		s.hop(hop{at: v.comp, action: ActionTranslate, words: sourceNATWords})
	}
	s.sender = i
	s.track(i, false)
	toResolver, s := s.split(s.hdr.dst, i.vpc.resolver)
	if toResolver.flows.IsEmpty() {
		return i.emit(w, s)
	}
	w.assume("CVPN-6", "clients of "+v.comp.named()+" reach the VPC's resolver as its interfaces do")
	o := i.reachService(w, toResolver, "Amazon DNS", true)
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(i.emit(w, s))
}

// take implements relay: nothing starts towards clients (CVPN-8).
func (n *clientVPNNetwork) take(w *walk, s state) outcome {
	return w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: n.iface.comp, where: n.endpoint.model.Provenance,
		words: say("the interface of a Client VPN endpoint takes replies to its clients only", "let the client start the connection")})
}

// answer implements relay: a reply gets the client's address back.
func (n *clientVPNNetwork) answer(w *walk, s state) (outcome, bool) {
	before, ok := s.translation(n)
	if !ok {
		return outcome{}, false
	}
	n.iface.filter(w, &s, ingress)
	s.hdr = before.swap()
	if w.record {
		s.hop(hop{at: n.endpoint.comp, action: ActionTranslate, words: restoreWords})
	}
	return n.endpoint.home(w, s), true
}

// home is where a reply comes to the client that asked.
func (v *clientVPNEndpoint) home(w *walk, s state) outcome {
	if w.record {
		s.hop(hop{at: v.comp, action: ActionDeliver, words: internetWords})
	}
	if c, ok := w.origin.(*clients); ok && c.endpoint == v {
		return w.home(s)
	}
	return w.drop(s, evidence{code: AsymmetricReturn, at: v.comp, where: v.model.Provenance, words: strayReplyWords})
}

// enterTransitGateway takes a client's packet into the transit gateway, unchanged
// (CVPN-10).
func (v *clientVPNEndpoint) enterTransitGateway(w *walk, s state) outcome {
	if h := v.e.hubs[string(v.model.TransitGateway)]; h != nil {
		for _, id := range []string{string(v.model.Attachment), v.e.clientVPNAttachment(v.model)} {
			if a := h.attachments[id]; a != nil {
				return a.enter(w, s)
			}
		}
	}
	u := &model.Unknown{Subject: v.comp.ID, Attribute: "attachment", Reason: "the input does not have its attachment to the transit gateway", Provenance: v.model.Provenance}
	return w.lostTrack(s, gapEvidence(v.comp, ingress, UnknownResource, u, nil))
}

// clientVPNAttachment is the ID of the attachment that leads to an endpoint.
func (e *Engine) clientVPNAttachment(m *model.ClientVPNEndpoint) string {
	for _, a := range model.Sorted(e.network.TransitGatewayAttachments) {
		if a.Type == model.AttachClientVPN && a.TransitGateway == m.TransitGateway && a.Resource == string(m.ID) {
			return string(a.ID)
		}
	}
	return ""
}

// attachClients says that the clients of an endpoint are beyond an attachment; their
// range propagates from it (CVPN-10).
func (a *attachment) attachClients(e *Engine) {
	for _, m := range model.Sorted(e.network.ClientVPNEndpoints) {
		if string(m.ID) == a.resource || string(m.Attachment) == a.comp.ID {
			a.beyond, a.learned, a.learnedUnknown = &clientsBeyond{m.ID}, nil, nil
			if m.ClientCIDR.IsValid() {
				a.learned = []netip.Prefix{m.ClientCIDR}
			} else {
				a.learnedUnknown = (&clientVPNEndpoint{comp: e.component(model.KindClientVPNEndpoint, string(m.ID), &m.Meta), model: m}).rangeUnknown()
			}
		}
	}
}

// clientsBeyond implements far.
type clientsBeyond struct{ id model.ClientVPNEndpointID }

func (f *clientsBeyond) carry(w *walk, s state, by *attachment) outcome {
	v := w.e.clientVPN[f.id]
	in, out := s.split(s.hdr.dst, packet.Prefix(v.model.ClientCIDR))
	var o outcome
	if !out.flows.IsEmpty() {
		o = v.dropNoClient(w, out)
		if in.flows.IsEmpty() {
			return o
		}
	}
	if in.leg == model.Return {
		return o.or(v.home(w, in))
	}
	u := &model.Unknown{Subject: v.comp.ID, Reason: "AWS does not say whether connections to the clients of an endpoint on a transit gateway can be started", Provenance: v.model.Provenance}
	return o.or(w.lostTrack(in, gapEvidence(v.comp, egress, NotModelled, u, nil)))
}
