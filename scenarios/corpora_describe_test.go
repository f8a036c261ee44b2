package scenarios

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// TestSnapshotsOfOthers asks snapshots that others published what their authors
// assert of them, on the forward leg alone as they do, and what careful reading
// gives.
func TestSnapshotsOfOthers(t *testing.T) {
	root := filepath.Join("..", "..", "shared", "corpora", "describe")
	if _, err := os.Stat(root); err != nil {
		t.Skip("needs the snapshots that others published, in ../shared beside the repository")
	}
	tcp := func(port uint16) model.Question {
		return model.Question{Protocol: model.TCP, Ports: model.PortRange{From: port, To: port}}
	}
	any0 := model.Question{Protocol: 0, OneWay: true} // literally protocol 0
	oneWay := func(q model.Question) model.Question { q.OneWay = true; return q }
	for _, c := range []struct {
		id, snapshot, from, to string
		q                      model.Question
		want                   model.Verdict
		code                   sim.Code
		at                     string
	}{
		{"S1", "test-subnet", "i-08ef86e76fceabd8d", "10.10.1.44", any0, model.Blocked, sim.ENISGRulesMismatch, "eni-029bf1092de61fb40"},
		{"S2", "test-subnet", "i-08ef86e76fceabd8d", "10.10.0.1", any0, model.Blocked, sim.NoPossibleDestination, ""},
		{"P1", "test-public-subnet", "8.8.8.8", "18.216.80.133", oneWay(tcp(80)), model.Blocked, sim.ENISGRulesMismatch, "eni-00064850627e198ee"},
		{"P3", "test-public-subnet", "internet", "10.0.0.91", any0, model.Blocked, sim.IGWPrivateIPAssociationForIngress, "igw-0a409e562d251f766"},
		{"P4", "test-public-subnet", "i-06669a407b2ef3ae5", "8.8.8.8", any0, model.Reachable, "", ""},
		{"VP3", "test-vpc-peering", "i-06ba034d88c84ef07", "192.168.100.1", any0, model.Blocked, sim.NoRouteToDestination, ""},
		{"VP4", "test-vpc-peering", "i-0b14080af811fda3d", "192.168.1.200", any0, model.Blocked, sim.NoPossibleDestination, ""},
		{"I1", "test-vpc-endpoint-interface", "i-0a0fbd0cfa774970f", "10.1.101.97", tcp(443), model.Reachable, "", ""},
		{"I2", "test-vpc-endpoint-interface", "i-0eb6eb395a0d09117", "10.1.101.97", tcp(443), model.Reachable, "", ""},
		// The files of groups and network ACLs are missing: they may let it through, or not.
		{"custodian-cross-az-nat-1", "custodian-cross-az-nat", "subnet-01989283067fcc12f", "internet", tcp(443), model.Indeterminate, sim.UnknownResource, ""},
		{"custodian-cross-az-nat-2", "custodian-cross-az-nat", "subnet-084dae0d9c11bca66", "internet", tcp(443), model.Blocked, sim.NoRouteToDestination, ""},
		{"custodian-eni-public-subnet-1", "custodian-eni-public-subnet", "eni-0d47bf614f6182182", "internet", tcp(443), model.Blocked, sim.IGWPublicIPAssociationForEgress, "igw-bda12fd8"},
		{"custodian-eni-public-subnet-2", "custodian-eni-public-subnet", "eni-0911a059630a4a75c", "internet", tcp(443), model.Blocked, sim.NoRouteToDestination, "rtb-dac896bf"},
	} {
		t.Run(c.id, func(t *testing.T) {
			n, diags := loader.Load([]string{filepath.Join(root, c.snapshot)}, nil)
			require.False(t, diags.HasErrors(), "%v", diags)
			q := c.q
			q.From, q.To = c.from, c.to
			a, err := sim.Compile(n).Ask(q)
			require.NoError(t, err)
			assert.Equal(t, c.want, a.Verdict)
			found := c.code == ""
			for _, x := range a.Explanations {
				found = found || x.Code == c.code && (c.at == "" || x.Component.ID == c.at)
			}
			assert.True(t, found, "no %s at %s: %+v", c.code, c.at, a.Explanations)
		})
	}
}
