package sim

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// clientVPNRule is an authorization rule of a Client VPN endpoint.
type clientVPNRule struct {
	model *model.ClientVPNAuthorization
	addrs packet.Addrs
}

// authorize denies what no rule lets the user reach: of the rules that hold the
// destination those with the longest prefix count alone, whomever they are for
// (CVPN-3). To other clients only rules for all users count (CVPN-7).
func (c *clients) authorize(w *walk, s *state) {
	v := c.endpoint
	if u := v.model.AuthorizationUnknown; u != nil {
		w.gap(s, v.comp, sideless, UnknownResource, u)
		return
	}
	ranges := make([]packet.Addrs, len(v.rules))
	for i, r := range v.rules {
		ranges[i] = r.addrs
	}
	if u := v.partly(s, ranges); u != nil {
		w.gap(s, v.comp, ingress, UnknownValue, u)
		return
	}
	rest := *s
	var decisions []decision
	deny := func(flows packet.Set, rule *clientVPNRule) {
		ev := evidence{code: ClientVPNAuthorization, dir: ingress, at: v.comp, flows: flows, where: v.model.Provenance, words: c.refusalWords(rule)}
		if rule != nil {
			ev.rule = rule
		}
		w.denyAtHop(s, ev)
		decisions = append(decisions, decision{flows: flows, action: ActionDeny, rule: ev.rule})
	}
	for i := 0; i < len(v.rules); {
		same := i + 1
		for same < len(v.rules) && v.rules[same].model.Prefix == v.rules[i].model.Prefix {
			same++
		}
		group := v.rules[i:same]
		i = same
		in, out := rest.split(rest.hdr.dst, group[0].addrs)
		if in.flows.IsEmpty() {
			continue
		}
		rest = out
		toClients, beyond := in.split(in.hdr.dst, packet.Prefix(v.model.ClientCIDR))
		for _, part := range []struct {
			flows packet.Set
			admit func(*clientVPNRule) bool
		}{
			{toClients.flows, func(r *clientVPNRule) bool { return r.model.All }},
			{beyond.flows, func(r *clientVPNRule) bool {
				return r.model.All || r.model.Group != "" && r.model.Group == c.group
			}},
		} {
			if part.flows.IsEmpty() {
				continue
			}
			if k := slices.IndexFunc(group, part.admit); k >= 0 {
				decisions = append(decisions, decision{flows: part.flows, action: ActionAllow, rule: group[k]})
			} else {
				deny(part.flows, group[0])
			}
		}
	}
	if !rest.flows.IsEmpty() {
		deny(rest.flows, nil)
	}
	if w.record {
		s.hop(hop{at: v.comp, dir: ingress, decisions: decisions})
	}
}

// refusalWords says why a user may not reach something; rule is the one with the
// longest prefix that holds it, nil without any.
func (c *clients) refusalWords(rule *clientVPNRule) words {
	who := "users without a group"
	if c.group != "" {
		who = "users of " + c.group
	}
	return func(_ *Engine, at Component, h Header) (string, string) {
		mend := fmt.Sprintf("add an authorization rule for %s to %s", who, at.named())
		if rule == nil {
			return fmt.Sprintf("no authorization rule of %s holds %s", at.named(), h.DestinationIP), mend
		}
		return fmt.Sprintf("of the authorization rules of %s that hold %s the longest, %s, lets %s", at.named(), h.DestinationIP, rule.model.Prefix, rule.who()),
			mend + " with the prefix " + rule.model.Prefix.String()
	}
}

func (r *clientVPNRule) who() string {
	if r.model.All {
		return "all users in, and not to other clients"
	}
	return "the group " + r.model.Group + " alone in"
}

func (r *clientVPNRule) describe() Rule {
	return Rule{Action: "allow", Direction: "ingress", Protocol: "all", Destination: r.model.Prefix.String(), Peer: r.peer()}
}

func (r *clientVPNRule) peer() string {
	if r.model.All {
		return "all users"
	}
	return r.model.Group
}

func (r *clientVPNRule) where() model.Provenance { return r.model.Provenance }

func (r *clientVPNRule) text() string {
	return fmt.Sprintf("%s may reach %s", r.peer(), r.model.Prefix)
}
