package suricata

import (
	"sort"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Parse reads rules, one a line, with comments (#) and lines that a backslash
// continues. A rule that cannot be read is an Error and left out; the others are
// given in the order of the text.
//
// at is where the first character of the text stands. Rules and findings are
// placed from there, the lines being indented alike, as in a block of YAML; where
// at has no line or column, neither have they.
func Parse(text string, at model.Provenance) ([]model.StatefulRule, model.Diagnostics) {
	return ParseAt(text, func(line, column int) model.Provenance {
		p := at
		if p.Line > 0 {
			p.Line += line - 1
			if p.Column > 0 {
				p.Column += column - 1
			}
		}
		return p
	})
}

// ParseAt is Parse for text that does not stand in its file line by line (in JSON,
// newlines are escaped): place gives the place of a line and column, both from 1,
// of the text.
func ParseAt(text string, place func(line, column int) model.Provenance) ([]model.StatefulRule, model.Diagnostics) {
	var (
		rules []model.StatefulRule
		diags model.Diagnostics
	)
	for _, l := range logicalLines(text) {
		p := parser{line: l, place: place}
		if rule, ok := p.rule(); ok {
			rules = append(rules, rule)
		}
		diags = append(diags, p.diags...)
	}
	return rules, diags
}

// logicalLine is a rule's text with continued lines joined. Each piece of it was
// one line of the input.
type logicalLine struct {
	text   string
	pieces []piece
}

// piece says that the text from offset on began at line and column.
type piece struct{ offset, line, column int }

// at gives line and column of an offset of the text.
func (l *logicalLine) at(offset int) (line, column int) {
	i := sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].offset > offset }) - 1
	p := l.pieces[i]
	return p.line, p.column + offset - p.offset
}

// logicalLines gives the lines that hold rules.
func logicalLines(text string) []logicalLine {
	var (
		out  []logicalLine
		open logicalLine
		body strings.Builder // of open
	)
	end := func() {
		open.text = body.String()
		out = append(out, open)
		open = logicalLine{}
		body.Reset()
	}
	for i, raw := range strings.Split(text, "\n") {
		line := strings.TrimRight(raw, " \t\r\f\v")
		piece := piece{body.Len(), i + 1, 1 + len(line) - len(strings.TrimLeft(line, " \t\f\v"))}
		line = strings.TrimLeft(line, " \t\f\v")
		if len(open.pieces) == 0 && (line == "" || line[0] == '#') {
			continue
		}
		line, continued := strings.CutSuffix(line, `\`)
		open.pieces = append(open.pieces, piece)
		body.WriteString(line)
		if !continued {
			end()
		}
	}
	if len(open.pieces) > 0 { // the last line asks for one more
		end()
	}
	return out
}
