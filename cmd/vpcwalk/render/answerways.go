package render

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// ways writes the first way hop by hop and of the others what is different.
func (v answerView) ways() {
	if len(v.answer.Paths) == 0 {
		return
	}
	first := v.answer.Paths[0]
	v.leg(model.Forward, first.Forward, v.answer.ForwardVerdict)
	if !v.answer.Question.OneWay {
		v.returnLeg(first)
	}
	v.otherWays(first, v.answer.Paths[1:])
}

// returnLeg shows the way back, or says why there is none. A packet that nothing
// answers (an ICMP type without a reply) has none and needs no word about it.
func (v answerView) returnLeg(p sim.Path) {
	switch {
	case len(p.Return) > 0:
		v.leg(model.Return, p.Return, v.answer.ReturnVerdict)
	case p.Verdict == model.Indeterminate:
		v.heading("return: not walked, for the forward way may not arrive")
	case p.Verdict != model.Reachable:
		v.heading("return: not walked, for the forward way does not arrive")
	}
}

func (v answerView) leg(l model.Leg, hops []sim.Hop, verdict model.Verdict) {
	title := l.String() + ": " + verdict.String()
	if n := len(v.answer.Paths); n > 1 {
		title += fmt.Sprintf("; of %d ways the first, which is %s", n, v.answer.Paths[0].Verdict)
	}
	v.heading(title)
	type entry struct {
		row
		below []row
	}
	var entries []entry
	column := 0
	for i, h := range hops {
		if isVainDelivery(hops, i) {
			continue
		}
		mark, s := markOf(h.Action)
		e := entry{row: row{
			indent: 2, mark: mark, style: s, lead: componentText(h.Component),
			text: v.hopText(h), place: v.place(h.Provenance),
		}}
		if v.all {
			e.below = append(e.below, row{text: headerText(h.Header)})
		}
		for _, near := range v.nearest(l, h) {
			e.below = append(e.below, row{text: "nearest: " + sentence(near.Text, v.all), place: v.place(near.Provenance)})
		}
		column = max(column, leadWidth([]row{e.row}))
		entries = append(entries, e)
	}
	for _, e := range entries {
		v.row(e.row, column)
		for _, b := range e.below {
			b.indent = 6 + column + 2
			v.row(b, 0)
		}
	}
}

func (v answerView) hopText(h sim.Hop) string {
	text := sentence(h.Text, v.all)
	said := strings.Contains(" "+text, " "+h.Direction+" ") || strings.Contains(" "+text, " "+h.Direction+":")
	if h.Direction == "" || said {
		return text
	}
	return h.Direction + ": " + text
}

// nearest finds the near misses of the explanation that a denying hop gave rise
// to.
func (v answerView) nearest(l model.Leg, h sim.Hop) []sim.NearMiss {
	if mark, _ := markOf(h.Action); mark == "ok" {
		return nil
	}
	for _, x := range v.answer.Explanations {
		if explains(x, l, h) {
			return x.Nearest
		}
	}
	return nil
}

// explains reports whether an explanation is about a hop.
func explains(x sim.Explanation, l model.Leg, h sim.Hop) bool {
	return x.Leg == l && x.Component.ID == h.Component.ID && x.Component.Type == h.Component.Type && x.Direction == h.Direction
}

// otherWays tells of the ways beside the first what is different about them.
func (v answerView) otherWays(first sim.Path, others []sim.Path) {
	if len(others) == 0 {
		return
	}
	v.heading("other ways")
	shown := others
	if !v.all {
		shown = shown[:min(len(shown), maxParts)]
	}
	var rows []row
	for _, o := range shown {
		rows = append(rows, row{
			indent: 2, style: verdictStyle(o.Verdict), lead: o.Verdict.String(),
			text: flowText(o.Flow, o.Flow.SourcePort != first.Flow.SourcePort, v.all) + "; " + wayDifference(first, o),
		})
	}
	v.rows(rows)
	v.more(len(others)-len(shown), "way")
}

func wayDifference(first, other sim.Path) string {
	if d := legDifference(first.Forward, other.Forward); d != "" {
		return d
	}
	if d := legDifference(first.Return, other.Return); d != "" {
		return "return " + d
	}
	return "by the same components as the first"
}

// legDifference tells where two legs part: "as the first up to rtb-app, then nat
// b, igw-1". It is empty when they are the same.
func legDifference(first, other []sim.Hop) string {
	same := 0
	for same < len(first) && same < len(other) &&
		first[same].Component == other[same].Component && first[same].Action == other[same].Action &&
		first[same].Direction == other[same].Direction {
		same++
	}
	if same == len(first) && same == len(other) {
		return ""
	}
	rest := strings.Join(hopNames(other[same:]), ", ")
	switch {
	case same == 0 && rest == "":
		return "not walked"
	case same == 0:
		return "by " + rest
	case rest == "":
		return "as the first up to " + componentText(other[same-1].Component) + ", where it ends"
	}
	return "as the first up to " + componentText(other[same-1].Component) + ", then " + rest
}
