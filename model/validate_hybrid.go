package model

import "net/netip"

// vpnGateways: a VPN connection ends at one thing on AWS's side (VPN-1).
func (v *validator) vpnGateways() {
	for _, c := range Sorted(v.VPNConnections) {
		var ends []string
		for _, id := range []string{string(c.VPNGateway), string(c.TransitGateway), string(c.CoreNetwork)} {
			if id != "" {
				ends = append(ends, id)
			}
		}
		if len(ends) > 1 {
			v.refuse(string(c.ID), c.Provenance, "A connection ends at a virtual private gateway, a transit gateway or a core network.",
				"VPN connection %s ends at both %s and %s", c.ID, ends[0], ends[1])
		}
	}
}

// vpnFamilies: the tunnels of a virtual private gateway carry IPv4 (VPN-9).
func (v *validator) vpnFamilies() {
	for _, c := range Sorted(v.VPNConnections) {
		if c.InsideIPv6 && c.VPNGateway != "" {
			v.refuse(string(c.ID), c.Provenance, "End it at a transit gateway, or use Direct Connect.",
				"VPN connection %s has tunnels for IPv6, which virtual private gateway %s does not have", c.ID, c.VPNGateway)
		}
	}
}

// eachDirectConnectPair visits the associations of one Direct Connect gateway two
// by two; the second is the later one in the order of IDs.
func (v *validator) eachDirectConnectPair(visit func(a, b *DirectConnectGatewayAssociation)) {
	all := Sorted(v.DirectConnectGatewayAssociations)
	for i, b := range all {
		for _, a := range all[:i] {
			if a.Gateway == b.Gateway && b.Gateway != "" {
				visit(a, b)
			}
		}
	}
}

// directConnectKinds: a Direct Connect gateway has virtual private gateways or
// transit gateways (DX-1).
func (v *validator) directConnectKinds() {
	told := map[DirectConnectGatewayID]bool{}
	v.eachDirectConnectPair(func(a, b *DirectConnectGatewayAssociation) {
		if told[b.Gateway] || (a.VPNGateway == "" || b.TransitGateway == "") && (a.TransitGateway == "" || b.VPNGateway == "") {
			return
		}
		told[b.Gateway] = true
		v.refuse(b.ID, b.Provenance, "Make a Direct Connect gateway for each kind.",
			"Direct Connect gateway %s is associated with both virtual private gateway %s and transit gateway %s",
			b.Gateway, a.VPNGateway+b.VPNGateway, a.TransitGateway+b.TransitGateway)
	})
}

// directConnectVPCs: the VPCs behind a Direct Connect gateway do not overlap, their
// virtual private gateways are attached, each to one Direct Connect gateway (DX-4).
func (v *validator) directConnectVPCs() {
	gateways := map[VPNGatewayID]DirectConnectGatewayID{}
	for _, a := range Sorted(v.DirectConnectGatewayAssociations) {
		if a.VPNGateway == "" {
			continue
		}
		if vgw := v.VPNGateways[a.VPNGateway]; vgw != nil && vgw.VPC == "" {
			v.refuse(a.ID, a.Provenance, "Attach it to a VPC first.", "virtual private gateway %s, associated with Direct Connect gateway %s, is attached to no VPC", a.VPNGateway, a.Gateway)
		}
		if other, ok := gateways[a.VPNGateway]; ok && other != a.Gateway {
			v.refuse(a.ID, a.Provenance, "", "virtual private gateway %s is associated with Direct Connect gateway %s already, and cannot be with %s", a.VPNGateway, other, a.Gateway)
		}
		gateways[a.VPNGateway] = a.Gateway
	}
	v.eachDirectConnectPair(func(a, b *DirectConnectGatewayAssociation) {
		x, y := v.behind(a.VPNGateway), v.behind(b.VPNGateway)
		if x == nil || y == nil || x == y {
			return
		}
		if p, q, ok := overlapping(x.CIDRs, y.CIDRs); ok {
			v.refuse(b.ID, b.Provenance, "", "Direct Connect gateway %s: %s of VPC %s overlaps %s of VPC %s", b.Gateway, p, x.ID, q, y.ID)
		}
	})
}

// behind is the VPC that a virtual private gateway is attached to.
func (v *validator) behind(id VPNGatewayID) *VPC {
	if vgw := v.VPNGateways[id]; vgw != nil {
		return v.VPCs[vgw.VPC]
	}
	return nil
}

