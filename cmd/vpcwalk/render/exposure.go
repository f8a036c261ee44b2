package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// ExposureReport is what can be reached and what the baseline says of it.
type ExposureReport struct {
	Engine   *sim.Engine
	Exposure *sim.Exposure
	Keys     []baseline.Finding // one for each of Exposure.Findings; see ExposureKeys
	Standing baseline.Result
}

// ExposureKeys are the findings as a baseline knows them again: by where the
// interfaces are, their groups and the packets, not by which interfaces they are,
// unless it is one.
func ExposureKeys(e *sim.Engine, x *sim.Exposure) []baseline.Finding {
	keys := make([]baseline.Finding, 0, len(x.Findings))
	for i := range x.Findings {
		f := &x.Findings[i]
		text := portionsText(e, f.Shown, 2, true)
		resource := f.Subnet.ID
		if len(f.Inside) == 1 {
			resource = string(f.Inside[0])
		}
		keys = append(keys, baseline.Finding{
			Fingerprint: baseline.Fingerprint("exposure", x.From, f.Code(), f.Subnet.ID, strings.Join(f.SecurityGroups, ","), text),
			Code:        f.Code(), Resource: resource, Summary: exposureSummary(e, f),
		})
	}
	return keys
}

func exposureSummary(e *sim.Engine, f *sim.Exposed) string {
	verb := "reaches"
	switch {
	case !f.Certain:
		verb = "may reach"
	case f.Partial:
		verb = "now and then reaches"
	}
	s := fmt.Sprintf("%s %s %s on %s", clean(f.From), verb, clean(f.To), portionsText(e, f.Shown, ipVersions(e), false))
	if names := sensitiveNames(f); names != "" {
		s += " (" + names + ")"
	}
	return s
}

func ipVersions(e *sim.Engine) int {
	if hasIPv6(e) {
		return 2
	}
	return 1
}

