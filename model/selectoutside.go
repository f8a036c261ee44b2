package model

import "strings"

// indexOutside files what the design describes outside its VPCs. A name that
// something else has already stays that one's.
func (s *Selector) indexOutside() {
	n := s.network
	add := func(kind Kind, id string, m *Meta) {
		for _, name := range []string{id, m.ARN, m.Provenance.Address, nameTag(m)} {
			if _, taken := s.outside[name]; name != "" && !taken {
				s.outside[name] = OwnerRef{kind, id}
			}
		}
	}
	for _, r := range Sorted(n.OnPremisesNetworks) {
		add(KindOnPremises, string(r.ID), &r.Meta)
	}
	for _, r := range Sorted(n.ClientVPNEndpoints) {
		add(KindClientVPNEndpoint, string(r.ID), &r.Meta)
	}
	for _, r := range Sorted(n.Accelerators) {
		add(KindAccelerator, string(r.ID), &r.Meta)
	}
	for _, r := range Sorted(n.VPCOrigins) {
		add(KindVPCOrigin, string(r.ID), &r.Meta)
	}
	for _, r := range Sorted(n.LatticeServices) {
		add(KindLatticeService, string(r.ID), &r.Meta)
		if _, taken := s.outside[r.Domain]; r.Domain != "" && !taken {
			s.outside[r.Domain] = OwnerRef{KindLatticeService, string(r.ID)}
		}
	}
}

// selectOutside resolves the name of something outside the VPCs. The users of a
// Client VPN endpoint may be those of one group.
func (s *Selector) selectOutside(text string) (Selection, bool) {
	if o, ok := s.outside[text]; ok {
		return Selection{Kind: SelectOutside, Outside: o}, true
	}
	if i := strings.LastIndexByte(text, '/'); i > 0 {
		if o, ok := s.outside[text[:i]]; ok && o.Kind == KindClientVPNEndpoint {
			return Selection{Kind: SelectOutside, Outside: o, Group: text[i+1:]}, true
		}
	}
	return Selection{}, false
}
