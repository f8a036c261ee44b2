package describe_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// read reads one document and requires that it has no errors.
func read(t *testing.T, document string) (*model.Network, model.Diagnostics) {
	t.Helper()
	n, ds := describe.Read([]input.File{{Path: "a.json", Data: []byte(document)}})
	require.False(t, ds.HasErrors(), "%v", ds)
	return n, ds
}

func TestSniff(t *testing.T) {
	for document, want := range map[string]bool{
		`{"Vpcs": []}`: true,
		`{"Vpcs": [`:   true,
		"\ufeff{\"NextToken\": \"x\", \"Subnets\": []}": true,
		`{"status_code": 200, "data": {"Vpcs": []}}`:    true,
		`{"Entries": [{"Cidr": "10.0.0.0/8"}]}`:         true,
		`{"VpcId": "vpc-1", "EnableDnsSupport": {}}`:    true,
		`{"Rules": {"r": {}}, "Resources": {}}`:         false, // a CloudFormation template
		`{"format_version": "1.2", "values": {}}`:       false,
		`[{"VpcId": "vpc-1"}]`:                          false,
		`{"VpcId": "vpc-1"}`:                            false,
		`{`:                                             false,
		``:                                              false,
		`vpcs: {}`:                                      false,
	} {
		assert.Equal(t, want, describe.Sniff([]byte(document)), document)
	}
}

// The same network, however the file is encoded.
func TestEncodings(t *testing.T) {
	document := "{\n \"Vpcs\": [\n  {\"VpcId\": \"vpc-1\", \"CidrBlock\": \"10.0.0.0/16\"}\n ]\n}\n"
	units := utf16.Encode([]rune("\ufeff" + document))
	little, err := binary.Append(nil, binary.LittleEndian, units)
	require.NoError(t, err)
	big, err := binary.Append(nil, binary.BigEndian, units)
	require.NoError(t, err)
	for name, data := range map[string]string{"plain": document, "byte order mark": "\ufeff" + document,
		"CRLF": strings.ReplaceAll(document, "\n", "\r\n"), "UTF-16LE": string(little), "UTF-16BE": string(big), "trailing space": document + " \n\t"} {
		n, _ := read(t, data)
		require.Contains(t, n.VPCs, model.VPCID("vpc-1"), name)
		assert.Equal(t, model.Provenance{File: "a.json", Line: 3, Column: 3}, n.VPCs["vpc-1"].Provenance, name)
		assert.True(t, describe.Sniff([]byte(data)), name)
	}
}

func TestRouteTargets(t *testing.T) {
	for member, want := range map[string]model.Target{
		`"GatewayId": "local"`:                                         model.LocalTarget,
		`"GatewayId": "igw-1"`:                                         {Kind: model.KindInternetGateway, ID: "igw-1"},
		`"GatewayId": "vgw-1"`:                                         {Kind: model.KindVPNGateway, ID: "vgw-1"},
		`"GatewayId": "vpce-1"`:                                        {Kind: model.KindVPCEndpoint, ID: "vpce-1"},
		`"GatewayId": "lgw-1"`:                                         {Kind: model.KindLocalGateway, ID: "lgw-1"},
		`"NatGatewayId": "nat-1"`:                                      {Kind: model.KindNATGateway, ID: "nat-1"},
		`"InstanceId": "i-1"`:                                          {Kind: model.KindInstance, ID: "i-1"},
		`"InstanceId": "i-1", "NetworkInterfaceId": "eni-1"`:           {Kind: model.KindInterface, ID: "eni-1"},
		`"TransitGatewayId": "tgw-1"`:                                  {Kind: model.KindTransitGateway, ID: "tgw-1"},
		`"VpcPeeringConnectionId": "pcx-1"`:                            {Kind: model.KindVPCPeeringConnection, ID: "pcx-1"},
		`"EgressOnlyInternetGatewayId": "eigw-1"`:                      {Kind: model.KindEgressOnlyInternetGateway, ID: "eigw-1"},
		`"CoreNetworkArn": "arn:aws:networkmanager::1:core-network/c"`: {Kind: model.KindCoreNetwork, ID: "c"},
		`"CarrierGatewayId": "cagw-1"`:                                 {Kind: model.KindCarrierGateway, ID: "cagw-1"},
		`"LocalGatewayId": "lgw-1"`:                                    {Kind: model.KindLocalGateway, ID: "lgw-1"},
	} {
		n, _ := read(t, `{"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [
			{"DestinationCidrBlock": "10.0.0.0/8", "State": "active", "Origin": "CreateRoute", `+member+`}]}]}`)
		route := n.RouteTables["rtb-1"].Routes[0]
		assert.Nil(t, route.Unknown, member)
		assert.Equal(t, want, route.Target, member)
	}
}

