package sim

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// gatewayRoute is a prefix that a virtual private gateway knows, and the links that
// lead there, of the best rank alone.
type gatewayRoute struct {
	prefix netip.Prefix
	addrs  packet.Addrs
	ways   []*wayIn
}

// fill finds out what the gateway knows: longest prefix, then Direct Connect before
// static before other VPN connections, those that are up before those that are not
// (VPN-3). IPv6 it has over Direct Connect alone (VPN-9).
func (g *vpnGateway) fill() {
	up, down := map[netip.Prefix][]*wayIn{}, map[netip.Prefix][]*wayIn{}
	add := func(x *wayIn, p netip.Prefix) {
		if p.Addr().Is6() && x.link.vpn != nil {
			return
		}
		if x.dead() != nil {
			down[p] = append(down[p], x)
			return
		}
		switch {
		case len(up[p]) == 0 || up[p][0].link.rank == x.link.rank:
			up[p] = append(up[p], x)
		case up[p][0].link.rank > x.link.rank:
			up[p] = []*wayIn{x}
		}
	}
	for _, x := range g.ways {
		for _, p := range x.link.learned {
			add(x, p)
		}
	}
	for _, p := range g.listed {
		if len(up[p]) > 0 || len(down[p]) > 0 {
			continue
		}
		for _, x := range g.ways {
			if !x.link.static {
				add(x, p)
			}
		}
	}
	g.routes, g.down = gatewayRoutes(up), gatewayRoutes(down)
}

func gatewayRoutes(by map[netip.Prefix][]*wayIn) []gatewayRoute {
	var out []gatewayRoute
	for p, ways := range by {
		out = append(out, gatewayRoute{p, packet.Prefix(p), ways})
	}
	slices.SortFunc(out, func(a, b gatewayRoute) int {
		if a.prefix.Bits() != b.prefix.Bits() {
			return b.prefix.Bits() - a.prefix.Bits()
		}
		return a.prefix.Addr().Compare(b.prefix.Addr())
	})
	return out
}

// propagated are the routes that the gateway puts into tables that take its routes
// (T-RT-11, T-RT-12), where the input does not list them: what it knows, and what it
// may learn.
func (g *vpnGateway) propagated() []model.Route {
	if len(g.listed) > 0 {
		return nil
	}
	target := model.Target{Kind: model.KindVPNGateway, ID: g.comp.ID}
	var out []model.Route
	for _, r := range g.routes {
		out = append(out, model.Route{Prefix: r.prefix, Target: target, Origin: model.EnableVGWRoutePropagation, State: model.RouteActive, Provenance: r.ways[0].link.where})
	}
	if u := g.unknownFor(false); u != nil {
		out = append(out, model.Route{Target: target, Origin: model.EnableVGWRoutePropagation, State: model.RouteActive, Provenance: u.Provenance, Unknown: u})
	}
	return out
}

// unknownFor is what is not known of the prefixes that the gateway has; nil where it
// has no others. A VPN connection brings no IPv6 (VPN-9).
func (g *vpnGateway) unknownFor(v6 bool) *model.Unknown {
	for _, x := range g.ways {
		if x.link.unknown != nil && x.dead() == nil && !(v6 && x.link.vpn != nil) {
			return x.link.unknown
		}
	}
	return nil
}

// propagatedRoutes are the routes that virtual private gateways put into each table.
func (e *Engine) propagatedRoutes() map[model.RouteTableID][]model.Route {
	out := map[model.RouteTableID][]model.Route{}
	for _, m := range e.network.RouteTables {
		for _, id := range m.PropagatingVGWs {
			if g := e.vpnGateways[model.VPNGatewayID(id)]; g != nil && g.vpc == e.vpc(m.VPC) {
				out[m.ID] = append(out[m.ID], g.propagated()...)
				e.tables[m.ID].withdrawn = append(e.tables[m.ID].withdrawn, g.down...)
			}
		}
	}
	return out
}

// take sends the packet over the link of the route. Of several, which AWS tells apart
// by their BGP paths (VPN-3), a link whose networks do not have the destination is not
// taken to have announced it; those that are left and are not alike are all tried.
func (r *gatewayRoute) take(w *walk, s state) outcome {
	if len(r.ways) == 1 {
		return r.ways[0].link.leave(w, s, r.ways[0])
	}
	var o outcome
	for _, c := range r.owners(s) {
		first := c.ways[0].link
		var ways []func(state) outcome
		for i, x := range c.ways {
			if i > 0 && slices.Equal(x.link.sites, first.sites) && !x.link.selects() && !first.selects() {
				continue
			}
			ways = append(ways, func(s state) outcome { return x.link.leave(w, s, x) })
		}
		o = o.or(w.either(c.state, ways...))
	}
	return o
}

// ownedFlows are flows, and the ways that lead to whoever has their destination.
type ownedFlows struct {
	state state
	ways  []*wayIn
}

// owners parts flows by which of the route's ways lead to their destination; where
// none does, all may.
func (r *gatewayRoute) owners(s state) []ownedFlows {
	parts := []ownedFlows{{state: s}}
	for _, x := range r.ways {
		var next []ownedFlows
		for _, c := range parts {
			in, out := c.state.split(c.state.hdr.dst, x.link.addrs())
			if !in.flows.IsEmpty() {
				next = append(next, ownedFlows{in, append(slices.Clone(c.ways), x)})
			}
			if !out.flows.IsEmpty() {
				next = append(next, ownedFlows{out, c.ways})
			}
		}
		parts = next
	}
	for i := range parts {
		if len(parts[i].ways) == 0 {
			parts[i].ways = r.ways
		}
	}
	return parts
}

// drop ends the way of packets to what only links that are down lead to.
func (r *gatewayRoute) drop(w *walk, s state) outcome {
	d := r.ways[0].dead()
	return w.drop(s, evidence{code: d.code, dir: egress, at: d.at, where: d.where, words: d.words})
}
