package describe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// snapshot reads files by their paths, whose folders count.
func snapshot(t *testing.T, files map[string]string) (*model.Network, model.Diagnostics) {
	t.Helper()
	var list []input.File
	for path, data := range files {
		dirs := strings.Split(path, "/")
		list = append(list, input.File{Path: path, Dirs: dirs[:len(dirs)-1], Data: []byte(data)})
	}
	n, ds := describe.Read(list)
	require.False(t, ds.HasErrors(), "%v", ds)
	return n, ds
}

// What of a transit gateway only its owner sees is unknown without the owner's dump,
// not empty.
func TestTransitGatewayOfAnotherAccount(t *testing.T) {
	const participant = `{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "222222222222"}],
		"TransitGateways": [{"TransitGatewayId": "tgw-1", "OwnerId": "111111111111", "State": "available"}],
		"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "ResourceType": "vpc", "ResourceId": "vpc-1", "State": "available"}],
		"TransitGatewayRouteTables": []}`
	for _, path := range []string{"222222222222/us-east-1/a.json", "a.json"} {
		n, ds := snapshot(t, map[string]string{path: participant})
		assert.Empty(t, n.TransitGateways, path)
		assert.Len(t, n.TransitGatewayAttachments, 1, path)
		assert.Contains(t, goldentest.Findings(ds), "the snapshot lacks the route tables of tgw-1", path)
	}
	const owner = `{"TransitGateways": [{"TransitGatewayId": "tgw-1", "OwnerId": "111111111111", "State": "available"}], "TransitGatewayAttachments": [], "TransitGatewayRouteTables": []}`
	n, _ := snapshot(t, map[string]string{"222222222222/us-east-1/a.json": participant, "111111111111/us-east-1/a.json": owner})
	assert.Len(t, n.TransitGateways, 1, "it has no route tables: its owner says so")
}

// A search for the static routes alone does not list what propagates.
func TestSearchedRoutes(t *testing.T) {
	const gateway = `{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
		"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "ResourceType": "vpc", "ResourceId": "vpc-1", "State": "available"}],
		"TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1"}]}`
	const propagations = `{"TransitGatewayRouteTablePropagations": [{"TransitGatewayAttachmentId": "tgw-attach-1", "State": "enabled"}]}`
	route := func(cidr, kind string) string {
		return `{"Routes": [{"DestinationCidrBlock": "` + cidr + `", "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1"}], "Type": "` + kind + `", "State": "active"}]}`
	}
	for name, c := range map[string]struct {
		routes, propagations string
		listed, unknown      bool
	}{
		"all":                            {route("10.0.0.0/16", "propagated"), propagations, true, false},
		"static wins over the same":      {route("10.0.0.0/16", "static"), propagations, true, false},
		"static alone were asked for":    {route("0.0.0.0/0", "static"), propagations, false, false},
		"nothing propagates, as told":    {route("0.0.0.0/0", "static"), `{"TransitGatewayRouteTablePropagations": []}`, true, false},
		"none, and nothing propagates":   {`{"Routes": []}`, `{"TransitGatewayRouteTablePropagations": []}`, true, false},
		"more":                           {strings.Replace(route("10.0.0.0/16", "propagated"), "]}", `], "AdditionalRoutesAvailable": true}`, 1), propagations, false, true},
		"a propagation that is to come":  {route("0.0.0.0/0", "static"), strings.Replace(propagations, "enabled", "enabling", 1), true, false},
		"of a table that nobody asks of": {"", propagations, false, true},
	} {
		files := map[string]string{"a.json": gateway, "get-transit-gateway-route-table-propagations/tgw-rtb-1.json": c.propagations}
		if c.routes != "" {
			files["search-transit-gateway-routes/tgw-rtb-1.json"] = strings.Replace(c.routes, `}]}], "Add`, `}], "Add`, 1)
		}
		n, _ := snapshot(t, files)
		table := n.TransitGatewayRouteTables["tgw-rtb-1"]
		assert.Equal(t, c.listed, table.RoutesListed, name)
		assert.Equal(t, c.unknown, table.RoutesUnknown != nil, name)
	}
}

