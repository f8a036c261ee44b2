package terraform

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readRouteTable reads a table with its inline routes.
func readRouteTable(b body) {
	t := &model.RouteTable{ID: model.RouteTableID(b.r.id()), Meta: b.meta()}
	if b.r.isData() {
		if t.ID = model.RouteTableID(cmp.Or(b.str("route_table_id"), b.r.id())); b.network.RouteTables[t.ID] != nil {
			return
		}
	}
	t.VPC = b.vpc("vpc_id")
	b.network.RouteTables[t.ID] = t
	if b.r.isData() {
		b.inlineRoutes(t, "routes")
		associations, _ := b.blocks("associations")
		for _, a := range associations {
			t.Main = t.Main || a.boolean("main")
			if g := a.str("gateway_id"); g != "" {
				t.Gateways = append(t.Gateways, g)
			}
			b.associateTable(model.SubnetID(a.str("subnet_id")), t.ID)
		}
		return
	}
	b.inlineRoutes(t, "route")
	b.propagation(t)
}

// readDefaultRouteTable reads the adoption of a VPC's first table, which takes
// away all routes that are not written.
func readDefaultRouteTable(b body) {
	t := &model.RouteTable{ID: model.RouteTableID(b.r.id()), Meta: b.meta()}
	for vpc, id := range b.adoptedTables {
		if id == t.ID {
			t.VPC = vpc
		}
	}
	b.network.RouteTables[t.ID] = t
	b.inlineRoutes(t, "route")
	b.propagation(t)
}

func (b body) propagation(t *model.RouteTable) {
	vgws, u := b.refs("propagating_vgws", wantVPNGW)
	for _, c := range vgws {
		t.PropagatingVGWs = append(t.PropagatingVGWs, c.id)
	}
	t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
}

func (b body) inlineRoutes(t *model.RouteTable, name string) {
	b.note(string(t.ID), name)
	blocks, u := b.blocks(name)
	t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
	for _, x := range blocks {
		v4, list := "cidr_block", "destination_prefix_list_id"
		route := x.route(v4, "ipv6_cidr_block", list)
		if route.Target.IsLocal() && b.r.isData() {
			continue // made with the VPC's blocks
		}
		if !b.superseded(name, string(t.ID), route.Destination()) {
			t.Routes = append(t.Routes, route)
		}
	}
}

// routeTargets are the attributes that a route's target stands in.
var routeTargets = []struct {
	name string
	want *want
	kind model.Kind
}{
	{"network_interface_id", wantNIC, model.KindInterface},
	{"nat_gateway_id", wantNAT, model.KindNATGateway},
	{"transit_gateway_id", wantTransit, model.KindTransitGateway},
	{"vpc_peering_connection_id", wantPeering, model.KindVPCPeeringConnection},
	{"egress_only_gateway_id", wantEIGW, model.KindEgressOnlyInternetGateway},
	{"core_network_arn", wantCore, model.KindCoreNetwork},
	{"carrier_gateway_id", wantCarrier, model.KindCarrierGateway},
	{"local_gateway_id", wantLocal, model.KindLocalGateway},
	{"vpc_endpoint_id", wantVPCE, model.KindVPCEndpoint},
	{"instance_id", wantMachine, model.KindInstance},
	{"gateway_id", wantGateway, ""}, // see gatewayKind
}

// gatewayKind tells what a gateway_id names.
func gatewayKind(c candidate) model.Kind {
	prefix, _, _ := strings.Cut(c.id, "-")
	switch {
	case c.id == "local":
		return model.KindVPC
	case strings.HasSuffix(c.kind(), "aws_vpn_gateway"), prefix == "vgw":
		return model.KindVPNGateway
	case strings.HasSuffix(c.kind(), "aws_internet_gateway"), prefix == "igw":
		return model.KindInternetGateway
	case prefix == "vpce":
		return model.KindVPCEndpoint
	case prefix == "nat":
		return model.KindNATGateway
	}
	return ""
}

// route reads a route, inline or a resource of its own. What is open makes it a
// route that may be taken or not.
func (b body) route(v4, v6, list string) model.Route {
	route := model.Route{State: model.RouteActive, Provenance: b.r.place}
	for _, name := range []string{v4, v6} {
		route.Unknown = firstOpen(route.Unknown, b.open(name))
		if p := b.prefix(name); p.IsValid() {
			route.Prefix = p
		}
	}
	c, u := b.ref(list, wantPrefixList, nil)
	route.PrefixList = model.PrefixListID(c.id)
	route.Unknown = firstOpen(route.Unknown, u)
	if route.Unknown != nil {
		route.Prefix, route.PrefixList = netip.Prefix{}, ""
	} else if !route.Prefix.IsValid() && route.PrefixList == "" {
		route.Unknown = b.unreadable(v4)
	}
	for _, t := range routeTargets {
		var keep func(candidate) bool
		if t.kind == model.KindVPCEndpoint && b.open(t.name) != nil {
			keep = b.inItsPlace(t.name)
		}
		c, u := b.ref(t.name, t.want, keep)
		switch {
		case u != nil && route.Unknown == nil:
			route.Unknown, route.Perhaps = b.perhaps(t.name, t.want, t.kind, u)
			if len(b.siblings) > 1 && u.Subject == b.r.address {
				u.Attribute += " of " + route.Destination() // each block chooses by itself
			}
		case u != nil:
		case c.id == "":
			continue
		case c.id == "local":
			route.Target = model.LocalTarget
		default:
			route.Target = model.Target{Kind: t.kind, ID: c.id}
			if t.kind == "" {
				route.Target.Kind = gatewayKind(c)
			}
		}
		break
	}
	if route.Target.Kind == "" && route.Unknown == nil {
		switch state := b.str("state"); {
		case state == "blackhole":
			route.State = model.RouteBlackhole // RT-11
		default:
			route.Target = model.Target{}
			route.Unknown = &model.Unknown{Subject: b.r.address, Attribute: b.path + "target",
				Reason: "the route to " + route.Destination() + " has none that is known here", Provenance: b.r.place}
		}
	}
	return route
}

