package model

import (
	"net/netip"
	"slices"
)

// eachRoute visits the routes whose destination and target are told.
func (v *validator) eachRoute(visit func(rt *RouteTable, r *Route, at Provenance)) {
	for _, rt := range Sorted(v.RouteTables) {
		for i := range rt.Routes {
			if r := &rt.Routes[i]; r.Unknown == nil {
				visit(rt, r, r.Provenance.or(rt.Provenance))
			}
		}
	}
}

// eachWritten visits those that a person or the API has made (RT-4), black holes
// apart: what they pointed at is gone, and with it what allowed them.
func (v *validator) eachWritten(visit func(rt *RouteTable, r *Route, at Provenance)) {
	v.eachRoute(func(rt *RouteTable, r *Route, at Provenance) {
		if r.Origin == CreateRoute && r.State == RouteActive && !r.Target.IsLocal() {
			visit(rt, r, at)
		}
	})
}

// endpointType is the type of the VPC endpoint that t is; empty for all else.
func (v *validator) endpointType(t Target) VPCEndpointType {
	if e := v.VPCEndpoints[VPCEndpointID(t.ID)]; e != nil && t.Kind == KindVPCEndpoint {
		return e.Type
	}
	return ""
}

func isInterface(t Target) bool { return t.Kind == KindInterface || t.Kind == KindInstance }

// mayReplaceLocal reports whether a route inside a VPC's own ranges may have the
// target (RT-16, RT-17). A VPC endpoint that is not given may be of the right
// type.
func (v *validator) mayReplaceLocal(t Target) bool {
	switch t.Kind {
	case KindVPC, KindNATGateway, KindInterface, KindInstance, KindLocalGateway:
		return true
	case KindVPCEndpoint:
		typ := v.endpointType(t)
		return typ == "" || typ == GatewayLoadBalancerEndpoint
	}
	return false
}

// routeForm: one destination, one target, and no two routes of one table that
// are made by hand for one destination (RT-13).
func (v *validator) routeForm() {
	for _, rt := range Sorted(v.RouteTables) {
		seen := map[string]bool{}
		for i := range rt.Routes {
			r := &rt.Routes[i]
			at := r.Provenance.or(rt.Provenance)
			if r.Unknown != nil {
				continue
			}
			switch {
			case r.Prefix.IsValid() && r.PrefixList != "":
				v.refuse(string(rt.ID), at, "", "route table %s: a route to both %s and %s", rt.ID, r.Prefix, r.PrefixList)
			case !r.Prefix.IsValid() && r.PrefixList == "":
				v.refuse(string(rt.ID), at, "", "route table %s: a route without a destination", rt.ID)
			}
			if r.Target == (Target{}) && r.State != RouteBlackhole {
				v.refuse(string(rt.ID), at, "", "route table %s: the route to %s has no target", rt.ID, r.Destination())
			}
			if r.Origin != CreateRoute || r.Target.IsLocal() {
				continue
			}
			if d := r.Destination(); seen[d] {
				v.refuse(string(rt.ID), at, "Keep one of them.", "route table %s has another route to %s", rt.ID, d)
			} else if d != "?" {
				seen[d] = true
			}
		}
	}
}

var reservedDestinations = []netip.Prefix{
	netip.MustParsePrefix("169.254.168.0/22"),
	netip.MustParsePrefix("fd00:ec2::/32"),
}

// routeReserved: RT-14.
func (v *validator) routeReserved() {
	v.eachRoute(func(rt *RouteTable, r *Route, at Provenance) {
		for _, reserved := range reservedDestinations {
			if r.Prefix.IsValid() && covers(reserved, r.Prefix) {
				v.refuse(string(rt.ID), at, "", "route table %s: %s lies in %s, which AWS reserves", rt.ID, r.Prefix, reserved)
			}
		}
	})
}

