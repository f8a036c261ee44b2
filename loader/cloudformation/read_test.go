package cloudformation_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

func read(t testing.TB, template string, parameters map[string]string) (*model.Network, model.Diagnostics) {
	t.Helper()
	return cloudformation.Read([]input.File{{Path: "t.yaml", Data: []byte(template)}}, cloudformation.Options{Parameters: parameters})
}

// cidrOf reads a template whose only VPC has an expression for its block, and
// gives the block, or why it is unknown.
func cidrOf(t *testing.T, expression, rest string, parameters map[string]string) string {
	t.Helper()
	n, ds := read(t, "Resources:\n  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: "+expression+"}}\n"+rest, parameters)
	for _, d := range ds {
		if d.Severity == model.Error {
			return "error: " + d.Summary
		}
	}
	v := n.VPCs["Vpc"]
	if gap := v.Missing[model.KindVPC]; gap != nil {
		return "unknown: " + gap.Reason
	}
	return v.CIDRs[0].String()
}

func TestIntrinsics(t *testing.T) {
	const rest = `
Parameters:
  P: {Type: String, Default: 10.1.0.0/16}
  Open: {Type: String}
  List: {Type: CommaDelimitedList, Default: "10.2.0.0/16, 10.3.0.0/16"}
  Ssm: {Type: "AWS::SSM::Parameter::Value<String>", Default: /cidr}
  Allowed: {Type: String, Default: a, AllowedValues: [a, b]}
Mappings: {M: {a: {b: 10.4.0.0/16, l: [10.5.0.0/16]}}}
Conditions:
  Yes: !Equals [a, a]
  No: !Not [{Condition: Yes}]
  Unknown: !Equals [!Ref Open, x]
  OrYes: !Or [!Condition Unknown, !Condition Yes]
  IsC: !Equals [!Ref Allowed, c]
  AndNo: !And [!Condition Unknown, !Condition No]
`
	open := "unknown: the parameter Open has no value; give --param Open=…"
	for _, x := range []struct{ expression, want string }{
		{`!Ref P`, "10.1.0.0/16"},
		{`!Ref Open`, open},
		{`!Ref Ssm`, "unknown: the parameter Ssm is read from the SSM parameter /cidr when the stack is deployed"},
		{`!Select [1, !Ref List]`, "10.3.0.0/16"},
		{`!Select ["0", [!Ref "AWS::NoValue", !Ref P]]`, "10.1.0.0/16"},
		{`!Join [".", [10, "6", 0, 0/16]]`, "10.6.0.0/16"},
		{`!Join [".", [10, !Ref Open, 0, 0/16]]`, open},
		{`!Join ["", !Split ["-", 10.-7.-0.-0/16]]`, "10.7.0.0/16"},
		{`!Select [1, !Split ["/", !Sub "${Open}/x"]]`, open},
		{`!Sub "10.${X}.0.0/${Y}"`, `error: the template has no parameter or resource "X"`},
		{`!Sub ["10.${X}.0.0/${Y}", {X: 8, Y: !Select [0, [16]]}]`, "10.8.0.0/16"},
		{`!Sub ["${P}${!}", {P: !Ref P}]`, `error: CidrBlock: "10.1.0.0/16${}" is not a CIDR block`},
		{`!FindInMap [M, a, b]`, "10.4.0.0/16"},
		{`!Select [0, !FindInMap [M, a, l]]`, "10.5.0.0/16"},
		{`!FindInMap [M, !Ref Open, b]`, open},
		{`!FindInMap [M, z, b, {DefaultValue: !Ref P}]`, "10.1.0.0/16"},
		{`!FindInMap [M, z, b]`, `error: the mapping M has no key "z"`},
		{`!If [Yes, !Ref P, !Ref Nobody]`, "10.1.0.0/16"},
		{`!If [No, 10.9.0.0/16, !Ref P]`, "10.1.0.0/16"},
		{`!If [OrYes, 10.9.0.0/16, !Ref P]`, "10.9.0.0/16"},
		{`!If [AndNo, 10.9.0.0/16, !Ref P]`, "10.1.0.0/16"},
		{`!If [Unknown, !Ref P, 10.1.0.0/16]`, "10.1.0.0/16"},
		{`!If [Unknown, !Ref P, 10.9.0.0/16]`, "unknown: the condition Unknown is not decided: the parameter Open has no value; give --param Open=…"},
		{`!Select [2, !Cidr [10.0.0.0/8, 3, 16]]`, "10.2.0.0/16"},
		{`!Select [0, !Cidr [!Ref Open, 3, 16]]`, open},
		{`!Select [0, !Cidr [10.0.0.0/24, 300, 8]]`, `error: Fn::Cidr gives 1 to 256 blocks, not "300"`},
		{`!Select [5, [a]]`, "error: Fn::Select asks for item 5 of a list of 1, which are numbered from 0"},
		{`!Sub "10.${N}.0.0/16"`, `error: the template has no parameter or resource "N"`},
		{`{"Fn::Sub": "10.1.0.0/16"}`, "10.1.0.0/16"},
		{`{"Fn::Transform": {Name: "AWS::Include"}}`, "unknown: Fn::Transform AWS::Include is evaluated only when the stack is deployed"},
		{`!ImportValue elsewhere`, `unknown: no given template exports "elsewhere"`},
		{`!Select [0, !GetAZs us-east-1]`, "unknown: the Availability Zones are known only when the stack is deployed"},
		{`!Base64 x`, `error: CidrBlock: "eA==" is not a CIDR block`},
		{`!Ref "AWS::Region"`, "unknown: the Region is not given; give --param AWS::Region=us-east-1"},
	} {
		require.Equal(t, x.want, cidrOf(t, x.expression, rest, nil), x.expression)
	}
	for _, x := range []struct {
		expression, want string
		given            map[string]string
	}{
		{`!Ref Open`, "10.7.0.0/16", map[string]string{"Open": "10.7.0.0/16"}},
		{`!Ref Open`, "10.8.0.0/16", map[string]string{"t/Open": "10.8.0.0/16", "Open": "10.7.0.0/16"}},
		{`!Ref "AWS::Region"`, `error: CidrBlock: "us-east-1" is not a CIDR block`, map[string]string{"AWS::Region": "us-east-1"}},
		{`!Ref P`, "10.1.0.0/16", map[string]string{"Opne": "x"}},
		{`!If [IsC, !Ref P, !Ref P]`, `error: "c" is no value that the parameter Allowed allows`, map[string]string{"Allowed": "c"}},
	} {
		require.Equal(t, x.want, cidrOf(t, x.expression, rest, x.given), "%s %v", x.expression, x.given)
	}
}

