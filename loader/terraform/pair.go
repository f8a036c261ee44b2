package terraform

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/vpcwalk/vpcwalk/loader/input"
)

// IsPlan reports whether the data are a plan, for data that Sniff accepts.
func IsPlan(data []byte) bool {
	d := jsontext.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := d.ReadToken(); err != nil {
		return false
	}
	for d.PeekKind() == '"' {
		t, err := d.ReadToken()
		if err != nil || t.String() == "planned_values" {
			return err == nil
		}
		if d.SkipValue() != nil {
			return false
		}
	}
	return false
}

// SameConfiguration reports whether a plan and a state are of one configuration:
// the state has a managed resource that the plan's prior state has, by address and
// ID, or, where both files lie in one folder, one that the plan creates, by
// address. The plan tells then what the state tells, and what becomes of it; but
// not what is there now when it has been applied since, so with Options.Current the
// latter does not count.
func SameConfiguration(plan, state input.File, o Options) bool {
	s, _ := decode(state, Options{})
	if s == nil {
		return false
	}
	ids := map[string]string{}
	for _, x := range s.resources {
		if !strings.HasPrefix(x.kind, dataPrefix) {
			ids[x.address] = x.id()
		}
	}
	created := !o.Current && filepath.Dir(plan.Path) == filepath.Dir(state.Path)
	for _, stage := range []Options{{Current: true}, {}} {
		p, _ := decode(plan, stage)
		if p == nil {
			return false
		}
		for _, x := range p.resources {
			id, both := ids[x.address]
			if both && (id == x.id() || created && x.id() == x.address) {
				return true
			}
		}
	}
	return false
}
