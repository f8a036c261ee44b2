package model

import (
	"net/netip"
	"slices"
)

// subnetRange: a block lies in one of the VPC's, overlaps no other subnet's, and
// is from /16 to /28 where it is IPv4 (SUB-2).
func (v *validator) subnetRange() {
	for _, sn := range Sorted(v.Subnets) {
		vpc := v.VPCs[sn.VPC]
		for _, c := range sn.CIDRs {
			if c.Addr().Is4() && (c.Bits() < 16 || c.Bits() > 28) {
				v.refuse(string(sn.ID), sn.Provenance, "A subnet's IPv4 CIDR is from /16 to /28.", "subnet %s: %s is a /%d", sn.ID, c, c.Bits())
			}
			// A VPC that is only named, or whose blocks of this family are known
			// only after apply, cannot refute the subnet.
			if vpc != nil && slices.ContainsFunc(vpc.CIDRs, sameFamily(c)) &&
				!slices.ContainsFunc(vpc.CIDRs, func(of netip.Prefix) bool { return covers(of, c) }) {
				v.refuse(string(sn.ID), sn.Provenance, "", "subnet %s: %s lies in no block of VPC %s", sn.ID, c, sn.VPC)
			}
		}
	}
	for _, subnets := range v.subnetsOf {
		v.overlaps(subnets)
	}
}

func sameFamily(p netip.Prefix) func(netip.Prefix) bool {
	return func(q netip.Prefix) bool { return p.Addr().Is4() == q.Addr().Is4() }
}

// overlaps compares each block with the nearest ones that begin before it and
// hold its beginning, which CIDRs, being nested or apart, allow.
func (v *validator) overlaps(subnets []*Subnet) {
	type block struct {
		cidr   netip.Prefix
		subnet *Subnet
	}
	var blocks, open []block
	for _, sn := range subnets {
		for _, c := range sn.CIDRs {
			blocks = append(blocks, block{c, sn})
		}
	}
	slices.SortStableFunc(blocks, func(a, b block) int { return a.cidr.Compare(b.cidr) })
	for _, b := range blocks {
		for len(open) > 0 && !open[len(open)-1].cidr.Overlaps(b.cidr) {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			outer := open[len(open)-1]
			v.refuse(string(b.subnet.ID), b.subnet.Provenance, "", "subnet %s: %s overlaps %s of subnet %s", b.subnet.ID, b.cidr, outer.cidr, outer.subnet.ID)
		}
		open = append(open, b)
	}
}

// subnetIPv6: SUB-5.
func (v *validator) subnetIPv6() {
	for _, sn := range Sorted(v.Subnets) {
		for _, c := range sn.CIDRs {
			if c.Addr().Is6() && (c.Bits() < 44 || c.Bits() > 64 || c.Bits()%4 != 0) {
				v.refuse(string(sn.ID), sn.Provenance, "A subnet's IPv6 CIDR is from /44 to /64 in steps of 4.", "subnet %s: %s is a /%d", sn.ID, c, c.Bits())
			}
		}
	}
}

// subnetOneIPv4: a subnet has one IPv4 block at most (SUB-6).
func (v *validator) subnetOneIPv4() {
	for _, sn := range Sorted(v.Subnets) {
		v4 := slices.DeleteFunc(slices.Clone(sn.CIDRs), func(c netip.Prefix) bool { return c.Addr().Is6() })
		if len(v4) > 1 {
			v.refuse(string(sn.ID), sn.Provenance, "Make a subnet of each.", "subnet %s has %d IPv4 blocks", sn.ID, len(v4))
		}
	}
}

// subnetRouteTable: a VPC has one main table and a subnet one of its own VPC
// (SUB-7).
func (v *validator) subnetRouteTable() {
	for _, sn := range Sorted(v.Subnets) {
		if rt := v.RouteTables[sn.RouteTable]; rt != nil && rt.VPC != sn.VPC {
			v.refuse(string(sn.ID), sn.Provenance, "", "subnet %s of VPC %s is associated with route table %s of VPC %s", sn.ID, sn.VPC, rt.ID, rt.VPC)
		}
	}
	for vpc, tables := range v.mainTables {
		for _, rt := range tables[1:] {
			v.refuse(string(rt.ID), rt.Provenance, "", "route table %s is a second main table of VPC %s beside %s", rt.ID, vpc, tables[0].ID)
		}
	}
}

// subnetNetworkACL: the same of network ACLs (SUB-8).
func (v *validator) subnetNetworkACL() {
	for _, sn := range Sorted(v.Subnets) {
		if acl := v.NetworkACLs[sn.NetworkACL]; acl != nil && acl.VPC != sn.VPC {
			v.refuse(string(sn.ID), sn.Provenance, "", "subnet %s of VPC %s is associated with network ACL %s of VPC %s", sn.ID, sn.VPC, acl.ID, acl.VPC)
		}
	}
	for vpc, acls := range v.defaultACLs {
		for _, acl := range acls[1:] {
			v.refuse(string(acl.ID), acl.Provenance, "", "network ACL %s is a second default network ACL of VPC %s beside %s", acl.ID, vpc, acls[0].ID)
		}
	}
}

// subnetAssignsIPv6: SUB-11 has nothing to assign from without an IPv6 block.
func (v *validator) subnetAssignsIPv6() {
	for _, sn := range Sorted(v.Subnets) {
		if sn.AssignIPv6AddressOnCreation && sn.CIDRsUnknown == nil &&
			!slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool { return c.Addr().Is6() }) {
			v.warn(string(sn.ID), sn.Provenance, "Give the subnet an IPv6 CIDR, or turn the assignment off.", "subnet %s assigns IPv6 addresses and has no IPv6 block", sn.ID)
		}
	}
}
