package describe

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// standIn makes an interface that an owner certainly has and the snapshot does not: its
// address is any of its subnet's. Nil where the subnet is not described either.
func (b *builder) standIn(id model.InterfaceID, subnet model.SubnetID, owner model.OwnerRef, m *model.Meta) *model.Interface {
	s := b.network.Subnets[subnet]
	if s == nil {
		return nil
	}
	i := &model.Interface{ID: id, VPC: s.VPC, Subnet: subnet, Type: "interface", Owner: owner, RequesterManaged: true}
	i.Account, i.Region, i.Provenance = m.Account, m.Region, m.Provenance
	i.Unassigned4 = s.CIDRsUnknown != nil || slices.ContainsFunc(s.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is4() })
	b.network.Interfaces[id] = i
	return i
}

// standInFor makes an owner's interfaces, one in each of its subnets.
func (b *builder) standInFor(o *model.Owner, kind model.Kind, subnets []model.SubnetID) []*model.Interface {
	var out []*model.Interface
	for _, subnet := range slices.Compact(slices.Sorted(slices.Values(subnets))) {
		id := model.InterfaceID(string(o.ID) + "@" + string(subnet))
		if i := b.standIn(id, subnet, model.OwnerRef{Kind: kind, ID: string(o.ID)}, &o.Meta); i != nil {
			o.Interfaces = append(o.Interfaces, i.ID)
			o.VPC = i.VPC
			out = append(out, i)
		}
	}
	b.reportStandIns(o.Name, &o.Meta, len(out))
	return out
}

func (b *builder) reportStandIns(name string, m *model.Meta, made int) {
	if made > 0 {
		b.report(model.Diagnostic{Severity: model.Note, Resource: name, Provenance: m.Provenance,
			Summary: "the snapshot has no interface of " + clip(name) + ": it has one in each of its subnets, with any address of the subnet",
			Detail:  "Run aws ec2 describe-network-interfaces to have them."})
	}
}

// linkEndpointInterfaces makes the interfaces of endpoints of which the snapshot has
// none.
func (b *builder) linkEndpointInterfaces() {
	has := map[string]bool{}
	for _, i := range b.network.Interfaces {
		if i.Owner.Kind == model.KindVPCEndpoint {
			has[i.Owner.ID] = true
		}
	}
	for _, e := range model.Sorted(b.network.VPCEndpoints) {
		switch e.Type {
		case model.InterfaceEndpoint, model.ResourceEndpoint, model.ServiceNetworkEndpoint:
			if !has[string(e.ID)] {
				b.standInForEndpoint(e)
			}
		case model.GatewayEndpoint, model.GatewayLoadBalancerEndpoint:
		default:
			panic("describe: VPC endpoint type " + string(e.Type))
		}
	}
}

// standInForEndpoint makes an endpoint's interfaces: one in each of its subnets, with
// its groups (IFEP-1, IFEP-2).
func (b *builder) standInForEndpoint(e *model.VPCEndpoint) {
	listed := e.Interfaces
	var made []model.InterfaceID
	for _, subnet := range e.Subnets {
		id := model.InterfaceID(string(e.ID) + "@" + string(subnet))
		if len(e.Subnets) == 1 && len(listed) == 1 {
			id = listed[0]
		}
		i := b.standIn(id, subnet, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(e.ID)}, &e.Meta)
		if i == nil {
			return
		}
		i.Type, i.Groups = "vpc_endpoint", slices.Clone(e.Groups)
		if len(e.Groups) == 0 { // it always has some (IFEP-2)
			i.GroupsUnknown = &model.Unknown{Subject: string(e.ID), Attribute: "Groups", Reason: "the snapshot does not give them", Provenance: e.Provenance}
		}
		made = append(made, id)
	}
	if made != nil {
		e.Interfaces = made
		b.reportStandIns(string(e.ID), &e.Meta, len(made))
	}
}

// standInForBalancer makes the nodes of a balancer of which the snapshot has none (ELB-1).
func (b *builder) standInForBalancer(l *loadBalancer, o *model.Owner) {
	if len(o.Interfaces) > 0 || !l.Available {
		return
	}
	for _, i := range b.standInFor(o, model.KindLoadBalancer, l.Subnets) {
		if l.Type == model.GatewayLoadBalancer {
			i.Type = "gateway_load_balancer"
			continue
		}
		if l.Type == model.NetworkLoadBalancer {
			i.Type = "network_load_balancer"
		}
		i.Groups, i.GroupsUnknown = slices.Clone(l.Groups), l.GroupsUnknown
		if len(l.Groups) == 0 && l.Type == model.ClassicLoadBalancer { // it always has some (ENI-10)
			i.GroupsUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "SecurityGroups", Reason: "the snapshot does not give them", Provenance: l.Provenance}
		}
		i.PublicUnassigned = !l.Internal && l.addressType != "dualstack-without-public-ipv4"
		if s := b.network.Subnets[i.Subnet]; l.addressType != "" && l.addressType != "ipv4" {
			i.Unassigned6 = slices.ContainsFunc(s.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() })
		}
	}
}
