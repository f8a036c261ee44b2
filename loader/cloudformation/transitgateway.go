package cloudformation

import (
	"cmp"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// Attributes that name what comes with a transit gateway, or with what attaches
// itself to one.
const (
	associationDefault  = "AssociationDefaultRouteTableId"
	propagationDefault  = "PropagationDefaultRouteTableId"
	attachmentAttribute = "TransitGatewayAttachmentId"
)

// attachmentOf is the ID of the attachment that comes with a VPN connection, a
// firewall, an association.
func attachmentOf(r *resource) model.TransitGatewayAttachmentID {
	return model.TransitGatewayAttachmentID(r.id + "/attachment")
}

// defaultTableOf is the ID of a default route table: the one that a property of
// the transit gateway names, else the one that AWS makes with it.
func defaultTableOf(r *resource, property string) model.TransitGatewayRouteTableID {
	if to, with := r.get(property).reference(); to != nil && with == "" {
		return model.TransitGatewayRouteTableID(to.id)
	}
	if id, _ := r.get(property).literal(); id != "" {
		return model.TransitGatewayRouteTableID(id)
	}
	return model.TransitGatewayRouteTableID(r.id + "/default")
}

// readTransitGateway reads a transit gateway, and makes its default route table
// where default association or propagation is on, as AWS does (TGW-10, TGW-19).
func (b *builder) readTransitGateway(r *resource) {
	t := &model.TransitGateway{ID: model.TransitGatewayID(r.id), Meta: b.meta(r), Available: true, State: "available"}
	t.CIDRs, _ = b.prefixes(r, "TransitGatewayCidrBlocks", r.get("TransitGatewayCidrBlocks"))
	ecmp, _ := b.enabled(r, "VpnEcmpSupport", r.get("VpnEcmpSupport"), true)
	t.NoVPNECMP = !ecmp
	var gaps gatewayOptions
	t.SecurityGroupReferencing, gaps.options = b.enabled(r, "SecurityGroupReferencingSupport", r.get("SecurityGroupReferencingSupport"), false)
	// Where that is open, so are the options of its attachments, which decide then.
	t.SecurityGroupReferencing = t.SecurityGroupReferencing || gaps.options != nil
	t.AssociationDefault, gaps.association = b.defaultTable(r, t, "DefaultRouteTableAssociation", associationDefault)
	t.PropagationDefault, gaps.propagation = b.defaultTable(r, t, "DefaultRouteTablePropagation", propagationDefault)
	b.network.TransitGateways[t.ID], b.gatewayOptions[t.ID] = t, gaps
}

// gatewayOptions are what is open of a transit gateway's options: of all that
// matter to its attachments, and whether it has default association and
// propagation.
type gatewayOptions struct{ options, association, propagation *model.Unknown }

// defaultTable gives the default table for association or propagation; "" where
// that is off. The one that comes with the transit gateway is made.
func (b *builder) defaultTable(r *resource, t *model.TransitGateway, option, property string) (model.TransitGatewayRouteTableID, *model.Unknown) {
	on, gap := b.enabled(r, option, r.get(option), true)
	if !on && gap == nil {
		return "", nil
	}
	id := defaultTableOf(r, property)
	if string(id) == r.id+"/default" && b.network.TransitGatewayRouteTables[id] == nil {
		b.network.TransitGatewayRouteTables[id] = &model.TransitGatewayRouteTable{ID: id, Meta: model.Meta{Name: "default", Account: t.Account, Region: t.Region}, TransitGateway: t.ID}
	}
	return id, gap
}

// transitGateway reads the ID of a transit gateway.
func (b *builder) transitGateway(r *resource, v value) model.TransitGatewayID {
	return model.TransitGatewayID(b.identify(r, "TransitGatewayId", v, model.KindTransitGateway).id)
}

// readVPCAttachment reads an attachment of a VPC (TGW-2, TGW-9).
func (b *builder) readVPCAttachment(r *resource) {
	gateway := b.identify(r, "TransitGatewayId", r.get("TransitGatewayId"), model.KindTransitGateway)
	a := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(r.id), Meta: b.meta(r), Type: model.AttachVPC,
		VPC: b.vpc(r, "VpcId", r.get("VpcId")), TransitGateway: model.TransitGatewayID(gateway.id)}
	a.Resource = string(a.VPC)
	for _, key := range []string{"SubnetIds", "AddSubnetIds"} {
		subnets, gap := b.identities(r, key, r.get(key), model.KindSubnet)
		for _, i := range subnets {
			b.subnet(i, a.VPC)
			a.Subnets = append(a.Subnets, model.SubnetID(i.id))
		}
		a.OptionsUnknown = cmp.Or(a.OptionsUnknown, gap)
	}
	removed, _ := b.identities(r, "RemoveSubnetIds", r.get("RemoveSubnetIds"), model.KindSubnet)
	a.Subnets = slices.DeleteFunc(a.Subnets, func(id model.SubnetID) bool {
		return slices.ContainsFunc(removed, func(i identity) bool { return i.id == string(id) })
	})
	if v := r.get("Options"); v.kind == openValue {
		a.OptionsUnknown = r.unknown("Options", v.open, v.at)
	} else {
		option := func(key string, otherwise bool) bool {
			on, gap := b.enabled(r, "Options."+key, v.member(key), otherwise)
			if gap != nil {
				a.OptionsUnknown = gap
			}
			return on
		}
		a.ApplianceMode, a.IPv6 = option("ApplianceModeSupport", false), option("Ipv6Support", false)
		a.NoSecurityGroupReferencing = !option("SecurityGroupReferencingSupport", true) // SG-18
	}
	if to := gateway.resource; to != nil && to.stack.account != r.stack.account {
		if accepts, gap := b.enabled(to, "AutoAcceptSharedAttachments", to.get("AutoAcceptSharedAttachments"), false); !accepts || gap != nil {
			a.AcceptanceUnknown = r.unknown("TransitGatewayId", &open{reason: "the transit gateway is of another account, which has to accept the attachment"}, gateway.at)
		}
	}
	b.addAttachment(r, a)
}

