package sim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// topology makes one VPC with public and private subnets, a NAT gateway, ordered
// network ACLs and chained group references, the same for the same numbers.
func topology(interfaces, subnets, groups, acls int) *model.Network {
	r := rand.New(rand.NewPCG(1, 2))
	n := model.NewNetwork()
	vpcCIDR := netip.MustParsePrefix("10.0.0.0/16")
	anywhere := netip.MustParsePrefix("0.0.0.0/0")
	subnetCIDR := func(i int) netip.Prefix { return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i), 0}), 24) }
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{vpcCIDR}, EnableDNSSupport: true}
	n.InternetGateways["igw"] = &model.InternetGateway{ID: "igw", VPC: "vpc"}
	n.NATGateways["nat"] = &model.NATGateway{ID: "nat", VPC: "vpc", Subnet: "subnet-0", State: model.NATGatewayAvailable,
		Addresses: []model.NATGatewayAddress{{Private: netip.MustParseAddr("10.0.0.250"), Public: netip.MustParseAddr("198.51.100.1")}}}
	local := model.Route{Prefix: vpcCIDR, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive}
	for id, target := range map[model.RouteTableID]model.Target{
		"public": {Kind: model.KindInternetGateway, ID: "igw"}, "private": {Kind: model.KindNATGateway, ID: "nat"},
	} {
		n.RouteTables[id] = &model.RouteTable{ID: id, VPC: "vpc", Main: id == "private",
			Routes: []model.Route{local, {Prefix: anywhere, Target: target, State: model.RouteActive}}}
	}
	for k := range acls {
		a := &model.NetworkACL{ID: model.NetworkACLID(fmt.Sprint("acl-", k)), VPC: "vpc", IsDefault: k == 0}
		for _, d := range []model.Direction{model.Ingress, model.Egress} {
			rule := func(number int, action model.Action, p model.Protocol, ports model.PortRange, peer netip.Prefix) {
				a.Rules = append(a.Rules, model.NetworkACLRule{Number: number, Direction: d, Action: action, Prefix: peer,
					Traffic: model.Traffic{Protocol: p, Ports: ports, ICMP: model.AnyICMP}})
			}
			if k == 0 {
				rule(100, model.Allow, model.AllProtocols, model.AllPorts, anywhere)
				continue
			}
			rule(90, model.Deny, model.AllProtocols, model.AllPorts, subnetCIDR((3*k+int(d))%subnets))
			rule(100, model.Allow, model.TCP, model.PortRange{From: 1024, To: 65535}, vpcCIDR)
			rule(110, model.Allow, model.TCP, model.PortRange{From: 443, To: 443}, vpcCIDR)
			rule(120, model.Allow, model.UDP, model.AllPorts, vpcCIDR)
			rule(130, model.Allow, model.TCP, model.PortRange{From: 443, To: 443}, anywhere)
		}
		n.NetworkACLs[a.ID] = a
	}
	group := func(k int) model.SecurityGroupID {
		return model.SecurityGroupID(fmt.Sprint("sg-", (k+groups)%groups))
	}
	for k := range groups {
		g := &model.SecurityGroup{ID: group(k), VPC: "vpc"}
		rule := func(d model.Direction, p model.Protocol, from, to int, peer model.Peer) {
			g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: d, Peer: peer,
				Traffic: model.Traffic{Protocol: p, Ports: model.PortRange{From: uint16(from), To: uint16(to)}, ICMP: model.AnyICMP}})
		}
		rule(model.Ingress, model.TCP, 443, 443, model.Peer{Group: group(k - 1)})
		rule(model.Ingress, model.TCP, 8000+k, 8000+k, model.Peer{Prefix: subnetCIDR(r.IntN(subnets))})
		for range 3 {
			p := 1000 + r.IntN(59000)
			rule(model.Ingress, model.TCP, p, p+r.IntN(100), model.Peer{Prefix: subnetCIDR(r.IntN(subnets))})
		}
		if k%2 == 0 {
			rule(model.Egress, model.AllProtocols, 0, 65535, model.Peer{Prefix: anywhere})
		} else {
			rule(model.Egress, model.TCP, 443, 443, model.Peer{Group: group(k + 1)})
			rule(model.Egress, model.UDP, 53, 53, model.Peer{Prefix: vpcCIDR})
		}
		n.SecurityGroups[g.ID] = g
	}
	for i := range subnets {
		s := &model.Subnet{ID: model.SubnetID(fmt.Sprint("subnet-", i)), VPC: "vpc", CIDRs: []netip.Prefix{subnetCIDR(i)},
			NetworkACL: model.NetworkACLID(fmt.Sprint("acl-", i%acls)), RouteTable: "private"}
		if i%4 == 0 {
			s.RouteTable = "public"
		}
		n.Subnets[s.ID] = s
	}
	for k := range interfaces {
		m := &model.Interface{ID: model.InterfaceID(fmt.Sprint("eni-", k)), VPC: "vpc", Subnet: model.SubnetID(fmt.Sprint("subnet-", k%subnets)),
			Groups: []model.SecurityGroupID{group(k)}, Owner: model.OwnerRef{Kind: model.KindInstance, ID: fmt.Sprint("i-", k)}}
		if k%3 == 0 && group(k/3) != group(k) {
			m.Groups = append(m.Groups, group(k/3))
		}
		a := model.Address{IP: netip.AddrFrom4([4]byte{10, 0, byte(k % subnets), byte(4 + k/subnets)})}
		if k%subnets%4 == 0 {
			a.Public = netip.AddrFrom4([4]byte{203, byte(k / 62500), byte(k / 250), byte(k%250 + 1)})
		}
		m.Addresses = []model.Address{a}
		n.Interfaces[m.ID] = m
		n.Instances[model.InstanceID(m.Owner.ID)] = &model.Instance{ID: model.InstanceID(m.Owner.ID), Meta: model.Meta{Name: fmt.Sprint("n", k)},
			VPC: "vpc", Interfaces: []model.InterfaceID{m.ID}, Platform: model.PlatformLinux}
	}
	return n
}
