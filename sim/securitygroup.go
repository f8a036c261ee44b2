package sim

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// securityGroup is a compiled security group.
type securityGroup struct {
	id      model.SecurityGroupID
	name    string
	rules   [2][]groupRule // by model.Direction
	unknown *model.Unknown
}

// groupRule is a compiled rule of a security group.
type groupRule struct {
	model *model.SecurityGroupRule
	group *securityGroup
	traffic
	// peers are the addresses that the rule admits: its CIDR's, its prefix
	// list's. For an egress rule with a group reference they are filled per VPC
	// (members); for an ingress one they are empty and the sender decides.
	peers packet.Addrs
	ref   model.SecurityGroupID // zero for a rule without a reference
	// peer is the rule's other side as people know it.
	peer string
	open *model.Unknown
	list *prefixList // of a rule with a prefix list
}

// pendingReference is flows that only an egress rule with a group reference
// admitted.
type pendingReference struct {
	before *pendingReference
	at     *networkInterface
	rule   ruleRef
	hdr    header
	flows  packet.Set
	// perhaps are those of the flows that something open may admit too, and gap is
	// what is open.
	perhaps packet.Set
	gap     *model.Unknown
}

func (e *Engine) compileSecurityGroup(m *model.SecurityGroup) *securityGroup {
	g := &securityGroup{id: m.ID, name: groupName(m), unknown: m.RulesUnknown}
	for i := range m.Rules {
		r := &m.Rules[i]
		c := groupRule{model: r, group: g, traffic: compileTraffic(r.Traffic), open: r.Unknown, peer: e.peerLabel(r.Peer)}
		switch p := r.Peer; {
		case p.Prefix.IsValid():
			c.peers = packet.Prefix(p.Prefix)
		case p.PrefixList != "":
			l := e.prefixList(p.PrefixList)
			c.list, c.peers = l, l.addrs
			if l.unknown != nil {
				// Which addresses it holds is open, beside those it tells: the
				// latter are admitted for certain.
				if !l.addrs.IsEmpty() {
					g.rules[r.Direction] = append(g.rules[r.Direction], c)
				}
				c.open, c.peers = l.unknown, l.mayHold()
			}
		case p.Group != "" && p.Stale:
			// SG-21: a stale rule matches nothing.
		case p.Group != "":
			c.ref = p.Group
		case r.Unknown != nil:
			c.peers = packet.AllAddrs
		}
		g.rules[r.Direction] = append(g.rules[r.Direction], c)
	}
	return g
}

// filter takes a packet through the groups of an interface, between neighbours
// too (SG-31): it passes if any rule of any group admits it (SG-1), over all of the
// interface's addresses (ENI-8); there is no order and no deny. Replies to
// what the interface let through pass whatever the rules say (SG-3).
func (i *networkInterface) filter(w *walk, s *state, dir direction) {
	if s.leg == model.Return && s.crossed(i) {
		if w.record {
			s.hop(hop{at: i.comp, dir: dir, action: ActionAllow, words: trackedWords})
		}
		return
	}
	if i.unfiltered() {
		return
	}
	if dir == ingress && s.transit != nil && i.owner.kind == model.KindVPCEndpoint {
		w.lose(s, *s.transit) // TGW-28
	}
	peer := s.hdr.src
	if dir == egress {
		peer = s.hdr.dst
	}
	var (
		decisions []decision
		perhaps   packet.Set
		open      *model.Unknown
		gapCode   = UnknownResource
		hasRules  bool
	)
	if w.standing != nil {
		w.standing.note(i, s, dir)
	}
	rest := s.flows
	if kept := w.before.keeps(i, s); !kept.IsEmpty() {
		rest = rest.Sub(kept)
		if w.record {
			decisions = append(decisions, decision{flows: kept, action: ActionAllow, kept: true})
		}
	}
	d := dir.model()
	pendingBefore := s.refs
	if i.groupsUnknown != nil {
		open, perhaps = i.groupsUnknown, rest
	}
	// References of egress rules come last, since a hop further on may still undo
	// what they alone admit (SG-20).
	for _, last := range [2]bool{false, true} {
		for _, g := range i.groups {
			if g.unknown != nil {
				open, perhaps = cmp.Or(open, g.unknown), perhaps.Or(rest)
			}
			hasRules = hasRules || len(g.rules[d]) > 0
			for k := range g.rules[d] {
				if rest.IsEmpty() {
					break
				}
				r := &g.rules[d][k]
				if last != (r.ref != "" && dir == egress) {
					continue
				}
				b := packet.All
				m := s.hdr.matches(&b, &r.traffic)
				if m == no {
					continue
				}
				if dir == egress && r.ref != "" {
					if to := w.mayBeMembers(s, i, peer); to != nil {
						in := b
						if peer.in(&in, to.addrs) != no {
							open, perhaps = cmp.Or(open, to.unknown), perhaps.Or(rest.AndBox(&in))
						}
					}
				}
				m = m.and(r.admits(w, s, i, dir, peer, &b))
				if m == no {
					continue
				}
				hit := rest.AndBox(&b)
				if hit.IsEmpty() {
					continue
				}
				if m == maybe || r.openFor(peer) != nil {
					if open == nil {
						open, gapCode = r.gap(i, s, peer), UnknownValue
					}
					perhaps = perhaps.Or(hit)
					continue
				}
				rest = rest.SubBox(&b)
				if w.record {
					decisions = append(decisions, decision{flows: hit, action: ActionAllow, rule: r})
				}
				if r.ref != "" && dir == egress {
					s.refs = &pendingReference{before: s.refs, at: i, rule: r, hdr: s.hdr, flows: hit}
				}
			}
		}
	}
	for r := s.refs; r != pendingBefore; r = r.before {
		r.perhaps, r.gap = r.flows.And(perhaps), open
	}
	unknown := rest.And(perhaps)
	denied := rest.Sub(unknown)
	if !w.record {
		w.mark(s, denied, unknown)
		return
	}
	if !unknown.IsEmpty() {
		decisions = append(decisions, decision{flows: unknown, action: ActionUnknown, gap: open})
	}
	if !denied.IsEmpty() {
		decisions = append(decisions, decision{flows: denied, action: ActionDeny})
	}
	s.hop(hop{at: i.comp, dir: dir, decisions: decisions})
	if !unknown.IsEmpty() {
		w.doubt(s, gapEvidence(i.comp, dir, gapCode, open, unknown))
	}
	if !denied.IsEmpty() {
		w.denyAtHop(s, i.refusal(s, dir, denied, hasRules))
	}
}

