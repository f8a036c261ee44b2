package terraform_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// What an association gives is there; one that is open leaves open what it may
// give, where it may give it, and nothing else.
func TestAssociations(t *testing.T) {
	for n, ds := range besideTextAndAlone(t, "associations") {
		for _, d := range ds {
			assert.NotContains(t, d.Summary, "left out")
		}

		assert.NotNil(t, n.Subnets["aws_subnet.app[0]"].RouteTableUnknown, "it follows the main table")
		assert.Nil(t, n.Subnets["aws_subnet.app[1]"].RouteTableUnknown, "it has its own")
		i := slices.IndexFunc(model.Sorted(n.RouteTables), func(x *model.RouteTable) bool { return slices.Contains(x.Gateways, "aws_internet_gateway.main") })
		require.GreaterOrEqual(t, i, 0)
		assert.Equal(t, "aws_route_table_association.gateway", model.Sorted(n.RouteTables)[i].RoutesUnknown.Subject)

		groups := map[string][]model.SecurityGroupID{"ssm": {"aws_vpc.main-default", "aws_security_group.main[0]"}, "kms": {"aws_security_group.main[0]"}}
		for _, key := range []string{"ssm", "kms", "ecr.api", "sts"} {
			e := n.VPCEndpoints[model.VPCEndpointID(`aws_vpc_endpoint.service["`+key+`"]`)]
			require.Len(t, e.Interfaces, 1, key)
			nic := n.Interfaces[e.Interfaces[0]]
			if want, ok := groups[key]; ok {
				assert.Equal(t, want, nic.Groups, key)
				assert.Nil(t, nic.GroupsUnknown, key)
				assert.Equal(t, model.SubnetID("aws_subnet.app[1]"), nic.Subnet, key)
				continue
			}
			require.NotNil(t, nic.GroupsUnknown, key)
			assert.Equal(t, "aws_vpc_endpoint_security_group_association.either", nic.GroupsUnknown.Subject, key)
			assert.NotNil(t, n.Subnets[nic.Subnet].CIDRsUnknown, "whether it is in a subnet at all is open")
		}
		logs := n.VPCEndpoints["aws_vpc_endpoint.logs"]
		require.Len(t, logs.Interfaces, 1)
		assert.Equal(t, netip.MustParseAddr("10.0.1.77"), n.Interfaces[logs.Interfaces[0]].Primary(false).IP)
		assert.False(t, n.Interfaces[logs.Interfaces[0]].Unassigned4)

		assert.Equal(t, []model.RouteTableID{"aws_route_table.app[0]"}, n.VPCEndpoints[`aws_vpc_endpoint.gateway["s3"]`].RouteTables)
		var open []model.PrefixListID
		for _, r := range slices.Concat(n.RouteTables["aws_route_table.app[0]"].Routes, n.RouteTables["aws_route_table.app[1]"].Routes) {
			if r.Unknown != nil {
				open = append(open, r.PrefixList)
			}
		}
		assert.ElementsMatch(t, []model.PrefixListID{"com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.dynamodb"}, open)
		assert.Nil(t, n.RouteTables["aws_route_table.app[1]"].RoutesUnknown, "the rest of the table is known")

		for id, open := range map[model.PrefixListID]bool{"aws_ec2_managed_prefix_list.main[0]": true, "aws_ec2_managed_prefix_list.main[1]": true, "aws_ec2_managed_prefix_list.main[2]": false} {
			assert.Equal(t, open, n.PrefixLists[id].EntriesUnknown != nil, id)
		}
		assert.Equal(t, []model.VPCID{"aws_vpc.other[0]", "aws_vpc.other[1]"}, n.SecurityGroups["aws_security_group.main[0]"].AssociatedVPCs)

		for _, id := range []model.ServiceNetworkID{"aws_vpclattice_service_network.main[0]", "aws_vpclattice_service_network.main[1]"} {
			assert.Nil(t, n.ServiceNetworks[id].Unknown, "what other VPCs have is known")
			for _, a := range n.ServiceNetworks[id].VPCs {
				assert.Equal(t, a.VPC == "aws_vpc.other[0]", a.GroupsUnknown != nil, id)
			}
		}
		assert.Len(t, n.ServiceNetworks["aws_vpclattice_service_network.main[0]"].VPCs, 2)
		for _, id := range []model.LatticeServiceID{"aws_vpclattice_service.orders[0]", "aws_vpclattice_service.orders[1]"} {
			require.Len(t, n.LatticeServices[id].Listeners, 1, id)
			assert.NotNil(t, n.LatticeServices[id].Listeners[0].Unknown, id)
		}
	}
}
