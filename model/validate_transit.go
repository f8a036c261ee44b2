package model

import (
	"net/netip"
	"slices"
)

// overlapping gives two of the prefixes, one of each list, that overlap.
func overlapping(xs, ys []netip.Prefix) (x, y netip.Prefix, ok bool) {
	for _, x := range xs {
		for _, y := range ys {
			if x.Overlaps(y) {
				return x, y, true
			}
		}
	}
	return x, y, false
}

// blocks are a peered VPC's: its own, or what the connection says of them.
func (v *validator) blocks(side PeeringSide) []netip.Prefix {
	if vpc := v.VPCs[side.VPC]; vpc != nil && len(vpc.CIDRs) > 0 {
		return vpc.CIDRs
	}
	return side.CIDRs
}

// peeringOverlap: no block of one VPC overlaps one of the other, whichever are to
// be used (PEER-3). A connection that is not active has been refused already.
func (v *validator) peeringOverlap() {
	for _, p := range Sorted(v.VPCPeeringConnections) {
		if !p.Active {
			continue
		}
		if x, y, ok := overlapping(v.blocks(p.Requester), v.blocks(p.Accepter)); ok {
			v.refuse(string(p.ID), p.Provenance, "Join them by private NAT or PrivateLink, or renumber one.",
				"peering connection %s: %s of VPC %s overlaps %s of VPC %s", p.ID, x, p.Requester.VPC, y, p.Accepter.VPC)
		}
	}
}

// peeringOnce: two VPCs have one connection that is active (PEER-1).
func (v *validator) peeringOnce() {
	type pair struct{ a, b VPCID }
	first := map[pair]VPCPeeringConnectionID{}
	for _, p := range Sorted(v.VPCPeeringConnections) {
		join := pair{min(p.Requester.VPC, p.Accepter.VPC), max(p.Requester.VPC, p.Accepter.VPC)}
		if !p.Active || join.a == "" {
			continue
		}
		if other, ok := first[join]; ok {
			v.refuse(string(p.ID), p.Provenance, "Route by the other connection.", "peering connection %s: VPCs %s and %s are joined by %s already", p.ID, join.a, join.b, other)
			continue
		}
		first[join] = p.ID
	}
}

// eachVPCAttachment visits the subnets that are known of VPC attachments.
func (v *validator) eachVPCAttachment(visit func(a *TransitGatewayAttachment, subnets []*Subnet)) {
	for _, a := range Sorted(v.TransitGatewayAttachments) {
		if a.Type != AttachVPC {
			continue
		}
		var subnets []*Subnet
		for _, id := range a.Subnets {
			if sn := v.Subnets[id]; sn != nil {
				subnets = append(subnets, sn)
			}
		}
		visit(a, subnets)
	}
}

// attachmentZones: one subnet in a zone (TGW-2).
func (v *validator) attachmentZones() {
	v.eachVPCAttachment(func(a *TransitGatewayAttachment, subnets []*Subnet) {
		zones := map[string]*Subnet{}
		for _, sn := range subnets {
			zone := sn.Zone()
			if other := zones[zone]; other != nil && other != sn && zone != "" {
				v.refuse(string(a.ID), a.Provenance, "Choose one subnet of each zone: it serves all of them there.",
					"attachment %s has two subnets in %s: %s and %s", a.ID, zone, other.ID, sn.ID)
			}
			zones[zone] = sn
		}
	})
}

// attachmentFamily: TGW-9.
func (v *validator) attachmentFamily() {
	v.eachVPCAttachment(func(a *TransitGatewayAttachment, subnets []*Subnet) {
		for _, sn := range subnets {
			has4 := slices.ContainsFunc(sn.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is4() })
			if !has4 && len(sn.CIDRs) > 0 && sn.CIDRsUnknown == nil {
				v.refuse(string(a.ID), a.Provenance, "Give the attachment a subnet with an IPv4 block.", "attachment %s: subnet %s has IPv6 alone", a.ID, sn.ID)
			}
		}
	})
}

// connectRoutes: what lies behind a Connect attachment is told by BGP alone
// (TGW-12).
func (v *validator) connectRoutes() {
	for _, rt := range Sorted(v.TransitGatewayRouteTables) {
		for i := range rt.Routes {
			r := &rt.Routes[i]
			if r.Propagated || r.Unknown != nil {
				continue
			}
			for _, id := range r.Attachments {
				if a := v.TransitGatewayAttachments[id]; a != nil && a.Type == AttachConnect {
					v.refuse(string(rt.ID), r.Provenance.or(rt.Provenance), "Let the attachment propagate to the table.",
						"transit gateway route table %s: a static route to %s by Connect attachment %s", rt.ID, r.Destination(), id)
				}
			}
		}
	}
}
