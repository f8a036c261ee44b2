package terraform

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantTargetGroup  = &want{types: []string{"aws_lb_target_group", "aws_alb_target_group", "data.aws_lb_target_group", "data.aws_alb_target_group"}}
	wantScalingGroup = &want{types: []string{"aws_autoscaling_group"}, attributes: []string{"name"}}
	wantFunction     = &want{types: []string{"aws_lambda_function", "data.aws_lambda_function"}, attributes: []string{"function_name", "qualified_arn", "invoke_arn"}}
	// wantTargetAddress is what has the address of an IP target.
	wantTargetAddress = &want{types: []string{"aws_instance", "data.aws_instance", "aws_network_interface", "data.aws_network_interface"},
		attributes: []string{"private_ip", "private_ips", "private_ip_list"}}
)

func init() {
	// The Auto Scaling group of a node group is named by what the latter makes.
	wantScalingGroup.makers = []maker{{"aws_eks_node_group", "resources"}}
	wantScalingGroup.made = func(_ *builder, r *resource, attribute string) (string, bool) {
		return r.id(), r.kind == "aws_eks_node_group" && (attribute == "resources" || attribute == "")
	}
}

// readTargetGroup reads a target group.
func readTargetGroup(b body) {
	if b.r.later() {
		return
	}
	g := &model.TargetGroup{ID: model.TargetGroupID(b.r.id()), Meta: b.named("name"), Type: model.TargetType(cmp.Or(b.str("target_type"), "instance")),
		Protocol: model.ListenerProtocol(b.str("protocol")), IPv6: b.str("ip_address_type") == "ipv6"}
	if b.network.TargetGroups[g.ID] != nil {
		return
	}
	g.Port, g.TargetsUnknown = b.port("port")
	for _, name := range []string{"target_type", "protocol", "ip_address_type", "preserve_client_ip", "load_balancing_cross_zone_enabled"} {
		g.TargetsUnknown = firstOpen(g.TargetsUnknown, b.open(name))
	}
	if g.Type != model.TargetLambda {
		g.VPC = b.vpc("vpc_id")
	}
	if text := b.str("preserve_client_ip"); text != "" {
		g.PreserveClientIP = new(text == "true")
	}
	switch b.str("load_balancing_cross_zone_enabled") {
	case "true":
		g.CrossZone = new(true)
	case "false":
		g.CrossZone = new(false)
	}
	if h, ok := b.first("health_check"); ok {
		g.Health = model.HealthCheck{Disabled: !h.boolOr("enabled", true), Protocol: model.ListenerProtocol(h.str("protocol"))}
		if h.str("port") != "traffic-port" {
			var open *model.Unknown
			g.Health.Port, open = h.port("port")
			g.TargetsUnknown = firstOpen(g.TargetsUnknown, open, h.open("enabled"))
		}
	}
	if b.r.isData() {
		g.TargetsUnknown = &model.Unknown{Subject: string(g.ID), Attribute: "targets", Reason: "a data source does not tell them", Provenance: b.r.place}
	}
	b.network.TargetGroups[g.ID] = g
}

// readTargetGroupAttachment reads a target that is registered by a resource of
// its own.
func readTargetGroupAttachment(b body) {
	c, u := b.ref("target_group_arn", wantTargetGroup, nil)
	g := b.network.TargetGroups[model.TargetGroupID(c.id)]
	if u != nil || g == nil {
		b.openTargets("target_group_arn", u)
		return
	}
	g.Targets = append(g.Targets, b.target(g.Type, "target_id", "port", "availability_zone"))
}

// linkTargets says of the target groups that no resource registers targets with
// that something else will.
func (b *builder) linkTargets() {
	for _, g := range b.network.TargetGroups {
		if len(g.Targets) == 0 && g.TargetsUnknown == nil {
			g.TargetsUnknown = &model.Unknown{Subject: string(g.ID), Attribute: "targets", Provenance: g.Provenance,
				Reason: "no resource registers targets with it"}
		}
	}
}

