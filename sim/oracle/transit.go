package oracle

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// passage is a packet inside a transit gateway.
type passage struct {
	h       header
	members []model.SecurityGroupID
	// attachment is where it came from, zone in which Availability Zone; empty
	// where that says nothing of zones (TGW-8).
	attachment *model.TransitGatewayAttachment
	zone       string
}

// toTransitGateway is a packet that a route of a subnet sends to a transit
// gateway.
func (w *walk) toTransitGateway(vpc model.VPCID, id model.TransitGatewayID, sn *model.Subnet, h header, members []model.SecurityGroupID) {
	if sn == nil {
		w.leg.Unmodelled = true // a regional NAT gateway has no zone
		return
	}
	var a *model.TransitGatewayAttachment
	for _, x := range model.Sorted(w.n.TransitGatewayAttachments) {
		if x.TransitGateway == id && x.Type == model.AttachVPC && x.VPC == vpc {
			a = x
		}
	}
	if a == nil || !a.Available { // TGW-1
		w.note(sim.BadStateRoute)
		return
	}
	entry := w.subnetIn(a, sn.Zone())
	if entry == nil { // TGW-3
		w.note(sim.TGWRouteAZRestriction)
		return
	}
	w.networkACL(entry, model.Ingress, h) // TGW-23, in either layout
	w.forward(w.n.TransitGateways[id], passage{h, members, a, entry.Zone()})
}

// subnetIn is the attachment's subnet in a zone (TGW-2).
func (w *walk) subnetIn(a *model.TransitGatewayAttachment, zone string) *model.Subnet {
	for _, id := range a.Subnets {
		if sn := w.n.Subnets[id]; sn.Zone() == zone {
			return sn
		}
	}
	return nil
}

// forward is one routing decision of a transit gateway (tgwForward).
func (w *walk) forward(g *model.TransitGateway, p passage) {
	if w.loops() {
		return
	}
	rt := w.tableFor(g, p)
	if rt == nil { // TGW-11, TGW-21
		w.note(sim.TGWAttachMissingRTBAssociation)
		return
	}
	r, ok := w.best(rt, p.h.dst)
	if !ok {
		w.note(sim.TGWRTBCannotRoute)
		return
	}
	if r.route.State != model.RouteActive || len(r.route.Attachments) == 0 { // TGW-15
		w.note(sim.TGWRTBBadStateRoute)
		return
	}
	to := w.n.TransitGatewayAttachments[r.route.Attachments[0]]
	switch {
	case len(r.route.Attachments) > 1:
		w.leg.Unmodelled = true // TGW-35: never of VPCs and peerings
	case to == nil || !to.Available:
		w.note(sim.TGWRTBBadStateRoute)
	case to.Type == model.AttachVPC:
		w.leaveTransitGateway(g, to, p)
	case to.Type == model.AttachPeering:
		far, side := to.Peer, to
		if g.ID == to.Peer { // the other end of one that has one ID
			far = to.TransitGateway
		}
		if to.PeerAttachment != "" {
			side = w.n.TransitGatewayAttachments[to.PeerAttachment]
		}
		w.forward(w.n.TransitGateways[far], passage{h: p.h, attachment: side}) // TGW-28, TGW-34
	default:
		w.leg.Unmodelled = true
	}
}

// tableFor is the route table for what comes from an attachment (TGW-11), or that
// a policy table selects (TGW-21).
func (w *walk) tableFor(g *model.TransitGateway, p passage) *model.TransitGatewayRouteTable {
	for _, t := range model.Sorted(w.n.TransitGatewayPolicyTables) {
		if t.TransitGateway != g.ID || !slices.Contains(t.Associations, p.attachment.ID) {
			continue
		}
		rules := slices.SortedFunc(slices.Values(t.Rules), func(a, b model.TransitGatewayPolicyRule) int { return a.Number - b.Number })
		for _, r := range rules {
			if (!r.Source.IsValid() || r.Source.Contains(p.h.src)) && (!r.Destination.IsValid() || r.Destination.Contains(p.h.dst)) &&
				matches(r.Traffic, p.h, false) && (!p.h.protocol.HasPorts() || r.SourcePorts == model.PortRange{} || r.SourcePorts.Contains(p.h.sport)) {
				return w.n.TransitGatewayRouteTables[r.RouteTable]
			}
		}
		return nil
	}
	return w.associated(g, p.attachment)
}

func (w *walk) associated(g *model.TransitGateway, a *model.TransitGatewayAttachment) *model.TransitGatewayRouteTable {
	for _, t := range model.Sorted(w.n.TransitGatewayRouteTables) {
		if t.TransitGateway == g.ID && slices.Contains(t.Associations, a.ID) {
			return t
		}
	}
	return nil
}

// installed is one way in which a transit gateway's route matches.
type installed struct {
	route  model.TransitGatewayRoute
	prefix netip.Prefix
	rank   int // TGW-13
}

