package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// SuitesGitHub writes an annotation for each failed test, in the form of GitHub
// Actions' workflow commands, and the counts at the end.
func SuitesGitHub(w io.Writer, suites []Suite) error {
	var b strings.Builder
	for _, s := range suites {
		for _, r := range s.Results {
			if !r.Passed {
				annotate(&b, "error", r.Expectation.Provenance, testName(r), strings.Join(failureLines(r), "\n"))
			}
		}
	}
	passed, failed := Tally(suites)
	fmt.Fprintln(&b, tallyText(passed, failed))
	_, err := io.WriteString(w, b.String())
	return err
}

// DiagnosticsGitHub writes diagnostics as annotations of GitHub Actions.
func DiagnosticsGitHub(w io.Writer, ds model.Diagnostics) error {
	var b strings.Builder
	for _, d := range ds {
		command := d.Severity.String()
		if d.Severity == model.Note {
			command = "notice"
		}
		message := d.Summary
		if d.Rule != "" {
			message += " [" + d.Rule + "]"
		}
		if d.Detail != "" {
			message += "\n" + d.Detail
		}
		annotate(&b, command, d.Provenance, "vpcwalk", message)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func annotate(b *strings.Builder, command string, p model.Provenance, title, message string) {
	var properties []string
	add := func(name, value string) {
		properties = append(properties, name+"="+githubProperty.Replace(value))
	}
	if p.File != "" {
		add("file", p.File)
	}
	if p.Line > 0 {
		add("line", strconv.Itoa(p.Line))
	}
	if p.Column > 0 {
		add("col", strconv.Itoa(p.Column))
	}
	add("title", title)
	fmt.Fprintf(b, "::%s %s::%s\n", command, strings.Join(properties, ","), githubMessage.Replace(message))
}

// A workflow command ends with its line, and a property at a comma or colon.
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