// routeInsideVPC: a route more specific than the local one is for the whole
// block of a subnet, and only to what may stand in the way there (RT-16). A
// wrong target in an additional block is VPC-6's finding, a gateway's table
// GRT-3's.
func (v *validator) routeInsideVPC() {
	v.eachWritten(func(rt *RouteTable, r *Route, at Provenance) {
		vpc := v.VPCs[rt.VPC]
		if vpc == nil || !r.Prefix.IsValid() || v.byEndpoint(r) || len(rt.Gateways) > 0 {
			return
		}
		for _, c := range vpc.CIDRs {
			if c == r.Prefix || !covers(c, r.Prefix) {
				continue
			}
			if !v.mayReplaceLocal(r.Target) && (c == vpc.PrimaryCIDR() || c.Addr().Is6()) {
				v.refuse(string(rt.ID), at, "Inside the VPC only a NAT gateway, a network interface or a Gateway Load Balancer endpoint may be a route's target.",
					"route table %s: %s lies in the VPC's block %s and its target is %s", rt.ID, r.Prefix, c, r.Target)
			}
			if v.subnetsTold(vpc) && !v.isSubnetCIDR(vpc.ID, r.Prefix) {
				v.refuse(string(rt.ID), at, "Such a destination has to be the whole CIDR of a subnet.",
					"route table %s: %s lies in the VPC's block %s and is the CIDR of no subnet", rt.ID, r.Prefix, c)
			}
		}
	})
}

// subnetsTold reports whether all of the VPC's subnets and their blocks are
// known.
func (v *validator) subnetsTold(vpc *VPC) bool {
	return vpc.Missing[KindSubnet] == nil && vpc.Missing[KindRouteTable] == nil &&
		!slices.ContainsFunc(v.subnetsOf[vpc.ID], func(sn *Subnet) bool { return sn.CIDRsUnknown != nil })
}

func (v *validator) isSubnetCIDR(vpc VPCID, p netip.Prefix) bool {
	return slices.ContainsFunc(v.subnetsOf[vpc], func(sn *Subnet) bool { return slices.Contains(sn.CIDRs, p) })
}

// routeReplacedLocal: RT-17.
func (v *validator) routeReplacedLocal() {
	v.eachWritten(func(rt *RouteTable, r *Route, at Provenance) {
		vpc := v.VPCs[rt.VPC]
		if vpc != nil && len(rt.Gateways) == 0 && slices.Contains(vpc.CIDRs, r.Prefix) && !v.mayReplaceLocal(r.Target) && (r.Prefix == vpc.PrimaryCIDR() || r.Prefix.Addr().Is6()) {
			v.refuse(string(rt.ID), at, "A local route's target may become a NAT gateway, a network interface or a Gateway Load Balancer endpoint.",
				"route table %s: the local route of %s is replaced by %s", rt.ID, r.Prefix, r.Target)
		}
	})
}

// byEndpoint reports a route to a gateway endpoint.
func (v *validator) byEndpoint(r *Route) bool { return v.endpointType(r.Target) == GatewayEndpoint }

// routeGatewayEndpoint: a gateway endpoint's routes come from associating it
// with a table, once for a service (RT-18).
func (v *validator) routeGatewayEndpoint() {
	v.eachWritten(func(rt *RouteTable, r *Route, at Provenance) {
		if v.byEndpoint(r) && r.Prefix.IsValid() {
			v.refuse(string(rt.ID), at, "Associate the route table with the endpoint instead.",
				"route table %s: a route to %s by gateway endpoint %s", rt.ID, r.Prefix, r.Target)
		}
	})
	type use struct {
		table   RouteTableID
		service string
	}
	used := map[use]VPCEndpointID{}
	for _, e := range Sorted(v.VPCEndpoints) {
		if e.Type != GatewayEndpoint {
			continue
		}
		for _, id := range e.RouteTables {
			if rt := v.RouteTables[id]; rt != nil && e.VPC != "" && rt.VPC != e.VPC {
				v.refuse(string(e.ID), e.Provenance, "", "gateway endpoint %s of VPC %s is associated with route table %s of VPC %s", e.ID, e.VPC, id, rt.VPC)
			}
			if other, ok := used[use{id, e.Service}]; ok && other != e.ID && e.Service != "" {
				v.refuse(string(e.ID), e.Provenance, "", "gateway endpoint %s: route table %s has %s for %s already", e.ID, id, other, e.Service)
			}
			used[use{id, e.Service}] = e.ID
		}
	}
}

