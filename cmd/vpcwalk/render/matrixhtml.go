package render

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/sim"
)

//go:embed matrix.html
var matrixPage string

var matrixTemplate = template.Must(template.New("matrix").Parse(matrixPage))

// labelled is how many groups a side may have for each to get its name beside its
// row or column.
const labelled = 150

type matrixHTML struct {
	Title, Summary  string
	Width, Height   int
	FieldWidth      int
	FieldHeight     int
	Left, Top, Cell int
	Rows, Columns   []axisHTML
	Lines           template.HTMLAttr
	Shades          []shadeHTML
	Data            template.JS
}

type axisHTML struct {
	Name string
	At   float64
}

// shadeHTML is all cells of a colour, in one path.
type shadeHTML struct {
	Class, Text string
	Path        template.HTMLAttr
	Cells       int
}

// shade is the colour of a kind of cell; the worst is the last.
func shade(s *sim.Sets) string {
	if s.Reachable.IsEmpty() && s.Partial.IsEmpty() {
		return "unknown"
	}
	return fmt.Sprintf("b%d", sim.BreadthOf(append(s.Reachable[:len(s.Reachable):len(s.Reachable)], s.Partial...)))
}

// HTML writes the matrix as a page of its own: a heat map of the groups, in the
// order of their VPCs and subnets, whose colours say how much passes. It loads
// nothing and is readable on light and dark screens.
func (v *MatrixView) HTML(w io.Writer) error {
	from, to := v.groups.Sources, v.groups.Destinations
	page := matrixHTML{
		Title: "What passes between " + count(len(from), "group") + " of interfaces",
		Cell:  cellSize(max(len(from), len(to))),
	}
	passing, all := v.passing()
	page.Summary = fmt.Sprintf("%s to %s. Something passes between %d of %d pairs of groups. A row is a source, a column a destination; interfaces that nothing tells apart are one group.",
		count(interfacesOf(from), "interface"), count(interfacesOf(to), "interface"), passing, all)
	page.Left, page.Top = 12, 12
	if len(from) <= labelled {
		page.Left = 16 + 7*longest(from)
	}
	if len(to) <= labelled {
		page.Top = 16 + 7*longest(to)
	}
	page.FieldWidth, page.FieldHeight = len(to)*page.Cell, len(from)*page.Cell
	page.Width, page.Height = page.Left+page.FieldWidth+12, page.Top+page.FieldHeight+12
	page.Rows, page.Columns = axis(from, page.Cell), axis(to, page.Cell)
	page.Lines = template.HTMLAttr(fmt.Sprintf(`d="%s"`, v.boundaries(page.Cell)))
	page.Shades = v.shades(page.Cell)
	data, err := json.Marshal(map[string]any{
		"rows": mapped(from, groupTitle), "columns": mapped(to, groupTitle), "kinds": v.groups.Kinds, "texts": mapped(v.texts, same),
	})
	if err != nil {
		return err
	}
	page.Data = template.JS(data) // json.Marshal writes < and > so that no script ends early
	var b bytes.Buffer
	if err := matrixTemplate.Execute(&b, page); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

func cellSize(n int) int {
	switch {
	case n <= 20:
		return 28
	case n <= 60:
		return 18
	case n <= labelled:
		return 13
	case n <= 400:
		return 5
	}
	return 3
}

func longest(groups []sim.MatrixGroup) int {
	n := 4
	for i := range groups {
		n = max(n, textWidth(shortName(groups[i].Name)))
	}
	return n
}

func shortName(s string) string {
	s = clean(s)
	if r := []rune(s); len(r) > 28 {
		return string(r[:27]) + "…"
	}
	return s
}

func axis(groups []sim.MatrixGroup, cell int) []axisHTML {
	if len(groups) > labelled {
		return nil
	}
	out := make([]axisHTML, len(groups))
	for i := range groups {
		out[i] = axisHTML{shortName(groups[i].Name), (float64(i) + 0.5) * float64(cell)}
	}
	return out
}

// groupTitle is what a tooltip says of a group.
func groupTitle(g sim.MatrixGroup) string {
	return fmt.Sprintf("%s (%s in %s)", clean(g.Name), count(g.Size, "interface"), listText(strings.Join(g.Subnets, ","), false))
}

// boundaries are the lines between subnets.
func (v *MatrixView) boundaries(cell int) string {
	var b strings.Builder
	width, height := len(v.groups.Destinations)*cell, len(v.groups.Sources)*cell
	for i := 1; i < len(v.groups.Sources); i++ {
		if v.groups.Sources[i].Subnets[0] != v.groups.Sources[i-1].Subnets[0] {
			fmt.Fprintf(&b, "M0 %dH%d", i*cell, width)
		}
	}
	for i := 1; i < len(v.groups.Destinations); i++ {
		if v.groups.Destinations[i].Subnets[0] != v.groups.Destinations[i-1].Subnets[0] {
			fmt.Fprintf(&b, "M%d 0V%d", i*cell, height)
		}
	}
	return b.String()
}

// shades draws the cells, those of a colour that touch in a row as one bar.
func (v *MatrixView) shades(cell int) []shadeHTML {
	out := []shadeHTML{{Class: "unknown", Text: "not known"}}
	for b := sim.OtherProtocols; b <= sim.AllPorts; b++ {
		out = append(out, shadeHTML{Class: fmt.Sprintf("b%d", b), Text: b.String()})
	}
	paths := make([]strings.Builder, len(out))
	gap := min(1, cell/6)
	class := func(kind int) int {
		if kind < 0 {
			return -1
		}
		name := shade(&v.matrix.Kinds[kind])
		for i := range out {
			if out[i].Class == name {
				return i
			}
		}
		panic("render: shade " + name)
	}
	for i, row := range v.groups.Kinds {
		for k := 0; k < len(row); {
			c, first := class(row[k]), k
			for k++; k < len(row) && gap == 0 && class(row[k]) == c; k++ {
			}
			if c >= 0 {
				out[c].Cells += k - first
				fmt.Fprintf(&paths[c], "M%d %dh%dv%dh-%dz", first*cell, i*cell, (k-first)*cell-gap, cell-gap, (k-first)*cell-gap)
			}
		}
	}
	for i := range out {
		out[i].Path = template.HTMLAttr(fmt.Sprintf(`d="%s"`, paths[i].String()))
	}
	return out
}
