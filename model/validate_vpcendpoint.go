package model

// endpointZones: an interface endpoint has one subnet in a zone at most (IFEP-1).
func (v *validator) endpointZones() {
	for _, e := range Sorted(v.VPCEndpoints) {
		if e.Type != InterfaceEndpoint {
			continue
		}
		zones := map[string]SubnetID{}
		for _, id := range e.Subnets {
			sn := v.Subnets[id]
			if sn == nil || sn.Zone() == "" {
				continue
			}
			if other, ok := zones[sn.Zone()]; ok && other != id {
				v.refuse(string(e.ID), e.Provenance, "Choose one subnet of each zone: every subnet of the VPC may use it.",
					"VPC endpoint %s has two subnets in %s: %s and %s", e.ID, sn.Zone(), other, id)
			}
			zones[sn.Zone()] = id
		}
	}
}

// endpointOwner: a participant of a shared subnet makes no endpoint in it
// (IFEP-14, SHR-2).
func (v *validator) endpointOwner() {
	for _, e := range Sorted(v.VPCEndpoints) {
		refuse := func(where string, owner AccountID) {
			if e.Account != "" && owner != "" && e.Account != owner {
				v.refuse(string(e.ID), e.Provenance, "The owner of the VPC makes the endpoint; participants may use it.",
					"VPC endpoint %s of account %s is in %s, which account %s shares with it", e.ID, e.Account, where, owner)
			}
		}
		for _, id := range e.Subnets {
			if sn := v.Subnets[id]; sn != nil {
				refuse("subnet "+string(id), sn.Account)
			}
		}
		if vpc := v.VPCs[e.VPC]; vpc != nil && len(e.Subnets) == 0 {
			refuse("VPC "+string(e.VPC), vpc.Account)
		}
	}
}
