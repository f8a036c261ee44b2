package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// terraformQuestion is a question that an item of the collection of plans and
// states suggests, by its ID there.
type terraformQuestion struct {
	id       string
	from, to string // by Terraform address, or as everywhere
	protocol model.Protocol
	port     uint16
	family   model.Family
	want     model.Verdict
	// code is what the answer must name as a reason, where it matters which.
	code sim.Code
	// unasked says why the question cannot be asked, notOf why not of the
	// snapshot.
	unasked, notOf string
}

var terraformQuestions = []terraformQuestion{
	{id: "own-01-threetier-nacl-1", from: "aws_instance.app[0]", to: "aws_instance.db", port: 5432, want: model.Reachable},
	{id: "own-01-threetier-nacl-2", from: "aws_instance.app[1]", to: "aws_instance.db", port: 5432, want: model.Blocked, code: sim.SubnetACLRestriction},
	{id: "own-01-threetier-nacl-3", from: "aws_instance.app_high", to: "aws_instance.db", port: 5432, want: model.Blocked, code: sim.SubnetACLRestriction},
	{id: "own-01-threetier-nacl-4", from: "aws_instance.db", to: "internet", port: 443, want: model.Blocked, code: sim.SGHasNoRules},
	{id: "own-01-threetier-nacl-5", from: "aws_instance.app[1]", to: "internet", port: 443, want: model.Reachable},
	{id: "own-04-endpoints-isolated-1", from: "aws_instance.app_a", to: "service:s3", port: 443, want: model.Reachable},
	{id: "own-04-endpoints-isolated-2", from: "aws_instance.app_b", to: "service:s3", port: 443, want: model.Blocked, code: sim.NoRouteToDestination},
	{id: "own-04-endpoints-isolated-3", from: "aws_instance.batch_a", to: "service:s3", port: 443, want: model.Blocked, code: sim.ENISGRulesMismatch},
	{id: "own-04-endpoints-isolated-4", from: "aws_instance.app_b", to: "aws_vpc_endpoint.ssm", port: 443, want: model.Reachable,
		notOf: "the emulator gave the endpoint an address outside its VPC"},
	{id: "own-04-endpoints-isolated-5", from: "aws_instance.batch_a", to: "aws_vpc_endpoint.ssm", port: 443, want: model.Blocked, code: sim.ENISGRulesMismatch},
	{id: "own-06-dualstack-eigw-1", from: "internet", to: "aws_instance.pub", port: 443, family: model.IPv6, want: model.Reachable},
	{id: "own-06-dualstack-eigw-2", from: "internet", to: "aws_instance.pub_v4only_sg", port: 443, family: model.IPv6, want: model.Blocked, code: sim.ENISGRulesMismatch},
	{id: "own-06-dualstack-eigw-3", from: "internet", to: "aws_instance.priv", port: 443, family: model.IPv6, want: model.Blocked},
	{id: "own-06-dualstack-eigw-4", from: "aws_instance.priv", to: "internet", port: 443, family: model.IPv6, want: model.Reachable},
	{id: "own-06-dualstack-eigw-5", from: "aws_instance.priv", to: "internet", port: 443, family: model.IPv4, want: model.Blocked},
	{id: "reach-same-subnet-no-sg-rules-1", from: "aws_instance.source", to: "aws_instance.destination", port: 443, want: model.Blocked, code: sim.SGHasNoRules},
	{id: "reach-same-subnet-ssh-1", from: "aws_instance.source", to: "aws_instance.destination", port: 22, want: model.Reachable},
	{id: "reach-same-subnet-ssh-2", from: "aws_instance.source", to: "aws_instance.destination", port: 23, want: model.Blocked, code: sim.ENISGRulesMismatch},
	{id: "reach-same-subnet-ssh-3", from: "aws_instance.destination", to: "aws_instance.source", port: 22, want: model.Blocked, code: sim.SGHasNoRules},
	{id: "reach-same-subnet-udp-dns-sgref-1", from: "aws_instance.source", to: "aws_instance.destination", protocol: model.UDP, port: 53, want: model.Reachable},
	{id: "reach-same-subnet-udp-dns-sgref-2", from: "aws_instance.source", to: "aws_instance.destination", port: 53, want: model.Blocked},
	{id: "reach-same-vpc-no-nacl-rules-1", from: "aws_instance.source", to: "aws_instance.destination", port: 443, want: model.Blocked, code: sim.SubnetACLRestriction},
	{id: "tfmod-vpc-secondary-cidr-blocks-1", from: "subnet:module.vpc.aws_subnet.private[0]", to: "subnet:module.vpc.aws_subnet.private[8]", port: 443, want: model.Reachable},
	{id: "tfmod-vpc-secondary-cidr-blocks-2", from: "subnet:module.vpc.aws_subnet.private[3]", to: "internet", port: 443, want: model.Blocked},
	{id: "tfmod-vpc-secondary-cidr-blocks-3", unasked: "the item has no interface with a public address, and a subnet stands for one without"},
	{id: "tfmod-vpc-simple-1", from: "subnet:module.vpc.aws_subnet.private[0]", to: "subnet:module.vpc.aws_subnet.private[2]", port: 443, want: model.Reachable},
	{id: "tfmod-vpc-simple-2", from: "subnet:module.vpc.aws_subnet.private[0]", to: "internet", port: 443, want: model.Blocked},
	{id: "tfmod-vpc-simple-3", unasked: "the item has no member of the default group; TestAdoptedDefaults asks for its rules"},
	{id: "tfmod-sg-http-1", unasked: "about loading alone"},
	{id: "tc-issue-171-nlb-1", from: "internet", to: "nlb-noncompliant", protocol: model.UDP, port: 1443, want: model.Blocked, code: sim.ENISGRulesMismatch},
	{id: "tc-issue-171-nlb-2", from: "internet", to: "nlb-noncompliant", port: 80, want: model.Reachable}, // the listener answers by itself
	{id: "tc-issue-171-nlb-3", from: "subnet:aws_subnet.test-subnet-privA", to: "internet", port: 443, want: model.Blocked},
	{id: "tc-pull-330-sg-nat-1", unasked: "the item has no member of the group"},
	{id: "tc-pull-330-sg-nat-2", unasked: "about loading alone"},
	// One of the balancer's subnets is not in the state: what the balancer itself
	// denies is denied at its node there too.
	{id: "driftctl-lb-listener-state-1", from: "10.100.0.9", to: "test-lb-tf", port: 80, want: model.Blocked, code: sim.ENISGRulesMismatch},
	{id: "driftctl-lb-listener-state-2", from: "10.100.0.9", to: "test-lb-tf", port: 443, want: model.Blocked, code: sim.ELBv2ListenersMismatch},
	{id: "regula-resource-view-06-1", unasked: "about loading alone"},
}

