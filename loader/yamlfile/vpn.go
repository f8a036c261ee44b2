package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// vpnGateway is a virtual private gateway that is written at top level.
type vpnGateway struct {
	gateway
	vpc ref
}

type customerGateway struct {
	common
	ip value[netip.Addr]
}

type vpnConnection struct {
	common
	status
	vpnGateway, transitGateway, coreNetwork ref
	attachment                              choice
	customerGateway                         ref
	staticOnly                              value[bool]
	staticRoutes, learnedRoutes             list[value[netip.Prefix]]
	localCIDR, remoteCIDR                   value[netip.Prefix]
	tunnels                                 value[tunnels]
	insideIPv6                              value[bool]
	selectors                               *gap
}

// tunnels is what is known of a VPN connection's tunnels (VPN-1).
type tunnels uint8

const (
	tunnelsUp tunnels = iota
	tunnelsDown
	tunnelsAssumed
)

var tunnelWords = []string{"up", "down", "assumed"}

var vpnGatewayShape = object("a VPN gateway", "A virtual private gateway.", commonKeys(func(g *vpnGateway) *common { return &g.common }), []field[vpnGateway]{
	key("vpc", refTo, func(g *vpnGateway) *ref { return &g.vpc }, "the VPC that it is attached to; none by default"),
})

var customerGatewayShape = object("a customer gateway", "What AWS knows of the router at the other end of a VPN (VPN-13).", commonKeys(func(g *customerGateway) *common { return &g.common }), []field[customerGateway]{
	key("ip", address, func(g *customerGateway) *value[netip.Addr] { return &g.ip }, "the router's address"),
})

var vpnStates = workingIn{"available"}

var vpnConnectionShape = object("a VPN connection", "A Site-to-Site VPN connection (VPN-1).", commonKeys(func(v *vpnConnection) *common { return &v.common }),
	statusKeys(func(v *vpnConnection) *status { return &v.status }, vpnStates), []field[vpnConnection]{
		key("vpn_gateway", refTo, func(v *vpnConnection) *ref { return &v.vpnGateway }, "the VPN gateway that it ends at"),
		key("transit_gateway", refTo, func(v *vpnConnection) *ref { return &v.transitGateway }, "the transit gateway that it ends at; it has an attachment there of the same name unless one is written"),
		key("core_network", refTo, func(v *vpnConnection) *ref { return &v.coreNetwork }, "the core network that it ends at"),
		key("attachment", choiceOf, func(v *vpnConnection) *choice { return &v.attachment }, "false: it has no attachment at the transit gateway but those that are written"),
		key("customer_gateway", refTo, func(v *vpnConnection) *ref { return &v.customerGateway }, "the customer gateway"),
		key("static_routes", many(cidr), func(v *vpnConnection) *list[value[netip.Prefix]] { return &v.staticRoutes }, "the on-premises prefixes of a connection without BGP (VPN-6)"),
		key("static_routes_only", yesNo, func(v *vpnConnection) *value[bool] { return &v.staticOnly }, "whether it has no BGP; true by default where static_routes are written"),
		key("learned_routes", many(cidr), func(v *vpnConnection) *list[value[netip.Prefix]] { return &v.learnedRoutes }, "the prefixes that the on-premises router announces by BGP (PATH-8)"),
		key("local_cidr", cidr, func(v *vpnConnection) *value[netip.Prefix] { return &v.localCIDR }, "the on-premises side of what it carries (VPN-8); everything by default"),
		key("remote_cidr", cidr, func(v *vpnConnection) *value[netip.Prefix] { return &v.remoteCIDR }, "AWS's side of what it carries (VPN-8); everything by default"),
		key("tunnels", word("a state of tunnels", tunnelWords, []tunnels{tunnelsUp, tunnelsDown, tunnelsAssumed}), func(v *vpnConnection) *value[tunnels] { return &v.tunnels }, "up by default; down where both are; assumed where nobody knows and up is assumed"),
		key("selectors_unknown", gapDetailRef, func(v *vpnConnection) **gap { return &v.selectors }, "why it is open whether it carries less than local_cidr and remote_cidr say"),
		key("inside_ipv6", yesNo, func(v *vpnConnection) *value[bool] { return &v.insideIPv6 }, "whether the tunnels carry IPv6 and no IPv4 (VPN-9); false by default"),
	})

