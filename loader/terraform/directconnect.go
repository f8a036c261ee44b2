package terraform

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantDirectConnect    = &want{types: []string{"aws_dx_gateway", "data.aws_dx_gateway"}, attributes: []string{"dx_gateway_id"}}
	wantVirtualInterface = &want{types: []string{"aws_dx_hosted_private_virtual_interface", "aws_dx_hosted_public_virtual_interface", "aws_dx_hosted_transit_virtual_interface"},
		literal: "dxvif-"}
	// wantAssociated is what a Direct Connect gateway is associated with (DX-1).
	wantAssociated = &want{types: []string{"aws_vpn_gateway", "data.aws_vpn_gateway", "aws_ec2_transit_gateway", "data.aws_ec2_transit_gateway"},
		attributes: []string{"vpn_gateway_id"}}
	wantProposal = &want{types: []string{"aws_dx_gateway_association_proposal"}}
)

func readDirectConnectGateway(b body) {
	if b.r.later() {
		return
	}
	g := &model.DirectConnectGateway{ID: model.DirectConnectGatewayID(b.r.id()), Meta: b.named("name")}
	g.Region = "" // DX-1: it is of no Region
	if b.network.DirectConnectGateways[g.ID] == nil {
		b.network.DirectConnectGateways[g.ID] = g
	}
}

// readDirectConnectAssociation reads the association of a Direct Connect gateway
// with a virtual private gateway or a transit gateway, and the attachment that it
// makes at the latter. An association by proposal has the proposal's gateway and
// prefixes where they are not its own.
func readDirectConnectAssociation(b body) {
	a := &model.DirectConnectGatewayAssociation{ID: cmp.Or(b.str("dx_gateway_association_id"), b.r.id()), Meta: b.meta(), Associated: true, State: "associated",
		Gateway: model.DirectConnectGatewayID(b.one("dx_gateway_id", wantDirectConnect))}
	from := b
	if _, s := b.get("proposal_id"); s != unset {
		if c, u := b.ref("proposal_id", wantProposal, nil); u == nil && c.r != nil {
			from = b.body(c.r)
		}
	}
	to, u := from.associatedGateway()
	a.VPNGateway, a.TransitGateway = model.VPNGatewayID(to.VPNGateway), to.TransitGateway
	if u != nil || a.VPNGateway == "" && a.TransitGateway == "" {
		b.problem(model.Warning, "DX-1", "associated_gateway_id: what the Direct Connect gateway is associated with is not known; the association is left out")
		return
	}
	prefixes := b
	if _, s := b.get("allowed_prefixes"); s == unset {
		prefixes = from
	}
	a.AllowedPrefixes, a.AllowedPrefixesUnknown = prefixes.prefixes("allowed_prefixes")
	b.network.DirectConnectGatewayAssociations[a.ID] = a
	if a.TransitGateway != "" {
		t := b.attachTransit(b.directConnectAttachment(b.r), string(a.TransitGateway), model.AttachDirectConnectGateway, string(a.Gateway))
		t.PrefixesUnknown = b.byBGP(string(t.ID))
	}
}

// associated is what an association leads to.
type associated struct {
	VPNGateway     model.VPNGatewayID
	TransitGateway model.TransitGatewayID
}

func (b body) associatedGateway() (associated, *model.Unknown) {
	name := "associated_gateway_id"
	if _, s := b.get(name); s == unset {
		name = "vpn_gateway_id" // its older name
	}
	c, u := b.ref(name, wantAssociated, nil)
	switch {
	case u != nil || c.id == "":
		return associated{}, u
	case strings.HasSuffix(c.kind(), "transit_gateway"), strings.HasPrefix(c.id, "tgw-"):
		return associated{TransitGateway: model.TransitGatewayID(c.id)}, nil
	}
	return associated{VPNGateway: model.VPNGatewayID(c.id)}, nil
}

