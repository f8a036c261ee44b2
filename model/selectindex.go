package model

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"
)

// Selector resolves the texts of sources and destinations against one network.
// Making one reads the whole network once; after that a text costs little more
// than what it stands for. It is safe for use by many goroutines; the network
// must not change while it is used.
type Selector struct {
	network *Network

	// levels are looked up one after the other; the first that has the text
	// decides.
	levels []map[string][]match
	// places are subnets and security groups, which sg: and subnet: ask for by
	// themselves.
	places struct{ exact, addresses, names map[string][]match }
	// outside is what flows start or end at outside the VPCs, by all its names.
	outside map[string]OwnerRef

	owned    map[OwnerRef][]InterfaceID // an instance's primary interface first
	bySubnet map[SubnetID][]InterfaceID
	byGroup  map[SecurityGroupID][]InterfaceID
	byTag    map[tag][]InterfaceID

	private    []heldAddress // sorted by address, then VPC
	public     map[netip.Addr][]heldAddress
	prefixes   []heldPrefix
	unassigned []InterfaceID
	services   map[string]bool // the names of those that can be asked about

	// vocabulary has everything that can be named, tagVocabulary "Key=Value" of
	// every tag; sorted, and made when a text first fits nothing.
	vocabulary, tagVocabulary func() []string
}

type tag struct{ key, value string }

// heldAddress is an address of an interface.
type heldAddress struct {
	address netip.Addr
	vpc     VPCID
	holder  InterfaceID
}

// heldPrefix is a delegated prefix of an interface (ENI-7).
type heldPrefix struct {
	prefix netip.Prefix
	vpc    VPCID
	holder InterfaceID
}

// match is a resource that a text names.
type match struct {
	kind Kind
	id   string
	meta *Meta
	name string // what it is called beside its ID
}

func (m match) owner() OwnerRef { return OwnerRef{Kind: m.kind, ID: m.id} }

func (m match) String() string {
	if m.name == "" || m.name == m.id {
		return fmt.Sprintf("%s %s", m.kind, m.id)
	}
	return fmt.Sprintf("%s %s (%s)", m.kind, m.id, m.name)
}

// nameTag is the Name tag, or the name in a design that has no tags.
func nameTag(m *Meta) string { return cmp.Or(m.Tags["Name"], m.Name) }

// NewSelector prepares a network for naming things in it.
func NewSelector(n *Network) *Selector {
	s := &Selector{
		network:  n,
		outside:  map[string]OwnerRef{},
		owned:    map[OwnerRef][]InterfaceID{},
		bySubnet: map[SubnetID][]InterfaceID{},
		byGroup:  map[SecurityGroupID][]InterfaceID{},
		byTag:    map[tag][]InterfaceID{},
		public:   map[netip.Addr][]heldAddress{},
		services: knownServices(n),
	}
	s.indexOwners()
	s.indexNames()
	s.indexOutside()
	s.indexInterfaces()
	s.indexAddresses()
	s.vocabulary, s.tagVocabulary = sync.OnceValue(s.words), sync.OnceValue(s.tagWords)
	return s
}

// indexOwners joins what the owners list with what the interfaces say. An owner's
// own list keeps its order, in which an instance's primary interface is first.
func (s *Selector) indexOwners() {
	n := s.network
	type attachment struct {
		owner OwnerRef
		id    InterfaceID
	}
	seen := map[attachment]bool{}
	add := func(o OwnerRef, ids ...InterfaceID) {
		for _, id := range ids {
			if a := (attachment{o, id}); n.Interfaces[id] != nil && !seen[a] {
				seen[a] = true
				s.owned[o] = append(s.owned[o], id)
			}
		}
	}
	for id, i := range n.Instances {
		add(OwnerRef{KindInstance, string(id)}, i.Interfaces...)
	}
	for id, o := range n.Owners {
		add(OwnerRef{KindOwner, string(id)}, o.Interfaces...)
	}
	for id, g := range n.NATGateways {
		for _, a := range g.Addresses {
			add(OwnerRef{KindNATGateway, string(id)}, a.Interface)
		}
	}
	for id, e := range n.VPCEndpoints {
		add(OwnerRef{KindVPCEndpoint, string(id)}, e.Interfaces...)
	}
	unlisted := Sorted(n.Interfaces)
	slices.SortStableFunc(unlisted, func(a, b *Interface) int { return cmp.Compare(a.DeviceIndex, b.DeviceIndex) })
	for _, i := range unlisted {
		if o := s.ownerOf(i); !o.IsZero() {
			add(o, i.ID)
		}
	}
}

// ownerOf is the interface's owner under the kind by which it is indexed: every
// one that is not an instance, a NAT gateway or a VPC endpoint is an Owner.
func (s *Selector) ownerOf(i *Interface) OwnerRef {
	switch i.Owner.Kind {
	case "", KindInstance, KindNATGateway, KindVPCEndpoint:
		return i.Owner
	}
	return OwnerRef{KindOwner, i.Owner.ID}
}

