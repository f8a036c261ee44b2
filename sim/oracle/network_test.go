package oracle

import (
	"fmt"
	"net/netip"
	"slices"

	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// The values that rules and questions share, so that they meet often.
var (
	ports       = []uint16{0, 1, 22, 25, 80, 443, 1023, 1024, 1025, 32767, 32768, 32769, 61000, 65535}
	clientPorts = []uint16{1024, 1025, 32768, 32769, 61000, 65535}
	prefixes    = []string{"0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/24", "10.0.0.0/27", "10.0.0.32/27", "10.0.0.64/28", "10.0.0.4/32", "192.0.2.0/24",
		"192.0.2.128/25", "203.0.113.0/24", "203.0.113.10/32", "10.1.0.0/24", "10.0.0.0/8", "10.2.0.0/27", "198.51.100.0/26", "::/0", "::/0", "2001:db8:a::/56", "2001:db8:a:1::/64", "2600::/16"}
	protocols = []model.Protocol{model.AllProtocols, model.AllProtocols, model.TCP, model.TCP, model.UDP, model.ICMP, model.ICMPv6, 47}
)

// maker draws one network.
type maker struct {
	*rapid.T
	n *model.Network
	// tame keeps troubles out, so that more packets come far enough to be told
	// apart by their ports.
	tame bool
}

// troubles are what ends most ways early.
var troubles = []string{"block public access", "detached gateway", "detached", "stopped", "pending", "closed NAT gateway", "black hole",
	"gateway route table", "inside the VPC", "no default route", "closed"}

// rarely is true once in k times.
func (m *maker) rarely(k int, what string) bool {
	if m.tame && slices.Contains(troubles, what) {
		return false
	}
	return rapid.IntRange(0, k-1).Draw(m.T, what) == k-1
}

func pick[T any](m *maker, from []T, what string) T {
	return from[rapid.IntRange(0, len(from)-1).Draw(m.T, what)]
}

// drawNetwork draws a small network that AWS would mostly accept, and in which
// nothing is unknown.
func drawNetwork(t *rapid.T) *model.Network {
	m := &maker{T: t, n: model.NewNetwork(), tame: rapid.Bool().Draw(t, "tame")}
	m.prefixLists()
	vpcs := 1
	joined := m.rarely(2, "joined")
	switch {
	case joined:
		vpcs = rapid.IntRange(2, 3).Draw(t, "VPCs")
	case m.rarely(4, "second VPC"):
		vpcs = 2
	}
	for k := range vpcs {
		m.vpc(k)
	}
	if joined {
		m.join()
	}
	if m.rarely(6, "port 25 allowed") {
		m.n.Port25Allowed = []model.AccountID{"111122223333"}
	}
	if m.rarely(6, "block public access") {
		mode := pick(m, []model.BlockPublicAccessMode{model.BlockBidirectional, model.BlockIngress}, "mode")
		m.n.BlockPublicAccess = []model.BlockPublicAccess{{Account: "111122223333", Region: "us-east-1", Mode: mode}}
		for _, sn := range model.Sorted(m.n.Subnets) {
			if m.rarely(2, "exclusion") {
				m.n.BlockPublicAccessExclusions = append(m.n.BlockPublicAccessExclusions,
					model.BlockPublicAccessExclusion{ID: "x-" + string(sn.ID), Subnet: sn.ID, AllowEgress: m.rarely(2, "egress")})
			}
		}
		if m.rarely(3, "VPC exclusion") {
			m.n.BlockPublicAccessExclusions = append(m.n.BlockPublicAccessExclusions,
				model.BlockPublicAccessExclusion{ID: "x-vpc", VPC: "vpc-0", AllowEgress: m.rarely(2, "egress")})
		}
	}
	return m.n
}

func (m *maker) prefixLists() {
	list := func(id model.PrefixListID, entries ...string) {
		pl := &model.PrefixList{ID: id, MaxEntries: 10}
		for _, e := range entries {
			p := netip.MustParsePrefix(e)
			pl.IPv6 = p.Addr().Is6()
			pl.Entries = append(pl.Entries, model.PrefixListEntry{Prefix: p})
		}
		m.n.PrefixLists[id] = pl
	}
	list("pl-0", "192.0.2.0/24", "10.0.0.0/27", "203.0.113.0/24")
	list("pl-1", "192.0.2.0/25", "192.0.2.0/24", "10.0.0.32/27")
	list("pl-6", "2600::/16", "2001:db8:a:1::/64")
	list("pl-s3", "192.0.2.192/26")
	m.n.PrefixLists["pl-s3"].Name = "com.amazonaws.us-east-1.s3"
}

func meta() model.Meta { return model.Meta{Account: "111122223333", Region: "us-east-1"} }

func (m *maker) vpc(k int) {
	id := model.VPCID(fmt.Sprintf("vpc-%d", k))
	v := &model.VPC{ID: id, Meta: meta(), EnableDNSSupport: !m.rarely(6, "no DNS"), EnableDNSHostnames: true,
		CIDRs: []netip.Prefix{netip.MustParsePrefix(fmt.Sprintf("10.%d.0.0/24", k))}}
	if m.rarely(3, "secondary") {
		v.CIDRs = append(v.CIDRs, netip.MustParsePrefix([]string{"198.51.100.0/26", "100.64.0.0/26", "100.64.1.0/26"}[k]))
	}
	if !m.rarely(4, "no IPv6") {
		v.CIDRs = append(v.CIDRs, netip.MustParsePrefix(fmt.Sprintf("2001:db8:%x::/56", 10+k)))
	}
	m.n.VPCs[id] = v

	gateway := model.InternetGatewayID(fmt.Sprintf("igw-%d", k))
	m.n.InternetGateways[gateway] = &model.InternetGateway{ID: gateway, Meta: meta()}
	if !m.rarely(8, "detached gateway") {
		m.n.InternetGateways[gateway].VPC = id
	}
	eigw := model.EgressOnlyInternetGatewayID(fmt.Sprintf("eigw-%d", k))
	m.n.EgressOnlyInternetGateways[eigw] = &model.EgressOnlyInternetGateway{ID: eigw, Meta: meta(), VPC: id}
	s3 := model.VPCEndpointID(fmt.Sprintf("vpce-%d", k))
	m.n.VPCEndpoints[s3] = &model.VPCEndpoint{ID: s3, Meta: meta(), VPC: id, Type: model.GatewayEndpoint,
		Service: "com.amazonaws.us-east-1.s3", Available: true, State: "available"}

	subnets := m.subnets(v, k)
	groups := m.groups(v, k)
	m.interfaces(v, k, subnets, groups)
	m.natGateways(v, k, subnets)
	m.networkACLs(v, k, subnets)
	m.routeTables(v, k, subnets)
}

func (m *maker) subnets(v *model.VPC, k int) []*model.Subnet {
	var made []*model.Subnet
	add := func(j int, cidr string) *model.Subnet {
		sn := &model.Subnet{ID: model.SubnetID(fmt.Sprintf("subnet-%d%d", k, j)), Meta: meta(), VPC: v.ID,
			CIDRs: []netip.Prefix{netip.MustParsePrefix(cidr)}, AvailabilityZone: pick(m, []string{"us-east-1a", "us-east-1b"}, "zone")}
		m.n.Subnets[sn.ID] = sn
		made = append(made, sn)
		return sn
	}
	last := v.CIDRs[len(v.CIDRs)-1]
	for j := range rapid.IntRange(2, 3).Draw(m.T, "subnets") {
		sn := add(j, fmt.Sprintf("10.%d.0.%d/%d", k, 32*j, pick(m, []int{27, 28}, "size")))
		if last.Addr().Is6() && !m.rarely(4, "no IPv6") {
			sn.CIDRs = append(sn.CIDRs, netip.MustParsePrefix(fmt.Sprintf("2001:db8:%x:%d::/64", 10+k, j)))
		}
	}
	if len(v.CIDRs) > 1 && v.CIDRs[1].Addr().Is4() {
		add(9, v.CIDRs[1].Addr().String()+"/28")
	}
	return made
}

func (m *maker) traffic() model.Traffic {
	t := model.Traffic{Protocol: pick(m, protocols, "protocol"), Ports: model.AllPorts, ICMP: model.AnyICMP}
	switch {
	case t.Protocol.HasPorts() && !m.rarely(4, "all ports"):
		a, b := pick(m, ports, "port"), pick(m, ports, "port")
		t.Ports = model.PortRange{From: min(a, b), To: max(a, b)}
	case t.Protocol == model.ICMP && m.rarely(2, "type"):
		t.ICMP = pick(m, []model.ICMPTypeCode{{Type: 8, Code: -1}, {Type: 8}, {Type: 0, Code: -1}, {Type: 3, Code: 4}}, "type")
	case t.Protocol == model.ICMPv6 && m.rarely(2, "type"):
		t.ICMP = pick(m, []model.ICMPTypeCode{{Type: 128, Code: -1}, {Type: 129}, {Type: 2}}, "type")
	case t.Protocol == 47:
		t.Ports = model.PortRange{From: 80, To: 80} // read by nothing (SG-7, NACL-8)
	}
	return t
}

func (m *maker) prefix() netip.Prefix { return netip.MustParsePrefix(pick(m, prefixes, "prefix")) }

func (m *maker) groups(v *model.VPC, k int) []model.SecurityGroupID {
	ids := []model.SecurityGroupID{model.SecurityGroupID(fmt.Sprintf("sg-%d0", k)), model.SecurityGroupID(fmt.Sprintf("sg-%d1", k)), model.SecurityGroupID(fmt.Sprintf("sg-%d2", k))}
	for j, id := range ids {
		sg := &model.SecurityGroup{ID: id, Meta: meta(), GroupName: string(id), VPC: v.ID}
		m.n.SecurityGroups[id] = sg
		for _, dir := range []model.Direction{model.Ingress, model.Egress} {
			if j == 0 {
				for _, all := range []string{"0.0.0.0/0", "::/0"} {
					sg.Rules = append(sg.Rules, model.SecurityGroupRule{Direction: dir, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: netip.MustParsePrefix(all)}})
				}
				continue
			}
			for range rapid.IntRange(0, 3).Draw(m.T, "rules") {
				r := model.SecurityGroupRule{Direction: dir, Traffic: m.traffic()}
				switch rapid.IntRange(0, 4).Draw(m.T, "peer") {
				case 0, 1:
					r.Peer.Prefix = m.prefix()
				case 2:
					r.Peer.PrefixList = pick(m, []model.PrefixListID{"pl-0", "pl-1", "pl-6", "pl-s3"}, "list")
				default:
					r.Peer.Group = pick(m, ids, "group")
					r.Peer.Stale = m.rarely(8, "stale")
				}
				sg.Rules = append(sg.Rules, r)
			}
		}
	}
	return ids
}

