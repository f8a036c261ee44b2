package sim

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// ExposureSeverity is how bad it is that something can be reached.
type ExposureSeverity uint8

// Severities, the least first.
const (
	ExposureLow ExposureSeverity = iota
	ExposureMedium
	ExposureHigh
	ExposureCritical
)

func (s ExposureSeverity) String() string {
	switch s {
	case ExposureLow:
		return "low"
	case ExposureMedium:
		return "medium"
	case ExposureHigh:
		return "high"
	case ExposureCritical:
		return "critical"
	}
	panic(fmt.Sprintf("sim: severity %d", uint8(s)))
}

// Exposure is what a source can reach, and for the internet as a source also what
// can reach it.
type Exposure struct {
	From string
	// Findings are what the source can reach, the worst first.
	Findings []Exposed
	// Egress is what can reach the internet; empty for another source.
	Egress      []Exposed
	Assumptions []Assumption
}

// Exposed is one thing that can be reached, or may be, with packets of one
// breadth.
type Exposed struct {
	Severity ExposureSeverity
	Breadth  Breadth
	// Certain is false where the design leaves open whether it can be reached.
	Certain bool
	// Partial says that it can be reached now and then, as ports are picked.
	Partial bool
	// Anywhere says that all of the source can, not only some of its addresses.
	Anywhere bool
	From, To string
	// Inside are the interfaces at the end that is in the network: they are alike.
	Inside         []model.InterfaceID
	Subnet         Component
	SecurityGroups []string
	// Shown are the packets, written as those of SetGroup.
	Shown packet.Set
	// Via are the components on the forward way, in order.
	Via []Component
	// Rule is what lets the packets in at the end of the way, or out at its
	// beginning, and Provenance where that is written.
	Rule       string
	Provenance model.Provenance
}

// Exposure tells what a source (internet, a CIDR, a selector) can reach of all
// interfaces, by classes. The question's To is not read; Protocol, Ports and Family
// narrow it. Errors are those of Ask, and the context's. progress is called as
// Matrix calls it.
func (e *Engine) Exposure(ctx context.Context, q model.Question, progress func(done, all int)) (*Exposure, error) {
	if q.From == "" {
		q.From = "internet"
	}
	from, err := e.selector.Select(q.From, model.Source)
	if err != nil {
		return nil, err
	}
	x := &Exposure{From: q.From}
	x.Findings, err = e.exposed(ctx, x, q, &from, e.everyInterface(model.Destination), false, progress)
	if err != nil {
		return nil, err
	}
	if from.Kind == model.SelectInternet {
		q.From, q.To = "", "internet"
		to := model.Selection{Text: "internet", Kind: model.SelectInternet}
		x.Egress, err = e.exposed(ctx, x, q, e.everyInterface(model.Source), &to, true, progress)
	}
	return x, err
}

// everyInterface selects all interfaces at which flows start and end.
func (e *Engine) everyInterface(side model.Side) *model.Selection {
	s := &model.Selection{Kind: model.SelectInterfaces, Text: "every interface"}
	for _, m := range model.Sorted(e.network.Interfaces) {
		if e.relays(m.ID) {
			continue
		}
		x := model.End{Interface: m.ID}
		switch side {
		case model.Source:
			for _, v6 := range []bool{false, true} {
				if a := m.Primary(v6).IP; a.IsValid() {
					x.Addresses = append(x.Addresses, a)
				}
			}
		case model.Destination:
			x.Addresses = e.network.ReceivingAddresses(m)
		}
		s.Ends = append(s.Ends, x)
	}
	return s
}

// exposed walks the jobs of a question and splits what passes by its breadth.
func (e *Engine) exposed(ctx context.Context, x *Exposure, q model.Question, from, to *model.Selection, egress bool, progress func(done, all int)) ([]Exposed, error) {
	if len(e.network.Interfaces) == 0 {
		return nil, nil
	}
	jobs, err := e.jobs(&q, from, to)
	if err != nil {
		return nil, err
	}
	var out []Exposed
	for i := range jobs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		j := &jobs[i]
		r := e.walkSet(&q, j, false)
		for _, part := range []struct {
			exact, shown     packet.Set
			certain, partial bool
		}{
			{r.sets.Reachable, r.shown.Reachable, true, false}, {r.sets.Partial, r.shown.Partial, true, true},
			{r.sets.Indeterminate, r.shown.Indeterminate, false, false},
		} {
			if part.shown.IsEmpty() {
				continue
			}
			for _, shown := range byBreadth(part.shown, egress) {
				way := e.wayOf(&q, j, shownBy(part.exact, shown), egress)
				x.Assumptions = appendNew(x.Assumptions, way.assumptions...)
				f := e.newExposed(j, shown, egress)
				f.Certain, f.Partial = part.certain, part.partial
				f.Via, f.Rule, f.Provenance = way.via, way.rule, way.where
				f.grade(q.From == "internet", egress)
				out = append(out, f)
			}
		}
		if progress != nil {
			progress(i+1, len(jobs))
		}
	}
	out = mergeExposed(out)
	slices.SortStableFunc(out, func(a, b Exposed) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Breadth, a.Breadth), -compareBools(a.Certain, b.Certain),
			compareWeights(b.Shown, a.Shown), cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From))
	})
	return out, nil
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// byBreadth cuts a set into what is a finding of its own: the ports by which
// machines and databases are run, web ports, other ports, other protocols. What
// opens everything, and what leaves the network, is one.
func byBreadth(s packet.Set, whole bool) []packet.Set {
	if whole || BreadthOf(s) >= ManyPorts {
		return []packet.Set{s}
	}
	web := packet.All
	web.Protocols, web.Dport = packet.Protocol(model.TCP).Or(packet.Protocol(model.UDP)), webPorts
	ports := web
	ports.Dport = packet.AllPorts
	var out []packet.Set
	rest := s
	for _, boxes := range [][]packet.Box{sensitive, {web}, {ports}, {packet.All}} {
		var part packet.Set
		for i := range boxes {
			part = part.Or(rest.AndBox(&boxes[i]))
			rest = rest.SubBox(&boxes[i])
		}
		if !part.IsEmpty() {
			out = append(out, part.Canonical())
		}
	}
	return out
}

