package sim

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// compileGateways makes what routes of a VPC lead to: its gateways.
func (e *Engine) compileGateways() {
	for _, m := range model.Sorted(e.network.InternetGateways) {
		if m.VPC == "" {
			continue
		}
		if v := e.vpc(m.VPC); v.igw == nil || m.AttachmentUnknown == nil {
			v.igw = e.attachedGateway(m, v)
		}
	}
	for _, m := range model.Sorted(e.network.EgressOnlyInternetGateways) {
		if m.VPC != "" {
			v := e.vpc(m.VPC)
			v.eigw = &egressOnlyInternetGateway{comp: e.component(model.KindEgressOnlyInternetGateway, string(m.ID), &m.Meta), model: m, vpc: v}
		}
	}
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		if m.Type == model.GatewayEndpoint {
			e.endpoints[m.ID] = &gatewayEndpoint{comp: e.component(model.KindVPCEndpoint, string(m.ID), &m.Meta), model: m, vpc: e.vpc(m.VPC)}
		}
	}
	e.compileFirewalls()
	e.compileGatewayLoadBalancerEndpoints()
	e.inferInternetGateways()
	for _, m := range model.Sorted(e.network.NATGateways) {
		n := &natGateway{comp: e.component(model.KindNATGateway, string(m.ID), &m.Meta), model: m, vpc: e.vpc(m.VPC)}
		if m.Subnet != "" {
			n.subnet = e.subnets[m.Subnet]
			if n.subnet == nil {
				n.subnet = e.unknownSubnet(&model.Interface{Subnet: m.Subnet, VPC: m.VPC, Meta: m.Meta})
			}
			n.table = n.subnet.table
		} else {
			n.table = e.regionalTable(n)
		}
		e.nats[m.ID] = n
	}
	for _, m := range model.Sorted(e.network.RouteTables) {
		for _, g := range m.Gateways {
			if v := e.vpc(m.VPC); v.igw != nil && v.igw.comp.ID == g {
				v.igw.table = e.tables[m.ID]
			}
		}
	}
}

func (e *Engine) attachedGateway(m *model.InternetGateway, v *vpc) *internetGateway {
	return &internetGateway{comp: e.component(model.KindInternetGateway, string(m.ID), &m.Meta), model: m, vpc: v}
}

// inferInternetGateways makes the internet gateways that an input without them
// names in active routes: an active route says that the gateway is attached
// (RT-10).
func (e *Engine) inferInternetGateways() {
	for _, m := range model.Sorted(e.network.RouteTables) {
		for _, r := range m.Routes {
			id := model.InternetGatewayID(r.Target.ID)
			if r.Target.Kind != model.KindInternetGateway || r.State != model.RouteActive || e.network.InternetGateways[id] != nil {
				continue
			}
			if v := e.vpc(m.VPC); v.igw == nil {
				g := &model.InternetGateway{ID: id, VPC: m.VPC, Meta: model.Meta{Provenance: r.Provenance}}
				v.igw = &internetGateway{comp: Component{ID: string(id), Type: model.KindInternetGateway}, model: g, vpc: v, inferred: true}
			}
		}
	}
}

// regionalTable is a regional NAT gateway's own route table (RNAT-2): the one it
// names, or what AWS makes, a default route to the VPC's internet gateway.
func (e *Engine) regionalTable(n *natGateway) *routeTable {
	if n.model.RouteTable != "" {
		if t := e.tables[n.model.RouteTable]; t != nil {
			return t
		}
		return &routeTable{
			comp: Component{ID: string(n.model.RouteTable), Type: model.KindRouteTable}, vpc: n.vpc,
			unknown: missing(model.KindRouteTable, string(n.model.RouteTable), &n.model.Meta),
		}
	}
	m := &model.RouteTable{VPC: n.model.VPC, Routes: localRoutes(n.vpc.model)}
	if n.vpc.igw != nil {
		m.Routes = append(m.Routes, model.Route{
			Prefix: anyPrefix, State: model.RouteActive, Provenance: n.model.Provenance,
			Target: model.Target{Kind: model.KindInternetGateway, ID: n.vpc.igw.comp.ID},
		})
	}
	t := &routeTable{comp: Component{ID: "route table of " + n.comp.ID, Type: model.KindRouteTable}, vpc: n.vpc, where: n.model.Provenance}
	t.fill(e, m)
	return t
}

func localRoutes(v *model.VPC) []model.Route {
	var out []model.Route
	for _, p := range v.CIDRs {
		out = append(out, model.Route{Prefix: p, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive, Provenance: v.Provenance})
	}
	return out
}

func (e *Engine) compileRoutes() {
	made, propagated := e.endpointRoutes(), e.propagatedRoutes()
	for _, m := range model.Sorted(e.network.RouteTables) {
		if routes := slices.Concat(made[m.ID], propagated[m.ID]); routes != nil {
			all := *m
			all.Routes = append(slices.Clone(m.Routes), routes...)
			m = &all
		}
		e.tables[m.ID].fill(e, m)
	}
	for _, v := range e.vpcList {
		if v.igw == nil || v.igw.table == nil {
			continue
		}
		v.igw.findPools()
		for _, sn := range v.subnets {
			sn.redirected4, sn.redirected6 = v.igw.table.redirects(sn, false), v.igw.table.redirects(sn, true)
		}
	}
}

// redirects gives the route of a gateway's table that sends what comes in for
// the subnet, by one IP version, elsewhere than to it (GRT-7).
func (t *routeTable) redirects(sn *subnet, v6 bool) *route {
	for _, p := range sn.model.CIDRs {
		if p.Addr().Is6() != v6 {
			continue
		}
		if i, ok := t.lookup.Lookup(p.Addr()); ok {
			if r := t.entries[i].winners[0]; !r.model.Target.IsLocal() {
				return r
			}
		}
	}
	return nil
}
