package terraform_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
)

// A block stands for the one that Amazon will assign only where nothing of the
// design tells one from another.
func TestIPv6StandIn(t *testing.T) {
	for prefix, stands := range map[string]bool{"::/0": true, "2000::/3": true, "fd00::/8": true, "64:ff9b::/96": true, "2600:1f00::/24": false, "2001:db8::/32": false} {
		t.Run(prefix, func(t *testing.T) {
			data := fmt.Sprintf(`{"format_version":"1.2","planned_values":{"root_module":{"resources":[
{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","values":{"cidr_block":"10.0.0.0/16","assign_generated_ipv6_cidr_block":true}},
{"address":"aws_subnet.a","mode":"managed","type":"aws_subnet","name":"a","values":{"cidr_block":"10.0.0.0/24","assign_ipv6_address_on_creation":true}},
{"address":"aws_instance.a","mode":"managed","type":"aws_instance","name":"a","values":{}},
{"address":"aws_security_group.a","mode":"managed","type":"aws_security_group","name":"a","values":{"ingress":[{"protocol":"-1","ipv6_cidr_blocks":[%q]}]}}]}},
"resource_changes":[
{"address":"aws_vpc.a","type":"aws_vpc","name":"a","change":{"after":{"cidr_block":"10.0.0.0/16","assign_generated_ipv6_cidr_block":true},"after_unknown":{"id":true,"ipv6_cidr_block":true}}},
{"address":"aws_subnet.a","type":"aws_subnet","name":"a","change":{"after":{"cidr_block":"10.0.0.0/24","assign_ipv6_address_on_creation":true},"after_unknown":{"vpc_id":true,"ipv6_cidr_block":true}}},
{"address":"aws_instance.a","type":"aws_instance","name":"a","change":{"after":{},"after_unknown":{"id":true,"subnet_id":true,"ipv6_addresses":true}}}],
"configuration":{"root_module":{"resources":[{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","expressions":{}},
{"address":"aws_subnet.a","mode":"managed","type":"aws_subnet","name":"a","expressions":{"vpc_id":{"references":["aws_vpc.a.id","aws_vpc.a"]},"ipv6_cidr_block":{"references":["aws_vpc.a.ipv6_cidr_block","aws_vpc.a"]}}},
{"address":"aws_instance.a","mode":"managed","type":"aws_instance","name":"a","expressions":{"subnet_id":{"references":["aws_subnet.a.id","aws_subnet.a"]}}}]}}}`, prefix)
			n, ds := terraform.Read([]input.File{{Path: "nowhere/plan.json", Data: []byte(data)}}, terraform.Options{})
			require.False(t, ds.HasErrors(), "%v", ds)
			s := n.Subnets["aws_subnet.a"]
			if stands {
				require.Len(t, s.CIDRs, 2)
				assert.True(t, n.VPCs["aws_vpc.a"].Contains(s.CIDRs[1].Addr()))
				assert.Nil(t, s.CIDRsUnknown)
			} else {
				require.Len(t, s.CIDRs, 1)
				assert.Equal(t, "aws_subnet.a ipv6_cidr_block: known only after apply", s.CIDRsUnknown.String())
			}
			i := n.Interfaces["aws_instance.a.primary_network_interface_id"]
			assert.True(t, i.Unassigned4)
			assert.True(t, i.Unassigned6)
			assert.Nil(t, i.PublicUnknown)
		})
	}
}