// openTargets says of each target group that an attribute may name that it may
// have other targets.
func (b body) openTargets(name string, u *model.Unknown) {
	if u == nil {
		return // of a target group that is not here
	}
	for _, id := range b.maybe(name, wantTargetGroup) {
		if g := b.network.TargetGroups[model.TargetGroupID(id)]; g != nil {
			g.TargetsUnknown = cmp.Or(g.TargetsUnknown, u)
		}
	}
}

// target reads a registered target of a type (ELB-8).
func (b body) target(typ model.TargetType, name, port, zone string) model.RegisteredTarget {
	t := model.RegisteredTarget{Zone: b.str(zone), Provenance: b.r.place}
	t.Port, t.Unknown = b.port(port)
	var c candidate
	var u *model.Unknown
	switch typ {
	case model.TargetInstance:
		c, u = b.ref(name, wantMachine, nil)
		t.Instance = model.InstanceID(c.id)
	case model.TargetALB:
		if c, u = b.ref(name, wantLoadBalancer, nil); u == nil {
			t.LoadBalancer = model.OwnerID(c.id)
			if l := b.balancer(c); l != nil {
				t.LoadBalancer = l.ID
			}
		}
	case model.TargetLambda:
		c, u = b.ref(name, wantFunction, nil)
		t.Function = c.id
	case model.TargetIP:
		u = b.addressTarget(&t, name)
	default:
		u = b.unreadable(name)
	}
	if t.Unknown = cmp.Or(u, t.Unknown); u != nil {
		t.Instance, t.LoadBalancer, t.Function = "", "", ""
	}
	return t
}

// addressTarget reads an IP target: its address, or what will have it.
func (b body) addressTarget(t *model.RegisteredTarget, name string) *model.Unknown {
	if _, s := b.get(name); s == known {
		text := b.str(name)
		a, err := netip.ParseAddr(text)
		if err != nil {
			b.problem(model.Error, "ELB-8", "%s%s: %q is not an IP address", b.path, name, text)
			return b.unreadable(name)
		}
		t.IP = a
		return nil
	}
	c, u := b.ref(name, wantTargetAddress, nil)
	switch {
	case u != nil:
		return u
	case c.r == nil:
		return b.unknownAt(name)
	case strings.HasSuffix(c.kind(), "aws_instance"):
		t.Interface = b.primaryInterface(c.r)
	default:
		t.Interface = model.InterfaceID(c.id)
	}
	if i := b.network.Interfaces[t.Interface]; i != nil && i.Primary(false).IP.IsValid() {
		t.IP, t.Interface = i.Primary(false).IP, ""
	}
	return nil
}

// owned are targets for the interfaces of an owner: a group's instances, a
// service's tasks.
func (b body) owned(o *model.Owner, port uint16) []model.RegisteredTarget {
	var out []model.RegisteredTarget
	for _, id := range o.Interfaces {
		out = append(out, model.RegisteredTarget{Interface: id, Port: port, Provenance: b.r.place})
	}
	return out
}

// register adds targets to the target groups that an attribute names. The same
// target twice is one target.
func (b body) register(name string, targets []model.RegisteredTarget) {
	groups, u := b.refs(name, wantTargetGroup)
	b.openTargets(name, u)
	for _, c := range groups {
		b.addTargets(model.TargetGroupID(c.id), targets)
	}
}

// addTargets adds targets to a target group; what is there already stays one.
func (b *builder) addTargets(id model.TargetGroupID, targets []model.RegisteredTarget) {
	g := b.network.TargetGroups[id]
	if g == nil {
		return
	}
	for _, t := range targets {
		same := func(o model.RegisteredTarget) bool {
			return o.Interface == t.Interface && o.Port == t.Port && o.Unknown == t.Unknown
		}
		if !slices.ContainsFunc(g.Targets, same) {
			g.Targets = append(g.Targets, t)
		}
	}
}

