package sim

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// BenchmarkAskService is a question about a service with its answer, in a VPC
// with an interface and a gateway endpoint.
func BenchmarkAskService(b *testing.B) {
	n := topology(10000, 200, 400, 20)
	n.VPCs["vpc"].Region, n.VPCs["vpc"].EnableDNSHostnames = "us-east-1", true
	n.SecurityGroups["sg-endpoint"] = &model.SecurityGroup{ID: "sg-endpoint", VPC: "vpc", Rules: []model.SecurityGroupRule{
		{Direction: model.Ingress, Traffic: tcp443, Peer: model.Peer{Prefix: netip.MustParsePrefix("10.0.0.0/16")}}}}
	n.Interfaces["eni-kms"] = &model.Interface{ID: "eni-kms", VPC: "vpc", Subnet: "subnet-1", Groups: []model.SecurityGroupID{"sg-endpoint"},
		Addresses: []model.Address{{IP: netip.MustParseAddr("10.0.1.250")}}, Owner: model.OwnerRef{Kind: model.KindVPCEndpoint, ID: "vpce-kms"}}
	n.VPCEndpoints["vpce-kms"] = &model.VPCEndpoint{ID: "vpce-kms", VPC: "vpc", Type: model.InterfaceEndpoint, Service: "com.amazonaws.us-east-1.kms",
		Available: true, PrivateDNSEnabled: true, Interfaces: []model.InterfaceID{"eni-kms"}}
	n.VPCEndpoints["vpce-s3"] = &model.VPCEndpoint{ID: "vpce-s3", VPC: "vpc", Type: model.GatewayEndpoint, Service: "com.amazonaws.us-east-1.s3",
		Available: true, RouteTables: []model.RouteTableID{"private"}}
	e := Compile(n)
	for _, service := range []string{"kms", "s3", "sqs", "session-manager"} {
		b.Run(service, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				q := model.Question{From: fmt.Sprint("eni-", i%10000), To: "service:" + service, Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}}
				if _, err := e.Ask(q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

var (
	tcp443   = model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}, ICMP: model.AnyICMP}
	askForS3 = model.Question{From: "eni-a", To: "service:s3", Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}}
)

// serviceNetwork is a VPC whose subnet has some of the ways to S3, and rules for
// some of its addresses.
func serviceNetwork(t *rapid.T) *model.Network {
	some := func(name string, of ...string) []string {
		var out []string
		for _, x := range of {
			if rapid.Bool().Draw(t, name+" "+x) {
				out = append(out, x)
			}
		}
		return out
	}
	n := model.NewNetwork()
	cidr := netip.MustParsePrefix("10.0.0.0/16")
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{cidr}, EnableDNSSupport: true, EnableDNSHostnames: true, Meta: model.Meta{Region: "us-east-1"}}
	n.InternetGateways["igw"] = &model.InternetGateway{ID: "igw", VPC: "vpc"}
	n.PrefixLists["pl-s3"] = &model.PrefixList{ID: "pl-s3", Meta: model.Meta{Name: "com.amazonaws.us-east-1.s3"}, EntriesUnknown: &model.Unknown{}}
	n.VPCEndpoints["vpce-s3"] = &model.VPCEndpoint{ID: "vpce-s3", VPC: "vpc", Type: model.GatewayEndpoint, Service: "com.amazonaws.us-east-1.s3", Available: true}
	table := &model.RouteTable{ID: "rtb", VPC: "vpc", Main: true, Routes: localRoutes(n.VPCs["vpc"])}
	for _, text := range some("route to", "0.0.0.0/0", "52.216.0.0/15", "52.0.0.0/8", "198.51.100.0/24") {
		r := model.Route{Prefix: netip.MustParsePrefix(text), Target: model.Target{Kind: model.KindInternetGateway, ID: "igw"}, State: model.RouteActive}
		if rapid.Bool().Draw(t, "black hole") {
			r.State = model.RouteBlackhole
		}
		table.Routes = append(table.Routes, r)
	}
	if rapid.Bool().Draw(t, "endpoint") {
		n.VPCEndpoints["vpce-s3"].RouteTables = []model.RouteTableID{"rtb"}
	}
	n.RouteTables["rtb"] = table
	acl := &model.NetworkACL{ID: "acl", VPC: "vpc", IsDefault: true}
	for i, text := range some("network ACL for", "52.216.0.0/16", "0.0.0.0/0", "10.0.0.0/8") {
		for _, d := range []model.Direction{model.Ingress, model.Egress} {
			action := model.Allow
			if rapid.IntRange(0, 3).Draw(t, "deny") == 0 {
				action = model.Deny
			}
			acl.Rules = append(acl.Rules, model.NetworkACLRule{Number: 100 + i, Direction: d, Action: action, Traffic: model.AllTraffic, Prefix: netip.MustParsePrefix(text)})
		}
	}
	n.NetworkACLs["acl"] = acl
	group := &model.SecurityGroup{ID: "sg", VPC: "vpc"}
	for _, text := range some("egress to", "pl-s3", "52.216.0.0/15", "0.0.0.0/0", "10.0.0.0/8", "pl-ddb") {
		r := model.SecurityGroupRule{Direction: model.Egress, Traffic: tcp443}
		if p, err := netip.ParsePrefix(text); err == nil {
			r.Peer.Prefix = p
		} else {
			r.Peer.PrefixList = model.PrefixListID(text)
		}
		group.Rules = append(group.Rules, r)
	}
	n.PrefixLists["pl-ddb"] = &model.PrefixList{ID: "pl-ddb", Meta: model.Meta{Name: "com.amazonaws.us-east-1.dynamodb"}, EntriesUnknown: &model.Unknown{}}
	n.SecurityGroups["sg"] = group
	n.Subnets["subnet"] = &model.Subnet{ID: "subnet", VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}}
	a := model.Address{IP: netip.MustParseAddr("10.0.0.10")}
	if rapid.Bool().Draw(t, "public address") {
		a.Public = netip.MustParseAddr("203.0.113.7")
	}
	n.Interfaces["eni-a"] = &model.Interface{ID: "eni-a", VPC: "vpc", Subnet: "subnet", Addresses: []model.Address{a}, Groups: []model.SecurityGroupID{"sg"}}
	return n
}

