package cloudformation

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// readInstance reads an instance. Which image it runs, and so which system,
// decides nothing that the template tells: its platform is unknown.
func (b *builder) readInstance(r *resource) {
	m := &model.Instance{ID: model.InstanceID(r.id), Meta: b.meta(r), State: "running"}
	switch m.Tags["vpcwalk:nat"] { // NATI-1
	case "true":
		m.NAT = new(true)
	case "false":
		m.NAT = new(false)
	}
	b.network.Instances[m.ID] = m
	template := b.launchTemplateData(r, r.get("LaunchTemplate"))
	get := func(key string) value {
		if v := r.get(key); v.kind != absent {
			return v
		}
		return template.member(key)
	}
	list := get("NetworkInterfaces").list()
	if len(list) == 0 {
		list = []value{{kind: objectValue, at: r.at}}
	}
	for n, item := range list {
		b.instanceInterface(r, m, n, len(list), item, get)
	}
	if len(m.Interfaces) > 0 {
		if i := b.network.Interfaces[m.Interfaces[0]]; i != nil {
			m.VPC = i.VPC
		}
	}
}

// instanceInterface reads an element of an instance's NetworkInterfaces: an
// interface that is a resource, or one that is made with the instance.
func (b *builder) instanceInterface(r *resource, m *model.Instance, n, of int, item value, get func(string) value) {
	index := b.number(r, "DeviceIndex", item.member("DeviceIndex"))
	if !index.given || index.gap != nil {
		index.n = n
	}
	own := func(key string) value {
		if v := item.member(key); v.kind != absent || index.n != 0 {
			return v
		}
		return get(key)
	}
	if v := item.member("NetworkInterfaceId"); v.kind != absent && item.kind != openValue {
		x := b.identify(r, "NetworkInterfaceId", v, model.KindInterface)
		i := b.network.Interfaces[model.InterfaceID(x.id)]
		if i == nil && x.outside() { // another input may have it
			m.Interfaces = append(m.Interfaces, model.InterfaceID(x.id))
			return
		}
		if i == nil {
			i, _ = b.newInterface(r, x.id, identity{}, "")
			i.GroupsUnknown, i.PublicUnknown = x.gap, x.gap
		}
		b.attach(i, m, index.n)
		return
	}
	groups := item.member("GroupSet")
	if groups.kind == absent {
		groups = item.member("Groups") // as launch templates have it
	}
	if groups.kind == absent && index.n == 0 {
		groups = get("SecurityGroupIds")
		if names := get("SecurityGroups"); groups.kind == absent && names.kind != absent {
			groups = b.namedGroups(names)
		}
	}
	subnet := b.identify(r, "SubnetId", own("SubnetId"), model.KindSubnet)
	vpc := b.groupVPC(r, "SecurityGroupIds", groups)
	if subnet.id == "" {
		gap := r.unknown("SubnetId", &open{reason: "it names no subnet, so it is in one of the default VPC"}, r.at)
		subnet = identity{id: r.id + ".SubnetId", name: "SubnetId", gap: gap, at: r.at}
		if vpc == "" {
			vpc = b.defaultVPC(r)
		}
	}
	id := r.stack.prefix + "eni-" + r.name
	if of > 1 {
		id += "-" + itoa(index.n)
	}
	i, s := b.newInterface(r, id, subnet, vpc)
	if item.kind == openValue {
		i.GroupsUnknown = r.unknown("NetworkInterfaces", item.open, item.at)
	}
	b.attach(i, m, index.n)
	b.addresses(r, i, own)
	if i.GroupsUnknown == nil {
		i.Groups, i.GroupsUnknown = b.groups(r, "SecurityGroupIds", groups, i.VPC)
	}
	b.sourceDestCheck(r, i)
	// AWS assigns no public address by itself to one of several interfaces.
	b.publicAddress(r, i, s, item.member("AssociatePublicIpAddress"), of == 1)
}

// namedGroups turns the names of groups into their IDs.
func (b *builder) namedGroups(v value) value {
	out := value{kind: listValue, at: v.at}
	for _, item := range v.list() {
		if name, ok := item.literal(); ok {
			item = plain(b.groupNamed(name), item.at)
		}
		out.items = append(out.items, item)
	}
	return out
}

// launchTemplateData is what a launch template says, for a LaunchTemplate
// property that names it; absent where no template has it.
func (b *builder) launchTemplateData(r *resource, v value) value {
	if v.kind != objectValue {
		return v
	}
	for _, key := range []string{"LaunchTemplateId", "LaunchTemplateName"} {
		id := v.member(key)
		if id.kind == absent {
			continue
		}
		if to, _ := id.reference(); to != nil && to.typ == "AWS::EC2::LaunchTemplate" {
			return to.get("LaunchTemplateData")
		}
		if name, ok := id.literal(); ok && key == "LaunchTemplateName" {
			for _, to := range b.byType["AWS::EC2::LaunchTemplate"] {
				if to.get("LaunchTemplateName").show() == name {
					return to.get("LaunchTemplateData")
				}
			}
		}
		if gap := id.gap(); gap != nil {
			return opened(open{reason: gap.reason}, id.at)
		}
		return opened(open{reason: "no template has the launch template " + id.show()}, id.at)
	}
	return value{}
}

func (b *builder) readElasticIP(r *resource) {
	id := model.AllocationID(r.id)
	b.network.ElasticIPs[id] = &model.ElasticIP{ID: id, Meta: b.meta(r)}
}

// associateElasticIP gives an interface an Elastic IP address, which is not known
// before it is there. address is the EIP itself where that names the instance.
func (b *builder) associateElasticIP(r, address *resource) {
	var eip *model.ElasticIP
	if address != nil {
		eip = b.network.ElasticIPs[model.AllocationID(address.id)]
	} else {
		for _, key := range []string{"AllocationId", "EIP"} {
			if i := b.identify(r, key, r.get(key), model.KindElasticIP); i.resource != nil {
				eip = b.network.ElasticIPs[model.AllocationID(i.id)]
			}
		}
	}
	var to *model.Interface
	var named identity
	if v := r.get("NetworkInterfaceId"); v.kind != absent {
		named = b.identify(r, "NetworkInterfaceId", v, model.KindInterface)
		to = b.network.Interfaces[model.InterfaceID(named.id)]
	} else if v := r.get("InstanceId"); v.kind != absent {
		named = b.identify(r, "InstanceId", v, model.KindInstance)
		if m := b.network.Instances[model.InstanceID(named.id)]; m != nil && len(m.Interfaces) > 0 {
			to = b.network.Interfaces[m.Interfaces[0]]
		}
	}
	if to == nil {
		if named.id != "" {
			b.report(model.Warning, "EIP-1", r, named.at, "", "the Elastic IP goes to %s, which no template has", named.id)
		}
		return
	}
	private, _ := b.address(r, "PrivateIpAddress", r.get("PrivateIpAddress"), false)
	primary := to.Primary(false).IP
	switch {
	case r.doubt() != nil:
		to.PublicUnknown = r.doubt()
	case private.IsValid() && primary.IsValid() && private != primary:
		for j := range to.Addresses {
			if a := &to.Addresses[j]; a.IP == private {
				a.PublicUnassigned = true
			}
		}
	default:
		to.PublicUnassigned, to.PublicUnknown = true, nil
	}
	if eip != nil {
		if eip.Interface, eip.PrivateIP = to.ID, primary; private.IsValid() {
			eip.PrivateIP = private
		}
	}
}
