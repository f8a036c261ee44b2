package terraform

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// openIPv6Block is the attribute that a subnet's gap names where its IPv6 block
// alone is open.
const openIPv6Block = "ipv6_cidr_block"

// readSubnet reads a subnet, be it managed or only named.
func readSubnet(b body) {
	s := &model.Subnet{
		ID: model.SubnetID(b.r.id()), Meta: b.meta(),
		AvailabilityZone: b.str("availability_zone"), AvailabilityZoneID: b.str("availability_zone_id"),
		MapPublicIPOnLaunch:         b.boolOr("map_public_ip_on_launch", b.r.kind == "aws_default_subnet"),
		AssignIPv6AddressOnCreation: b.boolean("assign_ipv6_address_on_creation"),
		EnableDNS64:                 b.boolean("enable_dns64"),
	}
	if old := b.network.Subnets[s.ID]; old != nil && b.r.isData() {
		return // managed in this very configuration
	}
	cidr := b.prefix("cidr_block")
	s.VPC = b.subnetVPC(cidr)
	for _, p := range []netip.Prefix{cidr, b.prefix("ipv6_cidr_block")} {
		if p.IsValid() && !slices.Contains(s.CIDRs, p) {
			s.CIDRs = append(s.CIDRs, p)
		}
	}
	if b.open("ipv6_cidr_block") != nil {
		if p, ok := b.nextIPv6(s.VPC); ok {
			s.CIDRs = append(s.CIDRs, p)
		} else {
			s.CIDRsUnknown = b.unknownAt(openIPv6Block)
		}
	}
	if !cidr.IsValid() && !b.boolean("ipv6_native") {
		s.CIDRsUnknown = b.unknownAt("cidr_block")
		if b.r.kind == "aws_default_subnet" {
			s.CIDRsUnknown.Reason = "the configuration does not tell the block of a default subnet"
		}
	}
	b.network.Subnets[s.ID] = s
}

// subnetVPC is the subnet's VPC, where need be the only one that has its block.
func (b body) subnetVPC(cidr netip.Prefix) model.VPCID {
	holds := func(c candidate) bool {
		v := b.network.VPCs[model.VPCID(c.id)]
		return v == nil || len(v.CIDRs) == 0 || v.Contains(cidr.Addr())
	}
	if !cidr.IsValid() {
		holds = nil
	}
	if c, u := b.ref("vpc_id", wantVPC, holds); u == nil && c.id != "" {
		return model.VPCID(c.id)
	}
	return b.vpc("vpc_id")
}

// subnet is the subnet that an attribute names. Where it is open it is one of
// its own, of which nothing is known; empty where it is unset.
func (b body) subnet(name string, keep func(candidate) bool) model.SubnetID {
	c, u := b.ref(name, wantSubnet, keep)
	if u != nil {
		return b.openSubnet(name, u)
	}
	return model.SubnetID(c.id)
}

// openSubnet stands for a subnet that is known only after apply. Its VPC is
// told where all that it may be are in one.
func (b body) openSubnet(name string, u *model.Unknown) model.SubnetID {
	s := &model.Subnet{ID: model.SubnetID(b.r.address + " " + b.path + name), CIDRsUnknown: u, RouteTableUnknown: u, NetworkACLUnknown: u}
	s.Provenance = b.r.place
	s.VPC = model.VPCID(s.ID)
	for i, c := range b.candidates(name, wantSubnet).found {
		known := b.network.Subnets[model.SubnetID(c.id)]
		if known == nil || i > 0 && known.VPC != s.VPC {
			s.VPC = model.VPCID(s.ID)
			break
		}
		s.VPC = known.VPC
	}
	b.network.Subnets[s.ID] = s
	return s.ID
}

// defaultSubnet stands for one of the default VPC's subnets.
func (b body) defaultSubnet() model.SubnetID {
	vpc := b.defaultVPC()
	id := model.SubnetID("a subnet of " + vpc)
	if b.network.Subnets[id] == nil {
		u := &model.Unknown{Subject: string(id), Attribute: "subnet_id", Reason: "AWS chooses one of the default VPC's subnets"}
		b.network.Subnets[id] = &model.Subnet{ID: id, VPC: vpc, CIDRsUnknown: u, RouteTableUnknown: u, NetworkACLUnknown: u}
	}
	return id
}

// subnetsOf are the subnets that an attribute names, each with what it is. The
// gap is set where there may be others.
func (b body) subnetsOf(name string) ([]model.SubnetID, *model.Unknown) {
	cs, u := b.refs(name, wantSubnet)
	var out []model.SubnetID
	for _, c := range cs {
		out = append(out, model.SubnetID(c.id))
	}
	if u != nil {
		out = append(out, b.openSubnet(name, u))
	}
	slices.Sort(out)
	return slices.Compact(out), u
}

// groupsOf are the security groups that an attribute names; the VPC's default
// group where it is unset and byDefault asks for that (SG-4).
func (b body) groupsOf(name string, vpc model.VPCID, byDefault bool) ([]model.SecurityGroupID, *model.Unknown) {
	cs, u := b.refs(name, wantGroup)
	var out []model.SecurityGroupID
	for _, c := range cs {
		out = append(out, model.SecurityGroupID(c.id))
	}
	if len(out) == 0 && u == nil && byDefault {
		out = append(out, b.defaultGroup(vpc))
	}
	return out, u
}
