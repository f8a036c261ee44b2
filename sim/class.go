package sim

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
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
	named := map[string]bool{} // what a route or a target group names is a class of its own
	e.singleTargets(add, func(id string) { named[id] = id != "" })
	for _, m := range e.network.RouteTables {
		for i := range m.Routes {
			add(m.Routes[i].Prefix)
			named[m.Routes[i].Target.ID] = true
		}
	}
	e.addTransitPrefixes(add)
	e.addOnPremisesPrefixes(add)
	e.addCorePrefixes(add)
	e.addFirewallPrefixes(add)
	for _, p := range smtpExempt {
		for _, q := range prefixesOf(p.Lo, p.Hi) {
			add(q)
		}
	}
	for _, i := range e.interfaces {
		i.classKey = i.key(&table, named)
	}
}

// prefixesOf gives the prefixes that make up the addresses from lo to hi.
func prefixesOf(lo, hi netip.Addr) []netip.Prefix {
	var out []netip.Prefix
	for lo.IsValid() && lo.Compare(hi) <= 0 {
		for bits := range lo.BitLen() + 1 { // the widest that begins at lo
			p := netip.PrefixFrom(lo, bits)
			if last := prefixLast(p); p.Masked().Addr() == lo && last.Compare(hi) <= 0 {
				out, lo = append(out, p), last.Next()
				break
			}
		}
	}
	return out
}

func prefixLast(p netip.Prefix) netip.Addr { return packet.Prefix(p)[0].Hi }

// key is the class of an interface, as bytes.
func (i *networkInterface) key(table *bart.Table[uint32], named map[string]bool) string {
	k := append([]byte(i.subnet.comp.ID), 0)
	groups := slices.Clone(i.groupNumbers)
	slices.Sort(groups)
	k = binary.LittleEndian.AppendUint32(k, uint32(len(groups)))
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
		if o.SendsOnly {
			k = append(k, 0, 1)
		}
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
		if a.PublicUnassigned {
			k = append(k, 2)
		}
	}
	single := i.isOdd() || len(i.model.Prefixes) > 0 || i.groupsUnknown != nil || i.model.PublicUnknown != nil ||
		named[i.comp.ID] || named[i.owner.id] || i.owner.kind == model.KindVPCEndpoint ||
		i.owner.instance != nil && len(i.owner.instance.Interfaces) > 1
	if single {
		k = append(append(k, 0), i.comp.ID...)
	}
	return string(k)
}

// isOdd reports whether an address of the interface is not simply its own in its
// subnet: somebody else has it too, AWS reserves it, or the subnet does not hold
// it.
func (i *networkInterface) isOdd() bool {
	if !i.subnet.cidrs.Holds(i.addrs) || i.addrs.Overlaps(i.vpc.resolver.Or(i.subnet.router)) {
		return true
	}
	for _, a := range i.model.Addresses {
		if a.IP.IsValid() && i.vpc.owners[a.IP] != addressee(i) {
			return true
		}
		if p := i.vpc.e.public[a.Public]; a.Public.IsValid() && (p.vpc != i.vpc || p.private.addr != a.IP) {
			return true
		}
	}
	return false
}

// classed puts the ends of a question into classes and gives the first of each.
// other is the question's other end: an interface that has one of its literal
// addresses is a class of its own.
func classed(ends []end, other *model.Selection) []end {
	var literal packet.Addrs
	if other.Kind == model.SelectPrefix {
		literal = packet.Prefix(other.Prefix)
	}
	out := make([]end, 0, len(ends))
	at := map[string]int{}
	for n := range ends {
		x := &ends[n]
		if x.key == "" || x.iface.hasAny(literal) {
			out = append(out, *x)
			continue
		}
		k, ok := at[x.key]
		if !ok {
			k = len(out)
			at[x.key] = k
			out = append(out, *x)
		}
		out[k].members = append(out[k].members, x)
	}
	return out
}

// hasAny reports whether the interface has one of the addresses, privately or
// publicly.
func (i *networkInterface) hasAny(s packet.Addrs) bool {
	if s.IsEmpty() {
		return false
	}
	return i.addrs.Overlaps(s) || slices.ContainsFunc(i.model.Addresses, func(a model.Address) bool {
		return a.Public.IsValid() && s.Contains(a.Public)
	})
}

// setKeys gives the ends that an interface makes the key of their class: the
// interface's own, and which of its addresses is meant. What is not an interface
// of the network has none.
func (i *networkInterface) setKeys(ends []end, m *model.End) {
	if i.classKey == "" {
		return
	}
	k := append([]byte(i.classKey), 0)
	for _, a := range m.Addresses {
		k = append(k, byte(slices.IndexFunc(i.model.Addresses, func(x model.Address) bool { return x.IP == a })))
	}
	for n := range ends {
		ends[n].key = string(append(k[:len(k):len(k)], byte(n), byte(len(ends))))
	}
}

// count is how many ends the end stands for.
func (x *end) count() int { return max(1, len(x.members)) }

// text names the end, and says of a class how many it is.
func (x *end) text() string {
	if n := x.count(); n > 1 {
		return fmt.Sprintf("%s and %d like it", x.label, n-1)
	}
	return x.label
}

// allAddrs are the addresses of all ends of a class.
func (x *end) allAddrs() packet.Addrs {
	var all packet.Addrs
	for n := range x.count() {
		all = append(all, x.member(n).addrs...)
	}
	return all
}

// member gives the n-th end of a class.
func (x *end) member(n int) *end {
	if len(x.members) == 0 {
		return x
	}
	return x.members[n]
}

// pair gives an end of each of two classes that are different interfaces; false
// where there are none.
func pair(from, to *end) (*end, *end, bool) {
	f, t := from.member(0), to.member(0)
	switch {
	case f.iface != t.iface || f.iface == nil:
		return f, t, true
	case to.count() > 1:
		return f, to.member(1), true
	case from.count() > 1:
		return from.member(1), t, true
	}
	return f, t, false
}
