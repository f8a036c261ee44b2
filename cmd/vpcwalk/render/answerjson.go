package render

import (
	"cmp"
	"io"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

type answerJSON struct {
	SchemaVersion  int               `json:"schema_version"`
	Verdict        string            `json:"verdict"`
	ForwardVerdict string            `json:"forward_verdict"`
	ReturnVerdict  string            `json:"return_verdict"`
	Flow           flowJSON          `json:"flow"`
	Forward        []hopJSON         `json:"forward"`
	Return         []hopJSON         `json:"return"`
	OtherPaths     []pathJSON        `json:"other_paths"`
	Parts          []partJSON        `json:"parts"`
	Explanations   []explanationJSON `json:"explanations"`
	Authorization  authorizationJSON `json:"authorization"`
	Tracking       []trackingJSON    `json:"tracking"`
	Unknowns       []unknownJSON     `json:"unknowns"`
	Assumptions    []assumptionJSON  `json:"assumptions"`
	Notes          []string          `json:"notes"`
}

type hopJSON struct {
	Component  componentJSON  `json:"component"`
	Action     sim.Action     `json:"action"`
	Direction  string         `json:"direction"`
	Rule       any            `json:"rule"`
	Header     headerJSON     `json:"header"`
	Provenance provenanceJSON `json:"provenance"`
	Message    string         `json:"message"`
}

type pathJSON struct {
	Verdict string    `json:"verdict"`
	Flow    flowJSON  `json:"flow"`
	Forward []hopJSON `json:"forward"`
	Return  []hopJSON `json:"return"`
}

type partJSON struct {
	Verdict string   `json:"verdict"`
	Flow    flowJSON `json:"flow"`
}

type explanationJSON struct {
	Code       sim.Code       `json:"code"`
	Primary    bool           `json:"primary"`
	Unknown    bool           `json:"unknown"`
	Leg        string         `json:"leg"`
	Direction  string         `json:"direction"`
	Component  componentJSON  `json:"component"`
	Groups     []string       `json:"groups"`
	Rule       any            `json:"rule"`
	Header     headerJSON     `json:"header"`
	Provenance provenanceJSON `json:"provenance"`
	Message    string         `json:"message"`
	Mend       string         `json:"mend"`
	Nearest    []nearMissJSON `json:"nearest"`
}

type nearMissJSON struct {
	Rule       any            `json:"rule"`
	Provenance provenanceJSON `json:"provenance"`
	Message    string         `json:"message"`
}

type authorizationJSON struct {
	Decision   model.Authorization `json:"decision"`
	Policy     string              `json:"policy"`
	Statement  string              `json:"statement"`
	Message    string              `json:"message"`
	Provenance provenanceJSON      `json:"provenance"`
}

type trackingJSON struct {
	Component componentJSON `json:"component"`
	Tracked   bool          `json:"tracked"`
	Message   string        `json:"message"`
}

type assumptionJSON struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// AnswerJSON writes an answer as one JSON object. The keys forward and return
// hold the way that decides the verdict, other_paths the others.
func AnswerJSON(w io.Writer, a *sim.Answer) error { return writeJSON(w, answerOf(a)) }

func answerOf(a *sim.Answer) answerJSON {
	var first sim.Path
	var others []sim.Path
	if len(a.Paths) > 0 {
		first, others = a.Paths[0], a.Paths[1:]
	}
	return answerJSON{
		SchemaVersion:  SchemaVersion,
		Verdict:        a.Verdict.String(),
		ForwardVerdict: a.ForwardVerdict.String(),
		ReturnVerdict:  a.ReturnVerdict.String(),
		Flow:           flowOf(a.Flow),
		Forward:        mapped(first.Forward, hopOf),
		Return:         mapped(first.Return, hopOf),
		OtherPaths: mapped(others, func(p sim.Path) pathJSON {
			return pathJSON{p.Verdict.String(), flowOf(p.Flow), mapped(p.Forward, hopOf), mapped(p.Return, hopOf)}
		}),
		Parts: mapped(a.Parts, func(p sim.Part) partJSON {
			return partJSON{p.Verdict.String(), flowOf(p.Flow)}
		}),
		Explanations: mapped(a.Explanations, explanationOf),
		Authorization: authorizationJSON{
			cmp.Or(a.Authorization.Decision, model.AuthorizationNotApplicable), a.Authorization.Policy, a.Authorization.Statement, a.Authorization.Text, provenanceOf(a.Authorization.Provenance),
		},
		Tracking: mapped(a.Tracking, func(t sim.Tracking) trackingJSON {
			return trackingJSON{componentJSON(t.Component), t.Tracked, t.Text}
		}),
		Unknowns:    mapped(a.Unknowns, unknownOf),
		Assumptions: mapped(a.Assumptions, func(s sim.Assumption) assumptionJSON { return assumptionJSON(s) }),
		Notes:       mapped(a.Notes, same),
	}
}

func hopOf(h sim.Hop) hopJSON {
	return hopJSON{
		Component:  componentJSON(h.Component),
		Action:     h.Action,
		Direction:  h.Direction,
		Rule:       ruleOf(h.Rule),
		Header:     headerJSON(h.Header),
		Provenance: provenanceOf(h.Provenance),
		Message:    h.Text,
	}
}

func explanationOf(x sim.Explanation) explanationJSON {
	return explanationJSON{
		Code:       x.Code,
		Primary:    x.Primary,
		Unknown:    x.Unknown,
		Leg:        x.Leg.String(),
		Direction:  x.Direction,
		Component:  componentJSON(x.Component),
		Groups:     mapped(x.Groups, same),
		Rule:       ruleOf(x.Rule),
		Header:     headerJSON(x.Header),
		Provenance: provenanceOf(x.Provenance),
		Message:    x.Message,
		Mend:       x.Mend,
		Nearest: mapped(x.Nearest, func(n sim.NearMiss) nearMissJSON {
			return nearMissJSON{ruleOf(&n.Rule), provenanceOf(n.Provenance), n.Text}
		}),
	}
}
