package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// randomPackets are TCP packets between random interfaces of a topology.
func randomPackets(tb testing.TB, e *Engine, interfaces, n int) []Packet {
	tb.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]Packet, n)
	for i := range out {
		from, ok := e.Interface(model.InterfaceID(fmt.Sprint("eni-", r.IntN(interfaces))))
		require.True(tb, ok)
		to, ok := e.Interface(model.InterfaceID(fmt.Sprint("eni-", r.IntN(interfaces))))
		require.True(tb, ok)
		out[i] = Packet{From: from, SourceIP: from.i.model.Addresses[0].IP, To: to.i.model.Addresses[0].IP, Protocol: model.TCP,
			Port: [...]uint16{443, 8010, 5432}[r.IntN(3)], SourcePorts: model.PortRange{From: 32768, To: 61000}}
	}
	return out
}

// BenchmarkWalk is a verdict without a reason between two of 10,000 interfaces.
func BenchmarkWalk(b *testing.B) {
	e := Compile(topology(10000, 200, 400, 20))
	packets := randomPackets(b, e, 10000, 1<<16)
	require.True(b, slices.ContainsFunc(packets, func(p Packet) bool { return e.Walk(p) == model.Reachable }),
		"nothing is reachable: the benchmark measures too little")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.Walk(packets[i&(1<<16-1)])
	}
}

// BenchmarkWalkReachable is BenchmarkWalk where every filter is asked.
func BenchmarkWalkReachable(b *testing.B) {
	e := Compile(topology(10000, 200, 400, 20))
	var packets []Packet
	for _, p := range randomPackets(b, e, 10000, 1<<21) {
		if e.Walk(p) == model.Reachable {
			packets = append(packets, p)
		}
	}
	require.NotEmpty(b, packets)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if e.Walk(packets[i%len(packets)]) != model.Reachable {
			b.Fatal("verdict changed")
		}
	}
}

// BenchmarkAsk is a verdict with its way and all explanations, names and texts
// included.
func BenchmarkAsk(b *testing.B) {
	e := Compile(topology(10000, 200, 400, 20))
	for _, to := range []string{"eni-4321", "internet"} {
		b.Run(to, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Ask(model.Question{From: "eni-1234", To: to, Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCompile is what loading costs after reading.
func BenchmarkCompile(b *testing.B) {
	n := topology(10000, 200, 400, 20)
	b.ReportAllocs()
	for b.Loop() {
		Compile(n)
	}
}

func TestWalkDoesNotAllocate(t *testing.T) {
	e := Compile(topology(400, 20, 40, 4))
	packets := randomPackets(t, e, 400, 512)
	i := 0
	require.Zero(t, testing.AllocsPerRun(len(packets)-1, func() {
		e.Walk(packets[i])
		i++
	}))
}

// TestWalkSaysWhatTheLongWaySays is the law that keeps the short way honest.
func TestWalkSaysWhatTheLongWaySays(t *testing.T) {
	e := Compile(topology(400, 20, 40, 4))
	seen := map[model.Verdict]int{}
	for _, p := range randomPackets(t, e, 400, 20000) {
		v := e.Walk(p)
		require.Equal(t, e.walkPoint(&p), v, "%+v", p)
		seen[v]++
	}
	require.Greater(t, seen[model.Reachable], 100)
	require.Greater(t, seen[model.Blocked], 100)
}
