package sim

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// metFlow is one flow and what it met in both networks, under the names of the
// later one.
type metFlow struct {
	flow packet.Flow
	// sources and destinations are its addresses at each place of the forward way.
	sources, destinations []netip.Addr
	at                    map[resourceKey]bool
	// decided has the rules and routes of the model that decided about it.
	decided map[any]bool
}

// isOf reports whether a rule is about the flow's protocol and port or type.
func (m *metFlow) isOf(t *model.Traffic) bool {
	return t.Protocol == model.AllProtocols || t.Protocol == m.flow.Protocol &&
		(!t.Protocol.HasPorts() || t.Ports.Contains(uint16(m.flow.Dport))) &&
		(!t.Protocol.IsICMP() || t.ICMP.Matches(uint8(m.flow.Dport>>8), uint8(m.flow.Dport)))
}

// isReplyOf reports whether a rule may be about the flow's reply. What port a
// translator picked, and the type of an ICMP reply, are not looked at.
func (m *metFlow) isReplyOf(t *model.Traffic) bool {
	return t.Protocol == m.flow.Protocol && (!t.Protocol.HasPorts() || t.Ports.To >= 1024)
}

// hasAny reports whether a prefix holds an address that the flow shows anywhere.
func (m *metFlow) hasAny(p netip.Prefix) bool {
	return containsAny(p, m.sources) || containsAny(p, m.destinations)
}

// causes gives the elements that a flow meets on either side: of rules and routes
// those that decided about it, or else those that are about such a flow; where
// that leaves none, all. An interface that only one network has is the cause of
// what it opens or closes.
func (d *differ) causes(src, dst *diffItem, f packet.Flow) []*Element {
	if own := d.oneSided(src, dst); len(own) > 0 {
		return own
	}
	m := &metFlow{flow: f, at: map[resourceKey]bool{}, decided: map[any]bool{}}
	for _, side := range []*diffSide{&d.before, &d.after} {
		side.meet(d, m, src, dst)
	}
	met := d.elementsAt(m)
	pick := func(keep func(*Element) bool) []*Element {
		var out []*Element
		rules := 0
		for _, x := range met {
			if x.meets != nil && !keep(x) {
				continue
			}
			if x.meets != nil {
				rules++
			}
			out = append(out, x)
		}
		if rules == 0 && slices.ContainsFunc(met, func(x *Element) bool { return x.meets != nil }) {
			return nil
		}
		return out
	}
	if out := pick(func(x *Element) bool { return m.decided[x.rules[0]] || m.decided[x.rules[1]] }); out != nil {
		return out
	}
	if out := pick(func(x *Element) bool { return x.meets(m) }); out != nil {
		return out
	}
	if attributes := slices.DeleteFunc(slices.Clone(met), func(x *Element) bool { return x.meets != nil }); len(attributes) > 0 {
		return attributes
	}
	return met
}

// oneSided gives the interfaces of a pair that only one network has, or rather
// what owns them, where that is as new or as gone.
func (d *differ) oneSided(items ...*diffItem) []*Element {
	var out []*Element
	for _, it := range items {
		if it == nil || it.before != nil && it.after != nil {
			continue
		}
		side, i := &d.after, it.after
		if i == nil {
			side, i = &d.before, it.before
		}
		for _, k := range []resourceKey{{i.owner.kind, side.rename(i.owner.kind, i.owner.id)}, {model.KindInterface, side.rename(model.KindInterface, i.comp.ID)}} {
			at := slices.IndexFunc(d.byOwner[k], func(x *Element) bool { return x.What == "" })
			if at >= 0 {
				out = append(out, d.byOwner[k][at])
				break
			}
		}
	}
	return out
}

func (d *differ) elementsAt(m *metFlow) []*Element {
	var out []*Element
	for k := range m.at {
		out = append(out, d.byOwner[k]...)
	}
	slices.SortFunc(out, compareElements)
	return out
}

