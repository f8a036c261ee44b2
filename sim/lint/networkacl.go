package lint

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

var directions = []model.Direction{model.Ingress, model.Egress}

func (l *linter) eachNetworkACL(visit func(acl *model.NetworkACL, d model.Direction, rules []sim.NetworkACLRule)) {
	for _, acl := range model.Sorted(l.n.NetworkACLs) {
		for _, d := range directions {
			visit(acl, d, l.e.NetworkACLRules(acl.ID, d))
		}
	}
}

func aboutACL(acl *model.NetworkACL) about {
	return about{kind: model.KindNetworkACL, id: string(acl.ID), name: acl.Name, at: acl.Provenance}
}

func aboutACLRule(acl *model.NetworkACL, r *model.NetworkACLRule) about {
	a := aboutACL(acl)
	a.rule, a.at = aclRuleText(r), place(r.Provenance, acl.Provenance)
	return a
}

// aclRuleText is a rule as the YAML format writes it.
func aclRuleText(r *model.NetworkACLRule) string {
	return fmt.Sprintf("%s %d %s %s %s %s", r.Direction, r.Number, r.Action, r.Traffic, preposition(r.Direction), r.Prefix)
}

func preposition(d model.Direction) string {
	if d == model.Egress {
		return "to"
	}
	return "from"
}

// shadowedNetworkACLRules finds the rules for which those with lower numbers leave
// no packet (NACL-1). A rule that may or may not match takes nothing for certain.
func (l *linter) shadowedNetworkACLRules() {
	l.eachNetworkACL(func(acl *model.NetworkACL, _ model.Direction, rules []sim.NetworkACLRule) {
		for i, r := range rules {
			rest := packet.Of(r.Matches)
			if rest.IsEmpty() {
				continue
			}
			var before []*model.NetworkACLRule
			for _, earlier := range rules[:i] {
				if !earlier.Open && rest.Overlaps(packet.Of(earlier.Matches)) {
					rest = rest.SubBox(&earlier.Matches)
					before = append(before, earlier.Rule)
				}
			}
			if rest.IsEmpty() {
				l.shadowed(acl, r.Rule, before)
			}
		}
	})
}

func (l *linter) shadowed(acl *model.NetworkACL, r *model.NetworkACLRule, before []*model.NetworkACLRule) {
	a := aboutACLRule(acl, r)
	code, lowest := NetworkACLRuleRedundant, 0
	var related []Related
	var numbers []string
	for _, b := range before {
		if b.Action != r.Action && code == NetworkACLRuleRedundant {
			code, lowest = NetworkACLAllowShadowed, b.Number
			if r.Action == model.Deny {
				code = NetworkACLDenyShadowed
			}
		}
		related = append(related, Related{aclRuleText(b), place(b.Provenance, acl.Provenance)})
		numbers = append(numbers, fmt.Sprint(b.Number))
	}
	by := "rule " + numbers[0] + " takes"
	if len(numbers) > 1 {
		by = "rules " + strings.Join(numbers, ", ") + " together take"
	}
	summary := fmt.Sprintf("%s of %s never decides: %s all its packets before", a.rule, aboutACL(acl), by)
	if code == NetworkACLRuleRedundant {
		l.report(code, a, related, summary+", and decides the same", "delete it")
		return
	}
	l.report(code, a, related, summary, fmt.Sprintf("give it a number below %d, or delete it", lowest))
}