func (m *maker) interfaces(v *model.VPC, k int, subnets []*model.Subnet, groups []model.SecurityGroupID) {
	var last *model.Instance
	delegated := map[model.SubnetID]bool{}
	for j := range rapid.IntRange(2, 4).Draw(m.T, "interfaces") {
		sn := pick(m, subnets, "subnet")
		i := &model.Interface{ID: model.InterfaceID(fmt.Sprintf("eni-%d%d", k, j)), Meta: meta(), VPC: v.ID, Subnet: sn.ID, Type: "interface",
			SourceDestCheckDisabled: m.rarely(3, "check off"), Detached: m.rarely(16, "detached")}
		m.n.Interfaces[i.ID] = i
		public := func(b int) netip.Addr {
			if m.rarely(3, "no public address") {
				return netip.Addr{}
			}
			return netip.AddrFrom4([4]byte{203, 0, 113, byte(100*k + 10*j + b)})
		}
		base := sn.CIDRs[0].Addr().As4()
		base[3] += byte(4 + 2*j)
		i.Addresses = append(i.Addresses, model.Address{IP: netip.AddrFrom4(base), Public: public(10)})
		if m.rarely(3, "secondary address") {
			base[3]++
			i.Addresses = append(i.Addresses, model.Address{IP: netip.AddrFrom4(base), Public: public(11)})
		}
		if len(sn.CIDRs) > 1 && !m.rarely(4, "no IPv6 address") {
			a := sn.CIDRs[1].Addr().As16()
			a[15] = byte(16 + j)
			i.Addresses = append(i.Addresses, model.Address{IP: netip.AddrFrom16(a)})
			i.DenyAllIGWTraffic = m.rarely(12, "denyAllIgwTraffic")
		}
		if sn.CIDRs[0].Bits() == 27 && !delegated[sn.ID] && m.rarely(4, "delegated prefix") {
			delegated[sn.ID] = true
			base[3] = sn.CIDRs[0].Addr().As4()[3] + 16
			i.Prefixes = []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4(base), 28)}
		}
		i.Groups = groups[:1:1]
		if !m.tame && m.rarely(2, "other group") || m.rarely(4, "other group") {
			i.Groups = []model.SecurityGroupID{pick(m, groups, "group")}
		}
		if g := pick(m, groups, "second group"); g != i.Groups[0] && m.rarely(3, "second group") {
			i.Groups = append(i.Groups, g)
		}
		switch {
		case last != nil && m.rarely(4, "second interface"):
			i.Owner, i.DeviceIndex = model.OwnerRef{Kind: model.KindInstance, ID: string(last.ID)}, len(last.Interfaces)
			last.Interfaces = append(last.Interfaces, i.ID)
		case !i.SourceDestCheckDisabled && m.rarely(5, "database"):
			o := &model.Owner{ID: model.OwnerID(fmt.Sprintf("db-%d%d", k, j)), Meta: meta(), Type: "rds", VPC: v.ID, Interfaces: []model.InterfaceID{i.ID}}
			m.n.Owners[o.ID] = o
			i.Owner = model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}
		default:
			last = &model.Instance{ID: model.InstanceID(fmt.Sprintf("i-%d%d", k, j)), Meta: meta(), VPC: v.ID, Interfaces: []model.InterfaceID{i.ID},
				Platform: model.PlatformLinux, NotRunning: m.rarely(16, "stopped"), State: "running"}
			if last.NotRunning {
				last.State = "stopped"
			}
			if m.rarely(5, "no NAT") {
				last.NAT = new(bool)
			}
			m.n.Instances[last.ID] = last
			i.Owner = model.OwnerRef{Kind: model.KindInstance, ID: string(last.ID)}
		}
	}
}

