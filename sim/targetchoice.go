package sim

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// inZoneOf reports whether a target is in the zone of a subnet.
func (t *target) inZoneOf(sn *subnet) match {
	switch {
	case t.anywhere:
		return yes
	case t.subnet != nil:
		return sameZone(t.subnet, sn)
	case t.zone == "" || sn.model.Zone() == "":
		return maybe
	case t.zone == sn.model.AvailabilityZone || t.zone == sn.model.AvailabilityZoneID:
		return yes
	}
	return no
}

// sameZone reports whether two subnets are in one Availability Zone. A zone's name
// means another place in another account, its ID does not (T-SHR-3).
func sameZone(a, b *subnet) match {
	switch x, y := a.model, b.model; {
	case a == b:
		return yes
	case x.AvailabilityZoneID != "" && y.AvailabilityZoneID != "":
		return matchIf(x.AvailabilityZoneID == y.AvailabilityZoneID)
	case x.AvailabilityZone == "" || y.AvailabilityZone == "":
		return maybe
	case x.Account == "" || y.Account == "" || x.Account == y.Account:
		return matchIf(x.AvailabilityZone == y.AvailabilityZone)
	}
	return maybe
}

func matchIf(b bool) match {
	if b {
		return yes
	}
	return no
}

// enables reports whether the balancer is enabled in a target's zone (ELB-3).
func (lb *loadBalancer) enables(t *target) match {
	out := no
	for _, sn := range lb.subnets {
		switch t.inZoneOf(sn) {
		case yes:
			return yes
		case maybe:
			out = maybe
		}
	}
	return out
}

// crossesZones reports whether nodes use the targets of other zones (ELB-4).
func (lb *loadBalancer) crossesZones(g *targetGroup) match {
	switch {
	case g.model.CrossZone != nil:
		return matchIf(*g.model.CrossZone)
	case lb.model.Type == model.ApplicationLoadBalancer:
		return yes
	case lb.model.CrossZoneUnknown != nil:
		return maybe
	}
	return matchIf(lb.model.CrossZone != nil && *lb.model.CrossZone)
}

// choice is a target that a node uses, or may use where it is not sure that both are
// in one zone. Enabling says that nothing tells whether the target's zone is enabled.
type choice struct {
	*target
	sure, enabling bool
}

// pick gives the targets that a node uses, and why it does not use the others:
// those that are healthy, all if none is (ELB-6), in enabled zones (ELB-3), and in
// its own zone where nodes do not cross zones (ELB-4).
func (n *balancerNode) pick(g *targetGroup) (used []choice, excluded []unusedTarget) {
	healthy := slices.ContainsFunc(g.targets, func(t *target) bool { return t.mayBeHealthy() && n.lb.enables(t) != no })
	for _, t := range g.targets {
		fits, enabled := yes, n.lb.enables(t)
		if crosses := n.lb.crossesZones(g); crosses != yes {
			if fits = t.inZoneOf(n.i.subnet); fits == no {
				fits = crosses
			}
		}
		if fits == maybe && len(n.lb.subnets) == 1 {
			fits = yes // it is enabled there, or nowhere
		}
		switch {
		case enabled == no:
			excluded = append(excluded, unusedTarget{ELBInstalledAZRestriction, n.lb.zoneWords(t)})
		case t.model.Health == model.TargetUnused, !t.mayBeHealthy() && healthy:
			excluded = append(excluded, unusedTarget{BadState, healthWords(t)})
		case fits == no:
			excluded = append(excluded, unusedTarget{ELBNotCrossZone, n.crossZoneWords(t)})
		default:
			used = append(used, choice{t, fits == yes, enabled == maybe})
		}
	}
	return used, excluded
}

// mayBeHealthy reports whether a target may pass its health check: one that is stopped
// does not (ELB-6).
func (t *target) mayBeHealthy() bool {
	return t.model.Health != model.TargetUnhealthy && t.model.Health != model.TargetUnused && (t.iface == nil || t.iface.dead == nil)
}

// unusedTarget is why a node does not use a target.
type unusedTarget struct {
	code  Code
	words words
}

// toGroup takes a connection to any of the targets that the node uses. Whether it
// uses one may be open, as zones are: with it and without it is tried.
func (c connection) toGroup(w *walk, s state, g *targetGroup) outcome {
	used, excluded := c.pick(g)
	var sure, all []outcome
	if u := g.model.TargetsUnknown; u != nil {
		sure = append(sure, w.lostTrack(s, gapEvidence(g.comp, sideless, UnknownResource, u, nil)))
		all = sure
	}
	open := false
	for _, x := range used {
		if x.enabling {
			w.assume("ELB-3", fmt.Sprintf("the targets of %s are in zones that %s is enabled in: the input does not tell their zones", g.comp.named(), c.lb.comp.named()))
		}
		o := c.toTarget(w, s, g, x.target)
		all = append(all, o)
		if x.sure {
			sure = append(sure, o)
		}
		open = open || !x.sure
	}
	if len(all) == 0 {
		return c.noTarget(w, s, g, excluded)
	}
	if !open {
		return atRandom(all)
	}
	w.note(&s, gapEvidence(g.comp, sideless, UnknownValue, c.zoneGap(g), s.flows))
	switch {
	case len(sure) > 0:
	case w.byName && w.destination == c.i: // NLB-12
		w.assume("NLB-12", fmt.Sprintf("the name of %s gives the addresses of nodes that have a target in their zone", c.lb.comp.named()))
		o := all[0]
		for _, other := range all[1:] {
			o = o.join(other, verdicts.eitherUnknown)
		}
		return o
	default:
		quiet := *w
		quiet.record = false
		sure = append(sure, c.noTarget(&quiet, s, g, excluded))
	}
	return atRandom(sure).join(atRandom(all), verdicts.eitherUnknown)
}

