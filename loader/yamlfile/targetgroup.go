package yamlfile

import (
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type targetGroup struct {
	common
	typ                 value[model.TargetType]
	protocol            value[model.ListenerProtocol]
	port                value[uint16]
	ipv6                value[bool]
	preserve, crossZone value[bool]
	health              healthCheck
	targets             list[target]
}

type healthCheck struct {
	placed
	disabled value[bool]
	port     value[uint16]
	protocol value[model.ListenerProtocol]
}

// target is a target as it is written: by name alone, or in full.
type target struct {
	placed
	named            ref
	ip               value[netip.Addr]
	instance         ref
	networkInterface ref
	loadBalancer     ref
	function         value[string]
	port             value[uint16]
	zone             value[string]
	health           value[model.TargetHealth]
	gap              *gap
}

var targetGroupShape = object("a target group", "A target group of a load balancer or of VPC Lattice.", commonKeys(func(g *targetGroup) *common { return &g.common }), []field[targetGroup]{
	key("type", word("a type of target", []string{"instance", "ip", "lambda", "alb"}, []model.TargetType{model.TargetInstance, model.TargetIP, model.TargetLambda, model.TargetALB}),
		func(g *targetGroup) *value[model.TargetType] { return &g.typ }, "instance, ip, lambda or alb; by default what its first target is"),
	key("protocol", listenerProtocol, func(g *targetGroup) *value[model.ListenerProtocol] { return &g.protocol }, "TCP, UDP, HTTP, …; by default that of the first listener that names it, without encryption, else HTTP"),
	key("port", port, func(g *targetGroup) *value[uint16] { return &g.port }, "the port of its targets"),
	key("ipv6", yesNo, func(g *targetGroup) *value[bool] { return &g.ipv6 }, "whether its targets are addressed by IPv6; false by default"),
	key("preserve_client_ip", yesNo, func(g *targetGroup) *value[bool] { return &g.preserve }, "client IP preservation, of a Network Load Balancer; the default depends on type and protocol (NLB-6)"),
	key("cross_zone", yesNo, func(g *targetGroup) *value[bool] { return &g.crossZone }, "cross-zone load balancing; as the balancer has it by default"),
	key("health_check", healthCheckShape, func(g *targetGroup) *healthCheck { return &g.health }, "its health check (ELB-7)"),
	key("targets", many(targetShape), func(g *targetGroup) *list[target] { return &g.targets }, "instances, addresses, functions, balancers, or other owners of interfaces, each of which is then a target"),
})

var healthCheckShape = object("a health check", "A health check (ELB-7).", []field[healthCheck]{
	key("disabled", yesNo, func(h *healthCheck) *value[bool] { return &h.disabled }, "whether there is none; false by default"),
	key("port", port, func(h *healthCheck) *value[uint16] { return &h.port }, "its port; the target's by default"),
	key("protocol", listenerProtocol, func(h *healthCheck) *value[model.ListenerProtocol] { return &h.protocol }, "its protocol; the default depends on the group's"),
})

var targetShape = orText(object("a target", "A target of a load balancer.", []field[target]{
	key("target", refTo, func(t *target) *ref { return &t.named }, "what it is, by name: an instance, an owner of interfaces, a balancer or an interface"),
	key("ip", address, func(t *target) *value[netip.Addr] { return &t.ip }, "its address"),
	key("instance", refTo, func(t *target) *ref { return &t.instance }, "the instance"),
	key("network_interface", refTo, func(t *target) *ref { return &t.networkInterface }, "the interface whose address it is"),
	key("load_balancer", refTo, func(t *target) *ref { return &t.loadBalancer }, "the Application Load Balancer"),
	key("function", text, func(t *target) *value[string] { return &t.function }, "the function, by name or ARN"),
	key("port", port, func(t *target) *value[uint16] { return &t.port }, "its port; the group's by default"),
	key("zone", text, func(t *target) *value[string] { return &t.zone }, "of an address: its Availability Zone, or all for one outside the VPC"),
	key("health", word("a target's health", []string{"healthy", "unhealthy", "unused"}, []model.TargetHealth{model.TargetHealthy, model.TargetUnhealthy, model.TargetUnused}),
		func(t *target) *value[model.TargetHealth] { return &t.health }, "healthy, unhealthy or unused; not told by default"),
	key("unknown", gapDetailRef, func(t *target) **gap { return &t.gap }, "why it is not known what it is"),
}), `^.+$`, "an address, or a target by name", func(d *decoder, at model.Provenance, s string, into *target) {
	if looksLikeAddress(s) {
		address.read(d, scalarNode(s, at), &into.ip)
		return
	}
	refTo.read(d, scalarNode(s, at), &into.named)
})

func (h *healthCheck) model() model.HealthCheck {
	return model.HealthCheck{Disabled: h.disabled.or(false), Port: h.port.or(0), Protocol: h.protocol.or("")}
}

// buildTargetGroup makes a target group of a VPC, or of none where s is nil.
func (b *builder) buildTargetGroup(s *scope, e *entry[targetGroup]) {
	f := &e.v
	id := model.TargetGroupID(b.idOf(model.KindTargetGroup, s, e.key))
	m := &model.TargetGroup{ID: id, Meta: f.meta(e.key, e.at, b.metaOf(s)), Port: f.port.or(0), IPv6: f.ipv6.or(false),
		PreserveClientIP: f.preserve.pointer(), CrossZone: f.crossZone.pointer(), Health: f.health.model(),
		TargetsUnknown: f.targets.gap.unknown(string(id), "targets")}
	if s != nil {
		m.VPC = s.id
	}
	m.Targets, m.Type = b.targets(s, &f.targets, f.typ.or(""))
	m.Protocol = f.protocol.or(b.listenedTo(id))
	if !f.port.written() && m.Type != model.TargetLambda {
		if m.Protocol == "GENEVE" {
			m.Port = genevePort
		} else {
			b.d.errorf(e.at, "port: 8080", "the target group %s lacks its port", quote(e.key))
		}
	}
	b.n.TargetGroups[id] = m
}

// metaOf is what a resource of a VPC, or of none, inherits.
func (b *builder) metaOf(s *scope) model.Meta {
	if s == nil {
		return b.outer
	}
	return s.meta
}

// listenedTo is the protocol of a target group that tells none: that of the first
// listener which names it, beneath its encryption.
func (b *builder) listenedTo(id model.TargetGroupID) model.ListenerProtocol {
	for _, l := range model.Sorted(b.n.LoadBalancers) {
		for _, listener := range l.Listeners {
			for _, g := range listener.TargetGroups {
				switch {
				case g != id:
				case listener.Protocol == "HTTPS":
					return "HTTP"
				case listener.Protocol == "TLS":
					return "TCP"
				default:
					return listener.Protocol
				}
			}
		}
	}
	return "HTTP"
}

// targets makes the model's targets, and the type of their group where typ is
// empty: that of the first target, else instance.
func (b *builder) targets(s *scope, l *list[target], typ model.TargetType) ([]model.RegisteredTarget, model.TargetType) {
	var out []model.RegisteredTarget
	for i := range l.items {
		found := b.register(s, &l.items[i], typ)
		for j := range found {
			if typ == "" {
				typ = typeOf(&found[j])
			}
		}
		out = append(out, found...)
	}
	if typ == "" {
		typ = model.TargetInstance
	}
	return out, typ
}

// typeOf is the type of group that takes a target.
func typeOf(t *model.RegisteredTarget) model.TargetType {
	switch {
	case t.IP.IsValid(), t.Interface != "":
		return model.TargetIP
	case t.LoadBalancer != "":
		return model.TargetALB
	case t.Function != "":
		return model.TargetLambda
	}
	return model.TargetInstance
}

// register makes the targets that one item stands for: one, or one for each
// interface of an owner.
func (b *builder) register(s *scope, f *target, typ model.TargetType) []model.RegisteredTarget {
	m := model.RegisteredTarget{Port: f.port.or(0), Zone: f.zone.or(""), Health: f.health.or(""), Unknown: f.gap.unknown(s.holderOf(), "target"), Provenance: f.at}
	told := 0
	for _, set := range []bool{f.named.isSet(), f.ip.set, f.instance.isSet(), f.networkInterface.isSet(), f.loadBalancer.isSet(), f.function.set} {
		if set {
			told++
		}
	}
	if told != 1 && (told > 1 || f.gap == nil && !f.ip.written()) {
		b.d.errorf(f.at, "name one of target, ip, instance, network_interface, load_balancer and function", "a target is one thing")
		return nil
	}
	m.IP, m.Function = f.ip.v, f.function.or("")
	m.Instance = model.InstanceID(b.id(model.KindInstance, s, &f.instance))
	m.Interface = model.InterfaceID(b.id(model.KindInterface, s, &f.networkInterface))
	m.LoadBalancer = model.OwnerID(b.idOfBalancer(s, &f.loadBalancer))
	if !f.named.isSet() {
		return []model.RegisteredTarget{m}
	}
	if strings.HasPrefix(f.named.name, "arn:") {
		m.Function = f.named.name
		return []model.RegisteredTarget{m}
	}
	if f.named.id.set {
		b.d.errorf(f.named.at, "name the kind of target: instance: {id: "+f.named.id.v+"}", "an ID alone does not tell what it is")
		return nil
	}
	x := b.resolve(s, &f.named, "target", model.KindInstance, model.KindOwner, model.KindInterface)
	if x == nil {
		return nil
	}
	return b.targetsAt(x, m, typ)
}

// targetsAt are the targets that a resource is.
func (b *builder) targetsAt(x *decl, m model.RegisteredTarget, typ model.TargetType) []model.RegisteredTarget {
	each := func(ids []model.InterfaceID) (out []model.RegisteredTarget) {
		for _, id := range ids {
			m.Interface = id
			out = append(out, m)
		}
		return out
	}
	switch x.kind {
	case model.KindInstance:
		i := b.n.Instances[model.InstanceID(x.id)]
		if typ == model.TargetIP && i != nil && len(i.Interfaces) > 0 {
			return each(i.Interfaces[:1])
		}
		m.Instance = model.InstanceID(x.id)
	case model.KindInterface:
		m.Interface = model.InterfaceID(x.id)
	case model.KindOwner:
		o := b.n.Owners[model.OwnerID(x.id)]
		switch {
		case b.n.LoadBalancers[model.OwnerID(x.id)] != nil && typ != model.TargetIP:
			m.LoadBalancer = model.OwnerID(x.id)
		case o != nil && o.Type == "lambda":
			m.Function = x.id
		case o != nil:
			return each(o.Interfaces)
		}
	default:
		panic("yamlfile: a target of kind " + string(x.kind))
	}
	return []model.RegisteredTarget{m}
}

// idOfBalancer resolves a reference to a load balancer, which is an owner of
// interfaces.
func (b *builder) idOfBalancer(s *scope, r *ref) string {
	if x := b.resolve(s, r, "load balancer", model.KindOwner); x != nil {
		return x.id
	}
	return ""
}