// shownBy is the part of a set that a part of what widen shows of it stands for.
func shownBy(exact, shown packet.Set) packet.Set {
	var out packet.Set
	for _, b := range shown {
		for _, field := range []*packet.Addrs{&b.Src, &b.Dst} {
			if field.Equal(packet.AllIPv4) || field.Equal(packet.AllIPv6) {
				*field = packet.AllAddrs
			}
		}
		out = out.Or(exact.AndBox(&b))
	}
	return out
}

// sideOf is the side of the filter that decides at the end inside the network.
func sideOf(egressFinding bool) string {
	if egressFinding {
		return egress.String()
	}
	return ingress.String()
}

func (e *Engine) newExposed(j *job, shown packet.Set, egress bool) Exposed {
	f := Exposed{Shown: shown, Breadth: BreadthOf(shown), From: j.from, To: j.to}
	inside, end, other := j.destination, j.destinations, shown.Bounds().Src
	if egress {
		inside, end, other = j.source, j.sources, shown.Bounds().Dst
	}
	f.Anywhere = other.Holds(packet.AllIPv4) || other.Holds(packet.AllIPv6)
	f.Inside = interfaceIDs(end, inside)
	if inside != nil {
		f.Subnet = inside.subnet.comp
		for _, g := range inside.groups {
			f.SecurityGroups = append(f.SecurityGroups, string(g.id))
		}
		slices.Sort(f.SecurityGroups)
	}
	return f
}

// grade gives a finding its severity: what everybody can reach is worse than what
// some can, and what a design keeps for itself worse than what it offers.
func (f *Exposed) grade(internet, egress bool) {
	everybody := internet && f.Anywhere
	switch {
	case egress:
		f.Severity = ExposureLow
	case f.Breadth == AllPorts || f.Breadth == SensitivePorts:
		f.Severity = choose(everybody, ExposureCritical, ExposureHigh)
	case f.Breadth == ManyPorts:
		f.Severity = choose(everybody, ExposureHigh, ExposureMedium)
	case f.Breadth == FewPorts:
		f.Severity = choose(everybody, ExposureMedium, ExposureLow)
	default:
		f.Severity = ExposureLow
	}
}

func choose[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

// way is by what flows pass.
type way struct {
	via         []Component
	rule        string
	where       model.Provenance
	assumptions []Assumption
}

// wayOf walks flows of a job once more, for the record, and gives the components
// of the first way that lets some of them pass.
func (e *Engine) wayOf(q *model.Question, j *job, flows packet.Set, egress bool) way {
	one := *j
	if j.gap == nil {
		one.flows = flows
	}
	w := one.walk(e, q)
	w.record = true
	one.start(w)
	out := way{assumptions: w.assumptions}
	var rules []string
	for _, p := range w.paths {
		if p.outcome.whole.reachable.IsEmpty() && p.outcome.whole.partial.IsEmpty() && p.outcome.whole.indeterminate.IsEmpty() {
			continue
		}
		forward, _ := e.hops(p.trail, p.flows, shownHeader{})
		for _, h := range forward {
			if !slices.Contains(out.via, h.Component) {
				out.via = append(out.via, h.Component)
			}
			decides := h.Action == ActionAllow && h.Component.Type == model.KindInterface && h.Rule != nil &&
				h.Direction == sideOf(egress)
			if decides {
				if out.rule == "" {
					out.where = h.Provenance
				}
				if rules = appendNew(rules, h.Text); len(rules) <= maxNearest {
					out.rule = strings.Join(rules, "; ")
				}
			}
		}
		break
	}
	if out.where.IsZero() {
		if i := choose(egress, j.source, j.destination); i != nil {
			out.where = i.model.Provenance
		}
	}
	return out
}

// mergeExposed joins the IP versions of a finding, and what is at different
// interfaces for the same reason.
func mergeExposed(all []Exposed) []Exposed {
	var out []Exposed
	at := map[string]int{}
	for i := range all {
		f := &all[i]
		ids := strings.Join(mapIDs(f.Inside), ",")
		k := strings.Join([]string{f.From, f.To, ids, f.Breadth.String(), fmt.Sprint(f.Certain, f.Partial)}, "\x00")
		n, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, *f)
			continue
		}
		o := &out[n]
		o.Shown = o.Shown.Or(f.Shown).Canonical()
		o.Severity, o.Anywhere = max(o.Severity, f.Severity), o.Anywhere || f.Anywhere
		o.Via = appendNew(o.Via, f.Via...)
	}
	return out
}

// Code is the kind of the finding, for baselines and SARIF.
func (f *Exposed) Code() string {
	s := ""
	switch f.Breadth {
	case AllPorts:
		s = "all-ports"
	case ManyPorts:
		s = "many-ports"
	case SensitivePorts:
		s = "sensitive-port"
	case FewPorts:
		s = "port"
	case WebPorts:
		s = "web-port"
	case OtherProtocols:
		s = "other-protocol"
	default:
		panic(fmt.Sprintf("sim: breadth %d", uint8(f.Breadth)))
	}
	if !f.Certain {
		return "may-expose-" + s
	}
	return "exposes-" + s
}
