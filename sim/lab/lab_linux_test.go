package lab_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/lab"
)

const (
	drawn = 60 // probes of a design, before those that cannot be sent together go
	// A machine that is busy can be late, which looks like a loss: what contradicts
	// the engine in haste is sent again with patience.
	haste    = 300 * time.Millisecond
	patience = 2 * time.Second
)

// needsLab skips where the lab cannot be built.
func needsLab(t *testing.T) {
	t.Helper()
	if !*runLab {
		t.Skip("the lab is built with -lab only: go test ./sim/lab -lab")
	}
	if os.Geteuid() != 0 {
		t.Skip("the lab needs root, to make network namespaces")
	}
	l, err := lab.Build(lab.Design(1), lab.Hosts)
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EPROTONOSUPPORT) {
		t.Skipf("the kernel does not let the lab be built: %v", err)
	}
	require.NoError(t, err)
	l.Close()
}

// TestLab holds what the engine says of drawn designs against what becomes of real
// packets.
func TestLab(t *testing.T) {
	needsLab(t)
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	all := tally{met: map[model.Kind]int{}, codes: map[sim.Code]int{}}
	for range 3 { // most of a design's time is waiting for what never comes
		workers.Go(func() {
			for seed := range seeds {
				if err := compare(seed, &all); err != nil {
					t.Errorf("design %d: %v", seed, err)
				}
			}
		})
	}
	start := time.Now()
	for k := range *designs {
		seeds <- *first + uint64(k)
	}
	close(seeds)
	workers.Wait()
	for _, d := range all.disagreements {
		t.Error(d)
	}
	fmt.Print(all.text(time.Since(start)))
}

// tally counts what was compared.
type tally struct {
	sync.Mutex
	designs, reachable, blocked, lostReplies, unclear, again int
	met                                                      map[model.Kind]int // on the way of probes that pass
	codes                                                    map[sim.Code]int   // of those that do not
	disagreements                                            []string
}

func (a *tally) text(took time.Duration) string {
	var s strings.Builder
	fmt.Fprintf(&s, "lab: seeds %d to %d in %.0f s; %d probes pass, %d do not, %d of them lose the reply alone; %d were sent twice; of %d more the verdict hangs on chance\n",
		*first, *first+uint64(*designs)-1, took.Seconds(), a.reachable, a.blocked, a.lostReplies, a.again, a.unclear)
	fmt.Fprintf(&s, "lab: on the way of those that pass: %s\n", counts(a.met))
	fmt.Fprintf(&s, "lab: in the way of the others: %s\n", counts(a.codes))
	fmt.Fprintf(&s, "lab: %d designs, %d probes, %d disagreements\n", a.designs, a.reachable+a.blocked, len(a.disagreements))
	return s.String()
}

// counts writes a count of things, the most frequent first.
func counts[K ~string](m map[K]int) string {
	keys := slices.SortedFunc(maps.Keys(m), func(x, y K) int { return cmp.Or(cmp.Compare(m[y], m[x]), cmp.Compare(x, y)) })
	var parts []string
	for _, k := range keys {
		parts = append(parts, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(parts, ", ")
}

// claim is what the engine says of a probe.
type claim struct {
	lab.Probe
	answer *sim.Answer
}

func (c claim) expected() lab.Observation {
	return lab.Observation{Arrived: c.answer.ForwardVerdict == model.Reachable, Replied: c.answer.Verdict == model.Reachable}
}

// compare asks the engine and the kernel about one design.
func compare(seed uint64, all *tally) error {
	n := lab.Design(seed)
	if ds := n.Validate(); ds.HasErrors() {
		return fmt.Errorf("is not valid: %v", ds)
	}
	claims, unclear, err := claimsOf(sim.Compile(n), lab.Probes(n, seed, drawn))
	if err != nil {
		return err
	}
	wrong, seen, again, err := contradicted(n, claims)
	if err != nil {
		return err
	}
	all.Lock()
	defer all.Unlock()
	all.designs++
	all.unclear += unclear
	all.again += again
	for _, c := range claims {
		all.count(c.answer)
	}
	for i, c := range wrong {
		all.disagreements = append(all.disagreements, fmt.Sprintf("design %d: %s\n  the engine expects %+v, the lab saw %+v%s", seed, c.Probe, c.expected(), seen[i], way(c.answer)))
	}
	return nil
}

func (a *tally) count(x *sim.Answer) {
	if x.Verdict != model.Reachable {
		a.blocked++
		if x.ForwardVerdict == model.Reachable {
			a.lostReplies++
		}
		for _, e := range x.Explanations {
			a.codes[e.Code]++
		}
		return
	}
	a.reachable++
	kinds := map[model.Kind]bool{}
	for _, p := range x.Paths {
		for _, h := range p.Forward {
			kinds[h.Component.Type] = true
		}
	}
	for k := range kinds {
		a.met[k]++
	}
}

// claimsOf asks about each probe. Those whose verdict hangs on chance are counted
// only.
func claimsOf(engine *sim.Engine, probes []lab.Probe) (claims []claim, unclear int, err error) {
	settled := func(v model.Verdict) bool { return v == model.Reachable || v == model.Blocked }
	for _, p := range probes {
		a, err := engine.Ask(p.Question())
		if err != nil {
			return nil, 0, err
		}
		if settled(a.Verdict) && settled(a.ForwardVerdict) {
			claims = append(claims, claim{p, a})
		} else {
			unclear++
		}
	}
	return claims, unclear, nil
}

// contradicted builds a network and gives the claims that its packets contradict,
// with what was seen instead, and how many were sent again.
func contradicted(n *model.Network, claims []claim) (wrong []claim, seen []lab.Observation, again int, err error) {
	l, err := lab.Build(n, lab.Hosts)
	if err != nil {
		return nil, nil, 0, err
	}
	defer l.Close()
	wrong, seen, err = disagreeing(l, claims, haste)
	if again = len(wrong); err == nil && again > 0 {
		wrong, seen, err = disagreeing(l, wrong, patience)
	}
	return wrong, seen, again, err
}

// disagreeing sends probes and gives the claims that what happens contradicts, with
// what was seen.
func disagreeing(l *lab.Lab, claims []claim, within time.Duration) (wrong []claim, seen []lab.Observation, err error) {
	var probes []lab.Probe
	for _, c := range claims {
		probes = append(probes, c.Probe)
	}
	all, err := l.Send(probes, within)
	if err != nil {
		return nil, nil, err
	}
	for i, c := range claims {
		if all[i] != c.expected() {
			wrong, seen = append(wrong, c), append(seen, all[i])
		}
	}
	return wrong, seen, nil
}

// way tells how the engine came to its answer.
func way(a *sim.Answer) string {
	var s strings.Builder
	for _, p := range a.Paths {
		for leg, hops := range [][]sim.Hop{p.Forward, p.Return} {
			for _, h := range hops {
				fmt.Fprintf(&s, "\n  %v: %s %s %s: %s", model.Leg(leg), h.Component.ID, h.Direction, h.Action, h.Text)
			}
		}
	}
	for _, x := range a.Explanations {
		fmt.Fprintf(&s, "\n  %v: %s at %s: %s", x.Leg, x.Code, x.Component.ID, x.Message)
	}
	return s.String()
}
