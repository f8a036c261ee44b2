package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// contest is attached VPCs whose ranges overlap: a transit gateway has the routes of
// the one that was attached first, and none of those that overlap it (TGW-18). A
// design does not tell which that is.
type contest struct {
	addrs packet.Addrs
	names string
	// tables are the route table as it is with each of them attached first.
	tables []*transitTable
}

// compileContests finds the VPCs that contest a table's routes. propagated are all
// routes of the attachments, by attachment; fixed are the others.
func (t *transitTable) compileContests(attached []*attachment, propagated map[*attachment][]*transitRoute, fixed []*transitRoute) {
	vpcs := slices.DeleteFunc(slices.Clone(attached), func(a *attachment) bool {
		return a.kind != model.AttachVPC || a.vpc == nil || len(propagated[a]) == 0
	})
	slices.SortFunc(vpcs, func(a, b *attachment) int { return strings.Compare(a.comp.ID, b.comp.ID) })
	seen := map[*attachment]bool{}
	for _, a := range vpcs {
		rivals := rivalsOf(a, vpcs, seen)
		if len(rivals) < 2 {
			continue
		}
		slices.SortFunc(rivals, func(a, b *attachment) int { return strings.Compare(a.comp.ID, b.comp.ID) })
		c := contest{}
		var names []string
		for _, r := range rivals {
			c.addrs = c.addrs.Or(r.vpc.cidrs)
			names = append(names, r.vpc.comp.named())
		}
		c.names = strings.Join(names, ", ")
		for _, first := range rivals {
			one := &transitTable{comp: t.comp, hub: t.hub, where: t.where, unknown: t.unknown, open: t.open, withdrawn: t.withdrawn}
			routes := slices.Clone(fixed)
			for _, a := range attached {
				if !slices.Contains(rivals, a) {
					routes = append(routes, propagated[a]...)
				}
			}
			for _, a := range keptBeside(first, rivals) {
				routes = append(routes, propagated[a]...)
			}
			one.fill(routes)
			c.tables = append(c.tables, one)
		}
		t.contests = append(t.contests, c)
	}
}

// rivalsOf are the attachments that a VPC's range joins, by one overlap after another.
func rivalsOf(a *attachment, all []*attachment, seen map[*attachment]bool) []*attachment {
	if seen[a] {
		return nil
	}
	seen[a] = true
	out := []*attachment{a}
	for _, b := range all {
		if !seen[b] && a.vpc != b.vpc && a.vpc.cidrs.Overlaps(b.vpc.cidrs) {
			out = append(out, rivalsOf(b, all, seen)...)
		}
	}
	return out
}

// keptBeside are the attachments whose routes are there when one was attached first,
// and the others in the order of their IDs.
func keptBeside(first *attachment, rivals []*attachment) []*attachment {
	kept := []*attachment{first}
	for _, a := range rivals {
		if !slices.ContainsFunc(kept, func(k *attachment) bool { return k.vpc == a.vpc || k.vpc.cidrs.Overlaps(a.vpc.cidrs) }) {
			kept = append(kept, a)
		}
	}
	return kept
}

// forward walks flows to VPCs that contest the table's routes: once with each of
// them attached first, and the same on both legs (PATH-7).
func (c *contest) forward(w *walk, s state, by *attachment, from *subnet) outcome {
	t := c.tables[0]
	choice := routeChoice{t.comp.ID, "first of " + c.names}
	for p := s.picks; p != nil; p = p.before {
		if p.entry == nil && p.choice == choice {
			return c.tables[p.index].choose(w, s, by, from)
		}
	}
	w.assume("TGW-18", fmt.Sprintf("the ranges of %s overlap: %s has the routes of the one that was attached first, and which that is is not known", c.names, t.comp.named()))
	ways := make([]outcome, len(c.tables))
	for i, one := range c.tables {
		s := s
		s.picks = &pick{before: s.picks, choice: choice, index: i}
		ways[i] = one.choose(w, s, by, from)
	}
	return atRandom(ways)
}

// isContested reports whether VPCs contest the routes to an address.
func (t *transitTable) isContested(a netip.Addr) bool {
	return slices.ContainsFunc(t.contests, func(c contest) bool { return c.addrs.Contains(a) })
}
