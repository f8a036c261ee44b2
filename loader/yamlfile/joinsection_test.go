package yamlfile

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// A VPC endpoint is of the type that what it leads to asks for, and is not taken
// for accepted where its service asks for that (PL-5).
func TestEndpointServices(t *testing.T) {
	n := network(t, balanced+`
    load_balancers: {nlb: {type: network, subnets: pub-a}, gw: {type: gateway, subnets: pub-a}}
    endpoint_services: {svc: {load_balancers: nlb, principals: "*"}, asks: {load_balancers: nlb, acceptance_required: true}, inspect: {load_balancers: gw}}
    resource_gateways: {rg: {subnets: pub-a}}
  consumer:
    cidr: 10.0.0.0/16
    subnets: {a: {cidr: 10.0.0.0/24}}
    vpc_endpoints:
      one: {service: svc, subnets: a}
      two: {service: asks, subnets: a}
      yes: {service: asks, subnets: a, accepted: true}
      no: {service: asks, subnets: a, accepted: false}
      gwlbe: {service: inspect, subnets: a}
      rc: {resource: db, subnets: a}
      sn: {service_network: net, subnets: a}
      s3: {service: s3}
resource_configurations: {db: {gateway: rg, ports: 5432, ip: 10.0.0.5}}
lattice_services: {shop: {listeners: {443: {answers: true}}}}
service_networks: {net: {vpcs: [consumer, {vpc: main, security_groups: lb}], services: shop, resources: db}}
`)
	types := map[model.VPCEndpointID]model.VPCEndpointType{}
	for id, v := range n.VPCEndpoints {
		types[id] = v.Type
	}
	assert.Equal(t, map[model.VPCEndpointID]model.VPCEndpointType{"one": "Interface", "two": "Interface", "yes": "Interface", "no": "Interface",
		"gwlbe": "GatewayLoadBalancer", "rc": "Resource", "sn": "ServiceNetwork", "s3": "Gateway"}, types)
	one, two, no := n.VPCEndpoints["one"], n.VPCEndpoints["two"], n.VPCEndpoints["no"]
	assert.Equal(t, model.VPCEndpointServiceID("svc"), one.EndpointService)
	assert.Empty(t, one.Service)
	assert.True(t, one.Available && one.AcceptanceUnknown == nil)
	assert.True(t, two.AcceptanceUnknown != nil)
	assert.True(t, n.VPCEndpoints["yes"].Available && n.VPCEndpoints["yes"].AcceptanceUnknown == nil)
	assert.True(t, !no.Available && no.AcceptanceUnknown == nil)
	assert.Equal(t, []model.InterfaceID{"eni-rc-a"}, n.VPCEndpoints["rc"].Interfaces)
	assert.Empty(t, n.Interfaces["eni-gwlbe-a"].Groups)
	assert.Equal(t, []string{"*"}, n.VPCEndpointServices["svc"].Principals)
	assert.Empty(t, n.VPCEndpointServices["asks"].Principals)

	assert.Equal(t, model.OwnerRef{Kind: model.KindResourceGateway, ID: "rg"}, n.Interfaces["eni-rg-pub-a"].Owner)
	assert.Equal(t, "SINGLE", n.ResourceConfigurations["db"].Type)
	assert.Equal(t, []model.LatticeServiceID{"shop"}, n.ServiceNetworks["net"].Services)
	assert.Empty(t, n.ServiceNetworks["net"].VPCs[0].Groups, "LAT-3")
	assert.Equal(t, []model.SecurityGroupID{"lb"}, n.ServiceNetworks["net"].VPCs[1].Groups)
}