// routeToOwnInterface: the interface that a route names takes what comes (RT-25),
// out of the table's own VPC: what reaches another one is a peering connection, a
// transit gateway and the like.
func (v *validator) routeToOwnInterface() {
	v.eachWritten(func(rt *RouteTable, r *Route, at Provenance) {
		var vpc VPCID
		switch r.Target.Kind {
		case KindInterface:
			vpc = v.vpcOfInterface(InterfaceID(r.Target.ID))
		case KindInstance:
			if inst := v.Instances[InstanceID(r.Target.ID)]; inst != nil && len(inst.Interfaces) > 0 {
				vpc = v.vpcOfInterface(inst.Interfaces[0])
			}
		}
		if vpc != "" && rt.VPC != "" && vpc != rt.VPC {
			v.refuse(string(rt.ID), at, "", "route table %s of VPC %s: the target of %s is %s of VPC %s", rt.ID, rt.VPC, r.Destination(), r.Target, vpc)
		}
	})
}

func (v *validator) vpcOfInterface(id InterfaceID) VPCID {
	i := v.Interfaces[id]
	if i == nil {
		return ""
	}
	if sn := v.Subnets[i.Subnet]; sn != nil {
		return sn.VPC
	}
	return i.VPC
}

// routePrefixListToEndpoint: RT-19.
func (v *validator) routePrefixListToEndpoint() {
	v.eachRoute(func(rt *RouteTable, r *Route, at Provenance) {
		if r.PrefixList != "" && v.endpointType(r.Target) == GatewayLoadBalancerEndpoint {
			v.refuse(string(rt.ID), at, "Write a route for each of its prefixes.",
				"route table %s: prefix list %s cannot lead to Gateway Load Balancer endpoint %s", rt.ID, r.PrefixList, r.Target)
		}
	})
}

// applianceApart: what is routed to an interface or a Gateway Load Balancer
// endpoint in the routed subnet itself comes back to the same table (MB-1).
func (v *validator) applianceApart() {
	for _, sn := range Sorted(v.Subnets) {
		if sn.RouteTableUnknown != nil {
			continue
		}
		for _, rt := range v.tablesOf(sn) {
			for i := range rt.Routes {
				r := &rt.Routes[i]
				if v.standsIn(r.Target, sn.ID) {
					v.warn(string(rt.ID), r.Provenance.or(rt.Provenance), "Put it into a subnet of its own.",
						"route table %s: %s leads to %s, which is in subnet %s that uses the table", rt.ID, r.Destination(), r.Target, sn.ID)
				}
			}
		}
	}
}

// standsIn reports whether an appliance, not a NAT gateway, is in the subnet.
func (v *validator) standsIn(t Target, sn SubnetID) bool {
	switch t.Kind {
	case KindInterface:
		i := v.Interfaces[InterfaceID(t.ID)]
		return i != nil && i.Subnet == sn
	case KindInstance:
		inst := v.Instances[InstanceID(t.ID)]
		if inst == nil || len(inst.Interfaces) == 0 {
			return false
		}
		i := v.Interfaces[inst.Interfaces[0]]
		return i != nil && i.Subnet == sn
	case KindVPCEndpoint:
		return v.endpointType(t) == GatewayLoadBalancerEndpoint && slices.Contains(v.VPCEndpoints[VPCEndpointID(t.ID)].Subnets, sn)
	}
	return false
}
