package oracle

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// plain is a VPC with three dual-stack subnets, one interface in each, all of it
// open: eni-0 10.0.0.4, eni-1 10.0.0.36, eni-2 10.0.0.68, with public addresses
// 203.0.113.10 to 12 and the IPv6 addresses 2001:db8:a:K::10. Every subnet has a
// table of its own, rtb-0 to rtb-2, with the local routes alone.
func plain() *model.Network {
	n := model.NewNetwork()
	prefix := netip.MustParsePrefix
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", Meta: meta(), EnableDNSSupport: true, CIDRs: []netip.Prefix{prefix("10.0.0.0/24"), prefix("2001:db8:a::/56")}}
	n.InternetGateways["igw"] = &model.InternetGateway{ID: "igw", Meta: meta(), VPC: "vpc"}
	n.EgressOnlyInternetGateways["eigw"] = &model.EgressOnlyInternetGateway{ID: "eigw", Meta: meta(), VPC: "vpc"}
	acl := &model.NetworkACL{ID: "acl", Meta: meta(), VPC: "vpc", IsDefault: true}
	sg := &model.SecurityGroup{ID: "open", Meta: meta(), VPC: "vpc"}
	for k, all := range []string{"0.0.0.0/0", "::/0"} {
		for _, dir := range []model.Direction{model.Ingress, model.Egress} {
			acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 100 + k, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: prefix(all)})
			sg.Rules = append(sg.Rules, model.SecurityGroupRule{Direction: dir, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: prefix(all)}})
		}
	}
	n.NetworkACLs["acl"], n.SecurityGroups["open"] = acl, sg
	for k := range 3 {
		table, subnet, eni, vm := model.RouteTableID(fmt.Sprintf("rtb-%d", k)), model.SubnetID(fmt.Sprintf("subnet-%d", k)),
			model.InterfaceID(fmt.Sprintf("eni-%d", k)), model.InstanceID(fmt.Sprintf("i-%d", k))
		n.RouteTables[table] = &model.RouteTable{ID: table, Meta: meta(), VPC: "vpc", Main: k == 0}
		n.Subnets[subnet] = &model.Subnet{ID: subnet, Meta: meta(), VPC: "vpc", RouteTable: table, AvailabilityZone: "us-east-1a",
			CIDRs: []netip.Prefix{prefix(fmt.Sprintf("10.0.0.%d/27", 32*k)), prefix(fmt.Sprintf("2001:db8:a:%d::/64", k))}}
		n.Interfaces[eni] = &model.Interface{ID: eni, Meta: meta(), VPC: "vpc", Subnet: subnet, Type: "interface", Groups: []model.SecurityGroupID{"open"},
			Owner: model.OwnerRef{Kind: model.KindInstance, ID: string(vm)}, Addresses: []model.Address{
				{IP: netip.MustParseAddr(fmt.Sprintf("10.0.0.%d", 32*k+4)), Public: netip.MustParseAddr(fmt.Sprintf("203.0.113.%d", 10+k))},
				{IP: netip.MustParseAddr(fmt.Sprintf("2001:db8:a:%d::10", k))}}}
		n.Instances[vm] = &model.Instance{ID: vm, Meta: meta(), VPC: "vpc", Interfaces: []model.InterfaceID{eni}, Platform: model.PlatformLinux, State: "running"}
	}
	return n
}

var (
	toIGW  = model.Target{Kind: model.KindInternetGateway, ID: "igw"}
	toEIGW = model.Target{Kind: model.KindEgressOnlyInternetGateway, ID: "eigw"}
	toNAT  = model.Target{Kind: model.KindNATGateway, ID: "nat"}
)

func toInterface(id string) model.Target { return model.Target{Kind: model.KindInterface, ID: id} }

// route adds a route; destination is a prefix or a prefix list.
func route(n *model.Network, table model.RouteTableID, destination string, t model.Target) {
	r := model.Route{Target: t, State: model.RouteActive}
	if p, err := netip.ParsePrefix(destination); err == nil {
		r.Prefix = p
	} else {
		r.PrefixList = model.PrefixListID(destination)
	}
	n.RouteTables[table].Routes = append(n.RouteTables[table].Routes, r)
}

// gatewayTable gives the internet gateway a route table with one route.
func gatewayTable(n *model.Network, destination, eni string) {
	n.RouteTables["rtb-igw"] = &model.RouteTable{ID: "rtb-igw", Meta: meta(), VPC: "vpc", Gateways: []string{"igw"}}
	route(n, "rtb-igw", destination, toInterface(eni))
}

