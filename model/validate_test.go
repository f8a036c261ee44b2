package model

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// validNetwork breaks no rule: a VPC with a public, a private and an inspected
// subnet, an appliance behind the internet gateway, NAT, and one other VPC.
func validNetwork() *Network {
	n := NewNetwork()
	at := func(line int) Meta { return Meta{Provenance: Provenance{File: "net.yaml", Line: line}} }
	n.VPCs["vpc-1"] = &VPC{ID: "vpc-1", Meta: at(1), CIDRs: prefixes("10.0.0.0/16", "fd00:1::/56"),
		CIDRProvenance: []Provenance{{File: "net.yaml", Line: 2}, {File: "net.yaml", Line: 3}}}
	n.VPCs["vpc-2"] = &VPC{ID: "vpc-2", Meta: at(4), CIDRs: prefixes("10.0.0.0/16")}
	n.Subnets["subnet-pub"] = &Subnet{ID: "subnet-pub", Meta: at(10), VPC: "vpc-1", CIDRs: prefixes("10.0.0.0/24", "fd00:1::/64"), RouteTable: "rtb-pub", AvailabilityZone: "a"}
	n.Subnets["subnet-app"] = &Subnet{ID: "subnet-app", Meta: at(11), VPC: "vpc-1", CIDRs: prefixes("10.0.1.0/24", "fd00:1:0:1::/64"), RouteTable: "rtb-app", AvailabilityZone: "a"}
	n.Subnets["subnet-b"] = &Subnet{ID: "subnet-b", Meta: at(12), VPC: "vpc-1", CIDRs: prefixes("10.0.2.0/24"), AvailabilityZone: "b"}
	n.Subnets["subnet-2"] = &Subnet{ID: "subnet-2", Meta: at(13), VPC: "vpc-2", CIDRs: prefixes("10.0.1.0/24")}
	n.InternetGateways["igw-1"] = &InternetGateway{ID: "igw-1", Meta: at(20), VPC: "vpc-1"}
	n.EgressOnlyInternetGateways["eigw-1"] = &EgressOnlyInternetGateway{ID: "eigw-1", Meta: at(21), VPC: "vpc-1"}
	n.NATGateways["nat-1"] = &NATGateway{ID: "nat-1", Meta: at(22), VPC: "vpc-1", Subnet: "subnet-pub", State: NATGatewayAvailable,
		Addresses: []NATGatewayAddress{{Private: addr("10.0.0.9"), Public: addr("198.51.100.9"), Interface: "eni-nat"}}}
	n.VPCEndpoints["vpce-gw"] = &VPCEndpoint{ID: "vpce-gw", Meta: at(23), VPC: "vpc-1", Type: GatewayEndpoint, Service: "com.amazonaws.us-east-1.s3", RouteTables: []RouteTableID{"rtb-app"}}
	n.VPCEndpoints["vpce-lb"] = &VPCEndpoint{ID: "vpce-lb", Meta: at(24), VPC: "vpc-1", Type: GatewayLoadBalancerEndpoint, Subnets: []SubnetID{"subnet-b"}}
	n.PrefixLists["pl-s3"] = &PrefixList{ID: "pl-s3", Meta: Meta{Name: "com.amazonaws.us-east-1.s3"}, Entries: []PrefixListEntry{{Prefix: prefix("52.216.0.0/15")}}}
	n.PrefixLists["pl-1"] = &PrefixList{ID: "pl-1", Meta: at(25), MaxEntries: 2, Entries: []PrefixListEntry{{Prefix: prefix("192.0.2.0/24"), Provenance: Provenance{File: "net.yaml", Line: 26}}}}

	route := func(line int, destination string, t Target) Route {
		return Route{Prefix: prefix(destination), Target: t, State: RouteActive, Provenance: Provenance{File: "net.yaml", Line: line}}
	}
	local := Route{Prefix: prefix("10.0.0.0/16"), Target: LocalTarget, Origin: CreateRouteTable, State: RouteActive}
	n.RouteTables["rtb-main"] = &RouteTable{ID: "rtb-main", Meta: at(30), VPC: "vpc-1", Main: true, Routes: []Route{local}}
	n.RouteTables["rtb-pub"] = &RouteTable{ID: "rtb-pub", Meta: at(31), VPC: "vpc-1", Routes: []Route{local,
		route(32, "0.0.0.0/0", Target{KindInternetGateway, "igw-1"}),
		route(33, "10.0.1.0/24", Target{KindVPCEndpoint, "vpce-lb"})}}
	n.RouteTables["rtb-app"] = &RouteTable{ID: "rtb-app", Meta: at(34), VPC: "vpc-1", Routes: []Route{local,
		route(35, "0.0.0.0/0", Target{KindNATGateway, "nat-1"}),
		route(36, "::/0", Target{KindEgressOnlyInternetGateway, "eigw-1"}),
		{PrefixList: "pl-s3", Target: Target{KindVPCEndpoint, "vpce-gw"}, State: RouteActive}}}
	n.RouteTables["rtb-igw"] = &RouteTable{ID: "rtb-igw", Meta: at(40), VPC: "vpc-1", Gateways: []string{"igw-1"}, Routes: []Route{local,
		route(41, "10.0.1.0/24", Target{KindInterface, "eni-1"})}}

	n.Interfaces["eni-1"] = &Interface{ID: "eni-1", Meta: at(50), VPC: "vpc-1", Subnet: "subnet-app", Addresses: addresses("10.0.1.10", "fd00:1:0:1::10"),
		Prefixes: prefixes("10.0.1.16/28"), Groups: []SecurityGroupID{"sg-1"}, Owner: OwnerRef{KindInstance, "i-1"}}
	n.Interfaces["eni-2"] = &Interface{ID: "eni-2", Meta: at(51), VPC: "vpc-1", Subnet: "subnet-pub", Addresses: addresses("10.0.0.10"), DeviceIndex: 1, Owner: OwnerRef{KindInstance, "i-1"}}
	n.Interfaces["eni-nat"] = &Interface{ID: "eni-nat", Meta: at(52), VPC: "vpc-1", Subnet: "subnet-pub", RequesterManaged: true,
		Addresses: []Address{{IP: addr("10.0.0.9"), Public: addr("198.51.100.9")}}, Owner: OwnerRef{KindNATGateway, "nat-1"}}
	n.Interfaces["eni-other"] = &Interface{ID: "eni-other", Meta: at(53), VPC: "vpc-2", Subnet: "subnet-2", Addresses: addresses("10.0.1.10")}
	n.Instances["i-1"] = &Instance{ID: "i-1", Meta: at(54), VPC: "vpc-1", Interfaces: []InterfaceID{"eni-1", "eni-2"}}
	n.ElasticIPs["eipalloc-1"] = &ElasticIP{ID: "eipalloc-1", Meta: at(55), PublicIP: addr("198.51.100.9"), Interface: "eni-nat", PrivateIP: addr("10.0.0.9")}

	n.SecurityGroups["sg-1"] = &SecurityGroup{ID: "sg-1", Meta: at(60), GroupName: "web", VPC: "vpc-1", Rules: []SecurityGroupRule{
		{Traffic: Traffic{Protocol: TCP, Ports: PortRange{443, 443}}, Peer: Peer{Prefix: prefix("0.0.0.0/0")}, Provenance: Provenance{File: "net.yaml", Line: 61}},
		{Direction: Egress, Traffic: AllTraffic, Peer: Peer{PrefixList: "pl-1"}, Provenance: Provenance{File: "net.yaml", Line: 62}}}}
	n.NetworkACLs["acl-1"] = &NetworkACL{ID: "acl-1", Meta: at(70), VPC: "vpc-1", IsDefault: true, Rules: []NetworkACLRule{
		{Number: 100, Action: Allow, Traffic: AllTraffic, Prefix: prefix("0.0.0.0/0"), Provenance: Provenance{File: "net.yaml", Line: 71}},
		{Number: 100, Direction: Egress, Action: Allow, Traffic: AllTraffic, Prefix: prefix("0.0.0.0/0"), Provenance: Provenance{File: "net.yaml", Line: 72}},
		{Number: 110, Action: Allow, Traffic: Traffic{Protocol: ICMP, ICMP: ICMPTypeCode{8, -1}}, Prefix: prefix("0.0.0.0/0"), Provenance: Provenance{File: "net.yaml", Line: 73}}}}
	return n
}

