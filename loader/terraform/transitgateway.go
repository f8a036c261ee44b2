package terraform

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

// transit is what a transit gateway's configuration says of the attachments that
// are made at it: they are associated with its default association route table
// and propagate to its default propagation route table (TGW-19).
type transit struct {
	made                     *resource
	association, propagation transitDefault
	references               *model.Unknown // why it is open whether groups are preserved
}

// transitDefault is one of the two.
type transitDefault struct {
	table model.TransitGatewayRouteTableID // empty where it is off
	// open is set where the gateway does not tell whether it is on, or where
	// another table takes its place while attachments are made.
	open *model.Unknown
	// others are the tables that take its place.
	others []model.TransitGatewayRouteTableID
}

// readTransitGateway reads a transit gateway. What AWS makes with one, its default
// route table, is named by the attribute that has its ID.
func readTransitGateway(b body) {
	if b.r.later() {
		return
	}
	g := &model.TransitGateway{ID: model.TransitGatewayID(b.r.id()), Meta: b.meta(), Available: true, State: "available"}
	if b.network.TransitGateways[g.ID] != nil {
		return
	}
	cidrs, _ := b.list("transit_gateway_cidr_blocks")
	for _, text := range cidrs {
		if p := b.parsePrefix("transit_gateway_cidr_blocks", text); p.IsValid() {
			g.CIDRs = append(g.CIDRs, p)
		}
	}
	g.NoVPNECMP = b.str("vpn_ecmp_support") == "disable"
	references := b.open("security_group_referencing_support")
	// Where that is open, so are the options of its attachments, which decide then.
	g.SecurityGroupReferencing = b.str("security_group_referencing_support") == "enable" || references != nil
	t := &transit{references: references, made: b.r, association: b.transitDefault("association"), propagation: b.transitDefault("propagation")}
	g.AssociationDefault, g.PropagationDefault = t.association.table, t.propagation.table
	b.network.TransitGateways[g.ID] = g
	b.transits[g.ID] = t
}

// transitDefault reads whether a default is on, as AWS has it (TGW-10), and its
// table.
func (b body) transitDefault(which string) transitDefault {
	name := "default_route_table_" + which
	switch u := b.open(name); {
	case u != nil:
		return transitDefault{table: b.defaultTransitTable(b.r, which), open: u}
	case b.str(name) == "disable":
		return transitDefault{}
	}
	return transitDefault{table: b.defaultTransitTable(b.r, which)}
}

// defaultTransitTable is the ID of a transit gateway's default route table. AWS
// makes one, for association and propagation together.
func (b *builder) defaultTransitTable(r *resource, which string) model.TransitGatewayRouteTableID {
	x := b.body(r)
	if id := x.str(which + "_default_route_table_id"); id != "" {
		return model.TransitGatewayRouteTableID(id)
	}
	if which == "propagation" && x.str("default_route_table_association") != "disable" {
		which = "association"
	}
	return model.TransitGatewayRouteTableID(r.address + "." + which + "_default_route_table_id")
}

// readTransitDefault reads the choice of another default route table. Attachments
// may be made before it or after it, so those that take the default may have
// either table.
func readTransitDefault(b body) {
	gateway := model.TransitGatewayID(b.one("transit_gateway_id", wantTransit))
	t := b.transits[gateway]
	if t == nil {
		return
	}
	d, which := &t.association, &b.network.TransitGateways[gateway].AssociationDefault
	if b.r.kind == "aws_ec2_transit_gateway_default_route_table_propagation" {
		d, which = &t.propagation, &b.network.TransitGateways[gateway].PropagationDefault
	}
	table, u := b.ref("transit_gateway_route_table_id", wantTransitTable, nil)
	if u == nil {
		d.others = append(d.others, model.TransitGatewayRouteTableID(table.id))
		*which = model.TransitGatewayRouteTableID(table.id)
		u = &model.Unknown{Subject: b.r.address, Attribute: "transit_gateway_route_table_id",
			Reason: "an attachment has the default route table of the moment in which it is made", Provenance: b.r.place}
	}
	d.open = cmp.Or(d.open, u)
}

// readTransitTable reads a route table of a transit gateway.
func readTransitTable(b body) {
	if b.r.later() {
		return
	}
	t := &model.TransitGatewayRouteTable{ID: model.TransitGatewayRouteTableID(b.r.id()), Meta: b.meta()}
	if b.network.TransitGatewayRouteTables[t.ID] != nil {
		return
	}
	t.TransitGateway = model.TransitGatewayID(b.one("transit_gateway_id", wantTransit))
	if b.r.isData() {
		b.foreignTable(t, "the configuration names this route table and does not manage it")
	}
	b.network.TransitGatewayRouteTables[t.ID] = t
}

// foreignTable says that a table may have more than this configuration gives it.
func (b *builder) foreignTable(t *model.TransitGatewayRouteTable, reason string) {
	u := func(attribute string) *model.Unknown {
		return &model.Unknown{Subject: string(t.ID), Attribute: attribute, Reason: reason, Provenance: t.Provenance}
	}
	t.AssociationsUnknown, t.RoutesUnknown = u("associations"), u("routes")
}

