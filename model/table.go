package model

import (
	"cmp"
	"reflect"
	"slices"
)

// Table is a network's resources of one kind.
type Table struct {
	Field string // of Network: "VPCs"
	Kind  Kind
	// Resources is the field: a map from IDs, which are strings, to pointers to
	// structs that embed Meta.
	Resources reflect.Value
}

// Tables are all the resources that a network has by ID, whatever their kinds, in
// the order of its fields: for what treats every kind alike, so that a new kind
// does not have to be told of there. They are views, and change the network.
func (n *Network) Tables() []Table {
	v := reflect.ValueOf(n).Elem()
	var ts []Table
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if kind := f.Tag.Get("kind"); kind != "" {
			ts = append(ts, Table{Field: f.Name, Kind: Kind(kind), Resources: v.Field(i)})
		}
	}
	return ts
}

// IDs are the IDs of the resources, sorted.
func (t Table) IDs() []reflect.Value {
	return slices.SortedFunc(slices.Values(t.Resources.MapKeys()), func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
}

// MetaOf is the Meta of a table's resource.
func MetaOf(resource reflect.Value) *Meta {
	return resource.Elem().FieldByName("Meta").Addr().Interface().(*Meta)
}
