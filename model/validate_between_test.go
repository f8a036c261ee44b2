package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// peered joins vpc-1, 10.0.0.0/16, and a VPC of the given blocks.
func peered(active bool, ss ...string) func(*Network) {
	return func(n *Network) {
		n.VPCPeeringConnections["pcx-1"] = &VPCPeeringConnection{
			ID: "pcx-1", Meta: Meta{Provenance: at(80)}, Active: active,
			Requester: PeeringSide{VPC: "vpc-1"}, Accepter: PeeringSide{VPC: "vpc-far", CIDRs: prefixes(ss...)},
		}
	}
}

func attached(subnets ...SubnetID) func(*Network) {
	return func(n *Network) {
		n.TransitGatewayAttachments["tgw-attach-1"] = &TransitGatewayAttachment{
			ID: "tgw-attach-1", Meta: Meta{Provenance: at(81)}, TransitGateway: "tgw-1", Type: AttachVPC, VPC: "vpc-1", Subnets: subnets, Available: true,
		}
	}
}

// connected routes to a Connect attachment.
func connected(r TransitGatewayRoute) func(*Network) {
	return func(n *Network) {
		n.TransitGatewayAttachments["tgw-attach-c"] = &TransitGatewayAttachment{ID: "tgw-attach-c", Type: AttachConnect}
		r.Prefix, r.Attachments, r.Provenance = prefix("192.0.2.0/24"), []TransitGatewayAttachmentID{"tgw-attach-c"}, at(83)
		n.TransitGatewayRouteTables["tgw-rtb-1"] = &TransitGatewayRouteTable{ID: "tgw-rtb-1", Routes: []TransitGatewayRoute{r}}
	}
}

// associated joins two gateways, one a line, to Direct Connect gateway dx.
func associated(as ...DirectConnectGatewayAssociation) func(*Network) {
	return func(n *Network) {
		for i, a := range as {
			a.ID, a.Provenance = string(rune('a'+i)), at(90+i)
			if a.Gateway == "" {
				a.Gateway = "dx"
			}
			n.DirectConnectGatewayAssociations[a.ID] = &a
		}
		n.VPNGateways["vgw-1"] = &VPNGateway{ID: "vgw-1", VPC: "vpc-1"}
		n.VPNGateways["vgw-2"] = &VPNGateway{ID: "vgw-2", VPC: "vpc-2"}
		n.VPNGateways["vgw-x"] = &VPNGateway{ID: "vgw-x"}
	}
}

func clientVPN(cidr string, routes ...string) func(*Network) {
	return func(n *Network) {
		e := &ClientVPNEndpoint{ID: "cvpn-1", Meta: Meta{Provenance: at(84)}, VPC: "vpc-1", ClientCIDR: prefix(cidr)}
		for _, r := range routes {
			e.Routes = append(e.Routes, ClientVPNRoute{Prefix: prefix(r), Provenance: at(85)})
		}
		n.ClientVPNEndpoints[e.ID] = e
	}
}

// landing associates clients with subnets, one a line.
func landing(subnets ...SubnetID) func(*Network) {
	return func(n *Network) {
		clientVPN("172.20.0.0/22")(n)
		for i, id := range subnets {
			n.ClientVPNEndpoints["cvpn-1"].Networks = append(n.ClientVPNEndpoints["cvpn-1"].Networks, ClientVPNNetwork{Subnet: id, Associated: true, Provenance: at(75 + i)})
		}
	}
}

// policies makes a policy table for an attachment.
func policies(change func(*Network), rules ...TransitGatewayPolicyRule) func(*Network) {
	return func(n *Network) {
		n.TransitGatewayPolicyTables["tgw-ptb-1"] = &TransitGatewayPolicyTable{ID: "tgw-ptb-1", Meta: Meta{Provenance: at(78)}, Associations: []TransitGatewayAttachmentID{"tgw-attach-1"}, Rules: rules}
		if change != nil {
			change(n)
		}
	}
}

// targeted registers i-1 of vpc-1.
func targeted(vpc VPCID) func(*Network) {
	return func(n *Network) {
		n.TargetGroups["tg-1"] = &TargetGroup{ID: "tg-1", Type: TargetInstance, VPC: vpc, Targets: []RegisteredTarget{{Instance: "i-1", Provenance: at(86)}}}
	}
}

