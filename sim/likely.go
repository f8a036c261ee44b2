package sim

import (
	"cmp"
	"math"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// wellKnown are the packets that are met most, the first before the others.
var wellKnown = []struct {
	protocol model.Protocol
	port     packet.Port
}{
	{model.TCP, 443}, {model.TCP, 80}, {model.TCP, 22}, {model.TCP, 5432}, {model.TCP, 3306}, {model.TCP, 3389}, {model.TCP, 1433},
	{model.TCP, 6379}, {model.TCP, 27017}, {model.TCP, 9200}, {model.TCP, 8080}, {model.TCP, 8443}, {model.TCP, 1521}, {model.TCP, 2049},
	{model.TCP, 445}, {model.TCP, 25}, {model.TCP, 53}, {model.UDP, 53}, {model.UDP, 123}, {model.UDP, 443},
	{model.ICMP, packet.ICMPPort(8, 0)}, {model.ICMPv6, packet.ICMPPort(128, 0)},
}

// typicalSources are source ports out of the ephemeral ranges, the one that most
// clients may pick first (NACL-12).
var typicalSources = []packet.Port{49152, 32768, 1024}

// likelyFlow is a packet and how far it is from what is met most.
type likelyFlow struct {
	flow packet.Flow
	rank int
}

func (x likelyFlow) compare(y likelyFlow) int {
	return cmp.Or(cmp.Compare(x.rank, y.rank), x.flow.Src.Compare(y.flow.Src), x.flow.Dst.Compare(y.flow.Dst),
		cmp.Compare(x.flow.Sport, y.flow.Sport), cmp.Compare(x.flow.Dport, y.flow.Dport))
}

// likeliest is the packet of a set that is most likely to be met. The set may not
// be empty.
func likeliest(s packet.Set) likelyFlow {
	best := likeliestOf(&s[0])
	for i := range s[1:] {
		if x := likeliestOf(&s[i+1]); x.compare(best) < 0 {
			best = x
		}
	}
	return best
}

func likeliestOf(b *packet.Box) likelyFlow {
	x := likelyFlow{flow: packet.Flow{Src: likelyAddr(b.Src), Dst: likelyAddr(b.Dst), Sport: b.Sport[0].Lo}}
	for _, p := range typicalSources {
		if b.Sport.Contains(p) {
			x.flow.Sport = p
			break
		}
	}
	for i, k := range wellKnown {
		if b.Protocols.Contains(k.protocol) && b.Dport.Contains(k.port) {
			x.rank, x.flow.Protocol, x.flow.Dport = i, k.protocol, k.port
			return x
		}
	}
	x.flow.Dport = b.Dport[0].Lo
	for i, p := range []model.Protocol{model.TCP, model.UDP, model.ICMP, model.ICMPv6} {
		if !b.Protocols.Contains(p) {
			continue
		}
		if p.HasPorts() && x.flow.Dport == 0 && (packet.Ports{{Lo: 1, Hi: math.MaxUint16}}).Overlaps(b.Dport) {
			x.flow.Dport = b.Dport.Sub(packet.PortRange(0, 0))[0].Lo
		}
		x.flow.Protocol = p
		x.rank = (i+1)<<16 + int(x.flow.Dport)
		return x
	}
	for p := model.Protocol(0); p <= math.MaxUint8; p++ {
		if b.Protocols.Contains(p) {
			x.flow.Protocol, x.flow.Dport = p, 0
			x.rank = 5<<16 + int(p)
			break
		}
	}
	return x
}

// likelyAddr is a low address of a set, and not the first of a range, which is
// seldom anybody's.
func likelyAddr(s packet.Addrs) netip.Addr {
	x := s[0]
	if next := x.Lo.Next(); x.Lo != x.Hi && x.Lo.AsSlice()[x.Lo.BitLen()/8-1] == 0 {
		return next
	}
	return x.Lo
}

// flowSet is the one packet, with whatever ports translators pick.
func flowSet(f packet.Flow) packet.Set {
	b := packet.All
	b.Protocols, b.Src, b.Dst = packet.Protocol(f.Protocol), packet.Addr(f.Src), packet.Addr(f.Dst)
	switch {
	case f.Protocol.HasPorts():
		b.Sport, b.Dport = packet.Ports{{Lo: f.Sport, Hi: f.Sport}}, packet.Ports{{Lo: f.Dport, Hi: f.Dport}}
	case f.Protocol.IsICMP():
		b.Dport = packet.Ports{{Lo: f.Dport, Hi: f.Dport}}
	}
	return packet.Of(b)
}

// trafficText tells protocols and destination ports of a set in a few words,
// whatever its addresses: "tcp 22, 443; udp 53".
func trafficText(s packet.Set) string {
	ports := map[model.Protocol]packet.Ports{}
	var rest packet.Protocols
	for i := range s {
		rest = rest.Or(s[i].Protocols)
		for _, p := range []model.Protocol{model.TCP, model.UDP, model.ICMP, model.ICMPv6} {
			if s[i].Protocols.Contains(p) {
				ports[p] = ports[p].Or(s[i].Dport)
			}
		}
	}
	others := packet.AllProtocols
	full := func(p model.Protocol) bool { return ports[p].Equal(packet.AllPorts) }
	for _, p := range []model.Protocol{model.TCP, model.UDP, model.ICMP, model.ICMPv6} {
		others = others.Sub(packet.Protocol(p))
	}
	// Of the two ICMPs a packet can have one only, that of its IP version.
	if rest.And(others) == others && full(model.TCP) && full(model.UDP) && (full(model.ICMP) || full(model.ICMPv6)) {
		return "all packets"
	}
	var out []string
	for _, p := range []model.Protocol{model.TCP, model.UDP} {
		switch {
		case ports[p].Equal(packet.AllPorts):
			out = append(out, p.String())
		case len(ports[p]) > 0:
			out = append(out, p.String()+" "+strings.ReplaceAll(packet.FormatPorts(ports[p]), ",", ", "))
		}
	}
	for _, p := range []model.Protocol{model.ICMP, model.ICMPv6} {
		switch {
		case len(ports[p]) == 0:
		case ports[p].Equal(packet.AllPorts):
			out = append(out, p.String())
		default:
			out = append(out, p.String()+" "+icmpText(ports[p], p))
		}
	}
	if left := rest.And(others); !left.IsEmpty() {
		if left == others {
			out = append(out, "all other protocols")
		} else {
			out = append(out, "protocol "+left.String())
		}
	}
	return strings.Join(out, "; ")
}
