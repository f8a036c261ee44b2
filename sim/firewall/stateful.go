package firewall

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Stateful is a policy's stateful rules for questions about one host. It is
// immutable and safe for concurrent use.
type Stateful struct {
	// first is asked for the packet that opens a TCP connection, then for what the
	// client sends in it, other for packets of all other protocols. later is then
	// without the rules about addresses alone.
	first, then, later, other []element
}

// Stateful compiles the stateful rules, in the order in which the first that
// matches has the word: action order takes pass, drop and reject rules, each by
// their priority keyword (NFW-7); strict order takes groups by priority and rules
// as written (NFW-8). Alerts decide nothing.
//
// host is the name that the client sends; empty where it is not known.
func (p *Policy) Stateful(host string) *Stateful {
	c := compiler{strict: p.model.StrictOrder, host: host}
	for i := range p.groups {
		c.group(&p.groups[i])
	}
	if !c.strict {
		slices.SortStableFunc(c.rules, func(x, y ordered) int {
			return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.priority, y.priority))
		})
	}
	s := &Stateful{}
	for _, r := range c.rules {
		if r.when&opening != 0 {
			s.first = appendOnly(s.first, r.element, tcp)
		}
		if r.when&standing != 0 {
			s.then = appendOnly(s.then, r.element, tcp)
			if !r.ipOnly {
				s.later = appendOnly(s.later, r.element, tcp)
			}
		}
		if r.when&connectionless != 0 {
			s.other = appendOnly(s.other, r.element, packet.AllProtocols.Sub(tcp))
		}
	}
	opens, rest, open := p.statefulDefault()
	for _, list := range []*[]element{&s.first, &s.then, &s.later, &s.other} {
		*list = append(*list, open...)
	}
	s.first, s.other = fallback(s.first, opens), fallback(s.other, rest)
	s.then, s.later = fallback(s.then, rest), fallback(s.later, rest)
	return s
}

// statefulDefault is what becomes of packets that no rule matches: of those that
// open a TCP connection, and of all others. perhaps is what actions that are not
// known may do first.
func (p *Policy) statefulDefault() (opens, rest Rule, perhaps []element) {
	pass := Rule{Action: Pass, Text: "no stateful rule matches", Provenance: p.model.Provenance}
	if !p.model.StrictOrder {
		return pass, pass, nil
	}
	for _, name := range p.model.StatefulDefaults {
		drop := Rule{Action: Drop, Text: "stateful default " + name, Provenance: p.model.Provenance}
		switch {
		case name == "aws:drop_strict":
			return drop, drop, nil
		case strings.HasPrefix(name, "aws:drop_established"):
			return pass, drop, nil
		case !strings.HasPrefix(name, "aws:alert_"):
			perhaps = open(perhaps, name+" is no stateful default action that is known", drop, Drop)
		}
	}
	return pass, pass, perhaps
}

// Decide tells what becomes of flows, Pass, Drop or Reject, in the direction of who
// opens them; replies share their fate (NFW-10). narrow tells the headers of that
// direction.
//
// A TCP connection works when the packet that opens it passes and what the client
// sends then passes too: rules about established connections and application
// protocols cannot match before, and the others may have decided by then.
func (s *Stateful) Decide(flows packet.Set, narrow Narrow) Outcome {
	b := packet.All
	b.Protocols = tcp
	connections := flows.AndBox(&b)
	out := tell(s.other, flows.SubBox(&b), narrow).outcome()
	return append(out, s.connections(connections, narrow)...)
}

func (s *Stateful) connections(flows packet.Set, narrow Narrow) Outcome {
	first := tell(s.first, flows, narrow)
	then := tell(s.then, flows, narrow)
	// What a rule about the handshake passes is passed packet by packet. Whether
	// rules about addresses alone are asked for later packets is not told: Suricata
	// asks them for the first ones.
	byPacket := first.may(func(e *element) bool { return e.handshake && e.rule.Action == Pass })
	later := tell(s.later, flows.And(byPacket), narrow)
	laterMay := func(a Action) packet.Set { return then.may(hasFate(a)).Or(later.may(hasFate(a))) }

	// A rule that passes the first packet passes the flow, says AWS; Suricata asks
	// again for later packets unless the rule is about addresses alone. Where the
	// two differ the fate is unknown.
	passesFlow := first.may(func(e *element) bool { return e.rule.Action == Pass && !e.handshake && !e.fallback })
	goesOn := first.may(func(e *element) bool { return e.rule.Action == Pass && (e.handshake || e.fallback) })
	mayDrop := first.may(hasFate(Drop)).Or(goesOn.Or(passesFlow).And(laterMay(Drop)))
	mayPass := passesFlow.Or(goesOn.And(laterMay(Pass)))

	var out Outcome
	drop, pass, open := mayDrop.Sub(mayPass), mayPass.Sub(mayDrop), mayDrop.And(mayPass)
	for _, c := range first.certain {
		e := c.by
		switch {
		case e.rule.Action.fate() == Drop:
			hit := drop.And(c.flows)
			out.add(Decision{Flows: hit, Action: e.rule.Action, Rule: e.rule})
			drop = drop.Sub(hit)
		case !e.handshake && !e.fallback:
			hit := pass.And(c.flows)
			out.add(Decision{Flows: hit, Action: Pass, Rule: e.rule})
			pass = pass.Sub(hit)
		}
	}
	for _, c := range then.certain {
		left := &pass
		if c.by.rule.Action.fate() == Drop {
			left = &drop
		}
		hit := left.And(c.flows)
		out.add(Decision{Flows: hit, Action: c.by.rule.Action, Rule: c.by.rule, Established: c.by.rule.Action != Pass})
		*left = left.Sub(hit)
	}
	return append(out, unknowns(open, first, then)...)
}

