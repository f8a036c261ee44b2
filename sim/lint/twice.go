package lint

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// ruleKey is what makes two rules the same one.
type ruleKey struct {
	direction model.Direction
	traffic   model.Traffic
	peer      model.Peer
}

// rulesInTwoGroups finds the rules that two groups of one interface both contain
// (SG-1). The rule to every address that AWS gives each new group is left out
// (SG-2).
func (l *linter) rulesInTwoGroups() {
	rules := map[model.SecurityGroupID]map[ruleKey]*model.SecurityGroupRule{}
	for id, g := range l.n.SecurityGroups {
		rules[id] = map[ruleKey]*model.SecurityGroupRule{}
		for i := len(g.Rules) - 1; i >= 0; i-- { // the first of equal rules is kept
			r := &g.Rules[i]
			if r.Unknown == nil && !isDefaultEgress(r) {
				rules[id][ruleKey{r.Direction, r.Traffic, r.Peer}] = r
			}
		}
	}
	type pair struct{ a, b model.SecurityGroupID }
	seen := map[pair]bool{}
	for _, i := range model.Sorted(l.n.Interfaces) {
		groups := slices.Sorted(slices.Values(i.Groups))
		for x, first := range groups {
			for _, second := range groups[x+1:] {
				p := pair{first, second}
				a, b := l.n.SecurityGroups[first], l.n.SecurityGroups[second]
				if first == second || seen[p] || a == nil || b == nil {
					continue
				}
				seen[p] = true
				for n := range b.Rules {
					r := &b.Rules[n]
					k := ruleKey{r.Direction, r.Traffic, r.Peer}
					if same := rules[first][k]; same != nil && rules[second][k] == r {
						at := aboutGroupRule(b, r)
						l.report(SecurityGroupRuleTwice, at, []Related{{aboutGroup(a).String(), place(same.Provenance, a.Provenance)}},
							fmt.Sprintf("%s of %s is also in %s, and interface %s has both", at.rule, aboutGroup(b), aboutGroup(a), i.ID),
							"keep the rule in one of the groups")
					}
				}
			}
		}
	}
}

func isDefaultEgress(r *model.SecurityGroupRule) bool {
	return r.Direction == model.Egress && r.Traffic.Protocol == model.AllProtocols && r.Peer.Prefix.IsValid() && r.Peer.Prefix.Bits() == 0
}
