package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// TestDescribeSnapshots: once deployed and dumped with aws … describe-*, every
// network of the scenarios answers as it did before: the same verdict for the
// same reasons at the same places.
func TestDescribeSnapshots(t *testing.T) {
	var paths []string
	for _, path := range files(t, ".") {
		if !strings.HasPrefix(path, "testdata") {
			paths = append(paths, path)
		}
	}
	suites, diags := loader.LoadSuites(paths, nil, nil)
	require.False(t, diags.HasErrors(), "%v", diags)
	asked := 0
	for _, s := range suites {
		t.Run(name(s.Suite.File), func(t *testing.T) {
			if why := inexpressible(s.Network); why != "" {
				t.Log("no dump says this: " + why)
				return
			}
			n := deployed(s.Network)
			folder := t.TempDir()
			writeSnapshot(t, n, folder)
			loaded, diags := loader.Load([]string{folder}, nil)
			for _, d := range diags {
				assert.Equal(t, model.Note, d.Severity, d.Error())
			}
			for _, d := range loaded.Validate() {
				assert.NotEqual(t, model.Error, d.Severity, d.Error())
			}
			want, got := sim.Compile(n), sim.Compile(loaded)
			for _, c := range s.Suite.Expectations {
				asked++
				q := renamedQuestion(s.Network, c.Question)
				assert.Equal(t, summary(want.Ask(q)), summary(got.Ask(q)), "%s\n%s", c.Name, q)
			}
		})
	}
	assert.Greater(t, asked, 500)
}

// renamedQuestion asks by the ID that an interface has after its deployment;
// everything else has its name.
func renamedQuestion(n *model.Network, q model.Question) model.Question {
	for _, end := range []*string{&q.From, &q.To} {
		if n.Instances[model.InstanceID(*end)] != nil || n.Owners[model.OwnerID(*end)] != nil {
			continue
		}
		if n.Interfaces[model.InterfaceID(*end)] != nil {
			*end = awsID(model.KindInterface, *end)
		}
	}
	return q
}

// summary is what must not change of an answer.
func summary(a *sim.Answer, err error) string {
	if err != nil {
		return err.Error()
	}
	lines := []string{fmt.Sprintf("%s, forward %s, return %s %t, %s", a.Verdict, a.ForwardVerdict, a.ReturnVerdict, a.ReplyWalked, a.Authorization.Decision)}
	for _, x := range a.Explanations {
		lines = append(lines, fmt.Sprintf("%s %s %s at %s %s, primary %t", x.Leg, x.Direction, x.Code, x.Component.Type, x.Component.ID, x.Primary))
	}
	for _, p := range a.Parts {
		lines = append(lines, fmt.Sprintf("part %+v %s", p.Flow.Header, p.Verdict))
	}
	for _, x := range a.Assumptions {
		lines = append(lines, "assumes "+x.Rule)
	}
	return strings.Join(lines, "\n")
}

// inexpressible says what of a network no dump can say, if anything.
func inexpressible(n *model.Network) string {
	switch {
	case len(n.OnPremises) > 0:
		return "prefixes are declared to be on premises"
	case len(n.Port25Allowed) > 0:
		return "port 25 is declared to be allowed"
	case len(n.LoadBalancers)+len(n.ResourceGateways)+len(n.ServiceNetworks) > 0:
		return "the snapshots that are written here have neither balancers nor VPC Lattice"
	case len(n.Accelerators)+len(n.VPCOrigins) > 0:
		return "the snapshots that are written here have nothing in front of a Region"
	}
	for _, o := range model.Sorted(n.Owners) {
		if ownerDescriptions[o.Type] == nil {
			return fmt.Sprintf("what %s is called, which is a %s, no interface tells", o.ID, o.Type)
		}
		if o.Type == "rds" && len(o.Interfaces) > 1 {
			return fmt.Sprintf("%s has several interfaces, of which a dump tells the active one alone", o.ID)
		}
	}
	for _, g := range model.Sorted(n.NATGateways) {
		if len(g.Zones) > len(g.Addresses) {
			return fmt.Sprintf("%s has zones without an address", g.ID)
		}
	}
	return unknowns("network", reflect.ValueOf(n).Elem())
}

// unknowns finds the first thing that is left open.
func unknowns(at string, v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		switch x := v.Interface().(type) {
		case *model.Unknown:
			return "it leaves open " + x.String()
		case *model.PrefixList:
			if len(x.Entries) == 0 {
				return "" // all or none of its entries are dumped
			}
		}
		return unknowns(at, v.Elem())
	case reflect.Struct:
		if v.Type().PkgPath() == "net/netip" {
			return ""
		}
		for i := range v.NumField() {
			if why := unknowns(at, v.Field(i)); why != "" {
				return why
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if why := unknowns(at, v.Index(i)); why != "" {
				return why
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, k := range keys {
			if why := unknowns(at, v.MapIndex(k)); why != "" {
				return why
			}
		}
	}
	return ""
}
