package yamlfile

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

func network(t *testing.T, text string) *model.Network {
	t.Helper()
	doc, diags := Read(input.File{Path: "x.yaml", Data: []byte(text)})
	require.Empty(t, diags)
	return doc.Network
}

// What AWS makes with a VPC is there without being written.
func TestDefaultsOfVPC(t *testing.T) {
	n := network(t, "vpcs: {main: {cidr: [10.0.0.0/16, '2001:db8::/56']}, v4: {cidr: 10.1.0.0/16, default: true}}")

	v := n.VPCs["main"]
	assert.True(t, v.EnableDNSSupport)
	assert.False(t, v.EnableDNSHostnames)
	assert.True(t, n.VPCs["v4"].EnableDNSHostnames, "VPC-12")

	table := n.RouteTables["main-main"]
	assert.True(t, table.Main, "VPC-16")
	require.Len(t, table.Routes, 2, "VPC-10")
	for i, r := range table.Routes {
		assert.Equal(t, v.CIDRs[i], r.Prefix)
		assert.True(t, r.Target.IsLocal())
		assert.Equal(t, model.CreateRouteTable, r.Origin)
		assert.Equal(t, model.RouteActive, r.State)
		assert.Equal(t, 1, r.Provenance.Line, "a local route is where its block is written")
	}

	acl := n.NetworkACLs["main-default"]
	assert.True(t, acl.IsDefault)
	assert.Len(t, acl.Rules, 4, "NACL-3")
	assert.Len(t, n.NetworkACLs["v4-default"].Rules, 2, "NACL-3: no IPv6 rules without IPv6")
	for _, r := range acl.Rules {
		assert.Equal(t, model.Allow, r.Action)
		assert.Equal(t, model.AllTraffic, r.Traffic)
	}

	group := n.SecurityGroups["main-default"]
	assert.Equal(t, "default", group.GroupName)
	require.Len(t, group.Rules, 3, "SG-4")
	assert.Equal(t, model.Peer{Group: "main-default"}, group.Rules[0].Peer)
	assert.Equal(t, model.Ingress, group.Rules[0].Direction)
	assert.Equal(t, model.Egress, group.Rules[1].Direction)
	assert.Len(t, n.SecurityGroups["v4-default"].Rules, 2)
}

// What is written of a default resource replaces that part of it alone.
func TestDefaultsReplaced(t *testing.T) {
	n := network(t, `
vpcs:
  main:
    cidr: 10.0.0.0/16
    network_acls:
      default: {ingress: 100 deny all from 0.0.0.0/0}
      own: {}
    security_groups:
      default: {ingress: []}
      own: {}
      shut: {egress: []}
    route_tables:
      main: {routes: {10.0.0.0/16: eni-fw}}
      bare: {}
    subnets: {a: {cidr: 10.0.0.0/24}}
    instances: {fw: {subnet: a}}
`)
	acl := n.NetworkACLs["main-default"]
	require.Len(t, acl.Rules, 2)
	assert.Equal(t, model.Deny, acl.Rules[0].Action)
	assert.Equal(t, model.Allow, acl.Rules[1].Action, "egress is still the default's")
	assert.Empty(t, n.NetworkACLs["own"].Rules, "NACL-6")
	assert.False(t, n.NetworkACLs["own"].IsDefault)
	assert.Len(t, n.SecurityGroups["main-default"].Rules, 1)
	require.Len(t, n.SecurityGroups["own"].Rules, 1, "SG-2")
	assert.Equal(t, anyIPv4, n.SecurityGroups["own"].Rules[0].Peer.Prefix)
	assert.Empty(t, n.SecurityGroups["shut"].Rules)
	require.Len(t, n.RouteTables["main-main"].Routes, 1, "RT-17: it takes the place of the local route")
	assert.Equal(t, model.Target{Kind: model.KindInterface, ID: "eni-fw"}, n.RouteTables["main-main"].Routes[0].Target)
	require.Len(t, n.RouteTables["bare"].Routes, 1)
	assert.False(t, n.RouteTables["bare"].Main)
	assert.Len(t, n.RouteTables, 2, "the VPC has a main table already")
}

