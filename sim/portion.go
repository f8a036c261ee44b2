package sim

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Portion is a part of a set of packets, as text: a range is a-b, a list is
// comma-separated, and what is not narrowed is empty.
type Portion struct {
	Protocol        string // "tcp", "tcp,udp", "all", "all but icmp"
	DestinationPort string // of TCP and UDP
	ICMP            string // "echo", "type 3 code 4", "requests"
	SourcePort      string
	Source          string
	Destination     string
	Family          string // "IPv4" or "IPv6" where only that version is meant
	Box             packet.Box
}

// Portions writes a set out: TCP first, then UDP, ICMP and the others, each in the
// order of Set.Canonical. A set whose addresses are all those of one IP version has
// that as its Family.
func (e *Engine) Portions(s packet.Set) []Portion {
	var out []Portion
	for _, b := range s.Canonical() {
		for _, c := range withoutICMP(b) {
			out = append(out, e.portion(c))
		}
	}
	slices.SortStableFunc(out, func(x, y Portion) int { return cmp.Compare(familiarity(x.Box.Protocols), familiarity(y.Box.Protocols)) })
	return out
}

// familiarity is the place of protocols in the order in which people think of them.
func familiarity(ps packet.Protocols) int {
	for n, p := range []model.Protocol{model.TCP, model.UDP, model.ICMP, model.ICMPv6} {
		if ps.Contains(p) {
			return n
		}
	}
	return 4
}

// withoutICMP parts the protocols whose Dport is a type and code from those whose
// Dport is a port, where it says something.
func withoutICMP(b packet.Box) []packet.Box {
	if b.Dport.Equal(packet.AllPorts) {
		return []packet.Box{b}
	}
	var out []packet.Box
	rest := b
	for _, p := range []model.Protocol{model.ICMP, model.ICMPv6} {
		if b.Protocols.Contains(p) {
			icmp := b
			icmp.Protocols = packet.Protocol(p)
			rest.Protocols = rest.Protocols.Sub(icmp.Protocols)
			out = append(out, icmp)
		}
	}
	if !rest.Protocols.IsEmpty() {
		out = append([]packet.Box{rest}, out...)
	}
	return out
}

func (e *Engine) portion(b packet.Box) Portion {
	p := Portion{Protocol: b.Protocols.String(), Box: b}
	single, ok := b.Protocols.Single()
	switch {
	case b.Dport.Equal(packet.AllPorts):
	case ok && single.IsICMP():
		p.ICMP = icmpText(b.Dport, single)
	default:
		p.DestinationPort = packet.FormatPorts(b.Dport)
	}
	if !b.Sport.Equal(packet.AllPorts) && !(ok && single.IsICMP()) {
		p.SourcePort = packet.FormatPorts(b.Sport)
	}
	for _, f := range []struct {
		name string
		all  packet.Addrs
	}{{"IPv4", packet.AllIPv4}, {"IPv6", packet.AllIPv6}} {
		if b.Src.Equal(f.all) || b.Dst.Equal(f.all) {
			p.Family = f.name
		}
	}
	p.Source, p.Destination = e.narrowed(b.Src), e.narrowed(b.Dst)
	return p
}

// narrowed writes addresses that are not simply all of a version.
func (e *Engine) narrowed(s packet.Addrs) string {
	if s.Equal(packet.AllAddrs) || s.Equal(packet.AllIPv4) || s.Equal(packet.AllIPv6) {
		return ""
	}
	return e.showAddrs(s)
}

// icmpText writes ICMP types and codes; echo requests by their name.
func icmpText(s packet.Ports, p model.Protocol) string {
	switch requests := requestTypes(p); {
	case s.Equal(requests):
		return "requests"
	case s.Equal(packet.AllPorts.Sub(requests)):
		return "other than requests"
	case s.Equal(packet.AllPorts.Sub(echoes(p))):
		return "other than echo"
	}
	echo := uint16(echoes(p)[0].Lo >> 8)
	var out []string
	for _, x := range s {
		for lo := uint32(x.Lo); lo <= uint32(x.Hi); {
			typ := lo >> 8
			end := min(uint32(x.Hi), typ<<8|255)
			if lo&255 == 0 && end&255 == 255 { // whole types
				last := typ
				for last < 255 && uint32(x.Hi) >= (last+1)<<8|255 && uint16(last+1) != echo && uint16(typ) != echo {
					last++
				}
				end = last<<8 | 255
				out = append(out, typesText(typ, last, uint32(echo)))
			} else {
				out = append(out, codesText(typ, lo&255, end&255, uint32(echo)))
			}
			lo = end + 1
		}
	}
	return strings.Join(out, ",")
}

// echoes are echo requests, with all their codes.
func echoes(p model.Protocol) packet.Ports {
	typ := uint8(8)
	if p == model.ICMPv6 {
		typ = 128
	}
	return packet.Ports{{Lo: packet.ICMPPort(typ, 0), Hi: packet.ICMPPort(typ, 255)}}
}

// requestTypes are the types that have a reply, with all their codes.
func requestTypes(p model.Protocol) packet.Ports {
	var out packet.Ports
	for typ := range icmpReplies[p] {
		out = out.Or(packet.Ports{{Lo: packet.ICMPPort(typ, 0), Hi: packet.ICMPPort(typ, 255)}})
	}
	return out
}

func typesText(from, to, echo uint32) string {
	switch {
	case from == echo:
		return "echo"
	case from == to:
		return "type " + strconv.Itoa(int(from))
	}
	return "types " + strconv.Itoa(int(from)) + "-" + strconv.Itoa(int(to))
}

func codesText(typ, from, to, echo uint32) string {
	switch {
	case typ == echo && from == 0 && to == 0:
		return "echo"
	case from == to:
		return "type " + strconv.Itoa(int(typ)) + " code " + strconv.Itoa(int(from))
	}
	return "type " + strconv.Itoa(int(typ)) + " codes " + strconv.Itoa(int(from)) + "-" + strconv.Itoa(int(to))
}

// compareWeights orders sets by how much they are to a person: by TCP ports, then
// UDP ports, then other protocols, then by how many addresses' ranges they name.
func compareWeights(s, t packet.Set) int {
	a, b := weigh(s), weigh(t)
	return cmp.Or(cmp.Compare(a.tcp, b.tcp), cmp.Compare(a.udp, b.udp), cmp.Compare(a.other, b.other))
}

type weight struct{ tcp, udp, other int }

func weigh(s packet.Set) weight {
	var tcp, udp packet.Ports
	var others packet.Protocols
	for i := range s {
		b := &s[i]
		if b.Protocols.Contains(model.TCP) {
			tcp = tcp.Or(b.Dport)
		}
		if b.Protocols.Contains(model.UDP) {
			udp = udp.Or(b.Dport)
		}
		others = others.Or(b.Protocols)
	}
	return weight{countPorts(tcp), countPorts(udp), others.Len()}
}

func countPorts(s packet.Ports) int {
	n := 0
	for _, x := range s {
		n += int(x.Hi) - int(x.Lo) + 1
	}
	return n
}
