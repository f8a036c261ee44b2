package cloudformation

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readTargetGroup reads a target group with the targets that it lists (ELB-8).
func (b *builder) readTargetGroup(r *resource) {
	t := &model.TargetGroup{ID: model.TargetGroupID(r.id), Meta: b.meta(r), Type: model.TargetInstance}
	named(&t.Meta, r.get("Name"))
	b.network.TargetGroups[t.ID] = t
	note := func(gap *model.Unknown) { t.TargetsUnknown = cmp.Or(t.TargetsUnknown, gap) }
	if v := r.get("TargetType"); v.gap() != nil {
		note(r.unknown("TargetType", v.gap(), v.at))
	} else if v.kind != absent {
		t.Type = model.TargetType(strings.ToLower(v.show()))
	}
	protocol := r.get("Protocol")
	t.Protocol = model.ListenerProtocol(strings.ToUpper(protocol.show()))
	if gap := protocol.gap(); gap != nil {
		note(r.unknown("Protocol", gap, protocol.at))
	}
	var gap *model.Unknown
	t.Port, gap = b.port(r, "Port", r.get("Port"))
	note(gap)
	if v := r.get("VpcId"); v.kind != absent {
		t.VPC = b.vpc(r, "VpcId", v)
	}
	version := r.get("IpAddressType")
	if t.IPv6 = strings.EqualFold(version.show(), "ipv6"); version.gap() != nil {
		note(r.unknown("IpAddressType", version.gap(), version.at))
	}
	attributes := r.get("TargetGroupAttributes")
	t.PreserveClientIP, gap = b.option(r, "preserve_client_ip.enabled", keyed(attributes, "preserve_client_ip.enabled")) // NLB-6
	note(gap)
	if v := keyed(attributes, "load_balancing.cross_zone.enabled"); v.show() != "use_load_balancer_configuration" {
		t.CrossZone, gap = b.option(r, "load_balancing.cross_zone.enabled", v)
		note(gap)
	}
	t.Health, gap = b.healthCheck(r, r.get("HealthCheckEnabled"), r.get("HealthCheckPort"), r.get("HealthCheckProtocol"))
	note(gap)
	for _, item := range ruleItems(r.get("Targets")) {
		b.target(r, t, item)
	}
}

// option reads a boolean of which it matters whether it is given.
func (b *builder) option(r *resource, attribute string, v value) (*bool, *model.Unknown) {
	if v.kind == absent {
		return nil, nil
	}
	on, gap := b.flag(r, attribute, v, false)
	if gap != nil {
		return nil, gap
	}
	return &on, nil
}

// healthCheck reads a health check (ELB-7).
func (b *builder) healthCheck(r *resource, enabled, port, protocol value) (h model.HealthCheck, gap *model.Unknown) {
	on, open := b.flag(r, "HealthCheckEnabled", enabled, true)
	h.Disabled, gap = !on, open
	if text, _ := port.literal(); text != "traffic-port" {
		h.Port, open = b.port(r, "HealthCheckPort", port)
		gap = cmp.Or(gap, open)
	}
	h.Protocol = model.ListenerProtocol(strings.ToUpper(protocol.show()))
	return h, gap
}

// target reads one registered target.
func (b *builder) target(r *resource, t *model.TargetGroup, item ruleItem) {
	at := item.at
	at.Address = r.name
	x := model.RegisteredTarget{Provenance: at}
	if item.gap != nil {
		x.Unknown = r.unknown("Targets", item.gap, at)
	}
	var gap *model.Unknown
	x.Port, gap = b.port(r, "Targets Port", item.member("Port"))
	x.Unknown = cmp.Or(x.Unknown, gap)
	x.Zone = zoneName(item.member("AvailabilityZone"))
	id := item.member("Id")
	switch t.Type {
	case model.TargetInstance:
		i := b.identify(r, "Targets", id, model.KindInstance)
		x.Instance, x.Unknown = model.InstanceID(i.id), cmp.Or(x.Unknown, i.gap)
	case model.TargetIP:
		if i := b.addressOf(id); i != "" {
			x.Interface = i
			break
		}
		text, _ := id.literal()
		a, err := netip.ParseAddr(text)
		switch gap := id.gap(); {
		case gap != nil:
			x.Unknown = r.unknown("Targets", gap, at)
		case err != nil:
			x.Unknown = b.unreadable(r, "ELB-8", "Targets", at, "%s is no IP address", quote(text))
		default:
			x.IP = a
		}
	case model.TargetALB:
		i := b.identify(r, "Targets", id, model.KindLoadBalancer)
		x.LoadBalancer, x.Unknown = model.OwnerID(i.id), cmp.Or(x.Unknown, i.gap)
	case model.TargetLambda:
		x.Function = cmp.Or(functionOf(id), id.show())
	default:
		x.Unknown = cmp.Or(x.Unknown, r.unknown("TargetType", &open{reason: "targets of type " + string(t.Type) + " are not known here"}, at))
	}
	if x.Unknown != nil { // none is set then
		x.Instance, x.Interface, x.IP, x.LoadBalancer, x.Function = "", "", netip.Addr{}, "", ""
	}
	t.Targets = append(t.Targets, x)
}

