package oracle

import (
	"fmt"
	"net/netip"
	"slices"

	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// join connects the VPCs that are drawn: by peering connections, by one transit
// gateway or two that are peered, or by both.
func (m *maker) join() {
	vpcs := model.Sorted(m.n.VPCs)
	kind := rapid.IntRange(0, 3).Draw(m.T, "joined by")
	if kind != 1 {
		m.peerings(vpcs)
	}
	if kind != 0 {
		m.transitGateways(vpcs)
	}
	for _, i := range model.Sorted(m.n.Interfaces) { // groups that let references decide (SG-16)
		sg := m.n.SecurityGroups[i.Groups[len(i.Groups)-1]]
		if m.rarely(4, "reference to another VPC") {
			far := pick(m, model.Sorted(m.n.SecurityGroups), "group")
			r := model.SecurityGroupRule{Direction: pick(m, []model.Direction{model.Ingress, model.Egress}, "direction"), Traffic: model.AllTraffic, Peer: model.Peer{Group: far.ID}}
			if far.VPC != sg.VPC {
				r.Peer.GroupVPC = far.VPC
			}
			sg.Rules = append(sg.Rules, r)
		}
	}
}

// routeTo adds a route to every table of a VPC's subnets, now and then not; a
// route to the same destination gives way.
func (m *maker) routeTo(v *model.VPC, p netip.Prefix, t model.Target) {
	for _, rt := range model.Sorted(m.n.RouteTables) {
		regional := slices.ContainsFunc(model.Sorted(m.n.NATGateways), func(g *model.NATGateway) bool { return g.RouteTable == rt.ID })
		if rt.VPC != v.ID || len(rt.Gateways) > 0 || regional || m.rarely(6, "no route") {
			continue
		}
		rt.Routes = slices.DeleteFunc(rt.Routes, func(r model.Route) bool { return r.Prefix == p && r.Origin == model.CreateRoute })
		rt.Routes = append(rt.Routes, model.Route{Prefix: p, Target: t, State: model.RouteActive})
	}
}

// partOf is a VPC's block, or a part of it, as the destination of a route.
func (m *maker) partOf(v *model.VPC) netip.Prefix {
	c := pick(m, v.CIDRs, "block")
	if c.Addr().Is6() || !m.rarely(3, "part") {
		return c
	}
	return pick(m, []netip.Prefix{netip.PrefixFrom(c.Addr(), 27), netip.PrefixFrom(c.Addr().Next().Next().Next().Next(), 32)}, "part")
}

func (m *maker) peerings(vpcs []*model.VPC) {
	for k, a := range vpcs {
		for _, b := range vpcs[k+1:] {
			if m.rarely(3, "not peered") {
				continue
			}
			p := &model.VPCPeeringConnection{ID: model.VPCPeeringConnectionID("pcx-" + a.ID[4:] + b.ID[4:]), Meta: meta(),
				Requester: model.PeeringSide{VPC: a.ID, Region: a.Region, Account: a.Account}, Accepter: model.PeeringSide{VPC: b.ID, Region: b.Region, Account: b.Account},
				Active: !m.rarely(10, "pending"), State: "active"}
			if !p.Active {
				p.State = "pending-acceptance"
			}
			m.n.VPCPeeringConnections[p.ID] = p
			t := model.Target{Kind: model.KindVPCPeeringConnection, ID: string(p.ID)}
			for _, way := range [][2]*model.VPC{{a, b}, {b, a}} {
				for range rapid.IntRange(1, 2).Draw(m.T, "routes") {
					m.routeTo(way[0], m.partOf(way[1]), t)
				}
				if m.rarely(6, "edge to edge") {
					m.routeTo(way[0], netip.MustParsePrefix("0.0.0.0/0"), t)
				}
			}
		}
	}
}

func (m *maker) transitGateways(vpcs []*model.VPC) {
	two := m.rarely(3, "two transit gateways")
	for k := range 2 {
		id := model.TransitGatewayID(fmt.Sprintf("tgw-%d", k))
		m.n.TransitGateways[id] = &model.TransitGateway{ID: id, Meta: meta(), Available: true, State: "available", SecurityGroupReferencing: !m.rarely(3, "no referencing")}
		for j := range rapid.IntRange(1, 3).Draw(m.T, "tables") {
			t := model.TransitGatewayRouteTableID(fmt.Sprintf("tgw-rtb-%d%d", k, j))
			m.n.TransitGatewayRouteTables[t] = &model.TransitGatewayRouteTable{ID: t, Meta: meta(), TransitGateway: id}
		}
		if !two {
			break
		}
	}
	for k, v := range vpcs {
		id := model.TransitGatewayID("tgw-0")
		if two && m.rarely(2, "behind the second") {
			id = "tgw-1"
		}
		m.attach(v, k, id)
	}
	if two {
		m.peerTransitGateways()
	}
	for _, rt := range model.Sorted(m.n.TransitGatewayRouteTables) {
		m.transitRoutes(rt)
	}
}

// tablesOf are the route tables of a transit gateway.
func (m *maker) tablesOf(id model.TransitGatewayID) []*model.TransitGatewayRouteTable {
	return slices.DeleteFunc(model.Sorted(m.n.TransitGatewayRouteTables), func(t *model.TransitGatewayRouteTable) bool { return t.TransitGateway != id })
}

func (m *maker) attach(v *model.VPC, k int, id model.TransitGatewayID) {
	a := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(fmt.Sprintf("tgw-attach-%d", k)), Meta: meta(), TransitGateway: id, Type: model.AttachVPC,
		Available: !m.rarely(16, "pending"), State: "available", Resource: string(v.ID), VPC: v.ID,
		ApplianceMode: m.rarely(3, "appliance mode"), IPv6: m.rarely(2, "IPv6 support"), NoSecurityGroupReferencing: m.rarely(8, "no referencing")}
	zones := map[string]bool{}
	for _, sn := range model.Sorted(m.n.Subnets) {
		if sn.VPC == v.ID && !zones[sn.Zone()] && (len(a.Subnets) == 0 || !m.rarely(3, "zone left out")) {
			zones[sn.Zone()] = true
			a.Subnets = append(a.Subnets, sn.ID)
		}
	}
	m.n.TransitGatewayAttachments[a.ID] = a
	tables := m.tablesOf(id)
	if !m.rarely(16, "not associated") {
		t := pick(m, tables, "associated")
		t.Associations = append(t.Associations, a.ID)
		if m.rarely(10, "policy table") {
			t.Associations = t.Associations[:len(t.Associations)-1]
			m.policyTable(a, tables)
		}
	}
	for _, t := range tables {
		if !m.rarely(3, "not propagated") {
			t.Propagations = append(t.Propagations, a.ID)
		}
	}
	for range rapid.IntRange(1, 2).Draw(m.T, "routes") {
		m.routeTo(v, netip.MustParsePrefix(pick(m, []string{"10.0.0.0/8", "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.2.0.0/16"}, "to the transit gateway")),
			model.Target{Kind: model.KindTransitGateway, ID: string(id)})
	}
	if m.rarely(3, "inspection") {
		m.inspection(v, a)
	}
}

