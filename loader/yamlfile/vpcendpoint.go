package yamlfile

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// The InterfaceTypes of VPC endpoints.
const (
	interfaceOfEndpoint     = "vpc_endpoint"
	interfaceOfGWLBEndpoint = "gateway_load_balancer_endpoint"
)

type vpcEndpoint struct {
	common
	typ                        value[model.VPCEndpointType]
	service                    serviceRef
	resource, serviceNetwork   ref
	accepted                   value[bool]
	state                      value[string]
	available                  value[bool]
	privateDNS, onlyForInbound value[bool]
	routeTables, subnets       list[ref]
	addressType                value[string]
	groups                     list[ref]
	interfaces                 []entry[nic]
	policy                     policyText
	dnsNames                   list[value[string]]
}

var vpcEndpointShape = object("a VPC endpoint", "A VPC endpoint of any type.", commonKeys(func(v *vpcEndpoint) *common { return &v.common }), []field[vpcEndpoint]{
	key("type", word("a VPC endpoint's type", []string{"Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"},
		[]model.VPCEndpointType{model.GatewayEndpoint, model.InterfaceEndpoint, model.GatewayLoadBalancerEndpoint, model.ResourceEndpoint, model.ServiceNetworkEndpoint}),
		func(v *vpcEndpoint) *value[model.VPCEndpointType] { return &v.typ }, "by default that of what it leads to where that is in the file, else Gateway, as in AWS"),
	key("service", serviceShape, func(v *vpcEndpoint) *serviceRef { return &v.service }, "com.amazonaws.us-east-1.s3, or short: s3; or one of endpoint_services"),
	key("resource", refTo, func(v *vpcEndpoint) *ref { return &v.resource }, "of the type Resource: the resource configuration (RES-1)"),
	key("service_network", refTo, func(v *vpcEndpoint) *ref { return &v.serviceNetwork }, "of the type ServiceNetwork: the service network (RES-8)"),
	key("accepted", acceptance, func(v *vpcEndpoint) *value[bool] { return &v.accepted }, "whether the service accepts it (PL-5); false is the state pendingAcceptance; by default it does where it requires no acceptance, and is unknown where it does"),
	key("state", text, func(v *vpcEndpoint) *value[string] { return &v.state }, "available by default"),
	key("available", yesNo, func(v *vpcEndpoint) *value[bool] { return &v.available }, "whether it works, where that does not follow from its state"),
	key("private_dns_enabled", open(yesNo), func(v *vpcEndpoint) *value[bool] { return &v.privateDNS }, "true for interface endpoints by default, else false"),
	key("private_dns_only_for_inbound_resolver_endpoint", yesNo, func(v *vpcEndpoint) *value[bool] { return &v.onlyForInbound }, "S3's option (IFEP-7); false by default"),
	key("route_tables", many(refTo), func(v *vpcEndpoint) *list[ref] { return &v.routeTables }, "of a gateway endpoint: the tables that get its route"),
	key("ip_address_type", word("an IP address type", []string{"ipv4", "dualstack", "ipv6"}, []string{"", "dualstack", "ipv6"}),
		func(v *vpcEndpoint) *value[string] { return &v.addressType }, "of a gateway endpoint: the IP versions of the service's addresses that its route tables lead to it (GWEP-12); ipv4 by default"),
	key("subnets", many(refTo), func(v *vpcEndpoint) *list[ref] { return &v.subnets }, "the subnets, in each of which it has an interface eni-NAME-SUBNET"),
	key("security_groups", many(refTo), func(v *vpcEndpoint) *list[ref] { return &v.groups }, "its security groups; the VPC's default group by default"),
	key("interfaces", section(ownedInterfaceShape), func(v *vpcEndpoint) *[]entry[nic] { return &v.interfaces }, "its interfaces by name, where their addresses matter"),
	key("policy", policyShape, func(v *vpcEndpoint) *policyText { return &v.policy }, "its policy, as a mapping or as JSON; allow all by default (POL-2)"),
	key("dns_names", many(text), func(v *vpcEndpoint) *list[value[string]] { return &v.dnsNames }, "its own DNS names"),
})

// serviceRef is the service of an endpoint: AWS's or another's by name, or one of
// the file.
type serviceRef struct {
	placed
	word string // as it is written: a service of the file, or a name
	name value[string]
	id   value[string]
}

