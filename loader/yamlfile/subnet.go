package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

type subnet struct {
	common
	cidrs                            list[value[netip.Prefix]]
	zone, zoneID                     value[string]
	routeTable, networkACL           openRef
	mapPublicIP, assignIPv6, enDNS64 value[bool]
}

var subnetShape = object("a subnet", "A range of the VPC's addresses in one Availability Zone.", commonKeys(func(s *subnet) *common { return &s.common }), []field[subnet]{
	key("cidr", many(cidr), func(s *subnet) *list[value[netip.Prefix]] { return &s.cidrs }, "its IPv4 block, its IPv6 blocks, or both"),
	key("availability_zone", text, func(s *subnet) *value[string] { return &s.zone }, "us-east-1a"),
	key("availability_zone_id", text, func(s *subnet) *value[string] { return &s.zoneID }, "use1-az1"),
	key("route_table", openRefTo, func(s *subnet) *openRef { return &s.routeTable }, "the route table that it is associated with; by default the VPC's main table"),
	key("network_acl", openRefTo, func(s *subnet) *openRef { return &s.networkACL }, "the network ACL that it is associated with; by default the VPC's default network ACL"),
	key("map_public_ip_on_launch", yesNo, func(s *subnet) *value[bool] { return &s.mapPublicIP }, "whether instances get a public IPv4 address unless they say otherwise; false by default"),
	key("assign_ipv6_address_on_creation", yesNo, func(s *subnet) *value[bool] { return &s.assignIPv6 }, "whether interfaces get an IPv6 address unless they say otherwise; false by default"),
	key("enable_dns64", yesNo, func(s *subnet) *value[bool] { return &s.enDNS64 }, "whether DNS64 is on (NAT-23); false by default"),
})

func (b *builder) buildSubnet(s *scope, e *entry[subnet]) {
	f := &e.v
	id := model.SubnetID(b.idOf(model.KindSubnet, s, e.key))
	m := &model.Subnet{
		ID:                          id,
		Meta:                        f.meta(e.key, e.at, s.meta),
		VPC:                         s.id,
		AvailabilityZone:            f.zone.or(""),
		AvailabilityZoneID:          f.zoneID.or(""),
		MapPublicIPOnLaunch:         f.mapPublicIP.or(false),
		AssignIPv6AddressOnCreation: f.assignIPv6.or(false),
		EnableDNS64:                 f.enDNS64.or(false),
		RouteTableUnknown:           f.routeTable.gap.unknown(string(id), "route_table"),
		NetworkACLUnknown:           f.networkACL.gap.unknown(string(id), "network_acl"),
		CIDRsUnknown:                f.cidrs.gap.unknown(string(id), "cidr"),
	}
	for _, c := range f.cidrs.items {
		if c.set {
			m.CIDRs = append(m.CIDRs, c.v)
		}
	}
	if !f.cidrs.set && s.file.given.or(true) && !s.file.asWritten.or(false) {
		b.d.errorf(e.at, "cidr: 10.0.1.0/24", "the subnet %s lacks its cidr", quote(e.key))
	}
	m.RouteTable = model.RouteTableID(b.id(model.KindRouteTable, s, &f.routeTable.ref))
	m.NetworkACL = model.NetworkACLID(b.id(model.KindNetworkACL, s, &f.networkACL.ref))
	b.n.Subnets[id] = m
}
