package cloudformation

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// newInterface makes an interface in a subnet and puts it into the network. Its
// addresses are any of the subnet until addresses tells them.
func (b *builder) newInterface(r *resource, id string, subnet identity, vpc model.VPCID) (*model.Interface, *model.Subnet) {
	i := &model.Interface{ID: model.InterfaceID(id), Subnet: model.SubnetID(subnet.id), VPC: vpc, Type: "interface",
		Meta: model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at}}
	i.Provenance.Address = ""
	s := b.subnet(subnet, vpc)
	if s != nil && s.VPC != "" {
		i.VPC = s.VPC
	}
	i.Unassigned4, i.Unassigned6 = assigned(s)
	b.network.Interfaces[i.ID] = i
	return i, s
}

// assigned tells for each family whether an interface that says nothing of its
// addresses gets one of the subnet (SUB-6, SUB-11). In a subnet that is not known
// it gets an IPv4 address.
func assigned(s *model.Subnet) (v4, v6 bool) {
	if s == nil {
		return true, false
	}
	v4 = s.CIDRsUnknown != nil && len(s.CIDRs) == 0
	for _, p := range s.CIDRs {
		v4, v6 = v4 || p.Addr().Is4(), v6 || p.Addr().Is6()
	}
	return v4, v6 && (!v4 || s.AssignIPv6AddressOnCreation)
}

// addresses reads what an interface, or an instance with one, says of its own
// addresses.
func (b *builder) addresses(r *resource, i *model.Interface, get func(string) value) {
	var v4 []model.Address
	add := func(attribute string, v value, primary bool) {
		a, gap := b.address(r, attribute, v, false)
		switch x := (model.Address{IP: a, Provenance: v.at}); {
		case gap != nil:
			if primary {
				i.Unassigned4 = true
			}
		case !a.IsValid():
		case primary:
			v4 = append([]model.Address{x}, v4...)
		default:
			v4 = append(v4, x)
		}
	}
	add("PrivateIpAddress", get("PrivateIpAddress"), true)
	for _, item := range get("PrivateIpAddresses").list() {
		primary, _ := b.flag(r, "Primary", item.member("Primary"), false)
		if a, ok := item.member("PrivateIpAddress").literal(); !ok || !hasAddress(v4, a) {
			add("PrivateIpAddresses", item.member("PrivateIpAddress"), primary)
		}
	}
	if len(v4) > 0 {
		i.Unassigned4 = false
	}
	var v6 []model.Address
	for _, item := range get("Ipv6Addresses").list() {
		if item.kind == objectValue {
			item = item.member("Ipv6Address")
		}
		a, gap := b.address(r, "Ipv6Addresses", item, true)
		if gap != nil {
			i.Unassigned6 = true
		} else if a.IsValid() {
			v6 = append(v6, model.Address{IP: a, Provenance: item.at})
		}
	}
	if len(v6) > 0 {
		i.Unassigned6 = false
	}
	if n := b.number(r, "Ipv6AddressCount", get("Ipv6AddressCount")); n.given && (n.n > 0 || n.gap != nil) && len(v6) == 0 {
		i.Unassigned6 = true
	}
	i.Addresses = append(v4, v6...)
	for _, key := range []string{"Ipv4Prefixes", "Ipv6Prefixes"} { // ENI-7
		for _, item := range get(key).list() {
			if p, gap := b.prefix(r, key, item.member(key[:len(key)-2])); gap == nil && p.IsValid() {
				i.Prefixes = append(i.Prefixes, p)
			}
		}
	}
}

func hasAddress(list []model.Address, text string) bool {
	a, err := netip.ParseAddr(text)
	for _, x := range list {
		if err == nil && x.IP == a {
			return true
		}
	}
	return false
}

// publicAddress says whether the primary address gets a public one: as the
// interface says, else, for an instance's first interface, as its subnet does
// (SUB-10).
func (b *builder) publicAddress(r *resource, i *model.Interface, s *model.Subnet, explicit value, instance bool) {
	if explicit.kind != absent {
		i.PublicUnassigned, i.PublicUnknown = b.flag(r, "AssociatePublicIpAddress", explicit, false)
		return
	}
	if !instance || i.DeviceIndex != 0 {
		return
	}
	switch {
	case s == nil:
		i.PublicUnknown = r.unknown("SubnetId", &open{reason: "whether the subnet gives public addresses is not known"}, r.at)
	case b.mapPublic[s.ID] != nil:
		i.PublicUnknown = b.mapPublic[s.ID]
	default:
		i.PublicUnassigned = s.MapPublicIPOnLaunch && (i.Unassigned4 || i.Primary(false).IP.IsValid())
	}
}

// groupVPC is the VPC of the first group that a property names; "" where that is
// not known.
func (b *builder) groupVPC(r *resource, attribute string, v value) model.VPCID {
	list, _ := b.identities(r, attribute, v, model.KindSecurityGroup)
	for _, i := range list {
		if g := b.network.SecurityGroups[model.SecurityGroupID(i.id)]; g != nil {
			return g.VPC
		}
	}
	return ""
}

// readNetworkInterface reads an interface that is a resource by itself. It is
// attached to nothing until an instance or an attachment says so (ENI-11).
func (b *builder) readNetworkInterface(r *resource) {
	groups := r.get("GroupSet")
	subnet := b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet)
	i, _ := b.newInterface(r, r.id, subnet, b.groupVPC(r, "GroupSet", groups))
	i.Meta = b.meta(r)
	i.Detached = true
	b.addresses(r, i, r.get)
	i.Groups, i.GroupsUnknown = b.groups(r, "GroupSet", groups, i.VPC)
	b.sourceDestCheck(r, i)
}

// sourceDestCheck reads the source/destination check (ENI-9), which is on by
// default.
func (b *builder) sourceDestCheck(r *resource, i *model.Interface) {
	v := r.get("SourceDestCheck")
	check, gap := b.flag(r, "SourceDestCheck", v, true)
	if i.SourceDestCheckDisabled = !check; gap != nil && v.gap() != nil {
		b.report(model.Warning, "ENI-9", r, v.at, "", "SourceDestCheck of %s is not known, and taken to be on: %s", r.name, gap.Reason)
	}
}

// attach gives an interface to an instance.
func (b *builder) attach(i *model.Interface, m *model.Instance, index int) {
	i.Detached, i.Owner, i.DeviceIndex = false, model.OwnerRef{Kind: model.KindInstance, ID: string(m.ID)}, index
	at := len(m.Interfaces)
	for n, id := range m.Interfaces {
		if x := b.network.Interfaces[id]; x != nil && x.DeviceIndex > index {
			at = n
			break
		}
	}
	m.Interfaces = append(m.Interfaces[:at:at], append([]model.InterfaceID{i.ID}, m.Interfaces[at:]...)...)
}

func (b *builder) readInterfaceAttachment(r *resource) {
	i := b.network.Interfaces[model.InterfaceID(b.identify(r, "NetworkInterfaceId", r.get("NetworkInterfaceId"), model.KindInterface).id)]
	instance := b.identify(r, "InstanceId", r.get("InstanceId"), model.KindInstance)
	if i == nil {
		return
	}
	index := b.number(r, "DeviceIndex", r.get("DeviceIndex"))
	if m := b.network.Instances[model.InstanceID(instance.id)]; m != nil {
		b.attach(i, m, index.n)
		return
	}
	i.Detached, i.DeviceIndex = false, index.n
	i.Owner = model.OwnerRef{Kind: model.KindInstance, ID: instance.id}
}
