package terraform

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// readSecurityGroup reads a group with its inline rules. One that Terraform
// creates has no egress but what is written: the provider takes AWS's default
// away.
func readSecurityGroup(b body) {
	g := &model.SecurityGroup{ID: model.SecurityGroupID(b.r.id()), Meta: b.meta(), GroupName: b.str("name")}
	if b.r.isData() {
		if b.network.SecurityGroups[g.ID] != nil {
			return
		}
		g.RulesUnknown = &model.Unknown{Subject: string(g.ID), Attribute: "rules", Reason: "a data source does not tell them", Provenance: b.r.place}
	}
	g.VPC = b.vpc("vpc_id")
	b.inlineRules(g)
	b.network.SecurityGroups[g.ID] = g
}

// readDefaultSecurityGroup reads the adoption of a VPC's default group, which
// takes away all rules that are not written.
func readDefaultSecurityGroup(b body) {
	g := &model.SecurityGroup{ID: model.SecurityGroupID(b.r.id()), Meta: b.meta(), GroupName: "default"}
	for vpc, id := range b.adoptedGroups {
		if id == g.ID {
			g.VPC = vpc
		}
	}
	b.inlineRules(g)
	b.network.SecurityGroups[g.ID] = g
}

// inlineRules reads the ingress and egress blocks.
func (b body) inlineRules(g *model.SecurityGroup) {
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		name := dir.String()
		b.note(string(g.ID), name)
		blocks, u := b.blocks(name)
		if flag, _ := b.unknown[name].(bool); u == nil && flag && b.r.exists() {
			u = b.unknownAt(name) // computed anew, of a group that may have rules
		}
		g.RulesUnknown = cmp.Or(g.RulesUnknown, u)
		for _, x := range blocks {
			for _, rule := range x.inlineRule(g.ID, dir) {
				if !b.superseded(name, string(g.ID), ruleKey(&rule)) {
					addRule(g, rule)
				}
			}
		}
	}
}

// inlineRule reads a block, which is as many rules as it has peers.
func (b body) inlineRule(self model.SecurityGroupID, dir model.Direction) []model.SecurityGroupRule {
	traffic, u := b.traffic("protocol", "from_port", "to_port", "from_port", "to_port")
	base := model.SecurityGroupRule{Direction: dir, Traffic: traffic, Description: b.str("description"), Provenance: b.r.place, Unknown: u}
	rules := b.peers(base, "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")
	if b.boolean("self") {
		base.Peer = model.Peer{Group: self}
		rules = append(rules, base)
	}
	return rules
}

// peers gives a rule for each peer that a block's lists have, and one for those
// that are open.
func (b body) peers(base model.SecurityGroupRule, v4, v6, lists, groups string) []model.SecurityGroupRule {
	var rules []model.SecurityGroupRule
	add := func(p model.Peer, u *model.Unknown) {
		rule := base
		rule.Peer = p
		rule.Unknown = firstOpen(rule.Unknown, u)
		rules = append(rules, rule)
	}
	for _, name := range []string{v4, v6} {
		blocks, unknowns := b.list(name)
		for _, text := range blocks {
			if p := b.parsePrefix(name, text); p.IsValid() {
				add(model.Peer{Prefix: p}, nil)
			}
		}
		if unknowns != 0 {
			add(model.Peer{}, b.unknownAt(name))
		}
	}
	ids, u := b.refs(lists, wantPrefixList)
	for _, c := range ids {
		add(model.Peer{PrefixList: model.PrefixListID(c.id)}, nil)
	}
	if u != nil {
		add(model.Peer{}, u)
	}
	if groups == "" {
		return rules
	}
	ids, u = b.refs(groups, wantGroup)
	for _, c := range ids {
		add(groupPeer(c.id), nil)
	}
	if u != nil {
		add(model.Peer{}, u)
	}
	return rules
}

// readOlderGroupRule reads an aws_security_group_rule, whose lists make it any
// number of rules.
func readOlderGroupRule(b body) {
	if g := b.ruledGroup(); g != nil {
		for _, rule := range b.olderRules() {
			addRule(g, rule)
		}
	}
}

// groupDirection is the direction of a rule of its own.
func (b body) groupDirection() model.Direction {
	return direction(b.r.kind == "aws_vpc_security_group_egress_rule" || b.str("type") == "egress")
}

