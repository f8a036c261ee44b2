package cloudformation

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readDirectConnectGateway(r *resource) {
	g := &model.DirectConnectGateway{ID: model.DirectConnectGatewayID(r.id), Meta: b.meta(r)}
	named(&g.Meta, r.get("DirectConnectGatewayName"))
	b.network.DirectConnectGateways[g.ID] = g
}

func (b *builder) directConnectGateway(r *resource, attribute string, v value) model.DirectConnectGatewayID {
	return model.DirectConnectGatewayID(b.identify(r, attribute, v, model.KindDirectConnectGateway).id)
}

// readDirectConnectAssociation reads an association with a virtual private gateway
// or a transit gateway (DX-1); the latter makes an attachment.
func (b *builder) readDirectConnectAssociation(r *resource) {
	a := &model.DirectConnectGatewayAssociation{ID: r.id, Meta: b.meta(r), Associated: true, State: "associated",
		Gateway: b.directConnectGateway(r, "DirectConnectGatewayId", r.get("DirectConnectGatewayId"))}
	a.AllowedPrefixes, a.AllowedPrefixesUnknown = b.prefixes(r, "AllowedPrefixesToDirectConnectGateway", r.get("AllowedPrefixesToDirectConnectGateway"))
	b.network.DirectConnectGatewayAssociations[a.ID] = a
	v := r.get("AssociatedGatewayId")
	to, _ := v.reference()
	text, _ := v.literal()
	switch {
	case to != nil && to.typ == "AWS::EC2::TransitGateway", strings.HasPrefix(text, "tgw-"):
		a.TransitGateway = b.transitGateway(r, v)
		b.ownAttachment(r, model.AttachDirectConnectGateway, a.TransitGateway, string(a.Gateway)).PrefixesUnknown = learned(r)
	case to != nil, text != "": // what is open may be either
		a.VPNGateway = model.VPNGatewayID(b.identify(r, "AssociatedGatewayId", v, model.KindVPNGateway).id)
	}
}

// readVirtualInterface reads a virtual interface, which is taken to be up (DX-11).
func (b *builder) readVirtualInterface(r *resource) {
	types := map[string]model.VirtualInterfaceType{
		"AWS::DirectConnect::PrivateVirtualInterface": model.PrivateVirtualInterface,
		"AWS::DirectConnect::TransitVirtualInterface": model.TransitVirtualInterface,
		"AWS::DirectConnect::PublicVirtualInterface":  model.PublicVirtualInterface,
	}
	i := &model.VirtualInterface{ID: model.VirtualInterfaceID(r.id), Meta: b.meta(r), Type: types[r.typ], Up: true, State: "available",
		Gateway:    b.directConnectGateway(r, "DirectConnectGatewayId", r.get("DirectConnectGatewayId")),
		VPNGateway: model.VPNGatewayID(b.identify(r, "VirtualGatewayId", r.get("VirtualGatewayId"), model.KindVPNGateway).id)}
	named(&i.Meta, r.get("VirtualInterfaceName"))
	i.SiteLink, _ = b.flag(r, "EnableSiteLink", r.get("EnableSiteLink"), false)
	i.LearnedRoutes, _ = b.prefixes(r, "RouteFilterPrefixes", r.get("RouteFilterPrefixes"))
	b.network.VirtualInterfaces[i.ID] = i
}
