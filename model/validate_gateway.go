package model

import (
	"net/netip"
	"slices"
)

// routeToOwnInternetGateway: a table leads to an internet gateway, of either
// kind, of its own VPC (IGW-1). One attached to none makes a black hole, which
// is allowed (RT-10).
func (v *validator) routeToOwnInternetGateway() {
	v.eachRoute(func(rt *RouteTable, r *Route, at Provenance) {
		var vpc VPCID
		switch r.Target.Kind {
		case KindInternetGateway:
			if g := v.InternetGateways[InternetGatewayID(r.Target.ID)]; g != nil {
				vpc = g.VPC
			}
		case KindEgressOnlyInternetGateway:
			if g := v.EgressOnlyInternetGateways[EgressOnlyInternetGatewayID(r.Target.ID)]; g != nil {
				vpc = g.VPC
			}
		}
		if vpc != "" && rt.VPC != "" && vpc != rt.VPC {
			v.refuse(string(rt.ID), at, "", "route table %s of VPC %s: the target of %s is %s of VPC %s", rt.ID, rt.VPC, r.Destination(), r.Target, vpc)
		}
	})
}

// routeEgressOnly: an egress-only internet gateway carries IPv6 alone (EIGW-3).
func (v *validator) routeEgressOnly() {
	v.eachRoute(func(rt *RouteTable, r *Route, at Provenance) {
		v4 := r.Prefix.IsValid() && r.Prefix.Addr().Is4()
		if p := v.PrefixLists[r.PrefixList]; p != nil {
			v4 = !p.IPv6
		}
		if r.Target.Kind == KindEgressOnlyInternetGateway && v4 {
			v.refuse(string(rt.ID), at, "A NAT gateway does this for IPv4.", "route table %s: egress-only internet gateway %s cannot be the target of %s", rt.ID, r.Target, r.Destination())
		}
	})
}

// live reports a NAT gateway that is there or is about to be.
func (g *NATGateway) live() bool {
	return g.State == NATGatewayAvailable || g.State == NATGatewayPending
}

// natConnectivity: a public, zonal NAT gateway needs an internet gateway at its VPC, a
// private one has no public address (NAT-1).
func (v *validator) natConnectivity() {
	attached := map[VPCID]bool{}
	for _, g := range v.InternetGateways {
		attached[g.VPC] = true
	}
	for _, g := range Sorted(v.NATGateways) {
		if !g.live() {
			continue
		}
		vpc := v.VPCs[v.vpcOfNAT(g)]
		if !g.Private && !g.Regional && vpc != nil && !attached[vpc.ID] && vpc.Missing[KindInternetGateway] == nil && vpc.Missing[KindRouteTable] == nil {
			v.refuse(string(g.ID), g.Provenance, "Attach an internet gateway to the VPC, or make the NAT gateway private.",
				"public NAT gateway %s: no internet gateway is attached to VPC %s", g.ID, vpc.ID)
		}
		for _, a := range g.Addresses {
			if g.Private && a.Public.IsValid() {
				v.refuse(string(g.ID), g.Provenance, "", "private NAT gateway %s has the public address %s", g.ID, a.Public)
			}
		}
	}
}

func (v *validator) vpcOfNAT(g *NATGateway) VPCID {
	if sn := v.Subnets[g.Subnet]; sn != nil && g.VPC == "" {
		return sn.VPC
	}
	return g.VPC
}

// routeToOwnNAT: a NAT gateway serves its own VPC (NAT-4).
func (v *validator) routeToOwnNAT() {
	v.eachRoute(func(rt *RouteTable, r *Route, at Provenance) {
		if g := v.NATGateways[NATGatewayID(r.Target.ID)]; g != nil && r.Target.Kind == KindNATGateway {
			if vpc := v.vpcOfNAT(g); vpc != "" && rt.VPC != "" && vpc != rt.VPC {
				v.refuse(string(rt.ID), at, "", "route table %s of VPC %s: the target of %s is NAT gateway %s of VPC %s", rt.ID, rt.VPC, r.Destination(), g.ID, vpc)
			}
		}
	})
}

