package model

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// selectAddress resolves an IP address or a CIDR, alone or after a VPC and a
// slash. It reports false when the text is neither.
func (s *Selector) selectAddress(text string, side Side) (Selection, bool, error) {
	in, literal := s.cutVPC(text)
	if a, err := netip.ParseAddr(literal); err == nil {
		vpc, err := s.vpcNamed(text, in)
		if err != nil {
			return Selection{}, true, err
		}
		if a.Zone() != "" {
			return Selection{}, true, &SelectError{Text: text, Reason: "has a zone, which no address in a VPC has", Suggestions: []string{a.WithZone("").String()}}
		}
		a = a.Unmap()
		if side == Destination {
			if p := netip.PrefixFrom(a, a.BitLen()); vpc != "" && len(s.vpcsHolding(p, vpc)) == 0 {
				return Selection{}, true, &SelectError{Text: text, Reason: fmt.Sprintf("is not in %s", vpc)}
			} else if all := s.holders(a); vpc != "" && len(s.vpcsHolding(p, "")) > 1 && len(all) > 0 {
				sel, err := s.heldIn(text, a, all, vpc) // the header alone would be another VPC's
				return sel, true, err
			}
			return Selection{Kind: SelectPrefix, Prefix: netip.PrefixFrom(a, a.BitLen()), VPC: vpc}, true, nil
		}
		sel, err := s.sourceAddress(text, a, vpc)
		return sel, true, err
	}
	if p, err := netip.ParsePrefix(literal); err == nil {
		vpc, err := s.vpcNamed(text, in)
		if err != nil {
			return Selection{}, true, err
		}
		if p != p.Masked() {
			return Selection{}, true, &SelectError{Text: text, Reason: "is a CIDR with host bits", Suggestions: []string{p.Masked().String(), p.Addr().String()}}
		}
		sel, err := s.selectCIDR(text, p, vpc)
		return sel, true, err
	}
	return Selection{}, false, nil
}

// cutVPC parts "vpc-1/10.0.0.5" and "vpc-1/10.0.0.0/24"; a VPC's own name may
// have slashes in it.
func (s *Selector) cutVPC(text string) (vpc, literal string) {
	last := strings.LastIndexByte(text, '/')
	if last < 0 {
		return "", text
	}
	if _, err := netip.ParseAddr(text[last+1:]); err == nil {
		return text[:last], text[last+1:]
	}
	if before := strings.LastIndexByte(text[:last], '/'); before >= 0 {
		return text[:before], text[before+1:]
	}
	return "", text
}

// vpcNamed finds a VPC by ID, address or name; no name is no VPC.
func (s *Selector) vpcNamed(text, name string) (VPCID, error) {
	if name == "" {
		return "", nil
	}
	if v := s.network.VPCs[VPCID(name)]; v != nil {
		return v.ID, nil
	}
	var named []string
	var known []string
	for _, v := range Sorted(s.network.VPCs) {
		known = append(known, string(v.ID))
		if v.Provenance.Address == name || nameTag(&v.Meta) == name {
			named = append(named, string(v.ID))
		}
	}
	switch len(named) {
	case 0:
		rest := text[len(name):]
		err := &SelectError{Text: text, Reason: fmt.Sprintf("begins with %q, which is no VPC", name)}
		for _, near := range nearest(name, known) {
			err.Suggestions = append(err.Suggestions, near+rest)
		}
		return "", err
	case 1:
		return VPCID(named[0]), nil
	}
	err := &SelectError{Text: text}
	for _, id := range named {
		err.Candidates = append(err.Candidates, id+text[len(name):])
	}
	return "", err
}

// sourceAddress finds the interface that sends from a. An address that no VPC
// has is outside: what it is there the walk decides.
func (s *Selector) sourceAddress(text string, a netip.Addr, vpc VPCID) (Selection, error) {
	var holders []heldAddress
	for _, h := range append(s.holders(a), s.public[a]...) {
		if vpc == "" || h.vpc == vpc {
			holders = append(holders, h)
		}
	}
	switch len(holders) {
	case 0:
		return s.unheldAddress(text, a, vpc)
	case 1:
		h := holders[0]
		if vpcs := s.mayHoldUnseen(a, h.vpc); vpc == "" && h.address == a && len(vpcs) > 0 {
			return Selection{}, s.inSeveralVPCs(text, append(vpcs, h.vpc))
		}
		return Selection{Ends: []End{{Interface: h.holder, Addresses: []netip.Addr{h.address}, Literal: true}}}, nil
	}
	err := &SelectError{Text: text}
	vpcs := map[VPCID]bool{}
	for _, h := range holders {
		vpcs[h.vpc] = true
	}
	for _, h := range holders {
		err.Candidates = append(err.Candidates, fmt.Sprintf("%s %s in %s", KindInterface, h.holder, h.vpc))
		if len(vpcs) == len(holders) {
			err.Suggestions = append(err.Suggestions, fmt.Sprintf("%s/%s", h.vpc, a))
		} else {
			err.Suggestions = append(err.Suggestions, string(h.holder))
		}
	}
	slices.Sort(err.Candidates)
	slices.Sort(err.Suggestions)
	err.Suggestions = slices.Compact(err.Suggestions)
	return Selection{}, err
}