func TestValidNetworkHasNoFindings(t *testing.T) {
	assert.Empty(t, validNetwork().Validate())
	assert.Empty(t, selectNetwork().Validate())
}

func at(line int) Provenance { return Provenance{File: "net.yaml", Line: line} }

// routed gives a change that adds a route to a table.
func routed(table RouteTableID, line int, destination string, t Target) func(*Network) {
	return func(n *Network) {
		rt := n.RouteTables[table]
		r := Route{Target: t, State: RouteActive, Provenance: at(line)}
		if p, err := netip.ParsePrefix(destination); err == nil {
			r.Prefix = p
		} else {
			r.PrefixList = PrefixListID(destination)
		}
		rt.Routes = append(rt.Routes, r)
	}
}

// cidrs gives a change of vpc-1's blocks; every other thing that lies in it goes.
func cidrs(ss ...string) func(*Network) {
	return func(n *Network) {
		v := n.VPCs["vpc-1"]
		*n = *NewNetwork()
		v.CIDRs = prefixes(ss...)
		v.CIDRProvenance = nil
		for i := range v.CIDRs {
			v.CIDRProvenance = append(v.CIDRProvenance, at(100+i))
		}
		n.VPCs[v.ID] = v
	}
}

// many gives the rest of an allowance in different /32s.
func many(n int) []netip.Prefix {
	var ps []netip.Prefix
	a := addr("192.0.2.0")
	for range n {
		ps = append(ps, netip.PrefixFrom(a, 32))
		a = a.Next()
	}
	return ps
}

