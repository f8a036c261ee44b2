package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/vpcwalk/vpcwalk/model"
)

// style is an ANSI colour, by its SGR parameters.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
)

// page collects lines of text before they are written at once.
type page struct {
	buf   bytes.Buffer
	width int
	color bool
}

func newPage(o Options) *page { return &page{width: o.width(), color: o.Color} }

func (p *page) flush(w io.Writer) error {
	_, err := w.Write(p.buf.Bytes())
	return err
}

func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// line writes a line of text without wrapping it.
func (p *page) line(format string, args ...any) { fmt.Fprintf(&p.buf, format+"\n", args...) }

// heading separates a block from the one above.
func (p *page) heading(text string) {
	p.buf.WriteByte('\n')
	p.line("%s", p.paint(bold, text))
}

// row is one entry of a block: a short lead, text that is wrapped in a column of
// its own, and a place that stands at the right edge where there is room and
// below the text where there is none.
//
//	  ok  eni web           egress: all to 0.0.0.0/0                    network.tf:41
//	└┬─┘└──┬──┘             └─────────── text ───────────┘           └── place ──┘
//	indent lead column
type row struct {
	indent int
	mark   string // a word of at most four letters before the lead; may be empty
	style  style  // of the mark, or of the lead where there is no mark
	lead   string
	text   string
	place  string
}

// maxLead is the widest lead that gets a column of its own; the text of a wider
// one begins on the next line.
const maxLead = 28

// leadWidth is the width of the lead column that suits all rows.
func leadWidth(rows []row) int {
	w := 0
	for _, r := range rows {
		if n := textWidth(r.lead); n <= maxLead {
			w = max(w, n)
		}
	}
	return w
}

func (p *page) rows(rows []row) {
	w := leadWidth(rows)
	for _, r := range rows {
		p.row(r, w)
	}
}

func (p *page) row(r row, leadColumn int) {
	var head strings.Builder // with colours; used counts columns
	head.WriteString(strings.Repeat(" ", r.indent))
	used := r.indent
	leadStyle := r.style
	if r.mark != "" {
		head.WriteString(p.paint(r.style, r.mark))
		head.WriteString("  ")
		used += textWidth(r.mark) + 2
		leadStyle = plain
	}
	column := used
	if leadColumn > 0 {
		column += leadColumn + 2
	}
	if r.lead != "" {
		head.WriteString(p.paint(leadStyle, r.lead))
		used += textWidth(r.lead)
	}
	if used+2 > column && r.lead != "" {
		p.buf.WriteString(strings.TrimRight(head.String(), " ") + "\n")
		if r.text == "" && r.place == "" {
			return
		}
		head.Reset()
		used = 0
	}

	lines := wrap(r.text, p.width-column)
	for i, l := range lines {
		if i > 0 {
			head.Reset()
			used = 0
		}
		out := head.String() + strings.Repeat(" ", column-used) + l
		if i == len(lines)-1 && r.place != "" {
			p.buf.WriteString(p.withPlace(out, column+textWidth(l), column, r.place))
			return
		}
		p.buf.WriteString(strings.TrimRight(out, " ") + "\n")
	}
}

// withPlace ends a line that is used columns wide with a place.
func (p *page) withPlace(out string, used, column int, place string) string {
	gap := p.width - used - textWidth(place)
	if gap >= 2 {
		return out + strings.Repeat(" ", gap) + p.paint(dim, place) + "\n"
	}
	below := max(0, min(column, p.width-textWidth(place)))
	return strings.TrimRight(out, " ") + "\n" + strings.Repeat(" ", below) + p.paint(dim, place) + "\n"
}

// wrap breaks text at spaces into lines of at most width columns; a word that is
// longer stands whole on a line of its own. There is always at least one line.
func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line, used := "", 0
		for _, word := range strings.Fields(paragraph) {
			n := textWidth(word)
			switch {
			case used == 0:
				line, used = word, n
			case used+1+n <= width:
				line, used = line+" "+word, used+1+n
			default:
				lines = append(lines, line)
				line, used = word, n
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// textWidth is the number of columns that s takes: none for accents that combine
// with the letter before them, two for what East Asian scripts and pictographs
// take, one for every other rune.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < unicode.MaxLatin1:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me):
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// isWide reports whether a terminal shows a rune in two columns (most of what
// Unicode's annex 11 calls wide or fullwidth).
func isWide(r rune) bool {
	switch {
	case 0xff61 <= r && r <= 0xffdc: // halfwidth Katakana and Hangul
		return false
	case 0x3000 <= r && r <= 0x303e, 0xff01 <= r && r <= 0xffe6, 0x1f300 <= r && r <= 0x1faff:
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}

// clean makes text from an input safe for a terminal: what does not print (an
// escape sequence in a Name tag, say) is written as its code.
func clean(s string) string {
	safe := func(r rune) bool { return unicode.IsPrint(r) && r != unicode.ReplacementChar }
	if strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if safe(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// placeText is a place as text shows it: file:line, or the address where the line
// is not known, which says more than the file by itself.
func placeText(p model.Provenance) string {
	p.Column = 0
	if p.Line == 0 && p.Address != "" {
		return clean(p.Address)
	}
	return strings.TrimSpace(clean(p.String()))
}

// count says "1 blocker", "2 blockers".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
