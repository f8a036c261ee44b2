package terraform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// planned reads a plan of a VPC with two subnets that have both families, and of
// the resources beside.
func planned(t *testing.T, resources string) *model.Network {
	t.Helper()
	n, ds := terraform.Read([]input.File{{Path: "plan.json", Data: []byte(`{"format_version": "1.2", "planned_values": {"root_module": {"resources": [
		{"address": "aws_vpc.v", "mode": "managed", "type": "aws_vpc", "name": "v",
			"values": {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "ipv6_cidr_block": "2600:1f00::/56"}},
		{"address": "aws_subnet.a", "mode": "managed", "type": "aws_subnet", "name": "a",
			"values": {"id": "subnet-a", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "ipv6_cidr_block": "2600:1f00:0:1::/64"}},
		{"address": "aws_subnet.b", "mode": "managed", "type": "aws_subnet", "name": "b",
			"values": {"id": "subnet-b", "vpc_id": "vpc-1", "cidr_block": "10.0.2.0/24", "ipv6_cidr_block": "2600:1f00:0:2::/64"}},
		` + resources + `]}}, "configuration": {}}`)}}, terraform.Options{})
	require.False(t, ds.HasErrors(), "%v", ds)
	return n
}

// A function uses IPv6 only where it is allowed to (LAM-3).
func TestFunctionsIPv6(t *testing.T) {
	for allowed, want := range map[string]bool{"": false, `"ipv6_allowed_for_dual_stack": false, `: false, `"ipv6_allowed_for_dual_stack": true, `: true} {
		n := planned(t, `{"address": "aws_lambda_function.f", "mode": "managed", "type": "aws_lambda_function", "name": "f",
			"values": {"function_name": "f", "vpc_config": [{`+allowed+`"subnet_ids": ["subnet-a", "subnet-b"], "security_group_ids": ["sg-1"]}]}}`)
		o := n.Owners["aws_lambda_function.f"]
		require.NotNil(t, o)
		require.Len(t, o.Interfaces, 2)
		for _, id := range o.Interfaces {
			assert.Equal(t, want, n.Interfaces[id].Unassigned6, allowed)
		}
	}
}

// The addresses of an interface are told as a set or in an order.
func TestOrderedIPv6Addresses(t *testing.T) {
	n := planned(t, `{"address": "aws_network_interface.n", "mode": "managed", "type": "aws_network_interface", "name": "n",
		"values": {"subnet_id": "subnet-a", "private_ip": "10.0.1.10", "ipv6_address_list_enabled": true,
			"ipv6_address_list": ["2600:1f00:0:1::b", "2600:1f00:0:1::a"]}}`)
	i := n.Interfaces["aws_network_interface.n"]
	require.Len(t, i.Addresses, 3)
	assert.Equal(t, "2600:1f00:0:1::b", i.Primary(true).IP.String())
}

// A launch template asks for IPv6 addresses where the subnet gives none (SUB-11).
func TestLaunchTemplatesIPv6(t *testing.T) {
	for count, want := range map[string]bool{"0": false, "1": true} {
		n := planned(t, `{"address": "aws_launch_template.t", "mode": "managed", "type": "aws_launch_template", "name": "t",
			"values": {"id": "lt-1", "name": "t", "network_interfaces": [{"device_index": 0, "ipv6_address_count": `+count+`}]}},
			{"address": "aws_autoscaling_group.g", "mode": "managed", "type": "aws_autoscaling_group", "name": "g",
			"values": {"vpc_zone_identifier": ["subnet-a"], "launch_template": [{"id": "lt-1"}]}}`)
		assert.Equal(t, want, n.Interfaces["aws_autoscaling_group.g/subnet-a"].Unassigned6, count)
	}
}

