package terraform_test

import (
	"iter"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// besideTextAndAlone reads the plan of a fixture where its text lies beside it, and
// where it does not.
func besideTextAndAlone(t *testing.T, fixture string) iter.Seq2[*model.Network, model.Diagnostics] {
	t.Helper()
	beside := "testdata/" + fixture + "/plan.json"
	data, err := os.ReadFile(beside)
	require.NoError(t, err)
	return func(yield func(*model.Network, model.Diagnostics) bool) {
		for _, path := range []string{"nowhere/plan.json", beside} {
			n, ds := terraform.Read([]input.File{{Path: path, Data: data}}, terraform.Options{})
			require.False(t, ds.HasErrors(), "%v", ds)
			if !yield(n, ds) {
				return
			}
		}
	}
}

// What a plan leaves open at the edge of a VPC is open, and no default; what it
// tells by a detour, or by leaving it out, is told.
func TestUndecided(t *testing.T) {
	for n := range besideTextAndAlone(t, "undecided") {
		require.Len(t, n.BlockPublicAccess, 1)
		assert.Equal(t, "internet_gateway_block_mode", n.BlockPublicAccess[0].Unknown.Attribute)
		type exclusion struct {
			vpc    model.VPCID
			subnet model.SubnetID
			egress bool
			open   bool
		}
		var exclusions []exclusion
		for _, x := range n.BlockPublicAccessExclusions {
			exclusions = append(exclusions, exclusion{x.VPC, x.Subnet, x.AllowEgress, x.Unknown != nil})
		}
		all := []exclusion{{"aws_vpc.main[0]", "", false, true}, {"aws_vpc.main[1]", "", false, true}, {"aws_vpc.main[2]", "", false, true},
			{"", "aws_subnet.main[2]", true, false}, {"", "aws_subnet.main[2]", false, true}}
		assert.ElementsMatch(t, all, exclusions)

		for id, vpc := range map[model.InternetGatewayID]model.VPCID{"aws_internet_gateway.either": "aws_vpc.main[0]", "aws_internet_gateway.either in aws_vpc.main[1]": "aws_vpc.main[1]",
			"aws_internet_gateway.third[0]": "aws_vpc.main[2]", "aws_internet_gateway.third[1]": "aws_vpc.main[2]"} {
			require.NotNil(t, n.InternetGateways[id], id)
			assert.Equal(t, vpc, n.InternetGateways[id].VPC, id)
			assert.NotNil(t, n.InternetGateways[id].AttachmentUnknown, id)
		}
		targets := map[string]model.Target{}
		for _, r := range n.RouteTables["aws_vpc.main[1]-main"].Routes {
			targets[r.Destination()] = r.Target
			assert.Equal(t, r.Destination() != "198.18.0.0/15" && !r.Target.IsLocal(), r.Unknown != nil, r.Destination())
		}
		assert.Equal(t, "aws_internet_gateway.either in aws_vpc.main[1]", targets["198.18.0.0/15"].ID)
		assert.Empty(t, targets["192.168.0.0/16"])
		assert.NotNil(t, n.VPNConnections["aws_vpn_connection.main"].SelectorsUnknown)

		assert.Empty(t, n.ElasticIPs["aws_eip.spare"].Interface)
		instance := n.Instances["aws_instance.main"]
		require.Len(t, instance.Interfaces, 1)
		nic := n.Interfaces[instance.Interfaces[0]]
		assert.Equal(t, model.SubnetID("aws_subnet.main[1]"), nic.Subnet)
		assert.Equal(t, []model.SecurityGroupID{"aws_security_group.main[1]"}, nic.Groups)
		assert.Nil(t, nic.PublicUnknown)
		assert.False(t, nic.PublicUnassigned)
	}
}

// A policy's dynamic blocks have the rule groups that there are, where their order
// does not count.
func TestDynamicRuleGroups(t *testing.T) {
	for n := range besideTextAndAlone(t, "dynamic") {
		var groups []model.FirewallRuleGroupID
		byAction := n.FirewallPolicies[`aws_networkfirewall_firewall_policy.main["DEFAULT_ACTION_ORDER"]`]
		for _, r := range byAction.StatefulGroups {
			groups = append(groups, r.Group)
		}
		assert.Nil(t, byAction.Unknown)
		assert.Equal(t, []model.FirewallRuleGroupID{`aws_networkfirewall_rule_group.main["smtp"]`, `aws_networkfirewall_rule_group.main["telnet"]`}, groups)
		assert.NotNil(t, n.FirewallPolicies[`aws_networkfirewall_firewall_policy.main["STRICT_ORDER"]`].Unknown, "which priority has which is not told")
	}
}
