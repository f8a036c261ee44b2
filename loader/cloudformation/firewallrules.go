package cloudformation

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/suricata"
	"github.com/vpcwalk/vpcwalk/model"
)

// readFirewallPolicy reads a Network Firewall policy (NFW-4, NFW-7, NFW-8).
func (b *builder) readFirewallPolicy(r *resource) {
	p := &model.FirewallPolicy{ID: model.FirewallPolicyID(r.id), Meta: b.meta(r)}
	named(&p.Meta, r.get("FirewallPolicyName"))
	b.network.FirewallPolicies[p.ID] = p
	body := r.get("FirewallPolicy")
	if gap := body.gap(); gap != nil {
		p.Unknown = r.unknown("FirewallPolicy", gap, body.at)
		return
	}
	note := func(gap *model.Unknown) { p.Unknown = cmp.Or(p.Unknown, gap) }
	actions := func(key string) []string {
		list, gap := b.words(r, key, body.member(key))
		note(gap)
		return list
	}
	p.StatelessDefaults, p.FragmentDefaults = actions("StatelessDefaultActions"), actions("StatelessFragmentDefaultActions")
	p.StatefulDefaults = actions("StatefulDefaultActions")
	groups := func(key string) []model.FirewallGroupReference {
		list, gap := b.groupReferences(r, key, body.member(key))
		note(gap)
		return list
	}
	p.StatelessGroups, p.StatefulGroups = groups("StatelessRuleGroupReferences"), groups("StatefulRuleGroupReferences")
	order := body.member("StatefulEngineOptions").member("RuleOrder")
	p.StrictOrder = order.show() == "STRICT_ORDER"
	exception := body.member("StatefulEngineOptions").member("StreamExceptionPolicy")
	p.StreamException = exception.show()
	for _, v := range []value{order, exception} {
		if gap := v.gap(); gap != nil {
			note(r.unknown("StatefulEngineOptions", gap, v.at))
		}
	}
	var gap *model.Unknown
	p.HomeNet, gap = b.prefixes(r, "HOME_NET", body.member("PolicyVariables").member("RuleVariables").member("HOME_NET").member("Definition")) // NFW-12
	note(gap)
}

// policyOf gives the policy of a firewall. One that no template has is made, and
// not known.
func (b *builder) policyOf(r *resource) model.FirewallPolicyID {
	i := b.identify(r, "FirewallPolicyArn", r.get("FirewallPolicyArn"), model.KindFirewallPolicy)
	if i.resource != nil || i.id == "" {
		return model.FirewallPolicyID(i.id)
	}
	return b.otherPolicy(i)
}

// otherPolicy makes a policy of which the templates tell nothing.
func (b *builder) otherPolicy(i identity) model.FirewallPolicyID {
	reason, at := "no template has the rules of the firewall", i.at
	if i.gap != nil {
		reason = i.gap.Reason
	}
	at.Address = ""
	p := &model.FirewallPolicy{ID: model.FirewallPolicyID(i.id), Meta: model.Meta{Provenance: at},
		Unknown: &model.Unknown{Subject: i.id, Attribute: "FirewallPolicy", Reason: reason, Provenance: at}}
	b.network.FirewallPolicies[p.ID] = p
	return p.ID
}

// groupReferences reads the rule groups of a policy, by ascending priority. A
// group that no template has becomes one whose rules are not known.
func (b *builder) groupReferences(r *resource, attribute string, v value) (list []model.FirewallGroupReference, gap *model.Unknown) {
	for _, item := range ruleItems(v) {
		if item.gap != nil {
			gap = r.unknown(attribute, item.gap, item.at)
			if item.kind == openValue {
				continue
			}
		}
		arn := item.member("ResourceArn")
		i := b.identify(r, attribute, arn, model.KindFirewallRuleGroup)
		if i.id == "" {
			continue
		}
		if i.gap != nil && arn.kind == textValue { // of a Region that is open: told apart by its name
			i.id = arn.show()
		}
		priority := b.number(r, attribute+" Priority", item.member("Priority"))
		override := item.member("Override").member("Action")
		if gap = cmp.Or(gap, priority.gap); override.gap() != nil {
			gap = cmp.Or(gap, r.unknown(attribute+" Override", override.gap(), override.at))
		}
		list = append(list, model.FirewallGroupReference{Group: model.FirewallRuleGroupID(i.id), Priority: priority.n,
			DropToAlert: override.show() == "DROP_TO_ALERT", Provenance: item.at}) // NFW-14
		b.otherGroup(i, strings.HasPrefix(attribute, "Stateful"))
	}
	slices.SortStableFunc(list, func(x, y model.FirewallGroupReference) int { return cmp.Compare(x.Priority, y.Priority) })
	return list, gap
}

