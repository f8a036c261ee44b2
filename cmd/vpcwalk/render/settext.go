package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// maxExclusions is how many reasons of a group are shown unless asked for all,
// and maxGroups how many groups.
const (
	maxExclusions = 6
	maxGroups     = 20
)

// SetText writes every packet that passes for a person: what passes, in ranges
// that are merged, and what excludes the rest, group of pairs by group of pairs.
func SetText(w io.Writer, e *sim.Engine, a *sim.SetAnswer, o Options) error {
	p := newPage(o)
	v := setView{page: p, engine: e, answer: a, all: o.Verbose, families: familiesOf(a)}
	groups := a.Groups
	if !v.all {
		groups = groups[:min(len(groups), maxGroups)]
	}
	for i := range groups {
		if i > 0 && !o.Quiet {
			p.line("")
		}
		v.group(&groups[i], o.Quiet)
	}
	if n := len(a.Groups) - len(groups); n > 0 {
		p.line("\nand %s (-v shows all)", count(n, "more group of pairs"))
	}
	if !o.Quiet {
		if !a.Explained {
			p.line("\nthere are too many pairs to tell what excludes the rest: ask about one")
		}
		v.rest()
	}
	return p.flush(w)
}

// setView lays sets of packets out on a page.
type setView struct {
	*page
	engine   *sim.Engine
	answer   *sim.SetAnswer
	all      bool
	families int // how many IP versions were asked about
}

// familiesOf counts the IP versions that an answer is about: where it is one, no
// line needs to say which.
func familiesOf(a *sim.SetAnswer) int {
	var v4, v6 int
	for i := range a.Groups {
		for k := range a.Groups[i].Pairs {
			b := a.Groups[i].Pairs[k].Asked.Bounds()
			if b.Dst.Overlaps(packet.AllIPv4) {
				v4 = 1
			}
			if b.Dst.Overlaps(packet.AllIPv6) {
				v6 = 1
			}
		}
	}
	return v4 + v6
}

func (v setView) group(g *sim.SetGroup, quiet bool) {
	ends := v.ends(g)
	passes := v.portions(g.Shown.Reachable)
	if quiet {
		said := []string{passes}
		if !g.Shown.Partial.IsEmpty() {
			said = append(said, "partial: "+v.portions(g.Shown.Partial))
		}
		if !g.Shown.Indeterminate.IsEmpty() {
			said = append(said, "not known: "+v.portions(g.Shown.Indeterminate))
		}
		if said[0] == "" {
			said[0] = "nothing"
			if len(said) > 1 { // that nothing passes for certain goes without saying
				said = said[1:]
			}
		}
		v.line("%s  %s", ends, strings.Join(said, "; "))
		return
	}
	v.line("%s", v.paint(bold, ends))
	if g.Shown.Reachable.IsEmpty() && g.Shown.Partial.IsEmpty() && g.Shown.Indeterminate.IsEmpty() {
		v.rows([]row{{indent: 2, style: red, lead: "nothing passes"}})
	}
	var rows []row
	for _, x := range []struct {
		set     packet.Set
		verdict model.Verdict
		lead    string
	}{{g.Shown.Reachable, model.Reachable, "passes"}, {g.Shown.Partial, model.Partial, "partial"}, {g.Shown.Indeterminate, model.Indeterminate, "not known"}} {
		if !x.set.IsEmpty() {
			rows = append(rows, row{indent: 2, style: verdictStyle(x.verdict), lead: x.lead, text: v.portions(x.set)})
		}
	}
	v.rows(rows)
	v.exclusions(g)
}

func (v setView) ends(g *sim.SetGroup) string {
	first := &g.Pairs[0]
	s := clean(first.From) + " -> " + clean(first.To)
	if n := g.Size(); n > 1 {
		s += fmt.Sprintf(", and %s of which the same is true", count(n-1, "more pair"))
	}
	return s
}

