package terraform

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantVPN             = &want{types: []string{"aws_vpn_connection"}, literal: "vpn-"}
	wantCustomerGateway = &want{types: []string{"aws_customer_gateway", "data.aws_customer_gateway"}, literal: "cgw-"}
)

// readVPNGateway reads a virtual private gateway with the attachment that it
// writes itself.
func readVPNGateway(b body) {
	if b.r.later() {
		return
	}
	g := &model.VPNGateway{ID: model.VPNGatewayID(b.r.id()), Meta: b.meta()}
	if b.network.VPNGateways[g.ID] != nil {
		return
	}
	name := "vpc_id"
	if b.r.isData() {
		name = "attached_vpc_id"
	}
	b.network.VPNGateways[g.ID] = g
	if _, s := b.get(name); s != unset {
		b.attachVPNGateway(candidate{id: string(g.ID), r: b.r}, nil, name)
	}
}

func readVPNGatewayAttachment(b body) {
	c, u := b.ref("vpn_gateway_id", wantVPNGW, nil)
	b.attachVPNGateway(c, u, "vpc_id")
}

// attachVPNGateway attaches a virtual private gateway to the VPC that an attribute
// names. Where one of the two is open, routes to it may lead to it or nowhere.
func (b body) attachVPNGateway(c candidate, u *model.Unknown, name string) {
	vpc, v := b.ref(name, wantVPC, nil)
	if u = firstOpen(u, v); u == nil {
		if g := b.network.VPNGateways[model.VPNGatewayID(c.id)]; g != nil {
			g.VPC, b.attachedVPNs[g.ID] = b.vpc(name), true
		}
		return
	}
	vpcs := b.either(vpc, name, wantVPC)
	for _, id := range b.either(c, "vpn_gateway_id", wantVPNGW) {
		g := b.network.VPNGateways[model.VPNGatewayID(id)]
		if g == nil || g.VPC != "" || len(vpcs) == 0 {
			continue
		}
		g.VPC = model.VPCID(vpcs[0])
		b.later(func() {
			if b.attachedVPNs[g.ID] {
				return // another resource attaches it
			}
			for _, t := range b.network.RouteTables {
				if !slices.Contains(vpcs, string(t.VPC)) {
					continue
				}
				for i := range t.Routes {
					if r := &t.Routes[i]; r.Target.ID == id {
						r.Target, r.Unknown = model.Target{}, u
					}
				}
				if slices.Contains(t.PropagatingVGWs, id) {
					t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
				}
			}
		})
	}
}

func readCustomerGateway(b body) {
	if b.r.later() {
		return
	}
	g := &model.CustomerGateway{ID: model.CustomerGatewayID(b.r.id()), Meta: b.meta(), IP: b.addr("ip_address")}
	if b.network.CustomerGateways[g.ID] == nil {
		b.network.CustomerGateways[g.ID] = g
	}
}

// readVPNConnection reads a Site-to-Site VPN connection, and the attachment that
// it makes at a transit gateway. Tunnels of a planned one are taken to be up
// (VPN-1).
func readVPNConnection(b body) {
	c := &model.VPNConnection{ID: model.VPNConnectionID(b.r.id()), Meta: b.meta(), Available: true, State: "available",
		VPNGateway: model.VPNGatewayID(b.one("vpn_gateway_id", wantVPNGW)), TransitGateway: model.TransitGatewayID(b.one("transit_gateway_id", wantTransit)),
		CustomerGateway:  model.CustomerGatewayID(b.one("customer_gateway_id", wantCustomerGateway)),
		StaticRoutesOnly: b.boolean("static_routes_only"), InsideIPv6: b.str("tunnel_inside_ip_version") == "ipv6"}
	if core := b.str("core_network_arn"); core != "" {
		c.CoreNetwork = coreNetworkID(b.literal(core, wantCore).id)
	}
	// Static ones and others are then open: BGP's too.
	static := b.open("static_routes_only")
	c.StaticRoutesOnly, c.StaticRoutesUnknown = c.StaticRoutesOnly || static != nil, static
	b.tunnels(c)
	family := "ipv4"
	if c.InsideIPv6 {
		family = "ipv6"
	}
	local, remote := "local_"+family+"_network_cidr", "remote_"+family+"_network_cidr"
	c.LocalCIDR, c.RemoteCIDR = b.prefix(local), b.prefix(remote)
	c.SelectorsUnknown = firstOpen(b.open(local), b.open(remote), b.open("tunnel_inside_ip_version"))
	routes, _ := b.blocks("routes")
	for _, x := range routes {
		if p := x.prefix("destination_cidr_block"); p.IsValid() && !b.superseded("routes", string(c.ID), p) && !strings.EqualFold(x.str("state"), "deleted") {
			addTo(&c.StaticRoutes, p)
		}
	}
	b.network.VPNConnections[c.ID] = c
	if c.TransitGateway != "" {
		a := b.attachTransit(b.vpnAttachment(b.r), string(c.TransitGateway), model.AttachVPN, string(c.ID))
		if a.PrefixesUnknown = static; !c.StaticRoutesOnly { // TGW-12
			a.PrefixesUnknown = b.byBGP(string(a.ID))
		}
	}
}

// tunnels reads what is known of the tunnels.
func (b body) tunnels(c *model.VPNConnection) {
	tunnels, _ := b.blocks("vgw_telemetry")
	c.TunnelsAssumed = len(tunnels) == 0
	c.Down = len(tunnels) > 0 && !slices.ContainsFunc(tunnels, func(t body) bool { return t.str("status") != "DOWN" })
}

// vpnAttachment is the ID of the attachment that a connection makes.
func (b *builder) vpnAttachment(r *resource) string {
	if id := b.body(r).str("transit_gateway_attachment_id"); id != "" {
		return id
	}
	return r.address + ".transit_gateway_attachment_id"
}

// readVPNRoute reads a static route of a connection (VPN-6).
func readVPNRoute(b body) {
	c, u := b.ref("vpn_connection_id", wantVPN, nil)
	v := b.network.VPNConnections[model.VPNConnectionID(c.id)]
	p := b.prefix("destination_cidr_block")
	switch u = firstOpen(u, b.open("destination_cidr_block")); {
	case u != nil:
		for _, id := range b.either(c, "vpn_connection_id", wantVPN) {
			if v := b.network.VPNConnections[model.VPNConnectionID(id)]; v != nil {
				v.StaticRoutesUnknown = cmp.Or(v.StaticRoutesUnknown, u)
			}
		}
	case v == nil:
		b.problem(model.Warning, "VPN-6", "vpn_connection_id: %s is not in the configuration; the route is left out", c.id)
	case p != netip.Prefix{}:
		addTo(&v.StaticRoutes, p)
	}
}
