package sim

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// QuestionError says what is wrong with a question itself.
type QuestionError struct{ Reason string }

func (e *QuestionError) Error() string { return e.Reason }

// job is the part of a question that is walked at once: one source, one
// destination, one IP version.
type job struct {
	from, to string
	source   *networkInterface // nil: outside the VPCs
	origin   origin            // where outside; nil for the internet
	// destination is the interface that was asked for; nil for an address, which
	// whoever has it takes.
	destination *networkInterface
	place       *site // the network on premises that was asked for; nil for others
	flows       packet.Set
	hdr         header
	claims      [2]claim
	// byName says that the destination is a node of a balancer whose name the client
	// asks DNS for.
	byName bool
	// srcOpen and dstOpen say that the address is one of those in flows, and the
	// design does not tell which.
	srcOpen, dstOpen bool
	gap              *evidence // the job cannot be walked, and why
	fromGap          bool      // because of its source
	atEnd            bool      // it is an interface that is asked for, whose groups are known
	assumptions      []Assumption

	// sources and destinations are the classes of ends for one pair of which the
	// job stands; nil for jobs that were not made by pairs.
	sources, destinations *end

	// whole and part number what must pass together: all parts of a whole, each
	// of them for every way in which it can be walked. Zero but for services that
	// are needed together.
	whole, part int
	// refused says why no packet is sent at all; resolution is how the
	// destination's name was resolved. Both nil unless a service is asked for.
	refused    *evidence
	resolution *hop
	service    *model.Service
	notes      []string
}

// jobs makes the parts of a question.
func (e *Engine) jobs(q *model.Question, from, to *model.Selection) ([]job, error) {
	if from.Kind == model.SelectService || to.Kind == model.SelectService {
		return e.serviceJobs(q, from, to)
	}
	all, err := e.pairings(q, from, to)
	if err != nil {
		return nil, err
	}
	var out []job
	for n := range all {
		p := &all[n]
		for i := range p.sources {
			for k := range p.destinations {
				if j, ok := e.jobOf(q, p, i, k); ok {
					j.nameEnds()
					out = append(out, j)
				}
			}
		}
	}
	if len(out) == 0 {
		return e.versionless(q, from, to)
	}
	return out, nil
}

// versionless are the parts of a question about one IP version, which its destination
// may imply, of which no source has an address: it cannot send then (ENI-9).
func (e *Engine) versionless(q *model.Question, from, to *model.Selection) ([]job, error) {
	var out []job
	v6, told := q.Family == model.IPv6, q.Family != model.AnyFamily
	if to.Kind == model.SelectPrefix && !told {
		v6, told = to.Prefix.Addr().Is6(), true
	}
	for k := range from.Ends {
		i := e.interfaces[from.Ends[k].Interface]
		if i == nil || !told || !familyCarries(q.Protocol, v6) {
			break
		}
		if addrs, _ := i.addresses(v6); !addrs.IsEmpty() {
			return nil, noCommonVersion(q)
		}
		if to.Kind == model.SelectPrefix && resolver4.Holds(packet.Prefix(to.Prefix)) { // LL-7
			out = append(out, e.job(q, &end{label: i.label(), iface: i, addrs: linkLocal4, open: true}, &end{label: q.To, addrs: resolver4}, false))
			continue
		}
		version, all := "IPv4", packet.AllIPv4
		if v6 {
			version, all = "IPv6", packet.AllIPv6
		}
		dst := all
		if to.Kind == model.SelectPrefix && to.Prefix.Addr().Is6() == v6 {
			dst = packet.Prefix(to.Prefix)
		}
		j := e.job(q, &end{label: i.label(), iface: i, addrs: all}, &end{label: q.To, addrs: dst}, v6)
		j.refused = &evidence{code: ENIAddressRestriction, dir: egress, at: i.comp, where: i.model.Provenance,
			words: say(i.label()+" has no "+version+" address to send from", "give it an "+version+" address, or ask about the other version")}
		out = append(out, j)
	}
	if len(out) == 0 {
		return nil, noCommonVersion(q)
	}
	return out, nil
}

func noCommonVersion(q *model.Question) error {
	return &QuestionError{fmt.Sprintf("%s and %s have no IP version in common that carries %s", q.From, q.To, q.Protocol)}
}

// pairing is what a question is about in one IP version: every source with every
// destination.
type pairing struct {
	v6                    bool
	sources, destinations []end
	single                bool // one end each, which may be the same interface
}

