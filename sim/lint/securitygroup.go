package lint

import (
	"cmp"
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

func aboutGroup(g *model.SecurityGroup) about {
	return about{kind: model.KindSecurityGroup, id: string(g.ID), name: cmp.Or(g.Name, g.GroupName), at: g.Provenance}
}

func aboutGroupRule(g *model.SecurityGroup, r *model.SecurityGroupRule) about {
	a := aboutGroup(g)
	a.rule, a.at = groupRuleText(r), place(r.Provenance, g.Provenance)
	return a
}

func groupRuleText(r *model.SecurityGroupRule) string {
	return fmt.Sprintf("%s %s %s %s", r.Direction, r.Traffic, preposition(r.Direction), r.Peer)
}

// groupRule is a rule with everything that it means: one meaning, or two for a
// prefix list of which some entries are not known.
type groupRule struct {
	rule     *model.SecurityGroupRule
	meanings []sim.SecurityGroupRule
}

// most is all that the rule can possibly admit: the last meaning, which holds the
// others.
func (r *groupRule) most() sim.SecurityGroupRule { return r.meanings[len(r.meanings)-1] }

func (l *linter) groupRules(g *model.SecurityGroup, d model.Direction) []groupRule {
	var out []groupRule
	for _, m := range l.e.SecurityGroupRules(g.ID, d) {
		if n := len(out); n > 0 && out[n-1].rule == m.Rule {
			out[n-1].meanings = append(out[n-1].meanings, m)
			continue
		}
		out = append(out, groupRule{m.Rule, []sim.SecurityGroupRule{m}})
	}
	return out
}

// redundantGroupRules finds the rules of a group that admit nothing which its other
// rules do not (SG-12). All that it finds can be deleted together. Of two equal
// rules it is the later one; a rule that one other covers goes before one that only
// several cover. A rule of which something is open covers nothing for certain, and is
// covered when all that it can possibly admit is.
func (l *linter) redundantGroupRules() {
	for _, g := range model.Sorted(l.n.SecurityGroups) {
		for _, d := range directions {
			rules := l.groupRules(g, d)
			kept := make([]bool, len(rules))
			for i := range kept {
				kept[i] = true
			}
			for _, atMost := range []int{1, len(rules)} {
				for i := len(rules) - 1; i >= 0; i-- {
					if !kept[i] {
						continue
					}
					if by := l.covers(g, d, rules, kept, i, atMost); by != nil {
						kept[i] = false
						l.reportRedundant(g, rules[i].rule, by)
					}
				}
			}
		}
	}
}

// covers gives the kept rules, at most so many, that together admit all that rule i
// admits; nil if there are none, or if it admits nothing.
func (l *linter) covers(g *model.SecurityGroup, d model.Direction, rules []groupRule, kept []bool, i, atMost int) []*model.SecurityGroupRule {
	m := rules[i].most()
	if m.Group != "" {
		at := peers(&m.Matches, d)
		*at = at.And(l.membersMayHave(g, m.Group))
	}
	whole := packet.Of(m.Matches)
	if whole.IsEmpty() {
		return nil
	}
	rest := whole
	var by []*model.SecurityGroupRule
	for j := range rules {
		if j == i || !kept[j] {
			continue
		}
		for _, other := range rules[j].meanings {
			if other.Open || other.Group != "" && other.Group != m.Group {
				continue
			}
			if atMost == 1 {
				if whole.SubBox(&other.Matches).IsEmpty() {
					return []*model.SecurityGroupRule{rules[j].rule}
				}
				continue
			}
			if rest.Overlaps(packet.Of(other.Matches)) {
				rest = rest.SubBox(&other.Matches)
				by = append(by, rules[j].rule)
			}
		}
	}
	if atMost == 1 || !rest.IsEmpty() {
		return nil
	}
	return by
}

// membersMayHave are the addresses that a reference can match: the private ones of
// the referenced group's interfaces (SG-14), which are in the blocks of its VPC. A
// group that may be used in other VPCs, that is not given, or whose VPC is given in
// part only may have any.
func (l *linter) membersMayHave(in *model.SecurityGroup, id model.SecurityGroupID) packet.Addrs {
	g := l.n.SecurityGroups[id]
	if g == nil || len(g.AssociatedVPCs)+len(in.AssociatedVPCs) > 0 {
		return packet.AllAddrs
	}
	v := l.n.VPCs[g.VPC]
	if v == nil || len(v.CIDRs) == 0 || len(v.Missing) > 0 {
		return packet.AllAddrs
	}
	return packet.Prefixes(v.CIDRs)
}

func (l *linter) reportRedundant(g *model.SecurityGroup, r *model.SecurityGroupRule, by []*model.SecurityGroupRule) {
	a := aboutGroupRule(g, r)
	var related []Related
	for _, b := range by {
		related = append(related, Related{groupRuleText(b), place(b.Provenance, g.Provenance)})
	}
	switch {
	case len(by) > 1:
		l.report(SecurityGroupRedundant, a, related,
			fmt.Sprintf("%s of %s admits nothing that %d other rules do not admit together", a.rule, aboutGroup(g), len(by)), "delete it")
	case groupRuleText(by[0]) == a.rule:
		l.report(SecurityGroupRedundant, a, related, fmt.Sprintf("%s of %s is written twice", a.rule, aboutGroup(g)), "delete one of the two")
	default:
		l.report(SecurityGroupRedundant, a, related,
			fmt.Sprintf("%s of %s admits nothing that %s does not admit", a.rule, aboutGroup(g), groupRuleText(by[0])),
			"delete it, or the wider rule if the narrower one is what was meant")
	}
}
