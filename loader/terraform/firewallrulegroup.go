package terraform

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/suricata"
	"github.com/vpcwalk/vpcwalk/model"
)

// readRuleGroup reads a rule group, stateless or stateful, in any of its forms:
// blocks, a text of Suricata rules, a list of domains.
func readRuleGroup(b body) {
	g := &model.FirewallRuleGroup{ID: model.FirewallRuleGroupID(b.r.id()), Meta: b.named("name"), Stateful: b.str("type") != "STATELESS"}
	b.network.FirewallRuleGroups[g.ID] = g
	if g.Unknown = b.open("rules"); b.str("rules") != "" {
		b.suricata(g, "rules")
	}
	x, ok := b.first("rule_group")
	if !ok {
		g.Unknown = cmp.Or(g.Unknown, b.open("rule_group"))
		return
	}
	if o, ok := x.first("stateful_rule_options"); ok {
		g.StrictOrder = o.str("rule_order") == "STRICT_ORDER"
	}
	x.ruleVariables(g)
	s, ok := x.first("rules_source")
	if !ok {
		g.Unknown = cmp.Or(g.Unknown, x.open("rules_source"))
		return
	}
	if g.Unknown = cmp.Or(g.Unknown, s.open("rules_string")); s.str("rules_string") != "" {
		s.suricata(g, "rules_string")
	}
	if l, ok := s.first("rules_source_list"); ok {
		l.domains(g)
	}
	rules, u := s.blocks("stateful_rule")
	g.Unknown = cmp.Or(g.Unknown, u)
	for _, r := range rules {
		r.statefulRule(g)
	}
	if l, ok := s.first("stateless_rules_and_custom_actions"); ok {
		rules, u := l.blocks("stateless_rule")
		g.Unknown = cmp.Or(g.Unknown, u)
		for _, r := range rules {
			g.Stateless = append(g.Stateless, r.statelessRule())
		}
		slices.SortStableFunc(g.Stateless, func(x, y model.StatelessRule) int { return x.Priority - y.Priority })
	}
}

// suricata reads a text of rules. Its findings are told with the resource.
func (b body) suricata(g *model.FirewallRuleGroup, name string) {
	// A line of the text is no line of the configuration.
	rules, ds := suricata.ParseAt(b.str(name), func(int, int) model.Provenance { return b.r.place })
	g.Rules = append(g.Rules, rules...)
	b.found(ds)
}

// found adds findings of another reader about the body's resource.
func (b body) found(ds model.Diagnostics) {
	for _, d := range ds {
		d.Resource = cmp.Or(d.Resource, b.r.id())
		b.builder.diagnostics = append(b.builder.diagnostics, d)
	}
}

// domains reads a list of domain names (NFW-11).
func (b body) domains(g *model.FirewallRuleGroup) {
	d := &model.DomainList{Type: b.str("generated_rules_type"), Provenance: b.r.place}
	var unknowns int
	if d.Targets, unknowns = b.list("targets"); unknowns != 0 {
		g.Unknown = cmp.Or(g.Unknown, b.unknownAt("targets"))
	}
	slices.Sort(d.Targets)
	types, unknowns := b.list("target_types")
	if unknowns != 0 || b.open("generated_rules_type") != nil {
		g.Unknown = cmp.Or(g.Unknown, b.open("generated_rules_type"), b.unknownAt("target_types"))
	}
	d.HTTP, d.TLS = slices.Contains(types, "HTTP_HOST"), slices.Contains(types, "TLS_SNI")
	g.Domains = d
}

// ruleVariables reads the sets of addresses and ports that rules name. What a
// reference to a prefix list has is its entries.
func (b body) ruleVariables(g *model.FirewallRuleGroup) {
	g.IPSets, g.PortSets = map[string][]netip.Prefix{}, map[string][]model.PortRange{}
	if v, ok := b.first("rule_variables"); ok {
		sets, u := v.blocks("ip_sets")
		g.Unknown = cmp.Or(g.Unknown, u)
		for _, s := range sets {
			prefixes, u := s.ipSet("ip_set")
			g.IPSets[s.str("key")] = prefixes
			g.Unknown = cmp.Or(g.Unknown, u)
		}
		ports, u := v.blocks("port_sets")
		g.Unknown = cmp.Or(g.Unknown, u)
		for _, s := range ports {
			x, _ := s.first("port_set")
			if x.builder == nil {
				continue
			}
			texts, unknowns := x.list("definition")
			if unknowns != 0 {
				g.Unknown = cmp.Or(g.Unknown, x.unknownAt("definition"))
			}
			for _, text := range texts {
				if r, ok := colonRange(text); ok {
					g.PortSets[s.str("key")] = append(g.PortSets[s.str("key")], r)
				} else {
					s.problem(model.Error, "NFW-10", "%sdefinition: %q is no port or range of ports", x.path, text)
				}
			}
		}
	}
	if v, ok := b.first("reference_sets"); ok {
		sets, u := v.blocks("ip_set_references")
		g.Unknown = cmp.Or(g.Unknown, u)
		for _, s := range sets {
			refs, _ := s.blocks("ip_set_reference")
			for _, r := range refs {
				c, u := r.ref("reference_arn", wantPrefixList, nil)
				l := b.network.PrefixLists[model.PrefixListID(afterSlash(c.id))]
				switch {
				case u != nil:
					g.Unknown = cmp.Or(g.Unknown, u)
				case l == nil:
					g.Unknown = cmp.Or(g.Unknown, r.unmanaged("reference_arn"))
				default:
					g.Unknown = cmp.Or(g.Unknown, l.EntriesUnknown)
					for _, e := range l.Entries {
						g.IPSets[s.str("key")] = append(g.IPSets[s.str("key")], e.Prefix)
					}
				}
			}
		}
	}
}