// perhaps are the targets that an open attribute may mean, where it can be none
// but these. What of a firewall's endpoints an index takes is the same in all
// routes, whichever it is.
func (b body) perhaps(name string, w *want, kind model.Kind, u *model.Unknown) (*model.Unknown, []model.Target) {
	s := b.candidates(name, w)
	if s.open || len(s.found) < 2 {
		return u, nil
	}
	var out []model.Target
	for _, c := range rest(s.found, b.takesRoutes) {
		t := model.Target{Kind: kind, ID: c.id}
		if kind == "" {
			t.Kind = gatewayKind(c)
		}
		out = append(out, t)
	}
	first := s.found[0].r
	if slices.ContainsFunc(s.found, func(c candidate) bool { return c.r != first }) || !wantFirewall.names(first, "") {
		return u, out
	}
	if n, ok := b.sources.setIndex(b.r, name); ok && n < len(out) {
		u.Subject, u.Attribute = first.address, "firewall_status sync_states"
		u.Reason = "they are in no order, so that an index may take the endpoint of any subnet"
		out = slices.Concat(out[n:], out[:n])
	}
	return u, out
}

// readRoute reads a route that is a resource of its own.
func readRoute(b body) {
	c, u := b.ref("route_table_id", wantTable, nil)
	route := b.route("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
	if u != nil {
		for _, other := range b.candidates("route_table_id", wantTable).found {
			if t := b.network.RouteTables[model.RouteTableID(other.id)]; t != nil {
				t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
			}
		}
		b.problem(model.Warning, "", "route_table_id: %s; the route may be in any of these tables", u.Reason)
		return
	}
	t := b.routeTable(c.id)
	b.standalone(c.id, "route")
	t.Routes = slices.DeleteFunc(t.Routes, func(o model.Route) bool {
		return o.Unknown == nil && route.Unknown == nil && o.Destination() == route.Destination() && o.Target == route.Target
	})
	t.Routes = append(t.Routes, route)
}

// routeTable gives a table, making one that a VPC comes with, or that is only
// named.
func (b body) routeTable(id string) *model.RouteTable {
	if t := b.network.RouteTables[model.RouteTableID(id)]; t != nil {
		return t
	}
	t := &model.RouteTable{ID: model.RouteTableID(id)}
	b.network.RouteTables[t.ID] = t
	for _, r := range b.resources {
		if isVPC(r) && b.defaultTable(r) == t.ID && b.network.VPCs[model.VPCID(r.id())].Missing[model.KindRouteTable] == nil {
			t.VPC = model.VPCID(r.id())
			return t
		}
	}
	t.Provenance = b.r.place
	t.VPC = model.VPCID(id + " vpc_id")
	t.RoutesUnknown = &model.Unknown{Subject: id, Attribute: "routes", Reason: "the configuration names this table and does not manage it", Provenance: b.r.place}
	return t
}

// readMainAssociation reads the choice of another main table (SUB-7).
func readMainAssociation(b body) {
	c, u := b.ref("route_table_id", wantTable, nil)
	vpc := b.vpc("vpc_id")
	if u = firstOpen(u, b.open("vpc_id")); u != nil {
		// Those that have a table of their own are not all read yet.
		vpcs := []string{string(vpc)}
		if b.network.VPCs[vpc].Missing[model.KindSubnet] != nil {
			vpcs = b.maybe("vpc_id", wantVPC)
		}
		b.later(func() {
			for _, s := range b.network.Subnets {
				if s.RouteTable == "" && slices.Contains(vpcs, string(s.VPC)) {
					s.RouteTableUnknown = cmp.Or(s.RouteTableUnknown, u)
				}
			}
		})
		return
	}
	b.mainTables[vpc] = model.RouteTableID(c.id)
}

// linkMainTables marks each VPC's main table: the one that is chosen, else the
// one that it comes with.
func (b *builder) linkMainTables() {
	for _, v := range model.Sorted(b.network.VPCs) {
		id, chosen := b.mainTables[v.ID]
		if !chosen {
			if adopted, ok := b.adoptedTables[v.ID]; ok {
				id = adopted
			} else if rs := b.vpcResources(v.ID); len(rs) > 0 && isVPC(rs[0]) {
				id = b.defaultTable(rs[0])
			}
		}
		if t := b.network.RouteTables[id]; t != nil {
			t.Main = true
			if t.VPC == "" {
				t.VPC = v.ID
			}
			continue
		}
		if chosen {
			u := &model.Unknown{Subject: string(v.ID), Attribute: "main route table", Reason: string(id) + " is not in the configuration"}
			b.network.RouteTables[id] = &model.RouteTable{ID: id, VPC: v.ID, Main: true, RoutesUnknown: u}
			continue
		}
		if awsID.MatchString(string(id)) && v.Missing[model.KindRouteTable] == nil {
			b.network.RouteTables[id] = &model.RouteTable{ID: id, Meta: model.Meta{Name: "main", Account: v.Account, Region: v.Region}, VPC: v.ID, Main: true}
		}
	}
	// The group and network ACL that a VPC comes with, where they are known by ID.
	for _, v := range model.Sorted(b.network.VPCs) {
		if id := b.defaultGroup(v.ID); awsID.MatchString(string(id)) && v.Missing[model.KindSecurityGroup] == nil && b.network.SecurityGroups[id] == nil {
			b.network.SecurityGroups[id] = b.makeDefaultGroup(v, id)
		}
		if rs := b.vpcResources(v.ID); len(rs) > 0 && isVPC(rs[0]) && v.Missing[model.KindNetworkACL] == nil {
			b.makeDefaultACL(v, b.defaultACL(rs[0]))
		}
	}
}

// readRouteTableAssociation reads a subnet's or a gateway's table (SUB-7, GRT-1).
func readRouteTableAssociation(b body) {
	table, u := b.ref("route_table_id", wantTable, nil)
	gateway, v := b.ref("gateway_id", wantGateway, nil)
	if gateway.id != "" || v != nil {
		if u = firstOpen(v, u); u != nil {
			b.openGatewayTable(gateway, u)
			return
		}
		t := b.routeTable(table.id)
		t.Gateways = append(t.Gateways, gateway.id)
		return
	}
	subnet, v := b.ref("subnet_id", wantSubnet, nil)
	switch {
	case v != nil: // any of these
		found := b.candidates("subnet_id", wantSubnet).found
		for _, s := range model.Sorted(b.network.Subnets) {
			if len(found) == 0 || slices.ContainsFunc(found, func(c candidate) bool { return c.id == string(s.ID) }) {
				s.RouteTableUnknown = cmp.Or(s.RouteTableUnknown, v)
			}
		}
	case u != nil:
		if s := b.network.Subnets[model.SubnetID(subnet.id)]; s != nil {
			s.RouteTableUnknown = u
		}
	default:
		b.routeTable(table.id)
		b.associateTable(model.SubnetID(subnet.id), model.RouteTableID(table.id))
	}
}

// openGatewayTable gives a gateway whose table is open one of which nothing is
// known; where the gateway is open, each that it may be and that has no other.
func (b body) openGatewayTable(gateway candidate, u *model.Unknown) {
	b.later(func() {
		for _, id := range b.either(gateway, "gateway_id", wantGateway) {
			t := &model.RouteTable{ID: model.RouteTableID(b.r.address + " route_table_id of " + id), Gateways: []string{id}, RoutesUnknown: u}
			t.Provenance = b.r.place
			if g := b.network.InternetGateways[model.InternetGatewayID(id)]; g != nil {
				t.VPC = g.VPC
			} else if g := b.network.VPNGateways[model.VPNGatewayID(id)]; g != nil {
				t.VPC = g.VPC
			}
			has := func(t *model.RouteTable) bool { return slices.Contains(t.Gateways, id) }
			if t.VPC != "" && !slices.ContainsFunc(model.Sorted(b.network.RouteTables), has) {
				b.network.RouteTables[t.ID] = t
			}
		}
	})
}

func (b body) associateTable(id model.SubnetID, table model.RouteTableID) {
	s := b.network.Subnets[id]
	if s == nil {
		return
	}
	if s.RouteTable != "" && s.RouteTable != table {
		reason := string(s.RouteTable) + " and " + string(table) + " are both associated with it"
		b.problem(model.Warning, "SUB-7", "%s: %s", id, reason)
		s.RouteTableUnknown = &model.Unknown{Subject: string(id), Attribute: "route_table_id", Reason: reason, Provenance: b.r.place}
		return
	}
	s.RouteTable = table
}

// readPropagation reads the copying of a virtual private gateway's routes (RT-20).
func readPropagation(b body) {
	table, u := b.ref("route_table_id", wantTable, nil)
	gateway, v := b.ref("vpn_gateway_id", wantVPNGW, nil)
	if u = firstOpen(u, v); u != nil {
		for _, id := range b.either(table, "route_table_id", wantTable) {
			if t := b.network.RouteTables[model.RouteTableID(id)]; t != nil {
				t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
			}
		}
		return
	}
	if t := b.routeTable(table.id); !slices.Contains(t.PropagatingVGWs, gateway.id) {
		t.PropagatingVGWs = append(t.PropagatingVGWs, gateway.id)
	}
}
