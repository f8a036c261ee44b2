package lab

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// routeTables makes a VPC's route tables: a main one and up to two others, each
// for some of its subnets.
func (d *designer) routeTables(v *model.VPC) {
	subnets := d.subnetsOf(v.ID)
	for j := range 1 + d.IntN(3) {
		rt := &model.RouteTable{ID: model.RouteTableID(fmt.Sprintf("rtb-%s%d", v.ID[4:], j)), Meta: v.Meta, VPC: v.ID, Main: j == 0}
		d.n.RouteTables[rt.ID] = rt
		for _, sn := range subnets {
			if j > 0 && d.once(2) {
				sn.RouteTable = rt.ID
			}
		}
		d.routes(rt, v, d.targets(v, model.KindNATGateway))
	}
	// A NAT gateway's own table leads out, and not back to it, mostly (NAT-7).
	igw := d.targets(v, model.KindInternetGateway)
	for _, g := range model.Sorted(d.n.NATGateways) {
		if g.VPC != v.ID || d.once(6) {
			continue
		}
		rt := &model.RouteTable{ID: model.RouteTableID("rtb-" + string(v.ID[4:]) + "public"), Meta: v.Meta, VPC: v.ID}
		d.n.RouteTables[rt.ID] = rt
		d.n.Subnets[g.Subnet].RouteTable = rt.ID
		d.routes(rt, v, nil)
		if len(igw) > 0 {
			d.route(rt, model.Route{Prefix: allOf("0.0.0.0/0"), Target: igw[0], State: model.RouteActive})
		}
	}
}

// targets are what routes of a VPC may point at, of one kind.
func (d *designer) targets(v *model.VPC, kind model.Kind) []model.Target {
	var ids []string
	switch kind {
	case model.KindInternetGateway:
		for _, g := range model.Sorted(d.n.InternetGateways) {
			if g.VPC == v.ID {
				ids = append(ids, string(g.ID))
			}
		}
	case model.KindNATGateway:
		for _, g := range model.Sorted(d.n.NATGateways) {
			if g.VPC == v.ID {
				ids = append(ids, string(g.ID))
			}
		}
	case model.KindVPCPeeringConnection:
		for _, p := range model.Sorted(d.n.VPCPeeringConnections) {
			if _, ok := p.Other(v.ID); ok {
				ids = append(ids, string(p.ID))
			}
		}
	case model.KindTransitGateway:
		for _, a := range model.Sorted(d.n.TransitGatewayAttachments) {
			if a.VPC == v.ID {
				ids = append(ids, string(a.TransitGateway))
			}
		}
	default:
		panic("lab: targets of kind " + string(kind))
	}
	var out []model.Target
	for _, id := range ids {
		out = append(out, model.Target{Kind: kind, ID: id})
	}
	return out
}

// route adds a route, or replaces the one to the same destination.
func (d *designer) route(rt *model.RouteTable, r model.Route) {
	rt.Routes = slices.DeleteFunc(rt.Routes, func(x model.Route) bool { return x.Destination() == r.Destination() })
	rt.Routes = append(rt.Routes, r)
}

