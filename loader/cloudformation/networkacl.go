package cloudformation

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readNetworkACL(r *resource) {
	id := model.NetworkACLID(r.id)
	b.network.NetworkACLs[id] = &model.NetworkACL{ID: id, Meta: b.meta(r), VPC: b.vpc(r, "VpcId", r.get("VpcId"))}
}

// acl gives the network ACL that a property names, be it the default one of a VPC;
// nil, and a warning, for one that no template has.
func (b *builder) acl(r *resource, i identity) *model.NetworkACL {
	id := model.NetworkACLID(i.id)
	if b.network.NetworkACLs[id] == nil && i.resource != nil {
		if v := b.network.VPCs[model.VPCID(i.resource.id)]; v != nil {
			b.network.NetworkACLs[id] = design.DefaultACL(v)
		}
	}
	a := b.network.NetworkACLs[id]
	if a == nil {
		b.elsewhere(r, i)
	}
	return a
}

func (b *builder) readNetworkACLEntry(r *resource) {
	a := b.acl(r, b.identify(r, "NetworkAclId", r.get("NetworkAclId"), model.KindNetworkACL))
	if a == nil {
		return
	}
	rule := model.NetworkACLRule{Provenance: r.at, Unknown: r.doubt()}
	doubt := func(gap *model.Unknown) {
		if rule.Unknown == nil {
			rule.Unknown = gap
		}
	}
	number := b.number(r, "RuleNumber", r.get("RuleNumber"))
	egress, gap := b.flag(r, "Egress", r.get("Egress"), false)
	action, known := r.get("RuleAction").literal()
	switch {
	case number.gap != nil:
		a.RulesUnknown = number.gap // its place in the order decides what it does
		return
	case gap != nil:
		a.RulesUnknown = gap
		return
	case !known && r.get("RuleAction").gap() != nil:
		a.RulesUnknown = r.unknown("RuleAction", r.get("RuleAction").gap(), r.get("RuleAction").at)
		return
	case !number.given || number.n < 1 || number.n > 32766:
		b.report(model.Error, "NACL-1", r, r.at, "RuleNumber: 100", "the number of a network ACL's rule is from 1 to 32766")
		return
	}
	rule.Number = number.n
	if egress {
		rule.Direction = model.Egress
	}
	switch strings.ToLower(action) {
	case "allow":
		rule.Action = model.Allow
	case "deny":
	default:
		b.report(model.Error, "NACL-7", r, r.at, "", "RuleAction is allow or deny, not %s", quote(action))
		return
	}
	rule.Traffic, gap = b.traffic(r, "NACL-8", r.get("Protocol"), r.at,
		portRange{r.get("PortRange.From"), r.get("PortRange.To")}, portRange{r.get("Icmp.Type"), r.get("Icmp.Code")})
	doubt(gap)
	for _, key := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		if v := r.get(key); v.kind != absent && !rule.Prefix.IsValid() {
			rule.Prefix, gap = b.prefix(r, key, v)
			doubt(gap)
		}
	}
	if !rule.Prefix.IsValid() && rule.Unknown == nil {
		b.report(model.Error, "NACL-7", r, r.at, "CidrBlock: 0.0.0.0/0", "%s has neither CidrBlock nor Ipv6CidrBlock", r.name)
		return
	}
	a.Rules = append(a.Rules, rule)
}

// readNetworkACLAssociation gives a subnet its network ACL (SUB-8).
func (b *builder) readNetworkACLAssociation(r *resource) {
	subnet := b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet)
	s := b.subnet(subnet, "")
	i := b.identify(r, "NetworkAclId", r.get("NetworkAclId"), model.KindNetworkACL)
	switch {
	case s == nil && subnet.id != "":
		b.report(model.Warning, "", r, subnet.at, "Give the input that has it as well.", "%s is about %s, which no template has", r.name, subnet.id)
	case s == nil || i.id == "":
	case r.doubt() != nil:
		s.NetworkACLUnknown = r.doubt()
	case subnet.gap != nil:
		s.NetworkACL, s.NetworkACLUnknown = model.NetworkACLID(i.id), i.gap
	case i.gap != nil && b.network.NetworkACLs[model.NetworkACLID(i.id)] == nil:
		s.NetworkACLUnknown = i.gap
	case s.NetworkACL != "" && s.NetworkACL != model.NetworkACLID(i.id):
		b.report(model.Error, "SUB-8", r, r.at, "", "the subnet %s is associated with %s already", s.ID, s.NetworkACL)
	default:
		s.NetworkACL = model.NetworkACLID(i.id)
	}
}
