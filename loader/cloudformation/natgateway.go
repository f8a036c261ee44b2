package cloudformation

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// readNATGateway reads a NAT gateway, zonal or regional (RNAT-1). Its public
// addresses are not known before they are there.
func (b *builder) readNATGateway(r *resource) {
	g := &model.NATGateway{ID: model.NATGatewayID(r.id), Meta: b.meta(r), State: model.NATGatewayAvailable}
	subnet := b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet)
	g.Subnet = model.SubnetID(subnet.id)
	if s := b.subnet(subnet, ""); s != nil {
		g.VPC = s.VPC
	}
	if v := r.get("VpcId"); v.kind != absent {
		g.VPC = b.vpc(r, "VpcId", v)
	}
	if v := r.get("ConnectivityType"); v.kind != absent {
		g.Private = v.show() == "private" // NAT-1
	}
	g.Regional = r.get("AvailabilityMode").show() == "regional"
	for _, item := range r.get("AvailabilityZoneAddresses").list() { // RNAT-5
		if zone := zoneName(item.member("AvailabilityZone")); zone != "" {
			g.Zones = append(g.Zones, zone)
		} else if id, ok := item.member("AvailabilityZoneId").literal(); ok {
			g.Zones = append(g.Zones, id)
		}
	}
	private, _ := b.address(r, "PrivateIpAddress", r.get("PrivateIpAddress"), false)
	g.Addresses = []model.NATGatewayAddress{{Private: private}}
	for range r.get("SecondaryAllocationIds").list() {
		g.Addresses = append(g.Addresses, model.NATGatewayAddress{})
	}
	if !g.Regional && g.Subnet == "" {
		b.report(model.Error, "RNAT-1", r, r.at, "SubnetId: !Ref Subnet, or AvailabilityMode: regional", "the NAT gateway %s has no subnet", r.name)
	}
	b.network.NATGateways[g.ID] = g
}
