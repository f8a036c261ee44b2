package yamlfile

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// nodesOf is the owner of a balancer's interfaces if it is as Read makes it: like
// the balancer, and in its VPC.
func (w *writer) nodesOf(l *model.LoadBalancer) *model.Owner {
	o := w.n.Owners[l.ID]
	if o == nil {
		return nil
	}
	want := model.Owner{ID: l.ID, Meta: l.Meta, Type: balancerKinds[l.Type].owner, VPC: l.VPC, Interfaces: o.Interfaces}
	want.Provenance = o.Provenance
	if !reflect.DeepEqual(*o, want) {
		return nil
	}
	return o
}

func (w *writer) loadBalancer(l *model.LoadBalancer, in *inVPC) mapping {
	m := w.resource(string(l.ID), l.Meta, in.meta)
	if !slices.Contains(balancerTypes, l.Type) {
		w.errorf("the load balancer %s is of type %q", l.ID, l.Type)
	}
	m.text("type", string(l.Type), string(model.ApplicationLoadBalancer))
	m.status(l.State, l.Available, balancerStates)
	m.items("subnets", refs(w, model.KindSubnet, l.Subnets), true)
	m.flag("internal", l.Internal, false)
	ungrouped := l.Type == model.NetworkLoadBalancer || l.Type == model.GatewayLoadBalancer
	w.groups(m, l.Groups, l.GroupsUnknown, string(l.ID), in.groups(ungrouped))
	if l.CrossZoneUnknown != nil {
		m.add("cross_zone", gapNode(l.CrossZoneUnknown, string(l.ID), "cross_zone"))
	} else {
		m.optional("cross_zone", l.CrossZone)
	}
	m.flag("enforce_on_privatelink", !l.NotOnPrivateLink, true)
	w.listeners(m, l.Listeners, l.ListenersUnknown, string(l.ID), l.Type)
	m.items("instances", w.targets(l.Instances, nil, "", string(in.vpc.ID), model.TargetInstance), false)
	m.healthCheck(l.Health)
	switch o := w.n.Owners[l.ID]; {
	case o == nil:
		m.flag("owner", false, true)
	case w.nodesOf(l) == nil && o.VPC != l.VPC:
		w.errorf("the load balancer %s is in the VPC %s, its nodes in %s", l.ID, l.VPC, o.VPC)
	case w.nodesOf(l) != nil:
		owner := model.OwnerRef{Kind: model.KindLoadBalancer, ID: string(l.ID)}
		template := model.Interface{Type: balancerKinds[l.Type].interfaceType, Groups: l.Groups, PublicUnassigned: !l.Internal && l.Type != model.GatewayLoadBalancer}
		if l.GroupsUnknown != nil || !w.spreads(owner, l.Subnets, o.Interfaces, template, in) {
			w.ownedInterfaces(m, owner, o.Interfaces, template.Type, in, false)
		}
	}
	return m
}

// optional writes a setting that may be left to its default.
func (m mapping) optional(key string, value *bool) {
	if value != nil {
		m.add(key, plain(strconv.FormatBool(*value)))
	}
}

// spreads reports whether an owner's interfaces are exactly those that Read makes
// of its subnets: like template, with what their subnets give.
func (w *writer) spreads(owner model.OwnerRef, subnets []model.SubnetID, ids []model.InterfaceID, template model.Interface, in *inVPC) bool {
	if len(ids) != len(subnets) {
		return false
	}
	for index, id := range ids {
		if !w.isSpread(owner, index, subnets[index], id, template, in) {
			return false
		}
	}
	return true
}

// isUsualInterface reports whether an interface has the ID that Read gives to an
// owner's interface in a subnet.
func isUsualInterface(id model.InterfaceID, owner string, subnet model.SubnetID) bool {
	return string(id) == "eni-"+owner+"-"+string(subnet)
}

// isSpread reports whether an interface is the one that Read makes in a subnet.
func (w *writer) isSpread(owner model.OwnerRef, index int, subnet model.SubnetID, id model.InterfaceID, template model.Interface, in *inVPC) bool {
	i, sn := w.n.Interfaces[id], w.n.Subnets[subnet]
	if i == nil || sn == nil || !isUsualInterface(id, owner.ID, subnet) || owner != i.Owner {
		return false
	}
	want := template
	want.ID, want.Subnet, want.VPC, want.Owner, want.DeviceIndex = id, subnet, sn.VPC, owner, index
	want.Meta = model.Meta{Account: in.meta.Account, Region: in.meta.Region, Provenance: i.Provenance}
	(&builder{}).privateAddresses(&nic{}, &want, sn)
	want.Unassigned6 = want.Unassigned6 || template.Unassigned6
	got := *i
	return slices.Equal(got.Groups, want.Groups) && func() bool {
		got.Groups, want.Groups = nil, nil
		return reflect.DeepEqual(got, want)
	}()
}