// readScalingTargets registers the instances of an Auto Scaling group where the
// group itself says so.
func readScalingTargets(b body) {
	o := b.owners[b.r]
	if o == nil {
		return
	}
	targets := b.owned(o, 0)
	b.register("target_group_arns", targets)
	sources, u := b.blocks("traffic_source")
	if u != nil {
		b.openTargets("traffic_source", u)
	}
	for _, x := range sources {
		x.source(targets)
	}
	classic, u := b.refs("load_balancers", wantClassic)
	for _, c := range classic {
		b.registerClassic("load_balancers", c, nil, targets)
	}
	if u != nil {
		b.registerClassic("load_balancers", candidate{}, u, nil)
	}
}

// source registers targets at a traffic source: a target group, a Classic Load
// Balancer, or a target group of VPC Lattice.
func (b body) source(targets []model.RegisteredTarget) {
	switch kind := b.str("type"); kind {
	case "", "elbv2":
		b.registerOne("identifier", targets)
	case "elb":
		c, u := b.ref("identifier", wantClassic, nil)
		b.registerClassic("identifier", c, u, targets)
	case "vpc-lattice":
		b.registerLattice("identifier", targets)
	}
}

// registerOne is register for an attribute that names one target group.
func (b body) registerOne(name string, targets []model.RegisteredTarget) {
	c, u := b.ref(name, wantTargetGroup, nil)
	if u != nil {
		b.openTargets(name, u)
		return
	}
	b.addTargets(model.TargetGroupID(c.id), targets)
}

// readScalingAttachment registers the instances of an Auto Scaling group by a
// resource of its own.
func readScalingAttachment(b body) {
	c, u := b.ref("autoscaling_group_name", wantScalingGroup, nil)
	o := b.owners[c.r]
	if u != nil || c.r == nil || o == nil {
		if u == nil {
			u = b.unmanaged("autoscaling_group_name")
		}
		b.unknownSources(u)
		return
	}
	targets := b.owned(o, 0)
	if _, s := b.get("lb_target_group_arn"); s != unset {
		b.registerOne("lb_target_group_arn", targets)
	}
	if _, s := b.get("elb"); s != unset {
		c, u := b.ref("elb", wantClassic, nil)
		b.registerClassic("elb", c, u, targets)
	}
	if x, ok := b.first("traffic_source"); ok {
		x.source(targets)
	}
}

// unknownSources says of what an attachment names that it has targets which are
// not known.
func (b body) unknownSources(u *model.Unknown) {
	open := []model.RegisteredTarget{{Unknown: u, Provenance: b.r.place}}
	if _, s := b.get("lb_target_group_arn"); s != unset {
		b.registerOne("lb_target_group_arn", open)
	}
	if _, s := b.get("elb"); s != unset {
		c, v := b.ref("elb", wantClassic, nil)
		b.registerClassic("elb", c, v, open)
	}
	if x, ok := b.first("traffic_source"); ok {
		x.source(open)
	}
}

// readServiceTargets registers the tasks of an ECS service. Those without
// interfaces of their own are reached at their hosts, which the service does not
// name.
func readServiceTargets(b body) {
	blocks, u := b.blocks("load_balancer")
	if u != nil {
		b.openTargets("load_balancer", u)
	}
	o := b.owners[b.r]
	for _, x := range blocks {
		port, v := x.port("container_port")
		targets := []model.RegisteredTarget{{Unknown: &model.Unknown{Subject: b.r.address, Attribute: "load_balancer",
			Reason: "its tasks have no interfaces of their own, and which hosts they run on is not told", Provenance: b.r.place}, Provenance: b.r.place}}
		if o != nil {
			targets = b.owned(o, port)
			for i := range targets {
				targets[i].Unknown = v
			}
		}
		if _, s := x.get("target_group_arn"); s != unset {
			x.registerOne("target_group_arn", targets)
		}
		if _, s := x.get("elb_name"); s != unset {
			c, u := x.ref("elb_name", wantClassic, nil)
			x.registerClassic("elb_name", c, u, targets)
		}
	}
}
