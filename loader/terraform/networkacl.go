package terraform

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// readNetworkACL reads a network ACL with its inline rules and associations. One
// without rules denies everything (NACL-2).
func readNetworkACL(b body) {
	a := &model.NetworkACL{ID: model.NetworkACLID(b.r.id()), Meta: b.meta(), VPC: b.vpc("vpc_id")}
	b.network.NetworkACLs[a.ID] = a
	b.aclContents(a)
}

// readDefaultNetworkACL reads the adoption of a VPC's default network ACL, which
// takes away all rules that are not written. Subnets of no other network ACL use
// it (SUB-8), those that it lists and all others.
func readDefaultNetworkACL(b body) {
	a := &model.NetworkACL{ID: model.NetworkACLID(b.r.id()), Meta: b.meta(), IsDefault: true}
	for vpc, id := range b.adoptedACLs {
		if id == a.ID {
			a.VPC = vpc
		}
	}
	b.network.NetworkACLs[a.ID] = a
	b.aclContents(a)
}

func (b body) aclContents(a *model.NetworkACL) {
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		name := dir.String()
		b.note(string(a.ID), name)
		blocks, u := b.blocks(name)
		a.RulesUnknown = cmp.Or(a.RulesUnknown, u)
		for _, x := range blocks {
			rule := x.aclRule(dir, "rule_no", "action")
			if !b.superseded(name, string(a.ID), dir, rule.Number) {
				addACLRule(a, rule)
			}
		}
	}
	subnets, u := b.refs("subnet_ids", wantSubnet)
	for _, c := range subnets {
		if !b.superseded("subnet_ids", string(a.ID), c.id) {
			b.associateACL(model.SubnetID(c.id), a)
		}
	}
	if u != nil {
		b.anyACL("subnet_ids", u)
	}
}

// aclRule reads a rule, whose attributes have other names inline than as a
// resource of its own.
func (b body) aclRule(dir model.Direction, number, action string) model.NetworkACLRule {
	rule := model.NetworkACLRule{Direction: dir, Provenance: b.r.place}
	rule.Number, _ = b.integer(number)
	rule.Traffic, rule.Unknown = b.traffic("protocol", "from_port", "to_port", "icmp_type", "icmp_code")
	switch word := strings.ToLower(b.str(action)); word {
	case "allow":
		rule.Action = model.Allow
	case "deny":
	default:
		if b.open(action) == nil {
			b.problem(model.Error, "NACL-7", "%s%s: %q is neither allow nor deny", b.path, action, word)
		}
		rule.Unknown = firstOpen(rule.Unknown, b.open(action), b.unreadable(action))
	}
	for _, name := range []string{"cidr_block", "ipv6_cidr_block"} {
		rule.Unknown = firstOpen(rule.Unknown, b.open(name))
		if p := b.prefix(name); p.IsValid() {
			rule.Prefix = p
		}
	}
	if rule.Unknown != nil {
		if rule.Unknown.Attribute == b.path+"cidr_block" || rule.Unknown.Attribute == b.path+"ipv6_cidr_block" {
			rule.Prefix = netip.Prefix{}
		}
	} else if !rule.Prefix.IsValid() {
		rule.Unknown = b.unreadable("cidr_block")
	}
	return rule
}

// addACLRule adds a rule; a number has one rule in each direction, and the
// later writing of it counts.
func addACLRule(a *model.NetworkACL, rule model.NetworkACLRule) {
	i := slices.IndexFunc(a.Rules, func(o model.NetworkACLRule) bool { return o.Number == rule.Number && o.Direction == rule.Direction })
	if i < 0 || a.Rules[i].Prefix != rule.Prefix || a.Rules[i].Action != rule.Action || a.Rules[i].Traffic != rule.Traffic {
		a.Rules = append(a.Rules, rule)
		return
	}
	a.Rules[i] = rule
}

// readNetworkACLRule reads a rule that is a resource of its own.
func readNetworkACLRule(b body) {
	c, u := b.ref("network_acl_id", wantACL, nil)
	if u != nil {
		for _, other := range b.candidates("network_acl_id", wantACL).found {
			if a := b.network.NetworkACLs[model.NetworkACLID(other.id)]; a != nil {
				a.RulesUnknown = cmp.Or(a.RulesUnknown, u)
			}
		}
		b.problem(model.Warning, "", "network_acl_id: %s; the rule may be any of these network ACLs'", u.Reason)
		return
	}
	a := b.network.NetworkACLs[model.NetworkACLID(c.id)]
	if a == nil {
		a = &model.NetworkACL{ID: model.NetworkACLID(c.id), Meta: model.Meta{Provenance: b.r.place},
			RulesUnknown: &model.Unknown{Subject: c.id, Attribute: "rules",
				Reason: "the configuration names this network ACL and does not manage it", Provenance: b.r.place}}
		b.network.NetworkACLs[a.ID] = a
	}
	rule := b.aclRule(direction(b.boolean("egress")), "rule_number", "rule_action")
	b.standalone(c.id, rule.Direction.String())
	rule.Unknown = firstOpen(rule.Unknown, b.open("egress"))
	addACLRule(a, rule)
}

// readNetworkACLAssociation reads an association that is a resource of its own.
func readNetworkACLAssociation(b body) {
	c, u := b.ref("network_acl_id", wantACL, nil)
	s, v := b.ref("subnet_id", wantSubnet, nil)
	if u = firstOpen(u, v); u != nil {
		if subnet := b.network.Subnets[model.SubnetID(s.id)]; subnet != nil {
			subnet.NetworkACLUnknown = u
		} else {
			b.anyACL("subnet_id", u)
		}
		return
	}
	if a := b.network.NetworkACLs[model.NetworkACLID(c.id)]; a != nil {
		b.associateACL(model.SubnetID(s.id), a)
	} else if subnet := b.network.Subnets[model.SubnetID(s.id)]; subnet != nil {
		subnet.NetworkACL = model.NetworkACLID(c.id)
	}
}

func (b body) associateACL(id model.SubnetID, a *model.NetworkACL) {
	s := b.network.Subnets[id]
	if s == nil {
		return
	}
	if s.NetworkACL != "" && s.NetworkACL != a.ID {
		reason := string(s.NetworkACL) + " and " + string(a.ID) + " are both associated with it"
		b.problem(model.Warning, "SUB-8", "%s: %s", s.ID, reason)
		s.NetworkACLUnknown = &model.Unknown{Subject: string(s.ID), Attribute: "network_acl_id", Reason: reason, Provenance: b.r.place}
		return
	}
	s.NetworkACL = a.ID
}

// anyACL says of every subnet that an open attribute may mean that its network
// ACL is open.
func (b body) anyACL(name string, u *model.Unknown) {
	found := b.candidates(name, wantSubnet).found
	for _, s := range model.Sorted(b.network.Subnets) {
		if len(found) == 0 || slices.ContainsFunc(found, func(c candidate) bool { return c.id == string(s.ID) }) {
			s.NetworkACLUnknown = cmp.Or(s.NetworkACLUnknown, u)
		}
	}
}

// makeDefaultACL makes the network ACL that a VPC comes with (NACL-3) under a
// real ID.
func (b *builder) makeDefaultACL(v *model.VPC, id model.NetworkACLID) {
	if b.network.NetworkACLs[id] == nil && awsID.MatchString(string(id)) {
		a := design.DefaultACL(v)
		a.ID = id
		b.network.NetworkACLs[id] = a
	}
}
