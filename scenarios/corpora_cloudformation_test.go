package scenarios

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// templateCorpora is where the collection of real templates lies, beside the
// repository.
const templateCorpora = "../../shared/corpora"

// templateQuestion is a question of the collection, as it is put here.
type templateQuestion struct {
	model.Question
	files []string // of the item; all where none is named
	// extra is a resource that the question supposes, in YAML.
	extra string
	want  model.Verdict
	code  sim.Code // one of the reasons, where that matters
	// unasked says why the question is not asked.
	unasked string
}

func tcp(from, to string, port uint16) model.Question {
	return model.Question{From: from, To: to, Protocol: model.TCP, Ports: model.PortRange{From: port, To: port}}
}

func udp(from, to string, port uint16) model.Question {
	q := tcp(from, to, port)
	q.Protocol = model.UDP
	return q
}

func over6(q model.Question) model.Question {
	q.Family = model.IPv6
	return q
}

var templateQuestions = map[string]templateQuestion{
	"anfw-distributed-1az-single-1": {Question: tcp("internet", "TestInstance", 22), want: model.Blocked, code: sim.ENISGRulesMismatch},
	"anfw-distributed-1az-single-2": {Question: tcp("TestInstance", "internet", 443), want: model.Reachable},
	"anfw-distributed-1az-single-3": {Question: tcp("TestInstance", "SSMEndpoint", 443), want: model.Reachable},
	"anfw-multi-endpoint-1":         {Question: tcp("internet", "NetworkLoadBalancer", 80), want: model.Reachable},
	"anfw-multi-endpoint-2":         {Question: tcp("PrivateInstance1", "203.0.113.9", 443), want: model.Reachable},
	"anfw-multi-endpoint-3":         {Question: tcp("internet", "PrivateInstance1", 80), want: model.Blocked},
	"anfw-multi-endpoint-4":         {Question: tcp("PrivateInstance1", "SSMEndpoint", 443), want: model.Reachable},

	// The collection asks for the way up to the listener, which is open. A balancer is
	// its whole chain here, and services register their tasks at run time.
	"aws-ecs-fargate-private-1": {Question: tcp("internet", "PublicLoadBalancer", 80), want: model.Indeterminate, code: sim.UnknownResource},
	"aws-ecs-fargate-private-2": {Question: tcp("internet", "PublicLoadBalancer", 443), want: model.Blocked, code: sim.ELBv2ListenersMismatch},
	"aws-ecs-fargate-private-3": {extra: member("Task", "PrivateSubnetOne", "FargateContainerSecurityGroup"), Question: tcp("PublicLoadBalancer", "Task", 8080), want: model.Reachable},
	"aws-ecs-fargate-private-4": {extra: member("Host", "PublicSubnetOne", ""), Question: tcp("Host", "PrivateLoadBalancer", 80), want: model.Blocked, code: sim.ENISGRulesMismatch},
	"aws-ecs-fargate-private-5": {extra: member("Task", "PrivateSubnetOne", "FargateContainerSecurityGroup"), Question: tcp("Task", "service:dynamodb", 443), want: model.Reachable},

	"aws-vpc-nat-nacl-1": {files: []string{"VPC_With_Managed_NAT_And_Private_Subnet.yaml"}, Question: tcp("subnet:PrivateSubnet0", "internet", 443), want: model.Reachable},
	"aws-vpc-nat-nacl-2": {files: []string{"VPC_With_Managed_NAT_And_Private_Subnet.json"}, extra: member("Resolver", "PublicSubnet0", "DNS") + `
  DNS:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      VpcId: !Ref VPC
      SecurityGroupIngress: [{IpProtocol: udp, FromPort: 53, ToPort: 53, CidrIp: 0.0.0.0/0}]
`, Question: udp("internet", "Resolver", 53), want: model.Reachable},
	"aws-vpc-nat-nacl-3": {files: []string{"VPC_With_Managed_NAT_And_Private_Subnet.yaml"}, Question: tcp("internet", "subnet:PrivateSubnet1", 22), want: model.Blocked},

	"cfn-nag-ipv6-sg-1": {files: []string{"ip6_security_groups_open_to_world.yml"}, extra: member6("One", "InstanceSecurityGroup") + member6("Two", "InstanceSecurityGroup2") + member6("Three", "InstanceSecurityGroup3") + gateway6,
		Question: over6(tcp("2001:db8::1", "tag:Name=member", 22)), want: model.Reachable},
	"cfn-nag-ipv6-sg-2": {files: []string{"ip6_security_groups_open_to_world.json"}, extra: member6("Four", "InstanceSecurityGroup4") + gateway6,
		Question: over6(tcp("2001:db8::1", "Four", 22)), want: model.Reachable},
	"cfn-nag-ipv6-sg-3": {files: []string{"ip6_security_groups_open_to_world.yml"}, extra: member6("One", "InstanceSecurityGroup") + fixed("Neighbour", "10.0.0.9"),
		Question: tcp("10.0.0.9", "One", 22), want: model.Blocked, code: sim.ENISGRulesMismatch},
	"cfn-nag-ipv6-sg-4": {files: []string{"ip6_security_group_egress_open_to_world.yml"}, extra: member6("One", "InstanceSecurityGroup") + fixed("Neighbour", "10.0.0.9"),
		Question: tcp("One", "10.0.0.9", 22), want: model.Blocked, code: sim.ENISGRulesMismatch},
	"cfn-nag-ipv6-sg-5": {unasked: "a warning, which TestTemplateCorporaWarn looks for"},

	"ecs-refarch-nested-1": {Question: tcp("internet", "ALB/LoadBalancer", 80), want: model.Indeterminate, code: sim.UnknownResource}, // up to the targets
	"ecs-refarch-nested-2": {Question: tcp("LoadBalancer", "ECSAutoScalingGroup", 32768), want: model.Reachable},
	"ecs-refarch-nested-3": {Question: tcp("ECS/ECSAutoScalingGroup", "internet", 443), want: model.Reachable},
	"ecs-refarch-nested-4": {Question: tcp("internet", "ECSAutoScalingGroup", 80), want: model.Blocked},

	"regula-nacl-22-1": {files: []string{"nacl_ingress_22_infra.yaml"}, extra: publicServer(), Question: tcp("internet", "Server", 22), want: model.Blocked, code: sim.SubnetACLRestriction},
	"regula-nacl-22-2": {files: []string{"nacl_ingress_22_infra.yaml"}, extra: publicServer(), Question: oneWay(tcp("internet", "Server", 23)), want: model.Reachable},
	"regula-nacl-22-3": {files: []string{"ingress_22_infra.yaml"}, extra: ruled, Question: tcp("internet", "Server", 22), want: model.Reachable},

	"widdix-vpc-2azs-1": {extra: open6, Question: tcp("Host", "203.0.113.5", 443), want: model.Blocked, code: sim.NoRouteToDestination},
	"widdix-vpc-2azs-2": {extra: open6, Question: over6(tcp("Host", "internet", 443)), want: model.Reachable},
	"widdix-vpc-2azs-3": {extra: open6, Question: over6(tcp("internet", "Host", 443)), want: model.Blocked, code: sim.EIGWInbound},
	"widdix-vpc-2azs-4": {Question: udp("subnet:SubnetAPublic", "subnet:SubnetBPrivate", 514), want: model.Reachable},

	"albfar-existing-private-http-1": {Question: tcp("testalb9AFCD824", "testserviceService2730C249", 8080), want: model.Reachable},
	"albfar-existing-private-http-2": {Question: tcp("testalb9AFCD824", "internet", 443), want: model.Blocked, code: sim.ENISGRulesMismatch},
	"albfar-existing-private-http-3": {extra: fixedIn("Other", "172.168.10.5", "VpcPublicSubnet1Subnet5C2D37C4"), Question: tcp("172.168.10.5", "testserviceService2730C249", 8080), want: model.Blocked, code: sim.ENISGRulesMismatch},
	"albfar-existing-private-http-4": {Question: tcp("testserviceService2730C249", "VpcECRAPI9A3B6A2B", 443), want: model.Reachable},

	"cdkex-application-load-balancer-1": {Question: tcp("LB8A12904C", "ASG46ED3070", 80), want: model.Reachable},
	"cdkex-application-load-balancer-2": {Question: tcp("ASG46ED3070", "internet", 443), want: model.Reachable},
	"cdkex-application-load-balancer-3": {Question: tcp("internet", "ASG46ED3070", 80), want: model.Blocked},

	"farfhs-noarguments-1": {Question: tcp("testconstructserviceService13074A8F", "service:s3", 443), want: model.Reachable},
	"farfhs-noarguments-2": {Question: tcp("testconstructserviceService13074A8F", "VpcKINESISFIREHOSE4115B5D1", 443), want: model.Reachable},
	"farfhs-noarguments-3": {Question: tcp("testconstructserviceService13074A8F", "service:dynamodb", 443), want: model.Reachable},
	"farfhs-noarguments-4": {Question: tcp("internet", "testconstructserviceService13074A8F", 443), want: model.Blocked},
}

