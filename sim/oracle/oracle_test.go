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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

var comparisons = flag.Int("oracle.n", 10000, "questions on which engine and oracle are compared")

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
	foreign4 := []string{"192.0.2.1", "192.0.2.130", "192.0.2.200", "8.8.8.8", "172.16.5.5", "100.64.200.1"}
	foreign6 := []string{"2600::1", "2001:db8:ffff::1"}
	v6, foreign := m.rarely(3, "IPv6"), foreign4
	if v6 {
		foreign = foreign6
	}
	outside := m.rarely(4, "from outside")
	if outside && !slices.ContainsFunc(model.Sorted(n.VPCs), func(v *model.VPC) bool { return v.CIDRs[len(v.CIDRs)-1].Addr().Is6() }) {
		v6, foreign = false, foreign4 // nothing is there to be asked for
	}

	var from *model.Interface
	if outside {
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
			v6, foreign = false, foreign4
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
		sports = pick(m, []model.PortRange{{From: 40000, To: 40001}, {From: 1023, To: 1026}, {From: 32767, To: 32769}, {From: 61000, To: 61001}, {From: 65535, To: 65535}, {From: 443, To: 443}, {From: 25, To: 25}}, "source ports")
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
	self := m.rarely(4, "self")
	for _, i := range model.Sorted(m.n.Interfaces) {
		if i == from && !self {
			continue
		}
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
	switch {
	case from == nil && !v6:
		odd = append(odd, netip.MustParseAddr("10.0.0.200"))
	case from == nil:
		for _, v := range model.Sorted(m.n.VPCs) {
			if c := v.CIDRs[len(v.CIDRs)-1]; c.Addr().Is6() {
				odd = append(odd, c.Addr().Next())
			}
		}
	case v6:
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
	default:
		for _, a := range []string{"10.0.0.30", "10.0.0.200", "10.0.0.2", "169.254.169.254", "169.254.169.253", "169.254.169.123", "169.254.170.77"} {
			odd = append(odd, netip.MustParseAddr(a))
		}
	}
	var kinds [][]netip.Addr
	for k, as := range [][]netip.Addr{private, private, parsed(foreign), parsed(foreign), parsed(foreign), public, odd} {
		if len(as) > 0 && (from != nil || k < 2 || k > 4) { // nothing here is between two places outside
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

// answer asks the oracle for every packet of a question, with every port that
// translators may pick and every way in which ties may be settled. covered is
// false for what the oracle cannot tell. open is set where ties move packets from
// one part of a question to another, though the verdict on all of it stays: that
// is as good as indeterminate.
func answer(n *model.Network, q question) (verdict model.Verdict, open, covered bool) {
	settled, covered := settle(n, q, map[Tie]int{})
	verdict = overall(settled[0])
	for _, s := range settled[1:] {
		open = open || !slices.Equal(s, settled[0])
		if overall(s) != overall(settled[0]) {
			verdict = model.Indeterminate
		}
	}
	return verdict, open, covered
}

// settle gives the verdict on each packet, for each way to settle the ties that
// are open still.
func settle(n *model.Network, q question, ties map[Tie]int) (settled [][]model.Verdict, covered bool) {
	var verdicts []model.Verdict
	open := map[Tie]int{}
	covered = true
	for _, p := range q.packets {
		p.Ties = ties
		var passed, failed bool
		for _, r := range results(n, p) {
			maps.Copy(open, r.Open)
			covered = covered && !r.Forward.Unmodelled && !r.Return.Unmodelled
			passed, failed = passed || r.Delivered(), failed || !r.Delivered()
		}
		verdicts = append(verdicts, verdictOf(passed, failed))
	}
	for tie, k := range open { // one of them: the others are met again below
		for c := range k {
			with := maps.Clone(ties)
			with[tie] = c
			more, ok := settle(n, q, with)
			settled, covered = append(settled, more...), covered && ok
		}
		return settled, covered
	}
	return [][]model.Verdict{verdicts}, covered
}

// overall is the verdict on several packets.
func overall(of []model.Verdict) model.Verdict {
	return verdictOf(slices.ContainsFunc(of, func(v model.Verdict) bool { return v != model.Blocked }),
		slices.ContainsFunc(of, func(v model.Verdict) bool { return v != model.Reachable }))
}

// results are those of a packet with all the zones that transit gateways may
// choose, and all the ports that the translators on its way may pick.
func results(n *model.Network, p Packet) []Result {
	first := Walk(n, p)
	if k := len(p.Zones); k < len(first.Zones) {
		var rs []Result
		for z := range first.Zones[k] {
			chosen := p
			chosen.Zones = append(slices.Clone(p.Zones), z)
			rs = append(rs, results(n, chosen)...)
		}
		return rs
	}
	return ported(n, p, first)
}

// ported are those with all the ports. Ports steer nothing, so a way that ends
// before its end does so whatever they are.
func ported(n *model.Network, p Packet, first Result) []Result {
	if !first.Forward.Arrived || first.Translators == 0 {
		return []Result{first}
	}
	picks := [][]uint16{nil}
	for range first.Translators {
		var longer [][]uint16
		for _, c := range picks {
			for _, port := range portCells {
				longer = append(longer, append(slices.Clone(c), port))
			}
		}
		picks = longer
	}
	var rs []Result
	for _, p.NATPorts = range picks {
		rs = append(rs, Walk(n, p))
	}
	return rs
}

func verdictOf(passed, failed bool) model.Verdict {
	switch {
	case passed && failed:
		return model.Partial
	case passed:
		return model.Reachable
	}
	return model.Blocked
}

// The engine and the oracle say the same about random questions on random
// networks, for the same reasons where the packet gets to its end; and the
// engine's short way says what its long way says.
func TestEngineAgainstOracle(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	require.NoError(t, checks.Value.Set(strconv.Itoa(max(1, *comparisons/perNetwork))))
	t.Cleanup(func() { assert.NoError(t, checks.Value.Set(before)) })
	var verdicts [4]atomic.Int64
	var reasons atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		engine := sim.Compile(n)
		m := &maker{T: t, n: n}
		for range perNetwork {
			q := m.question()
			want, open, covered := answer(n, q)
			if !covered {
				continue
			}
			got, err := engine.Ask(q.Question)
			if err != nil {
				t.Fatalf("%s: %v", q.text(), err)
			}
			if open && got.Verdict == model.Indeterminate {
				want = model.Indeterminate
			}
			if got.Verdict != want {
				t.Fatalf("%s\n%s\nengine: %s %v\noracle: %s %v", describe(n), q.text(), got.Verdict, blockers(got), want, details(n, q))
			}
			verdicts[want].Add(1)
			if compareReasons(t, n, q, got) {
				reasons.Add(1)
			}
			if q.packets[0].FromInterface == "" {
				continue
			}
			if short := engine.Walk(q.point(engine)); short != got.Verdict {
				t.Fatalf("%s\n%s\nAsk: %s %v\nWalk: %s", describe(n), q.text(), got.Verdict, blockers(got), short)
			}
		}
	})
	for v := model.Blocked; v <= model.Reachable; v++ {
		t.Logf("%s: %d", v, verdicts[v].Load())
	}
	t.Logf("of them with reasons: %d", reasons.Load())
}

// compareReasons holds the codes of a single packet against each other where no
// way ends before its end, so that all that is in its way must be there. It
// reports whether there was something to compare.
func compareReasons(t *rapid.T, n *model.Network, q question, got *sim.Answer) bool {
	if len(q.packets) > 1 {
		return false
	}
	want := map[string]bool{}
	for _, r := range results(n, q.packets[0]) {
		if !r.Forward.Arrived || r.Replied && !r.Return.Arrived || len(r.Open) > 0 {
			return false
		}
		for leg, l := range map[model.Leg]Leg{model.Forward: r.Forward, model.Return: r.Return} {
			for _, c := range l.Codes {
				addReason(want, leg, c)
			}
		}
	}
	have := map[string]bool{}
	for _, e := range got.Explanations {
		addReason(have, e.Leg, e.Code)
	}
	if !maps.Equal(have, want) {
		t.Fatalf("%s\n%s\nengine: %v\noracle: %v", describe(n), q.text(), blockers(got), details(n, q))
	}
	return true
}

// addReason counts the ways in which groups deny as one, since which it is is
// told more finely by the engine; on the reply they deny only where the request
// did not pass, which is told already.
func addReason(to map[string]bool, leg model.Leg, c sim.Code) {
	switch c {
	case sim.SGHasNoRules, sim.SGReferencesNotPreserved, sim.SGReferencingSupport, sim.ENISGRulesMismatch:
		if leg == model.Return {
			return
		}
		c = sim.ENISGRulesMismatch
	}
	to[leg.String()+" "+string(c)] = true
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

// blockers are the engine's reasons.
func blockers(a *sim.Answer) []string {
	var cs []string
	for _, e := range a.Explanations {
		cs = append(cs, fmt.Sprintf("%s %s@%s", e.Leg, e.Code, e.Component.ID))
	}
	return cs
}

// details are the oracle's reasons, of both legs.
func details(n *model.Network, q question) []string {
	var ds []string
	for _, p := range q.packets {
		for _, r := range results(n, p) {
			if d := fmt.Sprintf("%v%v", r.Forward.Codes, r.Return.Codes); !slices.Contains(ds, d) {
				ds = append(ds, d)
			}
		}
	}
	return ds
}

// describe writes a network out, without what is zero.
func describe(n *model.Network) string {
	var all map[string]any
	text, err := json.Marshal(n)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err == nil {
		text, err = json.MarshalIndent(withoutZeros(all), "", " ")
	}
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func withoutZeros(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, x any) bool { return isZero(withoutZeros(x)) })
		return v
	case []any:
		for i := range v {
			v[i] = withoutZeros(v[i])
		}
	}
	return v
}

func isZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return v == "" || v == false || v == 0.0
}
