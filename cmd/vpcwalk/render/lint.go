package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/lint"
)

// LintReport is what lint found and what the baseline says of it.
type LintReport struct {
	Findings []lint.Finding
	Keys     []baseline.Finding // one for each finding; see LintKey
	Standing baseline.Result
}

// LintKey is a finding as a baseline knows it again.
func LintKey(f lint.Finding) baseline.Finding {
	return baseline.Finding{
		Fingerprint: baseline.Fingerprint("lint", string(f.Code), string(f.Kind), f.Resource, f.Rule),
		Code:        string(f.Code), Resource: f.Resource, Summary: f.Summary,
	}
}

// Fails reports whether a finding that the baseline does not cover has one of the
// severities, or a waiver has expired.
func (r *LintReport) Fails(severe func(model.Severity) bool) bool {
	for i, f := range r.Findings {
		if r.Standing.Standings[i] == baseline.New && severe(f.Severity) {
			return true
		}
	}
	return len(r.Standing.Expired) > 0
}

// LintText writes findings as compilers do, and their number at the end: those that
// the baseline does not cover, all of them with Verbose, the number alone with Quiet.
func LintText(w io.Writer, r LintReport, o Options) error {
	if !o.Quiet {
		if err := DiagnosticsText(w, r.diagnostics(o.Verbose), o); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w, r.summary())
	return err
}

// LintGitHub writes findings that the baseline does not cover as annotations of
// GitHub Actions, and their number at the end.
func LintGitHub(w io.Writer, r LintReport) error {
	if err := DiagnosticsGitHub(w, r.diagnostics(false)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, r.summary())
	return err
}

func (r *LintReport) summary() string {
	ds := r.diagnostics(false)
	parts := []string{
		count(CountSeverity(ds, model.Error), "error"), count(CountSeverity(ds, model.Warning), "warning"), count(CountSeverity(ds, model.Note), "note"),
	}
	if n := r.Standing.Count(baseline.Accepted); n > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", n))
	}
	if n := r.Standing.Count(baseline.Waived); n > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", n))
	}
	if n := len(r.Standing.Expired); n > 0 {
		parts = append(parts, count(n, "expired waiver"))
	}
	return strings.Join(parts, ", ")
}

// diagnostics are the findings as diagnostics, those that the baseline covers only
// if all is set.
func (r *LintReport) diagnostics(all bool) model.Diagnostics {
	var ds model.Diagnostics
	for i, f := range r.Findings {
		standing := r.Standing.Standings[i]
		if standing != baseline.New && !all {
			continue
		}
		var detail []string
		for _, rel := range f.Related {
			line := rel.Text
			if !rel.Provenance.IsZero() {
				line = rel.Provenance.String() + ": " + line
			}
			detail = append(detail, line)
		}
		detail = append(detail, f.Mend)
		if s := standingText(standing, r.Standing.By[i]); s != "" {
			detail = append(detail, s)
		}
		ds = append(ds, model.Diagnostic{
			Severity: f.Severity, Rule: string(f.Code), Summary: f.Summary, Detail: strings.Join(detail, "\n"), Resource: f.Resource, Provenance: f.Provenance,
		})
	}
	return ds
}

// standingText says why a finding is let stand; empty for one that is not.
func standingText(s baseline.Standing, by *baseline.Waiver) string {
	switch s {
	case baseline.New:
		return ""
	case baseline.Accepted:
		return "accepted by the baseline"
	case baseline.Waived:
		return fmt.Sprintf("waived until %s: %s", by.Expires.Format(time.DateOnly), by.Reason)
	}
	panic(fmt.Sprintf("render: standing %d", uint8(s)))
}

// LintSARIF writes findings as SARIF 2.1.0; those that the baseline covers are
// suppressed. The version is the program's.
func LintSARIF(w io.Writer, r LintReport, version string) error {
	var rules []SARIFRule
	for _, c := range lint.Codes() {
		rules = append(rules, SARIFRule{string(c.Code), c.Meaning, c.Mend, c.Severity})
	}
	var results []SARIFResult
	for i, f := range r.Findings {
		s := r.Standing.Standings[i]
		x := SARIFResult{
			Rule: string(f.Code), Severity: f.Severity, Message: f.Summary + "; " + f.Mend, Provenance: f.Provenance, Resource: f.Resource,
			Fingerprint: r.Keys[i].Fingerprint, Suppressed: s != baseline.New, Justification: standingText(s, r.Standing.By[i]),
		}
		for _, rel := range f.Related {
			x.Related = append(x.Related, SARIFRelated{Message: rel.Text, Provenance: rel.Provenance})
		}
		results = append(results, x)
	}
	return SARIF(w, version, rules, results)
}

// LintCodesText lists codes with their severity and meaning.
func LintCodesText(w io.Writer, codes []lint.CodeInfo, o Options) error {
	p := newPage(o)
	for _, c := range codes {
		p.line("%s  %s", p.paint(bold, string(c.Code)), p.paint(severityStyle(c.Severity), c.Severity.String()))
		for _, l := range wrap(c.Meaning+"\n"+c.Mend, p.width-4) {
			p.line("    %s", l)
		}
	}
	return p.flush(w)
}
