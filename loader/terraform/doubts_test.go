package terraform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// What apply alone tells of VPNs and propagation is open, and not left out; what
// a plan tells by a detour is found, also without the text beside it.
func TestDoubts(t *testing.T) {
	for n, ds := range besideTextAndAlone(t, "doubts") {
		for _, d := range ds {
			assert.NotContains(t, d.Summary, "left out")
		}
		e := n.ClientVPNEndpoints["aws_ec2_client_vpn_endpoint.staff"]
		require.NotNil(t, e.RoutesUnknown)
		assert.Equal(t, "aws_ec2_client_vpn_route.partner", e.RoutesUnknown.Subject)
		require.NotNil(t, e.AuthorizationUnknown)
		var subnets []model.SubnetID
		for _, r := range e.Routes {
			if r.Prefix.String() == "192.168.0.0/16" {
				subnets = append(subnets, r.Subnet)
			}
		}
		assert.Equal(t, []model.SubnetID{"aws_subnet.app[0]", "aws_subnet.app[1]"}, subnets)

		c := n.VPNConnections["aws_vpn_connection.site"]
		assert.Len(t, c.StaticRoutes, 1)
		require.NotNil(t, c.StaticRoutesUnknown)
		assert.Equal(t, "aws_vpn_connection_route.partner", c.StaticRoutesUnknown.Subject)

		a := n.DirectConnectGatewayAssociations["aws_dx_gateway_association.site"]
		assert.NotNil(t, a.AllowedPrefixesUnknown)

		for _, id := range []model.RouteTableID{"aws_route_table.either[0]", "aws_route_table.either[1]"} {
			require.NotNil(t, n.RouteTables[id].RoutesUnknown, id)
		}
		route := n.RouteTables["aws_route_table.either[0]"].Routes[1]
		assert.Nil(t, route.Unknown)
		assert.Equal(t, "aws_networkfirewall_firewall.main/aws_subnet.app[1]", route.Target.ID)

		groups := map[uint16]model.TargetGroupID{}
		for _, l := range n.LoadBalancers["aws_lb.main"].Listeners {
			require.Nil(t, l.Unknown)
			require.Len(t, l.TargetGroups, 1)
			groups[l.Port] = l.TargetGroups[0]
		}
		assert.Equal(t, map[uint16]model.TargetGroupID{80: `aws_lb_target_group.main["blue"]`, 81: `aws_lb_target_group.main["green"]`}, groups)

		service := n.VPCEndpoints["aws_vpc_endpoint.service"]
		assert.True(t, service.PrivateDNSEnabled)
		assert.Contains(t, service.Policy, "Deny")
		assert.Equal(t, "aws_vpc_endpoint_policy.service", service.PolicyProvenance.Address)
		assert.NotNil(t, n.VPCEndpoints["aws_vpc_endpoint.storage"].PolicyUnknown)
		require.NotNil(t, n.ResourcePolicies["arn:aws:s3:::logs-of-main"])
		assert.NotNil(t, n.ResourcePolicies["arn:aws:s3:::logs-of-main"].PolicyUnknown)
	}
}
