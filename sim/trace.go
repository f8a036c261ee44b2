package sim

import (
	"fmt"
	"strconv"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// hop is one step of a way, linked to the one before, so that forks share what
// they have in common. Text is made only when somebody reads it.
type hop struct {
	before *hop
	at     Component
	leg    model.Leg
	action Action
	dir    direction
	rule   ruleRef
	hdr    header
	// decisions are the parts of the flows that a filter decided, in place of
	// action and rule.
	decisions []decision
	words     words
}

// direction is the side of a filter; sideless elsewhere.
type direction uint8

const (
	sideless direction = iota
	ingress
	egress
)

func (d direction) String() string { return [...]string{"", "ingress", "egress"}[d] }

func (d direction) model() model.Direction {
	if d == egress {
		return model.Egress
	}
	return model.Ingress
}

// toldRule is a rule as answers show it; they share it.
type toldRule struct {
	rule Rule
	text string
}

// told writes a rule out where no answer has shown it yet.
func (e *Engine) told(r ruleRef) *toldRule {
	if t, ok := e.toldRules.Load(r); ok {
		return t.(*toldRule)
	}
	t, _ := e.toldRules.LoadOrStore(r, &toldRule{r.describe(), r.text()})
	return t.(*toldRule)
}

// decision is the part of the flows that one rule decided.
type decision struct {
	flows  packet.Set
	action Action
	rule   ruleRef
	gap    *model.Unknown // of ActionUnknown
	kept   bool           // by a tracked connection
}

// ruleRef is a compiled rule or route that can tell itself.
type ruleRef interface {
	describe() Rule
	where() model.Provenance
	text() string
}

// words tells what happened: a message and what would mend it.
type words func(e *Engine, c Component, h Header) (message, mend string)

// say is words that are the same for everybody.
func say(message, mend string) words {
	return func(*Engine, Component, Header) (string, string) { return message, mend }
}

// evidence is a reason why flows do not pass, or why that cannot be told.
type evidence struct {
	code    Code
	leg     model.Leg
	dir     direction
	at      Component
	groups  []string
	rule    ruleRef
	hdr     header
	flows   packet.Set
	where   model.Provenance // used where there is no rule
	unknown *model.Unknown   // set for a gap
	nearest func(e *Engine, flows packet.Set) []NearMiss
	words   words
	isGap   bool
}

// component is where the last step was; the zero Component before any.
func (h *hop) component() Component {
	if h == nil {
		return Component{}
	}
	return h.at
}

// hop adds a step to the trail.
func (s *state) hop(h hop) {
	h.before, h.leg, h.hdr = s.trail, s.leg, s.hdr
	s.trail = &h
}

// show writes a header as it stands here for the flows of a set.
func (e *Engine) show(h *header, flows packet.Set) Header {
	b := flows.Bounds()
	var out Header
	ps := b.Protocols
	if h.nat64 {
		ps = swapICMP(ps)
	}
	if absent := packet.Protocol(absentICMP(h.v6)); ps.Or(absent) == packet.AllProtocols {
		ps = packet.AllProtocols // all that this IP version has
	}
	out.Protocol = ps.String()
	out.SourceIP = e.showField(h.src, flows)
	out.DestinationIP = e.showField(h.dst, flows)
	p, single := b.Protocols.Single()
	switch {
	case single && p.IsICMP():
		out.ICMPType, out.ICMPCode = h.showICMP(b.Dport, p)
	case single && !p.HasPorts():
	default:
		out.SourcePort = packet.FormatPorts(h.sport.of(&b))
		out.DestinationPort = packet.FormatPorts(h.dport.of(&b))
	}
	return out
}

// showField writes the addresses that a field has for the flows of a set; a
// service's name stands for those that are not known.
func (e *Engine) showField(f addrField, flows packet.Set) string {
	if f.kind == ofService {
		if l := f.service.lattice; l != nil {
			return packet.FormatAddrs(f.service.space)
		}
		return f.service.service.Host()
	}
	return e.showAddrs(f.ofSet(flows))
}

// showICMP writes types and codes; "all" where everything is meant.
func (h *header) showICMP(s packet.Ports, p model.Protocol) (types, codes string) {
	if s.Equal(packet.AllPorts) {
		return "all", "all"
	}
	var ts, cs packet.Ports
	for _, x := range s {
		for t := uint16(x.Lo >> 8); t <= uint16(x.Hi>>8); t++ {
			here := uint16(h.icmpHere(uint8(t), p))
			ts = ts.Or(packet.PortRange(here, here))
		}
		if x.Lo>>8 == x.Hi>>8 {
			cs = cs.Or(packet.PortRange(uint16(x.Lo&255), uint16(x.Hi&255)))
		} else {
			cs = packet.PortRange(0, 255)
		}
	}
	codes = packet.FormatPorts(cs)
	if codes == "0-255" {
		codes = "all"
	}
	return packet.FormatPorts(ts), codes
}

// hops writes a trail out, the first step first, as it looked for the flows. shown
// is a header of theirs that is written out already.
func (e *Engine) hops(t *hop, flows packet.Set, shown shownHeader) (forward, back []Hop) {
	n, replies := 0, 0
	for h := t; h != nil; h = h.before {
		n++
		if h.leg == model.Return {
			replies++
		}
	}
	all := make([]*hop, n)
	for h := t; h != nil; h = h.before {
		n--
		all[n] = h
	}
	out := make([]Hop, 0, len(all)-replies)
	for _, h := range all {
		if back == nil && h.leg == model.Return {
			forward, out = out, make([]Hop, 0, replies)
			back = out
		}
		out = e.appendHop(out, h, flows, &shown)
	}
	if back == nil {
		return out, nil
	}
	return forward, out
}

// shownHeader is a header written out: it seldom changes from hop to hop.
type shownHeader struct {
	hdr  header
	text Header
	set  bool
}

func (e *Engine) appendHop(out []Hop, h *hop, flows packet.Set, shown *shownHeader) []Hop {
	if !shown.set || shown.hdr != h.hdr {
		*shown = shownHeader{h.hdr, e.show(&h.hdr, flows), true}
	}
	if len(h.decisions) == 0 {
		return append(out, e.step(h, h.action, h.rule, shown.text))
	}
	if len(h.decisions) == 1 && h.decisions[0].action != ActionDeny {
		return append(out, e.decided(h, &h.decisions[0], shown.text))
	}
	for _, d := range h.decisions {
		if part := d.flows.And(flows); !part.IsEmpty() {
			out = append(out, e.decided(h, &d, e.show(&h.hdr, part)))
		}
	}
	return out
}

func (e *Engine) decided(h *hop, d *decision, at Header) Hop {
	out := e.step(h, d.action, d.rule, at)
	if d.kept {
		out.Text = "tracked since before the change"
	}
	if d.gap != nil {
		out.Text, out.Provenance = "not known: "+d.gap.String(), d.gap.Provenance
	}
	return out
}

func (e *Engine) step(h *hop, action Action, rule ruleRef, at Header) Hop {
	out := Hop{Component: h.at, Action: action, Direction: h.dir.String(), Header: at}
	if rule != nil {
		r := e.told(rule)
		out.Rule, out.Provenance, out.Text = &r.rule, rule.where(), r.text
	}
	if h.words != nil {
		out.Text, _ = h.words(e, h.at, out.Header)
	}
	if out.Text == "" && action == ActionDeny {
		out.Text = "nothing allows " + out.Header.traffic()
	}
	return out
}

// traffic writes a header's protocol and destination port or ICMP type.
func (h Header) traffic() string {
	switch {
	case h.Protocol == "all":
		return "any packet"
	case h.ICMPType == "all":
		return h.Protocol
	case h.ICMPType != "":
		return h.Protocol + " type " + h.ICMPType
	case h.DestinationPort != "" && h.DestinationPort != "0-65535":
		return h.Protocol + " " + h.DestinationPort
	}
	if _, err := strconv.Atoi(h.Protocol); err == nil {
		return "protocol " + h.Protocol
	}
	return h.Protocol
}

// explain writes evidence out.
func (e *Engine) explain(ev *evidence) Explanation {
	x := Explanation{
		Code: ev.code, Leg: ev.leg, Direction: ev.dir.String(), Component: ev.at, Groups: ev.groups,
		Header: e.show(&ev.hdr, ev.flows), Provenance: ev.where, Unknown: ev.isGap,
	}
	if ev.rule != nil {
		x.Rule, x.Provenance = &e.told(ev.rule).rule, ev.rule.where()
	}
	if ev.nearest != nil {
		x.Nearest = ev.nearest(e, ev.flows)
	}
	x.Message, x.Mend = ev.words(e, ev.at, x.Header)
	return x
}

// named is a component as a sentence names it.
func (c Component) named() string {
	if c.Name != "" && c.Name != c.ID {
		return fmt.Sprintf("%s (%s)", c.Name, c.ID)
	}
	return c.ID
}