func TestFirewalls(t *testing.T) {
	n := network(t, `
vpcs:
  main:
    cidr: 10.0.0.0/16
    subnets: {fw-a: {cidr: 10.0.0.0/28}, fw-b: {cidr: 10.0.0.16/28}}
    firewalls: {fw: {subnets: fw-a, policy: p}, two: {subnets: {fw-a: vpce-4114, fw-b: {state: PROVISIONING}}, policy: p}}
    route_tables: {main: {routes: {0.0.0.0/0: fw, 192.0.2.0/24: fw-fw-a, 198.51.100.0/24: vpce-4114, 203.0.113.0/24: two-fw-b}}}
transit_gateways: {tgw: {}}
firewalls: {native: {transit_gateway: tgw, policy: p}}
firewall_policies:
  p:
    stateless_groups: five
    stateless_default: drop
    rule_order: strict
    stateful_default: drop_established
    stateful_groups: [{group: names, priority: 9}, rules]
  short: {}
firewall_rule_groups:
  five: {rules: [{priority: 2, action: forward}, {priority: 1, action: pass, source: 10.0.0.0/8, protocols: tcp, ports: [443, 8000-8010]}]}
  rules:
    ip_sets: {HOSTS: [10.0.0.5/32]}
    suricata: |
      pass tcp $HOSTS any -> any 443 (sid:1;)

      drop ip any any <> any any (sid:2; content:"x";)
    stateful_rules: {action: reject, protocol: udp, destination_port: 53}
  names: {domains: {allow: [.example.com], tls: true}}
`)
	for _, r := range n.RouteTables["main-main"].Routes[1:] {
		assert.Equal(t, model.KindVPCEndpoint, r.Target.Kind)
	}
	assert.Equal(t, "fw-fw-a", n.RouteTables["main-main"].Routes[1].Target.ID)
	two := n.Firewalls["two"]
	assert.Equal(t, model.VPCEndpointID("vpce-4114"), two.Endpoints[0].ID)
	assert.True(t, two.Endpoints[0].Ready)
	assert.False(t, two.Endpoints[1].Ready)
	native := n.TransitGatewayAttachments["native"]
	assert.Equal(t, model.AttachNetworkFunction, native.Type)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"native"}, n.TransitGatewayRouteTables["tgw-main"].Associations)
	assert.Empty(t, n.TransitGatewayRouteTables["tgw-main"].Propagations, "TGW-12")

	p := n.FirewallPolicies["p"]
	assert.Equal(t, []string{"aws:drop"}, p.StatelessDefaults)
	assert.Equal(t, []string{"aws:drop"}, p.FragmentDefaults)
	assert.Equal(t, []string{"aws:drop_established"}, p.StatefulDefaults)
	assert.True(t, p.StrictOrder)
	assert.Equal(t, model.FirewallRuleGroupID("rules"), p.StatefulGroups[0].Group, "ascending priority")
	assert.Equal(t, []string{"aws:forward_to_sfe"}, n.FirewallPolicies["short"].StatelessDefaults)

	five := n.FirewallRuleGroups["five"]
	assert.False(t, five.Stateful)
	assert.Equal(t, 1, five.Stateless[0].Priority)
	assert.Equal(t, []model.PortRange{{From: 443, To: 443}, {From: 8000, To: 8010}}, five.Stateless[0].DestinationPorts)
	rules := n.FirewallRuleGroups["rules"]
	assert.True(t, rules.Stateful)
	require.Len(t, rules.Rules, 3)
	assert.Equal(t, 25, rules.Rules[1].Provenance.Line)
	assert.Equal(t, []string{"content"}, rules.Rules[1].Opaque)
	assert.Equal(t, model.FirewallReject, rules.Rules[2].Action)
	assert.Equal(t, "any", rules.Rules[2].Source)
	assert.Equal(t, []netip.Prefix{prefix("10.0.0.5/32")}, rules.IPSets["HOSTS"])
	d := n.FirewallRuleGroups["names"].Domains
	assert.True(t, d.TLS && !d.HTTP && d.Type == "ALLOWLIST")
}

func TestClientVPN(t *testing.T) {
	n := network(t, `
vpcs: {main: {cidr: 10.0.0.0/16, subnets: {s1: {cidr: 10.0.0.0/24}, s2: {cidr: 10.0.1.0/24}}, security_groups: {cv: {}}}}
transit_gateways: {tgw: {cidr: 10.200.0.0/24}}
client_vpn_endpoints:
  cvpn:
    vpc: main
    client_cidr: 172.20.0.0/22
    subnets: [s1, s2]
    security_groups: cv
    routes: {10.1.0.0/16: [s1, s2], 10.0.0.0/16: s1, 172.20.0.0/22: local}
    authorization: [eng to 10.0.0.0/16, all to 0.0.0.0/0, {cidr: 10.1.0.0/16, group: ops team}]
  bare: {vpc: main, subnets: s1}
  hub: {transit_gateway: tgw, client_cidr: 172.24.0.0/22, routes: [10.0.0.0/8]}
`)
	c := n.ClientVPNEndpoints["cvpn"]
	assert.Equal(t, model.InterfaceID("eni-cvpn-s1"), c.Networks[0].Interface)
	i := n.Interfaces["eni-cvpn-s2"]
	assert.Equal(t, model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: "cvpn"}, i.Owner)
	assert.Equal(t, []model.SecurityGroupID{"cv"}, i.Groups)
	assert.False(t, i.Detached)
	routes := []string{}
	for _, r := range c.Routes {
		routes = append(routes, r.Prefix.String()+" "+string(r.Subnet))
	}
	assert.Equal(t, []string{"10.0.0.0/16 s2", "10.1.0.0/16 s1", "10.1.0.0/16 s2", "10.0.0.0/16 s1", "172.20.0.0/22 "}, routes, "CVPN-4")
	assert.True(t, c.Routes[4].Local)
	assert.Equal(t, "ops team", c.Authorization[2].Group)
	assert.True(t, c.Authorization[1].All && c.IPv4 && !c.IPv6)
	assert.Equal(t, []model.SecurityGroupID{"main-default"}, n.ClientVPNEndpoints["bare"].Groups, "CVPN-5")
	hub := n.ClientVPNEndpoints["hub"]
	assert.Equal(t, model.TransitGatewayAttachmentID("hub"), hub.Attachment)
	assert.Equal(t, []model.TransitGatewayAttachmentID{"hub"}, n.TransitGatewayRouteTables["tgw-main"].Propagations)
	assert.Equal(t, prefix("10.0.0.0/8"), hub.Routes[0].Prefix)
}

