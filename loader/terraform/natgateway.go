package terraform

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readNATGateway reads a NAT gateway, zonal or regional (RNAT-1). One that is
// planned will be available.
func readNATGateway(b body) {
	g := &model.NATGateway{ID: model.NATGatewayID(b.r.id()), Meta: b.meta(), State: model.NATGatewayAvailable,
		Private: strings.EqualFold(b.str("connectivity_type"), "private"), Regional: strings.EqualFold(b.str("availability_mode"), "regional")}
	if b.network.NATGateways[g.ID] != nil {
		return
	}
	if b.r.isData() {
		switch strings.ToLower(b.str("state")) {
		case "pending":
			g.State = model.NATGatewayPending
		case "failed":
			g.State = model.NATGatewayFailed
		case "deleting":
			g.State = model.NATGatewayDeleting
		case "deleted":
			g.State = model.NATGatewayDeleted
		}
	}
	if g.Regional {
		g.VPC = b.vpc("vpc_id")
		g.RouteTable = model.RouteTableID(b.str("route_table_id"))
		blocks, _ := b.blocks("availability_zone_address")
		for _, x := range blocks { // manual mode: RNAT-5
			zone := x.str("availability_zone")
			if id := x.str("availability_zone_id"); id != "" {
				zone = id
			}
			g.Zones = append(g.Zones, zone)
			addresses, _ := x.refs("allocation_ids", wantAddress)
			for _, c := range addresses {
				g.Addresses = append(g.Addresses, b.natAddress(c))
			}
		}
		slices.Sort(g.Zones)
		if len(g.Addresses) == 0 {
			g.Addresses = make([]model.NATGatewayAddress, 1)
		}
		b.network.NATGateways[g.ID] = g
		return
	}
	g.Subnet = b.subnet("subnet_id", b.holdsAddress("private_ip"))
	if s := b.network.Subnets[g.Subnet]; s != nil {
		g.VPC = s.VPC
	} else {
		g.VPC = model.VPCID(b.str("vpc_id"))
	}
	c, _ := b.ref("allocation_id", wantAddress, nil)
	first := b.natAddress(c)
	if first.Private = b.addr("private_ip"); !first.Public.IsValid() && !g.Private {
		first.Public = b.addr("public_ip")
	}
	first.Interface = model.InterfaceID(b.str("network_interface_id"))
	if first.Interface != "" && b.network.Interfaces[first.Interface] == nil && first.Private.IsValid() {
		i := b.newInterface(first.Interface, g.Subnet, model.OwnerRef{Kind: model.KindNATGateway, ID: string(g.ID)}, "nat_gateway")
		i.Unassigned4, i.RequesterManaged = false, true
		i.Addresses = []model.Address{{IP: first.Private, Public: first.Public, Provenance: b.r.place}}
	}
	g.Addresses = append(g.Addresses, first)
	b.secondary(g)
	b.network.NATGateways[g.ID] = g
}

// secondary adds the secondary addresses.
func (b body) secondary(g *model.NATGateway) {
	private, _ := b.list("secondary_private_ip_addresses")
	public, _ := b.refs("secondary_allocation_ids", wantAddress)
	for i := range max(len(private), len(public)) {
		var a model.NATGatewayAddress
		if i < len(public) {
			a = b.natAddress(public[i])
		}
		if i < len(private) {
			a.Private = b.parseAddr("secondary_private_ip_addresses", private[i])
		}
		g.Addresses = append(g.Addresses, a)
	}
}

// natAddress is the address pair of an Elastic IP.
func (b *builder) natAddress(c candidate) model.NATGatewayAddress {
	if e := b.elasticIPs[c.id]; e != nil {
		return model.NATGatewayAddress{Public: e.PublicIP}
	}
	return model.NATGatewayAddress{}
}

// readNATAssociation reads a secondary address that is a resource of its own.
func readNATAssociation(b body) {
	gateway, _ := b.ref("nat_gateway_id", wantNAT, nil)
	address, _ := b.ref("allocation_id", wantAddress, nil)
	if g := b.network.NATGateways[model.NATGatewayID(gateway.id)]; g != nil {
		g.Addresses = append(g.Addresses, b.natAddress(address))
	}
}
