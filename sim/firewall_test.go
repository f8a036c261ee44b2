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

// firewalled is a VPC whose customer subnet is behind a firewall in one zone: the
// gateway's table, the customers' and the firewall subnet's lead through it (NFW-16).
func firewalled() *model.Network {
	n := model.NewNetwork()
	cidr := netip.MustParsePrefix
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{cidr("10.0.0.0/16")}, EnableDNSSupport: true}
	n.InternetGateways["igw"] = &model.InternetGateway{ID: "igw", VPC: "vpc"}
	igw, fw := model.Target{Kind: model.KindInternetGateway, ID: "igw"}, model.Target{Kind: model.KindVPCEndpoint, ID: "vpce-1"}
	for id, routes := range map[model.RouteTableID][]model.Route{
		"edge":     {{Prefix: cidr("10.0.2.0/24"), Target: fw}},
		"customer": {{Prefix: anyPrefix, Target: fw}},
		"firewall": {{Prefix: anyPrefix, Target: igw}},
	} {
		for i := range routes {
			routes[i].State = model.RouteActive
		}
		n.RouteTables[id] = &model.RouteTable{ID: id, VPC: "vpc", Routes: append(localRoutes(n.VPCs["vpc"]), routes...)}
	}
	n.RouteTables["edge"].Gateways = []string{"igw"}
	n.NetworkACLs["acl"] = &model.NetworkACL{ID: "acl", VPC: "vpc", IsDefault: true, Rules: []model.NetworkACLRule{
		{Number: 100, Direction: model.Ingress, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyPrefix},
		{Number: 100, Direction: model.Egress, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyPrefix},
	}}
	n.SecurityGroups["open"] = &model.SecurityGroup{ID: "open", VPC: "vpc", Rules: []model.SecurityGroupRule{
		{Direction: model.Ingress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyPrefix}},
		{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyPrefix}},
	}}
	n.Subnets["customer"] = &model.Subnet{ID: "customer", VPC: "vpc", CIDRs: []netip.Prefix{cidr("10.0.2.0/24")}, RouteTable: "customer"}
	n.Subnets["firewall"] = &model.Subnet{ID: "firewall", VPC: "vpc", CIDRs: []netip.Prefix{cidr("10.0.1.0/28")}, RouteTable: "firewall"}
	n.Interfaces["w"] = &model.Interface{ID: "w", VPC: "vpc", Subnet: "customer", Groups: []model.SecurityGroupID{"open"},
		Addresses: []model.Address{{IP: netip.MustParseAddr("10.0.2.10"), Public: netip.MustParseAddr("198.51.100.7")}}}
	n.Firewalls["fw"] = &model.Firewall{ID: "fw", VPC: "vpc", Policy: "policy", Endpoints: []model.FirewallEndpoint{{ID: "vpce-1", Subnet: "firewall", Ready: true}}}
	n.FirewallRuleGroups["stateless"] = &model.FirewallRuleGroup{ID: "stateless"}
	n.FirewallRuleGroups["stateful"] = &model.FirewallRuleGroup{ID: "stateful", Stateful: true, Rules: []model.StatefulRule{
		{Action: model.FirewallPass, Protocol: "tcp", Source: "any", SourcePort: "any", Destination: "any", DestinationPort: "443", SID: 1}}}
	n.FirewallPolicies["policy"] = &model.FirewallPolicy{ID: "policy",
		StatelessGroups: []model.FirewallGroupReference{{Group: "stateless", Priority: 1}}, StatelessDefaults: []string{"aws:forward_to_sfe"},
		StatefulGroups: []model.FirewallGroupReference{{Group: "stateful", Priority: 1}}, StrictOrder: true, StatefulDefaults: []string{"aws:drop_strict"}}
	return n
}

func askTCP(t require.TestingT, n *model.Network, from, to string, port uint16) *Answer {
	a, err := Compile(n).Ask(model.Question{From: from, To: to, Protocol: model.TCP, Ports: model.PortRange{From: port, To: port}})
	require.NoError(t, err)
	return a
}

