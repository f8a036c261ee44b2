package cloudformation

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readSecurityGroup(r *resource) {
	g := &model.SecurityGroup{ID: model.SecurityGroupID(r.id), Meta: b.meta(r)}
	g.GroupName = r.get("GroupName").show()
	if v := r.get("VpcId"); v.kind != absent {
		g.VPC = b.vpc(r, "VpcId", v)
	} else {
		g.VPC = b.defaultVPC(r)
	}
	b.network.SecurityGroups[g.ID] = g
	for dir, attribute := range [...]string{model.Ingress: "SecurityGroupIngress", model.Egress: "SecurityGroupEgress"} {
		for _, item := range ruleItems(r.get(attribute)) {
			if item.kind == openValue {
				g.RulesUnknown = r.unknown(attribute, item.gap, item.at)
				continue
			}
			var gap *model.Unknown
			if item.gap != nil {
				gap = r.unknown(attribute, item.gap, item.at)
			}
			rules := b.groupRules(r, g, model.Direction(dir), attribute, item.member, item.at, gap)
			g.Rules = append(g.Rules, rules...)
		}
	}
}

// defaultVPC stands for the default VPC of the stack's account and Region, which
// the templates do not tell.
func (b *builder) defaultVPC(r *resource) model.VPCID {
	id := model.VPCID(r.stack.prefix + "default-vpc")
	if b.network.VPCs[id] == nil {
		v := design.NamedVPC(id, "a resource without a VPC is in the account's default VPC, which the templates do not tell", r.at)
		v.Account, v.Region, v.IsDefault, v.EnableDNSHostnames = r.stack.account, r.stack.region, true, true
		v.Provenance.Address = ""
		b.network.VPCs[id] = v
	}
	return id
}

func (b *builder) readGroupIngress(r *resource) { b.readGroupRule(r, model.Ingress) }
func (b *builder) readGroupEgress(r *resource)  { b.readGroupRule(r, model.Egress) }

// readGroupRule reads a rule that is a resource by itself.
func (b *builder) readGroupRule(r *resource, dir model.Direction) {
	i := b.identify(r, "GroupId", r.get("GroupId"), model.KindSecurityGroup)
	if v := r.get("GroupName"); i.id == "" && v.kind != absent {
		if i = b.identify(r, "GroupName", v, model.KindSecurityGroup); i.resource == nil {
			i.id = b.groupNamed(i.id)
		}
	}
	if i.id == "" {
		b.report(model.Error, "SG-10", r, r.at, "GroupId: !Ref Group", "%s names no security group", r.name)
		return
	}
	id := model.SecurityGroupID(i.id)
	g := b.network.SecurityGroups[id]
	if g == nil && i.resource != nil {
		// The default group of a VPC, which design.Complete would make.
		if v := b.network.VPCs[model.VPCID(i.resource.id)]; v != nil {
			g = design.DefaultGroup(v)
			b.network.SecurityGroups[id] = g
		}
	}
	if g == nil {
		b.elsewhere(r, i)
		return
	}
	gap := r.doubt()
	g.Rules = append(g.Rules, b.groupRules(r, g, dir, "rule", func(key string) value { return r.get(key) }, r.at, gap)...)
	if before, ok := b.ownEgress[id]; dir == model.Egress && (!ok || before != nil) {
		b.ownEgress[id] = gap
	}
}

// groupNamed gives the ID of the group of a name, or the name where there is
// none.
func (b *builder) groupNamed(name string) string {
	for _, g := range model.Sorted(b.network.SecurityGroups) {
		if g.GroupName == name {
			return string(g.ID)
		}
	}
	return name
}

// groupRules reads one rule: of its peers there should be one (SG-10). gap is set
// where it is open whether the rule is there.
func (b *builder) groupRules(r *resource, g *model.SecurityGroup, dir model.Direction, attribute string, get func(string) value, at model.Provenance, gap *model.Unknown) []model.SecurityGroupRule {
	at.Address = r.name
	base := model.SecurityGroupRule{Direction: dir, Provenance: at, Unknown: gap, Description: get("Description").show()}
	var trafficGap *model.Unknown
	base.Traffic, trafficGap = b.traffic(r, "SG-8", get("IpProtocol"), at,
		portRange{get("FromPort"), get("ToPort")}, portRange{get("FromPort"), get("ToPort")})
	if base.Unknown == nil {
		base.Unknown = trafficGap
	}
	side := map[model.Direction]string{model.Ingress: "Source", model.Egress: "Destination"}[dir]
	var out []model.SecurityGroupRule
	add := func(peer model.Peer, gap *model.Unknown) {
		rule := base
		rule.Peer = peer
		if gap != nil {
			rule.Unknown, rule.Peer = gap, model.Peer{}
		}
		out = append(out, rule)
	}
	for _, key := range []string{"CidrIp", "CidrIpv6"} {
		if v := get(key); v.kind != absent {
			p, gap := b.prefix(r, attribute+" "+key, v)
			add(model.Peer{Prefix: p}, gap)
		}
	}
	if v := get(side + "PrefixListId"); v.kind != absent {
		i := b.identify(r, attribute+" "+side+"PrefixListId", v, model.KindPrefixList)
		add(model.Peer{PrefixList: model.PrefixListID(i.id)}, i.gap)
	}
	if v := get(side + "SecurityGroupId"); v.kind != absent {
		i := b.identify(r, attribute+" "+side+"SecurityGroupId", v, model.KindSecurityGroup)
		peer := model.Peer{Group: model.SecurityGroupID(i.id)}
		if owner, ok := get(side + "SecurityGroupOwnerId").literal(); ok && i.outside() {
			peer.GroupAccount = model.AccountID(owner)
		}
		add(peer, i.gap)
	}
	if v := get(side + "SecurityGroupName"); v.kind != absent {
		i := b.identify(r, attribute+" "+side+"SecurityGroupName", v, model.KindSecurityGroup)
		if i.outside() {
			name := i.id
			if i.id = b.groupNamed(name); b.network.SecurityGroups[model.SecurityGroupID(i.id)] == nil {
				i.gap = r.unknown(attribute, &open{reason: "no template has a security group of the name " + name}, v.at)
			}
		}
		add(model.Peer{Group: model.SecurityGroupID(i.id)}, i.gap)
	}
	if len(out) != 1 {
		b.report(model.Error, "SG-10", r, at, "Write one of CidrIp, CidrIpv6, "+side+"PrefixListId and "+side+"SecurityGroupId.", "a rule of %s has %d peers", g.ID, len(out))
	}
	return out
}

