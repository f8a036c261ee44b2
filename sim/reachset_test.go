package sim

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

func everything(from, to string) model.Question {
	return model.Question{From: from, To: to, Protocol: model.AllProtocols, Ports: model.AllPorts}
}

// thePair gives the only pair of an answer.
func thePair(t testing.TB, e *Engine, q model.Question) *PairSets {
	t.Helper()
	a, err := e.ReachableSet(q)
	require.NoError(t, err)
	require.Len(t, a.Groups, 1)
	require.Len(t, a.Groups[0].Pairs, 1)
	return &a.Groups[0].Pairs[0]
}

// openTopology is a topology in which some addresses, rules and tables are not
// known.
func openTopology() *model.Network {
	n := topology(120, 12, 24, 4)
	gap := func(id string) *model.Unknown { return &model.Unknown{Subject: id, Reason: "known only after apply"} }
	for k := range 120 {
		i := n.Interfaces[model.InterfaceID(fmt.Sprint("eni-", k))]
		switch k % 17 {
		case 3:
			i.Addresses, i.Unassigned4 = nil, true
		case 7:
			i.GroupsUnknown = gap(string(i.ID))
		}
	}
	n.SecurityGroups["sg-5"].RulesUnknown = gap("sg-5")
	n.NetworkACLs["acl-3"].Rules[1].Unknown = gap("acl-3")
	n.Subnets["subnet-7"].RouteTableUnknown = gap("subnet-7")
	return n
}

// TestReachableSetSaysWhatAskSays is the law of sets where addresses are not
// fixed: one flow, asked about by itself, has the verdict of the set that it is
// in, whatever the address turns out to be.
func TestReachableSetSaysWhatAskSays(t *testing.T) {
	e := Compile(openTopology())
	r := rand.New(rand.NewPCG(7, 8))
	seen := map[model.Verdict]int{}
	for range 400 {
		q := everything(fmt.Sprint("eni-", r.IntN(120)), fmt.Sprint("eni-", r.IntN(120)))
		if r.IntN(5) == 0 {
			q.To = "internet"
		}
		if q.From == q.To {
			continue
		}
		p := thePair(t, e, q)
		require.True(t, join(join(p.Reachable, p.Partial), join(p.Blocked, p.Indeterminate)).Equal(p.Asked))
		for range 10 {
			one := q
			port, source := [...]uint16{443, 8010, 53, 22, 1024}[r.IntN(5)], uint16(32768+r.IntN(28000))
			one.Protocol, one.Ports = []model.Protocol{model.TCP, model.UDP}[r.IntN(2)], model.PortRange{From: port, To: port}
			one.SourcePorts = &model.PortRange{From: source, To: source}
			b := p.Asked.Bounds()
			f := packet.Flow{Protocol: one.Protocol, Src: b.Src[r.IntN(len(b.Src))].Lo, Dst: b.Dst[r.IntN(len(b.Dst))].Hi, Sport: packet.Port(source), Dport: packet.Port(port)}
			if q.To == "internet" {
				one.To = f.Dst.String()
			}
			a, err := e.Ask(one)
			require.NoError(t, err)
			v, in := setOf(&p.Sets, f)
			require.True(t, in)
			require.Equal(t, a.Verdict, v, "%s from port %d", one, source)
			seen[v]++
		}
	}
	for _, v := range []model.Verdict{model.Blocked, model.Indeterminate, model.Reachable} {
		require.Greater(t, seen[v], 20, v.String())
	}
}

func (s *Sets) equal(t *Sets) bool {
	return s.Reachable.Equal(t.Reachable) && s.Partial.Equal(t.Partial) && s.Blocked.Equal(t.Blocked) && s.Indeterminate.Equal(t.Indeterminate)
}

func setOf(s *Sets, f packet.Flow) (v model.Verdict, in bool) {
	for v, set := range []packet.Set{model.Blocked: s.Blocked, model.Partial: s.Partial, model.Indeterminate: s.Indeterminate, model.Reachable: s.Reachable} {
		if set.Contains(f) {
			return model.Verdict(v), true
		}
	}
	return 0, false
}

// TestReachableSetOfAChoice: where the reply passes for some of the ports that a
// NAT gateway picks, every flow through it is partial.
func TestReachableSetOfAChoice(t *testing.T) {
	n := topology(40, 4, 4, 1)
	acl := &model.NetworkACL{ID: "narrow", VPC: "vpc"}
	for _, d := range []model.Direction{model.Ingress, model.Egress} {
		acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 100, Direction: d, Action: model.Allow, Prefix: netip.MustParsePrefix("0.0.0.0/0"),
			Traffic: model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: 1, To: 65535}, ICMP: model.AnyICMP}})
	}
	acl.Rules[0].Traffic.Ports.To = 40000 // of ingress
	n.NetworkACLs[acl.ID] = acl
	n.Subnets["subnet-0"].NetworkACL = acl.ID // the NAT gateway's
	e := Compile(n)
	p := thePair(t, e, everything("eni-2", "internet"))
	v, in := setOf(&p.Sets, packet.Flow{Protocol: model.TCP, Src: netip.MustParseAddr("10.0.2.4"), Dst: netip.MustParseAddr("8.8.8.8"), Sport: 50000, Dport: 443})
	require.True(t, in)
	assert.Equal(t, model.Partial, v)
	assert.True(t, p.Reachable.IsEmpty())
	a, err := e.Ask(model.Question{From: "eni-2", To: "8.8.8.8", Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}, SourcePorts: &model.PortRange{From: 50000, To: 50000}})
	require.NoError(t, err)
	assert.Equal(t, model.Partial, a.Verdict)
}

