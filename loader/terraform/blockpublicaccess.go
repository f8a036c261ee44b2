package terraform

import "github.com/vpcwalk/vpcwalk/model"

// readBlockPublicAccess reads the setting of an account and Region (BPA-1).
func readBlockPublicAccess(b body) {
	modes := map[string]model.BlockPublicAccessMode{"off": model.BlockPublicAccessOff, "": model.BlockPublicAccessOff,
		"block-bidirectional": model.BlockBidirectional, "block-ingress": model.BlockIngress}
	word := b.str("internet_gateway_block_mode")
	mode, ok := modes[word]
	if !ok {
		b.problem(model.Error, "BPA-1", "internet_gateway_block_mode: %q is no mode: expected off, block-ingress or block-bidirectional", word)
		return
	}
	s := model.BlockPublicAccess{Mode: mode, Provenance: b.r.place}
	s.Account, s.Region = b.scope(b.r)
	b.network.BlockPublicAccess = append(b.network.BlockPublicAccess, s)
}

func readBlockPublicAccessExclusion(b body) {
	e := model.BlockPublicAccessExclusion{ID: b.r.id(), Provenance: b.r.place,
		AllowEgress: b.str("internet_gateway_exclusion_mode") == "allow-egress"}
	if c, _ := b.ref("vpc_id", wantVPC, nil); c.id != "" {
		e.VPC = model.VPCID(c.id)
	}
	if c, _ := b.ref("subnet_id", wantSubnet, nil); c.id != "" {
		e.Subnet = model.SubnetID(c.id)
	}
	if e.VPC == "" && e.Subnet == "" {
		b.problem(model.Warning, "", "excludes a VPC or subnet that is known only after apply; it is left out")
		return
	}
	b.network.BlockPublicAccessExclusions = append(b.network.BlockPublicAccessExclusions, e)
}
