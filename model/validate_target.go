package model

import (
	"net/netip"
	"slices"
	"strings"
)

// balancerZones: a balancer has one node in a zone (ELB-1).
func (v *validator) balancerZones() {
	v.eachBalancer(func(lb *LoadBalancer) {
		if lb.Type == ClassicLoadBalancer {
			return
		}
		zones := map[string]SubnetID{}
		for _, id := range lb.Subnets {
			sn := v.Subnets[id]
			if sn == nil || sn.Zone() == "" {
				continue
			}
			if other, ok := zones[sn.Zone()]; ok && other != id {
				v.refuse(string(lb.ID), lb.Provenance, "Choose one subnet of each zone: its node there serves every subnet.",
					"load balancer %s has two subnets in %s: %s and %s", lb.ID, sn.Zone(), other, id)
			}
			zones[sn.Zone()] = id
		}
	})
}

// eachBalancer visits the balancers whose type is told.
func (v *validator) eachBalancer(visit func(lb *LoadBalancer)) {
	for _, lb := range Sorted(v.LoadBalancers) {
		if lb.Type != "" {
			visit(lb)
		}
	}
}

// takes reports whether listeners of a type of balancer, and target groups behind
// it, may have a protocol (ALB-1, NLB-1, GWLB-1, CLB-1). Inputs that lack it have
// none; a type that is not known may have any.
func (t LoadBalancerType) takes(p ListenerProtocol) bool {
	switch t {
	case ApplicationLoadBalancer:
		return p == "" || p == "HTTP" || p == "HTTPS"
	case NetworkLoadBalancer:
		return slices.Contains([]ListenerProtocol{"", "TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"}, p)
	case GatewayLoadBalancer:
		return p == "" || p == "GENEVE"
	case ClassicLoadBalancer:
		return slices.Contains([]ListenerProtocol{"", "TCP", "SSL", "HTTP", "HTTPS"}, p)
	}
	return true
}

// applicationBalancer: an Application Load Balancer has listeners for HTTP alone, and
// subnets of two zones, on Outposts and in Local Zones apart, none smaller than a
// /27 (ALB-1).
func (v *validator) applicationBalancer() {
	v.listenerProtocols(ApplicationLoadBalancer)
	v.eachBalancer(func(lb *LoadBalancer) {
		if lb.Type != ApplicationLoadBalancer {
			return
		}
		if len(lb.Subnets) == 1 {
			v.warn(string(lb.ID), lb.Provenance, "Give it subnets of two zones at least.",
				"load balancer %s has one subnet, %s, which AWS accepts on Outposts and in Local Zones alone", lb.ID, lb.Subnets[0])
		}
		for _, id := range lb.Subnets {
			if sn := v.Subnets[id]; sn != nil && slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool { return c.Addr().Is4() && c.Bits() > 27 }) {
				v.refuse(string(lb.ID), lb.Provenance, "Choose subnets of a /27 at least.", "load balancer %s: subnet %s has too few addresses for its nodes", lb.ID, id)
			}
		}
	})
}

// networkListeners: NLB-1.
func (v *validator) networkListeners() { v.listenerProtocols(NetworkLoadBalancer) }

func (v *validator) listenerProtocols(t LoadBalancerType) {
	v.eachBalancer(func(lb *LoadBalancer) {
		for i := range lb.Listeners {
			if l := &lb.Listeners[i]; lb.Type == t && l.Unknown == nil && !t.takes(l.Protocol) {
				v.refuse(string(lb.ID), l.Provenance.or(lb.Provenance), "", "load balancer %s is of type %s, which has no listeners of protocol %s", lb.ID, t, l.Protocol)
			}
		}
	})
}

// targets: ELB-8.
func (v *validator) targets() {
	v.balancerTargets()
	v.targetAddresses()
}

// balancerTargets: a type of balancer forwards to target groups of its own
// protocols and of the types of target that it knows.
func (v *validator) balancerTargets() {
	v.eachBalancer(func(lb *LoadBalancer) {
		for i := range lb.Listeners {
			l := &lb.Listeners[i]
			for _, id := range l.TargetGroups {
				g := v.TargetGroups[id]
				switch {
				case g == nil || l.Unknown != nil:
				case g.Type == TargetLambda && lb.Type != ApplicationLoadBalancer, g.Type == TargetALB && lb.Type != NetworkLoadBalancer:
					v.refuse(string(lb.ID), l.Provenance.or(lb.Provenance), "", "load balancer %s is of type %s, which has no targets of type %s: target group %s", lb.ID, lb.Type, g.Type, id)
				case g.Type != TargetLambda && !lb.Type.takes(g.Protocol):
					v.refuse(string(lb.ID), l.Provenance.or(lb.Provenance), "", "load balancer %s is of type %s and cannot forward to target group %s of protocol %s", lb.ID, lb.Type, id, g.Protocol)
				}
			}
		}
	})
}