// natAddresses: a zonal NAT gateway has eight addresses at most (NAT-14).
func (v *validator) natAddresses() {
	const most = 8
	for _, g := range Sorted(v.NATGateways) {
		if !g.Regional && len(g.Addresses) > most {
			v.refuse(string(g.ID), g.Provenance, "", "NAT gateway %s has %d addresses; %d is the most", g.ID, len(g.Addresses), most)
		}
	}
}

// natPlace: the private addresses of a zonal NAT gateway are of its subnet, not
// reserved there, and nobody else's; they are IPv4 (NAT-5, ENI-1).
func (v *validator) natPlace() {
	for _, g := range Sorted(v.NATGateways) {
		sn := v.Subnets[g.Subnet]
		if sn == nil || sn.CIDRsUnknown != nil || len(sn.CIDRs) == 0 || !g.live() {
			continue
		}
		if !slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool { return c.Addr().Is4() }) {
			v.refuse(string(g.ID), g.Provenance, "Put it into a subnet that has an IPv4 CIDR.", "NAT gateway %s is in subnet %s, which has no IPv4 block", g.ID, sn.ID)
			continue
		}
		for _, a := range g.Addresses {
			switch i := slices.IndexFunc(sn.CIDRs, func(c netip.Prefix) bool { return c.Contains(a.Private) }); {
			case !a.Private.IsValid():
			case i < 0:
				v.refuse(string(g.ID), g.Provenance, "", "NAT gateway %s: %s is no address of subnet %s", g.ID, a.Private, sn.ID)
			case reserved(sn.CIDRs[i], a.Private):
				v.refuse(string(g.ID), g.Provenance, "The first four addresses of a subnet and the last are AWS's.",
					"NAT gateway %s: %s is reserved in subnet %s", g.ID, a.Private, sn.ID)
			}
		}
	}
	v.natAddressesTaken()
}

// natAddressesTaken is ENI-1 for NAT gateways of which the input does not tell the
// interfaces. Those of AWS's own making may be theirs.
func (v *validator) natAddressesTaken() {
	type place struct {
		subnet  SubnetID
		address netip.Addr
	}
	taken := map[place]string{}
	for _, i := range Sorted(v.Interfaces) {
		if i.RequesterManaged || i.Owner.Kind == KindNATGateway {
			continue
		}
		for _, a := range i.Addresses {
			taken[place{i.Subnet, a.IP}] = "interface " + string(i.ID)
		}
	}
	for _, g := range Sorted(v.NATGateways) {
		if g.Regional || !g.live() {
			continue
		}
		for _, a := range g.Addresses {
			p := place{g.Subnet, a.Private}
			if !a.Private.IsValid() || a.Interface != "" {
				continue
			}
			if other := taken[p]; other != "" {
				v.refuse(string(g.ID), g.Provenance, "", "NAT gateway %s: %s is taken by %s", g.ID, a.Private, other)
			}
			taken[p] = "NAT gateway " + string(g.ID)
		}
	}
}

var nat64Prefix = netip.MustParsePrefix("64:ff9b::/96")

// nat64Apart: workloads that reach IPv4 by NAT64 are in another subnet than the
// NAT gateway (NAT-22).
func (v *validator) nat64Apart() {
	for _, sn := range Sorted(v.Subnets) {
		if sn.RouteTableUnknown != nil {
			continue
		}
		for _, rt := range v.tablesOf(sn) {
			for i := range rt.Routes {
				r := &rt.Routes[i]
				g := v.NATGateways[NATGatewayID(r.Target.ID)]
				if g != nil && r.Target.Kind == KindNATGateway && g.Subnet == sn.ID && r.Prefix.IsValid() && covers(nat64Prefix, r.Prefix) {
					v.warn(string(rt.ID), r.Provenance.or(rt.Provenance), "Put the NAT gateway into another subnet.",
						"route table %s: NAT gateway %s is in subnet %s, whose NAT64 traffic it should carry", rt.ID, g.ID, sn.ID)
				}
			}
		}
	}
}

// regionalNATPublic: RNAT-3.
func (v *validator) regionalNATPublic() {
	for _, g := range Sorted(v.NATGateways) {
		if g.Regional && g.Private {
			v.refuse(string(g.ID), g.Provenance, "", "NAT gateway %s is regional and cannot be private", g.ID)
		}
	}
}