func (m *maker) natGateways(v *model.VPC, k int, subnets []*model.Subnet) {
	for j := range rapid.IntRange(1, 2).Draw(m.T, "NAT gateways") {
		sn := pick(m, subnets, "NAT subnet")
		a := sn.CIDRs[0].Addr().As4()
		a[3] += byte(13 + j)
		g := &model.NATGateway{ID: model.NATGatewayID(fmt.Sprintf("nat-%d%d", k, j)), Meta: meta(), VPC: v.ID, Subnet: sn.ID,
			State:     model.NATGatewayAvailable,
			Addresses: []model.NATGatewayAddress{{Private: netip.AddrFrom4(a), Public: netip.AddrFrom4([4]byte{203, 0, 113, byte(100*k + 60 + j)})}}}
		if m.rarely(4, "pending") {
			g.State = pick(m, []model.NATGatewayState{model.NATGatewayPending, model.NATGatewayFailed, model.NATGatewayDeleting, model.NATGatewayDeleted}, "state")
		}
		switch rapid.IntRange(0, 5).Draw(m.T, "kind of NAT gateway") {
		case 4:
			g.Private = true
			g.Addresses[0].Public = netip.Addr{}
		case 5:
			if j > 0 {
				break
			}
			g.Subnet, g.Regional, g.RouteTable = "", true, model.RouteTableID(fmt.Sprintf("rtb-%dnat", k))
			g.Addresses[0].Private = netip.Addr{}
			if m.rarely(2, "manual zones") {
				g.Zones = []string{"us-east-1a"}
			}
			m.n.RouteTables[g.RouteTable] = &model.RouteTable{ID: g.RouteTable, Meta: meta(), VPC: v.ID, Routes: []model.Route{
				{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Target: model.Target{Kind: model.KindInternetGateway, ID: fmt.Sprintf("igw-%d", k)}, State: model.RouteActive}}}
		}
		m.n.NATGateways[g.ID] = g
	}
}

