package sim

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Difference is what two networks let pass otherwise: between every two
// interfaces, from the internet and to it, on every packet.
type Difference struct {
	// Opened passes more after than before, and Closed less; the most severe
	// first: from the internet before inside before to the internet, what runs a
	// machine or holds data before the rest.
	Opened, Closed []Change
	// Appeared and Vanished are interfaces that only one of the networks has, by
	// name.
	Appeared, Vanished []DiffInterface
	// Elements are all differences between the resources, by resource; those that
	// cause a change are named there too.
	Elements []*Element
}

// Change is packets that have another verdict after than before, between every
// source and every destination of two groups.
type Change struct {
	From, To      DiffEnds
	Before, After model.Verdict
	// Packets have the actual addresses where an end is the internet and all
	// addresses of the IP version elsewhere.
	Packets packet.Set
	// Traffic tells their protocols and ports: "tcp 22, 443".
	Traffic string
	// Where tells which part of the internet is meant: "internet", "203.0.113.0/24";
	// empty between interfaces.
	Where string
	// Causes are the differences between the resources that a representative
	// flow meets on either side; empty where none of them explains it.
	Causes []*Element

	likely likelyFlow
}

// DiffEnds are one end of a change: the internet, or interfaces.
type DiffEnds struct {
	Internet   bool
	Interfaces []DiffInterface // by name
}

// DiffInterface is an interface of either network.
type DiffInterface struct {
	ID   string // of the later network, if that has it
	Name string
	// Appeared and Vanished say that only one network has it.
	Appeared, Vanished bool
}

// DiffOptions of Diff. The zero value compares all packets there and back.
type DiffOptions struct {
	// OneWay compares the forward leg alone.
	OneWay bool
	// Progress, if not nil, is called now and then, from any goroutine, with how
	// much of how much is done.
	Progress func(done, all int)
}

