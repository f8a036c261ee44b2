package cloudformation

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

// readRouteServerPropagation lets a route server put into a table what its peers
// advertise. No template tells which routes these are: there may be any.
func (b *builder) readRouteServerPropagation(r *resource) {
	t := b.table(r, b.identify(r, "RouteTableId", r.get("RouteTableId"), model.KindRouteTable))
	if t == nil {
		return
	}
	gap := r.unknown("RouteTableId", &open{reason: "which routes the route server puts into " + string(t.ID) + " its peers tell it"}, r.at)
	t.RoutesUnknown = cmp.Or(t.RoutesUnknown, gap)
}
