package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// MatrixGroup is classes of which a matrix says the same: the same passes from
// each of them to every class, and to each of them from every class.
type MatrixGroup struct {
	// Name tells the group from the others of its side: by the names that its
	// members share, or by where they are and their security groups.
	Name    string
	Classes []int // of Matrix.Sources or Matrix.Destinations
	Size    int   // interfaces
	// Subnets, VPCs and SecurityGroups are what the members are in, by name, each
	// once.
	Subnets, VPCs, SecurityGroups []string
	// members are the first few interfaces.
	members []*networkInterface
}

// MatrixGroups are the groups of a matrix. Where sources and destinations are the
// same interfaces, so are their groups.
type MatrixGroups struct {
	Sources, Destinations []MatrixGroup
	// Kinds has the kind of each cell, by source group and destination group; -1
	// where nothing passes, and Alone where there is no pair to speak of.
	Kinds [][]int
}

// Kinds of cells that a matrix has no set for.
const (
	Nothing = -1
	Alone   = -2 // the group is one interface
)

// Groups joins the classes of which the matrix says the same. They are ordered by
// VPC, subnet and name.
func (m *Matrix) Groups() *MatrixGroups {
	table := m.table()
	g := &MatrixGroups{}
	if m.symmetric() {
		g.Sources = group(m.Sources, func(a, b int) bool { return m.alike(table, a, b) })
		g.Destinations = g.Sources
	} else {
		g.Sources = group(m.Sources, func(a, b int) bool { return sameKinds(table[a], table[b]) })
		g.Destinations = group(m.Destinations, func(a, b int) bool {
			for k := range table {
				if !sameKind(table[k][a], table[k][b]) {
					return false
				}
			}
			return true
		})
	}
	for _, from := range g.Sources {
		row := make([]int, 0, len(g.Destinations))
		for _, to := range g.Destinations {
			row = append(row, kindOf(table, from.Classes, to.Classes))
		}
		g.Kinds = append(g.Kinds, row)
	}
	return g
}

// kindOf is the kind that all pairs of two lists of classes have.
func kindOf(table [][]int, from, to []int) int {
	for _, f := range from {
		for _, t := range to {
			if table[f][t] != Alone {
				return table[f][t]
			}
		}
	}
	return Alone
}

func (m *Matrix) symmetric() bool {
	return slices.EqualFunc(m.Sources, m.Destinations, func(a, b Class) bool { return slices.Equal(a.Interfaces, b.Interfaces) })
}

// table has the kinds of all pairs of classes.
func (m *Matrix) table() [][]int {
	table := make([][]int, len(m.Sources))
	for i := range table {
		table[i] = make([]int, len(m.Destinations))
		for k := range table[i] {
			table[i][k] = Nothing
			if _, _, ok := m.Sources[i].pairWith(&m.Destinations[k]); !ok {
				table[i][k] = Alone
			}
		}
	}
	for i := range m.Cells {
		table[m.Cells[i].From][m.Cells[i].To] = m.Cells[i].Kind
	}
	return table
}

// sameKind reports whether two cells may be told as one: a cell without a pair
// agrees with every other.
func sameKind(a, b int) bool { return a == b || a == Alone || b == Alone }

func sameKinds(a, b []int) bool { return slices.EqualFunc(a, b, sameKind) }

// alike reports whether two classes of a symmetric matrix may be told as one: so
// may their rows and columns, and what passes between the two passes within each.
func (m *Matrix) alike(table [][]int, a, b int) bool {
	if !sameKinds(table[a], table[b]) {
		return false
	}
	for k := range table {
		if !sameKind(table[k][a], table[k][b]) {
			return false
		}
	}
	return sameKind(table[a][b], table[b][a])
}