func TestNetworkFirewall(t *testing.T) {
	pass := func(ports ...model.PortRange) model.StatelessRule {
		return model.StatelessRule{Priority: 1, Protocols: []model.Protocol{model.TCP}, DestinationPorts: ports, Actions: []string{"aws:pass"}}
	}
	https := model.PortRange{From: 443, To: 443}
	for name, c := range map[string]struct {
		edit    func(n *model.Network)
		from    string // "internet" to w where empty
		port    uint16
		verdict model.Verdict
		code    Code
		leg     model.Leg
	}{
		"in":                         {port: 443, verdict: model.Reachable},
		"in, by the default action":  {port: 22, code: FirewallRulesRestriction},
		"out":                        {from: "w", port: 443, verdict: model.Reachable},
		"out, by the default action": {from: "w", port: 22, code: FirewallRulesRestriction},
		"not ready":                  {edit: func(n *model.Network) { n.Firewalls["fw"].Endpoints[0].Ready = false }, port: 443, code: EndpointNotAvailable},
		"a proxy":                    {edit: func(n *model.Network) { n.Firewalls["fw"].Proxy = true }, port: 443, verdict: model.Indeterminate, code: NotModelled},
		"no edge table":              {edit: func(n *model.Network) { delete(n.RouteTables, "edge") }, port: 443, code: AsymmetricMiddlebox, leg: model.Return},
		"one direction is passed by a stateless rule": {edit: func(n *model.Network) {
			n.FirewallRuleGroups["stateless"].Stateless = []model.StatelessRule{pass(https)}
		}, port: 443, code: FirewallRulesRestriction, leg: model.Return},
		"both are": {edit: func(n *model.Network) {
			mirrored := pass()
			mirrored.Priority, mirrored.SourcePorts = 2, []model.PortRange{https}
			n.FirewallRuleGroups["stateless"].Stateless = []model.StatelessRule{pass(https), mirrored}
		}, port: 443, verdict: model.Reachable},
		"one direction, and the rules are applied in mid-stream": {edit: func(n *model.Network) {
			n.FirewallPolicies["policy"].StreamException = "CONTINUE"
			n.FirewallPolicies["policy"].StatefulDefaults = nil
			n.FirewallRuleGroups["stateless"].Stateless = []model.StatelessRule{pass(https)}
		}, port: 443, verdict: model.Reachable},
		"and who opened the connection matters": {edit: func(n *model.Network) {
			n.FirewallPolicies["policy"].StreamException = "CONTINUE"
			n.FirewallRuleGroups["stateless"].Stateless = []model.StatelessRule{pass(https)}
		}, port: 443, verdict: model.Indeterminate, code: UnknownValue, leg: model.Return},
		"a policy that is not given": {edit: func(n *model.Network) { delete(n.FirewallPolicies, "policy") }, port: 443, verdict: model.Indeterminate, code: UnknownValue},
		"a group that is a class of its own": {edit: func(n *model.Network) {
			n.SecurityGroups["open"].Rules[0].Peer = model.Peer{Prefix: netip.MustParsePrefix("192.0.2.0/24")}
		}, port: 443, verdict: model.Partial, code: ENISGRulesMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			n := firewalled()
			if c.edit != nil {
				c.edit(n)
			}
			from, to := "internet", "w"
			if c.from != "" {
				from, to = c.from, "1.1.1.1"
			}
			a := askTCP(t, n, from, to, c.port)
			require.Equal(t, c.verdict, a.Verdict, "%+v", a.Explanations)
			if c.code == "" {
				assert.Empty(t, a.Explanations)
				return
			}
			require.NotEmpty(t, a.Explanations)
			assert.Equal(t, c.code, a.Explanations[0].Code)
			assert.Equal(t, c.leg, a.Explanations[0].Leg)
		})
	}
}

