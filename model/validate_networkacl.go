package model

import "fmt"

func (v *validator) eachNetworkACLRule(visit func(acl *NetworkACL, r *NetworkACLRule, at Provenance)) {
	for _, acl := range Sorted(v.NetworkACLs) {
		for i := range acl.Rules {
			r := &acl.Rules[i]
			visit(acl, r, r.Provenance.or(acl.Provenance))
		}
	}
}

// networkACLNumbers: a rule's number is from 1 to 32766 and its own within a
// direction, whatever the family (NACL-1, NACL-14).
func (v *validator) networkACLNumbers() {
	type place struct {
		acl       NetworkACLID
		direction Direction
		number    int
	}
	seen := map[place]bool{}
	v.eachNetworkACLRule(func(acl *NetworkACL, r *NetworkACLRule, at Provenance) {
		if r.Number < 1 || r.Number > 32766 {
			v.refuse(string(acl.ID), at, "", "network ACL %s: rule number %d is not between 1 and 32766", acl.ID, r.Number)
		}
		p := place{acl.ID, r.Direction, r.Number}
		if seen[p] {
			v.refuse(string(acl.ID), at, "Give each rule a number of its own.", "network ACL %s has another %s rule %d", acl.ID, r.Direction, r.Number)
		}
		seen[p] = true
	})
}

// networkACLFields: a rule has a CIDR, and ports that make a range (NACL-7).
func (v *validator) networkACLFields() {
	v.eachNetworkACLRule(func(acl *NetworkACL, r *NetworkACLRule, at Provenance) {
		if !r.Prefix.IsValid() && r.Unknown == nil {
			v.refuse(string(acl.ID), at, "", "network ACL %s: %s has no CIDR", acl.ID, r.label())
		}
		if fault := trafficFault(r.Traffic); fault != "" && !r.Traffic.Protocol.IsICMP() {
			v.refuse(string(acl.ID), at, "", "network ACL %s: %s: %s", acl.ID, r.label(), fault)
		}
	})
}

func (r *NetworkACLRule) label() string { return fmt.Sprintf("%s rule %d", r.Direction, r.Number) }

// networkACLICMP: NACL-9.
func (v *validator) networkACLICMP() {
	v.eachNetworkACLRule(func(acl *NetworkACL, r *NetworkACLRule, at Provenance) {
		if fault := trafficFault(r.Traffic); fault != "" && r.Traffic.Protocol.IsICMP() {
			v.refuse(string(acl.ID), at, "", "network ACL %s: %s: %s", acl.ID, r.label(), fault)
		}
	})
}

// networkACLQuotas: NACL-17.
func (v *validator) networkACLQuotas() {
	const rules, acls = 20, 200
	count := map[VPCID]int{}
	for _, acl := range Sorted(v.NetworkACLs) {
		count[acl.VPC]++
		var n [2]int
		for _, r := range acl.Rules {
			n[r.Direction]++
		}
		for d, n := range n {
			if n > rules {
				v.warn(string(acl.ID), acl.Provenance, "The quota can be raised to 40.", "network ACL %s has %d %s rules; the default quota is %d", acl.ID, n, Direction(d), rules)
			}
		}
	}
	for vpc, n := range count {
		if n > acls && vpc != "" {
			var at Provenance
			if given := v.VPCs[vpc]; given != nil {
				at = given.Provenance
			}
			v.warn(string(vpc), at, "The quota can be raised.", "VPC %s has %d network ACLs; the default quota is %d", vpc, n, acls)
		}
	}
}
