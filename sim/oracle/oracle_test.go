package oracle

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

var comparisons = flag.Int("oracle.n", 6000, "questions on which engine and oracle are compared")

// perNetwork is how many questions are asked about one network.
const perNetwork = 30

// portCells has one port of each class that the rules of drawn networks can tell
// apart, as far as a translator may pick it (NAT-6).
var portCells = []uint16{1024, 1025, 1026, 32767, 32768, 32769, 32770, 61000, 61001, 65535}

// question is one question and the packets that it stands for.
type question struct {
	model.Question
	packets []Packet
}

func (m *maker) question() question {
	n := m.n
	q := question{}
	p := Packet{}
	interfaces := model.Sorted(n.Interfaces)
	foreign := []string{"192.0.2.1", "192.0.2.130", "192.0.2.200", "8.8.8.8", "172.16.5.5", "100.64.200.1"}
	foreign6 := []string{"2600::1", "2001:db8:ffff::1"}
	v6 := m.rarely(4, "IPv6")
	if v6 {
		foreign = foreign6
	}

	var from *model.Interface
	if m.rarely(4, "from outside") {
		p.SrcIP = netip.MustParseAddr(pick(m, foreign, "source"))
		q.From = p.SrcIP.String()
	} else {
		from = pick(m, interfaces, "from")
		var own []netip.Addr
		for _, a := range from.Addresses {
			if a.IP.Is6() == v6 {
				own = append(own, a.IP)
			}
		}
		if len(own) == 0 {
			v6 = false
			own = []netip.Addr{from.Addresses[0].IP}
		}
		p.FromInterface, p.SrcIP = from.ID, own[0]
		q.From = string(from.ID)
		switch {
		case len(own) > 1 && m.rarely(3, "from a secondary address"):
			p.SrcIP = own[1]
			q.From = p.SrcIP.String()
		case len(from.Prefixes) > 0 && !v6 && m.rarely(3, "from a delegated prefix"):
			p.SrcIP = from.Prefixes[0].Addr().Next()
			q.From = p.SrcIP.String()
		}
	}
	p.DstIP = m.destination(from, v6, foreign)
	q.To = p.DstIP.String()

	all := []model.Protocol{model.TCP, model.TCP, model.TCP, model.UDP, model.ICMP, 47}
	q.Protocol = pick(m, all, "protocol")
	if q.Protocol == model.ICMP {
		types := []model.ICMPTypeCode{{Type: 8}, {Type: 8}, {Type: 3, Code: 4}}
		if v6 {
			q.Protocol = model.ICMPv6
			types = []model.ICMPTypeCode{{Type: 128}, {Type: 128}, {Type: 2}}
		}
		tc := pick(m, types, "type")
		q.ICMP = &tc
		p.ICMPType, p.ICMPCode = uint8(tc.Type), uint8(tc.Code)
	}
	p.Protocol = q.Protocol
	sports := model.PortRange{}
	if q.Protocol.HasPorts() {
		p.DstPort = pick(m, ports, "destination port")
		q.Ports = model.PortRange{From: p.DstPort, To: p.DstPort}
		sports = pick(m, []model.PortRange{{From: 40000, To: 40001}, {From: 1023, To: 1026}, {From: 32767, To: 32769}, {From: 61000, To: 61001}, {From: 65535, To: 65535}, {From: 443, To: 443}}, "source ports")
		q.SourcePorts = &sports
	}
	for s := int(sports.From); s <= int(sports.To); s++ {
		c := p
		c.SrcPort = uint16(s)
		q.packets = append(q.packets, c)
	}
	q.Family = model.IPv4
	if v6 {
		q.Family = model.IPv6
	}
	return q
}