// indexNames fills the levels.
func (s *Selector) indexNames() {
	n := s.network
	exact, addresses := map[string][]match{}, map[string][]match{}
	ownerNames, ownerTags, interfaceNames := map[string][]match{}, map[string][]match{}, map[string][]match{}
	// One resource's names are put one after the other, so that a name that it
	// has twice finds it at the end of the list.
	put := func(level map[string][]match, name string, m match) {
		if ms := level[name]; name != "" && (len(ms) == 0 || ms[len(ms)-1] != m) {
			level[name] = append(ms, m)
		}
	}
	identify := func(exact, addresses map[string][]match, m match) {
		put(exact, m.id, m)
		put(exact, m.meta.ARN, m)
		put(addresses, m.meta.Provenance.Address, m)
	}
	owner := func(kind Kind, id string, meta *Meta) {
		m := match{kind, id, meta, meta.Name}
		identify(exact, addresses, m)
		if meta.Name != meta.Tags["Name"] {
			put(ownerNames, meta.Name, m)
		}
		put(ownerTags, meta.Tags["Name"], m)
	}
	for _, i := range Sorted(n.Instances) {
		owner(KindInstance, string(i.ID), &i.Meta)
	}
	for _, o := range Sorted(n.Owners) {
		owner(KindOwner, string(o.ID), &o.Meta)
	}
	for _, g := range Sorted(n.NATGateways) {
		owner(KindNATGateway, string(g.ID), &g.Meta)
	}
	for _, e := range Sorted(n.VPCEndpoints) {
		owner(KindVPCEndpoint, string(e.ID), &e.Meta)
	}
	for _, i := range Sorted(n.Interfaces) {
		m := match{KindInterface, string(i.ID), &i.Meta, i.Name}
		identify(exact, addresses, m)
		put(interfaceNames, nameTag(&i.Meta), m)
	}

	p := &s.places
	p.exact, p.addresses, p.names = map[string][]match{}, map[string][]match{}, map[string][]match{}
	for _, sn := range Sorted(n.Subnets) {
		m := match{KindSubnet, string(sn.ID), &sn.Meta, sn.Name}
		identify(p.exact, p.addresses, m)
		put(p.names, nameTag(&sn.Meta), m)
	}
	for _, g := range Sorted(n.SecurityGroups) {
		m := match{KindSecurityGroup, string(g.ID), &g.Meta, cmp.Or(g.Name, g.GroupName)}
		identify(p.exact, p.addresses, m)
		put(p.names, nameTag(&g.Meta), m)
		put(p.names, g.GroupName, m)
	}
	s.levels = []map[string][]match{exact, p.exact, addresses, p.addresses, ownerNames, ownerTags, interfaceNames}
}

// indexInterfaces files the interfaces, in the order of their IDs, under their
// subnet, groups and tags.
func (s *Selector) indexInterfaces() {
	n := s.network
	tagged := func(m *Meta, ids ...InterfaceID) {
		for key, value := range m.Tags {
			t := tag{key, value}
			s.byTag[t] = append(s.byTag[t], ids...)
		}
		if _, ok := m.Tags["Name"]; !ok && m.Name != "" {
			t := tag{"Name", m.Name}
			s.byTag[t] = append(s.byTag[t], ids...)
		}
	}
	for _, i := range Sorted(n.Interfaces) {
		s.bySubnet[i.Subnet] = append(s.bySubnet[i.Subnet], i.ID)
		for _, g := range slices.Compact(slices.Sorted(slices.Values(i.Groups))) {
			s.byGroup[g] = append(s.byGroup[g], i.ID)
		}
		tagged(&i.Meta, i.ID)
	}
	for id, i := range n.Instances {
		tagged(&i.Meta, s.owned[OwnerRef{KindInstance, string(id)}]...)
	}
	for id, o := range n.Owners {
		tagged(&o.Meta, s.owned[OwnerRef{KindOwner, string(id)}]...)
	}
	for id, g := range n.NATGateways {
		tagged(&g.Meta, s.owned[OwnerRef{KindNATGateway, string(id)}]...)
	}
	for id, e := range n.VPCEndpoints {
		tagged(&e.Meta, s.owned[OwnerRef{KindVPCEndpoint, string(id)}]...)
	}
	for t, ids := range s.byTag {
		slices.Sort(ids)
		s.byTag[t] = slices.Compact(ids)
	}
}

// indexAddresses files every private, public and delegated address.
func (s *Selector) indexAddresses() {
	n := s.network
	public := func(a netip.Addr, h heldAddress) {
		if a.IsValid() && !slices.Contains(s.public[a], h) {
			s.public[a] = append(s.public[a], h)
		}
	}
	for _, i := range Sorted(n.Interfaces) {
		for _, a := range i.Addresses {
			if !a.IP.IsValid() {
				continue
			}
			h := heldAddress{a.IP, i.VPC, i.ID}
			s.private = append(s.private, h)
			public(a.Public, h)
		}
		for _, p := range i.Prefixes {
			s.prefixes = append(s.prefixes, heldPrefix{p, i.VPC, i.ID})
		}
		if i.Unassigned4 || i.Unassigned6 {
			s.unassigned = append(s.unassigned, i.ID)
		}
	}
	for _, e := range Sorted(n.ElasticIPs) {
		if i := n.Interfaces[e.Interface]; i != nil && e.PrivateIP.IsValid() {
			public(e.PublicIP, heldAddress{e.PrivateIP, i.VPC, i.ID})
		}
	}
	slices.SortFunc(s.private, func(a, b heldAddress) int {
		return cmp.Or(a.address.Compare(b.address), cmp.Compare(a.vpc, b.vpc), cmp.Compare(a.holder, b.holder))
	})
	s.private = slices.Compact(s.private)
}

// words are all the names there are.
func (s *Selector) words() []string {
	words := map[string]struct{}{"internet": {}}
	for name := range s.outside {
		words[name] = struct{}{}
	}
	for _, level := range append(slices.Clone(s.levels), s.places.names) {
		for name := range level {
			words[name] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(words))
}

func (s *Selector) tagWords() []string {
	words := make([]string, 0, len(s.byTag))
	for t := range s.byTag {
		words = append(words, t.key+"="+t.value)
	}
	slices.Sort(words)
	return words
}
