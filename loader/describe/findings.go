package describe

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// maxFindings is how many findings of one file are listed, and how many about
// the snapshot as a whole: a file of a million wrong lines is told as well by
// these.
const maxFindings = 200

// findings collects diagnostics, and counts those beyond maxFindings.
type findings struct {
	list          model.Diagnostics
	unlisted      int
	unlistedError bool // one of the unlisted is an error
}

func (f *findings) report(d model.Diagnostic) {
	if len(f.list) < maxFindings {
		f.list = append(f.list, d)
		return
	}
	f.unlisted++
	f.unlistedError = f.unlistedError || d.Severity == model.Error
}

// about names the resource in the findings since mark that name none yet: an
// object's ID may come last in it.
func (f *findings) about(mark int, id string) {
	for i := mark; i < len(f.list); i++ {
		if f.list[i].Resource == "" {
			f.list[i].Resource = id
		}
	}
}

// all gives the findings, and how many of what is named are not listed.
func (f *findings) all(what model.Provenance) model.Diagnostics {
	if f.unlisted == 0 {
		return f.list
	}
	d := model.Diagnostic{Severity: model.Warning, Provenance: what, Summary: fmt.Sprintf("%d more findings are not listed", f.unlisted)}
	if f.unlistedError {
		d.Severity = model.Error
	}
	return append(f.list, d)
}
