package yamlfile

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// fields collects, by type and name, which fields of a network's structs there are
// and which ever had a value.
type fields map[string]bool

func (f fields) visit(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			f.visit(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			f.visit(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			f.visit(v.MapIndex(k))
		}
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[model.Network]().PkgPath() || v.Type() == reflect.TypeFor[model.Provenance]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			f[name] = f[name] || !v.Field(i).IsZero()
			f.visit(v.Field(i))
		}
	default: // no fields
	}
}

// The round trip shows little of a field that is never drawn: a new field of the
// model is to be drawn, written and read.
func TestEveryFieldIsDrawn(t *testing.T) {
	seen := fields{}
	draw := rapid.Custom(drawNetwork)
	for seed := range 500 {
		seen.visit(reflect.ValueOf(draw.Example(seed)))
	}
	// What says where something is written, and what snapshots alone leave to assume.
	places := []string{"VPC.CIDRProvenance", "VPCEndpoint.PolicyProvenance", "Listener.DefaultAlone"}
	for _, name := range sortedKeys(seen) {
		if !slices.Contains(places, name) && !strings.HasSuffix(name, ".Provenance") {
			assert.True(t, seen[name], name)
		}
	}
}
