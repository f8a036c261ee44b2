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
		State: cmp.Or(b.str("state"), "available"), PrivateDNSEnabled: b.boolean("private_dns_enabled")}
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
	if d, ok := b.first("dns_options"); ok {
		e.PrivateDNSOnlyForInboundResolver = d.boolean("private_dns_only_for_inbound_resolver_endpoint")
	}
	entries, _ := b.blocks("dns_entry")
	for _, x := range entries {
		if name := x.str("dns_name"); name != "" {
			e.DNSNames = append(e.DNSNames, name)
		}
	}
	b.network.VPCEndpoints[e.ID] = e
	if e.Type == model.GatewayEndpoint {
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
	groups, u := b.groupsOf("security_group_ids", e.VPC, false)
	for _, g := range groups {
		if !b.superseded("security_group_ids", string(e.ID), string(g)) {
			e.Groups = append(e.Groups, g)
		}
	}
	b.endpoints = append(b.endpoints, &endpoint{e, b, u})
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

// endpoint is one with interfaces, whose subnets and groups are not all read yet.
type endpoint struct {
	*model.VPCEndpoint
	body       body
	groupsOpen *model.Unknown
}

// openTables says of every table that may be meant that it may have the
// endpoint's route.
func (b body) openTables(e *model.VPCEndpoint, name string, u *model.Unknown) {
	found := b.candidates(name, wantTable).found
	b.maybeTables = append(b.maybeTables, func() {
		for _, t := range model.Sorted(b.network.RouteTables) {
			if t.VPC == e.VPC && (len(found) == 0 || slices.ContainsFunc(found, func(c candidate) bool { return c.id == string(t.ID) })) {
				t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
			}
		}
	})
}

// readVPCEndpointAssociation reads a table, subnet or group that an endpoint has
// by a resource of its own.
func readVPCEndpointAssociation(b body) {
	c, u := b.ref("vpc_endpoint_id", wantVPCE, nil)
	e := b.network.VPCEndpoints[model.VPCEndpointID(c.id)]
	if e == nil {
		reason := c.id + " is not in the configuration"
		if u != nil {
			reason = u.Reason
		}
		b.problem(model.Warning, "", "vpc_endpoint_id: %s; the association is left out", reason)
		return
	}
	i := slices.IndexFunc(b.endpoints, func(x *endpoint) bool { return x.VPCEndpoint == e })
	switch b.r.kind {
	case "aws_vpc_endpoint_route_table_association":
		t, u := b.ref("route_table_id", wantTable, nil)
		if u != nil {
			b.openTables(e, "route_table_id", u)
		} else if id := model.RouteTableID(t.id); !slices.Contains(e.RouteTables, id) {
			e.RouteTables = append(e.RouteTables, id)
		}
	case "aws_vpc_endpoint_subnet_association":
		if id := b.subnet("subnet_id", nil); !slices.Contains(e.Subnets, id) {
			e.Subnets = append(e.Subnets, id)
		}
	case "aws_vpc_endpoint_security_group_association":
		g, u := b.ref("security_group_id", wantGroup, nil)
		switch {
		case u != nil && i >= 0:
			b.endpoints[i].groupsOpen = u
		case b.boolean("replace_default_association") || !slices.Contains(e.Groups, model.SecurityGroupID(g.id)):
			e.Groups = append(e.Groups, model.SecurityGroupID(g.id))
		}
	default:
		panic("terraform: no association of " + b.r.kind)
	}
}

// linkEndpoints gives endpoints their interfaces, one in each subnet.
func (b *builder) linkEndpoints() {
	for _, f := range b.maybeTables {
		f()
	}
	for _, e := range b.endpoints {
		slices.Sort(e.Subnets)
		typ := "vpc_endpoint"
		if e.Type == model.GatewayLoadBalancerEndpoint {
			typ = "gateway_load_balancer_endpoint" // ENI-10: no groups
		} else if len(e.Groups) == 0 && e.groupsOpen == nil {
			e.Groups = []model.SecurityGroupID{b.defaultGroup(e.VPC)}
		}
		real, _ := e.body.list("network_interface_ids")
		for _, s := range e.Subnets {
			id := model.InterfaceID(string(e.ID) + "/" + string(s))
			if len(real) == 1 && len(e.Subnets) == 1 {
				id = model.InterfaceID(real[0])
			}
			i := e.body.newInterface(id, s, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(e.ID)}, typ)
			i.RequesterManaged = true
			i.Unassigned6 = b.hasIPv6(s) && e.body.str("ip_address_type") != "ipv4" && e.body.str("ip_address_type") != ""
			i.Groups, i.GroupsUnknown = slices.Clone(e.Groups), e.groupsOpen
			e.Interfaces = append(e.Interfaces, id)
		}
	}
}
