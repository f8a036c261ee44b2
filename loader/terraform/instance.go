package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// machine is an instance with the interfaces that it writes itself.
type machine struct {
	*model.Instance
	body body
}

// readInstance reads an instance with its primary interface. What a plan does
// not know of it runs: only a state says that one is stopped. Its image is not
// looked at, so the platform is not known (a decision).
func readInstance(b body) {
	id := model.InstanceID(b.r.id())
	if b.r.kind == "aws_spot_instance_request" {
		id = model.InstanceID(cmp.Or(b.str("spot_instance_id"), b.r.id()))
	}
	if b.network.Instances[id] != nil {
		return
	}
	m := &model.Instance{ID: id, Meta: b.named(), State: b.str("instance_state")}
	m.NotRunning = m.State != "" && !strings.EqualFold(m.State, "running") // ENI-6, ENI-11
	switch nat := m.Tags["vpcwalk:nat"]; strings.ToLower(nat) {
	case "":
	case "true", "false":
		m.NAT = new(strings.EqualFold(nat, "true"))
	default:
		b.problem(model.Warning, "NATI-1", "the tag vpcwalk:nat is %q; it is read only as true or false", nat)
	}
	b.network.Instances[id] = m
	b.machines = append(b.machines, &machine{m, b})
	own := true
	for _, name := range []string{"network_interface", "primary_network_interface"} {
		blocks, _ := b.blocks(name)
		for _, x := range blocks {
			nic, u := x.ref("network_interface_id", wantNIC, nil)
			if u != nil {
				own = false
				continue
			}
			index, _ := x.integer("device_index")
			own = own && index != 0
			if nic.id != "" {
				b.attach(model.InterfaceID(nic.id), candidate{id: string(id), r: b.r}, index, nil)
			}
		}
	}
	if own && !b.attachedPrimary(string(id)) {
		b.primary(id)
	}
}

// attachedPrimary reports whether an interface of its own is an existing
// instance's primary one.
func (b body) attachedPrimary(id string) bool {
	primary := b.str("primary_network_interface_id")
	if primary == "" {
		return false
	}
	a, ok := b.attachments[model.InterfaceID(primary)]
	return ok && a.machine.id == id && a.index == 0
}

// primaryInterface is the ID of an instance's primary interface.
func (b *builder) primaryInterface(r *resource) model.InterfaceID {
	x := b.body(r)
	if id := x.str("primary_network_interface_id"); id != "" {
		return model.InterfaceID(id)
	}
	for _, block := range []string{"network_interface", "primary_network_interface"} {
		nics, _ := x.blocks(block)
		for _, n := range nics {
			if index, _ := n.integer("device_index"); index == 0 {
				if c, u := n.ref("network_interface_id", wantNIC, nil); u == nil && c.id != "" {
					return model.InterfaceID(c.id)
				}
			}
		}
	}
	return model.InterfaceID(r.address + ".primary_network_interface_id")
}

// primary makes the interface that an instance is launched with.
func (b body) primary(id model.InstanceID) {
	t := b.template()
	subnet := b.subnet("subnet_id", b.holdsAddress("private_ip"))
	if subnet == "" {
		if subnet = t.subnet; subnet == "" {
			subnet = b.defaultSubnet()
		}
	}
	i := b.newInterface(b.primaryInterface(b.r), subnet, model.OwnerRef{Kind: model.KindInstance, ID: string(id)}, "interface")
	b.network.Instances[id].VPC = i.VPC
	b.addresses(i, "private_ip", []string{"secondary_private_ips"}, "ipv6_addresses")
	b.countIPv6(i, "ipv6_address_count")
	if _, s := b.get("ipv6_address_count"); s != known && t.ipv6 && !b.r.exists() && !i.Primary(true).IP.IsValid() {
		i.Unassigned6 = b.hasIPv6(i.Subnet)
	}
	i.SourceDestCheckDisabled = b.sourceDestCheckDisabled()
	i.Groups, i.GroupsUnknown = b.groupsOf("vpc_security_group_ids", i.VPC, false)
	if len(i.Groups) == 0 && i.GroupsUnknown == nil {
		i.Groups, i.GroupsUnknown = b.groupsByName(i.VPC)
	}
	if len(i.Groups) == 0 && i.GroupsUnknown == nil {
		i.Groups, i.GroupsUnknown = t.groups, t.groupsOpen
	}
	if len(i.Groups) == 0 && i.GroupsUnknown == nil {
		i.Groups = []model.SecurityGroupID{b.defaultGroup(i.VPC)}
	}
	if public := b.addr("public_ip"); public.IsValid() {
		b.publish(i, public)
		return
	}
	if b.r.exists() && b.r.unknown["public_ip"] != true {
		return // it has none
	}
	b.launchPublic(i, "associate_public_ip_address", t)
}

