package scenarios

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// vgwRoutes are the routes that virtual private gateways put into a route table,
// which describe-route-tables prints with the others. Those of a gateway that may
// know more than the network tells are left out.
func (s *snapshot) vgwRoutes(t *model.RouteTable) []object {
	var out []object
	for _, id := range t.PropagatingVGWs {
		prefixes, told := s.gatewayPrefixes(model.VPNGatewayID(id))
		if !told {
			continue
		}
		for _, p := range prefixes {
			listed := slices.ContainsFunc(t.Routes, func(r model.Route) bool { return r.Prefix == p && r.Origin == model.EnableVGWRoutePropagation })
			if !listed {
				out = append(out, s.route(&model.Route{Prefix: p, Target: model.Target{Kind: model.KindVPNGateway, ID: id},
					State: model.RouteActive, Origin: model.EnableVGWRoutePropagation}))
			}
		}
	}
	return out
}

// gatewayPrefixes are what a virtual private gateway knows: static routes, and what
// is announced by connections and virtual interfaces that are up; false where one of
// them may announce what the network does not tell.
func (s *snapshot) gatewayPrefixes(id model.VPNGatewayID) ([]netip.Prefix, bool) {
	n := s.network
	var all []netip.Prefix
	told := true
	add := func(link string, learned []netip.Prefix) {
		for _, o := range n.OnPremisesNetworks {
			if len(o.Via) > 0 && !slices.Contains(o.Via, link) {
				continue
			}
			if learned = slices.Concat(learned, o.Advertises); o.Advertises == nil {
				learned = slices.Concat(learned, o.CIDRs)
			}
		}
		learned = slices.Concat(learned, n.OnPremises)
		told = told && len(learned) > 0
		all = append(all, learned...)
	}
	for _, c := range n.VPNConnections {
		switch {
		case c.VPNGateway != id || !c.Available || c.Down:
		case c.StaticRoutesOnly:
			all = append(all, c.StaticRoutes...)
		default:
			add(string(c.ID), slices.DeleteFunc(slices.Concat(c.StaticRoutes, c.LearnedRoutes), func(p netip.Prefix) bool { return p.Addr().Is6() })) // VPN-9
		}
	}
	joined := map[model.DirectConnectGatewayID]bool{}
	for _, a := range n.DirectConnectGatewayAssociations {
		joined[a.Gateway] = joined[a.Gateway] || a.VPNGateway == id && a.Associated
	}
	for _, i := range n.VirtualInterfaces {
		if i.Up && i.Type == model.PrivateVirtualInterface && (i.VPNGateway == id || joined[i.Gateway]) {
			add(string(i.ID), i.LearnedRoutes)
		}
	}
	slices.SortFunc(all, netip.Prefix.Compare)
	return slices.Compact(all), told
}
