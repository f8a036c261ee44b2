package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Ingress routing of an address pool of one's own (BYOIP, GRT-8): routes of an
// internet gateway's table whose destination is public hand those addresses,
// untranslated, to an interface that need not have them.

// findPools collects the public destinations of the gateway's table.
func (g *internetGateway) findPools() {
	if g.table == nil {
		return
	}
	for i := range g.table.entries {
		en := &g.table.entries[i]
		if _, ok := en.winners[0].target.(*networkInterface); ok && !en.addrs.Overlaps(g.vpc.cidrs) {
			g.pools = g.pools.Or(en.addrs)
		}
	}
}

// admitToPool is the way in for an address of a pool. Exclusions of subnets do
// not help against Block Public Access here (BPA-11).
func (g *internetGateway) admitToPool(w *walk, s state) outcome {
	if !s.hdr.v6 {
		g.privateSources(w, &s)
	}
	if p := &g.vpc.bpa; s.leg == model.Forward && p.blocks(p.of(nil), false, false) {
		p.deny(w, &s, ingress, g, nil)
	}
	if w.record {
		s.hop(hop{at: g.comp, action: ActionForward, words: untranslatedWords})
	}
	return g.table.forward(w, s)
}

// receiveFromPool is the way out for what the interface sends from the pool.
func (g *internetGateway) receiveFromPool(w *walk, s state) outcome {
	if p := &g.vpc.bpa; s.leg == model.Forward && p.blocks(p.of(nil), true, s.mediated) {
		p.deny(w, &s, egress, g, nil)
	}
	if w.record {
		s.hop(hop{at: g.comp, action: ActionForward, words: untranslatedWords})
	}
	return w.leave(s)
}

// takesPool reports whether the interface is where the addresses of a pool end,
// rather than a router for them.
func (i *networkInterface) takesPool(s *state) bool {
	g := i.vpc.igw
	return g != nil && g.pools.Holds(s.hdr.dst.ofSet(s.flows)) && !s.hdr.dst.ofSet(s.flows).IsEmpty()
}

// poolAddrs are the addresses of all pools of the network.
func (e *Engine) poolAddrs() packet.Addrs {
	var out packet.Addrs
	for _, v := range e.vpcList {
		if v.igw != nil {
			out = out.Or(v.igw.pools)
		}
	}
	return out
}
