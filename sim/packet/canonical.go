package packet

import (
	"encoding/binary"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// Canonical gives the one list of boxes that every way of writing a set comes
// down to, in which the set is also told in few lines: what passes on any port
// for some addresses and on one port for all of them is two boxes, whatever the
// order in which rules made the set. Choices are left out: a packet is in the
// result when it is in s for some choice.
//
// Fields are decided one after the other: the protocol, the destination port, the
// source port, the destination address, the source address. Values of a field
// that leave the same for the fields after it stand in one box. The boxes are in
// the order of their least protocol, ports and addresses.
func (s Set) Canonical() Set {
	if len(s) == 0 {
		return nil
	}
	boxes := make([]*Box, len(s))
	for i := range s {
		boxes[i] = &s[i]
	}
	return byProtocol(boxes)
}

// byProtocol groups the protocols that the same boxes hold, and joins those for
// which the same packets are left.
func byProtocol(boxes []*Box) Set {
	var atoms []Protocols
	for _, b := range boxes {
		rest := b.Protocols
		for i, a := range atoms {
			in := a.And(rest)
			if in.IsEmpty() {
				continue
			}
			if out := a.Sub(rest); !out.IsEmpty() {
				atoms[i] = in
				atoms = append(atoms, out)
			}
			rest = rest.Sub(in)
		}
		if !rest.IsEmpty() {
			atoms = append(atoms, rest)
		}
	}
	var parts []part[Protocols]
	for _, a := range atoms {
		var here []*Box
		for _, b := range boxes {
			if !b.Protocols.And(a).IsEmpty() {
				here = append(here, b)
			}
		}
		parts = addPart(parts, a, byDport(here), Protocols.Or)
	}
	slices.SortFunc(parts, func(x, y part[Protocols]) int { return int(x.values.least()) - int(y.values.least()) })
	return flat(parts, func(b *Box, v Protocols) { b.Protocols = v })
}

// least is the lowest protocol number.
func (s Protocols) least() model.Protocol {
	for p := model.Protocol(0); p < 256; p++ {
		if s.Contains(p) {
			return p
		}
	}
	return 256
}

func byDport(boxes []*Box) Set {
	return byInterval(boxes, func(b *Box) *Ports { return &b.Dport }, bySport)
}

func bySport(boxes []*Box) Set {
	return byInterval(boxes, func(b *Box) *Ports { return &b.Sport }, byDst)
}

func byDst(boxes []*Box) Set {
	return byInterval(boxes, func(b *Box) *Addrs { return &b.Dst }, bySrc)
}

// bySrc ends the decisions: what is left is a union.
func bySrc(boxes []*Box) Set {
	out := All
	out.Src = boxes[0].Src
	for _, b := range boxes[1:] {
		out.Src = out.Src.Or(b.Src)
	}
	return Set{out}
}

// part is values of a field that leave the same packets.
type part[V any] struct {
	values V
	rest   Set
}

// addPart adds values to the part with the same rest.
func addPart[V any](parts []part[V], values V, rest Set, or func(V, V) V) []part[V] {
	for i := range parts {
		if parts[i].rest.same(rest) {
			parts[i].values = or(parts[i].values, values)
			return parts
		}
	}
	return append(parts, part[V]{values, rest})
}

// byInterval cuts a field where a box begins or ends and decides the rest, by
// next, for each piece.
func byInterval[T Point[T]](boxes []*Box, field func(*Box) *Intervals[T], next func([]*Box) Set) Set {
	first := *field(boxes[0])
	if !slices.ContainsFunc(boxes[1:], func(b *Box) bool { return !field(b).Equal(first) }) {
		return flat([]part[Intervals[T]]{{first, next(boxes)}}, func(b *Box, v Intervals[T]) { *field(b) = v })
	}
	var atoms []Intervals[T]
	for _, b := range boxes {
		rest := *field(b)
		for i, a := range atoms {
			in := a.And(rest)
			if in.IsEmpty() {
				continue
			}
			if out := a.Sub(rest); !out.IsEmpty() {
				atoms[i] = in
				atoms = append(atoms, out)
			}
			rest = rest.Sub(in)
		}
		if !rest.IsEmpty() {
			atoms = append(atoms, rest)
		}
	}
	var parts []part[Intervals[T]]
	for _, a := range atoms {
		var here []*Box
		for _, b := range boxes {
			if field(b).Overlaps(a) {
				here = append(here, b)
			}
		}
		parts = addPart(parts, a, next(here), Intervals[T].Or)
	}
	slices.SortFunc(parts, func(x, y part[Intervals[T]]) int { return x.values[0].Lo.Compare(y.values[0].Lo) })
	return flat(parts, func(b *Box, v Intervals[T]) { *field(b) = v })
}

func flat[V any](parts []part[V], set func(*Box, V)) Set {
	var out Set
	for _, p := range parts {
		for _, b := range p.rest {
			set(&b, p.values)
			out = append(out, b)
		}
	}
	return out
}

// same reports whether two lists have the same boxes in the same order.
func (s Set) same(t Set) bool {
	return slices.EqualFunc(s, t, func(b, c Box) bool {
		return b.Protocols == c.Protocols && b.Src.Equal(c.Src) && b.Dst.Equal(c.Dst) && b.Sport.Equal(c.Sport) && b.Dport.Equal(c.Dport)
	})
}

// Equal reports whether s and t hold the same packets, whatever the choices.
func (s Set) Equal(t Set) bool { return s.Canonical().same(t.Canonical()) }

// AppendKey appends what is the same for boxes that hold the same, and different
// for others, whatever the choices.
func (b *Box) AppendKey(k []byte) []byte {
	for _, w := range b.Protocols {
		k = binary.LittleEndian.AppendUint64(k, w)
	}
	for _, ports := range []Ports{b.Dport, b.Sport} {
		k = binary.LittleEndian.AppendUint32(k, uint32(len(ports)))
		for _, x := range ports {
			k = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(k, uint16(x.Lo)), uint16(x.Hi))
		}
	}
	for _, addrs := range []Addrs{b.Dst, b.Src} {
		k = binary.LittleEndian.AppendUint32(k, uint32(len(addrs)))
		for _, x := range addrs {
			k = append(append(append(k, byte(x.Lo.BitLen())), x.Lo.AsSlice()...), x.Hi.AsSlice()...)
		}
	}
	return k
}
