package firewall

import (
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Narrow narrows b, which begins as all flows, to those whose header m matches.
// some is false where there are none; sure is false where they match perhaps.
type Narrow func(m *Match, b *packet.Box) (some, sure bool)

// Plain is the Narrow of headers that are the flows' own.
func Plain(m *Match, b *packet.Box) (some, sure bool) {
	*b = m.Box()
	return !b.IsEmpty(), true
}

// Decision is what becomes of some flows.
type Decision struct {
	Flows  packet.Set
	Action Action
	Rule   *Rule
	// Unknown is set where that cannot be told. Action means nothing then, and Rule
	// is the one that it hangs on.
	Unknown *model.Unknown
	// Established is set where the connection is opened and what the client then
	// sends is dropped (NFW-9).
	Established bool
}

// Outcome is what becomes of all flows: decisions that share none.
type Outcome []Decision

// Of gives the flows that certainly have one of the actions.
func (o Outcome) Of(actions ...Action) packet.Set {
	var out packet.Set
	for _, d := range o {
		for _, a := range actions {
			if d.Unknown == nil && d.Action == a {
				out = append(out, d.Flows...)
			}
		}
	}
	return out
}

// Unknown gives the flows for which it cannot be told.
func (o Outcome) Unknown() packet.Set {
	var out packet.Set
	for _, d := range o {
		if d.Unknown != nil {
			out = append(out, d.Flows...)
		}
	}
	return out
}

func (o *Outcome) add(d Decision) {
	if !d.Flows.IsEmpty() {
		*o = append(*o, d)
	}
}

// element is a rule's test in a list; a rule has one for each direction and each
// set of ports for which it is as sure.
type element struct {
	Match
	rule *Rule
	// doubt says why a packet of this five-tuple may or may not match; empty: it
	// matches.
	doubt string
	kind
}

// kind is what decides how long a rule's word holds.
type kind struct {
	// fallback is set for default actions.
	fallback bool
	// handshake is set for rules that match only until the connection stands.
	handshake bool
	// ipOnly is set for rules about addresses alone: Suricata asks them for the
	// first packet each way.
	ipOnly bool
}

// taken is flows that an element matches, and no certain one before it.
type taken struct {
	flows packet.Set
	by    *element
}

// tally is how a list falls out: the certain decisions, which share no flows and
// cover them all, and those that may come before them.
type tally struct{ certain, perhaps []taken }

// tell asks a list, whose last element matches everything.
func tell(list []element, flows packet.Set, narrow Narrow) tally {
	var t tally
	for i := range list {
		if flows.IsEmpty() {
			break
		}
		e := &list[i]
		b := packet.All
		some, sure := narrow(&e.Match, &b)
		if !some {
			continue
		}
		hit := flows.AndBox(&b)
		if hit.IsEmpty() {
			continue
		}
		if !sure || e.doubt != "" {
			t.perhaps = append(t.perhaps, taken{hit, e})
			continue
		}
		flows = flows.SubBox(&b)
		t.certain = append(t.certain, taken{hit, e})
	}
	return t
}

// may is the flows that such elements may decide.
func (t tally) may(such func(*element) bool) packet.Set {
	var out packet.Set
	for _, list := range [][]taken{t.certain, t.perhaps} {
		for _, x := range list {
			if such(x.by) {
				out = out.Or(x.flows)
			}
		}
	}
	return out
}

func hasFate(a Action) func(*element) bool {
	return func(e *element) bool { return e.rule.Action.fate() == a }
}

// outcome of a list that is asked once: unknown is what an element that may match
// would decide otherwise.
func (t tally) outcome() Outcome {
	var out Outcome
	for _, c := range t.certain {
		rest := c.flows
		for _, p := range t.perhaps {
			if p.by.rule.Action.fate() == c.by.rule.Action.fate() {
				continue
			}
			open := rest.And(p.flows)
			out.add(Decision{Flows: open, Rule: p.by.rule, Unknown: p.by.unknown()})
			rest = rest.Sub(p.flows)
		}
		out.add(Decision{Flows: rest, Action: c.by.rule.Action, Rule: c.by.rule})
	}
	return out
}

// unknown is what would settle whether e matches.
func (e *element) unknown() *model.Unknown {
	reason := e.doubt
	if reason == "" {
		reason = "the packet's header at the firewall is not known"
	}
	return &model.Unknown{Subject: string(e.rule.Group), Attribute: e.rule.Text, Reason: reason, Provenance: e.rule.Provenance}
}
