package yamlfile

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func TestPeering(t *testing.T) {
	n := network(t, `
account: "111122223333"
region: us-east-1
vpcs:
  a:
    cidr: 10.0.0.0/16
    route_tables: {main: {routes: {10.1.0.0/16: ab, 10.2.0.0/16: far, 10.3.0.0/16: pending, 10.4.0.0/16: {vpc_peering_connection: {id: pcx-1}}}}}
  b: {cidr: 10.1.0.0/16, region: eu-west-1}
peering_connections:
  ab: {vpcs: [a, b]}
  far: {requester: {vpc: a, allow_dns_resolution: true}, accepter: {id: vpc-9, account: "444455556666", cidr: 10.2.0.0/16}, accepted: unknown}
  pending: {requester: a, accepter: {id: vpc-8}, accepted: false}
`)
	ab := n.VPCPeeringConnections["ab"]
	assert.True(t, ab.Active)
	assert.Equal(t, model.PeeringSide{VPC: "b", Account: "111122223333", Region: "eu-west-1"}, ab.Accepter)
	far := n.VPCPeeringConnections["far"]
	assert.True(t, far.Active && far.AcceptanceUnknown != nil)
	assert.Equal(t, model.PeeringSide{VPC: "vpc-9", Account: "444455556666", Region: "us-east-1", CIDRs: []netip.Prefix{prefix("10.2.0.0/16")}}, far.Accepter)
	assert.Equal(t, "pending-acceptance", n.VPCPeeringConnections["pending"].State)
	got := map[string]model.RouteState{}
	for _, r := range n.RouteTables["a-main"].Routes[1:] {
		assert.Equal(t, model.KindVPCPeeringConnection, r.Target.Kind)
		got[r.Target.ID] = r.State
	}
	assert.Equal(t, map[string]model.RouteState{"ab": model.RouteActive, "far": model.RouteActive, "pending": model.RouteBlackhole, "pcx-1": model.RouteActive}, got)
}

const hubAndSpoke = `
vpcs:
  a: {cidr: 10.0.0.0/16, subnets: {a-tgw: {cidr: 10.0.0.0/28}}, route_tables: {main: {routes: {10.0.0.0/8: tgw}}}}
  b: {cidr: 10.1.0.0/16, subnets: {b-tgw: {cidr: 10.1.0.0/28}}}
`

// The shortest transit gateway routes between all of its attachments (TGW-10).
func TestTransitGatewayDefaults(t *testing.T) {
	n := network(t, hubAndSpoke+`
transit_gateways: {tgw: {attachments: {att-a: {vpc: a, subnets: a-tgw}, att-b: {vpc: b, subnets: [b-tgw]}}}}
`)
	g := n.TransitGateways["tgw"]
	assert.True(t, g.Available && !g.NoVPNECMP && !g.SecurityGroupReferencing)
	assert.Equal(t, model.TransitGatewayRouteTableID("tgw-main"), g.AssociationDefault)
	main := n.TransitGatewayRouteTables["tgw-main"]
	both := []model.TransitGatewayAttachmentID{"att-a", "att-b"}
	assert.Equal(t, both, main.Associations)
	assert.Equal(t, both, main.Propagations)
	a := n.TransitGatewayAttachments["att-a"]
	assert.Equal(t, model.AttachVPC, a.Type)
	assert.Equal(t, "a", a.Resource)
	assert.Equal(t, []model.SubnetID{"a-tgw"}, a.Subnets)
	assert.True(t, a.Available && !a.ApplianceMode && !a.IPv6 && !a.NoSecurityGroupReferencing, "TGW-9")
	assert.Equal(t, model.Target{Kind: model.KindTransitGateway, ID: "tgw"}, n.RouteTables["a-main"].Routes[1].Target)
}

