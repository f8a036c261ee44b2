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
	groups := func(name string) []model.FirewallGroupReference {
		blocks, u := x.blocks(name)
		open(u)
		var out []model.FirewallGroupReference
		for _, g := range blocks {
			c, u := g.ref("resource_arn", wantRuleGroup, nil)
			open(firstOpen(u, g.open("priority")))
			if u != nil {
				continue
			}
			r := model.FirewallGroupReference{Group: model.FirewallRuleGroupID(c.id), Provenance: b.r.place}
			r.Priority, _ = g.integer("priority")
			if o, ok := g.first("override"); ok {
				r.DropToAlert = o.str("action") == "DROP_TO_ALERT" // NFW-14
			}
			out = append(out, r)
		}
		slices.SortStableFunc(out, func(x, y model.FirewallGroupReference) int { return x.Priority - y.Priority })
		return out
	}
	p.StatelessGroups, p.StatefulGroups = groups("stateless_rule_group_reference"), groups("stateful_rule_group_reference")
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