var anyPrefixes = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// defaultEgress gives a group that writes no egress rules the ones that AWS makes
// (SG-5). An egress rule that is a resource by itself takes them away, and one
// that is written just like them too, as deployments show.
func (b *builder) defaultEgress() {
	for _, r := range b.byType["AWS::EC2::SecurityGroup"] {
		g := b.network.SecurityGroups[model.SecurityGroupID(r.id)]
		written := len(ruleItems(r.get("SecurityGroupEgress"))) > 0
		gap, own := b.ownEgress[g.ID]
		isDefault := func(rule model.SecurityGroupRule) bool {
			return rule.Direction == model.Egress && rule.Traffic == model.AllTraffic && rule.Unknown == nil && slices.Contains(anyPrefixes, rule.Peer.Prefix)
		}
		switch {
		case !written && (!own || gap != nil):
			v := b.network.VPCs[g.VPC]
			rules := design.DefaultEgress(v == nil || v.Missing[model.KindVPC] != nil || design.HasIPv6(v), model.Provenance{})
			for i := range rules {
				rules[i].Unknown = gap
			}
			g.Rules = append(g.Rules, rules...)
		case written && own && slices.ContainsFunc(g.Rules, isDefault):
			b.report(model.Warning, "SG-5", r, r.at, "Write all egress rules in the group, or none of them.",
				"the group %s allows everything out, and a rule that is a resource by itself takes that away", r.name)
			if gap == nil {
				g.Rules = slices.DeleteFunc(g.Rules, isDefault)
				break
			}
			for i := range g.Rules {
				if isDefault(g.Rules[i]) {
					g.Rules[i].Unknown = gap
				}
			}
		}
	}
}

// readGroupVPC lets a group be used in another VPC (SG-32).
func (b *builder) readGroupVPC(r *resource) {
	g := b.network.SecurityGroups[model.SecurityGroupID(b.identify(r, "GroupId", r.get("GroupId"), model.KindSecurityGroup).id)]
	if g != nil && r.doubt() == nil {
		g.AssociatedVPCs = append(g.AssociatedVPCs, b.vpc(r, "VpcId", r.get("VpcId")))
	}
}

// restrictDefaultGroup makes the group whose rules the CDK's custom resource
// takes away, before others are added.
func (b *builder) restrictDefaultGroup(r *resource) {
	i := b.identify(r, "DefaultSecurityGroupId", r.get("DefaultSecurityGroupId"), model.KindSecurityGroup)
	if i.resource == nil || r.doubt() != nil {
		return
	}
	if v := b.network.VPCs[model.VPCID(i.resource.id)]; v != nil && b.network.SecurityGroups[model.SecurityGroupID(i.id)] == nil {
		g := design.DefaultGroup(v)
		g.Rules = nil
		b.network.SecurityGroups[g.ID] = g
	}
}

// groups reads the groups of an interface. Without any it is in the VPC's default
// group (SG-4); gap says that there may be others.
func (b *builder) groups(r *resource, attribute string, v value, vpc model.VPCID) (ids []model.SecurityGroupID, gap *model.Unknown) {
	list, gap := b.identities(r, attribute, v, model.KindSecurityGroup)
	for _, i := range list {
		if i.gap == nil && !slices.Contains(ids, model.SecurityGroupID(i.id)) {
			ids = append(ids, model.SecurityGroupID(i.id))
		}
	}
	switch {
	case len(list) > 0:
	case vpc != "":
		ids = append(ids, design.DefaultGroupID(vpc))
	default:
		gap = r.unknown(attribute, &open{reason: "it is in the default group of its VPC, which is not known"}, r.at)
	}
	return ids, gap
}