func TestTransitGatewayTables(t *testing.T) {
	n := network(t, hubAndSpoke+`
prefix_lists: {corp: [192.168.0.0/16]}
transit_gateways:
  tgw:
    default_association: spokes
    default_propagation: false
    attachments:
      att-a: {vpc: a, subnets: a-tgw, propagate_to: [hub]}
      att-b: {vpc: b, subnets: b-tgw, route_table: hub}
      att-c: {vpc: b, subnets: b-tgw, route_table: false, state: pending}
      peer: {peer: other}
      dx: {direct_connect_gateway: {id: dxgw-1}, prefixes: [192.168.0.0/16, unknown]}
    route_tables:
      spokes: {routes: {0.0.0.0/0: att-b, 10.9.0.0/16: blackhole, corp: [peer, dx], 10.8.0.0/16: unknown}}
      hub: {propagations: [att-b]}
    policy_tables:
      pt: {associations: dx, rules: [{rule: 10, source: 10.0.0.0/8, protocol: tcp, ports: 443, route_table: hub}]}
  other: {}
`)
	spokes, hub := n.TransitGatewayRouteTables["spokes"], n.TransitGatewayRouteTables["hub"]
	assert.Equal(t, []model.TransitGatewayAttachmentID{"att-a", "peer"}, spokes.Associations)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"att-b"}, hub.Associations)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"att-b", "att-a"}, hub.Propagations)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"peer"}, n.TransitGatewayRouteTables["other-main"].Associations, "a peering is written once")
	assert.Empty(t, n.TransitGatewayRouteTables["other-main"].Propagations, "TGW-12")
	assert.NotContains(t, n.TransitGatewayRouteTables, model.TransitGatewayRouteTableID("tgw-main"))
	require.Len(t, spokes.Routes, 4)
	assert.Equal(t, model.RouteBlackhole, spokes.Routes[1].State)
	assert.Equal(t, model.PrefixListID("corp"), spokes.Routes[2].PrefixList)
	assert.Len(t, spokes.Routes[2].Attachments, 2)
	assert.NotNil(t, spokes.Routes[3].Unknown)
	assert.False(t, n.TransitGatewayAttachments["att-c"].Available)
	assert.NotNil(t, n.TransitGatewayAttachments["dx"].PrefixesUnknown)
	rule := n.TransitGatewayPolicyTables["pt"].Rules[0]
	assert.Equal(t, model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}, ICMP: model.AnyICMP}, rule.Traffic)
	assert.Zero(t, rule.SourcePorts)
	assert.False(t, rule.Destination.IsValid())
}

// What names a transit gateway has its attachment without writing it.
func TestImpliedAttachments(t *testing.T) {
	n := network(t, hubAndSpoke+`
transit_gateways: {tgw: {attachments: {mine: {vpn: written}}}, tgw2: {}}
vpn_connections:
  implied: {transit_gateway: tgw, static_routes: 192.168.0.0/16}
  written: {transit_gateway: tgw, learned_routes: [192.168.4.0/24]}
  none: {transit_gateway: tgw, attachment: false, tunnels: down}
direct_connect_gateways: {dxgw: {associations: [{transit_gateway: tgw}, {transit_gateway: tgw2, allowed_prefixes: [10.0.0.0/8]}]}}
virtual_interfaces: {vif: {type: transit, direct_connect_gateway: dxgw}}
on_premises: [172.31.0.0/16, {hq: {cidr: 192.168.0.0/16, via: [implied, vif, mine]}}]
`)
	types := map[model.TransitGatewayAttachmentID]string{}
	for id, a := range n.TransitGatewayAttachments {
		types[id] = string(a.Type) + " " + a.Resource
	}
	assert.Equal(t, map[model.TransitGatewayAttachmentID]string{"implied": "vpn implied", "mine": "vpn written",
		"tgw/dxgw": "direct-connect-gateway dxgw", "tgw2/dxgw": "direct-connect-gateway dxgw"}, types)
	assert.True(t, n.VPNConnections["implied"].StaticRoutesOnly)
	assert.False(t, n.VPNConnections["written"].StaticRoutesOnly)
	assert.True(t, n.VPNConnections["none"].Down)
	assert.Nil(t, n.DirectConnectGatewayAssociations["dxgw/tgw"].AllowedPrefixes)
	assert.Equal(t, []string{"implied", "vif", "mine"}, n.OnPremisesNetworks["hq"].Via)
	assert.Equal(t, []netip.Prefix{prefix("172.31.0.0/16")}, n.OnPremises)
}