// listeners writes listeners as a mapping from ports where that says all.
func (w *writer) listeners(m mapping, list []model.Listener, open *model.Unknown, subject string, typ model.LoadBalancerType) {
	asList := open != nil
	seen := map[string]bool{}
	keys := make([]string, len(list))
	for i := range list {
		l := &list[i]
		keys[i] = strconv.Itoa(int(l.Port))
		if l.Protocol != usualProtocol(typ, l.Port) && l.Protocol != "" {
			keys[i] = fmt.Sprintf("%s %d", l.Protocol, l.Port)
		}
		asList = asList || seen[keys[i]]
		seen[keys[i]] = true
	}
	all := newMapping()
	var items []*yaml.Node
	for i := range list {
		l := &list[i]
		one := newMapping()
		if asList {
			one.number("port", int(l.Port), -1)
		}
		if asList && l.Protocol != usualProtocol(typ, l.Port) || l.Protocol == "" {
			one.add("protocol", str(string(l.Protocol)))
		}
		one.items("target_group", refs(w, model.KindTargetGroup, l.TargetGroups), false)
		one.flag("answers", l.Answers, false)
		if typ == model.ClassicLoadBalancer {
			one.number("instance_port", int(l.InstancePort), int(l.Port))
		} else if l.InstancePort != 0 {
			w.errorf("a listener of %s has an instance port", subject)
		}
		one.open("unknown", l.Unknown, subject, "listener")
		node := one.n
		if len(node.Content) == 2 && node.Content[0].Value == "target_group" {
			node = node.Content[1]
		}
		items = append(items, one.n)
		all.n.Content = append(all.n.Content, plain(keys[i]), node)
	}
	if asList {
		m.add("listeners", onLines(sequenceOf(and(items, open, subject, "listeners"))))
		return
	}
	m.section("listeners", all)
}

func (m mapping) healthCheck(h model.HealthCheck) {
	one := newMapping()
	one.flag("disabled", h.Disabled, false)
	one.number("port", int(h.Port), 0)
	one.text("protocol", string(h.Protocol), "")
	if !one.empty() {
		m.add("health_check", one.n)
	}
}

func (w *writer) targetGroup(g *model.TargetGroup, meta model.Meta) mapping {
	m := w.resource(string(g.ID), g.Meta, meta)
	m.text("type", string(g.Type), string(inferred(g.Targets)))
	m.add("protocol", str(string(g.Protocol)))
	m.number("port", int(g.Port), -1)
	m.flag("ipv6", g.IPv6, false)
	m.optional("preserve_client_ip", g.PreserveClientIP)
	m.optional("cross_zone", g.CrossZone)
	m.healthCheck(g.Health)
	m.items("targets", w.targets(g.Targets, g.TargetsUnknown, string(g.ID), string(g.VPC), g.Type), false)
	return m
}

// inferred is the type of a target group that tells none.
func inferred(targets []model.RegisteredTarget) model.TargetType {
	if len(targets) == 0 {
		return model.TargetInstance
	}
	return typeOf(&targets[0])
}

// targets writes targets, an address or instance by itself where that is all. A
// gap in a target is of the VPC where it tells no other subject.
func (w *writer) targets(list []model.RegisteredTarget, open *model.Unknown, subject, vpc string, typ model.TargetType) []*yaml.Node {
	var out []*yaml.Node
	for i := range list {
		t := &list[i]
		one := newMapping()
		one.add("ip", addressNode(t.IP))
		one.add("instance", w.ref(model.KindInstance, string(t.Instance)))
		one.add("network_interface", w.ref(model.KindInterface, string(t.Interface)))
		one.add("load_balancer", w.ref(model.KindOwner, string(t.LoadBalancer)))
		one.text("function", t.Function, "")
		if told := len(one.n.Content) / 2; told > 1 || told == 0 && t.Unknown == nil {
			w.errorf("a target of %s is %d things", subject, told)
		}
		one.number("port", int(t.Port), 0)
		one.text("zone", t.Zone, "")
		one.text("health", string(t.Health), "")
		one.open("unknown", t.Unknown, vpc, "target")
		clear := t.IP.IsValid() || w.has(model.KindInstance, string(t.Instance)) && typ != model.TargetIP && !looksLikeAddress(string(t.Instance)) &&
			!w.has(model.KindOwner, string(t.Instance)) && !w.has(model.KindInterface, string(t.Instance))
		if len(one.n.Content) == 2 && clear {
			out = append(out, one.n.Content[1])
			continue
		}
		out = append(out, one.n)
	}
	return and(out, open, subject, "targets")
}

