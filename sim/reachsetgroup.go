package sim

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// groupSets joins the IP versions of each pair, and the pairs between which the
// same passes.
func (e *Engine) groupSets(results []setResult) []SetGroup {
	type pairKey struct{ from, to string }
	at := map[pairKey]int{}
	var groups []SetGroup // of one pair each
	for i := range results {
		r := &results[i]
		k := pairKey{r.job.from + "\x00" + idsOf(r.job.sources, r.job.source), r.job.to + "\x00" + idsOf(r.job.destinations, r.job.destination)}
		n, ok := at[k]
		if !ok {
			n = len(groups)
			at[k] = n
			groups = append(groups, SetGroup{Pairs: []PairSets{r.job.pairSets()}})
		}
		g := &groups[n]
		g.Pairs[0].Asked = join(g.Pairs[0].Asked, r.asked)
		g.Pairs[0].Sets = g.Pairs[0].join(r.sets)
		g.Shown = g.Shown.join(r.shown)
		g.Excluded = mergeExclusions(g.Excluded, r.excluded)
	}
	var out []SetGroup
	alike := map[string]int{}
	for i := range groups {
		g := &groups[i]
		g.Shown = g.Shown.canonical()
		k := g.Shown.key()
		same, ok := alike[k]
		if !ok {
			alike[k] = len(out)
			out = append(out, *g)
			continue
		}
		out[same].Pairs = append(out[same].Pairs, g.Pairs...)
		out[same].Excluded = mergeExclusions(out[same].Excluded, g.Excluded)
	}
	for i := range out {
		slices.SortStableFunc(out[i].Excluded, func(x, y Exclusion) int { return compareWeights(y.Shown, x.Shown) })
	}
	slices.SortStableFunc(out, func(x, y SetGroup) int { return compareWeights(y.Shown.passing(), x.Shown.passing()) })
	return out
}

// mergeExclusions adds reasons to others; a reason at many interfaces with the
// same groups is one.
func mergeExclusions(all, more []Exclusion) []Exclusion {
	for _, x := range more {
		n := slices.IndexFunc(all, func(o Exclusion) bool {
			if o.Code != x.Code || o.Leg != x.Leg || o.Direction != x.Direction || (o.Rule == nil) != (x.Rule == nil) || o.Unknown != x.Unknown {
				return false
			}
			if o.Rule != nil && (*o.Rule != *x.Rule || o.Provenance != x.Provenance) {
				return false
			}
			if len(o.Groups) > 0 {
				return slices.Equal(o.Groups, x.Groups)
			}
			return o.Component == x.Component
		})
		if n < 0 {
			all = append(all, x)
			continue
		}
		all[n].Shown = all[n].Shown.Or(x.Shown).Canonical()
	}
	return all
}

// idsOf names the interfaces of an end, which tell it from another of the same
// label.
func idsOf(class *end, single *networkInterface) string {
	return strings.Join(mapIDs(interfaceIDs(class, single)), ",")
}

func mapIDs(ids []model.InterfaceID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

func interfaceIDs(class *end, single *networkInterface) []model.InterfaceID {
	var out []model.InterfaceID
	if class == nil {
		if single != nil {
			out = append(out, single.model.ID)
		}
		return out
	}
	for n := range class.count() {
		if i := class.member(n).iface; i != nil {
			out = append(out, i.model.ID)
		}
	}
	return out
}

func (j *job) pairSets() PairSets {
	p := PairSets{
		From: j.from, To: j.to,
		Sources: interfaceIDs(j.sources, j.source), Destinations: interfaceIDs(j.destinations, j.destination),
	}
	if j.source != nil {
		p.Source = j.source.model.ID
	}
	if j.destination != nil {
		p.Destination = j.destination.model.ID
	}
	p.Size = pairCount(p.Sources, p.Destinations)
	return p
}

// pairCount is how many pairs of different interfaces two lists make; an end that
// is no interface is one. One interface asked about itself is one pair.
func pairCount(from, to []model.InterfaceID) int {
	if len(from) == 0 || len(to) == 0 {
		return max(1, len(from), len(to))
	}
	if len(from) == 1 && len(to) == 1 {
		return 1
	}
	both := 0
	in := make(map[model.InterfaceID]bool, len(from))
	for _, id := range from {
		in[id] = true
	}
	for _, id := range to {
		if in[id] {
			both++
		}
	}
	return max(1, len(from)*len(to)-both)
}

func (s Sets) join(t Sets) Sets {
	return Sets{join(s.Reachable, t.Reachable), join(s.Partial, t.Partial), join(s.Blocked, t.Blocked), join(s.Indeterminate, t.Indeterminate)}
}

func (s Sets) canonical() Sets {
	return Sets{s.Reachable.Canonical(), s.Partial.Canonical(), s.Blocked.Canonical(), s.Indeterminate.Canonical()}
}

// passing is what passes, or may.
func (s *Sets) passing() packet.Set {
	return join(join(s.Reachable, s.Partial), s.Indeterminate)
}

// key is the same for canonical sets that hold the same.
func (s *Sets) key() string {
	var k []byte
	for _, set := range []packet.Set{s.Reachable, s.Partial, s.Blocked, s.Indeterminate} {
		for i := range set {
			k = set[i].AppendKey(k)
		}
		k = append(k, 0xff)
	}
	return string(k)
}
