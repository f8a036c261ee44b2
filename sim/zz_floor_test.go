// Package floor measures the floor: the fewest memory touches that a verdict for one
// cross-subnet TCP flow inside a VPC can need, forward and return, on this machine.
package sim_test

import (
	"math/rand"
	"net/netip"
	"testing"

	"github.com/gaissmai/bart"
)

type rule struct {
	src    netip.Prefix
	addr   uint32 // src as a number and its mask, for the bare variant
	mask   uint32
	lo, hi uint16
	proto  uint8
	allow  bool
}

func (r *rule) holds(p netip.Addr, n uint32, bare bool) bool {
	if bare {
		return n&r.mask == r.addr
	}
	return r.src.Contains(p)
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

type eni struct {
	subnet  int
	in, out []rule
}
type subnet struct {
	rt      *bart.Table[int32]
	in, out []rule
}

func sg(rs []rule, p netip.Addr, n uint32, bare bool, proto uint8, port uint16) bool {
	for i := range rs {
		r := &rs[i]
		if r.proto == proto && port >= r.lo && port <= r.hi && r.holds(p, n, bare) {
			return true
		}
	}
	return false
}
func nacl(rs []rule, p netip.Addr, n uint32, bare bool, proto uint8, port uint16) bool {
	for i := range rs {
		r := &rs[i]
		if (r.proto == proto || r.proto == 255) && port >= r.lo && port <= r.hi && r.holds(p, n, bare) {
			return r.allow
		}
	}
	return false
}

type net struct {
	enis  []eni
	subs  []subnet
	owner map[netip.Addr]int32
}

func (n *net) verdict(src, dst netip.Addr, proto uint8, port, eph uint16, bare bool) bool {
	sn, dn := number(src), number(dst)
	s, ok := n.owner[src]
	if !ok {
		return false
	}
	d, ok := n.owner[dst]
	if !ok {
		return false
	}
	a, b := &n.enis[s], &n.enis[d]
	if !sg(a.out, dst, dn, bare, proto, port) {
		return false
	}
	if a.subnet != b.subnet {
		if !nacl(n.subs[a.subnet].out, dst, dn, bare, proto, port) {
			return false
		}
		if t, ok := n.subs[a.subnet].rt.Lookup(dst); !ok || t != 0 {
			return false
		}
		if !nacl(n.subs[b.subnet].in, src, sn, bare, proto, port) {
			return false
		}
	}
	if !sg(b.in, src, sn, bare, proto, port) {
		return false
	}
	if a.subnet != b.subnet {
		if !nacl(n.subs[b.subnet].out, src, sn, bare, proto, eph) {
			return false
		}
		if t, ok := n.subs[b.subnet].rt.Lookup(src); !ok || t != 0 {
			return false
		}
		if !nacl(n.subs[a.subnet].in, dst, dn, bare, proto, eph) {
			return false
		}
	}
	return true
}

func number32(rs []rule) {
	for i := range rs {
		rs[i].addr = number(rs[i].src.Masked().Addr())
		rs[i].mask = uint32(0xffffffff) << (32 - rs[i].src.Bits())
	}
}

func build(k, m int) (*net, []netip.Addr) {
	n := &net{owner: map[netip.Addr]int32{}}
	var ips []netip.Addr
	all := netip.MustParsePrefix("0.0.0.0/0")
	r := rand.New(rand.NewSource(1))
	for s := 0; s < k; s++ {
		t := new(bart.Table[int32])
		t.Insert(netip.MustParsePrefix("10.0.0.0/8"), 0)
		for i := 0; i < 20; i++ {
			t.Insert(netip.PrefixFrom(netip.AddrFrom4([4]byte{172, byte(16 + i%16), byte(r.Intn(256)), 0}), 24), 1)
		}
		t.Insert(all, 2)
		var acl []rule
		for i := 0; i < 10; i++ {
			acl = append(acl, rule{src: netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 168, byte(i), 0}), 24), lo: 0, hi: 65535, proto: 6})
		}
		acl = append(acl, rule{src: netip.MustParsePrefix("10.0.0.0/8"), lo: 0, hi: 65535, proto: 6, allow: true})
		number32(acl)
		n.subs = append(n.subs, subnet{rt: t, in: acl, out: acl})
		for e := 0; e < m; e++ {
			a := netip.AddrFrom4([4]byte{10, byte(s >> 8), byte(s), byte(e + 4)})
			ips = append(ips, a)
			n.owner[a] = int32(len(n.enis))
			var in []rule
			for i := 0; i < 5; i++ {
				in = append(in, rule{src: netip.MustParsePrefix("10.0.0.0/8"), lo: uint16(1000 * i), hi: uint16(1000*i + 10), proto: 6})
			}
			in = append(in, rule{src: netip.MustParsePrefix("10.0.0.0/8"), lo: 5432, hi: 5432, proto: 6})
			out := []rule{{src: all, lo: 0, hi: 65535, proto: 6}}
			number32(in)
			number32(out)
			n.enis = append(n.enis, eni{subnet: s, in: in, out: out})
		}
	}
	return n, ips
}

// BenchmarkStraightLine is what a careful programmer writes first; BenchmarkFloor is the same with bare numbers for addresses.
func BenchmarkStraightLine(b *testing.B) { run(b, false) }
func BenchmarkFloor(b *testing.B)        { run(b, true) }

func run(b *testing.B, bare bool) {
	n, ips := build(200, 50)
	r := rand.New(rand.NewSource(2))
	pairs := make([][2]netip.Addr, 1<<16)
	for i := range pairs {
		pairs[i] = [2]netip.Addr{ips[r.Intn(len(ips))], ips[r.Intn(len(ips))]}
	}
	ok := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := pairs[i&(1<<16-1)]
		if n.verdict(p[0], p[1], 6, 5432, 40000, bare) {
			ok++
		}
	}
	if ok == 0 {
		b.Fatal("none")
	}
}