// unfiltered reports whether no group filters at the interface: the hypothetical
// one of an empty subnet, and those of services that take no group, or were
// given none (ENI-10). Any other interface has a group, and without one it is
// closed.
func (i *networkInterface) unfiltered() bool {
	if i.unrestricted {
		return true
	}
	if len(i.model.Groups) > 0 || i.groupsUnknown != nil {
		return false
	}
	switch i.owner.kind {
	case model.KindLoadBalancer, model.KindNATGateway, model.KindVPCEndpoint, model.KindTransitGateway:
		return true
	}
	return false
}

// admits narrows b to the flows whose peer the rule admits.
func (r *groupRule) admits(w *walk, s *state, at *networkInterface, dir direction, peer addrField, b *packet.Box) match {
	switch {
	case r.ref == "":
		if m, known := peer.inList(r.list); known {
			return m
		}
		return peer.in(b, r.peers)
	case dir == egress:
		return r.admitsTo(w, s, at, peer, b)
	}
	// The sender is known as long as the way kept its identity (SG-20), and it
	// sends from a private address of its own (SG-14), of either IP version (SG-22);
	// what its group admits is nothing to it (SG-15). In another VPC it is known
	// where what joins the two carries its identity (SG-16 to SG-18).
	switch {
	case s.sender == nil:
		return no
	case s.sender.inGroup(r.ref):
		return yes
	case s.sender.groupsUnknown != nil:
		return maybe
	}
	return no
}

// admitsTo narrows b to the flows to private addresses of the group's members (SG-14),
// in this VPC and those that it is peered with (SG-16).
func (r *groupRule) admitsTo(w *walk, s *state, at *networkInterface, peer addrField, b *packet.Box) match {
	if p := peer.pool; p != nil { // whose address it will be is known
		return matchIf(at.vpc.seesGroupsOf(p.of.vpc) && p.of.inGroup(r.ref))
	}
	members := at.vpc.members[r.ref]
	if c := w.claims[s.leg]; c.to != nil && at.vpc.seesGroupsOf(c.to.vpc) && c.to.inGroup(r.ref) {
		members = members.Or(c.addrs)
	}
	return peer.in(b, members)
}

// perhapsMembers are addresses of interfaces of which the input does not tell the
// groups, or not all.
type perhapsMembers struct {
	addrs   packet.Addrs
	unknown *model.Unknown
}

// mayBeMembers are the addresses that a packet may be for of which it is not known
// whether they are of members of a group; nil where there are none.
func (w *walk) mayBeMembers(s *state, at *networkInterface, peer addrField) *perhapsMembers {
	c := w.claims[s.leg]
	if p := peer.pool; p != nil {
		c = claim{p.addrs, p.of}
	}
	if c.to != nil && c.to.groupsUnknown != nil && at.vpc.seesGroupsOf(c.to.vpc) {
		return &perhapsMembers{c.addrs, c.to.groupsUnknown}
	}
	return at.vpc.perhapsMembers
}

// openFor is what is open about the rule for a peer: which addresses a service's
// own list has is not, when the service is asked for by its name.
func (r *groupRule) openFor(peer addrField) *model.Unknown {
	if _, known := peer.inList(r.list); known {
		return r.model.Unknown
	}
	return r.open
}

// gap tells why it is open whether a rule admits a packet.
func (r *groupRule) gap(at *networkInterface, s *state, peer addrField) *model.Unknown {
	switch open := r.openFor(peer); {
	case open != nil:
		return open
	case r.ref != "" && s.sender != nil && s.sender.groupsUnknown != nil:
		return s.sender.groupsUnknown
	}
	return peer.unknownAt(r)
}
