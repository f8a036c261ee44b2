package render

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// failedAnswer is the answer that shows why a test failed: of an invariant that
// about the counterexample. Nil where there is none.
func failedAnswer(r suite.Result) *sim.Answer {
	if r.Finding != nil {
		return r.Finding.Counterexample
	}
	return r.Answer
}

// counterexampleLines tell of the packet that breaks an invariant: what it is,
// and what lets it through, place by place.
func counterexampleLines(a *sim.Answer) []string {
	ls := []string{"for example " + flowText(a.Flow, true, true) + ": " + a.Verdict.String()}
	if len(a.Explanations) > 0 || len(a.Paths) == 0 {
		return ls
	}
	return append(ls, decisionLines(a.Paths[0])...)
}

// decisionLines tell which rules and routes take a packet along a way, each with
// its place.
func decisionLines(w sim.Path) []string {
	var ls []string
	for _, l := range []struct {
		leg  model.Leg
		hops []sim.Hop
	}{{model.Forward, w.Forward}, {model.Return, w.Return}} {
		for i, h := range l.hops {
			if mark, _ := markOf(h.Action); mark != "ok" || h.Provenance.IsZero() || isVainDelivery(l.hops, i) {
				continue
			}
			ls = append(ls, withPlaceAfter(fmt.Sprintf("%s, %s: %s", componentText(h.Component), l.leg, sentence(h.Text, false)), h.Provenance))
		}
	}
	return ls
}

type breachJSON struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Verdict string `json:"verdict"` // what the packets have
	Missing bool   `json:"missing"` // they should pass
	Packets string `json:"packets"`
}

func breachOf(b sim.Breach) breachJSON {
	return breachJSON{b.From, b.To, b.Got.String(), b.Missing, b.Traffic}
}
