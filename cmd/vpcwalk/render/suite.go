package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// Suite is one suite that was run.
type Suite struct {
	Name    string
	File    string
	Results []suite.Result
}

// Tally counts what passed and what failed in all suites.
func Tally(suites []Suite) (passed, failed int) {
	for _, s := range suites {
		p, f := s.tally()
		passed, failed = passed+p, failed+f
	}
	return passed, failed
}

func (s Suite) tally() (passed, failed int) {
	for _, r := range s.Results {
		if r.Passed {
			passed++
		} else {
			failed++
		}
	}
	return passed, failed
}

// testName is the expectation's name, or its question where it has none.
func testName(r suite.Result) string {
	if r.Expectation.Name != "" {
		return clean(r.Expectation.Name)
	}
	return clean(r.Expectation.Question.String())
}

// failureLines say in plain text why a test failed: how the answer differs from
// what was expected, what is responsible with its places (the blockers and gaps,
// or what lets through what should be blocked), and the way.
func failureLines(r suite.Result) []string {
	if r.Err != nil {
		return []string{clean(r.Err.Error())}
	}
	var ls []string
	for _, d := range r.Differences {
		ls = append(ls, clean(d))
	}
	a := failedAnswer(r)
	if a == nil {
		return ls
	}
	switch {
	case r.Finding != nil:
		ls = append(ls, counterexampleLines(a)...)
	case r.Expectation.Expect == model.Blocked && (a.Verdict == model.Reachable || a.Verdict == model.Partial):
		return append(ls, openLines(a)...) // what is in the way of the rest is not what went wrong
	}
	for _, x := range a.Explanations {
		ls = append(ls, reasonLine(x))
	}
	for _, u := range a.Unknowns {
		ls = append(ls, withPlaceAfter("not known: "+clean(u.String()), u.Provenance))
	}
	if len(a.Paths) > 0 {
		ls = append(ls, wayLines(a.Paths[0])...)
	}
	return ls
}

// openLines say what passes of a flow that should be blocked, by which rules and
// routes, and which way.
func openLines(a *sim.Answer) []string {
	var ls []string
	if a.Verdict == model.Partial {
		for _, part := range a.Parts {
			if part.Verdict == model.Reachable {
				ls = append(ls, "passes: "+flowText(part.Flow, true, false))
			}
		}
	}
	for _, passes := range []model.Verdict{model.Reachable, model.Partial} {
		for _, w := range a.Paths {
			if w.Verdict == passes {
				return slices.Concat(ls, decisionLines(w), wayLines(w))
			}
		}
	}
	return ls
}

// wayLines name the components of a way, leg by leg.
func wayLines(w sim.Path) []string {
	ls := []string{wayLine(model.Forward, w.Forward)}
	if len(w.Return) > 0 {
		ls = append(ls, wayLine(model.Return, w.Return))
	}
	return ls
}

// reasonLine tells of one blocker or gap: code, component, place and sentence.
func reasonLine(x sim.Explanation) string {
	s := fmt.Sprintf("%s at %s", clean(string(x.Code)), fullComponentText(x.Component))
	if x.Direction != "" {
		s += ", " + x.Direction
	}
	s += " (" + x.Leg.String() + ")"
	if x.Message != "" {
		s += ": " + sentence(x.Message, false)
	}
	return withPlaceAfter(s, x.Provenance)
}

func withPlaceAfter(s string, p model.Provenance) string {
	if p.IsZero() {
		return s
	}
	return s + " (" + placeText(p) + ")"
}

// wayLine names the components of a leg in order.
func wayLine(l model.Leg, hops []sim.Hop) string {
	return l.String() + ": " + strings.Join(hopNames(hops), ", ")
}
