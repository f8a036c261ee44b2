package yamlfile

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type securityGroup struct {
	common
	groupName       value[string]
	associated      list[ref]
	ingress, egress list[groupRule]
}

// groupRule is a security group's rule; it stands for one rule of the model for
// each peer.
type groupRule struct {
	placed
	traffic
	from, to        list[peer]
	id, description value[string]
	gap             *gap
	bad             bool // reported already
}

// peer is the other side of a rule.
type peer struct {
	placed
	name       string // a short form: CIDR, address, self, group or prefix list
	cidr       value[netip.Prefix]
	group      ref
	prefixList ref
	account    value[model.AccountID]
	vpc        value[string]
	stale      value[bool]
}

var securityGroupShape = object("a security group", "A stateful set of allow rules at network interfaces.", commonKeys(func(g *securityGroup) *common { return &g.common }), []field[securityGroup]{
	key("group_name", text, func(g *securityGroup) *value[string] { return &g.groupName }, "the group's name, where it is another than the key"),
	key("associated_vpcs", many(refTo), func(g *securityGroup) *list[ref] { return &g.associated }, "other VPCs that the group may be used in (SG-32)"),
	key("ingress", many(groupRuleShape), func(g *securityGroup) *list[groupRule] { return &g.ingress }, "what may come in; nothing by default (SG-2), and everything from itself in the default group (SG-4)"),
	key("egress", many(groupRuleShape), func(g *securityGroup) *list[groupRule] { return &g.egress }, "what may go out; everything by default (SG-2); [] is nothing"),
})

var groupRuleShape = orText(object("a security group rule", "What the group lets in from, or out to, its peers.",
	trafficKeys(func(r *groupRule) *traffic { return &r.traffic }), []field[groupRule]{
		key("from", many(peerShape), func(r *groupRule) *list[peer] { return &r.from }, "ingress: a CIDR, a security group, a prefix list, self, or a list of them"),
		key("to", many(peerShape), func(r *groupRule) *list[peer] { return &r.to }, "egress: a CIDR, a security group, a prefix list, self, or a list of them"),
		key("id", text, func(r *groupRule) *value[string] { return &r.id }, "the rule's ID"),
		key("description", text, func(r *groupRule) *value[string] { return &r.description }, "the rule's description"),
		key("unknown", gapDetailRef, func(r *groupRule) **gap { return &r.gap }, "why something of the rule is open"),
	}), `^\s*\S+(\s+\S+)?\s+(from|to)\s+\S+`, "tcp 443 from 0.0.0.0/0", parseGroupRule)

var peerShape = orText(object("a peer", "The other side of a security group rule.", []field[peer]{
	key("cidr", cidr, func(p *peer) *value[netip.Prefix] { return &p.cidr }, "a CIDR or an address"),
	key("security_group", refTo, func(p *peer) *ref { return &p.group }, "a security group"),
	key("prefix_list", refTo, func(p *peer) *ref { return &p.prefixList }, "a prefix list"),
	key("account", account, func(p *peer) *value[model.AccountID] { return &p.account }, "the account of a security group that is not this one's"),
	key("vpc", text, func(p *peer) *value[string] { return &p.vpc }, "the VPC of a security group that is not this one's"),
	key("stale", yesNo, func(p *peer) *value[bool] { return &p.stale }, "whether the security group is gone, so that the rule matches nothing (SG-21)"),
}), `^.+$`, "a CIDR, an address, a security group, a prefix list, or self", func(d *decoder, at model.Provenance, s string, into *peer) {
	into.name = s
	if looksLikeAddress(s) {
		p, err := parseCIDR(s)
		if err != nil {
			summary, detail, _ := strings.Cut(err.Error(), "\n")
			d.errorf(at, detail, "%s", summary)
		}
		into.name, into.cidr = "", value[netip.Prefix]{v: p, set: err == nil, at: at}
	}
})

