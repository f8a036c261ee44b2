package terraform

import "github.com/vpcwalk/vpcwalk/model"

// readBlockPublicAccess reads the setting of an account and Region (BPA-1).
func readBlockPublicAccess(b body) {
	modes := map[string]model.BlockPublicAccessMode{"off": model.BlockPublicAccessOff, "": model.BlockPublicAccessOff,
		"block-bidirectional": model.BlockBidirectional, "block-ingress": model.BlockIngress}
	const name = "internet_gateway_block_mode"
	word := b.str(name)
	mode, ok := modes[word]
	if !ok {
		b.problem(model.Error, "BPA-1", "internet_gateway_block_mode: %q is no mode: expected off, block-ingress or block-bidirectional", word)
		return
	}
	s := model.BlockPublicAccess{Mode: mode, Unknown: b.open(name), Provenance: b.r.place}
	s.Account, s.Region = b.scope(b.r)
	b.network.BlockPublicAccess = append(b.network.BlockPublicAccess, s)
}

// readBlockPublicAccessExclusion reads an exclusion (BPA-4). Where it is open what
// it is of, there may be one of each. The weaker of two modes is in the stronger.
func readBlockPublicAccessExclusion(b body) {
	e := model.BlockPublicAccessExclusion{ID: b.r.id(), Provenance: b.r.place,
		AllowEgress: b.str("internet_gateway_exclusion_mode") == "allow-egress"}
	add := func(e model.BlockPublicAccessExclusion) {
		b.network.BlockPublicAccessExclusions = append(b.network.BlockPublicAccessExclusions, e)
	}
	vpc, u := b.ref("vpc_id", wantVPC, nil)
	subnet, v := b.ref("subnet_id", wantSubnet, nil)
	mode := b.open("internet_gateway_exclusion_mode")
	e.VPC, e.Subnet = model.VPCID(vpc.id), model.SubnetID(subnet.id)
	switch u = firstOpen(u, v); {
	case u != nil:
		e.Unknown = u
		if b.open("vpc_id") != nil {
			for _, id := range b.maybe("vpc_id", wantVPC) {
				e.VPC, e.Subnet = model.VPCID(id), ""
				add(e)
			}
		}
		if b.open("subnet_id") != nil {
			for _, id := range b.maybe("subnet_id", wantSubnet) {
				e.VPC, e.Subnet = "", model.SubnetID(id)
				add(e)
			}
		}
	case e.VPC == "" && e.Subnet == "":
		b.problem(model.Warning, "", "excludes no VPC and no subnet")
	case mode != nil:
		e.AllowEgress = true
		add(e)
		e.AllowEgress, e.Unknown = false, mode
		add(e)
	default:
		add(e)
	}
}
