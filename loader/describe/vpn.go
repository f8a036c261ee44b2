package describe

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readVPNGateway reads an element of VpnGateways.
func readVPNGateway(r *reader) {
	m := r.begin()
	var g model.VPNGateway
	var state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpnGatewayId":
			g.ID = model.VPNGatewayID(r.str())
		case "VpcAttachments":
			g.VPC = r.attachedVPC()
		case "State":
			state = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(g.ID))
	if !ok || strings.EqualFold(state, "deleted") {
		return
	}
	g.Meta = meta
	resource(r, func(n *model.Network) map[model.VPNGatewayID]*model.VPNGateway { return n.VPNGateways }, g.ID, &g, &g.Meta)
}

// readCustomerGateway reads an element of CustomerGateways.
func readCustomerGateway(r *reader) {
	m := r.begin()
	var g model.CustomerGateway
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "CustomerGatewayId":
			g.ID = model.CustomerGatewayID(r.str())
		case "IpAddress":
			g.IP = r.addr()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	if meta, ok := r.end(m, string(g.ID)); ok {
		g.Meta = meta
		resource(r, func(n *model.Network) map[model.CustomerGatewayID]*model.CustomerGateway { return n.CustomerGateways }, g.ID, &g, &g.Meta)
	}
}

// readVPNConnection reads an element of VpnConnections.
func readVPNConnection(r *reader) {
	m := r.begin()
	var c model.VPNConnection
	var local, remote [2]netip.Prefix // IPv4, IPv6
	var tunnels []string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpnConnectionId":
			c.ID = model.VPNConnectionID(r.str())
		case "CustomerGatewayId":
			c.CustomerGateway = model.CustomerGatewayID(r.str())
		case "VpnGatewayId":
			c.VPNGateway = model.VPNGatewayID(r.str())
		case "TransitGatewayId":
			c.TransitGateway = model.TransitGatewayID(r.str())
		case "CoreNetworkArn":
			c.CoreNetwork = model.CoreNetworkID(lastPart(r.str()))
		case "State":
			c.State = r.str()
		case "VgwTelemetry":
			tunnels = pick[string](r, "Status")
		case "Routes":
			c.StaticRoutes = r.vpnRoutes()
		case "Options":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "StaticRoutesOnly":
					c.StaticRoutesOnly = r.boolean()
				case "TunnelInsideIpVersion":
					c.InsideIPv6 = strings.EqualFold(r.str(), "ipv6") // VPN-9
				case "LocalIpv4NetworkCidr":
					local[0] = r.prefix()
				case "LocalIpv6NetworkCidr":
					local[1] = r.prefix()
				case "RemoteIpv4NetworkCidr":
					remote[0] = r.prefix()
				case "RemoteIpv6NetworkCidr":
					remote[1] = r.prefix()
				default:
					r.skip()
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(c.ID))
	if !ok || strings.EqualFold(c.State, "deleted") {
		return
	}
	c.Meta = meta
	c.Available = c.State == "" || strings.EqualFold(c.State, "available") || strings.EqualFold(c.State, "modifying")
	// VPN-1: a connection has two tunnels, of which either is enough.
	c.TunnelsAssumed = len(tunnels) == 0
	c.Down = !c.TunnelsAssumed && !slices.ContainsFunc(tunnels, func(s string) bool { return !strings.EqualFold(s, "DOWN") })
	family := 0
	if c.InsideIPv6 {
		family = 1
	}
	c.LocalCIDR, c.RemoteCIDR = narrow(local[family]), narrow(remote[family])
	resource(r, func(n *model.Network) map[model.VPNConnectionID]*model.VPNConnection { return n.VPNConnections }, c.ID, &c, &c.Meta)
}

// narrow is a traffic selector, not valid where it lets everything through (VPN-8).
func narrow(p netip.Prefix) netip.Prefix {
	if p.IsValid() && p.Bits() == 0 {
		return netip.Prefix{}
	}
	return p
}

