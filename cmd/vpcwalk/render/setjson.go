package render

import (
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

type setAnswerJSON struct {
	SchemaVersion int              `json:"schema_version"`
	Verdict       string           `json:"verdict"`
	From          string           `json:"from"`
	To            string           `json:"to"`
	Protocol      string           `json:"protocol"`
	Explained     bool             `json:"explained"`
	Groups        []setGroupJSON   `json:"groups"`
	Assumptions   []assumptionJSON `json:"assumptions"`
	Notes         []string         `json:"notes"`
}

// setGroupJSON is pairs between which the same passes. A box is a product of its
// fields' ranges; the boxes of a set do not overlap. In a group's boxes an address
// that was asked for is "any".
type setGroupJSON struct {
	Size          int             `json:"size"`
	Reachable     setJSON         `json:"reachable"`
	Partial       setJSON         `json:"partial"`
	Blocked       setJSON         `json:"blocked"`
	Indeterminate setJSON         `json:"indeterminate"`
	Excluded      []exclusionJSON `json:"excluded"`
	Pairs         []pairSetsJSON  `json:"pairs"`
}

type setJSON struct {
	Text  string    `json:"text"`
	Boxes []boxJSON `json:"boxes"`
}

type boxJSON struct {
	Protocols        string   `json:"protocols"`
	Sources          []string `json:"sources"`
	Destinations     []string `json:"destinations"`
	SourcePorts      string   `json:"source_ports"`
	DestinationPorts string   `json:"destination_ports"`
	ICMPTypes        string   `json:"icmp_types"`
}

type exclusionJSON struct {
	setJSON
	explanationJSON
}

type pairSetsJSON struct {
	From          string              `json:"from"`
	To            string              `json:"to"`
	Sources       []model.InterfaceID `json:"sources"`
	Destinations  []model.InterfaceID `json:"destinations"`
	Size          int                 `json:"size"`
	Reachable     []boxJSON           `json:"reachable"`
	Partial       []boxJSON           `json:"partial"`
	Blocked       []boxJSON           `json:"blocked"`
	Indeterminate []boxJSON           `json:"indeterminate"`
}

// SetJSON writes every packet that passes as one JSON object: the four sets as
// boxes, exactly, pair by pair, and as text, group of pairs by group of pairs.
func SetJSON(w io.Writer, e *sim.Engine, a *sim.SetAnswer) error {
	families := familiesOf(a)
	shown := func(s packet.Set) setJSON { return setJSON{portionsText(e, s, families, true), boxesOf(e, s)} }
	boxes := func(s packet.Set) []boxJSON { return boxesOf(e, s) }
	return writeJSON(w, setAnswerJSON{
		SchemaVersion: SchemaVersion, Verdict: a.Verdict.String(),
		From: a.Question.From, To: a.Question.To, Protocol: a.Question.Protocol.String(), Explained: a.Explained,
		Groups: mapped(a.Groups, func(g sim.SetGroup) setGroupJSON {
			return setGroupJSON{
				Size: g.Size(), Reachable: shown(g.Shown.Reachable), Partial: shown(g.Shown.Partial),
				Blocked: shown(g.Shown.Blocked), Indeterminate: shown(g.Shown.Indeterminate),
				Excluded: mapped(g.Excluded, func(x sim.Exclusion) exclusionJSON {
					return exclusionJSON{shown(x.Shown), explanationOf(x.Explanation)}
				}),
				Pairs: mapped(g.Pairs, func(p sim.PairSets) pairSetsJSON {
					return pairSetsJSON{
						From: p.From, To: p.To, Sources: mapped(p.Sources, same), Destinations: mapped(p.Destinations, same), Size: p.Size,
						Reachable: boxes(p.Reachable), Partial: boxes(p.Partial), Blocked: boxes(p.Blocked), Indeterminate: boxes(p.Indeterminate),
					}
				}),
			}
		}),
		Assumptions: mapped(a.Assumptions, func(s sim.Assumption) assumptionJSON { return assumptionJSON(s) }),
		Notes:       mapped(a.Notes, same),
	})
}

func boxesOf(e *sim.Engine, s packet.Set) []boxJSON {
	return mapped(e.Portions(s), func(p sim.Portion) boxJSON {
		b := boxJSON{
			Protocols: p.Protocol, Sources: addressList(p.Box.Src), Destinations: addressList(p.Box.Dst),
			SourcePorts: packet.FormatPorts(p.Box.Sport), DestinationPorts: packet.FormatPorts(p.Box.Dport),
		}
		if p.ICMP != "" {
			b.ICMPTypes, b.SourcePorts, b.DestinationPorts = p.ICMP, "", ""
		}
		return b
	})
}

// addressList writes addresses as prefixes and ranges; all of a version, or of
// both, by one word.
func addressList(s packet.Addrs) []string {
	if s.Equal(packet.AllAddrs) {
		return []string{"any"}
	}
	return strings.Split(packet.FormatAddrs(s), ",")
}
