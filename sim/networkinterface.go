package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// networkInterface is a compiled network interface. It filters with its groups
// (ENI-3), checks addresses (ENI-9), and, with the check off, forwards (MB-2).
type networkInterface struct {
	comp   Component
	model  *model.Interface
	subnet *subnet
	vpc    *vpc
	owner  owner

	// addrs are the addresses that are the interface's own, delegated prefixes
	// included (ENI-7).
	addrs packet.Addrs
	// dead says why the interface delivers nothing; nil while it does (ENI-11).
	dead *deadInterface

	groups        []*securityGroup
	groupsUnknown *model.Unknown
	// unrestricted is set for the hypothetical interface of an empty subnet.
	unrestricted bool
	// point are the groups' rules flattened for the walk of single packets,
	// groupNumbers the groups; plain says that this walk is enough for what the
	// interface sends and takes.
	point        *pointGroups
	groupNumbers []int32
	plain        bool
	classKey     string
	// relay is what takes connections on from the interface; nil for most.
	relay relay
	// pools are the addresses that it may get, by IP version, while it has none.
	pools [2]*addressPool
	// elastic are the Elastic IPs of addresses that the interface has by a
	// delegated prefix (ENI-7).
	elastic map[netip.Addr]netip.Addr
}

// owner is what an interface belongs to, as far as it matters to packets.
type owner struct {
	kind     model.Kind
	id       string
	name     string
	instance *model.Instance
	other    *model.Owner
}

// deadInterface is why an interface carries nothing.
type deadInterface struct {
	comp Component
	text string
}

func (i *networkInterface) component() Component { return i.comp }
func (i *networkInterface) home() *subnet        { return i.subnet }

// same reports whether i and j are one interface, or two of one instance.
func (i *networkInterface) same(j *networkInterface) bool {
	return i == j || i.owner.instance != nil && i.owner.instance == j.owner.instance
}

// inGroup reports whether the interface carries the group.
func (i *networkInterface) inGroup(g model.SecurityGroupID) bool {
	return slices.Contains(i.model.Groups, g)
}

// label is the interface as people know it: its owner's name, or its ID.
func (i *networkInterface) label() string {
	switch {
	case i.owner.name != "":
		return i.owner.name
	case i.owner.id != "":
		return i.owner.id
	case i.comp.Name != "":
		return i.comp.Name
	}
	return i.comp.ID
}

func (i *networkInterface) groupsWhere() model.Provenance {
	for _, g := range i.groups {
		if m := i.vpc.e.network.SecurityGroups[g.id]; m != nil {
			return m.Provenance
		}
	}
	return i.model.Provenance
}

// send is where a packet leaves the interface that made it (PIPE-2).
func (i *networkInterface) send(w *walk, s state) outcome {
	if i.dead != nil && s.leg == model.Forward {
		w.deny(&s, evidence{code: BadState, dir: egress, at: i.dead.comp, flows: s.flows, where: i.model.Provenance, words: i.deadWords})
	}
	if s.leg == model.Forward {
		s.sender = i
		i.refuseToStart(w, &s)
		if n, ok := i.relay.(*balancerNode); ok {
			n.starts(w, &s)
		}
		if o, rest := i.sendToService(w, s); rest == nil {
			return o
		} else if !o.whole.empty() {
			return o.or(i.emit(w, *rest))
		}
		if in, out := s.split(s.hdr.dst, i.addrs); !in.flows.IsEmpty() && !w.wrong(i) {
			w.assume("ENI-12", "what "+i.label()+" sends to its own address does not leave it")
			o := w.end(in)
			if out.flows.IsEmpty() {
				return o
			}
			return o.or(i.emit(w, out))
		}
		s.track(i, false)
	} else {
		s.sender = i
	}
	return i.emit(w, s)
}

// emit is the common end of sending and forwarding: the limits and the groups on
// the way out, then the subnet.
func (i *networkInterface) emit(w *walk, s state) outcome {
	i.limitPort25(w, &s)
	i.filter(w, &s, egress)
	s.via = i
	toGroups, s := s.split(s.hdr.dst, multicast)
	if toGroups.flows.IsEmpty() {
		return i.subnet.send(w, s)
	}
	o := i.sendToGroups(w, toGroups)
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(i.subnet.send(w, s))
}

// deliver takes a packet that is addressed to the interface (PIPE-4).
func (i *networkInterface) deliver(w *walk, s state) outcome {
	if h, ok := s.translation(i); ok && s.leg == model.Return {
		return i.untranslate(w, s, h)
	}
	if i.relay != nil && s.leg == model.Return {
		if o, ok := i.relay.answer(w, s); ok {
			return o
		}
	}
	if s.leg == model.Forward && !s.relayed && w.wrong(i) {
		return i.deliverToNamesake(w, s)
	}
	if i.dead != nil {
		w.deny(&s, evidence{code: BadState, dir: ingress, at: i.dead.comp, flows: s.flows, where: i.model.Provenance, words: i.deadWords})
	}
	if s.leg == model.Forward {
		i.checkDirect(w, &s)
	}
	i.filter(w, &s, ingress)
	if w.record {
		s.hop(hop{at: i.comp, action: ActionDeliver, words: i.deliverWords})
	}
	if s.leg == model.Return {
		if w.source != nil && w.source.same(i) {
			return w.home(s)
		}
		return w.drop(s, evidence{code: AsymmetricReturn, at: i.comp, where: i.model.Provenance, words: strayReplyWords})
	}
	if o, done := i.terminate(w, &s); done {
		return o
	}
	s.track(i, false)
	if i.relay != nil {
		return i.relay.take(w, s)
	}
	return w.arrived(s, func(s state) outcome { return i.reply(w, s) })
}