// TestBothSidesOfATranslator: what a NAT gateway makes of a connection is another one
// to a firewall, and must come back through it as that.
func TestBothSidesOfATranslator(t *testing.T) {
	n := firewalled()
	n.NATGateways["nat"] = &model.NATGateway{ID: "nat", VPC: "vpc", Subnet: "customer", State: model.NATGatewayAvailable,
		Addresses: []model.NATGatewayAddress{{Private: netip.MustParseAddr("10.0.2.20"), Public: netip.MustParseAddr("198.51.100.8")}}}
	n.Subnets["inner"] = &model.Subnet{ID: "inner", VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.4.0/24")}, RouteTable: "inner"}
	n.RouteTables["inner"] = &model.RouteTable{ID: "inner", VPC: "vpc", Routes: append(localRoutes(n.VPCs["vpc"]),
		model.Route{Prefix: anyPrefix, Target: model.Target{Kind: model.KindNATGateway, ID: "nat"}, State: model.RouteActive})}
	n.Interfaces["p"] = &model.Interface{ID: "p", VPC: "vpc", Subnet: "inner", Groups: []model.SecurityGroupID{"open"},
		Addresses: []model.Address{{IP: netip.MustParseAddr("10.0.4.10")}}}
	assert.Equal(t, model.Reachable, askTCP(t, n, "p", "1.1.1.1", 443).Verdict)

	// Out it meets the endpoint behind the NAT gateway, back in front of it: to the
	// firewall these are two connections, of which it sees half each.
	delete(n.RouteTables, "edge")
	n.RouteTables["customer"].Routes = append(n.RouteTables["customer"].Routes, model.Route{Prefix: netip.MustParsePrefix("10.0.4.0/24"),
		Target: model.Target{Kind: model.KindVPCEndpoint, ID: "vpce-1"}, State: model.RouteActive})
	a := askTCP(t, n, "p", "1.1.1.1", 443)
	require.Equal(t, model.Blocked, a.Verdict)
	require.NotEmpty(t, a.Explanations)
	assert.Equal(t, AsymmetricMiddlebox, a.Explanations[0].Code)
	assert.Contains(t, a.Explanations[0].Message, "saw the request as 10.0.2.20 to 1.1.1.1, and gets the reply as 1.1.1.1 to 10.0.4.10")
}

// TestEitherEndpoint: routes that may lead to one of two endpoints choose alike, and
// the other one where the other has that.
func TestEitherEndpoint(t *testing.T) {
	two := func() *model.Network {
		n := firewalled()
		n.Subnets["firewall-2"] = &model.Subnet{ID: "firewall-2", VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.1.16/28")}, RouteTable: "firewall"}
		n.Firewalls["fw"].Endpoints = append(n.Firewalls["fw"].Endpoints, model.FirewallEndpoint{ID: "vpce-2", Subnet: "firewall-2", Ready: true})
		for _, id := range []model.RouteTableID{"edge", "customer"} {
			r := &n.RouteTables[id].Routes[1]
			r.Target = model.Target{}
			r.Perhaps = []model.Target{{Kind: model.KindVPCEndpoint, ID: "vpce-1"}, {Kind: model.KindVPCEndpoint, ID: "vpce-2"}}
			r.Unknown = &model.Unknown{Subject: "fw", Attribute: "EndpointIds"}
		}
		return n
	}
	assert.Equal(t, model.Reachable, askTCP(t, two(), "internet", "w", 443).Verdict)
	assert.Equal(t, model.Reachable, askTCP(t, two(), "w", "1.1.1.1", 443).Verdict)
	assert.Equal(t, model.Blocked, askTCP(t, two(), "w", "1.1.1.1", 22).Verdict)

	crossed := two()
	perhaps := crossed.RouteTables["edge"].Routes[1].Perhaps
	perhaps[0], perhaps[1] = perhaps[1], perhaps[0]
	assert.Equal(t, model.Blocked, askTCP(t, crossed, "internet", "w", 443).Verdict)

	half := two()
	half.Firewalls["fw"].Endpoints[1].Ready = false
	assert.Equal(t, model.Indeterminate, askTCP(t, half, "internet", "w", 443).Verdict)
}

// TestFirewallPointAndSet: a packet of a set that passes as a whole passes by itself,
// whatever the rules.
func TestFirewallPointAndSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := firewalled()
		prefixes := []string{"0.0.0.0/0", "10.0.2.0/24", "10.0.2.0/28", "192.0.2.0/24", "1.0.0.0/8"}
		ports := [][]model.PortRange{nil, {{From: 443, To: 443}}, {{From: 400, To: 500}}, {{From: 1024, To: 65535}}, {{From: 0, To: 40000}}}
		for i := range rapid.IntRange(0, 3).Draw(t, "stateless rules") {
			n.FirewallRuleGroups["stateless"].Stateless = append(n.FirewallRuleGroups["stateless"].Stateless, model.StatelessRule{
				Priority:         i + 1,
				Sources:          []netip.Prefix{netip.MustParsePrefix(rapid.SampledFrom(prefixes).Draw(t, "from"))},
				Destinations:     []netip.Prefix{netip.MustParsePrefix(rapid.SampledFrom(prefixes).Draw(t, "to"))},
				SourcePorts:      rapid.SampledFrom(ports).Draw(t, "source ports"),
				DestinationPorts: rapid.SampledFrom(ports).Draw(t, "destination ports"),
				Actions:          []string{rapid.SampledFrom([]string{"aws:pass", "aws:drop", "aws:forward_to_sfe"}).Draw(t, "action")},
			})
		}
		n.FirewallPolicies["policy"].StrictOrder = rapid.Bool().Draw(t, "strict")
		e := Compile(n)
		q := model.Question{From: "w", To: "1.1.1.1", Protocol: model.TCP, Ports: model.AllPorts}
		set, err := e.ReachableSet(q)
		require.NoError(t, err)
		pair := &set.Groups[0].Pairs[0]
		f := packet.Flow{Protocol: model.TCP, Src: netip.MustParseAddr("10.0.2.10"), Dst: netip.MustParseAddr("1.1.1.1"),
			Sport: packet.Port(rapid.SampledFrom([]uint16{32768, 40000, 40001, 61000}).Draw(t, "source port")),
			Dport: packet.Port(rapid.SampledFrom([]uint16{22, 399, 443, 500, 1024, 40001}).Draw(t, "port"))}
		from, ok := e.Interface("w")
		require.True(t, ok)
		one := model.PortRange{From: uint16(f.Sport), To: uint16(f.Sport)}
		alone := e.Walk(Packet{From: from, SourceIP: f.Src, To: f.Dst, Protocol: f.Protocol, Port: uint16(f.Dport), SourcePorts: one})
		assert.Equal(t, alone == model.Reachable, pair.Reachable.Contains(f), "%+v: alone it is %s", f, alone)
		assert.Equal(t, alone == model.Blocked, pair.Blocked.Contains(f), "%+v: alone it is %s", f, alone)

		// What the rules say, read one by one.
		assert.Equal(t, passesBothWays(n, f), alone == model.Reachable)
	})
}

