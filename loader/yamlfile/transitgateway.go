package yamlfile

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

type transitGateway struct {
	common
	status
	given                    value[bool]
	cidrs                    list[value[netip.Prefix]]
	vpnECMP, referencing     value[bool]
	association, propagation choice
	attachments              []entry[transitAttachment]
	routeTables              []entry[transitRouteTable]
	policyTables             []entry[transitPolicyTable]
}

// transitAttachment is an attachment with what tables it is associated with and
// propagates to.
type transitAttachment struct {
	attachment
	peerAttachment             ref
	routeTable, peerRouteTable choice
	propagateTo                list[ref]
}

var transitStates = workingIn{"available"}

var transitGatewayShape = object("a transit gateway", "A transit gateway, with its attachments and route tables.",
	commonKeys(func(g *transitGateway) *common { return &g.common }), statusKeys(func(g *transitGateway) *status { return &g.status }, transitStates), []field[transitGateway]{
		key("given", yesNo, func(g *transitGateway) *value[bool] { return &g.given }, "false: the transit gateway itself is not in the design, only what is written in it"),
		key("cidr", many(cidr), func(g *transitGateway) *list[value[netip.Prefix]] { return &g.cidrs }, "its own CIDR blocks; none by default"),
		key("vpn_ecmp", yesNo, func(g *transitGateway) *value[bool] { return &g.vpnECMP }, "VpnEcmpSupport (TGW-35); true by default"),
		key("security_group_referencing", yesNo, func(g *transitGateway) *value[bool] { return &g.referencing }, "SecurityGroupReferencingSupport (TGW-10, TGW-26); false by default"),
		key("default_association", choiceOf, func(g *transitGateway) *choice { return &g.association }, "the route table that attachments are associated with that tell no other: true, the default, is the one named main, which need not be written; false is none"),
		key("default_propagation", choiceOf, func(g *transitGateway) *choice { return &g.propagation }, "the route table that attachments propagate to that tell no other; the same words and default"),
		key("attachments", section(transitAttachmentShape), func(g *transitGateway) *[]entry[transitAttachment] { return &g.attachments }, "attachments by name"),
		key("route_tables", section(transitRouteTableShape), func(g *transitGateway) *[]entry[transitRouteTable] { return &g.routeTables }, "route tables by name"),
		key("policy_tables", section(transitPolicyTableShape), func(g *transitGateway) *[]entry[transitPolicyTable] { return &g.policyTables }, "policy tables by name (TGW-21)"),
	})

var transitAttachmentShape = object("a transit gateway attachment", "An attachment of a transit gateway. A VPN connection, a Client VPN endpoint, a firewall and a Direct Connect gateway that name a transit gateway have one without writing it.",
	attachmentKeys(func(a *transitAttachment) *attachment { return &a.attachment }), []field[transitAttachment]{
		key("peer_attachment", refTo, func(a *transitAttachment) *ref { return &a.peerAttachment }, "of a peering: the other transit gateway's attachment, where it is written as another"),
		key("route_table", choiceOf, func(a *transitAttachment) *choice { return &a.routeTable }, "the route table that it is associated with; by default the one whose associations list it, else that of default_association; false is none"),
		key("peer_route_table", choiceOf, func(a *transitAttachment) *choice { return &a.peerRouteTable }, "of a peering, which is written once: the other transit gateway's route table that it is associated with; the same default there"),
		key("propagate_to", many(refTo), func(a *transitAttachment) *list[ref] { return &a.propagateTo }, "the route tables that get its routes; by default those whose propagations list it, else that of default_propagation; [] is none"),
	})

// hub is a transit gateway while its network is built.
type hub struct {
	*scope
	file *transitGateway
	id   model.TransitGatewayID
	// association and propagation are the default route tables; empty: none.
	association, propagation model.TransitGatewayRouteTableID
	// associated and propagated are the attachments that a table lists.
	associated, propagated map[model.TransitGatewayAttachmentID]bool
}

// mainTable is the key of a transit gateway's default route table.
const mainTable = "main"

