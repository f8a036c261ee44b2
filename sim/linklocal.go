package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// linkLocal are the services that an interface always reaches: no route, no
// group and no network ACL is asked (LL-1, SG-30, NACL-13). They are there for the
// VPC's own interfaces alone (LL-2); other name servers are ordinary (LL-4).
var linkLocal = []struct {
	name     string
	addrs    packet.Addrs
	resolver bool
}{
	{"Amazon DNS", addrs("169.254.169.253", "fd00:ec2::253"), true},
	{"instance metadata", addrs("169.254.169.254", "fd00:ec2::254"), false},
	{"Amazon Time Sync", addrs("169.254.169.123", "fd00:ec2::123"), false},
	{"Windows activation", addrs("169.254.169.250", "169.254.169.251", "fd00:ec2::250"), false},
	{"ECS task metadata", addrs("169.254.170.2"), false},
}

// resolver4 is where Amazon DNS answers over IPv4 in a subnet without IPv4 too
// (LL-7); linkLocal4 is what such an interface asks from.
var (
	resolver4  = addrs("169.254.169.253")
	linkLocal4 = packet.Prefix(netip.MustParsePrefix("169.254.0.0/16"))
)

// unroutable are the ranges that no route forwards (RT-14, T-RT-6); VPC
// Lattice's own part of it is an exception (LAT-2).
var unroutable = packet.Prefixes([]netip.Prefix{
	netip.MustParsePrefix("169.254.168.0/22"), netip.MustParsePrefix("fd00:ec2::/32"),
}).Sub(packet.Prefix(netip.MustParsePrefix("169.254.171.0/24")))

// multicast are the groups that no route leads to: a transit gateway's multicast domains
// may carry what is sent to them (TGW-38).
var multicast = packet.Prefix(netip.MustParsePrefix("224.0.0.0/4"))

// exemptAddrs are the addresses for which a subnet's interfaces do not ask a route: of
// all services that they reach unfiltered, and of multicast groups.
func (sn *subnet) exemptAddrs() packet.Addrs {
	out := sn.vpc.resolver.Or(sn.router).Or(multicast)
	for k := range linkLocal {
		out = out.Or(linkLocal[k].addrs)
	}
	return out
}

func addrs(texts ...string) packet.Addrs {
	var out packet.Addrs
	for _, t := range texts {
		out = out.Or(packet.Addr(netip.MustParseAddr(t)))
	}
	return out
}

// sendToService delivers what goes to a link-local service. rest is what goes
// elsewhere; nil when nothing does.
func (i *networkInterface) sendToService(w *walk, s state) (o outcome, rest *state) {
	if in, _ := s.split(s.hdr.dst, i.subnet.exempt); in.flows.IsEmpty() {
		return outcome{}, &s
	}
	for k := range linkLocal {
		sv := &linkLocal[k]
		to := sv.addrs
		if sv.resolver {
			to = to.Or(i.vpc.resolver) // SUB-4: base+2 of the primary CIDR
		}
		in, out := s.split(s.hdr.dst, to)
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(i.reachService(w, in, sv.name, sv.resolver))
		if out.flows.IsEmpty() {
			return o, nil
		}
		s = out
	}
	// The subnet's router answers too: base+1, and ::1 (SUB-3, SUB-5).
	if in, out := s.split(s.hdr.dst, i.subnet.router); !in.flows.IsEmpty() {
		o = o.or(i.reachService(w, in, "the VPC router", false))
		if out.flows.IsEmpty() {
			return o, nil
		}
		s = out
	}
	return o, &s
}

func (i *networkInterface) reachService(w *walk, s state, name string, resolver bool) outcome {
	if resolver && !i.vpc.model.EnableDNSSupport { // LL-3
		return w.drop(s, evidence{code: DNSUnresolved, at: i.vpc.comp, where: i.vpc.model.Provenance,
			words: say("the resolver does not answer: DNS support is off in the VPC", "set enableDnsSupport to true")})
	}
	if w.record {
		s.hop(hop{at: i.vpc.comp, action: ActionDeliver, words: func(_ *Engine, _ Component, h Header) (string, string) {
			return fmt.Sprintf("%s at %s is never filtered", name, h.DestinationIP), ""
		}})
	}
	return w.end(s)
}

// empty reports whether the verdicts are of no flow at all.
func (v verdicts) empty() bool {
	return v.reachable.IsEmpty() && v.partial.IsEmpty() && v.blocked.IsEmpty() && v.indeterminate.IsEmpty()
}