// TestUnknownServiceAddresses: what is said of a service whose addresses are not
// known holds whatever they turn out to be.
func TestUnknownServiceAddresses(t *testing.T) {
	seen := map[model.Verdict]int{}
	property := func(t *rapid.T) {
		n := serviceNetwork(t)
		open, err := Compile(n).Ask(askForS3)
		require.NoError(t, err)
		seen[open.Verdict]++
		list := n.PrefixLists["pl-s3"]
		list.EntriesUnknown = nil
		for _, text := range []string{"52.216.0.0/16", "52.219.0.0/20", "54.231.0.0/16", "3.5.0.0/19"} {
			if rapid.Bool().Draw(t, "entry "+text) {
				list.Entries = append(list.Entries, model.PrefixListEntry{Prefix: netip.MustParsePrefix(text)})
			}
		}
		if len(list.Entries) == 0 {
			return
		}
		told, err := Compile(n).Ask(askForS3)
		require.NoError(t, err)
		if open.Verdict != model.Indeterminate {
			require.Equal(t, told.Verdict, open.Verdict)
		}
	}
	for range 4 { // one round in fifty draws no network in which the service is reachable
		rapid.Check(t, property)
	}
	if testing.Short() {
		return // too few networks to be sure of every verdict
	}
	for _, v := range []model.Verdict{model.Reachable, model.Blocked, model.Indeterminate} {
		assert.Positive(t, seen[v], "%s is tested", v)
	}
}

// TestListsOfServices: a list that only a gateway endpoint's route names is that
// service's own.
func TestListsOfServices(t *testing.T) {
	n := model.NewNetwork()
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}, EnableDNSSupport: true, Meta: model.Meta{Region: "us-east-1"}}
	n.VPCEndpoints["vpce"] = &model.VPCEndpoint{ID: "vpce", VPC: "vpc", Type: model.GatewayEndpoint, Service: "com.amazonaws.us-east-1.s3", Available: true}
	n.RouteTables["rtb"] = &model.RouteTable{ID: "rtb", VPC: "vpc", Main: true, Routes: []model.Route{
		{PrefixList: "pl-63a5400a", Target: model.Target{Kind: model.KindVPCEndpoint, ID: "vpce"}, State: model.RouteActive}}}
	n.NetworkACLs["acl"] = &model.NetworkACL{ID: "acl", VPC: "vpc", IsDefault: true}
	for _, d := range []model.Direction{model.Ingress, model.Egress} {
		n.NetworkACLs["acl"].Rules = append(n.NetworkACLs["acl"].Rules,
			model.NetworkACLRule{Number: 100, Direction: d, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyPrefix})
	}
	n.SecurityGroups["sg"] = &model.SecurityGroup{ID: "sg", VPC: "vpc", Rules: []model.SecurityGroupRule{
		{Direction: model.Egress, Traffic: tcp443, Peer: model.Peer{PrefixList: "pl-63a5400a"}}}}
	n.Subnets["subnet"] = &model.Subnet{ID: "subnet", VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}}
	n.Interfaces["eni-a"] = &model.Interface{ID: "eni-a", VPC: "vpc", Subnet: "subnet", Groups: []model.SecurityGroupID{"sg"},
		Addresses: []model.Address{{IP: netip.MustParseAddr("10.0.0.10")}}}
	a, err := Compile(n).Ask(askForS3)
	require.NoError(t, err)
	assert.Equal(t, model.Reachable, a.Verdict)
	q := askForS3
	q.To = "service:dynamodb"
	a, err = Compile(n).Ask(q)
	require.NoError(t, err)
	assert.Equal(t, model.Blocked, a.Verdict)
}