// colonRange reads a port, a range of ports from:to, or ANY.
func colonRange(text string) (model.PortRange, bool) {
	if strings.EqualFold(text, "any") {
		return model.PortRange{From: 0, To: 65535}, true
	}
	return portRange(strings.Replace(text, ":", "-", 1))
}

// statefulRule reads a standard rule (NFW-10).
func (b body) statefulRule(g *model.FirewallRuleGroup) {
	r := model.StatefulRule{Provenance: b.r.place}
	switch action := b.str("action"); action {
	case "PASS":
		r.Action = model.FirewallPass
	case "DROP":
		r.Action = model.FirewallDrop
	case "REJECT":
		r.Action = model.FirewallReject
	case "ALERT":
		r.Action = model.FirewallAlert
	default:
		b.problem(model.Error, "NFW-10", "%saction: %q is no action of a stateful rule", b.path, action)
		g.Unknown = cmp.Or(g.Unknown, b.unreadable("action"))
		return
	}
	h, ok := b.first("header")
	if !ok {
		g.Unknown = cmp.Or(g.Unknown, b.unknownAt("header"))
		return
	}
	for _, name := range []string{"protocol", "source", "source_port", "destination", "destination_port", "direction"} {
		if u := h.open(name); u != nil {
			g.Unknown = cmp.Or(g.Unknown, u)
			return
		}
	}
	r.Protocol = strings.ToLower(h.str("protocol"))
	r.Source, r.SourcePort = h.str("source"), h.str("source_port")
	r.Destination, r.DestinationPort = h.str("destination"), h.str("destination_port")
	r.BothWays = h.str("direction") == "ANY"
	var options []suricata.Option
	blocks, u := b.blocks("rule_option")
	g.Unknown = cmp.Or(g.Unknown, u)
	for _, o := range blocks {
		settings, _ := o.list("settings")
		options = append(options, suricata.Option{Keyword: o.str("keyword"), Value: strings.Join(settings, ","), Provenance: b.r.place})
	}
	rule, ds := suricata.Standard(r, options)
	if b.found(ds); ds.HasErrors() {
		g.Unknown = cmp.Or(g.Unknown, b.unreadable("header"))
		return
	}
	g.Rules = append(g.Rules, rule)
}

// statelessRule reads a stateless rule (NFW-5).
func (b body) statelessRule() model.StatelessRule {
	r := model.StatelessRule{Provenance: b.r.place, Unknown: b.open("priority")}
	r.Priority, _ = b.integer("priority")
	d, ok := b.first("rule_definition")
	if !ok {
		r.Unknown = cmp.Or(r.Unknown, b.unknownAt("rule_definition"))
		return r
	}
	var unknowns int
	if r.Actions, unknowns = d.list("actions"); unknowns != 0 {
		r.Unknown = cmp.Or(r.Unknown, d.unknownAt("actions"))
	}
	slices.Sort(r.Actions)
	m, ok := d.first("match_attributes")
	if !ok {
		r.Unknown = cmp.Or(r.Unknown, d.open("match_attributes"))
		return r
	}
	addresses := func(name string) (out []netip.Prefix) {
		blocks, u := m.blocks(name)
		r.Unknown = cmp.Or(r.Unknown, u)
		for _, x := range blocks {
			r.Unknown = cmp.Or(r.Unknown, x.open("address_definition"))
			if p := x.addressOrPrefix("address_definition", x.str("address_definition")); p.IsValid() {
				out = append(out, p)
			}
		}
		return out
	}
	ports := func(name string) (out []model.PortRange) {
		blocks, u := m.blocks(name)
		r.Unknown = cmp.Or(r.Unknown, u)
		for _, x := range blocks {
			from, u := x.port("from_port")
			to, v := x.port("to_port")
			if _, s := x.get("to_port"); s == unset {
				to = from
			}
			r.Unknown = cmp.Or(r.Unknown, firstOpen(u, v))
			out = append(out, model.PortRange{From: from, To: to})
		}
		return out
	}
	r.Sources, r.Destinations = addresses("source"), addresses("destination")
	r.SourcePorts, r.DestinationPorts = ports("source_port"), ports("destination_port")
	r.Protocols = m.protocols(&r)
	flags, _ := m.blocks("tcp_flag")
	r.TCPFlags = len(flags) > 0
	return r
}

// protocols reads a set of protocol numbers.
func (b body) protocols(r *model.StatelessRule) []model.Protocol {
	v, s := b.get("protocols")
	if s == open {
		r.Unknown = cmp.Or(r.Unknown, b.unknownAt("protocols"))
	}
	items, ok := v.([]any)
	if !ok {
		if v != nil {
			b.mistyped("protocols", "a list of numbers")
		}
		return nil
	}
	var out []model.Protocol
	for _, item := range items {
		text, _ := item.(string)
		if n, ok := item.(float64); ok {
			text = strconv.FormatFloat(n, 'f', -1, 64)
		}
		n, err := strconv.ParseUint(text, 10, 8)
		if err != nil {
			b.mistyped("protocols", "a list of numbers")
			return nil
		}
		out = append(out, model.Protocol(n))
	}
	slices.Sort(out)
	return out
}
