package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// vpc is a compiled VPC: the local router, which knows who has which address.
type vpc struct {
	e     *Engine
	comp  Component
	model *model.VPC
	cidrs packet.Addrs
	// resolver is base+2 of the primary CIDR (SUB-4).
	resolver packet.Addrs

	// owners has who has an address; blocks has the delegated prefixes (ENI-7),
	// in order.
	owners map[netip.Addr]addressee
	blocks []addressBlock
	// addrs are all the addresses that something has, in order, for questions
	// about ranges.
	addrs []netip.Addr
	// unassigned are the interfaces with addresses that are not told.
	unassigned []*networkInterface
	// members are the private addresses of the interfaces in a group (SG-14).
	members map[model.SecurityGroupID]packet.Addrs
	// perhapsMembers are those of interfaces whose groups are not known; nil: none.
	perhapsMembers *perhapsMembers
	// peers are the VPCs whose groups rules may reference (SG-16).
	peers []*vpc

	// lattice are its associations with VPC Lattice's service networks.
	lattice []*latticeAssociation

	igw     *internetGateway // nil: none is attached
	eigw    *egressOnlyInternetGateway
	subnets []*subnet
	// exclusion and mode are VPC Block Public Access's.
	bpa blockPublicAccess
}

// seesGroupsOf reports whether a group's rule for what it lets out may reference the
// groups of the other VPC's interfaces (SG-16).
func (v *vpc) seesGroupsOf(other *vpc) bool {
	return v == other || slices.Contains(v.peers, other)
}

type addressBlock struct {
	addrs packet.Interval[netip.Addr]
	to    addressee
}

func (v *vpc) component() Component { return v.comp }

// receive is the target "local": the packet goes to whoever in the VPC has its
// destination address, over the edge of that one's subnet (RT-5).
func (v *vpc) receive(w *walk, s state) outcome {
	var by *routeTable
	if s.seen != nil {
		by, _ = s.seen.at.(*routeTable)
	}
	return v.hand(w, s, by, func(to addressee, s state) outcome {
		if sn := to.home(); sn != nil {
			return sn.enter(w, s, to)
		}
		return to.deliver(w, s)
	})
}

// arrive takes a packet that enters the VPC where no route table is asked: over a
// peering connection (PATH-2).
func (v *vpc) arrive(w *walk, s state) outcome {
	return v.hand(w, s, nil, func(to addressee, s state) outcome {
		if sn := to.home(); sn != nil {
			return sn.enter(w, s, to)
		}
		return to.deliver(w, s)
	})
}

// hand gives each part of the flows to whoever has its destination address.
// What nobody has ends here; by is the route table to blame.
func (v *vpc) hand(w *walk, s state, by *routeTable, give func(to addressee, s state) outcome) outcome {
	if p := s.hdr.dst.pool; p != nil && p.of.vpc == v {
		return give(p.of, s)
	}
	var o outcome
	if c := w.claims[s.leg]; c.to != nil && c.to.vpc == v {
		in, out := s.split(s.hdr.dst, c.addrs)
		if !in.flows.IsEmpty() {
			o = give(c.to, in)
		}
		if out.flows.IsEmpty() {
			return o
		}
		s = out
	}
	dst := s.hdr.dst.ofSet(s.flows)
	if a, ok := dst.Single(); ok {
		if to := v.owner(a); to != nil {
			return o.or(give(to, s))
		}
		return o.or(v.nobody(w, s, by))
	}
	for _, to := range v.ownersIn(dst) {
		in, out := s.split(s.hdr.dst, to.addrs)
		if !in.flows.IsEmpty() {
			o = o.or(give(to.to, in))
		}
		s = out
	}
	if s.flows.IsEmpty() {
		return o
	}
	return o.or(v.nobody(w, s, by))
}

// owner gives who has an address; nil if nobody.
func (v *vpc) owner(a netip.Addr) addressee {
	if to, ok := v.owners[a]; ok {
		return to
	}
	i, ok := slices.BinarySearchFunc(v.blocks, a, func(b addressBlock, a netip.Addr) int { return b.addrs.Hi.Compare(a) })
	if !ok && i == len(v.blocks) || v.blocks[i].addrs.Lo.Compare(a) > 0 {
		return nil
	}
	return v.blocks[i].to
}

type addressed struct {
	addrs packet.Addrs
	to    addressee
}

// ownersIn gives who has addresses in a range, each with all its addresses
// there, in the order of their first.
func (v *vpc) ownersIn(s packet.Addrs) []addressed {
	var out []addressed
	at := map[addressee]int{}
	add := func(to addressee, addrs packet.Addrs) {
		k, ok := at[to]
		if !ok {
			k = len(out)
			at[to] = k
			out = append(out, addressed{to: to})
		}
		out[k].addrs = out[k].addrs.Or(addrs)
	}
	for _, a := range v.knownIn(s) {
		add(v.owners[a], packet.Addr(a))
	}
	for _, b := range v.blocks {
		if part := s.And(packet.Addrs{b.addrs}); !part.IsEmpty() {
			add(b.to, part)
		}
	}
	return out
}

// knownIn gives the addresses in a range that something has by itself, rather than
// by a delegated prefix, in order.
func (v *vpc) knownIn(s packet.Addrs) []netip.Addr {
	var out []netip.Addr
	for _, x := range s {
		i, _ := slices.BinarySearchFunc(v.addrs, x.Lo, netip.Addr.Compare)
		for ; i < len(v.addrs) && v.addrs[i].Compare(x.Hi) <= 0; i++ {
			out = append(out, v.addrs[i])
		}
	}
	return out
}

// nobody ends the way of packets to addresses of the VPC that nothing has.
func (v *vpc) nobody(w *walk, s state, by *routeTable) outcome {
	if u := v.model.Missing[model.KindInterface]; u != nil {
		return w.lostTrack(s, gapEvidence(v.comp, sideless, UnknownResource, u, nil))
	}
	at, where := v.comp, v.model.Provenance
	if by != nil {
		at, where = by.comp, by.where
	}
	if a, ok := s.hdr.dst.ofSet(s.flows).Single(); ok && w.record {
		if x := v.mayGet(a); x != nil {
			w.assume("ENI-1", fmt.Sprintf("%s is of none of the interfaces whose addresses are not told, such as %s", a, x.label()))
		}
	}
	return w.drop(s, evidence{code: NoPossibleDestination, at: at, where: where, words: func(_ *Engine, _ Component, h Header) (string, string) {
		return fmt.Sprintf("nothing in %s has the address %s", v.comp.named(), h.DestinationIP),
			"ask for an address that an interface has, or give the interface"
	}})
}

// mayGet is an interface without a told address that an address of its subnet may
// become; nil where there is none.
func (v *vpc) mayGet(a netip.Addr) *networkInterface {
	n := slices.IndexFunc(v.unassigned, func(i *networkInterface) bool {
		return slices.ContainsFunc(i.pools[:], func(p *addressPool) bool { return p != nil && p.addrs.Contains(a) })
	})
	if n < 0 {
		return nil
	}
	return v.unassigned[n]
}