// addressOf gives the interface whose primary address an attribute is that the
// template does not tell.
func (b *builder) addressOf(v value) model.InterfaceID {
	gap := v.gap()
	if v.kind != openValue || gap.of == nil {
		return ""
	}
	switch gap.of.typ + "." + gap.attribute {
	case "AWS::EC2::Instance.PrivateIp":
		if m := b.network.Instances[model.InstanceID(gap.of.id)]; m != nil && len(m.Interfaces) > 0 {
			return m.Interfaces[0]
		}
	case "AWS::EC2::NetworkInterface.PrimaryPrivateIpAddress":
		return model.InterfaceID(gap.of.id)
	}
	return ""
}

// functionOf gives the function that a value names by its name or ARN.
func functionOf(v value) string {
	if to, _ := v.reference(); to != nil {
		return to.id
	}
	if gap := v.gap(); v.kind == openValue && gap.of != nil {
		return gap.of.id
	}
	return ""
}

// registerOwners registers the tasks of ECS services and the instances of Auto
// Scaling groups with the target groups and Classic Load Balancers that these name.
func (b *builder) registerOwners() {
	for _, s := range b.byType["AWS::ECS::Service"] {
		for _, item := range ruleItems(s.get("LoadBalancers")) {
			port, _ := b.port(s, "ContainerPort", item.member("ContainerPort"))
			b.registerAt(s, "LoadBalancers", item.member("TargetGroupArn"), port)
			b.registerAt(s, "LoadBalancers", item.member("LoadBalancerName"), 0)
		}
	}
	for _, g := range b.byType["AWS::AutoScaling::AutoScalingGroup"] {
		for _, item := range ruleItems(g.get("TargetGroupARNs")) {
			b.registerAt(g, "TargetGroupARNs", item.value, 0)
		}
		for _, item := range ruleItems(g.get("LoadBalancerNames")) {
			b.registerAt(g, "LoadBalancerNames", item.value, 0)
		}
		for _, item := range ruleItems(g.get("TrafficSources")) {
			b.registerAt(g, "TrafficSources", item.member("Identifier"), 0)
		}
	}
	// What nothing here registers with, something else will.
	none := func(id, attribute string, at model.Provenance) *model.Unknown {
		return &model.Unknown{Subject: id, Attribute: attribute, Reason: "no template registers targets with it", Provenance: at}
	}
	for _, t := range b.network.TargetGroups {
		if len(t.Targets) == 0 {
			t.TargetsUnknown = cmp.Or(t.TargetsUnknown, none(string(t.ID), "Targets", t.Provenance))
		}
	}
	for _, l := range b.network.LoadBalancers {
		if l.Type == model.ClassicLoadBalancer && len(l.Instances) == 0 {
			l.Instances = []model.RegisteredTarget{{Unknown: none(string(l.ID), "Instances", l.Provenance), Provenance: l.Provenance}}
		}
	}
}

// registerAt registers the interfaces of an owner with a target group, or a
// Classic Load Balancer, that the templates hold.
func (b *builder) registerAt(r *resource, attribute string, v value, port uint16) {
	id := ""
	if to, _ := v.reference(); to != nil {
		id = to.id
	} else if name, ok := v.literal(); ok && name != "" {
		id = b.classicNamed(name)
	}
	var targets []model.RegisteredTarget
	for _, i := range b.interfacesOf(model.OwnerID(r.id)) {
		targets = append(targets, model.RegisteredTarget{Interface: i.ID, Port: port, Provenance: r.at})
	}
	gap := r.doubt()
	if len(targets) == 0 {
		gap = r.unknown(attribute, &open{reason: "on which instances " + r.name + " runs is known only when it is deployed"}, v.at)
	}
	if gap != nil {
		targets = nil
	}
	if t := b.network.TargetGroups[model.TargetGroupID(id)]; t != nil {
		t.Targets, t.TargetsUnknown = append(t.Targets, targets...), cmp.Or(t.TargetsUnknown, gap)
	}
	if l := b.network.LoadBalancers[model.OwnerID(id)]; l != nil {
		if l.Instances = append(l.Instances, targets...); gap != nil {
			l.Instances = append(l.Instances, model.RegisteredTarget{Unknown: gap, Provenance: r.at})
		}
	}
}

// classicNamed gives the ID of the Classic Load Balancer of a name; "" where no
// template has it.
func (b *builder) classicNamed(name string) string {
	for _, r := range b.byType[classicType] {
		if text, ok := r.get("LoadBalancerName").literal(); ok && text == name {
			return r.id
		}
	}
	return ""
}