// group puts classes with the ones that all of a group's classes are alike.
func group(classes []Class, alike func(a, b int) bool) []MatrixGroup {
	var out []MatrixGroup
	for c := range classes {
		at := slices.IndexFunc(out, func(g MatrixGroup) bool {
			return !slices.ContainsFunc(g.Classes, func(o int) bool { return !alike(o, c) })
		})
		if at < 0 {
			at = len(out)
			out = append(out, MatrixGroup{})
		}
		out[at].Classes = append(out[at].Classes, c)
	}
	for i := range out {
		out[i].describe(classes)
	}
	slices.SortStableFunc(out, func(x, y MatrixGroup) int {
		return cmp.Or(cmp.Compare(x.VPCs[0], y.VPCs[0]), cmp.Compare(x.Subnets[0], y.Subnets[0]), cmp.Compare(x.Name, y.Name))
	})
	seen := map[string]int{}
	for i := range out { // two groups may have members of the same names
		seen[out[i].Name]++
		if n := seen[out[i].Name]; n > 1 {
			out[i].Name = fmt.Sprintf("%s #%d", out[i].Name, n)
		}
	}
	return out
}

func (g *MatrixGroup) describe(classes []Class) {
	var labels, tiers []string
	for _, c := range g.Classes {
		g.Size += classes[c].Size()
		for _, i := range classes[c].members {
			labels = append(labels, i.label())
			tiers = append(tiers, i.tier())
		}
		i := classes[c].members[0]
		g.members = append(g.members, i)
		g.VPCs = append(g.VPCs, nameOr(i.vpc.comp))
		g.Subnets = append(g.Subnets, nameOr(i.subnet.comp))
		for _, s := range i.groups {
			g.SecurityGroups = append(g.SecurityGroups, cmp.Or(s.name, string(s.id)))
		}
	}
	for _, list := range []*[]string{&g.VPCs, &g.Subnets, &g.SecurityGroups} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	g.Name = g.named(labels, tiers)
}

// named finds the shortest thing that says which interfaces are meant.
func (g *MatrixGroup) named(labels, tiers []string) string {
	slices.Sort(labels)
	labels = slices.Compact(labels)
	slices.Sort(tiers)
	tiers = slices.Compact(tiers)
	stem := commonStem(labels)
	switch {
	case len(labels) == 1:
		return labels[0]
	case len(tiers) == 1 && tiers[0] != "":
		return tiers[0]
	case len(stem) >= 2 && !slices.Contains([]string{"i", "eni"}, stem):
		return stem + "*"
	case len(g.SecurityGroups) == 1:
		return g.SecurityGroups[0]
	case len(g.Subnets) == 1:
		return g.Subnets[0]
	}
	return fmt.Sprintf("%s and %d more", labels[0], len(labels)-1)
}

// commonStem is what all names begin with, without the end of a word that was cut.
func commonStem(names []string) string {
	stem := names[0]
	for _, n := range names[1:] {
		for !strings.HasPrefix(n, stem) {
			stem = stem[:len(stem)-1]
		}
	}
	return strings.TrimRight(stem, "-_. 0123456789")
}

// tier is what a tag says of the interface's place in a design; empty without one.
func (i *networkInterface) tier() string {
	var tags []map[string]string
	tags = append(tags, i.model.Tags)
	switch {
	case i.owner.instance != nil:
		tags = append(tags, i.owner.instance.Tags)
	case i.owner.other != nil:
		tags = append(tags, i.owner.other.Tags)
	}
	for _, t := range tags {
		for _, key := range []string{"Tier", "tier", "Role", "role"} {
			if t[key] != "" {
				return t[key]
			}
		}
	}
	return ""
}

func nameOr(c Component) string { return cmp.Or(c.Name, c.ID) }

// Interfaces gives the interfaces that a text stands for, by ID: those at which
// flows start and end. The empty text is all of them. The error is a
// *model.SelectError, or a *QuestionError where the text is about something else.
func (e *Engine) Interfaces(text string, side model.Side) ([]model.InterfaceID, error) {
	var out []model.InterfaceID
	if text == "" {
		for _, i := range model.Sorted(e.network.Interfaces) {
			if !e.relays(i.ID) {
				out = append(out, i.ID)
			}
		}
		if len(out) == 0 {
			return nil, &QuestionError{"the network has no interface at which a flow could start or end"}
		}
		return out, nil
	}
	s, err := e.selector.Select(text, side)
	if err != nil {
		return nil, err
	}
	for _, x := range s.Ends {
		if x.Interface != "" && !e.relays(x.Interface) {
			out = append(out, x.Interface)
		}
	}
	if len(out) == 0 {
		return nil, &QuestionError{fmt.Sprintf("%s does not stand for interfaces of the network: ask reachable-set or exposure about it", text)}
	}
	return out, nil
}
