package sim

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// balanced is a VPC with a client, a node of an Application Load Balancer and two
// targets, each in a subnet of its own, with filters and addresses of all sorts.
func balanced(t *rapid.T) *model.Network {
	n := model.NewNetwork()
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}, EnableDNSSupport: true}
	n.RouteTables["rtb"] = &model.RouteTable{ID: "rtb", VPC: "vpc", Main: true, Routes: localRoutes(n.VPCs["vpc"])}
	peers := []string{"10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.4.0/24", "10.0.2.5/32"}
	ports := []model.PortRange{model.AllPorts, {From: 80, To: 80}, {From: 443, To: 443}, {From: 1024, To: 65535}, {From: 1024, To: 20000}, {From: 32768, To: 50000}}
	rule := func(d model.Direction) (model.Direction, model.Traffic, netip.Prefix) {
		traffic := model.Traffic{Protocol: model.TCP, Ports: rapid.SampledFrom(ports).Draw(t, "ports"), ICMP: model.AnyICMP}
		return d, traffic, netip.MustParsePrefix(rapid.SampledFrom(peers).Draw(t, "peer"))
	}
	for _, name := range []string{"client", "node", "t1", "t2"} {
		id := map[string]string{"client": "1", "node": "2", "t1": "3", "t2": "4"}[name]
		acl := &model.NetworkACL{ID: model.NetworkACLID("acl-" + name), VPC: "vpc"}
		group := &model.SecurityGroup{ID: model.SecurityGroupID("sg-" + name), VPC: "vpc"}
		for _, d := range []model.Direction{model.Ingress, model.Egress} {
			if rapid.IntRange(0, 3).Draw(t, "denies") == 0 {
				d, traffic, peer := rule(d)
				acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 10, Direction: d, Action: model.Deny, Traffic: traffic, Prefix: peer})
			}
			acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 100, Direction: d, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyPrefix})
			if rapid.IntRange(0, 3).Draw(t, "open") > 0 {
				group.Rules = append(group.Rules, model.SecurityGroupRule{Direction: d, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyPrefix}})
				continue
			}
			for range 2 {
				d, traffic, peer := rule(d)
				r := model.SecurityGroupRule{Direction: d, Traffic: traffic, Peer: model.Peer{Prefix: peer}}
				if d == model.Ingress && rapid.Bool().Draw(t, "reference") {
					r.Peer = model.Peer{Group: model.SecurityGroupID(rapid.SampledFrom([]string{"sg-client", "sg-node"}).Draw(t, "group"))}
				}
				group.Rules = append(group.Rules, r)
			}
		}
		n.NetworkACLs[acl.ID], n.SecurityGroups[group.ID] = acl, group
		sn := &model.Subnet{ID: model.SubnetID(name), VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0." + id + ".0/24")}, NetworkACL: acl.ID, AvailabilityZone: "us-east-1a"}
		n.Subnets[sn.ID] = sn
		i := &model.Interface{ID: model.InterfaceID("eni-" + name), VPC: "vpc", Subnet: sn.ID, Groups: []model.SecurityGroupID{group.ID}}
		if name != "client" && rapid.Bool().Draw(t, "address is open") {
			i.Unassigned4 = true
		} else {
			i.Addresses = []model.Address{{IP: netip.MustParseAddr("10.0." + id + ".5")}}
		}
		n.Interfaces[i.ID] = i
	}
	n.Interfaces["eni-node"].Owner = model.OwnerRef{Kind: model.KindLoadBalancer, ID: "alb"}
	n.Owners["alb"] = &model.Owner{ID: "alb", VPC: "vpc", Type: "load-balancer", Interfaces: []model.InterfaceID{"eni-node"}}
	n.LoadBalancers["alb"] = &model.LoadBalancer{ID: "alb", Type: model.ApplicationLoadBalancer, VPC: "vpc", Subnets: []model.SubnetID{"node"}, Available: true,
		Listeners: []model.Listener{{Protocol: "HTTPS", Port: 443, TargetGroups: []model.TargetGroupID{"tg"}}}}
	n.TargetGroups["tg"] = &model.TargetGroup{ID: "tg", VPC: "vpc", Type: model.TargetIP, Protocol: "HTTP", Port: 80,
		Targets: []model.RegisteredTarget{{Interface: "eni-t1"}, {Interface: "eni-t2"}}}
	return n
}

