package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

type directConnectGateway struct {
	common
	given        value[bool]
	associations list[directConnectAssociation]
}

// directConnectAssociation joins a Direct Connect gateway to another.
type directConnectAssociation struct {
	common
	status
	vpnGateway, transitGateway ref
	attachment                 choice
	allowed                    list[value[netip.Prefix]]
}

type virtualInterface struct {
	common
	status
	typ                 value[model.VirtualInterfaceType]
	gateway, vpnGateway ref
	siteLink            value[bool]
	learnedRoutes       list[value[netip.Prefix]]
}

var (
	associationStates      = workingIn{"associated", "updating"} // DX-11
	virtualInterfaceStates = workingIn{"available", "up"}        // DX-11
)

var directConnectGatewayShape = object("a Direct Connect gateway", "A Direct Connect gateway (DX-1).", commonKeys(func(g *directConnectGateway) *common { return &g.common }), []field[directConnectGateway]{
	key("given", yesNo, func(g *directConnectGateway) *value[bool] { return &g.given }, "false: the gateway itself is not in the design, only its associations"),
	key("associations", many(directConnectAssociationShape), func(g *directConnectGateway) *list[directConnectAssociation] { return &g.associations }, "the VPN gateways, or the transit gateways, that it is associated with"),
})

var directConnectAssociationShape = object("a Direct Connect gateway association", "What a Direct Connect gateway is associated with.",
	commonKeys(func(a *directConnectAssociation) *common { return &a.common }), statusKeys(func(a *directConnectAssociation) *status { return &a.status }, associationStates), []field[directConnectAssociation]{
		key("vpn_gateway", refTo, func(a *directConnectAssociation) *ref { return &a.vpnGateway }, "the VPN gateway"),
		key("transit_gateway", refTo, func(a *directConnectAssociation) *ref { return &a.transitGateway }, "the transit gateway; it has an attachment of the Direct Connect gateway's name unless one is written"),
		key("attachment", choiceOf, func(a *directConnectAssociation) *choice { return &a.attachment }, "false: there is no attachment at the transit gateway but those that are written"),
		key("allowed_prefixes", many(cidr), func(a *directConnectAssociation) *list[value[netip.Prefix]] { return &a.allowed }, "what is announced to on-premises: a filter for a VPN gateway (DX-5), whose VPC's blocks are the default; the announcement itself for a transit gateway (DX-6)"),
	})

var virtualInterfaceShape = object("a virtual interface", "A Direct Connect virtual interface.", commonKeys(func(v *virtualInterface) *common { return &v.common }),
	statusKeys(func(v *virtualInterface) *status { return &v.status }, virtualInterfaceStates), []field[virtualInterface]{
		key("type", word("a type of virtual interface", []string{"private", "transit", "public"},
			[]model.VirtualInterfaceType{model.PrivateVirtualInterface, model.TransitVirtualInterface, model.PublicVirtualInterface}),
			func(v *virtualInterface) *value[model.VirtualInterfaceType] { return &v.typ }, "private, transit or public; private by default"),
		key("direct_connect_gateway", refTo, func(v *virtualInterface) *ref { return &v.gateway }, "the Direct Connect gateway that it is attached to"),
		key("vpn_gateway", refTo, func(v *virtualInterface) *ref { return &v.vpnGateway }, "of a private one: the VPN gateway that it is attached to"),
		key("site_link", yesNo, func(v *virtualInterface) *value[bool] { return &v.siteLink }, "SiteLink (DX-10); false by default"),
		key("learned_routes", many(cidr), func(v *virtualInterface) *list[value[netip.Prefix]] { return &v.learnedRoutes }, "the prefixes that the on-premises router announces by BGP (PATH-8); of a public one its route filter"),
	})

func (b *builder) buildDirectConnectGateway(e *entry[directConnectGateway]) {
	f := &e.v
	id := model.DirectConnectGatewayID(f.id.or(b.idOf(model.KindDirectConnectGateway, nil, e.key)))
	meta := f.meta(e.key, e.at, b.outer)
	if f.given.or(true) {
		b.n.DirectConnectGateways[id] = &model.DirectConnectGateway{ID: id, Meta: meta}
	}
	closed(b.d, &f.associations, "the associations of a Direct Connect gateway")
	for i := range f.associations.items {
		b.buildDirectConnectAssociation(id, meta, &f.associations.items[i])
	}
}

func (b *builder) buildDirectConnectAssociation(gateway model.DirectConnectGatewayID, meta model.Meta, f *directConnectAssociation) {
	if f.vpnGateway.isSet() == f.transitGateway.isSet() {
		b.d.ruleError(f.at, "DX-1", "vpn_gateway: NAME or transit_gateway: NAME", "an association of a Direct Connect gateway is with one VPN gateway or transit gateway")
		return
	}
	m := &model.DirectConnectGatewayAssociation{Meta: f.meta("", f.at, meta), Gateway: gateway,
		VPNGateway:      model.VPNGatewayID(b.id(model.KindVPNGateway, nil, &f.vpnGateway)),
		TransitGateway:  model.TransitGatewayID(b.id(model.KindTransitGateway, nil, &f.transitGateway)),
		AllowedPrefixes: prefixesOf(&f.allowed)}
	m.ID = f.id.or(directConnectAssociationID(m))
	m.AllowedPrefixesUnknown = f.allowed.gap.unknown(m.ID, "allowed_prefixes")
	m.State, m.Associated = f.of(associationStates)
	if before := b.n.DirectConnectGatewayAssociations[m.ID]; before != nil {
		b.d.errorf(f.at, "leave one, or give it another id", "the association %s is written twice", quote(m.ID))
		return
	}
	b.n.DirectConnectGatewayAssociations[m.ID] = m
}

// directConnectAssociationID is the ID of an association that tells none.
func directConnectAssociationID(m *model.DirectConnectGatewayAssociation) string {
	return string(m.Gateway) + "/" + string(m.VPNGateway) + string(m.TransitGateway)
}

func (b *builder) buildVirtualInterface(e *entry[virtualInterface]) {
	f := &e.v
	id := model.VirtualInterfaceID(b.idOf(model.KindVirtualInterface, nil, e.key))
	closed(b.d, &f.learnedRoutes, "the learned routes of a virtual interface")
	m := &model.VirtualInterface{ID: id, Meta: f.meta(e.key, e.at, b.outer), Type: f.typ.or(model.PrivateVirtualInterface),
		Gateway:    model.DirectConnectGatewayID(b.id(model.KindDirectConnectGateway, nil, &f.gateway)),
		VPNGateway: model.VPNGatewayID(b.id(model.KindVPNGateway, nil, &f.vpnGateway)),
		SiteLink:   f.siteLink.or(false), LearnedRoutes: prefixesOf(&f.learnedRoutes)}
	m.State, m.Up = f.of(virtualInterfaceStates)
	b.n.VirtualInterfaces[id] = m
}