// What of a route cannot be read leaves it unknown; a black hole stays one.
func TestUnknownRoutes(t *testing.T) {
	for route, unknown := range map[string]bool{
		`{"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "igw-1", "State": "active"}`:                                false,
		`{"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "igw-1"}`:                                                   true,
		`{"DestinationCidrBlock": "10.0.0.0/8", "State": "active"}`:                                                      true,
		`{"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "new-1", "State": "active"}`:                                true,
		`{"DestinationCidrBlock": "10.0.0.0/8", "State": "blackhole"}`:                                                   false,
		`{"GatewayId": "igw-1", "State": "active"}`:                                                                      true,
		`{"DestinationCidrBlock": "10.0.0.0/8", "DestinationPrefixListId": "pl-1", "GatewayId": "x", "State": "active"}`: true,
	} {
		n, _ := read(t, `{"RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [`+route+`]}]}`)
		assert.Equal(t, unknown, n.RouteTables["rtb-1"].Routes[0].Unknown != nil, route)
	}
}

func TestRuleTraffic(t *testing.T) {
	tcp := func(from, to uint16) model.Traffic {
		return model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: from, To: to}, ICMP: model.AnyICMP}
	}
	icmp := func(p model.Protocol, typ, code int16) model.Traffic {
		return model.Traffic{Protocol: p, Ports: model.AllPorts, ICMP: model.ICMPTypeCode{Type: typ, Code: code}}
	}
	for permission, want := range map[string]model.Traffic{
		`"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443`:   tcp(443, 443),
		`"IpProtocol": 6, "FromPort": "443", "ToPort": "444"`:   tcp(443, 444),
		`"IpProtocol": "TCP", "FromPort": 0, "ToPort": 0`:       tcp(0, 0),
		`"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535.0`: tcp(0, 65535),
		`"IpProtocol": "-1", "FromPort": 22, "ToPort": 22`:      model.AllTraffic,
		`"IpProtocol": -1`: model.AllTraffic,
		`"IpProtocol": "icmp", "FromPort": 8, "ToPort": 0`:   icmp(model.ICMP, 8, 0),
		`"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1`: icmp(model.ICMP, -1, -1),
		`"IpProtocol": "icmp", "FromPort": 3, "ToPort": -1`:  icmp(model.ICMP, 3, -1),
		`"IpProtocol": "58"`:                             icmp(model.ICMPv6, -1, -1),
		`"IpProtocol": "47", "FromPort": 1, "ToPort": 1`: {Protocol: 47, Ports: model.AllPorts, ICMP: model.AnyICMP},
	} {
		n, _ := read(t, `{"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissionsEgress": [],
			"IpPermissions": [{"IpRanges": [{"CidrIp": "10.0.0.0/8"}], `+permission+`}]}]}`)
		rule := n.SecurityGroups["sg-1"].Rules[0]
		assert.Nil(t, rule.Unknown, permission)
		assert.Equal(t, want, rule.Traffic, permission)
	}
	for _, permission := range []string{`"IpProtocol": "tcp"`, `"IpProtocol": "udp", "FromPort": 53`, `"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1`, `"IpProtocol": "icmp"`} {
		n, ds := read(t, `{"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissionsEgress": [],
			"IpPermissions": [{"IpRanges": [{"CidrIp": "10.0.0.0/8"}], `+permission+`}]}]}`)
		assert.NotNil(t, n.SecurityGroups["sg-1"].Rules[0].Unknown, permission)
		assert.Contains(t, goldentest.Findings(ds), "SG-8", permission)
	}
}

func TestSpellings(t *testing.T) {
	for _, spelling := range []string{"::/0", "0::/0", "0:0:0:0:0:0:0:0/0", " ::/0 "} {
		n, _ := read(t, `{"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissionsEgress": [],
			"IpPermissions": [{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "`+spelling+`"}]}]}]}`)
		assert.Equal(t, netip.MustParsePrefix("::/0"), n.SecurityGroups["sg-1"].Rules[0].Peer.Prefix, spelling)
	}
	for spelling, disabled := range map[string]bool{`true`: false, `false`: true, `"False"`: true, `"true"`: false, `null`: false} {
		n, _ := read(t, `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "SourceDestCheck": `+spelling+`}]}`)
		assert.Equal(t, disabled, n.Interfaces["eni-1"].SourceDestCheckDisabled, spelling)
	}
}

