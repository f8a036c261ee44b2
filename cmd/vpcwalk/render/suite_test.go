package render

import (
	"bytes"
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

func TestSuiteGoldens(t *testing.T) {
	s := testSuites()
	golden(t, "suites.txt", rendered(t, func(b *bytes.Buffer) error { return SuitesText(b, s, Options{}) }))
	golden(t, "suites.verbose.txt", rendered(t, func(b *bytes.Buffer) error { return SuitesText(b, s, Options{Verbose: true}) }))
	golden(t, "suites.json", rendered(t, func(b *bytes.Buffer) error { return SuitesJSON(b, s) }))
	golden(t, "suites.junit.xml", rendered(t, func(b *bytes.Buffer) error { return JUnit(b, s) }))
	golden(t, "suites.github.txt", rendered(t, func(b *bytes.Buffer) error { return SuitesGitHub(b, s) }))
	quiet := rendered(t, func(b *bytes.Buffer) error { return SuitesText(b, s, Options{Quiet: true}) })
	assert.Equal(t, "2 passed, 2 failed\n", string(quiet))
}

// JUnit stays XML whatever a test is called.
func TestJUnitIsXML(t *testing.T) {
	for _, name := range []string{"<a href=\"x\">&amp;", "\x00\x1b", "]]>", "\xff"} {
		s := []Suite{{Name: name, Results: []suite.Result{{Expectation: model.Expectation{Name: name}, Passed: true}}}}
		out := rendered(t, func(b *bytes.Buffer) error { return JUnit(b, s) })
		var doc junitSuites
		require.NoError(t, xml.Unmarshal(out, &doc), "%q", name)
		assert.Equal(t, 1, doc.Tests)
	}
}

func TestGitHubEscapes(t *testing.T) {
	ds := model.Diagnostics{
		{Severity: model.Error, Rule: "SUB-2", Summary: "50% of a, b: overlap", Detail: "split\r\nthem", Provenance: model.Provenance{File: "a,b:c.yaml", Line: 3, Column: 4}},
		{Severity: model.Warning, Summary: "w"},
		{Severity: model.Note, Summary: "n"},
	}
	out := rendered(t, func(b *bytes.Buffer) error { return DiagnosticsGitHub(b, ds) })
	assert.Equal(t, `::error file=a%2Cb%3Ac.yaml,line=3,col=4,title=vpcwalk::50%25 of a, b: overlap [SUB-2]%0Asplit%0D%0Athem
::warning title=vpcwalk::w
::notice title=vpcwalk::n
`, string(out))
}
