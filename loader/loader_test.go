package loader

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// tree writes files below a new folder and gives its path.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

// messages are the diagnostics below a folder, without its name.
func messages(dir string, ds model.Diagnostics) []string {
	var out []string
	for _, d := range ds {
		d.Detail = ""
		out = append(out, strings.ReplaceAll(d.Error(), dir+string(filepath.Separator), ""))
	}
	return out
}

const (
	yamlNetwork = "vpcs: {main: {cidr: 10.0.0.0/16}}\n"
	vpcsJSON    = `{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": [{"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}}]}]}`
	subnetsJSON = `{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}]}`
	tablesJSON  = `{"RouteTables": [
		{"RouteTableId": "rtb-main", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": []},
		{"RouteTableId": "rtb-own", "VpcId": "vpc-1", "Associations": [{"Main": false, "SubnetId": "subnet-1"}], "Routes": []}]}`
)

func TestDetect(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"yaml":                {yamlNetwork, "vpcwalk YAML"},
		"suite":               {"network: x.json\ntests: []\n", "vpcwalk YAML"},
		"yaml after comments": {"# a design\n---\n\"vpcs\": {}\n", "vpcwalk YAML"},
		"yaml as JSON":        {`{"vpcs": {"main": {"cidr": "10.0.0.0/16"}}}`, "vpcwalk YAML"},
		"describe":            {vpcsJSON, "describe snapshot"},
		"truncated describe":  {`{"Vpcs": [{"VpcId`, "describe snapshot"},
		"plan":                {`{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}}`, "Terraform plan or state"},
		"state":               {`{"version": 4, "terraform_version": "1.9.0", "resources": []}`, "Terraform plan or state"},
		"template JSON":       {`{"Resources": {"V": {"Type": "AWS::EC2::VPC"}}}`, "CloudFormation template"},
		"template YAML":       {"Resources:\n  V:\n    Type: AWS::EC2::VPC\n", "CloudFormation template"},
		"binary plan":         {"PK\x03\x04tfplan", "binary Terraform plan"},
		"configuration":       {"resource \"aws_vpc\" \"main\" {\n}\n", "Terraform configuration"},
		"compose file":        {"services:\n  web: {}\n", ""},
		"package.json":        {`{"name": "x", "version": "1"}`, ""},
		"prose":               {"# Read me\n\nSome words.\n", ""},
		"nothing":             {"", ""},
		"zeros":               {strings.Repeat("\x00", 1<<20), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := detect(input.File{Path: "x", Data: []byte(c.data)})
			got := ""
			if f != nil {
				got = f.name
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestLoadFolder(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/vpcs.json":       vpcsJSON,
		"a/.git/config":     "[core]",
		"a/README.md":       "# vpcs:\n",
		"a/sub/extra.yaml":  "prefix_lists: {corp: [192.0.2.0/24]}\n",
		"a/SOURCE.json":     `{"from": "somewhere"}`,
		"a/broken.json":     "{\"Vpcs\": [\n{\"VpcId\"",
		"a/truncated.json":  "{\"name\": [\n1,",
		"a/plan.json":       `{"format_version": "3.0", "planned_values": {}}`,
		"a/tfplan.tfplan":   "PK\x03\x04",
		"a/empty.json":      "",
		"a/compose.yml":     "services: {}\n",
		"a/picture.png":     "\x89PNG",
		"a/notes/deep.json": `[]`,
	})
	n, ds := Load([]string{filepath.Join(dir, "a")}, nil)
	assert.NotNil(t, n.VPCs["vpc-1"])
	assert.Len(t, n.PrefixLists["corp"].Entries, 1)
	got := messages(dir, ds)
	for _, want := range []string{
		"a/SOURCE.json: warning: not an input: skipped",
		"a/compose.yml: warning: not an input: skipped",
		"a/notes/deep.json: warning: not an input: skipped",
		"a/empty.json: error: the file is empty",
		"a/truncated.json:2: error: the JSON ends too early",
		"a/plan.json: error: format version 3.0 is not read",
		"a/tfplan.tfplan: error: this is a binary Terraform plan",
	} {
		assert.Contains(t, got, filepath.FromSlash(want))
	}
	assert.True(t, ds.HasErrors())
}

func TestLoadErrors(t *testing.T) {
	dir := tree(t, map[string]string{
		"empty/x.txt":    "nothing",
		"tf/main.tf":     "resource \"aws_vpc\" \"main\" {}",
		"other/a.json":   `{"a": 1}`,
		"prose.txt":      "words",
		"suite.yaml":     "tests: [{from: a, to: b, port: 1, expect: blocked}]\n",
		"self.yaml":      "network: self.yaml\ntests: [{from: a, to: b, port: 1, expect: blocked}]\n",
		"ok.yaml":        yamlNetwork,
		"notjson.json":   "{\n  \"a\": nope\n}",
		"trailing.json":  "{}\n{}",
		"large.yaml":     yamlNetwork,
		"resource.tf":    "resource \"aws_vpc\" \"main\" {}",
		"named.yaml":     "network: gone.json\ntests: []\n",
		"typo.yaml":      "vpcz: {}\n",
		"documents.yaml": yamlNetwork + "---\n" + yamlNetwork,
		"plan.json.gz":   "\x1f\x8b\x08\x00",
		"wide.yaml":      "\xff\xfev\x00p\x00c\x00s\x00:\x00",
	})
	for path, want := range map[string]string{
		"empty":          "empty: error: no input found in this folder",
		"tf":             "tf: error: no input found in this folder",
		"other":          "other: error: no input found in this folder",
		"prose.txt":      "prose.txt: error: the file is of no known format",
		"suite.yaml":     "suite.yaml: error: the file has tests and no network",
		"self.yaml":      "self.yaml:1:10: error: the file names itself as its network, by way of others or directly",
		"gone":           "gone: error: cannot be read: no such file or directory",
		"notjson.json":   "notjson.json:2: error: not JSON: invalid character 'o' in literal null (expecting 'u')",
		"trailing.json":  "trailing.json:1: error: not JSON: something follows the end of the document",
		"typo.yaml":      `typo.yaml:1:1: error: unknown key "vpcz" in a file`,
		"resource.tf":    "resource.tf: error: this is a Terraform configuration",
		"named.yaml":     "named.yaml:1:10: error: the network gone.json cannot be read: no such file or directory",
		"plan.json.gz":   "plan.json.gz: error: the file is compressed",
		"wide.yaml":      "wide.yaml: error: the file is UTF-16",
		"documents.yaml": "documents.yaml:2:1: error: a second YAML document begins here",
	} {
		t.Run(path, func(t *testing.T) {
			n, ds := Load([]string{filepath.Join(dir, path)}, nil)
			require.NotNil(t, n)
			assert.Equal(t, []string{want}, messages(dir, ds))
		})
	}
}

func TestLoadStdin(t *testing.T) {
	n, ds := Load([]string{"-"}, strings.NewReader(yamlNetwork))
	require.Empty(t, ds)
	assert.Equal(t, "-", n.VPCs["main"].Provenance.File)
	_, ds = Load([]string{"-"}, nil)
	assert.Equal(t, []string{"-: error: cannot be read: there is no standard input"}, messages("", ds))
}

func TestFileLimit(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": yamlNetwork})
	s := newSource(Options{}, strings.NewReader(yamlNetwork))
	s.limits.file = 10
	_, ok := s.file(filepath.Join(dir, "a.yaml"), nil)
	assert.False(t, ok)
	_, ok = s.file("-", nil)
	assert.False(t, ok)
	assert.Len(t, s.diags, 2)
	assert.Contains(t, s.diags[0].Summary, "larger than")
}

// TestLinksThatMultiply: folders that link to each other twice each, lists of
// networks that name the next file twice each, and many names of one file end with
// one error, and what they lead to is read as far as it was before.
func TestLinksThatMultiply(t *testing.T) {
	files := map[string]string{"net/net.yaml": yamlNetwork, "chain/c20.yaml": yamlNetwork, "list.yaml": "network: [" + strings.Repeat("net/net.yaml, ", 100) + "]\n"}
	for i := range 20 {
		files[fmt.Sprintf("chain/c%d.yaml", i)] = fmt.Sprintf("network: [c%[1]d.yaml, ../chain/c%[1]d.yaml]\n", i+1)
		files[fmt.Sprintf("folders/d%d/net.yaml", i)] = yamlNetwork
		files[fmt.Sprintf("names/%d/x.md", i)] = ""
	}
	dir := tree(t, files)
	for i := range 20 {
		for _, name := range []string{"a", "b"} {
			if i < 19 {
				require.NoError(t, os.Symlink(filepath.Join("..", fmt.Sprintf("d%d", i+1)), filepath.Join(dir, "folders", fmt.Sprintf("d%d", i), name)))
			}
		}
		require.NoError(t, os.Symlink(filepath.Join(dir, "net", "net.yaml"), filepath.Join(dir, "names", fmt.Sprintf("%d.yaml", i))))
	}
	for _, x := range []struct {
		path, want string
		low        func(*limits)
	}{
		{"list.yaml", "more than 0 MiB would be read of files that were read twice before", func(l *limits) { l.again = 10 * leastAgain }},
		{"names", "more than 0 MiB would be read of files that were read twice before", func(l *limits) { l.again = 10 * leastAgain }},
		{"folders", "there are more than 50 links to folders", func(l *limits) { l.links = 50 }},
		{"chain/c0.yaml", "files that are named by network: name others more than 50 times", func(l *limits) { l.chained = 50 }},
	} {
		s := newSource(Options{}, nil)
		x.low(&s.limits)
		n := s.load([]string{filepath.Join(dir, filepath.FromSlash(x.path))}, nil)
		assert.NotNil(t, n.VPCs["main"], x.path)
		var errors []string
		for _, d := range s.diags {
			if d.Severity == model.Error {
				errors = append(errors, d.Summary)
			}
		}
		require.Len(t, errors, 1, x.path)
		assert.Contains(t, errors[0], x.want)
	}
}

func TestLinks(t *testing.T) {
	dir := tree(t, map[string]string{"a/net.yaml": yamlNetwork, "b/pl.yaml": "prefix_lists: {p: [192.0.2.0/24]}\n"})
	require.NoError(t, os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "a", "loop")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "b"), filepath.Join(dir, "a", "b")))
	require.NoError(t, os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "a", "gone.yaml")))
	n, ds := Load([]string{filepath.Join(dir, "a")}, nil)
	assert.Equal(t, []string{
		filepath.FromSlash("a/gone.yaml: error: cannot be read: the link leads nowhere"),
		filepath.FromSlash("a/loop: warning: the link leads back to a folder that it lies in: not followed"),
	}, messages(dir, ds))
	assert.NotNil(t, n.VPCs["main"])
	assert.NotNil(t, n.PrefixLists["p"])
}

