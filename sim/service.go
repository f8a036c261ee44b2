package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// serviceAddress is a public address of an AWS service: the service's own prefix
// list has it for certain, and other services' lists do not. Where it is not known
// it is open of any other range whether that has it, unless it is all of the
// public space or none.
type serviceAddress struct {
	service model.Service
	v6      bool
	space   packet.Addrs // the addresses that it may be
	// lattice is the VPC Lattice service that is reached at the address, or sends from
	// it; front is what sends from it outside the VPCs. Nil for most.
	lattice *latticeService
	front   *accelerator
}

// othersPublic are ranges that no service of AWS has: documentation (RFC 5737, RFC
// 3849), and those of the public resolvers of Cloudflare, Google and Quad9, which
// questions about the internet name most.
var othersPublic = packet.Prefixes([]netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("1.0.0.0/24"), netip.MustParsePrefix("1.1.1.0/24"), netip.MustParsePrefix("2606:4700:4700::/48"),
	netip.MustParsePrefix("8.8.4.0/24"), netip.MustParsePrefix("8.8.8.0/24"), netip.MustParsePrefix("2001:4860:4860::/48"),
	netip.MustParsePrefix("9.9.9.0/24"), netip.MustParsePrefix("2620:fe::/48"),
})

// servicePublic are the addresses that a service may have, by IP version.
var servicePublic = [2]packet.Addrs{publicIPv4.Sub(othersPublic), publicIPv6.Sub(othersPublic)}

func (e *Engine) newServiceAddress(sv model.Service, v6 bool) *serviceAddress {
	return &serviceAddress{service: sv, v6: v6, space: e.ofServices(v6)}
}

// ofServices are the public addresses that AWS's services may have in this network.
func (e *Engine) ofServices(v6 bool) packet.Addrs {
	if v6 {
		return e.serviceSpace[1]
	}
	return e.serviceSpace[0]
}

// inList tells whether a prefix list has the address; known is false where that
// takes a look at its entries.
func (f addrField) inList(l *prefixList) (m match, known bool) {
	if f.service == nil || l == nil || !l.service {
		return no, false
	}
	if l.of.Same(f.service.service) && l.ipv6 == f.service.v6 {
		return yes, true
	}
	return no, true // GWEP-3: a list is one service's, in one Region
}

// toService sends packets to a service of which no address is known by the route
// to its own prefix list, else by the default route. A route to some public
// addresses may be more specific than either (RT-2): both are tried then.
func (t *routeTable) toService(w *walk, s state) outcome {
	dst := s.hdr.dst
	var routes []*route
	for _, r := range t.lists {
		if m, _ := dst.inList(r.list); m == yes {
			routes = append(routes, r)
		}
	}
	any := anyPrefix
	if dst.service.v6 {
		any = anyPrefix6
	}
	if i, ok := t.lookup.Get(any); ok && len(routes) == 0 {
		routes = append(routes, t.entries[i].winners...)
	}
	perhaps, all := t.perhapsToService(dst)
	for _, r := range perhaps {
		w.note(&s, gapEvidence(t.comp, sideless, UnknownValue, dst.service.unknown(r), s.flows))
	}
	if len(routes) == 0 && !all {
		if len(perhaps) == 0 {
			return t.noRoute(w, s)
		}
		return w.either(s, append(waysBy(perhaps, w), func(s state) outcome { return t.noRoute(w, s) })...)
	}
	return w.either(s, waysBy(append(routes, perhaps...), w)...)
}

// perhapsToService are the routes that may take a service's addresses: those to
// some of the public space, or to what is not known. all says that together they
// take every address.
func (t *routeTable) perhapsToService(dst addrField) (routes []*route, all bool) {
	var taken packet.Addrs
	for i := range t.entries {
		en := &t.entries[i]
		if en.prefix.Bits() == 0 || !en.addrs.Overlaps(dst.service.space) {
			continue
		}
		if _, known := dst.inList(en.winners[0].list); known {
			continue
		}
		taken = taken.Or(en.addrs)
		routes = append(routes, en.winners...)
	}
	for _, r := range t.open {
		if _, known := dst.inList(r.list); !known {
			routes = append(routes, r)
		}
	}
	return routes, taken.Holds(dst.service.space)
}

// waysBy are the ways by some routes, each target once.
func waysBy(routes []*route, w *walk) []func(state) outcome {
	var ways []func(state) outcome
	type fate struct {
		target model.Target
		state  model.RouteState
	}
	var seen []fate
	for _, r := range routes {
		f := fate{r.model.Target, r.model.State}
		if slices.Contains(seen, f) {
			continue
		}
		seen = append(seen, f)
		ways = append(ways, func(s state) outcome { return r.take(w, s) })
	}
	return ways
}

