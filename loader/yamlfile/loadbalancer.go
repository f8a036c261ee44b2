package yamlfile

import (
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// loadBalancer is a load balancer with its nodes' interfaces.
type loadBalancer struct {
	common
	status
	typ                 value[model.LoadBalancerType]
	subnets             []balancerNode
	interfaces          []entry[nic]
	owner               value[bool]
	internal, crossZone value[bool]
	onPrivateLink       value[bool]
	groups              list[ref]
	listeners           listeners
	instances           list[target]
	health              healthCheck
}

// balancerNode is a balancer's node in a subnet.
type balancerNode struct {
	subnet ref
	nic    nic
}

var (
	balancerStates = workingIn{"active", "active_impaired"}
	balancerTypes  = []model.LoadBalancerType{model.ApplicationLoadBalancer, model.NetworkLoadBalancer, model.GatewayLoadBalancer, model.ClassicLoadBalancer}
)

// balancerKinds are what the types of balancers are as owners of interfaces.
var balancerKinds = map[model.LoadBalancerType]struct{ owner, interfaceType string }{
	model.ApplicationLoadBalancer: {"load-balancer", "interface"},
	model.NetworkLoadBalancer:     {"network-load-balancer", "network_load_balancer"},
	model.GatewayLoadBalancer:     {"gateway-load-balancer", "gateway_load_balancer"},
	model.ClassicLoadBalancer:     {"classic-load-balancer", "interface"},
}

var loadBalancerShape = object("a load balancer", "A load balancer, which has a node in each of its subnets (ELB-1).", commonKeys(func(l *loadBalancer) *common { return &l.common }),
	statusKeys(func(l *loadBalancer) *status { return &l.status }, balancerStates), []field[loadBalancer]{
		key("type", word("a type of load balancer", []string{"application", "network", "gateway", "classic"}, balancerTypes),
			func(l *loadBalancer) *value[model.LoadBalancerType] { return &l.typ }, "application (default), network, gateway or classic"),
		key("subnets", balancerNodesShape, func(l *loadBalancer) *[]balancerNode { return &l.subnets }, "its subnets, in each of which it has a node with the interface eni-NAME-SUBNET: a list, or a mapping from them to the node's address"),
		key("interfaces", section(ownedInterfaceShape), func(l *loadBalancer) *[]entry[nic] { return &l.interfaces }, "its nodes' interfaces by name, where they are not as usual"),
		key("owner", yesNo, func(l *loadBalancer) *value[bool] { return &l.owner }, "false: the design does not have its nodes"),
		key("internal", yesNo, func(l *loadBalancer) *value[bool] { return &l.internal }, "whether its nodes have private addresses alone; false by default, when they have public ones"),
		key("security_groups", many(refTo), func(l *loadBalancer) *list[ref] { return &l.groups }, "its security groups; by default the VPC's default group, and none at all for network and gateway (NLB-2, GWLB-1)"),
		key("cross_zone", open(yesNo), func(l *loadBalancer) *value[bool] { return &l.crossZone }, "cross-zone load balancing; its type's default where it is not told (ELB-4)"),
		key("enforce_on_privatelink", yesNo, func(l *loadBalancer) *value[bool] { return &l.onPrivateLink }, "whether inbound rules hold for PrivateLink traffic (PL-9); true by default"),
		key("listeners", listenersShape, func(l *loadBalancer) *listeners { return &l.listeners }, "a mapping from ports, such as 443 or UDP 53, to target groups; a list; or the one target group of a Gateway Load Balancer"),
		key("instances", many(targetShape), func(l *loadBalancer) *list[target] { return &l.instances }, "of a classic one: its instances"),
		key("health_check", healthCheckShape, func(l *loadBalancer) *healthCheck { return &l.health }, "of a classic one: its health check"),
	})

// nodeShape is what is said of a balancer's node; its address alone is enough.
var nodeShape = orText(object("a load balancer node", "A load balancer's node in a subnet.", addressKeys(func(i *nic) *nic { return i })),
	`^[0-9.]+$`, "the node's private address", func(d *decoder, at model.Provenance, s string, into *nic) {
		assignable.read(d, scalarNode(s, at), &into.privateIP)
	})

var balancerNodesShape = shape[[]balancerNode]{
	read: func(d *decoder, n *yaml.Node, into *[]balancerNode) {
		*into = []balancerNode{}
		if n.Kind == yaml.MappingNode && !isLiteral(n) {
			d.pairs(n, func(k, v *yaml.Node) {
				var node balancerNode
				refTo.read(d, k, &node.subnet)
				nodeShape.read(d, v, &node.nic)
				*into = append(*into, node)
			})
			return
		}
		var l list[ref]
		many(refTo).read(d, n, &l)
		closed(d, &l, "the subnets of a load balancer")
		for _, r := range l.items {
			*into = append(*into, balancerNode{subnet: r})
		}
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{many(refTo).schema(c), schema{"type": "object", "additionalProperties": nodeShape.schema(c)}}}
	},
}

// isLiteral reports whether a mapping is a reference, {id: …}.
func isLiteral(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "id"
}

