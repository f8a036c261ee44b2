package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// nic is a network interface, or the keys of an instance or other owner that say
// what its only interface is like.
type nic struct {
	common
	subnet                   ref
	privateIP                value[assigned]
	secondary                list[secondaryAddress]
	ipv6                     list[value[assigned]]
	prefixes                 list[value[netip.Prefix]]
	publicIP                 value[assigned]
	elasticIP                value[string]
	groups                   list[ref]
	sourceDestCheck, denyAll value[bool]
	requesterManaged         value[bool]
	interfaceType, status    value[string]
	deviceIndex              value[int]
	instance                 ref
	ownerKind, ownerID       value[string]
	given                    value[bool]
}

// secondaryAddress is a private IPv4 address beside the primary one.
type secondaryAddress struct {
	placed
	privateIP value[assigned]
	publicIP  value[assigned]
	elasticIP value[string]
}

// addressKeys are the keys that an interface and the owner of a single one share.
func addressKeys[T any](at func(*T) *nic) []field[T] {
	return []field[T]{
		key("subnet", refTo, func(t *T) *ref { return &at(t).subnet }, "the subnet that it lies in"),
		key("private_ip", assignable, func(t *T) *value[assigned] { return &at(t).privateIP }, "the primary private IPv4 address; by default one of the subnet that is not known yet (true); false is none"),
		key("secondary_private_ips", many(secondaryShape), func(t *T) *list[secondaryAddress] { return &at(t).secondary }, "further private IPv4 addresses"),
		key("ipv6_addresses", many(assignable), func(t *T) *list[value[assigned]] { return &at(t).ipv6 }, "IPv6 addresses; true is one that is not known yet; by default none, unless the subnet assigns one or has no IPv4"),
		key("prefixes", many(cidr), func(t *T) *list[value[netip.Prefix]] { return &at(t).prefixes }, "delegated blocks, all addresses of which are its own (ENI-7)"),
		key("public_ip", open(assignable), func(t *T) *value[assigned] { return &at(t).publicIP }, "the public IPv4 address of the primary private one; true is one that is not known yet; false is none; by default what the subnet gives instances"),
		key("elastic_ip", text, func(t *T) *value[string] { return &at(t).elasticIP }, "the Elastic IP address of the primary private address: an address, or the name of one of elastic_ips"),
		key("security_groups", many(refTo), func(t *T) *list[ref] { return &at(t).groups }, "its security groups; the VPC's default group by default"),
		key("source_dest_check", yesNo, func(t *T) *value[bool] { return &at(t).sourceDestCheck }, "the source/destination check (ENI-9); true by default"),
	}
}

var secondaryShape = orText(object("a secondary address", "A private IPv4 address beside the primary one.", []field[secondaryAddress]{
	must(key("private_ip", assignable, func(a *secondaryAddress) *value[assigned] { return &a.privateIP }, "the private address")),
	key("public_ip", assignable, func(a *secondaryAddress) *value[assigned] { return &a.publicIP }, "the public address that belongs to it"),
	key("elastic_ip", text, func(a *secondaryAddress) *value[string] { return &a.elasticIP }, "the Elastic IP address that belongs to it"),
}), "", "a private IPv4 address; true is one that is not known yet", func(d *decoder, at model.Provenance, s string, into *secondaryAddress) {
	assignable.read(d, scalarNode(s, at), &into.privateIP)
})

// interfaceKeys are the keys of an interface that is written by itself.
var interfaceKeys = []field[nic]{
	key("deny_all_igw_traffic", yesNo, func(i *nic) *value[bool] { return &i.denyAll }, "whether internet gateway traffic of its IPv6 addresses is dropped (ENI-13)"),
	key("requester_managed", yesNo, func(i *nic) *value[bool] { return &i.requesterManaged }, "whether AWS manages it"),
	key("interface_type", text, func(i *nic) *value[string] { return &i.interfaceType }, "AWS's InterfaceType; interface by default"),
	key("device_index", number("a device index", 0, 255), func(i *nic) *value[int] { return &i.deviceIndex }, "its index on the instance; 0 is the primary interface"),
	key("status", word("a status", []string{"in-use", "available"}, []string{"in-use", "available"}), func(i *nic) *value[string] { return &i.status }, "in-use, or available where it is attached to nothing and delivers nothing (ENI-11); the default follows from its owner"),
}