func TestDefaultsOfInterfaces(t *testing.T) {
	n := network(t, `
vpcs:
  main:
    cidr: [10.0.0.0/16, "2001:db8::/56"]
    subnets:
      v4: {cidr: 10.0.0.0/24}
      public: {cidr: 10.0.1.0/24, map_public_ip_on_launch: true}
      dual: {cidr: [10.0.2.0/24, "2001:db8::/64"], assign_ipv6_address_on_creation: true}
      v6: {cidr: "2001:db8:0:1::/64"}
    instances:
      plain: {subnet: v4}
      public: {subnet: public}
      private: {subnet: public, public_ip: false}
      fixed: {subnet: v4, private_ip: 10.0.0.9, elastic_ip: 198.51.100.7}
      dual: {subnet: dual}
      v6: {subnet: v6}
    network_interfaces:
      spare: {subnet: public}
      used: {subnet: v4, instance: plain, source_dest_check: false}
    owners:
      fn: {type: lambda, subnet: public}
`)
	i := n.Interfaces["eni-plain"]
	assert.True(t, i.Unassigned4)
	assert.False(t, i.Unassigned6 || i.PublicUnassigned || i.SourceDestCheckDisabled || i.Detached)
	assert.Equal(t, []model.SecurityGroupID{"main-default"}, i.Groups, "SG-4")
	assert.Equal(t, model.OwnerRef{Kind: model.KindInstance, ID: "plain"}, i.Owner)
	assert.Equal(t, []model.InterfaceID{"eni-plain", "used"}, n.Instances["plain"].Interfaces)
	assert.Equal(t, 1, n.Interfaces["used"].DeviceIndex)
	assert.True(t, n.Interfaces["used"].SourceDestCheckDisabled)
	assert.True(t, n.Interfaces["eni-public"].PublicUnassigned, "SUB-10")
	assert.False(t, n.Interfaces["eni-private"].PublicUnassigned)
	assert.False(t, n.Interfaces["eni-fn"].PublicUnassigned, "SUB-10: for instances")
	assert.True(t, n.Interfaces["spare"].Detached, "ENI-11")
	assert.Equal(t, netip.MustParseAddr("198.51.100.7"), n.Interfaces["eni-fixed"].Addresses[0].Public)
	assert.Equal(t, model.InterfaceID("eni-fixed"), n.ElasticIPs["198.51.100.7"].Interface)
	assert.True(t, n.Interfaces["eni-dual"].Unassigned4 && n.Interfaces["eni-dual"].Unassigned6, "SUB-11")
	assert.True(t, !n.Interfaces["eni-v6"].Unassigned4 && n.Interfaces["eni-v6"].Unassigned6, "SUB-6")
	assert.True(t, n.Owners["fn"].SendsOnly, "LAM-1")
}

// A route to what is gone is a black hole without being told so (RT-10).
func TestRouteStates(t *testing.T) {
	n := network(t, `
vpcs:
  main:
    cidr: 10.0.0.0/16
    internet_gateway: igw
    subnets: {a: {cidr: 10.0.0.0/24}}
    route_tables:
      t:
        routes:
          0.0.0.0/0: igw
          192.0.2.0/32: old
          192.0.2.1/32: up
          192.0.2.2/32: down
          192.0.2.3/32: eni-down
          192.0.2.4/32: spare
          192.0.2.5/32: nat
          192.0.2.6/32: nat-deleted
          192.0.2.7/32: {target: igw, state: blackhole}
          192.0.2.8/32: tgw-1
          192.0.2.9/32: {internet_gateway: {id: igw-elsewhere}}
    instances: {up: {subnet: a}, down: {subnet: a, state: stopped}}
    network_interfaces: {spare: {subnet: a}}
    nat_gateways: {nat: {subnet: a}, nat-deleted: {subnet: a, state: deleted}}
internet_gateways: {old: {}}
`)
	got := map[string]string{}
	for _, r := range n.RouteTables["t"].Routes[1:] {
		got[r.Target.ID+" "+string(r.Target.Kind)+" "+r.Prefix.String()] = r.State.String()
	}
	assert.Equal(t, map[string]string{
		"igw internet-gateway 0.0.0.0/0":              "active",
		"old internet-gateway 192.0.2.0/32":           "blackhole",
		"up instance 192.0.2.1/32":                    "active",
		"down instance 192.0.2.2/32":                  "blackhole",
		"eni-down network-interface 192.0.2.3/32":     "blackhole",
		"spare network-interface 192.0.2.4/32":        "blackhole",
		"nat natgateway 192.0.2.5/32":                 "active",
		"nat-deleted natgateway 192.0.2.6/32":         "blackhole",
		"igw internet-gateway 192.0.2.7/32":           "blackhole",
		"tgw-1 transit-gateway 192.0.2.8/32":          "active",
		"igw-elsewhere internet-gateway 192.0.2.9/32": "active",
	}, got)
}

// The short form of a rule means what its long form means.
func TestShortForms(t *testing.T) {
	for short, long := range map[string]string{
		"tcp 443 from 0.0.0.0/0":                 "{protocol: tcp, ports: 443, from: 0.0.0.0/0}",
		"udp 1024-2048 from 10.0.0.1":            "{protocol: udp, ports: 1024-2048, from: 10.0.0.1/32}",
		"all from self":                          "{protocol: all, from: self}",
		"icmp 8/0 from web, corp, 10.0.0.0/8":    "{protocol: icmp, icmp_type: 8, icmp_code: 0, from: [web, corp, 10.0.0.0/8]}",
		"icmp from 10.0.0.0/8":                   "{protocol: icmp, from: 10.0.0.0/8}",
		"47 from ::/0":                           "{protocol: 47, from: '::/0'}",
		"tcp all from {security_group: default}": "",
	} {
		if long == "" {
			_, diags := Read(input.File{Path: "x.yaml", Data: []byte("vpcs: {main: {cidr: 10.0.0.0/16, security_groups: {web: {ingress: '" + short + "'}}}}")})
			assert.True(t, diags.HasErrors())
			continue
		}
		rules := func(rule string) []model.SecurityGroupRule {
			n := network(t, "vpcs: {main: {cidr: 10.0.0.0/16, security_groups: {web: {ingress: ["+rule+"]}}}}\nprefix_lists: {corp: [192.0.2.0/24]}")
			rules := n.SecurityGroups["web"].Rules
			for i := range rules {
				rules[i].Provenance = model.Provenance{}
			}
			return rules
		}
		assert.Equal(t, rules(long), rules("'"+short+"'"), short)
	}
}
