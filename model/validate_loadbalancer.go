package model

import (
	"slices"
	"strings"
)

// targetVPCs: an instance of another VPC is no target by its ID (ELB-9).
func (v *validator) targetVPCs() {
	for _, g := range Sorted(v.TargetGroups) {
		for i := range g.Targets {
			t := &g.Targets[i]
			inst := v.Instances[t.Instance]
			if inst == nil || t.Unknown != nil || inst.VPC == "" || g.VPC == "" || inst.VPC == g.VPC {
				continue
			}
			v.refuse(string(g.ID), t.Provenance.or(g.Provenance), "Register its address in a target group of type ip.",
				"target group %s of VPC %s has instance %s of VPC %s", g.ID, g.VPC, t.Instance, inst.VPC)
		}
	}
}

// serviceBalancers: an endpoint service stands before Network Load Balancers, to
// which interface endpoints lead, or before Gateway Load Balancers, which have
// endpoints of their own (EPS-1).
func (v *validator) serviceBalancers() {
	v.endpointsOfServices()
	for _, s := range Sorted(v.VPCEndpointServices) {
		var first *LoadBalancer
		for _, id := range s.LoadBalancers {
			lb := v.LoadBalancers[id]
			switch {
			case lb == nil || lb.Type == "":
			case lb.Type != NetworkLoadBalancer && lb.Type != GatewayLoadBalancer:
				v.refuse(string(s.ID), s.Provenance, "Put a Network Load Balancer before it.", "endpoint service %s: %s is of type %s", s.ID, id, lb.Type)
			case first == nil:
				first = lb
			case first.Type != lb.Type:
				v.refuse(string(s.ID), s.Provenance, "", "endpoint service %s: %s and %s are of different types", s.ID, first.ID, id)
			}
		}
	}
}

func (v *validator) endpointsOfServices() {
	fitting := map[VPCEndpointType]LoadBalancerType{InterfaceEndpoint: NetworkLoadBalancer, GatewayLoadBalancerEndpoint: GatewayLoadBalancer}
	for _, e := range Sorted(v.VPCEndpoints) {
		s := v.serviceOf(e)
		want, ok := fitting[e.Type]
		if s == nil || !ok {
			continue
		}
		for _, id := range s.LoadBalancers {
			lb := v.LoadBalancers[id]
			if lb == nil || lb.Type != NetworkLoadBalancer && lb.Type != GatewayLoadBalancer {
				continue
			}
			if lb.Type != want {
				v.refuse(string(e.ID), e.Provenance, "Make it of the type that the service asks for.",
					"VPC endpoint %s of type %s leads to endpoint service %s, whose balancer %s is of type %s", e.ID, e.Type, s.ID, id, lb.Type)
			}
			break
		}
	}
}

// serviceZones: a balancer belongs to one endpoint service, which is offered in the
// balancers' zones alone (PL-7).
func (v *validator) serviceZones() {
	services := map[OwnerID]VPCEndpointServiceID{}
	for _, s := range Sorted(v.VPCEndpointServices) {
		for _, id := range s.LoadBalancers {
			if other, ok := services[id]; ok && other != s.ID {
				v.refuse(string(s.ID), s.Provenance, "", "endpoint service %s: %s belongs to endpoint service %s already", s.ID, id, other)
			}
			services[id] = s.ID
		}
	}
	for _, e := range Sorted(v.VPCEndpoints) {
		nodes := v.nodesOf(v.serviceOf(e))
		for _, id := range e.Subnets {
			sn := v.Subnets[id]
			if sn == nil || len(nodes) == 0 || slices.ContainsFunc(nodes, func(node *Subnet) bool { return !inOtherZone(sn, node) }) {
				continue
			}
			v.refuse(string(e.ID), e.Provenance, "Enable the zone at the balancer, or leave the subnet out.",
				"VPC endpoint %s: subnet %s is in %s, where no balancer of its service is", e.ID, id, sn.Zone())
		}
	}
}

// serviceOf is the service of this network that an endpoint leads to, or nil.
func (v *validator) serviceOf(e *VPCEndpoint) *VPCEndpointService {
	if s := v.VPCEndpointServices[e.EndpointService]; s != nil {
		return s
	}
	for _, s := range Sorted(v.VPCEndpointServices) {
		if e.Service != "" && (s.ServiceName == e.Service || string(s.ID) == e.Service || strings.HasSuffix(e.Service, "."+string(s.ID))) {
			return s
		}
	}
	return nil
}

// nodesOf are the subnets of a service's balancers; none where one of them is not
// given.
func (v *validator) nodesOf(s *VPCEndpointService) []*Subnet {
	if s == nil {
		return nil
	}
	var nodes []*Subnet
	for _, id := range s.LoadBalancers {
		lb := v.LoadBalancers[id]
		if lb == nil || len(lb.Subnets) == 0 {
			return nil
		}
		for _, id := range lb.Subnets {
			sn := v.Subnets[id]
			if sn == nil {
				return nil
			}
			nodes = append(nodes, sn)
		}
	}
	return nodes
}

// inOtherZone reports whether two subnets certainly lie in different zones of one
// Region: names of zones differ between accounts (T-SHR-3).
func inOtherZone(a, b *Subnet) bool {
	if a.Region != b.Region {
		return false
	}
	if a.AvailabilityZoneID != "" && b.AvailabilityZoneID != "" {
		return a.AvailabilityZoneID != b.AvailabilityZoneID
	}
	return a.Account == b.Account && a.AvailabilityZone != "" && b.AvailabilityZone != "" && a.AvailabilityZone != b.AvailabilityZone
}

// gatewayEndpointSubnet: a Gateway Load Balancer endpoint has one subnet, and
// routes of its VPC lead to it (T-GWLB-1).
func (v *validator) gatewayEndpointSubnet() {
	for _, e := range Sorted(v.VPCEndpoints) {
		if e.Type == GatewayLoadBalancerEndpoint && len(e.Subnets) > 1 {
			v.refuse(string(e.ID), e.Provenance, "Make an endpoint for each subnet.", "Gateway Load Balancer endpoint %s has %d subnets", e.ID, len(e.Subnets))
		}
	}
	v.eachWritten(func(rt *RouteTable, r *Route, at Provenance) {
		if v.endpointType(r.Target) != GatewayLoadBalancerEndpoint {
			return
		}
		if e := v.VPCEndpoints[VPCEndpointID(r.Target.ID)]; e.VPC != "" && rt.VPC != "" && e.VPC != rt.VPC {
			v.refuse(string(rt.ID), at, "Make an endpoint in this VPC.", "route table %s of VPC %s: Gateway Load Balancer endpoint %s is in VPC %s", rt.ID, rt.VPC, e.ID, e.VPC)
		}
	})
}
