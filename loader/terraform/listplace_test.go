package terraform_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// An index selects from a list that is passed on by its place; with the text
// beside the plan, only where that leaves the order as it is.
func TestListPlaces(t *testing.T) {
	data, err := os.ReadFile("testdata/lists/plan.json")
	require.NoError(t, err)
	bare, ds := terraform.Read([]input.File{{Path: "nowhere/plan.json", Data: data}}, terraform.Options{})
	require.False(t, ds.HasErrors(), "%v", ds)
	full, ds := read(t, "testdata/lists/plan.json", terraform.Options{})
	require.False(t, ds.HasErrors(), "%v", ds)

	const counted, zoned = "module.network.aws_subnet.counted", "module.network.aws_subnet.zoned"
	for instance, want := range map[string]struct{ bare, full model.SubnetID }{
		"aws_instance.tenth":                  {counted + "[10]", counted + "[10]"},
		"aws_instance.object":                 {zoned + `["eu-west-1b"]`, zoned + `["eu-west-1b"]`},
		"aws_instance.element[0]":             {zoned + `["eu-west-1a"]`, zoned + `["eu-west-1a"]`},
		"aws_instance.element[1]":             {zoned + `["eu-west-1b"]`, zoned + `["eu-west-1b"]`},
		"aws_instance.element[2]":             {zoned + `["eu-west-1a"]`, zoned + `["eu-west-1a"]`},
		"module.zoned.aws_instance.first":     {zoned + `["eu-west-1a"]`, zoned + `["eu-west-1a"]`},
		"module.zoned.aws_instance.around[2]": {zoned + `["eu-west-1a"]`, zoned + `["eu-west-1a"]`},
		"module.listed.aws_instance.first":    {counted + "[3]", counted + "[3]"},
		// What is not told in a plan alone, and what it would tell wrongly.
		"aws_instance.local":    {"", zoned + `["eu-west-1b"]`},
		"aws_instance.reversed": {counted + "[0]", ""},
	} {
		for n, subnet := range map[*model.Network]model.SubnetID{bare: want.bare, full: want.full} {
			got := n.Interfaces[model.InterfaceID(instance+".primary_network_interface_id")].Subnet
			if subnet != "" {
				assert.Equal(t, subnet, got, instance)
			} else if assert.NotNil(t, n.Subnets[got].CIDRsUnknown, "%s in %s", instance, got) {
				assert.Equal(t, instance, n.Subnets[got].CIDRsUnknown.Subject)
			}
		}
	}

	for _, n := range []*model.Network{bare, full} {
		for i, vpc := range []string{"aws_vpc.spoke[0]", "aws_vpc.spoke[1]"} {
			g := n.SecurityGroups[model.SecurityGroupID(vpc+"-default")]
			require.NotNil(t, g)
			assert.Len(t, g.Rules, 3, "the default rules, and one more")
			routes := n.RouteTables[model.RouteTableID(vpc+"-main")].Routes
			require.Len(t, routes, 2, "local, and one more: %d", i)
		}
	}
	// The configuration in a plan leaves dynamic blocks out: whose reference it has
	// is not told.
	for i, want := range []string{"aws_internet_gateway.main", "aws_vpn_gateway.main"} {
		assert.NotNil(t, bare.RouteTables["aws_route_table.main"].Routes[1+i].Unknown)
		assert.Equal(t, want, full.RouteTables["aws_route_table.main"].Routes[1+i].Target.ID)
	}
	for _, n := range []*model.Network{bare, full} {
		for _, r := range n.SecurityGroups["aws_security_group.mixed"].Rules {
			assert.NotNil(t, r.Unknown, r.Traffic)
		}
	}
	assert.Equal(t, model.RouteTableID("aws_route_table.main"), full.Subnets[counted+"[10]"].RouteTable)
}