// nat puts a NAT gateway with address 10.0.0.45 into subnet-1.
func nat(n *model.Network) {
	n.NATGateways["nat"] = &model.NATGateway{ID: "nat", Meta: meta(), VPC: "vpc", Subnet: "subnet-1", State: model.NATGatewayAvailable,
		Addresses: []model.NATGatewayAddress{{Private: netip.MustParseAddr("10.0.0.45"), Public: netip.MustParseAddr("203.0.113.60")}}}
}

func group(n *model.Network, eni model.InterfaceID, id model.SecurityGroupID, rules ...model.SecurityGroupRule) {
	n.SecurityGroups[id] = &model.SecurityGroup{ID: id, Meta: meta(), VPC: "vpc", Rules: rules}
	n.Interfaces[eni].Groups = append([]model.SecurityGroupID{id}, n.Interfaces[eni].Groups...)
}

func list(n *model.Network, id model.PrefixListID, entry string) {
	n.PrefixLists[id] = &model.PrefixList{ID: id, Entries: []model.PrefixListEntry{{Prefix: netip.MustParsePrefix(entry)}}}
}

// hub attaches the VPC to a transit gateway whose table has no route.
func hub(n *model.Network) {
	n.TransitGateways["tgw"] = &model.TransitGateway{ID: "tgw", Meta: meta(), Available: true}
	n.TransitGatewayAttachments["att"] = &model.TransitGatewayAttachment{ID: "att", Meta: meta(), TransitGateway: "tgw", Type: model.AttachVPC,
		Available: true, VPC: "vpc", Subnets: []model.SubnetID{"subnet-0"}}
	n.TransitGatewayRouteTables["tgw-rtb"] = &model.TransitGatewayRouteTable{ID: "tgw-rtb", Meta: meta(), TransitGateway: "tgw",
		Associations: []model.TransitGatewayAttachmentID{"att"}}
}

