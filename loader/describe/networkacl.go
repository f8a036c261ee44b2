package describe

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

type networkACL struct {
	model.NetworkACL
	subnets []association
}

// lastNumber is the highest number that a rule may have (NACL-1). Those above
// are the rules "*" of either family, which are always there (NACL-2).
const lastNumber = 32766

// readNetworkACL reads an element of NetworkAcls.
func readNetworkACL(r *reader) {
	m := r.begin()
	var acl networkACL
	entries := false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "NetworkAclId":
			acl.ID = model.NetworkACLID(r.str())
		case "VpcId":
			acl.VPC = model.VPCID(r.str())
		case "IsDefault":
			acl.IsDefault = r.boolean()
		case "Entries":
			entries = r.dec.PeekKind() == '['
			for ok := r.array(); ok && r.element(); {
				if rule, ok := readNetworkACLRule(r); ok {
					acl.Rules = append(acl.Rules, rule)
				}
			}
		case "Associations":
			for ok := r.array(); ok && r.element(); {
				a := association{place: r.here(), settled: true}
				if a.subnet = model.SubnetID(r.inner("SubnetId")); a.subnet != "" {
					acl.subnets = append(acl.subnets, a)
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(acl.ID))
	if !ok {
		return
	}
	acl.Meta = meta
	if !entries {
		acl.RulesUnknown = &model.Unknown{Subject: string(acl.ID), Attribute: "Entries", Reason: "the snapshot gives none", Provenance: acl.Provenance}
	}
	for i := range acl.Rules {
		if u := acl.Rules[i].Unknown; u != nil {
			u.Subject = string(acl.ID)
		}
	}
	r.networkACLs = append(r.networkACLs, &acl)
}

// readNetworkACLRule reads one entry; false for a rule "*". What of it cannot be
// read makes it an unknown rule.
func readNetworkACLRule(r *reader) (model.NetworkACLRule, bool) {
	rule := model.NetworkACLRule{Provenance: r.here()}
	mark := len(r.list)
	var number, from, to, icmpType, icmpCode number
	var protocol, action string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "RuleNumber":
			number = r.integer()
		case "Egress":
			if r.boolean() {
				rule.Direction = model.Egress
			}
		case "RuleAction":
			action = r.str()
		case "Protocol":
			protocol = r.str()
		case "CidrBlock", "Ipv6CidrBlock":
			if p := r.prefix(); p.IsValid() {
				rule.Prefix = p
			}
		case "PortRange":
			from, to = r.pair("From", "To")
		case "IcmpTypeCode":
			icmpType, icmpCode = r.pair("Type", "Code")
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return rule, false
	}
	if number.given && number.n > lastNumber && action != "allow" {
		return rule, false
	}

	var open string
	rule.Number = number.n
	rule.Traffic, open = r.traffic(protocol, from, to, icmpType, icmpCode, rule.Provenance, "NACL-8")
	if rule.Traffic.Protocol == model.ICMPv6 && rule.Prefix.IsValid() && rule.Prefix.Addr().Is4() {
		rule.Traffic.ICMP = model.AnyICMP // NACL-9
	}
	switch action {
	case "allow":
		rule.Action = model.Allow
	case "deny":
	default:
		open = fmt.Sprintf("RuleAction is %q", action)
	}
	if !rule.Prefix.IsValid() {
		open = "its CIDR block cannot be read"
	}
	if !number.given || number.n < 1 || number.n > lastNumber {
		r.report(model.Diagnostic{Severity: model.Error, Rule: "NACL-1", Provenance: rule.Provenance,
			Summary: fmt.Sprintf("a network ACL rule without a number from 1 to %d", lastNumber)})
		open = "its number cannot be read"
	}
	if open != "" {
		rule.Unknown = &model.Unknown{Attribute: "Entries", Reason: fmt.Sprintf("%s rule %d: %s", rule.Direction, rule.Number, open), Provenance: rule.Provenance}
		if len(r.list) == mark {
			r.report(model.Diagnostic{Severity: model.Error, Provenance: rule.Provenance, Summary: rule.Unknown.Reason})
		}
	}
	return rule, true
}

// linkNetworkACLs gives subnets their network ACLs (SUB-8).
func (b *builder) linkNetworkACLs() {
	for _, acl := range model.Sorted(b.networkACLs) {
		b.network.NetworkACLs[acl.ID] = &acl.NetworkACL
		for _, a := range acl.subnets {
			s := b.network.Subnets[a.subnet]
			switch {
			case s == nil:
			case s.NetworkACL != "" && s.NetworkACL != acl.ID:
				s.NetworkACLUnknown = b.contested(string(s.ID), "NetworkAclAssociation", string(s.NetworkACL), string(acl.ID), a.place)
			default:
				s.NetworkACL = acl.ID
			}
		}
	}
}
