package sim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// hubTopology is a hub: VPCs behind one transit gateway, with two zones each and
// interfaces spread over them. VPCs of even number share services; those of odd
// number do not reach each other.
func hubTopology(vpcs, interfaces int) *model.Network {
	n := model.NewNetwork()
	anywhere, private := netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("10.0.0.0/8")
	all := model.Traffic{Protocol: model.AllProtocols, Ports: model.AllPorts, ICMP: model.AnyICMP}
	tcp := func(from, to uint16) model.Traffic {
		return model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: from, To: to}, ICMP: model.AnyICMP}
	}
	n.TransitGateways["tgw"] = &model.TransitGateway{ID: "tgw", Available: true, SecurityGroupReferencing: true}
	shared := &model.TransitGatewayRouteTable{ID: "shared", TransitGateway: "tgw"}
	spokes := &model.TransitGatewayRouteTable{ID: "spokes", TransitGateway: "tgw"}
	n.TransitGatewayRouteTables["shared"], n.TransitGatewayRouteTables["spokes"] = shared, spokes
	for v := range vpcs {
		name := func(kind string, k int) string { return fmt.Sprintf("%s-%d-%d", kind, v, k) }
		octet := func(third byte, bits int) netip.Prefix {
			return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(v), third, 0}), bits)
		}
		vpc := model.VPCID(fmt.Sprint("vpc-", v))
		n.VPCs[vpc] = &model.VPC{ID: vpc, CIDRs: []netip.Prefix{octet(0, 16)}, EnableDNSSupport: true}
		local := model.Route{Prefix: octet(0, 16), Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive}
		app, tgw := model.RouteTableID(name("rtb", 0)), model.RouteTableID(name("rtb", 1))
		n.RouteTables[app] = &model.RouteTable{ID: app, VPC: vpc, Routes: []model.Route{local,
			{Prefix: anywhere, Target: model.Target{Kind: model.KindTransitGateway, ID: "tgw"}, State: model.RouteActive}}}
		n.RouteTables[tgw] = &model.RouteTable{ID: tgw, VPC: vpc, Main: true, Routes: []model.Route{local}}
		acl := model.NetworkACLID(name("acl", 0))
		n.NetworkACLs[acl] = &model.NetworkACL{ID: acl, VPC: vpc, IsDefault: true, Rules: []model.NetworkACLRule{
			{Number: 100, Direction: model.Ingress, Action: model.Allow, Prefix: private, Traffic: all},
			{Number: 100, Direction: model.Egress, Action: model.Allow, Prefix: anywhere, Traffic: all},
		}}
		a := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(name("att", 0)), TransitGateway: "tgw", Type: model.AttachVPC, VPC: vpc, Available: true}
		for zone := range 2 {
			for k, table := range []model.RouteTableID{app, tgw} {
				s := &model.Subnet{ID: model.SubnetID(name("subnet", 2*zone+k)), VPC: vpc, RouteTable: table,
					CIDRs: []netip.Prefix{octet(byte(2*zone+k), 24)}, AvailabilityZone: fmt.Sprintf("us-east-1%c", 'a'+zone)}
				n.Subnets[s.ID] = s
				if k == 1 {
					a.Subnets = append(a.Subnets, s.ID)
				}
			}
		}
		n.TransitGatewayAttachments[a.ID] = a
		shared.Propagations = append(shared.Propagations, a.ID)
		if v%2 == 0 {
			shared.Associations, spokes.Propagations = append(shared.Associations, a.ID), append(spokes.Propagations, a.ID)
		} else {
			spokes.Associations = append(spokes.Associations, a.ID)
		}
		for k := range 4 {
			g := &model.SecurityGroup{ID: model.SecurityGroupID(name("sg", k)), VPC: vpc}
			g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: model.Egress, Traffic: all, Peer: model.Peer{Prefix: anywhere}})
			for port := range uint16(4) {
				g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: model.Ingress, Traffic: tcp(8000+port*100, 8000+port*100+10),
					Peer: model.Peer{Prefix: octet(byte(port), 24)}})
			}
			g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: model.Ingress, Traffic: tcp(443, 443), Peer: model.Peer{Prefix: private}},
				model.SecurityGroupRule{Direction: model.Ingress, Traffic: tcp(5432, 5432), Peer: model.Peer{Group: model.SecurityGroupID(fmt.Sprintf("sg-%d-0", (v+1)%vpcs))}})
			n.SecurityGroups[g.ID] = g
		}
		for k := range interfaces / vpcs {
			zone := k % 2
			m := &model.Interface{ID: model.InterfaceID(name("eni", k)), VPC: vpc, Subnet: model.SubnetID(name("subnet", 2*zone)),
				Groups:    []model.SecurityGroupID{model.SecurityGroupID(name("sg", k%4))},
				Owner:     model.OwnerRef{Kind: model.KindInstance, ID: name("i", k)},
				Addresses: []model.Address{{IP: netip.AddrFrom4([4]byte{10, byte(v), byte(2 * zone), byte(4 + k/2)})}}}
			n.Interfaces[m.ID] = m
			n.Instances[model.InstanceID(m.Owner.ID)] = &model.Instance{ID: model.InstanceID(m.Owner.ID), VPC: vpc,
				Interfaces: []model.InterfaceID{m.ID}, Platform: model.PlatformLinux}
		}
	}
	return n
}