func (m *maker) networkACLs(v *model.VPC, k int, subnets []*model.Subnet) {
	id := model.NetworkACLID(fmt.Sprintf("acl-%d0", k))
	open := &model.NetworkACL{ID: id, Meta: meta(), VPC: v.ID, IsDefault: true}
	for j, all := range []string{"0.0.0.0/0", "::/0"} {
		for _, dir := range []model.Direction{model.Ingress, model.Egress} {
			open.Rules = append(open.Rules, model.NetworkACLRule{Number: 100 + j, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: netip.MustParsePrefix(all)})
		}
	}
	m.n.NetworkACLs[id] = open
	for j := range rapid.IntRange(0, 2).Draw(m.T, "network ACLs") {
		acl := &model.NetworkACL{ID: model.NetworkACLID(fmt.Sprintf("acl-%d%d", k, 1+j)), Meta: meta(), VPC: v.ID}
		m.n.NetworkACLs[acl.ID] = acl
		for _, dir := range []model.Direction{model.Ingress, model.Egress} {
			for r := range rapid.IntRange(0, 3).Draw(m.T, "rules") {
				action := model.Allow
				if m.rarely(2, "deny") {
					action = model.Deny
				}
				rule := model.NetworkACLRule{Number: 90 - 10*r, Direction: dir, Action: action, Traffic: m.traffic(), Prefix: m.prefix()}
				if m.tame || m.rarely(2, "client ports") { // replies in part (NACL-12)
					a, b := pick(m, clientPorts, "port"), pick(m, clientPorts, "port")
					rule.Traffic = model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: min(a, b), To: max(a, b)}}
					rule.Prefix = netip.MustParsePrefix(pick(m, []string{"0.0.0.0/0", "::/0", "192.0.2.0/24", "10.0.0.0/24"}, "prefix"))
				}
				acl.Rules = append(acl.Rules, rule)
			}
			if !m.rarely(3, "closed") {
				for f, all := range []string{"0.0.0.0/0", "::/0"} {
					acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 200 + f, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: netip.MustParsePrefix(all)})
				}
			}
		}
		for _, sn := range subnets {
			if m.rarely(2, "associated") {
				sn.NetworkACL = acl.ID
			}
		}
	}
}

