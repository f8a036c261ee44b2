package yamlfile

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// owner is what has interfaces and is no instance, NAT gateway or VPC endpoint.
type owner struct {
	common
	typ         value[string]
	nic         nic
	interfaceID value[string]
	subnets     list[ref]
	interfaces  []entry[nic]
	port        value[uint16]
	sendsOnly   value[bool]
	ipv6Allowed value[bool]
	platform    value[model.Platform]
}

var ownerShape = object("an interface owner", "A database, a function, a task: what has network interfaces.",
	commonKeys(func(o *owner) *common { return &o.common }), addressKeys(func(o *owner) *nic { return &o.nic }), []field[owner]{
		must(key("type", text, func(o *owner) *value[string] { return &o.typ }, "rds, lambda, ecs-task, efs, …")),
		key("subnets", many(refTo), func(o *owner) *list[ref] { return &o.subnets }, "several subnets, in each of which it has an interface eni-NAME-SUBNET"),
		key("interface_id", text, func(o *owner) *value[string] { return &o.interfaceID }, "the ID of its only interface; eni-NAME by default"),
		key("interfaces", section(ownedInterfaceShape), func(o *owner) *[]entry[nic] { return &o.interfaces }, "its interfaces by name, where they differ"),
		key("port", port, func(o *owner) *value[uint16] { return &o.port }, "the port that it listens on"),
		key("sends_only", yesNo, func(o *owner) *value[bool] { return &o.sendsOnly }, "whether nothing can connect to it; true for lambda (LAM-1) and instance-connect-endpoint (EICE-1), else false"),
		key("ipv6_allowed_for_dual_stack", yesNo, func(o *owner) *value[bool] { return &o.ipv6Allowed }, "of a function: whether it uses IPv6 where its subnets have it (LAM-3); false by default"),
		key("platform", platform, func(o *owner) *value[model.Platform] { return &o.platform }, "linux, windows or unknown, which is the default"),
	})

// spread turns the short form "subnets" into one interface per subnet.
func (o *owner) spread(b *builder, e *entry[owner]) {
	if len(o.subnets.items) == 0 {
		return
	}
	if o.interfaces != nil || o.nic.subnet.isSet() || o.interfaceID.set {
		b.d.errorf(o.subnets.at, "leave one of subnet, subnets and interfaces", "%s tells its subnets twice", quote(e.key))
		return
	}
	o.interfaces = spreadInterfaces(e.key, &o.subnets, o.nic)
	o.nic = nic{}
	for i := range o.interfaces {
		f := &o.interfaces[i].v
		if f.privateIP.v.ip.IsValid() || f.publicIP.v.ip.IsValid() || f.elasticIP.set {
			b.d.errorf(o.subnets.at, "write each under interfaces", "one address for the interfaces of several subnets of %s", quote(e.key))
			return
		}
	}
}

// spreadInterfaces makes an interface like template in each of some subnets.
func spreadInterfaces(key string, subnets *list[ref], template nic) []entry[nic] {
	var out []entry[nic]
	for _, r := range subnets.items {
		if !r.isSet() {
			continue // reported when it was read
		}
		f := template
		f.subnet = r
		name := r.name
		if r.id.set {
			name = r.id.v
		}
		out = append(out, entry[nic]{key: "eni-" + key + "-" + name, at: r.at, v: f})
	}
	return out
}

func (b *builder) buildOwner(s *scope, e *entry[owner]) {
	f := &e.v
	id := model.OwnerID(b.idOf(model.KindOwner, s, e.key))
	m := &model.Owner{
		ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id,
		Type:      f.typ.or(""),
		Port:      f.port.or(0),
		SendsOnly: f.sendsOnly.or(model.SendsOnly(f.typ.v)),
		Platform:  f.platform.or(model.PlatformUnknown),
	}
	if f.ipv6Allowed.or(false) {
		f.nic.allowIPv6(b, s)
		for i := range f.interfaces {
			f.interfaces[i].v.allowIPv6(b, s)
		}
	}
	b.n.Owners[id] = m
	m.Interfaces = b.ownedInterfaces(s, e.key, &f.nic, f.interfaces, e.at, model.OwnerRef{Kind: model.KindOwner, ID: string(id)}, interfaceOfOwner(m.Type))
}

// allowIPv6 gives a function's interface the IPv6 address of a dual-stack subnet.
func (f *nic) allowIPv6(b *builder, s *scope) {
	if f.ipv6.set || !f.subnet.isSet() {
		return
	}
	sub := b.n.Subnets[model.SubnetID(b.id(model.KindSubnet, s, &f.subnet))]
	if sub != nil && slices.ContainsFunc(sub.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() }) {
		f.ipv6 = list[value[assigned]]{set: true, items: []value[assigned]{{v: assigned{any: true}, set: true}}}
	}
}

// interfaceOfOwner is the InterfaceType of an owner's interfaces.
func interfaceOfOwner(typ string) string {
	if typ == "lambda" {
		return "lambda"
	}
	return "interface"
}
