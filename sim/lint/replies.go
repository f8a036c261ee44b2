package lint

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

var (
	// unprivileged are the ports that a client may reply at, the widest of the
	// ranges of NACL-12; usualEphemeral are those that Linux and Windows use.
	unprivileged   = packet.PortRange(1024, 65535)
	usualEphemeral = packet.PortRange(32768, 65535)
)

func reverse(d model.Direction) model.Direction {
	if d == model.Ingress {
		return model.Egress
	}
	return model.Ingress
}

// peers are the addresses that a filter's rules look at.
func peers(b *packet.Box, d model.Direction) *packet.Addrs {
	if d == model.Egress {
		return &b.Dst
	}
	return &b.Src
}

// deniedReplies finds rules that let TCP connections through although a network ACL
// lets nothing back: it keeps no state (PIPE-1). A rule whose ports are those of
// replies themselves is taken to be for replies, unless there is nothing at all
// that it could be the reply to. What a rule of the other direction denies by its
// address is taken to be meant.
func (l *linter) deniedReplies() {
	l.eachNetworkACL(func(acl *model.NetworkACL, d model.Direction, rules []sim.NetworkACLRule) {
		if acl.RulesUnknown != nil {
			return
		}
		back := reverse(d)
		opposite := l.e.NetworkACLRules(acl.ID, back)
		replies := mayAllow(opposite)
		var before []packet.Box
		for _, r := range rules {
			share := packet.Of(r.Matches)
			for i := range before {
				share = share.SubBox(&before[i])
			}
			before = append(before, r.Matches)
			if r.Open || r.Rule.Action == model.Deny {
				continue
			}
			if lost := lostReplies(share, d, replies, opposite); !lost.IsEmpty() {
				l.reportReplies(acl, r.Rule, back, lost)
			}
		}
	})
}

// mayAllow is what the rules of a network ACL allow, or perhaps allow.
func mayAllow(rules []sim.NetworkACLRule) packet.Set {
	var allow packet.Set
	var before []packet.Box
	for _, r := range rules {
		rest := packet.Of(r.Matches)
		for i := range before {
			rest = rest.SubBox(&before[i])
		}
		if r.Rule.Action == model.Allow {
			allow = allow.Or(rest)
		}
		if !r.Open {
			before = append(before, r.Matches)
		}
	}
	return allow
}

// lostReplies gives the peers that may send what share holds, and to which no
// reply at all gets through.
func lostReplies(share packet.Set, d model.Direction, replies packet.Set, opposite []sim.NetworkACLRule) packet.Addrs {
	back := reverse(d)
	var lost packet.Addrs
	for i := range share {
		b := &share[i]
		if !b.Protocols.Contains(model.TCP) {
			continue
		}
		senders := *peers(b, d)
		perhapsReplies := b.Dport.Overlaps(usualEphemeral)
		answered := packet.Addrs(nil)
		for j := range replies {
			if r := &replies[j]; r.Protocols.Contains(model.TCP) && (perhapsReplies || r.Dport.Overlaps(unprivileged)) {
				answered = answered.Or(*peers(r, back))
			}
		}
		if !perhapsReplies || !answered.Overlaps(senders) {
			lost = lost.Or(senders.Sub(answered))
		}
	}
	for i := range opposite {
		addrs := *peers(&opposite[i].Matches, back)
		if opposite[i].Rule.Action == model.Deny && !addrs.Holds(packet.AllIPv4) && !addrs.Holds(packet.AllIPv6) {
			lost = lost.Sub(addrs)
		}
	}
	return lost
}

func (l *linter) reportReplies(acl *model.NetworkACL, r *model.NetworkACLRule, back model.Direction, lost packet.Addrs) {
	a := aboutACLRule(acl, r)
	who := few(lost)
	l.report(NetworkACLRepliesDenied, a, nil,
		fmt.Sprintf("%s lets TCP through by %s, and no %s rule lets a reply through %s %s", aboutACL(acl), a.rule, back, preposition(back), who),
		fmt.Sprintf("add an %s rule that allows tcp 1024-65535 %s %s, or the client's own range", back, preposition(back), who))
}

// few are addresses for a sentence.
func few(s packet.Addrs) string {
	const most = 3
	text := strings.Split(packet.FormatAddrs(s), ",")
	if len(text) > most {
		return fmt.Sprintf("%s and %d more ranges", strings.Join(text[:most], ", "), len(text)-most)
	}
	return strings.Join(text, ", ")
}
