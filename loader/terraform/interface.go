package terraform

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// newInterface adds an interface in a subnet, owned by what owner names. Its
// addresses are not known yet: one of the subnet's in each family that the subnet
// has and the interface takes.
func (b body) newInterface(id model.InterfaceID, subnet model.SubnetID, owner model.OwnerRef, typ string) *model.Interface {
	i := &model.Interface{ID: id, Subnet: subnet, Type: typ, Owner: owner}
	i.Provenance = b.r.place
	i.Tags = b.tags()
	i.Account, i.Region = b.scope(b.r)
	if s := b.network.Subnets[subnet]; s != nil {
		i.VPC = s.VPC
	}
	i.Unassigned4 = b.hasIPv4(subnet)
	b.network.Interfaces[id] = i
	return i
}

// hasIPv4 reports whether a subnet may give IPv4 addresses; all do but those of
// IPv6 alone (SUB-6).
func (b *builder) hasIPv4(id model.SubnetID) bool {
	s := b.network.Subnets[id]
	if s == nil {
		return true
	}
	return s.CIDRsUnknown != nil || slices.ContainsFunc(s.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is4() })
}

func (b *builder) hasIPv6(id model.SubnetID) bool {
	s := b.network.Subnets[id]
	return s != nil && (s.CIDRsUnknown != nil && s.CIDRsUnknown.Attribute == openIPv6Block ||
		slices.ContainsFunc(s.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() }))
}

// addresses gives an interface the addresses that are known: the primary IPv4
// first, then other IPv4, then IPv6.
func (b body) addresses(i *model.Interface, primary string, others []string, v6 string) {
	add := func(name, text string) {
		a := b.parseAddr(name, text)
		if a.IsValid() && !slices.ContainsFunc(i.Addresses, func(o model.Address) bool { return o.IP == a }) {
			i.Addresses = append(i.Addresses, model.Address{IP: a, Provenance: b.r.place})
		}
	}
	if text := b.str(primary); text != "" {
		add(primary, text)
	}
	for _, name := range others {
		list, unknowns := b.list(name)
		for _, text := range list {
			add(name, text)
		}
		if unknowns > 0 {
			i.Unassigned4 = true
		}
	}
	if i.Primary(false).IP.IsValid() {
		i.Unassigned4 = false
	}
	list, unknowns := b.list(v6)
	for _, text := range list {
		add(v6, text)
	}
	i.Unassigned6 = unknowns != 0 && b.hasIPv6(i.Subnet)
}

// countIPv6 settles whether an interface will get IPv6 addresses that are not
// written: as many as the count says, else as the subnet does it (SUB-11).
func (b body) countIPv6(i *model.Interface, count string) {
	if i.Primary(true).IP.IsValid() || i.Unassigned6 {
		return
	}
	s := b.network.Subnets[i.Subnet]
	n, ok := b.integer(count)
	switch {
	case ok:
		i.Unassigned6 = n > 0
	case b.r.exists(): // what it has is told
	case s != nil:
		i.Unassigned6 = b.hasIPv6(i.Subnet) && (s.AssignIPv6AddressOnCreation || !b.hasIPv4(i.Subnet))
	}
}

// readInterface reads a network interface that is a resource of its own.
func readInterface(b body) {
	id := model.InterfaceID(b.r.id())
	if b.r.isData() && b.network.Interfaces[id] != nil {
		return
	}
	subnet := b.subnet("subnet_id", b.holdsAddress("private_ip", "private_ips", "private_ip_list"))
	i := b.newInterface(id, subnet, model.OwnerRef{}, cmp.Or(b.str("interface_type"), "interface"))
	i.Meta = b.meta()
	v6 := "ipv6_addresses"
	if list, _ := b.list("ipv6_address_list"); len(list) > 0 {
		v6 = "ipv6_address_list" // the same, in an order
	}
	b.addresses(i, "private_ip", []string{"private_ip_list", "private_ips"}, v6)
	b.countIPv6(i, "ipv6_address_count")
	for _, name := range []string{"ipv4_prefixes", "ipv6_prefixes"} {
		list, _ := b.list(name)
		for _, text := range list {
			if p := b.parsePrefix(name, text); p.IsValid() {
				i.Prefixes = append(i.Prefixes, p)
			}
		}
	}
	i.Groups, i.GroupsUnknown = b.groupsOf("security_groups", i.VPC, true)
	i.Groups = slices.DeleteFunc(i.Groups, func(g model.SecurityGroupID) bool {
		return b.superseded("security_groups", string(id), string(g))
	})
	i.SourceDestCheckDisabled = b.sourceDestCheckDisabled()
	i.Detached = true // until something attaches it
	if a, ok := b.first("attachment"); ok {
		name := "instance"
		if b.r.isData() {
			name = "instance_id"
		}
		machine, u := a.ref(name, wantMachine, nil)
		index, _ := a.integer("device_index")
		b.attach(id, machine, index, u)
	}
	if a, ok := b.first("association"); ok && b.r.isData() {
		b.publish(i, a.addr("public_ip"))
	}
}

