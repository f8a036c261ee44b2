package sim

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

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

func groupName(m *model.SecurityGroup) string {
	if m.Name != "" {
		return m.Name
	}
	return m.GroupName
}

// peerLabel is a rule's other side with the names of what it references.
func (e *Engine) peerLabel(p model.Peer) string {
	switch {
	case p.Group != "":
		if g := e.network.SecurityGroups[p.Group]; g != nil {
			if name := groupName(g); name != "" && name != string(p.Group) {
				return name + " (" + p.String() + ")"
			}
		}
	case p.PrefixList != "":
		if l := e.network.PrefixLists[p.PrefixList]; l != nil && l.Name != "" && l.Name != string(p.PrefixList) {
			return l.Name + " (" + p.String() + ")"
		}
	}
	return p.String()
}

// label is a group as people know it.
func (g *securityGroup) label() string {
	if g.name != "" && g.name != string(g.id) {
		return g.name + " (" + string(g.id) + ")"
	}
	return string(g.id)
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
		// SG-14: the private addresses of the members in this VPC.
		members := at.vpc.members[r.ref]
		if c := w.claims[s.leg]; c.to != nil && c.to.vpc == at.vpc && c.to.inGroup(r.ref) {
			members = members.Or(c.addrs)
		}
		return peer.in(b, members)
	}
	// The sender is known as long as the way kept its identity (SG-20), and it
	// sends from a private address of its own (SG-14), of either IP version (SG-22);
	// what its group admits is nothing to it (SG-15). In another VPC it is known
	// where what joins the two carries its identity (SG-16 to SG-18).
	switch {
	case s.sender == nil || s.transit != nil && at.owner.kind == model.KindVPCEndpoint: // TGW-28
		return no
	case s.sender.inGroup(r.ref):
		return yes
	case s.sender.groupsUnknown != nil:
		return maybe
	}
	return no
}

// pointGroups are the rules of a set of groups for one TCP or UDP packet. vague
// is set where they are not enough.
type pointGroups struct {
	rules [2]pointRules
	vague bool
}

// compilePoint flattens the rules of an interface's groups; interfaces with the
// same groups share them.
func (e *Engine) compilePoint(i *networkInterface) {
	ids := make([]byte, 0, 4*len(i.groups))
	for _, g := range i.groups {
		n := e.groupNumber(g.id)
		i.groupNumbers = append(i.groupNumbers, n)
		ids = binary.LittleEndian.AppendUint32(ids, uint32(n))
	}
	if i.point = e.pointGroups[string(ids)]; i.point == nil {
		i.point = e.flatten(i.groups)
		e.pointGroups[string(ids)] = i.point
	}
	own := i.vpc.resolver.Or(i.subnet.router)
	for _, a := range i.model.Addresses {
		if i.vpc.owners[a.IP] != addressee(i) {
			return // somebody else has its address too
		}
	}
	i.plain = i.dead == nil && i.groupsUnknown == nil && !i.unrestricted && !i.point.vague && !i.addrs.Overlaps(own) &&
		i.subnet.model.CIDRsUnknown == nil && i.subnet.cidrs.Holds(i.addrs) && i.vpc.cidrs.Holds(i.addrs) && !i.addrs.Overlaps(unroutable) &&
		(i.owner.kind == "" || i.owner.kind == model.KindInstance ||
			i.owner.kind == model.KindOwner && i.owner.other != nil && !i.owner.other.SendsOnly)
}

// groupNumber numbers group IDs from 1.
func (e *Engine) groupNumber(id model.SecurityGroupID) int32 {
	n, ok := e.groupNumbers[id]
	if !ok {
		n = int32(len(e.groupNumbers) + 1)
		e.groupNumbers[id] = n
	}
	return n
}

func (e *Engine) flatten(groups []*securityGroup) *pointGroups {
	p := &pointGroups{}
	for _, g := range groups {
		p.vague = p.vague || g.unknown != nil
		for d := range g.rules {
			for k := range g.rules[d] {
				p.add(e, d, &g.rules[d][k])
			}
		}
	}
	return p
}