// otherGroup makes a rule group that is AWS's own, or of which the templates tell
// nothing but the name.
func (b *builder) otherGroup(i identity, stateful bool) {
	id := model.FirewallRuleGroupID(i.id)
	if i.resource != nil || b.network.FirewallRuleGroups[id] != nil {
		return
	}
	reason := "no template has its rules"
	if strings.Contains(i.id, ":aws-managed:") {
		reason = "its rules are AWS's"
	} else if i.gap != nil {
		reason = i.gap.Reason
	}
	at := i.at
	at.Address = ""
	b.network.FirewallRuleGroups[id] = &model.FirewallRuleGroup{ID: id, Meta: model.Meta{Provenance: at}, Stateful: stateful,
		Unknown: &model.Unknown{Subject: i.id, Attribute: "rules", Reason: reason, Provenance: at}}
}

// readRuleGroup reads a rule group: Suricata's text, standard rules, a domain list
// or stateless rules.
func (b *builder) readRuleGroup(r *resource) {
	g := &model.FirewallRuleGroup{ID: model.FirewallRuleGroupID(r.id), Meta: b.meta(r), Stateful: !strings.EqualFold(r.get("Type").show(), "STATELESS")}
	named(&g.Meta, r.get("RuleGroupName"))
	b.network.FirewallRuleGroups[g.ID] = g
	body := r.get("RuleGroup")
	if gap := body.gap(); gap != nil {
		g.Unknown = r.unknown("RuleGroup", gap, body.at)
		return
	}
	if body.kind == absent {
		g.Unknown = r.unknown("RuleGroup", &open{reason: "the template does not write its rules here"}, r.at)
		return
	}
	note := func(gap *model.Unknown) { g.Unknown = cmp.Or(g.Unknown, gap) }
	g.StrictOrder = body.member("StatefulRuleOptions").member("RuleOrder").show() == "STRICT_ORDER"
	note(b.ruleVariables(r, g, body))
	source := body.member("RulesSource")
	switch v := source.member("RulesString"); {
	case v.gap() != nil:
		note(r.unknown("RulesString", v.gap(), v.at))
	case v.kind == textValue:
		text, _ := v.literal()
		rules, ds := suricata.ParseAt(text, r.linesOf("RuleGroup.RulesSource.RulesString", v))
		b.suricata(r, ds)
		g.Rules = append(g.Rules, rules...)
	}
	for _, item := range ruleItems(source.member("StatefulRules")) {
		if gap := cmp.Or(item.gap, item.anyGap()); gap != nil {
			note(r.unknown("StatefulRules", gap, item.at))
		} else if rule, ok := b.standardRule(r, item.value); ok {
			g.Rules = append(g.Rules, rule)
		}
	}
	if list := source.member("RulesSourceList"); list.kind != absent {
		var gap *model.Unknown
		g.Domains, gap = b.domainList(r, list)
		note(gap)
	}
	for _, item := range ruleItems(source.member("StatelessRulesAndCustomActions").member("StatelessRules")) {
		g.Stateless = append(g.Stateless, b.statelessRule(r, item))
	}
	slices.SortStableFunc(g.Stateless, func(x, y model.StatelessRule) int { return cmp.Compare(x.Priority, y.Priority) })
}

