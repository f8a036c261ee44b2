package cloudformation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// TestUndecided: what a parameter without a value or a condition that is not
// decided chooses is open, whichever attribute it is.
func TestUndecided(t *testing.T) {
	const base = `Parameters: {Open: {Type: String}, Several: {Type: CommaDelimitedList}}
Conditions: {Maybe: !Equals [!Ref Open, "yes"]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Rt: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: x}}
  Vgw: {Type: AWS::EC2::VPNGateway, Properties: {Type: ipsec.1}}
  At: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Vpc, VpnGatewayId: !Ref Vgw}}
  Cgw: {Type: AWS::EC2::CustomerGateway, Properties: {Type: ipsec.1, BgpAsn: 65000, IpAddress: 203.0.113.9}}
`
	endpoint := func(properties string) string {
		return "  X: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, SubnetIds: [!Ref A], " + properties + "}}\n"
	}
	gateway := func(properties string) string {
		return "  X: {Type: AWS::EC2::VPCEndpoint, " + properties + "}\n"
	}
	vpn := func(properties, more string) string {
		return "  X: {Type: AWS::EC2::VPNConnection, Properties: {Type: ipsec.1, CustomerGatewayId: !Ref Cgw, VpnGatewayId: !Ref Vgw, " + properties + "}}\n" + more
	}
	clients := func(properties, association string) string {
		return "  X: {Type: AWS::EC2::ClientVpnEndpoint, Properties: {VpcId: !Ref Vpc, ClientCidrBlock: 172.16.0.0/22, SecurityGroupIds: [!Ref Group], " + properties + "}}\n" +
			"  Cn: {Type: AWS::EC2::ClientVpnTargetNetworkAssociation, " + association + "Properties: {ClientVpnEndpointId: !Ref X, SubnetId: !Ref A}}\n"
	}
	balancer := func(properties, group string) string {
		return "  X: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Scheme: internal, Subnets: [!Ref A], " + properties + "}}\n" +
			"  Li: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref X, Protocol: TCP, Port: 80, DefaultActions: [{Type: forward, TargetGroupArn: !Ref Tg}]}}\n" +
			"  Tg: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {VpcId: !Ref Vpc, Protocol: TCP, Port: 80, Targets: [{Id: i-1}], " + group + "}}\n"
	}
	accelerator := func(properties, group string) string {
		return "  X: {Type: AWS::GlobalAccelerator::Accelerator, Properties: {Name: x, " + properties + "}}\n" +
			"  Li: {Type: AWS::GlobalAccelerator::Listener, Properties: {AcceleratorArn: !Ref X, Protocol: TCP, PortRanges: [{FromPort: 80, ToPort: 80}]}}\n" +
			"  Eg: {Type: AWS::GlobalAccelerator::EndpointGroup, Properties: {ListenerArn: !Ref Li, EndpointConfigurations: [{EndpointId: i-1" + group + "}]}}\n"
	}
	hub := func(properties, more string) string {
		return "  X: {Type: AWS::EC2::TransitGateway, Properties: {" + properties + "}}\n" +
			"  Att: {Type: AWS::EC2::TransitGatewayAttachment, Properties: {TransitGatewayId: !Ref X, VpcId: !Ref Vpc, SubnetIds: [!Ref A]}}\n" + more
	}
	firewall := func(override string) string {
		return "  X: {Type: AWS::NetworkFirewall::FirewallPolicy, Properties: {FirewallPolicyName: x, FirewallPolicy: {StatelessDefaultActions: ['aws:pass'], StatelessFragmentDefaultActions: ['aws:pass'], StatefulRuleGroupReferences: [{ResourceArn: a" + override + "}]}}}\n"
	}
	references := func(n *model.Network) *model.Unknown {
		if !n.TransitGateways["X"].SecurityGroupReferencing {
			return nil // the attachments' own does not matter
		}
		return n.TransitGatewayAttachments["Att"].OptionsUnknown
	}
	propagated := func(n *model.Network) *model.Unknown {
		return n.TransitGatewayRouteTables["X/default"].RoutesUnknown
	}
	drops := func(n *model.Network) *model.Unknown { return n.FirewallPolicies["X"].Unknown }
	names := func(n *model.Network) *model.Unknown { return n.VPCEndpoints["X"].PrivateDNSUnknown }
	policy := func(n *model.Network) *model.Unknown { return n.VPCEndpoints["X"].PolicyUnknown }
	routes := func(n *model.Network) *model.Unknown {
		for _, r := range n.RouteTables["Rt"].Routes {
			if r.Unknown != nil {
				return r.Unknown
			}
		}
		return n.RouteTables["Rt"].RoutesUnknown
	}
	static := func(n *model.Network) *model.Unknown { return n.VPNConnections["X"].StaticRoutesUnknown }
	selectors := func(n *model.Network) *model.Unknown { return n.VPNConnections["X"].SelectorsUnknown }
	leaving := func(n *model.Network) *model.Unknown { return n.Interfaces["eni-Cn"].GroupsUnknown }
	listener := func(n *model.Network) *model.Unknown { return n.LoadBalancers["X"].Listeners[0].Unknown }
	crossing := func(n *model.Network) *model.Unknown { return n.LoadBalancers["X"].CrossZoneUnknown }
	targets := func(n *model.Network) *model.Unknown { return n.TargetGroups["Tg"].TargetsUnknown }
	accelerated := func(n *model.Network) *model.Unknown {
		return n.Accelerators["X"].Listeners[0].Endpoints[0].Unknown
	}
	for _, x := range []struct {
		name, resources string
		gap             func(*model.Network) *model.Unknown
		attribute       string // "" where nothing is open
	}{
		{"private DNS", endpoint("ServiceName: com.amazonaws.us-east-1.sqs, PrivateDnsEnabled: true"), names, ""},
		{"private DNS open", endpoint("ServiceName: com.amazonaws.us-east-1.sqs, PrivateDnsEnabled: !Ref Open"), names, "PrivateDnsEnabled"},
		{"private DNS by a condition", endpoint("ServiceName: com.amazonaws.us-east-1.sqs, PrivateDnsEnabled: !If [Maybe, true, !Ref AWS::NoValue]"), names, "PrivateDnsEnabled"},
		{"a Region that is open", endpoint(`ServiceName: !Sub "com.amazonaws.${AWS::Region}.sqs", PrivateDnsEnabled: true`), names, ""},
		{"a service that is open", endpoint(`ServiceName: !Sub "com.amazonaws.${AWS::Region}.${Open}", PrivateDnsEnabled: true`), names, "ServiceName"},
		{"its name leads nowhere", endpoint("ServiceName: !Ref Open"), names, ""},
		{"S3 for the resolver", endpoint("ServiceName: com.amazonaws.us-east-1.s3, PrivateDnsEnabled: true, DnsOptions: {PrivateDnsOnlyForInboundResolverEndpoint: !Ref Open}"), names, "DnsOptions"},
		{"an endpoint's type", gateway("Properties: {VpcId: !Ref Vpc, VpcEndpointType: !Ref Open, ServiceName: com.amazonaws.us-east-1.sqs, PrivateDnsEnabled: true}"), names, "VpcEndpointType"},
		{"an endpoint's policy", gateway("Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, PolicyDocument: !Ref Open}"), policy, "PolicyDocument"},
		{"a table's endpoint", gateway("Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: [!Ref Rt]}"), routes, ""},
		{"which tables", gateway("Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: !Ref Several}"), routes, "RouteTableIds"},
		{"whether the table", gateway("Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: [!If [Maybe, !Ref Rt, !Ref AWS::NoValue]]}"), routes, "RouteTableIds"},
		{"whether the endpoint", gateway("Condition: Maybe, Properties: {VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: [!Ref Rt]}"), routes, "Condition"},
		{"which tables take routes", "  Pr: {Type: AWS::EC2::VPNGatewayRoutePropagation, Properties: {RouteTableIds: !Ref Several, VpnGatewayId: !Ref Vgw}}\n", routes, "RouteTableIds"},
		{"whether a table takes routes", "  Pr: {Type: AWS::EC2::VPNGatewayRoutePropagation, Condition: Maybe, Properties: {RouteTableIds: [!Ref Rt], VpnGatewayId: !Ref Vgw}}\n", routes, "Condition"},
		{"static routes", vpn("StaticRoutesOnly: true", ""), static, ""},
		{"whether they are static", vpn("StaticRoutesOnly: !Ref Open", ""), static, "StaticRoutesOnly"},
		{"a static route", vpn("StaticRoutesOnly: true", "  R: {Type: AWS::EC2::VPNConnectionRoute, Properties: {VpnConnectionId: !Ref X, DestinationCidrBlock: !Ref Open}}\n"), static, "DestinationCidrBlock"},
		{"no selectors", vpn("StaticRoutesOnly: true", ""), selectors, ""},
		{"one side's selector", vpn("LocalIpv4NetworkCidr: !Ref Open", ""), selectors, "LocalIpv4NetworkCidr"},
		{"the other side's", vpn("RemoteIpv4NetworkCidr: !If [Maybe, 10.0.0.0/24, !Ref AWS::NoValue]", ""), selectors, "RemoteIpv4NetworkCidr"},
		{"clients come out", clients("SplitTunnel: true", ""), leaving, ""},
		{"clients' IP version", clients("TrafficIpAddressType: !Ref Open", ""), leaving, "TrafficIpAddressType"},
		{"whether clients come out", clients("SplitTunnel: true", "Condition: Maybe, "), leaving, "Condition"},
		{"a balancer", balancer("Type: network", ""), listener, ""},
		{"a balancer's type", balancer("Type: !Ref Open", ""), listener, "Type"},
		{"a balancer's attribute", balancer(`Type: network, LoadBalancerAttributes: [!If [Maybe, {Key: load_balancing.cross_zone.enabled, Value: "true"}, !Ref AWS::NoValue]]`, ""), crossing, "load_balancing.cross_zone.enabled"},
		{"another attribute", balancer(`Type: network, LoadBalancerAttributes: [!If [Maybe, {Key: deletion_protection.enabled, Value: "true"}, !Ref AWS::NoValue]]`, ""), crossing, ""},
		{"a group's attribute", balancer("Type: network", `TargetGroupAttributes: [!If [Maybe, {Key: preserve_client_ip.enabled, Value: "true"}, !Ref AWS::NoValue]]`), targets, "preserve_client_ip.enabled"},
		{"a group's IP version", balancer("Type: network", "IpAddressType: !Ref Open"), targets, "IpAddressType"},
		{"no references", hub("Description: x", ""), references, ""},
		{"references", hub("SecurityGroupReferencingSupport: !Ref Open", ""), references, "SecurityGroupReferencingSupport"},
		{"propagation", hub("Description: x", ""), propagated, ""},
		{"propagation by default", hub("DefaultRouteTablePropagation: !If [Maybe, disable, !Ref AWS::NoValue]", ""), propagated, "DefaultRouteTablePropagation"},
		{"propagation by a condition", hub("DefaultRouteTablePropagation: disable",
			"  P: {Type: AWS::EC2::TransitGatewayRouteTablePropagation, Condition: Maybe, Properties: {TransitGatewayRouteTableId: !GetAtt X.AssociationDefaultRouteTableId, TransitGatewayAttachmentId: !Ref Att}}\n"), propagated, "Condition"},
		{"a managed group", firewall(", Override: {Action: DROP_TO_ALERT}"), drops, ""},
		{"a managed group's override", firewall(", Override: {Action: !Ref Open}"), drops, "StatefulRuleGroupReferences Override"},
		{"an accelerator", accelerator("Enabled: true", ""), accelerated, ""},
		{"whether it is on", accelerator("Enabled: !Ref Open", ""), accelerated, "Enabled"},
		{"a weight", accelerator("Enabled: true", ", Weight: !Ref Open"), accelerated, "Weight"},
	} {
		t.Run(x.name, func(t *testing.T) {
			n, ds := read(t, base+x.resources, nil)
			require.False(t, ds.HasErrors(), "%v", ds)
			gap := x.gap(n)
			if x.attribute == "" {
				require.Nil(t, gap)
				return
			}
			require.NotNil(t, gap)
			require.Equal(t, x.attribute, gap.Attribute)
		})
	}
	n, _ := read(t, base+accelerator("Enabled: true", ", Weight: 0"), nil)
	require.Empty(t, n.Accelerators["X"].Listeners[0].Endpoints)
}
