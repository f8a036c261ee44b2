package sim

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// internetComponent is everything that is reached the public way.
var internetComponent = Component{ID: "internet", Type: model.KindInternet}

var (
	rfc1918 = packet.Prefixes([]netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	})
	rfc6598 = packet.Prefix(netip.MustParsePrefix("100.64.0.0/10"))

	// publicIPv4 is the public address space: all but what is private or set
	// aside for something else. Documentation ranges count as internet (a
	// decision).
	publicIPv4 = packet.AllIPv4.Sub(rfc1918).Sub(rfc6598).Sub(packet.Prefixes([]netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
		netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("224.0.0.0/3"),
	}))
	publicIPv6 = packet.Prefix(netip.MustParsePrefix("2000::/3"))
	// publicSpace is where something can be on the internet.
	publicSpace = publicIPv4.Or(publicIPv6)
	// uniqueLocal are IPv6 addresses that the internet does not route (RFC 4193).
	uniqueLocal = packet.Prefix(netip.MustParsePrefix("fc00::/7"))

	anyPrefix  = netip.MustParsePrefix("0.0.0.0/0")
	anyPrefix6 = netip.MustParsePrefix("::/0")
)

// publicOwner is who has a public IPv4 address: the private address that the
// internet gateway of a VPC maps it to (IGW-2).
type publicOwner struct {
	vpc     *vpc
	private addrField
	// front is what has the address outside the VPCs, in place of both: a Global
	// Accelerator, a CloudFront distribution's origin.
	front node
}

// admit takes what is sent to the address.
func (o *publicOwner) admit(w *walk, s state) outcome {
	if o.front != nil {
		return o.front.receive(w, s)
	}
	return o.vpc.admit(w, s, o.private)
}

// internetSets are the addresses that the word internet stands for, by IP
// version (0 for IPv4) and side: the public space less the network's own CIDRs
// and public addresses and on-premises prefixes; as a destination less the
// services' address lists too (a decision).
type internetSets [2][2]packet.Addrs

func (e *Engine) compileInternet() {
	for version, space := range []packet.Addrs{publicIPv4, publicIPv6} {
		outside := space.Sub(e.inside)
		e.internetSets[version][model.Source] = outside
		e.internetSets[version][model.Destination] = outside.Sub(e.services)
		e.serviceSpace[version] = servicePublic[version].Sub(e.inside)
	}
}

func (e *Engine) internet(v6 bool, side model.Side) packet.Addrs {
	if v6 {
		return e.internetSets[1][side]
	}
	return e.internetSets[0][side]
}

// maxListed is how many intervals of addresses an answer lists.
const maxListed = 8

// showAddrs writes addresses for an answer; most of the internet is told by what
// it lacks.
func (e *Engine) showAddrs(s packet.Addrs) string {
	if len(s) <= 1 {
		return packet.FormatAddrs(s)
	}
	for _, version := range e.internetSets {
		for _, all := range version {
			if len(s) == len(all) && s.Equal(all) {
				return "internet"
			}
			if lacks := all.Sub(s); len(lacks) <= maxListed && len(lacks) < len(s) && all.Holds(s) {
				return "internet except " + packet.FormatAddrs(lacks)
			}
		}
	}
	if len(s) > maxListed {
		return fmt.Sprintf("%s and %d more ranges", packet.FormatAddrs(s[:maxListed]), len(s)-maxListed)
	}
	return packet.FormatAddrs(s)
}

