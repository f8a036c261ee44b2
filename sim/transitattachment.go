package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// attachment is one end of a hub. A VPC's attachment has an interface, without a
// group, in one subnet of each zone (TGW-2); what leaves the hub there is routed by
// that subnet's table (TGW-5).
type attachment struct {
	comp  Component
	hub   *hub
	where model.Provenance
	kind  model.AttachmentType
	// resource is the ID of what it leads to, where that is no VPC.
	resource  string
	available bool
	state     string
	// acceptance is set where a design does not tell whether it is accepted.
	acceptance *model.Unknown

	// table or policy is what routes the packets that come in by it (TGW-11,
	// TGW-21); neither: they are dropped.
	table  *transitTable
	policy *policyTable
	// tableUnknown is set where the input does not tell its association.
	tableUnknown *model.Unknown

	vpcID          model.VPCID
	vpc            *vpc // nil where the input lacks it
	subnets        []*subnet
	subnetsUnknown *model.Unknown
	appliance      bool
	references     bool
	optionsUnknown *model.Unknown

	// announcesIPv6 says that the VPC's IPv6 ranges propagate (TGW-9).
	announcesIPv6 bool
	// learned are the prefixes that an attachment outside the VPCs propagates.
	learned        []netip.Prefix
	learnedUnknown *model.Unknown

	// segment and region are a core network's (CWAN-1, CWAN-7).
	segment string
	region  model.Region

	peer *attachment // of a peering attachment
	// beyond carries what leaves by an attachment that is neither a VPC's nor a
	// peering's; nil where that is not known.
	beyond far
}

// far is what lies behind an attachment outside the VPCs: a VPN, a Direct Connect
// gateway, a firewall.
type far interface {
	// carry takes a packet that leaves the hub by the attachment.
	carry(w *walk, s state, by *attachment) outcome
}

func (a *attachment) component() Component { return a.comp }

// receive takes a packet that a VPC's route table sends to the hub. The sender's
// zone must have a subnet of the attachment (TGW-3), whose network ACL sees the
// packet come in, also where the sender is in that subnet itself (TGW-23, TGW-25).
func (a *attachment) receive(w *walk, s state) outcome {
	entry, ok := a.entrance(s.from)
	if !ok {
		entry = a.entranceUnlessElsewhere(s.from)
		switch {
		case entry != nil:
			w.gap(&s, a.comp, ingress, UnknownValue, &model.Unknown{Subject: s.from.comp.ID, Attribute: "Availability Zone", Provenance: a.where,
				Reason: fmt.Sprintf("of %s and %s one tells its zone by ID, the other by name", s.from.comp.ID, entry.comp.ID)})
		case a.subnetsUnknown != nil:
			return w.lostTrack(s, gapEvidence(a.comp, ingress, UnknownResource, a.subnetsUnknown, nil))
		default:
			return w.drop(s, evidence{code: TGWRouteAZRestriction, dir: ingress, at: a.comp, where: a.where, words: a.zoneWords(s.from)})
		}
	}
	entry.acl(w, &s, ingress)
	w.loseEgressReferences(&s, a.hub.comp) // TGW-27
	return a.withSetting(w, s, func(s state, o setting) outcome {
		if !o.references || entry.isExcludedFromReferences() {
			w.lose(&s, a.hub.comp)
		}
		return a.enter(w, s)
	})
}

// entrance is the subnet of the attachment in the zone of a sender; a sender
// without a subnet, a regional NAT gateway, is in each zone.
func (a *attachment) entrance(from *subnet) (*subnet, bool) {
	for _, sn := range a.subnets {
		if from == nil || sn.sharesZone(from) {
			return sn, true
		}
	}
	return nil, false
}

// entranceUnlessElsewhere is a subnet of the attachment of which the input does not
// tell whether it is in a sender's zone.
func (a *attachment) entranceUnlessElsewhere(from *subnet) *subnet {
	for _, sn := range a.subnets {
		if from.zoneMatch(sn) == maybe {
			return sn
		}
	}
	return nil
}

