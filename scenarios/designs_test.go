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
				n, ds := loader.Load(append([]string{other}, beside(path)...), nil)
				require.False(t, ds.HasErrors(), "%v", ds)
				assert.Equal(t, byDesignNames(own.Network), byDesignNames(n))
				var asked []model.Expectation
				for _, x := range own.Suite.Expectations {
					x.From, x.To, x.At = inNetwork(n, x.From), inNetwork(n, x.To), inNetwork(n, x.At)
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

// beside is what a design says that its other formats cannot, networks on premises,
// in a file that is no suite and so not among the .yaml files.
func beside(path string) []string {
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "beside", strings.TrimSuffix(filepath.Base(path), ".yaml")+".yml"))
	return found
}

// designName is what the YAML file calls what another format calls id: Terraform
// puts the type before it, and AWS the prefix of its own IDs.
func designName(id string) string {
	id = endpointOfFirewall.ReplaceAllString(id, "$1-$2")
	id = resourceAddress.ReplaceAllString(id, "$1$2")
	return ownAttachment.ReplaceAllString(idPrefix.ReplaceAllString(id, ""), "$1")
}

var (
	endpointOfFirewall = regexp.MustCompile(`aws_networkfirewall_firewall\.(\w+)/aws_subnet\.(\w+)`)
	resourceAddress    = regexp.MustCompile(`aws_\w+\.(?:\w+\["(\w+)"\]|(\w+))`)
	idPrefix           = regexp.MustCompile(`\b(?:(?:vpc|subnet|rtb|acl|sg|eni|i|igw|eigw|nat|vpce-svc|vpce|pl|pcx|tgw-attach|tgw-rtb|tgw|cgw|vpn)-|(?:rds|lambda|app|net|targetgroup)/)|` +
		`/0123456789abcdef\b|\barn:aws:network-firewall:[\w-]*:\d*:[\w-]+/`)
	// ownAttachment is the attachment that a VPN connection makes, which has no name.
	ownAttachment = regexp.MustCompile(`\b(Vpn)(?:/attachment|\.transit_gateway_attachment_id)`)
)

// inNetwork gives what a network calls what the YAML file calls name: an instance,
// or what else has interfaces, before them, and them before all else.
func inNetwork(n *model.Network, name string) string {
	found := map[string]string{}
	for _, t := range n.Tables() {
		for _, id := range t.IDs() {
			if designName(id.String()) == name {
				found[t.Field] = id.String()
			}
		}
	}
	for _, field := range []string{"Instances", "Owners", "VPCEndpoints", "Interfaces"} {
		if id := found[field]; id != "" {
			return id
		}
	}
	for _, t := range n.Tables() {
		if id := found[t.Field]; id != "" {
			return id
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
		if i.Type == "gateway_load_balancer_endpoint" {
			continue // has the endpoint's name
		}
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
var onceDeployed = regexp.MustCompile(`^$|^\.(Instances|Owners)/.*\.(State|Platform) |^\.Interfaces/.*\.(Addresses|Unassigned[46]|PublicUnassigned)\b|^\.NATGateways/.*\.Addresses|^\.Subnets/.*\.NetworkACL \w+-default|\bOrders in DataB\b|` +
	// what VPN connections learn, which designs leave open and on_premises tells
	`^\.TransitGatewayAttachments/.*\.Prefixes|^\.TransitGatewayRouteTables/.*(\.Propagated true|\.RoutesListed )|^\.VPNConnections/.*\.(LearnedRoutes|TunnelsAssumed)\b|` +
	// what AWS names, and its defaults; an ALB's is what it is whatever is told
	`^\.VPCEndpointServices/.*\.ServiceName |^\.VPCEndpoints/.*\.Service com\.amazonaws\.vpce\.|^\.LoadBalancers/Front\.CrossZone true|` +
	// a firewall's endpoint, which AWS lists with the VPC endpoints as well
	`^\.(VPCEndpoints|Interfaces)/Wall-Guard\.`)

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
