package cloudformation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readRouteTable(r *resource) {
	id := model.RouteTableID(r.id)
	b.network.RouteTables[id] = &model.RouteTable{ID: id, Meta: b.meta(r), VPC: b.vpc(r, "VpcId", r.get("VpcId"))}
}

// table gives the route table that a property names; nil, and a warning, for one
// that no template has: what it holds beside is unknown, and so is all of it.
func (b *builder) table(r *resource, i identity) *model.RouteTable {
	t := b.network.RouteTables[model.RouteTableID(i.id)]
	if t == nil {
		b.elsewhere(r, i)
	}
	return t
}

// readRouteTableAssociation gives a subnet its route table (SUB-7).
func (b *builder) readRouteTableAssociation(r *resource) {
	subnet := b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet)
	i := b.identify(r, "RouteTableId", r.get("RouteTableId"), model.KindRouteTable)
	var vpc model.VPCID
	t := b.network.RouteTables[model.RouteTableID(i.id)]
	if t != nil {
		vpc = t.VPC
	}
	s := b.subnet(subnet, vpc)
	switch {
	case s == nil && subnet.id != "":
		b.report(model.Warning, "", r, subnet.at, "Give the input that has it as well.", "%s is about %s, which no template has", r.name, subnet.id)
	case s == nil || i.id == "":
	case r.doubt() != nil:
		s.RouteTableUnknown = r.doubt()
	case subnet.gap != nil: // what it has beside is open, this table is not
		s.RouteTable, s.RouteTableUnknown = model.RouteTableID(i.id), i.gap
	case i.gap != nil && t == nil:
		s.RouteTableUnknown = i.gap
	case s.RouteTable != "" && s.RouteTable != model.RouteTableID(i.id):
		b.report(model.Error, "SUB-7", r, r.at, "", "the subnet %s is associated with %s already", s.ID, s.RouteTable)
	default:
		s.RouteTable = model.RouteTableID(i.id)
	}
}

// readGatewayRouteTableAssociation gives a gateway a table for what enters there
// (GRT-1).
func (b *builder) readGatewayRouteTableAssociation(r *resource) {
	t := b.table(r, b.identify(r, "RouteTableId", r.get("RouteTableId"), model.KindRouteTable))
	v := r.get("GatewayId")
	kind := model.KindInternetGateway
	if to, _ := v.reference(); to != nil && to.typ == "AWS::EC2::VPNGateway" {
		kind = model.KindVPNGateway
	}
	if i := b.identify(r, "GatewayId", v, kind); t != nil && i.id != "" {
		t.Gateways = append(t.Gateways, i.id)
	}
}

// readRoutePropagation lets a virtual private gateway put its routes into tables
// (RT-20): which those are, the templates do not tell of a gateway that they do
// not hold.
func (b *builder) readRoutePropagation(r *resource) {
	gateway := b.identify(r, "VpnGatewayId", r.get("VpnGatewayId"), model.KindVPNGateway)
	tables, some := b.identities(r, "RouteTableIds", r.get("RouteTableIds"), model.KindRouteTable)
	if some != nil { // any table of the VPC may have them
		vpc := model.VPCID("")
		if g := b.network.VPNGateways[model.VPNGatewayID(gateway.id)]; g != nil {
			vpc = g.VPC
		}
		for _, t := range model.Sorted(b.network.RouteTables) {
			if vpc == "" || t.VPC == vpc {
				t.RoutesUnknown = cmp.Or(t.RoutesUnknown, some)
			}
		}
	}
	for _, i := range tables {
		if i.gap != nil {
			continue
		}
		if t := b.table(r, i); t != nil {
			if doubt := r.doubt(); doubt != nil {
				t.RoutesUnknown = cmp.Or(t.RoutesUnknown, doubt)
				continue
			}
			t.PropagatingVGWs = append(t.PropagatingVGWs, gateway.id)
			if t.RoutesUnknown == nil && gateway.resource == nil {
				t.RoutesUnknown = r.unknown("RouteTableIds", &open{reason: "which routes " + gateway.name + " propagates is known only when it is deployed"}, r.at)
			}
		}
	}
}

