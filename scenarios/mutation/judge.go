package mutation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/lint"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// Effect is what becomes of a mutant: the strongest thing that tells it from the
// network as it was.
type Effect int

// Effects. Noticed are Failed to Found; the rest says why nothing can notice, all
// but Survived.
const (
	Failed     Effect = iota // an expectation fails
	Answered                 // a question has another verdict or reason, as no expectation says
	Found                    // the validation or the lint finds something else
	Rerouted                 // the same verdict for the same reasons, by another rule, route or way
	Unmet                    // no question's packets come to the resource
	Undecided                // they come to the resource, and no rule or route that was changed decides about them
	Equivalent               // they come to what was changed, and no packet at all between their ends is treated otherwise
	Survived                 // packets between the same ends are treated otherwise, none that a question asks about
	effects
)

func (e Effect) String() string {
	if e < Failed || e >= effects {
		panic(fmt.Sprintf("mutation: effect %d", int(e)))
	}
	return [...]string{"failed", "answered", "found", "rerouted", "unmet", "undecided", "equivalent", "survived"}[e]
}

// Noticed reports whether a verdict, a reason or a finding changes.
func (e Effect) Noticed() bool { return e <= Found }

// Judge tells mutants of a suite's network from the network itself.
type Judge struct {
	suite loader.LoadedSuite
	after map[string]*sim.Engine
	was   account
	met   map[string]bool
	// sets are all packets that pass between the ends of each question, by verdict;
	// worked out when they are needed.
	sets []string
}

// account is all that is said of a network.
type account struct {
	passed   []bool
	answers  []string
	findings string
	ways     []string
	// components and places are what the packets meet and what decides about them.
	components map[string]bool
	places     map[model.Provenance]bool
}

// NewJudge asks the suite's questions of its network.
func NewJudge(ctx context.Context, s loader.LoadedSuite) *Judge {
	j := &Judge{suite: s, after: map[string]*sim.Engine{}}
	for path, n := range s.After {
		j.after[path] = sim.Compile(n)
	}
	j.was = j.ask(ctx, s.Network)
	j.met = reach(s.Network, j.was.components)
	return j
}

// Effect asks the suite's questions of a mutant.
func (j *Judge) Effect(ctx context.Context, m *Mutant) Effect {
	is := j.ask(ctx, m.Apply(j.suite.Network))
	switch {
	case !slices.Equal(is.passed, j.was.passed):
		return Failed
	case !slices.Equal(is.answers, j.was.answers):
		return Answered
	case is.findings != j.was.findings:
		return Found
	case !slices.Equal(is.ways, j.was.ways):
		return Rerouted
	case !j.met[m.Resource]:
		return Unmet
	case m.Part && !j.was.places[m.Provenance]:
		return Undecided
	}
	if j.sets == nil {
		j.sets = j.allPackets(j.suite.Network)
	}
	if slices.Equal(j.allPackets(m.Apply(j.suite.Network)), j.sets) {
		return Equivalent
	}
	return Survived
}

// allPackets asks for every packet between the ends of each question.
func (j *Judge) allPackets(n *model.Network) []string {
	e := sim.Compile(n)
	out := []string{}
	asked := map[[2]string]bool{}
	for _, x := range j.suite.Suite.Expectations {
		if ends := [2]string{x.From, x.To}; asked[ends] {
			continue
		} else {
			asked[ends] = true
		}
		a, err := e.ReachableSet(model.Question{From: x.From, To: x.To, Protocol: model.AllProtocols, Ports: model.AllPorts, Host: x.Host})
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		out = append(out, pairs(a)...)
	}
	return out
}