func (p *pointGroups) add(e *Engine, d int, r *groupRule) {
	p.vague = p.vague || r.open != nil
	switch peer := r.model.Peer; {
	case r.ref != "":
		p.rules[d].addReference(r.model.Traffic, e.groupNumber(r.ref))
	case peer.PrefixList != "":
		for _, entry := range e.prefixList(peer.PrefixList).prefixes {
			p.rules[d].add(r.model.Traffic, entry, model.Allow)
		}
	case peer.Prefix.IsValid():
		p.rules[d].add(r.model.Traffic, peer.Prefix, model.Allow)
	}
}

// admits decides one TCP or UDP packet as filter does; other is the interface
// that has the peer address, nil where group references do not know it.
func (p *pointGroups) admits(d model.Direction, proto model.Protocol, ports model.PortRange, peer *pointAddr, other *networkInterface) bool {
	if peer.is4 {
		for i := range p.rules[d].v4 {
			r := &p.rules[d].v4[i]
			if r.concerns(proto, ports) && (r.ref == 0 && peer.v4&r.mask == r.v4 || r.ref != 0 && other != nil && slices.Contains(other.groupNumbers, r.ref)) {
				return true
			}
		}
		return false
	}
	for i := range p.rules[d].v6 {
		r := &p.rules[d].v6[i]
		if r.concerns(proto, ports) && (r.ref == 0 && r.prefix.Contains(peer.addr) || r.ref != 0 && other != nil && slices.Contains(other.groupNumbers, r.ref)) {
			return true
		}
	}
	return false
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

// refusal is the evidence that no rule admits the flows.
func (i *networkInterface) refusal(s *state, dir direction, denied packet.Set, hasRules bool) evidence {
	ev := evidence{code: ENISGRulesMismatch, dir: dir, at: i.comp, groups: i.groupIDs(), flows: denied, where: i.groupsWhere()}
	switch {
	case !hasRules:
		ev.code = SGHasNoRules
	case dir == ingress && s.lostBy != nil && i.wouldAdmit(s, denied):
		ev.code = lostIdentity(*s.lostBy)
	}
	lostBy, sender := s.lostBy, s.sender
	ev.words = func(_ *Engine, c Component, h Header) (string, string) {
		groups := strings.Join(i.groupLabels(), ", ")
		verb, peer := "admits", "from "+h.SourceIP
		if dir == egress {
			verb, peer = "lets out", "to "+h.DestinationIP
		}
		mend := fmt.Sprintf("add an %s rule for %s %s to %s", dir, h.traffic(), peer, groups)
		switch {
		case groups == "":
			return fmt.Sprintf("interface %s has no security group, so nothing %s %s", c.named(), verb, h.traffic()),
				"give it a security group that " + verb + " " + h.traffic() + " " + peer
		case ev.code == SGHasNoRules:
			return fmt.Sprintf("%s has no %s rules", groups, dir), mend
		case ev.code == SGReferencesNotPreserved || ev.code == SGReferencingSupport:
			return fmt.Sprintf("a rule of %s references the sender's group, but %s on the way hides who sent the packet", groups, lostBy.named()),
				fmt.Sprintf("add an %s rule for %s with the address %s in place of the group", dir, h.traffic(), h.SourceIP)
		}
		if theirs := senderGroups(sender); dir == ingress && theirs != "" {
			mend = fmt.Sprintf("let %s into %s on %s", theirs, groups, h.traffic())
		}
		return fmt.Sprintf("no %s rule of %s %s %s %s", dir, groups, verb, h.traffic(), peer), mend
	}
	hdr := s.hdr
	ev.nearest = func(_ *Engine, flows packet.Set) []NearMiss { return i.nearest(hdr, sender, dir, flows) }
	return ev
}

// senderGroups names the groups of a sender whose identity the way has kept.
func senderGroups(i *networkInterface) string {
	if i == nil {
		return ""
	}
	return strings.Join(i.groupLabels(), ", ")
}

// wouldAdmit reports whether a group reference would have admitted some of the
// flows, had the way kept the sender's identity.
func (i *networkInterface) wouldAdmit(s *state, flows packet.Set) bool {
	sender := s.conn.origin()
	if s.leg != model.Forward || sender == nil {
		return false
	}
	for _, g := range i.groups {
		for k := range g.rules[model.Ingress] {
			r := &g.rules[model.Ingress][k]
			b := packet.All
			if r.ref != "" && sender.inGroup(r.ref) && s.hdr.matches(&b, &r.traffic) != no && flows.Overlaps(packet.Set{b}) {
				return true
			}
		}
	}
	return false
}

// origin is the interface that the connection started at, if one did.
func (c *crossing) origin() *networkInterface {
	var first *networkInterface
	for ; c != nil; c = c.before {
		if c.iface != nil {
			first = c.iface
		}
	}
	return first
}

// nearest finds the rules that fail by one part only.
func (i *networkInterface) nearest(h header, sender *networkInterface, dir direction, flows packet.Set) []NearMiss {
	peer := h.src
	if dir == egress {
		peer = h.dst
	}
	var out []nearRule
	add := func(r *groupRule, text string, distance int) {
		out = append(out, nearRule{NearMiss{r.describe(), r.where(), r.short() + text}, distance})
	}
	for _, g := range i.groups {
		for k := range g.rules[dir.model()] {
			r := &g.rules[dir.model()][k]
			b := packet.All
			trafficFits := h.matches(&b, &r.traffic) != no && flows.Overlaps(packet.Set{b})
			switch {
			case r.model.Peer.Stale:
				if trafficFits {
					add(r, "; it is stale: the group is out of reach", 1) // SG-21
				}
			case r.ref == "":
				if text, distance, near := i.vpc.e.nearTo(&h, peer, &r.traffic, r.peers, flows); near {
					add(r, text, distance)
				}
			case trafficFits && dir == ingress && sender != nil:
				add(r, fmt.Sprintf("; %s is in %s", sender.label(), cmp.Or(senderGroups(sender), "no group")), 0)
			case trafficFits:
				add(r, "", 1)
			}
		}
	}
	return nearestOf(out)
}

func trackedWords(*Engine, Component, Header) (string, string) {
	return "reply of a tracked connection", ""
}

func lostReferenceWords(by Component) words {
	return func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("%s lets %s out only by a group reference, which does not match through %s", c.named(), h.traffic(), by.named()),
			"add an egress rule with the address " + h.DestinationIP
	}
}

func (r *groupRule) describe() Rule {
	return Rule{
		ID: r.model.ID, Direction: r.model.Direction.String(), Action: model.Allow.String(),
		Protocol: r.model.Traffic.Protocol.String(), Ports: showPorts(r.model.Traffic), Peer: r.model.Peer.String(), Group: string(r.group.id),
	}
}

func (r *groupRule) where() model.Provenance { return r.model.Provenance }

func (r *groupRule) text() string {
	return cmp.Or(r.group.name, string(r.group.id)) + " " + r.model.Direction.String() + ": " + r.short()
}

// short is the rule without its group.
func (r *groupRule) short() string {
	prep := "from"
	if r.model.Direction == model.Egress {
		prep = "to"
	}
	return r.model.Traffic.String() + " " + prep + " " + r.peer
}

// groupIDs are the interface's groups, sorted.
func (i *networkInterface) groupIDs() []string {
	var out []string
	for _, g := range i.model.Groups {
		out = append(out, string(g))
	}
	slices.Sort(out)
	return out
}

func (i *networkInterface) groupLabels() []string {
	var out []string
	for _, g := range i.groups {
		out = append(out, g.label())
	}
	return out
}
