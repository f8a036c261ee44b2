package terraform_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// An instance's subnet as far as the references in a plan settle it. Subnets
// a[0], a[1] and b[0] are created, old exists; the instance is web[1].
func TestReferences(t *testing.T) {
	type object = map[string]any
	for _, c := range []struct {
		name string
		refs []string
		want model.SubnetID // empty: open
	}{
		{"one instance", []string{"aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"}, "aws_subnet.a[0]"},
		{"by index", []string{"aws_subnet.a", "count.index"}, "aws_subnet.a[1]"},
		{"some instance", []string{"aws_subnet.a"}, ""},
		{"by another value", []string{"aws_subnet.a", "var.which"}, ""},
		{"a block without an instance of the key", []string{"aws_subnet.b", "count.index"}, "aws_subnet.b[0]"},
		{"an index into two blocks put together", []string{"aws_subnet.b", "aws_subnet.a", "count.index"}, ""},
		{"a condition on the index", []string{"count.index", "aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a", "aws_subnet.a[1].id", "aws_subnet.a[1]", "aws_subnet.a"}, ""},
		{"one that is there would be known", []string{"aws_subnet.old.id", "aws_subnet.old", "aws_subnet.b[0].id", "aws_subnet.b[0]", "aws_subnet.b"}, "aws_subnet.b[0]"},
		{"a local may be any", []string{"local.subnet"}, ""},
		{"what another provider makes", []string{"terraform_data.x.output", "terraform_data.x", "aws_subnet.b[0].id", "aws_subnet.b[0]", "aws_subnet.b"}, ""},
		{"nothing that is there", []string{"aws_subnet.gone.id", "aws_subnet.gone"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var values, changes []object
			add := func(address, kind, name string, index any, v, unknown object) {
				values = append(values, object{"address": address, "mode": "managed", "type": kind, "name": name, "index": index, "values": v})
				changes = append(changes, object{"address": address, "type": kind, "name": name, "change": object{"after": v, "after_unknown": unknown}})
			}
			subnet := func(address, name string, index any, cidr string) {
				add(address, "aws_subnet", name, index, object{"cidr_block": cidr, "vpc_id": "vpc-0123456789abcdef0"}, object{"id": true})
			}
			subnet("aws_subnet.a[0]", "a", 0, "10.0.0.0/24")
			subnet("aws_subnet.a[1]", "a", 1, "10.0.1.0/24")
			subnet("aws_subnet.b[0]", "b", 0, "10.0.2.0/24")
			add("aws_subnet.old", "aws_subnet", "old", nil, object{"id": "subnet-0123456789abcdef0", "cidr_block": "10.0.3.0/24", "vpc_id": "vpc-0123456789abcdef0"}, object{})
			add("terraform_data.x", "terraform_data", "x", nil, object{}, object{"output": true})
			add("aws_instance.web[1]", "aws_instance", "web", 1, object{}, object{"id": true, "subnet_id": true})
			block := func(kind, name string, e object) object {
				return object{"address": kind + "." + name, "mode": "managed", "type": kind, "name": name, "expressions": e}
			}
			data, err := json.Marshal(object{"format_version": "1.2", "planned_values": object{"root_module": object{"resources": values}}, "resource_changes": changes,
				"configuration": object{"root_module": object{"resources": []object{block("aws_subnet", "a", object{}), block("aws_subnet", "b", object{}),
					block("aws_subnet", "old", object{}), block("terraform_data", "x", object{}), block("aws_instance", "web", object{"subnet_id": object{"references": c.refs}})}}}})
			require.NoError(t, err)
			n, ds := terraform.Read([]input.File{{Path: "nowhere/plan.json", Data: data}}, terraform.Options{})
			require.False(t, ds.HasErrors(), "%v", ds)
			i := n.Interfaces["aws_instance.web[1].primary_network_interface_id"]
			if c.want != "" {
				assert.Equal(t, c.want, i.Subnet)
				return
			}
			s := n.Subnets[i.Subnet]
			require.NotNil(t, s.CIDRsUnknown)
			assert.Equal(t, "subnet_id", s.CIDRsUnknown.Attribute)
			assert.Equal(t, "aws_instance.web[1]", s.CIDRsUnknown.Subject)
		})
	}
}