func oneWay(q model.Question) model.Question {
	q.OneWay = true
	return q
}

// member is an instance that a question supposes.
func member(name, subnet, group string) string {
	s := "\n  " + name + ":\n    Type: AWS::EC2::Instance\n    Properties:\n      SubnetId: !Ref " + subnet + "\n"
	if group != "" {
		s += "      SecurityGroupIds: [!Ref " + group + "]\n"
	}
	return s
}

func member6(name, group string) string {
	return member(name, "Subnet", group) + "      Ipv6AddressCount: 1\n      Tags: [{Key: Name, Value: member}]\n"
}

func fixed(name, address string) string { return fixedIn(name, address, "Subnet") }

func fixedIn(name, address, subnet string) string {
	return member(name, subnet, "") + "      PrivateIpAddress: " + address + "\n"
}

const gateway6 = `
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref VPC, InternetGatewayId: !Ref Gateway}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref RouteTable, DestinationIpv6CidrBlock: "::/0", GatewayId: !Ref Gateway}}
`

// publicServer is a public instance on ValidVpc02Nacl.
func publicServer() string {
	return publicSubnet("ValidVpc02") + `
  Association: {Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: {SubnetId: !Ref Sub, NetworkAclId: !Ref ValidVpc02Nacl}}
  All: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x, VpcId: !Ref ValidVpc02, SecurityGroupIngress: {IpProtocol: -1, CidrIp: 0.0.0.0/0}}}
` + member("Server", "Sub", "All")
}