// addAttachment puts an attachment into the network. What a design makes is
// available, unless a condition that is open decides whether it is made.
func (b *builder) addAttachment(r *resource, a *model.TransitGatewayAttachment) {
	a.Available, a.State = true, "available"
	a.AcceptanceUnknown = cmp.Or(r.doubt(), a.AcceptanceUnknown)
	if a.OptionsUnknown == nil {
		a.OptionsUnknown = b.gatewayOptions[a.TransitGateway].options
	}
	b.network.TransitGatewayAttachments[a.ID] = a
}

// ownAttachment makes the attachment that comes with a resource and has no
// resource of its own.
func (b *builder) ownAttachment(r *resource, t model.AttachmentType, gateway model.TransitGatewayID, to string) *model.TransitGatewayAttachment {
	a := &model.TransitGatewayAttachment{ID: attachmentOf(r), Meta: model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at},
		TransitGateway: gateway, Type: t, Resource: to}
	a.Provenance.Address = ""
	b.addAttachment(r, a)
	return a
}

// learned says that routes come by BGP: which, a design does not tell (PATH-8).
func learned(r *resource) *model.Unknown {
	return r.unknown("routes", &open{reason: "which routes it learns by BGP is known only when it is deployed"}, r.at)
}

// readTransitGatewayPeering reads a peering attachment, which its other side has
// to accept (TGW-34).
func (b *builder) readTransitGatewayPeering(r *resource) {
	peer := b.identify(r, "PeerTransitGatewayId", r.get("PeerTransitGatewayId"), model.KindTransitGateway)
	a := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(r.id), Meta: b.meta(r), Type: model.AttachPeering,
		TransitGateway: b.transitGateway(r, r.get("TransitGatewayId")), Peer: model.TransitGatewayID(peer.id), Resource: peer.id}
	a.AcceptanceUnknown = r.unknown("PeerTransitGatewayId", &open{reason: "the owner of the other transit gateway has to accept the peering"}, r.at)
	b.addAttachment(r, a)
}

// readTransitGatewayConnect reads a Connect attachment, whose routes all come by
// BGP (TGW-36).
func (b *builder) readTransitGatewayConnect(r *resource) {
	transport := b.identify(r, "TransportTransitGatewayAttachmentId", r.get("TransportTransitGatewayAttachmentId"), model.KindTransitGatewayAttachment)
	a := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(r.id), Meta: b.meta(r), Type: model.AttachConnect,
		Resource: transport.id, PrefixesUnknown: learned(r)}
	if t := b.network.TransitGatewayAttachments[model.TransitGatewayAttachmentID(transport.id)]; t != nil {
		a.TransitGateway = t.TransitGateway
	}
	b.addAttachment(r, a)
}

func (b *builder) readTransitGatewayRouteTable(r *resource) {
	id := model.TransitGatewayRouteTableID(r.id)
	b.network.TransitGatewayRouteTables[id] = &model.TransitGatewayRouteTable{ID: id, Meta: b.meta(r), TransitGateway: b.transitGateway(r, r.get("TransitGatewayId"))}
}

// gatewayTable gives the transit gateway route table that a resource is a part of;
// nil, and a warning, for one that no template has.
func (b *builder) gatewayTable(r *resource) *model.TransitGatewayRouteTable {
	i := b.identify(r, "TransitGatewayRouteTableId", r.get("TransitGatewayRouteTableId"), model.KindTransitGatewayRouteTable)
	t := b.network.TransitGatewayRouteTables[model.TransitGatewayRouteTableID(i.id)]
	if t == nil {
		b.elsewhere(r, i)
	}
	return t
}

