package describe_test

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

	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldens reads each folder of testdata and each file of testdata/err and
// compares network and findings with the golden file beside it.
func TestGoldens(t *testing.T) {
	folders, err := filepath.Glob("testdata/ok/*")
	require.NoError(t, err)
	for _, path := range slices.DeleteFunc(folders, func(p string) bool { return strings.HasSuffix(p, ".golden") }) {
		t.Run(path, func(t *testing.T) {
			n, ds := describe.Read(folder(t, path))
			require.False(t, ds.HasErrors(), "%v", ds)
			golden(t, path+".golden", dump(n)+findings(ds))
		})
	}
	files, err := filepath.Glob("testdata/err/*.json")
	require.NoError(t, err)
	for _, path := range files {
		t.Run(path, func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			_, ds := describe.Read([]input.File{{Path: path, Data: data}})
			require.True(t, ds.HasErrors(), "%v", ds)
			ds = slices.DeleteFunc(ds, func(d model.Diagnostic) bool { return d.Severity != model.Error })
			golden(t, strings.TrimSuffix(path, ".json")+".golden", findings(ds))
		})
	}
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
