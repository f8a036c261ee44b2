package yamlfile

import (
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

type routeTable struct {
	common
	main            value[bool]
	routes          routes
	gateways        list[ref]
	propagatingVGWs list[ref]
}

// routesOf are the routes of a table; gap says that there may be others.
type routesOf[T any] struct {
	items []T
	gap   *gap
}

type routes = routesOf[route]

type route struct {
	placed
	cidr       value[netip.Prefix]
	prefixList ref
	target     ref
	byKind     []kindRef
	origin     value[model.RouteOrigin]
	state      value[model.RouteState]
	openEnd    *gap // the destination is open
	openTarget *gap
	gap        *gap
	perhaps    list[route] // possible targets
}

// kindRef is a target whose kind is written: nat_gateway: nat.
type kindRef struct {
	kind model.Kind
	ref
}

var (
	routeOrigin = word("a route's origin", []string{"CreateRoute", "CreateRouteTable", "EnableVgwRoutePropagation", "Advertisement"},
		[]model.RouteOrigin{model.CreateRoute, model.CreateRouteTable, model.EnableVGWRoutePropagation, model.Advertisement})
	routeState = word("a route's state", []string{"active", "blackhole", "filtered"}, []model.RouteState{model.RouteActive, model.RouteBlackhole, model.RouteFiltered})
)

var routeTableShape = object("a route table", "Routes for subnets, or for what enters the VPC by a gateway.", commonKeys(func(t *routeTable) *common { return &t.common }), []field[routeTable]{
	key("main", yesNo, func(t *routeTable) *value[bool] { return &t.main }, "whether it is the VPC's main table; the one with the key main is"),
	key("routes", routesShape, func(t *routeTable) *routes { return &t.routes }, "a mapping from destinations to targets, or a list of routes; local routes need not be written"),
	key("gateway", many(refTo), func(t *routeTable) *list[ref] { return &t.gateways }, "the internet or virtual private gateway that the table is associated with (GRT-1)"),
	key("propagating_vgws", many(refTo), func(t *routeTable) *list[ref] { return &t.propagatingVGWs }, "virtual private gateways whose routes are copied into the table (RT-20)"),
})

// routeKeys are the keys of a route, its destination apart.
func routeKeys() []field[route] {
	return append(targetKeys(),
		key("origin", routeOrigin, func(r *route) *value[model.RouteOrigin] { return &r.origin }, "who made it; CreateRoute by default"),
		key("state", routeState, func(r *route) *value[model.RouteState] { return &r.state }, "active by default; blackhole where the target is gone or not attached (RT-10)"),
		key("perhaps", many(possibleTarget), func(r *route) *list[route] { return &r.perhaps }, "where the target is open: those of which it is one; any by default"),
		key("unknown", gapDetailRef, func(r *route) **gap { return &r.gap }, "why something of the route is open"))
}

// targetKeys are the keys that name a route's target.
func targetKeys() []field[route] {
	keys := []field[route]{
		take("target", openRefTo, func(r *route, to openRef) { r.target, r.openTarget = to.ref, to.gap }, "where it leads: local, or a gateway, interface, instance or VPC endpoint by name"),
	}
	for _, k := range targetKinds {
		keys = append(keys, take(k.key, refTo, func(r *route, to ref) { r.byKind = append(r.byKind, kindRef{k.kind, to}) },
			"the target, where its kind needs saying"))
	}
	return keys
}

var (
	possibleTarget = orText(object("a possible route target", "A target that a route may have.", targetKeys()), `^.+$`, "the target's name", readTarget)

	routeTo     = orText(object("a route target", "A route whose destination is its key.", routeKeys()), `^.+$`, "the target's name", readTarget)
	routeFromTo = object("a route", "A route.", []field[route]{must(take("destination", destinationShape, (*route).setDestination, "a CIDR, or a prefix list"))}, routeKeys())
)

const (
	routesAdvice = "a mapping such as 0.0.0.0/0: igw, or a list of {destination: 0.0.0.0/0, target: igw}"
	targetAdvice = "a target is local, or a gateway, interface, instance or VPC endpoint by name"
)

func readTarget(d *decoder, at model.Provenance, s string, r *route) {
	if s == "unknown" {
		r.openTarget = &gap{placed: placed{at}}
		return
	}
	refTo.read(d, scalarNode(s, at), &r.target)
}

// destination is where a route leads to, as it is written.
type destination struct {
	openRef
	cidr value[netip.Prefix]
}

var destinationShape = shape[destination]{
	read: func(d *decoder, n *yaml.Node, into *destination) {
		if n.Kind == yaml.ScalarNode && looksLikeAddress(n.Value) {
			cidr.read(d, n, &into.cidr)
			return
		}
		openRefTo.read(d, n, &into.openRef)
	},
	schema: func(c *schemas) schema { return openRefTo.schema(c) },
}

func (r *route) setDestination(to destination) {
	r.cidr, r.prefixList, r.openEnd = to.cidr, to.ref, to.gap
}

var routesShape = routesBy(routeTo, routeFromTo, targetAdvice, func(r *route, to destination, at model.Provenance) {
	r.setDestination(to)
	r.at = at
})

// routesBy reads routes as a mapping from destinations, with values of shape to, or
// as a list, with items of shape fromTo.
func routesBy[T any](to, fromTo shape[T], targetAdvice string, set func(*T, destination, model.Provenance)) shape[routesOf[T]] {
	return shape[routesOf[T]]{
		read: func(d *decoder, n *yaml.Node, into *routesOf[T]) {
			switch {
			case n.Kind == yaml.MappingNode:
				d.pairs(n, func(k, v *yaml.Node) {
					if d.readGap(k) != nil {
						gapDetailRef.read(d, v, &into.gap)
						return
					}
					var r T
					var end destination
					destinationShape.read(d, k, &end)
					if isNull(v) {
						d.errorf(d.at(k), targetAdvice, "the route to %s has no target", k.Value)
						return
					}
					to.read(d, v, &r)
					set(&r, end, d.at(k))
					into.items = append(into.items, r)
				})
			case n.Kind == yaml.SequenceNode:
				for _, item := range n.Content {
					item = follow(item)
					if g := d.readGap(item); g != nil {
						into.gap = g
						continue
					}
					var r T
					fromTo.read(d, item, &r)
					into.items = append(into.items, r)
				}
			default:
				if into.gap = d.readGap(n); into.gap == nil {
					d.errorf(d.at(n), routesAdvice, "routes are not written as %s", describe(n))
				}
			}
		},
		schema: func(c *schemas) schema {
			return schema{"anyOf": []any{
				c.gap(),
				schema{"type": "object", "additionalProperties": schema{"anyOf": []any{to.schema(c), gapDetail.schema(c)}}},
				schema{"type": "array", "items": schema{"anyOf": []any{fromTo.schema(c), c.gap()}}},
			}}
		},
	}
}

func (b *builder) buildRouteTable(s *scope, e *entry[routeTable]) {
	f := &e.v
	id := model.RouteTableID(b.idOf(model.KindRouteTable, s, e.key))
	m := &model.RouteTable{ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id, Main: f.main.or(e.key == "main"),
		RoutesUnknown: f.routes.gap.unknown(string(id), "routes")}
	for i := range f.gateways.items {
		g := &f.gateways.items[i]
		if strings.HasPrefix(g.name, "vgw-") && !b.names.has(model.KindVPNGateway) {
			m.Gateways = append(m.Gateways, g.name)
		} else if x := b.resolve(s, g, "internet or VPN gateway", model.KindInternetGateway, model.KindVPNGateway); x != nil {
			m.Gateways = append(m.Gateways, x.id)
		}
	}
	for i := range f.propagatingVGWs.items {
		if id := b.idOrOutside(model.KindVPNGateway, s, &f.propagatingVGWs.items[i]); id != "" {
			m.PropagatingVGWs = append(m.PropagatingVGWs, id)
		}
	}
	for i := range f.routes.items {
		if r, ok := b.route(s, string(id), &f.routes.items[i]); ok {
			m.Routes = append(m.Routes, r)
		}
	}
	if !s.file.asWritten.or(false) {
		m.Routes = append(b.localRoutes(s, m), m.Routes...)
	}
	b.n.RouteTables[id] = m
}

// localRoutes are the local routes that a table has beside those that are
// written: one for each block of the VPC (VPC-10) whose target the table does
// not replace (RT-17).
func (b *builder) localRoutes(s *scope, t *model.RouteTable) []model.Route {
	var out []model.Route
	for i, p := range s.vpc.CIDRs {
		written := slices.ContainsFunc(t.Routes, func(r model.Route) bool { return r.Prefix == p && r.Origin != model.EnableVGWRoutePropagation })
		if !written {
			out = append(out, model.Route{Prefix: p, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive, Provenance: s.vpc.CIDRProvenance[i]})
		}
	}
	return out
}

func (b *builder) route(s *scope, table string, r *route) (model.Route, bool) {
	m := model.Route{Prefix: r.cidr.v, Provenance: r.at, Origin: r.origin.or(model.CreateRoute)}
	if r.prefixList.isSet() {
		if m.PrefixList = model.PrefixListID(b.id(model.KindPrefixList, s, &r.prefixList)); m.PrefixList == "" {
			return m, false
		}
	}
	m.Unknown = firstGap(table, pick{r.gap, "route"}, pick{r.openEnd, "destination"}, pick{r.openTarget, "target"})
	if !m.Prefix.IsValid() && m.PrefixList == "" && m.Unknown == nil {
		return m, false // reported when it was read
	}
	told := len(r.byKind)
	if r.target.isSet() {
		told++
	}
	switch {
	case told > 1:
		b.d.ruleError(r.at, "RT-13", "leave one", "a route has more than one target")
		return m, false
	case len(r.byKind) == 1:
		m.Target = b.targetOfKind(s, &r.byKind[0])
	case told == 1:
		m.Target = b.target(s, r)
	case r.openTarget == nil && r.gap == nil:
		b.d.ruleError(r.at, "RT-13", targetAdvice, "the route has no target")
		return m, false
	}
	if m.Target.ID == "" && told > 0 {
		return m, false
	}
	if m.Target.IsLocal() && !r.origin.set && slices.Contains(s.vpc.CIDRs, m.Prefix) {
		m.Origin = model.CreateRouteTable
	}
	m.State = r.state.or(b.routeState(s, m.Target))
	m.Perhaps = b.possibleTargets(s, r)
	return m, true
}

// possibleTargets are those of which the target of a route is one.
func (b *builder) possibleTargets(s *scope, r *route) []model.Target {
	closed(b.d, &r.perhaps, "perhaps")
	if r.perhaps.set && r.openTarget == nil && r.gap == nil {
		b.d.errorf(r.perhaps.at, "target: unknown, or leave it out", "the route's target is told, and so are others that it may be")
	}
	var out []model.Target
	for i := range r.perhaps.items {
		p := &r.perhaps.items[i]
		var t model.Target
		switch {
		case len(p.byKind) == 1 && !p.target.isSet():
			t = b.targetOfKind(s, &p.byKind[0])
		case len(p.byKind) == 0 && p.target.isSet():
			t = b.target(s, p)
		default:
			b.d.errorf(p.at, targetAdvice, "a possible target is one thing")
		}
		if t.ID != "" {
			out = append(out, t)
		}
	}
	return out
}
