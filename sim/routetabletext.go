package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

func (r *route) describe() Rule {
	return Rule{
		Destination: r.model.Destination(), Target: r.model.Target.String(),
		Origin: r.model.Origin.String(), State: r.model.State.String(),
	}
}

func (r *route) where() model.Provenance { return r.model.Provenance }

func (r *route) text() string {
	s := r.model.Destination()
	if r.model.PrefixList != "" && r.prefix.IsValid() {
		s += " (" + r.prefix.String() + ")"
	}
	return s + " -> " + r.model.Target.String()
}

func (r *route) blackholeWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("the route %s of %s is a black hole, and it is the one that takes %s", r.text(), c.named(), h.DestinationIP),
		"point the route at a target that exists and is attached"
}

func (r *route) detachedWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("nothing lets packets to %s in: %s, where %s points, is not attached to the VPC", h.DestinationIP, r.model.Target.ID, c.named()),
		fmt.Sprintf("attach %s to the VPC", r.model.Target.ID)
}

func noRouteWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("route table %s has no route to %s", c.named(), h.DestinationIP),
		fmt.Sprintf("add a route to %s to %s", h.DestinationIP, c.named())
}

func unroutableWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("%s is in a range that AWS keeps for itself: no route forwards it", h.DestinationIP), "use another address"
}

func loopWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("the packet to %s comes back to %s, where it has been: it goes in a circle", h.DestinationIP, c.named()),
		"give one of the tables on the circle a route out of it"
}