// linesOf tells where the lines of a text stand: where it is written line by line
// each has its own place, else all have that of the text.
func (r *resource) linesOf(path string, v value) func(line, column int) model.Provenance {
	n := r.properties().path(path)
	for n != nil && n.kind == mappingNode {
		_, n = n.call()
	}
	at := v.at
	at.Address = r.name
	return func(line, _ int) model.Provenance {
		if n == nil || !n.block {
			return at
		}
		return model.Provenance{File: n.at.File, Line: n.at.Line + line, Address: r.name}
	}
}

// suricata reports what is wrong with the rules of a resource.
func (b *builder) suricata(r *resource, ds model.Diagnostics) {
	for _, d := range ds {
		d.Resource = r.id
		b.diags = append(b.diags, d)
	}
}

// ruleVariables reads the IP sets and port sets of a rule group, and the prefix
// lists that it refers to. It says what of them is open.
func (b *builder) ruleVariables(r *resource, g *model.FirewallRuleGroup, body value) (gap *model.Unknown) {
	g.IPSets, g.PortSets = map[string][]netip.Prefix{}, map[string][]model.PortRange{}
	sets := body.member("RuleVariables").member("IPSets")
	for i, name := range sets.keys {
		list, open := b.addressSet(r, "IPSets "+name, sets.items[i].member("Definition"))
		g.IPSets[name], gap = list, cmp.Or(gap, open)
	}
	ports := body.member("RuleVariables").member("PortSets")
	for i, name := range ports.keys {
		list, open := b.portSet(r, "PortSets "+name, ports.items[i].member("Definition"))
		g.PortSets[name], gap = list, cmp.Or(gap, open)
	}
	references := body.member("ReferenceSets").member("IPSetReferences")
	for i, name := range references.keys {
		v := references.items[i].member("ReferenceArn")
		to := b.identify(r, "IPSetReferences "+name, lastOfARN(v), model.KindPrefixList)
		l := b.network.PrefixLists[model.PrefixListID(to.id)]
		if l == nil || l.EntriesUnknown != nil {
			gap = cmp.Or(gap, r.unknown("IPSetReferences "+name, &open{reason: "the entries of " + to.name + " are not known"}, v.at))
			continue
		}
		for _, e := range l.Entries {
			g.IPSets[name] = append(g.IPSets[name], e.Prefix)
		}
	}
	return gap
}

