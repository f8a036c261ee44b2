package lint

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// groupReferences finds references that match nothing: to a group that is out of
// reach (SG-21), that the input lacks, or that no interface has (SG-14).
func (l *linter) groupReferences() {
	for _, g := range model.Sorted(l.n.SecurityGroups) {
		for i := range g.Rules {
			r := &g.Rules[i]
			if r.Peer.Group == "" {
				continue
			}
			a := aboutGroupRule(g, r)
			other := l.n.SecurityGroups[r.Peer.Group]
			switch {
			case r.Peer.Stale:
				l.report(SecurityGroupStale, a, nil, fmt.Sprintf("%s of %s references a group that is out of reach", a.rule, aboutGroup(g)),
					"delete the rule, or reference the group that took its place")
			case other == nil && l.mustBeGiven(g, r.Peer):
				l.report(SecurityGroupMissing, a, nil, fmt.Sprintf("%s of %s references a group that is not in the input", a.rule, aboutGroup(g)),
					"reference a group that exists, or give the input that has it")
			case other != nil && other.ID != g.ID && l.isEmpty(other):
				l.report(SecurityGroupEmpty, a, []Related{{aboutGroup(other).String(), other.Provenance}},
					fmt.Sprintf("%s of %s matches nothing: no interface of the input has %s", a.rule, aboutGroup(g), aboutGroup(other)),
					"put what was meant into the group, or delete the rule")
			}
		}
	}
}

// mustBeGiven reports whether a group that a rule names would be in the input if
// it existed: it is of the same account, and of a VPC that the input gives whole.
func (l *linter) mustBeGiven(g *model.SecurityGroup, p model.Peer) bool {
	vpc := p.GroupVPC
	if vpc == "" {
		vpc = g.VPC
	}
	return (p.GroupAccount == "" || p.GroupAccount == g.Account) && l.whole(vpc, model.KindSecurityGroup) && len(l.n.VPCs) > 0
}

// isEmpty reports whether, for certain, no interface has the group.
func (l *linter) isEmpty(g *model.SecurityGroup) bool {
	if len(l.members[g.ID]) > 0 {
		return false
	}
	for _, vpc := range append([]model.VPCID{g.VPC}, g.AssociatedVPCs...) {
		if !l.whole(vpc, model.KindInterface) || l.openGroups[vpc] {
			return false
		}
	}
	for _, e := range l.n.VPCEndpoints {
		for _, id := range e.Groups {
			if id == g.ID {
				return false
			}
		}
	}
	return true
}
