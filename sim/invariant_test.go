package sim

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

func between(from, to string) model.Question {
	return model.Question{From: from, To: to, Protocol: model.AllProtocols, Ports: model.AllPorts}
}

// tagged gives every interface of a topology a tag with one of a few values.
func tagged(n *model.Network, values int) {
	for k := range len(n.Interfaces) {
		n.Interfaces[model.InterfaceID(fmt.Sprint("eni-", k))].Tags = map[string]string{"Tier": fmt.Sprint(k / 7 % values)}
	}
}

// TestCheckSaysWhatAskSays: the verdict over classes is the verdict over pairs,
// an invariant holds exactly when that is what was expected, and else the
// counterexample, asked by itself, breaks it.
func TestCheckSaysWhatAskSays(t *testing.T) {
	n := topology(120, 8, 12, 4)
	tagged(n, 6)
	n.NetworkACLs["acl-2"].RulesUnknown = &model.Unknown{Subject: "acl-2"}
	e := Compile(n)
	ends := []string{"internet", "tag:Tier=0", "tag:Tier=1", "tag:Tier=5", "sg:sg-3", "sg:sg-4", "subnet:subnet-1", "subnet:subnet-4", "eni-7", "eni-8", "198.51.100.77", "10.0.3.0/24"}
	held := map[model.Verdict]int{}
	rapid.Check(t, func(t *rapid.T) {
		q := between(rapid.SampledFrom(ends).Draw(t, "from"), rapid.SampledFrom(ends).Draw(t, "to"))
		q.Protocol = rapid.SampledFrom([]model.Protocol{model.AllProtocols, model.TCP, model.UDP}).Draw(t, "protocol")
		if q.Protocol != model.AllProtocols {
			q.Ports = rapid.SampledFrom([]model.PortRange{model.AllPorts, {From: 443, To: 443}, {From: 53, To: 53}}).Draw(t, "ports")
		}
		q.OneWay = rapid.Bool().Draw(t, "one way")
		expect := rapid.SampledFrom([]model.Verdict{model.Blocked, model.Reachable}).Draw(t, "expect")
		f, err := e.Check(t.Context(), Invariant{Question: q, Expect: expect})
		a, askErr := e.Ask(q)
		if askErr != nil {
			require.Equal(t, askErr, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, a.Verdict, f.Verdict, "%s", q)
		require.Equal(t, f.Verdict == expect, f.Holds())
		if f.Holds() {
			held[expect]++
			return
		}
		require.NotEqual(t, expect, f.Counterexample.Verdict)
		require.Equal(t, f.Breaches[0].Got, f.Counterexample.Verdict)
		again, err := e.Ask(f.Counterexample.Question)
		require.NoError(t, err, "a counterexample can be asked again")
		require.Equal(t, f.Counterexample.Verdict, again.Verdict, "%s", f.Counterexample.Question)
	})
	if !testing.Short() {
		assert.NotEmpty(t, held[model.Blocked])
	}
}

func TestCheckOnly(t *testing.T) {
	n := model.NewNetwork()
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}}
	n.RouteTables["rtb"] = &model.RouteTable{ID: "rtb", VPC: "vpc", Main: true, Routes: []model.Route{
		{Prefix: netip.MustParsePrefix("10.0.0.0/16"), Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive}}}
	n.NetworkACLs["acl"] = &model.NetworkACL{ID: "acl", VPC: "vpc", IsDefault: true}
	n.Subnets["a"] = &model.Subnet{ID: "a", VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.1.0/24")}}
	everything := model.SecurityGroupRule{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: netip.MustParsePrefix("0.0.0.0/0")}}
	n.SecurityGroups["web"] = &model.SecurityGroup{ID: "web", VPC: "vpc", Rules: []model.SecurityGroupRule{everything}}
	let := func(p model.Protocol, from, to uint16) model.SecurityGroupRule {
		return model.SecurityGroupRule{Direction: model.Ingress, Peer: model.Peer{Group: "web"},
			Traffic: model.Traffic{Protocol: p, Ports: model.PortRange{From: from, To: to}, ICMP: model.AnyICMP}}
	}
	n.SecurityGroups["db"] = &model.SecurityGroup{ID: "db", VPC: "vpc", Rules: []model.SecurityGroupRule{everything, let(model.TCP, 5432, 5433), let(model.UDP, 53, 53)}}
	for k, g := range []model.SecurityGroupID{"web", "web", "web", "db", "db"} {
		id := model.InterfaceID(fmt.Sprint("eni-", k))
		n.Interfaces[id] = &model.Interface{ID: id, VPC: "vpc", Subnet: "a", Groups: []model.SecurityGroupID{g},
			Addresses: []model.Address{{IP: netip.AddrFrom4([4]byte{10, 0, 1, byte(10 + k)})}}}
	}
	e := Compile(n)
	tcp := func(from, to uint16) model.Traffic {
		return model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: from, To: to}, ICMP: model.AnyICMP}
	}
	dns := model.Traffic{Protocol: model.UDP, Ports: model.PortRange{From: 53, To: 53}}
	for name, c := range map[string]struct {
		only   []model.Traffic
		expect model.Verdict
		want   string
	}{
		"all that passes is listed":  {[]model.Traffic{tcp(5432, 5433), dns}, model.Blocked, ""},
		"more may be listed":         {[]model.Traffic{tcp(5000, 6000), dns}, model.Blocked, ""},
		"and must not":               {[]model.Traffic{tcp(5432, 5434), dns}, model.Reachable, "tcp 5434 missing"},
		"all listed passes":          {[]model.Traffic{tcp(5432, 5433), dns}, model.Reachable, ""},
		"a port too many":            {[]model.Traffic{tcp(5432, 5432), dns}, model.Blocked, "tcp 5433"},
		"a protocol too many":        {[]model.Traffic{tcp(5432, 5433)}, model.Reachable, "udp 53"},
		"nothing listed":             {[]model.Traffic{}, model.Blocked, "tcp 5432-5433; udp 53"},
		"without a list, all":        {nil, model.Blocked, "tcp 5432-5433; udp 53"},
		"too many and too few alike": {[]model.Traffic{tcp(443, 443), dns}, model.Reachable, "tcp 443 missing"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := e.Check(t.Context(), Invariant{Question: between("sg:web", "sg:db"), Only: c.only, Expect: c.expect})
			require.NoError(t, err)
			got := ""
			if !f.Holds() {
				if got = f.Breaches[0].Traffic; f.Breaches[0].Missing {
					got += " missing"
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// The way around a NAT gateway is found, and the way through it exempt.
func TestCheckThrough(t *testing.T) {
	n := topology(200, 8, 12, 1)
	e := Compile(n)
	nat := func(c Component) bool { return c.ID == "nat" }
	for _, c := range []struct {
		subnet string
		holds  bool
	}{{"subnet:subnet-2", true}, {"subnet:subnet-4", false}} {
		q := between(c.subnet, "internet")
		f, err := e.Check(t.Context(), Invariant{Question: q, Expect: model.Blocked})
		require.NoError(t, err)
		require.False(t, f.Holds(), "%s reaches the internet one way or another", c.subnet)
		f, err = e.Check(t.Context(), Invariant{Question: q, Expect: model.Blocked, Through: nat})
		require.NoError(t, err)
		assert.Equal(t, c.holds, f.Holds(), c.subnet)
		if !c.holds {
			ends := func(c Component) bool { return c.Type == model.KindInterface }
			f, err := e.Check(t.Context(), Invariant{Question: q, Expect: model.Blocked, Through: ends})
			require.NoError(t, err)
			assert.False(t, f.Holds(), "where a flow starts is not on its way")
			assert.Equal(t, "tcp 443", f.Counterexample.Flow.traffic())
			assert.False(t, slices.ContainsFunc(f.Counterexample.Paths[0].Forward, func(h Hop) bool { return nat(h.Component) }))
		}
	}
}

func TestLikeliest(t *testing.T) {
	box := func(change func(*packet.Box)) packet.Set {
		b := packet.All
		b.Src, b.Dst = packet.AllIPv4, packet.Prefix(netip.MustParsePrefix("10.0.0.0/24"))
		change(&b)
		return packet.Of(b)
	}
	ports := func(lo, hi uint16) func(*packet.Box) {
		return func(b *packet.Box) { b.Protocols, b.Dport = packet.Protocol(model.TCP), packet.PortRange(lo, hi) }
	}
	for name, c := range map[string]struct {
		set  packet.Set
		want string
	}{
		"anything":           {box(func(*packet.Box) {}), "tcp 0.0.0.1:49152 10.0.0.1:443"},
		"a well-known port":  {box(ports(20, 30)), "tcp 0.0.0.1:49152 10.0.0.1:22"},
		"an unknown port":    {box(ports(40, 50)), "tcp 0.0.0.1:49152 10.0.0.1:40"},
		"not port 0":         {box(ports(0, 9)), "tcp 0.0.0.1:49152 10.0.0.1:1"},
		"port 0 if need be":  {box(ports(0, 0)), "tcp 0.0.0.1:49152 10.0.0.1:0"},
		"the better box":     {box(ports(1000, 1001)).Or(box(ports(5000, 6000))), "tcp 0.0.0.1:49152 10.0.0.1:5432"},
		"a source port":      {box(func(b *packet.Box) { b.Sport = packet.PortRange(1024, 2000) }), "tcp 0.0.0.1:1024 10.0.0.1:443"},
		"an odd source port": {box(func(b *packet.Box) { b.Sport = packet.PortRange(2000, 3000) }), "tcp 0.0.0.1:2000 10.0.0.1:443"},
		"echo": {box(func(b *packet.Box) { b.Protocols = packet.Protocol(model.ICMP).Or(packet.Protocol(47)) }),
			"icmp 0.0.0.1:49152 10.0.0.1:2048"},
		"the rest": {box(func(b *packet.Box) { b.Protocols = packet.Protocol(50).Or(packet.Protocol(47)) }), "47 0.0.0.1:49152 10.0.0.1:0"},
	} {
		t.Run(name, func(t *testing.T) {
			f := likeliest(c.set).flow
			assert.Equal(t, c.want, fmt.Sprintf("%s %s:%d %s:%d", f.Protocol, f.Src, f.Sport, f.Dst, f.Dport))
			assert.True(t, c.set.Contains(f))
		})
	}
}

func TestCheckStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Compile(topology(20, 4, 4, 1)).Check(ctx, Invariant{Question: between("subnet:subnet-1", "subnet:subnet-2")})
	require.ErrorIs(t, err, context.Canceled)
}

// BenchmarkCheck is a tag of thousands of interfaces against another.
func BenchmarkCheck(b *testing.B) {
	n := topology(10000, 200, 400, 20)
	tagged(n, 3)
	e := Compile(n)
	for b.Loop() {
		start := time.Now()
		f, err := e.Check(b.Context(), Invariant{Question: between("tag:Tier=0", "tag:Tier=1"), Only: []model.Traffic{}})
		require.NoError(b, err)
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms")
		b.ReportMetric(float64(len(f.Breaches)), "breaches")
	}
}

func TestTrafficText(t *testing.T) {
	set := func(ts ...model.Traffic) packet.Set { return traffics(ts) }
	ported := func(p model.Protocol, from, to uint16) model.Traffic {
		return model.Traffic{Protocol: p, Ports: model.PortRange{From: from, To: to}}
	}
	echo := model.Traffic{Protocol: model.ICMP, ICMP: model.ICMPTypeCode{Type: 8, Code: 0}}
	for want, s := range map[string]packet.Set{
		"all packets":                            set(model.AllTraffic),
		"tcp":                                    set(ported(model.TCP, 0, 65535)),
		"tcp 22, 80-443; udp 53":                 set(ported(model.TCP, 80, 443), ported(model.UDP, 53, 53), ported(model.TCP, 22, 22)),
		"icmp echo":                              set(echo),
		"udp; icmp echo; protocol 47":            set(echo, ported(model.UDP, 0, 65535), model.Traffic{Protocol: 47}),
		"udp; icmp; icmpv6; all other protocols": set(model.AllTraffic).Sub(set(ported(model.TCP, 0, 65535))),
	} {
		assert.Equal(t, want, trafficText(s))
	}
}

// What passes around a component, and what is blocked where it is taken away, add
// up: an invariant that exempts it holds exactly when nothing passes without it.
func TestCheckThroughIsTheWayThatIsLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := topology(12, 4, 4, 2)
		for _, s := range model.Sorted(n.Subnets) {
			s.RouteTable = rapid.SampledFrom([]model.RouteTableID{"public", "private"}).Draw(t, "table")
		}
		from := fmt.Sprint("subnet:subnet-", rapid.IntRange(0, 3).Draw(t, "subnet"))
		q := between(from, "internet")
		f, err := Compile(n).Check(t.Context(), Invariant{Question: q, Expect: model.Blocked, Through: func(c Component) bool { return c.ID == "nat" }})
		require.NoError(t, err)
		n.NATGateways["nat"].State = model.NATGatewayFailed
		without, err := Compile(n).Check(t.Context(), Invariant{Question: q, Expect: model.Blocked})
		require.NoError(t, err)
		require.Equal(t, without.Holds(), f.Holds())
		require.Len(t, f.Breaches, len(without.Breaches))
	})
}