// An attachment has one association; two that claim it are both doubtful.
func TestAttachmentOfTwoTables(t *testing.T) {
	n, ds := snapshot(t, map[string]string{
		"a.json": `{"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "ResourceType": "vpc", "ResourceId": "vpc-1", "State": "available",
			"Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}}]}`,
		"get-transit-gateway-route-table-associations/tgw-rtb-2.json": `{"Associations": [{"TransitGatewayAttachmentId": "tgw-attach-1", "State": "associated"}]}`,
	})
	for _, id := range []model.TransitGatewayRouteTableID{"tgw-rtb-1", "tgw-rtb-2"} {
		assert.Empty(t, n.TransitGatewayRouteTables[id].Associations)
		assert.NotNil(t, n.TransitGatewayRouteTables[id].AssociationsUnknown)
	}
	assert.Contains(t, goldentest.Findings(ds), "tgw-rtb-1 and tgw-rtb-2 are both associated with it")
}

// Both sides of a peering of transit gateways list one attachment, each as its own.
func TestPeeringOfTransitGateways(t *testing.T) {
	side := func(gateway, far, table string) string {
		return `{"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-p", "TransitGatewayId": "` + gateway + `", "ResourceType": "peering", "ResourceId": "` + far + `", "State": "available",
			"Association": {"TransitGatewayRouteTableId": "` + table + `", "State": "associated"}}],
			"TransitGatewayPeeringAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-p", "RequesterTgwInfo": {"TransitGatewayId": "tgw-1", "OwnerId": "111111111111", "Region": "us-east-1"},
				"AccepterTgwInfo": {"TransitGatewayId": "tgw-2", "OwnerId": "111111111111", "Region": "eu-west-1"}, "State": "available"}]}`
	}
	n, ds := snapshot(t, map[string]string{"111111111111/eu-west-1/a.json": side("tgw-2", "tgw-1", "tgw-rtb-2"), "111111111111/us-east-1/a.json": side("tgw-1", "tgw-2", "tgw-rtb-1")})
	a := n.TransitGatewayAttachments["tgw-attach-p"]
	assert.Equal(t, []model.TransitGatewayID{"tgw-1", "tgw-2"}, []model.TransitGatewayID{a.TransitGateway, a.Peer})
	assert.Equal(t, model.Region("us-east-1"), a.Region)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"tgw-attach-p"}, n.TransitGatewayRouteTables["tgw-rtb-1"].Associations)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"tgw-attach-p"}, n.TransitGatewayRouteTables["tgw-rtb-2"].Associations)
	assert.NotContains(t, goldentest.Findings(ds), "differently")
}

// What a virtual private gateway leads to is unknown where nothing tells it.
func TestWhatIsBehindAGateway(t *testing.T) {
	const gateway = `{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}], "VpnGateways": [{"VpnGatewayId": "vgw-1", "State": "available", "VpcAttachments": [{"VpcId": "vpc-1", "State": "attached"}]}]`
	const propagated = `, "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [{"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-1", "State": "active", "Origin": "EnableVgwRoutePropagation"}]}]`
	for rest, kept := range map[string]bool{
		``:                                    false,
		`, "VpnConnections": []`:              true,
		propagated:                            false,
		`, "VpnConnections": []` + propagated: false,
		`, "VpnConnections": [], "virtualInterfaces": []` + propagated:                                                   true,
		`, "VpnConnections": [{"VpnConnectionId": "vpn-1", "VpnGatewayId": "vgw-1", "State": "available"}]` + propagated: true,
	} {
		n, _ := read(t, gateway+rest+`}`)
		assert.Equal(t, kept, len(n.VPNGateways) == 1, rest)
	}
}

