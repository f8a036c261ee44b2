package sim

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// siteEnds gives what a network on premises stands for.
func (e *Engine) siteEnds(s *model.Selection, side model.Side, v6 bool) []end {
	family := packet.AllIPv4
	if v6 {
		family = packet.AllIPv6
	}
	var out []end
	for _, p := range e.sites {
		if p.comp.ID != s.Outside.ID || p.addrs.And(family).IsEmpty() {
			continue
		}
		x := end{label: s.Text, addrs: p.addrs.And(family)}
		if side == model.Source {
			x.origin = p
		} else {
			x.place = p
		}
		out = append(out, x)
	}
	return out
}

// privatelyConnected reports whether a source comes in by private connections, so
// that the names it asks for are private addresses: networks on premises and the
// clients of a Client VPN endpoint. So may private addresses that nobody is known to
// have, where a connection may lead to them (PATH-8).
func (e *Engine) privatelyConnected(s *model.Selection) bool {
	switch s.Kind {
	case model.SelectOutside:
		return s.Outside.Kind == model.KindClientVPNEndpoint || s.Outside.Kind == model.KindOnPremises
	case model.SelectPrefix:
		rest := packet.Prefix(s.Prefix)
		for _, p := range e.sites {
			if slices.ContainsFunc(p.links, func(l *link) bool { return len(l.ways) > 0 }) {
				rest = rest.Sub(p.addrs)
			}
		}
		if e.unplaced != nil {
			rest = rest.Sub(e.unplaced.addrs)
		}
		return rest.IsEmpty()
	}
	return false
}

// sourcesAt cuts the addresses of a source into the sites that have them and the
// rest, which stands at the internet gateway.
func (e *Engine) sourcesAt(x end) []end {
	var out []end
	rest := x.addrs
	for _, p := range e.sites {
		if here := x.addrs.And(p.addrs); !here.IsEmpty() {
			y := x
			y.addrs, y.origin = here, p
			out = append(out, y)
			rest = rest.Sub(here)
		}
	}
	if p := e.unplaced; p != nil {
		if here := rest.And(p.addrs); !here.IsEmpty() {
			y := x
			y.addrs, y.origin = here, p
			out = append(out, y)
			rest = rest.Sub(here)
		}
	}
	if here := rest.And(e.untold); !here.IsEmpty() {
		y := x
		y.addrs, y.gap = here, untoldGap(here)
		out = append(out, y)
		rest = rest.Sub(here)
	}
	if !rest.IsEmpty() {
		x.addrs = rest
		out = append(out, x)
	}
	return out
}

// untoldGap tells that the input does not have what is behind a gateway to which
// routes send addresses, or a peering connection that tells them.
func untoldGap(s packet.Addrs) *evidence {
	return &evidence{code: UnknownDestination, at: Component{ID: packet.FormatAddrs(s), Type: model.KindOnPremises}, isGap: true,
		words: say("these addresses are behind a gateway or a peering connection, and the input does not have what is there",
			"give the gateway or the VPC, or describe the network as on_premises")}
}

// addOnPremisesPrefixes adds the CIDRs that connections to networks on premises tell
// addresses apart by.
func (e *Engine) addOnPremisesPrefixes(add func(netip.Prefix)) {
	for _, m := range e.network.OnPremisesNetworks {
		for _, p := range m.Accepts {
			add(p)
		}
	}
	for _, m := range e.network.VPNConnections {
		add(m.LocalCIDR)
		add(m.RemoteCIDR)
	}
	for _, m := range e.network.DirectConnectGatewayAssociations {
		for _, p := range m.AllowedPrefixes {
			add(p)
		}
	}
	for _, m := range e.network.ClientVPNEndpoints {
		add(m.ClientCIDR)
		for i := range m.Routes {
			add(m.Routes[i].Prefix)
		}
		for i := range m.Authorization {
			add(m.Authorization[i].Prefix)
		}
	}
	for _, g := range e.vpnGateways {
		for i := range g.routes {
			add(g.routes[i].prefix)
		}
	}
}
