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

// Each spoke has the table that isolates it, and nothing is left to a default
// table.
func TestHub(t *testing.T) {
	n, ds := read(t, "testdata/hub/plan.json", terraform.Options{})
	require.Empty(t, ds)
	require.Len(t, n.TransitGatewayRouteTables, 2)
	spokes := n.TransitGatewayRouteTables["aws_ec2_transit_gateway_route_table.spokes"]
	blue := model.TransitGatewayAttachmentID(`aws_ec2_transit_gateway_vpc_attachment.spoke["blue"]`)
	green := model.TransitGatewayAttachmentID(`aws_ec2_transit_gateway_vpc_attachment.spoke["green"]`)
	shared := model.TransitGatewayAttachmentID("aws_ec2_transit_gateway_vpc_attachment.shared")
	assert.Equal(t, []model.TransitGatewayAttachmentID{blue, green}, spokes.Associations)
	assert.Equal(t, []model.TransitGatewayAttachmentID{shared}, spokes.Propagations)
	hub := n.TransitGatewayRouteTables["aws_ec2_transit_gateway_route_table.hub"]
	assert.Equal(t, []model.TransitGatewayAttachmentID{blue, green}, hub.Propagations)
	for _, r := range n.RouteTables[`aws_route_table.spoke["blue"]`].Routes {
		assert.Nil(t, r.Unknown)
	}
}

// Without the configuration beside a plan, what only its text tells is open, and
// never wrong.
func TestInspectionWithoutSources(t *testing.T) {
	n, ds := elsewhere(t, "testdata/inspection/plan.json")
	require.False(t, ds.HasErrors())
	require.Len(t, n.Firewalls["aws_networkfirewall_firewall.main"].Endpoints, 2)
	with, _ := read(t, "testdata/inspection/plan.json", terraform.Options{})
	// A dynamic block's subnets are not in the plan: the endpoints are those of no
	// certain subnet, and routes lead to either.
	ids := map[model.VPCEndpointID]bool{}
	for _, e := range n.Firewalls["aws_networkfirewall_firewall.main"].Endpoints {
		ids[e.ID] = true
	}
	assert.Len(t, ids, 2)
	for _, id := range []model.RouteTableID{"aws_route_table.app[0]", "aws_route_table.named"} {
		for i, r := range n.RouteTables[id].Routes {
			known := with.RouteTables[id].Routes[i]
			if r.Unknown == nil && known.Unknown == nil && known.Target.Kind == model.KindVPCEndpoint {
				assert.Equal(t, known.Target, r.Target, "%s %s", id, r.Destination())
			}
		}
	}
	first, second := routeTo(t, with, "10.50.0.0/16"), routeTo(t, with, "10.51.0.0/16")
	assert.Equal(t, first.Unknown.Subject, second.Unknown.Subject)
	assert.Equal(t, first.Unknown.Attribute, second.Unknown.Attribute)
	require.Len(t, first.Perhaps, 2)
	assert.Equal(t, first.Perhaps[0], second.Perhaps[1], "the first and the second are never the same endpoint")
	assert.Equal(t, first.Perhaps[1], second.Perhaps[0])
}

func elsewhere(t *testing.T, path string) (*model.Network, model.Diagnostics) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return terraform.Read([]input.File{{Path: "elsewhere/plan.json", Data: data}}, terraform.Options{})
}

func routeTo(t *testing.T, n *model.Network, prefix string) model.Route {
	t.Helper()
	for _, r := range n.RouteTables["aws_route_table.named"].Routes {
		if r.Destination() == prefix {
			return r
		}
	}
	require.Fail(t, "no route to "+prefix)
	return model.Route{}
}

// What is joined in one file and only looked up in another is what the first
// says, in either order.
func TestLookedUpElsewhere(t *testing.T) {
	const made = `{"version":4,"terraform_version":"1.11.4","serial":1,"resources":[
{"mode":"managed","type":"aws_ec2_transit_gateway","name":"hub","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":
{"id":"tgw-0aaaaaaaaaaaaaaa1","association_default_route_table_id":"tgw-rtb-0aaaaaaaaaaaaaaa1","propagation_default_route_table_id":"tgw-rtb-0aaaaaaaaaaaaaaa1"}}]}]}`
	const used = `{"version":4,"terraform_version":"1.11.4","serial":1,"resources":[
{"mode":"data","type":"aws_ec2_transit_gateway","name":"hub","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":
{"id":"tgw-0aaaaaaaaaaaaaaa1","association_default_route_table_id":"tgw-rtb-0aaaaaaaaaaaaaaa1","propagation_default_route_table_id":"tgw-rtb-0aaaaaaaaaaaaaaa1"}}]},
{"mode":"managed","type":"aws_ec2_transit_gateway_vpc_attachment","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":
{"id":"tgw-attach-0aaaaaaaaaaaaaaa1","transit_gateway_id":"tgw-0aaaaaaaaaaaaaaa1","vpc_id":"vpc-0aaaaaaaaaaaaaaa1","subnet_ids":["subnet-0aaaaaaaaaaaaaaa1"]}}]}]}`
	alone, ds := terraform.Read([]input.File{{Path: "used", Data: []byte(used)}}, terraform.Options{})
	require.False(t, ds.HasErrors(), "%v", ds)
	table := alone.TransitGatewayRouteTables["tgw-rtb-0aaaaaaaaaaaaaaa1"]
	assert.Equal(t, []model.TransitGatewayAttachmentID{"tgw-attach-0aaaaaaaaaaaaaaa1"}, table.Associations)
	assert.NotNil(t, table.AssociationsUnknown, "others may be associated elsewhere")
	assert.NotNil(t, table.RoutesUnknown)

	for _, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
		n, ds := terraform.Read([]input.File{{Path: names[0], Data: []byte(made)}, {Path: names[1], Data: []byte(used)}}, terraform.Options{})
		require.False(t, ds.HasErrors(), "%v", ds)
		assert.Equal(t, "aws_ec2_transit_gateway.hub", n.TransitGateways["tgw-0aaaaaaaaaaaaaaa1"].Provenance.Address)
		table := n.TransitGatewayRouteTables["tgw-rtb-0aaaaaaaaaaaaaaa1"]
		assert.Equal(t, []model.TransitGatewayAttachmentID{"tgw-attach-0aaaaaaaaaaaaaaa1"}, table.Associations)
		assert.Nil(t, table.RoutesUnknown, "the gateway's own configuration is at hand")
	}
}