func TestVPNGateways(t *testing.T) {
	n := network(t, `
vpcs:
  a: {cidr: 10.0.0.0/16, vpn_gateway: true, route_tables: {main: {routes: {192.168.0.0/16: a-vgw}, propagating_vgws: a-vgw}, in: {gateway: a-vgw}}}
  b: {cidr: 10.1.0.0/16, vpn_gateway: vgw, route_tables: {main: {routes: {192.168.0.0/16: vgw, 192.168.1.0/24: loose}}}}
vpn_gateways: {vgw: {tags: {A: b}}, loose: {}}
vpn_connections: {hq: {vpn_gateway: vgw, customer_gateway: cgw}}
customer_gateways: {cgw: {ip: 192.0.2.1}}
`)
	assert.Equal(t, model.VPCID("a"), n.VPNGateways["a-vgw"].VPC)
	assert.Equal(t, model.VPCID("b"), n.VPNGateways["vgw"].VPC)
	assert.Equal(t, []string{"a-vgw"}, n.RouteTables["a-main"].PropagatingVGWs)
	assert.Equal(t, []string{"a-vgw"}, n.RouteTables["in"].Gateways)
	assert.Equal(t, model.RouteActive, n.RouteTables["b-main"].Routes[1].State)
	assert.Equal(t, model.RouteBlackhole, n.RouteTables["b-main"].Routes[2].State, "RT-10")
}

const balanced = `
vpcs:
  main:
    cidr: 10.0.0.0/16
    internet_gateway: true
    subnets: {pub-a: {cidr: 10.0.0.0/24}, pub-b: {cidr: 10.0.1.0/24}}
    security_groups: {lb: {}}
    instances: {web1: {subnet: pub-a, private_ip: 10.0.0.5}}
    owners: {api: {type: ecs-task, subnets: [pub-a, pub-b]}, fn: {type: lambda, subnet: pub-a}}
`

func TestLoadBalancers(t *testing.T) {
	n := network(t, balanced+`
    load_balancers:
      web: {subnets: [pub-a, pub-b], security_groups: lb, listeners: {443: tg, 80: {answers: true}, 8080: [tg, api]}}
      nlb: {type: network, subnets: {pub-a: 10.0.0.10, pub-b: {private_ip: 10.0.1.10, elastic_ip: 198.51.100.1}}, listeners: {tcp 443: albs, UDP 53: dns}}
      gw: {type: gateway, subnets: pub-a, listeners: fws}
      old: {type: classic, subnets: pub-a, internal: true, listeners: {80: 8080}, instances: web1}
    target_groups:
      tg: {port: 8443, targets: web1}
      api: {port: 80, targets: [api, 10.0.0.9, {ip: 10.9.0.5, port: 81, zone: all, health: unhealthy}]}
      albs: {port: 443, targets: web}
      fws: {targets: web1}
      dns: {port: 53, targets: [10.0.0.9, unknown]}
      fns: {targets: fn}
`)
	web := n.LoadBalancers["web"]
	assert.Equal(t, model.ApplicationLoadBalancer, web.Type)
	assert.Equal(t, []model.SecurityGroupID{"lb"}, web.Groups)
	assert.Equal(t, model.ListenerProtocol("HTTPS"), web.Listeners[0].Protocol)
	assert.Equal(t, []model.TargetGroupID{"tg", "api"}, web.Listeners[2].TargetGroups)
	assert.Equal(t, []model.InterfaceID{"eni-web-pub-a", "eni-web-pub-b"}, n.Owners["web"].Interfaces)
	node := n.Interfaces["eni-web-pub-b"]
	assert.Equal(t, model.OwnerRef{Kind: model.KindLoadBalancer, ID: "web"}, node.Owner)
	assert.True(t, node.Unassigned4 && node.PublicUnassigned, "ELB-1")
	assert.Equal(t, web.Groups, node.Groups)

	assert.Empty(t, n.LoadBalancers["nlb"].Groups, "NLB-2")
	assert.Empty(t, n.Interfaces["eni-nlb-pub-a"].Groups)
	assert.Equal(t, netip.MustParseAddr("198.51.100.1"), n.Interfaces["eni-nlb-pub-b"].Addresses[0].Public)
	assert.Equal(t, model.Listener{Protocol: "GENEVE", Port: 6081, TargetGroups: []model.TargetGroupID{"fws"}, Provenance: n.LoadBalancers["gw"].Listeners[0].Provenance}, n.LoadBalancers["gw"].Listeners[0])
	assert.False(t, n.Interfaces["eni-gw-pub-a"].PublicUnassigned)
	old := n.LoadBalancers["old"]
	assert.Equal(t, uint16(8080), old.Listeners[0].InstancePort)
	assert.Equal(t, model.InstanceID("web1"), old.Instances[0].Instance)
	assert.Equal(t, []model.SecurityGroupID{"main-default"}, old.Groups)
	assert.False(t, n.Interfaces["eni-old-pub-a"].PublicUnassigned)

	type group struct {
		typ      model.TargetType
		protocol model.ListenerProtocol
		targets  int
	}
	got := map[model.TargetGroupID]group{}
	for id, g := range n.TargetGroups {
		got[id] = group{g.Type, g.Protocol, len(g.Targets)}
	}
	assert.Equal(t, map[model.TargetGroupID]group{"tg": {"instance", "HTTP", 1}, "api": {"ip", "HTTP", 4}, "albs": {"alb", "TCP", 1},
		"fws": {"instance", "GENEVE", 1}, "dns": {"ip", "UDP", 1}, "fns": {"lambda", "HTTP", 1}}, got)
	assert.Equal(t, model.InterfaceID("eni-api-pub-a"), n.TargetGroups["api"].Targets[0].Interface)
	assert.Equal(t, model.TargetUnhealthy, n.TargetGroups["api"].Targets[3].Health)
	assert.NotNil(t, n.TargetGroups["dns"].TargetsUnknown)
	assert.Equal(t, "fn", n.TargetGroups["fns"].Targets[0].Function)
}

