package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// compileSubnets makes the subnets, each with its route table and its network ACL, or
// with the gap that is left of one that the input lacks.
func (e *Engine) compileSubnets() {
	main := map[model.VPCID]model.RouteTableID{}
	for _, m := range model.Sorted(e.network.RouteTables) {
		e.tables[m.ID] = &routeTable{
			comp: e.component(model.KindRouteTable, string(m.ID), &m.Meta), vpc: e.vpc(m.VPC), where: m.Provenance, unknown: m.RoutesUnknown,
		}
		if m.Main {
			main[m.VPC] = m.ID
		}
	}
	byDefault := map[model.VPCID]model.NetworkACLID{}
	for _, m := range model.Sorted(e.network.NetworkACLs) {
		if m.IsDefault {
			byDefault[m.VPC] = m.ID
		}
	}
	for _, m := range model.Sorted(e.network.Subnets) {
		sn := &subnet{
			comp: e.component(model.KindSubnet, string(m.ID), &m.Meta), model: m, vpc: e.vpc(m.VPC),
			cidrs: packet.Prefixes(m.CIDRs), router: routerAddrs(m.CIDRs),
		}
		sn.exempt = sn.exemptAddrs()
		table, acl := m.RouteTable, m.NetworkACL
		if table == "" {
			table = main[m.VPC] // SUB-7, SUB-13
		}
		if acl == "" {
			acl = byDefault[m.VPC] // SUB-8
		}
		sn.table, sn.nacl = e.tables[table], e.acls[acl]
		if sn.table == nil || m.RouteTableUnknown != nil {
			sn.table = sn.unknownTable(e, string(table))
		}
		if sn.nacl == nil || m.NetworkACLUnknown != nil {
			sn.nacl = sn.unknownACL(e, string(acl))
		}
		e.subnets[m.ID] = sn
		sn.vpc.subnets = append(sn.vpc.subnets, sn)
	}
}

// unknownTable stands for a route table that the input does not give.
func (sn *subnet) unknownTable(e *Engine, id string) *routeTable {
	u := sn.model.RouteTableUnknown
	if u == nil {
		u = sn.gap(model.KindRouteTable, id)
	}
	if id == "" {
		id = "route table of " + sn.comp.ID
	}
	return &routeTable{comp: Component{ID: id, Type: model.KindRouteTable}, vpc: sn.vpc, unknown: u}
}

// unknownACL stands for a network ACL that the input does not give.
func (sn *subnet) unknownACL(e *Engine, id string) *networkACL {
	u := sn.model.NetworkACLUnknown
	if u == nil {
		u = sn.gap(model.KindNetworkACL, id)
	}
	if id == "" {
		id = "network ACL of " + sn.comp.ID
	}
	return &networkACL{comp: Component{ID: id, Type: model.KindNetworkACL}, unknown: u, vague: true}
}

// gap tells why a kind of resource is not known for the subnet.
func (sn *subnet) gap(k model.Kind, id string) *model.Unknown {
	if u := sn.vpc.model.Missing[k]; u != nil {
		return u
	}
	if id != "" {
		return missing(k, id, &sn.model.Meta)
	}
	return &model.Unknown{
		Subject: sn.comp.ID, Attribute: string(k), Provenance: sn.model.Provenance,
		Reason: "it has none of its own, and the one that its VPC falls back on is not given",
	}
}

// unknownSubnet stands for a subnet that an interface names and nothing gives.
func (e *Engine) unknownSubnet(m *model.Interface) *subnet {
	s := &model.Subnet{ID: m.Subnet, VPC: m.VPC, Meta: model.Meta{Provenance: m.Provenance}}
	s.CIDRsUnknown = missing(model.KindSubnet, string(m.Subnet), &m.Meta)
	sn := &subnet{comp: Component{ID: string(m.Subnet), Type: model.KindSubnet}, model: s, vpc: e.vpc(m.VPC)}
	sn.exempt = sn.exemptAddrs()
	sn.table, sn.nacl = sn.unknownTable(e, ""), sn.unknownACL(e, "")
	e.subnets[m.Subnet] = sn
	return sn
}