// pairs writes out the sets of each pair of ends, in which interfaces that are
// alike have been told together.
func pairs(a *sim.SetAnswer) []string {
	var out []string
	for i := range a.Groups {
		for j := range a.Groups[i].Pairs {
			p := &a.Groups[i].Pairs[j]
			said := fmt.Sprint(p.Reachable.Canonical(), p.Partial.Canonical(), p.Indeterminate.Canonical())
			if len(p.Sources) == 0 || len(p.Destinations) == 0 {
				out = append(out, fmt.Sprint(p.From, p.Sources, p.To, p.Destinations, said))
				continue
			}
			for _, from := range p.Sources {
				for _, to := range p.Destinations {
					out = append(out, fmt.Sprint(from, to, said))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func (j *Judge) ask(ctx context.Context, n *model.Network) account {
	a := account{components: map[string]bool{}, places: map[model.Provenance]bool{}}
	for _, r := range suite.Run(ctx, sim.Compile(n), j.suite.Suite.Expectations, suite.Options{Workers: 1, After: j.after}) {
		a.passed = append(a.passed, r.Passed)
		said, way := a.result(&r)
		a.answers, a.ways = append(a.answers, said), append(a.ways, way)
	}
	var b strings.Builder
	for _, d := range n.Validate() {
		fmt.Fprintln(&b, d.Rule, d.Resource, d.Summary)
	}
	for _, f := range lint.Check(n) {
		fmt.Fprintln(&b, f.Code, f.Resource, f.Rule, f.Summary)
	}
	a.findings = b.String()
	return a
}

// result writes out what was said to one expectation, and by which way.
func (a *account) result(r *suite.Result) (said, way string) {
	var s, w strings.Builder
	fmt.Fprintln(&s, r.Err, r.Empty)
	x := r.Answer
	if f := r.Finding; f != nil {
		fmt.Fprintln(&s, f.Verdict)
		for _, b := range f.Breaches {
			fmt.Fprintln(&s, b.From, b.To, b.Got, b.Missing, b.Traffic)
		}
		x = f.Counterexample
	}
	if x == nil {
		return s.String(), ""
	}
	fmt.Fprintln(&s, x.Verdict, x.ForwardVerdict, x.ReturnVerdict, x.Authorization.Decision)
	for _, p := range x.Parts {
		fmt.Fprintln(&s, p.Verdict, p.Flow)
	}
	for _, u := range x.Unknowns {
		fmt.Fprintln(&s, u.Subject, u.Attribute)
	}
	for _, e := range x.Explanations {
		fmt.Fprintln(&s, e.Code, e.Leg, e.Direction, e.Component.ID, e.Unknown)
		a.meet(e.Component, e.Rule, e.Provenance)
		for _, near := range e.Nearest {
			a.places[near.Provenance] = true
		}
		fmt.Fprintln(&w, e.Rule, e.Header, e.Message, e.Nearest)
	}
	for _, p := range x.Paths {
		fmt.Fprintln(&w, p.Verdict, p.Flow)
		for _, h := range append(slices.Clone(p.Forward), p.Return...) {
			a.meet(h.Component, h.Rule, h.Provenance)
			fmt.Fprintln(&w, h.Component.ID, h.Action, h.Rule, h.Header, h.Text)
		}
	}
	return s.String(), w.String()
}

func (a *account) meet(c sim.Component, r *sim.Rule, at model.Provenance) {
	a.components[c.ID] = true
	a.places[at] = true
	if r != nil && r.Group != "" {
		a.components[r.Group] = true
	}
}

// Tally counts mutants by kind and effect.
type Tally map[string]*[effects]int

// Add counts one mutant.
func (t Tally) Add(kind string, e Effect) {
	if t[kind] == nil {
		t[kind] = new([effects]int)
	}
	t[kind][e]++
}

// Merge adds what another tally counts.
func (t Tally) Merge(o Tally) {
	for kind, counts := range o {
		for e, n := range counts {
			if n > 0 {
				if t[kind] == nil {
					t[kind] = new([effects]int)
				}
				t[kind][e] += n
			}
		}
	}
}

// Kinds are those that were counted, sorted.
func (t Tally) Kinds() []string { return slices.Sorted(maps.Keys(t)) }

// Sum adds up all kinds that fit.
func (t Tally) Sum(fits func(kind string) bool) (sum Counts) {
	for kind, counts := range t {
		if fits(kind) {
			for e, n := range counts {
				sum[e] += n
			}
		}
	}
	return sum
}

// Counts are numbers of mutants by effect.
type Counts [effects]int

// All is how many there are.
func (c Counts) All() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

// Noticed is how many change a verdict, a reason or a finding.
func (c Counts) Noticed() int { return c[Failed] + c[Answered] + c[Found] }