// TestBalancerIsItsTwoHalves: what a client makes of a balancer is what it makes of
// the node, and the node of the targets, each asked by itself (ELB-11).
func TestBalancerIsItsTwoHalves(t *testing.T) {
	seen := map[model.Verdict]int{}
	ask := func(t *rapid.T, e *Engine, from, to string, port uint16) model.Verdict {
		a, err := e.Ask(model.Question{From: from, To: to, Protocol: model.TCP, Ports: model.PortRange{From: port, To: port}})
		require.NoError(t, err)
		return a.Verdict
	}
	property := func(t *rapid.T) {
		n := balanced(t)
		e := Compile(n)
		whole := ask(t, e, "eni-client", "eni-node", 443)
		back := []model.Verdict{ask(t, e, "eni-node", "eni-t1", 80), ask(t, e, "eni-node", "eni-t2", 80)}
		n.LoadBalancers["alb"].Listeners = []model.Listener{{Protocol: "HTTPS", Port: 443, Answers: true}}
		front := ask(t, Compile(n), "eni-client", "eni-node", 443)

		// Deny beats unknown, and of two targets one is picked at random.
		want := joinVerdicts(back)
		switch {
		case front == model.Blocked || want == model.Blocked:
			want = model.Blocked
		case front == model.Reachable:
		case want == model.Reachable:
			want = front
		default:
			return // two halves that pass now and then pass together now and then, or never
		}
		if n.Interfaces["eni-node"].Unassigned4 && whole == model.Indeterminate {
			return // each address that the node may get is blocked for another reason
		}
		seen[want]++
		require.Equal(t, want, whole, "front %s, behind %s", front, back)
	}
	for range 4 {
		rapid.Check(t, property)
	}
	if testing.Short() {
		return // too few networks to be sure of every verdict
	}
	for _, v := range []model.Verdict{model.Reachable, model.Partial, model.Blocked} {
		assert.Positive(t, seen[v], "%s is tested", v)
	}
}

// TestBalancerSetsAndPoints: a flow is in the set of a verdict exactly when it has
// that verdict by itself.
func TestBalancerSetsAndPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := balanced(t)
		e := Compile(n)
		if n.Interfaces["eni-node"].Unassigned4 {
			return
		}
		set, err := e.ReachableSet(model.Question{From: "eni-client", To: "eni-node", Protocol: model.TCP, Ports: model.AllPorts})
		require.NoError(t, err)
		require.Len(t, set.Groups, 1)
		i, _ := e.Interface("eni-client")
		for _, sport := range []uint16{32768, 40000, 50000, 50001, 61000} {
			p := Packet{From: i, SourceIP: netip.MustParseAddr("10.0.1.5"), To: netip.MustParseAddr("10.0.2.5"), Protocol: model.TCP, Port: 443,
				SourcePorts: model.PortRange{From: sport, To: sport}}
			flow := packet.Flow{Protocol: p.Protocol, Src: p.SourceIP, Dst: p.To, Sport: packet.Port(sport), Dport: 443}
			s := set.Groups[0].Pairs[0].Sets
			got := map[model.Verdict]bool{model.Reachable: s.Reachable.Contains(flow), model.Partial: s.Partial.Contains(flow),
				model.Blocked: s.Blocked.Contains(flow), model.Indeterminate: s.Indeterminate.Contains(flow)}
			for v, in := range got {
				require.Equal(t, v == e.Walk(p), in, "%s, source port %d", v, sport)
			}
		}
	})
}
