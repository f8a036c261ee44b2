package terraform

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readLoadBalancer reads a load balancer as the owner of its nodes' interfaces,
// one in each of its subnets.
func readLoadBalancer(b body) {
	words := map[string]string{"": "load-balancer", "application": "load-balancer", "network": "network-load-balancer", "gateway": "gateway-load-balancer"}
	word, ok := words[b.str("load_balancer_type")]
	if b.r.kind == "aws_elb" {
		word, ok = "classic-load-balancer", true
	}
	if !ok {
		b.problem(model.Error, "", "load_balancer_type: %q is no type of load balancer", b.str("load_balancer_type"))
		return
	}
	if b.r.isData() && b.network.Owners[model.OwnerID(b.r.id())] != nil {
		return
	}
	o := b.owner(word, "name")
	l := b.loadBalancer(o, word)
	mappings, _ := b.blocks("subnet_mapping")
	type node struct {
		body
		address string
	}
	nodes := map[model.SubnetID]node{}
	var subnets []model.SubnetID
	mapped := b.mappedSubnets("subnet_mapping", mappings, func(m body) func(candidate) bool { return m.holdsAddress("private_ipv4_address") })
	for i, m := range mappings {
		id := mapped[i]
		if id == "" {
			continue
		}
		if _, twice := nodes[id]; !twice {
			subnets = append(subnets, id)
		}
		nodes[id] = node{m, m.str("private_ipv4_address")}
	}
	if len(subnets) == 0 {
		subnets, _ = b.subnetsOf("subnets")
	}
	l.Subnets = subnets
	if word != "gateway-load-balancer" {
		l.Groups, l.GroupsUnknown = b.groupsOf("security_groups", "", false)
	}
	for _, i := range b.spread(o, model.KindLoadBalancer, subnets) {
		if word != "gateway-load-balancer" {
			// Application and Classic ones without groups have the default group; the
			// others have none (ENI-10).
			i.Groups, i.GroupsUnknown = b.groupsOf("security_groups", i.VPC, word == "load-balancer" || word == "classic-load-balancer")
		}
		l.Groups, l.GroupsUnknown = slices.Clone(i.Groups), i.GroupsUnknown
		i.Unassigned6 = strings.HasPrefix(b.str("ip_address_type"), "dualstack") && b.hasIPv6(i.Subnet)
		i.PublicUnknown = b.open("internal")
		i.PublicUnassigned = !b.boolean("internal") && word != "gateway-load-balancer" && i.PublicUnknown == nil && b.str("ip_address_type") != "dualstack-without-public-ipv4"
		if m, ok := nodes[i.Subnet]; ok && m.address != "" {
			m.addresses(i, "private_ipv4_address", nil, "")
			if c, _ := m.ref("allocation_id", wantAddress, nil); b.elasticIPs[c.id] != nil {
				b.publish(i, b.elasticIPs[c.id].PublicIP)
			}
		}
	}
	o.VPC = cmp.Or(o.VPC, model.VPCID(b.str("vpc_id")))
	l.VPC = o.VPC
}

var (
	wantLoadBalancer = &want{types: []string{"aws_lb", "aws_alb", "data.aws_lb", "data.aws_alb"}}
	wantClassic      = &want{types: []string{"aws_elb"}, attributes: []string{"name"}}
	wantListener     = &want{types: []string{"aws_lb_listener", "aws_alb_listener"}}
)

// loadBalancer adds the configuration of a load balancer. One that is made will
// be available.
func (b body) loadBalancer(o *model.Owner, word string) *model.LoadBalancer {
	types := map[string]model.LoadBalancerType{"load-balancer": model.ApplicationLoadBalancer, "network-load-balancer": model.NetworkLoadBalancer,
		"gateway-load-balancer": model.GatewayLoadBalancer, "classic-load-balancer": model.ClassicLoadBalancer}
	l := &model.LoadBalancer{ID: o.ID, Meta: o.Meta, Type: types[word], Internal: b.boolean("internal") || word == "gateway-load-balancer",
		NotOnPrivateLink: b.str("enforce_security_group_inbound_rules_on_private_link_traffic") == "off", Available: true, State: "active"}
	b.balancers[b.r] = l
	b.network.LoadBalancers[l.ID] = l
	if b.r.isData() {
		l.ListenersUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "listeners", Reason: "a data source does not tell them", Provenance: b.r.place}
	}
	if word == "classic-load-balancer" {
		b.classic(l)
	} else if word != "load-balancer" { // an Application Load Balancer's is always on (ELB-4)
		b.crossZone(l, "enable_cross_zone_load_balancing", false)
	}
	return l
}

