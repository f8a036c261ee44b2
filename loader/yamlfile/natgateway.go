package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

type natGateway struct {
	common
	subnet     ref
	private    value[bool]
	regional   value[bool]
	routeTable ref
	zones      list[value[string]]
	state      value[model.NATGatewayState]
	elasticIP  list[value[string]]
	privateIP  value[netip.Addr]
	addresses  list[natAddress]
}

type natAddress struct {
	placed
	privateIP, publicIP value[netip.Addr]
	networkInterface    value[string]
}

var natGatewayShape = object("a NAT gateway", "A NAT gateway, zonal in a subnet or regional in the VPC.", commonKeys(func(g *natGateway) *common { return &g.common }), []field[natGateway]{
	key("subnet", refTo, func(g *natGateway) *ref { return &g.subnet }, "the subnet of a zonal one"),
	key("connectivity", word("a connectivity type", []string{"public", "private"}, []bool{false, true}), func(g *natGateway) *value[bool] { return &g.private }, "public (default) or private (NAT-1)"),
	key("availability_mode", word("an availability mode", []string{"zonal", "regional"}, []bool{false, true}), func(g *natGateway) *value[bool] { return &g.regional }, "zonal (default) or regional (RNAT-1)"),
	key("route_table", refTo, func(g *natGateway) *ref { return &g.routeTable }, "the route table of a regional one (RNAT-2)"),
	key("zones", many(text), func(g *natGateway) *list[value[string]] { return &g.zones }, "the Availability Zones of a regional one in manual mode (RNAT-5); none is automatic mode"),
	key("state", word("a NAT gateway's state", []string{"pending", "available", "failed", "deleting", "deleted"},
		[]model.NATGatewayState{model.NATGatewayPending, model.NATGatewayAvailable, model.NATGatewayFailed, model.NATGatewayDeleting, model.NATGatewayDeleted}),
		func(g *natGateway) *value[model.NATGatewayState] { return &g.state }, "available by default"),
	key("elastic_ip", many(text), func(g *natGateway) *list[value[string]] { return &g.elasticIP }, "its Elastic IP addresses: addresses, or names of elastic_ips; by default one that is not known yet"),
	key("private_ip", address, func(g *natGateway) *value[netip.Addr] { return &g.privateIP }, "its primary private address; by default one of the subnet that is not known yet"),
	key("addresses", many(natAddressShape), func(g *natGateway) *list[natAddress] { return &g.addresses }, "its addresses in full, the primary one first"),
})

var natAddressShape = object("a NAT gateway's address", "A private address of a NAT gateway and the public one that belongs to it.", []field[natAddress]{
	key("private_ip", address, func(a *natAddress) *value[netip.Addr] { return &a.privateIP }, "by default not known yet"),
	key("public_ip", address, func(a *natAddress) *value[netip.Addr] { return &a.publicIP }, "by default not known yet; a private NAT gateway has none"),
	key("network_interface", text, func(a *natAddress) *value[string] { return &a.networkInterface }, "the ID of the interface that has it"),
})

func (b *builder) buildNATGateway(s *scope, e *entry[natGateway]) {
	f := &e.v
	id := model.NATGatewayID(b.idOf(model.KindNATGateway, s, e.key))
	m := &model.NATGateway{
		ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id,
		Subnet:     model.SubnetID(b.id(model.KindSubnet, s, &f.subnet)),
		Private:    f.private.or(false),
		Regional:   f.regional.or(false),
		RouteTable: model.RouteTableID(b.id(model.KindRouteTable, s, &f.routeTable)),
		State:      f.state.or(model.NATGatewayAvailable),
	}
	for _, z := range f.zones.items {
		m.Zones = append(m.Zones, z.v)
	}
	if sub := b.n.Subnets[m.Subnet]; sub != nil {
		m.VPC = sub.VPC
	}
	b.checkNATGateway(s, e, m)
	m.Addresses = b.natAddresses(f)
	b.n.NATGateways[id] = m
}

// checkNATGateway reports what a NAT gateway cannot be.
func (b *builder) checkNATGateway(s *scope, e *entry[natGateway], m *model.NATGateway) {
	f, name := &e.v, quote(e.key)
	switch {
	case m.Regional && f.subnet.isSet():
		b.d.ruleError(f.subnet.at, "RNAT-1", "leave one", "the regional NAT gateway %s has a subnet", name)
	case !m.Regional && !f.subnet.isSet() && !s.file.asWritten.or(false):
		b.d.errorf(e.at, "subnet: NAME, or availability_mode: regional", "the NAT gateway %s lacks its subnet", name)
	}
	if m.Regional && m.Private {
		b.d.ruleError(f.private.at, "RNAT-3", "a regional NAT gateway is public", "the regional NAT gateway %s is private", name)
	}
	if m.Private && f.elasticIP.set {
		b.d.ruleError(f.elasticIP.at, "NAT-1", "leave it out", "the private NAT gateway %s has an Elastic IP", name)
	}
	if f.addresses.set && (f.elasticIP.set || f.privateIP.set) {
		b.d.errorf(f.addresses.at, "leave one", "the NAT gateway %s tells its addresses twice", name)
	}
}

// natAddresses are a NAT gateway's addresses: at least one, known or not.
func (b *builder) natAddresses(f *natGateway) []model.NATGatewayAddress {
	if f.addresses.set {
		var out []model.NATGatewayAddress
		for _, a := range f.addresses.items {
			out = append(out, model.NATGatewayAddress{Private: a.privateIP.v, Public: a.publicIP.v, Interface: model.InterfaceID(a.networkInterface.or(""))})
		}
		return out
	}
	out := make([]model.NATGatewayAddress, max(1, len(f.elasticIP.items)))
	out[0].Private = f.privateIP.v
	for i, v := range f.elasticIP.items {
		e := b.elasticIP(v)
		if e == nil {
			continue
		}
		if e.Interface != "" {
			b.d.ruleError(v.at, "EIP-1", "an Elastic IP address belongs to one private address at a time", "the Elastic IP %s is already associated with %s", quote(string(e.ID)), e.Interface)
		}
		out[i].Public = e.PublicIP
	}
	return out
}
