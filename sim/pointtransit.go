package sim

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// plainTransit is a way from a subnet of one VPC to an address of another through
// one hub, on which nothing is left open: the subnets of the attachments where the
// packet enters and leaves the hub.
type plainTransit struct {
	in, out     *attachment
	entry, exit *subnet
	// lost says that the hub has no route to the address.
	lost bool
}

// transitTo finds the plain way from a subnet to an address; false where it is not
// plain.
func (sn *subnet) transitTo(a netip.Addr) (t plainTransit, ok bool) {
	table := sn.table
	if table.unknown != nil || len(table.open) > 0 {
		return t, false
	}
	n, found := table.lookup.Lookup(a)
	if !found || len(table.entries[n].winners) != 1 {
		return t, false
	}
	r := table.entries[n].winners[0]
	if r.model.State != model.RouteActive || r.dead != nil {
		return t, false
	}
	if t.in, ok = r.target.(*attachment); !ok || !t.in.available || t.in.policy != nil || t.in.table == nil || t.in.acceptance != nil || t.in.optionsUnknown != nil {
		return t, false
	}
	if t.entry, ok = t.in.entrance(sn); !ok {
		return t, false
	}
	hub := t.in.table
	if hub.unknown != nil || len(hub.open) > 0 || hub.isContested(a) {
		return t, false
	}
	if n, found = hub.lookup.Lookup(a); !found {
		t.lost = true
		return t, true
	}
	if len(hub.entries[n].winners) != 1 {
		return t, false
	}
	way := hub.entries[n].winners[0]
	t.out = way.to
	if t.out == nil || t.out == t.in || t.out.vpc == nil || !t.out.available || way.state != model.RouteActive || way.unknown != nil ||
		t.out.acceptance != nil || t.out.appliance || t.out.optionsUnknown != nil {
		return t, false
	}
	if t.exit, ok = t.out.entrance(sn); !ok && len(t.out.subnets) == 1 {
		t.exit, ok = t.out.subnets[0], true
	}
	return t, ok && t.exit.table.plainLocal
}

// knowsSenders reports whether group references match over the way (TGW-26,
// TGW-28).
func (t *plainTransit) knowsSenders() bool {
	return t.in.hub.references && t.in.references && t.out.references && t.in.region == t.out.region &&
		!t.entry.isExcludedFromReferences() && !t.exit.isExcludedFromReferences()
}

// walkTransit walks a TCP or UDP packet between plain interfaces of two VPCs of one
// hub. ok is false for anything else.
func (i *networkInterface) walkTransit(p *Packet) (v model.Verdict, ok bool) {
	there, ok := i.subnet.transitTo(p.To)
	if !ok || there.lost {
		return model.Blocked, ok && !i.subnet.exempt.Contains(p.To) // LL-1: no route is asked
	}
	j, isInterface := there.out.vpc.owners[p.To].(*networkInterface)
	if !isInterface || !j.plain || j.subnet.vpc != there.out.vpc {
		return model.Blocked, false
	}
	port := model.PortRange{From: p.Port, To: p.Port}
	src, dst := pointAddrOf(p.SourceIP), pointAddrOf(p.To)
	sender := i
	if !there.knowsSenders() {
		sender = nil
	}
	if !i.point.admits(model.Egress, p.Protocol, port, &dst, nil) || !j.point.admits(model.Ingress, p.Protocol, port, &src, sender) {
		return model.Blocked, true // whatever becomes of the reply
	}
	back, ok := j.subnet.transitTo(p.SourceIP)
	if ok && back.lost {
		return model.Blocked, true
	}
	if !ok || back.out != there.in || back.in != there.out {
		return model.Blocked, false
	}
	a, b := i.subnet, j.subnet
	checks := [8]struct { // TGW-23
		acl   *networkACL
		dir   model.Direction
		peer  *pointAddr
		ports model.PortRange
	}{
		{a.nacl, model.Egress, &dst, port},
		{there.entry.nacl, model.Ingress, &src, port},
		{there.exit.nacl, model.Egress, &dst, port},
		{b.nacl, model.Ingress, &src, port},
		{b.nacl, model.Egress, &src, p.SourcePorts},
		{back.entry.nacl, model.Ingress, &dst, p.SourcePorts},
		{back.exit.nacl, model.Egress, &src, p.SourcePorts},
		{a.nacl, model.Ingress, &dst, p.SourcePorts},
	}
	for n := range checks {
		if (n == 2 || n == 3) && there.exit == b || n > 5 && back.exit == a {
			continue // the attachment's neighbours
		}
		c := &checks[n]
		allows, sure := c.acl.admits(c.dir, p.Protocol, c.ports, c.peer)
		if !sure {
			return model.Blocked, false
		}
		if !allows {
			return model.Blocked, true
		}
	}
	return model.Reachable, true
}
