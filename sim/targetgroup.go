package sim

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// targetGroup is a compiled target group, of a load balancer or of VPC Lattice. A
// Classic Load Balancer's instances are one for each of its listeners.
type targetGroup struct {
	comp  Component
	model *model.TargetGroup
	// vpc is where its targets are looked for: its own, or that of a balancer which
	// uses it.
	vpc     model.VPCID
	targets []*target
}

// balancerVPC is the VPC of the first balancer that sends to a target group.
func (e *Engine) balancerVPC(id model.TargetGroupID) model.VPCID {
	for _, lb := range model.Sorted(e.network.LoadBalancers) {
		for k := range lb.Listeners {
			if slices.Contains(lb.Listeners[k].TargetGroups, id) {
				return lb.VPC
			}
		}
	}
	return ""
}

// target is one place that a target group sends to. An Application Load Balancer as
// a target is one for each of its nodes.
type target struct {
	model *model.RegisteredTarget
	// iface has the target's address; nil for an address that no interface of the
	// network has, and for a function.
	iface *networkInterface
	addr  addrField
	port  uint16
	// subnet is the place that tells its zone; nil where anywhere is set, or the
	// zone is not known.
	subnet   *subnet
	zone     string // as registered, for an address that no subnet holds
	anywhere bool
	gap      *model.Unknown
}

func (e *Engine) compileTargetGroup(m *model.TargetGroup) *targetGroup {
	g := &targetGroup{comp: e.component(model.KindTargetGroup, string(m.ID), &m.Meta), model: m, vpc: m.VPC}
	if g.vpc == "" {
		g.vpc = e.balancerVPC(m.ID)
	}
	for k := range m.Targets {
		g.targets = append(g.targets, e.compileRegistration(g, &m.Targets[k])...)
	}
	return g
}

// classicTargets are the instances of a Classic Load Balancer as the targets of one
// of its listeners, which fixes the pair of ports (CLB-3).
func (e *Engine) classicTargets(lb *loadBalancer, l *model.Listener) *targetGroup {
	m := &model.TargetGroup{
		ID: model.TargetGroupID(lb.model.ID), Meta: lb.model.Meta, Type: model.TargetInstance,
		VPC: lb.model.VPC, Protocol: l.Protocol, Port: cmp.Or(l.InstancePort, l.Port), Health: lb.model.Health, Targets: lb.model.Instances,
	}
	g := e.compileTargetGroup(m)
	g.comp = lb.comp
	return g
}

// compileRegistration gives the places that a registration stands for (ELB-8).
func (e *Engine) compileRegistration(g *targetGroup, r *model.RegisteredTarget) []*target {
	t := &target{model: r, port: cmp.Or(r.Port, g.model.Port), gap: r.Unknown}
	switch {
	case r.Unknown != nil:
		t.anywhere = true
	case r.Function != "":
		t.anywhere = true
	case r.Instance != "":
		if m := e.network.Instances[r.Instance]; m != nil && len(m.Interfaces) > 0 {
			t.stand(e.interfaces[m.Interfaces[0]], g.model.IPv6)
		} else {
			t.gap = e.absentTarget(g, model.KindInstance, string(r.Instance))
		}
	case r.Interface != "":
		t.stand(e.interfaces[r.Interface], g.model.IPv6)
	case r.LoadBalancer != "":
		return e.balancerTargets(g, t)
	default:
		e.standAt(g, t)
	}
	if t.gap == nil && t.iface == nil && t.addr == (addrField{}) && r.Function == "" {
		t.gap = e.absentTarget(g, model.KindInterface, string(r.Interface))
	}
	if t.gap == nil && t.port == 0 && r.Function == "" {
		t.gap = &model.Unknown{Subject: g.comp.ID, Attribute: "port", Reason: "the input does not tell which port the target is registered with", Provenance: g.model.Provenance}
	}
	return []*target{t}
}

func (e *Engine) absentTarget(g *targetGroup, kind model.Kind, id string) *model.Unknown {
	u := missing(kind, id, &g.model.Meta)
	u.Attribute = "as a target of " + g.comp.named()
	return u
}

// stand gives a target its interface.
func (t *target) stand(i *networkInterface, v6 bool) {
	if i == nil {
		return
	}
	f, ok := i.addressField(v6)
	if !ok {
		version := "IPv4"
		if v6 {
			version = "IPv6"
		}
		t.gap = &model.Unknown{Subject: i.label(), Attribute: version + " address", Reason: "the input gives none", Provenance: i.model.Provenance}
		return
	}
	t.iface, t.addr, t.subnet = i, f, i.subnet
}

