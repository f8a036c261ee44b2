package terraform_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		`{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}}`: true,
		`{"format_version": "1.0", "values": {}}`:                                       true,
		`{"version": 4, "terraform_version": "1.9.0", "serial": 1}`:                     true,
		`{"format_version": "1.2", "terraform_version": "1.9.0", "planned_va`:           true,
		"\ufeff" + `{"format_version": "1.2", "terraform_version": "1.9.0"}`:            true,
		`{"Vpcs": []}`:                              false,
		`{"version": "3", "services": {}}`:          false,
		`{"format_version": "1.0", "provider": {}}`: false, // terraform providers schema -json
		`[]`:                     false,
		``:                       false,
		`{"terraform_version": `: false,
	} {
		assert.Equal(t, want, terraform.Sniff([]byte(text)), text)
	}
}

// What a plan has for its prior state is what the state file has.
func TestCurrent(t *testing.T) {
	state, ds := read(t, "testdata/change/terraform.tfstate", terraform.Options{})
	require.False(t, ds.HasErrors())
	current, ds := read(t, "testdata/change/plan.json", terraform.Options{Current: true})
	require.False(t, ds.HasErrors())
	planned, _ := read(t, "testdata/change/plan.json", terraform.Options{})

	for _, n := range []*model.Network{state, current} {
		g := n.SecurityGroups["sg-0aaaaaaaaaaaaaaa1"]
		require.Len(t, g.Rules, 1)
		assert.Equal(t, "tcp 22", g.Rules[0].Traffic.String())
		assert.Len(t, n.RouteTables["rtb-0aaaaaaaaaaaaaaa1"].Routes, 2)
	}
	assert.Equal(t, "tcp 443", planned.SecurityGroups["sg-0aaaaaaaaaaaaaaa1"].Rules[0].Traffic.String())
	assert.Len(t, planned.RouteTables["rtb-0aaaaaaaaaaaaaaa1"].Routes, 1, "the route that was a resource of its own is gone")
	assert.Equal(t, "aws_security_group.web", planned.SecurityGroups["sg-0aaaaaaaaaaaaaaa1"].Provenance.Address)
}

func TestCurrentOfNothing(t *testing.T) {
	n, ds := read(t, "testdata/references/plan.json", terraform.Options{Current: true})
	assert.Empty(t, n.VPCs)
	require.Len(t, ds, 1)
	assert.Equal(t, model.Note, ds[0].Severity)
}

// A resource is known by its ID and by its address.
func TestNames(t *testing.T) {
	n, _ := read(t, "testdata/change/plan.json", terraform.Options{})
	for _, name := range []string{"eni-0aaaaaaaaaaaaaaa1", "aws_network_interface.web"} {
		sel, err := n.Select(name, model.Source)
		require.NoError(t, err)
		assert.Equal(t, model.InterfaceID("eni-0aaaaaaaaaaaaaaa1"), sel.Ends[0].Interface)
	}
	n, _ = read(t, "testdata/services/plan.json", terraform.Options{})
	for _, name := range []string{"aws_db_instance.orders", "orders", "aws_instance.worker", "worker", "aws_lb.web", "aws_vpc_endpoint.ssm",
		"aws_autoscaling_group.app", "aws_ecs_service.api", "api", "aws_eks_node_group.main", "aws_opensearch_domain.search"} {
		_, err := n.Select(name, model.Destination)
		assert.NoError(t, err)
	}
}

// The address is told in every place.
func TestAddresses(t *testing.T) {
	n, _ := read(t, "testdata/references/plan.json", terraform.Options{})
	g := n.SecurityGroups[`module.app["blue"].aws_security_group.this`]
	assert.Equal(t, model.Provenance{File: "testdata/references/mod/main.tf", Line: 5, Address: string(g.ID)}, g.Provenance)
	rule := n.SecurityGroups["aws_security_group.db"].Rules[1]
	assert.Equal(t, "aws_vpc_security_group_ingress_rule.db", rule.Provenance.Address)
}

// Without the configuration beside the plan the same references are found, and
// a note says which rest on an index; what the text alone told is open.
func TestWithoutSources(t *testing.T) {
	data, err := os.ReadFile("testdata/references/plan.json")
	require.NoError(t, err)
	n, ds := terraform.Read([]input.File{{Path: "elsewhere/plan.json", Data: data}}, terraform.Options{})
	require.False(t, ds.HasErrors())
	assert.Equal(t, model.RouteTableID(`aws_route_table.app["a"]`), n.Subnets[`aws_subnet.app["a"]`].RouteTable)
	assert.Equal(t, model.VPCID("aws_vpc.main"), n.Subnets[`aws_subnet.app["a"]`].VPC, "the only VPC in reach of a local")
	assert.Equal(t, model.SubnetID("aws_subnet.public[1]"), n.NATGateways["aws_nat_gateway.main[1]"].Subnet)
	u := n.Subnets[`aws_subnet.app["a"]`].NetworkACLUnknown
	require.NotNil(t, u, "which subnets a local has is not in the plan")
	assert.Equal(t, "subnet_ids", u.Attribute)
	notes := 0
	for _, d := range ds {
		if d.Severity == model.Note {
			notes++
		}
	}
	assert.Equal(t, 5, notes, "%v", ds)
	assert.Equal(t, model.Provenance{File: "elsewhere/plan.json", Address: "aws_vpc.main"}, n.VPCs["aws_vpc.main"].Provenance)
}

