package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var endpointTypes = map[string]model.VPCEndpointType{
	"": model.GatewayEndpoint, "gateway": model.GatewayEndpoint, "interface": model.InterfaceEndpoint,
	"gatewayloadbalancer": model.GatewayLoadBalancerEndpoint, "resource": model.ResourceEndpoint, "servicenetwork": model.ServiceNetworkEndpoint,
}

// readVPCEndpoint reads a VPC endpoint; a gateway endpoint where the type is not
// written. Its route and interfaces follow in linkEndpoints.
func readVPCEndpoint(b body) {
	e := &model.VPCEndpoint{ID: model.VPCEndpointID(b.r.id()), Meta: b.meta(), VPC: b.vpc("vpc_id"), Service: b.str("service_name"),
		State: cmp.Or(b.str("state"), "available")}
	b.endpointPolicy(e)
	if old := b.network.VPCEndpoints[e.ID]; old != nil {
		return
	}
	if e.Name == "" {
		e.Name = b.r.label()
	}
	b.leadsTo(e)
	var ok bool
	if e.Type, ok = b.endpointType(e); !ok {
		b.problem(model.Error, "", "vpc_endpoint_type: %q is no type of VPC endpoint", b.str("vpc_endpoint_type"))
		return
	}
	e.Available = strings.EqualFold(e.State, "available") // IFEP-11
	b.endpointNames(e)
	entries, _ := b.blocks("dns_entry")
	for _, x := range entries {
		if name := x.str("dns_name"); name != "" {
			e.DNSNames = append(e.DNSNames, name)
		}
	}
	b.network.VPCEndpoints[e.ID] = e
	if e.Type == model.GatewayEndpoint {
		if t := b.str("ip_address_type"); t != "ipv4" {
			e.IPAddressType = t // GWEP-12
		}
		b.endpointPrefixList(b.r)
		tables, u := b.refs("route_table_ids", wantTable)
		for _, c := range tables {
			if !b.superseded("route_table_ids", string(e.ID), c.id) {
				e.RouteTables = append(e.RouteTables, model.RouteTableID(c.id))
			}
		}
		if u != nil {
			b.openTables(e, "route_table_ids", u)
		}
		return
	}
	subnets, _ := b.subnetsOf("subnet_ids")
	for _, s := range subnets {
		if !b.superseded("subnet_ids", string(e.ID), string(s)) {
			e.Subnets = append(e.Subnets, s)
		}
	}
	fixed := b.fixedAddresses(e)
	groups, u := b.groupsOf("security_group_ids", e.VPC, false)
	for _, g := range groups {
		if !b.superseded("security_group_ids", string(e.ID), string(g)) {
			e.Groups = append(e.Groups, g)
		}
	}
	if len(e.Groups) == 0 && u == nil && e.Type != model.GatewayLoadBalancerEndpoint { // ENI-10
		e.Groups = []model.SecurityGroupID{b.defaultGroup(e.VPC)}
	}
	b.endpoints = append(b.endpoints, &endpoint{e, b, u, fixed})
}

// endpointNames tells whether the name of the endpoint's service leads to it
// (IFEP-5, IFEP-7). Where its service is open, the name of any may.
func (b body) endpointNames(e *model.VPCEndpoint) {
	e.PrivateDNSEnabled, e.PrivateDNSUnknown = b.boolean("private_dns_enabled"), b.open("private_dns_enabled")
	if d, ok := b.first("dns_options"); ok {
		const only = "private_dns_only_for_inbound_resolver_endpoint"
		e.PrivateDNSOnlyForInboundResolver = d.boolean(only)
		if e.PrivateDNSEnabled && model.ParseService(e.Service).Name == "s3" {
			e.PrivateDNSUnknown = d.open(only)
		}
	}
	if e.PrivateDNSEnabled && e.Service == "" && e.EndpointService == "" {
		e.PrivateDNSUnknown = cmp.Or(e.PrivateDNSUnknown, b.open("service_name"))
	}
}

