package cloudformation

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

// readPeering reads a VPC peering connection. CloudFormation accepts it in the
// requester's account, and in another with a role there (PEER-2).
func (b *builder) readPeering(r *resource) {
	p := &model.VPCPeeringConnection{ID: model.VPCPeeringConnectionID(r.id), Meta: b.meta(r), Active: true, State: "active"}
	p.Requester = model.PeeringSide{VPC: b.vpc(r, "VpcId", r.get("VpcId")), Account: p.Account, Region: p.Region}
	p.Accepter = model.PeeringSide{Account: p.Account, Region: p.Region}
	owner := r.get("PeerOwnerId")
	if account, ok := owner.literal(); ok {
		p.Accepter.Account = model.AccountID(account)
	} else if owner.gap() != nil && owner.show() != "${AWS::AccountId}" {
		p.Accepter.Account = ""
	}
	if v := r.get("PeerRegion"); v.kind != absent && v.show() != "${AWS::Region}" {
		region, _ := v.literal()
		p.Accepter.Region = model.Region(region)
	}
	p.Accepter.VPC = b.peerVPC(r, p.Accepter)
	if p.Accepter.Account != p.Account && r.get("PeerRoleArn").kind == absent {
		p.AcceptanceUnknown = r.unknown("PeerRoleArn", &open{reason: "without a role in the other account, its owner has to accept the connection"}, cmp.Or(owner.at, r.at))
	}
	if _, known := owner.literal(); owner.kind != absent && !known && p.Accepter.Account == "" && r.get("PeerRoleArn").kind == absent {
		if far, _ := r.get("PeerVpcId").reference(); far == nil || far.stack != r.stack {
			p.AcceptanceUnknown = r.unknown("PeerOwnerId", cmp.Or(owner.gap(), &open{reason: "it is not known"}), owner.at)
		}
	}
	p.AcceptanceUnknown = cmp.Or(r.doubt(), p.AcceptanceUnknown)
	b.network.VPCPeeringConnections[p.ID] = p
}

// peerVPC reads the accepter's VPC, which may be of another account and Region.
func (b *builder) peerVPC(r *resource, side model.PeeringSide) model.VPCID {
	v := r.get("PeerVpcId")
	known := b.network.VPCs[model.VPCID(b.identify(r, "PeerVpcId", v, model.KindVPC).id)] != nil
	id := b.vpc(r, "PeerVpcId", v)
	if m := b.network.VPCs[id]; m != nil && !known {
		m.Account, m.Region = side.Account, side.Region
	}
	return id
}
