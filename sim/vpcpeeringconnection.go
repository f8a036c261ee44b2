package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// peering is a compiled VPC peering connection as one of its VPCs sees it: the way
// to the other. It has no table and no filter: what comes over it may be for an
// address of the far VPC only (PEER-1, PEER-5, PEER-6).
type peering struct {
	comp  Component
	model *model.VPCPeeringConnection
	near  *vpc
	far   *vpc // nil where the input lacks it
	side  model.PeeringSide
	// sameRegion says that group references match over it (PEER-8).
	sameRegion bool
}

func (p *peering) component() Component { return p.comp }

// peeringTarget gives the way over a peering connection from a VPC, and why it is
// gone: it is not active (PEER-2), or it never was, because ranges overlap (PEER-3).
func (e *Engine) peeringTarget(v *vpc, t model.Target) (node, words) {
	m := e.network.VPCPeeringConnections[model.VPCPeeringConnectionID(t.ID)]
	if m == nil {
		return undescribed(t), nil
	}
	side, ok := m.Other(v.model.ID)
	if !ok {
		return nil, func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("the route to %s in %s points at %s, which does not join %s: it is a black hole", h.DestinationIP, c.named(), m.ID, v.comp.named()),
				"route to a peering connection of the VPC"
		}
	}
	p := &peering{comp: e.component(model.KindVPCPeeringConnection, t.ID, &m.Meta), model: m, near: v, side: side, sameRegion: e.peeringInRegion(m)}
	if e.network.VPCs[side.VPC] != nil {
		p.far = e.vpc(side.VPC)
	}
	if dead := p.whyDead(); dead != "" {
		return nil, func(_ *Engine, c Component, h Header) (string, string) {
			return fmt.Sprintf("the route to %s in %s is a black hole: %s", h.DestinationIP, c.named(), dead), "make the peering connection anew, or point the route elsewhere"
		}
	}
	return p, nil
}

// whyDead says why the connection forwards nothing; empty while it does.
func (p *peering) whyDead() string {
	if !p.model.Active && p.model.AcceptanceUnknown == nil {
		return fmt.Sprintf("peering connection %s is %s", p.comp.named(), p.model.State)
	}
	if p.far != nil && (p.far == p.near || p.near.cidrs.Overlaps(p.far.cidrs)) {
		return fmt.Sprintf("peering connection %s fails, because the ranges of %s and %s overlap", p.comp.named(), p.near.comp.named(), p.far.comp.named())
	}
	return ""
}

// peeringInRegion reports whether both VPCs are in one Region; an input that tells
// no Region has one.
func (e *Engine) peeringInRegion(m *model.VPCPeeringConnection) bool {
	a, b := e.regionOf(m.Requester), e.regionOf(m.Accepter)
	return a == b || a == "" || b == ""
}

func (e *Engine) regionOf(s model.PeeringSide) model.Region {
	if v := e.network.VPCs[s.VPC]; v != nil && v.Region != "" {
		return v.Region
	}
	return s.Region
}

// receive takes a packet over to the far VPC. There no route table is asked: the
// packet is for an interface in its range, or it is dropped (PEER-5, PATH-4).
func (p *peering) receive(w *walk, s state) outcome {
	if u := p.model.AcceptanceUnknown; u != nil {
		w.gap(&s, p.comp, sideless, UnknownValue, u)
	}
	cidrs := packet.Prefixes(p.side.CIDRs)
	if p.far != nil {
		cidrs = p.far.cidrs
	}
	if cidrs.IsEmpty() {
		return p.unknownFar(w, s)
	}
	in, out := s.split(s.hdr.dst, cidrs)
	var o outcome
	if !out.flows.IsEmpty() {
		o = w.drop(out, evidence{code: PCXRequiresAddressInVPCCIDR, at: p.comp, where: p.model.Provenance, words: p.transitiveWords})
		if in.flows.IsEmpty() {
			return o
		}
	}
	if p.far == nil {
		return o.or(p.unknownFar(w, in))
	}
	return o.or(p.cross(w, in))
}

