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

// A setting that a plan leaves open leaves open what hangs on it, and is not taken
// for its default.
func TestChosen(t *testing.T) {
	const path = "testdata/chosen/plan.json"
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	n, ds := terraform.Read([]input.File{{Path: path, Data: data}}, terraform.Options{})
	require.False(t, ds.HasErrors(), "%v", ds)

	endpoint := func(name string) *model.Unknown {
		return n.VPCEndpoints[model.VPCEndpointID("aws_vpc_endpoint."+name)].PrivateDNSUnknown
	}
	group := func(name string) *model.Unknown {
		return n.TargetGroups[model.TargetGroupID("aws_lb_target_group."+name)].TargetsUnknown
	}
	accelerated := func(name string) *model.Unknown {
		a := n.Accelerators[model.AcceleratorID(`aws_globalaccelerator_accelerator.each["`+name+`"]`)]
		require.Len(t, a.Listeners, 1, name)
		require.NotEmpty(t, a.Listeners[0].Endpoints, name)
		return a.Listeners[0].Endpoints[0].Unknown
	}
	require.Len(t, n.LoadBalancers["aws_lb.main"].Listeners, 1)
	require.Len(t, n.LoadBalancers["aws_elb.old"].Listeners, 1)
	vpn := n.VPNConnections["aws_vpn_connection.main"]
	for _, x := range []struct {
		attribute string
		gap       *model.Unknown
	}{
		{"private_dns_enabled", endpoint("sqs")},
		{"service_name", endpoint("any")},
		{"private_dns_enabled", endpoint("quiet")},
		{"dns_options private_dns_only_for_inbound_resolver_endpoint", endpoint("s3")},
		{"enable_cross_zone_load_balancing", n.LoadBalancers["aws_lb.main"].CrossZoneUnknown},
		{"cross_zone_load_balancing", n.LoadBalancers["aws_elb.old"].CrossZoneUnknown},
		{"preserve_client_ip", group("preserving")},
		{"health_check port", group("checked")},
		{"enabled", accelerated("enabled")},
		{"protocol", accelerated("protocol")},
		{"endpoint_configuration weight", accelerated("weight")},
		{"static_routes_only", vpn.StaticRoutesUnknown},
		{"security_group_referencing_support", n.TransitGatewayAttachments["aws_ec2_transit_gateway_vpc_attachment.main"].OptionsUnknown},
		{"firewall_policy stateful_rule_group_reference override action", n.FirewallPolicies["aws_networkfirewall_firewall_policy.main"].Unknown},
	} {
		if assert.NotNil(t, x.gap, x.attribute) {
			assert.Equal(t, x.attribute, x.gap.Attribute)
		}
	}
	assert.Nil(t, group("plain"))
	assert.True(t, n.TransitGateways["aws_ec2_transit_gateway.main"].SecurityGroupReferencing, "the attachments decide")
	assert.Len(t, vpn.StaticRoutes, 1)
	assert.False(t, n.ClientVPNEndpoints["aws_ec2_client_vpn_endpoint.main"].ClientCIDR.IsValid())
}
