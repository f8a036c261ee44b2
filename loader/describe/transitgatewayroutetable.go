package describe

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readTransitGatewayRouteTable reads an element of TransitGatewayRouteTables.
func readTransitGatewayRouteTable(r *reader) {
	m := r.begin()
	var t model.TransitGatewayRouteTable
	var state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayRouteTableId":
			t.ID = model.TransitGatewayRouteTableID(r.str())
		case "TransitGatewayId":
			t.TransitGateway = model.TransitGatewayID(r.str())
		case "State":
			state = r.str()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(t.ID))
	if !ok || strings.EqualFold(state, "deleted") {
		return
	}
	t.Meta = meta
	r.fact(func(b *builder, p *part) { view(b, p, b.transit.tables, t.ID, &t, &t.Meta) })
}

// searchedRoutes are the routes of one table, as far as files tell.
type searchedRoutes struct {
	routes []model.TransitGatewayRoute
	static bool // only the static ones were asked for
	more   bool // the answer was cut short
	place  model.Provenance
}

// readRoutes reads Routes, which search-transit-gateway-routes and
// describe-client-vpn-routes print. The former does not name its table.
func readRoutes(r *reader) {
	s := searchedRoutes{place: r.here(), static: r.document.static}
	elements, clients := 0, false
	for ok := r.array(); ok && r.element(); {
		elements++
		if r.has("ClientVpnEndpointId") {
			readClientVPNRoute(r)
			clients = true
			continue
		}
		if route, ok := r.transitGatewayRoute(); ok {
			s.routes = append(s.routes, route)
		}
	}
	if clients || elements == 0 {
		r.tellClientVPN(clientVPNRoutes, s.place)
	}
	if clients {
		return
	}
	r.answers(answer{what: "routes of a transit gateway route table", calls: "search-transit-gateway-routes", prefix: "tgw-rtb-", at: s.place, empty: elements == 0,
		use: func(table string) {
			s.more = r.document.more
			r.fact(func(b *builder, p *part) { b.transit.addRoutes(model.TransitGatewayRouteTableID(table), s) })
		}})
}

// readStaticRoutes reads TransitGatewayStaticRoutes, a list of answers that have the
// static routes alone.
func readStaticRoutes(r *reader) {
	r.document.static = true
	for ok := r.array(); ok && r.element(); {
		nested(r)
	}
	r.document.static = false
}

func readMoreRoutes(r *reader) { r.document.more = r.boolean() }

// transitGatewayRoute reads a route; false for one that is on its way out.
func (r *reader) transitGatewayRoute() (model.TransitGatewayRoute, bool) {
	route := model.TransitGatewayRoute{Provenance: r.here()}
	var state, kind, list string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "DestinationCidrBlock":
			route.Prefix = r.prefix()
		case "PrefixListId":
			list = r.str()
		case "TransitGatewayAttachments":
			route.Attachments = pick[model.TransitGatewayAttachmentID](r, "TransitGatewayAttachmentId")
		case "Type":
			kind = r.str()
		case "State":
			state = r.str()
		default:
			r.skip()
		}
	}
	route.Propagated = strings.EqualFold(kind, "propagated")
	if !route.Prefix.IsValid() {
		route.PrefixList = model.PrefixListID(list)
	}
	open := ""
	switch strings.ToLower(state) {
	case "active":
		route.State = model.RouteActive
		if len(route.Attachments) == 0 {
			open = "its attachment is not given"
		}
	case "blackhole":
	case "deleted", "deleting":
		return route, false
	default: // pending, or not given
		open = "its state cannot be read"
		if state != "" {
			open = "it is " + clip(state)
		}
	}
	if !route.Prefix.IsValid() && route.PrefixList == "" {
		open = "its destination cannot be read"
	}
	if open != "" {
		route.Unknown = &model.Unknown{Attribute: "Routes", Reason: "the route to " + route.Destination() + ": " + open, Provenance: route.Provenance}
		r.report(model.Diagnostic{Severity: model.Warning, Provenance: route.Provenance, Summary: route.Unknown.Reason + "; whether it is taken is unknown"})
	}
	return route, r.err == nil
}

// addRoutes adds a file's routes of a table to those of others.
func (t *transit) addRoutes(table model.TransitGatewayRouteTableID, s searchedRoutes) {
	old := t.routes[table]
	if old == nil {
		t.routes[table] = &s
		return
	}
	for _, route := range s.routes {
		if !containsSame(old.routes, route) {
			old.routes = append(old.routes, route)
		}
	}
	old.static = old.static && s.static
	old.more = old.more || s.more
}

