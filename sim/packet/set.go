package packet

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// Choices is how many times one flow can be given a port at random on its way.
const Choices = 3

// Box is a product of sets, one per field of a packet: it holds a packet when
// every field's set holds the packet's. For ICMP the type and code stand in
// Dport (ICMPPort) and Sport means nothing; for protocols without ports both
// mean nothing. What means nothing is left at all ports.
//
// Choice are the ports that translators on the way pick (NAT-6), in the order of
// the way: fresh fields, which the flow does not have when it starts.
//
// The zero Box is empty.
type Box struct {
	Protocols    Protocols
	Src, Dst     Addrs
	Sport, Dport Ports
	Choice       [Choices]Ports
}

// All is every packet.
var All = Box{
	Protocols: AllProtocols, Src: AllAddrs, Dst: AllAddrs, Sport: AllPorts, Dport: AllPorts,
	Choice: [Choices]Ports{AllPorts, AllPorts, AllPorts},
}

// Flow is one packet's header, as the flow starts.
type Flow struct {
	Protocol     model.Protocol // 0 to 255
	Src, Dst     netip.Addr
	Sport, Dport Port
}

// Contains reports whether b holds f, whatever the choices.
func (b *Box) Contains(f Flow) bool {
	return b.Protocols.Contains(f.Protocol) && b.Src.Contains(f.Src) && b.Dst.Contains(f.Dst) &&
		b.Sport.Contains(f.Sport) && b.Dport.Contains(f.Dport)
}

// IsEmpty reports whether b holds nothing.
func (b *Box) IsEmpty() bool {
	if b.Protocols.IsEmpty() || b.Src.IsEmpty() || b.Dst.IsEmpty() || b.Sport.IsEmpty() || b.Dport.IsEmpty() {
		return true
	}
	for i := range b.Choice {
		if b.Choice[i].IsEmpty() {
			return true
		}
	}
	return false
}

func (b *Box) overlaps(c *Box) bool {
	if b.Protocols.And(c.Protocols).IsEmpty() || !b.Dport.Overlaps(c.Dport) || !b.Src.Overlaps(c.Src) ||
		!b.Dst.Overlaps(c.Dst) || !b.Sport.Overlaps(c.Sport) {
		return false
	}
	for i := range b.Choice {
		if !b.Choice[i].Overlaps(c.Choice[i]) {
			return false
		}
	}
	return true
}

func (b *Box) holds(c *Box) bool {
	if !c.Protocols.Sub(b.Protocols).IsEmpty() || !b.Dport.Holds(c.Dport) || !b.Src.Holds(c.Src) ||
		!b.Dst.Holds(c.Dst) || !b.Sport.Holds(c.Sport) {
		return false
	}
	for i := range b.Choice {
		if !b.Choice[i].Holds(c.Choice[i]) {
			return false
		}
	}
	return true
}

func (b *Box) and(c *Box) Box {
	out := Box{
		Protocols: b.Protocols.And(c.Protocols), Src: b.Src.And(c.Src), Dst: b.Dst.And(c.Dst),
		Sport: b.Sport.And(c.Sport), Dport: b.Dport.And(c.Dport),
	}
	for i := range out.Choice {
		out.Choice[i] = b.Choice[i].And(c.Choice[i])
	}
	return out
}

// appendSub appends b less c to out, as boxes that do not overlap: field by
// field, what of b lies outside c there and inside c in the fields before.
func (b *Box) appendSub(out []Box, c *Box) []Box {
	rest := *b
	if d := rest.Protocols.Sub(c.Protocols); !d.IsEmpty() {
		piece := rest
		piece.Protocols = d
		out = append(out, piece)
	}
	rest.Protocols = rest.Protocols.And(c.Protocols)
	out = subField(out, &rest, &rest.Src, c.Src)
	out = subField(out, &rest, &rest.Dst, c.Dst)
	out = subField(out, &rest, &rest.Dport, c.Dport)
	out = subField(out, &rest, &rest.Sport, c.Sport)
	for i := range rest.Choice {
		out = subField(out, &rest, &rest.Choice[i], c.Choice[i])
	}
	return out
}

// subField appends rest with field less other, and leaves rest with field and
// other in common. field points into rest.
func subField[T Point[T]](out []Box, rest *Box, field *Intervals[T], other Intervals[T]) []Box {
	whole := *field
	if d := whole.Sub(other); !d.IsEmpty() {
		*field = d
		out = append(out, *rest)
	}
	*field = whole.And(other)
	return out
}

// Set is a set of packets: boxes that do not overlap and of which none is empty.
// Nil is the empty set.
type Set []Box

// Of is the set that a box holds.
func Of(b Box) Set {
	if b.IsEmpty() {
		return nil
	}
	return Set{b}
}