func (p *peering) cross(w *walk, s state) outcome {
	if !p.sameRegion { // PEER-8
		w.lose(&s, p.comp)
	}
	if w.record {
		s.hop(hop{at: p.comp, action: ActionForward, words: say("crosses to "+p.far.comp.named(), "")})
	}
	p.returnToSender(&s)
	s.from, s.via, s.mediated = nil, nil, false
	return p.far.arrive(w, s)
}

// returnToSender notes that replies to what a NAT gateway sent over the connection
// come back to it, whatever the far VPC's routes say (NAT-15); only network ACLs
// can stop them. The gateway is of the VPC that the packet leaves: what came there
// from a gateway elsewhere is routed back like anything else.
func (p *peering) returnToSender(s *state) {
	if s.leg != model.Forward {
		return
	}
	for c := s.conn; c != nil; c = c.before {
		if c.translator == nil && c.replies == nil {
			continue
		}
		if n, ok := c.translator.(*natGateway); ok && n.vpc == p.near {
			s.conn = &crossing{before: s.conn, leg: s.leg, replies: p.replyToNAT}
		}
		return
	}
}

func (p *peering) replyToNAT(w *walk, s state, from *networkInterface) outcome {
	s.sender = from
	from.filter(w, &s, egress)
	if _, out := s.split(s.hdr.dst, from.subnet.cidrs); !out.flows.IsEmpty() {
		from.subnet.acl(w, &s, egress)
	}
	if w.record {
		s.hop(hop{at: p.comp, action: ActionForward, words: say("the reply returns to the NAT gateway that sent the request", "")})
	}
	s.from, s.via = nil, nil
	return p.near.arrive(w, s)
}

// unknownFar ends the way at a VPC that the input lacks.
func (p *peering) unknownFar(w *walk, s state) outcome {
	u := &model.Unknown{Subject: string(p.side.VPC), Reason: "the input does not have the VPC at the far end of " + p.comp.ID, Provenance: p.model.Provenance}
	return w.lostTrack(s, gapEvidence(p.comp, sideless, UnknownResource, u, nil))
}

func (p *peering) transitiveWords(_ *Engine, c Component, h Header) (string, string) {
	far := string(p.side.VPC)
	if p.far != nil {
		far = p.far.comp.named()
	}
	return fmt.Sprintf("peering connection %s carries packets to addresses of %s only, and %s is none: peering leads no further", c.named(), far, h.DestinationIP),
		"peer with the VPC that has the address, or use a transit gateway"
}

// peers are the VPCs that a VPC is joined with so that group references match in
// both directions (PEER-8).
func (e *Engine) peers(v *vpc) []*vpc {
	var out []*vpc
	for _, m := range model.Sorted(e.network.VPCPeeringConnections) {
		side, ok := m.Other(v.model.ID)
		if !ok || !m.Active && m.AcceptanceUnknown == nil || e.network.VPCs[side.VPC] == nil || !e.peeringInRegion(m) {
			continue
		}
		if far := e.vpc(side.VPC); far != v && !far.cidrs.Overlaps(v.cidrs) {
			out = append(out, far)
		}
	}
	return out
}

// compileUntoldPeers collects the addresses of peers that the input lacks: their
// ranges, as far as the connections tell them.
func (e *Engine) compileUntoldPeers() {
	var there packet.Addrs
	for _, v := range e.network.VPCs {
		for _, p := range v.CIDRs {
			there = there.Or(packet.Prefix(p))
		}
	}
	for _, m := range e.network.VPCPeeringConnections {
		for _, side := range [2]model.PeeringSide{m.Requester, m.Accepter} {
			if e.network.VPCs[side.VPC] == nil {
				e.untold = e.untold.Or(packet.Prefixes(side.CIDRs).Sub(there))
			}
		}
	}
}
