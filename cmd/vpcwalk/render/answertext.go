package render

import (
	"io"
	"slices"
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
	v := answerView{page: p, answer: a, all: o.Verbose, folder: commonFolder(a)}
	v.verdict(o.Quiet)
	if !o.Quiet {
		if v.folder != "" {
			v.line("in %s", clean(v.folder))
		}
		v.parts()
		v.ways()
		v.reasons()
		v.authorization()
		v.tracking()
		v.rest()
	}
	return p.flush(w)
}

// answerView lays one answer out on a page.
type answerView struct {
	*page
	answer *sim.Answer
	all    bool   // nothing is shortened
	folder string // what the places of the answer have in common; told once
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
	if a.Authorization.Decision == model.AuthorizationDenied {
		tally = append(tally, "denied by policy")
		if quiet {
			flow += " (denied by policy)"
		}
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
	if !slices.ContainsFunc(rows, func(r row) bool { return r.text != rows[0].text }) {
		return // the parts differ in the way that is taken, which is told of the ways
	}
	v.heading("parts")
	v.rows(rows)
	v.more(len(v.answer.Parts)-len(shown), "part")
}

func (v answerView) more(n int, noun string) {
	if n > 0 {
		v.line("  and %s (-v shows all)", count(n, "more "+noun))
	}
}

// authorization writes what the policies on the way say, if any is there.
func (v answerView) authorization() {
	a := v.answer.Authorization
	if a.Decision == "" || a.Decision == model.AuthorizationNotApplicable {
		return
	}
	mark := map[model.Authorization]row{
		model.AuthorizationAllowed: {style: green, lead: "ok"},
		model.AuthorizationDenied:  {style: red, lead: "NO"},
		model.AuthorizationUnknown: {style: yellow, lead: "??"},
	}[a.Decision]
	mark.indent, mark.text, mark.place = 2, clean(a.Text), v.place(a.Provenance)
	v.block("authorization: "+string(a.Decision), []row{mark})
}

// tracking writes where an established connection is tracked.
func (v answerView) tracking() {
	var rows []row
	for _, t := range v.answer.Tracking {
		rows = append(rows, row{indent: 2, lead: clean(componentText(t.Component)), text: clean(t.Text)})
	}
	v.block("established", rows)
}

// rest writes what is open, what is assumed and what is worth knowing.
func (v answerView) rest() {
	var unknowns, assumptions, notes []row
	for _, u := range v.answer.Unknowns {
		unknowns = append(unknowns, row{indent: 2, text: clean(u.String()), place: v.place(u.Provenance)})
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
