package scenarios

import (
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const snapshotCorpora = "../../shared/corpora/describe"

// port asks for a TCP port.
func port(n uint16) model.Question {
	return model.Question{Protocol: model.TCP, Ports: model.PortRange{From: n, To: n}}
}

var any0 = model.Question{Protocol: 0, OneWay: true} // literally protocol 0

// snapshotQuestions are what the authors of published snapshots assert of them, on
// the forward leg alone as they do, and what careful reading gives.
var snapshotQuestions = []struct {
	id, snapshot, from, to string
	q                      model.Question
	want                   model.Verdict
	code                   sim.Code
	at                     string
}{
	{"S1", "test-subnet", "i-08ef86e76fceabd8d", "10.10.1.44", any0, model.Blocked, sim.ENISGRulesMismatch, "eni-029bf1092de61fb40"},
	{"S2", "test-subnet", "i-08ef86e76fceabd8d", "10.10.0.1", any0, model.Blocked, sim.NoPossibleDestination, ""},
	{"P1", "test-public-subnet", "8.8.8.8", "18.216.80.133", oneWay(port(80)), model.Blocked, sim.ENISGRulesMismatch, "eni-00064850627e198ee"},
	{"P3", "test-public-subnet", "internet", "10.0.0.91", any0, model.Blocked, sim.IGWPrivateIPAssociationForIngress, "igw-0a409e562d251f766"},
	{"P4", "test-public-subnet", "i-06669a407b2ef3ae5", "8.8.8.8", any0, model.Reachable, "", ""},
	{"P5", "test-public-subnet", "eni-p5", "8.8.8.8", oneWay(port(80)), model.Blocked, sim.IGWPublicIPAssociationForEgress, "igw-0a409e562d251f766"},
	{"VP1", "test-vpc-peering", "i-06ba034d88c84ef07", "192.168.1.106", any0, model.Blocked, sim.ENISGRulesMismatch, "eni-0024c0af5aa1387e5"},
	{"VP2", "test-vpc-peering", "i-0b14080af811fda3d", "10.10.10.157", any0, model.Blocked, sim.ENISGRulesMismatch, "eni-0f0708220e812876c"},
	{"VP3", "test-vpc-peering", "i-06ba034d88c84ef07", "192.168.100.1", any0, model.Blocked, sim.NoRouteToDestination, "rtb-0891861fffaea6d52"},
	{"VP4", "test-vpc-peering", "i-0b14080af811fda3d", "10.10.100.1", any0, model.Blocked, sim.NoPossibleDestination, "vpc-0404e08ceddf7f650"},
	{"VP5", "test-vpc-peering", "i-0b14080af811fda3d", "10.10.10.11", any0, model.Blocked, sim.NoPossibleDestination, "vpc-0404e08ceddf7f650"},
	{"MT1", "test-transit-gateway-multi-table", "i-06ba034d88c84ef07", "192.168.1.106", any0, model.Blocked, sim.ENISGRulesMismatch, "eni-0024c0af5aa1387e5"},
	{"MT2", "test-transit-gateway-multi-table", "i-0b14080af811fda3d", "10.10.10.157", any0, model.Blocked, sim.ENISGRulesMismatch, "eni-0f0708220e812876c"},
	// What the groups let in has a way, there and back.
	{"VP1", "test-vpc-peering", "i-06ba034d88c84ef07", "192.168.1.106", port(22), model.Reachable, "", ""},
	{"VP2", "test-vpc-peering", "i-0b14080af811fda3d", "10.10.10.157", port(22), model.Reachable, "", ""},
	{"MT1", "test-transit-gateway-multi-table", "i-06ba034d88c84ef07", "192.168.1.106", port(22), model.Reachable, "", ""},
	{"MT2", "test-transit-gateway-multi-table", "i-0b14080af811fda3d", "10.10.10.157", port(22), model.Reachable, "", ""},
	{"I1", "test-vpc-endpoint-interface", "i-0a0fbd0cfa774970f", "10.1.101.97", port(443), model.Reachable, "", ""},
	{"I2", "test-vpc-endpoint-interface", "i-0eb6eb395a0d09117", "10.1.101.97", port(443), model.Reachable, "", ""},
	// The files of groups and network ACLs are missing: they may let it through, or not.
	{"custodian-cross-az-nat-1", "custodian-cross-az-nat", "subnet-01989283067fcc12f", "internet", port(443), model.Indeterminate, sim.UnknownResource, ""},
	{"custodian-cross-az-nat-2", "custodian-cross-az-nat", "subnet-084dae0d9c11bca66", "internet", port(443), model.Blocked, sim.NoRouteToDestination, ""},
	{"custodian-eni-public-subnet-1", "custodian-eni-public-subnet", "eni-0d47bf614f6182182", "internet", port(443), model.Blocked, sim.IGWPublicIPAssociationForEgress, "igw-bda12fd8"},
	{"custodian-eni-public-subnet-2", "custodian-eni-public-subnet", "eni-0911a059630a4a75c", "internet", port(443), model.Blocked, sim.NoRouteToDestination, "rtb-dac896bf"},
}

// snapshotsUnasked says why a row of the collection is not asked.
var snapshotsUnasked = map[string]string{
	"awscli-doc-examples-1":         "about loading alone",
	"custodian-cross-az-nat-3":      "a finding of validate, which TestSnapshotOverlap looks for",
	"custodian-sg-self-reference-1": "no interface has the group",
}

func TestSnapshotsOfOthers(t *testing.T) {
	if _, err := os.Stat(snapshotCorpora); err != nil {
		t.Skip("needs the snapshots that others published, in ../shared beside the repository")
	}
	for _, c := range snapshotQuestions {
		t.Run(c.id, func(t *testing.T) {
			n, diags := loader.Load([]string{filepath.Join(snapshotCorpora, c.snapshot)}, nil)
			require.False(t, diags.HasErrors(), "%v", diags)
			if c.id == "P5" { // an address of the subnet that has no public one
				n.Interfaces["eni-p5"] = &model.Interface{ID: "eni-p5", VPC: n.Subnets["subnet-0bb82ae8b3ea5dc78"].VPC, Subnet: "subnet-0bb82ae8b3ea5dc78",
					Addresses: []model.Address{{IP: netip.MustParseAddr("10.0.0.92")}}, Groups: n.Interfaces["eni-00064850627e198ee"].Groups}
			}
			q := c.q
			q.From, q.To = c.from, c.to
			a, err := sim.Compile(n).Ask(q)
			require.NoError(t, err)
			assert.Equal(t, c.want.String(), a.Verdict.String())
			found := c.code == ""
			for _, x := range a.Explanations {
				found = found || x.Code == c.code && (c.at == "" || x.Component.ID == c.at)
			}
			assert.True(t, found, "no %s at %s: %+v", c.code, c.at, a.Explanations)
		})
	}
}

func TestSnapshotOverlap(t *testing.T) {
	path := filepath.Join(snapshotCorpora, "custodian-cross-az-nat")
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs the snapshots that others published, in ../shared beside the repository")
	}
	n, _ := loader.Load([]string{path}, nil)
	assert.True(t, slices.ContainsFunc(n.Validate(), func(d model.Diagnostic) bool { return d.Rule == "SUB-2" && d.Resource == "subnet-aabbccddee" }))
}

// TestSnapshotQuestionsAreListed holds the tables against the collection.
func TestSnapshotQuestionsAreListed(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(snapshotCorpora, "README.md"))
	if err != nil {
		t.Skip("needs the snapshots that others published, in ../shared beside the repository")
	}
	rows := regexp.MustCompile(`(?m)^\| ([A-Z]+\d+) \|`).FindAllSubmatch(readme, -1)
	paths, err := filepath.Glob(filepath.Join(snapshotCorpora, "*", "questions.json"))
	require.NoError(t, err)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		rows = append(rows, regexp.MustCompile(`"id": "([^"]+)"`).FindAllSubmatch(data, -1)...)
	}
	require.Greater(t, len(rows), 15)
	for _, row := range rows {
		id := string(row[1])
		asked := false
		for _, c := range snapshotQuestions {
			asked = asked || c.id == id
		}
		assert.NotEqual(t, asked, snapshotsUnasked[id] != "", "%s is asked, or it stands why not", id)
	}
}
