package model

import "net/netip"

// LoadBalancerType is a load balancer's type.
type LoadBalancerType string

// The types, as aws elbv2 describe-load-balancers spells them; "classic" is ours.
const (
	ApplicationLoadBalancer LoadBalancerType = "application"
	NetworkLoadBalancer     LoadBalancerType = "network"
	GatewayLoadBalancer     LoadBalancerType = "gateway"
	ClassicLoadBalancer     LoadBalancerType = "classic"
)

// LoadBalancer is a load balancer's configuration. Its nodes are the interfaces of
// the Owner that has the same ID, one in each subnet (ELB-1).
type LoadBalancer struct {
	ID OwnerID
	Meta
	Type    LoadBalancerType
	VPC     VPCID
	Subnets []SubnetID
	// Internal is scheme internal.
	Internal bool
	// CrossZone is the balancer's setting; nil: its type's default (ELB-4).
	CrossZone *bool
	// CrossZoneUnknown is set where CrossZone is nil because it is open.
	CrossZoneUnknown *Unknown
	// Groups are its security groups, which its nodes have too. GroupsUnknown is
	// set where the input lacks them.
	Groups        []SecurityGroupID
	GroupsUnknown *Unknown
	// NotOnPrivateLink is EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic off
	// (PL-9).
	NotOnPrivateLink bool
	Available        bool
	State            string
	Listeners        []Listener
	ListenersUnknown *Unknown
	// Classic ones: the instances, and the health check's port.
	Instances []RegisteredTarget
	Health    HealthCheck
}

// ListenerProtocol is a listener's or target group's protocol: TCP, TLS, UDP,
// TCP_UDP, QUIC, TCP_QUIC, HTTP, HTTPS, SSL, GENEVE, TLS_PASSTHROUGH.
type ListenerProtocol string

// Carries reports whether the protocol is carried by p.
func (l ListenerProtocol) Carries(p Protocol) bool {
	switch l {
	case "UDP", "QUIC", "GENEVE":
		return p == UDP
	case "TCP_UDP", "TCP_QUIC":
		return p == TCP || p == UDP
	}
	return p == TCP
}

// Listener takes connections for a balancer or a VPC Lattice service.
type Listener struct {
	Protocol ListenerProtocol
	Port     uint16
	// TargetGroups are those of all its rules, of which the request decides, and
	// those of its default action; without those of weight 0.
	TargetGroups []TargetGroupID
	// Answers says that a rule answers by itself: a redirect, a fixed response.
	Answers bool
	// DefaultAlone says that the input tells no rules beside the default action, and
	// that there are none is assumed.
	DefaultAlone bool
	// InstancePort is a Classic listener's (CLB-3).
	InstancePort uint16
	Unknown      *Unknown
	Provenance   Provenance
}

// TargetType is what a target group's targets are (ELB-8).
type TargetType string

// The types.
const (
	TargetInstance TargetType = "instance"
	TargetIP       TargetType = "ip"
	TargetLambda   TargetType = "lambda"
	TargetALB      TargetType = "alb"
)

// TargetGroup is a target group of a balancer or of VPC Lattice.
type TargetGroup struct {
	ID TargetGroupID
	Meta
	Type     TargetType
	Protocol ListenerProtocol
	Port     uint16 // 0 for Lambda
	VPC      VPCID
	IPv6     bool
	// PreserveClientIP is preserve_client_ip.enabled; nil: the default (NLB-6).
	PreserveClientIP *bool
	// CrossZone is load_balancing.cross_zone.enabled; nil: as the balancer has it.
	CrossZone *bool
	Health    HealthCheck
	Targets   []RegisteredTarget
	// TargetsUnknown is set where the input does not tell the targets, or not all.
	TargetsUnknown *Unknown
}

// HealthCheck is a health check (ELB-7). The zero value is the default: the
// target's port and the group's protocol.
type HealthCheck struct {
	Disabled bool
	Port     uint16 // 0: the traffic port
	Protocol ListenerProtocol
}

// TargetHealth is a target's state.
type TargetHealth string

// The states that matter; empty: not told.
const (
	TargetHealthy   TargetHealth = "healthy"
	TargetUnhealthy TargetHealth = "unhealthy"
	TargetUnused    TargetHealth = "unused"
)

// RegisteredTarget is one target. Exactly one of Instance, Interface, IP, LoadBalancer and
// Function is set, unless Unknown is.
type RegisteredTarget struct {
	Instance InstanceID
	// Interface is what an owner's task or the like will have, in designs that do
	// not tell its address.
	Interface    InterfaceID
	IP           netip.Addr
	LoadBalancer OwnerID
	Function     string
	Port         uint16 // 0: the group's
	Zone         string // of an IP target; "all" for one outside the VPC
	Health       TargetHealth
	Unknown      *Unknown
	Provenance   Provenance
}
