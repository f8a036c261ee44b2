package yamlfile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// withoutPlaces gives a network as JSON without any provenance, to be compared.
func withoutPlaces(n *model.Network) string {
	text, err := json.Marshal(n)
	if err != nil {
		panic(err)
	}
	c := model.NewNetwork()
	if err := json.Unmarshal(text, c); err != nil {
		panic(err)
	}
	unplace(reflect.ValueOf(c))
	for _, t := range c.RouteTables { // their order says nothing
		slices.SortFunc(t.Routes, func(a, b model.Route) int {
			return cmp.Compare(fmt.Sprint(a.Prefix, a.PrefixList, a.Target, a.State, a.Origin), fmt.Sprint(b.Prefix, b.PrefixList, b.Target, b.State, b.Origin))
		})
	}
	text, err = json.MarshalIndent(c, "", " ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// unplace clears every Provenance below v.
func unplace(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			unplace(v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem() == reflect.TypeFor[model.Provenance]() {
			v.SetZero()
		}
		for i := range v.Len() {
			unplace(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			unplace(v.MapIndex(k))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[model.Provenance]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				unplace(v.Field(i))
			}
		}
	default: // holds no provenance
	}
}
