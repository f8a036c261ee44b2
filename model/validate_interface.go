package model

import (
	"net/netip"
	"slices"
)

// interfaceReserved: nobody gets the first four addresses of a subnet's block,
// nor the last one (SUB-3, SUB-5).
func (v *validator) interfaceReserved() {
	for _, i := range Sorted(v.Interfaces) {
		sn := v.Subnets[i.Subnet]
		if sn == nil || i.RequesterManaged {
			continue
		}
		for _, a := range i.Addresses {
			for _, c := range sn.CIDRs {
				if c.Contains(a.IP) && reserved(c, a.IP) {
					v.refuse(string(i.ID), a.Provenance.or(i.Provenance), "The first four addresses of a subnet and the last are AWS's.",
						"interface %s: %s is reserved in subnet %s", i.ID, a.IP, sn.ID)
				}
			}
		}
	}
}

func reserved(c netip.Prefix, a netip.Addr) bool {
	first := c.Addr()
	for range 4 {
		if a == first {
			return true
		}
		first = first.Next()
	}
	return a == lastAddress(c)
}

// interfaceAddresses: an interface's addresses are of its subnet, its subnet is
// of its VPC, and no other interface of the VPC has them (ENI-1).
func (v *validator) interfaceAddresses() {
	type place struct {
		vpc     VPCID
		address netip.Addr
	}
	holder := map[place]InterfaceID{}
	for _, i := range Sorted(v.Interfaces) {
		sn := v.Subnets[i.Subnet]
		if sn != nil && i.VPC != "" && sn.VPC != i.VPC {
			v.refuse(string(i.ID), i.Provenance, "", "interface %s of VPC %s is in subnet %s of VPC %s", i.ID, i.VPC, sn.ID, sn.VPC)
		}
		for _, a := range i.Addresses {
			if !a.IP.IsValid() {
				continue
			}
			at := a.Provenance.or(i.Provenance)
			if sn != nil && sn.CIDRsUnknown == nil && len(sn.CIDRs) > 0 && !sn.Contains(a.IP) {
				v.refuse(string(i.ID), at, "", "interface %s: %s is no address of subnet %s", i.ID, a.IP, sn.ID)
			}
			if i.VPC == "" {
				continue
			}
			p := place{i.VPC, a.IP}
			if other, taken := holder[p]; taken {
				v.refuse(string(i.ID), at, "", "interface %s: %s is taken by interface %s", i.ID, a.IP, other)
				continue
			}
			holder[p] = i.ID
		}
	}
}

// interfaceZone: an instance's interfaces are in one Availability Zone (ENI-2).
func (v *validator) interfaceZone() {
	subnet := func(id InterfaceID) *Subnet {
		if i := v.Interfaces[id]; i != nil {
			return v.Subnets[i.Subnet]
		}
		return nil
	}
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	for _, inst := range Sorted(v.Instances) {
		if len(inst.Interfaces) == 0 {
			continue
		}
		first := subnet(inst.Interfaces[0])
		for _, id := range inst.Interfaces[1:] {
			if sn := subnet(id); first != nil && sn != nil && (differ(sn.AvailabilityZone, first.AvailabilityZone) || differ(sn.AvailabilityZoneID, first.AvailabilityZoneID)) {
				v.refuse(string(id), v.Interfaces[id].Provenance, "", "interface %s is in %s and its instance %s in %s", id, sn.Zone(), inst.ID, first.Zone())
			}
		}
	}
}

// interfacePrefixes: delegated prefixes are /28 or /80 blocks of the subnet
// (ENI-7).
func (v *validator) interfacePrefixes() {
	for _, i := range Sorted(v.Interfaces) {
		sn := v.Subnets[i.Subnet]
		for _, p := range i.Prefixes {
			if size := map[bool]int{true: 28, false: 80}[p.Addr().Is4()]; p.Bits() != size {
				v.refuse(string(i.ID), i.Provenance, "", "interface %s: the delegated prefix %s is not a /%d", i.ID, p, size)
			}
			if sn != nil && sn.CIDRsUnknown == nil && len(sn.CIDRs) > 0 &&
				!slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool { return covers(c, p) }) {
				v.refuse(string(i.ID), i.Provenance, "", "interface %s: the delegated prefix %s lies outside subnet %s", i.ID, p, sn.ID)
			}
		}
	}
	v.interfacePrefixesApart()
}

