package loader

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// Two accounts share a transit gateway and a peering connection. The first owns
// both; each tells its own tags and its own side of the peering.
const (
	ownersDump = `{
  "Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111111111111", "CidrBlock": "10.1.0.0/16"}],
  "Subnets": [{"SubnetId": "subnet-1", "OwnerId": "111111111111", "VpcId": "vpc-1", "CidrBlock": "10.1.0.0/24", "AvailabilityZone": "us-east-1a"}],
  "RouteTables": [{"RouteTableId": "rtb-1", "OwnerId": "111111111111", "VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": []}],
  "NetworkAcls": [{"NetworkAclId": "acl-1", "OwnerId": "111111111111", "VpcId": "vpc-1", "IsDefault": true, "Entries": [], "Associations": []}],
  "SecurityGroups": [], "NetworkInterfaces": [], "Reservations": [], "InternetGateways": [], "NatGateways": [], "PrefixLists": [],
  "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}, "Tags": [{"Key": "Name", "Value": "link"}],
    "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": "111111111111", "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": false}},
    "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": "222222222222"}}],
  "TransitGateways": [{"TransitGatewayId": "tgw-1", "OwnerId": "111111111111", "State": "available", "Tags": [{"Key": "Name", "Value": "hub"}]}],
  "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-2", "TransitGatewayId": "tgw-1", "ResourceType": "vpc", "ResourceId": "vpc-2",
    "ResourceOwnerId": "222222222222", "State": "available", "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}}],
  "TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}],
  "TransitGatewayPropagations": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayRouteTablePropagations": [{"TransitGatewayAttachmentId": "tgw-attach-2", "State": "enabled"}]}],
  "TransitGatewayStaticRoutes": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "Routes": []}]
}`
	participantsDump = `{
  "Vpcs": [{"VpcId": "vpc-2", "OwnerId": "222222222222", "CidrBlock": "10.2.0.0/16"}],
  "Subnets": [{"SubnetId": "subnet-2", "OwnerId": "222222222222", "VpcId": "vpc-2", "CidrBlock": "10.2.0.0/24", "AvailabilityZone": "us-east-1a"}],
  "RouteTables": [{"RouteTableId": "rtb-2", "OwnerId": "222222222222", "VpcId": "vpc-2", "Associations": [{"Main": true}], "Routes": []}],
  "NetworkAcls": [{"NetworkAclId": "acl-2", "OwnerId": "222222222222", "VpcId": "vpc-2", "IsDefault": true, "Entries": [], "Associations": []}],
  "SecurityGroups": [], "NetworkInterfaces": [], "Reservations": [], "InternetGateways": [], "NatGateways": [], "PrefixLists": [],
  "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}, "Tags": [],
    "RequesterVpcInfo": {"VpcId": "vpc-1", "OwnerId": "111111111111", "CidrBlockSet": [{"CidrBlock": "10.1.0.0/16"}]},
    "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": "222222222222", "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": true}}}],
  "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-2", "TransitGatewayId": "tgw-1", "ResourceType": "vpc", "ResourceId": "vpc-2",
    "ResourceOwnerId": "222222222222", "State": "available", "Tags": [{"Key": "Name", "Value": "mine"}]}],
  "TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-2", "TransitGatewayId": "tgw-1", "VpcId": "vpc-2", "VpcOwnerId": "222222222222",
    "State": "available", "SubnetIds": ["subnet-2"], "Options": {"ApplianceModeSupport": "enable"}, "Tags": [{"Key": "Name", "Value": "mine"}]}]
}`
	between = "prefix_lists: {corp: [192.0.2.0/24]}\n"
)

