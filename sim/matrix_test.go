package sim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

var allPackets = model.Question{Protocol: model.AllProtocols, Ports: model.AllPorts}

func allInterfaces(n *model.Network) []model.InterfaceID {
	var out []model.InterfaceID
	for _, m := range model.Sorted(n.Interfaces) {
		out = append(out, m.ID)
	}
	return out
}

// TestMatrixSaysWhatWalkSays is the law: a flow is in a cell's reachable set
// exactly when Walk says that it is reachable.
func TestMatrixSaysWhatWalkSays(t *testing.T) {
	n := topology(400, 20, 40, 4)
	e := Compile(n)
	ids := allInterfaces(n)
	m, err := e.Matrix(t.Context(), allPackets, ids, ids, nil)
	require.NoError(t, err)
	cells := map[[2]int]*Cell{}
	for i := range m.Cells {
		cells[[2]int{m.Cells[i].From, m.Cells[i].To}] = &m.Cells[i]
	}
	classOf := func(cs []Class, id model.InterfaceID) int {
		return slices.IndexFunc(cs, func(c Class) bool { return slices.Contains(c.Interfaces, id) })
	}
	seen := map[model.Verdict]int{}
	for _, p := range randomPackets(t, e, 400, 4000) {
		to := p.From.i.vpc.owners[p.To].(*networkInterface)
		if to == p.From.i {
			continue
		}
		v := e.Walk(p)
		seen[v]++
		cell := cells[[2]int{classOf(m.Sources, p.From.i.model.ID), classOf(m.Destinations, to.model.ID)}]
		inSet := false
		if cell != nil {
			b := cell.Reachable.Bounds()
			if src, ok := b.Src.Single(); ok {
				dst, _ := b.Dst.Single()
				for _, port := range []packet.Port{32768, 50000, 61000} {
					inSet = cell.Reachable.Contains(packet.Flow{Protocol: p.Protocol, Src: src, Dst: dst, Sport: port, Dport: packet.Port(p.Port)})
				}
			}
		}
		assert.Equal(t, v == model.Reachable, inSet, "%s -> %s tcp %d", p.From.i.model.ID, to.model.ID, p.Port)
	}
	require.Greater(t, seen[model.Reachable], 50)
}

// TestPlainPairsPassWhatTheWalkPasses holds the short way for plain pairs against
// the walk, and the walk that culls against the one that does not.
func TestPlainPairsPassWhatTheWalkPasses(t *testing.T) {
	n := topology(200, 10, 40, 4)
	e := Compile(n)
	plain, passing := 0, 0
	for i := range 200 {
		for k := range 40 {
			from, to := e.interfaces[model.InterfaceID(fmt.Sprint("eni-", i))], e.interfaces[model.InterfaceID(fmt.Sprint("eni-", k))]
			if from == to {
				continue
			}
			src, dst := from.asSource(false), to.asDestination(false)
			j := e.job(&allPackets, &src, &dst, false)
			full := j.start(j.walk(e, &allPackets)).whole
			culling := j.walk(e, &allPackets)
			culling.cull = true
			culled := j.start(culling).whole
			requireSameSet(t, full.reachable, culled.reachable)
			requireSameSet(t, full.indeterminate, culled.indeterminate)
			requireSameSet(t, j.flows.Sub(full.blocked), culled.all())
			if from.isPlainTo(to) {
				plain++
				culling := j.walk(e, &allPackets)
				culling.cull = true
				requireSameSet(t, full.reachable, from.passPlain(culling, &j, to))
			}
			if !full.reachable.IsEmpty() {
				passing++
			}
		}
	}
	require.Greater(t, plain, 1000)
	require.Greater(t, passing, 500)
}

func requireSameSet(t *testing.T, want, got packet.Set) {
	t.Helper()
	require.True(t, want.Holds(got) && got.Holds(want), "want %v\ngot %v", want, got)
}

func BenchmarkMatrix800(b *testing.B) {
	n := topology(800, 40, 80, 8)
	e := Compile(n)
	ids := allInterfaces(n)
	b.ReportAllocs()
	for b.Loop() {
		m, err := e.Matrix(b.Context(), allPackets, ids, ids, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(m.Sources)), "classes")
	}
}

// TestMatrixSaysWhatReachableSetSays: a cell shows what the pair shows when it is
// asked about by itself, also where the design leaves things open.
func TestMatrixSaysWhatReachableSetSays(t *testing.T) {
	n := openTopology()
	n.Subnets["subnet-2"].NetworkACLUnknown = &model.Unknown{Subject: "subnet-2", Reason: "known only after apply"}
	e := Compile(n)
	ids := allInterfaces(n)
	m, err := e.Matrix(t.Context(), allPackets, ids, ids, nil)
	require.NoError(t, err)
	kinds := m.table()
	passing, open := 0, 0
	for from := range m.Sources {
		for to := range m.Destinations {
			i, k, ok := m.Sources[from].pairWith(&m.Destinations[to])
			if !ok || (from+to)%3 != 0 {
				continue
			}
			want := thePairShows(t, e, everything(string(i.model.ID), string(k.model.ID)))
			got := Sets{}
			if kind := kinds[from][to]; kind >= 0 {
				got = m.Kinds[kind]
				passing++
			}
			if !want.Indeterminate.IsEmpty() {
				open++
			}
			want.Blocked = nil
			require.True(t, want.equal(&got), "%s -> %s: %v\n%v", i.model.ID, k.model.ID, want, got)
		}
	}
	require.Greater(t, passing, 100)
	require.Greater(t, open, 100)
}

func thePairShows(t *testing.T, e *Engine, q model.Question) Sets {
	t.Helper()
	a, err := e.ReachableSet(q)
	require.NoError(t, err)
	require.Len(t, a.Groups, 1)
	return a.Groups[0].Shown
}

// TestGroupsSayWhatTheMatrixSays: each pair of classes has the kind of its groups.
func TestGroupsSayWhatTheMatrixSays(t *testing.T) {
	n := topology(200, 10, 12, 3)
	e := Compile(n)
	all := allInterfaces(n)
	for _, to := range [][]model.InterfaceID{all, all[:50]} {
		m, err := e.Matrix(t.Context(), allPackets, all, to, nil)
		require.NoError(t, err)
		table, g := m.table(), m.Groups()
		size := 0
		for i, from := range g.Sources {
			size += from.Size
			for k, dst := range g.Destinations {
				for _, a := range from.Classes {
					for _, b := range dst.Classes {
						require.True(t, sameKind(table[a][b], g.Kinds[i][k]), "%d %d", a, b)
					}
				}
			}
		}
		require.Equal(t, len(all), size)
	}
}

// TestWalkSaysWhatAskSaysOfGaps holds the short way against the long one where the
// design leaves things open.
func TestWalkSaysWhatAskSaysOfGaps(t *testing.T) {
	n := openTopology()
	n.Subnets["subnet-2"].NetworkACLUnknown = &model.Unknown{Subject: "subnet-2", Reason: "known only after apply"}
	e := Compile(n)
	for _, from := range model.Sorted(n.Interfaces) {
		for _, to := range model.Sorted(n.Interfaces)[:20] {
			if len(from.Addresses) == 0 || len(to.Addresses) == 0 {
				continue
			}
			i, _ := e.Interface(from.ID)
			p := Packet{From: i, SourceIP: from.Addresses[0].IP, To: to.Addresses[0].IP, Protocol: model.TCP, Port: 443, SourcePorts: model.PortRange{From: 32768, To: 61000}}
			require.Equal(t, e.walkPoint(&p), e.Walk(p), "%s -> %s", from.ID, to.ID)
		}
	}
}
