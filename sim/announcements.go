package sim

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// What the routers of a network on premises announce by BGP may not be told (PATH-8).
// A prefix of theirs would have to win against the routes that a table is known to
// have: by its length, and among equal ones by its kind (T-RT-1, TGW-13). A static
// route, one of a prefix list, and on a transit gateway a VPC's and Direct Connect's,
// thus beat the announcement of a VPN connection that is no longer than they are, and
// none beats a longer one. Which addresses nobody is taken to announce from elsewhere
// is a choice, that the output names:
//
//	destination                     known route                  an announcement
//	public                          any, the default one too     is not expected
//	                                none                         may win: a default route
//	a VPC's, or of a network that   longer than the default      is not expected
//	  the design describes          the default, or none         may win: a summary of several
//	of another network on premises  to a connection to it        is not expected
//	  that a connection leads to    any other, or none           may win
//	any other                       of a single address          wins only by a better kind
//	                                any other, or none           may win
//
// Between a core network and a transit gateway that it is peered with the ranges of the
// VPCs beyond are expected. Black holes are routes like any other. Where an announcement may win, both ways are
// walked, and the verdict is indeterminate if they differ.

// compileAnnouncements collects the addresses that the design gives to somebody: to
// VPCs, and to networks on premises that it describes.
func (e *Engine) compileAnnouncements() {
	for _, v := range e.vpcList {
		e.placed = e.placed.Or(v.cidrs)
	}
	for _, m := range e.network.OnPremisesNetworks {
		e.described = e.described.Or(packet.Prefixes(m.CIDRs))
	}
	e.placed = e.placed.Or(e.described)
}

// unexpected are the addresses of a route that no other network is expected to
// announce.
func (en *transitEntry) unexpected(e *Engine) packet.Addrs {
	out := en.addrs.And(publicSpace)
	if en.prefix.Bits() == 0 {
		return out
	}
	out = out.Or(en.addrs.And(en.winners[0].table.placed(e)))
	for _, r := range en.winners {
		if to := r.to; to != nil && to.available {
			if f, ok := to.beyond.(*outward); ok {
				out = out.Or(en.addrs.And(f.open(to)))
			}
		}
	}
	return out
}

// placed are the addresses that no other network is expected to announce to the table:
// of those beyond a peering of a core network and a transit gateway it is.
func (t *transitTable) placed(e *Engine) packet.Addrs {
	out := e.placed
	if !slices.ContainsFunc(t.open, func(r *transitRoute) bool { return r.to != nil && r.to.kind == model.AttachPeering }) {
		return out
	}
	for _, v := range e.vpcList {
		if t.hub.byVPC[v] == nil {
			out = out.Sub(v.cidrs)
		}
	}
	return out
}

// open are the addresses of the networks behind those links that carry packets.
func (f *outward) open(by *attachment) packet.Addrs {
	up, _ := f.ways(by)
	var out packet.Addrs
	for _, x := range up {
		out = out.Or(x.link.addrs())
	}
	return out
}

// unexpected are the addresses that the known routes of a table take and that its
// virtual private gateways are not expected to propagate: local routes beat them too
// (RT-6).
func (t *routeTable) unexpected(e *Engine) packet.Addrs {
	var out packet.Addrs
	for i := range t.entries {
		en := &t.entries[i]
		switch {
		case en.prefix.IsSingleIP() && en.winners[0].rank < rankPropagated:
			out = out.Or(en.addrs)
		case en.prefix.Bits() > 0:
			out = out.Or(en.addrs.And(e.placed.Or(publicSpace)))
		default:
			out = out.Or(en.addrs.And(publicSpace))
		}
	}
	return out
}
