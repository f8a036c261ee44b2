package yamlfile

import (
	"net/netip"
	"slices"

	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// nic draws an interface in a VPC.
func (w *world) nic(vpc model.VPCID, owner model.OwnerRef, index int, typ string) model.InterfaceID {
	t, n := w.T, w.n
	i := &model.Interface{ID: model.InterfaceID(w.special("eni", "eni-"+owner.ID)), Meta: w.meta(), VPC: vpc, Owner: owner, Type: typ, DeviceIndex: index,
		SourceDestCheckDisabled: w.yes("check"), Detached: w.yes("detached")}
	if n.Interfaces[i.ID] != nil {
		return ""
	}
	if w.yes("bare") {
		i.Meta = model.Meta{}
		if v := n.VPCs[vpc]; v != nil {
			i.Meta = model.Meta{Account: v.Account, Region: v.Region}
		}
	}
	if sub := one(w, n.Subnets); sub != "" {
		i.Subnet, i.VPC = sub, n.Subnets[sub].VPC
	}
	i.DenyAllIGWTraffic, i.RequesterManaged = w.yes("deny all"), w.yes("managed")
	i.Unassigned4, i.Unassigned6 = w.yes("any v4"), w.yes("any v6")
	if w.yes("v4") {
		a := model.Address{IP: netip.MustParseAddr("10.0.1.10")}
		if i.PublicUnknown = w.gap(string(i.ID)); i.PublicUnknown == nil && w.yes("public") {
			a.Public = netip.MustParseAddr("198.51.100.1")
		}
		i.Addresses = append(i.Addresses, a)
		if w.yes("secondary") {
			second := model.Address{IP: netip.MustParseAddr("10.0.1.11"), Public: rapid.SampledFrom([]netip.Addr{{}, netip.MustParseAddr("198.51.100.2")}).Draw(t, "public")}
			second.PublicUnassigned = !second.Public.IsValid() && w.yes("any public of the second")
			i.Addresses = append(i.Addresses, second)
		}
	}
	if w.yes("v6") {
		i.Addresses = append(i.Addresses, model.Address{IP: netip.MustParseAddr("2001:db8::10")})
	}
	if i.PublicUnknown == nil && !i.Primary(false).Public.IsValid() {
		i.PublicUnassigned = w.yes("any public")
	}
	if w.yes("delegated") {
		i.Prefixes = []netip.Prefix{netip.MustParsePrefix("10.0.1.16/28")}
	}
	if g := one(w, n.SecurityGroups, "sg-gone"); g != "" {
		i.Groups = append(i.Groups, g)
	}
	i.GroupsUnknown = w.gap(string(i.ID))
	n.Interfaces[i.ID] = i
	return i.ID
}

func (w *world) nics(vpc model.VPCID, owner model.OwnerRef, typ string) (ids []model.InterfaceID) {
	for index := range rapid.IntRange(0, 2).Draw(w.T, "interfaces") {
		if id := w.nic(vpc, owner, index, typ); id != "" {
			ids = append(ids, id)
		}
	}
	if w.yes("lost interface") {
		if id := one(w, w.n.Interfaces, "eni-lost"); !slices.Contains(ids, id) && id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func (w *world) owners(vpc model.VPCID) {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 2).Draw(t, "instances") {
		i := &model.Instance{ID: model.InstanceID(w.id("i")), Meta: w.meta(), VPC: vpc, Platform: model.Platform(rapid.IntRange(0, 2).Draw(t, "platform")),
			State: rapid.SampledFrom([]string{"running", "stopped"}).Draw(t, "state")}
		i.NotRunning = i.State != "running"
		if w.yes("nat") {
			i.NAT = new(w.yes("is nat"))
		}
		n.Instances[i.ID] = i
		i.Interfaces = w.nics(vpc, model.OwnerRef{Kind: model.KindInstance, ID: string(i.ID)}, "interface")
	}
	for range rapid.IntRange(0, 1).Draw(t, "owners") {
		o := &model.Owner{ID: model.OwnerID(w.id("db")), Meta: w.meta(), VPC: vpc, Type: rapid.SampledFrom([]string{"rds", "lambda"}).Draw(t, "type"),
			Port: 5432, SendsOnly: w.yes("sends only"), Platform: model.PlatformLinux}
		n.Owners[o.ID] = o
		o.Interfaces = w.nics(vpc, model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}, "interface")
	}
	for range rapid.IntRange(0, 1).Draw(t, "nats") {
		g := &model.NATGateway{ID: model.NATGatewayID(w.id("nat")), Meta: w.meta(), VPC: vpc, RouteTable: one(w, n.RouteTables), State: model.NATGatewayState(rapid.IntRange(0, 4).Draw(t, "state")),
			Addresses: rapid.SampledFrom([][]model.NATGatewayAddress{nil, {{}}, {{Private: netip.MustParseAddr("10.0.1.9"), Interface: "eni-x"}, {Public: netip.MustParseAddr("198.51.100.3")}}}).Draw(t, "addresses")}
		if w.yes("regional") {
			g.Regional, g.Zones = true, rapid.SampledFrom([][]string{nil, {"us-east-1a"}, {"a", "b"}}).Draw(t, "zones")
		} else if sub := one(w, n.Subnets, "subnet-gone"); sub != "" {
			if g.Subnet, g.Private = sub, w.yes("private"); n.Subnets[sub] != nil {
				g.VPC = n.Subnets[sub].VPC
			}
		}
		n.NATGateways[g.ID] = g
		w.nic(vpc, model.OwnerRef{Kind: model.KindNATGateway, ID: string(g.ID)}, 0, "nat_gateway")
	}
	for range rapid.IntRange(0, 2).Draw(t, "endpoints") {
		v := &model.VPCEndpoint{ID: model.VPCEndpointID(w.id("vpce")), Meta: w.meta(), VPC: vpc,
			Type:    rapid.SampledFrom([]model.VPCEndpointType{model.GatewayEndpoint, model.InterfaceEndpoint, model.GatewayLoadBalancerEndpoint}).Draw(t, "type"),
			Service: rapid.SampledFrom([]string{"", "com.amazonaws.us-east-1.s3"}).Draw(t, "service"), State: rapid.SampledFrom([]string{"available", "Available", "", "pendingAcceptance"}).Draw(t, "state"),
			Available: w.yes("available"), PrivateDNSEnabled: w.yes("dns"), Policy: rapid.SampledFrom([]string{"", `{"Statement":[]}`}).Draw(t, "policy")}
		if s := one(w, n.Subnets); s != "" {
			v.Subnets = append(v.Subnets, s)
		}
		if r := one(w, n.RouteTables); r != "" {
			v.RouteTables = append(v.RouteTables, r)
		}
		v.DNSNames = pickOne(w, nil, []string{"a.example"}, []string{"a.example", "b.example"})
		v.PrivateDNSOnlyForInboundResolver = w.yes("inbound")
		v.IPAddressType = pickOne(w, "", "dualstack", "ipv6")
		if !v.PrivateDNSEnabled {
			v.PrivateDNSUnknown = w.gap(string(v.ID))
		}
		if v.Policy == "" {
			v.PolicyUnknown = w.gap(string(v.ID))
		}
		typ := interfaceOfEndpoint
		if v.Type == model.InterfaceEndpoint {
			if g := one(w, n.SecurityGroups); g != "" {
				v.Groups = append(v.Groups, g)
			}
		} else {
			typ = interfaceOfGWLBEndpoint
		}
		n.VPCEndpoints[v.ID] = v
		v.Interfaces = w.nics(vpc, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(v.ID)}, typ)
	}
}
