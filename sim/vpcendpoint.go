package sim

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// gatewayEndpoint is a compiled gateway endpoint: the way to a service's public
// addresses without leaving AWS (GWEP-1). It has no interface and no group; the
// client's own groups and network ACL filter (GWEP-5, GWEP-6).
type gatewayEndpoint struct {
	comp  Component
	model *model.VPCEndpoint
	vpc   *vpc
}

func (g *gatewayEndpoint) component() Component { return g.comp }

func (g *gatewayEndpoint) receive(w *walk, s state) outcome {
	w.lose(&s, g.comp)
	s.endpoint = g.model
	if !g.model.Available {
		w.deny(&s, evidence{code: EndpointNotAvailable, at: g.comp, flows: s.flows, where: g.model.Provenance, words: endpointStateWords(g.model)})
	}
	foreign := s.flows
	if s.from != nil && s.from.vpc == g.vpc {
		foreign = nil
		if s.transit != nil { // from another VPC or on-premises
			_, out := s.split(s.hdr.src, g.vpc.cidrs)
			foreign = out.flows
		}
	}
	if !foreign.IsEmpty() { // GWEP-9, PL-3
		w.deny(&s, evidence{code: NotTransitive, at: g.comp, flows: foreign, where: g.model.Provenance,
			words: say("a gateway endpoint serves the subnets of its own VPC only", "give the other network an interface endpoint")})
	}
	g.checkProtocol(w, &s)
	if w.record {
		s.hop(hop{at: g.comp, action: ActionDeliver, words: func(_ *Engine, _ Component, h Header) (string, string) {
			return fmt.Sprintf("reaches %s at %s", g.model.Service, h.DestinationIP), ""
		}})
	}
	if s.leg == model.Return {
		return w.drop(s, evidence{code: AsymmetricReturn, at: g.comp, where: g.model.Provenance, words: strayReplyWords})
	}
	// The service answers through the endpoint, to the private address that it
	// sees (GWEP-8).
	return w.arrived(s, func(s state) outcome { return g.vpc.receive(w, s) })
}

// checkProtocol denies what is neither TCP nor an ICMP echo (GWEP-10).
func (g *gatewayEndpoint) checkProtocol(w *walk, s *state) {
	tcp := packet.All
	tcp.Protocols = packet.Protocol(model.TCP)
	bad := s.flows.SubBox(&tcp)
	for _, p := range []model.Protocol{model.ICMP, model.ICMPv6} {
		echo := packet.All
		echo.Protocols, echo.Dport = packet.Protocol(p), echoes(p)
		bad = bad.SubBox(&echo)
	}
	if !bad.IsEmpty() {
		w.deny(s, evidence{code: VPCEGatewayProtocolRestriction, at: g.comp, flows: bad, where: g.model.Provenance,
			words: say("a gateway endpoint takes TCP and ICMP echo only", "use TCP")})
	}
}

// enterEndpoint is what an interface endpoint does with what reaches its
// interfaces (IFEP-9, IFEP-11).
func (i *networkInterface) enterEndpoint(w *walk, s *state) {
	m := i.vpc.e.network.VPCEndpoints[model.VPCEndpointID(i.owner.id)]
	if m == nil {
		w.assume("IFEP-11", i.label()+" is taken to be available: the input has its interface and not the endpoint")
		m = &model.VPCEndpoint{Type: model.InterfaceEndpoint, Available: true, Meta: i.model.Meta}
	} else {
		s.endpoint = m
	}
	if u := m.AcceptanceUnknown; u != nil { // PL-5
		w.gap(s, i.comp, ingress, UnknownValue, u)
	} else if !m.Available {
		w.deny(s, evidence{code: EndpointNotAvailable, dir: ingress, at: i.comp, flows: s.flows, where: m.Provenance, words: endpointStateWords(m)})
	}
	b := packet.All
	b.Protocols = packet.Protocol(model.TCP).Or(packet.Protocol(model.UDP))
	if m.Type == model.ResourceEndpoint || m.Type == model.ServiceNetworkEndpoint { // RES-1, RES-8
		if bad := s.flows.AndBox(&udpOnly); !bad.IsEmpty() {
			w.deny(s, evidence{code: ProtocolRestriction, dir: ingress, at: i.comp, flows: bad, where: m.Provenance,
				words: say("a VPC endpoint of type "+string(m.Type)+" takes TCP only", "use TCP")})
		}
	}
	if bad := s.flows.SubBox(&b); !bad.IsEmpty() {
		w.deny(s, evidence{code: EndpointNoICMP, dir: ingress, at: i.comp, flows: bad, where: m.Provenance,
			words: say("an interface endpoint answers TCP and UDP only, never a ping", "test it with a TCP connection to its port")})
	}
}

// refuseToStart denies what starts at an endpoint's interface (IFEP-10).
func (i *networkInterface) refuseToStart(w *walk, s *state) {
	if i.owner.kind == model.KindVPCEndpoint && s.leg == model.Forward {
		w.deny(s, evidence{code: VPCEIntraVPCTraffic, dir: egress, at: i.comp, flows: s.flows, where: i.model.Provenance,
			words: say("a VPC endpoint answers; it starts no connections", "ask the other way round")})
	}
}

func endpointStateWords(m *model.VPCEndpoint) words {
	return say(fmt.Sprintf("VPC endpoint %s is %s", m.ID, strings.ToLower(m.State)), "have the endpoint accepted, or make it anew")
}

// unmodelledTarget is a component that is known and not walked through: what
// reaches it is indeterminate, never blocked.
type unmodelledTarget struct {
	comp  Component
	where model.Provenance
	// endpoint is set for a VPC endpoint: one that is not available carries
	// nothing, whatever is behind it (GWLBE-6).
	endpoint *model.VPCEndpoint
}

func (u *unmodelledTarget) component() Component { return u.comp }

func (u *unmodelledTarget) receive(w *walk, s state) outcome {
	if m := u.endpoint; m != nil && !m.Available {
		return w.drop(s, evidence{code: EndpointNotAvailable, at: u.comp, where: u.where, words: endpointStateWords(m)})
	}
	return w.lostTrack(s, evidence{code: NotModelled, at: u.comp, isGap: true, where: u.where,
		words: func(_ *Engine, c Component, _ Header) (string, string) {
			return fmt.Sprintf("what %s %s does with the packet is not modelled yet", c.Type, c.named()), "ask about each side of it separately"
		}})
}