// crossZone reads cross-zone load balancing (ELB-4).
func (b body) crossZone(l *model.LoadBalancer, name string, otherwise bool) {
	if l.CrossZoneUnknown = b.open(name); l.CrossZoneUnknown == nil {
		l.CrossZone = new(b.boolOr(name, otherwise))
	}
}

// balancer is the load balancer that a candidate stands for, nil where it is not
// in the configuration.
func (b *builder) balancer(c candidate) *model.LoadBalancer {
	if l := b.balancers[c.r]; c.r != nil && l != nil {
		return l
	}
	return b.network.LoadBalancers[model.OwnerID(c.id)]
}

// classic reads a Classic Load Balancer's listeners and instances (CLB-3).
func (b body) classic(l *model.LoadBalancer) {
	b.crossZone(l, "cross_zone_load_balancing", true) // the provider's default
	listeners, u := b.blocks("listener")
	l.ListenersUnknown = cmp.Or(l.ListenersUnknown, u)
	var settings *model.Unknown
	if check, ok := b.first("health_check"); ok {
		settings = check.open("target")
	}
	for _, x := range listeners {
		port, u := x.port("lb_port")
		instance, v := x.port("instance_port")
		l.Listeners = append(l.Listeners, model.Listener{Protocol: model.ListenerProtocol(strings.ToUpper(x.str("lb_protocol"))),
			Port: port, InstancePort: instance, Unknown: firstOpen(u, v, x.open("lb_protocol"), settings), Provenance: b.r.place})
	}
	if check, ok := b.first("health_check"); ok {
		protocol, rest, _ := strings.Cut(check.str("target"), ":") // HTTP:8080/health
		rest, _, _ = strings.Cut(rest, "/")
		if n, err := strconv.ParseUint(rest, 10, 16); err == nil {
			l.Health = model.HealthCheck{Port: uint16(n), Protocol: model.ListenerProtocol(strings.ToUpper(protocol))}
		}
	}
	instances, u := b.refs("instances", wantMachine)
	for _, c := range instances {
		l.Instances = append(l.Instances, model.RegisteredTarget{Instance: model.InstanceID(c.id), Provenance: b.r.place})
	}
	if u != nil {
		l.Instances = append(l.Instances, model.RegisteredTarget{Unknown: u, Provenance: b.r.place})
	}
}

// readClassicAttachment reads an instance that is registered by itself.
func readClassicAttachment(b body) {
	c, u := b.ref("elb", wantClassic, nil)
	machine, v := b.ref("instance", wantMachine, nil)
	t := model.RegisteredTarget{Instance: model.InstanceID(machine.id), Unknown: v, Provenance: b.r.place}
	b.registerClassic("elb", c, u, []model.RegisteredTarget{t})
}

// registerClassic adds instances to a Classic Load Balancer; where it is open, to
// each that it may be, as something that is not known.
func (b body) registerClassic(name string, c candidate, u *model.Unknown, targets []model.RegisteredTarget) {
	if u == nil {
		if l := b.balancer(c); l != nil {
			l.Instances = append(l.Instances, targets...)
		}
		return
	}
	for _, c := range b.candidates(name, wantClassic).found {
		if l := b.balancer(c); l != nil {
			l.Instances = append(l.Instances, model.RegisteredTarget{Unknown: u, Provenance: b.r.place})
		}
	}
}

// port reads a port number.
func (b body) port(name string) (uint16, *model.Unknown) {
	if u := b.open(name); u != nil {
		return 0, u
	}
	n, ok := b.integer(name)
	if ok && (n < 0 || n > 65535) {
		b.problem(model.Error, "", "%s%s: %d is no port", b.path, name, n)
		return 0, b.unreadable(name)
	}
	return uint16(n), nil
}
