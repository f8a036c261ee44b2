package describe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type routeTable struct {
	model.RouteTable
	subnets []association
	nats    []model.NATGatewayID // regional ones, whose own table it is (RNAT-2)
}

// readRouteTable reads an element of RouteTables.
func readRouteTable(r *reader) {
	m := r.begin()
	var t routeTable
	routes := false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "RouteTableId":
			t.ID = model.RouteTableID(r.str())
		case "VpcId":
			t.VPC = model.VPCID(r.str())
		case "Routes":
			routes = r.dec.PeekKind() == '['
			for ok := r.array(); ok && r.element(); {
				t.Routes = append(t.Routes, readRoute(r))
			}
		case "Associations":
			for ok := r.array(); ok && r.element(); {
				t.associate(r)
			}
		case "PropagatingVgws":
			t.PropagatingVGWs = pick[string](r, "GatewayId")
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(t.ID))
	if !ok {
		return
	}
	t.Meta = meta
	if !routes {
		t.RoutesUnknown = &model.Unknown{Subject: string(t.ID), Attribute: "Routes", Reason: "the snapshot gives none", Provenance: t.Provenance}
	}
	for i := range t.Routes {
		if u := t.Routes[i].Unknown; u != nil {
			u.Subject = string(t.ID)
		}
	}
	r.routeTables = append(r.routeTables, &t)
}

// associate reads one association: of a subnet, of a gateway (GRT-1), or the
// main one (SUB-7). Only one that is in force counts.
func (t *routeTable) associate(r *reader) {
	a := association{place: r.here()}
	var gateway string
	var main bool
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "Main":
			main = r.boolean()
		case "SubnetId":
			a.subnet = model.SubnetID(r.str())
		case "GatewayId":
			gateway = r.str()
		case "AssociationState":
			a.state = r.inner("State")
		default:
			r.skip()
		}
	}
	switch strings.ToLower(a.state) {
	case "", "associated":
		a.settled = true
	case "associating", "disassociating":
	default: // disassociated, failed
		return
	}
	if a.subnet != "" {
		t.subnets = append(t.subnets, a)
	}
	if !a.settled {
		return
	}
	t.Main = t.Main || main
	switch {
	case gatewayKind(gateway) == model.KindNATGateway:
		t.nats = append(t.nats, model.NATGatewayID(gateway))
	case gateway != "":
		t.Gateways = append(t.Gateways, gateway)
	}
}

type routeTarget struct {
	member string
	kind   model.Kind
}

// routeTargets are the members of a route that name its target, and the kind of
// what they name. Where a route has several, the first counts: a route to an
// instance names its interface too, which is what packets are delivered to.
var routeTargets = [...]routeTarget{
	{"NetworkInterfaceId", model.KindInterface},
	{"NatGatewayId", model.KindNATGateway},
	{"TransitGatewayId", model.KindTransitGateway},
	{"VpcPeeringConnectionId", model.KindVPCPeeringConnection},
	{"EgressOnlyInternetGatewayId", model.KindEgressOnlyInternetGateway},
	{"CoreNetworkArn", model.KindCoreNetwork},
	{"CarrierGatewayId", model.KindCarrierGateway},
	{"LocalGatewayId", model.KindLocalGateway},
	{"VpcEndpointId", model.KindVPCEndpoint},
	{"InstanceId", model.KindInstance},
	{"GatewayId", ""}, // see gatewayTargets
}

// gatewayTargets tells what a GatewayId names by the form of the ID.
var gatewayTargets = map[string]model.Kind{
	"igw":  model.KindInternetGateway,
	"vgw":  model.KindVPNGateway,
	"vpce": model.KindVPCEndpoint,
	"lgw":  model.KindLocalGateway,
	"cagw": model.KindCarrierGateway,
	"eigw": model.KindEgressOnlyInternetGateway,
	"nat":  model.KindNATGateway,
	"tgw":  model.KindTransitGateway,
	"pcx":  model.KindVPCPeeringConnection,
	"eni":  model.KindInterface,
	"i":    model.KindInstance,
}

var routeStates = map[string]model.RouteState{
	"active": model.RouteActive, "blackhole": model.RouteBlackhole, "filtered": model.RouteFiltered,
}

var routeOrigins = map[string]model.RouteOrigin{
	"createroute": model.CreateRoute, "createroutetable": model.CreateRouteTable,
	"enablevgwroutepropagation": model.EnableVGWRoutePropagation, "advertisement": model.Advertisement,
}

