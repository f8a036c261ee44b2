package describe

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// peering is a peering connection with which sides tell their DNS option: each
// account and Region tells that of its own.
type peering struct {
	model.VPCPeeringConnection
	requesterDNS, accepterDNS *bool
}

// readVPCPeeringConnection reads an element of VpcPeeringConnections.
func readVPCPeeringConnection(r *reader) {
	m := r.begin()
	var p peering
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpcPeeringConnectionId":
			p.ID = model.VPCPeeringConnectionID(r.str())
		case "RequesterVpcInfo":
			p.Requester, p.requesterDNS = r.peeringSide()
		case "AccepterVpcInfo":
			p.Accepter, p.accepterDNS = r.peeringSide()
		case "Status":
			p.State = r.inner("Code")
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(p.ID))
	if !ok {
		return
	}
	p.Meta = meta
	// The requester owns it, wherever it is listed.
	if p.Requester.Account != "" {
		p.Account = p.Requester.Account
	}
	if p.Requester.Region != "" {
		p.Region = p.Requester.Region
	}
	p.Active = strings.EqualFold(p.State, "active") // PEER-2
	if p.State == "" {
		p.AcceptanceUnknown = &model.Unknown{Subject: string(p.ID), Attribute: "Status", Reason: "the snapshot does not give it", Provenance: p.Provenance}
	}
	r.fact(func(b *builder, from *part) {
		if old := b.peerings[p.ID]; old != nil {
			p.requesterDNS = told(p.requesterDNS, old.requesterDNS)
			p.accepterDNS = told(p.accepterDNS, old.accepterDNS)
			old.requesterDNS, old.accepterDNS = p.requesterDNS, p.accepterDNS
		}
		view(b, from, b.peerings, p.ID, &p, &p.Meta)
	})
}

// told is what one of two views tells, the first where both do.
func told(a, b *bool) *bool {
	if a != nil {
		return a
	}
	return b
}

func (r *reader) peeringSide() (model.PeeringSide, *bool) {
	var s model.PeeringSide
	var dns *bool
	var single netip.Prefix
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpcId":
			s.VPC = model.VPCID(r.str())
		case "OwnerId":
			s.Account = model.AccountID(r.str())
		case "Region":
			s.Region = model.Region(r.str())
		case "CidrBlock":
			single = r.prefix()
		case "CidrBlockSet":
			s.CIDRs = append(s.CIDRs, r.prefixMembers("CidrBlock")...)
		case "Ipv6CidrBlockSet":
			s.CIDRs = append(s.CIDRs, r.prefixMembers("Ipv6CidrBlock")...)
		case "PeeringOptions":
			for ok := r.object(); ok && r.member(); {
				if r.key != "AllowDnsResolutionFromRemoteVpc" {
					r.skip()
				} else if allow, given := r.flag(); given {
					dns = &allow
				}
			}
		default:
			r.skip()
		}
	}
	if single.IsValid() && !slices.Contains(s.CIDRs, single) {
		s.CIDRs = slices.Insert(s.CIDRs, 0, single)
	}
	slices.SortFunc(s.CIDRs, netip.Prefix.Compare)
	s.CIDRs = slices.Compact(s.CIDRs)
	return s, dns
}

// linkPeerings puts the peering connections into the network.
func (b *builder) linkPeerings() {
	for id, p := range b.peerings {
		p.Requester.AllowDNSResolution = p.requesterDNS != nil && *p.requesterDNS // PEER-13
		p.Accepter.AllowDNSResolution = p.accepterDNS != nil && *p.accepterDNS
		b.network.VPCPeeringConnections[id] = &p.VPCPeeringConnection
	}
}