// isExcludedFromReferences reports whether the zone carries no group identity over
// a transit gateway (TGW-28).
func (sn *subnet) isExcludedFromReferences() bool { return sn.model.AvailabilityZoneID == "use1-az3" }

// enter routes a packet that came into the hub by the attachment.
func (a *attachment) enter(w *walk, s state) outcome {
	from := s.from
	if a.kind != model.AttachVPC {
		from = nil // TGW-8: nothing tells a zone
	}
	s.via = nil
	if a.acceptance != nil {
		w.gap(&s, a.comp, ingress, UnknownValue, a.acceptance)
	}
	if w.record {
		s.hop(hop{at: a.comp, action: ActionForward, words: a.entryWords})
		s.hop(hop{at: a.hub.comp, action: ActionForward})
	}
	switch {
	case a.policy != nil:
		return a.policy.choose(w, s, a, from)
	case a.table != nil:
		return a.table.forward(w, s, a, from)
	case a.tableUnknown != nil:
		return w.lostTrack(s, gapEvidence(a.comp, ingress, TGWRTBRoutesAreUnknown, a.tableUnknown, nil))
	}
	return w.drop(s, evidence{code: TGWAttachMissingRTBAssociation, dir: ingress, at: a.comp, where: a.where, words: a.associationWords})
}

// leave takes a packet out of the hub by the attachment; by is the one it came in
// by, and from the subnet that it was sent from, where that is known.
func (a *attachment) leave(w *walk, s state, by *attachment, from *subnet) outcome {
	if a == by && a.kind == model.AttachVPC {
		w.assume("TGW-20", "a packet that is routed back to "+a.comp.named()+", where it came from, is delivered")
	}
	if a.acceptance != nil {
		w.gap(&s, a.comp, egress, UnknownValue, a.acceptance)
	}
	switch {
	case a.kind == model.AttachVPC:
		return a.leaveToVPC(w, s, by, from)
	case a.peer != nil: // TGW-34
		w.lose(&s, a.hub.comp)
		if w.record {
			s.hop(hop{at: a.comp, action: ActionForward, words: say("crosses to "+a.peer.hub.comp.named(), "")})
		}
		s.from = nil
		return a.peer.enter(w, s)
	case a.beyond != nil:
		s.transit = &a.hub.comp
		return a.beyond.carry(w, s, a)
	}
	u := &model.Unknown{Subject: a.comp.ID, Reason: fmt.Sprintf("the input does not have what this %s attachment leads to", a.kind), Provenance: a.where}
	return w.lostTrack(s, gapEvidence(a.comp, egress, UnknownResource, u, nil))
}

func (a *attachment) leaveToVPC(w *walk, s state, by *attachment, from *subnet) outcome {
	if a.vpc == nil {
		return w.lostTrack(s, gapEvidence(a.comp, egress, UnknownResource, missing(model.KindVPC, string(a.vpcID), &model.Meta{Provenance: a.where}), nil))
	}
	return a.withSetting(w, s, func(s state, o setting) outcome {
		if !a.hub.references || !o.references || a.region != by.region { // TGW-26, CWAN-7
			w.lose(&s, a.hub.comp)
		}
		return a.leaveAt(w, s, a.exits(&s, o.appliance, by, from), o.appliance)
	})
}

// leaveAt hands the packet to the VPC at one of the subnets that AWS picks from.
func (a *attachment) leaveAt(w *walk, s state, exits []*subnet, appliance bool) outcome {
	if len(exits) == 0 {
		return w.lostTrack(s, gapEvidence(a.comp, egress, UnknownResource, a.subnetsUnknown, nil))
	}
	if len(exits) > 1 {
		w.assume("TGW-6", "AWS picks the zone in which "+a.comp.named()+" hands a connection to "+a.vpc.comp.named())
	}
	ways := make([]outcome, len(exits))
	for n, sn := range exits {
		ways[n] = a.exit(w, s, sn, appliance)
	}
	return atRandom(ways)
}