// exclusions tells what is excluded by what, the most first.
func (v setView) exclusions(g *sim.SetGroup) {
	shown := g.Excluded
	if !v.all {
		shown = shown[:min(len(shown), maxExclusions)]
	}
	if len(shown) == 0 {
		return
	}
	v.line("  %s", v.paint(bold, "excluded"))
	var rows []row
	for _, x := range shown {
		r := row{indent: 4, style: red, lead: string(x.Code), place: placeText(x.Provenance)}
		if x.Unknown {
			r.style = yellow
		}
		where := fullComponentText(x.Component)
		if x.Leg == model.Return {
			where += ", on the way back"
		}
		r.text = v.portions(x.Shown) + "\n" + where + ": " + sentence(x.Message, v.all)
		rows = append(rows, r)
	}
	v.rows(rows)
	if n := len(g.Excluded) - len(shown); n > 0 {
		v.line("    and %s (-v shows all)", count(n, "more reason"))
	}
}

// portions writes a set as "tcp 443, 8000-8010; udp 53; icmp echo".
func (v setView) portions(s packet.Set) string { return portionsText(v.engine, s, v.families, v.all) }

var otherFamily = map[string]string{"IPv4": "IPv6", "IPv6": "IPv4", "": "none"}

func portionsText(e *sim.Engine, s packet.Set, families int, all bool) string {
	type where struct{ source, destination, sourcePort, family string }
	var order []where
	parts := map[where][]sim.Portion{}
	for _, p := range e.Portions(s) {
		k := where{p.Source, p.Destination, p.SourcePort, p.Family}
		if !slices.Contains(order, k) {
			order = append(order, k)
		}
		parts[k] = append(parts[k], p)
	}
	traffic := map[where][]string{}
	for k, ps := range parts {
		traffic[k] = trafficTexts(ps)
	}
	var out []string
	for _, k := range order {
		t := strings.Join(traffic[k], "; ")
		if other := (where{k.source, k.destination, k.sourcePort, otherFamily[k.family]}); slices.Equal(traffic[k], traffic[other]) {
			if k.family == "IPv6" {
				continue // told with IPv4
			}
			k.family = ""
		}
		if k.source != "" {
			t += " from " + listText(k.source, all)
		}
		if k.destination != "" {
			t += " to " + listText(k.destination, all)
		}
		if k.sourcePort != "" {
			t += " with source port " + listText(k.sourcePort, all)
		}
		if k.family != "" && families > 1 {
			t += " over " + k.family
		}
		out = append(out, t)
	}
	return clean(strings.Join(out, "; "))
}

// trafficTexts are the protocols and ports of portions. All but a few ports of one
// protocol is told by these ports: "everything but tcp 25".
func trafficTexts(ps []sim.Portion) []string {
	if len(ps) == 2 {
		for i, p := range ps {
			if ps[1-i].Protocol == "all but "+p.Protocol && p.ICMP == "" && p.DestinationPort != "" {
				return []string{"everything but " + p.Protocol + " " + strings.ReplaceAll(packet.FormatPorts(packet.AllPorts.Sub(p.Box.Dport)), ",", ", ")}
			}
		}
	}
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = portionTraffic(p)
	}
	return out
}

// portionTraffic is a portion's protocols and ports: "tcp and udp 53".
func portionTraffic(p sim.Portion) string {
	s := strings.ReplaceAll(p.Protocol, ",", ", ")
	switch {
	case p.Protocol == "all":
		s = "everything"
	case strings.HasPrefix(p.Protocol, "all but "):
		s = "everything but " + strings.ReplaceAll(strings.TrimPrefix(p.Protocol, "all but "), ",", ", ")
	case len(p.Protocol) > 0 && p.Protocol[0] >= '0' && p.Protocol[0] <= '9':
		s = "protocol " + s
	}
	if p.DestinationPort != "" {
		s += " " + strings.ReplaceAll(p.DestinationPort, ",", ", ")
	}
	if p.ICMP != "" {
		s += " " + strings.ReplaceAll(p.ICMP, ",", ", ")
	}
	return s
}

// rest writes what is assumed and what is worth knowing.
func (v setView) rest() {
	view := answerView{page: v.page, answer: &sim.Answer{Assumptions: v.answer.Assumptions, Notes: v.answer.Notes}, all: v.all}
	view.rest()
}
