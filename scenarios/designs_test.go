package scenarios

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
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
		require.Len(t, others, 4, "YAML, template, plan, snapshot: %s", path)
		for _, other := range others {
			if other == path {
				continue
			}
			t.Run(other, func(t *testing.T) {
				n, ds := loader.Load([]string{other}, nil)
				require.False(t, ds.HasErrors(), "%v", ds)
				assert.Equal(t, byDesignNames(own.Network), byDesignNames(n))
				var asked []model.Expectation
				for _, x := range own.Suite.Expectations {
					x.From, x.To = inNetwork(n, x.From), inNetwork(n, x.To)
					x.Through = slices.Clone(x.Through)
					for i := range x.Through {
						x.Through[i] = inNetwork(n, x.Through[i])
					}
					asked = append(asked, x)
				}
				for _, r := range suite.Run(context.Background(), sim.Compile(n), asked, suite.Options{}) {
					if !r.Passed {
						t.Error(r.Expectation.Name + "\n" + account(r))
					}
				}
			})
		}
	}
}

// designName is what the YAML file calls what another format calls id: Terraform
// puts the type before it, and AWS the prefix of its own IDs.
func designName(id string) string {
	return idPrefix.ReplaceAllString(resourceAddress.ReplaceAllString(id, "$1$2"), "")
}

var (
	resourceAddress = regexp.MustCompile(`aws_\w+\.(?:\w+\["(\w+)"\]|(\w+))`)
	idPrefix        = regexp.MustCompile(`\b(?:(?:vpc|subnet|rtb|acl|sg|eni|i|igw|eigw|nat|vpce|pl)-|(?:rds|lambda)/)`)
)

// inNetwork gives what a network calls what the YAML file calls name.
func inNetwork(n *model.Network, name string) string {
	for id := range n.Instances {
		if designName(string(id)) == name {
			return string(id)
		}
	}
	for id := range n.Owners {
		if designName(string(id)) == name {
			return string(id)
		}
	}
	for id := range n.Interfaces {
		if designName(string(id)) == name {
			return string(id)
		}
	}
	for id := range n.VPCEndpoints {
		if designName(string(id)) == name {
			return string(id)
		}
	}
	return name
}

// byDesignNames is canonical with the YAML file's names, and without what only
// one who runs the design knows: addresses, images. Interfaces, which most formats
// give no name, have those of their owners and subnets.
func byDesignNames(n *model.Network) []string {
	text := canonical(n)
	for _, i := range model.Sorted(n.Interfaces) {
		name := i.Owner.ID + " in " + string(i.Subnet)
		text = regexp.MustCompile(`([ /])`+regexp.QuoteMeta(string(i.ID))+`(\.[A-Z]| |\n|$)`).ReplaceAllString(text, "${1}"+name+"${2}")
	}
	for _, i := range n.Instances { // a route to an instance is one to its interface
		text = strings.ReplaceAll(text, ".Target "+string(i.ID)+"\n", ".Target "+string(i.ID)+" in "+string(n.Interfaces[i.Interfaces[0]].Subnet)+"\n")
	}
	lines := strings.Split(designName(text), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return onceDeployed.MatchString(l) })
	slices.Sort(lines)
	return lines
}

// onceDeployed are lines that a snapshot has otherwise than a design; a database
// is in one of its subnets then.
var onceDeployed = regexp.MustCompile(`^$|^\.(Instances|Owners)/.*\.(State|Platform) |^\.Interfaces/.*\.(Addresses|Unassigned[46]|PublicUnassigned)\b|^\.NATGateways/.*\.Addresses|^\.Subnets/.*\.NetworkACL \w+-default|\bOrders in DataB\b`)

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
