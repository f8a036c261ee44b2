package yamlfile

import (
	"cmp"
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/loader/suricata"
	"github.com/vpcwalk/vpcwalk/model"
)

type firewallRuleGroup struct {
	common
	stateful value[bool]
	strict   value[bool]
	rules    list[statelessRule]
	suricata []suricataText
	standard list[statefulRule]
	domains  *domainList
	ipSets   []entry[list[value[netip.Prefix]]]
	portSets []entry[list[value[model.PortRange]]]
	gap      *gap
}

// statelessRule is a rule of the stateless engine.
type statelessRule struct {
	placed
	priority                      value[int]
	actions                       list[value[string]]
	sources, destinations         list[value[netip.Prefix]]
	protocols                     list[value[model.Protocol]]
	sourcePorts, destinationPorts list[value[model.PortRange]]
	tcpFlags                      value[bool]
	gap                           *gap
}

// suricataText is text in the language of Suricata.
type suricataText struct {
	text string
	at   model.Provenance // of its first line
}

// domainList is a list of domains by what becomes of them.
type domainList struct {
	placed
	lists     [len(domainWords)]list[value[string]]
	http, tls value[bool]
}

var domainWords = [...]string{"allow", "deny", "reject", "alert", "targets"}

// domainTypes are AWS's words for domainWords. Inputs that lack the word have none.
var domainTypes = [...]string{"ALLOWLIST", "DENYLIST", "REJECTLIST", "ALERTLIST", ""}

var firewallRuleGroupShape = object("a firewall rule group", "Rules of Network Firewalls, stateless or stateful.", commonKeys(func(g *firewallRuleGroup) *common { return &g.common }), []field[firewallRuleGroup]{
	key("type", word("a type of rule group", []string{"stateless", "stateful"}, []bool{false, true}), func(g *firewallRuleGroup) *value[bool] { return &g.stateful }, "stateless or stateful; it follows from the rules by default"),
	key("rules", many(statelessRuleShape), func(g *firewallRuleGroup) *list[statelessRule] { return &g.rules }, "stateless rules (NFW-5)"),
	key("suricata", suricataShape, func(g *firewallRuleGroup) *[]suricataText { return &g.suricata }, "stateful rules in the language of Suricata (NFW-13): a block of text, or a list"),
	key("stateful_rules", many(statefulRuleShape), func(g *firewallRuleGroup) *list[statefulRule] { return &g.standard }, "stateful rules as mappings (NFW-10)"),
	key("domains", domainsShape, func(g *firewallRuleGroup) **domainList { return &g.domains }, "a stateful domain list (NFW-11)"),
	key("rule_order", ruleOrder, func(g *firewallRuleGroup) *value[bool] { return &g.strict }, "of a stateful group: action (default) or strict"),
	key("ip_sets", section(many(cidr)), func(g *firewallRuleGroup) *[]entry[list[value[netip.Prefix]]] { return &g.ipSets }, "variables for addresses, by name without $"),
	key("port_sets", section(many(ports)), func(g *firewallRuleGroup) *[]entry[list[value[model.PortRange]]] { return &g.portSets }, "variables for ports, by name without $"),
	key("unknown", gapDetailRef, func(g *firewallRuleGroup) **gap { return &g.gap }, "why its rules are open: AWS's managed ones are not told"),
})

var statelessRuleShape = object("a stateless rule", "A rule that matches single packets (NFW-5); what it does not tell matches anything.", []field[statelessRule]{
	must(key("priority", number("a priority", 0, maxFirewallPriority), func(r *statelessRule) *value[int] { return &r.priority }, "its priority; the lowest that matches decides")),
	must(key("action", many(text), func(r *statelessRule) *list[value[string]] { return &r.actions }, "pass, drop or forward to the stateful engine; names of custom actions beside it")),
	key("source", many(cidr), func(r *statelessRule) *list[value[netip.Prefix]] { return &r.sources }, "the packet's source"),
	key("destination", many(cidr), func(r *statelessRule) *list[value[netip.Prefix]] { return &r.destinations }, "the packet's destination"),
	key("protocols", many(protocol), func(r *statelessRule) *list[value[model.Protocol]] { return &r.protocols }, "protocols"),
	key("source_ports", many(ports), func(r *statelessRule) *list[value[model.PortRange]] { return &r.sourcePorts }, "source ports"),
	key("ports", many(ports), func(r *statelessRule) *list[value[model.PortRange]] { return &r.destinationPorts }, "destination ports"),
	key("tcp_flags", yesNo, func(r *statelessRule) *value[bool] { return &r.tcpFlags }, "whether it tests TCP flags, so that it matches some packets of a connection; false by default"),
	key("unknown", gapDetailRef, func(r *statelessRule) **gap { return &r.gap }, "why something of the rule is open"),
})

// suricataShape reads text, and where its first line stands.
var suricataShape = shape[[]suricataText]{
	read: func(d *decoder, n *yaml.Node, into *[]suricataText) {
		one := func(n *yaml.Node) {
			if n.Kind != yaml.ScalarNode || isNull(n) {
				d.errorf(d.at(n), "pass tcp any any -> any 443 (sid:1;)", "expected rules of Suricata, not %s", describe(n))
				return
			}
			t := suricataText{text: n.Value, at: d.at(n)}
			switch n.Style & (yaml.LiteralStyle | yaml.FoldedStyle | yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle) {
			case yaml.LiteralStyle, yaml.FoldedStyle: // the text begins below its mark
				t.at.Line, t.at.Column = t.at.Line+1, 0
			case yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle:
				t.at.Column++
			}
			*into = append(*into, t)
		}
		if n.Kind != yaml.SequenceNode {
			one(n)
			return
		}
		for _, item := range n.Content {
			one(follow(item))
		}
	},
	schema: func(*schemas) schema {
		one := schema{"type": "string"}
		return schema{"anyOf": []any{one, schema{"type": "array", "items": one}}}
	},
}

