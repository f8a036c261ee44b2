package cloudformation

import (
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
	if v := r.get("VpcEndpointType"); v.kind != absent {
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
	e.PrivateDNSEnabled, _ = b.flag(r, "PrivateDnsEnabled", r.get("PrivateDnsEnabled"), false)
	switch only := r.get("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint").show(); only {
	case "OnlyInboundResolver", "true":
		e.PrivateDNSOnlyForInboundResolver = true
	}
	switch v := r.get("PolicyDocument"); v.kind {
	case objectValue:
		e.Policy = v.json()
	case textValue:
		e.Policy = v.show()
	}
	tables, _ := b.identities(r, "RouteTableIds", r.get("RouteTableIds"), model.KindRouteTable)
	for _, i := range tables {
		b.table(r, i)
		e.RouteTables = append(e.RouteTables, model.RouteTableID(i.id))
	}
	b.network.VPCEndpoints[e.ID] = e
	groups := r.get("SecurityGroupIds")
	typ := interfaceOfEndpoint
	var gap *model.Unknown
	switch e.Type {
	case model.GatewayEndpoint:
		return
	case model.GatewayLoadBalancerEndpoint: // ENI-10: no groups
		typ = interfaceOfGWLBEndpoint
	default:
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
