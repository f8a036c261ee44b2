package loader

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// count adds the number of resources that a network has of each kind.
func count(sums map[model.Kind]int, n *model.Network) {
	for _, t := range n.Tables() {
		sums[t.Kind] += t.Resources.Len()
	}
}

// everyKind asks for each kind of resource in sums, or in without, which says why
// it cannot be there; never both.
func everyKind(t *testing.T, sums map[model.Kind]int, without map[model.Kind]string) {
	for _, table := range model.NewNetwork().Tables() {
		assert.Equal(t, without[table.Kind] == "", sums[table.Kind] > 0, "%s: there are %d; why there can be none: %q", table.Field, sums[table.Kind], without[table.Kind])
	}
}

// The fixtures of each reader have every kind of resource.
func TestReadersKnowEveryKind(t *testing.T) {
	formats := []struct {
		name, fixtures string
		without        map[model.Kind]string
	}{
		{"describe", "describe/testdata/ok/*", map[model.Kind]string{
			model.KindOnPremises: "AWS does not know what is behind a VPN",
		}},
		{"terraform", "terraform/testdata/*/{plan.json,terraform.tfstate}", map[model.Kind]string{
			model.KindOnPremises: "it is no resource of AWS's",
		}},
		{"cloudformation", "cloudformation/testdata/ok/*", map[model.Kind]string{
			model.KindTransitGatewayPolicyTable: "CloudFormation has no resource for them",
			model.KindOnPremises:                "it is no resource of AWS's",
		}},
		{"yamlfile", "yamlfile/testdata/ok/*.yaml", nil},
	}
	for _, format := range formats {
		t.Run(format.name, func(t *testing.T) {
			sums := map[model.Kind]int{}
			for _, path := range glob(t, format.fixtures) {
				n, _ := Load([]string{path}, nil)
				count(sums, n)
			}
			everyKind(t, sums, format.without)
		})
	}
}

// glob is filepath.Glob with one choice of endings in braces, golden files apart.
func glob(t *testing.T, pattern string) []string {
	patterns := []string{pattern}
	if before, rest, ok := strings.Cut(pattern, "{"); ok {
		choices, after, _ := strings.Cut(rest, "}")
		patterns = nil
		for c := range strings.SplitSeq(choices, ",") {
			patterns = append(patterns, before+c+after)
		}
	}
	var all []string
	for _, p := range patterns {
		paths, err := filepath.Glob(p)
		require.NoError(t, err)
		all = append(all, slices.DeleteFunc(paths, func(p string) bool { return filepath.Ext(p) == ".golden" })...)
	}
	require.NotEmpty(t, all, pattern)
	return all
}

// The scenarios have every kind of resource.
func TestScenariosHaveEveryKind(t *testing.T) {
	sums := map[model.Kind]int{}
	require.NoError(t, filepath.WalkDir("../scenarios", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		doc, _ := yamlfile.Read(input.File{Path: path, Data: data})
		if doc.Network != nil {
			count(sums, doc.Network)
		}
		return nil
	}))
	everyKind(t, sums, nil)
}

// A later input's resource replaces an earlier one's, of whatever kind, with a
// warning where they differ; one that only one of them has is kept.
func TestMergeEveryKind(t *testing.T) {
	for i, table := range model.NewNetwork().Tables() {
		with := func(id, name string) *model.Network {
			n := model.NewNetwork()
			m := n.Tables()[i].Resources
			x := reflect.New(m.Type().Elem().Elem())
			x.Elem().FieldByName("ID").SetString(id)
			model.MetaOf(x).Name = name
			m.SetMapIndex(reflect.ValueOf(id).Convert(m.Type().Key()), x)
			return n
		}
		m := merger{networks: []*model.Network{with("x", "old"), with("other", "kept"), with("x", "new")}}
		n, ds := m.merge()
		merged := n.Tables()[i]
		ids := merged.IDs()
		require.Len(t, ids, 2, table.Field)
		assert.Equal(t, "kept", model.MetaOf(merged.Resources.MapIndex(ids[0])).Name, table.Field)
		assert.Equal(t, "new", model.MetaOf(merged.Resources.MapIndex(ids[1])).Name, table.Field)
		require.Len(t, ds, 1, table.Field)
		assert.Equal(t, "two inputs differ on the "+string(table.Kind)+" x; this one counts", ds[0].Summary)
	}
}

// The writer leaves out no kind of resource.
func TestWriteEveryKind(t *testing.T) {
	for _, path := range glob(t, "yamlfile/testdata/ok/*.yaml") {
		before, _ := Load([]string{path}, nil)
		var out bytes.Buffer
		require.NoError(t, yamlfile.Write(&out, before))
		doc, _ := yamlfile.Read(input.File{Path: "written.yaml", Data: out.Bytes()})
		after := doc.Network
		if after == nil {
			after = model.NewNetwork()
		}
		was, is := map[model.Kind]int{}, map[model.Kind]int{}
		count(was, before)
		count(is, after)
		assert.Equal(t, was, is, path)
	}
}