var (
	ownedInterfaceShape = object("a network interface", "A network interface of an owner.",
		commonKeys(func(i *nic) *common { return &i.common }), addressKeys(func(i *nic) *nic { return i }), interfaceKeys, []field[nic]{
			key("given", yesNo, func(i *nic) *value[bool] { return &i.given }, "false: its owner lists it, and the design does not have it here"),
		})
	networkInterfaceShape = object("a separate network interface", "A network interface that is not written with its owner.",
		commonKeys(func(i *nic) *common { return &i.common }), addressKeys(func(i *nic) *nic { return i }), interfaceKeys, []field[nic]{
			key("instance", refTo, func(i *nic) *ref { return &i.instance }, "the instance that it is attached to"),
			key("owner_type", text, func(i *nic) *value[string] { return &i.ownerKind }, "the kind of resource that it belongs to: natgateway, load-balancer, …"),
			key("owner_id", text, func(i *nic) *value[string] { return &i.ownerID }, "the ID of the resource that it belongs to"),
		})
)

// buildInterface makes the interface id; owner is zero where the file tells none.
// Its key is an ID and no name: people know an interface by its owner.
func (b *builder) buildInterface(s *scope, f *nic, id model.InterfaceID, at model.Provenance, owner model.OwnerRef, index int, typ string) {
	m := &model.Interface{
		ID:                      id,
		Meta:                    f.meta("", at, s.meta),
		VPC:                     s.id,
		Type:                    f.interfaceType.or(typ),
		SourceDestCheckDisabled: !f.sourceDestCheck.or(true),
		DenyAllIGWTraffic:       f.denyAll.or(false),
		RequesterManaged:        f.requesterManaged.or(false),
		Owner:                   owner,
		DeviceIndex:             f.deviceIndex.or(index),
		GroupsUnknown:           f.groups.gap.unknown(string(id), "security_groups"),
		PublicUnknown:           f.publicIP.gap.unknown(string(id), "public_ip"),
	}
	m.Detached = f.status.or("in-use") == "available" || !f.status.set && owner.IsZero()
	m.Subnet = model.SubnetID(b.id(model.KindSubnet, s, &f.subnet))
	sub := b.n.Subnets[m.Subnet]
	if sub != nil {
		m.VPC = sub.VPC // an instance's interface may lie in another VPC (ENI-2)
	}
	if !f.subnet.isSet() && !s.file.asWritten.or(false) {
		b.d.ruleError(at, "ENI-1", "subnet: NAME", "the network interface %s lacks its subnet", quote(string(id)))
	}
	b.privateAddresses(f, m, sub)
	b.publicAddress(f, m, sub)
	if typ != interfaceOfGWLBEndpoint || f.groups.set { // ENI-10
		m.Groups = b.groupsOr(s, &f.groups)
	}
	for _, p := range f.prefixes.items {
		if p.set {
			m.Prefixes = append(m.Prefixes, p.v)
		}
	}
	b.n.Interfaces[id] = m
}

// privateAddresses fills an interface's own addresses. Where none is written it
// gets what its subnet gives.
func (b *builder) privateAddresses(f *nic, m *model.Interface, sub *model.Subnet) {
	any4, any6 := assignedBy(sub)
	primary := f.privateIP.or(assigned{any: any4 && !f.privateIP.set})
	switch {
	case primary.ip.IsValid() && !primary.ip.Is4():
		b.d.errorf(f.privateIP.at, "IPv6 addresses go to ipv6_addresses", "private_ip is an IPv4 address, not %s", primary.ip)
	case primary.ip.IsValid():
		m.Addresses = append(m.Addresses, model.Address{IP: primary.ip, Provenance: f.privateIP.at})
	}
	m.Unassigned4 = primary.any
	for i := range f.secondary.items {
		a := &f.secondary.items[i]
		switch ip := a.privateIP.v.ip; {
		case a.privateIP.v.any:
			m.Unassigned4 = true
		case ip.Is4() && !primary.ip.IsValid():
			b.d.ruleError(a.at, "ENI-1", "write private_ip too", "a secondary private address without a primary one")
		case ip.Is4():
			public := b.publicOf(a.publicIP, a.elasticIP, m.ID, ip)
			m.Addresses = append(m.Addresses, model.Address{IP: ip, Public: public, PublicUnassigned: a.publicIP.v.any && !a.elasticIP.set, Provenance: a.at})
		case ip.Is6():
			b.d.errorf(a.at, "IPv6 addresses go to ipv6_addresses", "a secondary private address is an IPv4 address, not %s", ip)
		}
	}
	if !f.ipv6.set {
		m.Unassigned6 = any6 && m.Type != "lambda" // LAM-3
	}
	for _, a := range f.ipv6.items {
		switch {
		case a.v.any:
			m.Unassigned6 = true
		case a.v.ip.Is6():
			m.Addresses = append(m.Addresses, model.Address{IP: a.v.ip, Provenance: a.at})
		case a.v.ip.Is4():
			b.d.errorf(a.at, "IPv4 addresses go to private_ip and secondary_private_ips", "%s is not an IPv6 address", a.v.ip)
		}
	}
}

