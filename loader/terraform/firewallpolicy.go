package terraform

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readFirewallPolicy reads a firewall policy (NFW-4, NFW-7, NFW-8).
func readFirewallPolicy(b body) {
	if b.r.later() {
		return
	}
	p := &model.FirewallPolicy{ID: model.FirewallPolicyID(b.r.id()), Meta: b.named("name")}
	if b.network.FirewallPolicies[p.ID] != nil {
		return
	}
	b.network.FirewallPolicies[p.ID] = p
	x, ok := b.first("firewall_policy")
	if !ok {
		p.Unknown = b.unknownAt("firewall_policy")
		return
	}
	open := func(u *model.Unknown) {
		if p.Unknown == nil {
			p.Unknown = u
		}
	}
	actions := func(name string) []string {
		list, unknowns := x.list(name)
		if unknowns != 0 {
			open(x.unknownAt(name))
		}
		slices.Sort(list)
		return list
	}
	p.StatelessDefaults, p.FragmentDefaults = actions("stateless_default_actions"), actions("stateless_fragment_default_actions")
	p.StatefulDefaults = actions("stateful_default_actions")
	if o, ok := x.first("stateful_engine_options"); ok {
		p.StrictOrder = o.str("rule_order") == "STRICT_ORDER"
		p.StreamException = o.str("stream_exception_policy")
		open(firstOpen(o.open("rule_order"), o.open("stream_exception_policy")))
	}
	groups := func(name string, ordered bool) []model.FirewallGroupReference {
		out, u := x.ruleGroups(name, ordered)
		open(u)
		return out
	}
	p.StatelessGroups, p.StatefulGroups = groups("stateless_rule_group_reference", true), groups("stateful_rule_group_reference", p.StrictOrder)
	variables, _ := x.first("policy_variables")
	if variables.builder == nil {
		return
	}
	sets, u := variables.blocks("rule_variables")
	open(u)
	for _, s := range sets {
		if s.str("key") != "HOME_NET" { // NFW-12: the only one that there is
			continue
		}
		prefixes, u := s.ipSet("ip_set")
		p.HomeNet = append([]netip.Prefix{}, prefixes...)
		open(u)
	}
}

// ruleGroups reads the references of a policy to its rule groups, by ascending
// priority where that counts.
func (b body) ruleGroups(name string, ordered bool) (out []model.FirewallGroupReference, u *model.Unknown) {
	blocks, u := b.blocks(name)
	var rest []body
	add := func(g body, id string) {
		r := model.FirewallGroupReference{Group: model.FirewallRuleGroupID(id), Provenance: b.r.place}
		r.Priority, _ = g.integer("priority")
		if ordered {
			u = firstOpen(u, g.open("priority"))
		}
		if o, ok := g.first("override"); ok {
			r.DropToAlert = o.str("action") == "DROP_TO_ALERT" // NFW-14
			u = firstOpen(u, o.open("action"))
		}
		out = append(out, r)
	}
	for _, g := range blocks {
		if c, v := g.ref("resource_arn", wantRuleGroup, nil); v == nil {
			add(g, c.id)
		} else {
			rest = append(rest, g)
		}
	}
	// Which of several dynamic blocks has which group is the same to a set, and a
	// policy has each group once: as many as there are blocks are all of them.
	if len(rest) > 0 {
		ids, ok := rest[0].otherGroups(out, strings.HasPrefix(name, "stateful"))
		if !ok || len(ids) != len(rest) || ordered && len(ids) > 1 {
			v := rest[0].unknownAt("resource_arn")
			return out, firstOpen(u, v)
		}
		for i, g := range rest {
			add(g, ids[i])
		}
	}
	slices.SortStableFunc(out, func(x, y model.FirewallGroupReference) int { return x.Priority - y.Priority })
	return out, u
}

// otherGroups are the rule groups of a type that a block may refer to beside those
// that others do; false where there may be more.
func (b body) otherGroups(known []model.FirewallGroupReference, stateful bool) ([]string, bool) {
	s := b.candidates("resource_arn", wantRuleGroup)
	var out []string
	for _, c := range s.found {
		has := func(r model.FirewallGroupReference) bool { return string(r.Group) == c.id }
		switch {
		case slices.ContainsFunc(known, has):
		case c.r == nil || c.r.values["type"] == nil:
			return nil, false
		case (c.r.values["type"] == "STATEFUL") == stateful:
			out = append(out, c.id)
		}
	}
	slices.Sort(out)
	return out, !s.open
}

// ipSet reads the addresses of a variable: CIDR blocks and single addresses.
func (b body) ipSet(name string) ([]netip.Prefix, *model.Unknown) {
	set, ok := b.first(name)
	if !ok {
		return nil, b.open(name)
	}
	texts, unknowns := set.list("definition")
	var out []netip.Prefix
	for _, text := range texts {
		if p := set.addressOrPrefix("definition", text); p.IsValid() {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, netip.Prefix.Compare)
	if unknowns != 0 {
		return out, set.unknownAt("definition")
	}
	return out, nil
}

func (b body) addressOrPrefix(name, text string) netip.Prefix {
	if strings.Contains(text, "/") {
		return b.parsePrefix(name, text)
	}
	a := b.parseAddr(name, text)
	if !a.IsValid() {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(a, a.BitLen())
}