// inspection lets the attachment's subnets send what comes in to an appliance,
// whose subnet sends it on.
func (m *maker) inspection(v *model.VPC, a *model.TransitGatewayAttachment) {
	for k, id := range a.Subnets {
		rt := &model.RouteTable{ID: model.RouteTableID(fmt.Sprintf("rtb-%s-in-%d", v.ID[4:], k)), Meta: meta(), VPC: v.ID, Routes: []model.Route{
			{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Target: m.appliance(v), State: model.RouteActive}}}
		m.n.RouteTables[rt.ID] = rt
		m.n.Subnets[id].RouteTable = rt.ID
	}
	for _, rt := range m.tablesOf(a.TransitGateway) {
		if !slices.Contains(rt.Associations, a.ID) {
			rt.Routes = slices.DeleteFunc(rt.Routes, func(r model.TransitGatewayRoute) bool { return r.Prefix == netip.MustParsePrefix("10.0.0.0/8") })
			rt.Routes = append(rt.Routes, model.TransitGatewayRoute{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Attachments: []model.TransitGatewayAttachmentID{a.ID}, State: model.RouteActive})
			rt.Propagations = slices.DeleteFunc(rt.Propagations, func(id model.TransitGatewayAttachmentID) bool { return id != a.ID })
		}
	}
}

