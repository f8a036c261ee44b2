package render

import (
	"fmt"
	"io"

	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// SuitesText writes what became of suites: a line for each, every failed test
// with what differs and why, and at the end "N passed, N failed".
func SuitesText(w io.Writer, suites []Suite, o Options) error {
	p := newPage(o)
	if !o.Quiet {
		for _, s := range suites {
			p.suite(s, o)
		}
	}
	passed, failed := Tally(suites)
	s := green
	if failed > 0 {
		s = red
	}
	p.line("%s", p.paint(s, tallyText(passed, failed)))
	return p.flush(w)
}

func (p *page) suite(s Suite, o Options) {
	passed, failed := s.tally()
	r := row{mark: "ok  ", style: green, text: clean(s.File), place: fmt.Sprintf("%d passed", passed)}
	if failed > 0 {
		r.mark, r.style, r.place = "FAIL", red, tallyText(passed, failed)
	}
	if s.File == "" {
		r.text = clean(s.Name)
	} else if o.Verbose {
		r.text += " (" + clean(s.Name) + ")"
	}
	p.row(r, 0)
	for _, result := range s.Results {
		if !result.Passed || o.Verbose {
			p.test(result)
		}
	}
}

func (p *page) test(r suite.Result) {
	place := placeText(r.Expectation.Provenance)
	if r.Passed {
		p.row(row{indent: 2, mark: "ok  ", style: green, text: testName(r), place: place}, 0)
		if r.Empty != nil {
			p.row(row{indent: 8, text: "nothing to test: " + clean(r.Empty.Error())}, 0)
		}
		return
	}
	p.row(row{indent: 2, mark: "FAIL", style: red, text: testName(r), place: place}, 0)
	if q := clean(r.Expectation.Question.String()); q != testName(r) {
		p.row(row{indent: 8, text: q}, 0)
	}
	for _, l := range failureLines(r) {
		p.row(row{indent: 8, text: l}, 0)
	}
}
