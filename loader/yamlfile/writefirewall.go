package yamlfile

import (
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/loader/suricata"
	"github.com/vpcwalk/vpcwalk/model"
)

func (w *writer) firewall(f *model.Firewall, meta model.Meta) mapping {
	m := w.resource(string(f.ID), f.Meta, meta)
	m.add("policy", w.refOrNone(model.KindFirewallPolicy, string(f.Policy)))
	short := true
	var subnets, long []*yaml.Node
	for i := range f.Endpoints {
		e := &f.Endpoints[i]
		one := newMapping()
		one.add("subnet", w.refOrNone(model.KindSubnet, string(e.Subnet)))
		one.text("id", string(e.ID), string(f.ID)+"-"+string(e.Subnet))
		one.status(e.State, e.Ready, endpointStates)
		short = short && len(one.n.Content) == 2 && one.n.Content[1].Kind == yaml.ScalarNode
		subnets, long = append(subnets, one.n.Content[1]), append(long, one.n)
	}
	if short {
		m.items("subnets", subnets, f.TransitGateway == "")
	} else {
		m.add("subnets", sequenceOf(long))
	}
	m.add("transit_gateway", w.ref(model.KindTransitGateway, string(f.TransitGateway)))
	if f.TransitGateway != "" && !w.isAttached(f.TransitGateway, model.AttachNetworkFunction, string(f.ID)) {
		m.add("attachment", plain("false"))
	}
	m.flag("proxy", f.Proxy, false)
	return m
}

func (w *writer) firewallPolicy(p *model.FirewallPolicy) mapping {
	m := w.resource(string(p.ID), p.Meta, w.outer)
	m.items("stateless_groups", w.firewallGroups(p.StatelessGroups), false)
	if !slices.Equal(p.StatelessDefaults, statelessDefault) {
		m.items("stateless_default", texts(p.StatelessDefaults), true)
	}
	if !slices.Equal(p.FragmentDefaults, p.StatelessDefaults) {
		m.items("fragment_default", texts(p.FragmentDefaults), true)
	}
	m.items("stateful_groups", w.firewallGroups(p.StatefulGroups), false)
	if p.StrictOrder {
		m.add("rule_order", str("strict"))
	}
	m.items("stateful_default", texts(p.StatefulDefaults), false)
	m.add("stream_exception", wordNode(map[string]string{"DROP": "drop", "CONTINUE": "continue", "REJECT": "reject"}, p.StreamException))
	m.prefixes("home_net", p.HomeNet)
	m.open("unknown", p.Unknown, string(p.ID), "policy")
	return m
}

// wordNode writes AWS's word as ours; nil for none.
func wordNode(words map[string]string, s string) *yaml.Node {
	if word, ok := words[s]; ok {
		return str(word)
	}
	return nil
}

func (w *writer) firewallGroups(list []model.FirewallGroupReference) []*yaml.Node {
	var out []*yaml.Node
	for i := range list {
		r := &list[i]
		one := newMapping()
		one.add("group", w.refOrNone(model.KindFirewallRuleGroup, string(r.Group)))
		one.number("priority", r.Priority, i+1)
		one.flag("drop_to_alert", r.DropToAlert, false)
		if len(one.n.Content) == 2 && one.n.Content[1].Kind == yaml.ScalarNode {
			out = append(out, one.n.Content[1])
			continue
		}
		out = append(out, one.n)
	}
	return out
}

