package sim

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// differ is two networks while they are compared.
type differ struct {
	before, after diffSide
	opts          DiffOptions
	items         []*diffItem
	// classes are the items that neither network can tell apart, by their first.
	classes [][]*diffItem
	// internet is what both networks take for the internet.
	internet internetSets
	elements []*Element
	byOwner  map[resourceKey][]*Element
}

// diffSide is one of the two networks. rename gives what a resource of it is
// called in the later one.
type diffSide struct {
	*Engine
	rename func(model.Kind, string) string
	of     func(*diffItem) *networkInterface
}

// diffItem is an interface of either network or both; nil where one lacks it.
type diffItem struct {
	before, after *networkInterface
	// changed says that something that filters consult about it may differ
	// between the networks.
	changed bool
}

func (it *diffItem) shown() DiffInterface {
	i := it.after
	if i == nil {
		i = it.before
	}
	return DiffInterface{ID: i.comp.ID, Name: i.label(), Appeared: it.before == nil, Vanished: it.after == nil}
}

func newDiffer(before, after *Engine, opts DiffOptions) *differ {
	names := matchResources(before, after)
	d := &differ{opts: opts}
	d.before = diffSide{before, names.later, func(it *diffItem) *networkInterface { return it.before }}
	d.after = diffSide{after, func(_ model.Kind, id string) string { return id }, func(it *diffItem) *networkInterface { return it.after }}
	for version := range d.internet {
		for side := range d.internet[version] {
			d.internet[version][side] = before.internetSets[version][side].And(after.internetSets[version][side])
		}
	}
	matched := map[model.InterfaceID]bool{}
	for _, m := range model.Sorted(before.network.Interfaces) {
		if before.relays(m.ID) {
			continue
		}
		it := &diffItem{before: before.interfaces[m.ID]}
		if id, ok := names[model.KindInterface][string(m.ID)]; ok {
			it.after = after.interfaces[model.InterfaceID(id)]
			matched[model.InterfaceID(id)] = true
		}
		d.items = append(d.items, it)
	}
	for _, m := range model.Sorted(after.network.Interfaces) {
		if !matched[m.ID] && !after.relays(m.ID) {
			d.items = append(d.items, &diffItem{after: after.interfaces[m.ID]})
		}
	}
	type key struct{ before, after string }
	at := map[key]int{}
	for _, it := range d.items {
		var k key
		if it.before != nil {
			k.before = it.before.classKey
		}
		if it.after != nil {
			k.after = it.after.classKey
		}
		n, ok := at[k]
		if !ok {
			n = len(d.classes)
			at[k] = n
			d.classes = append(d.classes, nil)
		}
		d.classes[n] = append(d.classes[n], it)
	}
	d.compareResources()
	d.markChanged()
	return d
}

// markChanged finds the interfaces about which every filter has the same to go
// by in both networks.
func (d *differ) markChanged() {
	all := !slices.Equal(d.before.network.Port25Allowed, d.after.network.Port25Allowed) ||
		slices.ContainsFunc(d.elements, func(x *Element) bool { return x.Kind == model.KindPrefixList })
	for _, it := range d.items {
		it.changed = all || it.before == nil || it.after == nil || it.before.vpc.model.Account != it.after.vpc.model.Account
		for _, side := range []*diffSide{&d.before, &d.after} {
			i := side.of(it)
			if it.changed {
				break
			}
			m := &metFlow{at: map[resourceKey]bool{}}
			side.meetInterface(m, i)
			side.meetComponent(m, i.subnet.nacl.comp)
			for k := range m.at {
				it.changed = it.changed || len(d.byOwner[k]) > 0
			}
		}
	}
}

// isUntouched reports whether filters alone decide about a pair in both networks,
// and have the same to go by, so that there is nothing to compare.
func (d *differ) isUntouched(src, dst *diffItem) bool {
	return src != nil && dst != nil && !src.changed && !dst.changed && src.before.isPlainTo(dst.before) && src.after.isPlainTo(dst.after)
}

