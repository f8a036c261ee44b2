package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

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

// refusal is the evidence that no rule admits the flows.
func (i *networkInterface) refusal(s *state, dir direction, denied packet.Set, hasRules bool) evidence {
	ev := evidence{code: ENISGRulesMismatch, dir: dir, at: i.comp, groups: i.groupIDs(), flows: denied, where: i.groupsWhere()}
	var lost *lostSender
	if dir == ingress && s.leg == model.Forward {
		lost = i.wouldAdmit(s, denied)
	}
	switch {
	case !hasRules:
		ev.code = SGHasNoRules
	case lost != nil:
		ev.code = lostIdentity(lost.by)
	}
	sender := s.sender
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
			return fmt.Sprintf("a rule of %s references the sender's group, but %s on the way hides who sent the packet", groups, lost.by.named()),
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

// wouldAdmit finds the sender that a group reference would have admitted for some of
// the flows, had the way kept its identity; nil without one.
func (i *networkInterface) wouldAdmit(s *state, flows packet.Set) *lostSender {
	for lost := s.lost; lost != nil; lost = lost.before {
		for _, g := range i.groups {
			for k := range g.rules[model.Ingress] {
				r := &g.rules[model.Ingress][k]
				b := packet.All
				if r.ref != "" && lost.sender.inGroup(r.ref) && s.hdr.matches(&b, &r.traffic) != no && flows.Overlaps(packet.Set{b}) {
					return lost
				}
			}
		}
	}
	return nil
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
