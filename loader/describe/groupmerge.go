package describe

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// mergeGroupRules joins the two shapes that rules come in. Where a group has
// its permissions, they are its rules, and the newer shape adds the rules' IDs;
// where it has not, the newer shape is all there is.
func (b *builder) mergeGroupRules() {
	byGroup := map[model.SecurityGroupID][]*groupRule{}
	seen := map[string]*groupRule{}
	for _, p := range b.parts {
		for _, rule := range p.groupRules {
			old := seen[rule.ID]
			switch {
			case rule.ID == "" || old == nil:
				seen[rule.ID] = rule
				byGroup[rule.group] = append(byGroup[rule.group], rule)
			case !same(old, rule):
				b.differs(rule.ID, old.Provenance, rule.Provenance)
				*old = *rule
			}
		}
	}
	for _, g := range model.Sorted(b.securityGroups) {
		id := g.ID
		rules := byGroup[id]
		delete(byGroup, id)
		switch {
		case g.ingress && g.egress:
			b.addRuleIDs(g, rules)
		case rules == nil:
			g.RulesUnknown = &model.Unknown{Subject: string(id), Attribute: "IpPermissions", Provenance: g.Provenance,
				Reason: "the snapshot does not give them whole; run aws ec2 describe-security-groups without a --query"}
		default:
			g.Rules = nil
			for _, rule := range rules {
				tidyRule(&rule.SecurityGroupRule, id, g.VPC, g.Account)
				g.Rules = append(g.Rules, rule.SecurityGroupRule)
			}
		}
		b.network.SecurityGroups[id] = &g.SecurityGroup
	}
	for id, rules := range byGroup {
		g := &model.SecurityGroup{ID: id}
		g.Account, g.Region, g.Provenance = rules[0].account, rules[0].region, rules[0].Provenance
		for _, rule := range rules {
			tidyRule(&rule.SecurityGroupRule, id, "", g.Account)
			g.Rules = append(g.Rules, rule.SecurityGroupRule)
		}
		b.network.SecurityGroups[id] = g
	}
	for _, p := range b.parts {
		for _, a := range p.groupVPCs {
			if g := b.network.SecurityGroups[a.group]; g != nil && !slices.Contains(g.AssociatedVPCs, a.vpc) {
				g.AssociatedVPCs = append(g.AssociatedVPCs, a.vpc)
			}
		}
	}
	for _, g := range b.network.SecurityGroups {
		slices.Sort(g.AssociatedVPCs)
	}
}

// addRuleIDs gives g's rules the IDs of the same rules in the newer shape.
func (b *builder) addRuleIDs(g *securityGroup, rules []*groupRule) {
	if len(rules) == 0 {
		return
	}
	at := map[sameRule]int{}
	for i := range g.Rules {
		at[identity(&g.Rules[i])] = i
	}
	for _, rule := range rules {
		i, ok := at[identity(&rule.SecurityGroupRule)]
		if !ok {
			b.report(model.Diagnostic{Severity: model.Warning, Resource: string(g.ID), Provenance: rule.Provenance,
				Summary: fmt.Sprintf("SecurityGroupRules has the rule %s, and the group's permissions in SecurityGroups do not; the permissions count", cmp.Or(rule.ID, "without an ID")),
				Detail:  "The two calls were made at different times; run both again. The group is at " + g.Provenance.String() + "."})
			continue
		}
		g.Rules[i].ID = rule.ID
	}
}

// linkGroupVPCs finds the VPC of groups that only SecurityGroupRules tells of,
// by an interface that has them.
func (b *builder) linkGroupVPCs() {
	for _, i := range model.Sorted(b.network.Interfaces) {
		for _, id := range i.Groups {
			if g := b.network.SecurityGroups[id]; g != nil && g.VPC == "" {
				g.VPC = i.VPC
			}
		}
	}
}
