package packet

import (
	"net/netip"
	"strconv"
	"strings"
)

// Point is what an interval is made of: something in order, with neighbours.
// netip.Addr is one; Next and Prev are only asked for where they exist.
type Point[T any] interface {
	comparable
	Compare(T) int
	Next() T
	Prev() T
}

// Port is a TCP or UDP port, or an ICMP type and code (see ICMPPort).
type Port uint16

// Compare, Next and Prev make a Port a Point.
func (p Port) Compare(q Port) int { return int(p) - int(q) }
func (p Port) Next() Port         { return p + 1 }
func (p Port) Prev() Port         { return p - 1 }

// ICMPPort is how an ICMP type and code stand in the destination port.
func ICMPPort(typ, code uint8) Port { return Port(typ)<<8 | Port(code) }

// Interval is everything from Lo to Hi, both included.
type Interval[T Point[T]] struct{ Lo, Hi T }

// Intervals is a set as a sorted list of intervals that neither overlap nor
// touch. Nil is the empty set. The order of addresses is that of
// netip.Addr.Compare, IPv4 before IPv6; no interval spans both.
type Intervals[T Point[T]] []Interval[T]

// Ports is a set of ports; Addrs is a set of addresses.
type (
	Ports = Intervals[Port]
	Addrs = Intervals[netip.Addr]
)

var (
	maxIPv4 = netip.AddrFrom4([4]byte{255, 255, 255, 255})
	maxIPv6 = netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

	// AllPorts is every port, and every ICMP type and code.
	AllPorts = Ports{{0, 65535}}
	// AllIPv4 and AllIPv6 are a family; AllAddrs is both.
	AllIPv4  = Addrs{{netip.IPv4Unspecified(), maxIPv4}}
	AllIPv6  = Addrs{{netip.IPv6Unspecified(), maxIPv6}}
	AllAddrs = Addrs{AllIPv4[0], AllIPv6[0]}
)

// PortRange is the ports from lo to hi.
func PortRange(lo, hi uint16) Ports { return Ports{{Port(lo), Port(hi)}} }

// Addr is the set of one address.
func Addr(a netip.Addr) Addrs { return Addrs{{a, a}} }

// Prefix is the set of a prefix's addresses; the zero Prefix is empty.
func Prefix(p netip.Prefix) Addrs {
	if !p.IsValid() {
		return nil
	}
	return Addrs{prefixInterval(p)}
}

func prefixInterval(p netip.Prefix) Interval[netip.Addr] {
	p = p.Masked()
	if p.Addr().Is4() {
		b := p.Addr().As4()
		fill(b[:], p.Bits())
		return Interval[netip.Addr]{p.Addr(), netip.AddrFrom4(b)}
	}
	b := p.Addr().As16()
	fill(b[:], p.Bits())
	return Interval[netip.Addr]{p.Addr(), netip.AddrFrom16(b)}
}

// fill sets all bits of b from bit n on.
func fill(b []byte, n int) {
	for i := range b {
		switch {
		case n <= 8*i:
			b[i] = 0xff
		case n < 8*i+8:
			b[i] |= 0xff >> (n - 8*i)
		}
	}
}

// Prefixes is the union of the prefixes' addresses.
func Prefixes(ps []netip.Prefix) Addrs {
	var s Addrs
	for _, p := range ps {
		s = s.Or(Prefix(p))
	}
	return s
}

// IsEmpty reports whether s holds nothing.
func (s Intervals[T]) IsEmpty() bool { return len(s) == 0 }

// Single gives the only member, if there is exactly one.
func (s Intervals[T]) Single() (T, bool) {
	if len(s) == 1 && s[0].Lo == s[0].Hi {
		return s[0].Lo, true
	}
	var zero T
	return zero, false
}

