package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Tracking is whether the groups of an interface track an established
// connection, and so let it pass whatever becomes of their rules (SG-26).
type Tracking struct {
	Component Component
	Tracked   bool
	Text      string // why, in one sentence
}

// Established answers what becomes of connections that stand in the network when
// it turns into another: after is the engine of that one. What groups track
// survives a change of their rules until it is idle (SG-26); what they do not
// track passes by the new rules or ends. Network ACLs and routes know of no
// connections, and act on all packets at once (SG-27). A connection whose way
// would translate it otherwise, or end elsewhere, is lost.
//
// The verdict is about the connections that stand: of a question of which nothing
// passes before the change the answer is the one about the network as it is.
func (e *Engine) Established(q model.Question, after *Engine) (*Answer, error) {
	from, err := e.selector.Select(q.From, model.Source)
	if err != nil {
		return nil, err
	}
	to, err := e.selector.Select(q.To, model.Destination)
	if err != nil {
		return nil, err
	}
	jobs, err := e.jobs(&q, &from, &to)
	if err != nil {
		return nil, err
	}
	a := &Answer{Question: q, Notes: append(from.Notes, to.Notes...)}
	var kept []job
	var standings []*standing
	for i := range jobs {
		j := &jobs[i]
		if j.isHypothetical() {
			return nil, &QuestionError{"a connection stands between interfaces that there are: ask about one"}
		}
		if j.standsForMore() {
			return nil, &QuestionError{fmt.Sprintf("an established connection is asked about between few: %s and %s fit more than %d pairs", q.From, q.To, maxRecorded)}
		}
		w := j.walk(e, &q)
		w.standing = &standing{}
		v := j.start(w).whole
		flows := join(v.reachable, v.partial)
		if flows.IsEmpty() {
			continue
		}
		w.standing.settle()
		standings = append(standings, w.standing)
		kept = append(kept, j.in(after, flows))
	}
	if len(kept) == 0 {
		a, err := e.Ask(q)
		if err == nil {
			a.Notes = append(a.Notes, "no such connection stands before the change: this is the answer about the network as it is")
		}
		return a, err
	}
	if len(kept) < len(jobs) {
		a.Notes = append(a.Notes, "some of the question does not pass before the change: the answer is about the connections that stand")
	}
	results := make([]result, len(kept))
	for i := range kept {
		j := &kept[i]
		w := j.walk(after, &q)
		w.record, w.before = true, standings[i]
		o := j.start(w)
		results[i] = result{job: j, walk: w, outcome: o, verdict: j.verdict(o.whole), recorded: true,
			legs: [2]model.Verdict{j.verdict(o.legs[0]), j.verdict(o.legs[1])}}
		for _, t := range standings[i].tracking() {
			if !slices.Contains(a.Tracking, t) {
				a.Tracking = append(a.Tracking, t)
			}
		}
	}
	a.Flow = after.flowOf(&q, kept)
	after.decide(a, results)
	return a, nil
}

// standing is what a network keeps of the connections of a job, noted while they
// are walked.
type standing struct {
	at []standingAt
	// ends are where the connections came out, and as what.
	ends []standingEnd
	// auto are the connections that are tracked whatever the rules say (SG-25),
	// and what on their way is why.
	auto   packet.Set
	autoBy Component
}

// standingAt is an interface whose groups saw the first packet.
type standingAt struct {
	iface              *networkInterface
	tracked, untracked packet.Set
	rule               ruleRef // the one to or from anywhere, by which flows are untracked
}

type standingEnd struct {
	key   string
	flows packet.Set
}

// note keeps what the groups of an interface make of a connection when its first
// packet crosses them.
func (st *standing) note(i *networkInterface, s *state, dir direction) {
	if s.leg != model.Forward {
		return
	}
	untracked, rule := i.untracked(s, dir)
	for k := range st.at {
		if x := &st.at[k]; x.iface == i {
			x.untracked = x.untracked.Or(untracked)
			x.tracked = x.tracked.Or(s.flows).Sub(x.untracked)
			return
		}
	}
	st.at = append(st.at, standingAt{i, s.flows.Sub(untracked), untracked, rule})
}

