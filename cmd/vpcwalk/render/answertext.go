package render

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// AnswerText writes an answer for a person who reads from top to bottom: the
// verdict; the forward way and the return way hop by hop, with what decided at
// each and where that is written; what would mend each blocker; what is open;
// what the verdict rests on.
func AnswerText(w io.Writer, a *sim.Answer, o Options) error {
	p := newPage(o)
	v := answerView{page: p, answer: a, all: o.Verbose}
	v.verdict(o.Quiet)
	if !o.Quiet {
		v.parts()
		v.ways()
		v.reasons()
		v.rest()
	}
	return p.flush(w)
}

// answerView lays one answer out on a page.
type answerView struct {
	*page
	answer *sim.Answer
	all    bool // nothing is shortened
}

func (v answerView) verdict(quiet bool) {
	a := v.answer
	word := strings.ToUpper(a.Verdict.String())
	asked := a.Flow
	if !v.all { // the word says it better than its intervals
		if asked.From == internet {
			asked.SourceIP = ""
		}
		if asked.To == internet {
			asked.DestinationIP = ""
		}
	}
	flow := flowText(asked, a.Question.SourcePorts != nil, v.all)
	var tally []string
	if n := len(blockers(a)); n > 0 {
		tally = append(tally, count(n, "blocker"))
	}
	if n := openCount(a); n > 0 && a.Verdict == model.Indeterminate {
		tally = append(tally, count(n, "unknown"))
	}
	if quiet { // a line for programs, however long
		v.line("%s  %s", v.paint(verdictStyle(a.Verdict), word), flow)
		return
	}
	v.row(row{style: verdictStyle(a.Verdict), lead: word, text: flow, place: strings.Join(tally, ", ")}, textWidth(word))
}

func blockers(a *sim.Answer) []sim.Explanation {
	return slices.DeleteFunc(slices.Clone(a.Explanations), func(x sim.Explanation) bool { return x.Unknown })
}

// openCount is the number of gaps that decide.
func openCount(a *sim.Answer) int {
	if len(a.Unknowns) > 0 {
		return len(a.Unknowns)
	}
	return len(a.Explanations) - len(blockers(a))
}

// internet is the source or destination that is the public address space.
const internet = "internet"

// maxParts is how many parts, and how many other ways, are shown unless asked
// for all.
const maxParts = 20

func (v answerView) parts() {
	if len(v.answer.Parts) < 2 { // one part is the whole question
		return
	}
	v.heading("parts")
	shown := v.answer.Parts
	if !v.all {
		shown = shown[:min(len(shown), maxParts)]
	}
	var rows []row
	for _, part := range shown {
		rows = append(rows, row{
			indent: 2, style: verdictStyle(part.Verdict), lead: part.Verdict.String(),
			text: flowText(part.Flow, v.all || part.Flow.SourcePort != v.answer.Flow.SourcePort, v.all),
		})
	}
	v.rows(rows)
	v.more(len(v.answer.Parts)-len(shown), "part")
}

func (v answerView) more(n int, noun string) {
	if n > 0 {
		v.line("  and %s (-v shows all)", count(n, "more "+noun))
	}
}

func (v answerView) ways() {
	if len(v.answer.Paths) == 0 {
		return
	}
	first := v.answer.Paths[0]
	v.leg(model.Forward, first.Forward, v.answer.ForwardVerdict)
	if v.answer.Question.OneWay {
		// The reader asked for one leg, and is not told of another.
	} else if len(first.Return) > 0 {
		v.leg(model.Return, first.Return, v.answer.ReturnVerdict)
	} else if first.Verdict != model.Reachable {
		v.heading("return: not walked, the forward way does not arrive")
	}
	v.otherWays(first, v.answer.Paths[1:])
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
			text: v.hopText(h), place: placeText(h.Provenance),
		}}
		if v.all {
			e.below = append(e.below, row{text: headerText(h.Header)})
		}
		for _, near := range v.nearest(l, h) {
			e.below = append(e.below, row{text: "nearest: " + sentence(near.Text, v.all), place: placeText(near.Provenance)})
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
	if h.Direction != "" && !strings.Contains(text, h.Direction) {
		text = h.Direction + ": " + text
	}
	return text
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

// reasons lists the blockers, and for what is indeterminate the gaps, with what
// would mend each.
func (v answerView) reasons() {
	a := v.answer
	if len(a.Explanations) == 0 {
		return
	}
	title := "to mend it"
	if len(blockers(a)) == 0 {
		title = "to settle it"
	}
	v.heading(title)
	told := v.toldByHops()
	var rows []row
	for i, x := range a.Explanations {
		r := v.reason(x, told[i])
		if x.Unknown && slices.Contains(rows, r) {
			continue // the same gap, met again
		}
		rows = append(rows, r)
	}
	digits := len(strconv.Itoa(len(rows)))
	for i := range rows {
		rows[i].mark = fmt.Sprintf("%-*d", digits, i+1)
	}
	v.rows(rows)
}

// reason is the row of one explanation, without its number. Unless a hop has told
// what is in the way, it does.
func (v answerView) reason(x sim.Explanation, told bool) row {
	r := row{indent: 2, style: red, lead: clean(string(x.Code)), text: sentence(x.Mend, v.all)}
	if x.Unknown {
		r.style = yellow
	}
	if !told {
		r.text = fullComponentText(x.Component) + ": " + sentence(x.Message, v.all)
		r.place = placeText(x.Provenance)
		if x.Mend != "" {
			r.text += "\nmend: " + sentence(x.Mend, v.all)
		}
	}
	return r
}

// toldByHops reports for each explanation whether a hop of the first way tells
// what is in the way. A hop tells of one explanation only: what else there is at
// the same component was met on another way.
func (v answerView) toldByHops() []bool {
	told := make([]bool, len(v.answer.Explanations))
	if len(v.answer.Paths) == 0 {
		return told
	}
	tell := func(l model.Leg, hops []sim.Hop) {
		for _, h := range hops {
			if mark, _ := markOf(h.Action); mark == "ok" {
				continue
			}
			for i, x := range v.answer.Explanations {
				if !told[i] && explains(x, l, h) {
					told[i] = true
					break
				}
			}
		}
	}
	tell(model.Forward, v.answer.Paths[0].Forward)
	tell(model.Return, v.answer.Paths[0].Return)
	return told
}

// rest writes what is open, what is assumed and what is worth knowing.
func (v answerView) rest() {
	var unknowns, assumptions, notes []row
	for _, u := range v.answer.Unknowns {
		unknowns = append(unknowns, row{indent: 2, text: clean(u.String()), place: placeText(u.Provenance)})
	}
	for _, s := range v.answer.Assumptions {
		assumptions = append(assumptions, row{indent: 2, lead: clean(s.Rule), text: clean(s.Text)})
	}
	for _, n := range v.answer.Notes {
		notes = append(notes, row{indent: 2, text: clean(n)})
	}
	v.block("not known", unknowns)
	v.block("assumed", assumptions)
	v.block("notes", notes)
}

func (v answerView) block(title string, rows []row) {
	if len(rows) > 0 {
		v.heading(title)
		v.rows(rows)
	}
}
