package lab

import (
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"

	"github.com/vpcwalk/vpcwalk/model"
)

// transitGateway is an available transit gateway, with a link to each subnet that
// one of its attachments names (TGW-2), and to each that it is peered with.
type transitGateway struct {
	*namespace
	model *model.TransitGateway
	doors []door
	// tables are the kernel's, by route table and the zone that packets come from.
	tables map[tableKey]int
}

// door is a transit gateway's interface in a subnet, or its end of a peering
// attachment, which is in no zone (TGW-8).
type door struct {
	attachment *model.TransitGatewayAttachment
	subnet     *subnetRouter // nil of a peering attachment
	zone       string
	inner      device // the subnet's end
	outer      device // the transit gateway's
}

type tableKey struct {
	table model.TransitGatewayRouteTableID
	zone  string
}

// Metrics of a transit gateway's routes: of equal prefixes a static one is better
// than a prefix list's, which is better than a propagated one (TGW-13).
const (
	transitStatic = 10 * (1 + iota)
	transitPrefixList
	transitPropagated
)

func (l *Lab) buildTransitGateways() error {
	for _, m := range model.Sorted(l.network.TransitGateways) {
		if !m.Available {
			continue
		}
		n, err := l.newNamespace(string(m.ID), true)
		if err != nil {
			return err
		}
		t := &transitGateway{namespace: n, model: m, tables: map[tableKey]int{}}
		l.hubs[m.ID] = t
		l.filters = append(l.filters, t.filterTransitGateway)
		for _, a := range model.Sorted(l.network.TransitGatewayAttachments) {
			if a.TransitGateway != m.ID || !a.Available {
				continue
			}
			for _, id := range a.Subnets {
				if s := l.subnets[id]; s != nil {
					if err := l.openDoor(t, a, s); err != nil {
						return err
					}
				}
			}
		}
	}
	if err := l.peerTransitGateways(); err != nil {
		return err
	}
	for _, m := range model.Sorted(l.network.TransitGateways) {
		t := l.hubs[m.ID]
		if t == nil {
			continue
		}
		for _, rt := range model.Sorted(l.network.TransitGatewayRouteTables) {
			if rt.TransitGateway == m.ID {
				if err := l.associate(t, rt); err != nil {
					return err
				}
			}
		}
		for _, d := range t.doors {
			if err := t.unassociated(l.network, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// peerTransitGateways links both sides of each peering attachment (TGW-34).
func (l *Lab) peerTransitGateways() error {
	for _, a := range model.Sorted(l.network.TransitGatewayAttachments) {
		here, there := l.hubs[a.TransitGateway], l.hubs[a.Peer]
		if a.Type != model.AttachPeering || !a.Available || here == nil || there == nil {
			continue
		}
		outer, far, err := l.connect(here.namespace, there.namespace)
		if err != nil {
			return err
		}
		here.doors = append(here.doors, door{attachment: a, outer: outer})
		there.doors = append(there.doors, door{attachment: a, outer: far})
	}
	return nil
}

// openDoor puts the transit gateway's interface into a subnet. What comes out of it
// is for the subnet itself, or goes by the subnet's route table (TGW-5).
func (l *Lab) openDoor(t *transitGateway, a *model.TransitGatewayAttachment, s *subnetRouter) error {
	inner, outer, err := l.connect(s.namespace, t.namespace)
	if err != nil {
		return err
	}
	s.hubs = append(s.hubs, inner)
	t.doors = append(t.doors, door{a, s, s.model.Zone(), inner, outer})
	if err := s.from(inner, s.inward, deliver); err != nil {
		return err
	}
	return s.from(inner, s.table, forward)
}

// door finds the interface of a VPC's attachment in a zone (TGW-3).
func (t *transitGateway) door(v model.VPCID, zone string) (door, bool) {
	for _, d := range t.doors {
		if d.subnet != nil && d.attachment.VPC == v && d.zone == zone {
			return d, true
		}
	}
	return door{}, false
}

// associate routes what comes from a table's attachments (TGW-11).
func (l *Lab) associate(t *transitGateway, rt *model.TransitGatewayRouteTable) error {
	for _, d := range t.doors {
		if !slices.Contains(rt.Associations, d.attachment.ID) {
			continue
		}
		key := tableKey{rt.ID, d.zone}
		if t.tables[key] == 0 {
			table, err := t.newTable()
			if err != nil {
				return err
			}
			t.tables[key] = table
			if err := l.fillTransitTable(t, rt, table, key.zone); err != nil {
				return err
			}
		}
		if err := t.from(d.outer, t.tables[key], forward); err != nil {
			return err
		}
	}
	return nil
}

// unassociated drops what comes from an attachment without a table (TGW-11).
func (t *transitGateway) unassociated(n *model.Network, d door) error {
	for _, rt := range n.TransitGatewayRouteTables {
		if rt.TransitGateway == t.model.ID && slices.Contains(rt.Associations, d.attachment.ID) {
			return nil
		}
	}
	return t.all(d.outer, device{})
}

func (l *Lab) fillTransitTable(t *transitGateway, rt *model.TransitGatewayRouteTable, table int, zone string) error {
	for i := range rt.Routes {
		r := &rt.Routes[i]
		metric := transitStatic
		switch {
		case r.Propagated:
			metric = transitPropagated
		case r.PrefixList != "":
			metric = transitPrefixList
		}
		var way device // a black hole takes part in the choice (TGW-15)
		if r.State == model.RouteActive && len(r.Attachments) > 0 {
			way = t.towards(r.Attachments[0], zone)
		}
		for _, p := range l.prefixes(r.Prefix, r.PrefixList) {
			if err := t.route(table, p, metric, way); err != nil {
				return err
			}
		}
	}
	for _, id := range rt.Propagations {
		a := l.network.TransitGatewayAttachments[id]
		if a == nil || !a.Available || l.network.VPCs[a.VPC] == nil {
			continue
		}
		for _, c := range l.network.VPCs[a.VPC].CIDRs { // TGW-12
			if c.Addr().Is4() {
				if err := t.route(table, c, transitPropagated, t.towards(id, zone)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// towards is the way out to an attachment: in the zone that the packet comes from,
// where the attachment has a subnet there, else in any (TGW-6).
func (t *transitGateway) towards(id model.TransitGatewayAttachmentID, zone string) device {
	var other device
	for _, d := range t.doors {
		if d.attachment.ID != id {
			continue
		}
		if d.zone == zone {
			return d.outer
		}
		other = d.outer
	}
	return other
}

// filterTransitGateway forgets the sender's groups unless the transit gateway and
// both attachments support references; those of rules for what is sent never hold
// (TGW-26, TGW-27), nor does any beyond a peering attachment (TGW-28).
func (t *transitGateway) filterTransitGateway() error {
	return t.filter(func(r *ruleset) error {
		c := r.hook("passing", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, nftables.ChainPolicyAccept)
		if !t.model.SecurityGroupReferencing {
			r.loseIdentity(c)
			return nil
		}
		for _, d := range t.doors {
			if d.attachment.NoSecurityGroupReferencing || d.subnet == nil {
				r.loseIdentity(c, in(d.outer)...)
				r.loseIdentity(c, out(d.outer)...)
			}
		}
		r.rule(c, has(referred), verdict(expr.VerdictDrop))
		return nil
	})
}
