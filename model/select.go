package model

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Select says what the text of a source or destination stands for. It builds a
// Selector for the one question; whoever has many asks NewSelector.
func (n *Network) Select(text string, side Side) (Selection, error) {
	return NewSelector(n).Select(text, side)
}

// Select says what the text of a source or destination stands for. The error is
// always a *SelectError. It understands, the first that fits:
//
//   - internet; service:NAME; tag:Key=Value; subnet:ID; sg:ID
//   - the ID or ARN of an interface, an instance or another owner of interfaces,
//     a NAT gateway, a VPC endpoint; else of a subnet or a security group
//   - a Terraform address or CloudFormation logical ID of any of these
//   - an on-premises network, a Client VPN endpoint, alone or with a group of its
//     users (cvpn/engineers), an accelerator, a VPC origin, a VPC Lattice service
//     or its domain name
//   - the name of an interface owner; then an owner's Name tag, an interface's
//   - an IP address or a CIDR, alone or as VPC/10.0.0.5
//   - the name of a subnet or security group that no other has
//
// An instance stands for its primary interface with its primary addresses;
// another owner for all its interfaces with theirs. An interface, and the
// interfaces of a subnet, group or tag, stand for all of their addresses as a
// destination and for the primary ones as a source; those of a CIDR for their
// addresses in it. What has no address of a family yet (Unassigned4,
// Unassigned6) has none of it in End.Addresses.
//
// tag: reads the tags of interfaces and of what owns them, not those of their
// subnet or VPC; a resource without a Name tag has its name for one.
//
// An address as a destination is a header, taken literally; with its VPC, where
// another has the same range, it is the interface's that has it there. As a source
// it is the interface that has it, be it as a private or as a public address; an
// address of a VPC that no interface has is an error, unless the input lacks that
// VPC's interfaces: then it is a hypothetical interface in its subnet.
func (s *Selector) Select(text string, side Side) (Selection, error) {
	text = strings.TrimSpace(text)
	sel, err := s.resolve(text, side)
	if err != nil {
		return Selection{}, err
	}
	sel.Text = text
	return sel, nil
}

func (s *Selector) resolve(text string, side Side) (Selection, error) {
	if text == "" {
		return Selection{}, &SelectError{Text: text, Reason: "is empty"}
	}
	if text == "internet" {
		return Selection{Kind: SelectInternet}, nil
	}
	if prefix, rest, ok := strings.Cut(text, ":"); ok {
		switch prefix {
		case "service":
			return s.selectService(text, rest)
		case "tag":
			return s.selectTag(text, rest, side)
		case "subnet":
			return s.selectNamed(text, rest, KindSubnet, side)
		case "sg":
			return s.selectNamed(text, rest, KindSecurityGroup, side)
		}
	}
	for _, level := range s.levels {
		if ms := s.withoutOwned(level[text]); len(ms) > 0 {
			return s.only(text, ms, side)
		}
	}
	if sel, ok := s.selectOutside(text); ok {
		return sel, nil
	}
	if sel, ok, err := s.selectAddress(text, side); ok || err != nil {
		return sel, err
	}
	if ms := s.places.names[text]; len(ms) > 0 {
		return s.only(text, ms, side)
	}
	if m, ok := s.other(text); ok {
		return Selection{}, &SelectError{Text: text,
			Reason: fmt.Sprintf("names %s, which has no network interface in this input: use an interface, an owner of interfaces, an address, a CIDR or internet", m)}
	}
	return Selection{}, &SelectError{Text: text, Suggestions: nearest(text, s.vocabulary())}
}

// other finds a resource that is no source and no destination here: its kind never
// is, or its interfaces are not told.
func (s *Selector) other(text string) (match, bool) {
	for _, t := range s.network.Tables() {
		for _, id := range t.IDs() {
			m := MetaOf(t.Resources.MapIndex(id))
			if text == id.String() || text == m.ARN || text == m.Provenance.Address || text == nameTag(m) {
				return match{t.Kind, id.String(), m, nameTag(m)}, true
			}
		}
	}
	return match{}, false
}

// withoutOwned drops an interface that is named along with its owner: inputs
// that make the interface of an instance give both one name.
func (s *Selector) withoutOwned(ms []match) []match {
	if len(ms) < 2 {
		return ms
	}
	return slices.DeleteFunc(slices.Clone(ms), func(m match) bool {
		if m.kind != KindInterface {
			return false
		}
		return slices.ContainsFunc(ms, func(o match) bool {
			return o.kind != KindInterface && slices.Contains(s.owned[o.owner()], InterfaceID(m.id))
		})
	})
}