// directConnectPrefixes: what is announced for several transit gateways of a
// Direct Connect gateway does not overlap (DX-6).
func (v *validator) directConnectPrefixes() {
	v.eachDirectConnectPair(func(a, b *DirectConnectGatewayAssociation) {
		if a.TransitGateway == "" || b.TransitGateway == "" || a.TransitGateway == b.TransitGateway {
			return
		}
		if p, q, ok := overlapping(a.AllowedPrefixes, b.AllowedPrefixes); ok {
			v.refuse(b.ID, b.Provenance, "Announce each prefix for one transit gateway.",
				"Direct Connect gateway %s: %s of transit gateway %s overlaps %s of transit gateway %s", b.Gateway, p, a.TransitGateway, q, b.TransitGateway)
		}
	})
}

// clientVPNRange: clients have addresses of their own, /12 to /22, apart from the
// VPC and from what is routed (CVPN-9). A default route stands for the rest of the
// world and is allowed.
func (v *validator) clientVPNRange() {
	for _, e := range Sorted(v.ClientVPNEndpoints) {
		c := e.ClientCIDR
		if !c.IsValid() {
			continue
		}
		if c.Addr().Is4() && (c.Bits() < 12 || c.Bits() > 22) {
			v.refuse(string(e.ID), e.Provenance, "Choose a range from /12 to /22.", "Client VPN endpoint %s: the client range %s is a /%d", e.ID, c, c.Bits())
		}
		if vpc := v.VPCs[e.VPC]; vpc != nil {
			if _, p, ok := overlapping([]netip.Prefix{c}, vpc.CIDRs); ok {
				v.refuse(string(e.ID), e.Provenance, "", "Client VPN endpoint %s: the client range %s overlaps %s of VPC %s", e.ID, c, p, vpc.ID)
				continue // the VPC's own route overlaps too
			}
		}
		for i := range e.Routes {
			r := &e.Routes[i]
			if r.Local || !r.Prefix.IsValid() || r.Prefix.Bits() == 0 || !r.Prefix.Overlaps(c) {
				continue
			}
			v.refuse(string(e.ID), r.Provenance.or(e.Provenance), "", "Client VPN endpoint %s: the client range %s overlaps the route to %s", e.ID, c, r.Prefix)
		}
	}
}

// clientVPNNetworks: a Client VPN endpoint has one subnet in a zone, all of its VPC
// (CVPN-1).
func (v *validator) clientVPNNetworks() {
	for _, e := range Sorted(v.ClientVPNEndpoints) {
		zones := map[string]SubnetID{}
		for i := range e.Networks {
			n := &e.Networks[i]
			sn := v.Subnets[n.Subnet]
			if sn == nil || !n.Associated {
				continue
			}
			at := n.Provenance.or(e.Provenance)
			if e.VPC != "" && sn.VPC != "" && sn.VPC != e.VPC {
				v.refuse(string(e.ID), at, "Choose subnets of the endpoint's VPC.", "Client VPN endpoint %s of VPC %s: subnet %s is in VPC %s", e.ID, e.VPC, sn.ID, sn.VPC)
				continue
			}
			zone := sn.Zone()
			if other, ok := zones[zone]; ok && other != sn.ID && zone != "" {
				v.refuse(string(e.ID), at, "Choose one subnet of each zone: clients that land there reach the others.",
					"Client VPN endpoint %s has two subnets in %s: %s and %s", e.ID, zone, other, sn.ID)
			}
			zones[zone] = sn.ID
		}
	}
}

// clientVPNTargets: a route leads by a subnet that the endpoint is associated with
// (CVPN-4).
func (v *validator) clientVPNTargets() {
	for _, e := range Sorted(v.ClientVPNEndpoints) {
		if len(e.Networks) == 0 {
			continue // not told, or none yet
		}
		targets := map[SubnetID]bool{}
		for _, n := range e.Networks {
			targets[n.Subnet] = true
		}
		for i := range e.Routes {
			r := &e.Routes[i]
			if r.Subnet == "" || targets[r.Subnet] || v.Subnets[r.Subnet] == nil || targets[""] {
				continue
			}
			v.refuse(string(e.ID), r.Provenance.or(e.Provenance), "Associate the subnet with the endpoint.",
				"Client VPN endpoint %s: the route to %s is by subnet %s, which is not associated with it", e.ID, r.Prefix, r.Subnet)
		}
	}
}