// Files of one snapshot that are given one by one are one snapshot: which subnet
// uses which route table stands with the tables, and instances list the interfaces
// that have a file of their own.
func TestSnapshotInPieces(t *testing.T) {
	dir := tree(t, map[string]string{
		"1.json": vpcsJSON, "2.json": subnetsJSON, "3.json": tablesJSON,
		"4.json": `{"Reservations": [{"Instances": [{"InstanceId": "i-1", "VpcId": "vpc-1", "SubnetId": "subnet-1",
			"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.1.9", "Groups": []}]}]}]}`,
		"5.json": `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1",
			"PrivateIpAddress": "10.0.1.10", "Groups": [{"GroupId": "sg-1"}], "Attachment": {"InstanceId": "i-1", "DeviceIndex": 0}}]}`,
	})
	whole, _ := Load([]string{dir}, nil)
	require.Equal(t, model.RouteTableID("rtb-own"), whole.Subnets["subnet-1"].RouteTable)
	require.Equal(t, []model.SecurityGroupID{"sg-1"}, whole.Interfaces["eni-1"].Groups)
	for _, order := range []string{"54321", "12345", "41532"} {
		var paths []string
		for _, digit := range order {
			paths = append(paths, filepath.Join(dir, string(digit)+".json"))
		}
		pieces, ds := Load(paths, nil)
		assert.Equal(t, text(t, whole), text(t, pieces), order)
		assert.NotContains(t, strings.Join(messages(dir, ds), "\n"), "no NetworkInterfaces", order)
	}
}

