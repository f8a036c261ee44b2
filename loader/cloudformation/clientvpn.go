package cloudformation

import (
	"cmp"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readClientVPNEndpoint reads a Client VPN endpoint, of a VPC (CVPN-1) or of a
// transit gateway (CVPN-10).
func (b *builder) readClientVPNEndpoint(r *resource) {
	e := &model.ClientVPNEndpoint{ID: model.ClientVPNEndpointID(r.id), Meta: b.meta(r), Available: true, State: "available", IPv4: true}
	e.VPC = b.vpc(r, "VpcId", r.get("VpcId"))
	e.ClientCIDR, _ = b.prefix(r, "ClientCidrBlock", r.get("ClientCidrBlock"))
	e.SplitTunnel, _ = b.flag(r, "SplitTunnel", r.get("SplitTunnel"), false)
	switch strings.ToLower(r.get("TrafficIpAddressType").show()) { // CVPN-11
	case "ipv6":
		e.IPv4, e.IPv6 = false, true
	case "dual-stack":
		e.IPv6 = true
	}
	groups, _ := b.identities(r, "SecurityGroupIds", r.get("SecurityGroupIds"), model.KindSecurityGroup)
	for _, i := range groups {
		if g := b.network.SecurityGroups[model.SecurityGroupID(i.id)]; g != nil && e.VPC == "" {
			e.VPC = g.VPC
		}
		e.Groups = append(e.Groups, model.SecurityGroupID(i.id))
	}
	if v := r.get("TransitGatewayConfiguration.TransitGatewayId"); v.kind != absent {
		e.TransitGateway = b.transitGateway(r, v)
		a := b.ownAttachment(r, model.AttachClientVPN, e.TransitGateway, r.id)
		e.Attachment = a.ID
	}
	b.network.ClientVPNEndpoints[e.ID] = e
}

// clientVPNEndpoint gives the endpoint that a resource is a part of, and its own
// resource; nil, and a warning, for one that no template has.
func (b *builder) clientVPNEndpoint(r *resource) (*model.ClientVPNEndpoint, *resource) {
	i := b.identify(r, "ClientVpnEndpointId", r.get("ClientVpnEndpointId"), model.KindClientVPNEndpoint)
	e := b.network.ClientVPNEndpoints[model.ClientVPNEndpointID(i.id)]
	if e == nil {
		b.elsewhere(r, i)
	}
	return e, i.resource
}

// readClientVPNNetwork reads an association with a subnet: it makes an interface
// there, from which clients send, and a route to the VPC (CVPN-1, CVPN-4).
func (b *builder) readClientVPNNetwork(r *resource) {
	e, owner := b.clientVPNEndpoint(r)
	subnet := b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet)
	if e == nil || subnet.id == "" {
		return
	}
	i, s := b.newInterface(r, r.stack.prefix+"eni-"+r.name, subnet, e.VPC)
	i.Unassigned4, i.Unassigned6 = e.IPv4 && i.Unassigned4, e.IPv6 && hasIPv6(s)
	i.PublicUnassigned, i.RequesterManaged = i.Unassigned4, true // CVPN-6: they have public addresses of their own
	i.Owner = model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(e.ID)}
	if e.VPC == "" {
		e.VPC = i.VPC
	}
	traffic := owner.get("TrafficIpAddressType")
	i.Groups, i.GroupsUnknown = b.groups(owner, "SecurityGroupIds", owner.get("SecurityGroupIds"), i.VPC)
	maybe := r.doubt()
	if gap := traffic.gap(); gap != nil { // whether it has an IPv4 address
		maybe = cmp.Or(maybe, owner.unknown("TrafficIpAddressType", gap, traffic.at))
	}
	if maybe != nil { // what leaves there is not known
		i.Groups, i.GroupsUnknown = nil, maybe
	}
	e.Networks = append(e.Networks, model.ClientVPNNetwork{Subnet: i.Subnet, Interface: i.ID, Associated: true, State: "associated", Provenance: r.at})
	if v := b.network.VPCs[i.VPC]; v != nil {
		for _, p := range v.CIDRs {
			if p.Addr().Is4() && e.IPv4 || p.Addr().Is6() && e.IPv6 {
				e.Routes = append(e.Routes, model.ClientVPNRoute{Prefix: p, Subnet: i.Subnet, Provenance: r.at})
			}
		}
	}
}

func (b *builder) readClientVPNRoute(r *resource) {
	e, _ := b.clientVPNEndpoint(r)
	if e == nil {
		return
	}
	route := model.ClientVPNRoute{Provenance: r.at}
	var gap *model.Unknown
	route.Prefix, gap = b.prefix(r, "DestinationCidrBlock", r.get("DestinationCidrBlock"))
	if text, _ := r.get("TargetVpcSubnetId").literal(); text == "local" { // CVPN-7
		route.Local = true
	} else {
		route.Subnet = model.SubnetID(b.identify(r, "TargetVpcSubnetId", r.get("TargetVpcSubnetId"), model.KindSubnet).id)
	}
	if gap = cmp.Or(gap, r.doubt()); gap != nil {
		e.RoutesUnknown = gap
	} else if route.Prefix.IsValid() {
		e.Routes = append(e.Routes, route)
	}
}

// readClientVPNAuthorization reads a rule on what clients may reach (CVPN-3).
func (b *builder) readClientVPNAuthorization(r *resource) {
	e, _ := b.clientVPNEndpoint(r)
	if e == nil {
		return
	}
	rule := model.ClientVPNAuthorization{Provenance: r.at}
	var gap, open *model.Unknown
	rule.Prefix, gap = b.prefix(r, "TargetNetworkCidr", r.get("TargetNetworkCidr"))
	rule.All, open = b.flag(r, "AuthorizeAllGroups", r.get("AuthorizeAllGroups"), false)
	if !rule.All {
		rule.Group = r.get("AccessGroupId").show()
	}
	if gap = cmp.Or(gap, open, r.doubt()); gap != nil {
		e.AuthorizationUnknown = gap
	} else if rule.Prefix.IsValid() {
		e.Authorization = append(e.Authorization, rule)
	}
}
