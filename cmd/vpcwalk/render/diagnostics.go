package render

import (
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// DiagnosticsText writes diagnostics as compilers do, one or more lines each:
//
//	network.yaml:12:9: error: subnet b overlaps subnet a [SUB-2]
//	    give one of them another range
//
// They are written in the order given; see model.Diagnostics.Sort.
func DiagnosticsText(w io.Writer, ds model.Diagnostics, o Options) error {
	p := newPage(o)
	for _, d := range ds {
		line := ""
		if !d.Provenance.IsZero() {
			line = p.paint(bold, clean(d.Provenance.String())) + ": "
		}
		line += p.paint(severityStyle(d.Severity), d.Severity.String()) + ": " + clean(d.Summary)
		if d.Rule != "" {
			line += " " + p.paint(dim, "["+clean(d.Rule)+"]")
		}
		p.line("%s", line)
		if d.Detail != "" {
			for _, l := range wrap(d.Detail, p.width-4) {
				p.line("    %s", clean(l))
			}
		}
	}
	return p.flush(w)
}

func severityStyle(s model.Severity) style {
	switch s {
	case model.Error:
		return red
	case model.Warning:
		return yellow
	case model.Note:
		return plain
	}
	panic("render: severity " + s.String())
}

type diagnosticsJSON struct {
	SchemaVersion int              `json:"schema_version"`
	Valid         bool             `json:"valid"` // no errors
	Errors        int              `json:"errors"`
	Warnings      int              `json:"warnings"`
	Notes         int              `json:"notes"`
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
}

type diagnosticJSON struct {
	Severity   string         `json:"severity"`
	Rule       string         `json:"rule"`
	Summary    string         `json:"summary"`
	Detail     string         `json:"detail"`
	Resource   string         `json:"resource"`
	Provenance provenanceJSON `json:"provenance"`
}

// DiagnosticsJSON writes diagnostics as one JSON object, with their number by
// severity.
func DiagnosticsJSON(w io.Writer, ds model.Diagnostics) error {
	return writeJSON(w, diagnosticsJSON{
		SchemaVersion: SchemaVersion,
		Valid:         !ds.HasErrors(),
		Errors:        CountSeverity(ds, model.Error),
		Warnings:      CountSeverity(ds, model.Warning),
		Notes:         CountSeverity(ds, model.Note),
		Diagnostics: mapped(ds, func(d model.Diagnostic) diagnosticJSON {
			return diagnosticJSON{d.Severity.String(), d.Rule, d.Summary, d.Detail, d.Resource, provenanceOf(d.Provenance)}
		}),
	})
}

// CountSeverity counts the diagnostics of one severity.
func CountSeverity(ds model.Diagnostics, s model.Severity) int {
	n := 0
	for _, d := range ds {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// ValidationSummary says in a line how large a network is and how many
// diagnostics it has; n may be nil when nothing could be loaded.
func ValidationSummary(n *model.Network, ds model.Diagnostics) string {
	size := "nothing loaded"
	if n != nil {
		size = strings.Join([]string{
			count(len(n.VPCs), "VPC"), count(len(n.Subnets), "subnet"), count(len(n.RouteTables), "route table"),
			count(len(n.NetworkACLs), "network ACL"), count(len(n.SecurityGroups), "security group"),
			count(len(n.Interfaces), "interface"),
		}, ", ")
	}
	return size + ": " + strings.Join([]string{
		count(CountSeverity(ds, model.Error), "error"),
		count(CountSeverity(ds, model.Warning), "warning"),
		count(CountSeverity(ds, model.Note), "note"),
	}, ", ")
}
