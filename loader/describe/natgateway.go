package describe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var natStates = map[string]model.NATGatewayState{
	"pending": model.NATGatewayPending, "available": model.NATGatewayAvailable, "failed": model.NATGatewayFailed,
	"deleting": model.NATGatewayDeleting, "deleted": model.NATGatewayDeleted,
}

// readNATGateway reads an element of NatGateways, zonal or regional (RNAT-1).
func readNATGateway(r *reader) {
	m := r.begin()
	var g model.NATGateway
	var state, provision string
	var zones []string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "NatGatewayId":
			g.ID = model.NATGatewayID(r.str())
		case "VpcId":
			g.VPC = model.VPCID(r.str())
		case "SubnetId":
			g.Subnet = model.SubnetID(r.str())
		case "ConnectivityType":
			g.Private = strings.EqualFold(r.str(), "private")
		case "AvailabilityMode":
			g.Regional = strings.EqualFold(r.str(), "regional")
		case "AutoProvisionZones":
			provision = r.str()
		case "RouteTableId":
			g.RouteTable = model.RouteTableID(r.str())
		case "State":
			state = r.str()
		case "NatGatewayAddresses":
			g.Addresses, zones = r.natAddresses()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(g.ID))
	if !ok {
		return
	}
	g.Meta = meta
	if g.State, ok = natStates[strings.ToLower(state)]; !ok {
		r.report(model.Diagnostic{Severity: model.Error, Rule: "NAT-12", Resource: string(g.ID), Provenance: g.Provenance,
			Summary: fmt.Sprintf("%q is no state of a NAT gateway", clip(state)), Detail: "Expected pending, available, failed, deleting or deleted."})
	}
	if g.Regional && strings.EqualFold(provision, "disabled") { // manual mode: RNAT-5
		g.Zones = slices.Compact(slices.Sorted(slices.Values(zones)))
	}
	r.natGateways = append(r.natGateways, &g)
}

// natAddresses reads NatGatewayAddresses, the primary one first, and the zones
// that they serve. An address that is on its way in or out is not used.
func (r *reader) natAddresses() ([]model.NATGatewayAddress, []string) {
	var list []model.NATGatewayAddress
	var zones []string
	for ok := r.array(); ok && r.element(); {
		var a model.NATGatewayAddress
		var primary bool
		var status, zone, zoneID string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "PrivateIp":
				a.Private = r.addr()
			case "PublicIp":
				a.Public = r.addr()
			case "NetworkInterfaceId":
				a.Interface = model.InterfaceID(r.str())
			case "IsPrimary":
				primary = r.boolean()
			case "Status":
				status = r.str()
			case "AvailabilityZone":
				zone = r.str()
			case "AvailabilityZoneId":
				zoneID = r.str()
			default:
				r.skip()
			}
		}
		if status != "" && !strings.EqualFold(status, "succeeded") && !primary {
			continue
		}
		if z := cmp.Or(zoneID, zone); z != "" {
			zones = append(zones, z)
		}
		if primary {
			list = slices.Insert(list, 0, a)
		} else {
			list = append(list, a)
		}
	}
	return list, zones
}

// linkNATGateways gives a zonal NAT gateway the VPC of its subnet where only
// that is told, and its addresses what its interfaces know.
func (b *builder) linkNATGateways() {
	for _, g := range b.network.NATGateways {
		if s := b.network.Subnets[g.Subnet]; s != nil && g.VPC == "" {
			g.VPC = s.VPC
		}
		for j := range g.Addresses {
			a := &g.Addresses[j]
			if i := b.network.Interfaces[a.Interface]; i != nil && !a.Private.IsValid() {
				a.Private = i.Primary(false).IP
			}
		}
	}
}