// attachment reads an attachment that a resource names, and says why it is open
// which that is or whether the resource is there.
func (b *builder) attachment(r *resource) (model.TransitGatewayAttachmentID, *model.Unknown) {
	i := b.identify(r, attachmentAttribute, r.get(attachmentAttribute), model.KindTransitGatewayAttachment)
	if gap := r.doubt(); gap != nil {
		return model.TransitGatewayAttachmentID(i.id), gap
	}
	return model.TransitGatewayAttachmentID(i.id), i.gap
}

// end is an end of an attachment: peering attachments have two.
type end struct {
	attachment model.TransitGatewayAttachmentID
	gateway    model.TransitGatewayID
}

func (b *builder) readTransitGatewayAssociation(r *resource) {
	t := b.gatewayTable(r)
	id, gap := b.attachment(r)
	switch {
	case t == nil:
	case gap != nil:
		t.AssociationsUnknown = gap
		b.associated[end{id, t.TransitGateway}] = association{gap: gap}
	case b.associated[end{id, t.TransitGateway}].table != "":
		b.report(model.Error, "TGW-11", r, r.at, "", "the attachment %s is associated with %s already", id, b.associated[end{id, t.TransitGateway}].table)
	default:
		b.associated[end{id, t.TransitGateway}] = association{table: t.ID, by: r}
		t.Associations = append(t.Associations, id)
	}
}

// association is what an explicit association says of an attachment.
type association struct {
	table model.TransitGatewayRouteTableID
	by    *resource
	gap   *model.Unknown
}

func (b *builder) readTransitGatewayPropagation(r *resource) {
	t := b.gatewayTable(r)
	id, gap := b.attachment(r)
	switch {
	case t == nil:
	case gap != nil:
		t.RoutesUnknown = cmp.Or(t.RoutesUnknown, gap)
	case !slices.Contains(t.Propagations, id):
		t.Propagations = append(t.Propagations, id)
	}
}

// readTransitGatewayRoute reads a static route or a black hole (TGW-15, TGW-17).
func (b *builder) readTransitGatewayRoute(r *resource) {
	t := b.gatewayTable(r)
	if t == nil {
		return
	}
	route := model.TransitGatewayRoute{State: model.RouteActive, Provenance: r.at}
	route.Prefix, route.Unknown = b.prefix(r, "DestinationCidrBlock", r.get("DestinationCidrBlock"))
	if !route.Prefix.IsValid() && route.Unknown == nil {
		route.Unknown = b.unreadable(r, "", "DestinationCidrBlock", r.at, "the route has none")
	}
	blackhole, gap := b.flag(r, "Blackhole", r.get("Blackhole"), false)
	switch id, open := b.attachment(r); {
	case gap != nil:
		route.Unknown = gap
	case open != nil:
		route.Unknown = open
	case blackhole:
		route.State = model.RouteBlackhole
	case id == "":
		route.Unknown = b.unreadable(r, "", attachmentAttribute, r.at, "the route %s leads nowhere, and is no black hole", r.name)
	default:
		route.Attachments = []model.TransitGatewayAttachmentID{id}
	}
	t.Routes = append(t.Routes, route)
}

// defaultAssociations gives the attachments to the default tables of their transit
// gateways, unless they have one of their own (TGW-19).
func (b *builder) defaultAssociations() {
	for _, a := range model.Sorted(b.network.TransitGatewayAttachments) {
		for _, gateway := range []model.TransitGatewayID{a.TransitGateway, a.Peer} {
			t := b.network.TransitGateways[gateway]
			if t == nil {
				continue
			}
			b.defaultAssociation(a, t)
			table, gap := b.network.TransitGatewayRouteTables[t.PropagationDefault], b.gatewayOptions[t.ID].propagation
			switch {
			case table == nil || a.Type == model.AttachPeering || slices.Contains(table.Propagations, a.ID):
			case gap != nil:
				table.RoutesUnknown = cmp.Or(table.RoutesUnknown, gap)
			default:
				table.Propagations = append(table.Propagations, a.ID)
			}
		}
	}
}

func (b *builder) defaultAssociation(a *model.TransitGatewayAttachment, t *model.TransitGateway) {
	own, table := b.associated[end{a.ID, t.ID}], b.network.TransitGatewayRouteTables[t.AssociationDefault]
	gap := cmp.Or(own.gap, b.gatewayOptions[t.ID].association)
	switch {
	case table == nil:
	case own.table == "" && gap != nil:
		table.AssociationsUnknown = gap
	case own.table == "":
		table.Associations = append(table.Associations, a.ID)
	case own.table != table.ID && gap == nil:
		b.report(model.Warning, "TGW-19", own.by, own.by.at, "Write DefaultRouteTableAssociation: disable in the transit gateway.",
			"%s is associated with the default route table of %s when it is made, and AWS refuses a second; %s is taken to count", a.ID, t.ID, own.table)
	}
}
