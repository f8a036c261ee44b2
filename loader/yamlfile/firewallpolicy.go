package yamlfile

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type firewallPolicy struct {
	common
	statelessDefaults, fragmentDefaults list[value[string]]
	statefulDefaults                    list[value[string]]
	statelessGroups, statefulGroups     list[firewallGroupReference]
	strict                              value[bool]
	streamException                     value[string]
	homeNet                             list[value[netip.Prefix]]
	gap                                 *gap
}

type firewallGroupReference struct {
	placed
	group       ref
	priority    value[int]
	dropToAlert value[bool]
}

const maxFirewallPriority = 65535

var (
	ruleOrder = word("a rule order", []string{"action", "strict"}, []bool{false, true})
	// streamException is in AWS's words (NFW-6).
	streamException = word("a stream exception policy", []string{"drop", "continue", "reject"}, []string{"DROP", "CONTINUE", "REJECT"})
)

var firewallPolicyShape = object("a firewall policy", "A policy of Network Firewalls: what their two engines do.", commonKeys(func(p *firewallPolicy) *common { return &p.common }), []field[firewallPolicy]{
	key("stateless_groups", many(firewallGroupReferenceShape), func(p *firewallPolicy) *list[firewallGroupReference] { return &p.statelessGroups }, "stateless rule groups, the first to be asked first (NFW-4)"),
	key("stateless_default", many(text), func(p *firewallPolicy) *list[value[string]] { return &p.statelessDefaults }, "what becomes of a packet that no stateless rule matches: pass, drop, or forward to the stateful engine, which is the default; names of custom actions beside it"),
	key("fragment_default", many(text), func(p *firewallPolicy) *list[value[string]] { return &p.fragmentDefaults }, "the same for fragments of UDP packets; as stateless_default by default"),
	key("stateful_groups", many(firewallGroupReferenceShape), func(p *firewallPolicy) *list[firewallGroupReference] { return &p.statefulGroups }, "stateful rule groups, in strict order the first to be asked first (NFW-8)"),
	key("rule_order", ruleOrder, func(p *firewallPolicy) *value[bool] { return &p.strict }, "action (default, NFW-7) or strict (NFW-8)"),
	key("stateful_default", many(text), func(p *firewallPolicy) *list[value[string]] { return &p.statefulDefaults }, "in strict order: what becomes of a packet that no stateful rule matches, such as drop_strict or drop_established; it passes by default"),
	key("stream_exception", streamException, func(p *firewallPolicy) *value[string] { return &p.streamException }, "what becomes of a connection whose beginning the firewall missed (NFW-6); drop by default"),
	key("home_net", many(cidr), func(p *firewallPolicy) *list[value[netip.Prefix]] { return &p.homeNet }, "the variable HOME_NET; the blocks of the firewall's VPC by default (NFW-12)"),
	key("unknown", gapDetailRef, func(p *firewallPolicy) **gap { return &p.gap }, "why something of the policy is open"),
})

var firewallGroupReferenceShape = orText(object("a firewall group reference", "A rule group of a policy.", []field[firewallGroupReference]{
	must(key("group", refTo, func(r *firewallGroupReference) *ref { return &r.group }, "the rule group")),
	key("priority", number("a priority", 0, maxFirewallPriority), func(r *firewallGroupReference) *value[int] { return &r.priority }, "its priority, the lowest first; its place in the list by default"),
	key("drop_to_alert", yesNo, func(r *firewallGroupReference) *value[bool] { return &r.dropToAlert }, "the override DROP_TO_ALERT of managed groups (NFW-14); false by default"),
}), `^.+$`, "a rule group, by its name or ID", func(d *decoder, at model.Provenance, s string, into *firewallGroupReference) {
	refTo.read(d, scalarNode(s, at), &into.group)
})

// firewallActions are AWS's own actions, by the words that may stand for them.
var firewallActions = map[string]string{
	"pass": "aws:pass", "drop": "aws:drop", "forward": "aws:forward_to_sfe", "forward_to_sfe": "aws:forward_to_sfe",
	"drop_strict": "aws:drop_strict", "drop_established": "aws:drop_established",
	"drop_established_app_layer": "aws:drop_established_app_layer", "drop_established_app_layer_to_server": "aws:drop_established_app_layer_to_server",
	"alert_strict": "aws:alert_strict", "alert_established": "aws:alert_established",
	"alert_established_app_layer": "aws:alert_established_app_layer", "alert_established_app_layer_to_server": "aws:alert_established_app_layer_to_server",
}

// actionsOf are the actions of a list, in AWS's words; what is none of those is the
// name of a custom action.
func actionsOf(d *decoder, l *list[value[string]]) []string {
	closed(d, l, "the actions of a firewall")
	var out []string
	for _, v := range l.items {
		if a, ok := firewallActions[v.v]; ok {
			out = append(out, a)
		} else if v.set {
			out = append(out, v.v)
		}
	}
	return out
}

// statelessDefault is the usual default action of the stateless engine.
var statelessDefault = []string{"aws:forward_to_sfe"}

func (b *builder) buildFirewallPolicy(e *entry[firewallPolicy]) {
	f := &e.v
	id := model.FirewallPolicyID(b.idOf(model.KindFirewallPolicy, nil, e.key))
	closed(b.d, &f.homeNet, "home_net")
	m := &model.FirewallPolicy{ID: id, Meta: f.meta(e.key, e.at, b.outer), StatelessDefaults: statelessDefault,
		StatelessGroups: b.firewallGroups(&f.statelessGroups), StatefulGroups: b.firewallGroups(&f.statefulGroups),
		StrictOrder: f.strict.or(false), StatefulDefaults: actionsOf(b.d, &f.statefulDefaults), StreamException: f.streamException.or(""),
		HomeNet: prefixesOf(&f.homeNet), Unknown: f.gap.unknown(string(id), "policy")}
	if f.statelessDefaults.set {
		m.StatelessDefaults = actionsOf(b.d, &f.statelessDefaults)
	}
	m.FragmentDefaults = m.StatelessDefaults
	if f.fragmentDefaults.set {
		m.FragmentDefaults = actionsOf(b.d, &f.fragmentDefaults)
	}
	if len(m.StatefulDefaults) > 0 && !m.StrictOrder {
		b.d.ruleError(f.statefulDefaults.at, "NFW-8", "rule_order: strict, or leave it out", "stateful_default without strict order")
	}
	drops := slices.DeleteFunc(slices.Clone(m.StatefulDefaults), func(a string) bool { return !strings.HasPrefix(a, "aws:drop") })
	if len(drops) > 1 {
		b.d.ruleError(f.statefulDefaults.at, "NFW-8", "leave one", "stateful_default drops in %d ways", len(drops))
	}
	b.n.FirewallPolicies[id] = m
}

func (b *builder) firewallGroups(l *list[firewallGroupReference]) []model.FirewallGroupReference {
	closed(b.d, l, "the rule groups of a policy")
	var out []model.FirewallGroupReference
	for i := range l.items {
		r := &l.items[i]
		if id := b.id(model.KindFirewallRuleGroup, nil, &r.group); id != "" {
			out = append(out, model.FirewallGroupReference{Group: model.FirewallRuleGroupID(id), Priority: r.priority.or(i + 1),
				DropToAlert: r.dropToAlert.or(false), Provenance: r.at})
		}
	}
	slices.SortStableFunc(out, func(x, y model.FirewallGroupReference) int { return cmp.Compare(x.Priority, y.Priority) })
	return out
}
