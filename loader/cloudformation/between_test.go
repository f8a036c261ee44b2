package cloudformation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// TestEndpointOrders: routes that name the items of a firewall's EndpointIds take
// them in every order, and each order gives every item another endpoint.
func TestEndpointOrders(t *testing.T) {
	for subnets, orders := range map[int]int{1: 0, 2: 2, 3: 6, 4: 24, 5: 0} {
		var b, mappings strings.Builder
		b.WriteString("Resources:\n  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n")
		for i := range subnets {
			fmt.Fprintf(&b, "  S%d: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.%d.0/24}}\n", i, i)
			fmt.Fprintf(&b, "  T%d: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}\n", i)
			fmt.Fprintf(&b, "  R%d: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref T%d, DestinationCidrBlock: 0.0.0.0/0, VpcEndpointId: !Select [1, !Split [':', !Select [%d, !GetAtt Fw.EndpointIds]]]}}\n", i, i, i)
			fmt.Fprintf(&mappings, "{SubnetId: !Ref S%d},", i)
		}
		fmt.Fprintf(&b, "  Fw: {Type: AWS::NetworkFirewall::Firewall, Properties: {FirewallName: x, VpcId: !Ref Vpc, FirewallPolicyArn: arn, SubnetMappings: [%s]}}\n", mappings.String())
		n, ds := read(t, b.String(), nil)
		require.False(t, ds.HasErrors(), "%v", ds)
		var routes []model.Route
		for i := range subnets {
			table := n.RouteTables[model.RouteTableID(fmt.Sprintf("T%d", i))]
			routes = append(routes, table.Routes[len(table.Routes)-1])
		}
		if subnets == 1 {
			require.Equal(t, model.Target{Kind: model.KindVPCEndpoint, ID: "Fw-S0"}, routes[0].Target)
			continue
		}
		seen := map[string]bool{}
		for order := range orders {
			var ids []string
			for _, r := range routes {
				require.Len(t, r.Perhaps, orders)
				require.Zero(t, r.Target)
				require.Equal(t, "Fw EndpointIds", r.Unknown.Subject+" "+r.Unknown.Attribute)
				ids = append(ids, r.Perhaps[order].ID)
			}
			seen[strings.Join(ids, " ")] = true
			slices.Sort(ids)
			require.Len(t, slices.Compact(ids), subnets)
		}
		require.Len(t, seen, orders)
		if orders == 0 {
			require.NotNil(t, routes[0].Unknown)
			require.Empty(t, routes[0].Perhaps)
		}
	}
}

// TestDefaultTables: what a transit gateway's options make of an attachment
// (TGW-19).
func TestDefaultTables(t *testing.T) {
	for _, x := range []struct {
		name, properties, more string
		associated, propagated string
		unknown                bool
	}{
		{name: "AWS's defaults", associated: "Tgw/default", propagated: "Tgw/default"},
		{name: "both off", properties: "DefaultRouteTableAssociation: disable, DefaultRouteTablePropagation: disable"},
		{name: "association alone", properties: "DefaultRouteTablePropagation: disable", associated: "Tgw/default"},
		{name: "propagation alone", properties: "DefaultRouteTableAssociation: disable", propagated: "Tgw/default"},
		{name: "a table that is written", properties: "AssociationDefaultRouteTableId: tgw-rtb-1", propagated: "Tgw/default"},
		{name: "its own association", properties: "DefaultRouteTableAssociation: disable",
			more:       "  Own: {Type: AWS::EC2::TransitGatewayRouteTableAssociation, Properties: {TransitGatewayRouteTableId: !Ref Table, TransitGatewayAttachmentId: !Ref Attachment}}\n",
			associated: "Table", propagated: "Tgw/default"},
		{name: "its own propagation as well", more: "  Own: {Type: AWS::EC2::TransitGatewayRouteTablePropagation, Properties: {TransitGatewayRouteTableId: !Ref Table, TransitGatewayAttachmentId: !Ref Attachment}}\n",
			associated: "Tgw/default", propagated: "Table Tgw/default"},
		{name: "open", properties: "DefaultRouteTableAssociation: !Ref Open", propagated: "Tgw/default", unknown: true},
	} {
		t.Run(x.name, func(t *testing.T) {
			n, ds := read(t, `Parameters: {Open: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Tgw: {Type: AWS::EC2::TransitGateway, Properties: {`+x.properties+`}}
  Table: {Type: AWS::EC2::TransitGatewayRouteTable, Properties: {TransitGatewayId: !Ref Tgw}}
  Attachment: {Type: AWS::EC2::TransitGatewayAttachment, Properties: {TransitGatewayId: !Ref Tgw, VpcId: !Ref Vpc, SubnetIds: [!Ref A]}}
`+x.more, nil)
			require.False(t, ds.HasErrors(), "%v", ds)
			var associated, propagated []string
			unknown := false
			for _, table := range model.Sorted(n.TransitGatewayRouteTables) {
				if slices.Contains(table.Associations, "Attachment") {
					associated = append(associated, string(table.ID))
				}
				if slices.Contains(table.Propagations, "Attachment") {
					propagated = append(propagated, string(table.ID))
				}
				unknown = unknown || table.AssociationsUnknown != nil
			}
			require.Equal(t, x.associated, strings.Join(associated, " "))
			require.Equal(t, x.propagated, strings.Join(propagated, " "))
			require.Equal(t, x.unknown, unknown)
		})
	}
}

