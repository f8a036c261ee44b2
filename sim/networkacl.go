package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// networkACL is a compiled network ACL: stateless, ordered, with a last rule
// that denies (NACL-1, NACL-2), all that one without rules has (NACL-6). Its rules
// know CIDRs only (NACL-10).
type networkACL struct {
	comp    Component
	rules   [2][]aclRule // by model.Direction, lowest number first
	last    [2]*aclRule  // the "*" rules
	unknown *model.Unknown
	where   model.Provenance
	// point are the rules for one TCP or UDP packet; vague is set where that is
	// not enough.
	point [2]pointRules
	vague bool
}

// aclRule is a compiled rule of a network ACL.
type aclRule struct {
	model *model.NetworkACLRule
	acl   *networkACL
	dir   model.Direction
	traffic
	peers packet.Addrs
	// open is set where the rule may or may not match what it seems to.
	open *model.Unknown
}

func (e *Engine) compileNetworkACL(m *model.NetworkACL) *networkACL {
	a := &networkACL{
		comp: e.component(model.KindNetworkACL, string(m.ID), &m.Meta), unknown: m.RulesUnknown, where: m.Provenance,
	}
	for i := range m.Rules {
		r := &m.Rules[i]
		c := aclRule{
			model: r, acl: a, dir: r.Direction, traffic: compileTraffic(r.Traffic), peers: packet.Prefix(r.Prefix),
			open: r.Unknown,
		}
		if r.Traffic.Protocol == model.ICMPv6 && r.Prefix.Addr().Is4() {
			c.icmp = nil // NACL-9: 58 with an IPv4 CIDR means all types
		}
		if r.Unknown != nil && !r.Prefix.IsValid() {
			c.peers = packet.AllAddrs
		}
		a.rules[r.Direction] = append(a.rules[r.Direction], c)
	}
	for _, d := range []model.Direction{model.Ingress, model.Egress} {
		slices.SortStableFunc(a.rules[d], func(x, y aclRule) int { return cmp.Compare(x.model.Number, y.model.Number) })
		a.last[d] = &aclRule{acl: a, dir: d}
	}
	a.compilePoint()
	return a
}

func (a *networkACL) compilePoint() {
	a.vague = a.unknown != nil
	for d := range a.rules {
		for i := range a.rules[d] {
			m := a.rules[d][i].model
			a.vague = a.vague || m.Unknown != nil || !m.Prefix.IsValid()
			a.point[d].add(m.Traffic, m.Prefix, m.Action)
		}
	}
}

// admits decides one TCP or UDP packet as cross does, for all of a range of
// ports. sure is false where the ports do not share one fate.
func (a *networkACL) admits(d model.Direction, p model.Protocol, ports model.PortRange, peer *pointAddr) (allows, sure bool) {
	if a.vague {
		return false, false
	}
	if peer.is4 {
		for i := range a.point[d].v4 {
			if r := &a.point[d].v4[i]; r.concerns(p, ports) && peer.v4&r.mask == r.v4 {
				return r.action == model.Allow, r.covers(ports)
			}
		}
		return false, true
	}
	for i := range a.point[d].v6 {
		if r := &a.point[d].v6[i]; r.concerns(p, ports) && r.prefix.Contains(peer.addr) {
			return r.action == model.Allow, r.covers(ports)
		}
	}
	return false, true
}

// cross takes a packet over the edge of the subnet: inbound rules match its
// source, outbound rules its destination, both its destination port (NACL-7), as
// they stand at that point (NACL-18).
func (a *networkACL) cross(w *walk, s *state, dir direction) {
	a.crossAs(w, s, dir, SubnetACLRestriction)
}

