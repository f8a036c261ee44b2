package terraform_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
)

// What the clients of an endpoint have of each IP version (CVPN-11): routes to the
// VPC's blocks of it (CVPN-4), and an address to send from (CVPN-1).
func TestClientVPNVersions(t *testing.T) {
	for _, c := range []struct {
		version string
		routes  []string
		v6      bool
	}{
		{"ipv4", []string{"10.0.0.0/16"}, false},
		{"ipv6", []string{"2001:db8::/56"}, true},
		{"dual-stack", []string{"10.0.0.0/16", "2001:db8::/56"}, true},
	} {
		t.Run(c.version, func(t *testing.T) {
			data := fmt.Sprintf(`{"version":4,"terraform_version":"1.9.0","resources":[
{"mode":"managed","type":"aws_vpc","name":"v","instances":[{"attributes":{"id":"vpc-1","cidr_block":"10.0.0.0/16","ipv6_cidr_block":"2001:db8::/56"}}]},
{"mode":"managed","type":"aws_subnet","name":"s","instances":[{"attributes":{"id":"subnet-1","vpc_id":"vpc-1","cidr_block":"10.0.0.0/24","ipv6_cidr_block":"2001:db8::/64"}}]},
{"mode":"managed","type":"aws_ec2_client_vpn_endpoint","name":"c","instances":[{"attributes":{"id":"cvpn-endpoint-1","vpc_id":"vpc-1","client_cidr_block":"172.20.0.0/22","traffic_ip_address_type":%q}}]},
{"mode":"managed","type":"aws_ec2_client_vpn_network_association","name":"n","instances":[{"attributes":{"id":"cvpn-assoc-1","client_vpn_endpoint_id":"cvpn-endpoint-1","subnet_id":"subnet-1"}}]}]}`, c.version)
			n, ds := terraform.Read([]input.File{{Path: "nowhere/terraform.tfstate", Data: []byte(data)}}, terraform.Options{})
			require.False(t, ds.HasErrors(), "%v", ds)
			e := n.ClientVPNEndpoints["cvpn-endpoint-1"]
			require.NotNil(t, e)
			var routes []string
			for _, r := range e.Routes {
				routes = append(routes, r.Prefix.String())
			}
			assert.Equal(t, c.routes, routes)
			require.Len(t, e.Networks, 1)
			i := n.Interfaces[e.Networks[0].Interface]
			assert.Equal(t, c.v6, i.Unassigned6)
		})
	}
}
