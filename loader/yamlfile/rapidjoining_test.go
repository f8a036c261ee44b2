package yamlfile

import (
	"net/netip"

	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// pickOne draws one of some values.
func pickOne[T any](w *world, values ...T) T { return rapid.SampledFrom(values).Draw(w.T, "value") }

// some draws IDs of a map, each once, now and then one that the network lacks.
func some[K ~string, V any](w *world, m map[K]V, or ...K) []K {
	var out []K
	for range rapid.IntRange(0, 2).Draw(w.T, "references") {
		if id := one(w, m, or...); id != "" && !contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func contains[K comparable](list []K, k K) bool {
	for _, x := range list {
		if x == k {
			return true
		}
	}
	return false
}

func (w *world) prefixes() []netip.Prefix {
	return pickOne(w, nil, []netip.Prefix{}, []netip.Prefix{prefix("10.0.0.0/8")}, []netip.Prefix{prefix("192.168.0.0/16"), prefix("2001:db8::/56")})
}

// few are prefixes of which none is the same as an empty list.
func (w *world) few() []netip.Prefix {
	if p := w.prefixes(); len(p) > 0 {
		return p
	}
	return nil
}

// state draws a state, and whether the resource works in it.
func (w *world) state(words ...string) (string, bool) {
	return pickOne(w, append(words, "", "deleted")...), w.yes("works")
}

func (w *world) ports() []model.PortRange {
	return pickOne(w, nil, []model.PortRange{{From: 443, To: 443}}, []model.PortRange{model.AllPorts, {From: 1, To: 9}})
}

func maybe[T any](w *world, v T) *T {
	if w.yes("told") {
		return &v
	}
	return nil
}

// joining draws what joins VPCs, when these are there.
func (w *world) joining() {
	w.vpns()
	w.hubs()
	w.cores()
	w.hybrid()
	w.balancers()
	w.private()
	w.inspection()
	w.front()
}

func (w *world) vpns() {
	n := w.n
	for range rapid.IntRange(0, 2).Draw(w.T, "vpn gateways") {
		g := &model.VPNGateway{ID: model.VPNGatewayID(w.id("vgw")), Meta: w.meta(), VPC: one(w, n.VPCs, "vpc-gone")}
		n.VPNGateways[g.ID] = g
	}
	for range rapid.IntRange(0, 1).Draw(w.T, "customer gateways") {
		g := &model.CustomerGateway{ID: model.CustomerGatewayID(w.id("cgw")), Meta: w.meta(), IP: pickOne(w, netip.Addr{}, netip.MustParseAddr("192.0.2.1"))}
		n.CustomerGateways[g.ID] = g
	}
	for range rapid.IntRange(0, 2).Draw(w.T, "peerings") {
		p := &model.VPCPeeringConnection{ID: model.VPCPeeringConnectionID(w.id("pcx")), Meta: w.meta(), Requester: w.side(), Accepter: w.side()}
		p.State, p.Active = w.state("active", "pending-acceptance")
		p.AcceptanceUnknown = w.gap(string(p.ID))
		n.VPCPeeringConnections[p.ID] = p
	}
}

func (w *world) side() model.PeeringSide {
	return model.PeeringSide{VPC: one(w, w.n.VPCs, "vpc-gone"), Account: pickOne[model.AccountID](w, "", "111122223333"), Region: pickOne[model.Region](w, "", "us-east-1"),
		CIDRs: w.prefixes(), AllowDNSResolution: w.yes("dns")}
}

func (w *world) hubs() {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 2).Draw(t, "transit gateways") {
		g := &model.TransitGateway{ID: model.TransitGatewayID(w.id("tgw")), Meta: w.meta(), CIDRs: w.prefixes(), NoVPNECMP: w.yes("ecmp"), SecurityGroupReferencing: w.yes("referencing")}
		g.State, g.Available = w.state("available")
		n.TransitGateways[g.ID] = g
		for range rapid.IntRange(0, 2).Draw(t, "connections") {
			v := w.connection()
			v.TransitGateway = g.ID
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "attachments") {
		w.attachment(one(w, n.TransitGateways, "tgw-gone"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "tables") {
		gateway := one(w, n.TransitGateways, "tgw-gone")
		r := &model.TransitGatewayRouteTable{ID: model.TransitGatewayRouteTableID(w.special("tgw-rtb", "main", string(gateway)+"-main")), Meta: w.meta(), TransitGateway: gateway,
			Associations: some(w, n.TransitGatewayAttachments, "att-gone"), Propagations: some(w, n.TransitGatewayAttachments, "att-gone"), RoutesListed: w.yes("listed")}
		if w.yes("usual") {
			r.Meta, r.Associations, r.Propagations = model.Meta{Name: "main"}, nil, nil
			if g := n.TransitGateways[gateway]; g != nil {
				r.Account, r.Region = g.Account, g.Region
			}
			for _, a := range model.Sorted(n.TransitGatewayAttachments) {
				if a.TransitGateway == gateway {
					r.Associations, r.Propagations = append(r.Associations, a.ID), append(r.Propagations, a.ID)
				}
			}
		}
		r.AssociationsUnknown, r.RoutesUnknown = w.gap(string(r.ID)), w.gap(string(r.ID))
		for range rapid.IntRange(0, 2).Draw(t, "routes") {
			r.Routes = append(r.Routes, w.transitRoute(string(r.ID)))
		}
		n.TransitGatewayRouteTables[r.ID] = r
	}
	for _, g := range model.Sorted(n.TransitGateways) {
		g.AssociationDefault, g.PropagationDefault = one(w, n.TransitGatewayRouteTables, "tgw-rtb-gone"), one(w, n.TransitGatewayRouteTables)
	}
	for range rapid.IntRange(0, 1).Draw(t, "policy tables") {
		p := &model.TransitGatewayPolicyTable{ID: model.TransitGatewayPolicyTableID(w.id("tgw-ptb")), Meta: w.meta(), TransitGateway: one(w, n.TransitGateways),
			Associations: some(w, n.TransitGatewayAttachments)}
		p.RulesUnknown = w.gap(string(p.ID))
		for i := range rapid.IntRange(0, 2).Draw(t, "rules") {
			r := model.TransitGatewayPolicyRule{Number: i + 1, Source: pickOne(w, netip.Prefix{}, w.prefix()), Destination: pickOne(w, netip.Prefix{}, w.prefix()),
				Traffic: w.traffic(), RouteTable: one(w, n.TransitGatewayRouteTables, "tgw-rtb-gone")}
			if r.RouteTable == "" {
				r.RouteTable = "tgw-rtb-gone"
			}
			r.SourcePorts = pickOne(w, model.PortRange{}, model.PortRange{From: 1, To: 1024})
			p.Rules = append(p.Rules, r)
		}
		n.TransitGatewayPolicyTables[p.ID] = p
	}
}

func (w *world) attachment(gateway model.TransitGatewayID) {
	n := w.n
	a := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(w.special("tgw-attach", "blackhole")), Meta: w.meta(), TransitGateway: gateway,
		Type: pickOne(w, model.AttachVPC, model.AttachVPN, model.AttachVPNConcentrator, model.AttachDirectConnectGateway, model.AttachConnect, model.AttachPeering,
			model.AttachNetworkFunction, model.AttachClientVPN),
		ApplianceMode: w.yes("appliance"), IPv6: w.yes("ipv6"), NoSecurityGroupReferencing: w.yes("referencing"), Prefixes: w.prefixes()}
	a.State, a.Available = w.state("available", "modifying")
	if a.OptionsUnknown = w.gap(string(a.ID)); len(a.Prefixes) > 0 {
		a.PrefixesUnknown = w.gap(string(a.ID))
	}
	a.AcceptanceUnknown = w.gap(string(a.ID))
	switch a.Type {
	case model.AttachVPC:
		a.VPC, a.Subnets = one(w, n.VPCs, "vpc-gone"), some(w, n.Subnets, "subnet-gone")
		a.Resource = pickOne(w, string(a.VPC), "", "vpc-x")
	case model.AttachVPN:
		a.Resource = string(one(w, n.VPNConnections, "vpn-gone"))
	case model.AttachConnect:
		a.Resource = string(one(w, n.TransitGatewayAttachments, "att-gone"))
	case model.AttachPeering:
		a.Peer = one(w, n.TransitGateways, "tgw-gone")
		a.PeerAttachment = one(w, n.TransitGatewayAttachments, "att-gone")
		a.Resource = pickOne(w, string(a.Peer), "tgw-x")
	default:
		a.Resource = pickOne(w, "", "x-1")
	}
	n.TransitGatewayAttachments[a.ID] = a
}

func (w *world) transitRoute(table string) model.TransitGatewayRoute {
	r := model.TransitGatewayRoute{Attachments: some(w, w.n.TransitGatewayAttachments, "att-gone"), Propagated: w.yes("propagated"), State: model.RouteState(rapid.IntRange(0, 2).Draw(w.T, "state"))}
	if r.PrefixList = one(w, w.n.PrefixLists, "pl-gone"); r.PrefixList == "" {
		r.Prefix = w.prefix()
	}
	if r.Unknown = w.gap(table); r.Unknown != nil && w.yes("no destination") {
		r.PrefixList, r.Prefix = "", netip.Prefix{}
	}
	return r
}

func (w *world) connection() *model.VPNConnection {
	v := &model.VPNConnection{ID: model.VPNConnectionID(w.id("vpn")), Meta: w.meta(), CustomerGateway: one(w, w.n.CustomerGateways, "cgw-gone"), StaticRoutesOnly: w.yes("static"),
		StaticRoutes: w.prefixes(), LearnedRoutes: w.prefixes(), LocalCIDR: pickOne(w, netip.Prefix{}, w.prefix()), RemoteCIDR: pickOne(w, netip.Prefix{}, w.prefix()), InsideIPv6: w.yes("ipv6")}
	if len(v.StaticRoutes) > 0 && w.yes("open routes") {
		v.StaticRoutesUnknown = w.gap(string(v.ID))
	}
	v.SelectorsUnknown = w.gap(string(v.ID))
	v.State, v.Available = w.state("available")
	if v.Down = w.yes("down"); !v.Down {
		v.TunnelsAssumed = w.yes("assumed")
	}
	w.n.VPNConnections[v.ID] = v
	return v
}

func (w *world) cores() {
	t, n := w.T, w.n
	segments := []string{"prod", "dev"}
	for range rapid.IntRange(0, 1).Draw(t, "core networks") {
		c := &model.CoreNetwork{ID: model.CoreNetworkID(w.id("core")), Meta: w.meta(), SecurityGroupReferencing: w.yes("referencing")}
		c.PolicyUnknown = w.gap(string(c.ID))
		for _, name := range segments {
			c.Segments = append(c.Segments, model.CoreNetworkSegment{Name: name, Isolate: w.yes("isolate"), NoAcceptance: w.yes("acceptance"), EdgeLocations: pickOne(w, nil, []model.Region{"us-east-1"}),
				AllowFilter: pickOne(w, nil, []string{}, []string{"dev"})})
			if s := &c.Segments[len(c.Segments)-1]; s.AllowFilter == nil {
				s.DenyFilter = pickOne(w, nil, []string{}, segments)
			}
		}
		if w.yes("actions") {
			c.Shares = []model.CoreNetworkShare{{Segment: "prod", With: pickOne(w, nil, []string{"dev"}), AllBut: pickOne(w, nil, []string{"dev"})}}
			c.Routes = []model.CoreNetworkRoute{{Segment: "dev", Prefixes: w.few(), Blackhole: w.yes("blackhole"), Destinations: pickOne(w, nil, []string{"x"})}}
			c.Insertions = []model.CoreNetworkInsertion{{Segment: "dev", Action: "send-via", With: pickOne(w, nil, []string{"prod"}), Group: pickOne(w, "", "g")}}
			c.Rules = []model.CoreNetworkAttachmentRule{{Number: 100, Any: w.yes("any"), Segment: pickOne(w, "", "prod"), TagKey: pickOne(w, "", "segment"),
				Conditions: pickOne(w, nil, []model.CoreNetworkCondition{{Type: "any"}}, []model.CoreNetworkCondition{{Type: "tag-value", Operator: "equals", Key: "a", Value: "b"}, {Type: "region", Value: "x"}})}}
		}
		n.CoreNetworks[c.ID] = c
	}
	for range rapid.IntRange(0, 2).Draw(t, "core attachments") {
		a := &model.CoreNetworkAttachment{ID: model.CoreNetworkAttachmentID(w.id("attachment")), Meta: w.meta(), CoreNetwork: one(w, n.CoreNetworks, "core-gone"), Type: pickOne(w, model.AttachVPC, model.AttachVPN, model.AttachConnect, model.AttachPeering),
			Segment: pickOne(w, "", "dev"), ApplianceMode: w.yes("appliance"), IPv6: w.yes("ipv6"), NoSecurityGroupReferencing: w.yes("referencing"), Prefixes: w.few()}
		a.State, a.Available = w.state("AVAILABLE")
		a.OptionsUnknown = w.gap(string(a.ID))
		a.AcceptanceUnknown, a.PrefixesUnknown = w.gap(string(a.ID)), w.gap(string(a.ID))
		switch a.Type {
		case model.AttachVPC:
			a.VPC, a.Subnets = one(w, n.VPCs, "vpc-gone"), some(w, n.Subnets, "subnet-gone")
			a.Resource = pickOne(w, string(a.VPC), "arn:x")
		case model.AttachConnect:
			a.Resource = string(one(w, n.CoreNetworkAttachments, "attachment-gone"))
		default:
			a.Resource = pickOne(w, "", "x-1")
		}
		n.CoreNetworkAttachments[a.ID] = a
	}
	for _, c := range model.Sorted(n.CoreNetworks) {
		for i := range c.Routes {
			c.Routes[i].Attachments = some(w, n.CoreNetworkAttachments, "attachment-gone")
		}
		if w.yes("connection") {
			w.connection().CoreNetwork = c.ID
		}
	}
}

func (w *world) hybrid() {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 1).Draw(t, "connections") {
		w.connection().VPNGateway = one(w, n.VPNGateways, "vgw-gone")
	}
	for range rapid.IntRange(0, 1).Draw(t, "direct connect gateways") {
		g := &model.DirectConnectGateway{ID: model.DirectConnectGatewayID(w.id("dxgw")), Meta: w.meta()}
		n.DirectConnectGateways[g.ID] = g
	}
	for range rapid.IntRange(0, 2).Draw(t, "associations") {
		a := &model.DirectConnectGatewayAssociation{Meta: w.meta(), Gateway: one(w, n.DirectConnectGateways, "dxgw-gone"), AllowedPrefixes: w.prefixes()}
		if a.State, a.Associated = w.state("associated", "updating"); w.yes("transit") {
			a.TransitGateway = one(w, n.TransitGateways, "tgw-gone")
		} else {
			a.VPNGateway = one(w, n.VPNGateways, "vgw-gone")
		}
		if a.ID = w.id("dxa"); w.yes("usual") {
			a.ID = directConnectAssociationID(a)
		}
		if len(a.AllowedPrefixes) > 0 {
			a.AllowedPrefixesUnknown = w.gap(a.ID)
		}
		n.DirectConnectGatewayAssociations[a.ID] = a
	}
	for range rapid.IntRange(0, 1).Draw(t, "virtual interfaces") {
		v := &model.VirtualInterface{ID: model.VirtualInterfaceID(w.id("dxvif")), Meta: w.meta(), Type: pickOne(w, model.PrivateVirtualInterface, model.TransitVirtualInterface, model.PublicVirtualInterface),
			Gateway: one(w, n.DirectConnectGateways, "dxgw-gone"), VPNGateway: one(w, n.VPNGateways), SiteLink: w.yes("site link"), LearnedRoutes: w.prefixes()}
		v.State, v.Up = w.state("available", "up")
		n.VirtualInterfaces[v.ID] = v
	}
	for range rapid.IntRange(0, 1).Draw(t, "on premises") {
		o := &model.OnPremisesNetwork{ID: model.OnPremisesID(w.id("office")), Meta: w.meta(), CIDRs: w.prefixes(), Advertises: w.prefixes(), Accepts: w.prefixes()}
		if v := one(w, n.VPNConnections, "vpn-gone"); v != "" {
			o.Via = append(o.Via, string(v))
		}
		n.OnPremisesNetworks[o.ID] = o
	}
	for range rapid.IntRange(0, 1).Draw(t, "client vpn endpoints") {
		w.client()
	}
}

func (w *world) client() {
	n := w.n
	c := &model.ClientVPNEndpoint{ID: model.ClientVPNEndpointID(w.id("cvpn")), Meta: w.meta(), ClientCIDR: pickOne(w, netip.Prefix{}, prefix("172.20.0.0/22")), SplitTunnel: w.yes("split"),
		IPv4: w.yes("v4"), IPv6: w.yes("v6")}
	c.State, c.Available = w.state("available")
	c.RoutesUnknown, c.AuthorizationUnknown = w.gap(string(c.ID)), w.gap(string(c.ID))
	if c.TransitGateway = one(w, n.TransitGateways, "tgw-gone"); c.TransitGateway == "" || w.yes("vpc") {
		c.TransitGateway, c.VPC = "", one(w, n.VPCs, "vpc-gone")
		c.Groups = some(w, n.SecurityGroups, "sg-gone")
	} else {
		c.Attachment = one(w, n.TransitGatewayAttachments)
	}
	for index, sn := range some(w, n.Subnets, "subnet-gone") {
		if c.TransitGateway != "" {
			break
		}
		network := model.ClientVPNNetwork{Subnet: sn, Interface: one(w, n.Interfaces, "eni-gone")}
		if s := n.Subnets[sn]; s != nil && w.yes("usual") {
			network.Interface = w.usualInterface(model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(c.ID)}, c.VPC, s, index, "interface", c.Groups, false)
		}
		network.State, network.Associated = w.state("associated")
		c.Networks = append(c.Networks, network)
		c.Routes = append(c.Routes, model.ClientVPNRoute{Prefix: w.prefix(), Subnet: sn, Local: w.yes("local")})
	}
	if w.yes("association routes") {
		c.Routes = append(associationRoutes(n, c, c.Routes), c.Routes...)
	}
	for range rapid.IntRange(0, 2).Draw(w.T, "authorizations") {
		c.Authorization = append(c.Authorization, model.ClientVPNAuthorization{Prefix: w.prefix(), Group: pickOne(w, "", "eng", "all", "two words"), All: w.yes("all")})
	}
	n.ClientVPNEndpoints[c.ID] = c
}

// usualInterface makes an interface as Read makes one of an owner's subnet, where
// its ID is free.
func (w *world) usualInterface(owner model.OwnerRef, vpc model.VPCID, s *model.Subnet, index int, typ string, groups []model.SecurityGroupID, public bool) model.InterfaceID {
	i := &model.Interface{ID: model.InterfaceID("eni-" + owner.ID + "-" + string(s.ID)), VPC: s.VPC, Subnet: s.ID, Type: typ, Owner: owner, DeviceIndex: index, Groups: groups, PublicUnassigned: public}
	if w.n.Interfaces[i.ID] != nil {
		return ""
	}
	if v := w.n.VPCs[vpc]; v != nil {
		i.Account, i.Region = v.Account, v.Region
	}
	(&builder{}).privateAddresses(&nic{}, i, s)
	w.n.Interfaces[i.ID] = i
	return i.ID
}