// interfacePrefixesApart: all addresses of a delegated prefix are its interface's:
// none is reserved, none another one's.
func (v *validator) interfacePrefixesApart() {
	type delegated struct {
		prefix netip.Prefix
		to     *Interface
	}
	inSubnet := map[SubnetID][]delegated{}
	for _, i := range Sorted(v.Interfaces) {
		for _, p := range i.Prefixes {
			for _, other := range inSubnet[i.Subnet] {
				if other.prefix.Overlaps(p) {
					v.refuse(string(i.ID), i.Provenance, "", "interface %s: the delegated prefix %s overlaps %s of interface %s", i.ID, p, other.prefix, other.to.ID)
				}
			}
			inSubnet[i.Subnet] = append(inSubnet[i.Subnet], delegated{p, i})
			if sn := v.Subnets[i.Subnet]; sn != nil && slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool {
				return covers(c, p) && (p.Contains(c.Addr()) || p.Contains(lastAddress(c)))
			}) {
				v.refuse(string(i.ID), i.Provenance, "The first four addresses of a subnet and the last are AWS's.",
					"interface %s: the delegated prefix %s holds addresses that are reserved in subnet %s", i.ID, p, sn.ID)
			}
		}
	}
	for _, i := range Sorted(v.Interfaces) {
		for _, a := range i.Addresses {
			for _, d := range inSubnet[i.Subnet] {
				if d.to != i && d.prefix.Contains(a.IP) {
					v.refuse(string(i.ID), a.Provenance.or(i.Provenance), "", "interface %s: %s lies in the delegated prefix %s of interface %s", i.ID, a.IP, d.prefix, d.to.ID)
				}
			}
		}
	}
}

// elasticIPs: an Elastic IP address is IPv4, and one public address belongs to
// one private address (EIP-1).
func (v *validator) elasticIPs() {
	allocated := map[netip.Addr]AllocationID{}
	for _, e := range Sorted(v.ElasticIPs) {
		if !e.PublicIP.IsValid() {
			continue
		}
		if !e.PublicIP.Is4() {
			v.refuse(string(e.ID), e.Provenance, "", "Elastic IP %s: %s is not an IPv4 address", e.ID, e.PublicIP)
		}
		if other, ok := allocated[e.PublicIP]; ok {
			v.refuse(string(e.ID), e.Provenance, "", "Elastic IP %s: %s is allocated as %s already", e.ID, e.PublicIP, other)
		}
		allocated[e.PublicIP] = e.ID
		if i := v.Interfaces[e.Interface]; i != nil && e.PrivateIP.IsValid() && !i.has(e.PrivateIP) {
			v.refuse(string(e.ID), e.Provenance, "", "Elastic IP %s is associated with %s, which interface %s does not have", e.ID, e.PrivateIP, i.ID)
		}
	}
	type mapping struct {
		holder  InterfaceID
		private netip.Addr
	}
	mapped := map[netip.Addr]mapping{}
	for _, i := range Sorted(v.Interfaces) {
		for _, a := range i.Addresses {
			if !a.Public.IsValid() {
				continue
			}
			if other, ok := mapped[a.Public]; ok && other != (mapping{i.ID, a.IP}) {
				v.refuse(string(i.ID), a.Provenance.or(i.Provenance), "", "interface %s: public address %s belongs to %s of interface %s already",
					i.ID, a.Public, other.private, other.holder)
				continue
			}
			mapped[a.Public] = mapping{i.ID, a.IP}
		}
	}
}

// has reports whether a is one of the interface's addresses, or lies in one of
// its prefixes.
func (i *Interface) has(a netip.Addr) bool {
	return slices.ContainsFunc(i.Addresses, func(x Address) bool { return x.IP == a }) ||
		slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}
