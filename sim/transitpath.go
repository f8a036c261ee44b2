package sim

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// Routes of one prefix that are of the same rank, or on a core network of any, are
// told apart by their BGP paths, which no design has.

// ties reports whether a route may win where the best one of its prefix is known.
// Cloud WAN compares BGP paths before kinds, static routes apart (CWAN-6).
func (t *transitTable) ties(r, best *transitRoute) bool {
	return r.rank == best.rank || t.hub.comp.Type == model.KindCoreNetwork && best.rank >= transitVPC
}

// sharesNoFlows reports whether the gateway sends by one alone of several like routes
// (TGW-35).
func (h *hub) sharesNoFlows(r *transitRoute) bool {
	return r.propagated && (r.rank == transitVPN && h.noVPNECMP || r.rank == transitVPNConcentrator)
}

// nearest is the entry for what came in by an attachment of a core network: its
// Region's VPCs come before all that BGP brings there (CWAN-6).
func (en *transitEntry) nearest(by *attachment) *transitEntry {
	if by.region == "" || !en.contested && !en.byPath {
		return en
	}
	one := *en
	one.winners = slices.DeleteFunc(slices.Clone(en.winners), func(r *transitRoute) bool { return r.rank != transitVPC || r.to.region != by.region })
	if len(one.winners) == 0 {
		return en
	}
	one.contested, one.byPath = true, false
	return &one
}

// takeByPath tries each of the routes among which BGP paths choose: those the input
// does not tell (CWAN-6, TGW-35).
func (en *transitEntry) takeByPath(w *walk, s state, by *attachment, from *subnet) outcome {
	t, rule := en.winners[0].table, "TGW-35"
	if t.hub.comp.Type == model.KindCoreNetwork {
		rule = "CWAN-6"
	}
	w.assume(rule, fmt.Sprintf("BGP paths, which are not known, choose the attachment by which %s sends to %s: all were tried", t.comp.named(), en.prefix))
	ways := make([]func(state) outcome, len(en.winners))
	for i, r := range en.winners {
		ways[i] = func(s state) outcome { return r.take(w, s, by, from) }
	}
	return w.either(s, ways...)
}