// unknowns names, for flows whose fate is not known, the first rule that it hangs
// on.
func unknowns(open packet.Set, first, then tally) Outcome {
	var out Outcome
	for _, p := range append(slices.Clip(first.perhaps), then.perhaps...) {
		hit := open.And(p.flows)
		out.add(Decision{Flows: hit, Rule: p.by.rule, Unknown: p.by.unknown()})
		open = open.Sub(hit)
	}
	for _, c := range then.certain {
		hit := open.And(c.flows)
		u := c.by.unknown()
		u.Reason = "another rule passes the connection before this one can match, and whether it is asked then is not documented"
		out.add(Decision{Flows: hit, Rule: c.by.rule, Unknown: u})
		open = open.Sub(hit)
	}
	return out
}

// phase is which packets a rule can match.
type phase uint8

const (
	opening        phase = 1 << iota // the first packet of a TCP connection
	standing                         // what the client sends in it
	connectionless                   // packets of all other protocols
)

// ordered is an element with its place in action order.
type ordered struct {
	element
	when           phase
	rank, priority int
}

// compiler collects the elements of all groups.
type compiler struct {
	strict bool
	host   string
	rules  []ordered
}

// rank is the place of an action in action order (NFW-7).
func rank(a Action) int {
	switch a {
	case Pass:
		return 0
	case Drop:
		return 1
	case Reject:
		return 2
	}
	panic("firewall: a stateful rule cannot " + a.String())
}

const defaultPriority = 3

func (c *compiler) add(e element, when phase, priority int) {
	if e.isEmpty() || when == 0 {
		return
	}
	c.rules = append(c.rules, ordered{e, when, rank(e.rule.Action), cmp.Or(priority, defaultPriority)})
}

func (c *compiler) group(g *group) {
	if why := closed(g.id, g.model); why != "" {
		if g.ref.DropToAlert {
			return // NFW-14: what would drop alerts
		}
		actions := []Action{Pass, Drop}
		if managed(g.id, g.model) {
			actions = []Action{Drop}
		}
		for _, e := range open(nil, why, Rule{Group: g.id, Text: "its rules", Provenance: g.ref.Provenance}, actions...) {
			c.add(e, opening|standing|connectionless, 0)
		}
		return
	}
	for i := range g.model.Rules {
		c.rule(g, &g.model.Rules[i])
	}
	if d := g.model.Domains; d != nil {
		c.domains(g, d)
	}
}

// domains makes the rules that AWS generates from a domain list (NFW-11).
func (c *compiler) domains(g *group, d *model.DomainList) {
	var applications []string
	if d.TLS {
		applications = append(applications, "tls")
	}
	if d.HTTP {
		applications = append(applications, "http")
	}
	rule := func(a model.FirewallAction, application string, hosts, opaque []string) {
		c.rule(g, &model.StatefulRule{
			Action: a, Protocol: application, Source: "$" + homeNet, SourcePort: "any", Destination: "$" + externalNet,
			DestinationPort: "any", Flow: []string{"to_server", "established"}, Hosts: hosts, Opaque: opaque,
			Text: d.Type + " of domains for " + application, Provenance: d.Provenance,
		})
	}
	for _, application := range applications {
		switch d.Type {
		case "ALLOWLIST":
			rule(model.FirewallPass, application, d.Targets, nil)
			if !c.strict && (c.host == "" || !named(d.Targets, c.host)) { // else the other has the word
				rule(model.FirewallDrop, application, nil, nil)
			}
		case "DENYLIST":
			rule(model.FirewallDrop, application, d.Targets, nil)
		case "REJECTLIST":
			rule(model.FirewallReject, application, d.Targets, nil)
		case "ALERTLIST":
		default:
			rule(model.FirewallPass, application, nil, []string{d.Type})
			rule(model.FirewallDrop, application, nil, []string{d.Type})
		}
	}
}