// offered makes a service before balancers in subnet-app, in zone a, and an
// endpoint of it in a subnet.
func offered(in SubnetID, types ...LoadBalancerType) func(*Network) {
	return func(n *Network) {
		s := &VPCEndpointService{ID: "vpce-svc-1", Meta: Meta{Provenance: at(87)}, ServiceName: "com.amazonaws.vpce.us-east-1.vpce-svc-1"}
		for i, typ := range types {
			id := OwnerID("lb-" + string(rune('a'+i)))
			n.LoadBalancers[id] = &LoadBalancer{ID: id, Type: typ, VPC: "vpc-1", Subnets: []SubnetID{"subnet-app"}}
			s.LoadBalancers = append(s.LoadBalancers, id)
		}
		n.VPCEndpointServices[s.ID] = s
		n.VPCEndpoints["vpce-s"] = &VPCEndpoint{ID: "vpce-s", Meta: Meta{Provenance: at(88)}, VPC: "vpc-1", Type: InterfaceEndpoint, Service: s.ServiceName, Subnets: []SubnetID{in}}
	}
}

func then(changes ...func(*Network)) func(*Network) {
	return func(n *Network) {
		for _, c := range changes {
			c(n)
		}
	}
}

// betweenCases are about what joins networks.
func betweenCases() []validateCase {
	tgw := func(id TransitGatewayID, allowed string) DirectConnectGatewayAssociation {
		return DirectConnectGatewayAssociation{TransitGateway: id, AllowedPrefixes: prefixes(allowed)}
	}
	vgw := func(id VPNGatewayID) DirectConnectGatewayAssociation {
		return DirectConnectGatewayAssociation{VPNGateway: id}
	}
	elsewhere := vgw("vgw-1")
	elsewhere.Gateway = "dx-2"
	return []validateCase{
		{"P07: overlapping VPCs", peered(true, "192.168.0.0/16", "10.0.128.0/17"), Error, "PEER-3", "pcx-1", 80},
		{"VPCs of this network that overlap", func(n *Network) {
			peered(true)(n)
			n.VPCPeeringConnections["pcx-1"].Accepter.VPC = "vpc-2"
		}, Error, "PEER-3", "pcx-1", 80},
		{"overlapping IPv6", peered(true, "fd00:1::/60"), Error, "PEER-3", "pcx-1", 80},
		{"two attachment subnets in a zone", attached("subnet-app", "subnet-b", "subnet-pub"), Error, "TGW-2", "tgw-attach-1", 81},
		{"an attachment subnet without IPv4", then(attached("subnet-b"), func(n *Network) {
			n.Subnets["subnet-b"].CIDRs = prefixes("fd00:1:0:2::/64")
		}), Error, "TGW-9", "tgw-attach-1", 81},
		{"a static route by a Connect attachment", connected(TransitGatewayRoute{}), Error, "TGW-12", "tgw-rtb-1", 83},
		{"a VPN connection with two ends", func(n *Network) {
			n.VPNConnections["vpn-1"] = &VPNConnection{ID: "vpn-1", Meta: Meta{Provenance: at(82)}, VPNGateway: "vgw-1", TransitGateway: "tgw-1"}
		}, Error, "VPN-1", "vpn-1", 82},
		{"gateways of two kinds", associated(vgw("vgw-1"), tgw("tgw-1", "10.0.0.0/8"), tgw("tgw-2", "172.16.0.0/12")), Error, "DX-1", "b", 91},
		{"overlapping VPCs behind Direct Connect", associated(vgw("vgw-1"), vgw("vgw-2")), Error, "DX-4", "b", 91},
		{"a virtual private gateway at two Direct Connect gateways", associated(vgw("vgw-1"), elsewhere), Error, "DX-4", "b", 91},
		{"a virtual private gateway without a VPC", associated(vgw("vgw-x")), Error, "DX-4", "a", 90},
		{"D12: overlapping allowed prefixes", associated(tgw("tgw-1", "10.0.0.0/8"), tgw("tgw-2", "10.1.0.0/16")), Error, "DX-6", "b", 91},
		{"two connections of two VPCs", then(peered(true), func(n *Network) {
			again := *n.VPCPeeringConnections["pcx-1"]
			again.ID, again.Provenance = "pcx-2", at(79)
			again.Requester, again.Accepter = again.Accepter, again.Requester
			n.VPCPeeringConnections["pcx-2"] = &again
		}), Error, "PEER-1", "pcx-2", 79},
		{"an attachment of two tables", policies(func(n *Network) {
			n.TransitGatewayRouteTables["tgw-rtb-1"] = &TransitGatewayRouteTable{ID: "tgw-rtb-1", Associations: []TransitGatewayAttachmentID{"tgw-attach-1"}}
		}), Error, "TGW-11", "tgw-ptb-1", 78},
		{"two policy rules of one number", policies(nil,
			TransitGatewayPolicyRule{Number: 10, Traffic: AllTraffic, Provenance: at(76)}, TransitGatewayPolicyRule{Number: 10, Traffic: AllTraffic, Provenance: at(77)}), Error, "TGW-21", "tgw-ptb-1", 77},
		{"a policy rule for ports of any protocol", policies(nil,
			TransitGatewayPolicyRule{Number: 10, Traffic: AllTraffic, SourcePorts: PortRange{1024, 65535}, Provenance: at(76)}), Error, "TGW-21", "tgw-ptb-1", 76},
		{"IPv6 in the tunnels of a virtual private gateway", func(n *Network) {
			n.VPNConnections["vpn-1"] = &VPNConnection{ID: "vpn-1", Meta: Meta{Provenance: at(82)}, VPNGateway: "vgw-1", InsideIPv6: true}
		}, Error, "VPN-9", "vpn-1", 82},
		{"two subnets of clients in a zone", landing("subnet-app", "subnet-pub"), Error, "CVPN-1", "cvpn-1", 76},
		{"clients in another VPC", landing("subnet-app", "subnet-2"), Error, "CVPN-1", "cvpn-1", 76},
		{"a route by a subnet without clients", then(landing("subnet-app"), func(n *Network) {
			e := n.ClientVPNEndpoints["cvpn-1"]
			e.Routes = append(e.Routes, ClientVPNRoute{Prefix: prefix("192.168.0.0/16"), Subnet: "subnet-b", Provenance: at(74)})
		}), Error, "CVPN-4", "cvpn-1", 74},
		{"a /11 of clients", clientVPN("172.0.0.0/11"), Error, "CVPN-9", "cvpn-1", 84},
		{"a /23 of clients", clientVPN("172.20.0.0/23"), Error, "CVPN-9", "cvpn-1", 84},
		{"clients with the VPC's addresses", clientVPN("10.0.0.0/16", "10.0.0.0/16"), Error, "CVPN-9", "cvpn-1", 84},
		{"clients with addresses that are routed", clientVPN("172.20.0.0/22", "0.0.0.0/0", "172.16.0.0/12"), Error, "CVPN-9", "cvpn-1", 85},

		{"a public database without DNS host names", func(n *Network) {
			n.VPCs["vpc-1"].EnableDNSSupport = true
			n.Interfaces["eni-1"].PublicUnassigned = true
			n.Owners["db"] = &Owner{ID: "db", Meta: Meta{Provenance: at(73)}, Type: "rds", VPC: "vpc-1", Interfaces: []InterfaceID{"eni-1"}}
		}, Warning, "RDS-2", "db", 73},
		{"I26: another VPC's instance", targeted("vpc-2"), Error, "ELB-9", "tg-1", 86},
		{"a service before an Application Load Balancer", then(offered("subnet-app", ApplicationLoadBalancer), func(n *Network) {
			n.LoadBalancers["lb-a"].Subnets = []SubnetID{"subnet-app", "subnet-b"}
		}), Error, "EPS-1", "vpce-svc-1", 87},
		{"a service before balancers of two types", offered("subnet-app", NetworkLoadBalancer, GatewayLoadBalancer), Error, "EPS-1", "vpce-svc-1", 87},
		{"an endpoint of interfaces before a Gateway Load Balancer", offered("subnet-app", GatewayLoadBalancer), Error, "EPS-1", "vpce-s", 88},
		{"E16: an endpoint where no balancer is", offered("subnet-b", NetworkLoadBalancer), Error, "PL-7", "vpce-s", 88},
		{"a balancer of two services", then(offered("subnet-app", NetworkLoadBalancer), func(n *Network) {
			n.VPCEndpointServices["vpce-svc-2"] = &VPCEndpointService{ID: "vpce-svc-2", Meta: Meta{Provenance: at(89)}, LoadBalancers: []OwnerID{"lb-a"}}
		}), Error, "PL-7", "vpce-svc-2", 89},
		{"a Gateway Load Balancer endpoint in two subnets", func(n *Network) {
			n.VPCEndpoints["vpce-lb"].Subnets = []SubnetID{"subnet-b", "subnet-2"}
		}, Error, "T-GWLB-1", "vpce-lb", 24},
		{"another VPC's Gateway Load Balancer endpoint", func(n *Network) {
			n.RouteTables["rtb-2"] = &RouteTable{ID: "rtb-2", VPC: "vpc-2"}
			routed("rtb-2", 45, "0.0.0.0/0", Target{KindVPCEndpoint, "vpce-lb"})(n)
		}, Error, "T-GWLB-1", "rtb-2", 45},
		{"two default drops", func(n *Network) {
			n.FirewallPolicies["p"] = &FirewallPolicy{ID: "p", Meta: Meta{Provenance: at(95)}, StrictOrder: true,
				StatefulDefaults: []string{"aws:drop_strict", "aws:alert_strict", "aws:drop_established"}}
		}, Error, "NFW-8", "p", 95},
		{"a default of the stateless engine", func(n *Network) {
			n.FirewallPolicies["p"] = &FirewallPolicy{ID: "p", Meta: Meta{Provenance: at(95)}, StrictOrder: true, StatefulDefaults: []string{"aws:drop"}}
		}, Error, "NFW-8", "p", 95},
	}
}