// assignedBy tells for each family whether an interface that says nothing of its
// addresses gets one of the subnet (SUB-6, SUB-11).
func assignedBy(s *model.Subnet) (v4, v6 bool) {
	if s == nil {
		return false, false
	}
	v4 = s.CIDRsUnknown != nil && len(s.CIDRs) == 0
	for _, p := range s.CIDRs {
		v4, v6 = v4 || p.Addr().Is4(), v6 || p.Addr().Is6()
	}
	return v4, v6 && (!v4 || s.AssignIPv6AddressOnCreation)
}

// publicByDefault reports whether an interface that says nothing of its public
// address gets one: the subnet's default is for an instance's first interface
// (SUB-10).
func publicByDefault(m *model.Interface, s *model.Subnet) bool {
	return s != nil && s.MapPublicIPOnLaunch && m.Owner.Kind == model.KindInstance && m.DeviceIndex == 0 &&
		(m.Unassigned4 || m.Primary(false).IP.Is4())
}

// publicAddress fills the public address of the primary private one.
func (b *builder) publicAddress(f *nic, m *model.Interface, sub *model.Subnet) {
	if f.publicIP.gap != nil {
		return
	}
	if !f.publicIP.set && !f.elasticIP.set {
		m.PublicUnassigned = publicByDefault(m, sub)
		return
	}
	m.PublicUnassigned = f.publicIP.v.any && !f.elasticIP.set
	primary := m.Primary(false)
	public := b.publicOf(f.publicIP, f.elasticIP, m.ID, primary.IP)
	if !public.IsValid() {
		return
	}
	if !primary.IP.IsValid() {
		place := f.publicIP.at
		if f.elasticIP.set {
			place = f.elasticIP.at
		}
		b.d.ruleError(place, "IGW-2", "write its private_ip too: the internet gateway translates one into the other",
			"the public address %s belongs to a private address that is not written", public)
		return
	}
	m.Addresses[0].Public = public
}

// publicOf is the public address that public_ip and elastic_ip tell, or the zero
// Addr. An Elastic IP that is written only there becomes a resource.
func (b *builder) publicOf(public value[assigned], elastic value[string], of model.InterfaceID, private netip.Addr) netip.Addr {
	if elastic.set {
		if public.set {
			b.d.errorf(public.at, "an Elastic IP address takes the place of the public address (ENI-5)", "both public_ip and elastic_ip are written")
		}
		e := b.elasticIP(elastic)
		if e == nil {
			return netip.Addr{}
		}
		if e.Interface != "" && (e.Interface != of || e.PrivateIP != private) {
			b.d.ruleError(elastic.at, "EIP-1", "an Elastic IP address belongs to one private address at a time", "the Elastic IP %s is already associated with %s", quote(string(e.ID)), e.Interface)
			return netip.Addr{}
		}
		e.Interface, e.PrivateIP = of, private
		return e.PublicIP
	}
	if ip := public.v.ip; ip.Is6() {
		b.d.errorf(public.at, "an IPv6 address is the same inside and outside (IGW-3)", "public_ip is an IPv4 address, not %s", ip)
		return netip.Addr{}
	}
	return public.v.ip
}