// directConnectAttachment is the ID of the attachment that an association makes,
// which only a data source has.
func (b *builder) directConnectAttachment(r *resource) string {
	x := b.body(r)
	gateway, transit := x.one("dx_gateway_id", wantDirectConnect), x.one("associated_gateway_id", wantAssociated)
	for _, d := range b.resources {
		if d.kind == "data.aws_ec2_transit_gateway_dx_gateway_attachment" && d.exists() && d.values["dx_gateway_id"] == gateway && d.values["transit_gateway_id"] == transit {
			return d.id()
		}
	}
	return r.address + ".transit_gateway_attachment_id"
}

// directConnectAssociation finds the association of two gateways, nil where the
// configuration has none.
func (b *builder) directConnectAssociation(gateway, transit string) *resource {
	for _, r := range b.resources {
		if r.kind != "aws_dx_gateway_association" {
			continue
		}
		x := b.body(r)
		if to, u := x.associatedGateway(); u == nil && string(to.TransitGateway) == transit && x.one("dx_gateway_id", wantDirectConnect) == gateway {
			return r
		}
	}
	return nil
}

// prefixes reads a list of CIDR blocks, nil where it is unset. The gap is set
// where there may be others.
func (b body) prefixes(name string) ([]netip.Prefix, *model.Unknown) {
	texts, unknowns := b.list(name)
	var out []netip.Prefix
	for _, text := range texts {
		if p := b.parsePrefix(name, text); p.IsValid() {
			addTo(&out, p)
		}
	}
	if unknowns != 0 {
		return out, b.unknownAt(name)
	}
	return out, nil
}

// readVirtualInterface reads a virtual interface of any type, hosted or not. One
// that is planned will be up (DX-11).
func readVirtualInterface(b body) {
	v := &model.VirtualInterface{ID: model.VirtualInterfaceID(b.r.id()), Meta: b.named("name"), Up: true, State: "available", SiteLink: b.boolean("sitelink_enabled")}
	v.Type = virtualInterfaceType(b.r.kind)
	b.virtualInterfaceGateway(v)
	if v.Type == model.PublicVirtualInterface {
		v.LearnedRoutes, _ = b.prefixes("route_filter_prefixes") // DX-9
	}
	b.network.VirtualInterfaces[v.ID] = v
}

func virtualInterfaceType(kind string) model.VirtualInterfaceType {
	switch {
	case strings.Contains(kind, "private"):
		return model.PrivateVirtualInterface
	case strings.Contains(kind, "transit"):
		return model.TransitVirtualInterface
	case strings.Contains(kind, "public"):
		return model.PublicVirtualInterface
	}
	panic("terraform: no virtual interface of " + kind)
}

func (b body) virtualInterfaceGateway(v *model.VirtualInterface) {
	v.Gateway = cmp.Or(model.DirectConnectGatewayID(b.one("dx_gateway_id", wantDirectConnect)), v.Gateway)
	v.VPNGateway = cmp.Or(model.VPNGatewayID(b.one("vpn_gateway_id", wantVPNGW)), v.VPNGateway)
}

// readVirtualInterfaceAccepter reads what the account that a virtual interface
// was made for attaches it to.
func readVirtualInterfaceAccepter(b body) {
	c, u := b.ref("virtual_interface_id", wantVirtualInterface, nil)
	if u != nil {
		b.problem(model.Warning, "DX-1", "%s: %s; the virtual interface is left out", u.Attribute, u.Reason)
		return
	}
	v := b.network.VirtualInterfaces[model.VirtualInterfaceID(c.id)]
	if v == nil {
		v = &model.VirtualInterface{ID: model.VirtualInterfaceID(c.id), Meta: b.meta(), Type: virtualInterfaceType(b.r.kind), Up: true, State: "available"}
		b.network.VirtualInterfaces[v.ID] = v
	}
	b.virtualInterfaceGateway(v)
}