func (w *writer) endpointService(s *model.VPCEndpointService) mapping {
	m := w.resource(string(s.ID), s.Meta, w.outer)
	m.status(s.State, s.Available, serviceStates)
	m.text("service_name", s.ServiceName, "")
	m.items("load_balancers", refs(w, model.KindOwner, s.LoadBalancers), false)
	m.flag("acceptance_required", s.AcceptanceRequired, false)
	m.items("principals", and(texts(s.Principals), s.PrincipalsUnknown, string(s.ID), "principals"), false)
	m.items("regions", texts(s.SupportedRegions), false)
	m.text("private_dns_name", s.PrivateDNSName, "")
	return m
}

func (w *writer) accelerator(a *model.Accelerator) mapping {
	m := w.resource(string(a.ID), a.Meta, w.outer)
	m.flag("enabled", a.Enabled, true)
	var ips, listeners []*yaml.Node
	for _, ip := range a.IPs {
		ips = append(ips, addressNode(ip))
	}
	m.items("ips", ips, false)
	for i := range a.Listeners {
		l := &a.Listeners[i]
		one := newMapping()
		one.text("protocol", l.Protocol.String(), model.TCP.String())
		one.items("ports", portNodes(l.Ports), true)
		var ends []*yaml.Node
		for j := range l.Endpoints {
			ends = append(ends, w.acceleratorEndpoint(string(a.ID), &l.Endpoints[j]))
		}
		one.items("endpoints", ends, false)
		listeners = append(listeners, one.n)
	}
	if len(listeners) > 0 {
		m.add("listeners", sequenceOf(listeners))
	}
	return m
}

func (w *writer) acceleratorEndpoint(of string, e *model.AcceleratorEndpoint) *yaml.Node {
	m := newMapping()
	m.add("load_balancer", w.ref(model.KindOwner, string(e.LoadBalancer)))
	m.add("instance", w.ref(model.KindInstance, string(e.Instance)))
	m.add("elastic_ip", w.ref(model.KindElasticIP, string(e.Allocation)))
	if told := len(m.n.Content) / 2; told > 1 || told == 0 && e.Unknown == nil {
		w.errorf("an endpoint of %s is %d things", of, told)
	}
	m.flag("client_ip", !e.NoClientIP, preservesClientIP(w.n, e))
	overrides := newMapping()
	for _, from := range sortedKeys(e.Overrides) {
		overrides.n.Content = append(overrides.n.Content, plain(strconv.Itoa(int(from))), plain(strconv.Itoa(int(e.Overrides[from]))))
	}
	if !overrides.empty() {
		m.add("ports", overrides.n)
	}
	m.open("unknown", e.Unknown, of, "endpoint")
	return m.n
}

// portNodes writes ranges of ports.
func portNodes(list []model.PortRange) []*yaml.Node {
	var out []*yaml.Node
	for _, r := range list {
		if r == model.AllPorts {
			out = append(out, str("all"))
			continue
		}
		out = append(out, plain(r.String()))
	}
	return out
}

func (w *writer) vpcOrigin(o *model.VPCOrigin) mapping {
	m := w.resource(string(o.ID), o.Meta, w.outer)
	if o.LoadBalancer != "" && o.Instance != "" {
		w.errorf("the VPC origin %s is two things", o.ID)
	}
	if o.Instance != "" {
		m.add("instance", w.ref(model.KindInstance, string(o.Instance)))
	} else {
		m.add("load_balancer", w.refOrNone(model.KindOwner, string(o.LoadBalancer)))
	}
	m.number("http_port", int(o.HTTPPort), usualHTTPPort)
	m.number("https_port", int(o.HTTPSPort), usualHTTPSPort)
	m.text("protocol", o.Protocol, usualOriginProtocol)
	return m
}