// The later path wins whatever lies between.
func TestOverlayBetweenSnapshots(t *testing.T) {
	dir := tree(t, map[string]string{"1.json": vpcsJSON, "2.json": subnetsJSON, "over.yaml": "vpcs: {vpc-1: {as_written: true, cidr: 10.0.0.0/16, name: mine}}\n"})
	at := func(name string) string { return filepath.Join(dir, name) }
	n, _ := Load([]string{at("1.json"), at("over.yaml"), at("2.json")}, nil)
	assert.Equal(t, "mine", n.VPCs["vpc-1"].Name)
	n, _ = Load([]string{at("over.yaml"), at("1.json"), at("2.json")}, nil)
	assert.Empty(t, n.VPCs["vpc-1"].Name)
	assert.NotNil(t, n.Subnets["subnet-1"])
}

// Where that is not possible, the association is open and not the main table.
func TestLostAssociation(t *testing.T) {
	dir := tree(t, map[string]string{
		"1/vpcs.json": vpcsJSON, "1/subnets.json": subnetsJSON,
		"2/vpcs.json": vpcsJSON, "2/tables.json": tablesJSON,
	})
	for _, order := range [][]string{{"1", "2"}, {"2", "1"}} {
		n, _ := Load([]string{filepath.Join(dir, order[0]), filepath.Join(dir, order[1])}, nil)
		s := n.Subnets["subnet-1"]
		assert.Empty(t, s.RouteTable)
		assert.NotNil(t, s.RouteTableUnknown)
		assert.Nil(t, s.NetworkACLUnknown, "no input has network ACLs: the VPC says that already")
		assert.Nil(t, n.VPCs["vpc-1"].Missing[model.KindRouteTable])
		assert.NotNil(t, n.VPCs["vpc-1"].Missing[model.KindNetworkACL])
	}
}

func text(t require.TestingT, n *model.Network) string {
	var out bytes.Buffer
	require.NoError(t, yamlfile.Write(&out, n))
	return out.String()
}
