package model

import "slices"

// groupTraffic: SG-7, SG-8.
func (v *validator) groupTraffic() {
	v.eachGroupRule(func(g *SecurityGroup, r *SecurityGroupRule, at Provenance) {
		if fault := trafficFault(r.Traffic); fault != "" {
			v.refuse(string(g.ID), at, "", "security group %s: %s", g.ID, fault)
		}
	})
}

func (v *validator) eachGroupRule(visit func(g *SecurityGroup, r *SecurityGroupRule, at Provenance)) {
	for _, g := range Sorted(v.SecurityGroups) {
		for i := range g.Rules {
			r := &g.Rules[i]
			visit(g, r, r.Provenance.or(g.Provenance))
		}
	}
}

// groupPeers: a rule has one peer (SG-10).
func (v *validator) groupPeers() {
	v.eachGroupRule(func(g *SecurityGroup, r *SecurityGroupRule, at Provenance) {
		peers := 0
		for _, set := range []bool{r.Peer.Prefix.IsValid(), r.Peer.PrefixList != "", r.Peer.Group != ""} {
			if set {
				peers++
			}
		}
		switch {
		case peers > 1:
			v.refuse(string(g.ID), at, "Write a rule for each.", "security group %s: an %s rule with %d peers", g.ID, r.Direction, peers)
		case peers == 0 && r.Unknown == nil && !r.Peer.Stale:
			v.refuse(string(g.ID), at, "Name a CIDR, a prefix list or a group.", "security group %s: an %s rule without a peer", g.ID, r.Direction)
		}
	})
}

// groupAssociations: a group serves another VPC by an association, which default
// groups and default VPCs cannot have (SG-32). An interface whose group is of
// another VPC is only warned of: most snapshots lack the associations.
func (v *validator) groupAssociations() {
	for _, g := range Sorted(v.SecurityGroups) {
		for _, id := range g.AssociatedVPCs {
			vpc, own := v.VPCs[id], v.VPCs[g.VPC]
			if id == g.VPC || vpc == nil {
				continue
			}
			switch {
			case g.GroupName == "default":
				v.refuse(string(g.ID), g.Provenance, "", "security group %s is the default group of VPC %s and cannot be associated with VPC %s", g.ID, g.VPC, id)
			case vpc.IsDefault:
				v.refuse(string(g.ID), g.Provenance, "", "security group %s cannot be associated with the default VPC %s", g.ID, id)
			case own != nil && own.Region != "" && vpc.Region != "" && own.Region != vpc.Region:
				v.refuse(string(g.ID), g.Provenance, "", "security group %s of Region %s cannot be associated with VPC %s of Region %s", g.ID, own.Region, id, vpc.Region)
			}
		}
	}
	for _, i := range Sorted(v.Interfaces) {
		for _, id := range i.Groups {
			if g := v.SecurityGroups[id]; g != nil && i.VPC != "" && g.VPC != "" && g.VPC != i.VPC && !slices.Contains(g.AssociatedVPCs, i.VPC) {
				v.warn(string(i.ID), i.Provenance, "It needs a security group VPC association.", "interface %s of VPC %s has security group %s of VPC %s", i.ID, i.VPC, id, g.VPC)
			}
		}
	}
}

// groupQuotas: SG-36. References count in both families, prefix lists as many
// times as their entries.
func (v *validator) groupQuotas() {
	const rules, groups, most = 60, 5, 16
	for _, g := range Sorted(v.SecurityGroups) {
		var count [2][2]int // by direction, family
		for _, r := range g.Rules {
			weight, families := 1, []int{0, 1}
			switch {
			case r.Peer.Prefix.IsValid() && r.Peer.Prefix.Addr().Is4():
				families = []int{0}
			case r.Peer.Prefix.IsValid():
				families = []int{1}
			case r.Peer.PrefixList != "":
				if p := v.PrefixLists[r.Peer.PrefixList]; p != nil {
					families = []int{map[bool]int{false: 0, true: 1}[p.IPv6]}
					weight = max(p.MaxEntries, len(p.Entries), 1)
					if p.isAWSManaged() {
						weight = 1 // AWS's weight, which the design does not tell, is 1 at least
					}
				}
			}
			for _, f := range families {
				count[r.Direction][f] += weight
			}
		}
		for d, families := range count {
			for f, n := range families {
				if n > rules {
					v.warn(string(g.ID), g.Provenance, "The quota can be raised.", "security group %s has %d %s rules for %s; the default quota is %d",
						g.ID, n, Direction(d), [...]string{"IPv4", "IPv6"}[f], rules)
				}
			}
		}
	}
	for _, i := range Sorted(v.Interfaces) {
		switch n := len(i.Groups); {
		case n > most:
			v.refuse(string(i.ID), i.Provenance, "", "interface %s has %d security groups; %d is the most", i.ID, n, most)
		case n > groups:
			v.warn(string(i.ID), i.Provenance, "The quota can be raised to 16.", "interface %s has %d security groups; the default quota is %d", i.ID, n, groups)
		}
	}
}