func (m *maker) policyTable(a *model.TransitGatewayAttachment, tables []*model.TransitGatewayRouteTable) {
	t := &model.TransitGatewayPolicyTable{ID: model.TransitGatewayPolicyTableID("tgw-ptb-" + string(a.ID)), Meta: meta(), TransitGateway: a.TransitGateway,
		Associations: []model.TransitGatewayAttachmentID{a.ID}}
	for k := range rapid.IntRange(1, 3).Draw(m.T, "policy rules") {
		r := model.TransitGatewayPolicyRule{Number: 10 * (1 + k), Traffic: m.traffic(), RouteTable: pick(m, tables, "selected").ID}
		if m.rarely(2, "by destination") {
			r.Destination = m.prefix()
		}
		if m.rarely(3, "by source") {
			r.Source = m.prefix()
		}
		if r.Traffic.Protocol.HasPorts() && m.rarely(3, "by source port") {
			x, y := pick(m, clientPorts, "port"), pick(m, clientPorts, "port")
			r.SourcePorts = model.PortRange{From: min(x, y), To: max(x, y)}
		}
		t.Rules = append(t.Rules, r)
	}
	m.n.TransitGatewayPolicyTables[t.ID] = t
}

// peerTransitGateways joins both by a peering attachment, of one ID or of one on
// each side (TGW-34).
func (m *maker) peerTransitGateways() {
	one := &model.TransitGatewayAttachment{ID: "tgw-attach-peer", Meta: meta(), TransitGateway: "tgw-0", Type: model.AttachPeering, Available: !m.rarely(10, "pending"),
		State: "available", Resource: "tgw-1", Peer: "tgw-1"}
	ends := []*model.TransitGatewayAttachment{one, one}
	m.n.TransitGatewayAttachments[one.ID] = one
	if m.rarely(2, "two IDs") {
		other := *one
		other.ID, other.TransitGateway, other.Peer, other.Resource = "tgw-attach-peer-far", "tgw-1", "tgw-0", "tgw-0"
		one.PeerAttachment, other.PeerAttachment = other.ID, one.ID
		m.n.TransitGatewayAttachments[other.ID], ends[1] = &other, &other
	}
	for k, end := range ends {
		tables := m.tablesOf(model.TransitGatewayID(fmt.Sprintf("tgw-%d", k)))
		if !m.rarely(12, "not associated") {
			t := pick(m, tables, "associated")
			t.Associations = append(t.Associations, end.ID)
		}
		for _, t := range tables {
			if !m.rarely(4, "no way to the peer") {
				t.Routes = append(t.Routes, model.TransitGatewayRoute{Prefix: netip.MustParsePrefix(pick(m, []string{"0.0.0.0/0", "10.0.0.0/9"}, "to the peer")),
					Attachments: []model.TransitGatewayAttachmentID{end.ID}, State: model.RouteActive})
			}
		}
	}
}

// transitRoutes adds static routes, black holes and prefix list references, each
// destination once.
func (m *maker) transitRoutes(rt *model.TransitGatewayRouteTable) {
	here := slices.DeleteFunc(model.Sorted(m.n.TransitGatewayAttachments), func(a *model.TransitGatewayAttachment) bool { return a.TransitGateway != rt.TransitGateway })
	for _, p := range []string{"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/24", "10.2.0.0/27", "2001:db8::/32", "2001:db8:b::/56"} {
		r := model.TransitGatewayRoute{Prefix: netip.MustParsePrefix(p), State: model.RouteActive}
		taken := slices.ContainsFunc(rt.Routes, func(x model.TransitGatewayRoute) bool { return x.Prefix == r.Prefix })
		if taken || len(here) == 0 || !m.rarely(5, "static route") {
			continue
		}
		r.Attachments = []model.TransitGatewayAttachmentID{pick(m, here, "attachment").ID}
		if m.rarely(5, "black hole") {
			r.Attachments, r.State = nil, model.RouteBlackhole
		}
		rt.Routes = append(rt.Routes, r)
	}
	if len(here) > 0 && m.rarely(8, "prefix list reference") {
		m.n.PrefixLists["pl-hub"] = &model.PrefixList{ID: "pl-hub", MaxEntries: 10, Entries: []model.PrefixListEntry{
			{Prefix: netip.MustParsePrefix("10.0.0.0/24")}, {Prefix: netip.MustParsePrefix("10.1.0.32/27")}}}
		rt.Routes = append(rt.Routes, model.TransitGatewayRoute{PrefixList: "pl-hub", Attachments: []model.TransitGatewayAttachmentID{pick(m, here, "attachment").ID}, State: model.RouteActive})
	}
}
