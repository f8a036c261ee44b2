package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// inspector is a device on the way that knows connections by their addresses and
// ports and gives every packet back as it came: a Gateway Load Balancer endpoint,
// a firewall's endpoint, a firewall.
type inspector interface {
	component() Component
	// repliesMayMiss: see middlebox.
	repliesMayMiss() bool
}

// inspected is one connection as an inspector knows it. What a translator has
// changed in between is another connection: a flow that meets an inspector on both
// sides of a NAT gateway must come back through it on both sides too.
type inspected struct {
	by  inspector
	hdr header // of the request
	// fates is what a firewall did with the request; the zero value elsewhere.
	fates requestFates
}

func (c *inspected) component() Component   { return c.by.component() }
func (c *inspected) repliesMayMiss() bool   { return c.by.repliesMayMiss() }
func (c *inspected) isBox(m middlebox) bool { return m == middlebox(c) }

// isOfFirewall reports whether a Network Firewall inspects.
func (c *inspected) isOfFirewall() bool {
	switch by := c.by.(type) {
	case *firewallEndpoint, *networkFirewall:
		return true
	case *gatewayLoadBalancerEndpoint:
		return by.isOfFirewall()
	}
	panic(fmt.Sprintf("sim: inspector %T", c.by))
}

// meet notes that the packet is at an inspector: a request as a new connection, a
// reply as part of the one that it belongs to. It is nil where the inspector has not
// seen the request, which it notes (MBX-2, NFW-15).
func (w *walk) meet(s *state, by inspector) *inspected {
	if s.leg == model.Forward {
		c := &inspected{by: by, hdr: s.hdr}
		s.through(c)
		return c
	}
	var other *inspected
	for x := s.conn; x != nil; x = x.before {
		c, ok := x.box.(*inspected)
		if !ok || x.leg != model.Forward || c.by != by {
			continue
		}
		if request := c.hdr.swap(); request.shows(&s.hdr, s.flows) {
			s.through(c)
			return c
		}
		other = c
	}
	stray := evidence{code: AsymmetricMiddlebox, at: by.component(), flows: s.flows, words: strayApplianceWords}
	if other != nil {
		s.through(other)
		stray.words = otherConnectionWords(other, s.flows)
	} else {
		s.pass(by)
	}
	w.deny(s, stray)
	return nil
}

// pass notes that an inspector gives the packet back without knowing it.
func (s *state) pass(by inspector) { s.conn = &crossing{before: s.conn, leg: s.leg, stranger: by} }

// justLeft reports whether the packet was last given back by the inspector.
func (s *state) justLeft(by node) bool {
	if s.conn == nil || s.conn.leg != s.leg {
		return false
	}
	last := s.conn.stranger
	if c, ok := s.conn.box.(*inspected); ok {
		last = c.by
	}
	return last != nil && any(last) == any(by)
}

// shows reports whether two headers are the same for the flows, however their
// fields are bound.
func (h *header) shows(g *header, flows packet.Set) bool {
	return h.v6 == g.v6 && h.sport.shows(g.sport, flows) && h.dport.shows(g.dport, flows) &&
		h.src.shows(g.src, flows) && h.dst.shows(g.dst, flows)
}

func (f addrField) shows(g addrField, flows packet.Set) bool {
	if f == g {
		return true
	}
	if f.kind == somePublicIP4 && g.kind == somePublicIP4 {
		return f.owner.vpc == g.owner.vpc && f.owner.front == g.owner.front && f.owner.private.shows(g.owner.private, flows)
	}
	a, one := f.ofSet(flows).Single()
	b, other := g.ofSet(flows).Single()
	return one && other && a == b
}

func (f portField) shows(g portField, flows packet.Set) bool {
	if f == g {
		return true
	}
	b := flows.Bounds()
	x, one := f.of(&b).Single()
	y, other := g.of(&b).Single()
	return one && other && x == y
}

// otherConnectionWords tells of a reply that comes to an inspector which saw its
// request with other addresses.
func otherConnectionWords(c *inspected, flows packet.Set) words {
	return func(e *Engine, at Component, h Header) (string, string) {
		request := e.show(&c.hdr, flows)
		return fmt.Sprintf("%s saw the request as %s to %s, and gets the reply as %s to %s: to it that is no reply",
				at.named(), request.SourceIP, request.DestinationIP, h.SourceIP, h.DestinationIP),
			"route the way back through it at the point where the request went through it"
	}
}