// only resolves the one match, or fails with all of them.
func (s *Selector) only(text string, ms []match, side Side) (Selection, error) {
	if len(ms) > 1 {
		return Selection{}, s.several(text, ms)
	}
	m := ms[0]
	switch m.kind {
	case KindInterface:
		return Selection{Ends: s.ends([]InterfaceID{InterfaceID(m.id)}, side), Notes: s.prefixNotes(InterfaceID(m.id))}, nil
	case KindInstance:
		return s.selectInstance(text, m)
	case KindOwner, KindNATGateway, KindVPCEndpoint:
		ids := s.owned[m.owner()]
		if len(ids) == 0 {
			return Selection{}, &SelectError{Text: text, Reason: "names " + m.String() + ", which has no network interface in this input"}
		}
		sel := Selection{Owner: m.owner()}
		for _, id := range slices.Sorted(slices.Values(ids)) {
			sel.Ends = append(sel.Ends, End{Interface: id, Addresses: primaryAddresses(s.network.Interfaces[id])})
		}
		return sel, nil
	case KindSubnet:
		return s.selectSubnet(SubnetID(m.id), side), nil
	case KindSecurityGroup:
		return s.selectGroup(text, SecurityGroupID(m.id), side)
	default:
		panic("model: nothing selects a " + string(m.kind))
	}
}

func (s *Selector) several(text string, ms []match) *SelectError {
	err := &SelectError{Text: text}
	tag := "tag:Name=" + text
	tagged := 0
	for _, m := range ms {
		err.Candidates = append(err.Candidates, m.String())
		switch {
		case m.kind == KindSubnet:
			err.Suggestions = append(err.Suggestions, "subnet:"+m.id)
		case m.kind == KindSecurityGroup:
			err.Suggestions = append(err.Suggestions, "sg:"+m.id)
		case nameTag(m.meta) == text:
			tagged++
		}
	}
	if tagged == len(ms) {
		err.Suggestions = append(err.Suggestions, tag)
	}
	slices.Sort(err.Candidates)
	slices.Sort(err.Suggestions)
	return err
}

func (s *Selector) selectInstance(text string, m match) (Selection, error) {
	ids := s.owned[m.owner()]
	if len(ids) == 0 {
		return Selection{}, &SelectError{Text: text, Reason: "names " + m.String() + ", which has no network interface in this input"}
	}
	sel := Selection{Ends: []End{{Interface: ids[0], Addresses: primaryAddresses(s.network.Interfaces[ids[0]])}}}
	if len(ids) > 1 {
		rest := make([]string, 0, len(ids)-1)
		for _, id := range ids[1:] {
			rest = append(rest, string(id))
		}
		sel.Notes = []string{fmt.Sprintf("%s stands for its primary interface %s; ask about the others by ID or address: %s",
			text, ids[0], strings.Join(rest, ", "))}
	}
	if others := s.network.otherPublicAddresses(s.network.Interfaces[ids[0]]); len(others) > 0 {
		sel.Notes = append(sel.Notes, fmt.Sprintf("%s stands for the primary addresses of %s; ask about its other public addresses by themselves: %s",
			text, ids[0], strings.Join(others, ", ")))
	}
	return sel, nil
}

func (s *Selector) selectTag(text, rest string, side Side) (Selection, error) {
	key, value, ok := strings.Cut(rest, "=")
	if !ok || key == "" {
		return Selection{}, &SelectError{Text: text, Reason: "is not a tag and its value: write tag:Tier=db"}
	}
	ids := s.byTag[tag{key, value}]
	if len(ids) == 0 {
		err := &SelectError{Text: text, Reason: "fits no interface and no owner of one", Empty: true}
		for _, near := range nearest(rest, s.tagVocabulary()) {
			err.Suggestions = append(err.Suggestions, "tag:"+near)
		}
		return Selection{}, err
	}
	return Selection{Ends: s.ends(ids, side), Notes: s.prefixNotes(ids...)}, nil
}