// What random networks once told engine and oracle apart by, and the rule that
// settles it.
func TestSettled(t *testing.T) {
	for _, c := range []struct {
		rule, from, to string
		change         func(*model.Network)
		want           model.Verdict
	}{
		{"VPC-10: local routes are there unlisted", "eni-0", "10.0.0.36", func(n *model.Network) {
			route(n, "rtb-0", "0.0.0.0/0", toIGW)
		}, model.Reachable},
		{"VPC-10: a replaced one is not", "eni-0", "10.0.0.36", func(n *model.Network) {
			route(n, "rtb-0", "10.0.0.0/24", toInterface("eni-2"))
		}, model.Blocked},
		{"PIPE-7: a subnet redirected for IPv4 is not for IPv6", "2600::1", "2001:db8:a::10", func(n *model.Network) {
			route(n, "rtb-0", "::/0", toIGW)
			gatewayTable(n, "10.0.0.0/27", "eni-2")
		}, model.Reachable},
		{"GRT-7: a subnet redirected for IPv6 cannot leave directly", "eni-0", "2600::1", func(n *model.Network) {
			route(n, "rtb-0", "::/0", toIGW)
			gatewayTable(n, "2001:db8:a::/64", "eni-2")
		}, model.Blocked},
		{"NAT-16: groups see the address of the NAT gateway", "eni-0", "10.0.0.68", func(n *model.Network) {
			nat(n)
			route(n, "rtb-0", "10.0.0.64/27", toNAT)
			group(n, "eni-2", "nat-only", model.SecurityGroupRule{Traffic: model.AllTraffic, Peer: model.Peer{Prefix: netip.MustParsePrefix("10.0.0.45/32")}})
			n.Interfaces["eni-2"].Groups = n.Interfaces["eni-2"].Groups[:1]
		}, model.Reachable},
		{"SG-1: a reference that is lost takes nothing from other rules", "eni-0", "10.0.0.68", func(n *model.Network) {
			nat(n)
			route(n, "rtb-0", "10.0.0.64/27", toNAT)
			group(n, "eni-0", "first", model.SecurityGroupRule{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Group: "open"}})
		}, model.Reachable},
		{"MB-5: a reference alone is lost", "eni-0", "10.0.0.68", func(n *model.Network) {
			nat(n)
			route(n, "rtb-0", "10.0.0.64/27", toNAT)
			group(n, "eni-0", "first", model.SecurityGroupRule{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Group: "open"}})
			n.Interfaces["eni-0"].Groups = n.Interfaces["eni-0"].Groups[:1]
		}, model.Blocked},
		{"RT-22: a neighbour is not behind the internet gateway", "192.0.2.130", "203.0.113.11", func(n *model.Network) {
			n.Interfaces["eni-0"].SourceDestCheckDisabled = true
			n.Interfaces["eni-1"].Subnet, n.Interfaces["eni-1"].Addresses[0].IP = "subnet-0", netip.MustParseAddr("10.0.0.7")
			n.Interfaces["eni-1"].Addresses = n.Interfaces["eni-1"].Addresses[:1]
			gatewayTable(n, "10.0.0.0/27", "eni-0")
			list(n, "pl-0", "10.0.0.0/27")
			route(n, "rtb-0", "pl-0", toIGW)
			route(n, "rtb-0", "0.0.0.0/0", toIGW)
		}, model.Blocked},
		{"EIGW-1: replies come in where the request left", "eni-0", "2600::1", func(n *model.Network) {
			n.Interfaces["eni-2"].SourceDestCheckDisabled = true
			route(n, "rtb-0", "::/0", toInterface("eni-2"))
			route(n, "rtb-2", "::/0", toEIGW)
			gatewayTable(n, "2001:db8:a::/64", "eni-2")
		}, model.Blocked},
		{"RT-8: a tie is settled once", "eni-1", "192.0.2.130", func(n *model.Network) {
			nat(n)
			n.Interfaces["eni-1"].Addresses[0].Public = netip.Addr{}
			list(n, "pl-0", "192.0.2.0/24")
			list(n, "pl-1", "192.0.2.0/24")
			route(n, "rtb-1", "pl-0", toIGW)
			route(n, "rtb-1", "pl-1", toNAT)
		}, model.Blocked},
		{"RT-8: a tie that decides", "eni-0", "192.0.2.130", func(n *model.Network) {
			nat(n)
			list(n, "pl-0", "192.0.2.0/24")
			list(n, "pl-1", "192.0.2.0/24")
			route(n, "rtb-0", "pl-0", toIGW)
			route(n, "rtb-0", "pl-1", toNAT)
		}, model.Indeterminate},
		{"LL-1: link-local services need no route, nor a transit gateway's", "eni-0", "169.254.169.254", func(n *model.Network) {
			hub(n)
			route(n, "rtb-0", "0.0.0.0/0", model.Target{Kind: model.KindTransitGateway, ID: "tgw"})
		}, model.Reachable},
		{"TGW-16: a route to a transit gateway is no way through it", "eni-0", "192.0.2.130", func(n *model.Network) {
			hub(n)
			route(n, "rtb-0", "0.0.0.0/0", model.Target{Kind: model.KindTransitGateway, ID: "tgw"})
		}, model.Blocked},
		{"NACL-12, NAT-6: some of a NAT gateway's ports", "eni-0", "192.0.2.130", func(n *model.Network) {
			nat(n)
			route(n, "rtb-0", "0.0.0.0/0", toNAT)
			route(n, "rtb-1", "0.0.0.0/0", toIGW)
			acl := n.NetworkACLs["acl"]
			acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 10, Prefix: netip.MustParsePrefix("192.0.2.0/24"),
				Traffic: model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: 1024, To: 32767}}})
		}, model.Partial},
	} {
		t.Run(c.rule, func(t *testing.T) {
			n := plain()
			c.change(n)
			q := question{Question: model.Question{From: c.from, To: c.to, Protocol: model.TCP,
				Ports: model.PortRange{From: 443, To: 443}, SourcePorts: &model.PortRange{From: 40000, To: 40000}, Family: model.IPv4}}
			p := Packet{DstIP: netip.MustParseAddr(c.to), Protocol: model.TCP, SrcPort: 40000, DstPort: 443}
			if p.DstIP.Is6() {
				q.Family = model.IPv6
			}
			if i := n.Interfaces[model.InterfaceID(c.from)]; i != nil {
				p.FromInterface, p.SrcIP = i.ID, i.Primary(p.DstIP.Is6()).IP
			} else {
				p.SrcIP = netip.MustParseAddr(c.from)
			}
			q.packets = []Packet{p}

			said, _, covered := answer(n, q)
			require.True(t, covered)
			assert.Equal(t, c.want, said, "the oracle: %v", details(n, q))
			engine := sim.Compile(n)
			got, err := engine.Ask(q.Question)
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Verdict, "the engine: %v", blockers(got))
			if p.FromInterface != "" {
				assert.Equal(t, c.want, engine.Walk(q.point(engine)), "the engine's short way")
			}
		})
	}
}
