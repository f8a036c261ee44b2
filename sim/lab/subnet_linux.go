package lab

import (
	"fmt"
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"

	"github.com/vpcwalk/vpcwalk/model"
)

// Priorities of the rules that choose a router's table.
const (
	returnToSender = 50
	deliver        = 90
	forward        = 100
)

// subnetRouter is a subnet: the bridge that its hosts are on, and the router.
//
//	hosts ── bridge ── routing by the device that a packet came in by ── VPC, gateways, other subnets …
//
// What comes from the bridge is looked up in the subnet's route table (RT-23); what
// comes from the VPC is for the bridge; what comes from a transit gateway is for
// the bridge or goes on by the route table (TGW-5). Hosts reach each other on the
// bridge, where no table and no filter of the subnet is (RT-22, NACL-4).
type subnetRouter struct {
	*namespace
	model  *model.Subnet
	cidr   netip.Prefix
	bridge device
	core   device // to the VPC's router
	table  int    // the route table
	inward int    // the table for what is delivered here
	// hubs are the devices towards transit gateways whose attachments name the
	// subnet.
	hubs []device
	// ways are those to targets of routes, once they are made.
	ways map[model.Target]device
}

func (l *Lab) buildSubnets() error {
	for _, m := range model.Sorted(l.network.Subnets) {
		s := &subnetRouter{model: m, cidr: ipv4(m.CIDRs), ways: map[model.Target]device{}}
		if !s.cidr.IsValid() {
			continue
		}
		acl := l.aclOf(m)
		if acl == nil {
			return fmt.Errorf("subnet %s has no network ACL: its VPC has no default one", m.ID)
		}
		if err := l.buildSubnet(s); err != nil {
			return err
		}
		l.subnets[m.ID] = s
		l.filters = append(l.filters, func() error { return s.filterSubnet(acl) })
	}
	return nil
}

func (l *Lab) buildSubnet(s *subnetRouter) (err error) {
	if s.namespace, err = l.newNamespace(string(s.model.ID), true); err != nil {
		return err
	}
	if s.bridge, err = s.namespace.bridge("bridge"); err != nil {
		return err
	}
	if err := s.address(s.bridge, s.router(), s.cidr.Bits()); err != nil {
		return err
	}
	v := l.vpcs[s.model.VPC]
	inner, outer, err := l.connect(s.namespace, v.namespace)
	if err != nil {
		return err
	}
	s.core = inner
	if err := v.route(mainTable, s.cidr, 0, outer); err != nil {
		return err
	}
	if s.table, err = s.newTable(); err != nil {
		return err
	}
	if err := s.from(s.bridge, s.table, forward); err != nil {
		return err
	}
	s.tables++
	s.inward = s.tables // falls through where a packet is for elsewhere
	if err := s.route(s.inward, s.cidr, 0, s.bridge); err != nil {
		return err
	}
	return s.from(s.core, s.inward, deliver)
}

// router is the address of the VPC's router in the subnet (SUB-3).
func (s *subnetRouter) router() netip.Addr { return s.cidr.Addr().Next() }

// host gives a host of the subnet its device, address and default route.
func (l *Lab) host(s *subnetRouter, n *namespace, addresses ...netip.Addr) (device, error) {
	port, own, err := s.pair(n)
	if err != nil {
		return own, err
	}
	if err := s.enslave(port, s.bridge); err != nil {
		return own, err
	}
	for _, a := range addresses {
		if err := n.address(own, a, s.cidr.Bits()); err != nil {
			return own, err
		}
	}
	gateway := own
	gateway.next = s.router()
	return own, n.route(mainTable, netip.PrefixFrom(netip.IPv4Unspecified(), 0), 0, gateway)
}

// hand makes the way on which s hands packets to what stands in the subnet "to",
// whatever their destination is (RT-25): at the other end all of them leave by one
// device.
func (l *Lab) hand(s, to *subnetRouter, leave device) (device, error) {
	if s == to {
		return leave, nil
	}
	here, there, err := l.connect(s.namespace, to.namespace)
	if err != nil {
		return here, err
	}
	return here, to.all(there, leave)
}

// all has everything that comes in by one device leave by another.
func (n *namespace) all(in, leave device) error {
	table, err := n.newTable()
	if err != nil {
		return err
	}
	if err := n.route(table, netip.PrefixFrom(netip.IPv4Unspecified(), 0), 0, leave); err != nil {
		return err
	}
	return n.from(in, table, forward)
}

// filterSubnet writes the subnet's network ACL. No rule asks for state, so the
// kernel tracks no connection in the namespace.
//
// A packet leaves the subnet when it comes from the bridge, or from the transit
// gateway's interface in the subnet, and it enters when it goes to either, unless
// both are in the subnet (NACL-4): but a host's packet to that interface is
// filtered both ways, and what the interface hands to a host not at all (TGW-23).
func (s *subnetRouter) filterSubnet(acl *model.NetworkACL) error {
	return s.filter(func(r *ruleset) error {
		leaving, entering := r.chain("egress"), r.chain("ingress")
		r.networkACL(leaving, acl, model.Egress)
		r.networkACL(entering, acl, model.Ingress)
		edge := r.hook("edge", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, nftables.ChainPolicyAccept)
		r.rule(edge, in(s.bridge), out(s.bridge), verdict(expr.VerdictAccept))
		for _, h := range s.hubs {
			r.rule(edge, in(h), out(s.bridge), verdict(expr.VerdictAccept))
			r.rule(edge, in(h), jump(leaving))
		}
		r.rule(edge, in(s.bridge), jump(leaving))
		r.rule(edge, out(s.bridge), jump(entering))
		for _, h := range s.hubs {
			r.rule(edge, out(h), jump(entering))
		}
		return nil
	})
}

// ipv4 gives the first IPv4 prefix, or the zero Prefix.
func ipv4(ps []netip.Prefix) netip.Prefix {
	for _, p := range ps {
		if p.Addr().Is4() {
			return p
		}
	}
	return netip.Prefix{}
}
