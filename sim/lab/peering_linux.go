package lab

import (
	"net/netip"

	"github.com/google/nftables"

	"github.com/vpcwalk/vpcwalk/model"
)

// peering is an active VPC peering connection: whatever a VPC hands to it is for
// an address of the other one, or ends (PATH-4, PEER-5).
type peering struct {
	*namespace
	model  *model.VPCPeeringConnection
	beyond map[model.VPCID]int // the table for what a VPC hands over
}

func (l *Lab) buildPeerings() error {
	for _, m := range model.Sorted(l.network.VPCPeeringConnections) {
		if !m.Active { // PEER-2
			continue
		}
		n, err := l.newNamespace(string(m.ID), true)
		if err != nil {
			return err
		}
		p := &peering{namespace: n, model: m, beyond: map[model.VPCID]int{}}
		for _, side := range []model.PeeringSide{m.Requester, m.Accepter} {
			other, _ := m.Other(side.VPC)
			v := l.vpcs[other.VPC]
			if p.beyond[side.VPC], err = p.newTable(); err != nil {
				return err
			}
			if v == nil {
				continue
			}
			way, _, err := l.connect(n, v.namespace)
			if err != nil {
				return err
			}
			for _, c := range v.model.CIDRs {
				if c.Addr().Is4() {
					if err := p.route(p.beyond[side.VPC], c, 0, way); err != nil {
						return err
					}
				}
			}
		}
		l.peerings[m.ID] = p
		l.filters = append(l.filters, func() error { return l.filterPeering(p) })
	}
	return nil
}

// buildReturnToSender has a NAT gateway's packets come back to it over peering
// connections, whatever the routes of the far VPC say (NAT-15). Nothing else that
// is sent to a NAT gateway's address gets anywhere (NAT-3), so the route need not
// ask what it is that it sends back.
func (l *Lab) buildReturnToSender() error {
	for _, g := range model.Sorted(l.network.NATGateways) {
		if l.nats[g.ID] == nil {
			continue
		}
		for _, p := range model.Sorted(l.network.VPCPeeringConnections) {
			far, joined := p.Other(g.VPC)
			if !joined || !p.Active {
				continue
			}
			for _, m := range model.Sorted(l.network.Subnets) {
				s := l.subnets[m.ID]
				if m.VPC != far.VPC || s == nil {
					continue
				}
				if err := l.returnFrom(s, p, g.Addresses[0].Private); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (l *Lab) returnFrom(s *subnetRouter, p *model.VPCPeeringConnection, nat netip.Addr) error {
	way, err := l.way(s, model.Target{Kind: model.KindVPCPeeringConnection, ID: string(p.ID)})
	if err != nil {
		return err
	}
	s.tables++ // no black hole ends it: what is for elsewhere goes by the route table
	if err := s.route(s.tables, netip.PrefixFrom(nat, 32), 0, way); err != nil {
		return err
	}
	return s.from(s.bridge, s.tables, returnToSender)
}

// filterPeering forgets the sender's groups between Regions (PEER-8).
func (l *Lab) filterPeering(p *peering) error {
	a, b := l.network.VPCs[p.model.Requester.VPC], l.network.VPCs[p.model.Accepter.VPC]
	if a == nil || b == nil || a.Region == b.Region {
		return nil
	}
	return p.filter(func(r *ruleset) error {
		r.loseIdentity(r.hook("passing", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, nftables.ChainPolicyAccept))
		return nil
	})
}
