package yamlfile

import (
	"strconv"

	"github.com/vpcwalk/vpcwalk/model"
)

type instance struct {
	common
	nic         nic // of an instance with one interface
	interfaceID value[string]
	interfaces  []entry[nic]
	platform    value[model.Platform]
	state       value[string]
	nat         value[bool]
}

var (
	platform = word("a platform", []string{"linux", "windows", "unknown"}, []model.Platform{model.PlatformLinux, model.PlatformWindows, model.PlatformUnknown})
	states   = []string{"pending", "running", "stopping", "stopped", "shutting-down", "terminated"}
)

var instanceShape = object("an instance", "An EC2 instance. What its only interface is like is written with it; several interfaces go under interfaces.",
	commonKeys(func(i *instance) *common { return &i.common }), addressKeys(func(i *instance) *nic { return &i.nic }), []field[instance]{
		key("interface_id", text, func(i *instance) *value[string] { return &i.interfaceID }, "the ID of its only interface; eni-NAME by default"),
		key("interfaces", section(ownedInterfaceShape), func(i *instance) *[]entry[nic] { return &i.interfaces }, "several interfaces by name, the primary one first; {} is none"),
		key("platform", platform, func(i *instance) *value[model.Platform] { return &i.platform }, "linux, windows or unknown, which is the default: it decides the source ports of its connections"),
		key("state", word("an instance's state", states, states), func(i *instance) *value[string] { return &i.state }, "running by default"),
		key("nat", yesNo, func(i *instance) *value[bool] { return &i.nat }, "whether it translates what it forwards to its own address, as a NAT instance does (NATI-1)"),
	})

// declareInterfaces makes the interfaces of an owner known: those that it lists,
// or its only one.
func (b *builder) declareInterfaces(s *scope, key string, only *nic, interfaceID value[string], interfaces []entry[nic], at model.Provenance) {
	if interfaces != nil {
		if word := only.written(); word != "" {
			b.d.errorf(at, "write it with one of the interfaces", "%s has both %s and interfaces", quote(key), word)
		}
		b.declareOwned(s, interfaces)
		return
	}
	b.names.declare(model.KindInterface, s, "eni-"+key, interfaceID.or(""), at)
}

// declareOwned makes the interfaces known that an owner lists.
func (b *builder) declareOwned(s *scope, interfaces []entry[nic]) {
	for i := range interfaces {
		if e := &interfaces[i]; e.v.given.or(true) {
			b.names.declare(model.KindInterface, s, e.key, e.v.id.or(""), e.at)
		}
	}
}

// written gives a key of an interface that is written, or "".
func (f *nic) written() string {
	for _, k := range []struct {
		key string
		set bool
	}{
		{"subnet", f.subnet.isSet()}, {"private_ip", f.privateIP.set}, {"secondary_private_ips", f.secondary.set},
		{"ipv6_addresses", f.ipv6.set}, {"prefixes", f.prefixes.set}, {"public_ip", f.publicIP.set}, {"elastic_ip", f.elasticIP.set},
		{"security_groups", f.groups.set}, {"source_dest_check", f.sourceDestCheck.set},
	} {
		if k.set {
			return k.key
		}
	}
	return ""
}

func (b *builder) buildInstance(s *scope, e *entry[instance]) {
	f := &e.v
	id := model.InstanceID(b.idOf(model.KindInstance, s, e.key))
	m := &model.Instance{
		ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id,
		Platform: f.platform.or(model.PlatformUnknown),
		State:    f.state.or("running"),
	}
	m.NotRunning = m.State != "running"
	if f.nat.set {
		m.NAT = &f.nat.v
	} else if tag, ok := f.tags["vpcwalk:nat"]; ok {
		if nat, err := strconv.ParseBool(tag); err == nil {
			m.NAT = &nat
		}
	}
	b.n.Instances[id] = m
	m.Interfaces = b.ownedInterfaces(s, e.key, &f.nic, f.interfaces, e.at, model.OwnerRef{Kind: model.KindInstance, ID: string(id)}, "interface")
}

// ownedInterfaces makes the interfaces of an owner.
func (b *builder) ownedInterfaces(s *scope, key string, only *nic, interfaces []entry[nic], at model.Provenance, owner model.OwnerRef, typ string) []model.InterfaceID {
	if interfaces == nil {
		id := model.InterfaceID(b.idOf(model.KindInterface, s, "eni-"+key))
		b.buildInterface(s, only, id, at, owner, 0, typ)
		return []model.InterfaceID{id}
	}
	var ids []model.InterfaceID
	for i := range interfaces {
		e := &interfaces[i]
		if !e.v.given.or(true) {
			ids = append(ids, model.InterfaceID(e.key))
			continue
		}
		id := model.InterfaceID(b.idOf(model.KindInterface, s, e.key))
		b.buildInterface(s, &e.v, id, e.at, owner, i, typ)
		ids = append(ids, id)
	}
	return ids
}

// buildNetworkInterface makes an interface that is written by itself.
func (b *builder) buildNetworkInterface(s *scope, e *entry[nic]) {
	f := &e.v
	id := model.InterfaceID(b.idOf(model.KindInterface, s, e.key))
	owner := model.OwnerRef{Kind: model.Kind(f.ownerKind.or("")), ID: f.ownerID.or("")}
	index := 0
	var inst *model.Instance
	if f.instance.isSet() {
		if f.ownerKind.set || f.ownerID.set {
			b.d.errorf(f.instance.at, "leave one", "an interface has one owner: instance, or owner_type and owner_id")
		}
		owner = model.OwnerRef{Kind: model.KindInstance, ID: b.id(model.KindInstance, s, &f.instance)}
		if inst = b.n.Instances[model.InstanceID(owner.ID)]; inst != nil {
			index = len(inst.Interfaces)
		}
	}
	b.buildInterface(s, f, id, e.at, owner, index, "interface")
	if inst != nil {
		inst.Interfaces = append(inst.Interfaces, id)
	}
}