var serviceShape = orText(object("a VPC endpoint's service", "A service that is not looked up in the file.", []field[serviceRef]{
	key("name", text, func(s *serviceRef) *value[string] { return &s.name }, "its name"),
	key("id", text, func(s *serviceRef) *value[string] { return &s.id }, "the ID of an endpoint service"),
}), `^.*$`, "a service", func(_ *decoder, _ model.Provenance, s string, into *serviceRef) { into.word = s })

// inferType gives an endpoint that tells no type the one that what it leads to asks
// for.
func (b *builder) inferType(f *vpcEndpoint) {
	typ := model.GatewayEndpoint
	switch {
	case f.typ.written():
		return
	case f.resource.isSet():
		typ = model.ResourceEndpoint
	case f.serviceNetwork.isSet():
		typ = model.ServiceNetworkEndpoint
	default:
		service := b.serviceNamed(f.service.word)
		if service == nil {
			return
		}
		typ = model.InterfaceEndpoint
		for i := range service.loadBalancers.items {
			if l := b.balancerNamed(service.loadBalancers.items[i].name); l != nil && l.typ.v == model.GatewayLoadBalancer {
				typ = model.GatewayLoadBalancerEndpoint
			}
		}
	}
	f.typ = value[model.VPCEndpointType]{v: typ, set: true}
}

// serviceNamed is an endpoint service of the file, by its key, ID or VPC/KEY; nil
// if there is none.
func (b *builder) serviceNamed(name string) *endpointService {
	for i := range b.file.joining.endpointServices {
		if e := &b.file.joining.endpointServices[i]; e.key == name || e.v.id.or("") == name && name != "" {
			return &e.v
		}
	}
	for i := range b.file.vpcs {
		v := &b.file.vpcs[i]
		for j := range v.v.endpointServices {
			if e := &v.v.endpointServices[j]; isNamed(v.key, e.key, e.v.id.or(""), name) {
				return &e.v
			}
		}
	}
	return nil
}

// balancerNamed is a load balancer of the file; nil if there is none.
func (b *builder) balancerNamed(name string) *loadBalancer {
	for i := range b.file.vpcs {
		v := &b.file.vpcs[i]
		for j := range v.v.loadBalancers {
			if e := &v.v.loadBalancers[j]; isNamed(v.key, e.key, e.v.id.or(""), name) {
				return &e.v
			}
		}
	}
	return nil
}

// isNamed reports whether a name may mean a resource of a VPC.
func isNamed(vpc, key, id, name string) bool {
	return name == key || name == vpc+"/"+key || name == id && id != ""
}

// pendingEndpoint is the state of an endpoint that is not accepted (IFEP-11).
const pendingEndpoint = "pendingAcceptance"

// spread makes the interfaces of an endpoint that names its subnets, and gives its
// groups to those that it writes itself.
func (v *vpcEndpoint) spread(key string) {
	if v.interfaces != nil || v.typ.or(model.GatewayEndpoint) == model.GatewayEndpoint {
		for i := range v.interfaces { // IFEP-2: the endpoint's groups are its interfaces'
			if nic := &v.interfaces[i].v; !nic.groups.set {
				nic.groups = v.groups
			}
		}
		return
	}
	v.interfaces = spreadInterfaces(key, &v.subnets, nic{groups: v.groups})
}

func (b *builder) buildVPCEndpoint(s *scope, e *entry[vpcEndpoint]) {
	f := &e.v
	id := model.VPCEndpointID(b.idOf(model.KindVPCEndpoint, s, e.key))
	m := &model.VPCEndpoint{
		ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id,
		Type:   f.typ.or(model.GatewayEndpoint),
		State:  f.state.or("available"),
		Policy: f.policy.json, PolicyProvenance: f.policy.at, PolicyUnknown: f.policy.gap.unknown(string(id), "policy"),

		PrivateDNSOnlyForInboundResolver: f.onlyForInbound.or(false),
	}
	m.ResourceConfiguration = model.ResourceConfigurationID(b.id(model.KindResourceConfiguration, s, &f.resource))
	m.ServiceNetwork = model.ServiceNetworkID(b.id(model.KindServiceNetwork, s, &f.serviceNetwork))
	b.endpointServiceOf(s, m, &f.service)
	b.accept(m, f)
	m.Available = f.available.or(strings.EqualFold(m.State, "available"))
	m.PrivateDNSEnabled = f.privateDNS.or(m.Type == model.InterfaceEndpoint && f.privateDNS.gap == nil)
	m.PrivateDNSUnknown = f.privateDNS.gap.unknown(string(id), "private_dns_enabled")
	for _, t := range b.ids(model.KindRouteTable, s, &f.routeTables) {
		m.RouteTables = append(m.RouteTables, model.RouteTableID(t))
	}
	m.IPAddressType = f.addressType.or("")
	for _, t := range b.ids(model.KindSubnet, s, &f.subnets) {
		m.Subnets = append(m.Subnets, model.SubnetID(t))
	}
	for _, n := range f.dnsNames.items {
		m.DNSNames = append(m.DNSNames, n.v)
	}
	typ := interfaceOfEndpoint
	switch m.Type {
	case model.GatewayEndpoint, model.GatewayLoadBalancerEndpoint: // GWEP-1, ENI-10: no groups
		typ = interfaceOfGWLBEndpoint
		if f.groups.set {
			b.d.ruleError(f.groups.at, "ENI-10", "leave them out", "a VPC endpoint of type %s has no security groups", m.Type)
		}
	case model.InterfaceEndpoint, model.ResourceEndpoint, model.ServiceNetworkEndpoint:
		m.Groups = b.groupsOr(s, &f.groups)
	}
	owner := model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(id)}
	if f.interfaces != nil {
		m.Interfaces = b.ownedInterfaces(s, e.key, nil, f.interfaces, e.at, owner, typ)
	}
	b.n.VPCEndpoints[id] = m
}

