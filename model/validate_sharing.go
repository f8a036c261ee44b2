package model

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
			i := v.Interfaces[id]
			if i == nil {
				continue
			}
			public := i.PublicUnassigned
			for _, a := range i.Addresses {
				public = public || a.Public.IsValid()
			}
			if public {
				v.refuse(string(o.ID), i.Provenance, "Route it to a NAT gateway instead: a public subnet gives it no internet.",
					"function %s: its interface %s has a public address", o.ID, id)
			}
		}
	}
}