// routeTargets are the properties of a route that name its target.
var routeTargets = []struct {
	property string
	kind     model.Kind
}{
	{"NatGatewayId", model.KindNATGateway},
	{"NetworkInterfaceId", model.KindInterface},
	{"InstanceId", model.KindInstance},
	{"TransitGatewayId", model.KindTransitGateway},
	{"VpcPeeringConnectionId", model.KindVPCPeeringConnection},
	{"EgressOnlyInternetGatewayId", model.KindEgressOnlyInternetGateway},
	{"CarrierGatewayId", model.KindCarrierGateway},
	{"LocalGatewayId", model.KindLocalGateway},
	{"CoreNetworkArn", model.KindCoreNetwork},
	{"VpcEndpointId", model.KindVPCEndpoint},
	{"GatewayId", ""}, // see gatewayKind
}

// gatewayKind tells what a GatewayId names: by the resource's type, else by the
// form of AWS's ID; "" where neither does.
func gatewayKind(v value) model.Kind {
	to, _ := v.reference()
	text, _ := v.literal()
	switch {
	case to != nil && to.typ == "AWS::EC2::VPNGateway", strings.HasPrefix(text, "vgw-"):
		return model.KindVPNGateway
	case to != nil && to.typ == "AWS::EC2::CarrierGateway", strings.HasPrefix(text, "cagw-"):
		return model.KindCarrierGateway
	case to != nil && slices.Contains(types[model.KindVPCEndpoint], to.typ), strings.HasPrefix(text, "vpce-"):
		return model.KindVPCEndpoint
	case to != nil, strings.HasPrefix(text, "igw-"):
		return model.KindInternetGateway
	}
	return ""
}

func (b *builder) readRoute(r *resource) {
	t := b.table(r, b.identify(r, "RouteTableId", r.get("RouteTableId"), model.KindRouteTable))
	if t == nil {
		return
	}
	route := model.Route{State: model.RouteActive, Provenance: r.at}
	destinations := 0
	for _, key := range []string{"DestinationCidrBlock", "DestinationIpv6CidrBlock"} {
		if v := r.get(key); v.kind != absent {
			destinations++
			p, gap := b.prefix(r, key, v)
			if p.IsValid() {
				route.Prefix = p
			}
			if gap != nil {
				route.Unknown = gap
			}
		}
	}
	if v := r.get("DestinationPrefixListId"); v.kind != absent {
		destinations++
		i := b.identify(r, "DestinationPrefixListId", v, model.KindPrefixList)
		route.PrefixList = model.PrefixListID(i.id) // one that nothing gives has unknown entries
	}
	if destinations != 1 {
		b.report(model.Error, "RT-13", r, r.at, "Write one of DestinationCidrBlock, DestinationIpv6CidrBlock and DestinationPrefixListId.", "the route %s has %d destinations", r.name, destinations)
		return
	}
	b.routeTarget(r, &route)
	if gap := r.doubt(); gap != nil && (route.Unknown == nil || route.Perhaps != nil) {
		// Whether the route is there decides, whatever it points at.
		route.Unknown, route.Target, route.Perhaps = gap, model.Target{}, nil
	}
	t.Routes = append(t.Routes, route)
}

// routeTarget reads what a route points at.
func (b *builder) routeTarget(r *resource, route *model.Route) {
	targets := 0
	for _, x := range routeTargets {
		v := r.get(x.property)
		if v.kind == absent {
			continue
		}
		if targets++; targets > 1 {
			continue
		}
		kind := x.kind
		if kind == "" {
			if text, _ := v.literal(); text == "local" {
				route.Target = model.LocalTarget
				continue
			}
			kind = gatewayKind(v)
		}
		if kind == "" {
			gap := v.gap()
			if gap == nil {
				gap = &open{reason: v.show() + " is of no kind of gateway that is known here"}
			}
			route.Unknown = r.unknown(x.property, gap, v.at)
			continue
		}
		if some, gap := b.someOf(v, kind); gap != nil {
			route.Perhaps, route.Unknown = some, gap
			continue
		}
		i := b.identify(r, x.property, v, kind)
		if i.gap != nil {
			route.Unknown = i.gap
			continue
		}
		route.Target = model.Target{Kind: kind, ID: i.id}
	}
	if targets != 1 {
		b.report(model.Error, "RT-13", r, r.at, "Write one target, such as GatewayId or NatGatewayId.", "the route %s has %d targets", r.name, targets)
		if targets == 0 {
			route.Unknown = r.unknown("target", &open{reason: "the route has no target"}, r.at)
		}
	}
}