// TestTargetsOfAnotherStack: a service registers with a target group that another
// stack exports.
func TestTargetsOfAnotherStack(t *testing.T) {
	front := `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: ip, Port: 80, Protocol: HTTP, VpcId: !Ref Vpc}}
Outputs:
  Targets: {Value: !GetAtt Targets.TargetGroupArn, Export: {Name: targets}}
  Subnet: {Value: !Ref A, Export: {Name: subnet}}
`
	service := `
Resources:
  Service:
    Type: AWS::ECS::Service
    Properties:
      LoadBalancers: [{ContainerName: x, ContainerPort: 8080, TargetGroupArn: !ImportValue targets}]
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [!ImportValue subnet]}}
`
	n, ds := cloudformation.Read([]input.File{{Path: "front.yaml", Data: []byte(front)}, {Path: "service.yaml", Data: []byte(service)}}, cloudformation.Options{})
	require.Empty(t, ds)
	g := n.TargetGroups["front/Targets"]
	require.Nil(t, g.TargetsUnknown)
	require.Len(t, g.Targets, 1)
	require.Equal(t, model.InterfaceID("service/eni-Service"), g.Targets[0].Interface)
	require.Equal(t, uint16(8080), g.Targets[0].Port)
}

// TestTransitGatewayOfAnotherAccount: an attachment waits for the owner of the
// transit gateway, unless that accepts all.
func TestTransitGatewayOfAnotherAccount(t *testing.T) {
	for accept, waits := range map[string]bool{"enable": false, "disable": true} {
		manifest := `{"version": "36.0.0", "artifacts": {
  "Net": {"type": "aws:cloudformation:stack", "environment": "aws://111111111111/us-east-1", "properties": {"templateFile": "Net.template.json"}},
  "App": {"type": "aws:cloudformation:stack", "environment": "aws://222222222222/us-east-1", "properties": {"templateFile": "App.template.json"}}}}`
		hub := `{"Resources": {"Tgw": {"Type": "AWS::EC2::TransitGateway", "Properties": {"AutoAcceptSharedAttachments": "` + accept + `"}}},
  "Outputs": {"Tgw": {"Value": {"Ref": "Tgw"}, "Export": {"Name": "tgw"}}}}`
		app := `{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
  "Attachment": {"Type": "AWS::EC2::TransitGatewayAttachment", "Properties": {"VpcId": {"Ref": "Vpc"}, "SubnetIds": [], "TransitGatewayId": {"Fn::ImportValue": "tgw"}}}}}`
		n, ds := cloudformation.Read([]input.File{{Path: "cdk.out/manifest.json", Data: []byte(manifest)}, {Path: "cdk.out/Net.template.json", Data: []byte(hub)}, {Path: "cdk.out/App.template.json", Data: []byte(app)}}, cloudformation.Options{})
		require.False(t, ds.HasErrors(), "%v", ds)
		require.Equal(t, waits, n.TransitGatewayAttachments["App/Attachment"].AcceptanceUnknown != nil, accept)
	}
}

// TestUnmodelled: a type that could carry packets is read or listed.
func TestUnmodelled(t *testing.T) {
	for typ, listed := range map[string]bool{
		"AWS::EC2::TransitGateway":                       false,
		"AWS::EC2::TransitGatewayConnectPeer":            false,
		"AWS::EC2::TransitGatewayMulticastDomain":        true,
		"AWS::EC2::RouteServer":                          true,
		"AWS::EC2::VPNConnection":                        false,
		"AWS::ElasticLoadBalancingV2::LoadBalancer":      false,
		"AWS::ElasticLoadBalancingV2::TrustStore":        false,
		"AWS::NetworkFirewall::RuleGroup":                false,
		"AWS::NetworkFirewall::ProxyConfiguration":       true,
		"AWS::NetworkManager::VpcAttachment":             false,
		"AWS::Route53Resolver::ResolverRule":             true,
		"AWS::VpcLattice::Service":                       false,
		"AWS::RAM::ResourceShare":                        true,
		"AWS::GlobalAccelerator::CrossAccountAttachment": false,
	} {
		n, _ := read(t, "Resources: {X: {Type: \""+typ+"\", Properties: {}}}", nil)
		require.Equal(t, listed, len(n.Unmodelled) > 0, typ)
	}
}
