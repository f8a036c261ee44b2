package render

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// What fits a page of text: groups across and down, and different things that
// pass.
const (
	maxMatrixColumns = 22
	maxMatrixRows    = 40
	maxMatrixKinds   = 40
)

// MatrixView is a matrix with the groups in which it is shown.
type MatrixView struct {
	engine *sim.Engine
	matrix *sim.Matrix
	groups *sim.MatrixGroups
	asked  model.Question
	texts  []string // of the kinds
	// families is how many IP versions there are to tell apart.
	families int
}

// NewMatrixView prepares a matrix to be written.
func NewMatrixView(e *sim.Engine, m *sim.Matrix, q model.Question) *MatrixView {
	v := &MatrixView{engine: e, matrix: m, groups: m.Groups(), asked: q, families: 2}
	if q.Family != model.AnyFamily || !hasIPv6(e) {
		v.families = 1
	}
	for i := range m.Kinds {
		v.texts = append(v.texts, setsText(e, &m.Kinds[i], v.families))
	}
	return v
}

func hasIPv6(e *sim.Engine) bool {
	for _, v := range e.Network().VPCs {
		for _, p := range v.CIDRs {
			if p.Addr().Is6() {
				return true
			}
		}
	}
	return false
}

// setsText writes what passes, what passes now and then, and what is not known.
func setsText(e *sim.Engine, s *sim.Sets, families int) string {
	var out []string
	if !s.Reachable.IsEmpty() {
		out = append(out, portionsText(e, s.Reachable, families, true))
	}
	if !s.Partial.IsEmpty() {
		out = append(out, "now and then "+portionsText(e, s.Partial, families, true))
	}
	if !s.Indeterminate.IsEmpty() {
		out = append(out, "not known "+portionsText(e, s.Indeterminate, families, true))
	}
	return strings.Join(out, "; ")
}

// square reports whether sources and destinations are the same groups.
func (v *MatrixView) square() bool {
	return len(v.groups.Sources) > 0 && len(v.groups.Destinations) == len(v.groups.Sources) && &v.groups.Sources[0] == &v.groups.Destinations[0]
}

// passing counts the pairs of groups between which something passes, or may, and
// all pairs.
func (v *MatrixView) passing() (passing, all int) {
	for _, row := range v.groups.Kinds {
		for _, k := range row {
			if k != sim.Alone {
				all++
			}
			if k >= 0 {
				passing++
			}
		}
	}
	return passing, all
}

func interfacesOf(groups []sim.MatrixGroup) int {
	n := 0
	for i := range groups {
		n += groups[i].Size
	}
	return n
}

// Text writes the matrix on a page, or says that it needs more than one and how to
// narrow it.
func (v *MatrixView) Text(w io.Writer, o Options) error {
	p := newPage(o)
	passing, all := v.passing()
	from, to := v.groups.Sources, v.groups.Destinations
	if v.square() {
		p.line("%s in %s that nothing tells apart; something passes between %d of %d pairs of groups",
			count(interfacesOf(from), "interface"), count(len(from), "group"), passing, all)
	} else {
		p.line("%s in %s to %s in %s; something passes between %d of %d pairs of groups", count(interfacesOf(from), "interface"),
			count(len(from), "group"), count(interfacesOf(to), "interface"), count(len(to), "group"), passing, all)
	}
	if o.Quiet {
		return p.flush(w)
	}
	if !o.Verbose && (len(from) > maxMatrixRows || len(to) > maxMatrixColumns || len(v.texts) > maxMatrixKinds) {
		v.tooMuch(p)
		return p.flush(w)
	}
	v.legend(p, "groups", from, "")
	rows := ""
	if !v.square() {
		rows = "'"
		v.legend(p, "groups of destinations", to, rows)
	}
	p.heading("what passes from the group at the left to the group at the top")
	v.table(p, rows)
	var kinds []row
	for k, t := range v.texts {
		kinds = append(kinds, row{indent: 2, lead: v.kindMark(k), text: t})
	}
	p.line("")
	p.rows(append(kinds, row{indent: 2, lead: ".", text: "nothing"}))
	return p.flush(w)
}

func (v *MatrixView) legend(p *page, title string, groups []sim.MatrixGroup, mark string) {
	p.heading(title)
	var rows []row
	for i := range groups {
		g := &groups[i]
		where := listText(strings.Join(g.Subnets, ","), false)
		if len(g.SecurityGroups) > 0 {
			where += "; security groups " + listText(strings.Join(g.SecurityGroups, ","), false)
		}
		rows = append(rows, row{indent: 2, mark: fmt.Sprintf("%-2s", groupMark(i)+mark), style: bold, lead: clean(g.Name), text: fmt.Sprintf("%s; %s", count(g.Size, "interface"), where)})
	}
	p.rows(rows)
}