// holdsAddress tells which of several subnets an interface with a known address
// may lie in; nil where none is known.
func (b body) holdsAddress(names ...string) func(candidate) bool {
	var known []netip.Addr
	for _, name := range names {
		texts := []string{}
		if v, _ := b.get(name); v != nil {
			switch v := v.(type) {
			case string:
				texts = append(texts, v)
			case []any:
				texts, _ = b.list(name)
			}
		}
		for _, text := range texts {
			if a, err := netip.ParseAddr(text); err == nil {
				known = append(known, a)
			}
		}
	}
	zone := b.str("availability_zone")
	if len(known) == 0 && zone == "" {
		return nil
	}
	return func(c candidate) bool {
		s := b.network.Subnets[model.SubnetID(c.id)]
		if s == nil {
			return true
		}
		if zone != "" && s.AvailabilityZone != "" && zone != s.AvailabilityZone {
			return false
		}
		return s.CIDRsUnknown != nil || !slices.ContainsFunc(known, func(a netip.Addr) bool { return !s.Contains(a) })
	}
}

// attachment says what an interface is attached to.
type attachment struct {
	machine candidate
	index   int
	open    *model.Unknown
}

func (b *builder) attach(id model.InterfaceID, machine candidate, index int, open *model.Unknown) {
	b.attachments[id] = attachment{machine, index, open}
	if i := b.network.Interfaces[id]; i != nil && (machine.id != "" || open != nil) {
		i.Detached = false
		if i.DeviceIndex = index; machine.id != "" {
			i.Owner = model.OwnerRef{Kind: model.KindInstance, ID: machine.id}
		}
	}
}

func readInterfaceAttachment(b body) {
	nic, _ := b.ref("network_interface_id", wantNIC, nil)
	machine, u := b.ref("instance_id", wantMachine, nil)
	index, _ := b.integer("device_index")
	b.attach(model.InterfaceID(nic.id), machine, index, u)
}

// readGroupAttachment reads a group that is given to an interface by itself.
func readGroupAttachment(b body) {
	nic, u := b.ref("network_interface_id", wantNIC, nil)
	group, v := b.ref("security_group_id", wantGroup, nil)
	if u != nil {
		for _, c := range b.candidates("network_interface_id", wantNIC).found {
			if i := b.network.Interfaces[model.InterfaceID(c.id)]; i != nil {
				i.GroupsUnknown = cmp.Or(i.GroupsUnknown, u)
			}
		}
		return
	}
	id := model.InterfaceID(nic.id)
	b.extraGroups[id] = append(b.extraGroups[id], extraGroup{model.SecurityGroupID(group.id), v})
}

// extraGroup is a group that an interface has by an attachment.
type extraGroup struct {
	group model.SecurityGroupID
	open  *model.Unknown
}

// linkGroups gives interfaces the groups that are attached to them.
func (b *builder) linkGroups() {
	for _, id := range sortedKeys(b.extraGroups) {
		i := b.network.Interfaces[id]
		if i == nil {
			continue
		}
		for _, x := range b.extraGroups[id] {
			i.GroupsUnknown = cmp.Or(i.GroupsUnknown, x.open)
			if x.open == nil && !slices.Contains(i.Groups, x.group) {
				i.Groups = append(i.Groups, x.group)
			}
		}
	}
}

// publish gives the primary address its public one; a public address of an
// address that is not known yet is as good as not known.
func (b *builder) publish(i *model.Interface, public netip.Addr) {
	switch primary := i.Primary(false).IP; {
	case !public.IsValid():
	case primary.IsValid():
		for j := range i.Addresses {
			if i.Addresses[j].IP == primary {
				i.Addresses[j].Public = public
			}
		}
	default:
		i.PublicUnassigned = true
	}
}

// sourceDestCheckDisabled reads the check (ENI-9); one that apply tells is taken to
// be on, as it is by default.
func (b body) sourceDestCheckDisabled() bool {
	const name = "source_dest_check"
	if u := b.open(name); u != nil {
		b.problem(model.Warning, "ENI-9", "%s: %s; it is taken to be on", name, u.Reason)
	}
	return !b.boolOr(name, true)
}