// untracked are the flows that the groups let through without tracking them: TCP
// and UDP that a rule admits for every address, where the other direction has
// such a rule for all ports (SG-24).
func (i *networkInterface) untracked(s *state, dir direction) (flows packet.Set, by ruleRef) {
	any := packet.AllIPv4
	if s.hdr.v6 {
		any = packet.AllIPv6
	}
	for _, p := range []model.Protocol{model.TCP, model.UDP} {
		if !i.repliesToAll(p, 1-dir.model(), any) {
			continue
		}
		for _, g := range i.groups {
			for k := range g.rules[dir.model()] {
				r := &g.rules[dir.model()][k]
				b := packet.All
				if r.open != nil || r.ref != "" || !r.peers.Holds(any) || s.hdr.matches(&b, &r.traffic) == no {
					continue
				}
				b.Protocols = b.Protocols.And(packet.Protocol(p))
				if hit := s.flows.AndBox(&b); !hit.IsEmpty() {
					flows = flows.Or(hit)
					if by == nil {
						by = r
					}
				}
			}
		}
	}
	return flows, by
}

// repliesToAll reports whether a rule of a direction is for every address and
// all ports of a protocol.
func (i *networkInterface) repliesToAll(p model.Protocol, d model.Direction, any packet.Addrs) bool {
	for _, g := range i.groups {
		for k := range g.rules[d] {
			r := &g.rules[d][k]
			if r.open == nil && r.ref == "" && r.protocols.Contains(p) && r.peers.Holds(any) && (r.ports == nil || r.ports.Holds(packet.AllPorts)) {
				return true
			}
		}
	}
	return false
}

// arrive notes where connections came out, and what tracks them on the way.
func (st *standing) arrive(w *walk, s *state) {
	st.ends = append(st.ends, standingEnd{s.endKey(), s.flows.ForSomeChoice()})
	if by, ok := w.tracker(s); ok {
		st.auto, st.autoBy = st.auto.Or(s.flows), by
	}
}

// tracker is what on the way of a connection has it tracked at all its interfaces
// (SG-25).
func (w *walk) tracker(s *state) (Component, bool) {
	if m := s.endpoint; m != nil && (m.Type != model.GatewayEndpoint || model.ParseService(m.Service).Name == "dynamodb") {
		return w.e.component(model.KindVPCEndpoint, string(m.ID), &m.Meta), true
	}
	if w.source != nil && w.source.isFunction() {
		return w.source.comp, true
	}
	for c := s.conn; c != nil; c = c.before {
		if x, ok := c.box.(*inspected); ok && x.isOfFirewall() {
			return x.component(), true
		}
		switch by := c.translator.(type) {
		case *natGateway:
			return by.comp, true
		case *egressOnlyInternetGateway:
			return by.comp, true
		case *accelerator:
			return by.comp, true
		case *balancerNode:
			if by.lb.model.Type == model.NetworkLoadBalancer {
				return by.lb.comp, true
			}
		}
	}
	return Component{}, false
}

func (i *networkInterface) isFunction() bool {
	return i.owner.other != nil && i.owner.other.Type == "lambda"
}

// endKey tells what a connection is at its end: what translated it on the way,
// what it came out as, and where.
func (s *state) endKey() string {
	var parts []string
	for c := s.conn; c != nil; c = c.before {
		if by, ok := c.translator.(interface{ component() Component }); ok {
			parts = append(parts, by.component().ID)
		}
	}
	if s.conn != nil && s.conn.iface != nil {
		parts = append(parts, s.conn.iface.comp.ID)
	}
	if s.endpoint != nil {
		parts = append(parts, string(s.endpoint.ID))
	}
	for _, f := range []addrField{s.hdr.src, s.hdr.dst} {
		parts = append(parts, fmt.Sprint(f.kind, f.addr))
	}
	return strings.Join(parts, " ")
}