// TestTerraformCorpora asks every question of the collection in every format in
// which its network is there: plan, state, state file and, where the plan was
// applied to an emulator, snapshot.
func TestTerraformCorpora(t *testing.T) {
	const root = "../../shared/corpora"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the collection of real plans is not beside the repository: ", err)
	}
	var items []string
	for _, pattern := range []string{"terraform/*", "terraform-generated/*"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		items = append(items, found...)
	}
	for _, item := range items {
		t.Run(filepath.Base(item), func(t *testing.T) {
			networks := terraformNetworks(t, item)
			for _, q := range terraformQuestions {
				name := filepath.Base(item)
				if q.unasked != "" || q.id[:strings.LastIndexByte(q.id, '-')] != name {
					continue
				}
				for _, format := range []string{"plan", "state", "tfstate", "describe"} {
					if n := networks[format]; n != nil && (format != "describe" || q.notOf == "") {
						t.Run(q.id+" "+format, func(t *testing.T) { q.ask(t, n, networks["state"]) })
					}
				}
			}
		})
	}
}

// terraformNetworks loads an item in every format.
func terraformNetworks(t *testing.T, item string) map[string]*model.Network {
	t.Helper()
	out := map[string]*model.Network{}
	entries, err := os.ReadDir(item)
	require.NoError(t, err)
	for _, e := range entries {
		format := ""
		switch name := e.Name(); {
		case name == "SOURCE.json", name == "questions.json", name == "tf":
			continue
		case name == "describe":
			format = "describe"
		case name == "state.json":
			format = "state"
		case strings.HasSuffix(name, ".tfstate"):
			format = "tfstate"
		default:
			format = "plan"
		}
		n, ds := loader.Load([]string{filepath.Join(item, e.Name())}, nil)
		for _, d := range ds {
			assert.NotEqual(t, model.Error, d.Severity, d.Error())
		}
		out[format] = n
	}
	return out
}

// ask asks of a network; its names are those of a state where they are not known.
func (q *terraformQuestion) ask(t *testing.T, n, state *model.Network) {
	t.Helper()
	text := model.Question{From: named(n, state, q.from), To: named(n, state, q.to), Protocol: q.protocol, Family: q.family,
		Ports: model.PortRange{From: q.port, To: q.port}}
	if text.Protocol == 0 {
		text.Protocol = model.TCP
	}
	a, err := sim.Compile(n).Ask(text)
	require.NoError(t, err)
	assert.Equal(t, q.want, a.Verdict, "%s: %v %v", text, a.Explanations, a.Unknowns)
	if q.code != (sim.Code)("") {
		assert.True(t, slices.ContainsFunc(a.Explanations, func(x sim.Explanation) bool { return x.Code == q.code }), "%v", a.Explanations)
	}
}

// named gives the text by which a network knows what a state has under a
// Terraform address.
func named(n, state *model.Network, text string) string {
	prefix := ""
	if rest, ok := strings.CutPrefix(text, "subnet:"); ok {
		prefix, text = "subnet:", rest
	}
	if state == nil || text == "internet" {
		return prefix + text
	}
	if _, err := n.Select(prefix+text, model.Source); err == nil {
		return prefix + text
	}
	for id, m := range state.Instances {
		if m.Provenance.Address == text {
			return string(id)
		}
	}
	for id, m := range state.Subnets {
		if m.Provenance.Address == text {
			return prefix + string(id)
		}
	}
	for id, m := range state.VPCEndpoints {
		if m.Provenance.Address == text {
			return string(id)
		}
	}
	return prefix + text
}

// TestTerraformQuestionsAreListed holds the table against the collection.
func TestTerraformQuestionsAreListed(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range terraformQuestions {
		assert.False(t, seen[q.id], q.id)
		seen[q.id] = true
	}
	const root = "../../shared/corpora"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the collection of real plans is not beside the repository: ", err)
	}
	for _, pattern := range []string{"terraform/*/questions.json", "terraform-generated/*/questions.json"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, line := range strings.Split(string(data), "\n") {
				if rest, ok := strings.CutPrefix(strings.TrimSpace(line), `"id": "`); ok {
					id, _, _ := strings.Cut(rest, `"`)
					assert.True(t, seen[id], "%s is not asked", id)
				}
			}
		}
	}
}