// spread makes the interfaces of a balancer's nodes.
func (l *loadBalancer) spread(key string) {
	if l.interfaces != nil {
		return
	}
	l.interfaces = []entry[nic]{}
	public := value[assigned]{v: assigned{any: true}, set: true}
	if l.internal.or(false) || l.typ.v == model.GatewayLoadBalancer {
		public.v.any = false
	}
	for _, node := range l.subnets {
		if !node.nic.groups.set {
			node.nic.groups = l.groups
		}
		if !node.nic.publicIP.set && !node.nic.elasticIP.set {
			node.nic.publicIP = public
		}
		subnets := list[ref]{items: []ref{node.subnet}}
		l.interfaces = append(l.interfaces, spreadInterfaces(key, &subnets, node.nic)...)
	}
}

// declareLoadBalancer makes a balancer known, as the owner of its interfaces; an
// owner of its name is that owner.
func (b *builder) declareLoadBalancer(s *scope, e *entry[loadBalancer]) {
	f := &e.v
	for i := range s.file.owners {
		if o := &s.file.owners[i]; o.key == e.key && o.v.id.or("") == f.id.or("") {
			f.owner = value[bool]{set: true}
			return
		}
	}
	b.names.declare(model.KindOwner, s, e.key, f.id.or(""), e.at)
	if f.owner.or(true) {
		f.spread(e.key)
		b.declareOwned(s, f.interfaces)
	}
}

func (b *builder) buildLoadBalancer(s *scope, e *entry[loadBalancer]) {
	f := &e.v
	id := model.OwnerID(b.idOf(model.KindOwner, s, e.key))
	m := &model.LoadBalancer{ID: id, Meta: f.meta(e.key, e.at, s.meta), Type: f.typ.or(model.ApplicationLoadBalancer), VPC: s.id,
		Internal: f.internal.or(false), CrossZone: f.crossZone.pointer(), CrossZoneUnknown: f.crossZone.gap.unknown(string(id), "cross_zone"), NotOnPrivateLink: !f.onPrivateLink.or(true),
		GroupsUnknown: f.groups.gap.unknown(string(id), "security_groups"), ListenersUnknown: f.listeners.gap.unknown(string(id), "listeners"),
		Health: f.health.model()}
	m.State, m.Available = f.of(balancerStates)
	for i := range f.subnets {
		if sn := b.id(model.KindSubnet, s, &f.subnets[i].subnet); sn != "" {
			m.Subnets = append(m.Subnets, model.SubnetID(sn))
		}
	}
	if f.subnets == nil && len(f.interfaces) == 0 && !s.file.asWritten.or(false) {
		b.d.ruleError(e.at, "ELB-1", "subnets: a list of one in each zone", "the load balancer %s lacks its subnets", quote(e.key))
	}
	m.Groups = b.balancerGroups(s, f, m.Type)
	m.Listeners = b.listeners(s, string(id), &f.listeners, m.Type)
	m.Instances, _ = b.targets(s, &f.instances, model.TargetInstance)
	if len(m.Instances) > 0 && m.Type != model.ClassicLoadBalancer {
		b.d.ruleError(f.instances.at, "CLB-1", "name them in a target group", "a load balancer of type %s has instances", m.Type)
	}
	b.n.LoadBalancers[id] = m
	if f.owner.or(true) {
		b.buildNodes(s, e, m)
	}
}

// balancerGroups are a balancer's groups: those that are written, else its type's
// default (NLB-2, ALB-2, CLB-1).
func (b *builder) balancerGroups(s *scope, f *loadBalancer, typ model.LoadBalancerType) []model.SecurityGroupID {
	switch typ {
	case model.ApplicationLoadBalancer, model.ClassicLoadBalancer:
	case model.NetworkLoadBalancer:
		f.groups.set = true
	case model.GatewayLoadBalancer:
		if len(f.groups.items) > 0 {
			b.d.ruleError(f.groups.at, "GWLB-1", "leave them out", "a Gateway Load Balancer has no security groups")
		}
		f.groups.set = true
	default:
		panic("yamlfile: load balancer type " + string(typ))
	}
	return b.groupsOr(s, &f.groups)
}

// buildNodes makes the owner of a balancer's interfaces, and these.
func (b *builder) buildNodes(s *scope, e *entry[loadBalancer], m *model.LoadBalancer) {
	kind := balancerKinds[m.Type]
	o := &model.Owner{ID: m.ID, Meta: m.Meta, Type: kind.owner, VPC: m.VPC}
	b.n.Owners[m.ID] = o
	for i := range e.v.interfaces {
		groups := &e.v.interfaces[i].v.groups
		if !groups.set && groups.gap == nil {
			*groups = e.v.groups // as the balancer itself has them by now
		}
	}
	o.Interfaces = b.ownedInterfaces(s, e.key, nil, e.v.interfaces, e.at, model.OwnerRef{Kind: model.KindLoadBalancer, ID: string(m.ID)}, kind.interfaceType)
}

// pointer gives the value, or nil where none is written.
func (v value[T]) pointer() *T {
	if !v.set || v.gap != nil {
		return nil
	}
	return &v.v
}