// crossAs is cross with the code of what it denies.
func (a *networkACL) crossAs(w *walk, s *state, dir direction, code Code) {
	peer := s.hdr.src
	if dir == egress {
		peer = s.hdr.dst
	}
	if a.unknown != nil {
		w.gap(s, a.comp, dir, UnknownResource, a.unknown)
		return
	}
	var (
		decisions             []decision
		allow, deny           packet.Set
		maybeAllow, maybeDeny packet.Set
		open                  *model.Unknown
	)
	rest := s.flows
	d := dir.model()
	for i := range a.rules[d] {
		if rest.IsEmpty() {
			break
		}
		r := &a.rules[d][i]
		b := packet.All
		m := s.hdr.matches(&b, &r.traffic).and(peer.in(&b, r.peers))
		if m == no {
			continue
		}
		hit := rest.AndBox(&b)
		if hit.IsEmpty() {
			continue
		}
		if m == maybe || r.open != nil {
			if open == nil {
				open = cmp.Or(r.open, peer.unknownAt(r))
			}
			if r.model.Action == model.Allow {
				maybeAllow = maybeAllow.Or(hit)
			} else {
				maybeDeny = maybeDeny.Or(hit)
			}
			continue
		}
		rest = rest.SubBox(&b)
		action := ActionDeny
		if r.model.Action == model.Allow {
			allow, action = join(allow, hit), ActionAllow
		} else {
			deny = join(deny, hit)
		}
		if w.record {
			decisions = append(decisions, decision{flows: hit, action: action, rule: r})
		}
	}
	deny = join(deny, rest)
	unknown := allow.And(maybeDeny).Or(deny.And(maybeAllow))
	if !w.record {
		w.mark(s, deny.Sub(unknown), unknown)
		return
	}
	if !rest.IsEmpty() {
		decisions = append(decisions, decision{flows: rest, action: ActionDeny, rule: a.last[d]})
	}
	if !unknown.IsEmpty() {
		for i := range decisions {
			decisions[i].flows = decisions[i].flows.Sub(unknown)
		}
		decisions = append(decisions, decision{flows: unknown, action: ActionUnknown, gap: open})
		w.doubt(s, gapEvidence(a.comp, dir, UnknownValue, open, unknown))
	}
	s.hop(hop{at: a.comp, dir: dir, decisions: decisions})
	for _, d := range decisions {
		if d.action != ActionDeny || d.flows.IsEmpty() {
			continue
		}
		w.denyAtHop(s, evidence{
			code: code, dir: dir, at: a.comp, rule: d.rule, flows: d.flows,
			where: a.where, words: a.words(dir, d.rule), nearest: a.nearest(dir, s.hdr),
		})
	}
}

func (a *networkACL) words(dir direction, r ruleRef) words {
	return func(_ *Engine, c Component, h Header) (string, string) {
		side, peer := "into", "from "+h.SourceIP
		if dir == egress {
			side, peer = "out of", "to "+h.DestinationIP
		}
		mend := fmt.Sprintf("let %s %s %s %s", h.traffic(), side, c.named(), peer)
		rule := r.(*aclRule)
		if rule.model == nil {
			return fmt.Sprintf("no %s rule of network ACL %s allows %s %s", dir, c.named(), h.traffic(), peer), mend
		}
		return fmt.Sprintf("%s rule %d of network ACL %s denies %s %s", dir, rule.model.Number, c.named(), h.traffic(), peer),
			mend + fmt.Sprintf(", with a rule below %d", rule.model.Number)
	}
}

// nearest finds the allow rules that match all but one part of what is denied.
func (a *networkACL) nearest(dir direction, h header) func(*Engine, packet.Set) []NearMiss {
	return func(e *Engine, flows packet.Set) []NearMiss {
		peer := h.src
		if dir == egress {
			peer = h.dst
		}
		var out []nearRule
		for i := range a.rules[dir.model()] {
			r := &a.rules[dir.model()][i]
			if r.model.Action != model.Allow {
				continue
			}
			if text, distance, near := e.nearTo(&h, peer, &r.traffic, r.peers, flows); near {
				out = append(out, nearRule{NearMiss{r.describe(), r.where(), r.text() + text}, distance})
			}
		}
		return nearestOf(out)
	}
}

func (r *aclRule) describe() Rule {
	if r.model == nil {
		return Rule{Number: "*", Direction: r.dir.String(), Action: model.Deny.String(), Protocol: "all"}
	}
	t := r.model.Traffic
	return Rule{
		Number: strconv.Itoa(r.model.Number), Direction: r.dir.String(), Action: r.model.Action.String(),
		Protocol: t.Protocol.String(), Ports: showPorts(t), Peer: showPrefix(r.model.Prefix),
	}
}

func (r *aclRule) where() model.Provenance {
	if r.model == nil {
		return r.acl.where
	}
	return r.model.Provenance
}

func (r *aclRule) text() string {
	if r.model == nil {
		return r.dir.String() + " *: deny all"
	}
	prep := "from"
	if r.dir == model.Egress {
		prep = "to"
	}
	return r.dir.String() + " " + strconv.Itoa(r.model.Number) + ": " + r.model.Action.String() + " " +
		r.model.Traffic.String() + " " + prep + " " + showPrefix(r.model.Prefix)
}
