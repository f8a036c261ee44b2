package packet

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// The universe of these tests: few enough points to try them all, at the edges
// where interval arithmetic goes wrong.
var (
	somePorts = []Port{0, 1, 2, 1023, 1024, 65534, 65535}
	someAddrs = []netip.Addr{
		netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("10.0.0.0"), netip.MustParseAddr("10.0.0.1"),
		netip.MustParseAddr("255.255.255.255"), netip.MustParseAddr("::"), netip.MustParseAddr("2001:db8::1"),
		netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
	}
	someProtocols = []model.Protocol{0, 1, 6, 17, 63, 64, 255}
)

func drawPorts(t *rapid.T, label string) Ports {
	var s Ports
	for range rapid.IntRange(0, 3).Draw(t, label) {
		a := rapid.SampledFrom(somePorts).Draw(t, label)
		b := rapid.SampledFrom(somePorts).Draw(t, label)
		s = s.Or(PortRange(uint16(min(a, b)), uint16(max(a, b))))
	}
	return s
}

func drawAddrs(t *rapid.T, label string) Addrs {
	var s Addrs
	for range rapid.IntRange(0, 3).Draw(t, label) {
		a := rapid.SampledFrom(someAddrs).Draw(t, label)
		s = s.Or(Prefix(netip.PrefixFrom(a, rapid.IntRange(0, a.BitLen()).Draw(t, label)).Masked()))
	}
	return s
}

func drawBox(t *rapid.T) Box {
	b := All
	b.Protocols = Protocols{}
	for range rapid.IntRange(1, 3).Draw(t, "protocols") {
		b.Protocols = b.Protocols.Or(Protocol(rapid.SampledFrom(append(someProtocols, model.AllProtocols)).Draw(t, "protocol")))
	}
	b.Src, b.Dst = drawAddrs(t, "src"), drawAddrs(t, "dst")
	b.Sport, b.Dport = drawPorts(t, "sport"), drawPorts(t, "dport")
	b.Choice[0] = drawPorts(t, "choice")
	return b
}

func drawSet(t *rapid.T) Set {
	var s Set
	for range rapid.IntRange(0, 3).Draw(t, "boxes") {
		s = s.Or(Of(drawBox(t)))
	}
	return s
}

// point is a flow with what the first translator picks.
type point struct {
	Flow
	choice Port
}

func drawPoint(t *rapid.T) point {
	return point{Flow{
		Protocol: rapid.SampledFrom(someProtocols).Draw(t, "p"),
		Src:      rapid.SampledFrom(someAddrs).Draw(t, "s"), Dst: rapid.SampledFrom(someAddrs).Draw(t, "d"),
		Sport: rapid.SampledFrom(somePorts).Draw(t, "sp"), Dport: rapid.SampledFrom(somePorts).Draw(t, "dp"),
	}, rapid.SampledFrom(somePorts).Draw(t, "c")}
}

func (p point) in(s Set) bool {
	n := 0
	for i := range s {
		if s[i].Contains(p.Flow) && s[i].Choice[0].Contains(p.choice) {
			n++
		}
	}
	if n > 1 {
		panic("boxes overlap")
	}
	return n == 1
}

// TestSetAlgebra holds sets against their meaning, point by point.
func TestSetAlgebra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, u := drawSet(t), drawSet(t)
		for range 20 {
			p := drawPoint(t)
			inS, inU := p.in(s), p.in(u)
			assert.Equal(t, inS && inU, p.in(s.And(u)), "and")
			assert.Equal(t, inS && !inU, p.in(s.Sub(u)), "sub")
			assert.Equal(t, inS || inU, p.in(s.Or(u)), "or")
			assert.Equal(t, inS, p.in(s.Compact()), "compact")
			if inS {
				assert.True(t, s.ForSomeChoice().Contains(p.Flow), "for some choice")
				b := s.Bounds()
				assert.True(t, p.in(Set{b}), "bounds")
			}
		}
		assert.Equal(t, !s.And(u).IsEmpty(), s.Overlaps(u))
		assert.Equal(t, u.Sub(s).IsEmpty(), s.Holds(u))
		assert.True(t, s.Sub(s).IsEmpty())
		assert.True(t, s.Holds(s.And(u)))
	})
}

// TestSetsAreNotWrittenTo guards what makes sets safe to share.
func TestSetsAreNotWrittenTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, u := drawSet(t), drawSet(t)
		before := append(Set{}, s...)
		grown := append(s[:len(s):len(s)], u...)
		_ = s.Or(u)
		_ = s.Sub(u)
		_ = s.And(u)
		_ = s.Compact()
		require.Equal(t, before, append(Set{}, s...))
		require.Equal(t, append(append(Set{}, before...), u...), append(Set{}, grown...))
	})
}

func TestIntervals(t *testing.T) {
	all := AllPorts
	assert.Equal(t, Ports{{0, 9}, {20, 65535}}, all.Sub(PortRange(10, 19)))
	assert.Equal(t, all, PortRange(0, 9).Or(PortRange(10, 65535)), "touching intervals join")
	assert.Equal(t, Ports(nil), all.Sub(all))
	assert.Equal(t, Ports{{5, 5}}, PortRange(0, 5).And(PortRange(5, 9)))
	assert.False(t, PortRange(0, 4).Overlaps(PortRange(5, 9)))
	assert.Equal(t, AllAddrs, AllIPv4.Or(AllIPv6), "the families do not join")
	assert.Equal(t, Ports{{1, 3}, {7, 9}}, Merge(Ports{{1, 2}, {2, 3}, {7, 9}, {8, 8}}))
	p, ok := PortRange(7, 7).Single()
	assert.True(t, ok)
	assert.Equal(t, Port(7), p)
}

func TestFormat(t *testing.T) {
	assert.Equal(t, "443,8000-8010", FormatPorts(PortRange(443, 443).Or(PortRange(8000, 8010))))
	s := Prefix(netip.MustParsePrefix("10.0.0.0/8")).Or(Addr(netip.MustParseAddr("192.0.2.1")))
	assert.Equal(t, "10.0.0.0/8,192.0.2.1", FormatAddrs(s))
	assert.Equal(t, "10.0.0.1-10.0.0.2", FormatAddrs(Prefix(netip.MustParsePrefix("10.0.0.0/30")).Sub(
		Addr(netip.MustParseAddr("10.0.0.0")).Or(Addr(netip.MustParseAddr("10.0.0.3"))))))
	assert.Equal(t, "tcp,udp", Protocol(model.TCP).Or(Protocol(model.UDP)).String())
	assert.Equal(t, "all but tcp", AllProtocols.Sub(Protocol(model.TCP)).String())
}