// best is the route that wins in a transit gateway's table. An attachment that is not
// available propagates nothing (TGW-1); its routes stand for the reason where there is
// no other.
func (w *walk) best(rt *model.TransitGatewayRouteTable, dst netip.Addr) (installed, bool) {
	var found, withdrawn []installed
	add := func(r model.TransitGatewayRoute, p netip.Prefix, rank int) {
		if p.Contains(dst) {
			found = append(found, installed{r, p, rank})
		}
	}
	for _, r := range rt.Routes {
		switch {
		case r.PrefixList != "":
			for _, e := range w.n.PrefixLists[r.PrefixList].Entries {
				add(r, e.Prefix, 2)
			}
		case r.Propagated:
			add(r, r.Prefix, 3)
		default:
			add(r, r.Prefix, 1)
		}
	}
	for _, id := range rt.Propagations {
		a := w.n.TransitGatewayAttachments[id]
		if rt.RoutesListed || a == nil || a.Type != model.AttachVPC { // TGW-12
			continue
		}
		for _, c := range w.n.VPCs[a.VPC].CIDRs {
			switch {
			case c.Addr().Is6() && !a.IPv6:
			case !a.Available:
				if c.Contains(dst) {
					withdrawn = append(withdrawn, installed{model.TransitGatewayRoute{Prefix: c, Attachments: []model.TransitGatewayAttachmentID{id}, State: model.RouteActive}, c, 3})
				}
			default:
				add(model.TransitGatewayRoute{Prefix: c, Attachments: []model.TransitGatewayAttachmentID{id}, Propagated: true, State: model.RouteActive}, c, 3)
			}
		}
	}
	if len(found) == 0 {
		found = withdrawn
	}
	if len(found) == 0 {
		return installed{}, false
	}
	return slices.MinFunc(found, func(a, b installed) int {
		return cmp.Or(b.prefix.Bits()-a.prefix.Bits(), a.rank-b.rank)
	}), true
}

// leaveTransitGateway is a packet that comes out of a VPC attachment: the table of
// the subnet in the zone that is chosen says where it goes (TGW-5).
func (w *walk) leaveTransitGateway(g *model.TransitGateway, a *model.TransitGatewayAttachment, p passage) {
	exit := w.exitOf(g, a, p)
	if !w.keepsMembers(g, a, p) {
		p.members = nil
	}
	w.byTransit[a.VPC] = true
	w.send(exit, "", p.h, p.members)
}

// exitOf is the zone's choice: TGW-6, and in appliance mode TGW-30.
func (w *walk) exitOf(g *model.TransitGateway, a *model.TransitGatewayAttachment, p passage) *model.Subnet {
	same := w.subnetIn(a, p.zone)
	if !a.ApplianceMode {
		if same != nil {
			return same
		}
		return w.anyOf(a)
	}
	if kept := w.pinned[a.ID]; kept != nil {
		return kept
	}
	exit := same
	zone, known, hashed := w.zoneBeyond(g, a, p.h.dst)
	if exit == nil || hashed || known && zone != p.zone || !known && w.replying { // TGW-32
		exit = w.anyOf(a)
	}
	w.pinned[a.ID] = exit
	return exit
}

// zoneBeyond is the zone of a destination in an attached VPC. hashed says that it
// has one, which a static route in the table of the appliance's attachment does not
// tell.
func (w *walk) zoneBeyond(g *model.TransitGateway, appliance *model.TransitGatewayAttachment, dst netip.Addr) (zone string, known, hashed bool) {
	for _, a := range model.Sorted(w.n.TransitGatewayAttachments) {
		if a.TransitGateway != g.ID || a.Type != model.AttachVPC {
			continue
		}
		for _, sn := range model.Sorted(w.n.Subnets) {
			if sn.VPC != a.VPC || !sn.Contains(dst) {
				continue
			}
			if rt := w.associated(g, appliance); rt != nil && a != appliance {
				r, ok := w.best(rt, dst)
				hashed = ok && !r.route.Propagated
			}
			return sn.Zone(), true, hashed
		}
	}
	return "", false, false
}

// anyOf leaves the zone to chance.
func (w *walk) anyOf(a *model.TransitGatewayAttachment) *model.Subnet {
	if len(a.Subnets) == 1 {
		return w.n.Subnets[a.Subnets[0]]
	}
	k := len(w.result.Zones)
	w.result.Zones = append(w.result.Zones, len(a.Subnets))
	if k < len(w.p.Zones) {
		return w.n.Subnets[a.Subnets[w.p.Zones[k]]]
	}
	return w.n.Subnets[a.Subnets[0]]
}

// keepsMembers is TGW-26 and TGW-28.
func (w *walk) keepsMembers(g *model.TransitGateway, to *model.TransitGatewayAttachment, p passage) bool {
	from := p.attachment
	return g.SecurityGroupReferencing && from.Type == model.AttachVPC && from.TransitGateway == g.ID &&
		!from.NoSecurityGroupReferencing && !to.NoSecurityGroupReferencing
}
