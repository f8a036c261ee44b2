package lab

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// Metrics of a subnet's routes: of equal prefixes a CIDR's route is better than a
// prefix list's (RT-3).
const (
	staticRoute     = 10
	prefixListRoute = 20
)

// buildRoutes writes each subnet's route table into its router. The kernel finds
// the longest prefix (RT-2), and what wins it counts, a black hole too (RT-11).
func (l *Lab) buildRoutes() error {
	for _, m := range model.Sorted(l.network.Subnets) {
		s := l.subnets[m.ID]
		if s == nil {
			continue
		}
		rt := l.tableOf(m)
		if rt == nil {
			return fmt.Errorf("subnet %s has no route table: its VPC has no main one", m.ID)
		}
		if err := l.fillTable(s, rt); err != nil {
			return err
		}
	}
	return l.buildReturnToSender()
}

func (l *Lab) fillTable(s *subnetRouter, rt *model.RouteTable) error {
	written := map[netip.Prefix]bool{}
	for i := range rt.Routes {
		r := &rt.Routes[i]
		metric := staticRoute
		if r.PrefixList != "" {
			metric = prefixListRoute
		}
		var way device
		if r.State == model.RouteActive {
			var err error
			if way, err = l.way(s, r.Target); err != nil {
				return err
			}
		}
		for _, p := range l.prefixes(r.Prefix, r.PrefixList) {
			written[p] = written[p] || metric == staticRoute
			if err := s.route(s.table, p, metric, way); err != nil {
				return err
			}
		}
	}
	for _, c := range l.vpcs[s.model.VPC].model.CIDRs { // VPC-10
		if c.Addr().Is4() && !written[c] {
			if err := s.route(s.table, c, staticRoute, s.core); err != nil {
				return err
			}
		}
	}
	return nil
}

// tableOf is the subnet's own table, or the VPC's main one (SUB-7).
func (l *Lab) tableOf(s *model.Subnet) *model.RouteTable {
	if s.RouteTable != "" {
		return l.network.RouteTables[s.RouteTable]
	}
	for _, rt := range model.Sorted(l.network.RouteTables) {
		if rt.VPC == s.VPC && rt.Main {
			return rt
		}
	}
	return nil
}

// aclOf is the subnet's own network ACL, or the VPC's default one (SUB-8).
func (l *Lab) aclOf(s *model.Subnet) *model.NetworkACL {
	if s.NetworkACL != "" {
		return l.network.NetworkACLs[s.NetworkACL]
	}
	for _, acl := range model.Sorted(l.network.NetworkACLs) {
		if acl.VPC == s.VPC && acl.IsDefault {
			return acl
		}
	}
	return nil
}

// way is the device by which a subnet's router reaches a target; the zero device
// where there is none: a black hole (RT-10).
func (l *Lab) way(s *subnetRouter, t model.Target) (device, error) {
	if d, ok := s.ways[t]; ok {
		return d, nil
	}
	d, err := l.openWay(s, t)
	if err == nil {
		s.ways[t] = d
	}
	return d, err
}

func (l *Lab) openWay(s *subnetRouter, t model.Target) (device, error) {
	switch t.Kind {
	case model.KindVPC:
		return s.core, nil
	case model.KindInternetGateway:
		g := l.gateways[model.InternetGatewayID(t.ID)]
		if g == nil || g.model.VPC != s.model.VPC { // IGW-1
			return device{}, nil
		}
		here, there, err := l.connect(s.namespace, g.namespace)
		if err != nil {
			return device{}, err
		}
		return here, g.from(there, g.outward, forward)
	case model.KindNATGateway:
		g := l.nats[model.NATGatewayID(t.ID)]
		if g == nil || g.model.VPC != s.model.VPC {
			return device{}, nil
		}
		return l.hand(s, g.subnet, g.at)
	case model.KindVPCPeeringConnection:
		p := l.peerings[model.VPCPeeringConnectionID(t.ID)]
		if p == nil || p.beyond[s.model.VPC] == 0 {
			return device{}, nil
		}
		here, there, err := l.connect(s.namespace, p.namespace)
		if err != nil {
			return device{}, err
		}
		return here, p.from(there, p.beyond[s.model.VPC], forward)
	case model.KindTransitGateway:
		hub := l.hubs[model.TransitGatewayID(t.ID)]
		if hub == nil {
			return device{}, nil
		}
		d, ok := hub.door(s.model.VPC, s.model.Zone())
		if !ok {
			return device{}, nil
		}
		return l.hand(s, d.subnet, d.inner)
	}
	return device{}, fmt.Errorf("the lab has no likeness for a route to %s %s", t.Kind, t.ID)
}