// reply sends the answer to what was delivered to the interface: to a balancer
// that kept the client's address straight back, which routes have no say in
// (NLB-7).
func (i *networkInterface) reply(w *walk, s state) outcome { return i.replyAlong(w, s, s.conn) }

// replyAlong answers what came over a connection: whatever was crossed after it has
// had its reply.
func (i *networkInterface) replyAlong(w *walk, s state, c *crossing) outcome {
	for ; c != nil; c = c.before {
		if c.leg == model.Forward && c.replies != nil {
			return c.replies(w, s, i)
		}
		if c.leg == model.Forward && c.translator != nil {
			break // what translated gets the reply by its address
		}
	}
	return i.send(w, s)
}

// relay is what an interface does with connections that it takes for somebody
// else: a balancer's node, an endpoint's.
type relay interface {
	// take gets a packet that the interface's groups have seen, on the forward leg.
	take(w *walk, s state) outcome
	// answer gets a packet of the return leg that is addressed to the interface;
	// false where it is no reply to what the relay sent.
	answer(w *walk, s state) (outcome, bool)
}

// addressField is the field of an interface's address: the one it has, or one of those
// that it may get. ok is false where it has none of the IP version.
func (i *networkInterface) addressField(v6 bool) (f addrField, ok bool) {
	if a := i.model.Primary(v6).IP; a.IsValid() {
		return addrField{kind: constAddr, addr: a}, true
	}
	n := 0
	if v6 {
		n = 1
	}
	if p := i.pools[n]; p != nil {
		return addrField{kind: poolAddr, pool: p}, true
	}
	return addrField{}, false
}

// wrong reports whether a packet that i takes was meant for another interface, of a
// VPC that uses the same range, or for a network on premises that does.
func (w *walk) wrong(i *networkInterface) bool {
	return w.destination != nil && w.destination != i || w.place != nil
}

// asked names what the flow was meant for.
func (w *walk) asked() string {
	if w.place != nil {
		return w.place.comp.named()
	}
	return w.destination.label()
}

// deliverToNamesake ends the way of packets whose destination lies in another
// VPC: the local route of this one takes them (RT-5).
func (i *networkInterface) deliverToNamesake(w *walk, s state) outcome {
	at, where := i.vpc.comp, i.vpc.model.Provenance
	if t := s.lastTable(); t != nil {
		at, where = t.comp, t.where
	}
	return w.drop(s, evidence{code: NoPossibleDestination, at: at, where: where, words: func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("%s is in %s too: the packet goes to %s there, not to %s", h.DestinationIP, i.vpc.comp.named(), i.label(), w.asked()),
			"give the VPCs ranges that do not overlap, or reach it by a translated address"
	}})
}

// receive takes a packet that a route sends to the interface, whatever its
// destination address (RT-25).
func (i *networkInterface) receive(w *walk, s state) outcome {
	if s.from != i.subnet {
		i.subnet.acl(w, &s, ingress)
	}
	if own, other := s.split(s.hdr.dst, i.addrs); !own.flows.IsEmpty() {
		o := i.deliver(w, own)
		if other.flows.IsEmpty() {
			return o
		}
		return o.or(i.forward(w, other))
	}
	if i.takesPool(&s) {
		i.checkSourceDestination(w, &s)
		return i.deliver(w, s)
	}
	return i.forward(w, s)
}

func (i *networkInterface) deadWords(*Engine, Component, Header) (string, string) {
	return i.dead.text, "start it, or attach the interface to something that runs"
}

func (i *networkInterface) deliverWords(_ *Engine, _ Component, h Header) (string, string) {
	return "delivered to " + i.label() + " " + h.DestinationIP, ""
}

func strayReplyWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("the reply to %s arrives at %s, which did not ask", h.DestinationIP, c.named()),
		"make the address belong to one interface only on the way back"
}

// free are the addresses of its subnet that an interface without a fixed address
// may still get: those not reserved (SUB-3, SUB-5) and not taken.
func (i *networkInterface) free(v6 bool) packet.Addrs {
	var out packet.Addrs
	for _, p := range i.subnet.model.CIDRs {
		if p.Addr().Is6() != v6 {
			continue
		}
		all := packet.Prefix(p)
		lo, hi := all[0].Lo, all[0].Hi
		reserved := packet.Addrs{{Lo: lo, Hi: lo.Next().Next().Next()}, {Lo: hi, Hi: hi}}
		out = out.Or(all.Sub(reserved))
	}
	return out.Sub(i.subnet.taken())
}

// addresses gives the addresses of a family that the interface has or may have.
func (i *networkInterface) addresses(v6 bool) (addrs packet.Addrs, open bool) {
	for _, a := range i.model.Addresses {
		if a.IP.Is6() == v6 {
			addrs = addrs.Or(packet.Addr(a.IP))
		}
	}
	if addrs.IsEmpty() && (v6 && i.model.Unassigned6 || !v6 && i.model.Unassigned4) {
		return i.free(v6), true
	}
	return addrs, false
}

// public gives the public IPv4 address that an internet gateway maps a private
// one to. assigned is false while it is not known; ok is false without one.
func (i *networkInterface) public(private netip.Addr) (public netip.Addr, assigned, ok bool) {
	for n, a := range i.model.Addresses {
		if a.IP == private {
			if a.Public.IsValid() {
				return a.Public, true, true
			}
			return netip.Addr{}, false, n == 0 && i.model.PublicUnassigned || a.PublicUnassigned // ENI-4: without an Elastic IP the primary one
		}
	}
	if a, ok := i.elastic[private]; ok {
		return a, true, true
	}
	return netip.Addr{}, false, i.model.PublicUnassigned && !i.model.Primary(false).IP.IsValid()
}
