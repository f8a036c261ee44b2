package terraform

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

// readRouteServerPropagation lets a route server put into a table what its peers
// advertise. No configuration tells which routes these are: there may be any.
func readRouteServerPropagation(b body) {
	c, u := b.ref("route_table_id", wantTable, nil)
	if u == nil {
		u = b.unknownAt("route_table_id")
		u.Reason = "which routes the route server puts into " + c.id + " its peers tell it"
		b.routeTable(c.id)
	}
	for _, id := range b.either(c, "route_table_id", wantTable) {
		if t := b.network.RouteTables[model.RouteTableID(id)]; t != nil {
			t.RoutesUnknown = cmp.Or(t.RoutesUnknown, u)
		}
	}
}
