package model

import (
	"net/netip"
	"slices"
)

// cidrAt is the place of a VPC's i-th block.
func (v *validator) cidrAt(vpc *VPC, i int) Provenance {
	if i < len(vpc.CIDRProvenance) {
		return vpc.CIDRProvenance[i].or(vpc.Provenance)
	}
	return vpc.Provenance
}

// vpcHasIPv4: every VPC has a primary IPv4 block (VPC-1). A VPC without any
// block, or that is only named, is one whose blocks are not told.
func (v *validator) vpcHasIPv4() {
	for _, vpc := range Sorted(v.VPCs) {
		if len(vpc.CIDRs) > 0 && vpc.Missing == nil && !vpc.PrimaryCIDR().IsValid() {
			v.refuse(string(vpc.ID), v.cidrAt(vpc, 0), "Give it an IPv4 CIDR from /16 to /28 first.", "VPC %s has IPv6 blocks only", vpc.ID)
		}
	}
}

// vpcSize: VPC-2.
func (v *validator) vpcSize() {
	for _, vpc := range Sorted(v.VPCs) {
		for i, c := range vpc.CIDRs {
			if c.Addr().Is4() && (c.Bits() < 16 || c.Bits() > 28) {
				v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "A VPC's IPv4 CIDR is from /16 to /28.", "VPC %s: %s is a /%d", vpc.ID, c, c.Bits())
			}
		}
	}
}

var vpcForbiddenRanges = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/4"),
}

// vpcForbidden: VPC-3.
func (v *validator) vpcForbidden() {
	for _, vpc := range Sorted(v.VPCs) {
		for i, c := range vpc.CIDRs {
			if j := slices.IndexFunc(vpcForbiddenRanges, c.Overlaps); j >= 0 {
				v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "Take a range of RFC 1918, 100.64.0.0/10 or public addresses.",
					"VPC %s: %s lies in %s, which no VPC may use", vpc.ID, c, vpcForbiddenRanges[j])
			}
		}
	}
}

// vpcSecondary: an additional block overlaps none of the VPC's, nor holds the
// destination of a route that could not stand beside it (VPC-6). Routes that may
// be more specific than a local route (RT-16) or replace it (RT-17) can have come
// after the block, and propagated ones come by themselves.
func (v *validator) vpcSecondary() {
	for _, vpc := range Sorted(v.VPCs) {
		for i, c := range vpc.CIDRs {
			if c == vpc.PrimaryCIDR() {
				continue
			}
			for _, before := range vpc.CIDRs[:i] {
				if c.Overlaps(before) {
					v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "", "VPC %s: %s overlaps its block %s", vpc.ID, c, before)
				}
			}
			if c.Addr().Is6() {
				continue
			}
			for _, rt := range v.tablesIn[vpc.ID] {
				for _, r := range rt.Routes {
					if r.Origin == CreateRoute && r.Unknown == nil && r.Prefix.IsValid() && covers(c, r.Prefix) && !v.mayReplaceLocal(r.Target) {
						v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "Take the route away, or a CIDR that is smaller than its destination.",
							"VPC %s: %s holds %s, where route table %s has a route to %s", vpc.ID, c, r.Prefix, rt.ID, r.Target)
					}
				}
			}
		}
	}
}

// Ranges that VPC-7 tells apart; every other address is publicly routable.
var (
	range10     = netip.MustParsePrefix("10.0.0.0/8")
	range172    = netip.MustParsePrefix("172.16.0.0/12")
	range192    = netip.MustParsePrefix("192.168.0.0/16")
	range198    = netip.MustParsePrefix("198.19.0.0/16")
	rangeShared = netip.MustParsePrefix("100.64.0.0/10")
	rangePublic netip.Prefix

	first10      = netip.MustParsePrefix("10.0.0.0/16")
	firstTwo10   = netip.MustParsePrefix("10.0.0.0/15")
	defaultRange = netip.MustParsePrefix("172.31.0.0/16") // of default VPCs
)