// addressSet reads addresses and CIDR blocks.
func (b *builder) addressSet(r *resource, attribute string, v value) (list []netip.Prefix, gap *model.Unknown) {
	for _, item := range ruleItems(v) {
		text, _ := item.literal()
		if a, err := netip.ParseAddr(text); err == nil && item.gap == nil && a.Zone() == "" {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		more, open := b.prefixes(r, attribute, item.value)
		if item.gap != nil {
			open = r.unknown(attribute, item.gap, item.at)
		}
		list, gap = append(list, more...), cmp.Or(gap, open)
	}
	return list, gap
}

// portSet reads ports and ranges of ports, from:to.
func (b *builder) portSet(r *resource, attribute string, v value) (list []model.PortRange, gap *model.Unknown) {
	words, gap := b.words(r, attribute, v)
	for _, word := range words {
		t, err := model.ParseFirewallPorts(word)
		if err != nil || t.Not || t.Any || t.Variable != "" || t.List != nil {
			gap = cmp.Or(gap, b.unreadable(r, "", attribute, v.at, "%s is no port or range of ports", quote(word)))
			continue
		}
		list = append(list, model.PortRange{From: t.From, To: t.To})
	}
	return list, gap
}

var firewallActions = map[string]model.FirewallAction{
	"PASS": model.FirewallPass, "DROP": model.FirewallDrop, "REJECT": model.FirewallReject, "ALERT": model.FirewallAlert,
}

// standardRule reads a standard stateful rule (NFW-10).
func (b *builder) standardRule(r *resource, v value) (model.StatefulRule, bool) {
	at := v.at
	at.Address = r.name
	word := v.member("Action").show()
	action, ok := firewallActions[strings.ToUpper(word)]
	if !ok {
		b.report(model.Error, "NFW-10", r, at, "Write PASS, DROP, REJECT or ALERT.", "%s is no action of a stateful rule", quote(word))
		return model.StatefulRule{}, false
	}
	header := v.member("Header")
	rule := model.StatefulRule{Action: action, Protocol: strings.ToLower(header.member("Protocol").show()), Provenance: at,
		Source: header.member("Source").show(), SourcePort: header.member("SourcePort").show(),
		Destination: header.member("Destination").show(), DestinationPort: header.member("DestinationPort").show(),
		BothWays: strings.EqualFold(header.member("Direction").show(), "ANY")}
	var options []suricata.Option
	for _, o := range v.member("RuleOptions").list() {
		keyword, inline, _ := strings.Cut(o.member("Keyword").show(), ":") // sid:1 in one word is usual
		var settings []string
		if inline != "" {
			settings = append(settings, inline)
		}
		for _, s := range o.member("Settings").list() {
			settings = append(settings, s.show())
		}
		options = append(options, suricata.Option{Keyword: strings.TrimSpace(keyword), Value: strings.Join(settings, ","), Provenance: o.at})
	}
	rule, ds := suricata.Standard(rule, options)
	b.suricata(r, ds)
	return rule, !ds.HasErrors()
}

// domainList reads a stateful domain list (NFW-11).
func (b *builder) domainList(r *resource, v value) (*model.DomainList, *model.Unknown) {
	at := v.at
	at.Address = r.name
	if gap := v.gap(); gap != nil {
		return nil, r.unknown("RulesSourceList", gap, at)
	}
	targets, gap := b.words(r, "RulesSourceList", v.member("Targets"))
	types, open := b.words(r, "RulesSourceList", v.member("TargetTypes"))
	typ := v.member("GeneratedRulesType")
	if g := typ.gap(); g != nil {
		open = r.unknown("GeneratedRulesType", g, typ.at)
	}
	return &model.DomainList{Targets: targets, HTTP: slices.Contains(types, "HTTP_HOST"), TLS: slices.Contains(types, "TLS_SNI"),
		Type: typ.show(), Provenance: at}, cmp.Or(gap, open)
}

// statelessRule reads a stateless rule (NFW-5).
func (b *builder) statelessRule(r *resource, item ruleItem) model.StatelessRule {
	at := item.at
	at.Address = r.name
	rule := model.StatelessRule{Provenance: at}
	if item.gap != nil {
		rule.Unknown = r.unknown("StatelessRules", item.gap, at)
	}
	note := func(gap *model.Unknown) { rule.Unknown = cmp.Or(rule.Unknown, gap) }
	priority := b.number(r, "Priority", item.member("Priority"))
	note(priority.gap)
	rule.Priority = priority.n
	definition := item.member("RuleDefinition")
	var gap *model.Unknown
	rule.Actions, gap = b.words(r, "Actions", definition.member("Actions"))
	note(gap)
	match := definition.member("MatchAttributes")
	rule.Sources, gap = b.addressSet(r, "Sources", members(match.member("Sources"), "AddressDefinition"))
	note(gap)
	rule.Destinations, gap = b.addressSet(r, "Destinations", members(match.member("Destinations"), "AddressDefinition"))
	note(gap)
	rule.SourcePorts, gap = b.portRanges(r, "SourcePorts", match.member("SourcePorts"))
	note(gap)
	rule.DestinationPorts, gap = b.portRanges(r, "DestinationPorts", match.member("DestinationPorts"))
	note(gap)
	for _, p := range match.member("Protocols").list() {
		n := b.number(r, "Protocols", p)
		note(n.gap)
		if n.gap == nil && n.n >= 0 && n.n <= 255 {
			rule.Protocols = append(rule.Protocols, model.Protocol(n.n))
		}
	}
	rule.TCPFlags = len(match.member("TCPFlags").list()) > 0
	return rule
}
