package cloudformation

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

const (
	balancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	classicType  = "AWS::ElasticLoadBalancing::LoadBalancer"
)

// balancer makes a load balancer of the owner that has its nodes.
func (b *builder) balancer(r *resource, t model.LoadBalancerType) *model.LoadBalancer {
	l := &model.LoadBalancer{ID: model.OwnerID(r.id), Meta: b.meta(r), Type: t, Available: true, State: "active"}
	if o := b.network.Owners[l.ID]; o != nil {
		l.Name, l.VPC = o.Name, o.VPC
		for _, id := range o.Interfaces {
			i := b.network.Interfaces[id]
			l.Subnets = append(l.Subnets, i.Subnet)
			l.Groups, l.GroupsUnknown = i.Groups, i.GroupsUnknown
		}
	}
	l.Internal = strings.EqualFold(r.get("Scheme").show(), "internal")
	b.network.LoadBalancers[l.ID] = l
	return l
}

// readLoadBalancer reads an Application, Network or Gateway Load Balancer (ELB-1).
func (b *builder) readLoadBalancer(r *resource) {
	typ := r.get("Type")
	t := model.ApplicationLoadBalancer
	if text, ok := typ.literal(); ok && text != "" {
		t = model.LoadBalancerType(strings.ToLower(text))
	}
	l := b.balancer(r, t)
	if gap := typ.gap(); gap != nil {
		l.ListenersUnknown = r.unknown("Type", gap, typ.at)
	}
	attributes := r.get("LoadBalancerAttributes")
	if gap := attributes.gap(); gap != nil {
		l.ListenersUnknown = r.unknown("LoadBalancerAttributes", gap, attributes.at)
	}
	if v := keyed(attributes, "load_balancing.cross_zone.enabled"); v.kind != absent { // ELB-4
		on, gap := b.flag(r, "load_balancing.cross_zone.enabled", v, false)
		if l.CrossZone = &on; gap != nil {
			l.CrossZone, l.CrossZoneUnknown = nil, gap
		}
	}
	inbound := r.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
	if gap := inbound.gap(); gap != nil {
		b.report(model.Warning, "PL-9", r, inbound.at, "", "whether the groups of %s filter what comes by PrivateLink is not known (%s); they are taken to", r.name, gap.reason)
	}
	l.NotOnPrivateLink = strings.EqualFold(inbound.show(), "off") // PL-9
	b.fixedAddresses(r, l)
}

// fixedAddresses gives the nodes the addresses that SubnetMappings tells.
func (b *builder) fixedAddresses(r *resource, l *model.LoadBalancer) {
	for _, m := range r.get("SubnetMappings").list() {
		subnet := b.identify(r, "SubnetMappings", m.member("SubnetId"), model.KindSubnet)
		for _, i := range b.interfacesOf(l.ID) {
			if i.Subnet != model.SubnetID(subnet.id) {
				continue
			}
			v := m.member("PrivateIPv4Address")
			if a, _ := b.address(r, "PrivateIPv4Address", v, false); a.IsValid() {
				i.Addresses, i.Unassigned4 = []model.Address{{IP: a, Provenance: v.at}}, false
			}
			v = m.member("IPv6Address")
			if a, _ := b.address(r, "IPv6Address", v, true); a.IsValid() {
				i.Addresses, i.Unassigned6 = append(i.Addresses, model.Address{IP: a, Provenance: v.at}), false
			}
			eip := b.identify(r, "AllocationId", m.member("AllocationId"), model.KindElasticIP)
			if e := b.network.ElasticIPs[model.AllocationID(eip.id)]; e != nil {
				e.Interface, e.PrivateIP = i.ID, i.Primary(false).IP
				i.PublicUnassigned = true
			}
		}
	}
}

// interfacesOf are the interfaces of an owner.
func (b *builder) interfacesOf(id model.OwnerID) []*model.Interface {
	var out []*model.Interface
	if o := b.network.Owners[id]; o != nil {
		for _, id := range o.Interfaces {
			out = append(out, b.network.Interfaces[id])
		}
	}
	return out
}

// readListener reads a listener with its rules, of which the request decides.
func (b *builder) readListener(r *resource) {
	i := b.identify(r, "LoadBalancerArn", r.get("LoadBalancerArn"), model.KindLoadBalancer)
	balancer := b.network.LoadBalancers[model.OwnerID(i.id)]
	if balancer == nil {
		b.elsewhere(r, i)
		return
	}
	l := b.listener(r, r.get("Protocol"), r.get("Port"))
	l.Unknown = cmp.Or(l.Unknown, balancer.ListenersUnknown)
	b.actions(r, "DefaultActions", r.get("DefaultActions"), &l)
	for _, rule := range b.byType["AWS::ElasticLoadBalancingV2::ListenerRule"] {
		if to, _ := rule.get("ListenerArn").reference(); to == r {
			b.actions(rule, "Actions", rule.get("Actions"), &l)
			l.Unknown = cmp.Or(l.Unknown, rule.doubt())
		}
	}
	balancer.Listeners = append(balancer.Listeners, l)
}

