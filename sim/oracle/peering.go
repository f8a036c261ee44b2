package oracle

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// peering is a packet that a route of a VPC sends to a peering connection
// (section 3). The far VPC asks no route table (PEER-5).
func (w *walk) peering(from model.VPCID, id model.VPCPeeringConnectionID, h header, members []model.SecurityGroupID) {
	p := w.n.VPCPeeringConnections[id]
	if p == nil || !p.Active { // PEER-2, PATH-6
		w.note(sim.BadStateRoute)
		return
	}
	far, ok := p.Other(from)
	if !ok {
		w.note(sim.BadStateRoute)
		return
	}
	if !w.n.VPCs[far.VPC].Contains(h.dst) { // PATH-4, PATH-5
		w.note(sim.PCXRequiresAddressInVPCCIDR)
		return
	}
	if !w.sameRegion(p) { // PEER-8
		members = nil
	}
	w.peered = append(w.peered, id)
	w.arriveLocally(far.VPC, nil, h, members)
}

func (w *walk) sameRegion(p *model.VPCPeeringConnection) bool {
	return w.n.VPCs[p.Requester.VPC].Region == w.n.VPCs[p.Accepter.VPC].Region
}

// peersOverPeering are the groups of a destination in the other VPC of a peering
// connection, which egress rules may mean too (PEER-8).
func (w *walk) peersOverPeering(i *model.Interface, t model.Target, dst netip.Addr) []model.SecurityGroupID {
	p := w.n.VPCPeeringConnections[model.VPCPeeringConnectionID(t.ID)]
	if p == nil || !p.Active || !w.sameRegion(p) {
		return nil
	}
	if far, ok := p.Other(i.VPC); ok {
		if to := w.ownerOf(far.VPC, dst); to != nil {
			return to.Groups
		}
	}
	return nil
}

// returnsToSender reports over which peering connection a reply goes back to the
// NAT gateway that sent the request over it, whatever routes say (NAT-15).
func (w *walk) returnsToSender(sn *model.Subnet, h header) (model.VPCPeeringConnectionID, bool) {
	if !w.replying {
		return "", false
	}
	for _, t := range w.table {
		g := w.n.NATGateways[model.NATGatewayID(t.by)]
		if r, _ := t.after.reply(); g == nil || r != h {
			continue
		}
		for _, id := range w.peered {
			if p := w.n.VPCPeeringConnections[id]; p != nil {
				if far, ok := p.Other(g.VPC); ok && far.VPC == sn.VPC {
					return id, true
				}
			}
		}
	}
	return "", false
}