func (m *maker) routeTables(v *model.VPC, k int, subnets []*model.Subnet) {
	for j := range rapid.IntRange(1, 3).Draw(m.T, "route tables") {
		rt := &model.RouteTable{ID: model.RouteTableID(fmt.Sprintf("rtb-%d%d", k, j)), Meta: meta(), VPC: v.ID, Main: j == 0}
		m.n.RouteTables[rt.ID] = rt
		m.routes(rt, v, k, subnets)
		for _, sn := range subnets {
			if j > 0 && m.rarely(2, "associated") {
				sn.RouteTable = rt.ID
			}
		}
	}
	m.publicTable(v, k)
	for _, g := range m.n.NATGateways {
		if g.Regional && g.VPC == v.ID {
			return // whether a gateway route table concerns one no rule says
		}
	}
	if !m.rarely(4, "gateway route table") || m.n.InternetGateways[model.InternetGatewayID(fmt.Sprintf("igw-%d", k))].VPC == "" {
		return
	}
	rt := &model.RouteTable{ID: model.RouteTableID(fmt.Sprintf("rtb-%dgw", k)), Meta: meta(), VPC: v.ID, Gateways: []string{fmt.Sprintf("igw-%d", k)}}
	m.n.RouteTables[rt.ID] = rt
	for _, sn := range subnets {
		for _, c := range sn.CIDRs {
			if m.rarely(2, "redirected") {
				rt.Routes = append(rt.Routes, model.Route{Prefix: c, Target: m.appliance(v), State: model.RouteActive})
			}
		}
	}
	if m.rarely(4, "redirected whole") {
		rt.Routes = append(rt.Routes, model.Route{Prefix: v.CIDRs[0], Target: m.appliance(v), State: model.RouteActive})
	}
}

// publicTable lets the NAT gateways of the VPC mostly reach the internet (NAT-7).
func (m *maker) publicTable(v *model.VPC, k int) {
	rt := &model.RouteTable{ID: model.RouteTableID(fmt.Sprintf("rtb-%dpub", k)), Meta: meta(), VPC: v.ID, Routes: []model.Route{
		{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Target: model.Target{Kind: model.KindInternetGateway, ID: fmt.Sprintf("igw-%d", k)}, State: model.RouteActive}}}
	for _, g := range model.Sorted(m.n.NATGateways) {
		if g.VPC == v.ID && !g.Regional && !m.rarely(3, "closed NAT gateway") {
			m.n.RouteTables[rt.ID] = rt
			m.n.Subnets[g.Subnet].RouteTable = rt.ID
		}
	}
}

// appliance is an interface of the VPC, one without the check where there is one.
func (m *maker) appliance(v *model.VPC) model.Target {
	var all, forwarding []*model.Interface
	for _, i := range model.Sorted(m.n.Interfaces) {
		if i.VPC != v.ID {
			continue
		}
		all = append(all, i)
		if i.SourceDestCheckDisabled {
			forwarding = append(forwarding, i)
		}
	}
	if len(forwarding) > 0 && !m.rarely(8, "checking appliance") {
		all = forwarding
	}
	i := pick(m, all, "appliance")
	if i.Owner.Kind == model.KindInstance && i.DeviceIndex == 0 && m.rarely(6, "by instance") {
		return model.Target{Kind: model.KindInstance, ID: i.Owner.ID}
	}
	return model.Target{Kind: model.KindInterface, ID: string(i.ID)}
}

