package terraform

import (
	"cmp"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

var wantClientVPN = &want{types: []string{"aws_ec2_client_vpn_endpoint", "data.aws_ec2_client_vpn_endpoint"}, literal: "cvpn-endpoint-"}

// readClientVPNEndpoint reads a Client VPN endpoint of a VPC.
func readClientVPNEndpoint(b body) {
	if b.r.later() {
		return
	}
	e := &model.ClientVPNEndpoint{ID: model.ClientVPNEndpointID(b.r.id()), Meta: b.named(), ClientCIDR: b.prefix("client_cidr_block"),
		SplitTunnel: b.boolean("split_tunnel"), Available: true, State: "available"}
	if b.network.ClientVPNEndpoints[e.ID] != nil {
		return
	}
	if _, s := b.get("vpc_id"); s != unset {
		e.VPC = b.vpc("vpc_id")
	}
	switch b.str("traffic_ip_address_type") { // CVPN-11
	case "", "ipv4":
		e.IPv4 = true
	case "ipv6":
		e.IPv6 = true
	case "dual-stack":
		e.IPv4, e.IPv6 = true, true
	}
	groups, u := b.groupsOf("security_group_ids", e.VPC, false)
	e.Groups = groups
	b.clientVPNs[e.ID] = &clientVPN{ClientVPNEndpoint: e, groupsOpen: u}
	b.network.ClientVPNEndpoints[e.ID] = e
}

// clientVPN is an endpoint whose associations are not all read yet.
type clientVPN struct {
	*model.ClientVPNEndpoint
	groupsOpen *model.Unknown
}

// clientVPN is the endpoint that a part of one names; nil where that is not told,
// which doubt then says of each endpoint that may be meant.
func (b body) clientVPN(doubt func(*clientVPN, *model.Unknown)) *clientVPN {
	c, u := b.ref("client_vpn_endpoint_id", wantClientVPN, nil)
	e := b.clientVPNs[model.ClientVPNEndpointID(c.id)]
	switch {
	case u != nil:
		for _, id := range b.maybe("client_vpn_endpoint_id", wantClientVPN) {
			if e := b.clientVPNs[model.ClientVPNEndpointID(id)]; e != nil {
				doubt(e, u)
			}
		}
		return nil
	case e == nil:
		b.problem(model.Warning, "", "client_vpn_endpoint_id: %s is not in the configuration; it is left out", c.id)
	}
	return e
}

// doubtRoutes says that an endpoint may have other routes.
func doubtRoutes(e *clientVPN, u *model.Unknown) { e.RoutesUnknown = cmp.Or(e.RoutesUnknown, u) }

// doubtAuthorization says that an endpoint may have other authorization rules.
func doubtAuthorization(e *clientVPN, u *model.Unknown) {
	e.AuthorizationUnknown = cmp.Or(e.AuthorizationUnknown, u)
}

// readClientVPNNetwork reads the association of a subnet, where clients come out
// with the address of an interface that the endpoint gets there (CVPN-1). It
// brings the routes to the VPC's blocks along (CVPN-4).
func readClientVPNNetwork(b body) {
	e := b.clientVPN(doubtRoutes)
	if e == nil {
		return
	}
	subnet := b.subnet("subnet_id", nil)
	i := b.newInterface(model.InterfaceID(string(e.ID)+"/"+string(subnet)), subnet, model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(e.ID)}, "interface")
	i.RequesterManaged = true
	if e.VPC == "" {
		e.VPC = i.VPC
	}
	i.Groups, i.GroupsUnknown = slices.Clone(e.Groups), e.groupsOpen
	if len(i.Groups) == 0 && i.GroupsUnknown == nil {
		i.Groups = []model.SecurityGroupID{b.defaultGroup(i.VPC)} // CVPN-5
	}
	i.Unassigned6 = e.IPv6 && b.hasIPv6(subnet)
	i.PublicUnassigned = b.hasIPv4(subnet) // CVPN-6: it needs no NAT
	e.Networks = append(e.Networks, model.ClientVPNNetwork{Subnet: subnet, Interface: i.ID, Associated: true, State: "associated", Provenance: b.r.place})
	if v := b.network.VPCs[i.VPC]; v != nil {
		for _, p := range v.CIDRs {
			if p.Addr().Is4() && e.IPv4 || p.Addr().Is6() && e.IPv6 {
				e.Routes = append(e.Routes, model.ClientVPNRoute{Prefix: p, Subnet: subnet, Provenance: b.r.place})
			}
		}
	}
}

// readClientVPNRoute reads a route of an endpoint by one of its subnets.
func readClientVPNRoute(b body) {
	e := b.clientVPN(doubtRoutes)
	if e == nil {
		return
	}
	route := model.ClientVPNRoute{Prefix: b.prefix("destination_cidr_block"), Provenance: b.r.place}
	u := b.open("destination_cidr_block")
	if route.Local = b.str("target_vpc_subnet_id") == "local"; !route.Local { // CVPN-7
		subnet, open := b.ref("target_vpc_subnet_id", wantSubnet, nil)
		route.Subnet, u = model.SubnetID(subnet.id), firstOpen(u, open)
	}
	switch {
	case u != nil:
		doubtRoutes(e, u)
		return
	case !route.Prefix.IsValid():
		return
	}
	e.Routes = append(e.Routes, route)
}

// readClientVPNAuthorization reads who may reach what (CVPN-3).
func readClientVPNAuthorization(b body) {
	e := b.clientVPN(doubtAuthorization)
	if e == nil {
		return
	}
	a := model.ClientVPNAuthorization{Prefix: b.prefix("target_network_cidr"), Group: b.str("access_group_id"), All: b.boolean("authorize_all_groups"), Provenance: b.r.place}
	switch u := firstOpen(b.open("target_network_cidr"), b.open("access_group_id"), b.open("authorize_all_groups")); {
	case u != nil:
		doubtAuthorization(e, u)
	case a.Prefix.IsValid():
		e.Authorization = append(e.Authorization, a)
	}
}