// attachVPNGateways lets a VPC's vpn_gateway name one that is written at top level.
func (b *builder) attachVPNGateways(s *scope) {
	kept := s.file.vpnGateways.items[:0]
	for _, g := range s.file.vpnGateways.items {
		if top := b.topVPNGateway(g.key); top == nil || g.id.set {
			kept = append(kept, g)
		} else if top.vpc.isSet() {
			b.d.errorf(g.at, "a VPN gateway is attached to one VPC", "the VPN gateway %s is attached where it is written already", quote(g.key))
		} else {
			top.vpc = ref{placed: placed{g.at}, name: s.key}
		}
	}
	s.file.vpnGateways.items = kept
}

func (b *builder) topVPNGateway(key string) *vpnGateway {
	for i := range b.file.vpnGateways {
		if e := &b.file.vpnGateways[i]; e.key == key {
			return &e.v
		}
	}
	return nil
}

func (b *builder) buildVPNGateway(g *gateway, id string, vpc model.VPCID, outer model.Meta) {
	b.n.VPNGateways[model.VPNGatewayID(id)] = &model.VPNGateway{ID: model.VPNGatewayID(id), Meta: g.meta(g.key, g.at, outer), VPC: vpc}
}

func (b *builder) buildCustomerGateway(e *entry[customerGateway]) {
	id := model.CustomerGatewayID(b.idOf(model.KindCustomerGateway, nil, e.key))
	b.n.CustomerGateways[id] = &model.CustomerGateway{ID: id, Meta: e.v.meta(e.key, e.at, b.outer), IP: e.v.ip.v}
}

func (b *builder) buildVPNConnection(e *entry[vpnConnection]) {
	f := &e.v
	id := model.VPNConnectionID(b.idOf(model.KindVPNConnection, nil, e.key))
	ends := 0
	for _, r := range []*ref{&f.vpnGateway, &f.transitGateway, &f.coreNetwork} {
		if r.isSet() {
			ends++
		}
	}
	if ends > 1 {
		b.d.ruleError(e.at, "VPN-1", "leave one of vpn_gateway, transit_gateway and core_network", "the VPN connection %s ends at two gateways", quote(e.key))
	}
	if ends == 0 {
		b.d.ruleError(e.at, "VPN-1", "vpn_gateway: NAME, transit_gateway: NAME or core_network: NAME", "the VPN connection %s lacks its gateway", quote(e.key))
	}
	closed(b.d, &f.learnedRoutes, "the learned routes of a VPN connection")
	m := &model.VPNConnection{ID: id, Meta: f.meta(e.key, e.at, b.outer),
		VPNGateway:       model.VPNGatewayID(b.id(model.KindVPNGateway, nil, &f.vpnGateway)),
		TransitGateway:   model.TransitGatewayID(b.id(model.KindTransitGateway, nil, &f.transitGateway)),
		CoreNetwork:      model.CoreNetworkID(b.id(model.KindCoreNetwork, nil, &f.coreNetwork)),
		CustomerGateway:  model.CustomerGatewayID(b.id(model.KindCustomerGateway, nil, &f.customerGateway)),
		StaticRoutesOnly: f.staticOnly.or(len(f.staticRoutes.items) > 0),
		StaticRoutes:     prefixesOf(&f.staticRoutes), LearnedRoutes: prefixesOf(&f.learnedRoutes),
		LocalCIDR: f.localCIDR.v, RemoteCIDR: f.remoteCIDR.v, InsideIPv6: f.insideIPv6.or(false),
		Down: f.tunnels.v == tunnelsDown, TunnelsAssumed: f.tunnels.v == tunnelsAssumed}
	m.SelectorsUnknown = f.selectors.unknown(string(id), "selectors")
	m.StaticRoutesUnknown = f.staticRoutes.gap.unknown(string(id), "static_routes")
	m.State, m.Available = f.of(vpnStates)
	b.n.VPNConnections[id] = m
}