// from is the index of the first interval that does not end before x.
func (s Intervals[T]) from(x T) int {
	lo, hi := 0, len(s)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if s[mid].Hi.Compare(x) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Contains reports whether x is in s.
func (s Intervals[T]) Contains(x T) bool {
	i := s.from(x)
	return i < len(s) && s[i].Lo.Compare(x) <= 0
}

// is reports whether s and t are one list in memory: a long one is mostly compared
// with itself.
func (s Intervals[T]) is(t Intervals[T]) bool {
	return len(s) == len(t) && (len(s) == 0 || &s[0] == &t[0])
}

// Equal reports whether s and t hold the same.
func (s Intervals[T]) Equal(t Intervals[T]) bool {
	if len(s) != len(t) {
		return false
	}
	if s.is(t) {
		return true
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// Overlaps reports whether s and t have something in common.
func (s Intervals[T]) Overlaps(t Intervals[T]) bool {
	if s.is(t) {
		return len(s) > 0
	}
	if len(s) < len(t) {
		s, t = t, s
	}
	if len(s) > 8*len(t) { // the common case: a few prefixes against a long list
		for _, y := range t {
			if i := s.from(y.Lo); i < len(s) && s[i].Lo.Compare(y.Hi) <= 0 {
				return true
			}
		}
		return false
	}
	for i, j := 0, 0; i < len(s) && j < len(t); {
		switch {
		case s[i].Hi.Compare(t[j].Lo) < 0:
			i++
		case t[j].Hi.Compare(s[i].Lo) < 0:
			j++
		default:
			return true
		}
	}
	return false
}

// Holds reports whether all of t is in s.
func (s Intervals[T]) Holds(t Intervals[T]) bool {
	if s.spans(t) {
		return true
	}
	i := 0
	for _, y := range t {
		for i < len(s) && s[i].Hi.Compare(y.Lo) < 0 {
			i++
		}
		if i == len(s) || s[i].Lo.Compare(y.Lo) > 0 || s[i].Hi.Compare(y.Hi) < 0 {
			return false
		}
	}
	return true
}

// spans reports whether t is s itself, or within the first interval of s: everything,
// or one prefix, commonly holds a long list.
func (s Intervals[T]) spans(t Intervals[T]) bool {
	return len(t) == 0 || s.is(t) ||
		len(s) > 0 && s[0].Lo.Compare(t[0].Lo) <= 0 && s[0].Hi.Compare(t[len(t)-1].Hi) >= 0
}

// And is what s and t have in common.
func (s Intervals[T]) And(t Intervals[T]) Intervals[T] {
	if t.Holds(s) {
		return s
	}
	if s.Holds(t) {
		return t
	}
	var out Intervals[T]
	for i, j := 0, 0; i < len(s) && j < len(t); {
		lo, hi := s[i].Lo, s[i].Hi
		if t[j].Lo.Compare(lo) > 0 {
			lo = t[j].Lo
		}
		endS := true
		if t[j].Hi.Compare(hi) < 0 {
			hi, endS = t[j].Hi, false
		}
		if lo.Compare(hi) <= 0 {
			out = append(out, Interval[T]{lo, hi})
		}
		if endS {
			i++
		} else {
			j++
		}
	}
	return out
}

// Sub is what is in s and not in t.
func (s Intervals[T]) Sub(t Intervals[T]) Intervals[T] {
	if t.spans(s) {
		return nil
	}
	if !s.Overlaps(t) {
		return s
	}
	var out Intervals[T]
	j := 0
	for _, x := range s {
		for j < len(t) && t[j].Hi.Compare(x.Lo) < 0 {
			j++
		}
		rest := true
		for k := j; k < len(t) && t[k].Lo.Compare(x.Hi) <= 0; k++ {
			if t[k].Lo.Compare(x.Lo) > 0 {
				out = append(out, Interval[T]{x.Lo, t[k].Lo.Prev()})
			}
			if t[k].Hi.Compare(x.Hi) >= 0 {
				rest = false
				break
			}
			x.Lo = t[k].Hi.Next()
		}
		if rest {
			out = append(out, x)
		}
	}
	return out
}

// Or is what is in s or t.
func (s Intervals[T]) Or(t Intervals[T]) Intervals[T] {
	if s.Holds(t) {
		return s
	}
	if t.Holds(s) {
		return t
	}
	out := make(Intervals[T], 0, len(s)+len(t))
	for i, j := 0, 0; i < len(s) || j < len(t); {
		var x Interval[T]
		if j == len(t) || i < len(s) && s[i].Lo.Compare(t[j].Lo) <= 0 {
			x = s[i]
			i++
		} else {
			x = t[j]
			j++
		}
		if n := len(out); n > 0 && touches(out[n-1], x) {
			if x.Hi.Compare(out[n-1].Hi) > 0 {
				out[n-1].Hi = x.Hi
			}
			continue
		}
		out = append(out, x)
	}
	return out
}

// touches reports whether y, which does not begin before x, overlaps x or
// follows it without a gap. The last point has no Next that is greater.
func touches[T Point[T]](x, y Interval[T]) bool {
	if y.Lo.Compare(x.Hi) <= 0 {
		return true
	}
	next := x.Hi.Next()
	return next == y.Lo && next.Compare(x.Hi) > 0
}

// FormatPorts writes a set of ports as "443,8000-8010"; all of them are "0-65535".
func FormatPorts(s Ports) string {
	var b strings.Builder
	for i, x := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(x.Lo)))
		if x.Lo != x.Hi {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(int(x.Hi)))
		}
	}
	return b.String()
}

// FormatAddrs writes a set of addresses as prefixes where an interval is one,
// and as a-b otherwise, separated by commas.
func FormatAddrs(s Addrs) string {
	if a, ok := s.Single(); ok {
		return a.String()
	}
	var b strings.Builder
	for i, x := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		if x.Lo == x.Hi {
			b.WriteString(x.Lo.String())
		} else if p, ok := intervalPrefix(x); ok {
			b.WriteString(p.String())
		} else {
			b.WriteString(x.Lo.String() + "-" + x.Hi.String())
		}
	}
	return b.String()
}

// intervalPrefix gives the prefix that x is, if it is one.
func intervalPrefix(x Interval[netip.Addr]) (netip.Prefix, bool) {
	for bits := 0; bits <= x.Lo.BitLen(); bits++ {
		p, err := x.Lo.Prefix(bits)
		if err == nil && p.Addr() == x.Lo && prefixInterval(p) == x {
			return p, true
		}
	}
	return netip.Prefix{}, false
}

// Merge makes a set of intervals that are sorted by Lo and may overlap or touch.
// It writes to s.
func Merge[T Point[T]](s Intervals[T]) Intervals[T] {
	if len(s) == 0 {
		return nil
	}
	out := s[:1]
	for _, x := range s[1:] {
		if last := &out[len(out)-1]; touches(*last, x) {
			if x.Hi.Compare(last.Hi) > 0 {
				last.Hi = x.Hi
			}
			continue
		}
		out = append(out, x)
	}
	return out
}
