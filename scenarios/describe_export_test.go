package scenarios

import (
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
)

// TestDescribeSnapshots: once deployed and dumped with aws … describe-*, every
// network of the scenarios answers as it did before: the same verdict for the
// same reasons at the same places.
func TestDescribeSnapshots(t *testing.T) {
	asked, excepted := 0, 0
	for _, s := range validSuites(t) {
		file := name(s.Suite.File)
		t.Run(file, func(t *testing.T) {
			n := deployed(s.Network)
			if why := inexpressible(n); why != "" {
				t.Log("no dump says this: " + why)
				return
			}
			folder := t.TempDir()
			writeSnapshot(t, n, folder)
			loaded, diags := loader.Load(append([]string{folder}, writeBeside(t, n, t.TempDir())...), nil)
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
				before, after := summary(want.Ask(q)), summary(got.Ask(q))
				if why := exceptions[file+": "+c.Name]; why != "" {
					excepted++
					assert.NotEqual(t, before, after, "%s is no exception: a dump tells %s", c.Name, why)
					continue
				}
				assert.Equal(t, before, after, "%s\n%s", c.Name, q)
			}
		})
	}
	assert.Len(t, exceptions, excepted)
	assert.Greater(t, asked, 1200)
}

// validSuites are the suites whose networks AWS would not refuse.
func validSuites(t *testing.T) []loader.LoadedSuite {
	t.Helper()
	paths := slices.DeleteFunc(files(t, "."), func(path string) bool { return strings.HasPrefix(path, "testdata") })
	suites, diags := loader.LoadSuites(paths, nil, nil)
	require.False(t, diags.HasErrors(), "%v", diags)
	return suites
}

// TestDescribeInputs: a snapshot answers alike whether it is given in one folder or
// piece by piece, by account, Region or call, the last one first.
func TestDescribeInputs(t *testing.T) {
	asked := 0
	for _, s := range validSuites(t) {
		n := deployed(s.Network)
		if inexpressible(n) != "" {
			continue
		}
		folder := t.TempDir()
		writeSnapshot(t, n, folder)
		inputs, err := filepath.Glob(filepath.Join(folder, "*"))
		require.NoError(t, err)
		if len(inputs) < 2 {
			continue // all of one account or Region
		}
		t.Run(name(s.Suite.File), func(t *testing.T) {
			beside := writeBeside(t, n, t.TempDir())
			whole, _ := loader.Load(append([]string{folder}, beside...), nil)
			want := sim.Compile(whole)
			slices.Reverse(inputs) // a folder's are in order
			loaded, diags := loader.Load(slices.Concat(inputs, beside), nil)
			for _, d := range diags {
				assert.Equal(t, model.Note, d.Severity, d.Error())
			}
			got := sim.Compile(loaded)
			for _, c := range s.Suite.Expectations {
				asked++
				q := renamedQuestion(s.Network, c.Question)
				assert.Equal(t, summary(want.Ask(q)), summary(got.Ask(q)), "%s\n%s", c.Name, q)
			}
		})
	}
	assert.Greater(t, asked, 1000)
}

// exceptions are the questions whose answer hangs on what no call prints.
var exceptions = map[string]string{
	"vpn/bgp: networks with BGP meet at the gateway":           severalConnections,
	"vpn/bgp: nor into the VPC":                                "what connections announce in IPv6, which no route table shows (VPN-9)",
	"vpn/bgp: where no VPC is attached too":                    "what a gateway without a VPC has learned, which no route table shows",
	"load-balancers/application: one that is known is certain": "some of a balancer's listeners and not others",
	"cloud-wan/bgp-paths: and one of another Region does not":  "what the VPN connections of a core network have learned",
}

const severalConnections = "by which of a gateway's connections it has learned a prefix"

// renamedQuestion asks by the ID that an interface has after its deployment;
// everything else has its name.
func renamedQuestion(n *model.Network, q model.Question) model.Question {
	r := newRenamer(n)
	for _, end := range []*string{&q.From, &q.To} {
		if n.Instances[model.InstanceID(*end)] != nil || n.Owners[model.OwnerID(*end)] != nil {
			continue
		}
		if n.Interfaces[model.InterfaceID(*end)] != nil {
			*end = r.id(model.KindInterface, *end)
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
	if overlapOnHub(n) {
		return "a dump lists the routes that won among VPCs whose ranges overlap (TGW-18)"
	}
	for _, o := range model.Sorted(n.Owners) {
		if ownerDescriptions[o.Type] == nil && n.LoadBalancers[o.ID] == nil {
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
		case *model.LoadBalancer:
			settled := *x
			settled.ListenersUnknown = nil // the call is not made
			v = reflect.ValueOf(&settled)
		case *model.TargetGroup:
			settled := *x
			settled.TargetsUnknown = nil // the call is not made
			v = reflect.ValueOf(&settled)
		case *model.FirewallRuleGroup:
			if x.Rules == nil && x.Stateless == nil && x.Domains == nil {
				return "" // a policy names it, and nothing describes it
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

// overlapOnHub reports whether two VPCs of one transit gateway have ranges that
// overlap.
func overlapOnHub(n *model.Network) bool {
	all := model.Sorted(n.TransitGatewayAttachments)
	for i, a := range all {
		for _, b := range all[:i] {
			if a.TransitGateway != b.TransitGateway || a.VPC == b.VPC || n.VPCs[a.VPC] == nil || n.VPCs[b.VPC] == nil {
				continue
			}
			for _, p := range n.VPCs[a.VPC].CIDRs {
				if slices.ContainsFunc(n.VPCs[b.VPC].CIDRs, p.Overlaps) {
					return true
				}
			}
		}
	}
	return false
}
