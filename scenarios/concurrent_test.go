package scenarios

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/lint"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// engines are what one suite's questions are put to.
type engines struct {
	*sim.Engine
	after map[string]*sim.Engine // the networks after a change, by name
	other *sim.Engine            // of the suite before, to tell the difference
}

func compile(s, before loader.LoadedSuite) engines {
	out := engines{Engine: sim.Compile(s.Network), after: map[string]*sim.Engine{}, other: sim.Compile(before.Network)}
	for path, n := range s.After {
		out.after[path] = sim.Compile(n)
	}
	return out
}

// inquiry is one thing that can be asked of an engine; its answer is written out
// as the program does.
type inquiry struct {
	name string
	ask  func(w io.Writer, e engines) error
}

// TestConcurrentAnswersAreSerialAnswers asks the engine of every suite from 64
// goroutines at once, all kinds of questions beside each other: what each writes
// is, byte for byte, what another engine of the network says when it is asked one
// thing after the other. With the race detector it also shows that nothing of a
// compiled network changes. With -short it takes some of the suites.
func TestConcurrentAnswersAreSerialAnswers(t *testing.T) {
	suites, diags := loader.LoadSuites([]string{"."}, nil, nil)
	require.False(t, diags.HasErrors(), diags)
	step := 1
	if testing.Short() {
		step = 8
	}
	networks, asked := 0, 0
	for i := 0; i < len(suites); i += step {
		s, before := suites[i], suites[(i+len(suites)-1)%len(suites)]
		t.Run(name(s.Suite.File), func(t *testing.T) {
			asked += askConcurrently(t, inquiries(s), compile(s, before), compile(s, before))
			networks++
		})
	}
	t.Logf("concurrent: %d networks, %d answers from %d goroutines", networks, asked, goroutines)
}

const goroutines = 64

// askConcurrently puts all inquiries to one engine in order, then to the other
// from many goroutines that start together, each at another of them.
func askConcurrently(t *testing.T, all []inquiry, serial, shared engines) (asked int) {
	want := make([]string, len(all))
	for i, x := range all {
		want[i] = written(x, serial)
	}
	each := max(2, (len(all)+goroutines-1)/goroutines)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			<-start
			for k := range each {
				i := (g*each + k) % len(all)
				if got := written(all[i], shared); got != want[i] {
					t.Errorf("%s: other goroutines change the answer from\n%s\nto\n%s", all[i].name, want[i], got)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	return goroutines * each
}

func written(x inquiry, e engines) string {
	var b bytes.Buffer
	if err := x.ask(&b, e); err != nil {
		return "error: " + err.Error()
	}
	return b.String()
}

// inquiries are the suite's own questions, as points and as sets, and everything
// else that can be asked of its network.
func inquiries(s loader.LoadedSuite) []inquiry {
	ctx := context.Background()
	var out []inquiry
	for _, c := range s.Suite.Expectations {
		out = append(out, inquiry{"suite: " + c.Name, func(w io.Writer, e engines) error {
			return writeResult(w, suite.Run(ctx, e.Engine, []model.Expectation{c}, suite.Options{After: e.after})[0])
		}}, inquiry{"ask: " + c.Question.String(), func(w io.Writer, e engines) error {
			a, err := e.Ask(c.Question)
			if err != nil {
				return err
			}
			return render.AnswerJSON(w, a)
		}}, inquiry{"reachable set: " + c.Question.String(), func(w io.Writer, e engines) error {
			a, err := e.ReachableSet(c.Question)
			if err != nil {
				return err
			}
			return render.SetJSON(w, e.Engine, a)
		}})
	}
	every := model.Question{Protocol: model.AllProtocols, Ports: model.AllPorts}
	ids := slices.Sorted(maps.Keys(s.Network.Interfaces))
	none := &baseline.File{}
	return append(out,
		inquiry{"exposure", func(w io.Writer, e engines) error {
			x, err := e.Exposure(ctx, every, nil)
			if err != nil {
				return err
			}
			keys := render.ExposureKeys(e.Engine, x)
			return render.ExposureJSON(w, render.ExposureReport{Engine: e.Engine, Exposure: x, Keys: keys, Standing: none.Apply(keys, time.Time{})})
		}},
		inquiry{"matrix", func(w io.Writer, e engines) error {
			m, err := e.Matrix(ctx, every, ids, ids, nil)
			if err != nil {
				return err
			}
			return render.NewMatrixView(e.Engine, m, every).JSON(w)
		}},
		inquiry{"diff", func(w io.Writer, e engines) error {
			d, err := sim.Diff(ctx, e.other, e.Engine, sim.DiffOptions{})
			if err != nil {
				return err
			}
			r := render.DiffReport{Difference: d}
			r.Standing = none.Apply(r.Keys(), time.Time{})
			return render.DiffJSON(w, r)
		}},
		inquiry{"lint", func(w io.Writer, e engines) error {
			found := lint.Check(e.Network())
			keys := make([]baseline.Finding, len(found))
			for i, f := range found {
				keys[i] = render.LintKey(f)
			}
			return render.LintJSON(w, render.LintReport{Findings: found, Keys: keys, Standing: none.Apply(keys, time.Time{})})
		}},
		inquiry{"walks", func(w io.Writer, e engines) error {
			writeWalks(w, e.Engine, ids)
			return nil
		}})
}

func writeResult(w io.Writer, r suite.Result) error {
	fmt.Fprintln(w, r.Passed, r.Empty, r.Err, r.Differences)
	a := r.Answer
	if f := r.Finding; f != nil {
		fmt.Fprintln(w, f.Verdict, f.Notes)
		for _, b := range f.Breaches {
			fmt.Fprintln(w, b.Missing, b.Traffic, b.Packets)
		}
		a = f.Counterexample
	}
	if a == nil {
		return nil
	}
	return render.AnswerJSON(w, a)
}

// writeWalks walks single packets between some interfaces, all ways.
func writeWalks(w io.Writer, e *sim.Engine, ids []model.InterfaceID) {
	ids = ids[:min(len(ids), 8)]
	for _, from := range ids {
		source, _ := e.Interface(from)
		for _, to := range ids {
			a, b := e.Network().Interfaces[from].Primary(false).IP, e.Network().Interfaces[to].Primary(false).IP
			if !a.IsValid() || !b.IsValid() {
				continue
			}
			for _, port := range []uint16{22, 443, 5432} {
				p := sim.Packet{From: source, SourceIP: a, To: b, Protocol: model.TCP, Port: port, SourcePorts: model.PortRange{From: 32768, To: 61000}}
				fmt.Fprintln(w, from, to, port, e.Walk(p))
			}
		}
	}
}