// routes draws the routes of a table, which may lead to the NAT gateways of nat.
func (d *designer) routes(rt *model.RouteTable, v *model.VPC, nat []model.Target) {
	igw := d.targets(v, model.KindInternetGateway)
	pcx, tgw := d.targets(v, model.KindVPCPeeringConnection), d.targets(v, model.KindTransitGateway)
	add := func(p netip.Prefix, ts ...model.Target) {
		if len(ts) > 0 {
			d.route(rt, model.Route{Prefix: p, Target: choose(d, ts...), State: d.state()})
		}
	}
	if d.once(2) {
		for _, c := range v.CIDRs {
			d.route(rt, model.Route{Prefix: c, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive})
		}
	}
	switch {
	case d.careful():
		if add(allOf("0.0.0.0/0"), igw...); d.once(2) {
			add(allOf("0.0.0.0/0"), nat...)
		}
	case d.once(2):
		add(allOf("0.0.0.0/0"), slices.Concat(igw, nat, tgw, pcx)...)
	}
	for _, t := range pcx { // the whole of the peer, or a part (PEER-4)
		far, _ := d.n.VPCPeeringConnections[model.VPCPeeringConnectionID(t.ID)].Other(v.ID)
		for _, c := range d.n.VPCs[far.VPC].CIDRs {
			if d.careful() {
				add(c, t)
			}
		}
		sn := d.subnetOf(d.n.VPCs[far.VPC])
		if d.once(3) {
			add(sn.CIDRs[0], slices.Concat(pcx, tgw)...)
		}
		if d.once(4) {
			add(netip.PrefixFrom(inside(sn.CIDRs[0], 4), 32), slices.Concat(pcx, tgw, nat)...)
		}
	}
	if d.careful() {
		add(allOf("10.0.0.0/8"), tgw...)
		add(allOf("100.64.0.0/10"), tgw...)
	}
	if d.once(4) {
		add(netip.PrefixFrom(choose(d, Hosts...), choose(d, 25, 32)).Masked(), slices.Concat(igw, nat, tgw)...)
	}
	if d.once(4) {
		add(allOf("203.0.113.0/24"), slices.Concat(igw, nat)...)
	}
	for _, list := range []model.PrefixListID{"pl-inside", "pl-outside"} {
		ts := slices.Concat(tgw, pcx)
		if list == "pl-outside" {
			ts = slices.Concat(igw, nat)
		}
		if len(ts) > 0 && d.once(5) {
			d.route(rt, model.Route{PrefixList: list, Target: choose(d, ts...), State: d.state()})
		}
	}
	if len(nat) > 0 && d.once(4) { // to another subnet by way of the NAT gateway (NAT-16)
		if sn := d.subnetOf(v); !slices.Contains(v.CIDRs, sn.CIDRs[0]) {
			add(sn.CIDRs[0], nat...)
		}
	}
}

func (d *designer) state() model.RouteState {
	if d.once(30) {
		return model.RouteBlackhole
	}
	return model.RouteActive
}

// transitGateways makes one or two, which are peered, with an attachment of each
// VPC to one of them, and one or two tables each.
func (d *designer) transitGateways() {
	count := choose(d, 1, 1, 2)
	var hubs [2]*model.TransitGateway
	var attachments [2][]model.TransitGatewayAttachmentID
	for h := range count {
		hubs[h] = &model.TransitGateway{ID: model.TransitGatewayID(fmt.Sprintf("tgw-%d", h)), Meta: meta("us-east-1"), Available: true, State: "available",
			SecurityGroupReferencing: d.once(2)}
		d.n.TransitGateways[hubs[h].ID] = hubs[h]
	}
	if count == 2 {
		a := &model.TransitGatewayAttachment{ID: transitPeering, Meta: hubs[0].Meta, TransitGateway: hubs[0].ID, Peer: hubs[1].ID, Type: model.AttachPeering,
			Available: !d.once(16), State: "available"}
		d.n.TransitGatewayAttachments[a.ID] = a
		attachments[0], attachments[1] = append(attachments[0], a.ID), append(attachments[1], a.ID)
	}
	for k, v := range model.Sorted(d.n.VPCs) {
		if h := k % count; v.Region == hubs[h].Region && !d.once(8) {
			attachments[h] = append(attachments[h], d.attach(hubs[h], v))
		}
	}
	for h := range count {
		if len(attachments[h]) > 0 {
			d.transitRouteTables(hubs[h], attachments[h])
		}
	}
}

// transitPeering is the peering attachment's ID.
const transitPeering = model.TransitGatewayAttachmentID("tgw-attach-peering")

// attachmentID is the ID of a VPC's attachment.
func attachmentID(v model.VPCID) model.TransitGatewayAttachmentID {
	return model.TransitGatewayAttachmentID("tgw-attach-" + string(v[4:]))
}

