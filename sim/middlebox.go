package sim

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// forward takes a packet through an instance that is not its destination: a
// firewall, a router, a NAT instance (MB-1 to MB-7, NATI-1). The packet keeps its
// addresses, unless the instance is taken for a NAT instance; its groups see it
// once in and once out (MB-6); it leaves from the same interface.
func (i *networkInterface) forward(w *walk, s state) outcome {
	if i.dead != nil {
		return w.drop(s, evidence{code: BadState, at: i.dead.comp, where: i.model.Provenance, words: i.deadWords})
	}
	i.filter(w, &s, ingress)
	i.checkSourceDestination(w, &s)
	w.assume("MB-7", i.label()+" forwards every packet that it is sent")
	w.lose(&s, i.comp) // MB-5
	s.track(i, true)

	nat := i.nat()
	if nat == nil {
		return i.forwardAndPerhapsTranslate(w, s)
	}
	if *nat && s.leg == model.Forward {
		return i.translate(w, s)
	}
	return i.passOn(w, s)
}

// isBox reports whether m is an interface of the same instance.
func (i *networkInterface) isBox(m middlebox) bool {
	j, ok := m.(*networkInterface)
	return ok && i.same(j)
}

func (i *networkInterface) repliesMayMiss() bool { return false }

// checkSourceDestination denies packets to addresses that are not the interface's
// own, unless the check is off (ENI-9).
func (i *networkInterface) checkSourceDestination(w *walk, s *state) {
	if !i.model.SourceDestCheckDisabled {
		w.deny(s, evidence{
			code: ENISourceDestCheckRestriction, dir: ingress, at: i.comp, flows: s.flows, where: i.model.Provenance, words: checkWords,
		})
	}
}

// passOn sends a forwarded packet on unchanged.
func (i *networkInterface) passOn(w *walk, s state) outcome {
	if w.record {
		s.hop(hop{at: i.comp, action: ActionForward, words: forwardWords})
	}
	return i.emit(w, s)
}

// nat is what settles whether a forwarding instance translates: the input's
// word, or nil.
func (i *networkInterface) nat() *bool {
	if i.owner.instance != nil && i.owner.instance.NAT != nil {
		return i.owner.instance.NAT
	}
	switch i.model.Tags["vpcwalk:nat"] {
	case "true":
		v := true
		return &v
	case "false":
		v := false
		return &v
	}
	return nil
}

// forwardAndPerhapsTranslate decides NATI-1: packets that leave by an internet
// gateway, whose source has no public address of its own while the interface
// has one, are translated.
func (i *networkInterface) forwardAndPerhapsTranslate(w *walk, s state) outcome {
	own := i.model.Primary(false).IP
	_, _, hasPublic := i.public(own)
	hasPublic = hasPublic || i.model.PublicUnknown != nil // the gateway asks again
	if s.leg == model.Return || s.hdr.v6 || !hasPublic {
		return i.passOn(w, s)
	}
	certain, perhaps := i.vpc.publicSources(w, &s)
	_, outside := s.split(s.hdr.src, certain)
	toGateway, rest := outside.split(outside.hdr.dst, i.subnet.table.toInternetGateway().Sub(i.subnet.cidrs)) // RT-22
	if toGateway.flows.IsEmpty() {
		return i.passOn(w, s)
	}
	w.assume("NATI-1", fmt.Sprintf("%s is a NAT instance: packets of interfaces without a public address leave from its own (tag vpcwalk:nat settles it)", i.label()))
	var o outcome
	open, without := toGateway.split(toGateway.hdr.src, perhaps)
	if !without.flows.IsEmpty() {
		o = i.translate(w, without)
	}
	if !open.flows.IsEmpty() {
		o = o.or(w.either(open, func(s state) outcome { return i.translate(w, s) }, func(s state) outcome { return i.passOn(w, s) }))
	}
	plain := s
	plain.flows = join(rest.flows, s.flows.Sub(outside.flows))
	if plain.flows.IsEmpty() {
		return o
	}
	return o.or(i.passOn(w, plain))
}

// publicSources are the packet's source addresses that an internet gateway
// translates, and those of which the design does not tell whether it does.
func (v *vpc) publicSources(w *walk, s *state) (certain, perhaps packet.Addrs) {
	for _, m := range v.publicMappings(w, s) {
		if m.gap == nil {
			certain = certain.Or(m.private)
		} else {
			perhaps = perhaps.Or(m.private)
		}
	}
	return certain, perhaps.Sub(certain)
}

// translate gives the packet the instance's own address and a port that it
// picks, and sends it on.
func (i *networkInterface) translate(w *walk, s state) outcome {
	if _, again := s.translation(i); again {
		return w.drop(s, evidence{code: Loop, at: i.comp, where: i.model.Provenance, words: loopWords})
	}
	own, ok := i.addressField(false)
	if !ok || s.choices == packet.Choices {
		return w.lostTrack(s, evidence{code: NotModelled, at: i.comp, isGap: true, where: i.model.Provenance,
			words: say("its translation cannot be followed", "give the instance a fixed address")})
	}
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: i, header: s.hdr}
	s.pickPort(packet.PortRange(1024, 65535))
	s.hdr.src = own
	if w.record {
		s.hop(hop{at: i.comp, action: ActionTranslate, words: sourceNATWords})
	}
	return i.emit(w, s)
}

// untranslate takes a reply to a packet that the instance translated.
func (i *networkInterface) untranslate(w *walk, s state, before header) outcome {
	i.filter(w, &s, ingress)
	s.track(i, true)
	s.hdr = before.swap()
	if w.record {
		s.hop(hop{at: i.comp, action: ActionTranslate, words: restoreWords})
	}
	return i.emit(w, s)
}

// pickPort gives the packet a source port out of a range, at random.
func (s *state) pickPort(from packet.Ports) {
	b := packet.All
	b.Choice[s.choices] = from
	s.flows = s.flows.AndBox(&b)
	s.hdr.sport = firstChoice + portField(s.choices)
	s.choices++
}

func checkWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("the source/destination check of %s drops packets to %s, which is not its address", c.named(), h.DestinationIP),
		"switch the source/destination check of the interface off"
}

func forwardWords(*Engine, Component, Header) (string, string) { return "forwards the packet", "" }

func sourceNATWords(_ *Engine, _ Component, h Header) (string, string) {
	return "source becomes " + h.SourceIP + ", port " + h.SourcePort, ""
}

func restoreWords(_ *Engine, _ Component, h Header) (string, string) {
	return "destination becomes " + h.DestinationIP + " again", ""
}

func missedApplianceWords(_ *Engine, c Component, _ Header) (string, string) {
	return "the reply misses " + c.named() + ", which the request went through",
		"route the way back through it too"
}

func strayApplianceWords(_ *Engine, c Component, _ Header) (string, string) {
	return "the reply goes through " + c.named() + ", which the request did not",
		"route the request through it too, or neither"
}