// sensitiveNames names what listens at the sensitive ports of a finding.
func sensitiveNames(f *sim.Exposed) string {
	if f.Breadth != sim.SensitivePorts {
		return ""
	}
	var names []string
	for i := range f.Shown {
		for _, protocol := range []model.Protocol{model.TCP, model.UDP} {
			if !f.Shown[i].Protocols.Contains(protocol) {
				continue
			}
			for _, r := range f.Shown[i].Dport {
				for p := int(r.Lo); p <= int(r.Hi); p++ {
					if n := sim.SensitivePort(protocol, uint16(p)); n != "" && !slices.Contains(names, n) {
						names = append(names, n)
					}
				}
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// Fails reports whether a finding that the baseline does not cover is at least as
// bad as a severity, or a waiver has expired. asked is false where no severity
// fails.
func (r *ExposureReport) Fails(least sim.ExposureSeverity, asked bool) bool {
	for i := range r.Exposure.Findings {
		if asked && r.Standing.Standings[i] == baseline.New && r.Exposure.Findings[i].Severity >= least {
			return true
		}
	}
	return len(r.Standing.Expired) > 0
}

// ExposureText writes what can be reached for a person, the worst first, and what
// can reach the internet.
func ExposureText(w io.Writer, r ExposureReport, o Options) error {
	p := newPage(o)
	p.line("%s", r.summary())
	if o.Quiet {
		return p.flush(w)
	}
	for severity := sim.ExposureCritical; ; severity-- {
		var list []exposureRow
		for i := range r.Exposure.Findings {
			f, standing := &r.Exposure.Findings[i], r.Standing.Standings[i]
			if f.Severity == severity && (standing == baseline.New || o.Verbose) {
				list = append(list, exposureRow{f, r.Keys[i].Summary, standingText(standing, r.Standing.By[i])})
			}
		}
		exposureBlock(p, severity.String(), list, o)
		if severity == sim.ExposureLow {
			break
		}
	}
	exposureBlock(p, "what reaches the internet", egressRows(r.Engine, r.Exposure.Egress), o)
	(answerView{page: p, answer: &sim.Answer{Assumptions: r.Exposure.Assumptions}, all: o.Verbose}).rest()
	return p.flush(w)
}

// exposureRow is a finding as text shows it.
type exposureRow struct {
	finding           *sim.Exposed
	summary, standing string
}

// egressRows are what reaches the internet, that which does so in the same way once.
func egressRows(e *sim.Engine, all []sim.Exposed) []exposureRow {
	var order []string
	same := map[string][]*sim.Exposed{}
	for i := range all {
		f := &all[i]
		k := fmt.Sprint(f.Certain, f.Partial, f.Rule, f.Provenance, f.Via[min(1, len(f.Via)):], portionsText(e, f.Shown, 2, true))
		if same[k] == nil {
			order = append(order, k)
		}
		same[k] = append(same[k], f)
	}
	var out []exposureRow
	for _, k := range order {
		fs := same[k]
		one := *fs[0]
		var names []string
		for _, f := range fs {
			names = append(names, f.From)
		}
		if len(fs) > 1 {
			one.From = listText(strings.Join(names, ","), false)
			one.Via = one.Via[min(1, len(one.Via)):]
		}
		out = append(out, exposureRow{&one, exposureSummary(e, &one), ""})
	}
	return out
}

func exposureBlock(p *page, title string, list []exposureRow, o Options) {
	if len(list) == 0 {
		return
	}
	p.heading(title)
	shown := list
	if !o.Verbose {
		shown = shown[:min(len(shown), maxGroups)]
	}
	for _, x := range shown {
		exposureRows(p, x.finding, x.summary, x.standing, o)
	}
	if n := len(list) - len(shown); n > 0 {
		p.line("  and %d more (-v shows all)", n)
	}
}

func exposureRows(p *page, f *sim.Exposed, summary, standing string, o Options) {
	text := summary
	var via []string
	for _, c := range f.Via {
		via = append(via, componentText(c))
	}
	if len(via) > 0 {
		text += "\nby " + strings.Join(via, " > ")
	}
	if f.Rule != "" {
		text += "\nrule: " + sentence(f.Rule, o.Verbose)
	}
	if standing != "" {
		text += "\n" + clean(standing)
	}
	mark, style := "!!", red
	switch {
	case !f.Certain:
		mark, style = "??", yellow
	case f.Severity <= sim.ExposureMedium:
		mark, style = "--", plain
	}
	p.row(row{indent: 2, mark: mark, style: style, text: text, place: placeText(f.Provenance)}, 0)
}

func (r *ExposureReport) summary() string {
	var parts []string
	for s := sim.ExposureCritical; ; s-- {
		n := 0
		for i := range r.Exposure.Findings {
			if r.Standing.Standings[i] == baseline.New && r.Exposure.Findings[i].Severity == s {
				n++
			}
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, s))
		if s == sim.ExposureLow {
			break
		}
	}
	if n := r.Standing.Count(baseline.Accepted); n > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", n))
	}
	if n := r.Standing.Count(baseline.Waived); n > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", n))
	}
	if n := len(r.Standing.Expired); n > 0 {
		parts = append(parts, count(n, "expired waiver"))
	}
	return "exposed to " + clean(r.Exposure.From) + ": " + strings.Join(parts, ", ")
}

type exposureJSON struct {
	SchemaVersion int              `json:"schema_version"`
	From          string           `json:"from"`
	Findings      []exposedJSON    `json:"findings"`
	Egress        []exposedJSON    `json:"egress"`
	Expired       []waiverJSON     `json:"expired_waivers"`
	Assumptions   []assumptionJSON `json:"assumptions"`
}

type exposedJSON struct {
	Severity       string              `json:"severity"`
	Code           string              `json:"code"`
	Certain        bool                `json:"certain"`
	Partial        bool                `json:"partial"`
	Anywhere       bool                `json:"anywhere"`
	From           string              `json:"from"`
	To             string              `json:"to"`
	Summary        string              `json:"summary"`
	Text           string              `json:"text"`
	Boxes          []boxJSON           `json:"boxes"`
	Interfaces     []model.InterfaceID `json:"interfaces"`
	Subnet         componentJSON       `json:"subnet"`
	SecurityGroups []string            `json:"security_groups"`
	Via            []componentJSON     `json:"via"`
	Rule           string              `json:"rule"`
	Provenance     provenanceJSON      `json:"provenance"`
	Fingerprint    string              `json:"fingerprint"`
	Standing       string              `json:"standing"` // new, accepted or waived; empty for egress
}

// ExposureJSON writes what can be reached as one object.
func ExposureJSON(w io.Writer, r ExposureReport) error {
	exposed := func(f sim.Exposed) exposedJSON {
		return exposedJSON{
			Severity: f.Severity.String(), Code: f.Code(), Certain: f.Certain, Partial: f.Partial, Anywhere: f.Anywhere, From: f.From, To: f.To,
			Summary: exposureSummary(r.Engine, &f), Text: portionsText(r.Engine, f.Shown, ipVersions(r.Engine), true), Boxes: boxesOf(r.Engine, f.Shown),
			Interfaces: mapped(f.Inside, same), Subnet: componentJSON(f.Subnet), SecurityGroups: mapped(f.SecurityGroups, same),
			Via: mapped(f.Via, func(c sim.Component) componentJSON { return componentJSON(c) }), Rule: f.Rule, Provenance: provenanceOf(f.Provenance),
		}
	}
	x := exposureJSON{
		SchemaVersion: SchemaVersion, From: r.Exposure.From, Findings: mapped(r.Exposure.Findings, exposed), Egress: mapped(r.Exposure.Egress, exposed),
		Expired:     mapped(r.Standing.Expired, func(w *baseline.Waiver) waiverJSON { return *waiverOf(w) }),
		Assumptions: mapped(r.Exposure.Assumptions, func(s sim.Assumption) assumptionJSON { return assumptionJSON(s) }),
	}
	for i := range x.Findings {
		x.Findings[i].Fingerprint = r.Keys[i].Fingerprint
		x.Findings[i].Standing = standingWords[r.Standing.Standings[i]]
	}
	return writeJSON(w, x)
}

// ExposureSARIF writes what can be reached as SARIF 2.1.0; what the baseline covers
// is suppressed. The version is the program's.
func ExposureSARIF(w io.Writer, r ExposureReport, version string) error {
	var results []SARIFResult
	for i := range r.Exposure.Findings {
		f, s := &r.Exposure.Findings[i], r.Standing.Standings[i]
		message := exposureSummary(r.Engine, f) + "; severity " + f.Severity.String()
		if f.Rule != "" {
			message += "; let in by " + f.Rule
		}
		results = append(results, SARIFResult{
			Rule: f.Code(), Severity: exposureLevel(f.Severity), Message: message, Provenance: f.Provenance, Resource: r.Keys[i].Resource,
			Fingerprint: r.Keys[i].Fingerprint, Suppressed: s != baseline.New, Justification: standingText(s, r.Standing.By[i]),
		})
	}
	return SARIF(w, version, exposureRules(), results)
}

func exposureLevel(s sim.ExposureSeverity) model.Severity {
	switch s {
	case sim.ExposureCritical, sim.ExposureHigh:
		return model.Error
	case sim.ExposureMedium:
		return model.Warning
	case sim.ExposureLow:
		return model.Note
	}
	panic(fmt.Sprintf("render: severity %d", uint8(s)))
}

// exposureRules are all kinds of findings.
func exposureRules() []SARIFRule {
	var rules []SARIFRule
	for _, certain := range []bool{true, false} {
		for b := sim.AllPorts; ; b-- {
			f := sim.Exposed{Breadth: b, Certain: certain}
			r := SARIFRule{ID: f.Code(), Short: "It can be reached on " + b.String(), Help: "Let in only the sources and ports that are needed.", Severity: model.Error}
			if !certain {
				r.Short = "It may be reached on " + b.String() + ": the design leaves it open"
				r.Help = "Give the input that tells it; else let in only the sources and ports that are needed."
			}
			if b <= sim.FewPorts {
				r.Severity = choose(b == sim.FewPorts, model.Warning, model.Note)
			}
			rules = append(rules, r)
			if b == sim.OtherProtocols {
				break
			}
		}
	}
	return rules
}

func choose[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}
