package lint

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// The rules that are drawn are made of few prefixes and ports, so that one packet
// for each region between their edges stands for all packets.
var (
	drawnPrefixes = []string{"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.1.0.0/16", "::/0"}
	drawnPorts    = []uint16{0, 100, 101, 200, 65535}

	aPeer = []string{"10.0.0.1", "10.1.0.1", "10.200.0.1", "192.0.2.1", "2001:db8::1"}
	aPort = []uint16{0, 50, 100, 101, 150, 200, 300, 65535}
)

// packetAt is a packet as a filter sees it.
type packetAt struct {
	peer     netip.Addr
	protocol model.Protocol
	port     uint16
	typ, cod uint8
}

func everyPacket() []packetAt {
	var out []packetAt
	for _, a := range aPeer {
		peer := netip.MustParseAddr(a)
		for _, p := range aPort {
			out = append(out, packetAt{peer: peer, protocol: model.TCP, port: p}, packetAt{peer: peer, protocol: model.UDP, port: p})
		}
		for _, tc := range [][2]uint8{{8, 0}, {8, 1}, {3, 0}} {
			out = append(out, packetAt{peer: peer, protocol: model.ICMP, typ: tc[0], cod: tc[1]})
		}
		out = append(out, packetAt{peer: peer, protocol: model.ICMPv6, typ: 128}, packetAt{peer: peer, protocol: 47})
	}
	return out
}

// means is what a rule's traffic means, told a second time and slowly.
func (p packetAt) means(t model.Traffic) bool {
	switch {
	case t.Protocol != model.AllProtocols && t.Protocol != p.protocol:
		return false
	case t.Protocol.HasPorts():
		return t.Ports.Contains(p.port)
	case t.Protocol.IsICMP():
		return t.ICMP.Matches(p.typ, p.cod)
	}
	return true
}

func drawTraffic(t *rapid.T) model.Traffic {
	out := model.AllTraffic
	out.Protocol = rapid.SampledFrom([]model.Protocol{model.AllProtocols, model.TCP, model.TCP, model.UDP, model.ICMP, 47}).Draw(t, "protocol")
	switch {
	case out.Protocol.HasPorts():
		ports := []uint16{rapid.SampledFrom(drawnPorts).Draw(t, "from"), rapid.SampledFrom(drawnPorts).Draw(t, "to")}
		slices.Sort(ports)
		out.Ports = model.PortRange{From: ports[0], To: ports[1]}
	case out.Protocol.IsICMP():
		out.ICMP = rapid.SampledFrom([]model.ICMPTypeCode{model.AnyICMP, {Type: 8, Code: -1}, {Type: 8, Code: 0}}).Draw(t, "type")
	}
	return out
}

func drawPrefix(t *rapid.T) netip.Prefix {
	return netip.MustParsePrefix(rapid.SampledFrom(drawnPrefixes).Draw(t, "prefix"))
}

func line(i int) model.Provenance { return model.Provenance{File: "f", Line: i + 1} }

// found are the lines at which codes stand.
func found(fs []Finding, codes ...Code) map[int]Code {
	out := map[int]Code{}
	for _, f := range fs {
		if slices.Contains(codes, f.Code) {
			out[f.Provenance.Line-1] = f.Code
		}
	}
	return out
}

// A rule of a network ACL is found exactly when it is the first match of no packet;
// which code it is follows from what those decide that are.
func TestShadowedRulesAreThoseThatNeverMatchFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		acl := &model.NetworkACL{ID: "acl-1", VPC: "vpc-1", IsDefault: true}
		n := model.NewNetwork()
		n.NetworkACLs[acl.ID] = acl
		for i := range rapid.IntRange(1, 7).Draw(t, "rules") {
			acl.Rules = append(acl.Rules, model.NetworkACLRule{
				Number: i + 1, Traffic: drawTraffic(t), Prefix: drawPrefix(t), Provenance: line(i),
				Action: rapid.SampledFrom([]model.Action{model.Allow, model.Deny}).Draw(t, "action"),
			})
		}
		// A rule for ICMP and an IPv6 prefix means no packet that there is, but the
		// sets that are compared hold it.
		packets := everyPacket()
		first := func(p packetAt) int {
			return slices.IndexFunc(acl.Rules, func(r model.NetworkACLRule) bool { return p.means(r.Traffic) && r.Prefix.Contains(p.peer) })
		}
		got := found(Check(n), NetworkACLDenyShadowed, NetworkACLAllowShadowed, NetworkACLRuleRedundant)
		for i, r := range acl.Rules {
			decides, otherwise := false, false
			for _, p := range packets {
				if !p.means(r.Traffic) || !r.Prefix.Contains(p.peer) {
					continue
				}
				f := first(p)
				decides = decides || f == i
				otherwise = otherwise || acl.Rules[f].Action != r.Action
			}
			want := NetworkACLRuleRedundant
			switch {
			case decides:
				want = ""
			case otherwise && r.Action == model.Deny:
				want = NetworkACLDenyShadowed
			case otherwise:
				want = NetworkACLAllowShadowed
			}
			require.Equal(t, want, got[i], "rule %d of %+v", i+1, acl.Rules)
		}
	})
}

