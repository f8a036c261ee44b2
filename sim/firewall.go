package sim

import (
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// firewall is a compiled Network Firewall.
type firewall struct {
	comp  Component
	model *model.Firewall
}

func (f *firewall) component() Component { return f.comp }
func (f *firewall) repliesMayMiss() bool { return false }

// label is the firewall as people know it.
func (f *firewall) label() string {
	if f.comp.Name != "" {
		return f.comp.Name
	}
	return f.comp.ID
}

func (e *Engine) compileFirewall(m *model.Firewall) *firewall {
	return &firewall{comp: e.component(model.KindFirewall, string(m.ID), &m.Meta), model: m}
}

// statelessFates is what the stateless rules of a firewall may have done with
// requests: passed them, or left them to the stateful rules.
type statelessFates struct{ passed, forwarded packet.Set }

// inspect takes a packet through the rules of a firewall that a transit gateway
// hands packets to (NFW-17); what they deny and what cannot be told is noted.
func (f *firewall) inspect(w *walk, s *state) { f.examine(w, s, f) }

// examine asks the rules about the packet, at one of the firewall's places.
func (f *firewall) examine(w *walk, s *state, by inspector) {
	if w.meet(s, by) == nil {
		return
	}
	w.doubt(s, evidence{code: NotModelled, at: by.component(), flows: s.flows, isGap: true, where: f.model.Provenance,
		words: say("the rules of "+f.label()+" are not evaluated", "ask about each side of it separately")})
}

// proxyEvidence is NFW-18.
func (f *firewall) proxyEvidence(at Component) evidence {
	return evidence{code: NotModelled, at: at, isGap: true, where: f.model.Provenance,
		words: say(f.label()+" is a proxy: it makes connections of its own, which is not modelled", "ask about each side of it separately")}
}
