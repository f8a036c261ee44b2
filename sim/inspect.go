package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// The methods below tell what single rules and routes mean, for analyses that
// look at the design and not at a packet. They give what the walk uses, and not a
// second reading of it.

// NetworkACLRule is what one rule of a network ACL means.
type NetworkACLRule struct {
	Rule *model.NetworkACLRule
	// Matches are the packets that the rule is about, if none before it decides.
	Matches packet.Box
	// Open is set where the design leaves open what the rule matches: something
	// of Matches, or nothing.
	Open bool
}

// NetworkACLRules gives the rules of a direction in the order in which they are
// asked (NACL-1), without the last one, "*". Nil: there is no such network ACL.
func (e *Engine) NetworkACLRules(id model.NetworkACLID, d model.Direction) []NetworkACLRule {
	a := e.acls[id]
	if a == nil {
		return nil
	}
	var out []NetworkACLRule
	for i := range a.rules[d] {
		r := &a.rules[d][i]
		out = append(out, NetworkACLRule{r.model, ruleBox(d, &r.traffic, r.peers), r.open != nil})
	}
	return out
}

// SecurityGroupRule is what one rule of a security group means.
type SecurityGroupRule struct {
	Rule *model.SecurityGroupRule
	// Matches are the packets that the rule admits. Of a rule that references a
	// group they are those from or to any address: Group tells which of these
	// addresses count.
	Matches packet.Box
	// Group is the referenced group; empty for a rule with addresses, and for a
	// stale one, which matches nothing (SG-21).
	Group model.SecurityGroupID
	// Open is set where the design leaves open what the rule admits: something of
	// Matches, or nothing. A prefix list of which some entries are known gives two
	// meanings, one of which is certain.
	Open bool
}

// SecurityGroupRules gives what the rules of a direction mean, in the order in
// which they are written. Nil: there is no such group.
func (e *Engine) SecurityGroupRules(id model.SecurityGroupID, d model.Direction) []SecurityGroupRule {
	g := e.groups[id]
	if g == nil {
		return nil
	}
	var out []SecurityGroupRule
	for i := range g.rules[d] {
		r := &g.rules[d][i]
		peers := r.peers
		if r.ref != "" {
			peers = packet.AllAddrs
		}
		out = append(out, SecurityGroupRule{r.model, ruleBox(d, &r.traffic, peers), r.ref, r.open != nil})
	}
	return out
}

// ruleBox is a filter's rule as a set of packets as they stand at the filter: the
// peer is their source inbound and their destination outbound (SG-6, NACL-7).
func ruleBox(d model.Direction, t *traffic, peers packet.Addrs) packet.Box {
	h := header{src: addrField{kind: flowSrc}, dst: addrField{kind: flowDst}, sport: flowSport, dport: flowDport}
	peer := h.src
	if d == model.Egress {
		peer = h.dst
	}
	b := packet.All
	if h.matches(&b, t) == no || peer.in(&b, peers) == no {
		return packet.Box{}
	}
	return b
}

// RouteUse is what one route of a table is good for.
type RouteUse struct {
	Route *model.Route
	// Takes are the destinations that the route wins, those included of which AWS
	// picks the route among several (RT-8).
	Takes packet.Addrs
	// Rivals are the other routes that AWS may pick in its place for some of these.
	Rivals []*model.Route
	// Reserved is set where AWS keeps all of the destination for itself: whatever
	// wins, no route forwards there (RT-14).
	Reserved bool
	// Gone says why what the route points at carries nothing; empty while it does,
	// and where the input does not tell.
	Gone string
	// Open is set where it is not known, or not wholly, what the route's
	// destination is.
	Open bool
}

// RouteUses gives what the routes of a table are good for, in the order in which
// they are written; routes that AWS adds for gateway endpoints come last (RT-18),
// and local routes that are not written are left out. Nil: there is no such
// table.
func (e *Engine) RouteUses(id model.RouteTableID) []RouteUse {
	t, m := e.tables[id], e.network.RouteTables[id]
	if t == nil || m == nil {
		return nil
	}
	takes, rivals := t.shares()
	open := map[*model.Route]bool{}
	for _, r := range t.open {
		open[r.model] = true
	}
	var out []RouteUse
	for _, r := range t.written {
		m := r.model
		out = append(out, RouteUse{
			Route: m, Takes: takes[m], Rivals: rivals[m], Gone: r.whyGone(), Open: open[m] || m.Unknown != nil,
			Reserved: m.Prefix.IsValid() && unroutable.Holds(packet.Prefix(m.Prefix)),
		})
	}
	return out
}

// shares gives the destinations that each route takes, and which routes tie with
// it for some of them.
func (t *routeTable) shares() (takes map[*model.Route]packet.Addrs, rivals map[*model.Route][]*model.Route) {
	takes, rivals = map[*model.Route]packet.Addrs{}, map[*model.Route][]*model.Route{}
	var before packet.Addrs
	for i := range t.entries { // the longest first
		en := &t.entries[i]
		here := en.addrs.Sub(before).Sub(unroutable)
		before = before.Or(en.addrs)
		if here.IsEmpty() {
			continue
		}
		for _, r := range en.winners {
			takes[r.model] = takes[r.model].Or(here)
			for _, other := range en.winners {
				if other != r {
					rivals[r.model] = append(rivals[r.model], other.model)
				}
			}
		}
	}
	return takes, rivals
}

// whyGone tells why the target of a route carries nothing (RT-10, ENI-11, NAT-12):
// what is wrong with the target, or else the route's own state.
func (r *route) whyGone() string {
	e, t := r.table.vpc.e, r.model.Target
	n, isNAT := r.target.(*natGateway)
	id := model.InterfaceID(t.ID)
	if m := e.network.Instances[model.InstanceID(t.ID)]; t.Kind == model.KindInstance && m != nil && len(m.Interfaces) > 0 {
		id = m.Interfaces[0]
	}
	i := e.interfaces[id] // nil for any other target
	switch {
	case r.dead != nil && i != nil && i.dead != nil:
		return i.dead.text
	case r.dead != nil: // RT-25 among them: an interface of another VPC
		return fmt.Sprintf("%s is not attached to %s", t.ID, r.table.vpc.comp.named())
	case isNAT && n.model.State != model.NATGatewayAvailable:
		return fmt.Sprintf("NAT gateway %s is %s", n.comp.named(), n.model.State)
	case r.model.State == model.RouteBlackhole:
		return "its state is blackhole"
	}
	return ""
}

// SubnetRouteTable gives the route table that a subnet uses, its own or the main
// one (SUB-7); empty where that is not known.
func (e *Engine) SubnetRouteTable(id model.SubnetID) model.RouteTableID {
	if sn := e.subnets[id]; sn != nil {
		if t := model.RouteTableID(sn.table.comp.ID); e.tables[t] == sn.table {
			return t
		}
	}
	return ""
}

// SubnetNetworkACL gives the network ACL that a subnet uses, its own or the
// default one (SUB-8); empty where that is not known.
func (e *Engine) SubnetNetworkACL(id model.SubnetID) model.NetworkACLID {
	if sn := e.subnets[id]; sn != nil {
		if a := model.NetworkACLID(sn.nacl.comp.ID); e.acls[a] == sn.nacl {
			return a
		}
	}
	return ""
}
