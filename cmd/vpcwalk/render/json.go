package render

import (
	"encoding/json"
	"io"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// writeJSON writes v indented, with a newline at its end and without escaping
// "->" and "&" as HTML would need.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// The types below are the JSON of what several documents share. All keys are
// always there; lists are never null; a rule is null where none decided.

type headerJSON struct {
	Protocol        string `json:"protocol"`
	SourceIP        string `json:"source_ip"`
	DestinationIP   string `json:"destination_ip"`
	SourcePort      string `json:"source_port"`
	DestinationPort string `json:"destination_port"`
	ICMPType        string `json:"icmp_type"`
	ICMPCode        string `json:"icmp_code"`
}

type flowJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
	headerJSON
}

type componentJSON struct {
	ID      string          `json:"id"`
	Type    model.Kind      `json:"type"`
	Name    string          `json:"name"`
	Account model.AccountID `json:"account"`
	Region  model.Region    `json:"region"`
}

type provenanceJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Address string `json:"address"`
}

// filterRuleJSON and routeJSON are the two forms of a rule.
type filterRuleJSON struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	Direction string `json:"direction"`
	Action    string `json:"action"`
	Protocol  string `json:"protocol"`
	Ports     string `json:"ports"`
	Peer      string `json:"peer"`
	Group     string `json:"group"`
}

type routeJSON struct {
	Destination string `json:"destination"`
	Target      string `json:"target"`
	Origin      string `json:"origin"`
	State       string `json:"state"`
}

type unknownJSON struct {
	Subject    string         `json:"subject"`
	Attribute  string         `json:"attribute"`
	Reason     string         `json:"reason"`
	Provenance provenanceJSON `json:"provenance"`
}

func flowOf(f sim.Flow) flowJSON { return flowJSON{f.From, f.To, headerJSON(f.Header)} }

func provenanceOf(p model.Provenance) provenanceJSON { return provenanceJSON(p) }

func unknownOf(u model.Unknown) unknownJSON {
	return unknownJSON{u.Subject, u.Attribute, u.Reason, provenanceOf(u.Provenance)}
}

// ruleOf gives nil, a filter's rule or a route.
func ruleOf(r *sim.Rule) any {
	switch {
	case r == nil:
		return nil
	case r.Destination != "" || r.Target != "":
		return routeJSON{r.Destination, r.Target, r.Origin, r.State}
	}
	return filterRuleJSON{r.ID, r.Number, r.Direction, r.Action, r.Protocol, r.Ports, r.Peer, r.Group}
}

// mapped applies f to each of list and never gives nil, which JSON writes as
// null.
func mapped[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

func same[T any](v T) T { return v }