// pairings gives what a question about interfaces and addresses is about.
func (e *Engine) pairings(q *model.Question, from, to *model.Selection) ([]pairing, error) {
	if answersOnly(from) {
		return nil, &QuestionError{fmt.Sprintf("%s answers its clients and starts no connections: ask the other way round", q.From)}
	}
	inside := from.Kind == model.SelectInterfaces || e.privatelyConnected(from)
	if !inside && from.Kind != model.SelectOutside && to.Kind != model.SelectInterfaces && to.Kind != model.SelectOutside && !e.owns(to) {
		if q.From == q.To {
			return nil, &QuestionError{q.From + " is not in the network, and one side of a question must be"}
		}
		return nil, &QuestionError{fmt.Sprintf("neither %s nor %s is in the network", q.From, q.To)}
	}
	var out []pairing
	for _, v6 := range []bool{false, true} {
		if v6 && q.Family == model.IPv4 || !v6 && q.Family == model.IPv6 || !familyCarries(q.Protocol, v6) {
			continue
		}
		p := pairing{v6: v6, sources: e.ends(from, model.Source, v6, resolution{inside: true})}
		either := q.Family == model.AnyFamily && familyCarries(q.Protocol, true) && !inside && e.hasIPv6(from)
		p.destinations = e.ends(to, model.Destination, v6, resolution{inside, either})
		// Few pairs are told apart by their names; of many, one stands for all that
		// are like it.
		pairs := len(p.sources) * len(p.destinations)
		p.single = pairs == 1
		if pairs > maxRecorded {
			p.sources, p.destinations = classed(p.sources, to), classed(p.destinations, from)
		}
		out = append(out, p)
	}
	return out, nil
}

// hasIPv6 reports whether a source outside the VPCs has an IPv6 address.
func (e *Engine) hasIPv6(from *model.Selection) bool {
	return len(e.ends(from, model.Source, true, resolution{inside: true})) > 0
}

// jobOf makes the part of a question that a source and a destination are; false
// where they are one interface and not asked about by itself.
func (e *Engine) jobOf(q *model.Question, p *pairing, i, k int) (job, bool) {
	src, dst, differ := pair(&p.sources[i], &p.destinations[k])
	if !differ && !p.single {
		return job{}, false // a selector on both sides is about different interfaces
	}
	j := e.job(q, src, dst, p.v6)
	j.sources, j.destinations = &p.sources[i], &p.destinations[k]
	return j, true
}

// nameEnds names a job after the classes that it stands for.
func (j *job) nameEnds() { j.from, j.to = j.sources.text(), j.destinations.text() }

// absentICMP is the ICMP that an IP version does not have.
func absentICMP(v6 bool) model.Protocol {
	if v6 {
		return model.ICMP
	}
	return model.ICMPv6
}

// familyCarries reports whether a protocol exists in an IP version.
func familyCarries(p model.Protocol, v6 bool) bool {
	return p != model.ICMP && p != model.ICMPv6 || v6 == (p == model.ICMPv6)
}

// owns reports whether a literal destination is an address of the network.
func (e *Engine) owns(s *model.Selection) bool {
	return s.Kind == model.SelectPrefix && packet.Prefix(s.Prefix).Overlaps(e.inside)
}

func (e *Engine) job(q *model.Question, from, to *end, v6 bool) job {
	j := job{
		from: from.label, to: to.label, source: from.iface, origin: from.origin, destination: to.iface, place: to.place, byName: to.byName, srcOpen: from.open, dstOpen: to.open,
		hdr: header{src: addrField{kind: flowSrc}, dst: addrField{kind: flowDst}, sport: flowSport, dport: flowDport, v6: v6},
		gap: from.gap, assumptions: append(from.assumed[:len(from.assumed):len(from.assumed)], to.assumed...),
	}
	if j.fromGap = j.gap != nil; !j.fromGap {
		j.gap = to.gap
	}
	// Where a source without an address of its own stands is not known, but its groups
	// are. What an interface sends to itself they do not filter (ENI-12).
	j.atEnd = j.gap != nil && to.iface != nil && (!j.fromGap || from.iface != nil && from.iface != to.iface)
	if from.special {
		j.hdr.src = from.field
	}
	if to.special {
		j.hdr.dst = to.field
	}
	// Interfaces that nothing in the engine's tables has: their addresses are
	// taken to be theirs.
	if from.iface != nil && (from.open || from.iface.unrestricted) {
		j.claims[model.Return] = claim{from.addrs, from.iface}
	}
	if to.iface != nil && (to.open || to.iface.unrestricted) {
		j.claims[model.Forward] = claim{to.addrs, to.iface}
	}
	if j.atEnd {
		from, to = from.anywhere(v6), to.anywhere(v6)
		j.srcOpen = j.srcOpen || from.open
	}
	j.flows = flowsOf(q, from, to, v6)
	return j
}

