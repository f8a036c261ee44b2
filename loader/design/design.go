// Package design makes what AWS makes by itself and a design that is not
// deployed yet does not mention: a VPC's default security group, default network
// ACL and main route table, local routes, the routes of gateway endpoints. The
// readers of Terraform and of CloudFormation share it.
//
// What is made has a zero Provenance, since nobody wrote it.
package design

import (
	"hash/fnv"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	anyIPv4 = netip.MustParsePrefix("0.0.0.0/0")
	anyIPv6 = netip.MustParsePrefix("::/0")
)

// DefaultGroupID is the ID of the default security group of a VPC whose own the
// design does not tell.
func DefaultGroupID(v model.VPCID) model.SecurityGroupID {
	return model.SecurityGroupID(v + "-default")
}

// DefaultACLID is the ID of the default network ACL of such a VPC.
func DefaultACLID(v model.VPCID) model.NetworkACLID { return model.NetworkACLID(v + "-default") }

// MainTableID is the ID of the main route table of such a VPC.
func MainTableID(v model.VPCID) model.RouteTableID { return model.RouteTableID(v + "-main") }

// Complete adds to every VPC of a network what AWS makes with it and the network
// lacks: the default group (SG-4), the default network ACL (NACL-3), the main
// table (VPC-16), in every table the local routes (VPC-10), and the routes of
// gateway endpoints (RT-18). It leaves out the kinds that a VPC is Missing.
func Complete(n *model.Network) {
	groups, acls, mains := map[model.VPCID]bool{}, map[model.VPCID]bool{}, map[model.VPCID]bool{}
	for _, g := range n.SecurityGroups {
		groups[g.VPC] = groups[g.VPC] || g.GroupName == "default"
	}
	for _, a := range n.NetworkACLs {
		acls[a.VPC] = acls[a.VPC] || a.IsDefault
	}
	for _, t := range n.RouteTables {
		mains[t.VPC] = mains[t.VPC] || t.Main
	}
	for _, v := range model.Sorted(n.VPCs) {
		if !groups[v.ID] && v.Missing[model.KindSecurityGroup] == nil {
			g := DefaultGroup(v)
			n.SecurityGroups[g.ID] = g
		}
		if !acls[v.ID] && v.Missing[model.KindNetworkACL] == nil {
			a := DefaultACL(v)
			n.NetworkACLs[a.ID] = a
		}
		if !mains[v.ID] && v.Missing[model.KindRouteTable] == nil {
			id := MainTableID(v.ID)
			n.RouteTables[id] = &model.RouteTable{ID: id, Meta: made(v, "main"), VPC: v.ID, Main: true}
		}
	}
	for _, t := range model.Sorted(n.RouteTables) {
		addLocalRoutes(n.VPCs[t.VPC], t)
	}
	for _, e := range model.Sorted(n.VPCEndpoints) {
		addEndpointRoutes(n, e)
	}
}

// made is the Meta of what AWS makes in a VPC.
func made(v *model.VPC, name string) model.Meta {
	return model.Meta{Name: name, Account: v.Account, Region: v.Region}
}

// HasIPv6 reports whether the VPC has an IPv6 block.
func HasIPv6(v *model.VPC) bool {
	return slices.ContainsFunc(v.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() })
}

// DefaultGroup is the security group that a VPC comes with (SG-4): it lets its
// own members in and everything out.
func DefaultGroup(v *model.VPC) *model.SecurityGroup {
	id := DefaultGroupID(v.ID)
	self := model.SecurityGroupRule{Direction: model.Ingress, Traffic: model.AllTraffic, Peer: model.Peer{Group: id}}
	return &model.SecurityGroup{ID: id, Meta: made(v, "default"), VPC: v.ID, GroupName: "default",
		Rules: append([]model.SecurityGroupRule{self}, DefaultEgress(HasIPv6(v), model.Provenance{})...)}
}

// DefaultEgress are the egress rules that AWS gives a new group (SG-5).
func DefaultEgress(ipv6 bool, at model.Provenance) []model.SecurityGroupRule {
	rules := []model.SecurityGroupRule{{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyIPv4}, Provenance: at}}
	if ipv6 {
		rules = append(rules, model.SecurityGroupRule{Direction: model.Egress, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: anyIPv6}, Provenance: at})
	}
	return rules
}