func (m *maker) destination(from *model.Interface, v6 bool, foreign []string) netip.Addr {
	var private, public, odd []netip.Addr
	for _, i := range model.Sorted(m.n.Interfaces) {
		for _, a := range i.Addresses {
			if a.IP.Is6() != v6 {
				continue
			}
			private = append(private, a.IP)
			if a.Public.IsValid() {
				public = append(public, a.Public)
			}
		}
		if len(i.Prefixes) > 0 && !v6 {
			odd = append(odd, i.Prefixes[0].Addr(), i.Prefixes[0].Addr().Next())
		}
	}
	for _, g := range model.Sorted(m.n.NATGateways) {
		for _, a := range g.Addresses {
			for _, x := range []netip.Addr{a.Private, a.Public} {
				if x.IsValid() && !v6 {
					odd = append(odd, x)
				}
			}
		}
	}
	if v6 {
		for _, a := range append([]string{"192.0.2.1", "8.8.8.8", "10.0.0.4"}, addrs(public)...) {
			b := nat64.Addr().As16()
			four := netip.MustParseAddr(a).As4()
			copy(b[12:], four[:])
			odd = append(odd, netip.AddrFrom16(b))
		}
		for _, i := range model.Sorted(m.n.Interfaces) { // an address that nothing has
			for _, c := range m.n.Subnets[i.Subnet].CIDRs {
				if c.Addr().Is6() {
					odd = append(odd, c.Addr().Next().Next())
				}
			}
		}
		odd = append(odd, netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd00:ec2::253"))
	} else {
		for _, a := range []string{"10.0.0.30", "10.0.0.200", "10.0.0.2", "169.254.169.254", "169.254.169.253", "169.254.169.123", "169.254.170.77"} {
			odd = append(odd, netip.MustParseAddr(a))
		}
	}
	var kinds [][]netip.Addr
	for k, as := range [][]netip.Addr{private, private, parsed(foreign), public, odd} {
		if len(as) > 0 && (from != nil || k != 2) {
			kinds = append(kinds, as)
		}
	}
	return pick(m, pick(m, kinds, "kind of destination"), "destination")
}

func addrs(as []netip.Addr) []string {
	var ss []string
	for _, a := range as {
		if a.Is4() {
			ss = append(ss, a.String())
		}
	}
	return ss
}

func parsed(ss []string) []netip.Addr {
	var as []netip.Addr
	for _, s := range ss {
		as = append(as, netip.MustParseAddr(s))
	}
	return as
}

// said is what the oracle says to a whole question.
type said struct {
	verdict model.Verdict
	legs    [2]model.Verdict
	replied bool
}

// answer asks the oracle for every packet of a question, with every port that
// translators may pick and every way in which ties may be settled. It reports
// false for what is not covered.
func answer(n *model.Network, q question) (said, bool) {
	answers, covered := settle(n, q, map[Tie]int{})
	s := answers[0]
	for _, other := range answers[1:] {
		if other.verdict != s.verdict {
			s.verdict = model.Indeterminate
		}
	}
	return s, covered && len(answers) > 0
}

func settle(n *model.Network, q question, ties map[Tie]int) ([]said, bool) {
	var passed, failed, replied bool
	var legs [2][2]bool // by leg: some pass, some fail
	open := map[Tie]int{}
	covered := true
	for _, p := range q.packets {
		p.Ties = ties
		for _, natPorts := range choices(n, p) {
			p.NATPorts = natPorts
			r := Walk(n, p)
			maps.Copy(open, r.Open)
			covered = covered && !r.Forward.Unmodelled && !r.Return.Unmodelled
			passed, failed = passed || r.Delivered(), failed || !r.Delivered()
			legs[0][b(r.Forward.Delivered())] = true
			if r.Replied {
				replied = true
				legs[1][b(r.Return.Delivered())] = true
			}
		}
	}
	for tie, k := range open {
		var all []said
		for c := range k {
			with := maps.Clone(ties)
			with[tie] = c
			more, ok := settle(n, q, with)
			all, covered = append(all, more...), covered && ok
		}
		return all, covered
	}
	return []said{{verdict(passed, failed), [2]model.Verdict{verdict(legs[0][0], legs[0][1]), verdict(legs[1][0], legs[1][1])}, replied}}, covered
}

func b(delivered bool) int {
	if delivered {
		return 0
	}
	return 1
}

func verdict(passed, failed bool) model.Verdict {
	switch {
	case passed && failed:
		return model.Partial
	case passed:
		return model.Reachable
	}
	return model.Blocked
}

// choices are all the ports that the translators on the way may pick. A way with
// more than three goes in circles, whatever they pick.
func choices(n *model.Network, p Packet) [][]uint16 {
	all := [][]uint16{nil}
	for range min(Walk(n, p).Translators, 3) {
		var longer [][]uint16
		for _, c := range all {
			for _, port := range portCells {
				longer = append(longer, append(slices.Clone(c), port))
			}
		}
		all = longer
	}
	return all
}

// The engine and the oracle say the same about random questions on random
// networks; and the engine's short way says what its long way says.
func TestEngineAgainstOracle(t *testing.T) {
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(max(1, *comparisons/perNetwork))))
	var verdicts [4]atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		engine := sim.Compile(n)
		m := &maker{t, n}
		for range perNetwork {
			q := m.question()
			want, covered := answer(n, q)
			if !covered {
				continue
			}
			got, err := engine.Ask(q.Question)
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			if got.Verdict != want.verdict {
				t.Fatalf("%s\n%s\nengine: %s %v\noracle: %s %v", describe(n), q.text(), got.Verdict, codes(got), want.verdict, details(n, q))
			}
			verdicts[want.verdict].Add(1)
			if q.packets[0].FromInterface == "" {
				continue
			}
			if short := engine.Walk(q.point(engine)); short != got.Verdict {
				t.Fatalf("%s\n%s\nAsk: %s\nWalk: %s", describe(n), q.text(), got.Verdict, short)
			}
		}
	})
	for v := model.Blocked; v <= model.Reachable; v++ {
		t.Logf("%s: %d", v, verdicts[v].Load())
	}
}

func (q question) text() string {
	s := fmt.Sprintf("%s -> %s %s %s", q.From, q.To, q.Protocol, q.Ports)
	if q.SourcePorts != nil {
		s += " from " + q.SourcePorts.String()
	}
	if q.ICMP != nil {
		s += " " + q.ICMP.String()
	}
	return s
}

func (q question) point(e *sim.Engine) sim.Packet {
	p := q.packets[0]
	from, _ := e.Interface(p.FromInterface)
	sp := sim.Packet{From: from, SourceIP: p.SrcIP, To: p.DstIP, Protocol: p.Protocol, Port: p.DstPort, ICMPType: p.ICMPType, ICMPCode: p.ICMPCode}
	if q.SourcePorts != nil {
		sp.SourcePorts = *q.SourcePorts
	}
	return sp
}

func codes(a *sim.Answer) []string {
	var cs []string
	for _, e := range a.Explanations {
		cs = append(cs, fmt.Sprintf("%s %s@%s", e.Leg, e.Code, e.Component.ID))
	}
	return cs
}

func details(n *model.Network, q question) []string {
	var ds []string
	for _, p := range q.packets {
		for _, natPorts := range choices(n, p) {
			p.NATPorts = natPorts
			r := Walk(n, p)
			if d := fmt.Sprintf("%v%v", r.Forward.Codes, r.Return.Codes); !slices.Contains(ds, d) {
				ds = append(ds, d)
			}
		}
	}
	return ds
}

// describe writes a network out, without what is empty.
func describe(n *model.Network) string {
	text, err := json.MarshalIndent(n, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}
