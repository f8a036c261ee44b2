package render

import (
	"io"

	"github.com/vpcwalk/vpcwalk/sim"
)

// CodeText writes what a code means and how it is usually mended.
func CodeText(w io.Writer, c sim.CodeInfo, o Options) error {
	p := newPage(o)
	p.line("%s", p.paint(bold, string(c.Code)))
	p.row(row{indent: 2, text: c.Meaning}, 0)
	p.heading("how it is usually mended")
	p.row(row{indent: 2, text: c.Mend}, 0)
	p.buf.WriteByte('\n')
	origin := "a code of AWS VPC Reachability Analyzer"
	if c.Own {
		origin = "a code of vpcwalk's own; AWS VPC Reachability Analyzer has none for this"
	}
	p.row(row{text: "(" + string(c.Group) + ": " + origin + ")"}, 0)
	return p.flush(w)
}

// CodesText lists codes, one line each, however wide.
func CodesText(w io.Writer, codes []sim.CodeInfo, o Options) error {
	p := newPage(o)
	column := 0
	for _, c := range codes {
		column = max(column, len(c.Code))
	}
	for _, c := range codes {
		p.line("%s%*s  %s", p.paint(bold, string(c.Code)), column-len(c.Code), "", c.Meaning)
	}
	return p.flush(w)
}

type codeJSON struct {
	Code    sim.Code      `json:"code"`
	Group   sim.CodeGroup `json:"group"`
	Own     bool          `json:"own"` // not one of Reachability Analyzer's
	Meaning string        `json:"meaning"`
	Mend    string        `json:"mend"`
}

type codesJSON struct {
	SchemaVersion int        `json:"schema_version"`
	Codes         []codeJSON `json:"codes"`
}

// CodesJSON writes codes as one JSON object.
func CodesJSON(w io.Writer, codes []sim.CodeInfo) error {
	return writeJSON(w, codesJSON{SchemaVersion, mapped(codes, func(c sim.CodeInfo) codeJSON {
		return codeJSON{c.Code, c.Group, c.Own, c.Meaning, c.Mend}
	})})
}