// A kind is missing for the VPCs of an account and Region that no file gives it
// for, and only for those.
func TestMissingByAccountAndRegion(t *testing.T) {
	file := func(path, document string) input.File {
		dirs := strings.Split(path, "/")
		return input.File{Path: path, Dirs: dirs[:len(dirs)-1], Data: []byte(document)}
	}
	vpc := func(id, owner string) string {
		return fmt.Sprintf(`{"Vpcs": [{"VpcId": %q, "OwnerId": %q, "CidrBlock": "10.0.0.0/16"}]}`, id, owner)
	}
	acl := func(id, vpc string) string {
		return fmt.Sprintf(`{"NetworkAcls": [{"NetworkAclId": %q, "VpcId": %q, "Entries": []}]}`, id, vpc)
	}
	n, ds := describe.Read([]input.File{
		file("111111111111/us-east-1/vpcs.json", vpc("vpc-a", "111111111111")),
		file("111111111111/us-east-1/acls.json", acl("acl-a", "vpc-a")),
		file("111111111111/eu-west-1/vpcs.json", vpc("vpc-b", "111111111111")),
		file("222222222222/us-east-1/vpcs.json", vpc("vpc-c", "222222222222")),
		file("222222222222/us-east-1/acls.json", `{"NetworkAcls": []}`),
	})
	require.False(t, ds.HasErrors(), "%v", ds)
	assert.Nil(t, n.VPCs["vpc-a"].Missing[model.KindNetworkACL])
	assert.NotNil(t, n.VPCs["vpc-b"].Missing[model.KindNetworkACL])
	assert.NotNil(t, n.VPCs["vpc-c"].Missing[model.KindNetworkACL], "every VPC has one: a list without any is not whole")
	assert.Contains(t, goldentest.Findings(ds), "the snapshot has no NetworkAcls of 111111111111 eu-west-1")
	assert.Equal(t, model.Region("eu-west-1"), n.VPCs["vpc-b"].Region)
}

func TestLaterOfTwoWins(t *testing.T) {
	vpc := func(cidr string) []byte { return []byte(`{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "` + cidr + `"}]}`) }
	n, ds := describe.Read([]input.File{{Path: "b.json", Data: vpc("10.2.0.0/16")}, {Path: "a.json", Data: vpc("10.1.0.0/16")}})
	assert.Equal(t, "10.2.0.0/16", n.VPCs["vpc-1"].PrimaryCIDR().String())
	assert.Contains(t, goldentest.Findings(ds), "b.json:1:11: warning: vpc-1 is given twice, differently; this one is used\n    The other is at a.json:1:11.")

	_, ds = describe.Read([]input.File{{Path: "b.json", Data: vpc("10.1.0.0/16")}, {Path: "a.json", Data: append([]byte("\n\n"), vpc("10.1.0.0/16")...)}})
	assert.NotContains(t, goldentest.Findings(ds), "twice", "they say the same, in other places")

	// An account's own word on its VPC beats what a participant sees of it.
	n, ds = describe.Read([]input.File{
		{Path: "1/v.json", Dirs: []string{"111111111111"}, Data: []byte(`{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111111111111", "Tags": [{"Key": "Name", "Value": "shared"}]}]}`)},
		{Path: "2/v.json", Dirs: []string{"222222222222"}, Data: []byte(`{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111111111111"}]}`)},
	})
	assert.Equal(t, "shared", n.VPCs["vpc-1"].Name)
	assert.NotContains(t, goldentest.Findings(ds), "twice")
}

func TestGroupRulesThatDiffer(t *testing.T) {
	n, ds := read(t, `{"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": []}],
		"SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": false, "IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0"}]}`)
	assert.Empty(t, n.SecurityGroups["sg-1"].Rules)
	assert.Contains(t, goldentest.Findings(ds), "sgr-1")
}

func TestClassic(t *testing.T) {
	n, ds := read(t, `{"Instances": [{"InstanceId": "i-1"}], "SecurityGroups": [{"GroupId": "sg-1"}]}`)
	assert.Empty(t, n.Instances)
	assert.Empty(t, n.SecurityGroups)
	assert.Equal(t, 2, strings.Count(goldentest.Findings(ds), "CLS-1"))
	_, ds = read(t, `{"Instances": []}`)
	assert.Empty(t, ds)
}