// Two plans that create something of one address are not one network.
func TestTwoPlans(t *testing.T) {
	var files []input.File
	for _, path := range []string{"testdata/open/plan.json", "testdata/references/plan.json"} {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		files = append(files, input.File{Path: path, Data: data})
	}
	_, ds := terraform.Read(files, terraform.Options{})
	assert.False(t, ds.HasErrors(), "%v", ds)
	_, ds = terraform.Read([]input.File{files[1], {Path: "other.json", Data: files[1].Data}}, terraform.Options{})
	assert.True(t, ds.HasErrors())
}

// One input has one outcome.
func TestDeterministic(t *testing.T) {
	for _, path := range []string{"testdata/references/plan.json", "testdata/services/plan.json", "testdata/open/plan.json",
		"testdata/hub/plan.json", "testdata/hybrid/plan.json", "testdata/inspection/plan.json", "testdata/balancers/plan.json", "testdata/cloudwan/plan.json"} {
		n, ds := read(t, path, terraform.Options{})
		first := goldentest.Dump(n) + goldentest.Findings(ds)
		for range 5 {
			n, ds := read(t, path, terraform.Options{})
			require.Equal(t, first, goldentest.Dump(n)+goldentest.Findings(ds))
		}
	}
}

// large is a plan of about n resources that do not exist yet.
func large(n int) []byte {
	type object = map[string]any
	var values, changes, config []object
	address := func(kind, name string, i int) string { return fmt.Sprintf("%s.%s[%d]", kind, name, i) }
	add := func(kind, name string, i int, v, unknown object) {
		a := address(kind, name, i)
		values = append(values, object{"address": a, "mode": "managed", "type": kind, "name": name, "index": i, "values": v})
		changes = append(changes, object{"address": a, "mode": "managed", "type": kind, "name": name, "index": i,
			"change": object{"actions": []string{"create"}, "after": v, "after_unknown": unknown}})
	}
	refs := func(r ...string) object { return object{"references": r} }
	block := func(kind, name string, e object) {
		config = append(config, object{"address": kind + "." + name, "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws", "expressions": e})
	}
	add("aws_vpc", "main", 0, object{"cidr_block": "10.0.0.0/8"}, object{"id": true})
	block("aws_vpc", "main", object{"cidr_block": object{"constant_value": "10.0.0.0/8"}})
	each := n / 5
	for i := range each {
		add("aws_subnet", "app", i, object{"cidr_block": fmt.Sprintf("10.%d.%d.0/24", i/256, i%256)}, object{"id": true, "vpc_id": true})
		add("aws_route_table", "app", i, object{"tags": nil}, object{"id": true, "vpc_id": true, "route": true})
		add("aws_route_table_association", "app", i, object{}, object{"id": true, "subnet_id": true, "route_table_id": true})
		add("aws_security_group", "app", i, object{"name": fmt.Sprint("app", i), "ingress": []any{object{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": []string{"10.0.0.0/8"}}}},
			object{"id": true, "vpc_id": true, "ingress": []any{object{"security_groups": true}}})
		add("aws_instance", "app", i, object{"source_dest_check": true}, object{"id": true, "subnet_id": true, "vpc_security_group_ids": true, "private_ip": true})
	}
	vpc := refs("aws_vpc.main[0].id", "aws_vpc.main[0]", "aws_vpc.main")
	block("aws_subnet", "app", object{"vpc_id": vpc})
	block("aws_route_table", "app", object{"vpc_id": vpc})
	block("aws_route_table_association", "app", object{"subnet_id": refs("aws_subnet.app", "count.index"), "route_table_id": refs("aws_route_table.app", "count.index")})
	block("aws_security_group", "app", object{"vpc_id": vpc, "ingress": refs("aws_vpc.main[0].default_security_group_id", "aws_vpc.main[0]", "aws_vpc.main")})
	block("aws_instance", "app", object{"subnet_id": refs("aws_subnet.app", "count.index"), "vpc_security_group_ids": refs("aws_security_group.app", "count.index")})
	data, err := json.Marshal(object{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": object{"root_module": object{"resources": values}},
		"resource_changes": changes, "configuration": object{"root_module": object{"resources": config}}})
	if err != nil {
		panic(err)
	}
	return data
}

// A plan of 5,000 resources is read in well under two seconds.
func TestLargePlan(t *testing.T) {
	start := time.Now()
	n, ds := terraform.Read([]input.File{{Path: "plan.json", Data: large(5000)}}, terraform.Options{})
	require.False(t, ds.HasErrors())
	require.Len(t, n.Instances, 1000)
	require.Equal(t, model.SubnetID("aws_subnet.app[77]"), n.Interfaces["aws_instance.app[77].primary_network_interface_id"].Subnet)
	require.Less(t, time.Since(start), 10*time.Second)
}

func BenchmarkRead(b *testing.B) {
	files := []input.File{{Path: "plan.json", Data: large(5000)}}
	b.SetBytes(int64(len(files[0].Data)))
	for b.Loop() {
		terraform.Read(files, terraform.Options{})
	}
}

// smallPlan has little of much.
const smallPlan = `{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{"resources":[
{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","values":{"cidr_block":"10.0.0.0/16"}},
{"address":"aws_subnet.a[0]","mode":"managed","type":"aws_subnet","name":"a","index":0,"values":{"cidr_block":"10.0.0.0/24"}}],
"child_modules":[{"address":"module.m[\"x\"]","resources":[
{"address":"module.m[\"x\"].aws_instance.i","mode":"managed","type":"aws_instance","name":"i","values":{}}]}]}},
"resource_changes":[{"address":"aws_subnet.a[0]","type":"aws_subnet","name":"a","change":{"actions":["create"],"after":{"cidr_block":"10.0.0.0/24"},"after_unknown":{"vpc_id":true}}},
{"address":"module.m[\"x\"].aws_instance.i","type":"aws_instance","name":"i","change":{"actions":["create"],"after":{},"after_unknown":{"subnet_id":true}}}],
"configuration":{"root_module":{"resources":[{"address":"aws_subnet.a","mode":"managed","type":"aws_subnet","name":"a","expressions":{"vpc_id":{"references":["local.v"]}}}],
"module_calls":{"m":{"source":"./m","expressions":{"s":{"references":["aws_subnet.a[0].id","aws_subnet.a[0]","aws_subnet.a"]}},
"module":{"resources":[{"address":"aws_instance.i","mode":"managed","type":"aws_instance","name":"i","expressions":{"subnet_id":{"references":["var.s"]}}}],"variables":{"s":{}}}}}}}}`

// Whatever stands where in a plan, it is read or reported, with its place.
func TestAnyValue(t *testing.T) {
	var originals [][]byte
	for _, path := range []string{"testdata/references/plan.json", "testdata/services/plan.json", "testdata/change/plan.json", "testdata/change/terraform.tfstate",
		"testdata/hybrid/plan.json", "testdata/inspection/plan.json", "testdata/balancers/plan.json", "testdata/cloudwan/plan.json", "testdata/joined/terraform.tfstate"} {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		originals = append(originals, data)
	}
	strange := []any{nil, true, 7.5, -1.0, 1e300, "", "x", "10.0.0.0/8", "::/0", "aws_vpc.main.id", "count.index", "module.app", "[", []any{}, []any{nil}, []any{"a", 3.0},
		map[string]any{}, map[string]any{"references": []any{"local.x", "aws_subnet.app[", "each.value"}}}
	rapid.Check(t, func(t *rapid.T) {
		var plan any
		if err := json.Unmarshal(rapid.SampledFrom(originals).Draw(t, "plan"), &plan); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			at := plan
			for depth := 0; ; depth++ {
				var keys []string
				switch x := at.(type) {
				case map[string]any:
					keys = slices.Sorted(maps.Keys(x))
				case []any:
					for i := range x {
						keys = append(keys, fmt.Sprint(i))
					}
				}
				if len(keys) == 0 {
					break
				}
				key := rapid.SampledFrom(keys).Draw(t, "key")
				var next any
				set := func(any) {}
				switch x := at.(type) {
				case map[string]any:
					next, set = x[key], func(v any) { x[key] = v }
				case []any:
					i, _ := strconv.Atoi(key)
					next, set = x[i], func(v any) { x[i] = v }
				}
				if depth > 2 && rapid.IntRange(0, 3).Draw(t, "here") == 0 {
					set(rapid.SampledFrom(strange).Draw(t, "value"))
					break
				}
				at = next
			}
		}
		data, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []terraform.Options{{}, {Current: true}} {
			n, ds := terraform.Read([]input.File{{Path: "nowhere/plan.json", Data: data}}, o)
			n.Validate()
			for _, d := range ds {
				if d.Provenance.IsZero() {
					t.Fatalf("a finding without a place: %v", d)
				}
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(smallPlan))
	for _, path := range []string{"testdata/err/values.json", "testdata/err/shape.json", "testdata/err/state-shape.json", "testdata/err/truncated.json",
		"testdata/hub/plan.json", "testdata/cloudwan/plan.json", "testdata/joined/terraform.tfstate"} {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		terraform.Sniff(data)
		for _, o := range []terraform.Options{{}, {Current: true}} {
			n, ds := terraform.Read([]input.File{{Path: "nowhere/plan.json", Data: data}}, o)
			if !ds.HasErrors() {
				n.Validate()
			}
		}
	})
}
