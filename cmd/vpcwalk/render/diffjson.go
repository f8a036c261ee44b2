package render

import (
	"io"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/sim"
)

type diffJSON struct {
	SchemaVersion int                 `json:"schema_version"`
	Opened        []changeJSON        `json:"opened"`
	Closed        []changeJSON        `json:"closed"`
	Appeared      []diffInterfaceJSON `json:"appeared"`
	Vanished      []diffInterfaceJSON `json:"vanished"`
	WithoutEffect []elementJSON       `json:"without_effect"` // changes that open and close nothing
}

type changeJSON struct {
	From     diffEndsJSON  `json:"from"`
	To       diffEndsJSON  `json:"to"`
	Before   string        `json:"before"`
	After    string        `json:"after"`
	Packets  string        `json:"packets"`
	Causes   []elementJSON `json:"causes"`
	Standing string        `json:"standing"` // new, accepted, waived
}

type diffEndsJSON struct {
	Internet   string              `json:"internet"` // which part of it; empty for interfaces
	Interfaces []diffInterfaceJSON `json:"interfaces"`
}

type diffInterfaceJSON struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Appeared bool   `json:"appeared"`
	Vanished bool   `json:"vanished"`
}

type elementJSON struct {
	Type   string       `json:"type"` // of the resource
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	What   string       `json:"what"` // the rule, route or attribute; empty for the resource itself
	Before *elementSide `json:"before"`
	After  *elementSide `json:"after"`
}

type elementSide struct {
	Value      string         `json:"value"`
	Provenance provenanceJSON `json:"provenance"`
}

// DiffJSON writes a difference as one JSON object.
func DiffJSON(w io.Writer, r DiffReport) error {
	standings := r.Standing.Standings
	change := func(list []sim.Change, standings []baseline.Standing) []changeJSON {
		out := make([]changeJSON, 0, len(list))
		for i := range list {
			c := &list[i]
			out = append(out, changeJSON{
				From: diffEndsOf(&c.From, c.Where), To: diffEndsOf(&c.To, c.Where), Before: c.Before.String(), After: c.After.String(), Packets: c.Traffic,
				Causes: mapped(c.Causes, elementOf), Standing: diffStanding(standings[i]),
			})
		}
		return out
	}
	return writeJSON(w, diffJSON{
		SchemaVersion: SchemaVersion, Opened: change(r.Opened, standings[:len(r.Opened)]), Closed: change(r.Closed, standings[len(r.Opened):]),
		Appeared: mapped(r.Appeared, diffInterfaceOf), Vanished: mapped(r.Vanished, diffInterfaceOf), WithoutEffect: mapped(r.Idle(), elementOf),
	})
}

func diffStanding(s baseline.Standing) string {
	switch s {
	case baseline.New:
		return "new"
	case baseline.Accepted:
		return "accepted"
	case baseline.Waived:
		return "waived"
	}
	panic("render: a standing")
}

func diffInterfaceOf(i sim.DiffInterface) diffInterfaceJSON { return diffInterfaceJSON(i) }

func diffEndsOf(e *sim.DiffEnds, where string) diffEndsJSON {
	if !e.Internet {
		where = ""
	}
	return diffEndsJSON{where, mapped(e.Interfaces, diffInterfaceOf)}
}

func elementOf(x *sim.Element) elementJSON {
	out := elementJSON{Type: string(x.Kind), ID: x.ID, Name: x.Name, What: x.What}
	if x.InBefore {
		out.Before = &elementSide{x.Before, provenanceOf(x.BeforePlace)}
	}
	if x.InAfter {
		out.After = &elementSide{x.After, provenanceOf(x.AfterPlace)}
	}
	return out
}