// noTarget ends the way of connections for which the node has no target.
func (c connection) noTarget(w *walk, s state, g *targetGroup, excluded []unusedTarget) outcome {
	if len(excluded) == 0 {
		return w.drop(s, evidence{code: ELBv2ListenerHasNoTG, at: c.lb.comp, where: g.model.Provenance, words: g.noTargetWords})
	}
	var told []Code
	for _, x := range excluded[1:] {
		if x.code != excluded[0].code && len(appendNew(told, x.code)) > len(told) {
			told = append(told, x.code)
			w.deny(&s, evidence{code: x.code, at: c.lb.comp, flows: s.flows, where: g.model.Provenance, words: x.words})
		}
	}
	return w.drop(s, evidence{code: excluded[0].code, at: c.lb.comp, where: g.model.Provenance, words: excluded[0].words})
}

// inDNS reports whether the balancer's name gives a node's address: a zone that lacks
// usable targets is taken out, unless every zone lacks some (NLB-12).
func (n *balancerNode) inDNS() bool {
	return n.serves() || !slices.ContainsFunc(n.lb.nodes, (*balancerNode).serves)
}

// serves reports whether a node has a target to use in each group of which any node
// has one.
func (n *balancerNode) serves() bool {
	for k := range n.lb.listeners {
		for _, g := range n.lb.listeners[k].groups {
			if n.lb.crossesZones(g) == yes || n.has(g) {
				continue
			}
			for _, other := range n.lb.nodes {
				if other.has(g) {
					return false
				}
			}
		}
	}
	return true
}

// inDNSFor is what an interface does with connections to a name whose addresses
// depend on the targets in each zone.
type inDNSFor interface {
	relay
	inDNS() bool
	// absent says that the name does not give the interface's address.
	absent() Assumption
}

// foundByName is what stands at an end that is asked for by the name of a balancer or
// of a VPC endpoint; nil for any other end.
func (e *Engine) foundByName(s *model.Selection, m *model.End, side model.Side) inDNSFor {
	i := e.interfaces[m.Interface]
	if side != model.Destination || s.Owner.IsZero() || i == nil {
		return nil
	}
	n, _ := i.relay.(inDNSFor)
	return n
}

// privately says that the name of an internet-facing balancer stands for private
// addresses inside a VPC, as names do here (a decision), though in DNS it does nowhere.
func (n *balancerNode) privately() Assumption {
	return Assumption{"ELB-2", fmt.Sprintf("%s is internet-facing, so its DNS name has its public addresses for clients in a VPC too: its private ones were asked for; ask for a public address to go that way", n.lb.comp.named())}
}

func (n *balancerNode) absent() Assumption {
	return Assumption{"NLB-12", fmt.Sprintf("the name of %s does not give the address of its node in %s, which has no usable target in its zone", n.lb.comp.named(), n.i.subnet.comp.named())}
}

// has reports whether a node has a target to use in a group, or may have.
func (n *balancerNode) has(g *targetGroup) bool {
	used, _ := n.pick(g)
	return len(used) > 0 || g.model.TargetsUnknown != nil
}

func (c connection) zoneGap(g *targetGroup) *model.Unknown {
	if u := c.lb.model.CrossZoneUnknown; u != nil && g.model.CrossZone == nil {
		return u
	}
	return &model.Unknown{Subject: g.comp.ID, Attribute: "Availability Zones of targets", Provenance: g.model.Provenance,
		Reason: fmt.Sprintf("the input does not tell whether they are in the zone of %s, and %s does not cross zones", c.i.comp.named(), c.lb.comp.named())}
}

func (lb *loadBalancer) zoneWords(t *target) words {
	return func(_ *Engine, c Component, _ Header) (string, string) {
		return fmt.Sprintf("%s is not enabled in the zone of target %s%s, so it sends nothing there", c.named(), t.label(), t.zoneText()),
			"enable the zone on the load balancer"
	}
}

func (n *balancerNode) crossZoneWords(t *target) words {
	return func(_ *Engine, c Component, _ Header) (string, string) {
		return fmt.Sprintf("the node of %s in %s has no target in its zone: %s is in another%s, and cross-zone load balancing is off", c.named(), n.i.subnet.comp.named(), t.label(), t.zoneText()),
			"switch cross-zone load balancing on, or register a target in the zone"
	}
}

func healthWords(t *target) words {
	return func(_ *Engine, c Component, _ Header) (string, string) {
		if t.model.Health == "" && t.iface != nil && t.iface.dead != nil {
			return fmt.Sprintf("%s does not send to target %s: %s", c.named(), t.label(), t.iface.dead.text), "start it"
		}
		return fmt.Sprintf("%s does not send to target %s, which is %s", c.named(), t.label(), t.model.Health), "see what its health check meets"
	}
}

func (t *target) zoneText() string {
	zone := t.zone
	if t.subnet != nil {
		zone = cmp.Or(t.subnet.model.AvailabilityZone, t.subnet.model.AvailabilityZoneID)
	}
	if zone == "" {
		return ""
	}
	return " (" + zone + ")"
}

func (g *targetGroup) noTargetWords(_ *Engine, c Component, _ Header) (string, string) {
	return fmt.Sprintf("target group %s of %s has no targets", g.comp.named(), c.named()), "register targets"
}
