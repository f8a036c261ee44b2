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

// Policy is a firewall policy, compiled for one firewall. It is immutable and safe
// for concurrent use.
type Policy struct {
	model     *model.FirewallPolicy
	stateless []element
	groups    []group // stateful, in the order of evaluation
	home      []netip.Prefix
}

// group is a stateful rule group of a policy.
type group struct {
	id    model.FirewallRuleGroupID
	model *model.FirewallRuleGroup // nil where the design has none
	ref   *model.FirewallGroupReference
	vars  variables
}

// Compile makes a policy ready for a firewall whose VPC has the blocks home, the
// default of HOME_NET (NFW-12); none for a firewall without a VPC. A nil policy is
// one that the design does not have: all that it decides is unknown.
func Compile(m *model.FirewallPolicy, groups map[model.FirewallRuleGroupID]*model.FirewallRuleGroup, home []netip.Prefix) *Policy {
	p := &Policy{model: m, home: home}
	if m == nil {
		p.model = &model.FirewallPolicy{Unknown: &model.Unknown{Subject: "the firewall policy", Reason: "it is not in the design"}}
		m = p.model
	}
	if m.HomeNet != nil {
		p.home = m.HomeNet
	}
	p.compileStateless(groups)
	for _, ref := range byPriority(m.StatefulGroups) {
		g := group{id: ref.Group, model: groups[ref.Group], ref: ref}
		g.vars = variables{home: p.home}
		if g.model != nil {
			g.vars.addresses, g.vars.ports = g.model.IPSets, g.model.PortSets
		}
		p.groups = append(p.groups, g)
	}
	return p
}

// byPriority gives references in the order of evaluation.
func byPriority(refs []model.FirewallGroupReference) []*model.FirewallGroupReference {
	out := make([]*model.FirewallGroupReference, len(refs))
	for i := range refs {
		out[i] = &refs[i]
	}
	slices.SortStableFunc(out, func(x, y *model.FirewallGroupReference) int { return cmp.Compare(x.Priority, y.Priority) })
	return out
}

// DropsMidStream reports whether the stateful engine drops packets of connections
// whose beginning it has not seen (NFW-6); the alternative is to apply its rules to
// them.
func (p *Policy) DropsMidStream() bool { return p.model.StreamException != "CONTINUE" }

// closed says why a group's rules are not known; empty where they are.
func closed(id model.FirewallRuleGroupID, m *model.FirewallRuleGroup) string {
	switch {
	case m == nil:
		return fmt.Sprintf("rule group %s is not in the design", id)
	case m.Unknown != nil:
		return why(m.Unknown)
	}
	return ""
}

// why is a doubt in words; never empty.
func why(u *model.Unknown) string { return cmp.Or(u.Reason, u.String(), "the design does not tell") }

// managed reports whether AWS writes the group's rules. They drop and alert; none
// passes.
func managed(id model.FirewallRuleGroupID, m *model.FirewallRuleGroup) bool {
	const owner = ":aws-managed:"
	return strings.Contains(string(id), owner) || m != nil && strings.Contains(m.ARN, owner)
}

// open appends elements that may do any of the actions to any packet.
func open(list []element, why string, r Rule, actions ...Action) []element {
	for _, a := range actions {
		rule := r
		rule.Action = a
		list = append(list, element{Match: everything, rule: &rule, doubt: why})
	}
	return list
}

// fallback appends the default action.
func fallback(list []element, r Rule) []element {
	return append(list, element{Match: everything, rule: &r, kind: kind{fallback: true}})
}

// appendOnly appends an element as far as it is about some protocols.
func appendOnly(list []element, e element, ps packet.Protocols) []element {
	if e.Protocols = e.Protocols.And(ps); e.Protocols.IsEmpty() {
		return list
	}
	return append(list, e)
}
