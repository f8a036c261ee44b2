package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// blockPublicAccess is VPC Block Public Access as it stands for a VPC: the
// setting of its owner's account and Region, and the exclusions (BPA-1, BPA-13).
// It acts at internet and egress-only gateways only (BPA-2), on the first packet
// of a flow: what it lets pass, it lets be answered.
type blockPublicAccess struct {
	vpc        *vpc
	mode       model.BlockPublicAccessMode
	where      model.Provenance
	vpcWide    exclusion
	forSubnets map[model.SubnetID]exclusion
	// open is set where the mode is: mode is then the strictest. perhaps are the
	// exclusions of the network that there may be.
	open    *model.Unknown
	perhaps []perhapsExcluded
}

// perhapsExcluded is an exclusion of a VPC or subnet that there may be.
type perhapsExcluded struct {
	vpc    model.VPCID
	subnet model.SubnetID
	allows exclusion
	open   *model.Unknown
}

// exclusion is what an exclusion allows; the most permissive one counts.
type exclusion uint8

const (
	notExcluded exclusion = iota
	allowEgress
	allowBidirectional
)

// of is the exclusion that holds for a subnet.
func (p *blockPublicAccess) of(sn *subnet) exclusion {
	if sn == nil {
		return p.vpcWide
	}
	return max(p.vpcWide, p.forSubnets[sn.model.ID])
}

// blocks is the table of BPA-3, with BPA-4 and BPA-5. Direct is from an interface to the gateway or
// back; mediated is through a NAT gateway or an egress-only gateway.
func (p *blockPublicAccess) blocks(x exclusion, outbound, mediated bool) bool {
	switch {
	case p.mode == model.BlockPublicAccessOff || x == allowBidirectional:
		return false
	case p.mode == model.BlockIngress:
		return !(mediated && outbound)
	}
	return !(x == allowEgress && mediated && outbound)
}

// leave is asked where a packet goes out by a gateway.
func (p *blockPublicAccess) leave(w *walk, s *state, g node) {
	if p.mode == model.BlockPublicAccessOff || s.leg == model.Return {
		return
	}
	subject := s.from
	if subject != nil && s.hdr.src.kind == flowSrc {
		// BPA-10: behind an appliance with ingress routing the workload's subnet is the
		// one to exclude; behind an endpoint that leads to one the endpoint's (BPA-7).
		if sn := p.vpc.subnetOf(s.hdr.src.ofSet(s.flows)); sn != nil && sn != subject {
			if r := sn.redirected(s.hdr.v6); r != nil && r.leadsTo(s.cameFrom) {
				subject = sn.facing(s.hdr.v6)
			}
		}
	}
	if p.blocks(p.of(subject), true, s.mediated) {
		p.deny(w, s, egress, g, subject)
	}
}

// enter is asked where a packet came in by a gateway; its destination is private
// already.
func (p *blockPublicAccess) enter(w *walk, s *state, g node) {
	if p.mode == model.BlockPublicAccessOff || s.leg == model.Return {
		return
	}
	subject := p.vpc.subnetOf(s.hdr.dst.ofSet(s.flows))
	if subject != nil {
		subject = subject.facing(s.hdr.v6)
	}
	if p.blocks(p.of(subject), false, false) {
		p.deny(w, s, ingress, g, subject)
	}
}

// facing is the subnet that must be excluded for traffic of this one: that of the
// Gateway Load Balancer's or firewall's endpoint to which the gateway's table
// redirects what comes in for it (BPA-6, BPA-7), else itself (BPA-10).
func (sn *subnet) facing(v6 bool) *subnet {
	if r := sn.redirected(v6); r != nil {
		switch t := r.target.(type) {
		case *gatewayLoadBalancerEndpoint:
			return t.subnet
		case *firewallEndpoint:
			return t.subnet
		}
	}
	return sn
}

func (p *blockPublicAccess) deny(w *walk, s *state, dir direction, g node, subject *subnet) {
	if u := p.doubt(subject, dir == egress, dir == egress && s.mediated); u != nil {
		w.gap(s, g.component(), dir, UnknownValue, u)
		return
	}
	where := p.vpc.comp
	if subject != nil {
		where = subject.comp
	}
	w.deny(s, evidence{code: VPCBlockPublicAccessEnabled, dir: dir, at: g.component(), flows: s.flows, where: p.where,
		words: func(*Engine, Component, Header) (string, string) {
			return fmt.Sprintf("VPC Block Public Access is on (%s) and %s is not excluded from it for this", p.mode, where.named()),
				"exclude the subnet or VPC, or switch the mode off"
		}})
}

// doubt is what the design leaves open that may let a packet pass which is blocked
// otherwise; nil if there is nothing.
func (p *blockPublicAccess) doubt(subject *subnet, outbound, mediated bool) *model.Unknown {
	if p.open != nil {
		return p.open
	}
	for _, x := range p.perhaps {
		covers := x.vpc == p.vpc.model.ID || subject != nil && x.subnet == subject.model.ID
		if covers && !p.blocks(x.allows, outbound, mediated) {
			return x.open
		}
	}
	return nil
}

// subnetOf is the subnet that holds the addresses; nil if none holds all.
func (v *vpc) subnetOf(s packet.Addrs) *subnet {
	for _, sn := range v.subnets {
		if !s.IsEmpty() && sn.cidrs.Holds(s) {
			return sn
		}
	}
	return nil
}
