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
	var o outcome
	for i := range p.rules {
		r := &p.rules[i]
		in := s
		in.flows = r.part(&s)
		if in.flows.IsEmpty() {
			continue
		}
		s.flows = s.flows.Sub(in.flows)
		if r.table == nil {
			u := missing(model.KindTransitGatewayRouteTable, string(r.model.RouteTable), &model.Meta{Provenance: r.model.Provenance})
			o = o.or(w.lostTrack(in, gapEvidence(p.comp, sideless, UnknownResource, u, nil)))
		} else {
			if w.record {
				in.hop(hop{at: p.comp, action: ActionRoute, words: say(fmt.Sprintf("rule %d picks %s", r.model.Number, r.table.comp.named()), "")})
			}
			o = o.or(r.table.forward(w, in, by, from))
		}
		if s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(w.drop(s, evidence{code: TGWRTBCannotRoute, at: p.comp, where: p.where, words: func(_ *Engine, c Component, h Header) (string, string) {
		return fmt.Sprintf("no rule of policy table %s matches %s to %s", c.named(), h.traffic(), h.DestinationIP), "add a rule that picks a route table for it"
	}}))
}

// part is the flows of a packet that the rule matches.
func (r *policyTableRule) part(s *state) packet.Set {
	b := packet.All
	m := s.hdr.matches(&b, &r.traffic).and(s.hdr.src.in(&b, r.src)).and(s.hdr.dst.in(&b, r.dst))
	if m == yes && r.sport != nil {
		m = s.hdr.sport.in(&b, r.sport)
	}
	if m != yes {
		return nil
	}
	return s.flows.AndBox(&b)
}