// meet walks the flow in one network and notes what it meets.
func (s *diffSide) meet(d *differ, m *metFlow, src, dst *diffItem) {
	v6 := m.flow.Src.Is6()
	q := d.question(src, dst)
	sources, destinations := s.diffEnds(d, src, dst, v6)
	for _, it := range []*diffItem{src, dst} {
		if it != nil && s.of(it) != nil {
			s.meetInterface(m, s.of(it))
		}
	}
	for i := range sources {
		for k := range destinations {
			j := s.job(&q, &sources[i], &destinations[k], v6)
			one := flowSet(m.flow)
			if src != nil {
				one[0].Src = sources[i].addrs
			}
			if dst != nil {
				one[0].Dst = destinations[k].addrs
			}
			j.flows = one
			w := j.walk(s.Engine, &q)
			w.record = true
			j.start(w)
			for _, p := range w.paths {
				for h := p.trail; h != nil; h = h.before {
					s.meetComponent(m, h.at)
					m.decide(h.rule)
					for _, x := range h.decisions {
						if x.flows.Overlaps(p.flows) {
							m.decide(x.rule)
						}
					}
					m.meetHeader(&h.hdr, p.flows, h.leg)
				}
			}
			for _, ev := range w.evidence {
				s.meetComponent(m, ev.at)
				m.decide(ev.rule)
			}
		}
	}
}

// decide notes a rule or route that decided.
func (m *metFlow) decide(r ruleRef) {
	switch r := r.(type) {
	case *groupRule:
		m.decided[r.model] = true
	case *aclRule:
		m.decided[r.model] = true
	case *route:
		m.decided[r.model] = true
	}
}

func (m *metFlow) meetHeader(h *header, flows packet.Set, leg model.Leg) {
	add := func(list *[]netip.Addr, f addrField) {
		for _, x := range f.ofSet(flows) {
			if !slices.Contains(*list, x.Lo) {
				*list = append(*list, x.Lo)
			}
		}
	}
	from, to := &m.sources, &m.destinations
	if leg == model.Return {
		from, to = to, from
	}
	add(from, h.src)
	add(to, h.dst)
}

func (s *diffSide) note(m *metFlow, k model.Kind, id string) {
	m.at[resourceKey{k, s.rename(k, id)}] = true
}

// meetComponent notes a component and what decides with it.
func (s *diffSide) meetComponent(m *metFlow, c Component) {
	s.note(m, c.Type, c.ID)
	s.meetJoining(m, c)
	switch c.Type {
	case model.KindInterface:
		if i := s.interfaces[model.InterfaceID(c.ID)]; i != nil {
			s.meetInterface(m, i)
		}
	case model.KindNATGateway:
		if n := s.nats[model.NATGatewayID(c.ID)]; n != nil && n.subnet != nil {
			s.meetSubnet(m, n.subnet)
		}
	case model.KindInternetGateway, model.KindEgressOnlyInternetGateway:
		for _, v := range s.vpcList {
			if v.igw != nil && v.igw.comp.ID == c.ID || v.eigw != nil && v.eigw.comp.ID == c.ID {
				s.note(m, kindBlockPublicAccess, v.comp.ID)
			}
		}
	case model.KindRouteTable:
		if t := s.network.RouteTables[model.RouteTableID(c.ID)]; t != nil {
			for i := range t.Routes {
				if id := t.Routes[i].PrefixList; id != "" {
					s.note(m, model.KindPrefixList, string(id))
				}
			}
		}
	}
}

func (s *diffSide) meetInterface(m *metFlow, i *networkInterface) {
	s.note(m, model.KindInterface, i.comp.ID)
	s.note(m, i.owner.kind, i.owner.id)
	if i.owner.other != nil {
		s.note(m, model.KindOwner, i.owner.id)
		s.meetBalancer(m, model.OwnerID(i.owner.id))
	}
	s.meetSubnet(m, i.subnet)
	for _, g := range i.groups {
		s.note(m, model.KindSecurityGroup, string(g.id))
		if g := s.network.SecurityGroups[g.id]; g != nil {
			for k := range g.Rules {
				if id := g.Rules[k].Peer.PrefixList; id != "" {
					s.note(m, model.KindPrefixList, string(id))
				}
			}
		}
	}
}

// meetSubnet notes a subnet, its VPC and the VPC's internet gateway, whose lack
// no hop shows.
func (s *diffSide) meetSubnet(m *metFlow, sn *subnet) {
	s.note(m, model.KindSubnet, sn.comp.ID)
	s.note(m, model.KindVPC, sn.vpc.comp.ID)
}