// leave takes a packet that a gateway sent out: it comes back in where the
// network itself has its destination, and is on the internet otherwise.
func (w *walk) leave(s state) outcome {
	var o outcome
	s.from, s.via = nil, nil
	if s.hdr.dst.kind == somePublicIP4 {
		return w.comeIn(s)
	}
	if a := s.hdr.dst.service; a != nil && a.front != nil && s.leg == model.Return {
		return a.front.back(w, s)
	}
	in, out := s.split(s.hdr.dst, w.e.reachableFromOutside)
	if !in.flows.IsEmpty() {
		o = w.comeIn(in)
	}
	if out.flows.IsEmpty() {
		return o
	}
	s, out = out.split(out.hdr.dst, publicSpace)
	if !out.flows.IsEmpty() {
		o = o.or(w.drop(out, evidence{code: NoPossibleDestination, at: internetComponent, words: nowhereWords}))
		if s.flows.IsEmpty() {
			return o
		}
	}
	if w.record {
		s.hop(hop{at: internetComponent, action: ActionDeliver, words: internetWords})
	}
	if s.leg == model.Return {
		if w.startedOnInternet(&s) {
			return o.or(w.home(s))
		}
		return o.or(w.drop(s, evidence{code: AsymmetricReturn, at: internetComponent, words: strayReplyWords}))
	}
	return o.or(w.arrived(s, w.comeIn))
}

// startedOnInternet reports whether replies on the internet come home: the flow
// started there, or at a network on premises that has public addresses, or that may
// be there.
func (w *walk) startedOnInternet(s *state) bool {
	p, ok := w.origin.(*site)
	return w.source == nil && (w.origin == nil || ok && (p.unplaced || p.addrs.Holds(s.hdr.dst.ofSet(s.flows))))
}

// comeIn takes a packet from the internet to the VPC that its destination is in.
func (w *walk) comeIn(s state) outcome {
	dst := s.hdr.dst
	if dst.kind == somePublicIP4 {
		return dst.owner.admit(w, s)
	}
	var o outcome
	to := dst.ofSet(s.flows)
	for _, a := range w.e.publicAddrsIn(to) {
		in, out := s.split(dst, packet.Addr(a))
		own := w.e.public[a]
		o = o.or(own.admit(w, in))
		if out.flows.IsEmpty() {
			return o
		}
		s = out
	}
	for _, v := range w.e.vpcList {
		if v.igw != nil {
			in, out := s.split(dst, v.igw.pools)
			if !in.flows.IsEmpty() {
				o = o.or(v.igw.admitToPool(w, in))
			}
			if out.flows.IsEmpty() {
				return o
			}
			s = out
		}
		in, out := s.split(dst, v.cidrs)
		if in.flows.IsEmpty() {
			continue
		}
		if s.hdr.v6 {
			o = o.or(v.admit6(w, in))
		} else {
			o = o.or(v.refusePrivate(w, in))
		}
		if out.flows.IsEmpty() {
			return o
		}
		s = out
	}
	if in, out := s.split(dst, w.e.idle); !in.flows.IsEmpty() { // IGW-5
		o = o.or(w.drop(in, evidence{code: IGWPrivateIPAssociationForIngress, dir: ingress, at: internetComponent, words: idleWords}))
		if out.flows.IsEmpty() {
			return o
		}
		s = out
	}
	return o.or(w.drop(s, evidence{code: NoPossibleDestination, at: internetComponent,
		words: func(_ *Engine, _ Component, h Header) (string, string) {
			return "nothing in the network has the address " + h.DestinationIP, "ask for an address that the network has"
		}}))
}

// publicAddrsIn gives the network's public IPv4 addresses in a set, in order.
func (e *Engine) publicAddrsIn(s packet.Addrs) []netip.Addr {
	if a, ok := s.Single(); ok {
		if _, ok := e.public[a]; ok {
			return []netip.Addr{a}
		}
		return nil
	}
	var out []netip.Addr
	for _, x := range s {
		i, _ := slices.BinarySearchFunc(e.publicAddrs, x.Lo, netip.Addr.Compare)
		for ; i < len(e.publicAddrs) && e.publicAddrs[i].Compare(x.Hi) <= 0; i++ {
			out = append(out, e.publicAddrs[i])
		}
	}
	return out
}

func internetWords(_ *Engine, _ Component, h Header) (string, string) {
	return "reaches " + h.DestinationIP, ""
}

func nowhereWords(_ *Engine, _ Component, h Header) (string, string) {
	return h.DestinationIP + " is no address of the internet: nothing there routes it",
		"use an address that is public, or a route to where the address is private"
}

func idleWords(_ *Engine, _ Component, h Header) (string, string) {
	return "the Elastic IP " + h.DestinationIP + " is associated with nothing", "associate it with an interface"
}