// Input that nobody prints ends in findings, soon and few of them.
func TestHostileInput(t *testing.T) {
	for name, data := range map[string]string{
		"deep":            `{"Vpcs": ` + strings.Repeat("[", 100000),
		"deep in a field": `{"Vpcs": [{"Tags": ` + strings.Repeat(`{"a":`, 100000),
		"many errors":     `{"Vpcs": [` + strings.Repeat("1,", 200000) + `1]}`,
		"zeros":           string(make([]byte, 1<<20)),
		"blank":           strings.Repeat(" \n", 1<<20),
		"a long word":     `{"Vpcs": [{"CidrBlock": "` + strings.Repeat("x", 1<<20) + `"}]}`,
		"a comma":         `{"Vpcs": []},`,
		"not UTF-8":       "{\"Vpcs\": [{\"CidrBlock\": \"\xff\xfe\"}]}",
		"half UTF-16":     "\xff\xfe{",
	} {
		_, ds := describe.Read([]input.File{{Path: "x.json", Data: []byte(data)}})
		assert.True(t, ds.HasErrors(), name)
		assert.Less(t, len(ds), 300, name)
		for _, d := range ds {
			assert.Less(t, len(d.Error()), 1000, name)
		}
	}
}

// Findings without end are counted, not listed.
func TestFindingsAreFew(t *testing.T) {
	var keys, vpcs strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&keys, `, "key%d": 1`, i)
		fmt.Fprintf(&vpcs, `, {"VpcId": "vpc-1", "CidrBlock": "10.0.%d.0/24"}`, i%256)
	}
	_, ds := read(t, `{"Vpcs": []`+keys.String()+`}`)
	assert.Len(t, ds, 200)
	_, ds = read(t, `{"Vpcs": [{"VpcId": "vpc-1"}`+vpcs.String()+`]}`)
	assert.Len(t, ds, 201)
	assert.Contains(t, goldentest.Findings(ds), "more findings are not listed")
}

// The order in which files are given does not matter, nor that one is given
// twice (but for the count of what has no ID here).
func TestOrderDoesNotMatter(t *testing.T) {
	var folders [][]input.File
	for _, name := range []string{"three-tier", "peering", "transit-gateway", "hybrid", "client-vpn", "load-balancers", "endpoint-services", "firewall", "cloud-wan", "lattice", "accelerator"} {
		folders = append(folders, folder(t, "testdata/ok/"+name))
	}
	text := func(files []input.File) string {
		n, ds := describe.Read(files)
		n.Unmodelled = nil
		return goldentest.Dump(n) + goldentest.Findings(ds)
	}
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SampledFrom(folders).Draw(t, "folder")
		want := text(whole)
		files := append(slices.Clone(whole), rapid.SliceOf(rapid.SampledFrom(whole)).Draw(t, "given twice")...)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		if got := text(files); got != want {
			t.Fatalf("another order, another network:\n%s", got)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, root := range []string{"testdata/ok", "testdata/err"} {
		for _, file := range folder(f, root) {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		files := []input.File{{Path: "x.json", Data: data}, {Path: "111111111111/us-east-1/pl-1.json", Dirs: []string{"111111111111", "us-east-1"}, Data: bytes.ToLower(data)}}
		for _, path := range []string{"search-transit-gateway-routes/tgw-rtb-1.json", "describe-target-health/web.json", "list-targets/tg-1.json"} {
			files = append(files, input.File{Path: path, Dirs: []string{path[:strings.IndexByte(path, '/')]}, Data: data})
		}
		n, ds := describe.Read(files)
		describe.Sniff(data)
		slices.Reverse(files)
		again, ds2 := describe.Read(files)
		if a, b := goldentest.Dump(n)+goldentest.Findings(ds), goldentest.Dump(again)+goldentest.Findings(ds2); a != b {
			t.Fatalf("the order of files matters:\n%s\n%s", a, b)
		}
	})
}

func TestResourcePolicies(t *testing.T) {
	const doc = `{"Policy": "{\"Statement\": []}"}`
	n, diags := describe.Read([]input.File{
		{Path: "dump/111122223333/eu-west-1/get-bucket-policy/logs.json", Data: []byte(doc), Dirs: []string{"111122223333", "eu-west-1", "get-bucket-policy"}},
		{Path: "dump/secret.json", Data: []byte(`{"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db", "ResourcePolicy": "{}"}`)},
		{Path: "dump/stray.json", Data: []byte(doc)},
	})
	require.Len(t, n.ResourcePolicies, 2)
	assert.Equal(t, `{"Statement": []}`, n.ResourcePolicies["arn:aws:s3:::logs"].Policy)
	assert.Equal(t, "{}", n.ResourcePolicies["arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"].Policy)
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0].Error(), "dump/stray.json:1:12: warning: the policy of a resource that is not named")
}