func publicSubnet(vpc string) string {
	return `
  Sub: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref ` + vpc + `, CidrBlock: 10.0.0.0/24, MapPublicIpOnLaunch: true}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref ` + vpc + `, InternetGatewayId: !Ref Gateway}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref ` + vpc + `}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  TableAssociation: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Sub, RouteTableId: !Ref Table}}
`
}

var ruled = publicSubnet("Vpc01") + member("Server", "Sub", "ValidSecurityGroup02")

const open6 = `
  AllowAll: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x, VpcId: !Ref VPC, SecurityGroupIngress: [{IpProtocol: -1, CidrIp: 0.0.0.0/0}, {IpProtocol: -1, CidrIpv6: "::/0"}]}}
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref SubnetAPrivate, SecurityGroupIds: [!Ref AllowAll], Ipv6AddressCount: 1}}
`

// templateItem reads the templates of an item. What a question supposes is put
// into the template itself, since only there are its names.
func templateItem(t *testing.T, dir string, q templateQuestion) []input.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	var files []input.File
	for _, path := range paths {
		name := filepath.Base(path)
		if name == "SOURCE.json" || name == "questions.json" || len(q.files) > 0 && !slices.Contains(q.files, name) {
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, cloudformation.Sniff(data), path)
		if q.extra != "" {
			data = withResources(t, data, q.extra)
		}
		files = append(files, input.File{Path: path, Data: data})
	}
	require.NotEmpty(t, files)
	return files
}

