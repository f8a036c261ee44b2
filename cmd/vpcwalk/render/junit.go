package render

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// The elements of JUnit's XML, as the common readers of it (Jenkins, GitLab,
// Azure Pipelines) understand them. There are no times: the same suites give the
// same file.

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	File     string      `xml:"file,attr,omitempty"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Failure   *junitProblem `xml:"failure"`
	Error     *junitProblem `xml:"error"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

// JUnit writes what became of suites as JUnit XML: a failure is a test whose
// answer is another than expected, an error is one whose question could not be
// asked.
func JUnit(w io.Writer, suites []Suite) error {
	doc := junitSuites{Name: "vpcwalk"}
	for _, s := range suites {
		js := junitSuiteOf(s)
		doc.Tests += js.Tests
		doc.Failures += js.Failures
		doc.Errors += js.Errors
		doc.Suites = append(doc.Suites, js)
	}
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(out)+"\n")
	return err
}

func junitSuiteOf(s Suite) junitSuite {
	js := junitSuite{Name: s.Name, File: s.File, Tests: len(s.Results)}
	for _, r := range s.Results {
		c := junitCase{
			Name: testName(r), ClassName: s.Name,
			File: r.Expectation.Provenance.File, Line: r.Expectation.Provenance.Line,
		}
		switch {
		case r.Passed:
		case r.Err != nil:
			c.Error = junitProblemOf(r, "question")
			js.Errors++
		default:
			c.Failure = junitProblemOf(r, "expectation")
			js.Failures++
		}
		js.Cases = append(js.Cases, c)
	}
	return js
}

func junitProblemOf(r suite.Result, kind string) *junitProblem {
	return &junitProblem{Message: headline(r), Type: kind, Text: "\n" + strings.Join(failureLines(r), "\n") + "\n"}
}

// headline is a failure in one line.
func headline(r suite.Result) string {
	if r.Err != nil {
		return clean(r.Err.Error())
	}
	return clean(strings.Join(r.Differences, "; "))
}
