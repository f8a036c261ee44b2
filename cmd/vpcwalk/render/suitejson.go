package render

import (
	"fmt"
	"io"

	"github.com/vpcwalk/vpcwalk/sim/suite"
)

type suitesJSON struct {
	SchemaVersion int         `json:"schema_version"`
	Passed        int         `json:"passed"`
	Failed        int         `json:"failed"`
	Suites        []suiteJSON `json:"suites"`
}

type suiteJSON struct {
	Name   string     `json:"name"`
	File   string     `json:"file"`
	Passed int        `json:"passed"`
	Failed int        `json:"failed"`
	Tests  []testJSON `json:"tests"`
}

type testJSON struct {
	Name        string         `json:"name"`
	Question    string         `json:"question"`
	Passed      bool           `json:"passed"`
	Expect      string         `json:"expect"`
	Verdict     string         `json:"verdict"` // empty where the question could not be asked
	Error       string         `json:"error"`   // why it could not
	Differences []string       `json:"differences"`
	Provenance  provenanceJSON `json:"provenance"`
	Answer      *answerJSON    `json:"answer"` // of a failed test; null otherwise
	// Of a test about all packets that failed: what breaks it, and the answer
	// about the most likely packet that does.
	Breaches       []breachJSON `json:"breaches"`
	Counterexample *answerJSON  `json:"counterexample"`
	Empty          string       `json:"empty"` // why there was nothing to ask about
}

// SuitesJSON writes what became of suites as one JSON object. Failed tests have
// their whole answer.
func SuitesJSON(w io.Writer, suites []Suite) error {
	passed, failed := Tally(suites)
	return writeJSON(w, suitesJSON{SchemaVersion, passed, failed, mapped(suites, func(s Suite) suiteJSON {
		passed, failed := s.tally()
		return suiteJSON{s.Name, s.File, passed, failed, mapped(s.Results, testOf)}
	})})
}

func testOf(r suite.Result) testJSON {
	t := testJSON{
		Name:        r.Expectation.Name,
		Question:    r.Expectation.Question.String(),
		Passed:      r.Passed,
		Expect:      r.Expectation.Expect.String(),
		Differences: mapped(r.Differences, same),
		Provenance:  provenanceOf(r.Expectation.Provenance),
	}
	if r.Err != nil {
		t.Error = r.Err.Error()
	}
	if r.Empty != nil {
		t.Empty = r.Empty.Error()
	}
	t.Breaches = []breachJSON{}
	if r.Finding != nil {
		t.Verdict = r.Finding.Verdict.String()
		t.Breaches = mapped(r.Finding.Breaches, breachOf)
		if c := r.Finding.Counterexample; c != nil {
			a := answerOf(c)
			t.Counterexample = &a
		}
	}
	if r.Answer != nil {
		t.Verdict = r.Answer.Verdict.String()
		if !r.Passed {
			a := answerOf(r.Answer)
			t.Answer = &a
		}
	}
	return t
}

func tallyText(passed, failed int) string { return fmt.Sprintf("%d passed, %d failed", passed, failed) }