// hubPackets are packets between interfaces of different VPCs of a hub.
func hubPackets(tb testing.TB, e *Engine, vpcs, each, n int) []Packet {
	tb.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	out := make([]Packet, n)
	for i := range out {
		a, b := r.IntN(vpcs), r.IntN(vpcs-1)
		if b >= a {
			b++
		}
		from, ok := e.Interface(model.InterfaceID(fmt.Sprintf("eni-%d-%d", a, r.IntN(each))))
		require.True(tb, ok)
		to, ok := e.Interface(model.InterfaceID(fmt.Sprintf("eni-%d-%d", b, r.IntN(each))))
		require.True(tb, ok)
		out[i] = Packet{From: from, SourceIP: from.i.model.Addresses[0].IP, To: to.i.model.Addresses[0].IP, Protocol: model.TCP,
			Port: [...]uint16{443, 8005, 5432}[r.IntN(3)], SourcePorts: model.PortRange{From: 32768, To: 61000}}
	}
	return out
}

// BenchmarkWalkHub is a verdict without a reason between two VPCs of a hub of 200
// with 10,000 interfaces.
func BenchmarkWalkHub(b *testing.B) {
	e := Compile(hubTopology(200, 10000))
	packets := hubPackets(b, e, 200, 50, 1<<16)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.Walk(packets[i&(1<<16-1)])
	}
}

// BenchmarkAskHub is a verdict with its way and all explanations, inside a VPC of
// the hub and across.
func BenchmarkAskHub(b *testing.B) {
	e := Compile(hubTopology(200, 10000))
	for _, to := range []string{"eni-0-30", "eni-100-30", "eni-101-30"} {
		b.Run(to, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Ask(model.Question{From: "eni-0-1", To: to, Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMatrixHub is all pairs of the hub.
func BenchmarkMatrixHub(b *testing.B) {
	for _, size := range []struct{ vpcs, interfaces int }{{1, 50}, {20, 1000}, {200, 10000}} {
		e := Compile(hubTopology(size.vpcs, size.interfaces))
		ids := allInterfaces(e.network)
		b.Run(fmt.Sprint(size.vpcs), func(b *testing.B) {
			classes := 0
			for b.Loop() {
				m, err := e.Matrix(b.Context(), allPackets, ids, ids, nil)
				if err != nil {
					b.Fatal(err)
				}
				classes = len(m.Sources)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(classes*classes), "ns/pair")
			b.ReportMetric(float64(classes), "classes")
		})
	}
}
