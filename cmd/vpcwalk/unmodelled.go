package main

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// unmodelled mentions each type of resource that the inputs have and the model
// does not, once, at the first of them.
func unmodelled(n *model.Network) model.Diagnostics {
	var ds model.Diagnostics
	for _, u := range n.Unmodelled {
		what := "resources"
		if u.Count == 1 {
			what = "resource"
		}
		ds = append(ds, model.Diagnostic{Severity: model.Note, Provenance: u.Provenance,
			Summary: fmt.Sprintf("%s is not modelled, or not in full (%d %s)", u.Type, u.Count, what)})
	}
	return ds
}