func (w *writer) firewallRuleGroup(g *model.FirewallRuleGroup) mapping {
	m := w.resource(string(g.ID), g.Meta, w.outer)
	if stateful := len(g.Rules) > 0 || g.Domains != nil; g.Stateful != stateful {
		m.add("type", str(map[bool]string{false: "stateless", true: "stateful"}[g.Stateful]))
	}
	if g.StrictOrder {
		m.add("rule_order", str("strict"))
	}
	var rules []*yaml.Node
	for i := range g.Stateless {
		rules = append(rules, statelessRuleNode(string(g.ID), &g.Stateless[i]))
	}
	if len(rules) > 0 {
		m.add("rules", onLines(sequenceOf(rules)))
	}
	w.statefulRules(m, g)
	if g.Domains != nil {
		m.add("domains", w.domains(string(g.ID), g.Domains))
	}
	ipSets, portSets := newMapping(), newMapping()
	for _, name := range sortedKeys(g.IPSets) {
		ipSets.items(name, prefixes(g.IPSets[name]), true)
	}
	for _, name := range sortedKeys(g.PortSets) {
		portSets.items(name, portNodes(g.PortSets[name]), true)
	}
	m.section("ip_sets", ipSets)
	m.section("port_sets", portSets)
	m.open("unknown", g.Unknown, string(g.ID), "rules")
	return m
}

func statelessRuleNode(group string, r *model.StatelessRule) *yaml.Node {
	m := newMapping()
	m.number("priority", r.Priority, -1)
	m.items("action", texts(r.Actions), true)
	m.items("source", prefixes(r.Sources), false)
	m.items("destination", prefixes(r.Destinations), false)
	m.items("protocols", protocolNodes(r.Protocols), false)
	m.items("source_ports", portNodes(r.SourcePorts), false)
	m.items("ports", portNodes(r.DestinationPorts), false)
	m.flag("tcp_flags", r.TCPFlags, false)
	m.open("unknown", r.Unknown, group, "rule")
	return m.n
}

func protocolNodes(list []model.Protocol) []*yaml.Node {
	var out []*yaml.Node
	for _, p := range list {
		out = append(out, plain(p.String()))
	}
	return out
}

// statefulRules writes rules as their text where that says the same, else as
// mappings.
func (w *writer) statefulRules(m mapping, g *model.FirewallRuleGroup) {
	var lines, long []*yaml.Node
	short := true
	for i := range g.Rules {
		r := g.Rules[i]
		long = append(long, statefulRuleNode(&r))
		lines = append(lines, str(r.Text))
		read, diags := suricata.Parse(r.Text, model.Provenance{})
		r.Provenance = model.Provenance{}
		short = short && len(diags) == 0 && len(read) == 1 && reflect.DeepEqual(read[0], r)
	}
	switch {
	case len(g.Rules) == 0:
	case short:
		m.add("suricata", onLines(sequenceOf(lines)))
	default:
		m.add("stateful_rules", onLines(sequenceOf(long)))
	}
}

func statefulRuleNode(r *model.StatefulRule) *yaml.Node {
	m := newMapping()
	m.add("action", str(r.Action.String()))
	m.text("protocol", r.Protocol, "ip")
	m.text("source", r.Source, anyFirewallWord)
	m.text("source_port", r.SourcePort, anyFirewallWord)
	m.text("destination", r.Destination, anyFirewallWord)
	m.text("destination_port", r.DestinationPort, anyFirewallWord)
	if r.BothWays {
		m.add("direction", str("any"))
	}
	m.number("priority", r.Priority, 0)
	m.number("sid", r.SID, 0)
	m.items("flow", texts(r.Flow), false)
	m.items("hosts", texts(r.Hosts), false)
	m.items("protocols", protocolNodes(r.Protocols), false)
	m.items("opaque", texts(r.Opaque), false)
	m.text("text", r.Text, "")
	return m.n
}

func (w *writer) domains(group string, l *model.DomainList) *yaml.Node {
	m := newMapping()
	i := slices.Index(domainTypes[:], l.Type)
	if i < 0 {
		w.errorf("the domain list of %s is of type %q", group, l.Type)
		return nil
	}
	m.items(domainWords[i], texts(l.Targets), true)
	if !l.HTTP || !l.TLS {
		m.optional("http", &l.HTTP)
		m.optional("tls", &l.TLS)
	}
	return m.n
}
