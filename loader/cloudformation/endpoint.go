package cloudformation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var endpointTypes = map[string]model.VPCEndpointType{
	"gateway": model.GatewayEndpoint, "interface": model.InterfaceEndpoint, "gatewayloadbalancer": model.GatewayLoadBalancerEndpoint,
	"resource": model.ResourceEndpoint, "servicenetwork": model.ServiceNetworkEndpoint,
}

// The InterfaceTypes of VPC endpoints.
const (
	interfaceOfEndpoint     = "vpc_endpoint"
	interfaceOfGWLBEndpoint = "gateway_load_balancer_endpoint"
)

func itoa(n int) string { return strconv.Itoa(n) }

// readVPCEndpoint reads a VPC endpoint, which is a gateway endpoint unless it
// says otherwise (PL-1). Private DNS is off by default.
func (b *builder) readVPCEndpoint(r *resource) {
	e := &model.VPCEndpoint{ID: model.VPCEndpointID(r.id), Meta: b.meta(r), Type: model.GatewayEndpoint, State: "available", Available: true}
	e.VPC = b.vpc(r, "VpcId", r.get("VpcId"))
	typeOpen := (*model.Unknown)(nil)
	if v := r.get("VpcEndpointType"); v.gap() != nil {
		// What it is follows from what it has.
		typeOpen = r.unknown("VpcEndpointType", v.gap(), v.at)
		if r.get("RouteTableIds").kind == absent {
			e.Type = model.InterfaceEndpoint
		}
		b.report(model.Warning, "", r, v.at, "", "the type of the VPC endpoint is not known; it is taken for one of type %s, and what it serves is unknown", e.Type)
	} else if v.kind != absent {
		typ, known := endpointTypes[strings.ToLower(v.show())]
		if !known {
			b.report(model.Warning, "", r, v.at, "", "VPC endpoints of type %s are not known here; what reaches this one is unknown", quote(v.show()))
			b.unmodelled(r)
			return
		}
		e.Type = typ
	}
	e.Service = r.get("ServiceName").show()
	b.leadsTo(r, e)
	b.endpointNames(r, e, typeOpen)
	b.endpointPolicy(r, e)
	b.network.VPCEndpoints[e.ID] = e
	if e.Type == model.GatewayEndpoint {
		if t := r.get("IpAddressType").show(); t != "ipv4" {
			e.IPAddressType = t // GWEP-12
		}
		b.endpointTables(r, e, typeOpen)
		return
	}
	groups := r.get("SecurityGroupIds")
	typ := interfaceOfEndpoint
	var gap *model.Unknown
	if e.Type == model.GatewayLoadBalancerEndpoint { // ENI-10: no groups
		typ = interfaceOfGWLBEndpoint
	} else {
		e.Groups, gap = b.groups(r, "SecurityGroupIds", groups, e.VPC)
	}
	subnets, _ := b.identities(r, "SubnetIds", r.get("SubnetIds"), model.KindSubnet)
	for _, subnet := range subnets {
		i, s := b.newInterface(r, r.stack.prefix+"eni-"+r.name+"-"+subnet.name, subnet, e.VPC)
		i.Unassigned6 = hasIPv6(s) && (!i.Unassigned4 || dualStack(r))
		i.Type, i.Groups, i.GroupsUnknown, i.RequesterManaged = typ, e.Groups, gap, true
		i.Owner = model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(e.ID)}
		e.Subnets, e.Interfaces = append(e.Subnets, i.Subnet), append(e.Interfaces, i.ID)
	}
}