// Whatever is allowed between networks must stay free of findings.
func TestValidateAllowsBetween(t *testing.T) {
	tgw := func(id TransitGatewayID, allowed string) DirectConnectGatewayAssociation {
		return DirectConnectGatewayAssociation{TransitGateway: id, AllowedPrefixes: prefixes(allowed)}
	}
	for name, change := range map[string]func(*Network){
		"a peering that has failed":               peered(false, "10.0.0.0/16"),
		"a peering of which one side is not told": peered(true),
		"a peering apart":                         peered(true, "10.1.0.0/16", "fd00:2::/56"),
		"a subnet in each zone":                   attached("subnet-app", "subnet-b"),
		"an attachment subnet that is not given":  attached("subnet-app", "subnet-elsewhere"),
		"a propagated route by Connect":           connected(TransitGatewayRoute{Propagated: true}),
		"announcements apart":                     associated(tgw("tgw-1", "10.0.0.0/16"), tgw("tgw-2", "10.1.0.0/16")),
		"one transit gateway's own announcements": associated(tgw("tgw-1", "10.0.0.0/16"), tgw("tgw-1", "10.0.0.0/8")),
		"a connection after one that was deleted": then(peered(false), func(n *Network) {
			again := *n.VPCPeeringConnections["pcx-1"]
			again.ID, again.Active = "pcx-2", true
			n.VPCPeeringConnections["pcx-2"] = &again
		}),
		"clients in two zones":                      landing("subnet-app", "subnet-b"),
		"a policy table of its own":                 policies(nil, TransitGatewayPolicyRule{Number: 10, Traffic: AllTraffic}, TransitGatewayPolicyRule{Number: 20, Traffic: AllTraffic, SourcePorts: AllPorts}),
		"clients that send everything":              clientVPN("172.20.0.0/22", "0.0.0.0/0", "10.0.0.0/16"),
		"an instance of the VPC":                    targeted("vpc-1"),
		"a target group whose VPC is not told":      targeted(""),
		"an endpoint where the balancer is":         offered("subnet-pub", NetworkLoadBalancer),
		"a service whose balancers are not told":    offered("subnet-b"),
		"a zone that another account names its way": then(offered("subnet-b", NetworkLoadBalancer), func(n *Network) { n.Subnets["subnet-b"].Account = "111122223333" }),
		"zones without names":                       then(offered("subnet-b", NetworkLoadBalancer), func(n *Network) { n.Subnets["subnet-b"].AvailabilityZone = "" }),
	} {
		t.Run(name, func(t *testing.T) {
			n := validNetwork()
			change(n)
			assert.Empty(t, n.Validate())
		})
	}
}