// What is wrong with what joins networks is told where it stands.
func TestJoiningErrors(t *testing.T) {
	for text, want := range map[string]string{
		"peering_connections: {p: {vpcs: [a]}}":                                            "PEER-1",
		"peering_connections: {p: {requester: a}}":                                         "PEER-1",
		"transit_gateways: {t: {attachments: {x: {vpc: a}}}}":                              "TGW-2",
		"transit_gateways: {t: {attachments: {x: {}}}}":                                    "leads to nothing",
		"transit_gateways: {t: {route_tables: {r: {routes: {10.0.0.0/8: y}}}}}":            "there is no transit gateway attachment",
		"transit_gateways: {t: {attachments: {x: {peer: {id: t2}, peer_route_table: r}}}}": "peer_route_table",
		"transit_gateways: {t: {default_association: other}}":                              "there is no transit gateway route table",
		"vpn_connections: {v: {}}":                                                         "VPN-1",
		"vpn_connections: {v: {vpn_gateway: {id: x}, transit_gateway: {id: y}}}":           "VPN-1",
		"direct_connect_gateways: {d: {associations: {allowed_prefixes: 10.0.0.0/8}}}":     "DX-1",
		"client_vpn_endpoints: {c: {vpc: a, subnets: [{subnet: {}}]}}":                     "lacks its key id",
		"target_groups: {g: {targets: 10.0.0.1}}":                                          "lacks its port",
		"target_groups: {g: {port: 1, targets: nobody}}":                                   `there is no target "nobody"`,
		"firewalls: {f: {}}": "lacks its policy",
		"vpcs: {v: {cidr: 10.0.0.0/16, load_balancers: {l: {}}}}":                                                      "ELB-1",
		"vpcs: {v: {cidr: 10.0.0.0/16, load_balancers: {l: {subnets: [], listeners: {http: x}}}}}":                     "not a port",
		"vpcs: {v: {cidr: 10.0.0.0/16, load_balancers: {l: {subnets: [], listeners: {HTTPX 80: x}}}}}":                 `did you mean "HTTP"`,
		"vpcs: {v: {cidr: 10.0.0.0/16, load_balancers: {l: {type: gateway, subnets: [], security_groups: {id: sg}}}}}": "GWLB-1",
	} {
		t.Run(text, func(t *testing.T) {
			_, diags := Read(input.File{Path: "x.yaml", Data: []byte("vpcs: {a: {cidr: 10.0.0.0/16}}\n" + text)})
			if text[:4] == "vpcs" {
				_, diags = Read(input.File{Path: "x.yaml", Data: []byte(text)})
			}
			require.True(t, diags.HasErrors())
			assert.Contains(t, diags[0].Error(), want)
			assert.NotZero(t, diags[0].Provenance.Line)
		})
	}
}
