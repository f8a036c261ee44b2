package terraform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
)

// TestDeepModules: a long address makes as many modules as it has levels, each with
// an address of its own.
func TestDeepModules(t *testing.T) {
	for depth, refused := range map[int]bool{100: false, 101: true} {
		address := strings.Repeat("module.a.", depth)
		state := fmt.Sprintf(`{"version": 4, "terraform_version": "1.5.0", "resources": [{"module": %q, "mode": "managed", "type": "aws_vpc", "name": "v",
			"instances": [{"attributes": {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}}]}]}`, strings.TrimSuffix(address, "."))
		n, ds := terraform.Read([]input.File{{Path: "a.tfstate", Data: []byte(state)}}, terraform.Options{})
		assert.Equal(t, refused, n.VPCs["vpc-1"] == nil)
		require.Equal(t, refused, ds.HasErrors())
		if refused {
			assert.Contains(t, ds[0].Summary, "is not the address of a module")
			assert.Equal(t, "Modules may lie 100 deep in each other.", ds[0].Detail)
		}
	}
}

// TestPartialResources: of a million resources without names a hundred are listed.
func TestPartialResources(t *testing.T) {
	var resources []string
	for i := range 500 {
		resources = append(resources, fmt.Sprintf(`{"address": "aws_vpc.v%d"}`, i))
	}
	plan := `{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [` + strings.Join(resources, ",") + `]}}}`
	_, ds := terraform.Read([]input.File{{Path: "plan.json", Data: []byte(plan)}}, terraform.Options{})
	assert.Len(t, ds, 100)
	assert.True(t, ds.HasErrors())
}