func TestCoreNetwork(t *testing.T) {
	n := network(t, strings.ReplaceAll(hubAndSpoke, ": tgw}", ": cn}")+`
core_networks:
  cn:
    segments: {prod: {isolate: true}, dev: {require_acceptance: false, deny: prod}, shared: {}}
    shares: [{segment: shared, with: [prod, dev]}]
    routes: [{segment: prod, cidr: 0.0.0.0/0, attachments: att-a}, {segment: dev, cidr: 10.9.0.0/16, blackhole: true}]
    rules: [{rule: 200, conditions: {type: any}, segment: dev}, {rule: 100, conditions: {type: tag-exists, key: segment}, tag_key: segment}]
    attachments:
      att-a: {vpc: a, subnets: a-tgw, segment: prod}
      att-b: {vpc: b, subnets: b-tgw, tags: {segment: shared}, accepted: unknown}
vpn_connections: {hq: {core_network: cn, learned_routes: 192.168.0.0/16}}
`)
	c := n.CoreNetworks["cn"]
	assert.True(t, c.Segments[0].Isolate && c.Segments[1].NoAcceptance)
	assert.Equal(t, []string{"prod"}, c.Segments[1].DenyFilter)
	assert.Nil(t, c.Segments[0].DenyFilter)
	assert.Equal(t, 100, c.Rules[0].Number)
	assert.Equal(t, []model.CoreNetworkAttachmentID{"att-a"}, c.Routes[0].Attachments)
	assert.Equal(t, "prod", n.CoreNetworkAttachments["att-a"].Segment)
	assert.NotNil(t, n.CoreNetworkAttachments["att-b"].AcceptanceUnknown)
	assert.Equal(t, model.AttachVPN, n.CoreNetworkAttachments["hq"].Type)
}

func TestAccelerators(t *testing.T) {
	n := network(t, balanced+`
    load_balancers: {web: {subnets: pub-a}, nlb: {type: network, subnets: pub-a}}
elastic_ips: {eip: 198.51.100.9}
global_accelerators: {ga: {listeners: [{ports: [443], endpoints: [web, web1, nlb, eip, {endpoint: web, client_ip: false, ports: {443: 8443}}]}]}}
vpc_origins: {o: {load_balancer: web}}
`)
	got := []model.AcceleratorEndpoint{}
	for _, e := range n.Accelerators["ga"].Listeners[0].Endpoints {
		e.Provenance = model.Provenance{}
		got = append(got, e)
	}
	assert.Equal(t, []model.AcceleratorEndpoint{{LoadBalancer: "web"}, {Instance: "web1"}, {LoadBalancer: "nlb", NoClientIP: true}, {Allocation: "eip", NoClientIP: true},
		{LoadBalancer: "web", NoClientIP: true, Overrides: map[uint16]uint16{443: 8443}}}, got)
	o := n.VPCOrigins["o"]
	assert.Equal(t, uint16(443), o.HTTPSPort)
	assert.Equal(t, model.OwnerID("web"), o.LoadBalancer)
}

func TestHost(t *testing.T) {
	doc, diags := Read(input.File{Path: "x.yaml", Data: []byte("tests: [{from: a, to: b, port: 443, host: www.example.com, expect: reachable}]")})
	require.Empty(t, diags)
	assert.Equal(t, "www.example.com", doc.Suite.Expectations[0].Host)
}
