package sim

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/firewall"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// firewallVerdict is what a firewall's rules do with a packet, as it comes together.
type firewallVerdict struct {
	f         *networkFirewall
	at        Component
	decisions []firewall.Decision
	// tracked are replies to what the stateful rules passed.
	tracked packet.Set
	// halves are connections of which the stateful rules see one direction only, and
	// which they drop for that; openHalves those that they may drop.
	halves, openHalves packet.Set
}

// add takes the decisions of a list of rules that are final.
func (v *firewallVerdict) add(o firewall.Outcome) {
	for _, d := range o {
		if d.Unknown != nil || d.Action != firewall.Forward {
			v.decisions = append(v.decisions, d)
		}
	}
}

// note marks what is denied and what cannot be told, as evidence and as one hop.
func (v *firewallVerdict) note(w *walk, s *state) {
	var hops []decision
	step := func(flows packet.Set, action Action, rule ruleRef, gap *model.Unknown) {
		if w.record && !flows.IsEmpty() {
			hops = append(hops, decision{flows: flows, action: action, rule: rule, gap: gap})
		}
	}
	var denied, open []evidence
	for i := range v.decisions {
		d := &v.decisions[i]
		rule := firewallRule{d.Rule}
		switch {
		case d.Unknown != nil:
			open = append(open, v.gap(d))
			step(d.Flows, ActionUnknown, nil, d.Unknown)
		case d.Action == firewall.Pass:
			step(d.Flows, ActionAllow, rule, nil)
		default:
			denied = append(denied, v.denial(d, rule))
			step(d.Flows, ActionDeny, rule, nil)
		}
	}
	if !v.halves.IsEmpty() {
		denied = append(denied, evidence{code: FirewallRulesRestriction, at: v.at, flows: v.halves, where: v.f.where, words: v.halfWords})
		step(v.halves, ActionDeny, nil, nil)
	}
	if !v.openHalves.IsEmpty() {
		u := &model.Unknown{Subject: v.f.label(), Attribute: "stream exception policy", Reason: "CONTINUE applies the rules without knowing who opened the connection, and that matters here", Provenance: v.f.where}
		open = append(open, gapEvidence(v.at, sideless, UnknownValue, u, v.openHalves))
		step(v.openHalves, ActionUnknown, nil, u)
	}
	if w.record {
		h := hop{at: v.at, decisions: hops}
		switch {
		case len(hops) == 0:
			h.action, h.words = ActionAllow, repliesWords
		case len(hops) == 1 && v.tracked.IsEmpty() && !v.halves.IsEmpty():
			h.words = halfHopWords
		case !v.tracked.IsEmpty():
			h.decisions = append(h.decisions, decision{flows: v.tracked, action: ActionAllow})
		}
		s.hop(h)
	}
	for _, x := range denied {
		w.denyAtHop(s, x)
	}
	for _, x := range open {
		w.doubt(s, x)
	}
}

// denial is the evidence of a rule, or a default action, that drops.
func (v *firewallVerdict) denial(d *firewall.Decision, rule firewallRule) evidence {
	established := d.Established
	return evidence{
		code: FirewallRulesRestriction, at: v.at, rule: rule, flows: d.Flows, where: v.f.where,
		words: func(_ *Engine, c Component, h Header) (string, string) {
			what := fmt.Sprintf("%s from %s to %s", h.traffic(), h.SourceIP, h.DestinationIP)
			text := fmt.Sprintf("firewall %s %ss %s: %s", c.named(), rule.Action, what, rule.Text)
			if established { // NFW-9
				text += "; the handshake would succeed, what the client then sends is lost"
			}
			if rule.Group == "" {
				return text, fmt.Sprintf("let %s pass by a rule of the firewall's policy", what)
			}
			return text, fmt.Sprintf("let %s pass by a rule of the firewall's policy that is evaluated before %s", what, rule.name())
		},
	}
}

// gap is the evidence of what cannot be told.
func (v *firewallVerdict) gap(d *firewall.Decision) evidence {
	x := gapEvidence(v.at, sideless, UnknownValue, d.Unknown, d.Flows)
	if strings.Contains(d.Unknown.Reason, "host") { // NFW-11
		x.words = say("not known: "+d.Unknown.String(), "say which name the client asks for: --host NAME, or host: NAME in a suite")
	}
	return x
}

func (v *firewallVerdict) halfWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("a stateless rule of %s passes one direction of the connection and leaves the other, %s from %s to %s, to the stateful rules, which drop what they see half of",
			c.named(), h.traffic(), h.SourceIP, h.DestinationIP),
		"pass both directions by stateless rules, or leave both to the stateful ones"
}

func halfHopWords(*Engine, Component, Header) (string, string) {
	return "the stateful rules see this direction of the connection only, or the other", ""
}

func repliesWords(*Engine, Component, Header) (string, string) {
	return "reply to what the firewall passed", ""
}

// firewallRule is a rule of a firewall that can tell itself.
type firewallRule struct{ *firewall.Rule }

func (r firewallRule) where() model.Provenance { return r.Provenance }

func (r firewallRule) text() string { return r.Text }

// name is the rule as a sentence names it.
func (r firewallRule) name() string {
	if r.Number == 0 {
		return "the rule of " + string(r.Group)
	}
	return fmt.Sprintf("rule %d of %s", r.Number, r.Group)
}

func (r firewallRule) describe() Rule {
	out := Rule{Action: r.Action.String(), Protocol: r.Protocol, Ports: r.Ports, Peer: r.Peers, Group: string(r.Group)}
	if r.Number != 0 {
		out.Number = strconv.Itoa(r.Number)
	}
	return out
}