// What is called redundant in a group can be deleted, all of it together, and
// nothing that is left can.
func TestRedundantGroupRulesCanBeDeletedTogether(t *testing.T) {
	packets := everyPacket()
	rapid.Check(t, func(t *rapid.T) {
		n := model.NewNetwork()
		g := &model.SecurityGroup{ID: "sg-1", VPC: "vpc-1", GroupName: "default"}
		n.SecurityGroups[g.ID] = g
		for i := range rapid.IntRange(1, 7).Draw(t, "rules") {
			r := model.SecurityGroupRule{Traffic: drawTraffic(t), Provenance: line(i)}
			if rapid.Bool().Draw(t, "reference") {
				r.Peer.Group = rapid.SampledFrom([]model.SecurityGroupID{"sg-a", "sg-b"}).Draw(t, "group")
			} else {
				r.Peer.Prefix = drawPrefix(t)
			}
			g.Rules = append(g.Rules, r)
		}
		// A peer is in one group or in none.
		admits := func(rules []int, p packetAt, in model.SecurityGroupID) bool {
			return slices.ContainsFunc(rules, func(i int) bool {
				r := g.Rules[i]
				return p.means(r.Traffic) && (r.Peer.Prefix.IsValid() && r.Peer.Prefix.Contains(p.peer) || r.Peer.Group != "" && r.Peer.Group == in)
			})
		}
		same := func(a, b []int) bool {
			for _, p := range packets {
				for _, in := range []model.SecurityGroupID{"", "sg-a", "sg-b"} {
					if admits(a, p, in) != admits(b, p, in) {
						return false
					}
				}
			}
			return true
		}
		redundant := found(Check(n), SecurityGroupRedundant)
		var all, left []int
		for i := range g.Rules {
			all = append(all, i)
			if redundant[i] == "" {
				left = append(left, i)
			}
		}
		require.True(t, same(all, left), "%v can not be deleted from %+v", redundant, g.Rules)
		for i := range left {
			without := slices.Delete(slices.Clone(left), i, i+1)
			require.False(t, same(left, without), "rule %d of %+v is redundant too", left[i], g.Rules)
		}
	})
}

// A route is found exactly when the longest prefix is another's, for every address.
func TestRoutesThatNeverWin(t *testing.T) {
	prefixes := []string{"0.0.0.0/0", "172.16.0.0/12", "172.16.0.0/13", "172.24.0.0/13", "172.16.0.0/16", "172.16.0.0/17", "172.16.128.0/17"}
	addresses := []string{"8.8.8.8", "172.16.0.1", "172.16.128.1", "172.20.0.1", "172.24.0.1"}
	rapid.Check(t, func(t *rapid.T) {
		n := model.NewNetwork()
		n.VPCs["vpc-1"] = &model.VPC{ID: "vpc-1", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}}
		rt := &model.RouteTable{ID: "rtb-1", VPC: "vpc-1", Main: true}
		n.RouteTables[rt.ID] = rt
		for i, p := range rapid.SliceOfNDistinct(rapid.SampledFrom(prefixes), 1, 6, rapid.ID[string]).Draw(t, "prefixes") {
			for k, origin := range []model.RouteOrigin{model.CreateRoute, model.EnableVGWRoutePropagation} {
				if k == 0 || rapid.Bool().Draw(t, "propagated too") {
					rt.Routes = append(rt.Routes, model.Route{
						Prefix: netip.MustParsePrefix(p), Origin: origin, State: model.RouteActive, Provenance: line(len(rt.Routes)),
						Target: model.Target{Kind: model.KindTransitGateway, ID: fmt.Sprint("tgw-", i, k)},
					})
				}
			}
		}
		got := found(Check(n), RouteNeverWins)
		for i, r := range rt.Routes {
			wins := slices.ContainsFunc(addresses, func(a string) bool {
				at := netip.MustParseAddr(a)
				return r.Prefix.Contains(at) && !slices.ContainsFunc(rt.Routes, func(o model.Route) bool {
					return o.Prefix.Contains(at) && (o.Prefix.Bits() > r.Prefix.Bits() || o.Prefix == r.Prefix && o.Origin == model.CreateRoute && r.Origin != model.CreateRoute)
				})
			})
			require.Equal(t, !wins, got[i] == RouteNeverWins, "route %d of %+v", i, rt.Routes)
		}
	})
}

// Findings do not depend on the order in which maps give what they hold.
func TestCheckIsDeterministic(t *testing.T) {
	n := model.NewNetwork()
	for i := range 30 {
		id := model.SecurityGroupID(fmt.Sprintf("sg-%02d", i))
		n.SecurityGroups[id] = &model.SecurityGroup{ID: id, VPC: "vpc-1"}
	}
	n.VPCs["vpc-1"] = &model.VPC{ID: "vpc-1"}
	want := Check(n)
	require.Len(t, want, 30)
	for range 10 {
		require.Equal(t, want, Check(n))
	}
}

func TestCodes(t *testing.T) {
	codes := Codes()
	require.True(t, slices.IsSortedFunc(codes, func(a, b CodeInfo) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	}), "and none twice")
	for _, c := range codes {
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)+$`, string(c.Code))
		require.NotEmpty(t, c.Meaning)
		require.NotEmpty(t, c.Mend)
		got, ok := Lookup(string(c.Code))
		require.True(t, ok)
		require.Equal(t, c, got)
	}
	_, ok := Lookup("no-such-code")
	require.False(t, ok)
}
