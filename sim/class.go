package sim

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/vpcwalk/vpcwalk/model"
)

// Class is interfaces that no packet can tell apart: the same subnet, the same
// groups, the same flags and kind of owner, and addresses on the same side of
// every CIDR of the network. What holds for one holds for all, so that all pairs
// cost what pairs of classes cost.
type Class struct {
	// Interfaces are the members, by ID.
	Interfaces []model.InterfaceID
	members    []*networkInterface
}

// Size is the number of members.
func (c *Class) Size() int { return len(c.Interfaces) }

// Classes puts interfaces into classes, ordered by their first member. Interfaces
// that the network does not have are left out.
func (e *Engine) Classes(ids []model.InterfaceID) []Class {
	var out []Class
	at := map[string]int{}
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	for _, id := range slices.Compact(sorted) {
		i := e.interfaces[id]
		if i == nil {
			continue
		}
		k, ok := at[i.classKey]
		if !ok {
			k = len(out)
			at[i.classKey] = k
			out = append(out, Class{})
		}
		out[k].Interfaces = append(out[k].Interfaces, id)
		out[k].members = append(out[k].members, i)
	}
	return out
}

// compileClasses gives every interface the key of its class. All CIDRs of the
// network go into one table; the entry that an address falls on fixes all the
// CIDRs that hold it.
func (e *Engine) compileClasses() {
	var table bart.Table[uint32]
	n := uint32(0)
	add := func(p netip.Prefix) {
		if p.IsValid() {
			if _, ok := table.Get(p.Masked()); !ok {
				n++
				table.Insert(p.Masked(), n)
			}
		}
	}
	for _, m := range e.network.NetworkACLs {
		for i := range m.Rules {
			add(m.Rules[i].Prefix)
		}
	}
	for _, m := range e.network.SecurityGroups {
		for i := range m.Rules {
			add(m.Rules[i].Peer.Prefix)
		}
	}
	for _, m := range e.network.PrefixLists {
		for i := range m.Entries {
			add(m.Entries[i].Prefix)
		}
	}
	named := map[string]bool{} // what a route names is a class of its own
	for _, m := range e.network.RouteTables {
		for i := range m.Routes {
			add(m.Routes[i].Prefix)
			named[m.Routes[i].Target.ID] = true
		}
	}
	for _, p := range smtpExempt {
		for _, q := range prefixesOf(p.Lo, p.Hi) {
			add(q)
		}
	}
	for _, i := range e.interfaces {
		i.classKey = i.key(&table, named)
	}
}

// prefixesOf gives the prefix from lo to hi, where they are one.
func prefixesOf(lo, hi netip.Addr) []netip.Prefix {
	for bits := 0; bits <= lo.BitLen(); bits++ {
		p, err := lo.Prefix(bits)
		if err == nil && p.Addr() == lo && !p.Contains(hi.Next()) && p.Contains(hi) {
			return []netip.Prefix{p}
		}
	}
	return nil
}

// key is the class of an interface, as bytes.
func (i *networkInterface) key(table *bart.Table[uint32], named map[string]bool) string {
	k := append([]byte(i.subnet.comp.ID), 0)
	groups := slices.Clone(i.groupNumbers)
	slices.Sort(groups)
	for _, g := range groups {
		k = binary.LittleEndian.AppendUint32(k, uint32(g))
	}
	flags := byte(0)
	for bit, set := range []bool{
		i.model.SourceDestCheckDisabled, i.model.DenyAllIGWTraffic, i.dead != nil, i.model.PublicUnassigned,
		i.model.Unassigned4, i.model.Unassigned6,
	} {
		if set {
			flags |= 1 << bit
		}
	}
	k = append(k, 0, flags)
	k = append(k, i.owner.kind...)
	if o := i.owner.other; o != nil {
		k = append(append(k, 0), o.Type...)
	}
	k = binary.LittleEndian.AppendUint16(append(k, 0), uint16(i.sourcePorts()[0].Lo))
	k = binary.LittleEndian.AppendUint16(k, uint16(i.sourcePorts()[0].Hi))
	entry := func(a netip.Addr) {
		n, _ := table.Lookup(a)
		k = binary.LittleEndian.AppendUint32(k, n)
	}
	for _, a := range i.model.Addresses {
		k = append(k, byte(a.IP.BitLen()))
		entry(a.IP)
		if a.Public.IsValid() {
			k = append(k, 1)
			entry(a.Public)
		}
	}
	single := len(i.model.Prefixes) > 0 || i.groupsUnknown != nil || i.model.PublicUnknown != nil ||
		named[i.comp.ID] || named[i.owner.id] || i.owner.kind == model.KindVPCEndpoint ||
		i.owner.instance != nil && len(i.owner.instance.Interfaces) > 1
	if single {
		k = append(append(k, 0), i.comp.ID...)
	}
	return string(k)
}