// sets gives all packets from one item to another by their verdict in one
// network, the internet for nil. An item's own addresses do not show, since they
// may differ between the networks.
func (s *diffSide) sets(d *differ, q *model.Question, src, dst *diffItem) (out [model.Reachable + 1]packet.Set) {
	for _, v6 := range []bool{false, true} {
		sources, destinations := s.diffEnds(d, src, dst, v6)
		for i := range sources {
			for k := range destinations {
				j := s.job(q, &sources[i], &destinations[k], v6)
				if j.flows.IsEmpty() && j.gap == nil {
					continue
				}
				v := j.settle(s.passing(q, &j), j.flows)
				for verdict, set := range map[model.Verdict]packet.Set{
					model.Reachable: v.Reachable, model.Partial: v.Partial, model.Indeterminate: v.Indeterminate,
				} {
					out[verdict] = out[verdict].Or(withoutOwn(set, src != nil, dst != nil, v6))
				}
			}
		}
	}
	// Of several addresses the one that lets most pass counts.
	out[model.Partial] = out[model.Partial].Sub(out[model.Reachable])
	out[model.Indeterminate] = out[model.Indeterminate].Sub(out[model.Reachable]).Sub(out[model.Partial])
	return out
}

// diffEnds gives the ends of a pair in one network; none where it lacks one.
func (s *diffSide) diffEnds(d *differ, src, dst *diffItem, v6 bool) (sources, destinations []end) {
	version := 0
	if v6 {
		version = 1
	}
	ends := func(it *diffItem, side model.Side, by resolution) []end {
		if it == nil {
			return []end{{label: "internet", addrs: d.internet[version][side]}}
		}
		i := s.of(it)
		if i == nil {
			return nil
		}
		m := model.End{Interface: i.model.ID}
		for _, a := range i.model.Addresses {
			if a.IP.IsValid() && (side == model.Destination || a.IP == i.model.Primary(a.IP.Is6()).IP) {
				m.Addresses = append(m.Addresses, a.IP)
			}
		}
		return s.ends(&model.Selection{Text: i.label(), Ends: []model.End{m}}, side, v6, by)
	}
	return ends(src, model.Source, resolution{inside: true}), ends(dst, model.Destination, resolution{inside: src != nil, eitherVersion: true})
}

// withoutOwn writes the addresses of interfaces as all of the IP version.
func withoutOwn(s packet.Set, src, dst, v6 bool) packet.Set {
	family := packet.AllIPv4
	if v6 {
		family = packet.AllIPv6
	}
	var out packet.Set
	for _, b := range s {
		if src {
			b.Src = family
		}
		if dst {
			b.Dst = family
		}
		b.Choice = packet.All.Choice
		out = out.Or(packet.Of(b))
	}
	return out
}

// resourceNames give what resources of the earlier network are called in the
// later one, by kind. Those that it lacks are not there.
type resourceNames map[model.Kind]map[string]string

func (n resourceNames) later(k model.Kind, id string) string {
	if later, ok := n[k][id]; ok {
		return later
	}
	return id
}

// identity is what a resource is recognised by, the first that fits.
type identity struct{ id, address, name string }

// matchResources finds the resources that both networks have.
func matchResources(before, after *Engine) resourceNames {
	out := resourceNames{}
	was, is := before.identities(), after.identities()
	for k, list := range was {
		out[k] = matchIdentities(list, is[k])
	}
	return out
}

func matchIdentities(before, after []identity) map[string]string {
	out, taken := map[string]string{}, map[string]bool{}
	for _, by := range []func(identity) string{
		func(x identity) string { return x.id },
		func(x identity) string { return x.address },
		func(x identity) string { return x.name },
	} {
		was, is := map[string][]identity{}, map[string][]identity{}
		for _, x := range before {
			if _, done := out[x.id]; !done && by(x) != "" {
				was[by(x)] = append(was[by(x)], x)
			}
		}
		for _, x := range after {
			if !taken[x.id] && by(x) != "" {
				is[by(x)] = append(is[by(x)], x)
			}
		}
		for text, xs := range was {
			if ys := is[text]; len(xs) == 1 && len(ys) == 1 {
				out[xs[0].id], taken[ys[0].id] = ys[0].id, true
			}
		}
	}
	return out
}

// identities lists the resources of a network by kind.
func (e *Engine) identities() map[model.Kind][]identity {
	out := map[model.Kind][]identity{}
	for _, r := range e.resources(func(_ model.Kind, id string) string { return id }) {
		x := identity{r.id, r.meta.Provenance.Address, r.meta.Name}
		if r.kind == model.KindInterface {
			if i := e.interfaces[model.InterfaceID(r.id)]; x.name == "" && i.model.DeviceIndex == 0 {
				x.name = i.owner.name
			}
		}
		out[r.kind] = append(out[r.kind], x)
	}
	for k := range out {
		slices.SortFunc(out[k], func(x, y identity) int { return strings.Compare(x.id, y.id) })
	}
	return out
}
