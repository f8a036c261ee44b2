package model

import "slices"

// sharedDefaultGroup: a participant of a shared subnet cannot use the default
// group of the VPC, which is its owner's (SHR-2).
func (v *validator) sharedDefaultGroup() {
	for _, i := range Sorted(v.Interfaces) {
		account := i.Account
		if o := v.Instances[InstanceID(i.Owner.ID)]; o != nil && i.Owner.Kind == KindInstance && o.Account != "" {
			account = o.Account
		}
		for _, id := range i.Groups {
			g := v.SecurityGroups[id]
			if g != nil && g.GroupName == "default" && account != "" && g.Account != "" && account != g.Account && !i.RequesterManaged {
				v.refuse(string(i.ID), i.Provenance, "Give it a group of its own account, or one that is shared with it.",
					"interface %s of account %s has the default group %s of account %s", i.ID, account, id, g.Account)
			}
		}
	}
}

// functionAddresses: the interfaces of a function never get public addresses
// (LAM-2).
func (v *validator) functionAddresses() {
	for _, o := range Sorted(v.Owners) {
		if o.Type != "lambda" {
			continue
		}
		for _, id := range o.Interfaces {
			if i := v.Interfaces[id]; i.isPublic() {
				v.refuse(string(o.ID), i.Provenance, "Route it to a NAT gateway instead: a public subnet gives it no internet.",
					"function %s: its interface %s has a public address", o.ID, id)
			}
		}
	}
}

// publicDatabases: AWS makes a DB instance publicly accessible in a VPC that has both
// DNS attributes (RDS-2). It is a warning, as they can be switched off later.
func (v *validator) publicDatabases() {
	for _, o := range Sorted(v.Owners) {
		vpc := v.VPCs[o.VPC]
		if o.Type != "rds" || vpc == nil || vpc.DNSAssumed || vpc.EnableDNSSupport && vpc.EnableDNSHostnames {
			continue
		}
		if slices.ContainsFunc(o.Interfaces, func(id InterfaceID) bool { return v.Interfaces[id].isPublic() }) {
			v.warn(string(o.ID), o.Provenance, "Switch on DNS support and DNS host names in the VPC.",
				"database %s is publicly accessible, and VPC %s lacks a DNS attribute that its name needs", o.ID, o.VPC)
		}
	}
}

// isPublic reports whether an interface has a public IPv4 address, or will.
func (i *Interface) isPublic() bool {
	return i != nil && (i.PublicUnassigned || slices.ContainsFunc(i.Addresses, func(a Address) bool { return a.Public.IsValid() }))
}