// listener reads what every kind of listener has.
func (b *builder) listener(r *resource, protocol, port value) model.Listener {
	l := model.Listener{Protocol: model.ListenerProtocol(strings.ToUpper(protocol.show())), Provenance: r.at, Unknown: r.doubt()}
	var gap *model.Unknown
	l.Port, gap = b.port(r, "Port", port)
	l.Unknown = cmp.Or(l.Unknown, gap)
	if gap := protocol.gap(); gap != nil {
		l.Protocol, l.Unknown = "", r.unknown("Protocol", gap, protocol.at)
	}
	return l
}

// readListenerRule warns of a rule whose listener no template has; readListener
// reads the others.
func (b *builder) readListenerRule(r *resource) {
	v := r.get("ListenerArn")
	if to, _ := v.reference(); to == nil || to.typ != "AWS::ElasticLoadBalancingV2::Listener" {
		b.report(model.Warning, "", r, v.at, "Give the input that has it as well.", "%s belongs to a listener that no template has", r.name)
	}
}

// actions adds the target groups of a listener's actions to it.
func (b *builder) actions(r *resource, attribute string, v value, l *model.Listener) {
	for _, item := range ruleItems(v) {
		if item.gap != nil {
			l.Unknown = r.unknown(attribute, item.gap, item.at)
			continue
		}
		switch item.member("Type").show() {
		case "redirect", "fixed-response":
			l.Answers = true
			continue
		}
		forward := item.member("ForwardConfig").member("TargetGroups")
		b.forward(r, attribute, item.member("TargetGroupArn"), l)
		for _, t := range ruleItems(forward) {
			if t.gap != nil {
				l.Unknown = r.unknown(attribute, t.gap, t.at)
				continue
			}
			b.weighted(r, attribute, t.member("TargetGroupArn"), t.member("Weight"), l)
		}
	}
}

// weighted adds a target group unless its weight is 0.
func (b *builder) weighted(r *resource, attribute string, group, weight value, l *model.Listener) {
	n := b.number(r, attribute+" Weight", weight)
	if l.Unknown = cmp.Or(l.Unknown, n.gap); !n.given || n.gap != nil || n.n > 0 {
		b.forward(r, attribute, group, l)
	}
}

// forward adds a target group to a listener, once.
func (b *builder) forward(r *resource, attribute string, v value, l *model.Listener) {
	i := b.identify(r, attribute, v, model.KindTargetGroup)
	if i.id == "" {
		return
	}
	l.Unknown = cmp.Or(l.Unknown, i.gap)
	for _, id := range l.TargetGroups {
		if id == model.TargetGroupID(i.id) {
			return
		}
	}
	l.TargetGroups = append(l.TargetGroups, model.TargetGroupID(i.id))
}

// readClassicLoadBalancer reads a Classic Load Balancer (CLB-1, CLB-3).
func (b *builder) readClassicLoadBalancer(r *resource) {
	l := b.balancer(r, model.ClassicLoadBalancer)
	if v := r.get("CrossZone"); v.kind != absent {
		on, gap := b.flag(r, "CrossZone", v, false)
		if l.CrossZone = &on; gap != nil {
			l.CrossZone, l.CrossZoneUnknown = nil, gap
		}
	}
	check := r.get("HealthCheck.Target")
	if gap := check.gap(); gap != nil {
		l.ListenersUnknown = cmp.Or(l.ListenersUnknown, r.unknown("HealthCheck", gap, check.at))
	}
	for _, item := range ruleItems(r.get("Listeners")) {
		if item.kind == openValue {
			l.ListenersUnknown = r.unknown("Listeners", item.gap, item.at)
			continue
		}
		x := b.listener(r, item.member("Protocol"), item.member("LoadBalancerPort"))
		var gap *model.Unknown
		x.InstancePort, gap = b.port(r, "InstancePort", item.member("InstancePort"))
		if x.Unknown = cmp.Or(x.Unknown, gap, l.ListenersUnknown); item.gap != nil {
			x.Unknown = r.unknown("Listeners", item.gap, item.at)
		}
		x.Provenance = item.at
		x.Provenance.Address = r.name
		l.Listeners = append(l.Listeners, x)
	}
	instances, gap := b.identities(r, "Instances", r.get("Instances"), model.KindInstance)
	for _, i := range instances {
		t := model.RegisteredTarget{Instance: model.InstanceID(i.id), Provenance: i.at, Unknown: i.gap}
		if i.gap != nil {
			t.Instance = ""
		}
		l.Instances = append(l.Instances, t)
	}
	if gap != nil && len(instances) == 0 {
		l.Instances = append(l.Instances, model.RegisteredTarget{Unknown: gap, Provenance: gap.Provenance})
	}
	// HTTP:8080/health
	protocol, rest, _ := strings.Cut(check.show(), ":")
	port, _, _ := strings.Cut(rest, "/")
	if a, err := netip.ParseAddrPort("0.0.0.0:" + port); err == nil {
		l.Health = model.HealthCheck{Protocol: model.ListenerProtocol(strings.ToUpper(protocol)), Port: a.Port()}
	}
}