// vpnRoutes reads a connection's static routes that are in force (VPN-6).
func (r *reader) vpnRoutes() []netip.Prefix {
	var list []netip.Prefix
	for ok := r.array(); ok && r.element(); {
		var p netip.Prefix
		var state string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "DestinationCidrBlock":
				p = r.prefix()
			case "State":
				state = r.str()
			default:
				r.skip()
			}
		}
		if p.IsValid() && (state == "" || strings.EqualFold(state, "available")) {
			list = append(list, p)
		}
	}
	return list
}

// linkVPNGateways leaves out virtual private gateways of which the snapshot lacks
// what is behind them, so that it is unknown: the connections; or, where a gateway
// has none and propagates routes all the same, Direct Connect.
func (b *builder) linkVPNGateways() {
	n := b.network
	joined := map[model.VPNGatewayID]bool{}
	for _, c := range n.VPNConnections {
		joined[c.VPNGateway] = true
	}
	for _, i := range n.VirtualInterfaces {
		joined[i.VPNGateway] = true
	}
	for _, a := range n.DirectConnectGatewayAssociations {
		joined[a.VPNGateway] = true
	}
	propagates := map[model.VPNGatewayID]bool{}
	for _, t := range n.RouteTables {
		for _, route := range t.Routes {
			if route.Origin == model.EnableVGWRoutePropagation {
				propagates[model.VPNGatewayID(route.Target.ID)] = true
			}
		}
	}
	for _, g := range model.Sorted(n.VPNGateways) {
		lacks := ""
		switch {
		case joined[g.ID]:
		case !b.ownerGives(model.KindVPNConnection, &g.Meta):
			lacks = "VpnConnections"
		case propagates[g.ID] && !b.ownerGives(model.KindVirtualInterface, &model.Meta{Account: g.Account}):
			lacks = "virtualInterfaces and directConnectGatewayAssociations"
		}
		if lacks != "" && g.VPC != "" {
			b.report(model.Diagnostic{Severity: model.Note, Resource: string(g.ID), Provenance: g.Provenance,
				Summary: "the snapshot has no " + lacks + ": what is behind " + string(g.ID) + " is unknown"})
			delete(n.VPNGateways, g.ID)
		}
	}
}

// learnVPNRoutes tells what a virtual private gateway learns by BGP from the
// routes that it propagates to route tables (PATH-8). Which of its connections a
// prefix came by is not told: each that speaks BGP and is up may carry it.
func (b *builder) learnVPNRoutes() {
	n := b.network
	learned := map[model.VPNGatewayID][]netip.Prefix{}
	for _, t := range model.Sorted(n.RouteTables) {
		for _, route := range t.Routes {
			if route.Origin == model.EnableVGWRoutePropagation && route.Target.Kind == model.KindVPNGateway && route.Prefix.IsValid() {
				id := model.VPNGatewayID(route.Target.ID)
				learned[id] = append(learned[id], route.Prefix)
			}
		}
	}
	for _, list := range learned {
		slices.SortFunc(list, netip.Prefix.Compare)
	}
	static := map[model.VPNGatewayID][]netip.Prefix{}
	for _, c := range n.VPNConnections {
		static[c.VPNGateway] = append(static[c.VPNGateway], c.StaticRoutes...)
	}
	prefixes := func(id model.VPNGatewayID) []netip.Prefix {
		list := slices.Compact(slices.Clone(learned[id]))
		return slices.DeleteFunc(list, func(p netip.Prefix) bool { return slices.Contains(static[id], p) })
	}
	for _, c := range n.VPNConnections {
		if c.VPNGateway != "" && !c.StaticRoutesOnly && !c.Down && c.Available {
			c.LearnedRoutes = prefixes(c.VPNGateway)
		}
	}
	for _, i := range n.VirtualInterfaces {
		if i.VPNGateway != "" && i.Up && i.LearnedRoutes == nil {
			i.LearnedRoutes = prefixes(i.VPNGateway)
		}
	}
}