// exit hands the packet to the VPC at one of the attachment's subnets. To a
// neighbour there no network ACL is asked; else the subnet's own on the way out, and
// the next hop's (TGW-23).
func (a *attachment) exit(w *walk, s state, sn *subnet, appliance bool) outcome {
	if sn.isExcludedFromReferences() {
		w.lose(&s, a.hub.comp)
	}
	if appliance && s.zoneAt(a) == nil {
		s.zones = &zonePick{s.zones, a, sn}
	}
	if w.record {
		s.hop(hop{at: a.comp, action: ActionForward, words: a.exitWords(sn)})
	}
	s.via, s.mediated, s.transit = nil, false, &a.hub.comp
	return sn.send(w, s)
}

// exits are the subnets of which AWS picks one for the packet. It stays in the
// sender's zone where the attachment has a subnet there (TGW-6); in appliance mode
// both directions of a flow use one zone (TGW-30). From outside the VPCs nothing
// tells a zone (TGW-8).
func (a *attachment) exits(s *state, appliance bool, by *attachment, from *subnet) []*subnet {
	if appliance {
		if sn := s.zoneAt(a); sn != nil {
			return []*subnet{sn}
		}
		if !a.keepsZone(s, from) {
			return a.subnets
		}
	}
	if from != nil && by.kind == model.AttachVPC {
		if sn, ok := a.entrance(from); ok {
			return []*subnet{sn}
		}
	}
	return a.subnets
}

// keepsZone reports whether, in appliance mode, the sender's zone is the one that
// AWS picks: where the destination is in that zone too, as far as propagated routes
// tell it, or in none. A reply to a destination in none, whose request came another
// way, has no pick to stay with (TGW-32).
func (a *attachment) keepsZone(s *state, from *subnet) bool {
	if from == nil {
		return false
	}
	dst := s.hdr.dst.ofSet(s.flows)
	zoned := false
	for v := range a.hub.byVPC {
		if !v.cidrs.Overlaps(dst) {
			continue
		}
		for _, sn := range v.subnets {
			if !sn.cidrs.Overlaps(dst) {
				continue
			}
			if !sn.sharesZone(from) || v != a.vpc && a.table != nil && a.table.routesStatically(dst.And(sn.cidrs)) {
				return false
			}
			zoned = true
		}
	}
	return zoned || s.leg == model.Forward
}

// routesStatically reports whether static routes take some of the addresses: those
// do not tell the zone of what is behind them (TGW-30).
func (t *transitTable) routesStatically(s packet.Addrs) bool {
	for i := range t.entries {
		en := &t.entries[i]
		if s.Overlaps(en.addrs) && !en.winners[0].propagated {
			return true
		}
		s = s.Sub(en.addrs)
	}
	return false
}

func (a *attachment) entryWords(*Engine, Component, Header) (string, string) {
	return "enters " + a.hub.comp.named(), ""
}

func (a *attachment) exitWords(sn *subnet) words {
	text := fmt.Sprintf("enters %s in %s", a.vpc.comp.named(), sn.comp.named())
	if z := sn.model.Zone(); z != "" && len(a.subnets) > 1 {
		text += " (" + z + ")"
	}
	return say(text, "")
}

func (a *attachment) zoneWords(from *subnet) words {
	return func(_ *Engine, c Component, _ Header) (string, string) {
		return fmt.Sprintf("%s is in %s, where %s has no subnet: only senders in the zones of the attachment's subnets can use the transit gateway", from.comp.named(), from.model.Zone(), c.named()),
			"add a subnet of the zone to the attachment"
	}
}

func (a *attachment) associationWords(_ *Engine, c Component, _ Header) (string, string) {
	if a.hub.comp.Type == model.KindCoreNetwork {
		return fmt.Sprintf("%s is in no segment of %s, so what comes in by it is dropped", c.named(), a.hub.comp.named()),
			"add an attachment policy rule that puts it into a segment"
	}
	return fmt.Sprintf("%s is associated with no route table of %s, so what comes in by it is dropped", c.named(), a.hub.comp.named()),
		"associate the attachment with a route table"
}