// mayHoldUnseen are the VPCs but one that have a in their range and whose
// interfaces the input lacks.
func (s *Selector) mayHoldUnseen(a netip.Addr, but VPCID) []VPCID {
	return slices.DeleteFunc(s.vpcsHolding(netip.PrefixFrom(a, a.BitLen()), ""), func(v VPCID) bool {
		return v == but || s.network.VPCs[v].Missing[KindInterface] == nil
	})
}

// holders are the interfaces that have a as a private address, or in a delegated
// prefix (ENI-7).
func (s *Selector) holders(a netip.Addr) []heldAddress {
	var found []heldAddress
	for i := s.firstAtLeast(a); i < len(s.private) && s.private[i].address == a; i++ {
		found = append(found, s.private[i])
	}
	for _, p := range s.prefixes {
		if h := (heldAddress{a, p.vpc, p.holder}); p.prefix.Contains(a) && !slices.Contains(found, h) {
			found = append(found, h)
		}
	}
	return found
}

// heldIn resolves an address that several VPCs may have in one of them.
func (s *Selector) heldIn(text string, a netip.Addr, holders []heldAddress, vpc VPCID) (Selection, error) {
	i := slices.IndexFunc(holders, func(h heldAddress) bool { return h.vpc == vpc })
	if i < 0 {
		return s.unheldAddress(text, a, vpc)
	}
	return Selection{Ends: []End{{Interface: holders[i].holder, Addresses: []netip.Addr{a}, Literal: true}}}, nil
}

// firstAtLeast is the index of the first private address not below a.
func (s *Selector) firstAtLeast(a netip.Addr) int {
	i, _ := slices.BinarySearchFunc(s.private, a, func(h heldAddress, a netip.Addr) int { return h.address.Compare(a) })
	return i
}

// unheldAddress is a source address that no interface has.
func (s *Selector) unheldAddress(text string, a netip.Addr, vpc VPCID) (Selection, error) {
	outside := Selection{Kind: SelectPrefix, Prefix: netip.PrefixFrom(a, a.BitLen())}
	for _, g := range Sorted(s.network.NATGateways) {
		for _, pair := range g.Addresses {
			if pair.Public == a || pair.Private == a && vpc != "" && g.VPC == vpc {
				return Selection{}, &SelectError{Text: text, Reason: fmt.Sprintf("is an address of NAT gateway %s, which starts no flow of its own", g.ID)}
			}
		}
	}
	vpcs := s.vpcsHolding(netip.PrefixFrom(a, a.BitLen()), vpc)
	if len(vpcs) == 0 {
		if vpc != "" {
			return Selection{}, &SelectError{Text: text, Reason: fmt.Sprintf("is not in %s", vpc)}
		}
		return outside, nil
	}
	// No interface is known at all where the input lacks them: the address is
	// then as good as any of its subnet.
	var hypothetical []End
	for _, sn := range Sorted(s.network.Subnets) {
		v := s.network.VPCs[sn.VPC]
		if v != nil && slices.Contains(vpcs, v.ID) && v.Missing[KindInterface] != nil && sn.Contains(a) {
			hypothetical = append(hypothetical, End{Subnet: sn.ID, Addresses: []netip.Addr{a}, Literal: true})
		}
	}
	switch len(hypothetical) {
	case 0:
		err := &SelectError{Text: text, Reason: "is an address that no interface has"}
		for _, id := range s.unassigned {
			i := s.network.Interfaces[id]
			if sn := s.network.Subnets[i.Subnet]; sn != nil && slices.Contains(vpcs, i.VPC) && sn.Contains(a) {
				err.Suggestions = append(err.Suggestions, string(id))
			}
		}
		err.Suggestions = err.Suggestions[:min(len(err.Suggestions), maxSuggestions)]
		return Selection{}, err
	case 1:
		return Selection{Ends: hypothetical, Notes: []string{
			fmt.Sprintf("the input has no network interfaces: a hypothetical one with address %s, which no group restricts, stands in subnet %s", a, hypothetical[0].Subnet)}}, nil
	}
	return Selection{}, s.inSeveralVPCs(text, vpcs)
}