func (b body) olderRules() []model.SecurityGroupRule {
	dir := b.groupDirection()
	traffic, u := b.traffic("protocol", "from_port", "to_port", "from_port", "to_port")
	base := model.SecurityGroupRule{ID: b.str("security_group_rule_id"), Direction: dir, Traffic: traffic, Description: b.str("description"),
		Provenance: b.r.place, Unknown: firstOpen(u, b.open("type"))}
	rules := b.peers(base, "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "")
	c, u := b.ref("source_security_group_id", wantGroup, nil)
	if _, s := b.get("self"); s == known && b.boolean("self") {
		c, u = b.ref("security_group_id", wantGroup, nil)
	}
	if base.Unknown = firstOpen(base.Unknown, u); c.id != "" || u != nil {
		if c.id != "" {
			base.Peer = groupPeer(c.id)
		}
		rules = append(rules, base)
	}
	return rules
}

// readGroupRule reads a rule of the newer shape, which has one peer.
func readGroupRule(b body) {
	if g := b.ruledGroup(); g != nil {
		addRule(g, b.groupRule())
	}
}

func (b body) groupRule() model.SecurityGroupRule {
	rule := model.SecurityGroupRule{ID: b.str("security_group_rule_id"), Direction: b.groupDirection(),
		Description: b.str("description"), Provenance: b.r.place}
	rule.Traffic, rule.Unknown = b.traffic("ip_protocol", "from_port", "to_port", "from_port", "to_port")
	for _, name := range []string{"cidr_ipv4", "cidr_ipv6"} {
		rule.Unknown = firstOpen(rule.Unknown, b.open(name))
		if p := b.prefix(name); p.IsValid() {
			rule.Peer.Prefix = p
		}
	}
	list, u := b.ref("prefix_list_id", wantPrefixList, nil)
	rule.Peer.PrefixList, rule.Unknown = model.PrefixListID(list.id), firstOpen(rule.Unknown, u)
	group, u := b.ref("referenced_security_group_id", wantGroup, nil)
	if rule.Unknown = firstOpen(rule.Unknown, u); group.id != "" {
		rule.Peer = groupPeer(group.id)
	}
	if rule.Peer == (model.Peer{}) && rule.Unknown == nil {
		rule.Unknown = b.unreadable("referenced_security_group_id")
	}
	return rule
}

// groupPeer is a group by its ID, or by account and ID: 123456789012/sg-1.
func groupPeer(id string) model.Peer {
	if len(id) > 13 && id[12] == '/' {
		return model.Peer{Group: model.SecurityGroupID(id[13:]), GroupAccount: model.AccountID(id[:12])}
	}
	return model.Peer{Group: model.SecurityGroupID(id)}
}

// ruledGroup is the group that a rule of its own belongs to. Where it is open
// every group that it may be may have other rules; a group that is only named
// has, too.
func (b body) ruledGroup() *model.SecurityGroup {
	c, u := b.ref("security_group_id", wantGroup, nil)
	if u != nil {
		for _, other := range b.candidates("security_group_id", wantGroup).found {
			if g := b.network.SecurityGroups[model.SecurityGroupID(other.id)]; g != nil {
				g.RulesUnknown = cmp.Or(g.RulesUnknown, u)
			}
		}
		b.problem(model.Warning, "", "security_group_id: %s; the rule may be any of these groups'", u.Reason)
		return nil
	}
	id := model.SecurityGroupID(c.id)
	b.standalone(c.id, b.groupDirection().String())
	if g := b.network.SecurityGroups[id]; g != nil {
		return g
	}
	if v := b.network.VPCs[b.vpcOfDefaultGroup(id)]; v != nil {
		g := b.makeDefaultGroup(v, id)
		b.network.SecurityGroups[id] = g
		return g
	}
	g := &model.SecurityGroup{ID: id, Meta: model.Meta{Provenance: b.r.place}}
	g.Account, g.Region = b.scope(b.r)
	g.RulesUnknown = &model.Unknown{Subject: c.id, Attribute: "rules", Reason: "the configuration names this group and does not manage it", Provenance: b.r.place}
	b.problem(model.Warning, "", "security_group_id: %s is not in the configuration; what other rules it has is not known", c.id)
	b.network.SecurityGroups[id] = g
	return g
}

// vpcOfDefaultGroup is the managed VPC whose default group has an ID.
func (b *builder) vpcOfDefaultGroup(id model.SecurityGroupID) model.VPCID {
	for _, v := range model.Sorted(b.network.VPCs) {
		if v.Missing[model.KindSecurityGroup] == nil && b.defaultGroup(v.ID) == id {
			return v.ID
		}
	}
	return ""
}

// makeDefaultGroup is a VPC's own default group (SG-4), under its ID.
func (b *builder) makeDefaultGroup(v *model.VPC, id model.SecurityGroupID) *model.SecurityGroup {
	g := design.DefaultGroup(v)
	for i := range g.Rules {
		if g.Rules[i].Peer.Group == g.ID {
			g.Rules[i].Peer.Group = id
		}
	}
	g.ID = id
	return g
}

// addRule adds a rule. The same one is kept once, from where it is a resource of
// its own.
func addRule(g *model.SecurityGroup, rule model.SecurityGroupRule) {
	i := slices.IndexFunc(g.Rules, func(o model.SecurityGroupRule) bool {
		return rule.Unknown == nil && o.Unknown == nil && ruleKey(&o) == ruleKey(&rule)
	})
	if i < 0 {
		g.Rules = append(g.Rules, rule)
		return
	}
	g.Rules[i] = rule
}

// ruleIdentity is what two writings of one rule have in common.
type ruleIdentity struct {
	direction model.Direction
	traffic   model.Traffic
	prefix    netip.Prefix
	list      model.PrefixListID
	group     model.SecurityGroupID
}

func ruleKey(r *model.SecurityGroupRule) ruleIdentity {
	return ruleIdentity{r.Direction, r.Traffic, r.Peer.Prefix, r.Peer.PrefixList, r.Peer.Group}
}

// readGroupVPC reads the use of a group in another VPC (SG-32). It only decides
// what is valid: where it is open, each that is meant perhaps is taken to be.
func readGroupVPC(b body) {
	group, _ := b.ref("security_group_id", wantGroup, nil)
	vpc, _ := b.ref("vpc_id", wantVPC, nil)
	for _, id := range b.either(group, "security_group_id", wantGroup) {
		g := b.network.SecurityGroups[model.SecurityGroupID(id)]
		if g == nil {
			continue
		}
		for _, other := range b.either(vpc, "vpc_id", wantVPC) {
			addTo(&g.AssociatedVPCs, model.VPCID(other))
		}
		slices.Sort(g.AssociatedVPCs)
	}
}