// endpointNames tells whether the name of the endpoint's service leads to it
// (IFEP-5, IFEP-7). Where its service is open, the name of any may.
func (b *builder) endpointNames(r *resource, e *model.VPCEndpoint, typeOpen *model.Unknown) {
	var gap *model.Unknown
	if e.PrivateDNSEnabled, gap = b.flag(r, "PrivateDnsEnabled", r.get("PrivateDnsEnabled"), false); gap == nil && !e.PrivateDNSEnabled {
		return
	}
	only := r.get("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint")
	switch text := only.show(); {
	case only.gap() != nil && model.ParseService(e.Service).Name == "s3":
		gap = cmp.Or(gap, r.unknown("DnsOptions", only.gap(), only.at))
	case text == "OnlyInboundResolver", text == "true":
		e.PrivateDNSOnlyForInboundResolver = true
	}
	name := r.get("ServiceName")
	if e.EndpointService == "" && name.gap() != nil && strings.Contains(model.ParseService(e.Service).Name, "${") {
		e.Service, gap = "", cmp.Or(gap, r.unknown("ServiceName", name.gap(), name.at))
	}
	e.PrivateDNSUnknown = cmp.Or(r.doubt(), typeOpen, gap)
}

// endpointPolicy reads the policy; one that is open may deny (POL-2).
func (b *builder) endpointPolicy(r *resource, e *model.VPCEndpoint) {
	v := r.get("PolicyDocument")
	switch {
	case v.kind == openValue:
		e.PolicyUnknown = r.unknown("PolicyDocument", v.open, v.at)
	case v.kind == objectValue:
		e.Policy = v.json()
	case v.kind == textValue:
		e.Policy = v.show()
	}
}

// endpointTables gives tables the route of a gateway endpoint (GWEP-2). Where it is
// open which those are, each table of the VPC may have it.
func (b *builder) endpointTables(r *resource, e *model.VPCEndpoint, typeOpen *model.Unknown) {
	tables, gap := b.identities(r, "RouteTableIds", r.get("RouteTableIds"), model.KindRouteTable)
	maybe := cmp.Or(r.doubt(), typeOpen)
	for _, i := range tables {
		if i.gap != nil && i.resource == nil {
			continue
		}
		if t := b.table(r, i); t != nil && maybe != nil {
			b.maybeRoute(e, t, maybe)
			continue
		}
		e.RouteTables = append(e.RouteTables, model.RouteTableID(i.id))
	}
	if gap = cmp.Or(gap, maybe); gap == nil || len(tables) > 0 && gap == maybe {
		return
	}
	for _, t := range model.Sorted(b.network.RouteTables) {
		if t.VPC == e.VPC && !slices.Contains(e.RouteTables, t.ID) {
			b.maybeRoute(e, t, gap)
		}
	}
}

// maybeRoute gives a table a gateway endpoint's route that it may have: where the
// service's addresses go is open then.
func (b *builder) maybeRoute(e *model.VPCEndpoint, t *model.RouteTable, gap *model.Unknown) {
	list := model.PrefixListID(e.Service)
	for _, l := range model.Sorted(b.network.PrefixLists) {
		if l.Name == e.Service && e.Service != "" {
			list = l.ID
		}
	}
	t.Routes = append(t.Routes, model.Route{PrefixList: list, State: model.RouteActive, Unknown: gap, Provenance: gap.Provenance})
}

func (b *builder) readPrefixList(r *resource) {
	l := &model.PrefixList{ID: model.PrefixListID(r.id), Meta: b.meta(r)}
	if name, ok := r.get("PrefixListName").literal(); ok {
		l.Name = name
	}
	l.IPv6 = strings.EqualFold(r.get("AddressFamily").show(), "IPv6")
	l.MaxEntries = b.number(r, "MaxEntries", r.get("MaxEntries")).n
	for _, item := range ruleItems(r.get("Entries")) {
		if item.gap != nil {
			l.EntriesUnknown = r.unknown("Entries", item.gap, item.at)
			continue
		}
		p, gap := b.prefix(r, "Entries", item.member("Cidr"))
		if gap != nil {
			l.EntriesUnknown = gap
		} else if p.IsValid() {
			l.Entries = append(l.Entries, model.PrefixListEntry{Prefix: p, Description: item.member("Description").show(), Provenance: item.at})
		}
	}
	b.network.PrefixLists[l.ID] = l
}