func TestBalancersAttributes(t *testing.T) {
	const balancers = `{"LoadBalancers": [
			{"LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/a/1", "LoadBalancerName": "a", "Type": "network"},
			{"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/a/2", "LoadBalancerName": "a", "Type": "network"}],
		"TargetGroups": [{"TargetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/a/3", "TargetGroupName": "a", "TargetType": "ip", "Protocol": "TCP", "Port": 80}]}`
	n, ds := snapshot(t, map[string]string{
		"111111111111/a.json": balancers,
		"111111111111/us-east-1/describe-load-balancer-attributes/a.json": `{"Attributes": [{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}]}`,
		"111111111111/us-east-1/describe-target-group-attributes/a.json":  `{"Attributes": [{"Key": "preserve_client_ip.enabled", "Value": "false"}]}`,
		"stray.json":      `{"Attributes": [{"Key": "preserve_client_ip.enabled", "Value": "true"}]}`,
		"no-group/x.json": `{"TargetHealthDescriptions": [{"Target": {"Id": "10.0.0.1"}}]}`,
	})
	assert.Equal(t, new(false), n.LoadBalancers["net/a/1"].CrossZone)
	assert.Nil(t, n.LoadBalancers["net/a/2"].CrossZone, "of the same name in another Region")
	assert.Equal(t, new(false), n.TargetGroups["targetgroup/a/3"].PreserveClientIP)
	assert.Nil(t, n.TargetGroups["targetgroup/a/3"].CrossZone)
	assert.NotNil(t, n.TargetGroups["targetgroup/a/3"].TargetsUnknown)
	assert.NotNil(t, n.LoadBalancers["net/a/1"].ListenersUnknown)
	findings := goldentest.Findings(ds)
	assert.Contains(t, findings, "attributes of a load balancer or target group that is not named")
	assert.Contains(t, findings, "the health of a target group's targets that is not named")
}

// Two files of one account that differ are told of; two accounts' views join.
func TestViews(t *testing.T) {
	gateway := func(tag string) string {
		return `{"VpnGateways": [{"VpnGatewayId": "vgw-1", "State": "available", "OwnerId": "111111111111", "Tags": [` + tag + `]}]}`
	}
	const tagged = `{"Key": "Name", "Value": "office"}`
	n, ds := snapshot(t, map[string]string{"111111111111/a.json": gateway(tagged), "111111111111/b.json": gateway(strings.Replace(tagged, "office", "home", 1))})
	assert.Equal(t, "home", n.VPNGateways["vgw-1"].Name)
	assert.Contains(t, goldentest.Findings(ds), "vgw-1 is given twice, differently")
	n, ds = snapshot(t, map[string]string{"111111111111/a.json": gateway(tagged), "222222222222/b.json": gateway("")})
	assert.Equal(t, "office", n.VPNGateways["vgw-1"].Name)
	assert.NotContains(t, goldentest.Findings(ds), "twice")
}

// A Client VPN endpoint that lets nobody anywhere is one thing, and one whose rules
// nobody asked for another.
func TestClientVPNInPart(t *testing.T) {
	const endpoint = `{"ClientVpnEndpoints": [{"ClientVpnEndpointId": "cvpn-endpoint-1", "ClientCidrBlock": "172.31.0.0/16", "VpcId": "vpc-1"}`
	const parts = `"ClientVpnTargetNetworks": [], "Routes": []`
	n, _ := read(t, endpoint+`], `+parts+`}`)
	if assert.Len(t, n.ClientVPNEndpoints, 1) {
		e := n.ClientVPNEndpoints["cvpn-endpoint-1"]
		assert.NotNil(t, e.AuthorizationUnknown, "nobody listed the authorization rules")
		assert.Nil(t, e.RoutesUnknown)
	}
	n, _ = read(t, endpoint+`], `+parts+`, "AuthorizationRules": []}`)
	if assert.Len(t, n.ClientVPNEndpoints, 1) {
		assert.Nil(t, n.ClientVPNEndpoints["cvpn-endpoint-1"].AuthorizationUnknown, "there is no other that they could be of")
	}
	n, _ = read(t, endpoint+`], "Routes": [], "AuthorizationRules": []}`)
	assert.Empty(t, n.ClientVPNEndpoints, "where its clients land is not known")
	n, _ = read(t, endpoint+`, {"ClientVpnEndpointId": "cvpn-endpoint-2", "VpcId": "vpc-1"}], `+parts+`, "AuthorizationRules": []}`)
	assert.Empty(t, n.ClientVPNEndpoints)
}