// passesBothWays is a direct reading of the policy for one packet and its reply.
func passesBothWays(n *model.Network, f packet.Flow) bool {
	back := packet.Flow{Protocol: f.Protocol, Src: f.Dst, Dst: f.Src, Sport: f.Dport, Dport: f.Sport}
	there, again := statelessWord(n, f), statelessWord(n, back)
	if there == "aws:pass" && again == "aws:pass" {
		return true
	}
	strict := n.FirewallPolicies["policy"].StrictOrder
	return there == "aws:forward_to_sfe" && again == there && (f.Dport == 443 || !strict)
}

func statelessWord(n *model.Network, f packet.Flow) string {
	within := func(p packet.Port, rs []model.PortRange) bool {
		return rs == nil || rs[0].Contains(uint16(p))
	}
	for _, r := range n.FirewallRuleGroups["stateless"].Stateless {
		if r.Sources[0].Contains(f.Src) && r.Destinations[0].Contains(f.Dst) && within(f.Sport, r.SourcePorts) && within(f.Dport, r.DestinationPorts) {
			return r.Actions[0]
		}
	}
	return "aws:forward_to_sfe"
}

// TestPrefixesOf: the prefixes of a range are the range.
func TestPrefixesOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) netip.Addr {
			return netip.AddrFrom4([4]byte{byte(rapid.SampledFrom([]int{0, 10, 255}).Draw(t, name)), 0, 0, 0}).Next()
		}
		lo, hi := draw("lo"), draw("hi")
		for range rapid.IntRange(0, 40).Draw(t, "further") {
			hi = hi.Next()
		}
		if rapid.Bool().Draw(t, "whole") {
			lo, hi = netip.IPv4Unspecified(), netip.AddrFrom4([4]byte{255, 255, 255, 255})
		}
		if lo.Compare(hi) > 0 {
			lo, hi = hi, lo
		}
		assert.Equal(t, packet.Addrs{{Lo: lo, Hi: hi}}, packet.Prefixes(prefixesOf(lo, hi)))
	})
}

// TestFirewallClasses: interfaces that a firewall's rule tells apart are of two
// classes.
func TestFirewallClasses(t *testing.T) {
	n := firewalled()
	other := *n.Interfaces["w"]
	other.ID, other.Addresses = "x", []model.Address{{IP: netip.MustParseAddr("10.0.2.200"), Public: netip.MustParseAddr("198.51.100.9")}}
	n.Interfaces["x"] = &other
	ids := []model.InterfaceID{"w", "x"}
	assert.Len(t, Compile(n).Classes(ids), 1)
	n.FirewallRuleGroups["stateful"].Rules[0].Source = "[192.0.2.0/24,!10.0.2.8-10.0.2.20]"
	assert.Len(t, Compile(n).Classes(ids), 2)
}