// One of several interfaces gets no public address by its subnet's habit (SUB-10).
func TestPublicAddressOfSeveralInterfaces(t *testing.T) {
	for interfaces, want := range map[string]bool{`{"device_index": 0}`: true, `{"device_index": 0}, {"device_index": 1}`: false} {
		n := planned(t, `{"address": "aws_launch_template.t", "mode": "managed", "type": "aws_launch_template", "name": "t",
			"values": {"id": "lt-1", "name": "t", "network_interfaces": [`+interfaces+`]}},
			{"address": "aws_subnet.c", "mode": "managed", "type": "aws_subnet", "name": "c",
			"values": {"id": "subnet-c", "vpc_id": "vpc-1", "cidr_block": "10.0.3.0/24", "map_public_ip_on_launch": true}},
			{"address": "aws_autoscaling_group.g", "mode": "managed", "type": "aws_autoscaling_group", "name": "g",
			"values": {"vpc_zone_identifier": ["subnet-c"], "launch_template": [{"id": "lt-1"}]}}`)
		assert.Equal(t, want, n.Interfaces["aws_autoscaling_group.g/subnet-c"].PublicUnassigned, interfaces)
	}
}

// An Elastic IP that is not known yet is of the address that it is associated with
// (EIP-1).
func TestElasticIPOfSecondaryAddress(t *testing.T) {
	n := planned(t, `{"address": "aws_network_interface.n", "mode": "managed", "type": "aws_network_interface", "name": "n",
		"values": {"id": "eni-1", "subnet_id": "subnet-a", "private_ip": "10.0.1.10", "private_ips": ["10.0.1.10", "10.0.1.11"]}},
		{"address": "aws_eip.e", "mode": "managed", "type": "aws_eip", "name": "e",
		"values": {"network_interface": "eni-1", "associate_with_private_ip": "10.0.1.11"}}`)
	i := n.Interfaces["eni-1"]
	assert.False(t, i.PublicUnassigned)
	assert.Nil(t, i.PublicUnknown)
	require.Len(t, i.Addresses, 2)
	assert.False(t, i.Addresses[0].PublicUnassigned)
	assert.True(t, i.Addresses[1].PublicUnassigned)
}

// What a route server learns may be any route.
func TestRouteServerPropagation(t *testing.T) {
	n := planned(t, `{"address": "aws_route_table.r", "mode": "managed", "type": "aws_route_table", "name": "r",
		"values": {"id": "rtb-1", "vpc_id": "vpc-1", "route": []}},
		{"address": "aws_route_table.s", "mode": "managed", "type": "aws_route_table", "name": "s",
		"values": {"id": "rtb-2", "vpc_id": "vpc-1", "route": []}},
		{"address": "aws_vpc_route_server_propagation.p", "mode": "managed", "type": "aws_vpc_route_server_propagation", "name": "p",
		"values": {"route_server_id": "rs-1", "route_table_id": "rtb-1"}}`)
	assert.NotNil(t, n.RouteTables["rtb-1"].RoutesUnknown)
	assert.Nil(t, n.RouteTables["rtb-2"].RoutesUnknown)
}

// A check that apply tells is taken to be on, and not silently (ENI-9).
func TestOpenSourceDestCheck(t *testing.T) {
	n, ds := terraform.Read([]input.File{{Path: "plan.json", Data: []byte(`{"format_version": "1.2",
		"planned_values": {"root_module": {"resources": [
			{"address": "aws_network_interface.n", "mode": "managed", "type": "aws_network_interface", "name": "n",
				"values": {"subnet_id": "subnet-a", "private_ip": "10.0.1.10"}}]}},
		"resource_changes": [{"address": "aws_network_interface.n", "mode": "managed", "type": "aws_network_interface", "name": "n",
			"change": {"actions": ["create"], "after": {"subnet_id": "subnet-a", "private_ip": "10.0.1.10"}, "after_unknown": {"source_dest_check": true}}}],
		"configuration": {"root_module": {"resources": [{"address": "aws_network_interface.n", "mode": "managed", "type": "aws_network_interface", "name": "n",
			"expressions": {"source_dest_check": {"references": ["terraform_data.check.output", "terraform_data.check"]}}}]}}}`)}}, terraform.Options{})
	require.NotNil(t, n.Interfaces["aws_network_interface.n"])
	assert.False(t, n.Interfaces["aws_network_interface.n"].SourceDestCheckDisabled)
	var said []string
	for _, d := range ds {
		said = append(said, d.Summary)
	}
	assert.Contains(t, said, "aws_network_interface.n source_dest_check: known only after apply; it is taken to be on")
}
