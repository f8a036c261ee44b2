package render

import (
	"io"
	"time"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/lint"
)

type lintJSON struct {
	SchemaVersion int          `json:"schema_version"`
	Errors        int          `json:"errors"` // that the baseline does not cover, as the next two
	Warnings      int          `json:"warnings"`
	Notes         int          `json:"notes"`
	Accepted      int          `json:"accepted"`
	Waived        int          `json:"waived"`
	Findings      []lintedJSON `json:"findings"`
	Expired       []waiverJSON `json:"expired_waivers"`
}

type lintedJSON struct {
	Code        lint.Code      `json:"code"`
	Severity    string         `json:"severity"`
	Component   linkedJSON     `json:"component"`
	Rule        string         `json:"rule"`
	Summary     string         `json:"summary"`
	Mend        string         `json:"mend"`
	Provenance  provenanceJSON `json:"provenance"`
	Related     []relatedJSON  `json:"related"`
	Fingerprint string         `json:"fingerprint"`
	Standing    string         `json:"standing"` // new, accepted or waived
	Waiver      *waiverJSON    `json:"waiver"`
}

type linkedJSON struct {
	ID   string     `json:"id"`
	Type model.Kind `json:"type"`
	Name string     `json:"name"`
}

type relatedJSON struct {
	Text       string         `json:"text"`
	Provenance provenanceJSON `json:"provenance"`
}

type waiverJSON struct {
	Code        string         `json:"code"`
	Resource    string         `json:"resource"`
	Fingerprint string         `json:"fingerprint"`
	Reason      string         `json:"reason"`
	Expires     string         `json:"expires"`
	Provenance  provenanceJSON `json:"provenance"`
}

func waiverOf(w *baseline.Waiver) *waiverJSON {
	if w == nil {
		return nil
	}
	return &waiverJSON{w.Code, w.Resource, w.Fingerprint, w.Reason, w.Expires.Format(time.DateOnly), provenanceOf(w.Provenance)}
}

// LintJSON writes all findings as one JSON object, each with its standing.
func LintJSON(w io.Writer, r LintReport) error {
	ds := r.diagnostics(false)
	out := lintJSON{
		SchemaVersion: SchemaVersion,
		Errors:        CountSeverity(ds, model.Error), Warnings: CountSeverity(ds, model.Warning), Notes: CountSeverity(ds, model.Note),
		Accepted: r.Standing.Count(baseline.Accepted), Waived: r.Standing.Count(baseline.Waived),
		Findings: make([]lintedJSON, 0, len(r.Findings)),
		Expired:  mapped(r.Standing.Expired, func(w *baseline.Waiver) waiverJSON { return *waiverOf(w) }),
	}
	for i, f := range r.Findings {
		out.Findings = append(out.Findings, lintedJSON{
			Code: f.Code, Severity: f.Severity.String(), Component: linkedJSON{f.Resource, f.Kind, f.Name}, Rule: f.Rule,
			Summary: f.Summary, Mend: f.Mend, Provenance: provenanceOf(f.Provenance),
			Related:     mapped(f.Related, func(x lint.Related) relatedJSON { return relatedJSON{x.Text, provenanceOf(x.Provenance)} }),
			Fingerprint: r.Keys[i].Fingerprint, Standing: standingWords[r.Standing.Standings[i]], Waiver: waiverOf(r.Standing.By[i]),
		})
	}
	return writeJSON(w, out)
}

var standingWords = map[baseline.Standing]string{baseline.New: "new", baseline.Accepted: "accepted", baseline.Waived: "waived"}

type lintCodeJSON struct {
	Code     lint.Code `json:"code"`
	Severity string    `json:"severity"`
	Meaning  string    `json:"meaning"`
	Mend     string    `json:"mend"`
}

// LintCodesJSON writes codes as one JSON object.
func LintCodesJSON(w io.Writer, codes []lint.CodeInfo) error {
	return writeJSON(w, map[string]any{
		"schema_version": SchemaVersion,
		"codes": mapped(codes, func(c lint.CodeInfo) lintCodeJSON {
			return lintCodeJSON{c.Code, c.Severity.String(), c.Meaning, c.Mend}
		}),
	})
}