// attach makes a VPC's attachment, with a subnet of one zone or of several.
func (d *designer) attach(t *model.TransitGateway, v *model.VPC) model.TransitGatewayAttachmentID {
	a := &model.TransitGatewayAttachment{ID: attachmentID(v.ID), Meta: v.Meta, TransitGateway: t.ID, Type: model.AttachVPC, Available: !d.once(16), State: "available",
		Resource: string(v.ID), VPC: v.ID, NoSecurityGroupReferencing: d.once(4)}
	zones := map[string]bool{}
	for _, sn := range d.subnetsOf(v.ID) {
		if !zones[sn.Zone()] && (len(zones) == 0 || !d.once(3)) {
			zones[sn.Zone()] = true
			a.Subnets = append(a.Subnets, sn.ID)
		}
	}
	d.n.TransitGatewayAttachments[a.ID] = a
	return a.ID
}

func (d *designer) transitRouteTables(t *model.TransitGateway, attachments []model.TransitGatewayAttachmentID) {
	var tables []*model.TransitGatewayRouteTable
	for k := range 1 + d.IntN(2) {
		rt := &model.TransitGatewayRouteTable{ID: model.TransitGatewayRouteTableID(fmt.Sprintf("%s-rtb-%d", t.ID, k)), Meta: t.Meta, TransitGateway: t.ID}
		d.n.TransitGatewayRouteTables[rt.ID] = rt
		tables = append(tables, rt)
	}
	for _, id := range attachments {
		if !d.once(30) { // else what comes from it ends (TGW-11)
			rt := choose(d, tables...)
			rt.Associations = append(rt.Associations, id)
		}
	}
	for _, rt := range tables {
		for _, id := range attachments {
			if id != transitPeering && d.careful() { // TGW-12
				rt.Propagations = append(rt.Propagations, id)
			}
		}
		d.transitRoutes(rt, attachments)
	}
}

// transitRoutes draws static routes: to what lies beyond the peering attachment,
// and some that are better or worse than what propagates.
func (d *designer) transitRoutes(rt *model.TransitGatewayRouteTable, attachments []model.TransitGatewayAttachmentID) {
	add := func(r model.TransitGatewayRoute, to model.VPCID) {
		if slices.ContainsFunc(rt.Routes, func(x model.TransitGatewayRoute) bool { return x.Destination() == r.Destination() }) {
			return
		}
		r.State = model.RouteActive
		switch {
		case d.once(6): // a black hole (TGW-15)
			r.State = model.RouteBlackhole
		case slices.Contains(attachments, attachmentID(to)) && !d.once(3):
			r.Attachments = []model.TransitGatewayAttachmentID{attachmentID(to)}
		case slices.Contains(attachments, transitPeering) && !d.once(3):
			r.Attachments = []model.TransitGatewayAttachmentID{transitPeering}
		default:
			r.Attachments = []model.TransitGatewayAttachmentID{choose(d, attachments...)}
		}
		rt.Routes = append(rt.Routes, r)
	}
	for _, v := range model.Sorted(d.n.VPCs) {
		if slices.Contains(attachments, transitPeering) && !slices.Contains(attachments, attachmentID(v.ID)) && d.careful() {
			for _, c := range v.CIDRs {
				add(model.TransitGatewayRoute{Prefix: c}, v.ID)
			}
		}
	}
	for range d.IntN(4) {
		v := choose(d, model.Sorted(d.n.VPCs)...)
		sn := d.subnetOf(v)
		switch d.IntN(5) {
		case 0:
			add(model.TransitGatewayRoute{Prefix: allOf("0.0.0.0/0")}, v.ID)
		case 1:
			add(model.TransitGatewayRoute{Prefix: v.CIDRs[0]}, v.ID) // equal to what propagates
		case 2:
			add(model.TransitGatewayRoute{Prefix: sn.CIDRs[0]}, v.ID)
		case 3:
			add(model.TransitGatewayRoute{Prefix: netip.PrefixFrom(inside(sn.CIDRs[0], 4), 32)}, v.ID)
		default:
			add(model.TransitGatewayRoute{PrefixList: "pl-inside"}, "vpc-1")
		}
	}
}