// anywhere is an end whose address is not known, as one that may have any of the IP
// version; others are as they are.
func (x *end) anywhere(v6 bool) *end {
	if !x.addrs.IsEmpty() {
		return x
	}
	a := *x
	a.addrs, a.open = packet.AllIPv4, true
	if v6 {
		a.addrs = packet.AllIPv6
	}
	return &a
}

// walk makes the walk of a job.
func (j *job) walk(e *Engine, q *model.Question) *walk {
	return &walk{
		service: j.service,
		e:       e, oneWay: q.OneWay, host: q.Host, source: j.source, origin: j.origin, destination: j.destination, place: j.place, byName: j.byName, claims: j.claims, assumptions: slices.Clone(j.assumptions),
	}
}

// start puts the flows of a job at their source.
func (j *job) start(w *walk) outcome {
	s := state{flows: j.flows, hdr: j.hdr}
	if j.gap != nil {
		g := *j.gap
		if s.flows.IsEmpty() {
			s.flows = packet.Set{packet.All}
		}
		if !j.atEnd {
			return w.lostTrack(s, g)
		}
		// What the destination itself denies is denied wherever the two are.
		s.sender = j.source
		if j.fromGap {
			j.destination.filter(w, &s, ingress)
			return w.lostTrack(s, g) // where a reply would go is not known
		}
		g.flows = s.flows
		w.doubt(&s, g)
		if w.record {
			s.hop(hop{at: g.at, action: ActionUnknown, words: g.words})
		}
		return j.destination.deliver(w, s)
	}
	if w.record && j.resolution != nil {
		s.hop(*j.resolution)
	}
	if j.refused != nil {
		return w.drop(s, *j.refused)
	}
	switch {
	case j.source != nil:
		return j.source.send(w, s)
	case j.origin != nil:
		return j.origin.start(w, s)
	}
	return w.comeIn(s)
}

// verdict is the verdict of a job. Where the design does not tell an address,
// all addresses that it may be must give the same one.
func (j *job) verdict(v verdicts) model.Verdict {
	cells := []packet.Box{packet.All}
	if j.srcOpen {
		cells = refine(cells, v, func(b *packet.Box) *packet.Addrs { return &b.Src })
	}
	if j.dstOpen {
		cells = refine(cells, v, func(b *packet.Box) *packet.Addrs { return &b.Dst })
	}
	var all []model.Verdict
	for i := range cells {
		in := verdicts{
			v.reachable.AndBox(&cells[i]), v.partial.AndBox(&cells[i]), v.blocked.AndBox(&cells[i]), v.indeterminate.AndBox(&cells[i]),
		}
		if !in.empty() {
			all = append(all, in.verdict())
		}
	}
	for _, x := range all {
		if x != all[0] {
			return model.Indeterminate
		}
	}
	if len(all) == 0 {
		return model.Blocked
	}
	return all[0]
}

// openAddresses are the gaps of interfaces whose address is not fixed yet.
func (j *job) openAddresses() []model.Unknown {
	var out []model.Unknown
	add := func(open bool, i *networkInterface) {
		if open && i != nil {
			out = append(out, model.Unknown{
				Subject: i.label(), Attribute: "private address", Provenance: i.model.Provenance,
				Reason: "not fixed yet, and the verdict is not the same for all that it may get",
			})
		}
	}
	add(j.srcOpen, j.source)
	add(j.dstOpen, j.destination)
	return out
}

// refine cuts cells so that no set of the verdicts has only part of a cell's
// addresses in the field.
func refine(cells []packet.Box, v verdicts, field func(*packet.Box) *packet.Addrs) []packet.Box {
	for _, set := range []packet.Set{v.reachable, v.partial, v.blocked, v.indeterminate} {
		for i := range set {
			cut := *field(&set[i])
			var out []packet.Box
			for _, c := range cells {
				in, rest := c, c
				*field(&in) = (*field(&c)).And(cut)
				*field(&rest) = (*field(&c)).Sub(cut)
				for _, x := range []packet.Box{in, rest} {
					if !field(&x).IsEmpty() {
						out = append(out, x)
					}
				}
			}
			cells = out
		}
	}
	return cells
}
