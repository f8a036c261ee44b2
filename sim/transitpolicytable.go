package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// policyTable is a compiled policy table of a transit gateway: the first rule that
// matches picks a route table, and what none matches is dropped (TGW-21).
type policyTable struct {
	comp    Component
	where   model.Provenance
	rules   []policyTableRule
	unknown *model.Unknown
}

type policyTableRule struct {
	model    *model.TransitGatewayPolicyRule
	src, dst packet.Addrs
	sport    packet.Ports // nil: any
	traffic
	table *transitTable
}

func (e *Engine) compilePolicyTable(m *model.TransitGatewayPolicyTable) *policyTable {
	p := &policyTable{comp: e.component(model.KindTransitGatewayPolicyTable, string(m.ID), &m.Meta), where: m.Provenance, unknown: m.RulesUnknown}
	for i := range m.Rules {
		r := &m.Rules[i]
		c := policyTableRule{model: r, src: packet.AllAddrs, dst: packet.AllAddrs, traffic: compileTraffic(r.Traffic), table: e.transitTables[r.RouteTable]}
		if r.Source.IsValid() {
			c.src = packet.Prefix(r.Source)
		}
		if r.Destination.IsValid() {
			c.dst = packet.Prefix(r.Destination)
		}
		if r.Traffic.Protocol.HasPorts() && r.SourcePorts != (model.PortRange{}) && r.SourcePorts != model.AllPorts {
			c.sport = packet.PortRange(r.SourcePorts.From, r.SourcePorts.To)
		}
		p.rules = append(p.rules, c)
	}
	return p
}

// choose routes the packets that came in by an attachment, each part by the table
// of the rule that takes it.
func (p *policyTable) choose(w *walk, s state, by *attachment, from *subnet) outcome {
	if p.unknown != nil {
		return w.lostTrack(s, gapEvidence(p.comp, sideless, UnknownResource, p.unknown, nil))
	}
	return p.byRules(w, s, p.rules, by, from)
}

// byRules asks the rules in their order. Where an address is not known, and a rule for
// some that it may be only, the packet goes on both ways.
func (p *policyTable) byRules(w *walk, s state, rules []policyTableRule, by *attachment, from *subnet) outcome {
	var o outcome
	for i := range rules {
		r := &rules[i]
		in := s
		var unknown *model.Unknown
		in.flows, unknown = r.part(&s)
		if in.flows.IsEmpty() {
			continue
		}
		if s.flows = s.flows.Sub(in.flows); unknown != nil {
			w.note(&in, gapEvidence(p.comp, sideless, UnknownValue, unknown, in.flows))
			o = o.or(w.either(in,
				func(s state) outcome { return p.take(w, s, r, by, from) },
				func(s state) outcome { return p.byRules(w, s, rules[i+1:], by, from) }))
		} else {
			o = o.or(p.take(w, in, r, by, from))
		}
		if s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(w.drop(s, evidence{code: TGWRTBCannotRoute, at: p.comp, where: p.where, words: func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("no rule of policy table %s matches %s to %s", c.named(), h.traffic(), h.DestinationIP), "add a rule that picks a route table for it"
	}}))
}

// take routes a packet by the table that a rule picks.
func (p *policyTable) take(w *walk, s state, r *policyTableRule, by *attachment, from *subnet) outcome {
	if r.table == nil {
		u := missing(model.KindTransitGatewayRouteTable, string(r.model.RouteTable), &model.Meta{Provenance: r.model.Provenance})
		return w.lostTrack(s, gapEvidence(p.comp, sideless, UnknownResource, u, nil))
	}
	if w.record {
		s.hop(hop{at: p.comp, action: ActionRoute, words: say(fmt.Sprintf("rule %d picks %s", r.model.Number, r.table.comp.named()), "")})
	}
	return r.table.forward(w, s, by, from)
}

// part is the flows of a packet that the rule matches, or may match: unknown is then
// what decides that.
func (r *policyTableRule) part(s *state) (flows packet.Set, unknown *model.Unknown) {
	b := packet.All
	m := s.hdr.matches(&b, &r.traffic)
	for _, x := range []struct {
		field addrField
		addrs packet.Addrs
	}{{s.hdr.src, r.src}, {s.hdr.dst, r.dst}} {
		one := x.field.in(&b, x.addrs)
		if one == maybe && unknown == nil {
			unknown = x.field.unknownAt(rangeRule{fmt.Sprintf("rule %d of the policy table", r.model.Number), r.model.Provenance})
		}
		m = m.and(one)
	}
	if m != no && r.sport != nil {
		m = m.and(s.hdr.sport.in(&b, r.sport))
	}
	if m == no {
		return nil, nil
	}
	return s.flows.AndBox(&b), unknown
}