// declareTransitGateway makes a transit gateway known, and what belongs to it.
func (b *builder) declareTransitGateway(e *entry[transitGateway]) {
	f := &e.v
	h := &hub{file: f, id: model.TransitGatewayID(f.id.or(e.key)), associated: map[model.TransitGatewayAttachmentID]bool{}, propagated: map[model.TransitGatewayAttachmentID]bool{}}
	h.scope = &scope{key: e.key, holder: string(h.id), at: e.at, meta: f.meta(e.key, e.at, b.outer)}
	b.hubs = append(b.hubs, h)
	b.names.declare(model.KindTransitGateway, nil, e.key, f.id.or(""), e.at)
	declareAll(b, model.KindTransitGatewayAttachment, h.scope, f.attachments, func(a *transitAttachment) *common { return &a.common })
	if f.given.or(true) && (f.association.usual() || f.propagation.usual()) && !slices.ContainsFunc(f.routeTables, h.isMain) {
		f.routeTables = append(f.routeTables, entry[transitRouteTable]{key: mainTable})
	}
	declareNamed(b, model.KindTransitGatewayRouteTable, h.scope, f.routeTables, mainTable, func(t *transitRouteTable) *common { return &t.common })
	declareAll(b, model.KindTransitGatewayPolicyTable, h.scope, f.policyTables, func(t *transitPolicyTable) *common { return &t.common })
}

// usual reports whether neither false nor another thing is written.
func (c *choice) usual() bool { return !c.no() && !c.isSet() }

// isMain reports whether a route table is the one that default association and
// propagation mean where they name none.
func (h *hub) isMain(e entry[transitRouteTable]) bool {
	return e.key == mainTable && !e.v.id.set || e.v.id.or(e.key) == h.key+"-"+mainTable
}

// imply adds an attachment for something that names a transit gateway, unless one
// is written.
func (b *builder) imply(gateway *ref, key string, kind model.Kind, said *choice, at model.Provenance) {
	if said.no() || said.isSet() {
		return
	}
	for _, h := range b.hubs {
		if gateway.name == "" || gateway.name != h.key && gateway.name != string(h.id) {
			continue
		}
		written := func(e entry[transitAttachment]) bool {
			return slices.ContainsFunc(e.v.to, func(to kindRef) bool { return to.kind == kind && (to.name == key || to.id.v == key) }) ||
				e.v.resource.v == key && e.v.typ.v == attachmentTypeOf(kind)
		}
		if slices.ContainsFunc(h.file.attachments, written) {
			return
		}
		e := entry[transitAttachment]{key: key, at: at}
		e.v.to = []kindRef{{kind, ref{placed: placed{at}, name: key}}}
		h.file.attachments = append(h.file.attachments, e)
		b.names.declare(model.KindTransitGatewayAttachment, h.scope, key, "", at)
	}
}

func (b *builder) buildTransitGateway(h *hub) {
	f := h.file
	closed(b.d, &f.cidrs, "the CIDR blocks of a transit gateway")
	h.association, h.propagation = b.defaultTable(h, &f.association), b.defaultTable(h, &f.propagation)
	if !f.given.or(true) {
		return
	}
	m := &model.TransitGateway{ID: h.id, Meta: h.meta, CIDRs: prefixesOf(&f.cidrs), NoVPNECMP: !f.vpnECMP.or(true), SecurityGroupReferencing: f.referencing.or(false),
		AssociationDefault: h.association, PropagationDefault: h.propagation}
	m.State, m.Available = f.status.of(transitStates)
	b.n.TransitGateways[h.id] = m
}

// defaultTable is the table that default association or propagation means.
func (b *builder) defaultTable(h *hub, c *choice) model.TransitGatewayRouteTableID {
	switch {
	case c.no() || !h.file.given.or(true) && !c.isSet():
		return ""
	case c.isSet():
		return model.TransitGatewayRouteTableID(b.id(model.KindTransitGatewayRouteTable, h.scope, &c.ref))
	}
	i := slices.IndexFunc(h.file.routeTables, h.isMain)
	return model.TransitGatewayRouteTableID(b.idOf(model.KindTransitGatewayRouteTable, h.scope, h.file.routeTables[i].key))
}

