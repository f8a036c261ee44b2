package cloudformation

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readVPNGateway(r *resource) {
	id := model.VPNGatewayID(r.id)
	b.network.VPNGateways[id] = &model.VPNGateway{ID: id, Meta: b.meta(r)}
}

// attachVPNGateway attaches a virtual private gateway to a VPC.
func (b *builder) attachVPNGateway(r *resource, vpc model.VPCID) {
	i := b.identify(r, "VpnGatewayId", r.get("VpnGatewayId"), model.KindVPNGateway)
	if i.id == "" {
		return
	}
	g := b.network.VPNGateways[model.VPNGatewayID(i.id)]
	if g == nil {
		g = &model.VPNGateway{ID: model.VPNGatewayID(i.id), Meta: model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at}}
		g.Provenance.Address = ""
		b.network.VPNGateways[g.ID] = g
	}
	if g.VPC != "" && g.VPC != vpc {
		b.report(model.Error, "", r, r.at, "Detach one of them.", "the virtual private gateway %s is attached to %s already", g.ID, g.VPC)
		return
	}
	g.VPC = vpc
}

func (b *builder) readCustomerGateway(r *resource) {
	g := &model.CustomerGateway{ID: model.CustomerGatewayID(r.id), Meta: b.meta(r)}
	named(&g.Meta, r.get("DeviceName"))
	if text, ok := r.get("IpAddress").literal(); ok && text != "" {
		g.IP, _ = b.address(r, "IpAddress", r.get("IpAddress"), false)
	}
	b.network.CustomerGateways[g.ID] = g
}

// readVPNConnection reads a VPN connection, whose tunnels are taken to be up
// (VPN-1), and makes its attachment where it ends at a transit gateway.
func (b *builder) readVPNConnection(r *resource) {
	c := &model.VPNConnection{ID: model.VPNConnectionID(r.id), Meta: b.meta(r), Available: true, State: "available", TunnelsAssumed: true}
	c.VPNGateway = model.VPNGatewayID(b.identify(r, "VpnGatewayId", r.get("VpnGatewayId"), model.KindVPNGateway).id)
	c.TransitGateway = b.transitGateway(r, r.get("TransitGatewayId"))
	c.CustomerGateway = model.CustomerGatewayID(b.identify(r, "CustomerGatewayId", r.get("CustomerGatewayId"), model.KindCustomerGateway).id)
	static, gap := b.flag(r, "StaticRoutesOnly", r.get("StaticRoutesOnly"), false)
	// Static ones and others are then open: BGP's too.
	c.StaticRoutesOnly, c.StaticRoutesUnknown = static || gap != nil || r.doubt() != nil, cmp.Or(r.doubt(), gap)
	c.InsideIPv6 = r.get("TunnelInsideIpVersion").show() == "ipv6" // VPN-9
	local, remote := "LocalIpv4NetworkCidr", "RemoteIpv4NetworkCidr"
	if c.InsideIPv6 {
		local, remote = "LocalIpv6NetworkCidr", "RemoteIpv6NetworkCidr"
	}
	var here, there *model.Unknown
	c.LocalCIDR, here = b.prefix(r, local, r.get(local)) // VPN-8
	c.RemoteCIDR, there = b.prefix(r, remote, r.get(remote))
	c.SelectorsUnknown = cmp.Or(here, there)
	if v := r.get("TunnelInsideIpVersion"); v.gap() != nil {
		c.SelectorsUnknown = r.unknown("TunnelInsideIpVersion", v.gap(), v.at)
	}
	b.network.VPNConnections[c.ID] = c
	if c.TransitGateway != "" {
		a := b.ownAttachment(r, model.AttachVPN, c.TransitGateway, r.id)
		if a.PrefixesUnknown = gap; !static { // VPN-10: static ones propagate nothing
			a.PrefixesUnknown = learned(r)
		}
	}
}

// readVPNConnectionRoute reads a static route of a connection to a virtual private
// gateway.
func (b *builder) readVPNConnectionRoute(r *resource) {
	i := b.identify(r, "VpnConnectionId", r.get("VpnConnectionId"), model.KindVPNConnection)
	c := b.network.VPNConnections[model.VPNConnectionID(i.id)]
	if c == nil {
		b.elsewhere(r, i)
		return
	}
	v := r.get("DestinationCidrBlock")
	p, gap := b.prefix(r, "DestinationCidrBlock", v)
	if gap = cmp.Or(r.doubt(), i.resource.doubt(), gap); gap != nil {
		c.StaticRoutesUnknown = cmp.Or(c.StaticRoutesUnknown, gap)
	} else if p.IsValid() {
		c.StaticRoutes = append(c.StaticRoutes, p)
	}
}

// readVPNConcentrator reads a VPN concentrator as the attachment that it is to a
// transit gateway.
func (b *builder) readVPNConcentrator(r *resource) {
	if gateway := b.transitGateway(r, r.get("TransitGatewayId")); gateway != "" {
		b.ownAttachment(r, model.AttachVPNConcentrator, gateway, r.id).PrefixesUnknown = learned(r)
	}
}
