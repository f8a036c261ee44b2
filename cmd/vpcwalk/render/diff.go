package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// DiffReport is a difference and what the baseline says of its changes.
type DiffReport struct {
	*sim.Difference
	// Standing has what opened before what closed.
	Standing baseline.Result
}

// Keys are the changes as a baseline knows them again: what opened, then what
// closed.
func (r *DiffReport) Keys() []baseline.Finding {
	var out []baseline.Finding
	for _, list := range []struct {
		code    string
		changes []sim.Change
	}{{"opened", r.Opened}, {"closed", r.Closed}} {
		for i := range list.changes {
			c := &list.changes[i]
			from, to := idsOf(&c.From), idsOf(&c.To)
			out = append(out, baseline.Finding{
				Fingerprint: baseline.Fingerprint("diff", list.code, strings.Join(from, " "), strings.Join(to, " "), c.Where, c.Traffic, c.Before.String(), c.After.String()),
				Code:        list.code, Resource: to[0], Summary: endsText(c, false) + ": " + c.Traffic,
			})
		}
	}
	return out
}

func idsOf(e *sim.DiffEnds) []string {
	if e.Internet {
		return []string{"internet"}
	}
	return mapped(e.Interfaces, func(i sim.DiffInterface) string { return i.ID })
}

// Count gives how many changes of each kind have a standing.
func (r *DiffReport) Count(s baseline.Standing) (opened, closed int) {
	for i, x := range r.Standing.Standings {
		switch {
		case x != s:
		case i < len(r.Opened):
			opened++
		default:
			closed++
		}
	}
	return opened, closed
}

// maxChanges and maxNames are how much of a difference a page shows; with Verbose
// all is shown.
const (
	maxChanges = 12
	maxNames   = 4
	maxCauses  = 4
)

// DiffText writes how much opened and closed, then each change, the most severe
// first, with what it comes from; what the baseline covers is counted alone.
func DiffText(w io.Writer, r DiffReport, o Options) error {
	p := newPage(o)
	opened, closed := r.Count(baseline.New)
	total := fmt.Sprintf("%d opened, %d closed", opened, closed)
	if n := r.Standing.Count(baseline.Accepted); n > 0 {
		total += fmt.Sprintf(", %d accepted", n)
	}
	if n := r.Standing.Count(baseline.Waived); n > 0 {
		total += fmt.Sprintf(", %d waived", n)
	}
	p.line("%s", total)
	if !o.Quiet {
		p.changes("opened", "+", red, r.Opened, r.Standing.Standings[:len(r.Opened)], o.Verbose)
		p.changes("closed", "-", green, r.Closed, r.Standing.Standings[len(r.Opened):], o.Verbose)
		idle := r.Idle()
		if len(r.Appeared)+len(r.Vanished)+len(idle) > 0 {
			p.line("")
		}
		p.oneSided("appeared", r.Appeared, o.Verbose)
		p.oneSided("vanished", r.Vanished, o.Verbose)
		p.idle(idle, o.Verbose)
	}
	return p.flush(w)
}

func (p *page) changes(title, mark string, s style, changes []sim.Change, standings []baseline.Standing, all bool) {
	var shown []*sim.Change
	for i := range changes {
		if standings[i] == baseline.New {
			shown = append(shown, &changes[i])
		}
	}
	if len(shown) == 0 {
		return
	}
	p.heading(title)
	for n, c := range shown {
		if n == maxChanges && !all {
			p.row(row{indent: 2, text: fmt.Sprintf("and %d more: -v shows all", len(shown)-n)}, 0)
			break
		}
		text := endsText(c, all) + ": " + c.Traffic
		if c.Before != model.Blocked && c.After != model.Blocked || c.Before != model.Reachable && c.After != model.Reachable {
			text += fmt.Sprintf(" (%s before, %s now)", c.Before, c.After)
		}
		p.row(row{indent: 2, mark: mark, style: s, text: clean(text)}, 0)
		for k, x := range c.Causes {
			if k == maxCauses && !all {
				p.row(row{indent: 7, text: fmt.Sprintf("and %d more", len(c.Causes)-k)}, 0)
				break
			}
			p.element(x, 7)
		}
		if len(c.Causes) == 0 {
			p.row(row{indent: 7, text: "no changed rule, route or association explains it"}, 0)
		}
	}
}

// element writes a difference between resources, with its places.
func (p *page) element(x *sim.Element, indent int) {
	subject := elementText(x)
	switch {
	case !x.InBefore:
		p.row(row{indent: indent, lead: "added", text: joinWords(subject, x.After), place: placeText(x.AfterPlace)}, len("removed"))
	case !x.InAfter:
		p.row(row{indent: indent, lead: "removed", text: joinWords(subject, x.Before), place: placeText(x.BeforePlace)}, len("removed"))
	default:
		p.row(row{indent: indent, lead: "was", text: joinWords(subject, orNone(x.Before)), place: placeText(x.BeforePlace)}, len("removed"))
		p.row(row{indent: indent, lead: "is", text: joinWords(subject, orNone(x.After)), place: placeText(x.AfterPlace)}, len("removed"))
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func joinWords(subject, value string) string {
	if value == "" {
		return clean(subject)
	}
	return clean(subject + ": " + value)
}

// elementText names the resource and what of it changed.
func elementText(x *sim.Element) string {
	s := componentText(sim.Component{ID: x.ID, Type: x.Kind, Name: x.Name})
	if x.What != "" {
		s += " " + x.What
	}
	return s
}

func endsText(c *sim.Change, all bool) string {
	return diffEndText(&c.From, c.Where, all) + " -> " + diffEndText(&c.To, c.Where, all)
}

func diffEndText(e *sim.DiffEnds, where string, all bool) string {
	if e.Internet {
		return where
	}
	return interfacesText(e.Interfaces, all)
}

func interfacesText(list []sim.DiffInterface, all bool) string {
	n := len(list)
	if n > maxNames && !all {
		n = maxNames - 1
	}
	names := make([]string, n)
	for i, x := range list[:n] {
		names[i] = x.Name
		switch {
		case x.Appeared:
			names[i] += " (new)"
		case x.Vanished:
			names[i] += " (gone)"
		}
	}
	s := strings.Join(names, ", ")
	if more := len(list) - n; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

func (p *page) oneSided(title string, list []sim.DiffInterface, all bool) {
	if len(list) == 0 {
		return
	}
	bare := mapped(list, func(i sim.DiffInterface) sim.DiffInterface { return sim.DiffInterface{ID: i.ID, Name: i.Name} })
	p.row(row{lead: title, text: clean(interfacesText(bare, all))}, len("appeared"))
}

// idle tells of the changes that open and close nothing.
func (p *page) idle(idle []*sim.Element, all bool) {
	if len(idle) == 0 {
		return
	}
	hint := ""
	if !all {
		hint = ": -v lists what"
	}
	p.row(row{text: count(len(idle), "change") + " of resources without effect" + hint}, 0)
	if all {
		for _, x := range idle {
			p.element(x, 2)
		}
	}
}
