package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

type resourceGateway struct {
	common
	status
	subnets    list[ref]
	groups     list[ref]
	interfaces []entry[nic]
}

type resourceConfiguration struct {
	common
	status
	gateway, parent     ref
	typ                 value[string]
	ports               list[value[model.PortRange]]
	address             value[netip.Addr]
	domain, resourceARN value[string]
	owner, instance     ref
}

type serviceNetwork struct {
	common
	vpcs                list[serviceNetworkVPC]
	services, resources list[ref]
}

type serviceNetworkVPC struct {
	placed
	status
	vpc    ref
	groups list[ref]
}

type latticeService struct {
	common
	status
	domain     value[string]
	listeners  listeners
	authPolicy value[bool]
}

var latticeStates = workingIn{"ACTIVE"}

var resourceGatewayShape = object("a resource gateway", "Where connections to a resource enter its VPC (RES-2).", commonKeys(func(g *resourceGateway) *common { return &g.common }),
	statusKeys(func(g *resourceGateway) *status { return &g.status }, latticeStates), []field[resourceGateway]{
		key("subnets", many(refTo), func(g *resourceGateway) *list[ref] { return &g.subnets }, "its subnets, in each of which it has an interface eni-NAME-SUBNET"),
		key("security_groups", many(refTo), func(g *resourceGateway) *list[ref] { return &g.groups }, "its security groups, which filter what it sends (RES-3); the VPC's default group by default"),
		key("interfaces", section(ownedInterfaceShape), func(g *resourceGateway) *[]entry[nic] { return &g.interfaces }, "its interfaces by name, where they are not as usual; {} is none that the design has"),
	})

var resourceTypes = []string{"SINGLE", "GROUP", "CHILD", "ARN"}

var resourceConfigurationShape = object("a resource configuration", "A resource, or a group of them, behind a resource gateway (RES-1).", commonKeys(func(r *resourceConfiguration) *common { return &r.common }),
	statusKeys(func(r *resourceConfiguration) *status { return &r.status }, latticeStates), []field[resourceConfiguration]{
		key("gateway", refTo, func(r *resourceConfiguration) *ref { return &r.gateway }, "the resource gateway"),
		key("type", word("a type of resource configuration", append(resourceTypes, ""), append(resourceTypes, "")), func(r *resourceConfiguration) *value[string] { return &r.typ }, "SINGLE, GROUP, CHILD or ARN; by default CHILD where there is a parent, ARN where there is resource_arn, else SINGLE"),
		key("parent", refTo, func(r *resourceConfiguration) *ref { return &r.parent }, "of a child: the group"),
		key("ports", many(ports), func(r *resourceConfiguration) *list[value[model.PortRange]] { return &r.ports }, "the ports that may be reached"),
		key("ip", address, func(r *resourceConfiguration) *value[netip.Addr] { return &r.address }, "the resource's address"),
		key("domain", text, func(r *resourceConfiguration) *value[string] { return &r.domain }, "the resource's domain name"),
		key("resource_arn", text, func(r *resourceConfiguration) *value[string] { return &r.resourceARN }, "the resource's ARN"),
		key("owner", refTo, func(r *resourceConfiguration) *ref { return &r.owner }, "the database, or other owner of interfaces, that it is"),
		key("instance", refTo, func(r *resourceConfiguration) *ref { return &r.instance }, "the instance that it is"),
	})

var serviceNetworkShape = object("a service network", "A VPC Lattice service network (LAT-1).", commonKeys(func(n *serviceNetwork) *common { return &n.common }), []field[serviceNetwork]{
	key("vpcs", many(serviceNetworkVPCShape), func(n *serviceNetwork) *list[serviceNetworkVPC] { return &n.vpcs }, "the VPCs that are associated with it"),
	key("services", many(refTo), func(n *serviceNetwork) *list[ref] { return &n.services }, "the VPC Lattice services in it"),
	key("resources", many(refTo), func(n *serviceNetwork) *list[ref] { return &n.resources }, "the resource configurations in it"),
})

var serviceNetworkVPCShape = orText(object("a service network association", "A VPC's association with a service network.", []field[serviceNetworkVPC]{
	must(key("vpc", refTo, func(v *serviceNetworkVPC) *ref { return &v.vpc }, "the VPC")),
	key("security_groups", many(refTo), func(v *serviceNetworkVPC) *list[ref] { return &v.groups }, "the groups that filter its clients; none by default, which filters nothing (LAT-3)"),
}, statusKeys(func(v *serviceNetworkVPC) *status { return &v.status }, latticeStates)),
	`^.+$`, "a VPC, by its name or ID", func(d *decoder, at model.Provenance, s string, into *serviceNetworkVPC) {
		refTo.read(d, scalarNode(s, at), &into.vpc)
	})

var latticeServiceShape = object("a Lattice service", "A VPC Lattice service (LAT-5).", commonKeys(func(s *latticeService) *common { return &s.common }),
	statusKeys(func(s *latticeService) *status { return &s.status }, latticeStates), []field[latticeService]{
		key("domain", text, func(s *latticeService) *value[string] { return &s.domain }, "its domain name"),
		key("listeners", listenersShape, func(s *latticeService) *listeners { return &s.listeners }, "a mapping from ports, such as 443 or TLS_PASSTHROUGH 443, to target groups; or a list"),
		key("auth_policy", yesNo, func(s *latticeService) *value[bool] { return &s.authPolicy }, "whether an auth policy is asked, too, which is not evaluated; false by default"),
	})

