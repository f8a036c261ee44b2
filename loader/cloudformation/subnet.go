package cloudformation

import (
	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readSubnet(r *resource) {
	s := &model.Subnet{ID: model.SubnetID(r.id), Meta: b.meta(r), VPC: b.vpc(r, "VpcId", r.get("VpcId"))}
	for _, attribute := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		p, gap := b.prefix(r, attribute, r.get(attribute))
		if gap != nil {
			s.CIDRsUnknown = gap
		} else if p.IsValid() {
			s.CIDRs = append(s.CIDRs, p)
		}
	}
	for _, attribute := range []string{"Ipv4IpamPoolId", "Ipv6IpamPoolId"} {
		if v := r.get(attribute); v.kind != absent {
			s.CIDRsUnknown = r.unknown(attribute, &open{reason: "IPAM assigns the block when the stack is deployed"}, v.at)
		}
	}
	if len(s.CIDRs) == 0 && s.CIDRsUnknown == nil {
		s.CIDRsUnknown = b.unreadable(r, "SUB-2", "CidrBlock", r.at, "the subnet has none")
	}
	s.AvailabilityZone = zoneName(r.get("AvailabilityZone"))
	s.AvailabilityZoneID, _ = r.get("AvailabilityZoneId").literal()
	var gap *model.Unknown
	if s.MapPublicIPOnLaunch, gap = b.flag(r, "MapPublicIpOnLaunch", r.get("MapPublicIpOnLaunch"), false); gap != nil { // SUB-10
		b.mapPublic[s.ID] = gap
	}
	s.AssignIPv6AddressOnCreation, _ = b.flag(r, "AssignIpv6AddressOnCreation", r.get("AssignIpv6AddressOnCreation"), false) // SUB-11
	s.EnableDNS64, _ = b.flag(r, "EnableDns64", r.get("EnableDns64"), false)
	b.network.Subnets[s.ID] = s
}

// zoneName is the name of an Availability Zone, or what stands for it: equal
// names are one zone, and items of one Fn::GetAZs are different ones.
func zoneName(v value) string {
	if text, ok := v.literal(); ok {
		return text
	}
	if v.kind == openValue {
		return v.open.label
	}
	return ""
}

func (b *builder) readSubnetCIDRBlock(r *resource) {
	s := b.network.Subnets[model.SubnetID(b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet).id)]
	if s == nil {
		return
	}
	p, gap := b.prefix(r, "Ipv6CidrBlock", r.get("Ipv6CidrBlock"))
	switch {
	case r.doubt() != nil:
		s.CIDRsUnknown = r.doubt()
	case gap != nil:
		s.CIDRsUnknown = gap
	case p.IsValid():
		s.CIDRs = append(s.CIDRs, p)
	}
}

// subnet gives the subnet that a property names. One that the templates only name
// is made, unknown, unless AWS's ID says that another input may have it.
func (b *builder) subnet(i identity, vpc model.VPCID) *model.Subnet {
	id := model.SubnetID(i.id)
	if s := b.network.Subnets[id]; s != nil || i.id == "" || i.outside() {
		return s
	}
	gap := i.gap
	if gap == nil {
		return nil
	}
	s := &model.Subnet{ID: id, VPC: vpc, Meta: model.Meta{Provenance: gap.Provenance}, CIDRsUnknown: gap, RouteTableUnknown: gap, NetworkACLUnknown: gap}
	s.Provenance.Address = ""
	b.network.Subnets[id] = s
	b.mapPublic[id] = gap
	return s
}