// fixedAddresses reads the subnets in which the endpoint has addresses that are
// chosen.
func (b body) fixedAddresses(e *model.VPCEndpoint) map[model.SubnetID]body {
	out := map[model.SubnetID]body{}
	blocks, _ := b.blocks("subnet_configuration")
	for _, x := range blocks {
		if id := x.subnet("subnet_id", x.holdsAddress("ipv4", "ipv6")); id != "" {
			addTo(&e.Subnets, id)
			out[id] = x
		}
	}
	return out
}

// endpointType is an endpoint's type. Where it is open, it is that of the service
// which the endpoint leads to, or an interface endpoint's where it has subnets and
// nothing else.
func (b body) endpointType(e *model.VPCEndpoint) (model.VPCEndpointType, bool) {
	u := b.open("vpc_endpoint_type")
	if u == nil {
		t, ok := endpointTypes[strings.ToLower(b.str("vpc_endpoint_type"))]
		return t, ok
	}
	if s := b.network.VPCEndpointServices[e.EndpointService]; s != nil {
		if b.gatewayServices[s.ID] {
			return model.GatewayLoadBalancerEndpoint, true
		}
		return model.InterfaceEndpoint, true
	}
	b.problem(model.Warning, "", "vpc_endpoint_type: %s; taken for an interface endpoint", u.Reason)
	return model.InterfaceEndpoint, true
}

// fixedAddress gives an interface the addresses that a block chooses, where they
// are of its subnet: emulators of AWS write others into states.
func (b body) fixedAddress(i *model.Interface) {
	if fits := b.holdsAddress("ipv4", "ipv6"); fits == nil || !fits(candidate{id: string(i.Subnet)}) {
		return
	}
	b.addresses(i, "ipv4", nil, "")
	if a := b.addr("ipv6"); a.IsValid() {
		i.Addresses = append(i.Addresses, model.Address{IP: a, Provenance: b.r.place})
	}
}

// endpoint is one with interfaces, whose subnets and groups are not all read yet.
type endpoint struct {
	*model.VPCEndpoint
	body       body
	groupsOpen *model.Unknown
	fixed      map[model.SubnetID]body // the blocks that choose its addresses
}

// openTables says of every table that an attribute may mean that it may have the
// endpoint's route.
func (b body) openTables(e *model.VPCEndpoint, name string, u *model.Unknown) {
	found := b.maybe(name, wantTable)
	b.later(func() {
		for _, t := range model.Sorted(b.network.RouteTables) {
			if t.VPC == e.VPC && (len(found) == 0 || slices.Contains(found, string(t.ID))) && !slices.Contains(e.RouteTables, t.ID) {
				t.Routes = append(t.Routes, b.maybeRoute(e, u))
			}
		}
	})
}

// maybeRoute is a gateway endpoint's route in a table that may have it (GWEP-2):
// where the service's addresses go is open.
func (b body) maybeRoute(e *model.VPCEndpoint, u *model.Unknown) model.Route {
	list := model.PrefixListID(e.Service)
	for _, l := range model.Sorted(b.network.PrefixLists) {
		if l.Name == e.Service && e.Service != "" {
			list = l.ID
		}
	}
	return model.Route{PrefixList: list, State: model.RouteActive, Unknown: u, Provenance: u.Provenance}
}

// readVPCEndpointAssociation reads a table, subnet or group that an endpoint has
// by a resource of its own. Where the endpoint is open, all that it may be may
// have it.
func readVPCEndpointAssociation(b body) {
	const name = "vpc_endpoint_id"
	c, u := b.ref(name, wantVPCE, nil)
	for _, id := range b.either(c, name, wantVPCE) {
		if e := b.network.VPCEndpoints[model.VPCEndpointID(id)]; e != nil {
			b.endpointHas(e, u)
			continue
		}
		if b.r.kind == "aws_vpc_endpoint_route_table_association" {
			b.openTable(firstOpen(u, b.unmanaged(name)))
		}
		if u == nil {
			b.problem(model.Warning, "", "%s: %s is not in the configuration; what the association gives it is left out", name, id)
		}
	}
}