// transitTable gives a table, making one that comes with its gateway, or that is
// only named.
func (b body) transitTable(id model.TransitGatewayRouteTableID) *model.TransitGatewayRouteTable {
	if t := b.network.TransitGatewayRouteTables[id]; t != nil {
		return t
	}
	for _, g := range model.Sorted(b.network.TransitGateways) {
		if t := b.transits[g.ID]; t != nil && (t.association.table == id || t.propagation.table == id) {
			return b.makeDefaultTransitTable(g, id)
		}
	}
	t := &model.TransitGatewayRouteTable{ID: id, Meta: model.Meta{Provenance: b.r.place}}
	b.foreignTable(t, "the configuration names this route table and does not manage it")
	b.network.TransitGatewayRouteTables[id] = t
	return t
}

// makeDefaultTransitTable makes the table that a transit gateway comes with.
func (b *builder) makeDefaultTransitTable(g *model.TransitGateway, id model.TransitGatewayRouteTableID) *model.TransitGatewayRouteTable {
	t := &model.TransitGatewayRouteTable{ID: id, Meta: model.Meta{Account: g.Account, Region: g.Region}, TransitGateway: g.ID}
	if b.isForeign(g) {
		t.Provenance = g.Provenance
		b.foreignTable(t, "the configuration names the transit gateway and does not manage it")
	}
	b.network.TransitGatewayRouteTables[id] = t
	return t
}

// isForeign reports whether the configuration only names a transit gateway.
func (b *builder) isForeign(g *model.TransitGateway) bool {
	for _, r := range b.byID[string(g.ID)] {
		if r.kind == "data.aws_ec2_transit_gateway" {
			return true
		}
	}
	return false
}

// association is that of an attachment with a table of a gateway; of any gateway
// that it may be at, where the table is open.
type association struct {
	attachment model.TransitGatewayAttachmentID
	gateway    model.TransitGatewayID
}

// linkTransitGateways associates attachments with the default route tables, and
// lets them propagate there, where nothing says otherwise (TGW-19).
func (b *builder) linkTransitGateways() {
	for _, g := range model.Sorted(b.network.TransitGateways) {
		for _, id := range []model.TransitGatewayRouteTableID{g.AssociationDefault, g.PropagationDefault, b.transits[g.ID].association.table, b.transits[g.ID].propagation.table} {
			if id != "" && b.network.TransitGatewayRouteTables[id] == nil {
				b.makeDefaultTransitTable(g, id)
			}
		}
	}
	for _, a := range b.transitAttachments {
		b.sharedAttachment(a)
		if t := b.transits[a.TransitGateway]; t != nil {
			b.joinDefault(a, a.TransitGateway, &t.association, a.associates, true)
			b.joinDefault(a, a.TransitGateway, &t.propagation, a.propagates, false)
		}
		if t := b.transits[a.Peer]; t != nil { // a peering has a table at either side
			b.joinDefault(a, a.Peer, &t.association, a.associates, true)
		}
	}
}

// sharedAttachment settles whether an attachment that is planned by another
// provider than its gateway's, and so for another account, is accepted: by the
// gateway without being asked, or by an accepter (TGW-10).
func (b *builder) sharedAttachment(a *transitAttachment) {
	t := b.transits[a.TransitGateway]
	if t == nil || a.made == nil || a.made.exists() || a.accepted || a.Type != model.AttachVPC || b.provider(a.made) == b.provider(t.made) ||
		b.body(t.made).str("auto_accept_shared_attachments") == "enable" {
		return
	}
	a.AcceptanceUnknown = &model.Unknown{Subject: string(a.ID), Attribute: "state", Provenance: a.Provenance,
		Reason: "its transit gateway is of another provider configuration, whose account has to accept it"}
}

// provider tells the configurations of a provider apart.
func (b *builder) provider(r *resource) string {
	if b.config == nil || r.config == nil || b.config.ProviderConfigs[r.config.ProviderConfigKey] == nil {
		return ""
	}
	return b.config.ProviderConfigs[r.config.ProviderConfigKey].Alias
}

// joinDefault gives an attachment its place in a default route table; in each
// that it may have, only as something that is not known, where that is open.
func (b *builder) joinDefault(a *transitAttachment, gateway model.TransitGatewayID, d *transitDefault, chosen choice, associate bool) {
	if chosen.off || associate && (b.associated[association{a.ID, gateway}] || b.associated[association{a.ID, ""}]) {
		return
	}
	open := cmp.Or(d.open, chosen.open)
	for _, id := range append([]model.TransitGatewayRouteTableID{d.table}, d.others...) {
		t := b.network.TransitGatewayRouteTables[id]
		switch {
		case t == nil:
		case associate && open != nil:
			t.AssociationsUnknown = cmp.Or(t.AssociationsUnknown, open)
		case associate:
			addTo(&t.Associations, a.ID)
		case open != nil:
			t.RoutesUnknown = cmp.Or(t.RoutesUnknown, open)
		default:
			addTo(&t.Propagations, a.ID)
		}
	}
}
