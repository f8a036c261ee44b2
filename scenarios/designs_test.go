package scenarios

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// TestSameDesigns: one design in several formats is one network, up to names and
// places, and has one set of answers: those of the suite in its YAML file.
func TestSameDesigns(t *testing.T) {
	suites, err := filepath.Glob("designs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, suites)
	loaded, diags := loader.LoadSuites(suites, nil, nil)
	require.False(t, diags.HasErrors(), "%v", diags)
	require.Len(t, loaded, len(suites))
	for _, own := range loaded {
		path := own.Suite.File
		others, err := filepath.Glob(strings.TrimSuffix(path, ".yaml") + ".*")
		require.NoError(t, err)
		require.Greater(t, len(others), 1, path)
		for _, other := range others {
			if other == path {
				continue
			}
			t.Run(other, func(t *testing.T) {
				n, ds := loader.Load([]string{other}, nil)
				require.False(t, ds.HasErrors(), "%v", ds)
				assert.Equal(t, canonical(own.Network), canonical(n))
				for _, r := range suite.Run(context.Background(), sim.Compile(n), own.Suite.Expectations, suite.Options{}) {
					if !r.Passed {
						t.Error(r.Expectation.Name + "\n" + account(r))
					}
				}
			})
		}
	}
}

// canonical writes a network as text, without names, places and what else does
// not decide; lists of rules and the like in the order of their text.
func canonical(n *model.Network) string {
	return strings.Join(canonicalValue("", reflect.ValueOf(n).Elem()), "\n")
}

// immaterial are fields that no verdict hangs on, or that the formats do not tell
// alike: what an Elastic IP is called, what AWS manages itself, what an owner
// that is no instance numbers its interfaces.
var immaterial = []string{"Provenance", "CIDRProvenance", "Name", "Tags", "ARN", "Account", "Region", "GroupName", "Description",
	"DNSAssumed", "DeviceIndex", "RequesterManaged", "ElasticIPs", "Unmodelled", "EntriesUnknown", "PolicyProvenance"}

func canonicalValue(path string, v reflect.Value) []string {
	if v.IsZero() {
		return nil
	}
	if s, ok := v.Interface().(fmt.Stringer); ok && v.Kind() != reflect.Pointer {
		return []string{path + " " + s.String()}
	}
	var out []string
	switch v.Kind() {
	case reflect.Pointer:
		return canonicalValue(path, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); !slices.Contains(immaterial, f.Name) {
				out = append(out, canonicalValue(path+"."+f.Name, v.Field(i))...)
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			out = append(out, canonicalValue(path+"/"+k.String(), v.MapIndex(k))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, path+": "+strings.Join(canonicalValue("", v.Index(i)), " "))
		}
	default:
		return []string{fmt.Sprintf("%s %v", path, v.Interface())}
	}
	slices.Sort(out)
	return out
}
