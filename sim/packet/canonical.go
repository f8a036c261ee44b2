package packet

import (
	"cmp"
	"encoding/binary"
	"slices"
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

func byProtocol(boxes []*Box) Set {
	least := func(s, t Protocols) int { return cmp.Compare(s.least(), t.least()) }
	return byField(boxes, func(b *Box) *Protocols { return &b.Protocols }, least, byDport)
}

func byDport(boxes []*Box) Set {
	return byField(boxes, func(b *Box) *Ports { return &b.Dport }, leastPoint, bySport)
}

func bySport(boxes []*Box) Set {
	return byField(boxes, func(b *Box) *Ports { return &b.Sport }, leastPoint, byDst)
}

func byDst(boxes []*Box) Set {
	return byField(boxes, func(b *Box) *Addrs { return &b.Dst }, leastPoint, bySrc)
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

func leastPoint[T Point[T]](s, t Intervals[T]) int { return s[0].Lo.Compare(t[0].Lo) }

// values is what a field of a box holds.
type values[V any] interface {
	IsEmpty() bool
	Equal(V) bool
	Overlaps(V) bool
	And(V) V
	Or(V) V
	Sub(V) V
}

// byField cuts the values of a field into those that the same boxes hold, decides
// the rest, by next, for each piece, and joins the pieces for which the same
// packets are left.
func byField[V values[V]](boxes []*Box, field func(*Box) *V, least func(V, V) int, next func([]*Box) Set) Set {
	var parts []part[V]
	if first := *field(boxes[0]); !slices.ContainsFunc(boxes[1:], func(b *Box) bool { return !(*field(b)).Equal(first) }) {
		parts = []part[V]{{first, next(boxes)}}
	} else {
		for _, piece := range pieces(boxes, field) {
			var here []*Box
			for _, b := range boxes {
				if (*field(b)).Overlaps(piece) {
					here = append(here, b)
				}
			}
			parts = addPart(parts, piece, next(here))
		}
		slices.SortFunc(parts, func(x, y part[V]) int { return least(x.values, y.values) })
	}
	var out Set
	for _, p := range parts {
		for _, b := range p.rest {
			out = append(out, b)
			*field(&out[len(out)-1]) = p.values
		}
	}
	return out
}

// pieces are disjoint: each box holds all of a piece or nothing of it.
func pieces[V values[V]](boxes []*Box, field func(*Box) *V) []V {
	var ps []V
	for _, b := range boxes {
		rest := *field(b)
		for i, p := range ps {
			in := p.And(rest)
			if in.IsEmpty() {
				continue
			}
			if out := p.Sub(rest); !out.IsEmpty() {
				ps[i] = in
				ps = append(ps, out)
			}
			rest = rest.Sub(in)
		}
		if !rest.IsEmpty() {
			ps = append(ps, rest)
		}
	}
	return ps
}

// part is values of a field that leave the same packets.
type part[V any] struct {
	values V
	rest   Set
}

// addPart adds values to the part with the same rest.
func addPart[V values[V]](parts []part[V], v V, rest Set) []part[V] {
	for i := range parts {
		if parts[i].rest.same(rest) {
			parts[i].values = parts[i].values.Or(v)
			return parts
		}
	}
	return append(parts, part[V]{v, rest})
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