// validateCase changes validNetwork so that it breaks one rule, once.
type validateCase struct {
	name     string
	change   func(*Network)
	severity Severity
	rule     string
	resource string
	line     int
}

var validateCases = slices.Concat(vpcCases, betweenCases(), targetCases())

// vpcCases are about a VPC and what is in it.
var vpcCases = []validateCase{
	{"a VPC with IPv6 alone", cidrs("fd00:1::/56"), Error, "VPC-1", "vpc-1", 100},
	{"a /15 VPC", cidrs("10.0.0.0/15"), Error, "VPC-2", "vpc-1", 100},
	{"a /29 VPC", cidrs("10.0.0.0/29"), Error, "VPC-2", "vpc-1", 100},
	{"a VPC of link-local addresses", cidrs("169.254.0.0/16"), Error, "VPC-3", "vpc-1", 100},
	{"a secondary CIDR that overlaps", cidrs("10.0.0.0/17", "10.0.64.0/18"), Error, "VPC-6", "vpc-1", 101},
	{"A23: a secondary CIDR equal to a route", func(n *Network) {
		cidrs("10.2.0.0/16", "10.0.0.0/24")(n)
		n.RouteTables["rtb-main"] = &RouteTable{ID: "rtb-main", VPC: "vpc-1"}
		routed("rtb-main", 35, "10.0.0.0/24", Target{KindVPNGateway, "vgw-1"})(n)
	}, Error, "VPC-6", "vpc-1", 101},
	{"A25: another private range", cidrs("10.0.0.0/16", "172.20.0.0/16"), Error, "VPC-7", "vpc-1", 101},
	{"198.19 beside a private range", cidrs("10.0.0.0/16", "198.19.0.0/20"), Error, "VPC-7", "vpc-1", 101},
	{"10.0.0.0/16 beside 10.1.0.0/16", cidrs("10.1.0.0/16", "10.0.0.0/16"), Error, "VPC-7", "vpc-1", 101},
	{"172.31 beside 172.16", cidrs("172.16.0.0/16", "172.31.0.0/20"), Error, "VPC-7", "vpc-1", 101},
	{"private after public", cidrs("100.64.0.0/16", "10.0.0.0/16"), Error, "VPC-7", "vpc-1", 101},
	{"an IPv6 /58", cidrs("10.0.0.0/16", "fd00:1::/58"), Error, "VPC-11", "vpc-1", 101},
	{"six IPv4 blocks", cidrs("10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16", "10.6.0.0/16", "10.7.0.0/16"), Warning, "VPC-11", "vpc-1", 1},
	{"two internet gateways", func(n *Network) {
		n.InternetGateways["igw-2"] = &InternetGateway{ID: "igw-2", VPC: "vpc-1", Meta: Meta{Provenance: at(29)}}
	}, Error, "VPC-15", "igw-2", 29},
	{"two egress-only internet gateways", func(n *Network) {
		n.EgressOnlyInternetGateways["eigw-2"] = &EgressOnlyInternetGateway{ID: "eigw-2", VPC: "vpc-1", Meta: Meta{Provenance: at(29)}}
	}, Error, "VPC-15", "eigw-2", 29},

	{"overlapping subnets", func(n *Network) { n.Subnets["subnet-b"].CIDRs = prefixes("10.0.1.128/25") }, Error, "SUB-2", "subnet-b", 12},
	{"a /29 subnet", func(n *Network) { n.Subnets["subnet-b"].CIDRs = prefixes("10.0.3.0/29") }, Error, "SUB-2", "subnet-b", 12},
	{"a subnet outside its VPC", func(n *Network) {
		n.Subnets["subnet-2"].CIDRs = prefixes("10.1.1.0/24")
		delete(n.Interfaces, "eni-other")
	}, Error, "SUB-2", "subnet-2", 13},
	{"an IPv6 /66 subnet", func(n *Network) {
		n.Subnets["subnet-b"].CIDRs = append(n.Subnets["subnet-b"].CIDRs, prefix("fd00:1:0:2::/66"))
	}, Error, "SUB-5", "subnet-b", 12},
	{"two IPv4 blocks", func(n *Network) {
		n.Subnets["subnet-b"].CIDRs = append(n.Subnets["subnet-b"].CIDRs, prefix("10.0.3.0/24"))
	}, Error, "SUB-6", "subnet-b", 12},
	{"another VPC's route table", func(n *Network) { n.Subnets["subnet-2"].RouteTable = "rtb-main" }, Error, "SUB-7", "subnet-2", 13},
	{"two main tables", func(n *Network) {
		n.RouteTables["rtb-main2"] = &RouteTable{ID: "rtb-main2", VPC: "vpc-1", Main: true, Meta: Meta{Provenance: at(39)}}
	}, Error, "SUB-7", "rtb-main2", 39},
	{"another VPC's network ACL", func(n *Network) { n.Subnets["subnet-2"].NetworkACL = "acl-1" }, Error, "SUB-8", "subnet-2", 13},
	{"two default network ACLs", func(n *Network) {
		n.NetworkACLs["acl-2"] = &NetworkACL{ID: "acl-2", VPC: "vpc-1", IsDefault: true, Meta: Meta{Provenance: at(79)}}
	}, Error, "SUB-8", "acl-2", 79},
	{"IPv6 addresses from nowhere", func(n *Network) { n.Subnets["subnet-b"].AssignIPv6AddressOnCreation = true }, Warning, "SUB-11", "subnet-b", 12},

	{"A27: a reserved address", func(n *Network) { n.Interfaces["eni-2"].Addresses = addresses("10.0.0.3") }, Error, "SUB-3", "eni-2", 51},
	{"the broadcast address", func(n *Network) { n.Interfaces["eni-2"].Addresses = addresses("10.0.0.255") }, Error, "SUB-3", "eni-2", 51},
	{"the router's IPv6 address", func(n *Network) { n.Interfaces["eni-2"].Addresses = addresses("fd00:1::1") }, Error, "SUB-3", "eni-2", 51},
	{"an address of another subnet", func(n *Network) { n.Interfaces["eni-2"].Addresses = addresses("10.0.2.20") }, Error, "ENI-1", "eni-2", 51},
	{"an address twice", func(n *Network) { n.Interfaces["eni-2"].Addresses = addresses("10.0.0.9") }, Error, "ENI-1", "eni-nat", 52},
	{"another VPC's subnet", func(n *Network) { n.Interfaces["eni-other"].VPC = "vpc-3" }, Error, "ENI-1", "eni-other", 53},
	{"interfaces in two zones", func(n *Network) { n.Subnets["subnet-pub"].AvailabilityZone = "b" }, Error, "ENI-2", "eni-2", 51},
	{"a /27 prefix", func(n *Network) { n.Interfaces["eni-1"].Prefixes = prefixes("10.0.1.32/27") }, Error, "ENI-7", "eni-1", 50},
	{"another subnet's prefix", func(n *Network) { n.Interfaces["eni-1"].Prefixes = prefixes("10.0.2.32/28") }, Error, "ENI-7", "eni-1", 50},
	{"a public address twice", func(n *Network) { n.Interfaces["eni-2"].Addresses[0].Public = addr("198.51.100.9") }, Error, "EIP-1", "eni-nat", 52},
	{"an Elastic IP twice", func(n *Network) {
		n.ElasticIPs["eipalloc-2"] = &ElasticIP{ID: "eipalloc-2", PublicIP: addr("198.51.100.9"), Meta: Meta{Provenance: at(56)}}
	}, Error, "EIP-1", "eipalloc-2", 56},
	{"an IPv6 Elastic IP", func(n *Network) {
		n.ElasticIPs["eipalloc-2"] = &ElasticIP{ID: "eipalloc-2", PublicIP: addr("2001:db8::1"), Meta: Meta{Provenance: at(56)}}
	}, Error, "EIP-1", "eipalloc-2", 56},
	{"an Elastic IP for nobody's address", func(n *Network) { n.ElasticIPs["eipalloc-1"].PrivateIP = addr("10.0.0.77") }, Error, "EIP-1", "eipalloc-1", 55},

	{"a function with a public address", func(n *Network) {
		n.Interfaces["eni-1"].PublicUnassigned = true
		n.Owners["fn"] = &Owner{ID: "fn", Type: "lambda", Interfaces: []InterfaceID{"eni-1"}}
	}, Error, "LAM-2", "fn", 50},
	{"a participant in the default group", func(n *Network) {
		n.SecurityGroups["sg-default"] = &SecurityGroup{ID: "sg-default", Meta: Meta{Account: "111122223333"}, VPC: "vpc-1", GroupName: "default"}
		n.Interfaces["eni-1"].Account, n.Interfaces["eni-1"].Groups = "444455556666", []SecurityGroupID{"sg-default"}
	}, Error, "SHR-2", "eni-1", 50},
	{"an endpoint twice in a zone", func(n *Network) {
		n.Subnets["subnet-b"].AvailabilityZone = n.Subnets["subnet-app"].AvailabilityZone
		n.VPCEndpoints["vpce-if"] = &VPCEndpoint{ID: "vpce-if", Meta: Meta{Provenance: at(57)}, VPC: "vpc-1", Type: InterfaceEndpoint, Subnets: []SubnetID{"subnet-app", "subnet-b"}}
	}, Error, "IFEP-1", "vpce-if", 57},
	{"G44: a participant's endpoint", func(n *Network) {
		n.Subnets["subnet-b"].Account = "111122223333"
		n.VPCEndpoints["vpce-if"] = &VPCEndpoint{ID: "vpce-if", Meta: Meta{Account: "444455556666", Provenance: at(57)}, VPC: "vpc-1", Type: InterfaceEndpoint, Subnets: []SubnetID{"subnet-b"}}
	}, Error, "IFEP-14", "vpce-if", 57},

	{"a route twice", routed("rtb-pub", 35, "0.0.0.0/0", Target{KindTransitGateway, "tgw-1"}), Error, "RT-13", "rtb-pub", 35},
	{"a route to nowhere", routed("rtb-pub", 35, "192.0.2.0/24", Target{}), Error, "RT-13", "rtb-pub", 35},
	{"a route for nothing", routed("rtb-pub", 35, "", Target{KindTransitGateway, "tgw-1"}), Error, "RT-13", "rtb-pub", 35},
	{"a route for two things", func(n *Network) { n.RouteTables["rtb-pub"].Routes[1].PrefixList = "pl-1" }, Error, "RT-13", "rtb-pub", 32},
	{"A29: a route to instance metadata", routed("rtb-pub", 35, "169.254.169.254/32", Target{KindTransitGateway, "tgw-1"}), Error, "RT-14", "rtb-pub", 35},
	{"a host route inside the VPC", routed("rtb-pub", 35, "10.0.2.7/32", Target{KindInterface, "eni-1"}), Error, "RT-16", "rtb-pub", 35},
	{"a transit gateway inside the VPC", routed("rtb-pub", 35, "10.0.2.0/24", Target{KindTransitGateway, "tgw-1"}), Error, "RT-16", "rtb-pub", 35},
	{"local replaced by a peering", routed("rtb-pub", 35, "10.0.0.0/16", Target{KindVPCPeeringConnection, "pcx-1"}), Error, "RT-17", "rtb-pub", 35},
	{"a CIDR by a gateway endpoint", routed("rtb-app", 39, "52.216.0.0/15", Target{KindVPCEndpoint, "vpce-gw"}), Error, "RT-18", "rtb-app", 39},
	{"two gateway endpoints of a service", func(n *Network) {
		e := *n.VPCEndpoints["vpce-gw"]
		e.ID, e.Provenance = "vpce-gw2", at(29)
		n.VPCEndpoints[e.ID] = &e
	}, Error, "RT-18", "vpce-gw2", 29},
	{"F21: a prefix list by a Gateway Load Balancer endpoint", routed("rtb-pub", 35, "pl-1", Target{KindVPCEndpoint, "vpce-lb"}), Error, "RT-19", "rtb-pub", 35},
	{"the main table at a gateway", func(n *Network) { n.RouteTables["rtb-igw"].Main, n.RouteTables["rtb-main"].Main = true, false }, Error, "RT-21", "rtb-igw", 40},
	{"two tables at a gateway", func(n *Network) {
		n.RouteTables["rtb-pub2"] = &RouteTable{ID: "rtb-pub2", VPC: "vpc-1", Gateways: []string{"igw-1"}, Meta: Meta{Provenance: at(39)}}
	}, Error, "GRT-1", "rtb-pub2", 39},
	{"a NAT gateway behind a gateway", routed("rtb-igw", 42, "10.0.0.0/24", Target{KindNATGateway, "nat-1"}), Error, "GRT-2", "rtb-igw", 42},
	{"F10: a prefix list behind a gateway", routed("rtb-igw", 42, "pl-1", Target{KindInterface, "eni-1"}), Error, "GRT-3", "rtb-igw", 42},
	{"a route outside the VPC behind a gateway", routed("rtb-igw", 42, "172.16.0.0/24", Target{KindInterface, "eni-1"}), Error, "GRT-3", "rtb-igw", 42},
	{"a public pool behind a gateway", routed("rtb-igw", 42, "203.0.113.0/28", Target{KindInterface, "eni-1"}), Warning, "GRT-3", "rtb-igw", 42},
	{"F09: propagation at a gateway", func(n *Network) { n.RouteTables["rtb-igw"].PropagatingVGWs = []string{"vgw-1"} }, Error, "GRT-4", "rtb-igw", 40},
	{"F17: an appliance among its clients", routed("rtb-app", 39, "192.0.2.0/24", Target{KindInterface, "eni-1"}), Warning, "MB-1", "rtb-app", 39},
	{"an instance among its clients", routed("rtb-app", 39, "192.0.2.0/24", Target{KindInstance, "i-1"}), Warning, "MB-1", "rtb-app", 39},
	{"an endpoint among its clients", routed("rtb-main", 39, "0.0.0.0/0", Target{KindVPCEndpoint, "vpce-lb"}), Warning, "MB-1", "rtb-main", 39},
	{"an entry of the other family", func(n *Network) { n.PrefixLists["pl-1"].IPv6 = true }, Error, "PL-1", "pl-1", 26},
	{"more entries than declared", func(n *Network) {
		for _, p := range many(2) {
			n.PrefixLists["pl-1"].Entries = append(n.PrefixLists["pl-1"].Entries, PrefixListEntry{Prefix: p})
		}
	}, Error, "PL-1", "pl-1", 25},
	{"more entries than may be declared", func(n *Network) {
		n.PrefixLists["pl-1"].MaxEntries = 1001
		n.SecurityGroups["sg-1"].Rules = nil
	}, Error, "PL-1", "pl-1", 25},

	{"another VPC's internet gateway", func(n *Network) {
		n.RouteTables["rtb-2"] = &RouteTable{ID: "rtb-2", VPC: "vpc-2"}
		routed("rtb-2", 45, "0.0.0.0/0", Target{KindInternetGateway, "igw-1"})(n)
	}, Error, "IGW-1", "rtb-2", 45},
	{"IPv4 by an egress-only internet gateway", routed("rtb-app", 39, "203.0.113.0/24", Target{KindEgressOnlyInternetGateway, "eigw-1"}), Error, "EIGW-3", "rtb-app", 39},
	{"C28: NAT without an internet gateway", func(n *Network) { n.InternetGateways["igw-1"].VPC = "" }, Error, "NAT-1", "nat-1", 22},
	{"a private NAT gateway with a public address", func(n *Network) { n.NATGateways["nat-1"].Private = true }, Error, "NAT-1", "nat-1", 22},
	{"another VPC's NAT gateway", func(n *Network) {
		n.RouteTables["rtb-2"] = &RouteTable{ID: "rtb-2", VPC: "vpc-2"}
		routed("rtb-2", 45, "0.0.0.0/0", Target{KindNATGateway, "nat-1"})(n)
	}, Error, "NAT-4", "rtb-2", 45},
	{"another VPC's interface", routed("rtb-app", 39, "10.9.0.0/16", Target{KindInterface, "eni-other"}), Error, "RT-25", "rtb-app", 39},
	{"a NAT gateway's address outside its subnet", func(n *Network) { n.NATGateways["nat-1"].Addresses[0].Private = addr("10.0.1.9") }, Error, "NAT-5", "nat-1", 22},
	{"a NAT gateway's reserved address", func(n *Network) { n.NATGateways["nat-1"].Addresses[0].Private = addr("10.0.0.1") }, Error, "NAT-5", "nat-1", 22},
	{"a NAT gateway's address that an instance has", func(n *Network) { n.NATGateways["nat-1"].Addresses[0] = NATGatewayAddress{Private: addr("10.0.0.10")} }, Error, "NAT-5", "nat-1", 22},
	{"a NAT gateway without IPv4", func(n *Network) {
		n.Subnets["subnet-6"] = &Subnet{ID: "subnet-6", VPC: "vpc-1", CIDRs: prefixes("fd00:1:0:6::/64")}
		n.NATGateways["nat-1"].Subnet = "subnet-6"
	}, Error, "NAT-5", "nat-1", 22},
	{"nine addresses", func(n *Network) { n.NATGateways["nat-1"].Addresses = make([]NATGatewayAddress, 9) }, Error, "NAT-14", "nat-1", 22},
	{"NAT64 among its clients", routed("rtb-pub", 39, "64:ff9b::/96", Target{KindNATGateway, "nat-1"}), Warning, "NAT-22", "rtb-pub", 39},
	{"a private regional NAT gateway", func(n *Network) {
		*n.NATGateways["nat-1"] = NATGateway{ID: "nat-1", VPC: "vpc-1", Regional: true, Private: true, Meta: Meta{Provenance: at(22)}}
	}, Error, "RNAT-3", "nat-1", 22},

	{"ports that end before they begin", func(n *Network) { n.SecurityGroups["sg-1"].Rules[0].Traffic.Ports = PortRange{443, 80} }, Error, "SG-8", "sg-1", 61},
	{"a code without a type", func(n *Network) {
		n.SecurityGroups["sg-1"].Rules[0].Traffic = Traffic{Protocol: ICMP, ICMP: ICMPTypeCode{-1, 4}}
	}, Error, "SG-8", "sg-1", 61},
	{"protocol 300", func(n *Network) { n.SecurityGroups["sg-1"].Rules[0].Traffic.Protocol = 300 }, Error, "SG-8", "sg-1", 61},
	{"a rule without a peer", func(n *Network) { n.SecurityGroups["sg-1"].Rules[0].Peer = Peer{} }, Error, "SG-10", "sg-1", 61},
	{"a rule with two peers", func(n *Network) { n.SecurityGroups["sg-1"].Rules[0].Peer.Group = "sg-1" }, Error, "SG-10", "sg-1", 61},
	{"D39: a default group elsewhere", func(n *Network) {
		n.SecurityGroups["sg-1"].GroupName, n.SecurityGroups["sg-1"].AssociatedVPCs = "default", []VPCID{"vpc-2"}
	}, Error, "SG-32", "sg-1", 60},
	{"a group in a default VPC", func(n *Network) {
		n.VPCs["vpc-2"].IsDefault, n.SecurityGroups["sg-1"].AssociatedVPCs = true, []VPCID{"vpc-2"}
	}, Error, "SG-32", "sg-1", 60},
	{"a group in another Region", func(n *Network) {
		n.VPCs["vpc-1"].Region, n.VPCs["vpc-2"].Region, n.SecurityGroups["sg-1"].AssociatedVPCs = "us-east-1", "us-east-2", []VPCID{"vpc-2"}
	}, Error, "SG-32", "sg-1", 60},
	{"another VPC's group", func(n *Network) { n.Interfaces["eni-other"].Groups = []SecurityGroupID{"sg-1"} }, Warning, "SG-32", "eni-other", 53},
	{"sixty-one rules", func(n *Network) {
		for _, p := range many(60) {
			n.SecurityGroups["sg-1"].Rules = append(n.SecurityGroups["sg-1"].Rules, SecurityGroupRule{Traffic: AllTraffic, Peer: Peer{Prefix: p}})
		}
	}, Warning, "SG-36", "sg-1", 60},
	{"six groups", func(n *Network) { n.Interfaces["eni-1"].Groups = groups(6) }, Warning, "SG-36", "eni-1", 50},
	{"seventeen groups", func(n *Network) { n.Interfaces["eni-1"].Groups = groups(17) }, Error, "SG-36", "eni-1", 50},

	{"rule 0", func(n *Network) { n.NetworkACLs["acl-1"].Rules[0].Number = 0 }, Error, "NACL-1", "acl-1", 71},
	{"rule 32767", func(n *Network) { n.NetworkACLs["acl-1"].Rules[0].Number = 32767 }, Error, "NACL-1", "acl-1", 71},
	{"two rules with one number", func(n *Network) { n.NetworkACLs["acl-1"].Rules[2].Number = 100 }, Error, "NACL-1", "acl-1", 73},
	{"a rule without a CIDR", func(n *Network) { n.NetworkACLs["acl-1"].Rules[0].Prefix = netip.Prefix{} }, Error, "NACL-7", "acl-1", 71},
	{"a network ACL's ports that end before they begin", func(n *Network) {
		n.NetworkACLs["acl-1"].Rules[0].Traffic = Traffic{Protocol: TCP, Ports: PortRange{2, 1}}
	}, Error, "NACL-7", "acl-1", 71},
	{"a network ACL's code without a type", func(n *Network) { n.NetworkACLs["acl-1"].Rules[2].Traffic.ICMP = ICMPTypeCode{-1, 0} }, Error, "NACL-9", "acl-1", 73},
	{"twenty-one rules", func(n *Network) {
		for i := range 21 {
			n.NetworkACLs["acl-1"].Rules = append(n.NetworkACLs["acl-1"].Rules, NetworkACLRule{Number: 200 + i, Direction: Egress, Traffic: AllTraffic, Prefix: prefix("0.0.0.0/0")})
		}
	}, Warning, "NACL-17", "acl-1", 70},
	{"two hundred and one network ACLs", func(n *Network) {
		for i := range 200 {
			id := NetworkACLID(fmt.Sprintf("acl-x%d", i))
			n.NetworkACLs[id] = &NetworkACL{ID: id, VPC: "vpc-1"}
		}
	}, Warning, "NACL-17", "vpc-1", 1},
}

