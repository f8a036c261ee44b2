package terraform

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

func addTo[T comparable](list *[]T, x T) {
	if !slices.Contains(*list, x) {
		*list = append(*list, x)
	}
}

// inTransitTables calls f with the table that an attribute names. Where that is
// open it marks all that it may be instead, and reports false.
func (b body) inTransitTables(name string, mark func(*model.TransitGatewayRouteTable, *model.Unknown)) (*model.TransitGatewayRouteTable, bool) {
	c, u := b.ref(name, wantTransitTable, nil)
	if u == nil {
		return b.transitTable(model.TransitGatewayRouteTableID(c.id)), true
	}
	for _, id := range b.maybe(name, wantTransitTable) {
		mark(b.transitTable(model.TransitGatewayRouteTableID(id)), u)
	}
	b.problem(model.Warning, "", "%s: %s", name, u.Reason)
	return nil, false
}

func openRoutes(t *model.TransitGatewayRouteTable, u *model.Unknown) {
	t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
}

func openAssociations(t *model.TransitGatewayRouteTable, u *model.Unknown) {
	t.AssociationsUnknown = cmp.Or(t.AssociationsUnknown, u)
}

// readTransitAssociation reads which table routes an attachment's packets; it has
// no other then (TGW-11).
func readTransitAssociation(b body) {
	attachment, u := b.ref("transit_gateway_attachment_id", wantTransitAttachment, nil)
	t, ok := b.inTransitTables("transit_gateway_route_table_id", openAssociations)
	switch {
	case u != nil && ok:
		openAssociations(t, u)
		if b.boolean("replace_existing_association") {
			for _, other := range b.network.TransitGatewayRouteTables {
				if other.TransitGateway == t.TransitGateway {
					openAssociations(other, u)
				}
			}
		}
	case u == nil:
		id := model.TransitGatewayAttachmentID(attachment.id)
		if !ok {
			b.associated[association{id, ""}] = true
			return
		}
		b.associated[association{id, t.TransitGateway}] = true
		addTo(&t.Associations, id)
	}
}

// readTransitPropagation reads that a table has an attachment's own routes.
func readTransitPropagation(b body) {
	attachment, u := b.ref("transit_gateway_attachment_id", wantTransitAttachment, nil)
	t, ok := b.inTransitTables("transit_gateway_route_table_id", openRoutes)
	switch {
	case !ok:
	case u != nil:
		openRoutes(t, u)
	default:
		addTo(&t.Propagations, model.TransitGatewayAttachmentID(attachment.id))
	}
}

// readTransitRoute reads a static route, or a prefix list reference.
func readTransitRoute(b body) {
	t, ok := b.inTransitTables("transit_gateway_route_table_id", openRoutes)
	if !ok {
		return
	}
	route := model.TransitGatewayRoute{State: model.RouteActive, Provenance: b.r.place}
	if b.r.kind == "aws_ec2_transit_gateway_prefix_list_reference" {
		list, u := b.ref("prefix_list_id", wantPrefixList, nil)
		route.PrefixList, route.Unknown = model.PrefixListID(list.id), u
	} else {
		const name = "destination_cidr_block"
		route.Prefix, route.Unknown = b.prefix(name), b.open(name)
		if !route.Prefix.IsValid() && route.Unknown == nil {
			route.Unknown = b.unreadable(name)
		}
	}
	if route.Unknown != nil {
		route.Prefix, route.PrefixList = netip.Prefix{}, ""
	}
	const name = "transit_gateway_attachment_id"
	attachment, u := b.ref(name, wantTransitAttachment, nil)
	switch {
	case b.boolean("blackhole"):
		route.State = model.RouteBlackhole // TGW-15
	case b.open("blackhole") != nil:
		route.Unknown = firstOpen(route.Unknown, b.open("blackhole"))
	case u != nil:
		route.Unknown = firstOpen(route.Unknown, u)
	case attachment.id == "":
		route.Unknown = firstOpen(route.Unknown, b.unreadable(name))
	default:
		route.Attachments = []model.TransitGatewayAttachmentID{model.TransitGatewayAttachmentID(attachment.id)}
	}
	t.Routes = append(t.Routes, route)
}

// readTransitPolicyTable reads a policy table; the provider has no resource for
// its rules (TGW-21).
func readTransitPolicyTable(b body) {
	id := model.TransitGatewayPolicyTableID(b.r.id())
	b.network.TransitGatewayPolicyTables[id] = &model.TransitGatewayPolicyTable{ID: id, Meta: b.meta(),
		TransitGateway: model.TransitGatewayID(b.one("transit_gateway_id", wantTransit)),
		RulesUnknown:   &model.Unknown{Subject: string(id), Attribute: "rules", Reason: "Terraform does not manage them", Provenance: b.r.place}}
}

// readTransitPolicyAssociation reads the association of an attachment with a
// policy table, instead of a route table.
func readTransitPolicyAssociation(b body) {
	attachment, u := b.ref("transit_gateway_attachment_id", wantTransitAttachment, nil)
	table, v := b.ref("transit_gateway_policy_table_id", wantTransitPolicyTable, nil)
	t := b.network.TransitGatewayPolicyTables[model.TransitGatewayPolicyTableID(table.id)]
	if u = firstOpen(u, v); u != nil || t == nil {
		if u == nil {
			u = b.unmanaged("transit_gateway_policy_table_id")
		}
		for _, x := range b.network.TransitGatewayRouteTables {
			openAssociations(x, u) // which of them an attachment still has is not known
		}
		b.problem(model.Warning, "TGW-21", "%s: %s", u.Attribute, u.Reason)
		return
	}
	id := model.TransitGatewayAttachmentID(attachment.id)
	b.associated[association{id, t.TransitGateway}] = true
	addTo(&t.Associations, id)
}