// standAt gives a target its address: one of the balancer's VPC first, since that is
// where its nodes look for it, then one of any other.
func (e *Engine) standAt(g *targetGroup, t *target) {
	a := t.model.IP
	t.addr = addrField{kind: constAddr, addr: a}
	t.zone, t.anywhere = t.model.Zone, t.model.Zone == "all"
	vpcs := e.vpcList
	if v := e.vpcs[g.vpc]; v != nil {
		vpcs = append([]*vpc{v}, vpcs...)
	}
	for _, v := range vpcs {
		if !v.cidrs.Contains(a) {
			continue
		}
		t.iface, _ = v.owner(a).(*networkInterface)
		t.subnet = v.subnetOf(packet.Addr(a))
		if g.vpc == "" || v.model.ID == g.vpc {
			return
		}
		break
	}
	t.anywhere = true // outside the balancer's VPC it is in all zones
}

// balancerTargets are the nodes of an Application Load Balancer that is a target
// (ALB-4).
func (e *Engine) balancerTargets(g *targetGroup, t *target) []*target {
	lb := e.loadBalancers[t.model.LoadBalancer]
	if lb == nil || len(lb.nodes) == 0 {
		t.gap, t.anywhere = e.absentTarget(g, model.KindLoadBalancer, string(t.model.LoadBalancer)), true
		return []*target{t}
	}
	var out []*target
	for _, n := range lb.nodes {
		at := *t
		at.stand(n.i, g.model.IPv6)
		out = append(out, &at)
	}
	return out
}

// label is a target as people know it.
func (t *target) label() string {
	switch {
	case t.iface != nil:
		return t.iface.label()
	case t.model.Function != "":
		return "function " + t.model.Function
	case t.model.IP.IsValid():
		return t.model.IP.String()
	case t.model.Instance != "":
		return string(t.model.Instance)
	}
	return "a target"
}

// flowsTo are the flows whose destination is the target.
func (t *target) flowsTo(w *walk, s *state) packet.Set {
	if w.destination != nil {
		if t.iface == w.destination {
			return s.flows
		}
		return nil
	}
	if t.addr.kind != constAddr {
		return nil
	}
	in, _ := s.split(s.hdr.dst, packet.Addr(t.addr.addr))
	return in.flows
}

// registration is a target of a balancer and the packets that the balancer sends it:
// requests, and health checks (ELB-7).
type registration struct {
	target *target
	served packet.Set
}

// targets are all that a balancer sends to; open says that there may be others.
func (lb *loadBalancer) targets() (all []registration, open bool) {
	open = openListeners(lb.listeners, lb.model.ListenersUnknown) != nil
	for k := range lb.listeners {
		open = open || lb.listeners[k].model.Unknown != nil
		for _, g := range lb.listeners[k].groups {
			open = open || g.model.TargetsUnknown != nil
			for _, t := range g.targets {
				open = open || t.gap != nil
				all = append(all, registration{t, g.served(t)})
			}
		}
	}
	return all, open
}

// split parts the flows by whether the group's protocol carries them; a group of
// functions, or of no protocol that the input tells, takes all.
func (g *targetGroup) split(s *state) (in, out state) {
	b := packet.All
	if g.model.Protocol != "" && g.model.Type != model.TargetLambda {
		b.Protocols = carriers(g.model.Protocol)
	}
	return s.splitBox(&b)
}

func (g *targetGroup) served(t *target) packet.Set {
	requests := packet.All
	requests.Protocols, requests.Dport = carriers(g.model.Protocol), packet.PortRange(t.port, t.port)
	out := packet.Of(requests)
	if h := g.model.Health; !h.Disabled {
		checks := packet.All
		port := cmp.Or(h.Port, t.port)
		checks.Protocols, checks.Dport = packet.Protocol(model.TCP), packet.PortRange(port, port)
		out = out.Or(packet.Of(checks))
	}
	return out
}

// singleTargets are the interfaces and addresses that target groups, balancers, VPC
// origins and resource configurations name, each of which is like no other.
func (e *Engine) singleTargets(add func(netip.Prefix), name func(string)) {
	for _, m := range e.network.TargetGroups {
		for k := range m.Targets {
			r := &m.Targets[k]
			name(string(r.Instance))
			name(string(r.Interface))
			if r.IP.IsValid() {
				add(netip.PrefixFrom(r.IP, r.IP.BitLen()))
			}
		}
	}
	for _, m := range e.network.LoadBalancers {
		name(string(m.ID))
		for k := range m.Instances {
			name(string(m.Instances[k].Instance))
		}
	}
	for _, m := range e.network.VPCOrigins {
		name(string(m.Instance))
	}
	for _, m := range e.network.ResourceConfigurations {
		name(string(m.Instance))
		name(string(m.Owner))
		if m.Address.IsValid() {
			add(netip.PrefixFrom(m.Address, m.Address.BitLen()))
		}
	}
}
