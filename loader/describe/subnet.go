package describe

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// readSubnet reads an element of Subnets.
func readSubnet(r *reader) {
	m := r.begin()
	var s model.Subnet
	var v6 []cidrBlock
	var v4 cidrBlock
	var state blockPublicAccessState
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "SubnetId":
			s.ID = model.SubnetID(r.str())
		case "VpcId":
			s.VPC = model.VPCID(r.str())
		case "CidrBlock":
			v4.prefix = r.prefix()
		case "Ipv6CidrBlockAssociationSet":
			v6 = r.associatedBlocks("Ipv6CidrBlock", "Ipv6CidrBlockState")
		case "AvailabilityZone":
			s.AvailabilityZone = r.str()
			if m.Region == "" {
				m.Region = regionOfZone(s.AvailabilityZone)
			}
		case "AvailabilityZoneId":
			s.AvailabilityZoneID = r.str()
		case "SubnetArn":
			m.ARN = r.str()
		case "MapPublicIpOnLaunch":
			s.MapPublicIPOnLaunch = r.boolean()
		case "AssignIpv6AddressOnCreation":
			s.AssignIPv6AddressOnCreation = r.boolean()
		case "BlockPublicAccessStates":
			state = r.blockPublicAccessState()
		case "EnableDns64":
			s.EnableDNS64 = r.boolean()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(s.ID))
	if !ok {
		return
	}
	s.Meta = meta
	for _, b := range append([]cidrBlock{v4}, v6...) {
		if b.prefix.IsValid() && !slices.Contains(s.CIDRs, b.prefix) {
			s.CIDRs = append(s.CIDRs, b.prefix)
		}
	}
	if len(s.CIDRs) == 0 {
		s.CIDRsUnknown = &model.Unknown{Subject: string(s.ID), Attribute: "CidrBlock", Reason: "the snapshot gives none", Provenance: s.Provenance}
	}
	r.subnets = append(r.subnets, &s)
	if state.vpc, state.subnet = s.VPC, s.ID; state.mode != "" {
		r.bpaStates = append(r.bpaStates, state)
	}
}

// association is a route table's or network ACL's word that a subnet is its.
type association struct {
	subnet model.SubnetID
	// settled is false while the association comes or goes.
	settled bool
	state   string
	place   model.Provenance
}