// readRoute reads one route. What of it cannot be read makes it an unknown
// route: a packet may or may not take it.
func readRoute(r *reader) model.Route {
	route := model.Route{Provenance: r.here()}
	var targets [len(routeTargets)]string
	var state, origin string
	open := ""
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "DestinationCidrBlock", "DestinationIpv6CidrBlock":
			if p := r.prefix(); p.IsValid() {
				route.Prefix = p
			}
		case "DestinationPrefixListId":
			route.PrefixList = model.PrefixListID(r.str())
		case "State":
			state = r.str()
		case "Origin":
			origin = r.str()
		default:
			if i := slices.IndexFunc(routeTargets[:], func(t routeTarget) bool { return t.member == r.key }); i >= 0 {
				targets[i] = r.str()
			} else {
				r.skip()
			}
		}
	}
	for i, id := range targets {
		if id == "" {
			continue
		}
		if routeTargets[i].kind == model.KindCoreNetwork {
			id = lastPart(id) // of its ARN
		}
		if route.Target = (model.Target{Kind: cmp.Or(routeTargets[i].kind, gatewayKind(id)), ID: id}); id == "local" {
			route.Target = model.LocalTarget
		}
		break
	}

	state, origin = strings.ToLower(state), strings.ToLower(origin)
	var known bool
	if route.State, known = routeStates[state]; !known {
		open = "its state cannot be read"
	}
	if route.Origin, known = routeOrigins[origin]; !known {
		if origin != "" {
			r.report(model.Diagnostic{Severity: model.Warning, Rule: "RT-3", Provenance: route.Provenance,
				Summary: fmt.Sprintf("the route to %s has the origin %s, which is not known here; it counts as static", route.Destination(), quote(origin))})
		}
		if route.Target.IsLocal() {
			route.Origin = model.CreateRouteTable
		}
	}
	switch {
	case route.Prefix.IsValid() && route.PrefixList != "":
		route.Prefix, route.PrefixList, open = netip.Prefix{}, "", "it has two destinations" // RT-13
	case !route.Prefix.IsValid() && route.PrefixList == "":
		open = "its destination cannot be read"
	case state != "active":
		// A black hole is one whatever it points at (RT-11).
	case route.Target.ID == "":
		open = "its target is not given"
	case route.Target.Kind == "":
		open = "its target " + clip(route.Target.ID) + " is of no kind that is known here"
	}
	if open != "" {
		route.Unknown = &model.Unknown{Attribute: "Routes", Reason: "the route to " + route.Destination() + ": " + open, Provenance: route.Provenance}
		route.Target = model.Target{}
		r.report(model.Diagnostic{Severity: model.Warning, Provenance: route.Provenance, Summary: route.Unknown.Reason + "; whether it is taken is unknown"})
	}
	return route
}

func gatewayKind(id string) model.Kind {
	if id == "local" {
		return model.KindVPC
	}
	kind, _, _ := strings.Cut(id, "-")
	return gatewayTargets[kind]
}

// linkRouteTables gives subnets their explicit tables (SUB-7).
func (b *builder) linkRouteTables() {
	for _, t := range model.Sorted(b.routeTables) {
		b.network.RouteTables[t.ID] = &t.RouteTable
		for _, id := range t.nats {
			if g := b.network.NATGateways[id]; g != nil && g.RouteTable == "" {
				g.RouteTable = t.ID
			}
		}
		for _, a := range t.subnets {
			s := b.network.Subnets[a.subnet]
			switch {
			case s == nil:
			case !a.settled:
				s.RouteTableUnknown = &model.Unknown{Subject: string(s.ID), Attribute: "RouteTableAssociation",
					Reason: fmt.Sprintf("the association with %s is %s", t.ID, a.state), Provenance: a.place}
			case s.RouteTable != "" && s.RouteTable != t.ID:
				s.RouteTableUnknown = b.contested(string(s.ID), "RouteTableAssociation", string(s.RouteTable), string(t.ID), a.place)
			default:
				s.RouteTable = t.ID
			}
		}
	}
}

// contested reports a subnet or an attachment that two tables claim: the snapshot's calls were
// made at different times.
func (b *builder) contested(subnet, attribute, one, other string, at model.Provenance) *model.Unknown {
	reason := fmt.Sprintf("%s and %s are both associated with it", one, other)
	b.report(model.Diagnostic{Severity: model.Warning, Resource: subnet, Provenance: at, Summary: reason,
		Detail: "Which of them holds is unknown; run the calls again, one soon after the other."})
	return &model.Unknown{Subject: subnet, Attribute: attribute, Reason: reason, Provenance: at}
}
