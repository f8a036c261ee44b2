package firewall

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Stateless decides packets one by one, in one direction: Pass, Drop or Forward
// (NFW-4). The first rule that matches has the word, by ascending priority of the
// groups and of the rules in them, then the default actions. narrow tells the
// headers of that direction.
func (p *Policy) Stateless(flows packet.Set, narrow Narrow) Outcome {
	return tell(p.stateless, flows, narrow).outcome()
}

func (p *Policy) compileStateless(groups map[model.FirewallRuleGroupID]*model.FirewallRuleGroup) {
	m := p.model
	if m.Unknown != nil {
		p.stateless = open(nil, why(m.Unknown), Rule{Text: "the firewall policy", Provenance: m.Provenance}, Pass, Forward)
		p.stateless = fallback(p.stateless, Rule{Action: Drop, Text: "the firewall policy", Provenance: m.Provenance})
		return
	}
	for _, ref := range byPriority(m.StatelessGroups) {
		g := groups[ref.Group]
		if why := closed(ref.Group, g); why != "" {
			p.stateless = open(p.stateless, why, Rule{Group: ref.Group, Text: "its rules", Provenance: ref.Provenance}, Pass, Drop, Forward)
			continue
		}
		rules := make([]*model.StatelessRule, len(g.Stateless))
		for i := range g.Stateless {
			rules[i] = &g.Stateless[i]
		}
		slices.SortStableFunc(rules, func(x, y *model.StatelessRule) int { return cmp.Compare(x.Priority, y.Priority) })
		for _, r := range rules {
			p.stateless = appendStateless(p.stateless, ref.Group, r)
		}
	}
	text := "stateless default " + strings.Join(m.StatelessDefaults, ", ")
	action, ok := standardAction(m.StatelessDefaults)
	if !ok {
		p.stateless = open(p.stateless, "the policy names no default action", Rule{Text: "stateless default", Provenance: m.Provenance}, Pass, Forward)
	}
	p.stateless = fallback(p.stateless, Rule{Action: action, Text: text, Provenance: m.Provenance})
}

// standardAction gives what is done with the packet; names of custom actions, which
// publish metrics, are passed over.
func standardAction(names []string) (Action, bool) {
	for _, n := range names {
		switch n {
		case "aws:pass":
			return Pass, true
		case "aws:drop":
			return Drop, true
		case "aws:forward_to_sfe":
			return Forward, true
		}
	}
	return Drop, false
}

// appendStateless compiles a rule: all fields that it has must match (NFW-5).
func appendStateless(list []element, id model.FirewallRuleGroupID, r *model.StatelessRule) []element {
	e := element{Match: everything}
	if r.Sources != nil {
		e.Src = packet.Prefixes(r.Sources)
	}
	if r.Destinations != nil {
		e.Dst = packet.Prefixes(r.Destinations)
	}
	if r.Protocols != nil {
		e.Protocols = packet.Protocols{}
		for _, p := range r.Protocols {
			e.Protocols = e.Protocols.Or(packet.Protocol(p))
		}
	}
	if r.SourcePorts != nil || r.DestinationPorts != nil {
		e.Protocols = e.Protocols.And(ported)
		e.Sport, e.Dport = portRanges(r.SourcePorts), portRanges(r.DestinationPorts)
	}
	if r.TCPFlags {
		e.Protocols = e.Protocols.And(tcp)
		e.doubt = "it looks at TCP flags, which only some packets of a connection have"
	}
	if r.Unknown != nil {
		e.doubt = why(r.Unknown)
	}
	if e.isEmpty() {
		return list
	}
	rule := statelessRule(id, r)
	action, ok := standardAction(r.Actions)
	if !ok {
		return open(list, "it names no standard action", rule, Pass, Drop, Forward)
	}
	rule.Action = action
	e.rule = &rule
	return append(list, e)
}

// portRanges is the union of the ranges, or all ports for none.
func portRanges(rs []model.PortRange) packet.Ports {
	if rs == nil {
		return packet.AllPorts
	}
	var out packet.Ports
	for _, r := range rs {
		out = out.Or(packet.PortRange(r.From, r.To))
	}
	return out
}

func statelessRule(id model.FirewallRuleGroupID, r *model.StatelessRule) Rule {
	out := Rule{
		Group: id, Number: r.Priority, Provenance: r.Provenance,
		Protocol: words(r.Protocols, model.Protocol.String, "all"),
		Ports:    words(r.DestinationPorts, model.PortRange.String, "any"),
		Peers:    words(r.Sources, netip.Prefix.String, "any") + " -> " + words(r.Destinations, netip.Prefix.String, "any"),
	}
	out.Text = fmt.Sprintf("priority %d: %s %s -> %s ports %s -> %s, %s", r.Priority, out.Protocol,
		words(r.Sources, netip.Prefix.String, "any"), words(r.Destinations, netip.Prefix.String, "any"),
		words(r.SourcePorts, model.PortRange.String, "any"), out.Ports, strings.Join(r.Actions, ", "))
	return out
}

// words writes a list that is nil for anything.
func words[T any](list []T, word func(T) string, anything string) string {
	if list == nil {
		return anything
	}
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = word(x)
	}
	return strings.Join(out, ",")
}
