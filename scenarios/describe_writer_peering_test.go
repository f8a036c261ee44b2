package scenarios

import "github.com/vpcwalk/vpcwalk/model"

// peerings writes VPC peering connections, which both sides list. Each tells its own
// DNS option.
func (s *snapshot) peerings() {
	n := s.network
	for _, p := range model.Sorted(n.VPCPeeringConnections) {
		scopes := []model.Meta{p.Meta}
		if v := n.VPCs[p.Accepter.VPC]; v != nil && (v.Account != p.Account || v.Region != p.Region) {
			scopes = append(scopes, v.Meta)
		}
		for _, m := range scopes {
			o := resource(&p.Meta, "Tags").with("VpcPeeringConnectionId", p.ID, "Status", object{"Code": p.State},
				"RequesterVpcInfo", peeringSide(n, &p.Requester, &m), "AccepterVpcInfo", peeringSide(n, &p.Accepter, &m))
			delete(o, "OwnerId")
			s.add("VpcPeeringConnections", &m, o)
		}
	}
}

func peeringSide(n *model.Network, side *model.PeeringSide, lister *model.Meta) object {
	o := object{"VpcId": side.VPC}
	account, region := side.Account, side.Region
	if v := n.VPCs[side.VPC]; v != nil {
		account, region = v.Account, v.Region
	}
	if account != "" {
		o["OwnerId"] = account
	}
	if region != "" {
		o["Region"] = region
	}
	v4, v6 := []object{}, []object{}
	for _, p := range side.CIDRs {
		if p.Addr().Is6() {
			v6 = append(v6, object{"Ipv6CidrBlock": p})
		} else {
			v4 = append(v4, object{"CidrBlock": p})
		}
	}
	o.with("CidrBlockSet", v4, "Ipv6CidrBlockSet", v6)
	if account == lister.Account {
		o["PeeringOptions"] = object{"AllowDnsResolutionFromRemoteVpc": side.AllowDNSResolution}
	}
	return o
}