// rangeOf is the range that p begins in.
func rangeOf(p netip.Prefix) netip.Prefix {
	for _, r := range []netip.Prefix{range10, range172, range192, range198, rangeShared} {
		if r.Contains(p.Addr()) {
			return r
		}
	}
	return rangePublic
}

func isRFC1918(r netip.Prefix) bool { return r == range10 || r == range172 || r == range192 }

// mayNotJoin reports whether AWS refuses to add a block to a VPC that has
// another.
func mayNotJoin(added, had netip.Prefix) bool {
	a, h := rangeOf(added), rangeOf(had)
	return isRFC1918(a) && isRFC1918(h) && a != h ||
		isRFC1918(h) && a == range198 || h == range198 && isRFC1918(a) ||
		firstTwo10.Contains(had.Addr()) && first10.Contains(added.Addr()) ||
		h == range172 && defaultRange.Contains(added.Addr())
}

// vpcRangeMixing: VPC-7, for each additional IPv4 block against those before it.
func (v *validator) vpcRangeMixing() {
	for _, vpc := range Sorted(v.VPCs) {
		primary := vpc.PrimaryCIDR()
		for i, c := range vpc.CIDRs {
			if c.Addr().Is6() || c == primary {
				continue
			}
			if first := rangeOf(primary); isRFC1918(rangeOf(c)) && (first == rangePublic || first == rangeShared) {
				v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "Create the VPC with the private CIDR and add the other.",
					"VPC %s: %s cannot be added to a VPC created with %s", vpc.ID, c, primary)
				continue
			}
			for _, before := range vpc.CIDRs[:i] {
				// Overlaps are VPC-6's finding.
				if before.Addr().Is4() && !before.Overlaps(c) && mayNotJoin(c, before) {
					v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "Take a CIDR of the same private range, of 100.64.0.0/10, or of public addresses.",
						"VPC %s: %s cannot be added to a VPC that has %s", vpc.ID, c, before)
					break
				}
			}
		}
	}
}

// vpcIPv6: VPC-11.
func (v *validator) vpcIPv6() {
	const quota = 5
	for _, vpc := range Sorted(v.VPCs) {
		v4, v6 := 0, 0
		for i, c := range vpc.CIDRs {
			if c.Addr().Is4() {
				v4++
				continue
			}
			v6++
			if c.Bits() < 44 || c.Bits() > 60 || c.Bits()%4 != 0 {
				v.refuse(string(vpc.ID), v.cidrAt(vpc, i), "A VPC's IPv6 CIDR is from /44 to /60 in steps of 4.", "VPC %s: %s is a /%d", vpc.ID, c, c.Bits())
			}
		}
		for family, count := range []int{v4, v6} {
			if count > quota {
				v.warn(string(vpc.ID), vpc.Provenance, "The quota can be raised to 50.", "VPC %s has %d %s blocks; the default quota is %d",
					vpc.ID, count, [...]string{"IPv4", "IPv6"}[family], quota)
			}
		}
	}
}

// vpcGateways: one internet gateway and one egress-only internet gateway for a
// VPC (VPC-15).
func (v *validator) vpcGateways() {
	internet := map[VPCID]InternetGatewayID{}
	for _, g := range Sorted(v.InternetGateways) {
		if g.AttachmentUnknown != nil {
			continue
		}
		if other, ok := internet[g.VPC]; ok && g.VPC != "" {
			v.refuse(string(g.ID), g.Provenance, "Detach one of them.", "internet gateway %s is attached to VPC %s, which has %s already", g.ID, g.VPC, other)
			continue
		}
		internet[g.VPC] = g.ID
	}
	egressOnly := map[VPCID]EgressOnlyInternetGatewayID{}
	for _, g := range Sorted(v.EgressOnlyInternetGateways) {
		if other, ok := egressOnly[g.VPC]; ok && g.VPC != "" {
			v.refuse(string(g.ID), g.Provenance, "Delete one of them.", "egress-only internet gateway %s is attached to VPC %s, which has %s already", g.ID, g.VPC, other)
			continue
		}
		egressOnly[g.VPC] = g.ID
	}
}