// Diff compares two networks. Interfaces are the same that have the same ID, or
// else the same Terraform address or logical ID, or else a name that no other of
// either network has. A client's source ports are those of both networks, so that
// knowing an image better changes nothing. It uses all processors; the result
// does not depend on how many. The error is that of ctx.
func Diff(ctx context.Context, before, after *Engine, opts DiffOptions) (*Difference, error) {
	d := newDiffer(before, after, opts)
	rows := make([][]rawChange, len(d.classes)+1)
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= len(rows) {
					return
				}
				rows[k] = d.row(ctx, k-1)
				if n := done.Add(1); opts.Progress != nil {
					opts.Progress(int(n), len(rows))
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &Difference{Elements: d.elements}
	for _, it := range d.items {
		switch x := it.shown(); {
		case x.Appeared:
			out.Appeared = append(out.Appeared, x)
		case x.Vanished:
			out.Vanished = append(out.Vanished, x)
		}
	}
	slices.SortFunc(out.Appeared, compareDiffInterfaces)
	slices.SortFunc(out.Vanished, compareDiffInterfaces)
	for _, c := range d.merge(slices.Concat(rows...)) {
		if openness(c.After) > openness(c.Before) {
			out.Opened = append(out.Opened, c)
		} else {
			out.Closed = append(out.Closed, c)
		}
	}
	slices.SortStableFunc(out.Opened, compareChanges)
	slices.SortStableFunc(out.Closed, compareChanges)
	return out, nil
}

// openness orders verdicts by how much passes.
func openness(v model.Verdict) int {
	switch v {
	case model.Blocked:
		return 0
	case model.Indeterminate:
		return 1
	case model.Partial:
		return 2
	case model.Reachable:
		return 3
	}
	panic(fmt.Sprintf("sim: verdict %d", uint8(v)))
}

// theInternet stands for the internet where a class is asked for.
const theInternet = -1

// rawChange is a change between two classes.
type rawChange struct {
	from, to      int
	before, after model.Verdict
	packets       packet.Set
	likely        likelyFlow
	causes        []*Element
}

// row compares everything that one class, or the internet, starts.
func (d *differ) row(ctx context.Context, from int) []rawChange {
	var out []rawChange
	for to := theInternet; to < len(d.classes); to++ {
		if ctx.Err() != nil {
			return nil
		}
		src, dst, ok := d.pair(from, to)
		if !ok || d.isUntouched(src, dst) {
			continue
		}
		for _, c := range d.compare(src, dst) {
			c.from, c.to = from, to
			c.likely = likeliest(c.packets)
			c.causes = d.causes(src, dst, c.likely.flow)
			out = append(out, c)
		}
	}
	return out
}

// pair gives a member of each of two classes; nil stands for the internet.
func (d *differ) pair(from, to int) (src, dst *diffItem, ok bool) {
	switch {
	case from == theInternet && to == theInternet:
		return nil, nil, false
	case from == theInternet:
		return nil, d.classes[to][0], true
	case to == theInternet:
		return d.classes[from][0], nil, true
	case from != to:
		return d.classes[from][0], d.classes[to][0], true
	case len(d.classes[from]) > 1:
		return d.classes[from][0], d.classes[from][1], true
	}
	return nil, nil, false
}

// compare gives the packets whose verdict differs between the networks.
func (d *differ) compare(src, dst *diffItem) []rawChange {
	q := d.question(src, dst)
	was, is := d.before.sets(d, &q, src, dst), d.after.sets(d, &q, src, dst)
	var out []rawChange
	add := func(before, after model.Verdict, s packet.Set) {
		if !s.IsEmpty() {
			out = append(out, rawChange{before: before, after: after, packets: s.Canonical()})
		}
	}
	open := []model.Verdict{model.Reachable, model.Partial, model.Indeterminate}
	for _, after := range open {
		rest := is[after].Sub(was[after])
		for _, before := range open {
			if before != after && len(rest) > 0 {
				add(before, after, rest.And(was[before]))
				rest = rest.Sub(was[before])
			}
		}
		add(model.Blocked, after, rest)
	}
	for _, before := range open {
		rest := was[before]
		for _, after := range open {
			rest = rest.Sub(is[after])
		}
		add(before, model.Blocked, rest)
	}
	return out
}

// question is about all packets, from the ports that a client of either network
// picks.
func (d *differ) question(src, dst *diffItem) model.Question {
	q := model.Question{From: "internet", To: "internet", Protocol: model.AllProtocols, Ports: model.AllPorts, OneWay: d.opts.OneWay}
	var ports packet.Ports
	if src != nil {
		q.From = src.shown().ID
		for _, i := range []*networkInterface{src.before, src.after} {
			if i != nil {
				ports = ports.Or(i.sourcePorts())
			}
		}
	} else {
		ports = otherPorts
	}
	if dst != nil {
		q.To = dst.shown().ID
	}
	q.SourcePorts = &model.PortRange{From: uint16(ports[0].Lo), To: uint16(ports[len(ports)-1].Hi)}
	return q
}

// merge joins changes that differ in their ends alone: first the sources of one
// destination, then the destinations of the same sources.
func (d *differ) merge(raw []rawChange) []Change {
	type merged struct {
		rawChange
		froms, tos []int
	}
	key := func(c *rawChange) string {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s %v", c.before, c.after, c.packets)
		for _, x := range c.causes {
			fmt.Fprintf(&b, " %p", x)
		}
		return b.String()
	}
	var bySource []*merged
	at := map[string]*merged{}
	for _, c := range raw {
		k := fmt.Sprintf("%d %t %s", c.to, c.from == theInternet, key(&c))
		m := at[k]
		if m == nil {
			m = &merged{rawChange: c, tos: []int{c.to}}
			at[k] = m
			bySource = append(bySource, m)
		}
		m.froms = append(m.froms, c.from)
	}
	var all []*merged
	clear(at)
	for _, c := range bySource {
		k := fmt.Sprintf("%v %t %s", c.froms, c.to == theInternet, key(&c.rawChange))
		if m := at[k]; m != nil {
			m.tos = append(m.tos, c.to)
			continue
		}
		at[k] = c
		all = append(all, c)
	}
	out := make([]Change, 0, len(all))
	for _, m := range all {
		c := Change{
			From: d.ends(m.froms), To: d.ends(m.tos), Before: m.before, After: m.after, Packets: m.packets,
			Traffic: trafficText(m.packets), Causes: m.causes, likely: m.likely,
		}
		bounds := m.packets.Bounds()
		switch {
		case c.From.Internet:
			c.Where = d.whereText(bounds.Src, model.Source)
		case c.To.Internet:
			c.Where = d.whereText(bounds.Dst, model.Destination)
		}
		out = append(out, c)
	}
	return out
}

// whereText tells a part of the internet; of both IP versions by the first.
func (d *differ) whereText(s packet.Addrs, side model.Side) string {
	all := d.internet[0][side].Or(d.internet[1][side])
	if s.Equal(all) || s.Equal(d.internet[0][side]) || s.Equal(d.internet[1][side]) {
		return "internet"
	}
	return d.after.showAddrs(s)
}

func (d *differ) ends(classes []int) DiffEnds {
	if classes[0] == theInternet {
		return DiffEnds{Internet: true}
	}
	var out DiffEnds
	for _, k := range classes {
		for _, it := range d.classes[k] {
			out.Interfaces = append(out.Interfaces, it.shown())
		}
	}
	slices.SortFunc(out.Interfaces, compareDiffInterfaces)
	return out
}

func compareDiffInterfaces(x, y DiffInterface) int {
	return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.ID, y.ID))
}

// compareChanges puts the most severe first.
func compareChanges(x, y Change) int {
	place := func(c *Change) int {
		switch {
		case c.From.Internet:
			return 0
		case c.To.Internet:
			return 2
		}
		return 1
	}
	doubt := func(c *Change) int {
		if c.Before == model.Indeterminate || c.After == model.Indeterminate {
			return 1
		}
		return 0
	}
	first := func(e *DiffEnds) DiffInterface {
		if len(e.Interfaces) == 0 {
			return DiffInterface{}
		}
		return e.Interfaces[0]
	}
	return cmp.Or(cmp.Compare(place(&x), place(&y)), cmp.Compare(doubt(&x), doubt(&y)),
		cmp.Compare(BreadthOf(y.Packets), BreadthOf(x.Packets)), cmp.Compare(x.likely.rank, y.likely.rank),
		compareDiffInterfaces(first(&x.To), first(&y.To)), compareDiffInterfaces(first(&x.From), first(&y.From)), strings.Compare(x.Traffic, y.Traffic))
}

// Idle are the elements that cause no change, but for the interfaces that only one
// network has and what owns them, which Appeared and Vanished tell.
func (d *Difference) Idle() []*Element {
	used := map[*Element]bool{}
	for _, c := range slices.Concat(d.Opened, d.Closed) {
		for _, x := range c.Causes {
			used[x] = true
		}
	}
	told := []model.Kind{model.KindInterface, model.KindInstance, model.KindOwner}
	return slices.DeleteFunc(slices.Clone(d.Elements), func(x *Element) bool {
		return used[x] || x.What == "" && slices.Contains(told, x.Kind)
	})
}