func (b *builder) buildTransitAttachment(h *hub, e *entry[transitAttachment]) {
	f := &e.v
	id := model.TransitGatewayAttachmentID(b.idOf(model.KindTransitGatewayAttachment, h.scope, e.key))
	typ, to := b.leadsTo(h.scope, e.key, e.at, &f.attachment)
	m := &model.TransitGatewayAttachment{ID: id, Meta: f.meta(e.key, e.at, h.meta), TransitGateway: h.id, Type: typ, Resource: f.resource.or(to),
		ApplianceMode: f.applianceMode.or(false), IPv6: f.ipv6.or(false), NoSecurityGroupReferencing: !f.referencing.or(true),
		OptionsUnknown: f.options.unknown(string(id), "options"), AcceptanceUnknown: f.accepted.gap.unknown(string(id), "accepted"),
		PeerAttachment:  model.TransitGatewayAttachmentID(b.id(model.KindTransitGatewayAttachment, nil, &f.peerAttachment)),
		Prefixes:        prefixesOf(&f.prefixes),
		PrefixesUnknown: f.prefixes.gap.unknown(string(id), "prefixes")}
	m.State, m.Available = f.stateOf(pendingEndpoint)
	if len(f.to) > 0 {
		switch f.to[0].kind {
		case model.KindVPC:
			m.VPC = model.VPCID(to)
		case model.KindTransitGateway:
			m.Peer = model.TransitGatewayID(to)
		}
	}
	m.Subnets = b.attachmentSubnets(e.key, e.at, &f.attachment, typ, m.VPC)
	b.n.TransitGatewayAttachments[id] = m
}

// joinTables associates an attachment with its route table, and lets it propagate
// to others. A peering is written once and joins tables on both sides.
func (b *builder) joinTables(h *hub, e *entry[transitAttachment]) {
	f := &e.v
	m := b.n.TransitGatewayAttachments[model.TransitGatewayAttachmentID(b.idOf(model.KindTransitGatewayAttachment, h.scope, e.key))]
	if m == nil {
		return
	}
	b.associate(h, m, &f.routeTable)
	far := slices.IndexFunc(b.hubs, func(other *hub) bool { return other.id == m.Peer && other != h })
	switch {
	case far >= 0 && m.PeerAttachment == "":
		b.associate(b.hubs[far], m, &f.peerRouteTable)
	case f.peerRouteTable.isSet() || f.peerRouteTable.said.set:
		b.d.errorf(e.at, "leave it out", "peer_route_table is for a peering with a transit gateway of this file that is written once")
	}
	closed(b.d, &f.propagateTo, "propagate_to")
	tables := refsOf[model.TransitGatewayRouteTableID](b, model.KindTransitGatewayRouteTable, h.scope, &f.propagateTo)
	// Peerings and network functions take part in static routing alone (TGW-12).
	if !f.propagateTo.set && !h.propagated[m.ID] && m.Type != model.AttachPeering && m.Type != model.AttachNetworkFunction && h.propagation != "" {
		tables = append(tables, h.propagation)
	}
	for _, id := range tables {
		if t := b.n.TransitGatewayRouteTables[id]; t != nil && !slices.Contains(t.Propagations, m.ID) {
			t.Propagations = append(t.Propagations, m.ID)
		}
	}
}

// associate associates an attachment with a route table of h: the one that is
// written, else the default one unless a table lists the attachment (TGW-11,
// TGW-19).
func (b *builder) associate(h *hub, m *model.TransitGatewayAttachment, c *choice) {
	id := h.association
	switch {
	case c.isSet():
		id = model.TransitGatewayRouteTableID(b.id(model.KindTransitGatewayRouteTable, h.scope, &c.ref))
	case c.no() || h.associated[m.ID]:
		return
	}
	if t := b.n.TransitGatewayRouteTables[id]; t != nil && !slices.Contains(t.Associations, m.ID) {
		t.Associations = append(t.Associations, m.ID)
	}
}