// targetAddresses: no target is registered by a publicly routable address, unless
// it is one of the group's VPC.
func (v *validator) targetAddresses() {
	for _, g := range Sorted(v.TargetGroups) {
		vpc := v.VPCs[g.VPC]
		if vpc == nil || len(vpc.CIDRs) == 0 {
			continue
		}
		for i := range g.Targets {
			t := &g.Targets[i]
			if !t.IP.Is4() || t.Unknown != nil || slices.ContainsFunc(vpc.CIDRs, func(c netip.Prefix) bool { return c.Contains(t.IP) }) {
				continue
			}
			if r := rangeOf(netip.PrefixFrom(t.IP, 32)); !isRFC1918(r) && r != rangeShared {
				v.refuse(string(g.ID), t.Provenance.or(g.Provenance), "Register private addresses: the balancer reaches nothing by a public one.",
					"target group %s: %s is neither of VPC %s nor private", g.ID, t.IP, g.VPC)
			}
		}
	}
}

// geneve: appliances behind a Gateway Load Balancer listen on port 6081 (GWLB-1).
func (v *validator) geneve() {
	for _, g := range Sorted(v.TargetGroups) {
		if g.Protocol == "GENEVE" && g.Port != 0 && g.Port != 6081 {
			v.refuse(string(g.ID), g.Provenance, "Write 6081.", "target group %s: the port of protocol GENEVE is 6081, not %d", g.ID, g.Port)
		}
	}
}

// gatewayEndpointServices: S3 and DynamoDB alone have gateway endpoints (GWEP-1).
func (v *validator) gatewayEndpointServices() {
	for _, e := range Sorted(v.VPCEndpoints) {
		name := e.Service[strings.LastIndex(e.Service, ".")+1:]
		if e.Type == GatewayEndpoint && name != "" && !slices.Contains([]string{"s3", "s3express", "dynamodb"}, name) {
			v.refuse(string(e.ID), e.Provenance, "Make an interface endpoint.", "VPC endpoint %s: %s has no gateway endpoints", e.ID, e.Service)
		}
	}
}

// inboundResolverAlone: private DNS for inbound Resolver endpoints alone leaves the
// VPC's own clients to a gateway endpoint, which must be there (IFEP-7).
func (v *validator) inboundResolverAlone() {
	for _, e := range Sorted(v.VPCEndpoints) {
		vpc := v.VPCs[e.VPC]
		if e.Type != InterfaceEndpoint || !e.PrivateDNSEnabled || !e.PrivateDNSOnlyForInboundResolver || vpc == nil || len(vpc.Missing) > 0 {
			continue
		}
		found := false
		for _, g := range v.VPCEndpoints {
			found = found || g.Type == GatewayEndpoint && g.VPC == e.VPC && (g.Service == e.Service || g.Service == "")
		}
		if !found {
			v.refuse(string(e.ID), e.Provenance, "Make a gateway endpoint for the service too, or give private DNS to the whole VPC.",
				"VPC endpoint %s: private DNS for inbound Resolver endpoints alone needs a gateway endpoint for %s in VPC %s", e.ID, e.Service, e.VPC)
		}
	}
}

// functionFamilies: a function needs IPv4, and uses IPv6 where all of its subnets
// have both (LAM-3).
func (v *validator) functionFamilies() {
	for _, o := range Sorted(v.Owners) {
		if o.Type != "lambda" {
			continue
		}
		var with, without *Subnet
		for _, id := range o.Interfaces {
			i := v.Interfaces[id]
			if i == nil {
				continue
			}
			sn := v.Subnets[i.Subnet]
			if sn == nil || sn.CIDRsUnknown != nil || len(sn.CIDRs) == 0 {
				continue
			}
			if !slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool { return c.Addr().Is4() }) {
				v.refuse(string(o.ID), i.Provenance.or(o.Provenance), "Choose subnets that have IPv4 addresses too.", "function %s: subnet %s has IPv6 alone", o.ID, sn.ID)
			}
			if i.UsesIPv6() {
				with = sn
			} else {
				without = sn
			}
		}
		if with != nil && without != nil {
			v.refuse(string(o.ID), o.Provenance, "Choose subnets that all have both IP versions.",
				"function %s may use IPv6, which subnet %s has and subnet %s has not", o.ID, with.ID, without.ID)
		}
	}
}

// routeEndpointType: of the endpoints with interfaces, only Gateway Load Balancer
// endpoints are targets of routes (RT-4, GWLBE-1).
func (v *validator) routeEndpointType() {
	v.eachWritten(func(rt *RouteTable, r *Route, at Provenance) {
		switch typ := v.endpointType(r.Target); typ {
		case InterfaceEndpoint, ResourceEndpoint, ServiceNetworkEndpoint:
			v.refuse(string(rt.ID), at, "Its clients send to the addresses of its interfaces.", "route table %s: VPC endpoint %s of type %s cannot be the target of %s", rt.ID, r.Target.ID, typ, r.Destination())
		}
	})
}