func TestSniffLattice(t *testing.T) {
	assert.True(t, describe.Sniff([]byte(`{"name": "a", "arn": "arn:aws:vpc-lattice:us-east-1:111111111111:service/svc-1"}`)))
	assert.False(t, describe.Sniff([]byte(`{"name": "a", "arn": "arn:aws:s3:::bucket"}`)))
}

// What the service's side says of a connection counts where the consumer's is older
// (IFEP-11).
func TestEndpointConnectionState(t *testing.T) {
	for state, want := range map[string]bool{"available": true, "Available": true, "pendingAcceptance": false, "rejected": false, "": true} {
		n, _ := read(t, `{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcEndpointType": "Interface", "VpcId": "vpc-1", "State": "available", "SubnetIds": []}],
			"VpcEndpointConnections": [{"ServiceId": "vpce-svc-1", "VpcEndpointId": "vpce-1", "VpcEndpointState": "`+state+`"}]}`)
		assert.Equal(t, want, n.VPCEndpoints["vpce-1"].Available, state)
		assert.Equal(t, model.VPCEndpointServiceID("vpce-svc-1"), n.VPCEndpoints["vpce-1"].EndpointService)
	}
}

// Of listeners nobody asked for the rules of, the default action is all there is; where
// some were asked for, the others may have rules (ELB-5).
func TestListenersWithoutRules(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:"
	snapshot := func(action, rules string) model.Listener {
		n, _ := read(t, `{"LoadBalancers": [{"LoadBalancerArn": "`+arn+`loadbalancer/app/a/1", "LoadBalancerName": "a", "Type": "application", "VpcId": "vpc-1", "SecurityGroups": []}],
			"Listeners": [{"ListenerArn": "`+arn+`listener/app/a/1/2", "LoadBalancerArn": "`+arn+`loadbalancer/app/a/1", "Port": 80, "Protocol": "HTTP", "DefaultActions": [`+action+`]}]`+rules+`}`)
		return n.LoadBalancers["app/a/1"].Listeners[0]
	}
	const forward = `{"Type": "forward", "TargetGroupArn": "` + arn + `targetgroup/t/3"}`
	l := snapshot(forward, "")
	assert.True(t, l.DefaultAlone)
	assert.Nil(t, l.Unknown)
	l = snapshot(forward, `, "Rules": [{"RuleArn": "`+arn+`listener-rule/app/other/1/2/3", "Actions": []}]`)
	assert.False(t, l.DefaultAlone)
	assert.NotNil(t, l.Unknown)
	l = snapshot(`{"Type": "fixed-response"}`, "")
	assert.False(t, l.DefaultAlone)
	assert.NotNil(t, l.Unknown, "what answers by itself mostly has rules that forward")
}

// A policy table's rule may say * for any block (TGW-21).
func TestPolicyRuleForAnyBlock(t *testing.T) {
	n, ds := read(t, `{"TransitGatewayPolicyTables": [{"TransitGatewayPolicyTableId": "tgw-ptb-1", "TransitGatewayId": "tgw-1"}], "TransitGatewayPolicyTableId": "tgw-ptb-1",
		"TransitGatewayPolicyTableEntries": [{"PolicyRuleNumber": "10", "PolicyRule": {"SourceCidrBlock": "*", "DestinationCidrBlock": "10.2.0.0/16", "Protocol": "*"}, "TargetRouteTableId": "tgw-rtb-1"}]}`)
	assert.False(t, ds.HasErrors(), ds)
	if rules := n.TransitGatewayPolicyTables["tgw-ptb-1"].Rules; assert.Len(t, rules, 1) {
		assert.False(t, rules[0].Source.IsValid())
		assert.Equal(t, "10.2.0.0/16", rules[0].Destination.String())
	}
}