func groups(n int) []SecurityGroupID {
	var ids []SecurityGroupID
	for i := range n {
		ids = append(ids, SecurityGroupID(fmt.Sprintf("sg-x%d", i)))
	}
	return ids
}

func TestValidate(t *testing.T) {
	for _, c := range validateCases {
		t.Run(c.name, func(t *testing.T) {
			n := validNetwork()
			c.change(n)
			found := n.Validate()
			require.Len(t, found, 1, "%v", found)
			d := found[0]
			assert.Equal(t, c.rule, d.Rule)
			assert.Equal(t, c.severity, d.Severity)
			assert.Equal(t, c.resource, d.Resource)
			assert.Equal(t, at(c.line), d.Provenance)
			assert.NotContains(t, d.Summary, "%!")
		})
	}
}

// Whatever is allowed must stay free of findings.
func TestValidateAllows(t *testing.T) {
	for name, change := range map[string]func(*Network){
		"A24: a secondary CIDR smaller than a route": func(n *Network) {
			cidrs("10.2.0.0/16", "10.0.0.0/25")(n)
			n.RouteTables["rtb-main"] = &RouteTable{ID: "rtb-main", VPC: "vpc-1"}
			routed("rtb-main", 35, "10.0.0.0/24", Target{KindVPNGateway, "vgw-1"})(n)
		},
		"shared address space beside a private range":   cidrs("10.2.0.0/16", "100.64.0.0/16", "10.3.0.0/16"),
		"a public secondary":                            cidrs("172.16.0.0/16", "203.0.113.0/24"),
		"a route more specific than local for a subnet": routed("rtb-app", 39, "10.0.2.0/24", Target{KindNATGateway, "nat-1"}),
		"a replaced local route":                        routed("rtb-pub", 39, "10.0.0.0/16", Target{KindInterface, "eni-1"}),
		"a route that holds the reserved range":         routed("rtb-pub", 39, "169.254.0.0/16", Target{KindTransitGateway, "tgw-1"}),
		"A12: a propagated route beside a static one":   propagated("rtb-pub", "0.0.0.0/0"),
		"a propagated route inside the VPC":             propagated("rtb-pub", "10.0.9.0/24"),
		"B12: an internet gateway that is detached": func(n *Network) {
			n.InternetGateways["igw-2"] = &InternetGateway{ID: "igw-2"}
			n.InternetGateways["igw-3"] = &InternetGateway{ID: "igw-3"}
		},
		"a rule whose peer is open": func(n *Network) {
			n.SecurityGroups["sg-1"].Rules[0].Peer, n.SecurityGroups["sg-1"].Rules[0].Unknown = Peer{}, &Unknown{}
		},
		"a deleted NAT gateway without an internet gateway": func(n *Network) {
			n.InternetGateways["igw-1"].VPC, n.NATGateways["nat-1"].State = "", NATGatewayDeleted
		},
		"a VPC that is only named": func(n *Network) {
			n.VPCs["vpc-2"].CIDRs, n.VPCs["vpc-2"].Missing = nil, map[Kind]*Unknown{KindRouteTable: {}}
		},
		"AWS's own prefix list of any size": func(n *Network) { n.PrefixLists["pl-s3"].MaxEntries = 5000 },
	} {
		t.Run(name, func(t *testing.T) {
			n := validNetwork()
			change(n)
			assert.Empty(t, n.Validate())
		})
	}
}

func propagated(table RouteTableID, destination string) func(*Network) {
	return func(n *Network) {
		routed(table, 39, destination, Target{KindVPNGateway, "vgw-1"})(n)
		rs := n.RouteTables[table].Routes
		rs[len(rs)-1].Origin = EnableVGWRoutePropagation
	}
}

func TestEveryCheckHasACase(t *testing.T) {
	var rules []string
	for _, c := range checks {
		require.NotContains(t, rules, c.rule)
		rules = append(rules, c.rule)
		assert.True(t, slices.ContainsFunc(validateCases, func(v validateCase) bool { return v.rule == c.rule }), c.rule)
	}
}

func TestLastAddress(t *testing.T) {
	for p, want := range map[string]string{"10.0.0.0/24": "10.0.0.255", "10.0.0.16/28": "10.0.0.31", "fd00::/64": "fd00::ffff:ffff:ffff:ffff", "0.0.0.0/0": "255.255.255.255"} {
		assert.Equal(t, addr(want), lastAddress(prefix(p)))
	}
}

func BenchmarkValidate(b *testing.B) {
	n := largeNetwork(10_000)
	for b.Loop() {
		n.Validate()
	}
}
