package sim

import (
	"fmt"
	"maps"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// originFacing is the service of which CloudFront's managed prefix list has the
// addresses, and originGroup the name of the group that CloudFront's own interfaces
// have (NEW-2).
const (
	originFacing = "global.cloudfront.origin-facing"
	originGroup  = "CloudFront-VPCOrigins-Service-SG"
)

// vpcOrigin is a compiled CloudFront VPC origin: a way from CloudFront to a private
// balancer or instance, through an interface that CloudFront has in the VPC.
type vpcOrigin struct {
	e     *Engine
	comp  Component
	model *model.VPCOrigin
	ends  []*networkInterface
	// field shows the address that CloudFront connects from, and sender has the group
	// of its interface in the VPC; nil where the input lacks what it leads to.
	field  addrField
	sender *networkInterface
}

func (o *vpcOrigin) component() Component { return o.comp }

func (e *Engine) compileVPCOrigins() {
	e.vpcOrigins = map[model.VPCOriginID]*vpcOrigin{}
	for _, m := range model.Sorted(e.network.VPCOrigins) {
		o := &vpcOrigin{e: e, comp: e.component(model.KindVPCOrigin, string(m.ID), &m.Meta), model: m}
		if lb := e.loadBalancers[m.LoadBalancer]; lb != nil {
			for _, n := range lb.nodes {
				o.ends = append(o.ends, n.i)
			}
		}
		if x := e.network.Instances[m.Instance]; x != nil && len(x.Interfaces) > 0 && e.interfaces[x.Interfaces[0]] != nil {
			o.ends = append(o.ends, e.interfaces[x.Interfaces[0]])
		}
		space := servicePublic[0]
		if len(o.ends) > 0 {
			v := o.ends[0].vpc
			space = space.Or(v.cidrs.And(packet.AllIPv4))
			sender := &model.Interface{VPC: v.model.ID, Meta: model.Meta{Name: o.comp.Name, Provenance: m.Provenance}}
			for _, g := range model.Sorted(e.network.SecurityGroups) {
				if g.VPC == v.model.ID && (g.GroupName == originGroup || g.Name == originGroup) {
					sender.Groups = append(sender.Groups, g.ID)
				}
			}
			o.sender = &networkInterface{comp: o.comp, vpc: v, model: sender, groups: e.groupsByID(sender.Groups, v, &m.Meta)}
		}
		o.field = addrField{kind: ofService, service: &serviceAddress{service: model.Service{Name: originFacing}, space: space}}
		e.vpcOrigins[m.ID] = o
	}
}

// originEnds are CloudFront as a source of connections to the origin, or as the
// destination of those of its viewers.
func (e *Engine) originEnds(s *model.Selection, side model.Side, v6 bool) []end {
	o := e.vpcOrigins[model.VPCOriginID(s.Outside.ID)]
	switch {
	case v6:
		return nil
	case side == model.Source:
		return []end{{label: s.Text, addrs: packet.AllIPv4, special: true, field: o.field, origin: o}}
	}
	return []end{frontEnd(s, o)}
}

// start sends what CloudFront starts, and is where the reply comes home to.
func (o *vpcOrigin) start(w *walk, s state) outcome {
	if s.leg == model.Return {
		return w.home(s)
	}
	var out outcome
	for _, i := range o.ends {
		in, rest := s, s
		if w.destination != nil {
			if i != w.destination {
				continue
			}
			rest.flows = nil
		} else if in, rest = s.split(s.hdr.dst, i.addrs); in.flows.IsEmpty() {
			continue
		}
		out = out.or(o.enter(w, in, i, in.hdr.dst, in.hdr.dport))
		if s = rest; s.flows.IsEmpty() {
			return out
		}
	}
	return out.or(w.drop(s, evidence{code: NoPossibleDestination, at: o.comp, where: o.model.Provenance, words: o.elsewhereWords}))
}

// receive takes a viewer's connection, which ends at CloudFront, on to the origin.
func (o *vpcOrigin) receive(w *walk, s state) outcome {
	switch {
	case s.leg == model.Return:
		return w.drop(s, evidence{code: AsymmetricReturn, at: o.comp, where: o.model.Provenance, words: strayReplyWords})
	case s.crossingBy(o) != nil:
		return w.drop(s, evidence{code: Loop, at: o.comp, where: o.model.Provenance, words: loopWords})
	case len(o.ends) == 0 || s.choices == packet.Choices:
		u := &model.Unknown{Subject: o.comp.ID, Attribute: "origin", Reason: "the input does not describe it", Provenance: o.model.Provenance}
		return w.lostTrack(s, gapEvidence(o.comp, sideless, UnknownResource, u, nil))
	}
	w.lose(&s, o.comp)
	s.relayed = true
	var out outcome
	for _, viewer := range []uint16{80, 443} {
		t := traffic{protocols: packet.Protocol(model.TCP), ports: packet.PortRange(viewer, viewer)}
		b := packet.All
		if s.hdr.matches(&b, &t) == no {
			continue
		}
		in, rest := s.splitBox(&b)
		if s = rest; in.flows.IsEmpty() {
			continue
		}
		before := in.hdr
		in.pickPort(relayPorts)
		in.hdr.src = o.field
		var ways []outcome
		for _, i := range o.ends {
			if f, ok := i.addressField(false); ok {
				at := in
				at.conn = &crossing{before: in.conn, leg: in.leg, translator: o, header: before}
				ways = append(ways, o.enter(w, at, i, f, toPort(o.port(viewer))))
			}
		}
		if len(ways) > 0 {
			out = out.or(atRandom(ways))
		}
	}
	if s.flows.IsEmpty() {
		return out
	}
	return out.or(w.drop(s, evidence{code: NoPossibleDestination, dir: ingress, at: o.comp, where: o.model.Provenance,
		words: say("CloudFront serves its viewers on TCP 80 and 443 only", "ask for port 443")}))
}

// port is where CloudFront connects to for a viewer that came to a port.
func (o *vpcOrigin) port(viewer uint16) uint16 {
	plain, secure := o.model.HTTPPort, o.model.HTTPSPort
	if plain == 0 {
		plain = 80
	}
	if secure == 0 {
		secure = 443
	}
	if o.model.Protocol == "http-only" || o.model.Protocol != "https-only" && viewer == 80 {
		return plain
	}
	return secure
}

// enter brings a connection to an interface: past the inbound rules of its network
// ACL, and with the identity of CloudFront's own group.
func (o *vpcOrigin) enter(w *walk, s state, i *networkInterface, to addrField, port portField) outcome {
	if i.vpc.igw == nil {
		return i.vpc.noGateway(w, s, to)
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, replies: o.reply}
	s.hdr.dst, s.hdr.dport = to, port
	s.sender, s.from, s.via, s.mediated, s.transit = o.sender, nil, nil, false, nil
	ports := map[uint16]bool{}
	if o.model.Protocol != "https-only" {
		ports[o.port(80)] = true
	}
	if o.model.Protocol != "http-only" {
		ports[o.port(443)] = true
	}
	var served packet.Ports
	for _, p := range slices.Sorted(maps.Keys(ports)) {
		served = served.Or(packet.PortRange(p, p))
	}
	b := packet.All
	s.hdr.matches(&b, &traffic{protocols: packet.Protocol(model.TCP), ports: served})
	if other := s.flows.SubBox(&b); !other.IsEmpty() {
		w.deny(&s, evidence{code: TargetPortRestriction, at: o.comp, flows: other, where: o.model.Provenance, words: func(_ *Engine, c Component, _ Header) (string, string) {
			return fmt.Sprintf("VPC origin %s connects to tcp %s only", c.named(), packet.FormatPorts(served)), "give the origin the port that the balancer or instance listens on"
		}})
	}
	if w.record {
		s.hop(hop{at: o.comp, action: ActionForward, words: say("CloudFront connects through its own interface in "+i.vpc.comp.named(), "")})
	}
	i.vpc.bpa.enter(w, &s, i.vpc.igw) // BPA-6
	return i.deliver(w, s)
}

// reply takes what the origin answers back to CloudFront: the network ACL's outbound
// rules are evaluated.
func (o *vpcOrigin) reply(w *walk, s state, from *networkInterface) outcome {
	s.sender = from
	from.filter(w, &s, egress)
	from.subnet.acl(w, &s, egress)
	c := s.crossingBy(o)
	if c == nil {
		return w.home(s)
	}
	s.hdr = c.header.swap()
	if w.record {
		s.hop(hop{at: o.comp, action: ActionTranslate, words: restoreWords})
	}
	return w.leave(s)
}

func (o *vpcOrigin) elsewhereWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("VPC origin %s leads to its own balancer or instance only, not to %s", c.named(), h.DestinationIP), "ask about what the origin names"
}
