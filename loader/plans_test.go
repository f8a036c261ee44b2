package loader

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// resourceJSON is a managed resource as plans and states have it.
func resourceJSON(kind, name, values string) string {
	return fmt.Sprintf(`{"address": "%s.%s", "mode": "managed", "type": "%[1]s", "name": "%[2]s", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {%s}}`, kind, name, values)
}

func stateJSON(resources string) string {
	return `{"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [` + resources + `]}}}`
}

func planJSON(prior, planned string) string {
	return `{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [` + planned + `]}}, "prior_state": ` + stateJSON(prior) + `}`
}

// put writes files and gives their folder.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return folder
}

func TestStateBesidePlan(t *testing.T) {
	vpc := resourceJSON("aws_vpc", "main", `"id": "vpc-0a1", "cidr_block": "10.0.0.0/16"`)
	another := resourceJSON("aws_vpc", "main", `"id": "vpc-0b1", "cidr_block": "10.1.0.0/16"`)
	now := resourceJSON("aws_subnet", "app", `"id": "subnet-0a1", "vpc_id": "vpc-0a1", "cidr_block": "10.0.0.0/24", "map_public_ip_on_launch": true`)
	later := resourceJSON("aws_subnet", "app", `"id": "subnet-0a1", "vpc_id": "vpc-0a1", "cidr_block": "10.0.0.0/24", "map_public_ip_on_launch": false`)
	created := resourceJSON("aws_vpc", "main", `"cidr_block": "10.0.0.0/16"`)
	tfstate := `{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": [{"mode": "managed", "type": "aws_vpc", "name": "main",
		"provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [{"attributes": {"id": "vpc-0a1", "cidr_block": "10.0.0.0/16"}}]}]}`
	for name, x := range map[string]struct {
		plan, state, at string
		vpcs, passed    int
	}{
		"the state that it was made from": {planJSON(vpc+","+now, vpc+","+later), stateJSON(vpc + "," + now), "state.json", 1, 1},
		"the state elsewhere":             {planJSON(vpc+","+now, vpc+","+later), stateJSON(vpc + "," + now), "states/z.json", 1, 1},
		"a state file":                    {planJSON(vpc+","+now, vpc+","+later), tfstate, "terraform.tfstate", 1, 1},
		"the state after it was applied":  {planJSON("", created), stateJSON(vpc), "terraform.tfstate", 1, 1},
		"what another creates elsewhere":  {planJSON("", created), stateJSON(vpc), "other/terraform.tfstate", 2, 0},
		"a state of another":              {planJSON(vpc, vpc), stateJSON(another), "state.json", 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			folder := put(t, map[string]string{"plan.json": x.plan, x.at: x.state})
			n, ds := Load([]string{folder}, nil)
			passed := 0
			for _, d := range ds {
				require.Equal(t, model.Note, d.Severity, d.Error())
				if d.Provenance.File == filepath.Join(folder, x.at) {
					passed++
					assert.Contains(t, d.Summary, "the plan "+filepath.Join(folder, "plan.json")+" is of the same configuration")
				}
			}
			assert.Equal(t, x.passed, passed, "%v", ds)
			assert.Len(t, n.VPCs, x.vpcs)
			if s := n.Subnets["subnet-0a1"]; s != nil {
				assert.False(t, s.MapPublicIPOnLaunch)
			}
		})
	}
}

// What was there when the plan was made is not what is there once it is applied.
func TestStateOfAnAppliedPlan(t *testing.T) {
	folder := put(t, map[string]string{
		"plan.json":         planJSON("", resourceJSON("aws_vpc", "main", `"cidr_block": "10.0.0.0/16"`)),
		"terraform.tfstate": stateJSON(resourceJSON("aws_vpc", "main", `"id": "vpc-0a1", "cidr_block": "10.0.0.0/16"`)),
	})
	for current, want := range map[bool]model.VPCID{false: "aws_vpc.main", true: "vpc-0a1"} {
		n, ds := LoadWith([]string{folder}, Options{Current: current}, nil)
		require.False(t, ds.HasErrors(), "%v", ds)
		require.Len(t, n.VPCs, 1)
		assert.NotNil(t, n.VPCs[want])
	}
}

// What two configurations create under one address is not one resource.
func TestTwoPlansWithOneAddress(t *testing.T) {
	folder := put(t, map[string]string{
		"a/plan.json": planJSON("", resourceJSON("aws_vpc", "main", `"cidr_block": "10.0.0.0/16"`)),
		"b/plan.json": planJSON("", resourceJSON("aws_vpc", "main", `"cidr_block": "10.1.0.0/16"`)),
	})
	for _, paths := range [][]string{{folder}, {filepath.Join(folder, "a"), filepath.Join(folder, "b")}} {
		_, ds := Load(paths, nil)
		require.True(t, ds.HasErrors(), "%v", ds)
		assert.Contains(t, fmt.Sprint(ds), "two inputs create the vpc aws_vpc.main")
	}
	n, ds := Load([]string{filepath.Join(folder, "a"), filepath.Join(folder, "a", "plan.json")}, nil)
	require.False(t, ds.HasErrors(), "%v", ds)
	assert.Len(t, n.VPCs, 1)
}
