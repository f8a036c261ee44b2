package oracle

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// TestReachableSetSaysWhatWalksSay is the law of sets: a flow has a verdict
// exactly when it is in the set of that verdict, also where the design leaves
// things open.
func TestReachableSetSaysWhatWalksSay(t *testing.T) {
	seen := map[model.Verdict]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := &maker{T: t, n: drawNetwork(t)}
		m.gaps()
		e := sim.Compile(m.n)
		for range 8 {
			m.compareSet(e, m.setQuestion(), seen)
		}
	})
	if testing.Short() {
		return // too few networks to be sure of every verdict
	}
	for _, v := range []model.Verdict{model.Blocked, model.Indeterminate, model.Reachable} {
		require.NotZero(t, seen[v], "no flow was %s: the test tries too little", v)
	}
}

// setQuestion asks for every packet between two things of the network, or one and
// the outside.
func (m *maker) setQuestion() model.Question {
	q := model.Question{Protocol: model.AllProtocols, Ports: model.AllPorts, SourcePorts: &model.AllPorts}
	interfaces := model.Sorted(m.n.Interfaces)
	i, k := pick(m, interfaces, "from"), pick(m, interfaces, "to")
	q.From, q.To = string(i.ID), string(k.ID)
	switch rapid.IntRange(0, 5).Draw(m.T, "ends") {
	case 0:
		q.From = pick(m, []string{"internet", "192.0.2.1", "192.0.2.128/25", "2600::1"}, "source")
	case 1:
		q.To = pick(m, []string{"internet", "8.8.8.8", "192.0.2.192/26", "2600::1", "169.254.169.254"}, "destination")
	case 2:
		for _, a := range k.Addresses {
			if a.Public.IsValid() {
				q.To = a.Public.String()
			}
		}
	}
	return q
}

func (m *maker) compareSet(e *sim.Engine, q model.Question, seen map[model.Verdict]int) {
	set, err := e.ReachableSet(q)
	if wrong := (*sim.QuestionError)(nil); errors.As(err, &wrong) {
		return // no IP version in common
	}
	require.NoError(m.T, err)
	require.Len(m.T, set.Groups, 1)
	require.Len(m.T, set.Groups[0].Pairs, 1)
	got := &set.Groups[0].Pairs[0]
	requirePartition(m.T, got)
	for range 6 {
		f, one := m.flowIn(got, q)
		a, err := e.Ask(one)
		require.NoError(m.T, err, "%+v", one)
		in, ok := setWith(&got.Sets, f)
		require.True(m.T, ok, "%v is in no set", f)
		require.Equal(m.T, a.Verdict, in, "%s: %v\n%v", one, f, got.Sets)
		seen[in]++
	}
}

// flowIn draws one flow of those that were asked for, and the question that asks
// for it alone.
func (m *maker) flowIn(p *sim.PairSets, q model.Question) (packet.Flow, model.Question) {
	b := pick(m, p.Asked, "box")
	f := packet.Flow{Src: pick(m, b.Src, "source").Lo, Dst: pick(m, b.Dst, "destination").Lo, Protocol: pick(m, protocols[2:], "protocol")}
	if !b.Protocols.Contains(f.Protocol) {
		f.Protocol = pick(m, slices.DeleteFunc([]model.Protocol{model.TCP, model.ICMP, model.ICMPv6, 47}, func(p model.Protocol) bool {
			return !b.Protocols.Contains(p)
		}), "protocol")
	}
	q.Protocol, q.SourcePorts = f.Protocol, nil
	switch {
	case f.Protocol.HasPorts():
		f.Sport, f.Dport = packet.Port(pick(m, ports, "source port")), packet.Port(pick(m, ports, "port"))
		q.Ports = model.PortRange{From: uint16(f.Dport), To: uint16(f.Dport)}
		q.SourcePorts = &model.PortRange{From: uint16(f.Sport), To: uint16(f.Sport)}
	case f.Protocol.IsICMP():
		q.ICMP = &model.ICMPTypeCode{Type: int16(pick(m, []uint8{8, 0, 3, 128, 129, 2}, "type")), Code: int16(pick(m, []uint8{0, 4}, "code"))}
		f.Dport = packet.ICMPPort(uint8(q.ICMP.Type), uint8(q.ICMP.Code))
	}
	if p.Source == "" {
		q.From = f.Src.String()
	}
	// A header's destination, where the question gave one; else the interface over
	// one IP version, with one address.
	q.Family = model.IPv4
	if f.Dst.Is6() {
		q.Family = model.IPv6
	}
	if i := m.n.Interfaces[p.Destination]; i == nil || len(addressesOf(i, f.Dst.Is6())) > 1 || p.Source == "" {
		q.To = f.Dst.String()
	}
	return f, q
}

func addressesOf(i *model.Interface, v6 bool) []model.Address {
	return slices.DeleteFunc(slices.Clone(i.Addresses), func(a model.Address) bool { return a.IP.Is6() != v6 })
}

func requirePartition(t *rapid.T, p *sim.PairSets) {
	sets := []packet.Set{p.Reachable, p.Partial, p.Blocked, p.Indeterminate}
	rest := p.Asked
	for i, s := range sets {
		require.False(t, s.HasChoice(), "what a translator picks is no part of a flow")
		for _, u := range sets[:i] {
			require.False(t, s.Overlaps(u), "the sets overlap")
		}
		require.True(t, p.Asked.Holds(s))
		rest = rest.Sub(s)
	}
	require.True(t, rest.IsEmpty(), "no verdict for %v", rest)
}

func setWith(s *sim.Sets, f packet.Flow) (model.Verdict, bool) {
	for v, set := range map[model.Verdict]packet.Set{
		model.Reachable: s.Reachable, model.Partial: s.Partial, model.Blocked: s.Blocked, model.Indeterminate: s.Indeterminate,
	} {
		if set.Contains(f) {
			return v, true
		}
	}
	return 0, false
}

// gaps leaves some of a drawn network open.
func (m *maker) gaps() {
	gap := func(id string) *model.Unknown {
		if !m.rarely(10, "gap") {
			return nil
		}
		return &model.Unknown{Subject: id, Reason: "known only after apply"}
	}
	for _, g := range model.Sorted(m.n.SecurityGroups) {
		g.RulesUnknown = gap(string(g.ID))
		for i := range g.Rules {
			if g.Rules[i].Unknown = gap(string(g.ID)); g.Rules[i].Unknown != nil {
				g.Rules[i].Peer = model.Peer{}
			}
		}
	}
	for _, a := range model.Sorted(m.n.NetworkACLs) {
		a.RulesUnknown = gap(string(a.ID))
		for i := range a.Rules {
			a.Rules[i].Unknown = gap(fmt.Sprint(a.ID, i))
		}
	}
	for _, i := range model.Sorted(m.n.Interfaces) {
		i.GroupsUnknown = gap(string(i.ID))
	}
	for _, r := range model.Sorted(m.n.RouteTables) {
		r.RoutesUnknown = gap(string(r.ID))
	}
}
