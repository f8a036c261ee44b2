package describe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/suricata"
	"github.com/vpcwalk/vpcwalk/model"
)

// readRuleGroup reads the RuleGroup of describe-rule-group.
func readRuleGroup(r *reader) {
	g := &model.FirewallRuleGroup{}
	r.document.firewallPart.place = r.here()
	r.document.group = g
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "RulesSource":
			r.rulesSource(g)
		case "RuleVariables":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "IPSets":
					sets, open := r.ipSets()
					g.IPSets, g.Unknown = sets, cmp.Or(open, g.Unknown)
				case "PortSets":
					sets, open := r.portSets()
					g.PortSets, g.Unknown = sets, cmp.Or(open, g.Unknown)
				default:
					r.skip()
				}
			}
		case "StatefulRuleOptions":
			g.StrictOrder = strings.EqualFold(r.inner("RuleOrder"), "STRICT_ORDER")
		case "ReferenceSets":
			r.referenceSets()
		default:
			r.skip()
		}
	}
}

func (r *reader) finishRuleGroup() {
	g := r.document.group
	if g == nil {
		return
	}
	meta, ok := r.named("a rule group", r.document.firewallPart.place)
	if !ok {
		return
	}
	g.Meta = meta
	g.ID = model.FirewallRuleGroupID(meta.ARN)
	if kind := r.document.firewallPart.kind; kind != "" {
		g.Stateful = kind != "STATELESS" // STATEFUL_DOMAIN is one too
	} else {
		g.Stateful = strings.Contains(meta.ARN, ":stateful-rulegroup/")
	}
	if g.Unknown != nil {
		g.Unknown.Subject = string(g.ID)
	}
	references := r.document.references
	r.fact(func(b *builder, p *part) {
		view(b, p, b.network.FirewallRuleGroups, g.ID, g, &g.Meta)
		if references != nil {
			b.groupReferences[g.ID] = references
		}
	})
}

// referenceSets reads variables that stand for managed prefix lists:
// {"IPSetReferences": {"NAME": {"ReferenceArn": "arn:…:prefix-list/pl-…"}}}.
func (r *reader) referenceSets() {
	for ok := r.object(); ok && r.member(); {
		if r.key != "IPSetReferences" {
			r.skip()
			continue
		}
		for ok := r.object(); ok && r.member(); {
			name := strings.TrimLeft(r.key, "@$")
			if r.document.references == nil {
				r.document.references = map[string]model.PrefixListID{}
			}
			r.document.references[name] = model.PrefixListID(lastPart(r.inner("ReferenceArn")))
		}
	}
}

// linkIPSetReferences gives rule groups the prefixes of the lists that their
// variables stand for; of lists that are not given, nothing of the group is sure.
func (b *builder) linkIPSetReferences() {
	for _, g := range model.Sorted(b.network.FirewallRuleGroups) {
		for _, name := range sortedIDs(b.groupReferences[g.ID]) {
			id := b.groupReferences[g.ID][name]
			l := b.network.PrefixLists[id]
			if l == nil || l.EntriesUnknown != nil {
				g.Unknown = &model.Unknown{Subject: string(g.ID), Attribute: "IPSetReferences", Provenance: g.Provenance,
					Reason: "the snapshot does not have the entries of " + string(id)}
				continue
			}
			if g.IPSets == nil {
				g.IPSets = map[string][]netip.Prefix{}
			}
			prefixes := []netip.Prefix{}
			for _, e := range l.Entries {
				prefixes = append(prefixes, e.Prefix)
			}
			g.IPSets[name] = prefixes
		}
	}
}

func (r *reader) portSets() (map[string][]model.PortRange, *model.Unknown) {
	sets := map[string][]model.PortRange{}
	open := r.definitions(func(name, text string) error {
		ports, err := portRange(strings.ReplaceAll(text, ":", "-"))
		if err == nil {
			sets[name] = append(sets[name], ports)
		}
		return err
	})
	return sets, open
}

// rulesSource reads the rules in any of the forms in which a group has them.
func (r *reader) rulesSource(g *model.FirewallRuleGroup) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "RulesString":
			at := r.here()
			rules, diags := suricata.Parse(r.str(), at)
			g.Rules = append(g.Rules, rules...)
			for _, d := range diags {
				r.report(d)
			}
			if diags.HasErrors() {
				g.Unknown = &model.Unknown{Attribute: "RulesString", Reason: "a rule of it cannot be read", Provenance: at}
			}
		case "RulesSourceList":
			g.Domains = r.domainList()
		case "StatefulRules":
			for ok := r.array(); ok && r.element(); {
				r.statefulRule(g)
			}
		case "StatelessRulesAndCustomActions":
			for ok := r.object(); ok && r.member(); {
				if r.key != "StatelessRules" {
					r.skip()
					continue
				}
				for ok := r.array(); ok && r.element(); {
					g.Stateless = append(g.Stateless, r.statelessRule())
				}
			}
			slices.SortStableFunc(g.Stateless, func(x, y model.StatelessRule) int { return cmp.Compare(x.Priority, y.Priority) })
		default:
			r.skip()
		}
	}
}

