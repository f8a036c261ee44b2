package sim

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Sets says of every packet of a question which verdict it has. The four sets
// are disjoint; what is in none of them was not asked about.
type Sets struct {
	Reachable, Partial, Blocked, Indeterminate packet.Set
}

// Verdict is the verdict of the question as a whole.
func (s *Sets) Verdict() model.Verdict {
	return verdicts{s.Reachable, s.Partial, s.Blocked, s.Indeterminate}.verdict()
}

// Passes reports whether anything passes, or may.
func (s *Sets) Passes() bool {
	return !s.Reachable.IsEmpty() || !s.Partial.IsEmpty() || !s.Indeterminate.IsEmpty()
}

// Matrix is what passes between classes of interfaces.
type Matrix struct {
	Sources, Destinations []Class
	// Cells are the pairs between which something passes, or may, by source and
	// then destination. Every other pair is blocked.
	Cells []Cell
	// Kinds are the different things that cells have, what passes most first: the
	// cell's sets as SetGroup.Shown has them, without Blocked.
	Kinds []Sets
}

// Cell is what passes from a class to another, or within one, by index. Its
// Blocked set is empty: that is the rest of the question.
type Cell struct {
	From, To int
	Kind     int // by index
	Sets
}

// Matrix walks all packets of a question between all pairs of two selections of
// interfaces. The question's From and To are not read. It uses all processors;
// the result does not depend on how many. progress, if not nil, is called now
// and then, from any goroutine, with how many sources of how many are done.
func (e *Engine) Matrix(ctx context.Context, q model.Question, from, to []model.InterfaceID, progress func(done, all int)) (*Matrix, error) {
	m := &Matrix{Sources: e.Classes(from), Destinations: e.Classes(to)}
	rows := make([][]shownCell, len(m.Sources))
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= len(rows) {
					return
				}
				rows[k] = e.matrixRow(ctx, &q, m, k)
				if n := done.Add(1); progress != nil {
					progress(int(n), len(rows))
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.collect(rows)
	return m, nil
}

// shownCell is a cell on its way into a matrix: key is the same for cells that
// show the same.
type shownCell struct {
	Cell
	shown Sets
	key   string
}

// collect takes the rows over and numbers the kinds of their cells.
func (m *Matrix) collect(rows [][]shownCell) {
	at := map[string]int{}
	for _, row := range rows {
		for i := range row {
			c := &row[i]
			k, ok := at[c.key]
			if !ok {
				k = len(m.Kinds)
				at[c.key] = k
				m.Kinds = append(m.Kinds, c.shown)
			}
			c.Kind = k
			m.Cells = append(m.Cells, c.Cell)
		}
	}
	order := make([]int, len(m.Kinds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int {
		return compareWeights(m.Kinds[y].passing(), m.Kinds[x].passing())
	})
	place, sorted := make([]int, len(order)), make([]Sets, len(order))
	for n, i := range order {
		place[i], sorted[n] = n, m.Kinds[i]
	}
	m.Kinds = sorted
	for i := range m.Cells {
		m.Cells[i].Kind = place[m.Cells[i].Kind]
	}
}

func (e *Engine) matrixRow(ctx context.Context, q *model.Question, m *Matrix, k int) []shownCell {
	var row []shownCell
	for n := range m.Destinations {
		if ctx.Err() != nil {
			return nil
		}
		from, to, ok := m.Sources[k].pairWith(&m.Destinations[n])
		if !ok {
			continue // both are the same one interface
		}
		if s, shown := e.between(q, from, to); s.Passes() {
			shown = shown.canonical()
			row = append(row, shownCell{Cell{From: k, To: n, Sets: s}, shown, shown.key()})
		}
	}
	return row
}

// pairWith gives a member of each of two classes that are different interfaces.
func (c *Class) pairWith(d *Class) (from, to *networkInterface, ok bool) {
	from, to = c.members[0], d.members[0]
	switch {
	case from != to:
	case len(d.members) > 1:
		to = d.members[1]
	case len(c.members) > 1:
		from = c.members[1]
	default:
		return nil, nil, false
	}
	return from, to, true
}

// between walks all packets of a question from one interface to another, in
// every IP version that both have. shown is the same as SetGroup.Shown has it.
// Blocked is left empty in both.
func (e *Engine) between(q *model.Question, from, to *networkInterface) (out, shown Sets) {
	for _, v6 := range []bool{false, true} {
		if v6 && q.Family == model.IPv4 || !v6 && q.Family == model.IPv6 || !familyCarries(q.Protocol, v6) {
			continue
		}
		src, dst := from.asSource(v6), to.asDestination(v6)
		if src.addrs.IsEmpty() || dst.addrs.IsEmpty() {
			continue
		}
		j := e.job(q, &src, &dst, v6)
		w := j.walk(e, q)
		var s Sets
		switch {
		case from.isPlainTo(to):
			w.cull = true
			s.Reachable = from.passPlain(w, &j, to)
		case j.srcOpen || j.dstOpen:
			s = j.settle(j.start(w).whole, j.flows)
		default:
			w.cull = true
			v := j.start(w).whole
			s = Sets{Reachable: v.reachable, Partial: v.partial, Indeterminate: v.indeterminate}
		}
		s.Blocked = nil
		out = out.join(s)
		shown = shown.join(Sets{Reachable: j.widen(s.Reachable), Partial: j.widen(s.Partial), Indeterminate: j.widen(s.Indeterminate)})
	}
	return out, shown
}

// asSource is the interface as the source of a flow, by its primary address;
// asDestination by all of its own.
func (i *networkInterface) asSource(v6 bool) end {
	x := end{label: i.label(), iface: i}
	if a := i.model.Primary(v6).IP; a.IsValid() {
		x.addrs = packet.Addr(a)
		return x
	}
	x.addrs, x.open = i.addresses(v6)
	return x
}

func (i *networkInterface) asDestination(v6 bool) end {
	x := end{label: i.label(), iface: i}
	x.addrs, x.open = i.addresses(v6)
	return x
}

// isPlainTo reports whether everything between two interfaces is known and
// filters alone decide: both plain, in one VPC whose tables route locally.
func (i *networkInterface) isPlainTo(j *networkInterface) bool {
	if !i.plain || !j.plain || i == j || i.vpc != j.vpc {
		return false
	}
	a, b := i.subnet, j.subnet
	return a == b || a.table.plainLocal && b.table.plainLocal && !a.nacl.vague && !b.nacl.vague
}

// passPlain is the flows that pass between plain interfaces, there and back. The
// filters are those of the walk; as nothing translates, what passes all of them
// does not depend on their order, and the group at the destination, which leaves
// least, goes first.
func (i *networkInterface) passPlain(w *walk, j *job, to *networkInterface) packet.Set {
	s := state{flows: j.flows, hdr: j.hdr, sender: i}
	to.filter(w, &s, ingress)
	if s.flows.IsEmpty() {
		return nil
	}
	i.limitPort25(w, &s)
	i.filter(w, &s, egress)
	if i.subnet == to.subnet || s.flows.IsEmpty() {
		return s.flows
	}
	i.subnet.acl(w, &s, egress)
	to.subnet.acl(w, &s, ingress)
	if w.oneWay || s.flows.IsEmpty() {
		return s.flows
	}
	silent := s.flows.Sub(replyable)
	s.flows, s.leg, s.hdr = s.flows.And(replyable), model.Return, s.hdr.swap()
	to.subnet.acl(w, &s, egress)
	i.subnet.acl(w, &s, ingress)
	return join(s.flows, silent)
}
