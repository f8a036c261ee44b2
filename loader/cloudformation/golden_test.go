package cloudformation_test

import (
	"flag"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldens reads each file and folder of testdata/ok, and each file of
// testdata/err, and compares network and findings with the golden file beside it.
func TestGoldens(t *testing.T) {
	for _, dir := range []string{"ok", "err"} {
		entries, err := os.ReadDir(filepath.Join("testdata", dir))
		require.NoError(t, err)
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".golden") {
				continue
			}
			path := "testdata/" + dir + "/" + e.Name()
			t.Run(path, func(t *testing.T) {
				n, ds := cloudformation.Read(files(t, path), cloudformation.Options{})
				got := findings(ds)
				if dir == "ok" {
					require.False(t, ds.HasErrors(), "%v", ds)
					got = dump(n) + got
				} else {
					require.True(t, ds.HasErrors(), "%v", ds)
				}
				golden(t, path+".golden", got)
			})
		}
	}
}

// files reads a file, or those of a folder.
func files(t testing.TB, root string) []input.File {
	t.Helper()
	var out []input.File
	require.NoError(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		out = append(out, input.File{Path: filepath.ToSlash(path), Data: data})
		return err
	}))
	return out
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

// dump writes a network as text: what is set, with its place.
func dump(n *model.Network) string {
	var b strings.Builder
	dumpStruct(&b, "", reflect.ValueOf(n).Elem())
	return b.String()
}

func dumpStruct(b *strings.Builder, indent string, v reflect.Value) {
	for i := range v.NumField() {
		dumpField(b, indent, v.Type().Field(i).Name, v.Field(i), v.Type().Field(i).Anonymous)
	}
}

func dumpField(b *strings.Builder, indent, name string, v reflect.Value, inline bool) {
	switch {
	case v.IsZero():
		return
	case inline:
		dumpStruct(b, indent, v)
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
		if v.Len() > 0 {
			fmt.Fprintf(b, "%s%s:\n", indent, name)
		}
		for i := range v.Len() {
			dumpField(b, indent+"  ", "-", v.Index(i), false)
		}
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case netip.Addr, netip.Prefix, model.Traffic:
			fmt.Fprintf(b, "%s%s: %v\n", indent, name, x)
		case model.Provenance:
			fmt.Fprintf(b, "%s%s: %v (%s)\n", indent, name, x, x.Address)
		case model.Unknown:
			fmt.Fprintf(b, "%s%s: %v @ %v\n", indent, name, x, x.Provenance)
		default:
			fmt.Fprintf(b, "%s%s:\n", indent, name)
			dumpStruct(b, indent+"  ", v)
		}
	default:
		fmt.Fprintf(b, "%s%s: %v\n", indent, name, v.Interface())
	}
}