// declareResourceGateway makes a resource gateway known, and its interfaces.
func (b *builder) declareResourceGateway(s *scope, e *entry[resourceGateway]) {
	b.names.declare(model.KindResourceGateway, s, e.key, e.v.id.or(""), e.at)
	if e.v.interfaces == nil {
		e.v.interfaces = append([]entry[nic]{}, spreadInterfaces(e.key, &e.v.subnets, nic{groups: e.v.groups})...)
	}
	for i := range e.v.interfaces {
		if groups := &e.v.interfaces[i].v.groups; !groups.set {
			*groups = e.v.groups
		}
	}
	b.declareOwned(s, e.v.interfaces)
}

func (b *builder) buildResourceGateway(s *scope, e *entry[resourceGateway]) {
	f := &e.v
	id := model.ResourceGatewayID(b.idOf(model.KindResourceGateway, s, e.key))
	closed(b.d, &f.subnets, "the subnets of a resource gateway")
	closed(b.d, &f.groups, "the groups of a resource gateway")
	m := &model.ResourceGateway{ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id,
		Subnets: refsOf[model.SubnetID](b, model.KindSubnet, s, &f.subnets), Groups: b.groupsOr(s, &f.groups)}
	m.State, m.Available = f.of(latticeStates)
	m.Interfaces = b.ownedInterfaces(s, e.key, nil, f.interfaces, e.at, model.OwnerRef{Kind: model.KindResourceGateway, ID: string(id)}, "interface")
	b.n.ResourceGateways[id] = m
}

func (b *builder) buildResourceConfiguration(e *entry[resourceConfiguration]) {
	f := &e.v
	id := model.ResourceConfigurationID(b.idOf(model.KindResourceConfiguration, nil, e.key))
	closed(b.d, &f.ports, "the ports of a resource configuration")
	m := &model.ResourceConfiguration{ID: id, Meta: f.meta(e.key, e.at, b.outer),
		Gateway: model.ResourceGatewayID(b.id(model.KindResourceGateway, nil, &f.gateway)),
		Parent:  model.ResourceConfigurationID(b.id(model.KindResourceConfiguration, nil, &f.parent)),
		Type:    f.typ.or(f.usualType()), Ports: valuesOf(&f.ports), Address: f.address.v, Domain: f.domain.or(""), ResourceARN: f.resourceARN.or(""),
		Instance: model.InstanceID(b.id(model.KindInstance, nil, &f.instance))}
	if x := b.resolve(nil, &f.owner, "interface owner", model.KindOwner); x != nil {
		m.Owner = model.OwnerID(x.id)
	}
	m.State, m.Available = f.of(latticeStates)
	b.n.ResourceConfigurations[id] = m
}

// usualType is the type of a resource configuration that tells none.
func (f *resourceConfiguration) usualType() string {
	switch {
	case f.parent.isSet():
		return "CHILD"
	case f.resourceARN.set:
		return "ARN"
	}
	return "SINGLE"
}

func (b *builder) buildServiceNetwork(e *entry[serviceNetwork]) {
	f := &e.v
	id := model.ServiceNetworkID(b.idOf(model.KindServiceNetwork, nil, e.key))
	closed(b.d, &f.vpcs, "the VPCs of a service network")
	closed(b.d, &f.resources, "the resources of a service network")
	m := &model.ServiceNetwork{ID: id, Meta: f.meta(e.key, e.at, b.outer),
		Services:  refsOf[model.LatticeServiceID](b, model.KindLatticeService, nil, &f.services),
		Resources: refsOf[model.ResourceConfigurationID](b, model.KindResourceConfiguration, nil, &f.resources),
		Unknown:   f.services.gap.unknown(string(id), "services")}
	for i := range f.vpcs.items {
		x := &f.vpcs.items[i]
		v := model.ServiceNetworkVPC{VPC: model.VPCID(b.id(model.KindVPC, nil, &x.vpc)), Provenance: x.at}
		v.Groups = refsOf[model.SecurityGroupID](b, model.KindSecurityGroup, b.scopeOf(v.VPC), &x.groups)
		v.GroupsUnknown = x.groups.gap.unknown(string(id), "security_groups")
		v.State, v.Active = x.of(latticeStates)
		m.VPCs = append(m.VPCs, v)
	}
	b.n.ServiceNetworks[id] = m
}

func (b *builder) buildLatticeService(e *entry[latticeService]) {
	f := &e.v
	id := model.LatticeServiceID(b.idOf(model.KindLatticeService, nil, e.key))
	m := &model.LatticeService{ID: id, Meta: f.meta(e.key, e.at, b.outer), Domain: f.domain.or(""), Listeners: b.listeners(nil, string(id), &f.listeners, ""), AuthPolicy: f.authPolicy.or(false)}
	if f.listeners.gap != nil {
		b.d.errorf(f.listeners.gap.at, "leave it out, or write what is known", "the listeners of a Lattice service cannot be left open")
	}
	m.State, m.Active = f.of(latticeStates)
	b.n.LatticeServices[id] = m
}