func (m *maker) routes(rt *model.RouteTable, v *model.VPC, k int, subnets []*model.Subnet) {
	var nats []model.Target
	for _, g := range model.Sorted(m.n.NATGateways) {
		if g.VPC == v.ID {
			nats = append(nats, model.Target{Kind: model.KindNATGateway, ID: string(g.ID)})
		}
	}
	igw := model.Target{Kind: model.KindInternetGateway, ID: fmt.Sprintf("igw-%d", k)}
	eigw := model.Target{Kind: model.KindEgressOnlyInternetGateway, ID: fmt.Sprintf("eigw-%d", k)}
	target := func(v6 bool) model.Target {
		switch rapid.IntRange(0, 9).Draw(m.T, "target") {
		case 0, 1, 2, 3, 4:
			if len(nats) > 0 && !v6 {
				return pick(m, nats, "NAT gateway")
			}
		case 5:
			if !m.tame {
				return m.appliance(v)
			}
		}
		if v6 && m.rarely(2, "egress-only") {
			return eigw
		}
		return igw
	}
	inside := func() model.Target {
		if len(nats) > 0 && m.rarely(3, "NAT gateway inside") {
			return pick(m, nats, "NAT gateway")
		}
		return m.appliance(v)
	}
	add := func(p string, t model.Target) {
		r := model.Route{Prefix: netip.MustParsePrefix(p), Target: t, State: model.RouteActive}
		if m.rarely(24, "black hole") {
			r.State = model.RouteBlackhole
		}
		rt.Routes = append(rt.Routes, r)
	}
	for _, c := range v.CIDRs {
		switch rapid.IntRange(0, 11).Draw(m.T, "local route") {
		case 0, 1, 2: // not written
		case 11:
			if c.Addr().Is4() && !m.tame {
				add(c.String(), inside())
				break
			}
			fallthrough
		default:
			rt.Routes = append(rt.Routes, model.Route{Prefix: c, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive})
		}
	}
	if !m.rarely(4, "no default route") {
		add("0.0.0.0/0", target(false))
	}
	if !m.rarely(4, "no IPv6 default route") {
		add("::/0", target(true))
	}
	for _, sn := range subnets {
		for _, c := range sn.CIDRs {
			if c != v.CIDRs[0] && m.rarely(10, "inside the VPC") {
				if c.Addr().Is6() {
					add(c.String(), m.appliance(v))
					continue
				}
				add(c.String(), inside())
			}
		}
	}
	if m.rarely(5, "narrow") {
		add("192.0.2.0/24", target(false))
	}
	if m.rarely(6, "narrow IPv6") {
		add("2600::/16", target(true))
	}
	if m.rarely(5, "reserved") {
		add("169.254.0.0/16", target(false))
	}
	if len(nats) > 0 && m.rarely(4, "NAT64") {
		add("64:ff9b::/96", pick(m, nats, "NAT64"))
	}
	if m.rarely(6, "propagated") {
		rt.Routes = append(rt.Routes, model.Route{Prefix: netip.MustParsePrefix(pick(m, []string{"10.0.0.32/27", "10.0.0.0/24", "0.0.0.0/0", "172.16.0.0/12"}, "propagated")),
			Target: model.Target{Kind: model.KindVPNGateway, ID: "vgw-0"}, Origin: model.EnableVGWRoutePropagation, State: model.RouteActive})
	}
	tie := m.rarely(8, "tie")
	for _, list := range []model.PrefixListID{"pl-0", "pl-1"} {
		if tie || m.rarely(6, "prefix list") {
			t := target(false)
			rt.Routes = append(rt.Routes, model.Route{PrefixList: list, Target: t, State: model.RouteActive})
		}
	}
	if m.rarely(4, "gateway endpoint") {
		e := model.Target{Kind: model.KindVPCEndpoint, ID: fmt.Sprintf("vpce-%d", k)}
		m.n.VPCEndpoints[model.VPCEndpointID(e.ID)].RouteTables = append(m.n.VPCEndpoints[model.VPCEndpointID(e.ID)].RouteTables, rt.ID)
		rt.Routes = append(rt.Routes, model.Route{PrefixList: "pl-s3", Target: e, State: model.RouteActive})
	}
}