// DefaultACL is the network ACL that a VPC comes with (NACL-3): it lets
// everything through.
func DefaultACL(v *model.VPC) *model.NetworkACL {
	a := &model.NetworkACL{ID: DefaultACLID(v.ID), Meta: made(v, "default"), VPC: v.ID, IsDefault: true}
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		a.Rules = append(a.Rules, model.NetworkACLRule{Number: 100, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyIPv4})
		if HasIPv6(v) {
			a.Rules = append(a.Rules, model.NetworkACLRule{Number: 101, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyIPv6})
		}
	}
	return a
}

// addLocalRoutes gives a table the local routes that it lacks: one for each
// block of its VPC whose target the table does not replace (RT-17). Where the
// blocks are not known, nor are the routes.
func addLocalRoutes(v *model.VPC, t *model.RouteTable) {
	if v == nil {
		return
	}
	if gap := v.Missing[model.KindVPC]; gap != nil && t.RoutesUnknown == nil {
		t.RoutesUnknown = gap
	}
	var local []model.Route
	for i, p := range v.CIDRs {
		if slices.ContainsFunc(t.Routes, func(r model.Route) bool { return r.Prefix == p && r.Origin != model.EnableVGWRoutePropagation }) {
			continue
		}
		r := model.Route{Prefix: p, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive}
		if i < len(v.CIDRProvenance) {
			r.Provenance = v.CIDRProvenance[i]
		}
		local = append(local, r)
	}
	t.Routes = append(local, t.Routes...)
}

// addEndpointRoutes gives the tables of a gateway endpoint their route to the
// service's prefix list, which is made without entries where the network has
// none of that name.
func addEndpointRoutes(n *model.Network, e *model.VPCEndpoint) {
	if e.Type != model.GatewayEndpoint || e.Service == "" || !e.RoutesIPv4() {
		return
	}
	for _, id := range e.RouteTables {
		t := n.RouteTables[id]
		if t == nil || slices.ContainsFunc(t.Routes, func(r model.Route) bool { return r.Target.ID == string(e.ID) }) {
			continue
		}
		t.Routes = append(t.Routes, model.Route{PrefixList: servicePrefixList(n, e),
			Target: model.Target{Kind: model.KindVPCEndpoint, ID: string(e.ID)}, State: model.RouteActive, Provenance: e.Provenance})
	}
}

func servicePrefixList(n *model.Network, e *model.VPCEndpoint) model.PrefixListID {
	for _, l := range model.Sorted(n.PrefixLists) {
		if l.Name == e.Service && !l.IPv6 {
			return l.ID
		}
	}
	id := model.PrefixListID(e.Service)
	n.PrefixLists[id] = &model.PrefixList{ID: id, Meta: model.Meta{Name: e.Service, Region: e.Region}, EntriesUnknown: &model.Unknown{
		Subject: string(id), Attribute: "entries", Reason: "the design does not list AWS's addresses of the service", Provenance: e.Provenance}}
	return id
}

// NamedVPC is a VPC that the design names and does not hold: of all that lies in
// it, only what the design itself adds is known.
func NamedVPC(id model.VPCID, reason string, at model.Provenance) *model.VPC {
	v := &model.VPC{ID: id, Meta: model.Meta{Provenance: at}, EnableDNSSupport: true, DNSAssumed: true, Missing: map[model.Kind]*model.Unknown{}}
	for _, k := range []model.Kind{
		model.KindVPC, model.KindSubnet, model.KindRouteTable, model.KindNetworkACL, model.KindSecurityGroup, model.KindInterface,
		model.KindInstance, model.KindInternetGateway, model.KindEgressOnlyInternetGateway, model.KindNATGateway, model.KindVPCEndpoint,
	} {
		v.Missing[k] = &model.Unknown{Subject: string(id), Attribute: string(k), Reason: reason, Provenance: at}
	}
	return v
}

// StandInIPv6 is the /56 that stands for the block that Amazon will assign to a
// VPC: which one it is decides nothing, as long as it is nobody else's. It is of
// a documentation range (RFC 9637), and the same for every reader.
func StandInIPv6(vpc model.VPCID) netip.Prefix {
	h := fnv.New64a()
	h.Write([]byte(vpc))
	sum := h.Sum64()
	a := [16]byte{0x3f, 0xff, byte(sum>>32) & 0x0f, byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}
	return netip.PrefixFrom(netip.AddrFrom16(a), 56)
}
