package packet

import (
	"math/bits"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Protocols is a set of IP protocol numbers. The zero value is empty.
type Protocols [4]uint64

// AllProtocols is every protocol number.
var AllProtocols = Protocols{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// Protocol is the set of one protocol, or all of them for model.AllProtocols.
func Protocol(p model.Protocol) Protocols {
	if p < 0 {
		return AllProtocols
	}
	var s Protocols
	s[p>>6&3] = 1 << (p & 63)
	return s
}

// IsEmpty reports whether s holds nothing.
func (s Protocols) IsEmpty() bool { return s == Protocols{} }

// Contains reports whether p is in s.
func (s Protocols) Contains(p model.Protocol) bool {
	return p >= 0 && s[p>>6&3]&(1<<(p&63)) != 0
}

// Equal reports whether s and t hold the same protocols.
func (s Protocols) Equal(t Protocols) bool { return s == t }

// Overlaps reports whether some protocol is in both.
func (s Protocols) Overlaps(t Protocols) bool { return !s.And(t).IsEmpty() }

// And is what s and t have in common.
func (s Protocols) And(t Protocols) Protocols {
	return Protocols{s[0] & t[0], s[1] & t[1], s[2] & t[2], s[3] & t[3]}
}

// Sub is what is in s and not in t.
func (s Protocols) Sub(t Protocols) Protocols {
	return Protocols{s[0] &^ t[0], s[1] &^ t[1], s[2] &^ t[2], s[3] &^ t[3]}
}

// Or is what is in s or t.
func (s Protocols) Or(t Protocols) Protocols {
	return Protocols{s[0] | t[0], s[1] | t[1], s[2] | t[2], s[3] | t[3]}
}

// Len is the number of protocols.
func (s Protocols) Len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Single gives the only protocol, if there is exactly one.
func (s Protocols) Single() (model.Protocol, bool) {
	n, at := 0, 0
	for i, w := range s {
		if w != 0 {
			n += bits.OnesCount64(w)
			at = 64*i + bits.TrailingZeros64(w)
		}
	}
	return model.Protocol(at), n == 1
}

// String names the protocols; more than eight that are not all are told by what
// they lack.
func (s Protocols) String() string {
	if s == AllProtocols {
		return "all"
	}
	if p, ok := s.Single(); ok {
		return p.String()
	}
	if names := s.names(); len(names) <= 8 {
		return strings.Join(names, ",")
	}
	return "all but " + strings.Join(AllProtocols.Sub(s).names(), ",")
}

func (s Protocols) names() []string {
	var names []string
	for p := model.Protocol(0); p < 256; p++ {
		if s.Contains(p) {
			names = append(names, p.String())
		}
	}
	return names
}

// least is the lowest protocol number; 256 where there is none.
func (s Protocols) least() model.Protocol {
	for p := model.Protocol(0); p < 256; p++ {
		if s.Contains(p) {
			return p
		}
	}
	return 256
}