func domainKeys() []field[domainList] {
	var keys []field[domainList]
	for i, w := range domainWords {
		keys = append(keys, key(w, many(text), func(l *domainList) *list[value[string]] { return &l.lists[i] },
			"the domains of a list that does so; a leading dot takes subdomains, too"))
	}
	return append(keys,
		key("http", yesNo, func(l *domainList) *value[bool] { return &l.http }, "whether the HTTP host is looked at; both are where neither is written"),
		key("tls", yesNo, func(l *domainList) *value[bool] { return &l.tls }, "whether the TLS server name is looked at; both are where neither is written"))
}

var domainObject = object("a domain list", "Domains that connections may name, or may not (NFW-11).", domainKeys())

var domainsShape = shape[*domainList]{
	read: func(d *decoder, n *yaml.Node, into **domainList) {
		*into = &domainList{}
		domainObject.read(d, n, *into)
	},
	schema: domainObject.schema,
}

func (b *builder) buildFirewallRuleGroup(e *entry[firewallRuleGroup]) {
	f := &e.v
	id := model.FirewallRuleGroupID(b.idOf(model.KindFirewallRuleGroup, nil, e.key))
	stateful := len(f.suricata) > 0 || f.standard.set || f.domains != nil
	if f.rules.set && (stateful || f.stateful.v) || f.stateful.set && !f.stateful.v && stateful {
		b.d.errorf(e.at, "make a group of each", "the rule group %s is stateless and stateful", quote(e.key))
	}
	m := &model.FirewallRuleGroup{ID: id, Meta: f.meta(e.key, e.at, b.outer), Stateful: f.stateful.or(stateful), StrictOrder: f.strict.or(false), Unknown: f.gap.unknown(string(id), "rules")}
	closed(b.d, &f.rules, "the rules of a rule group")
	closed(b.d, &f.standard, "the rules of a rule group")
	for i := range f.rules.items {
		m.Stateless = append(m.Stateless, b.statelessRule(string(id), &f.rules.items[i]))
	}
	slices.SortStableFunc(m.Stateless, func(x, y model.StatelessRule) int { return cmp.Compare(x.Priority, y.Priority) })
	for _, t := range f.suricata {
		rules, diags := suricata.Parse(t.text, t.at)
		m.Rules = append(m.Rules, rules...)
		for _, x := range diags {
			b.d.report(x)
		}
	}
	for i := range f.standard.items {
		m.Rules = append(m.Rules, b.statefulRule(&f.standard.items[i]))
	}
	m.Domains = b.domains(f.domains)
	for i := range f.ipSets {
		if m.IPSets == nil {
			m.IPSets = map[string][]netip.Prefix{}
		}
		closed(b.d, &f.ipSets[i].v, "an IP set")
		m.IPSets[f.ipSets[i].key] = prefixesOf(&f.ipSets[i].v)
	}
	for i := range f.portSets {
		if m.PortSets == nil {
			m.PortSets = map[string][]model.PortRange{}
		}
		closed(b.d, &f.portSets[i].v, "a port set")
		m.PortSets[f.portSets[i].key] = valuesOf(&f.portSets[i].v)
	}
	b.n.FirewallRuleGroups[id] = m
}

// valuesOf are the values of a list, nil where there are none.
func valuesOf[T any](l *list[value[T]]) []T {
	var out []T
	for _, v := range l.items {
		if v.set {
			out = append(out, v.v)
		}
	}
	return out
}

func (b *builder) statelessRule(group string, r *statelessRule) model.StatelessRule {
	for _, l := range []*list[value[netip.Prefix]]{&r.sources, &r.destinations} {
		closed(b.d, l, "the addresses of a stateless rule")
	}
	for _, l := range []*list[value[model.PortRange]]{&r.sourcePorts, &r.destinationPorts} {
		closed(b.d, l, "the ports of a stateless rule")
	}
	closed(b.d, &r.protocols, "the protocols of a stateless rule")
	return model.StatelessRule{Priority: r.priority.v, Sources: valuesOf(&r.sources), Destinations: valuesOf(&r.destinations), Protocols: valuesOf(&r.protocols),
		SourcePorts: valuesOf(&r.sourcePorts), DestinationPorts: valuesOf(&r.destinationPorts), TCPFlags: r.tcpFlags.or(false),
		Actions: actionsOf(b.d, &r.actions), Unknown: r.gap.unknown(group, "rule"), Provenance: r.at}
}

func (b *builder) domains(f *domainList) *model.DomainList {
	if f == nil {
		return nil
	}
	m := &model.DomainList{HTTP: f.http.or(!f.tls.set), TLS: f.tls.or(!f.http.set), Provenance: f.at}
	told := 0
	for i := range f.lists {
		if l := &f.lists[i]; l.set {
			closed(b.d, l, "a domain list")
			told++
			m.Type, m.Targets = domainTypes[i], valuesOf(l)
		}
	}
	if told != 1 {
		b.d.ruleError(f.at, "NFW-11", "allow: [.example.com], or deny, reject, alert", "a domain list does one thing with its domains")
	}
	return m
}
