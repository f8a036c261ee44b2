package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// terraformFile reads a plan or state of the reader's own fixtures.
func terraformFile(t *testing.T, path string, o terraform.Options) *model.Network {
	t.Helper()
	path = filepath.Join("..", "loader", "terraform", "testdata", path)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	n, ds := terraform.Read([]input.File{{Path: path, Data: data}}, o)
	require.False(t, ds.HasErrors(), "%v", ds)
	return n
}

func askTCP(t *testing.T, n *model.Network, from, to string, port uint16) *sim.Answer {
	t.Helper()
	a, err := sim.Compile(n).Ask(model.Question{From: from, To: to, Protocol: model.TCP, Ports: model.PortRange{From: port, To: port}})
	require.NoError(t, err)
	return a
}

// What people deploy on is a source or destination in the subnets and groups
// that it will have.
func TestTerraformServices(t *testing.T) {
	n := terraformFile(t, "services/plan.json", terraform.Options{})
	for _, q := range []struct {
		from, to string
		port     uint16
		want     model.Verdict
	}{
		{"aws_eks_node_group.main", "aws_db_instance.orders", 5432, model.Reachable},
		{"aws_eks_node_group.main", "aws_rds_cluster.aurora", 5432, model.Reachable},
		{"aws_eks_node_group.main", "aws_db_instance.orders", 3306, model.Blocked},
		{"aws_ecs_service.api", "aws_db_instance.orders", 5432, model.Blocked}, // its group lets only S3 out
		{"aws_eks_node_group.main", "aws_elasticache_replication_group.cache", 6379, model.Blocked},
		{"aws_eks_node_group.main", "aws_eks_cluster.main", 443, model.Reachable},
		{"internet", "aws_db_instance.orders", 5432, model.Blocked},
	} {
		t.Run(q.from+" to "+q.to, func(t *testing.T) {
			a := askTCP(t, n, q.from, q.to, q.port)
			assert.Equal(t, q.want, a.Verdict, "%v %v", a.Explanations, a.Unknowns)
		})
	}
}

// What is open until apply makes those verdicts indeterminate that hang on it,
// and is named.
func TestTerraformGaps(t *testing.T) {
	n := terraformFile(t, "open/plan.json", terraform.Options{})
	// One interface with the group that the plan leaves open, one without.
	for id, group := range map[model.InterfaceID]model.SecurityGroupID{"two": "aws_security_group.two", "plain": "aws_vpc.a-default"} {
		n.Interfaces[id] = &model.Interface{ID: id, VPC: "aws_vpc.a", Subnet: "aws_subnet.a[0]", Unassigned4: true, Groups: []model.SecurityGroupID{group}}
	}
	for _, q := range []struct {
		from, to string
		port     uint16
		want     model.Verdict
		unknown  string
	}{
		{"plain", "two", 22, model.Indeterminate, "aws_security_group.two ingress security_groups: known only after apply"},
		{"plain", "two", 443, model.Indeterminate, "aws_security_group.two ingress cidr_blocks: known only after apply"},
		{"plain", "two", 25, model.Blocked, ""}, // nothing that is open admits it
		{"aws_instance.settled[0]", "aws_instance.settled[1]", 22, model.Reachable, ""},
		{"aws_instance.shifted[0]", "aws_instance.settled[1]", 22, model.Indeterminate, "aws_instance.shifted[0] subnet_id: known only after apply"},
		{"aws_instance.default", "internet", 443, model.Indeterminate, ""},
	} {
		t.Run(q.from+" to "+q.to, func(t *testing.T) {
			a := askTCP(t, n, q.from, q.to, q.port)
			require.Equal(t, q.want, a.Verdict, "%v %v", a.Explanations, a.Unknowns)
			assert.True(t, q.unknown == "" || slices.ContainsFunc(a.Unknowns, func(u model.Unknown) bool { return strings.HasPrefix(u.String(), q.unknown) }), "%v", a.Unknowns)
		})
	}
}

// One plan says what is there now and what applying it leads to.
func TestTerraformChange(t *testing.T) {
	n := terraformFile(t, "change/plan.json", terraform.Options{})
	before := terraformFile(t, "change/plan.json", terraform.Options{Current: true})
	for port, want := range map[uint16][2]model.Verdict{22: {model.Reachable, model.Blocked}, 443: {model.Blocked, model.Reachable}} {
		for i, n := range []*model.Network{before, n} {
			n.Interfaces["eni-peer"] = &model.Interface{ID: "eni-peer", VPC: "vpc-0aaaaaaaaaaaaaaa1", Subnet: "subnet-0aaaaaaaaaaaaaaa1", Unassigned4: true,
				Groups: []model.SecurityGroupID{"sg-0ddddddddddddddd1"}, Owner: model.OwnerRef{Kind: model.KindOwner, ID: "peer"}}
			web := n.Interfaces["eni-0aaaaaaaaaaaaaaa1"]
			web.Detached = false
			assert.Equal(t, want[i], askTCP(t, n, "eni-peer", "aws_network_interface.web", port).Verdict, "port %d, %d", port, i)
		}
	}
}

// aws_default_* resources replace what a VPC comes with.
func TestAdoptedDefaults(t *testing.T) {
	const item = "../../shared/corpora/terraform-generated/tfmod-vpc-simple"
	if _, err := os.Stat(item); err != nil {
		t.Skip("the collection of real plans is not beside the repository: ", err)
	}
	for format, n := range terraformNetworks(t, item) {
		t.Run(format, func(t *testing.T) {
			var groups []*model.SecurityGroup
			for _, g := range n.SecurityGroups {
				if v := n.VPCs[g.VPC]; g.GroupName == "default" && !v.IsDefault {
					groups = append(groups, g)
				}
			}
			require.Len(t, groups, 1)
			assert.Empty(t, groups[0].Rules)
			assert.Nil(t, groups[0].RulesUnknown)
		})
	}
}
