package terraform

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// readPeering reads a peering connection as its requester sees it. It is active
// where it is accepted by itself, or by an accepter, which follows; whether
// somebody else does is not told (PEER-2).
func readPeering(b body) {
	if b.r.later() {
		return
	}
	p := &model.VPCPeeringConnection{ID: model.VPCPeeringConnectionID(b.r.id()), Meta: b.meta()}
	if b.network.VPCPeeringConnections[p.ID] != nil {
		return
	}
	p.Requester = model.PeeringSide{VPC: b.vpc("vpc_id"), Account: p.Account, Region: p.Region}
	p.Accepter = model.PeeringSide{VPC: b.vpc("peer_vpc_id"), Account: model.AccountID(b.str("peer_owner_id")), Region: cmp.Or(model.Region(b.str("peer_region")), p.Region)}
	status := b.str("accept_status")
	if b.r.isData() {
		status = b.str("status")
		p.Requester.Account = cmp.Or(p.Requester.Account, model.AccountID(b.str("owner_id")))
		p.Requester.CIDRs = b.peeringBlocks("cidr_block", "cidr_block_set", "ipv6_cidr_block_set")
		p.Accepter.CIDRs = b.peeringBlocks("peer_cidr_block", "peer_cidr_block_set", "peer_ipv6_cidr_block_set")
	}
	b.peeringStatus(p, status)
	b.peeringOptions(p)
	b.network.VPCPeeringConnections[p.ID] = p
}

// peeringBlocks are a side's blocks, as a data source lists them.
func (b body) peeringBlocks(first, v4, v6 string) []netip.Prefix {
	var out []netip.Prefix
	add := func(p netip.Prefix) {
		if p.IsValid() && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	add(b.prefix(first))
	for _, set := range []struct{ name, attribute string }{{v4, "cidr_block"}, {v6, "ipv6_cidr_block"}} {
		blocks, _ := b.blocks(set.name)
		for _, x := range blocks {
			add(x.prefix(set.attribute))
		}
	}
	return out
}

// peeringStatus settles whether a connection is active: what is known, else what
// accepts it.
func (b body) peeringStatus(p *model.VPCPeeringConnection, status string) {
	auto, state := b.get("auto_accept")
	switch {
	case status == "active", status == "" && state == known && auto == true:
		p.Active, p.State, p.AcceptanceUnknown = true, "active", nil
	case status != "":
		p.State = status
	case state == open:
		p.State, p.AcceptanceUnknown = "pending-acceptance", b.unknownAt("auto_accept")
	default:
		p.State = "pending-acceptance"
		p.AcceptanceUnknown = &model.Unknown{Subject: string(p.ID), Attribute: "accept_status",
			Reason: "the configuration does not accept it", Provenance: b.r.place}
	}
}

// peeringOptions reads which sides let the other's names resolve (PEER-13).
func (b body) peeringOptions(p *model.VPCPeeringConnection) {
	for name, side := range map[string]*model.PeeringSide{"requester": &p.Requester, "accepter": &p.Accepter} {
		if x, ok := b.first(name); ok {
			side.AllowDNSResolution = x.boolean("allow_remote_vpc_dns_resolution")
		}
	}
}

// readPeeringAccepter reads the accepter's side, be it of a connection that this
// configuration does not request.
func readPeeringAccepter(b body) {
	id := model.VPCPeeringConnectionID(b.idOf(b.r))
	p := b.network.VPCPeeringConnections[id]
	if p == nil {
		// The accepter's attributes are from its own side: its vpc_id is the
		// accepter's VPC.
		p = &model.VPCPeeringConnection{ID: id, Meta: b.meta()}
		p.Accepter = model.PeeringSide{VPC: model.VPCID(b.str("vpc_id")), Account: p.Account, Region: p.Region}
		p.Requester = model.PeeringSide{VPC: model.VPCID(b.str("peer_vpc_id")), Account: model.AccountID(b.str("peer_owner_id")), Region: model.Region(b.str("peer_region"))}
		for name, side := range map[string]*model.PeeringSide{"vpc_id": &p.Accepter, "peer_vpc_id": &p.Requester} {
			if side.VPC == "" {
				side.VPC = model.VPCID(b.r.address + " " + name)
			}
		}
		b.network.VPCPeeringConnections[id] = p
	}
	if p.AcceptanceUnknown != nil || p.State == "" || p.State == "pending-acceptance" {
		b.peeringStatus(p, b.str("accept_status"))
	}
	if p.Accepter.Region == "" {
		_, p.Accepter.Region = b.scope(b.r)
	}
	b.peeringOptions(p)
}

// readPeeringOptions reads the options of a connection that are a resource of
// their own.
func readPeeringOptions(b body) {
	c, _ := b.ref("vpc_peering_connection_id", wantPeering, nil)
	if p := b.network.VPCPeeringConnections[model.VPCPeeringConnectionID(c.id)]; p != nil {
		b.peeringOptions(p)
	}
}
