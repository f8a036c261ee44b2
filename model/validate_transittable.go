package model

// transitAssociations: one table, of routes or of policies, is asked about what comes
// in by an attachment (TGW-11, TGW-21). A peering that is written once is an attachment
// of each of its transit gateways.
func (v *validator) transitAssociations() {
	type member struct {
		attachment TransitGatewayAttachmentID
		of         TransitGatewayID
	}
	first := map[member]string{}
	add := func(table string, of TransitGatewayID, at Provenance, attachments []TransitGatewayAttachmentID) {
		for _, id := range attachments {
			m := member{id, of}
			if other, ok := first[m]; ok && other != table {
				v.refuse(table, at, "Choose one of the tables.", "attachment %s is associated with both %s and %s", id, other, table)
				continue
			}
			first[m] = table
		}
	}
	for _, t := range Sorted(v.TransitGatewayRouteTables) {
		add(string(t.ID), t.TransitGateway, t.Provenance, t.Associations)
	}
	for _, t := range Sorted(v.TransitGatewayPolicyTables) {
		add(string(t.ID), t.TransitGateway, t.Provenance, t.Associations)
	}
}

// transitPolicyRules: each rule of a policy table has a number of its own, and ports
// are those of TCP or UDP (TGW-21).
func (v *validator) transitPolicyRules() {
	for _, t := range Sorted(v.TransitGatewayPolicyTables) {
		seen := map[int]bool{}
		for i := range t.Rules {
			r := &t.Rules[i]
			at := r.Provenance.or(t.Provenance)
			if seen[r.Number] {
				v.refuse(string(t.ID), at, "Give each rule a number of its own.", "policy table %s has two rules with the number %d", t.ID, r.Number)
			}
			seen[r.Number] = true
			if !r.Traffic.Protocol.HasPorts() && r.SourcePorts != (PortRange{}) && r.SourcePorts != AllPorts {
				v.refuse(string(t.ID), at, "Name tcp or udp.", "policy table %s: rule %d is for source ports, and not for TCP or UDP alone", t.ID, r.Number)
			}
		}
	}
}