// What two accounts share is joined, without a warning, in whatever order their
// dumps are given and whether they are read as one snapshot or not.
func TestMergeViews(t *testing.T) {
	for name, inputs := range map[string][]string{
		"owner first":       {ownersDump, participantsDump},
		"participant first": {participantsDump, ownersDump},
		"apart":             {ownersDump, between, participantsDump},
		"apart, turned":     {participantsDump, between, ownersDump},
	} {
		t.Run(name, func(t *testing.T) {
			n, ds := Load(written(t, inputs...), nil)
			assert.False(t, slices.ContainsFunc(ds, func(d model.Diagnostic) bool { return d.Severity < model.Note }), "%v", ds)
			p := n.VPCPeeringConnections["pcx-1"]
			require.NotNil(t, p)
			assert.Equal(t, "link", p.Name, "the owner's tags")
			assert.True(t, p.Active)
			assert.False(t, p.Requester.AllowDNSResolution)
			assert.True(t, p.Accepter.AllowDNSResolution, "each side tells its own")
			assert.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, p.Requester.CIDRs, "what the owner leaves out")
			a := n.TransitGatewayAttachments["tgw-attach-2"]
			require.NotNil(t, a)
			assert.Nil(t, a.OptionsUnknown)
			assert.True(t, a.ApplianceMode)
			assert.Equal(t, []model.SubnetID{"subnet-2"}, a.Subnets)
			assert.Equal(t, "mine", a.Name)
			require.NotNil(t, n.TransitGateways["tgw-1"])
			table := n.TransitGatewayRouteTables["tgw-rtb-1"]
			require.NotNil(t, table)
			assert.Nil(t, table.RoutesUnknown)
			assert.Equal(t, []model.TransitGatewayAttachmentID{"tgw-attach-2"}, table.Associations)
			assert.Equal(t, []model.TransitGatewayAttachmentID{"tgw-attach-2"}, table.Propagations)
		})
	}
}

// One account's later word on what it owns replaces its earlier one, whole and with
// a warning: what is gone stays gone.
func TestMergeLaterDump(t *testing.T) {
	later := strings.Replace(ownersDump, `[{"Key": "Name", "Value": "hub"}]`, "[]", 1)
	n, ds := Load(written(t, ownersDump, later), nil)
	assert.Empty(t, n.TransitGateways["tgw-1"].Name)
	assert.True(t, slices.ContainsFunc(ds, func(d model.Diagnostic) bool {
		return d.Summary == "two inputs differ on the transit-gateway tgw-1; this one counts"
	}), "%v", ds)
}

// A snapshot that changes what another one has is the later one, not a part of it.
func TestSnapshotsApart(t *testing.T) {
	balancer := func(scheme string) string {
		return `{"LoadBalancers": [{"LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/n/1", "LoadBalancerName": "n", "Type": "network", "Scheme": "` + scheme + `"}]}`
	}
	n, ds := Load(written(t, balancer("internal"), balancer("internet-facing")), nil)
	assert.False(t, n.LoadBalancers["net/n/1"].Internal, "the later one counts")
	assert.True(t, slices.ContainsFunc(ds, func(d model.Diagnostic) bool { return d.Severity == model.Warning }), "%v", ds)
	n, _ = Load(written(t, balancer("internet-facing"), balancer("internal")), nil)
	assert.True(t, n.LoadBalancers["net/n/1"].Internal)
}

// The order of lists that have none is no difference, and which block is the
// primary one is.
func TestMergeOrderOfLists(t *testing.T) {
	for _, c := range []struct {
		one, two string
		differ   int
	}{
		{"transit_gateways: {t: {attachments: {x: {type: vpn}, y: {type: vpn}}, route_tables: {r: {routes: {10.0.0.0/8: x, 10.9.0.0/16: y}}}}}\n",
			"transit_gateways: {t: {attachments: {x: {type: vpn}, y: {type: vpn}}, route_tables: {r: {routes: {10.9.0.0/16: y, 10.0.0.0/8: x}}}}}\n", 0},
		{"vpcs: {v: {cidr: [10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16]}}\n", "vpcs: {v: {cidr: [10.0.0.0/16, 10.2.0.0/16, 10.1.0.0/16]}}\n", 0},
		{"vpcs: {v: {cidr: [10.0.0.0/16, 10.1.0.0/16]}}\n", "vpcs: {v: {cidr: [10.1.0.0/16, 10.0.0.0/16]}}\n", 1},
		{"on_premises: {o: {cidr: [192.168.0.0/24, 192.168.1.0/24]}}\n", "on_premises: {o: {cidr: [192.168.1.0/24, 192.168.0.0/24]}}\n", 0},
		{"on_premises: {o: {cidr: [192.168.0.0/24, 192.168.1.0/24]}}\n", "on_premises: {o: {cidr: [192.168.1.0/24]}}\n", 1},
	} {
		m := merger{networks: []*model.Network{readYAML(t, "1.yaml", c.one), readYAML(t, "2.yaml", c.two)}}
		_, ds := m.merge()
		assert.Len(t, ds, c.differ, "%s%s%v", c.one, c.two, ds)
	}
}

// written writes inputs into files of their own.
func written(t *testing.T, texts ...string) []string {
	t.Helper()
	folder := t.TempDir()
	var paths []string
	for i, text := range texts {
		name := string(rune('a'+i)) + ".yaml"
		if json.Valid([]byte(text)) {
			name = string(rune('a'+i)) + ".json"
		}
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		paths = append(paths, path)
	}
	return paths
}
