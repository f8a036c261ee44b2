package model

import "strings"

// isAWSManaged reports a prefix list that AWS keeps, under a name and an owner
// that no customer can have.
func (p *PrefixList) isAWSManaged() bool {
	return p.Account == "AWS" || strings.HasPrefix(p.Name, "com.amazonaws.")
}

// prefixLists: a customer's list has one family and at most as many entries as
// it declares, which is 1000 at most (PL-1).
func (v *validator) prefixLists() {
	const most = 1000
	for _, p := range Sorted(v.PrefixLists) {
		if p.isAWSManaged() {
			continue
		}
		if p.MaxEntries > most {
			v.refuse(string(p.ID), p.Provenance, "", "prefix list %s: at most %d entries can be declared, not %d", p.ID, most, p.MaxEntries)
		}
		if p.MaxEntries > 0 && len(p.Entries) > p.MaxEntries {
			v.refuse(string(p.ID), p.Provenance, "Raise the number of entries that it declares.", "prefix list %s has %d entries and declares %d at most", p.ID, len(p.Entries), p.MaxEntries)
		}
		for _, e := range p.Entries {
			if e.Prefix.IsValid() && e.Prefix.Addr().Is6() != p.IPv6 {
				v.refuse(string(p.ID), e.Provenance.or(p.Provenance), "Make a list for each family.", "prefix list %s of %s has the entry %s",
					p.ID, map[bool]string{false: "IPv4", true: "IPv6"}[p.IPv6], e.Prefix)
			}
		}
	}
}