// endpointHas adds what an association gives an endpoint; with a gap, it may.
func (b body) endpointHas(e *model.VPCEndpoint, maybe *model.Unknown) {
	i := slices.IndexFunc(b.endpoints, func(x *endpoint) bool { return x.VPCEndpoint == e })
	switch b.r.kind {
	case "aws_vpc_endpoint_route_table_association":
		t, u := b.ref("route_table_id", wantTable, nil)
		switch {
		case e.Type != model.GatewayEndpoint: // no other has routes
		case u != nil:
			b.openTables(e, "route_table_id", u)
		case maybe != nil:
			b.later(func() {
				if table := b.network.RouteTables[model.RouteTableID(t.id)]; table != nil && !slices.Contains(e.RouteTables, table.ID) {
					table.Routes = append(table.Routes, b.maybeRoute(e, maybe))
				}
			})
		default:
			addTo(&e.RouteTables, model.RouteTableID(t.id))
		}
	case "aws_vpc_endpoint_subnet_association":
		switch {
		case i < 0: // a gateway endpoint is in no subnet
		case maybe != nil:
			addTo(&e.Subnets, b.openSubnet("subnet_id", maybe))
		default:
			addTo(&e.Subnets, b.subnet("subnet_id", nil))
		}
	case "aws_vpc_endpoint_security_group_association":
		g, u := b.ref("security_group_id", wantGroup, nil)
		switch u = firstOpen(maybe, u); {
		case i < 0:
		case u != nil:
			b.endpoints[i].groupsOpen = u
		default:
			if b.boolean("replace_default_association") {
				e.Groups = slices.DeleteFunc(e.Groups, func(g model.SecurityGroupID) bool { return g == b.defaultGroup(e.VPC) })
			}
			addTo(&e.Groups, model.SecurityGroupID(g.id))
		}
	default:
		panic("terraform: no association of " + b.r.kind)
	}
}

// openTable says of the table that an association names that it may have the route
// of a gateway endpoint which is not in the configuration.
func (b body) openTable(u *model.Unknown) {
	table, _ := b.ref("route_table_id", wantTable, nil)
	for _, id := range b.either(table, "route_table_id", wantTable) {
		b.later(func() {
			if t := b.network.RouteTables[model.RouteTableID(id)]; t != nil {
				t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
			}
		})
	}
}

// linkEndpoints gives endpoints their interfaces, one in each subnet.
func (b *builder) linkEndpoints() {
	for _, e := range b.endpoints {
		slices.Sort(e.Subnets)
		typ := "vpc_endpoint"
		if e.Type == model.GatewayLoadBalancerEndpoint {
			typ = "gateway_load_balancer_endpoint"
		}
		real, _ := e.body.list("network_interface_ids")
		for _, s := range e.Subnets {
			id := model.InterfaceID(string(e.ID) + "/" + string(s))
			if len(real) == 1 && len(e.Subnets) == 1 {
				id = model.InterfaceID(real[0])
			}
			i := e.body.newInterface(id, s, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(e.ID)}, typ)
			i.RequesterManaged = true
			dual := e.body.str("ip_address_type") != "ipv4" && e.body.str("ip_address_type") != ""
			if x, ok := e.fixed[s]; ok {
				x.fixedAddress(i)
			}
			i.Unassigned6 = dual && b.hasIPv6(s) && !i.Primary(true).IP.IsValid()
			i.Groups, i.GroupsUnknown = slices.Clone(e.Groups), e.groupsOpen
			e.Interfaces = append(e.Interfaces, id)
		}
	}
}
