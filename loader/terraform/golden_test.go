package terraform_test

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldens reads each plan and state of testdata and compares network and
// findings with the golden file beside it. The plans were made by Terraform out
// of the configuration in their folder.
func TestGoldens(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	states, err := filepath.Glob("testdata/*/*.tfstate")
	require.NoError(t, err)
	for _, path := range append(paths, states...) {
		if strings.HasPrefix(path, "testdata/err/") {
			continue
		}
		t.Run(path, func(t *testing.T) {
			n, ds := read(t, path, terraform.Options{})
			require.False(t, ds.HasErrors(), "%v", ds)
			for _, d := range n.Validate() {
				require.NotEqual(t, model.Error, d.Severity, "AWS would refuse: %v", d)
			}
			golden(t, path+".golden", dump(n)+findings(ds))
		})
	}
}

// TestErrorGoldens reads what is no plan.
func TestErrorGoldens(t *testing.T) {
	paths, err := filepath.Glob("testdata/err/*.json")
	require.NoError(t, err)
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			_, ds := read(t, path, terraform.Options{})
			require.True(t, ds.HasErrors(), "%v", ds)
			golden(t, path+".golden", findings(ds))
		})
	}
}

func read(t testing.TB, path string, o terraform.Options) (*model.Network, model.Diagnostics) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return terraform.Read([]input.File{{Path: path, Data: data}}, o)
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func findings(ds model.Diagnostics) string {
	var b strings.Builder
	for _, d := range ds {
		if d.Resource != "" {
			fmt.Fprintf(&b, "(%s) ", d.Resource)
		}
		fmt.Fprintln(&b, d)
	}
	return b.String()
}

// dump writes a network as text: what is set, with its place as file:line:column.
func dump(n *model.Network) string {
	var b strings.Builder
	dumpValue(&b, "", reflect.ValueOf(n).Elem())
	return b.String()
}

func dumpValue(b *strings.Builder, indent string, v reflect.Value) {
	for i := range v.NumField() {
		dumpField(b, indent, v.Type().Field(i).Name, v.Field(i), v.Type().Field(i).Anonymous)
	}
}

func dumpField(b *strings.Builder, indent, name string, v reflect.Value, inline bool) {
	switch {
	case v.IsZero():
		return
	case inline:
		dumpValue(b, indent, v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		dumpField(b, indent, name, v.Elem(), false)
	case reflect.Map:
		if v.Len() == 0 {
			return
		}
		fmt.Fprintf(b, "%s%s:\n", indent, name)
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			dumpField(b, indent+"  ", k.String(), v.MapIndex(k), false)
		}
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		fmt.Fprintf(b, "%s%s:\n", indent, name)
		for i := range v.Len() {
			dumpField(b, indent+"  ", "-", v.Index(i), false)
		}
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case model.Provenance, netip.Addr, netip.Prefix, model.Traffic, model.Unknown:
			fmt.Fprintf(b, "%s%s: %v\n", indent, name, x)
		default:
			fmt.Fprintf(b, "%s%s:\n", indent, name)
			dumpValue(b, indent+"  ", v)
		}
	default:
		fmt.Fprintf(b, "%s%s: %v\n", indent, name, v.Interface())
	}
}