// endpointServiceOf finds the service of an endpoint.
func (b *builder) endpointServiceOf(s *scope, m *model.VPCEndpoint, f *serviceRef) {
	m.Service, m.EndpointService = f.name.or(""), model.VPCEndpointServiceID(f.id.or(""))
	if f.word == "" {
		return
	}
	r := ref{placed: f.placed, name: f.word}
	if len(b.names.find(s, f.word, model.KindVPCEndpointService)) == 0 {
		if m.Service = f.word; !strings.Contains(f.word, ".") && m.Region != "" {
			m.Service = "com.amazonaws." + string(m.Region) + "." + f.word
		}
	} else if id := model.VPCEndpointServiceID(b.id(model.KindVPCEndpointService, s, &r)); id != "" {
		m.EndpointService = id
		if service := b.n.VPCEndpointServices[id]; service != nil {
			m.Service = service.ServiceName
		}
	}
}

// accept says whether the service accepts the endpoint (PL-5).
func (b *builder) accept(m *model.VPCEndpoint, f *vpcEndpoint) {
	service := b.n.VPCEndpointServices[m.EndpointService]
	switch {
	case f.accepted.gap != nil:
		m.AcceptanceUnknown = f.accepted.gap.unknown(string(m.ID), "accepted")
	case f.accepted.set:
		if !f.accepted.v && !f.state.set {
			m.State = pendingEndpoint
		}
	case service != nil && service.AcceptanceRequired && !f.state.set:
		m.AcceptanceUnknown = &model.Unknown{Subject: string(m.ID), Attribute: "accepted", Reason: "the service requires acceptance, and the design does not tell whether it accepts", Provenance: m.Provenance}
	}
}

// addEndpointRoutes gives the tables of gateway endpoints their route to the
// service's prefix list, unless it is written (RT-18). A list that the file does
// not have is one whose entries are not known.
func (b *builder) addEndpointRoutes(v *model.VPCEndpoint) {
	if v == nil || v.Type != model.GatewayEndpoint || v.Service == "" || !v.RoutesIPv4() {
		return
	}
	for _, id := range v.RouteTables {
		t := b.n.RouteTables[id]
		if t == nil || hasRouteTo(t, string(v.ID)) {
			continue
		}
		list := b.servicePrefixList(v)
		t.Routes = append(t.Routes, model.Route{PrefixList: list, Target: model.Target{Kind: model.KindVPCEndpoint, ID: string(v.ID)},
			State: model.RouteActive, Provenance: v.Provenance})
	}
}

func hasRouteTo(t *model.RouteTable, target string) bool {
	for _, r := range t.Routes {
		if r.Target.ID == target {
			return true
		}
	}
	return false
}

func (b *builder) servicePrefixList(v *model.VPCEndpoint) model.PrefixListID {
	for _, l := range model.Sorted(b.n.PrefixLists) {
		if (l.Name == v.Service || string(l.ID) == v.Service) && !l.IPv6 {
			return l.ID
		}
	}
	id := model.PrefixListID(v.Service)
	b.n.PrefixLists[id] = &model.PrefixList{ID: id, Meta: model.Meta{Name: v.Service, Region: v.Region, Provenance: v.Provenance},
		EntriesUnknown: &model.Unknown{Subject: string(id), Attribute: "entries", Reason: "the design has no prefix list of this name", Provenance: v.Provenance}}
	return id
}