func (v *MatrixView) table(p *page, mark string) {
	var head strings.Builder
	head.WriteString("     ")
	for i := range v.groups.Destinations {
		fmt.Fprintf(&head, " %-2s", groupMark(i)+mark)
	}
	p.line("%s", strings.TrimRight(head.String(), " "))
	for i, row := range v.groups.Kinds {
		var line strings.Builder
		fmt.Fprintf(&line, "  %-3s", groupMark(i))
		for _, k := range row {
			mark := " "
			switch k {
			case sim.Alone:
			case sim.Nothing:
				mark = "."
			default:
				mark = v.kindMark(k)
			}
			fmt.Fprintf(&line, " %-2s", mark)
		}
		p.line("%s", strings.TrimRight(line.String(), " "))
	}
}

// groupMark is A to Z, then AA and so on; kindMark the same in small letters.
func groupMark(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return groupMark(i/26-1) + string(rune('A'+i%26))
}

func (v *MatrixView) kindMark(k int) string { return strings.ToLower(groupMark(k)) }

// tooMuch says what there is instead of a page that nobody reads.
func (v *MatrixView) tooMuch(p *page) {
	p.line("")
	p.line("That is more than a page. Narrow it with --from and --to (tag:Tier=web, subnet:ID,")
	p.line("sg:ID), --protocol or --port, or see all of it with -o html, csv or json, or -v.")
	counts := make([]int, len(v.texts))
	for _, row := range v.groups.Kinds {
		for _, k := range row {
			if k >= 0 {
				counts[k]++
			}
		}
	}
	p.heading("the most that passes")
	var rows []row
	for k := range v.texts[:min(len(v.texts), maxGroups)] {
		rows = append(rows, row{indent: 2, lead: count(counts[k], "pair"), text: sentence(shortened(v.texts[k], 160), false)})
	}
	p.rows(rows)
}

// shortened cuts a text that is longer than n bytes at a space.
func shortened(s string, n int) string {
	if len(s) <= n {
		return s
	}
	cut := strings.LastIndexByte(s[:n], ' ')
	if cut < 0 {
		cut = n
	}
	return strings.TrimRight(s[:cut], ",;") + " …"
}

type matrixJSON struct {
	SchemaVersion int               `json:"schema_version"`
	Protocol      string            `json:"protocol"`
	Sources       []matrixClassJSON `json:"sources"`
	Destinations  []matrixClassJSON `json:"destinations"`
	Kinds         []matrixKindJSON  `json:"kinds"`
	Cells         [][3]int          `json:"cells"`
}

type matrixClassJSON struct {
	Group      string              `json:"group"`
	Interfaces []model.InterfaceID `json:"interfaces"`
}

type matrixKindJSON struct {
	Text          string    `json:"text"`
	Reachable     []boxJSON `json:"reachable"`
	Partial       []boxJSON `json:"partial"`
	Indeterminate []boxJSON `json:"indeterminate"`
}

// JSON writes the matrix as one object: the classes, the kinds of things that
// pass, and the cells as [source, destination, kind], by index. A pair of classes
// without a cell is blocked.
func (v *MatrixView) JSON(w io.Writer) error {
	kinds := make([]matrixKindJSON, 0, len(v.texts))
	for i, t := range v.texts {
		s := &v.matrix.Kinds[i]
		kinds = append(kinds, matrixKindJSON{t, boxesOf(v.engine, s.Reachable), boxesOf(v.engine, s.Partial), boxesOf(v.engine, s.Indeterminate)})
	}
	cells := make([][3]int, 0, len(v.matrix.Cells))
	for i := range v.matrix.Cells {
		c := &v.matrix.Cells[i]
		cells = append(cells, [3]int{c.From, c.To, c.Kind})
	}
	return writeJSON(w, matrixJSON{
		SchemaVersion: SchemaVersion, Protocol: v.asked.Protocol.String(),
		Sources: classesOf(v.matrix.Sources, v.groups.Sources), Destinations: classesOf(v.matrix.Destinations, v.groups.Destinations),
		Kinds: kinds, Cells: cells,
	})
}

func classesOf(classes []sim.Class, groups []sim.MatrixGroup) []matrixClassJSON {
	out := make([]matrixClassJSON, len(classes))
	for i := range groups {
		for _, c := range groups[i].Classes {
			out[c] = matrixClassJSON{groups[i].Name, classes[c].Interfaces}
		}
	}
	return out
}

// CSV writes a line for each pair of groups between which something passes, or
// may.
func (v *MatrixView) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	lines := [][]string{{"from", "from_interfaces", "to", "to_interfaces", "passes", "now_and_then", "not_known"}}
	for i, row := range v.groups.Kinds {
		for k, kind := range row {
			if kind < 0 {
				continue
			}
			from, to, s := &v.groups.Sources[i], &v.groups.Destinations[k], &v.matrix.Kinds[kind]
			lines = append(lines, []string{
				clean(from.Name), strconv.Itoa(from.Size), clean(to.Name), strconv.Itoa(to.Size), portionsText(v.engine, s.Reachable, v.families, true),
				portionsText(v.engine, s.Partial, v.families, true), portionsText(v.engine, s.Indeterminate, v.families, true),
			})
		}
	}
	return c.WriteAll(lines)
}
