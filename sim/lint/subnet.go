package lint

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

func aboutSubnet(sn *model.Subnet) about {
	return about{kind: model.KindSubnet, id: string(sn.ID), name: sn.Name, at: sn.Provenance}
}

// wayOut is how a subnet's IPv4 traffic may leave with a public address.
type wayOut uint8

const (
	wayUnknown        wayOut = iota
	noWayOut                 // nothing that leads to an internet gateway
	byMiddlebox              // by something that may pass it on to one
	byInternetGateway        // straight
)

// wayOut is that of a subnet's table.
func (l *linter) wayOut(sn *model.Subnet) wayOut {
	rt := l.n.RouteTables[l.e.SubnetRouteTable(sn.ID)]
	if rt == nil || rt.RoutesUnknown != nil {
		return wayUnknown
	}
	w, ok := l.waysOut[rt.ID]
	if !ok {
		w = l.wayOutBy(rt)
		l.waysOut[rt.ID] = w
	}
	return w
}

func (l *linter) wayOutBy(rt *model.RouteTable) wayOut {
	best := noWayOut
	for _, u := range l.e.RouteUses(rt.ID) {
		switch {
		case u.Route.Unknown != nil || u.Open && u.Route.Target.Kind == "":
			return wayUnknown
		case u.Gone != "" || !u.Open && !u.Takes.Overlaps(packet.AllIPv4):
			continue
		}
		switch u.Route.Target.Kind {
		case model.KindInternetGateway, model.KindCarrierGateway:
			best = byInternetGateway
		case model.KindVPC, model.KindNATGateway, model.KindEgressOnlyInternetGateway, model.KindTransitGateway,
			model.KindVPCPeeringConnection, model.KindVPNGateway:
		case model.KindVPCEndpoint:
			if e := l.n.VPCEndpoints[model.VPCEndpointID(u.Route.Target.ID)]; e == nil && u.Route.PrefixList == "" || e != nil && e.Type != model.GatewayEndpoint {
				best = max(best, byMiddlebox)
			}
		default:
			best = max(best, byMiddlebox)
		}
	}
	return best
}

// publicSubnets finds public addresses that no route lets out (IGW-10, NAT-7), and
// routes to an internet gateway that nothing in the subnet has an address for
// (IGW-4).
func (l *linter) publicSubnets() {
	nats := map[model.SubnetID]bool{}
	for _, n := range model.Sorted(l.n.NATGateways) {
		if n.Private || n.Regional || n.Subnet == "" {
			continue
		}
		nats[n.Subnet] = true
		sn := l.n.Subnets[n.Subnet]
		live := n.State == model.NATGatewayAvailable || n.State == model.NATGatewayPending
		if sn != nil && live && l.wayOut(sn) == noWayOut {
			a := about{kind: model.KindNATGateway, id: string(n.ID), name: n.Name, at: n.Provenance}
			l.report(NATGatewayNoGateway, a, []Related{{aboutSubnet(sn).String(), sn.Provenance}},
				fmt.Sprintf("public %s is in %s, whose route table has no route to an internet gateway", a, aboutSubnet(sn)),
				"move it to a public subnet, or add the route to its subnet's table")
		}
	}
	for _, sn := range model.Sorted(l.n.Subnets) {
		if !l.whole(sn.VPC, model.KindInterface, model.KindRouteTable) {
			continue
		}
		switch l.wayOut(sn) {
		case noWayOut:
			l.publicInPrivate(sn)
		case byInternetGateway:
			if !nats[sn.ID] {
				l.privateInPublic(sn)
			}
		case byMiddlebox, wayUnknown:
		}
	}
}

func (l *linter) publicInPrivate(sn *model.Subnet) {
	var related []Related
	var names []string
	for _, i := range l.inSubnet[sn.ID] {
		if hasPublic(i) && i.Owner.Kind != model.KindNATGateway && i.Type != "nat_gateway" {
			names = append(names, string(i.ID))
			related = append(related, Related{"interface " + string(i.ID), i.Provenance})
		}
	}
	if len(names) == 0 {
		return
	}
	const most = 3
	who := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		who += fmt.Sprintf(" and %d more", len(names)-most)
	}
	l.report(SubnetPublicNoGateway, aboutSubnet(sn), related[:min(most, len(related))],
		fmt.Sprintf("the public addresses of %s in %s (%s) cannot be used: its route table has no route to an internet gateway",
			plural(len(names), "interface"), aboutSubnet(sn), who),
		"route 0.0.0.0/0 to the internet gateway, or take the addresses away")
}

func hasPublic(i *model.Interface) bool {
	if i.PublicUnassigned {
		return true
	}
	for _, a := range i.Addresses {
		if a.Public.IsValid() || a.PublicUnassigned {
			return true
		}
	}
	return false
}

// privateInPublic looks at subnets of instances and the like alone: appliances, VPC
// endpoints and load balancers use such a route for others.
func (l *linter) privateInPublic(sn *model.Subnet) {
	if sn.MapPublicIPOnLaunch || len(l.inSubnet[sn.ID]) == 0 {
		return
	}
	for _, e := range l.n.VPCEndpoints {
		for _, id := range e.Subnets {
			if id == sn.ID && e.Type == model.GatewayLoadBalancerEndpoint {
				return
			}
		}
	}
	v4 := false
	for _, i := range l.inSubnet[sn.ID] {
		ordinary := i.Owner.IsZero() || i.Owner.Kind == model.KindInstance || i.Owner.Kind == model.KindOwner
		if hasPublic(i) || i.PublicUnknown != nil || i.SourceDestCheckDisabled || i.RequesterManaged || !ordinary {
			return
		}
		v4 = v4 || i.Unassigned4 || i.Primary(false).IP.IsValid()
	}
	if v4 {
		l.report(SubnetGatewayNoPublic, aboutSubnet(sn), nil,
			fmt.Sprintf("%s has a route to an internet gateway, and none of its interfaces has a public IPv4 address to use it with", aboutSubnet(sn)),
			"route to a NAT gateway, or give out public addresses")
	}
}