// settle is asked once all ways are walked.
func (st *standing) settle() {
	for k := range st.at {
		x := &st.at[k]
		x.untracked = x.untracked.Sub(st.auto)
		x.tracked = x.tracked.Or(st.auto).ForSomeChoice()
	}
}

// keeps are the flows that the groups of an interface track from before the
// change.
func (st *standing) keeps(i *networkInterface, s *state) packet.Set {
	if st == nil {
		return nil
	}
	for k := range st.at {
		if st.at[k].iface.comp.ID == i.comp.ID {
			return s.flows.And(st.at[k].tracked)
		}
	}
	return nil
}

// lost are the flows that come out otherwise than they did before the change.
func (st *standing) lost(s *state) packet.Set {
	rest := s.flows
	key := s.endKey()
	for _, x := range st.ends {
		if x.key == key {
			rest = rest.Sub(x.flows)
		}
	}
	return rest
}

// tracking tells, for the answer, what each interface keeps of the connections.
func (st *standing) tracking() []Tracking {
	var out []Tracking
	for k := range st.at {
		x := &st.at[k]
		t := Tracking{Component: x.iface.comp, Tracked: true}
		switch {
		case !x.untracked.IsEmpty() && !x.tracked.IsEmpty():
			t.Tracked = false
			t.Text = fmt.Sprintf("some of it is not tracked: %s admits it from or to anywhere, and so all replies are", x.rule.text())
		case !x.untracked.IsEmpty():
			t.Tracked = false
			t.Text = fmt.Sprintf("not tracked: %s is for every address, and all replies are let through too", x.rule.text())
		case !st.auto.IsEmpty():
			t.Text = fmt.Sprintf("tracked, as everything that goes through %s is", st.autoBy.named())
		default:
			t.Text = "tracked: it lasts until it is idle, whatever becomes of the rules"
		}
		out = append(out, t)
	}
	return out
}

func lostConnectionWords(_ *Engine, _ Component, h Header) (string, string) {
	return fmt.Sprintf("the connection would go on as %s to %s by another way than the one it was made on: its far end, or the translator between, does not know it", h.SourceIP, h.DestinationIP),
		"keep the way of established connections, or let clients connect anew"
}

// isHypothetical reports whether an end of the job is an interface that the
// network does not have.
func (j *job) isHypothetical() bool {
	return j.source != nil && j.source.unrestricted || j.destination != nil && j.destination.unrestricted
}

// standsForMore reports whether the job stands for others that are like it, which
// they need not be after the change.
func (j *job) standsForMore() bool {
	return j.sources != nil && len(j.sources.members) > 1 || j.destinations != nil && len(j.destinations.members) > 1
}

// in is the job's flows as a job of another engine.
func (j *job) in(after *Engine, flows packet.Set) job {
	out := *j
	out.flows = flows
	gone := func(i *networkInterface) *networkInterface {
		if i == nil {
			return nil
		}
		there := after.interfaces[i.model.ID]
		if there == nil && out.refused == nil {
			out.refused = &evidence{code: NoPossibleDestination, at: i.comp, where: i.model.Provenance,
				words: say(i.label()+" is gone after the change", "keep the interface, or let clients connect to what takes its place")}
		}
		return there
	}
	out.source, out.destination = gone(j.source), gone(j.destination)
	for leg := range out.claims {
		out.claims[leg].to = gone(j.claims[leg].to)
	}
	for _, f := range []*addrField{&out.hdr.src, &out.hdr.dst} {
		if l := f.service; l != nil && l.lattice != nil && after.latticeServices[l.lattice.model.ID] != nil {
			*f = after.latticeServices[l.lattice.model.ID].field
		}
		if f.owner != nil && f.owner.front != nil {
			f.owner = &publicOwner{front: after.frontOf(f.owner.front.component())}
		} else if f.owner != nil {
			f.owner = &publicOwner{vpc: after.vpc(f.owner.vpc.model.ID), private: f.owner.private}
		}
	}
	return out
}
