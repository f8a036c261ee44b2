package render

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

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
		r.place = v.place(x.Provenance)
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