// looksLikeAddress tells an address or CIDR from a name, so that a mistyped one
// is reported as such.
func looksLikeAddress(s string) bool {
	host, _, slash := strings.Cut(s, "/")
	return s != "" && strings.Trim(host, "0123456789.") == "" && strings.Contains(host, ".") ||
		strings.Contains(host, ":") && strings.Trim(host, "0123456789abcdefABCDEF:.") == "" ||
		slash && strings.Trim(host, "0123456789.") == ""
}

// parseGroupRule reads the short form: PROTOCOL [PORTS] from|to PEER[, PEER…].
func parseGroupRule(d *decoder, at model.Provenance, s string, r *groupRule) {
	const form = "the short form is: tcp 443 from 0.0.0.0/0"
	r.bad = true
	words := strings.Fields(s)
	if len(words) < 3 {
		d.errorf(at, form, "%s is no security group rule", quote(s))
		return
	}
	rest, ok := r.traffic.parse(d, at, form, words)
	if !ok {
		return
	}
	if len(rest) < 2 || rest[0] != "from" && rest[0] != "to" {
		d.errorf(at, form, "after protocol and ports come from (ingress) or to (egress) and the peers, not %s", quote(strings.Join(rest, " ")))
		return
	}
	peers := list[peer]{set: true, at: at}
	for name := range strings.SplitSeq(strings.Join(rest[1:], " "), ",") {
		name = strings.TrimSpace(name)
		if name == "unknown" {
			peers.gap = &gap{placed: placed{at}}
			continue
		}
		if name == "" || strings.Contains(name, " ") {
			d.errorf(at, form, "peers are separated by commas: %s", quote(strings.Join(rest[1:], " ")))
			return
		}
		p := peer{placed: placed{at}}
		before := d.found()
		peerShape.read(d, scalarNode(name, at), &p)
		if d.found() > before {
			return
		}
		peers.items = append(peers.items, p)
	}
	if rest[0] == "from" {
		r.from = peers
	} else {
		r.to = peers
	}
	r.bad = false
}

func (b *builder) buildSecurityGroup(s *scope, e *entry[securityGroup]) {
	f := &e.v
	id := model.SecurityGroupID(b.idOf(model.KindSecurityGroup, s, e.key))
	m := &model.SecurityGroup{ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id, GroupName: f.groupName.or(e.key)}
	for _, v := range b.ids(model.KindVPC, nil, &f.associated) {
		m.AssociatedVPCs = append(m.AssociatedVPCs, model.VPCID(v))
	}
	if f.ingress.gap != nil {
		m.RulesUnknown = f.ingress.gap.unknown(string(id), "rules")
	}
	if f.egress.gap != nil {
		m.RulesUnknown = f.egress.gap.unknown(string(id), "rules")
	}
	if !f.ingress.set && m.GroupName == "default" && !s.file.asWritten.or(false) {
		m.Rules = append(m.Rules, selfRule(id))
	}
	for i := range f.ingress.items {
		m.Rules = append(m.Rules, b.groupRules(s, id, model.Ingress, &f.ingress.items[i])...)
	}
	if !f.egress.set && !s.file.asWritten.or(false) {
		m.Rules = append(m.Rules, defaultEgress(s.hasIPv6())...)
	}
	for i := range f.egress.items {
		m.Rules = append(m.Rules, b.groupRules(s, id, model.Egress, &f.egress.items[i])...)
	}
	b.n.SecurityGroups[id] = m
}

// selfRule is the ingress rule of a default group (SG-4).
func selfRule(id model.SecurityGroupID) model.SecurityGroupRule {
	return model.SecurityGroupRule{Direction: model.Ingress, Traffic: model.AllTraffic, Peer: model.Peer{Group: id}}
}

// defaultEgress are the egress rules of a group that nobody edited (SG-2, SG-4).
func defaultEgress(ipv6 bool) []model.SecurityGroupRule {
	rules := []model.SecurityGroupRule{{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyIPv4}}}
	if ipv6 {
		rules = append(rules, model.SecurityGroupRule{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyIPv6}})
	}
	return rules
}