func (r *reader) domainList() *model.DomainList {
	l := &model.DomainList{Provenance: r.here()}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Targets":
			l.Targets = strs[string](r)
		case "TargetTypes":
			for _, t := range strs[string](r) {
				l.HTTP = l.HTTP || strings.EqualFold(t, "HTTP_HOST")
				l.TLS = l.TLS || strings.EqualFold(t, "TLS_SNI")
			}
		case "GeneratedRulesType":
			l.Type = strings.ToUpper(r.str())
		default:
			r.skip()
		}
	}
	return l
}

var firewallActions = map[string]model.FirewallAction{
	"pass": model.FirewallPass, "drop": model.FirewallDrop, "reject": model.FirewallReject, "alert": model.FirewallAlert,
}

// statefulRule reads a standard rule (NFW-10).
func (r *reader) statefulRule(g *model.FirewallRuleGroup) {
	rule := model.StatefulRule{Provenance: r.here()}
	var action string
	var options []suricata.Option
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Action":
			action = r.str()
		case "Header":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "Protocol":
					rule.Protocol = strings.ToLower(r.str())
				case "Source":
					rule.Source = r.str()
				case "SourcePort":
					rule.SourcePort = r.str()
				case "Destination":
					rule.Destination = r.str()
				case "DestinationPort":
					rule.DestinationPort = r.str()
				case "Direction":
					rule.BothWays = strings.EqualFold(r.str(), "ANY")
				default:
					r.skip()
				}
			}
		case "RuleOptions":
			for ok := r.array(); ok && r.element(); {
				o := suricata.Option{Provenance: r.here()}
				for ok := r.object(); ok && r.member(); {
					switch r.key {
					case "Keyword":
						o.Keyword = r.str()
					case "Settings":
						o.Value = strings.Join(strs[string](r), ",")
					default:
						r.skip()
					}
				}
				options = append(options, o)
			}
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return
	}
	var known bool
	rule.Action, known = firewallActions[strings.ToLower(action)]
	if !known {
		r.report(model.Diagnostic{Severity: model.Error, Rule: "NFW-10", Provenance: rule.Provenance,
			Summary: quote(action) + " is no action of a stateful rule", Detail: "Expected PASS, DROP, ALERT or REJECT."})
	}
	rule, diags := suricata.Standard(rule, options)
	for _, d := range diags {
		r.report(d)
	}
	if !known || diags.HasErrors() {
		g.Unknown = &model.Unknown{Attribute: "StatefulRules", Reason: "a rule of it cannot be read", Provenance: rule.Provenance}
		return
	}
	g.Rules = append(g.Rules, rule)
}

// statelessRule reads a stateless rule (NFW-5).
func (r *reader) statelessRule() model.StatelessRule {
	rule := model.StatelessRule{Provenance: r.here()}
	mark := len(r.list)
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Priority":
			rule.Priority = r.integer().n
		case "RuleDefinition":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "Actions":
					rule.Actions = strs[string](r)
				case "MatchAttributes":
					r.matchAttributes(&rule)
				default:
					r.skip()
				}
			}
		default:
			r.skip()
		}
	}
	if r.list[mark:].HasErrors() || r.unlisted > 0 {
		rule.Unknown = &model.Unknown{Attribute: "StatelessRules", Reason: fmt.Sprintf("rule %d cannot be read", rule.Priority), Provenance: rule.Provenance}
	}
	return rule
}

func (r *reader) matchAttributes(rule *model.StatelessRule) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Sources":
			rule.Sources = r.addressDefinitions()
		case "Destinations":
			rule.Destinations = r.addressDefinitions()
		case "SourcePorts":
			rule.SourcePorts = r.ports()
		case "DestinationPorts":
			rule.DestinationPorts = r.ports()
		case "Protocols":
			for ok := r.array(); ok && r.element(); {
				if n := r.integer(); n.given && n.n >= 0 && n.n <= 255 {
					rule.Protocols = append(rule.Protocols, model.Protocol(n.n))
				} else {
					r.problem(model.Error, "NFW-5", r.field()+": no protocol number (0 to 255)", "")
				}
			}
		case "TCPFlags":
			for ok := r.array(); ok && r.element(); {
				rule.TCPFlags = true
				r.skip()
			}
		default:
			r.skip()
		}
	}
}

func (r *reader) addressDefinitions() []netip.Prefix {
	var list []netip.Prefix
	for ok := r.array(); ok && r.element(); {
		for ok := r.object(); ok && r.member(); {
			if r.key != "AddressDefinition" {
				r.skip()
			} else if p := r.address(); p.IsValid() {
				list = append(list, p)
			}
		}
	}
	return list
}

// ports reads a list of {"FromPort": …, "ToPort": …}.
func (r *reader) ports() []model.PortRange {
	var list []model.PortRange
	for ok := r.array(); ok && r.element(); {
		var p model.PortRange
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "FromPort", "fromPort":
				p.From = r.port()
			case "ToPort", "toPort":
				p.To = r.port()
			default:
				r.skip()
			}
		}
		p.To = max(p.To, p.From)
		list = append(list, p)
	}
	return list
}