// TestClassesAnswerAsTheirMembers holds a selector's answer, given by classes,
// against those of its pairs.
func TestClassesAnswerAsTheirMembers(t *testing.T) {
	n := topology(120, 6, 6, 3)
	for k, i := range model.Sorted(n.Interfaces) {
		i.Tags = map[string]string{"Half": fmt.Sprint(k % 2)}
	}
	e := Compile(n)
	for _, q := range []model.Question{everything("tag:Half=0", "tag:Half=1"), everything("tag:Half=1", "sg:sg-2"), everything("internet", "tag:Half=0"), everything("sg:sg-2", "10.0.2.8")} {
		a, err := e.ReachableSet(q)
		require.NoError(t, err)
		pairs, walked := 0, 0
		for gi := range a.Groups {
			g := &a.Groups[gi]
			pairs += g.Size()
			for pi := range g.Pairs {
				p := &g.Pairs[pi]
				walked++
				sources, destinations := p.Sources, p.Destinations
				for k := range 3 { // some of the members
					one := q
					if len(sources) > 0 {
						one.From = string(sources[k*7%len(sources)])
					}
					if len(destinations) > 0 {
						one.To = string(destinations[k*5%len(destinations)])
					}
					if one.From == one.To {
						continue
					}
					single, err := e.ReachableSet(one)
					require.NoError(t, err)
					require.True(t, single.Groups[0].Shown.equal(&g.Shown), "%s -> %s is not like %s -> %s", one.From, one.To, p.From, p.To)
				}
			}
		}
		from, to := ends(t, n, q.From, model.Source), ends(t, n, q.To, model.Destination)
		require.Equal(t, pairCount(from, to), pairs, q.String())
		if pairs > maxRecorded {
			require.Less(t, walked, pairs)
		}
		verdict, err := e.Ask(q)
		require.NoError(t, err)
		require.Equal(t, a.Verdict, verdict.Verdict)
	}
}

func ends(t *testing.T, n *model.Network, text string, side model.Side) []model.InterfaceID {
	t.Helper()
	s, err := n.Select(text, side)
	require.NoError(t, err)
	var out []model.InterfaceID
	for _, x := range s.Ends {
		out = append(out, x.Interface)
	}
	return out
}

func TestReachableSetTellsWhatExcludes(t *testing.T) {
	e := Compile(topology(120, 6, 6, 3))
	a, err := e.ReachableSet(everything("eni-0", "eni-1"))
	require.NoError(t, err)
	require.Equal(t, model.Partial, a.Verdict)
	g := a.Groups[0]
	require.NotEmpty(t, g.Excluded)
	var all packet.Set
	for k, x := range g.Excluded {
		assert.False(t, x.Shown.IsEmpty())
		if k > 0 {
			assert.GreaterOrEqual(t, compareWeights(g.Excluded[k-1].Shown, x.Shown), 0, "the biggest first")
		}
		all = all.Or(x.Shown)
	}
	assert.True(t, all.Holds(g.Shown.Blocked), "something excludes each packet that is blocked")
	var text []string
	for _, p := range e.Portions(g.Shown.Reachable) {
		text = append(text, p.Protocol+" "+p.DestinationPort)
	}
	assert.Equal(t, []string{"tcp 443,27242-27336"}, text)
}

func TestICMPText(t *testing.T) {
	b := packet.Ports{{Lo: packet.ICMPPort(0, 0), Hi: packet.ICMPPort(0, 255)}, {Lo: packet.ICMPPort(3, 4), Hi: packet.ICMPPort(3, 4)}, {Lo: packet.ICMPPort(8, 0), Hi: packet.ICMPPort(8, 255)}}
	assert.Equal(t, "type 0,type 3 code 4,echo", icmpText(b, model.ICMP))
	assert.Equal(t, "types 0-7,echo,types 9-255", icmpText(packet.AllPorts, model.ICMP))
	assert.Equal(t, "requests", icmpText(requestTypes(model.ICMP), model.ICMP))
	assert.Equal(t, "other than echo", icmpText(packet.AllPorts.Sub(echoes(model.ICMP)), model.ICMP))
}

// BenchmarkReachableSet is every packet between two of 10,000 interfaces, with
// what excludes the rest.
func BenchmarkReachableSet(b *testing.B) {
	e := Compile(topology(10000, 200, 400, 20))
	for _, to := range []string{"eni-4321", "eni-1235", "internet"} {
		b.Run(to, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.ReachableSet(everything("eni-1234", to)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