// launchPublic settles whether an interface gets a public address at launch:
// what the instance says, else its template, else the subnet (SUB-10).
func (b body) launchPublic(i *model.Interface, name string, t template) {
	v, s := b.get(name)
	switch {
	case s == open:
		i.PublicUnknown = b.unknownAt(name)
	case s == known:
		i.PublicUnassigned = v == true || v == "true"
	case t.publicOpen != nil:
		i.PublicUnknown = t.publicOpen
	case t.public != nil:
		i.PublicUnassigned = *t.public
	default:
		b.publicBySubnet(i)
	}
}

func (b *builder) publicBySubnet(i *model.Interface) {
	s := b.network.Subnets[i.Subnet]
	switch {
	case s == nil:
		i.PublicUnknown = &model.Unknown{Subject: string(i.Subnet), Attribute: "map_public_ip_on_launch",
			Reason: "the configuration does not manage this subnet", Provenance: i.Provenance}
	case s.CIDRsUnknown != nil && len(s.CIDRs) == 0:
		i.PublicUnknown = s.CIDRsUnknown
	default:
		i.PublicUnassigned = s.MapPublicIPOnLaunch && b.hasIPv4(i.Subnet)
	}
}

// groupsByName reads the groups of an instance in a default VPC, which are
// written by name.
func (b body) groupsByName(vpc model.VPCID) ([]model.SecurityGroupID, *model.Unknown) {
	names, unknowns := b.list("security_groups")
	if unknowns != 0 {
		if b.configured("security_groups") {
			return nil, b.unknownAt("security_groups")
		}
		return nil, nil
	}
	var out []model.SecurityGroupID
	for _, name := range names {
		i := slices.IndexFunc(model.Sorted(b.network.SecurityGroups), func(g *model.SecurityGroup) bool {
			return g.VPC == vpc && g.GroupName == name || string(g.ID) == name
		})
		if i < 0 {
			u := b.unknownAt("security_groups")
			u.Reason = "the configuration has no group of the name " + name
			return out, u
		}
		out = append(out, model.Sorted(b.network.SecurityGroups)[i].ID)
	}
	return out, nil
}

// linkInstances lists each instance's interfaces, the primary first.
func (b *builder) linkInstances() {
	owned := map[string][]model.InterfaceID{}
	for _, i := range model.Sorted(b.network.Interfaces) {
		if i.Owner.Kind == model.KindInstance {
			owned[i.Owner.ID] = append(owned[i.Owner.ID], i.ID)
		}
	}
	for _, m := range b.machines {
		m.Interfaces = append(m.Interfaces, owned[string(m.ID)]...)
		slices.SortStableFunc(m.Interfaces, func(x, y model.InterfaceID) int {
			return cmp.Compare(b.network.Interfaces[x].DeviceIndex, b.network.Interfaces[y].DeviceIndex)
		})
		if len(m.Interfaces) > 0 && m.VPC == "" {
			m.VPC = b.network.Interfaces[m.Interfaces[0]].VPC
		}
	}
}
