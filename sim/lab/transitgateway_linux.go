package lab

import (
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"

	"github.com/vpcwalk/vpcwalk/model"
)

// transitGateway is an available transit gateway, with a link to each subnet that
// one of its attachments names (TGW-2).
type transitGateway struct {
	*namespace
	model *model.TransitGateway
	doors []door
	// tables are the kernel's, by route table and the zone that packets come from.
	tables map[tableKey]int
}

// door is a transit gateway's interface in a subnet.
type door struct {
	attachment *model.TransitGatewayAttachment
	subnet     *subnetRouter
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
		for _, rt := range model.Sorted(l.network.TransitGatewayRouteTables) {
			if err := l.associate(t, rt); err != nil {
				return err
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

// openDoor puts the transit gateway's interface into a subnet. What comes out of it
// is for the subnet itself, or goes by the subnet's route table (TGW-5).
func (l *Lab) openDoor(t *transitGateway, a *model.TransitGatewayAttachment, s *subnetRouter) error {
	inner, outer, err := l.connect(s.namespace, t.namespace)
	if err != nil {
		return err
	}
	s.hubs = append(s.hubs, inner)
	t.doors = append(t.doors, door{a, s, inner, outer})
	if err := s.from(inner, s.inward, deliver); err != nil {
		return err
	}
	return s.from(inner, s.table, forward)
}

// door finds the interface of a VPC's attachment in a zone (TGW-3).
func (t *transitGateway) door(v model.VPCID, zone string) (door, bool) {
	for _, d := range t.doors {
		if d.attachment.VPC == v && d.subnet.model.Zone() == zone {
			return d, true
		}
	}
	return door{}, false
}

// associate routes what comes from a table's attachments (TGW-11).
func (l *Lab) associate(t *transitGateway, rt *model.TransitGatewayRouteTable) error {
	if rt.TransitGateway != t.model.ID {
		return nil
	}
	for _, d := range t.doors {
		if !slices.Contains(rt.Associations, d.attachment.ID) {
			continue
		}
		key := tableKey{rt.ID, d.subnet.model.Zone()}
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
		if slices.Contains(rt.Associations, d.attachment.ID) {
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
	var any device
	for _, d := range t.doors {
		if d.attachment.ID != id {
			continue
		}
		if d.subnet.model.Zone() == zone {
			return d.outer
		}
		any = d.outer
	}
	return any
}

// filterTransitGateway forgets the sender's groups unless the transit gateway and
// both attachments support references; those of rules for what is sent never hold
// (TGW-26, TGW-27).
func (t *transitGateway) filterTransitGateway() error {
	return t.filter(func(r *ruleset) error {
		c := r.hook("passing", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, nftables.ChainPolicyAccept)
		if !t.model.SecurityGroupReferencing {
			r.loseIdentity(c)
			return nil
		}
		for _, d := range t.doors {
			if d.attachment.NoSecurityGroupReferencing {
				r.loseIdentity(c, in(d.outer)...)
				r.loseIdentity(c, out(d.outer)...)
			}
		}
		r.rule(c, has(referred), verdict(expr.VerdictDrop))
		return nil
	})
}
