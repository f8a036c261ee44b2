package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// balanced makes a balancer in two zones with one listener, before a target group.
func balanced(typ LoadBalancerType, l ListenerProtocol, g TargetGroup) func(*Network) {
	return func(n *Network) {
		g.ID, g.VPC, g.Provenance = "tg-b", "vpc-1", at(97)
		n.TargetGroups[g.ID] = &g
		n.LoadBalancers["lb-b"] = &LoadBalancer{ID: "lb-b", Meta: Meta{Provenance: at(96)}, Type: typ, VPC: "vpc-1", Subnets: []SubnetID{"subnet-app", "subnet-b"},
			Listeners: []Listener{{Protocol: l, Port: 80, TargetGroups: []TargetGroupID{g.ID}, Provenance: at(98)}}}
	}
}

// serving makes an endpoint of vpc-1.
func serving(typ VPCEndpointType, service string) func(*Network) {
	return func(n *Network) {
		n.VPCEndpoints["vpce-t"] = &VPCEndpoint{ID: "vpce-t", Meta: Meta{Provenance: at(99)}, VPC: "vpc-1", Type: typ, Service: "com.amazonaws.us-east-1." + service,
			PrivateDNSEnabled: typ == InterfaceEndpoint}
	}
}

func forInboundResolver(n *Network) { n.VPCEndpoints["vpce-t"].PrivateDNSOnlyForInboundResolver = true }

// function makes one with an interface in each subnet; those in use6 have IPv6.
func function(use6 bool, in ...SubnetID) func(*Network) {
	return func(n *Network) {
		o := &Owner{ID: "fn", Meta: Meta{Provenance: at(101)}, Type: "lambda", VPC: "vpc-1", SendsOnly: true}
		for _, s := range in {
			i := &Interface{ID: InterfaceID("eni-fn-" + s), Meta: Meta{Provenance: at(101)}, VPC: "vpc-1", Subnet: s, Unassigned4: true, Owner: OwnerRef{KindOwner, "fn"}}
			i.Unassigned6 = use6 && len(n.Subnets[s].CIDRs) > 1
			n.Interfaces[i.ID] = i
			o.Interfaces = append(o.Interfaces, i.ID)
		}
		n.Owners[o.ID] = o
	}
}

func http(targets ...RegisteredTarget) TargetGroup {
	return TargetGroup{Type: TargetIP, Protocol: "HTTP", Port: 80, Targets: targets}
}

