package model

import (
	"net/netip"
	"slices"
)

// eachGatewayTable visits the tables with an edge association (GRT-1).
func (v *validator) eachGatewayTable(visit func(rt *RouteTable)) {
	for _, rt := range Sorted(v.RouteTables) {
		if len(rt.Gateways) > 0 {
			visit(rt)
		}
	}
}

// mainTableAtGateway: RT-21.
func (v *validator) mainTableAtGateway() {
	v.eachGatewayTable(func(rt *RouteTable) {
		if rt.Main {
			v.refuse(string(rt.ID), rt.Provenance, "Make a table of its own for the gateway.", "route table %s is its VPC's main table and cannot be associated with %s", rt.ID, rt.Gateways[0])
		}
	})
}

// gatewayTables: a gateway has one table, of the VPC that it is attached to
// (GRT-1).
func (v *validator) gatewayTables() {
	v.eachGatewayTable(func(rt *RouteTable) {
		for _, g := range rt.Gateways {
			if first := v.topology.gatewayTables[g][0]; first != rt {
				v.refuse(string(rt.ID), rt.Provenance, "", "route table %s: gateway %s is associated with %s already", rt.ID, g, first.ID)
			}
			if igw := v.InternetGateways[InternetGatewayID(g)]; igw != nil && igw.VPC != "" && igw.VPC != rt.VPC {
				v.refuse(string(rt.ID), rt.Provenance, "", "route table %s of VPC %s is associated with internet gateway %s of VPC %s", rt.ID, rt.VPC, g, igw.VPC)
			}
		}
	})
}

// gatewayTargets: GRT-2.
func (v *validator) gatewayTargets() {
	v.eachGatewayTable(func(rt *RouteTable) {
		for i := range rt.Routes {
			r := &rt.Routes[i]
			if r.Unknown != nil || r.Target == (Target{}) || r.Target.IsLocal() || isInterface(r.Target) {
				continue
			}
			if typ := v.endpointType(r.Target); r.Target.Kind == KindVPCEndpoint && (typ == "" || typ == GatewayLoadBalancerEndpoint) {
				continue
			}
			v.refuse(string(rt.ID), r.Provenance.or(rt.Provenance), "A gateway's table leads to local, a network interface or a Gateway Load Balancer endpoint.",
				"route table %s of a gateway: the target of %s is %s", rt.ID, r.Destination(), r.Target)
		}
	})
}

// gatewayDestinations: a gateway's table has routes for whole blocks of the VPC
// and of its subnets (GRT-3, GRT-4). A Route Server adds others, and a pool of
// the customer's own public addresses may have routes to an interface (GRT-8),
// of which the design tells nothing: those are warned of.
func (v *validator) gatewayDestinations() {
	v.eachGatewayTable(func(rt *RouteTable) {
		vpc := v.VPCs[rt.VPC]
		for i := range rt.Routes {
			r := &rt.Routes[i]
			at := r.Provenance.or(rt.Provenance)
			switch {
			case r.Unknown != nil || r.Target.IsLocal() || r.Origin == Advertisement:
			case r.PrefixList != "":
				v.refuse(string(rt.ID), at, "Write a route for the CIDR of each subnet.", "route table %s of a gateway: prefix list %s cannot be a destination", rt.ID, r.PrefixList)
			case vpc == nil || len(vpc.CIDRs) == 0 || !r.Prefix.IsValid() || slices.Contains(vpc.CIDRs, r.Prefix) || v.isSubnetCIDR(vpc.ID, r.Prefix):
			case slices.ContainsFunc(vpc.CIDRs, func(c netip.Prefix) bool { return covers(c, r.Prefix) }):
				if v.subnetsTold(vpc) {
					v.refuse(string(rt.ID), at, "", "route table %s of a gateway: %s is the whole CIDR of neither the VPC nor a subnet", rt.ID, r.Prefix)
				}
			case isInterface(r.Target) && rangeOf(r.Prefix) == rangePublic && !slices.ContainsFunc(vpc.CIDRs, r.Prefix.Overlaps):
				v.warn(string(rt.ID), at, "", "route table %s of a gateway: %s is outside the VPC, which AWS accepts for an address pool of your own alone", rt.ID, r.Prefix)
			default:
				v.refuse(string(rt.ID), at, "", "route table %s of a gateway: %s is outside VPC %s", rt.ID, r.Prefix, vpc.ID)
			}
		}
	})
}

// gatewayPropagation: GRT-4, RT-20.
func (v *validator) gatewayPropagation() {
	v.eachGatewayTable(func(rt *RouteTable) {
		if len(rt.PropagatingVGWs) > 0 {
			v.refuse(string(rt.ID), rt.Provenance, "Turn propagation off, or make a table of its own for the gateway.",
				"route table %s: routes propagate from %s, so it cannot be associated with %s", rt.ID, rt.PropagatingVGWs[0], rt.Gateways[0])
		}
	})
}