// selectCIDR resolves a CIDR: in a VPC it stands for the interfaces that have
// addresses in it, outside for itself.
func (s *Selector) selectCIDR(text string, p netip.Prefix, vpc VPCID) (Selection, error) {
	if p.Bits() == 0 {
		return Selection{}, &SelectError{Text: text, Reason: "is every address there is, the network's own too", Suggestions: []string{"internet"}}
	}
	vpcs := s.vpcsHolding(p, vpc)
	switch {
	case len(vpcs) > 1:
		return Selection{}, s.inSeveralVPCs(text, vpcs)
	case len(vpcs) == 1:
		return s.cidrInVPC(text, p, vpcs[0])
	case vpc != "":
		return Selection{}, &SelectError{Text: text, Reason: fmt.Sprintf("is not in %s", vpc)}
	}
	// A CIDR that holds a VPC's range and more is two things at once, of which
	// one verdict would say too much or too little.
	err := &SelectError{Text: text, Reason: "holds a VPC's addresses and others: ask about each by itself"}
	for _, v := range Sorted(s.network.VPCs) {
		for _, c := range v.CIDRs {
			if p.Overlaps(c) {
				err.Suggestions = append(err.Suggestions, c.String())
			}
		}
	}
	if len(err.Suggestions) > 0 {
		slices.Sort(err.Suggestions)
		err.Suggestions = slices.Compact(err.Suggestions)
		return Selection{}, err
	}
	return Selection{Kind: SelectPrefix, Prefix: p}, nil
}

// vpcsHolding are the VPCs, or the one, with a block that holds all of p.
func (s *Selector) vpcsHolding(p netip.Prefix, only VPCID) []VPCID {
	var vpcs []VPCID
	for _, v := range Sorted(s.network.VPCs) {
		holds := func(c netip.Prefix) bool { return c.Bits() <= p.Bits() && c.Contains(p.Addr()) }
		if (only == "" || v.ID == only) && slices.ContainsFunc(v.CIDRs, holds) {
			vpcs = append(vpcs, v.ID)
		}
	}
	return vpcs
}

func (s *Selector) inSeveralVPCs(text string, vpcs []VPCID) *SelectError {
	err := &SelectError{Text: text}
	for _, v := range slices.Sorted(slices.Values(vpcs)) {
		err.Candidates = append(err.Candidates, string(v)+"/"+text)
	}
	return err
}

func (s *Selector) cidrInVPC(text string, p netip.Prefix, vpc VPCID) (Selection, error) {
	n := s.network
	addresses := map[InterfaceID][]netip.Addr{}
	var sel Selection
	for i := s.firstAtLeast(p.Addr()); i < len(s.private) && p.Contains(s.private[i].address); i++ {
		if h := s.private[i]; h.vpc == vpc {
			addresses[h.holder] = append(addresses[h.holder], h.address)
		}
	}
	for _, d := range s.prefixes {
		if d.vpc == vpc && d.prefix.Overlaps(p) {
			sel.Notes = append(sel.Notes, fmt.Sprintf("interface %s has the delegated prefix %s; ask about its addresses one by one", d.holder, d.prefix))
		}
	}
	for _, id := range s.unassigned {
		i := n.Interfaces[id]
		sn := n.Subnets[i.Subnet]
		if sn == nil || i.VPC != vpc {
			continue
		}
		for _, c := range sn.CIDRs {
			open := i.Unassigned4 && c.Addr().Is4() || i.Unassigned6 && c.Addr().Is6()
			if !open || !p.Overlaps(c) {
				continue
			}
			if _, ok := addresses[id]; !ok {
				addresses[id] = nil
			}
			if p.Bits() > c.Bits() {
				sel.Notes = append(sel.Notes, fmt.Sprintf("interface %s has an address of %s that is not known yet and may lie outside %s", id, c, p))
			}
		}
	}
	for id, as := range addresses {
		sel.Ends = append(sel.Ends, End{Interface: id, Addresses: as})
	}
	slices.SortFunc(sel.Ends, func(a, b End) int { return strings.Compare(string(a.Interface), string(b.Interface)) })
	if len(sel.Ends) > 0 {
		return sel, nil
	}
	for _, sn := range Sorted(n.Subnets) {
		if sn.VPC == vpc && slices.ContainsFunc(sn.CIDRs, func(c netip.Prefix) bool { return p.Bits() <= c.Bits() && p.Contains(c.Addr()) }) {
			sel.Ends = append(sel.Ends, End{Subnet: sn.ID})
			sel.Notes = append(sel.Notes, fmt.Sprintf("subnet %s has no interface: a hypothetical one, which no group restricts, stands for it", sn.ID))
		}
	}
	if len(sel.Ends) == 0 {
		return Selection{}, &SelectError{Text: text, Reason: fmt.Sprintf("is in %s, and no interface has an address in it", vpc), Empty: true}
	}
	return sel, nil
}