// selectNamed resolves subnet: and sg:, by ID or ARN, then by address, then by
// name.
func (s *Selector) selectNamed(text, rest string, kind Kind, side Side) (Selection, error) {
	others := func(m match) bool { return m.kind != kind }
	for _, level := range []map[string][]match{s.places.exact, s.places.addresses, s.places.names} {
		if ms := slices.DeleteFunc(slices.Clone(level[rest]), others); len(ms) > 0 {
			return s.only(text, ms, side)
		}
	}
	err := &SelectError{Text: text, Empty: true}
	var known []string
	for _, level := range []map[string][]match{s.places.exact, s.places.names} {
		for name, ms := range level {
			if slices.ContainsFunc(ms, func(m match) bool { return m.kind == kind }) {
				known = append(known, name)
			}
		}
	}
	slices.Sort(known)
	prefix, _, _ := strings.Cut(text, ":")
	for _, near := range nearest(rest, slices.Compact(known)) {
		err.Suggestions = append(err.Suggestions, prefix+":"+near)
	}
	return Selection{}, err
}

func (s *Selector) selectSubnet(id SubnetID, side Side) Selection {
	ids := s.bySubnet[id]
	if len(ids) == 0 {
		return Selection{Ends: []End{{Subnet: id}},
			Notes: []string{fmt.Sprintf("subnet %s has no interface: a hypothetical one, which no group restricts, stands for it", id)}}
	}
	return Selection{Ends: s.ends(ids, side), Notes: s.prefixNotes(ids...)}
}

func (s *Selector) selectGroup(text string, id SecurityGroupID, side Side) (Selection, error) {
	ids := s.byGroup[id]
	if len(ids) == 0 {
		return Selection{}, &SelectError{Text: text, Reason: fmt.Sprintf("names security group %s, which no interface has", id), Empty: true}
	}
	return Selection{Ends: s.ends(ids, side), Notes: s.prefixNotes(ids...)}, nil
}

// ends gives the interfaces, which are sorted, with all their addresses as a
// destination and with the primary ones as a source.
func (s *Selector) ends(ids []InterfaceID, side Side) []End {
	ends := make([]End, 0, len(ids))
	for _, id := range ids {
		e := End{Interface: id}
		switch i := s.network.Interfaces[id]; side {
		case Source:
			e.Addresses = primaryAddresses(i)
		case Destination:
			e.Addresses = s.network.ReceivingAddresses(i)
		default:
			panic(fmt.Sprintf("model: side %d", uint8(side)))
		}
		ends = append(ends, e)
	}
	return ends
}

// ReceivingAddresses are the private addresses that an interface stands for as a
// destination: all that it lists, and those of its delegated prefixes that an
// Elastic IP is associated with (ENI-7), in order.
func (n *Network) ReceivingAddresses(i *Interface) []netip.Addr {
	var as []netip.Addr
	for _, a := range i.Addresses {
		if a.IP.IsValid() {
			as = append(as, a.IP)
		}
	}
	for _, e := range n.elasticInPrefixes(i) {
		as = append(as, e.PrivateIP)
	}
	return as
}

// elasticInPrefixes are the Elastic IPs of addresses that an interface has by its
// delegated prefixes alone.
func (n *Network) elasticInPrefixes(i *Interface) []*ElasticIP {
	if len(i.Prefixes) == 0 {
		return nil
	}
	var out []*ElasticIP
	for _, e := range Sorted(n.ElasticIPs) {
		listed := slices.ContainsFunc(i.Addresses, func(a Address) bool { return a.IP == e.PrivateIP })
		if e.Interface == i.ID && !listed && slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Contains(e.PrivateIP) }) {
			out = append(out, e)
		}
	}
	return out
}

// otherPublicAddresses are the public addresses that an interface has beside that
// of its primary private one.
func (n *Network) otherPublicAddresses(i *Interface) []string {
	var out []string
	for _, a := range i.Addresses {
		if a.Public.IsValid() && a.IP != i.Primary(false).IP {
			out = append(out, a.Public.String())
		}
	}
	for _, e := range n.elasticInPrefixes(i) {
		if e.PublicIP.IsValid() {
			out = append(out, e.PublicIP.String())
		}
	}
	return out
}

// prefixNotes mentions the addresses that an End cannot list (ENI-7).
func (s *Selector) prefixNotes(ids ...InterfaceID) []string {
	var notes []string
	for _, id := range ids {
		for _, p := range s.network.Interfaces[id].Prefixes {
			notes = append(notes, fmt.Sprintf("interface %s also has the delegated prefix %s; ask about its addresses one by one", id, p))
		}
	}
	return notes
}

// primaryAddresses are the primary IPv4 address and the first IPv6 address.
func primaryAddresses(i *Interface) []netip.Addr {
	var as []netip.Addr
	for _, v6 := range []bool{false, true} {
		if a := i.Primary(v6).IP; a.IsValid() {
			as = append(as, a)
		}
	}
	return as
}
