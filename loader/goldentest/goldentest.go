// Package goldentest holds what a reader makes of its fixtures against golden
// files. Tests of the readers use it, and nothing else.
package goldentest

import (
	"cmp"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Check compares got with the file at path, or, with -update, writes it there.
func Check(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// Findings writes diagnostics as text, with the resources that they are about.
func Findings(ds model.Diagnostics) string {
	var b strings.Builder
	for _, d := range ds {
		if d.Resource != "" {
			fmt.Fprintf(&b, "(%s) ", d.Resource)
		}
		fmt.Fprintln(&b, d)
	}
	return b.String()
}

func place(p model.Provenance) string {
	if p.File != "" && p.Address != "" {
		return p.String() + " (" + p.Address + ")"
	}
	return p.String()
}

// Dump writes a network as text: what is set, with its place as file:line:column,
// and its address in the design.
func Dump(n *model.Network) string {
	var b strings.Builder
	dumpValue(&b, "", reflect.ValueOf(n).Elem())
	return b.String()
}

func dumpValue(b *strings.Builder, indent string, v reflect.Value) {
	for i := range v.NumField() {
		dumpField(b, indent, v.Type().Field(i).Name, v.Field(i), v.Type().Field(i).Anonymous)
	}
}

// compareKeys orders a map's keys: numbers by value, all else by its text.
func compareKeys(a, b reflect.Value) int {
	switch {
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	}
	return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
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
		slices.SortFunc(keys, compareKeys)
		for _, k := range keys {
			dumpField(b, indent+"  ", fmt.Sprint(k), v.MapIndex(k), false)
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
		case netip.Addr, netip.Prefix, model.Traffic:
			fmt.Fprintf(b, "%s%s: %v\n", indent, name, x)
		case model.Provenance:
			fmt.Fprintf(b, "%s%s: %s\n", indent, name, place(x))
		case model.Unknown:
			fmt.Fprintf(b, "%s%s: %v", indent, name, x)
			if !x.Provenance.IsZero() {
				fmt.Fprintf(b, " @ %s", place(x.Provenance))
			}
			fmt.Fprintln(b)
		default:
			fmt.Fprintf(b, "%s%s:\n", indent, name)
			dumpValue(b, indent+"  ", v)
		}
	default:
		fmt.Fprintf(b, "%s%s: %v\n", indent, name, v.Interface())
	}
}