// groupRules makes the model's rules of a written one.
func (b *builder) groupRules(s *scope, group model.SecurityGroupID, dir model.Direction, r *groupRule) []model.SecurityGroupRule {
	if r.bad {
		return nil
	}
	peers, wrong := &r.from, &r.to
	if dir == model.Egress {
		peers, wrong = wrong, peers
	}
	word := peerWord(dir)
	if wrong.set {
		b.d.errorf(wrong.at, "an "+dir.String()+" rule says "+word, "%q in an %s rule", peerWord(1-dir), dir)
		return nil
	}
	base := model.SecurityGroupRule{ID: r.id.or(""), Direction: dir, Description: r.description.or(""), Provenance: r.at}
	var ok bool
	base.Traffic, ok = r.traffic.model(b.d, r.at, "SG-7", r.gap != nil)
	base.Unknown = firstGap(string(group), pick{r.gap, "rule"}, r.traffic.open())
	if !peers.set && r.gap == nil {
		b.d.errorf(r.at, word+": a CIDR, a security group, a prefix list, or self", "a security group rule lacks its peer")
		return nil
	}
	if !ok {
		return nil
	}
	var out []model.SecurityGroupRule
	for i := range peers.items {
		if p, ok := b.peer(s, group, &peers.items[i]); ok {
			rule := base
			rule.Peer = p
			out = append(out, rule)
		}
	}
	if peers.gap != nil || !peers.set {
		rule := base
		if rule.Unknown == nil {
			rule.Unknown = peers.gap.unknown(string(group), word)
		}
		out = append(out, rule)
	}
	return out
}

func (b *builder) peer(s *scope, group model.SecurityGroupID, p *peer) (model.Peer, bool) {
	told := 0
	for _, set := range []bool{p.name != "", p.cidr.set, p.group.isSet(), p.prefixList.isSet()} {
		if set {
			told++
		}
	}
	m := model.Peer{GroupAccount: p.account.or(""), Stale: p.stale.or(false)}
	if p.vpc.set {
		m.GroupVPC = model.VPCID(p.vpc.v)
		if found := b.names.find(nil, p.vpc.v, model.KindVPC); len(found) == 1 {
			m.GroupVPC = model.VPCID(found[0].id)
		}
	}
	switch {
	case told == 0:
		return m, false // reported when it was read
	case told > 1:
		b.d.errorf(p.at, "name one of cidr, security_group and prefix_list", "a peer is one thing")
		return m, false
	case p.cidr.set:
		m.Prefix = p.cidr.v
	case p.name == "self":
		m.Group = group
	case p.name != "":
		r := ref{placed: p.placed, name: p.name}
		x := b.resolve(s, &r, "security group or prefix list", model.KindSecurityGroup, model.KindPrefixList)
		switch {
		case x == nil:
			return m, false
		case x.kind == model.KindPrefixList:
			m.PrefixList = model.PrefixListID(x.id)
		default:
			m.Group = model.SecurityGroupID(x.id)
		}
	case p.group.isSet():
		m.Group = model.SecurityGroupID(b.groupOrLost(s, p))
	default:
		m.PrefixList = model.PrefixListID(b.id(model.KindPrefixList, s, &p.prefixList))
	}
	return m, m.Group != "" || m.PrefixList != "" || m.Prefix.IsValid()
}

// groupOrLost is the ID of a peer's group; one that is gone, or of another
// account, is taken by its word.
func (b *builder) groupOrLost(s *scope, p *peer) string {
	if (p.stale.or(false) || p.account.set) && len(b.names.find(s, p.group.name, model.KindSecurityGroup)) == 0 && !p.group.id.set {
		return p.group.name
	}
	return b.id(model.KindSecurityGroup, s, &p.group)
}

// groupsOr gives the groups of an interface: those that are named, or the VPC's
// default group (SG-4).
func (b *builder) groupsOr(s *scope, l *list[ref]) []model.SecurityGroupID {
	var out []model.SecurityGroupID
	if !l.set && !s.lacks(model.KindSecurityGroup) {
		return append(out, s.defaultGroup)
	}
	for _, id := range b.ids(model.KindSecurityGroup, s, l) {
		if g := model.SecurityGroupID(id); !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}
