package loader_test

import (
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/loader/hostiletest"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// TestHostileInput reads every fixture of every format, cut off at each 1 % and
// with each scalar replaced by each hostile value: nothing panics, hangs or takes
// all memory, each error has a place, and no resource is without an ID. By default
// it reads a sample; see the flags -hostile.seed and -hostile.all.
func TestHostileInput(t *testing.T) {
	truncations, replacements := 3, 10
	if testing.Short() {
		truncations, replacements = 1, 3
	}
	guard := hostiletest.NewGuard(t)
	hostiletest.Inputs(t, "..", func(in *hostiletest.Input) {
		for v := range in.Variants(truncations, replacements) {
			readHostile(t, guard, in, v)
		}
	})
}

// readHostile loads a variant as a user would, and does with the network what the
// program does before it asks anything.
func readHostile(t *testing.T, guard *hostiletest.Guard, in *hostiletest.Input, v hostiletest.Variant) {
	in.Put(t, v)
	ok := guard.Run(in.File+": "+v.What, func() {
		n, diags := loader.Load([]string{in.Root}, nil)
		if filepath.Ext(in.File) == ".yaml" {
			_, more := loader.LoadSuites([]string{in.Root}, nil, nil)
			diags = append(diags, more...)
		}
		if found := n.Validate(); !diags.HasErrors() {
			diags = append(diags, found...) // else they are about what is left of the input
		}
		model.NewGraph(n)
		if !diags.HasErrors() {
			_ = yamlfile.Write(io.Discard, n) // an error where the network contradicts itself
		}
		if kind := nameless(n); kind != "" && !diags.HasErrors() {
			in.Failed(t, v, "one of the %s has no ID, and nothing is said", kind)
		}
		for _, d := range diags {
			if d.Severity == model.Error && !placed(d) {
				in.Failed(t, v, "an error without a place: %s", d)
			}
		}
	})
	if !ok {
		in.Keep(t, v)
	}
}

// nameless gives the kind of resource of which a network has one without an ID,
// which whatever names none would be taken to name; "" where there is no such kind.
func nameless(n *model.Network) string {
	v := reflect.ValueOf(n).Elem()
	for i := range v.NumField() {
		if m := v.Field(i); m.Kind() == reflect.Map && m.Type().Key().Kind() == reflect.String && m.MapIndex(reflect.Zero(m.Type().Key())).IsValid() {
			return v.Type().Field(i).Name
		}
	}
	return ""
}

// placed reports whether a finding says where: a line, or an address in a plan.
// What is about a file as a whole names the file.
func placed(d model.Diagnostic) bool {
	whole := slices.ContainsFunc([]string{"cannot be read", "the file is empty", "the file is compressed", "the file is UTF-16", "the file is of no known format", "no input found", "no suite found",
		"the file has", "this is a", "the suite has no network", "format version"}, func(s string) bool { return strings.HasPrefix(d.Summary, s) })
	return d.Provenance.Line > 0 || d.Provenance.Address != "" || whole && d.Provenance.File != ""
}
