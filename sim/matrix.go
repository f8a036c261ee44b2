package sim

import (
	"context"
	"runtime"
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
}

// Cell is what passes from a class to another, or within one, by index. Its
// Blocked set is empty: that is the rest of the question.
type Cell struct {
	From, To int
	Sets
}

// Matrix walks all packets of a question between all pairs of two selections of
// interfaces. The question's From and To are not read. It uses all processors;
// the result does not depend on how many. progress, if not nil, is called now
// and then, from any goroutine, with how many sources of how many are done.
func (e *Engine) Matrix(ctx context.Context, q model.Question, from, to []model.InterfaceID, progress func(done, all int)) (*Matrix, error) {
	m := &Matrix{Sources: e.Classes(from), Destinations: e.Classes(to)}
	rows := make([][]Cell, len(m.Sources))
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
	for _, r := range rows {
		m.Cells = append(m.Cells, r...)
	}
	return m, nil
}

func (e *Engine) matrixRow(ctx context.Context, q *model.Question, m *Matrix, k int) []Cell {
	var row []Cell
	from := m.Sources[k].members[0]
	for n := range m.Destinations {
		if ctx.Err() != nil {
			return nil
		}
		to := m.Destinations[n].other(from)
		if to == nil {
			continue // the class is the source alone
		}
		if s := e.between(q, from, to); s.Passes() {
			row = append(row, Cell{k, n, s})
		}
	}
	return row
}

// other gives a member that is not i; nil if there is none.
func (c *Class) other(i *networkInterface) *networkInterface {
	for _, j := range c.members {
		if j != i {
			return j
		}
	}
	return nil
}

// between walks all packets of a question from one interface to another, in
// every IP version that both have. Blocked is left empty.
func (e *Engine) between(q *model.Question, from, to *networkInterface) Sets {
	var out Sets
	for _, v6 := range []bool{false, true} {
		if v6 && q.Family == model.IPv4 || !v6 && q.Family == model.IPv6 || !familyCarries(q.Protocol, v6) {
			continue
		}
		src, dst := from.asEnd(v6), to.asEnd(v6)
		if src.addrs.IsEmpty() || dst.addrs.IsEmpty() {
			continue
		}
		j := e.job(q, &src, &dst, v6)
		w := j.walk(e, q)
		w.cull = true
		if from.isPlainTo(to) {
			out.Reachable = join(out.Reachable, from.passPlain(w, &j, to))
			continue
		}
		v := j.start(w).whole
		out.Reachable = join(out.Reachable, v.reachable)
		out.Partial = join(out.Partial, v.partial)
		out.Indeterminate = join(out.Indeterminate, v.indeterminate)
	}
	return out
}

// asEnd is the interface as an end of a flow, by its primary address.
func (i *networkInterface) asEnd(v6 bool) end {
	x := end{label: i.label(), iface: i}
	if a := i.model.Primary(v6).IP; a.IsValid() {
		x.addrs = packet.Addr(a)
		return x
	}
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