// withResources adds resources to a template: to YAML as text, to JSON by way of
// YAML's flow style.
func withResources(t *testing.T, data []byte, extra string) []byte {
	t.Helper()
	text := string(data)
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		var sections map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(data, &sections))
		var resources map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(sections["Resources"], &resources))
		text = ""
		for name, section := range sections {
			if name != "Resources" {
				text += name + ": " + string(section) + "\n"
			}
		}
		text += "Resources:"
		for name, resource := range resources {
			text += "\n  " + name + ": " + strings.ReplaceAll(string(resource), "\n", "\n    ")
		}
		return []byte(strings.ReplaceAll(text, "\t", " ") + extra)
	}
	at := strings.Index(text, "\nResources:")
	require.GreaterOrEqual(t, at, 0)
	end := at + len("\nResources:")
	return []byte(text[:end] + extra + text[end:])
}

func TestTemplateCorporaQuestions(t *testing.T) {
	if _, err := os.Stat(templateCorpora); err != nil {
		t.Skip("the collection of real templates is not beside the repository: ", err)
	}
	dirs, err := filepath.Glob(filepath.Join(templateCorpora, "c[dl]*", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	asked := map[string]bool{}
	for _, dir := range dirs {
		data, err := os.ReadFile(filepath.Join(dir, "questions.json"))
		require.NoError(t, err)
		var questions []struct {
			ID string `json:"id"`
		}
		require.NoError(t, json.Unmarshal(data, &questions))
		for _, x := range questions {
			asked[x.ID] = true
			t.Run(x.ID, func(t *testing.T) {
				q, ok := templateQuestions[x.ID]
				require.True(t, ok, "the question is not put")
				n, ds := cloudformation.Read(templateItem(t, dir, q), cloudformation.Options{})
				require.False(t, ds.HasErrors(), "%v", ds)
				if q.unasked != "" {
					t.Log("not asked: " + q.unasked)
					return
				}
				a, err := sim.Compile(n).Ask(q.Question)
				require.NoError(t, err)
				require.Equal(t, q.want.String(), a.Verdict.String(), "%+v", a.Explanations)
				if q.code != "" {
					require.True(t, slices.ContainsFunc(a.Explanations, func(e sim.Explanation) bool { return e.Code == q.code }), "%+v", a.Explanations)
				}
			})
		}
	}
	for id := range templateQuestions {
		require.True(t, asked[id], "%s is in no item", id)
	}
}

func TestTemplateCorporaWarn(t *testing.T) {
	dir := filepath.Join(templateCorpora, "cloudformation", "cfn-nag-ipv6-sg")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the collection of real templates is not beside the repository: ", err)
	}
	_, ds := cloudformation.Read(templateItem(t, dir, templateQuestion{}), cloudformation.Options{})
	require.True(t, slices.ContainsFunc(ds, func(d model.Diagnostic) bool {
		return d.Severity == model.Warning && strings.Contains(d.Summary, "belongs to sg-12341234, which no template has")
	}), "%v", ds)
}

// TestTemplateUnknowns: what a template leaves open makes those verdicts
// indeterminate that hang on it, and no others, and is named.
func TestTemplateUnknowns(t *testing.T) {
	const template = `
Parameters:
  Partner: {Type: String}
  Stage: {Type: String}
  AdminGroup: {Type: "AWS::EC2::SecurityGroup::Id"}
  Port: {Type: "AWS::SSM::Parameter::Value<String>", Default: /port}
Conditions: {Prod: !Equals [!Ref Stage, prod]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Sub: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, MapPublicIpOnLaunch: true}}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attachment: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Out: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}}
  Far: {Type: AWS::EC2::Route, Condition: Prod, Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 198.51.100.0/24, NatGatewayId: nat-0123}}
  TableAssociation: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Sub, RouteTableId: !Ref Table}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref Partner}
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, SourceSecurityGroupId: !Ref AdminGroup}
        - !If [Prod, {IpProtocol: tcp, FromPort: 25, ToPort: 25, CidrIp: 0.0.0.0/0}, !Ref "AWS::NoValue"]
        - {IpProtocol: udp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 203.0.113.0/24}
  Server: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Sub, SecurityGroupIds: [!Ref Group]}}
  Peer: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Sub, SecurityGroupIds: [!Ref Group]}}
  Admin: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Sub, SecurityGroupIds: [!Ref AdminGroup]}}
`
	n, ds := cloudformation.Read([]input.File{{Path: "open.yaml", Data: []byte(template)}}, cloudformation.Options{})
	require.False(t, ds.HasErrors(), "%v", ds)
	e := sim.Compile(n)
	for _, x := range []struct {
		model.Question
		want model.Verdict
		gap  string // what one of the unknowns says
	}{
		{tcp("203.0.113.9", "Server", 80), model.Reachable, ""},
		{tcp("203.0.113.9", "Server", 443), model.Indeterminate, "Group SecurityGroupIngress CidrIp: the parameter Partner has no value"},
		{tcp("203.0.113.9", "Server", 25), model.Indeterminate, "the condition Prod is not decided"},
		{tcp("203.0.113.9", "Server", 8080), model.Blocked, ""},
		{tcp("Admin", "Server", 22), model.Indeterminate, "SourceSecurityGroupId: the parameter AdminGroup has no value"},
		{tcp("Admin", "Server", 8080), model.Blocked, ""},
		{udp("203.0.113.9", "Server", 53), model.Indeterminate, "the parameter Port is read from the SSM parameter /port"},
		{udp("192.0.2.9", "Server", 53), model.Blocked, ""},
		{tcp("Server", "192.0.2.9", 443), model.Reachable, ""},
		{tcp("Server", "198.51.100.9", 443), model.Indeterminate, "the condition Prod is not decided"},
		{tcp("Admin", "192.0.2.9", 443), model.Indeterminate, "the parameter AdminGroup has no value"},
	} {
		a, err := e.Ask(x.Question)
		require.NoError(t, err)
		require.Equal(t, x.want.String(), a.Verdict.String(), "%v %+v", x.Question, a.Explanations)
		if x.gap != "" {
			require.True(t, slices.ContainsFunc(a.Unknowns, func(u model.Unknown) bool {
				return strings.Contains(u.String(), x.gap) && u.Provenance.File == "open.yaml" && u.Provenance.Line > 0
			}), "%v %v", x.Question, a.Unknowns)
		}
	}
	n, _ = cloudformation.Read([]input.File{{Path: "open.yaml", Data: []byte(template)}},
		cloudformation.Options{Parameters: map[string]string{"Partner": "203.0.113.0/24", "Stage": "test"}})
	a, err := sim.Compile(n).Ask(tcp("203.0.113.9", "Server", 443))
	require.NoError(t, err)
	require.Equal(t, model.Reachable, a.Verdict)
	a, err = sim.Compile(n).Ask(tcp("203.0.113.9", "Server", 25))
	require.NoError(t, err)
	require.Equal(t, model.Blocked, a.Verdict)
}

// A Region that is not given decides nothing about the endpoint of a service: it is
// the stack's own, whichever that is.
func TestTemplateServiceOfItsRegion(t *testing.T) {
	const template = `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  Sub: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Association: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Sub, RouteTableId: !Ref Table}}
  S3: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [!Ref Table]}}
  Ssm: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, PrivateDnsEnabled: true, ServiceName: !Sub "com.amazonaws.${AWS::Region}.ssm", SubnetIds: [!Ref Sub]}}
  Server: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Sub}}
`
	for _, parameters := range []map[string]string{nil, {"AWS::Region": "eu-west-1"}} {
		n, ds := cloudformation.Read([]input.File{{Path: "isolated.yaml", Data: []byte(template)}}, cloudformation.Options{Parameters: parameters})
		require.False(t, ds.HasErrors(), "%v", ds)
		e := sim.Compile(n)
		for service, want := range map[string]model.Verdict{"service:s3": model.Reachable, "service:ssm": model.Reachable, "service:dynamodb": model.Blocked} {
			a, err := e.Ask(tcp("Server", service, 443))
			require.NoError(t, err)
			require.Equal(t, want.String(), a.Verdict.String(), "%s %v %+v", service, parameters, a.Explanations)
		}
	}
}
