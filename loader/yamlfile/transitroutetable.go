package yamlfile

import (
	"cmp"
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

type transitRouteTable struct {
	common
	routes                     routesOf[transitRoute]
	associations, propagations list[ref]
	listed                     value[bool]
}

// transitRoute is a route of a transit gateway route table, or a reference to a
// prefix list.
type transitRoute struct {
	placed
	cidr        value[netip.Prefix]
	prefixList  ref
	attachments list[ref]
	propagated  value[bool]
	state       value[model.RouteState]
	openEnd     *gap // the destination is open
	gap         *gap
}

var transitRouteTableShape = object("a transit gateway route table", "Routes for what comes from the attachments that are associated with it.",
	commonKeys(func(t *transitRouteTable) *common { return &t.common }), []field[transitRouteTable]{
		key("routes", transitRoutesShape, func(t *transitRouteTable) *routesOf[transitRoute] { return &t.routes }, "a mapping from destinations, CIDRs or prefix lists, to attachments, or to blackhole; or a list of routes"),
		key("associations", many(refTo), func(t *transitRouteTable) *list[ref] { return &t.associations }, "the attachments whose packets it routes (TGW-11), beside those that name it"),
		key("propagations", many(refTo), func(t *transitRouteTable) *list[ref] { return &t.propagations }, "the attachments whose own routes it has (TGW-11), beside those that name it"),
		key("routes_listed", yesNo, func(t *transitRouteTable) *value[bool] { return &t.listed }, "whether routes has the propagated routes too, so that nothing more propagates; false by default"),
	})

const (
	blackhole           = "blackhole"
	transitTargetAdvice = "a target is an attachment by name, a list of them, or blackhole"
)

// transitRouteKeys are the keys of a route, its destination apart.
var transitRouteKeys = []field[transitRoute]{
	key("attachment", many(refTo), func(r *transitRoute) *list[ref] { return &r.attachments }, "where it leads; several are equal-cost paths (TGW-35); none is a black hole"),
	key("propagated", yesNo, func(r *transitRoute) *value[bool] { return &r.propagated }, "whether an attachment propagated it; false by default, which is a static route"),
	key("state", routeState, func(r *transitRoute) *value[model.RouteState] { return &r.state }, "active by default; blackhole where it leads nowhere"),
	key("unknown", gapDetailRef, func(r *transitRoute) **gap { return &r.gap }, "why something of the route is open"),
}

var (
	transitRouteTo = shape[transitRoute]{
		read: func(d *decoder, n *yaml.Node, into *transitRoute) {
			switch {
			case n.Kind == yaml.MappingNode:
				if into.gap = d.readGap(n); into.gap == nil {
					transitRouteObject.read(d, n, into)
				}
			case n.Kind == yaml.ScalarNode && n.Value == blackhole:
				into.state = value[model.RouteState]{v: model.RouteBlackhole, set: true, at: d.at(n)}
			default:
				if into.gap = d.readGap(n); into.gap == nil {
					many(refTo).read(d, n, &into.attachments)
				}
			}
		},
		schema: func(c *schemas) schema {
			return schema{"anyOf": []any{transitRouteObject.schema(c), many(refTo).schema(c)}}
		},
	}
	transitRouteObject = object("a transit gateway route target", "A route whose destination is its key.", transitRouteKeys)
	transitRouteFromTo = object("a transit gateway route", "A route of a transit gateway route table.", []field[transitRoute]{
		must(take("destination", destinationShape, (*transitRoute).setDestination, "a CIDR, or a prefix list"))}, transitRouteKeys)

	transitRoutesShape = routesBy(transitRouteTo, transitRouteFromTo, transitTargetAdvice, func(r *transitRoute, to destination, at model.Provenance) {
		r.setDestination(to)
		r.at = at
	})
)

func (r *transitRoute) setDestination(to destination) {
	r.cidr, r.prefixList, r.openEnd = to.cidr, to.ref, to.gap
}

func (b *builder) buildTransitRouteTable(h *hub, e *entry[transitRouteTable]) {
	f := &e.v
	id := model.TransitGatewayRouteTableID(b.idOf(model.KindTransitGatewayRouteTable, h.scope, e.key))
	meta := f.meta(e.key, e.at, h.meta)
	m := &model.TransitGatewayRouteTable{ID: id, Meta: meta, TransitGateway: h.id, RoutesListed: f.listed.or(false),
		AssociationsUnknown: f.associations.gap.unknown(string(id), "associations"),
		RoutesUnknown:       f.routes.gap.unknown(string(id), "routes")}
	closed(b.d, &f.propagations, "the propagations of a route table")
	m.Associations = b.listedAttachments(h, &f.associations, h.associated)
	m.Propagations = b.listedAttachments(h, &f.propagations, h.propagated)
	for i := range f.routes.items {
		if r, ok := b.transitRoute(h, string(id), &f.routes.items[i]); ok {
			m.Routes = append(m.Routes, r)
		}
	}
	b.n.TransitGatewayRouteTables[id] = m
}

// listedAttachments are the attachments that a table lists, each once.
func (b *builder) listedAttachments(h *hub, l *list[ref], listed map[model.TransitGatewayAttachmentID]bool) []model.TransitGatewayAttachmentID {
	var out []model.TransitGatewayAttachmentID
	for _, id := range refsOf[model.TransitGatewayAttachmentID](b, model.KindTransitGatewayAttachment, h.scope, l) {
		if listed[id] = true; !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (b *builder) transitRoute(h *hub, table string, r *transitRoute) (model.TransitGatewayRoute, bool) {
	m := model.TransitGatewayRoute{Prefix: r.cidr.v, Propagated: r.propagated.or(false), Provenance: r.at}
	if r.prefixList.isSet() {
		if m.PrefixList = model.PrefixListID(b.id(model.KindPrefixList, h.scope, &r.prefixList)); m.PrefixList == "" {
			return m, false
		}
	}
	m.Unknown = firstGap(table, pick{r.gap, "route"}, pick{r.openEnd, "destination"}, pick{r.attachments.gap, "attachment"})
	if !m.Prefix.IsValid() && m.PrefixList == "" && m.Unknown == nil {
		return m, false // reported when it was read
	}
	m.Attachments = refsOf[model.TransitGatewayAttachmentID](b, model.KindTransitGatewayAttachment, h.scope, &r.attachments)
	if len(m.Attachments) == 0 && !r.state.set && m.Unknown == nil {
		if !r.attachments.set {
			b.d.errorf(r.at, transitTargetAdvice, "the route has no target")
		}
		return m, false
	}
	byDefault := model.RouteActive
	if len(m.Attachments) == 0 && m.Unknown == nil {
		byDefault = model.RouteBlackhole
	}
	m.State = r.state.or(byDefault)
	return m, true
}

// transitPolicyTable selects a route table by the packet.
type transitPolicyTable struct {
	common
	associations list[ref]
	rules        list[transitPolicyRule]
}

type transitPolicyRule struct {
	placed
	traffic
	number              value[int]
	source, destination value[netip.Prefix]
	sourcePorts         value[model.PortRange]
	routeTable          ref
}

const maxPolicyRule = 50000 // TGW-21

var transitPolicyTableShape = object("a transit gateway policy table", "Rules that select a route table by the packet (TGW-21).",
	commonKeys(func(t *transitPolicyTable) *common { return &t.common }), []field[transitPolicyTable]{
		key("associations", many(refTo), func(t *transitPolicyTable) *list[ref] { return &t.associations }, "the attachments whose packets it is for"),
		key("rules", many(transitPolicyRuleShape), func(t *transitPolicyTable) *list[transitPolicyRule] { return &t.rules }, "rules; the lowest number that matches decides, and a packet that none matches is dropped"),
	})

var transitPolicyRuleShape = object("a policy table rule", "A rule of a policy table; what it does not tell matches anything.", []field[transitPolicyRule]{
	must(key("rule", number("a rule number", 1, maxPolicyRule), func(r *transitPolicyRule) *value[int] { return &r.number }, "its number, 1 to 50000")),
	key("source", cidr, func(r *transitPolicyRule) *value[netip.Prefix] { return &r.source }, "the packet's source"),
	key("destination", cidr, func(r *transitPolicyRule) *value[netip.Prefix] { return &r.destination }, "the packet's destination"),
	key("source_ports", ports, func(r *transitPolicyRule) *value[model.PortRange] { return &r.sourcePorts }, "for tcp and udp: the source port or ports"),
	must(key("route_table", refTo, func(r *transitPolicyRule) *ref { return &r.routeTable }, "the route table that it selects")),
}, trafficKeys(func(r *transitPolicyRule) *traffic { return &r.traffic }))

func (b *builder) buildTransitPolicyTable(h *hub, e *entry[transitPolicyTable]) {
	f := &e.v
	id := model.TransitGatewayPolicyTableID(b.idOf(model.KindTransitGatewayPolicyTable, h.scope, e.key))
	closed(b.d, &f.associations, "the associations of a policy table")
	m := &model.TransitGatewayPolicyTable{ID: id, Meta: f.meta(e.key, e.at, h.meta), TransitGateway: h.id,
		Associations: b.listedAttachments(h, &f.associations, h.associated), RulesUnknown: f.rules.gap.unknown(string(id), "rules")}
	for i := range f.rules.items {
		r := &f.rules.items[i]
		if g := r.open().gap; g != nil {
			b.d.errorf(g.at, "leave the rule out, and add unknown to the list", "a policy table rule cannot be open in part")
			continue
		}
		t, ok := r.traffic.model(b.d, r.at, "TGW-21", true)
		table := model.TransitGatewayRouteTableID(b.id(model.KindTransitGatewayRouteTable, h.scope, &r.routeTable))
		if !ok || table == "" || !r.number.set {
			continue
		}
		m.Rules = append(m.Rules, model.TransitGatewayPolicyRule{Number: r.number.v, Source: r.source.v, Destination: r.destination.v, Traffic: t,
			SourcePorts: r.sourcePorts.v, RouteTable: table, Provenance: r.at})
	}
	slices.SortStableFunc(m.Rules, func(x, y model.TransitGatewayPolicyRule) int { return cmp.Compare(x.Number, y.Number) })
	b.n.TransitGatewayPolicyTables[id] = m
}
