package oracle

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// candidate is one way in which a route matches.
type candidate struct {
	route  model.Route
	prefix netip.Prefix
	rank   int // RT-3
}

// lookup is RT-1 to RT-12. It gives a reason when the packet is dropped; the
// target is then a black hole's, or none.
func (w *walk) lookup(rt *model.RouteTable, dst netip.Addr) (model.Target, sim.Code) {
	// RT-14
	if in(dst, netip.MustParsePrefix("169.254.168.0/22")) && !in(dst, netip.MustParsePrefix("169.254.171.0/24")) ||
		in(dst, netip.MustParsePrefix("fd00:ec2::/32")) {
		return model.Target{}, sim.NoRouteToDestination
	}
	v := w.n.VPCs[rt.VPC]
	var found []candidate
	for _, r := range rt.Routes {
		if r.State == model.RouteFiltered {
			continue
		}
		for _, c := range w.expand(r) {
			if c.prefix.Contains(dst) && !(r.Origin == model.EnableVGWRoutePropagation && inside(v, c.prefix)) { // RT-6
				found = append(found, c)
			}
		}
	}
	for _, c := range v.CIDRs { // VPC-10
		written := slices.ContainsFunc(rt.Routes, func(r model.Route) bool {
			return r.Prefix == c && r.Origin != model.EnableVGWRoutePropagation
		})
		if c.Contains(dst) && !written {
			found = append(found, candidate{route: model.Route{Prefix: c, Target: model.LocalTarget, State: model.RouteActive}, prefix: c})
		}
	}
	if len(found) == 0 {
		return model.Target{}, sim.NoRouteToDestination
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(b.prefix.Bits()-a.prefix.Bits(), a.rank-b.rank, cmp.Compare(a.route.Target.ID, b.route.Target.ID))
	})
	var best []candidate
	for _, c := range found {
		if c.prefix == found[0].prefix && c.rank == found[0].rank &&
			!slices.ContainsFunc(best, func(b candidate) bool { return b.route.Target == c.route.Target }) {
			best = append(best, c)
		}
	}
	winner := best[0]
	if len(best) > 1 { // RT-8
		tie := Tie{rt.ID, winner.prefix}
		choice, settled := w.p.Ties[tie]
		if !settled {
			w.result.Open[tie] = len(best)
		}
		winner = best[choice]
	}
	if winner.route.State == model.RouteBlackhole { // RT-11
		return winner.route.Target, sim.BadStateRoute
	}
	return winner.route.Target, ""
}

func (w *walk) expand(r model.Route) []candidate {
	rank := 0
	if r.Origin == model.EnableVGWRoutePropagation {
		rank = 2
	}
	if r.PrefixList == "" {
		return []candidate{{r, r.Prefix, rank}}
	}
	var cs []candidate
	for _, e := range w.n.PrefixLists[r.PrefixList].Entries {
		cs = append(cs, candidate{r, e.Prefix, 1})
	}
	return cs
}

// inside reports whether one of the VPC's blocks holds all of p.
func inside(v *model.VPC, p netip.Prefix) bool {
	for _, c := range v.CIDRs {
		if c.Bits() <= p.Bits() && c.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

// tableOf is SUB-7.
func (w *walk) tableOf(sn *model.Subnet) *model.RouteTable {
	if sn.RouteTable != "" {
		return w.n.RouteTables[sn.RouteTable]
	}
	for _, rt := range w.n.RouteTables {
		if rt.VPC == sn.VPC && rt.Main {
			return rt
		}
	}
	panic("oracle: subnet " + string(sn.ID) + " has no route table")
}

// gatewayTable is the table that is associated with a gateway, if any (GRT-1).
func (w *walk) gatewayTable(g model.InternetGatewayID) *model.RouteTable {
	for _, rt := range w.n.RouteTables {
		if slices.Contains(rt.Gateways, string(g)) {
			return rt
		}
	}
	return nil
}

// owns reports whether a is an address of the interface (ENI-7).
func owns(i *model.Interface, a netip.Addr) bool {
	for _, own := range i.Addresses {
		if own.IP == a {
			return true
		}
	}
	return in(a, i.Prefixes...)
}

// ownerOf is the interface of the VPC that has a.
func (w *walk) ownerOf(vpc model.VPCID, a netip.Addr) *model.Interface {
	for _, i := range model.Sorted(w.n.Interfaces) {
		if i.VPC == vpc && owns(i, a) {
			return i
		}
	}
	return nil
}

// natOf is the NAT gateway of the VPC that has a as a private address.
func (w *walk) natOf(vpc model.VPCID, a netip.Addr) *model.NATGateway {
	for _, g := range model.Sorted(w.n.NATGateways) {
		for _, pair := range g.Addresses {
			if g.VPC == vpc && pair.Private == a {
				return g
			}
		}
	}
	return nil
}

// live is ENI-6 and ENI-11.
func (w *walk) live(i *model.Interface) bool {
	if i == nil || i.Detached {
		return false
	}
	if i.Owner.Kind == model.KindInstance {
		return !w.n.Instances[model.InstanceID(i.Owner.ID)].NotRunning
	}
	return true
}

// identity is what counts as one appliance: all interfaces of an instance.
func identity(i *model.Interface) string {
	if i.Owner.Kind == model.KindInstance {
		return i.Owner.ID
	}
	return string(i.ID)
}