func TestUnknownParameter(t *testing.T) {
	_, ds := read(t, "Parameters: {Open: {Type: String, Default: x}}\nResources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}\n", map[string]string{"Opne": "x", "AWS::Region": "eu-west-1"})
	require.Len(t, ds, 1)
	require.Equal(t, `warning: no template has the parameter "Opne": did you mean "Open"?`, fmt.Sprintf("%s: %s: %s", ds[0].Severity, ds[0].Summary, ds[0].Detail))
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"AWSTemplateFormatVersion: '2010-09-09'\n":                            true,
		"Resources:\n  A:\n    Type: AWS::EC2::VPC\n":                         true,
		"# a comment\nResources:\n  A: {Type: 'Custom::Thing'}\n":             true,
		`{"Description": "x", "Resources": {"A": {"Type": "AWS::EC2::VPC"}}}`: true,
		`{"version": "36.0.0", "artifacts": {}}`:                              true,
		`{"version": "tree-0.1", "tree": {}}`:                                 true,
		`{"Resources": ["AWS::EC2::VPC"]}`:                                    false,
		`{"Vpcs": []}`:                                                        false,
		`{"version": 4, "terraform_version": "1.9.0", "resources": []}`:       false,
		"vpcs:\n  main: {cidr: 10.0.0.0/16}\n":                                false,
		"Resources:\n  - something\n":                                         false,
		"":                                                                    false,
		"{":                                                                   false,
	} {
		require.Equal(t, want, cloudformation.Sniff([]byte(text)), text)
	}
}

// TestOrderDoesNotMatter gives the files of each folder of fixtures backwards.
func TestOrderDoesNotMatter(t *testing.T) {
	for _, dir := range []string{"testdata/ok/nested", "testdata/ok/several", "testdata/ok/cdk.out"} {
		fs := files(t, dir)
		n, ds := cloudformation.Read(fs, cloudformation.Options{})
		slices.Reverse(fs)
		m, es := cloudformation.Read(fs, cloudformation.Options{})
		require.Equal(t, goldentest.Dump(n)+goldentest.Findings(ds), goldentest.Dump(m)+goldentest.Findings(es))
	}
}

// TestStacksOfOneName are told apart by their files.
func TestStacksOfOneName(t *testing.T) {
	vpc := []byte("Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}")
	n, ds := cloudformation.Read([]input.File{{Path: "a/net.yaml", Data: vpc}, {Path: "a/net.yml", Data: vpc}, {Path: "b/net.yml", Data: vpc}, {Path: "other.template.json", Data: vpc}}, cloudformation.Options{})
	require.Empty(t, ds)
	var ids []string
	for _, v := range model.Sorted(n.VPCs) {
		ids = append(ids, string(v.ID))
	}
	require.Equal(t, []string{"a/net.yml/Vpc", "b/net.yml/Vpc", "net.yaml/Vpc", "other/Vpc"}, ids)
}

