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
	service                    value[string]
	state                      value[string]
	available                  value[bool]
	privateDNS, onlyForInbound value[bool]
	routeTables, subnets       list[ref]
	groups                     list[ref]
	interfaces                 []entry[nic]
	policy                     policyText
	dnsNames                   list[value[string]]
}

var vpcEndpointShape = object("a VPC endpoint", "A VPC endpoint of any type.", commonKeys(func(v *vpcEndpoint) *common { return &v.common }), []field[vpcEndpoint]{
	key("type", word("a VPC endpoint's type", []string{"Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"},
		[]model.VPCEndpointType{model.GatewayEndpoint, model.InterfaceEndpoint, model.GatewayLoadBalancerEndpoint, model.ResourceEndpoint, model.ServiceNetworkEndpoint}),
		func(v *vpcEndpoint) *value[model.VPCEndpointType] { return &v.typ }, "Gateway by default, as in AWS"),
	key("service", text, func(v *vpcEndpoint) *value[string] { return &v.service }, "com.amazonaws.us-east-1.s3, or short: s3"),
	key("state", text, func(v *vpcEndpoint) *value[string] { return &v.state }, "available by default"),
	key("available", yesNo, func(v *vpcEndpoint) *value[bool] { return &v.available }, "whether it works, where that does not follow from its state"),
	key("private_dns_enabled", yesNo, func(v *vpcEndpoint) *value[bool] { return &v.privateDNS }, "true for interface endpoints by default, else false"),
	key("private_dns_only_for_inbound_resolver_endpoint", yesNo, func(v *vpcEndpoint) *value[bool] { return &v.onlyForInbound }, "S3's option (IFEP-7); false by default"),
	key("route_tables", many(refTo), func(v *vpcEndpoint) *list[ref] { return &v.routeTables }, "of a gateway endpoint: the tables that get its route"),
	key("subnets", many(refTo), func(v *vpcEndpoint) *list[ref] { return &v.subnets }, "the subnets, in each of which it has an interface eni-NAME-SUBNET"),
	key("security_groups", many(refTo), func(v *vpcEndpoint) *list[ref] { return &v.groups }, "its security groups; the VPC's default group by default"),
	key("interfaces", section(ownedInterfaceShape), func(v *vpcEndpoint) *[]entry[nic] { return &v.interfaces }, "its interfaces by name, where their addresses matter"),
	key("policy", policyShape, func(v *vpcEndpoint) *policyText { return &v.policy }, "its policy, as a mapping or as JSON; allow all by default (POL-2)"),
	key("dns_names", many(text), func(v *vpcEndpoint) *list[value[string]] { return &v.dnsNames }, "its own DNS names"),
})

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
	m.Service = f.service.or("")
	if m.Service != "" && !strings.Contains(m.Service, ".") && m.Region != "" {
		m.Service = "com.amazonaws." + string(m.Region) + "." + m.Service
	}
	m.Available = f.available.or(strings.EqualFold(m.State, "available"))
	m.PrivateDNSEnabled = f.privateDNS.or(m.Type == model.InterfaceEndpoint)
	for _, t := range b.ids(model.KindRouteTable, s, &f.routeTables) {
		m.RouteTables = append(m.RouteTables, model.RouteTableID(t))
	}
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

// addEndpointRoutes gives the tables of gateway endpoints their route to the
// service's prefix list, unless it is written (RT-18). A list that the file does
// not have is one whose entries are not known.
func (b *builder) addEndpointRoutes(v *model.VPCEndpoint) {
	if v == nil || v.Type != model.GatewayEndpoint || v.Service == "" {
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
		if l.Name == v.Service || string(l.ID) == v.Service {
			return l.ID
		}
	}
	id := model.PrefixListID(v.Service)
	b.n.PrefixLists[id] = &model.PrefixList{ID: id, Meta: model.Meta{Name: v.Service, Region: v.Region, Provenance: v.Provenance},
		EntriesUnknown: &model.Unknown{Subject: string(id), Attribute: "entries", Reason: "the design has no prefix list of this name", Provenance: v.Provenance}}
	return id
}