func (a *serviceAddress) noRouteWords(e *Engine, c Component, h Header) (string, string) {
	message, _ := noRouteWords(e, c, h)
	switch a.service.Name {
	case "s3", "dynamodb": // GWEP-1
		return message, fmt.Sprintf("associate a gateway endpoint for %s with %s, or route 0.0.0.0/0 to a NAT gateway", a.service.Name, c.named())
	}
	return message, fmt.Sprintf("give the VPC an interface endpoint for %s with private DNS, or route 0.0.0.0/0 to a NAT gateway", a.service.Name)
}

// unknown is the gap that an address which is not known leaves at a rule.
func (a *serviceAddress) unknown(r ruleRef) *model.Unknown {
	return &model.Unknown{
		Subject: a.service.Host(), Attribute: "public addresses", Provenance: r.where(),
		Reason: fmt.Sprintf("the input does not tell them, and %s is for some of the public addresses only", r.text()),
	}
}

// compilePrefixLists compiles the lists that the network has, those that only a
// gateway endpoint's route names, and those of gateway endpoints that no route
// names yet.
func (e *Engine) compilePrefixLists() {
	for _, m := range model.Sorted(e.network.PrefixLists) {
		e.prefixLists[m.ID] = compilePrefixList(m)
	}
	for _, t := range model.Sorted(e.network.RouteTables) {
		for i := range t.Routes {
			r := &t.Routes[i]
			g := e.network.VPCEndpoints[model.VPCEndpointID(r.Target.ID)]
			if r.PrefixList == "" || g == nil || g.Type != model.GatewayEndpoint || g.Service == "" {
				continue
			}
			l := e.prefixList(r.PrefixList)
			if !l.service { // RT-18: only the service's own list routes there
				l.service, l.of = true, serviceOfList(g.Service, g.Region)
			}
			e.prefixLists[l.id] = l
		}
	}
}

// serviceOfList is the service whose addresses AWS's prefix list of a name holds.
func serviceOfList(name string, r model.Region) model.Service {
	sv := model.ParseService(name).In(r)
	sv.Name = strings.TrimPrefix(sv.Name, "ipv6.")
	return sv
}

// serviceList is the prefix list of a service's addresses of an IP version; nil
// without one.
func (e *Engine) serviceList(sv model.Service, v6 bool) *prefixList {
	for _, m := range model.Sorted(e.network.PrefixLists) {
		if l := e.prefixLists[m.ID]; l.service && l.of.Same(sv) && l.ipv6 == v6 {
			return l
		}
	}
	return nil
}

// endpointRoutes are the routes that AWS makes in the tables of gateway
// endpoints, as far as a table lacks them: designs do not write them (T-RT-12).
func (e *Engine) endpointRoutes() map[model.RouteTableID][]model.Route {
	out := map[model.RouteTableID][]model.Route{}
	for _, g := range model.Sorted(e.network.VPCEndpoints) {
		if g.Type != model.GatewayEndpoint || g.Service == "" {
			continue
		}
		target := model.Target{Kind: model.KindVPCEndpoint, ID: string(g.ID)}
		for _, id := range g.RouteTables {
			t := e.network.RouteTables[id]
			if t == nil {
				continue
			}
			add := func(v6 bool) {
				out[id] = append(out[id], model.Route{
					PrefixList: e.listOf(g, v6).id, Target: target, State: model.RouteActive, Provenance: g.Provenance,
				})
			}
			var written []model.Route
			for _, r := range t.Routes {
				if r.Target == target {
					written = append(written, r)
				}
			}
			if g.RoutesIPv4() && len(written) == 0 {
				add(false)
			}
			// GWEP-12: of two routes that are written one is for the IPv6 list.
			if g.RoutesIPv6() && len(written) < 2 && !slices.ContainsFunc(written, func(r model.Route) bool { return e.prefixList(r.PrefixList).ipv6 }) {
				add(true)
			}
		}
	}
	return out
}

// listOf is the prefix list of an IP version that a gateway endpoint's routes name; one
// that the input lacks has the service's name and unknown entries.
func (e *Engine) listOf(g *model.VPCEndpoint, v6 bool) *prefixList {
	sv := serviceOfList(g.Service, g.Region)
	if l := e.serviceList(sv, v6); l != nil {
		return l
	}
	id := model.PrefixListID(g.Service)
	if v6 {
		id += " (IPv6)"
	}
	l := e.prefixList(id)
	l.service, l.of, l.ipv6 = true, sv, v6
	e.prefixLists[l.id] = l
	return l
}