// large is a template of n resources, indented as the CDK writes it.
func large(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}`)
	for i := range n / 5 {
		fmt.Fprintf(&b, `,
  "Subnet%[1]d": {
   "Type": "AWS::EC2::Subnet",
   "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.%[2]d.%[3]d/28", "AvailabilityZone": {"Fn::Select": [%[4]d, {"Fn::GetAZs": ""}]}}
  },
  "Group%[1]d": {
   "Type": "AWS::EC2::SecurityGroup",
   "Properties": {"GroupDescription": "x", "VpcId": {"Ref": "Vpc"}, "SecurityGroupIngress": [
    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}}]}
  },
  "Rule%[1]d": {
   "Type": "AWS::EC2::SecurityGroupIngress",
   "Properties": {"GroupId": {"Fn::GetAtt": ["Group%[1]d", "GroupId"]}, "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": {"Ref": "Group%[1]d"}}
  },
  "Host%[1]d": {
   "Type": "AWS::EC2::Instance",
   "Properties": {"SubnetId": {"Ref": "Subnet%[1]d"}, "SecurityGroupIds": [{"Ref": "Group%[1]d"}], "Tags": [{"Key": "Name", "Value": {"Fn::Sub": "host-%[1]d-${AWS::StackName}"}}]}
  },
  "Role%[1]d": {
   "Type": "AWS::IAM::Role",
   "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}]}}
  }`, i, i/16, i%16*16, i%3)
	}
	b.WriteString("}}\n")
	return b.Bytes()
}

func TestLargeTemplateIsReadInTime(t *testing.T) {
	data := large(5000)
	for name, data := range map[string][]byte{"JSON": data, "YAML": []byte("# as YAML\n" + strings.ReplaceAll(string(data), "\t", " "))} {
		at := time.Now()
		n, ds := cloudformation.Read([]input.File{{Path: "large", Data: data}}, cloudformation.Options{})
		t.Logf("%s: %d KB in %s", name, len(data)>>10, time.Since(at))
		require.Empty(t, ds)
		require.Len(t, n.Instances, 1000)
		if !testing.Short() { // the race detector takes its time
			require.Less(t, time.Since(at), 2*time.Second)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	data := large(5000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		cloudformation.Read([]input.File{{Path: "large", Data: data}}, cloudformation.Options{})
	}
}

// TestBombs: templates that are made to explode end with a finding, soon.
func TestBombs(t *testing.T) {
	var doubling, passing strings.Builder
	doubling.WriteString("Resources:\n  V0: {Type: AWS::EC2::VPC, Properties: {CidrBlock: x}}\n")
	passing.WriteString("Resources:\n  S0: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {P: xx}}}\n")
	for i := range 64 {
		fmt.Fprintf(&doubling, "  V%d: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Sub \"${V%d.CidrBlock}${V%d.CidrBlock}\"}}\n", i+1, i, i)
		fmt.Fprintf(&passing, "  S%d: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {P: !GetAtt S%d.Outputs.O}}}\n", i+1, i)
	}
	aliases := "Resources:\n  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\nMetadata:\n  a0: &a0 [x, x, x, x, x, x, x, x]\n"
	for i := range 12 {
		aliases += fmt.Sprintf("  a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i, i, i, i, i, i)
	}
	child := `
Parameters: {P: {Type: String}}
Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref P}}}
Outputs: {O: {Value: !Sub "${P}${P}"}}
`
	for name, text := range map[string]string{"doubling": doubling.String(), "passing": passing.String(), "aliases": aliases,
		"deep": "Resources: " + strings.Repeat("[", 100_000), "deep JSON": strings.Repeat(`{"a":`, 9_000)} {
		at := time.Now()
		_, ds := cloudformation.Read([]input.File{{Path: "bomb.yaml", Data: []byte(text)}, {Path: "child.yaml", Data: []byte(child)}}, cloudformation.Options{})
		require.True(t, ds.HasErrors(), name)
		require.Less(t, time.Since(at), 10*time.Second, name)
		t.Log(name, time.Since(at))
	}
}

// FuzzRead: no input panics, hangs or gives different findings when it is read
// again, and what is found has a place.
func FuzzRead(f *testing.F) {
	for _, dir := range []string{"testdata/ok", "testdata/err"} {
		for _, x := range files(f, dir) {
			if !strings.HasSuffix(x.Path, ".golden") {
				f.Add(x.Data, "P", "x")
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, parameter, text string) {
		fs := []input.File{{Path: "a.yaml", Data: data}, {Path: "b.json", Data: []byte(`{"Resources": {"A": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "a.yaml"}}}}`)}}
		o := cloudformation.Options{Parameters: map[string]string{parameter: text}}
		n, ds := cloudformation.Read(fs, o)
		m, es := cloudformation.Read(fs, o)
		require.Equal(t, goldentest.Findings(ds), goldentest.Findings(es))
		require.Equal(t, goldentest.Dump(n), goldentest.Dump(m))
		cloudformation.Sniff(data)
		n.Validate()
		model.NewGraph(n)
	})
}