// targetCases are about balancers, their targets and endpoints.
func targetCases() []validateCase {
	return []validateCase{
		{"two subnets of one zone", then(balanced(NetworkLoadBalancer, "TCP", TargetGroup{Protocol: "TCP"}), func(n *Network) {
			n.LoadBalancers["lb-b"].Subnets = []SubnetID{"subnet-app", "subnet-pub"}
		}), Error, "ELB-1", "lb-b", 96},
		{"an Application Load Balancer in one subnet", then(balanced(ApplicationLoadBalancer, "HTTP", http()), func(n *Network) {
			n.LoadBalancers["lb-b"].Subnets = []SubnetID{"subnet-app"}
		}), Warning, "ALB-1", "lb-b", 96},
		{"an Application Load Balancer in a /28", then(balanced(ApplicationLoadBalancer, "HTTP", http()), func(n *Network) {
			n.Subnets["subnet-s"] = &Subnet{ID: "subnet-s", VPC: "vpc-1", CIDRs: prefixes("10.0.9.0/28")}
			n.LoadBalancers["lb-b"].Subnets = []SubnetID{"subnet-app", "subnet-s"}
		}), Error, "ALB-1", "lb-b", 96},
		{"UDP at an Application Load Balancer", balanced(ApplicationLoadBalancer, "UDP", http()), Error, "ALB-1", "lb-b", 98},
		{"HTTP at a Network Load Balancer", balanced(NetworkLoadBalancer, "HTTP", TargetGroup{Protocol: "TCP"}), Error, "NLB-1", "lb-b", 98},
		{"a group for HTTP behind a Network Load Balancer", balanced(NetworkLoadBalancer, "TCP", http()), Error, "ELB-8", "lb-b", 98},
		{"a group for TCP behind an Application Load Balancer", balanced(ApplicationLoadBalancer, "HTTP", TargetGroup{Protocol: "TCP"}), Error, "ELB-8", "lb-b", 98},
		{"a function behind a Network Load Balancer", balanced(NetworkLoadBalancer, "TCP", TargetGroup{Type: TargetLambda}), Error, "ELB-8", "lb-b", 98},
		{"a balancer behind an Application Load Balancer", balanced(ApplicationLoadBalancer, "HTTP", TargetGroup{Type: TargetALB, Protocol: "TCP"}), Error, "ELB-8", "lb-b", 98},
		{"a public target", balanced(ApplicationLoadBalancer, "HTTP", http(RegisteredTarget{IP: addr("203.0.113.9"), Zone: "all", Provenance: at(100)})), Error, "ELB-8", "tg-b", 100},
		{"another port for GENEVE", balanced(GatewayLoadBalancer, "", TargetGroup{Protocol: "GENEVE", Port: 6082}), Error, "GWLB-1", "tg-b", 97},
		{"a gateway endpoint for SQS", serving(GatewayEndpoint, "sqs"), Error, "GWEP-1", "vpce-t", 99},
		{"private DNS for inbound resolvers without a gateway endpoint", then(serving(InterfaceEndpoint, "s3"), forInboundResolver, func(n *Network) {
			n.VPCEndpoints["vpce-gw"].Service = "com.amazonaws.us-east-1.dynamodb"
		}), Error, "IFEP-7", "vpce-t", 99},
		{"a route to an interface endpoint", then(serving(InterfaceEndpoint, "kms"), routed("rtb-app", 45, "192.0.2.0/24", Target{KindVPCEndpoint, "vpce-t"})), Error, "RT-4", "rtb-app", 45},
		{"a function where there is IPv6 alone", then(func(n *Network) {
			n.Subnets["subnet-6"] = &Subnet{ID: "subnet-6", VPC: "vpc-1", CIDRs: prefixes("fd00:1:0:6::/64")}
		}, function(false, "subnet-6")), Error, "LAM-3", "fn", 101},
		{"a function with IPv6 in one subnet of two", function(true, "subnet-app", "subnet-b"), Error, "LAM-3", "fn", 101},
	}
}

// Whatever is allowed of balancers, targets and endpoints must stay free of findings.
func TestValidateAllowsTargets(t *testing.T) {
	for name, change := range map[string]func(*Network){
		"a private target elsewhere":             balanced(ApplicationLoadBalancer, "HTTPS", http(RegisteredTarget{IP: addr("192.168.1.1"), Zone: "all"}, RegisteredTarget{IP: addr("100.64.0.1"), Zone: "all"})),
		"a target of the VPC":                    balanced(ApplicationLoadBalancer, "", http(RegisteredTarget{IP: addr("10.0.1.99")})),
		"a function":                             balanced(ApplicationLoadBalancer, "HTTP", TargetGroup{Type: TargetLambda}),
		"a balancer behind another":              balanced(NetworkLoadBalancer, "TCP", TargetGroup{Type: TargetALB, Protocol: "TCP"}),
		"QUIC":                                   balanced(NetworkLoadBalancer, "TCP_QUIC", TargetGroup{Protocol: "TCP_QUIC"}),
		"appliances":                             balanced(GatewayLoadBalancer, "", TargetGroup{Protocol: "GENEVE", Port: 6081}),
		"a gateway endpoint for directories":     serving(GatewayEndpoint, "s3express"),
		"private DNS beside a gateway endpoint":  then(serving(InterfaceEndpoint, "s3"), forInboundResolver),
		"private DNS where endpoints are hidden": then(serving(InterfaceEndpoint, "sqs"), forInboundResolver, func(n *Network) { n.VPCs["vpc-1"].Missing = map[Kind]*Unknown{KindVPCEndpoint: {}} }),
		"a function without IPv6":                function(false, "subnet-app", "subnet-b"),
		"a function with IPv6":                   function(true, "subnet-app", "subnet-pub"),
	} {
		t.Run(name, func(t *testing.T) {
			n := validNetwork()
			change(n)
			assert.Empty(t, n.Validate())
		})
	}
}
