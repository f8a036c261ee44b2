package terraform

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// Options say what of a plan is read.
type Options struct {
	// Current takes a plan's prior state, what is there now, instead of what
	// the plan leads to. It changes nothing for states.
	Current bool
}

// Read reads plans and states, each by itself, and puts them into one network.
// Addresses that stand for resources which do not exist yet must not occur in
// two of the files: that is an error, since they are different resources.
//
// Read looks for the configuration (*.tf) beside each file to say files and
// lines, and reads nothing else. The network is never nil; if there are errors
// among the diagnostics, which are sorted, it holds what could be read. Read may
// be called from several goroutines at once.
func Read(files []input.File, o Options) (*model.Network, model.Diagnostics) {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b input.File) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	out := model.NewNetwork()
	var all model.Diagnostics
	for i, f := range files {
		d, ds := decode(f, o)
		if d != nil {
			b := newBuilder(d)
			b.build()
			ds = append(ds, b.diagnostics...)
			if i == 0 {
				out = b.network
			} else {
				ds = append(ds, join(out, b.network)...)
			}
		}
		all = append(all, ds...)
	}
	return out, all.Sort()
}

// Sniff reports whether the data are a plan or state as JSON, or a state file:
// a JSON object with the keys that only these have. A truncated one counts as
// long as they come before its end.
func Sniff(data []byte) bool {
	d := jsontext.NewDecoder(bytes.NewBuffer(bytes.TrimPrefix(data, []byte("\ufeff"))),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return false
	}
	seen := map[string]bool{}
	for d.PeekKind() == '"' {
		t, err := d.ReadToken()
		if err != nil {
			break
		}
		seen[t.String()] = true
		if seen["terraform_version"] && (seen["format_version"] || seen["lineage"] || seen["serial"] || seen["resources"]) ||
			seen["format_version"] && (seen["planned_values"] || seen["values"]) {
			return true
		}
		if err := d.SkipValue(); err != nil {
			break
		}
	}
	return false
}

// join adds a file's resources to those of others. A real ID in two files is one
// resource: the later file counts, unless it only names what the other tells.
func join(out, n *model.Network) model.Diagnostics {
	var ds model.Diagnostics
	to, from := reflect.ValueOf(out).Elem(), reflect.ValueOf(n).Elem()
	for i := range to.NumField() {
		x, y := to.Field(i), from.Field(i)
		if x.Kind() != reflect.Map {
			x.Set(reflect.AppendSlice(x, y))
			continue
		}
		for _, k := range y.MapKeys() {
			old, v := x.MapIndex(k), y.MapIndex(k)
			x.SetMapIndex(k, v)
			if !old.IsValid() {
				continue
			}
			id := k.String()
			before, after := placeOf(old), placeOf(v)
			switch {
			case awsID.MatchString(id) || !symbolic(id):
				switch v := v.Interface().(type) {
				case *model.VPC:
					if v.Missing[model.KindVPC] != nil {
						x.SetMapIndex(k, old) // only named here
					}
				case *model.TransitGatewayRouteTable:
					joinTransitTables(v, old.Interface().(*model.TransitGatewayRouteTable))
				default:
					if lookedUp.MatchString(after.Address) && !lookedUp.MatchString(before.Address) {
						x.SetMapIndex(k, old)
					}
				}
			default:
				ds = append(ds, model.Diagnostic{Severity: model.Error, Resource: id, Provenance: after,
					Summary: fmt.Sprintf("%s does not exist yet, and two files create one", id),
					Detail:  "They are different resources under one name; the other is at " + before.String() + ". Ask about each plan by itself."})
			}
		}
	}
	return ds
}

// lookedUp is the address of a data source.
var lookedUp = regexp.MustCompile(`^(module\.[^.]+\.)*data\.`)

// joinTransitTables adds what another file gives a transit gateway's route table.
// There is nothing beside that where one of the two manages it.
func joinTransitTables(t, other *model.TransitGatewayRouteTable) {
	if t.RoutesUnknown != nil && other.RoutesUnknown == nil || lookedUp.MatchString(t.Provenance.Address) {
		t.Meta = other.Meta
	}
	t.TransitGateway = cmp.Or(t.TransitGateway, other.TransitGateway)
	for _, id := range other.Associations {
		addTo(&t.Associations, id)
	}
	for _, id := range other.Propagations {
		addTo(&t.Propagations, id)
	}
	for _, r := range other.Routes {
		same := func(o model.TransitGatewayRoute) bool { return reflect.DeepEqual(o, r) }
		if !slices.ContainsFunc(t.Routes, same) {
			t.Routes = append(t.Routes, r)
		}
	}
	slices.Sort(t.Associations)
	slices.Sort(t.Propagations)
	if t.AssociationsUnknown == nil || other.AssociationsUnknown == nil {
		t.AssociationsUnknown = nil
	}
	if t.RoutesUnknown == nil || other.RoutesUnknown == nil {
		t.RoutesUnknown = nil
	}
}

func placeOf(v reflect.Value) model.Provenance {
	return v.Elem().FieldByName("Provenance").Interface().(model.Provenance)
}