// IsEmpty reports whether s holds nothing.
func (s Set) IsEmpty() bool { return len(s) == 0 }

// Contains reports whether s holds f for some choices.
func (s Set) Contains(f Flow) bool {
	for i := range s {
		if s[i].Contains(f) {
			return true
		}
	}
	return false
}

// AndBox is what s and b have in common.
func (s Set) AndBox(b *Box) Set {
	for i := range s {
		if b.holds(&s[i]) {
			continue
		}
		out := slices.Clip(s[:i])
		for j := i; j < len(s); j++ {
			if b.holds(&s[j]) {
				out = append(out, s[j])
			} else if b.overlaps(&s[j]) {
				out = append(out, b.and(&s[j]))
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	return s
}

// SubBox is what is in s and not in b.
func (s Set) SubBox(b *Box) Set {
	for i := range s {
		if !b.overlaps(&s[i]) {
			continue
		}
		out := slices.Clip(s[:i])
		for j := i; j < len(s); j++ {
			if b.holds(&s[j]) {
				continue
			}
			if b.overlaps(&s[j]) {
				out = s[j].appendSub(out, b)
			} else {
				out = append(out, s[j])
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	return s
}

// And is what s and t have in common.
func (s Set) And(t Set) Set {
	var out Set
	for i := range t {
		out = append(out, s.AndBox(&t[i])...)
	}
	return out
}

// Sub is what is in s and not in t.
func (s Set) Sub(t Set) Set {
	for i := range t {
		if len(s) == 0 {
			return nil
		}
		s = s.SubBox(&t[i])
	}
	return s
}

// Or is what is in s or t.
func (s Set) Or(t Set) Set {
	switch {
	case len(t) == 0:
		return s
	case len(s) == 0:
		return t
	}
	return append(slices.Clip(s), t.Sub(s)...)
}

// Holds reports whether all of t is in s.
func (s Set) Holds(t Set) bool { return t.Sub(s).IsEmpty() }

// Overlaps reports whether s and t have something in common.
func (s Set) Overlaps(t Set) bool {
	for i := range s {
		for j := range t {
			if s[i].overlaps(&t[j]) {
				return true
			}
		}
	}
	return false
}

// ForSomeChoice is the packets that are in s for some of the ports that
// translators may pick; the result holds them for all.
func (s Set) ForSomeChoice() Set {
	var out Set
	for i := range s {
		b := s[i]
		b.Choice = All.Choice
		out = out.Or(Set{b})
	}
	return out
}

// HasChoice reports whether s depends on what translators pick.
func (s Set) HasChoice() bool {
	for i := range s {
		for j := range s[i].Choice {
			if !s[i].Choice[j].Equal(AllPorts) {
				return true
			}
		}
	}
	return false
}

// Bounds is the smallest box that holds s.
func (s Set) Bounds() Box {
	if len(s) == 0 {
		return Box{}
	}
	out := s[0]
	for i := range s[1:] {
		b := &s[i+1]
		out.Protocols = out.Protocols.Or(b.Protocols)
		out.Src, out.Dst = out.Src.Or(b.Src), out.Dst.Or(b.Dst)
		out.Sport, out.Dport = out.Sport.Or(b.Sport), out.Dport.Or(b.Dport)
		for j := range out.Choice {
			out.Choice[j] = out.Choice[j].Or(b.Choice[j])
		}
	}
	return out
}

// Compact joins boxes that differ in one field only, so that a set is told in
// few lines. The result holds the same packets.
func (s Set) Compact() Set {
	out := slices.Clone(s)
	for again := true; again; {
		again = false
		for i := 0; i < len(out); i++ {
			for j := i + 1; j < len(out); j++ {
				if b, ok := out[i].joined(&out[j]); ok {
					out[i] = b
					out = slices.Delete(out, j, j+1)
					again = true
					j--
				}
			}
		}
	}
	return out
}

// joined is the union of b and c where that is a box: they differ in at most one
// field.
func (b *Box) joined(c *Box) (Box, bool) {
	out, differ := *b, 0
	if b.Protocols != c.Protocols {
		differ++
		out.Protocols = b.Protocols.Or(c.Protocols)
	}
	differ += joinField(&out.Src, c.Src) + joinField(&out.Dst, c.Dst) + joinField(&out.Sport, c.Sport) + joinField(&out.Dport, c.Dport)
	for i := range out.Choice {
		differ += joinField(&out.Choice[i], c.Choice[i])
	}
	return out, differ <= 1
}

func joinField[T Point[T]](field *Intervals[T], other Intervals[T]) int {
	if field.Equal(other) {
		return 0
	}
	*field = field.Or(other)
	return 1
}
