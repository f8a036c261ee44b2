package sim

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// subnet is a compiled subnet: an edge with a network ACL, and a router.
type subnet struct {
	comp   Component
	model  *model.Subnet
	vpc    *vpc
	cidrs  packet.Addrs
	router packet.Addrs // the addresses that its router answers at
	exempt packet.Addrs // where nothing filters (LL-1)
	table  *routeTable  // never nil; unknown inside where the input does not tell
	nacl   *networkACL  // never nil; likewise
	// owned are the addresses of the subnet that something has.
	owned packet.Addrs
	// redirected are, for IPv4 and IPv6, the routes of the VPC's internet gateway
	// table that send the subnet's inbound traffic to a middlebox; nil without one
	// (GRT-7). One says nothing about the other (PIPE-7).
	redirected4, redirected6 *route
}

func (sn *subnet) redirected(v6 bool) *route {
	if v6 {
		return sn.redirected6
	}
	return sn.redirected4
}

// send takes a packet from something in the subnet, whatever it is (RT-24):
// straight to a neighbour, without a network ACL or a route (RT-22, NACL-4), or
// over the edge, by the table of the subnet that it leaves (RT-23).
func (sn *subnet) send(w *walk, s state) outcome {
	s.from = sn
	var o outcome
	if u := sn.model.CIDRsUnknown; u != nil {
		return w.lostTrack(s, gapEvidence(sn.comp, egress, UnknownValue, u, nil))
	}
	in, out := s.split(s.hdr.dst, sn.cidrs)
	if !in.flows.IsEmpty() {
		if s.leg == model.Forward && s.via.isClassicNode() { // CLB-2, NACL-5: requests and health checks
			sn.nacl.crossAs(w, &in, egress, ELBACLRestriction)
		}
		o = sn.vpc.hand(w, in, sn.table, func(to addressee, s state) outcome { return to.deliver(w, s) })
	}
	if out.flows.IsEmpty() {
		return o
	}
	sn.acl(w, &out, egress)
	return o.or(sn.table.forward(w, out))
}

// enter takes a packet that comes from outside the subnet to something in it.
func (sn *subnet) enter(w *walk, s state, to addressee) outcome {
	sn.acl(w, &s, ingress)
	return to.deliver(w, s)
}

// acl asks the subnet's network ACL, unless the packet goes to or comes from
// where nothing is filtered.
func (sn *subnet) acl(w *walk, s *state, dir direction) { sn.nacl.cross(w, s, dir) }

// taken are the addresses of the subnet that something has already.
func (sn *subnet) taken() packet.Addrs { return sn.owned }

// routerAddrs are where a subnet's router answers: base+1 of each IPv4 block
// and ::1 of each IPv6 block, and fe80:ec2::1 where there is one (SUB-3, SUB-5).
func routerAddrs(cidrs []netip.Prefix) packet.Addrs {
	var out packet.Addrs
	for _, p := range cidrs {
		out = out.Or(packet.Addr(p.Masked().Addr().Next()))
		if p.Addr().Is6() {
			out = out.Or(addrs("fe80:ec2::1"))
		}
	}
	return out
}
