package sim

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// state is a packet, or rather a set of them, at one point of its way. It is
// passed by value: what happens on one branch does not show on another.
type state struct {
	// flows are those that came here, as though every filter had let them pass:
	// a filter never shrinks them, only a fork of the way does.
	flows packet.Set
	hdr   header
	leg   model.Leg
	// denied and unknown are the flows that a filter on the way denied, or that
	// the design does not tell about, by leg.
	denied, unknown [2]packet.Set

	// sender is the interface whose groups a group reference sees; nil once the
	// way has lost it, and lost is what lost it (SG-20).
	sender *networkInterface
	lost   *lostSender
	// transit is the transit gateway or core network that the packet has come
	// through last; nil without one.
	transit *Component
	// relayed is set beyond the interface that was asked for: a balancer sent the
	// packet on.
	relayed bool
	// refs are flows that only an egress rule with a group reference admitted: if
	// the way loses the sender, they were denied after all.
	refs *pendingReference

	// from is the subnet that the packet was last sent from, via the interface
	// that sent it, if one did; nil when it comes from outside.
	from *subnet
	via  *networkInterface
	// behind is the NAT gateway or egress-only gateway that the packet left
	// through: such traffic is mediated (BPA-3).
	mediated bool
	// admitted is set between an internet gateway that let the packet in and the
	// route of its table: a virtual private gateway may use the same table (GRT-6).
	admitted bool

	// endpoint is the VPC endpoint that the packet came through to a service.
	endpoint *model.VPCEndpoint
	// conn is what the forward leg crossed and the reply must find again.
	conn *crossing
	// choices is how many ports have been picked.
	choices int
	picks   *pick
	zones   *zonePick
	seen    *visit
	trail   *hop
}

// crossing is one thing on the forward way that keeps state of the connection.
type crossing struct {
	before *crossing
	leg    model.Leg
	// iface is an interface whose groups track the connection (SG-3).
	iface *networkInterface
	// box is a stateful middlebox that the packet went through; nil at its ends.
	box middlebox
	// stranger is an inspector that gave the packet back without knowing a
	// connection that it belongs to.
	stranger inspector
	// translator is the node that translated, and header what came in.
	translator any
	header     header
	// replies takes the answer of the interface that the packet is delivered to, in
	// place of its subnet; nil for most.
	replies func(w *walk, s state, from *networkInterface) outcome
}

// middlebox is something on the way that keeps state of connections: it must see
// both directions (MBX-2, NFW-15).
type middlebox interface {
	component() Component
	// isBox reports whether two middleboxes share their state.
	isBox(middlebox) bool
	// repliesMayMiss reports whether it works where the reply goes another way
	// (GWLBE-10).
	repliesMayMiss() bool
}

// zonePick is the zone that AWS picked for a flow at an attachment in appliance
// mode: the reply takes the same (TGW-30).
type zonePick struct {
	before *zonePick
	at     any
	zone   *subnet
}

// zone is the subnet of the zone that was picked at an attachment; nil before.
func (s *state) zoneAt(at any) *subnet {
	for p := s.zones; p != nil; p = p.before {
		if p.at == at {
			return p.zone
		}
	}
	return nil
}

// visit is one route lookup on the way, to notice circles.
type visit struct {
	before *visit
	at     any // a route table, of a VPC or a transit gateway
	hdr    header
	leg    model.Leg
}

// isAt reports whether the packet has been at a table with this header.
func (s *state) isAt(table any) bool {
	for v := s.seen; v != nil; v = v.before {
		if v.at == table && v.hdr == s.hdr && v.leg == s.leg {
			return true
		}
	}
	return false
}

// visit notes that the packet is at a table.
func (s *state) visit(table any) { s.seen = &visit{s.seen, table, s.hdr, s.leg} }

// lastTable is the VPC's route table that the packet was at last; nil without one.
func (s *state) lastTable() *routeTable {
	if s.seen == nil {
		return nil
	}
	t, _ := s.seen.at.(*routeTable)
	return t
}

// crossed reports whether the forward leg went through i, or another interface
// of its instance, so that replies are free of its groups (PIPE-1).
func (s *state) crossed(i *networkInterface) bool {
	for c := s.conn; c != nil; c = c.before {
		if c.leg == model.Forward && c.iface != nil && c.iface.same(i) {
			return true
		}
	}
	return false
}

// translation finds what came in at a translator on the forward leg.
func (s *state) translation(by any) (header, bool) {
	for c := s.conn; c != nil; c = c.before {
		if c.translator == by {
			return c.header, true
		}
	}
	return header{}, false
}

// track notes that a leg crossed i; appliance says that it went on from there.
func (s *state) track(i *networkInterface, appliance bool) {
	c := &crossing{before: s.conn, leg: s.leg, iface: i}
	if appliance {
		c.box = i
	}
	s.conn = c
}

// through notes that a leg went through a middlebox that is no interface's.
func (s *state) through(m middlebox) {
	s.conn = &crossing{before: s.conn, leg: s.leg, box: m}
}

// middleboxes are those that a leg went through, in its order.
func (s *state) middleboxes(leg model.Leg) []middlebox {
	var out []middlebox
	for c := s.conn; c != nil; c = c.before {
		if c.box != nil && c.leg == leg {
			out = append(out, c.box)
		}
	}
	slices.Reverse(out)
	return out
}

// split parts the flows by whether their destination here lies in to. What
// cannot be told (a public address that is not known yet) counts as outside.
func (s *state) split(field addrField, to packet.Addrs) (in, out state) {
	in, out = *s, *s
	b := packet.All
	field.spare = nil
	switch field.in(&b, to) {
	case yes:
		in.flows, out.flows = s.flows.AndBox(&b), s.flows.SubBox(&b)
	default:
		in.flows = nil
	}
	return in, out
}
