package lint

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

func aboutTable(rt *model.RouteTable) about {
	return about{kind: model.KindRouteTable, id: string(rt.ID), name: rt.Name, at: rt.Provenance}
}

func aboutRoute(rt *model.RouteTable, r *model.Route) about {
	a := aboutTable(rt)
	a.rule, a.at = routeText(r), place(r.Provenance, rt.Provenance)
	return a
}

func routeText(r *model.Route) string {
	s := r.Destination() + " -> "
	if r.Target.ID == "" {
		return s + "nothing"
	}
	return s + r.Target.ID
}

// routes finds what is wrong with single routes: they lead nowhere (RT-10), never
// win (RT-2, RT-3, RT-6), tie (RT-8), or are for addresses that no route forwards
// (RT-14).
func (l *linter) routes() {
	for _, rt := range model.Sorted(l.n.RouteTables) {
		uses := l.e.RouteUses(rt.ID)
		tied := map[*model.Route]bool{}
		for i := range uses {
			u := &uses[i]
			a := aboutRoute(rt, u.Route)
			switch {
			case u.Route.Target.IsLocal() && u.Route.Origin == model.CreateRouteTable:
			case u.Reserved:
				l.report(RouteReserved, a, nil, fmt.Sprintf("the route %s of %s is for addresses that AWS never forwards", a.rule, aboutTable(rt)), "delete it")
			case u.Gone != "" && (u.Open || !u.Takes.IsEmpty()):
				l.report(RouteBlackHole, a, nil, fmt.Sprintf("the route %s of %s is a black hole: %s", a.rule, aboutTable(rt), u.Gone),
					"point it at something that is there, or delete it")
			case u.Takes.IsEmpty() && !u.Open:
				l.neverWins(rt, uses, u)
			}
			if len(u.Rivals) > 0 && !tied[u.Route] {
				l.tie(rt, u, tied)
			}
		}
	}
}

func (l *linter) neverWins(rt *model.RouteTable, uses []sim.RouteUse, u *sim.RouteUse) {
	a, r := aboutRoute(rt, u.Route), u.Route
	head := fmt.Sprintf("the route %s of %s takes nothing: ", a.rule, aboutTable(rt))
	if r.PrefixList != "" {
		if pl := l.n.PrefixLists[r.PrefixList]; pl != nil && len(pl.Entries) == 0 {
			l.report(RouteNeverWins, a, []Related{{aboutList(pl).String(), pl.Provenance}}, head+"the prefix list has no entries", "give the list its entries, or delete the route")
			return
		}
	}
	if v := l.n.VPCs[rt.VPC]; v != nil && r.Origin == model.EnableVGWRoutePropagation && packet.Prefixes(v.CIDRs).Holds(packet.Prefix(r.Prefix)) {
		l.report(RouteNeverWins, a, []Related{{"the VPC", v.Provenance}}, head+"it was propagated and lies in the VPC's own range, where the local route wins",
			"give the other network a range of its own")
		return
	}
	var related []Related
	same := ""
	for _, other := range uses {
		if o := other.Route; o != r && o.Prefix == r.Prefix && o.Prefix.IsValid() && !other.Takes.IsEmpty() {
			same = routeText(o)
			related = append(related, Related{same, place(o.Provenance, rt.Provenance)})
		}
	}
	if same != "" {
		l.report(RouteNeverWins, a, related, head+same+" goes before it", "delete one of the two")
		return
	}
	l.report(RouteNeverWins, a, nil, head+"other routes take all of its destinations", "delete it, or the routes that were not meant to win")
}

func (l *linter) tie(rt *model.RouteTable, u *sim.RouteUse, tied map[*model.Route]bool) {
	tied[u.Route] = true
	a := aboutRoute(rt, u.Route)
	var related []Related
	text := ""
	for _, r := range u.Rivals {
		if tied[r] {
			continue
		}
		tied[r] = true
		text += " and " + routeText(r)
		related = append(related, Related{routeText(r), place(r.Provenance, rt.Provenance)})
	}
	l.report(RouteTie, a, related, fmt.Sprintf("AWS may pick any of the routes %s%s of %s for what they have in common", a.rule, text, aboutTable(rt)),
		"take the prefix out of all lists but one, or write a route to it")
}