func containsSame[T any](list []T, v T) bool {
	for i := range list {
		if same(list[i], v) {
			return true
		}
	}
	return false
}

// readAssociations reads Associations, which are of a route table that they do not
// name, or of a policy table that they do.
func readAssociations(r *reader) {
	at := r.here()
	var list []gatewayAssociation
	for ok := r.array(); ok && r.element(); {
		list = append(list, r.gatewayAssociation())
	}
	r.answers(answer{what: "associations of a transit gateway route table", prefix: "tgw-", at: at, empty: len(list) == 0,
		calls: "get-transit-gateway-route-table-associations get-transit-gateway-policy-table-associations",
		use: func(subject string) {
			r.fact(func(b *builder, p *part) {
				for _, a := range list {
					switch {
					case a.policy != "" || a.table != "":
					case strings.HasPrefix(subject, "tgw-ptb-"):
						a.policy = model.TransitGatewayPolicyTableID(subject)
					default:
						a.table = model.TransitGatewayRouteTableID(subject)
					}
					b.transit.associations = append(b.transit.associations, a)
				}
				b.transit.associated[subject] = true
			})
		}})
}

// propagations are the attachments whose routes a table has.
type propagations struct {
	attachments []model.TransitGatewayAttachmentID
	flux        string // one that comes or goes
	place       model.Provenance
}

// readPropagations reads TransitGatewayRouteTablePropagations, which do not name
// their table.
func readPropagations(r *reader) {
	s := propagations{place: r.here()}
	for ok := r.array(); ok && r.element(); {
		var id, state string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "TransitGatewayAttachmentId":
				id = r.str()
			case "State":
				state = r.str()
			default:
				r.skip()
			}
		}
		s.add(model.TransitGatewayAttachmentID(id), state)
	}
	r.answers(answer{what: "propagations of a transit gateway route table", calls: "get-transit-gateway-route-table-propagations", prefix: "tgw-rtb-", at: s.place,
		empty: len(s.attachments) == 0,
		use: func(table string) {
			r.fact(func(b *builder, p *part) { b.transit.addPropagations(model.TransitGatewayRouteTableID(table), s) })
		}})
}

func (s *propagations) add(id model.TransitGatewayAttachmentID, state string) {
	switch strings.ToLower(state) {
	case "", "enabled":
		s.attachments = append(s.attachments, id)
	case "disabled":
	default:
		s.flux = fmt.Sprintf("the propagation of %s is %s", id, clip(state))
	}
}

func (t *transit) addPropagations(table model.TransitGatewayRouteTableID, s propagations) {
	old := t.propagations[table]
	if old == nil {
		old = &propagations{place: s.place}
		t.propagations[table] = old
	}
	old.attachments = append(old.attachments, s.attachments...)
	if s.flux != "" {
		old.flux = s.flux
	}
}

// readPrefixListReferences reads an element of TransitGatewayPrefixListReferences.
func readPrefixListReference(r *reader) {
	var table string
	var blackhole bool
	var list, attachment, state string
	route := model.TransitGatewayRoute{Provenance: r.here()}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayRouteTableId":
			table = r.str()
		case "PrefixListId":
			list = r.str()
		case "Blackhole":
			blackhole = r.boolean()
		case "State":
			state = r.str()
		case "TransitGatewayAttachment":
			attachment = r.inner("TransitGatewayAttachmentId")
		default:
			r.skip()
		}
	}
	if r.err != nil || list == "" || strings.EqualFold(state, "deleting") {
		return
	}
	route.PrefixList = model.PrefixListID(list)
	if !blackhole && attachment != "" {
		route.State = model.RouteActive
		route.Attachments = []model.TransitGatewayAttachmentID{model.TransitGatewayAttachmentID(attachment)}
	}
	use := func(table string) {
		r.fact(func(b *builder, p *part) {
			id := model.TransitGatewayRouteTableID(table)
			if !containsSame(b.transit.references[id], route) {
				b.transit.references[id] = append(b.transit.references[id], route)
			}
		})
	}
	if table != "" {
		use(table)
		return
	}
	r.answers(answer{what: "a prefix list reference of a transit gateway route table", calls: "get-transit-gateway-prefix-list-references", prefix: "tgw-rtb-",
		at: route.Provenance, use: use})
}

// lists reports whether the routes hold every IPv4 block of a VPC.
func (s *searchedRoutes) lists(v *model.VPC) bool {
	for _, c := range v.CIDRs {
		if c.Addr().Is4() && !s.has(c) {
			return false
		}
	}
	return true
}

func (s *searchedRoutes) has(p netip.Prefix) bool {
	for i := range s.routes {
		if s.routes[i].Prefix == p {
			return true
		}
	}
	return false
}
