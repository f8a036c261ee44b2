package loader

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

func readYAML(t require.TestingT, path, data string) *model.Network {
	doc, ds := yamlfile.Read(input.File{Path: path, Data: []byte(data)})
	require.Empty(t, ds)
	return doc.Network
}

// One design, cut into inputs by VPC.
var parts = []string{
	"vpcs: {a: {cidr: 10.0.0.0/16, subnets: {a1: {cidr: 10.0.1.0/24}}, instances: {web: {subnet: a1}}}}\n",
	"vpcs: {b: {cidr: 10.1.0.0/16, internet_gateway: true, security_groups: {open: {ingress: all from 0.0.0.0/0}}}}\n",
	"prefix_lists: {corp: [192.0.2.0/24]}\n",
	"block_public_access: {mode: block-ingress, account: \"111122223333\"}\n",
	"vpcs: {c: {cidr: 10.2.0.0/16, unknown: network_acls}}\n",
}

// The order of inputs that share nothing does not matter.
func TestMergeOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, len(parts)).Draw(t, "inputs")
		chosen := rapid.Permutation(parts).Draw(t, "order")[:n]
		sorted := slices.Sorted(slices.Values(chosen))
		merged := func(texts []string) *model.Network {
			var m merger
			for _, text := range texts {
				m.networks = append(m.networks, readYAML(t, "x.yaml", text))
			}
			out, ds := m.merge()
			require.Empty(t, ds)
			return out
		}
		assert.Equal(t, text(t, merged(sorted)), text(t, merged(chosen)))
	})
}

// Merging a network with itself changes nothing and says nothing.
func TestMergeSame(t *testing.T) {
	for _, part := range parts {
		m := merger{networks: []*model.Network{readYAML(t, "1.yaml", part), readYAML(t, "2.yaml", "\n\n"+part)}}
		n, ds := m.merge()
		assert.Empty(t, ds)
		assert.Equal(t, text(t, readYAML(t, "1.yaml", part)), text(t, n))
	}
}

func TestMergeLaterWins(t *testing.T) {
	m := merger{networks: []*model.Network{
		readYAML(t, "1.yaml", "vpcs: {a: {cidr: 10.0.0.0/16, subnets: {s: {cidr: 10.0.1.0/24}, kept: {cidr: 10.0.3.0/24}}}}\non_premises: 192.168.0.0/16\n"),
		readYAML(t, "2.yaml", "vpcs: {a: {cidr: 10.0.0.0/16, subnets: {s: {cidr: 10.0.2.0/24}}}}\non_premises: [192.168.0.0/16, 172.16.0.0/12]\nport_25_allowed: true\n"),
	}}
	n, ds := m.merge()
	require.Len(t, ds, 1)
	assert.Equal(t, "2.yaml:1:41: warning: two inputs differ on the subnet s; this one counts\n    the other is at 1.yaml:1:41", ds[0].Error())
	assert.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.0.2.0/24")}, n.Subnets["s"].CIDRs)
	assert.NotNil(t, n.Subnets["kept"])
	assert.Len(t, n.OnPremises, 2)
	assert.Len(t, n.Port25Allowed, 1)
}

// An input that only names a VPC or prefix list does not replace one that has it,
// in either order.
func TestMergeNamedOnly(t *testing.T) {
	known := readYAML(t, "1.yaml", "vpcs: {a: {cidr: 10.0.0.0/16, unknown: [network_acls, instances]}}\nprefix_lists: {p: [192.0.2.0/24]}\n")
	named := readYAML(t, "2.yaml", "vpcs: {a: {unknown: [vpcs, network_acls]}}\nprefix_lists: {p: unknown}\n")
	for _, order := range [][]*model.Network{{known, named}, {named, known}} {
		m := merger{networks: order}
		n, _ := m.merge()
		v := n.VPCs["a"]
		assert.Len(t, v.CIDRs, 1)
		assert.Len(t, v.Missing, 1, "missing is what both lack")
		assert.NotNil(t, v.Missing[model.KindNetworkACL])
		assert.Len(t, n.PrefixLists["p"].Entries, 1)
	}
	assert.Len(t, known.VPCs["a"].Missing, 2, "the inputs stay as they are")
}
