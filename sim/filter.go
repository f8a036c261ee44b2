package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// maxNearest is how many near misses an explanation names.
const maxNearest = 3

// nearMiss reports whether a rule that allows something fails to match flows by
// one part only, its traffic or its peer, and says which.
func (e *Engine) nearMiss(h *header, peer addrField, t *traffic, peers packet.Addrs, flows packet.Set) (string, bool) {
	byTraffic, byPeer := packet.All, packet.All
	trafficFits := h.matches(&byTraffic, t) != no && flows.Overlaps(packet.Set{byTraffic})
	peerFits := peer.in(&byPeer, peers) != no && flows.Overlaps(packet.Set{byPeer})
	switch {
	case trafficFits && peerFits:
		return "", true // it covers another part of the question
	case trafficFits:
		return "; the address is " + e.showAddrs(peer.ofSet(flows)), true
	case peerFits:
		return "; the packet is " + e.show(h, flows).traffic(), true
	}
	return "", false
}

// gap notes that the design does not tell what a filter does.
func (w *walk) gap(s *state, at Component, dir direction, code Code, u *model.Unknown) {
	w.doubt(s, gapEvidence(at, dir, code, u, s.flows))
	if w.record {
		s.hop(hop{at: at, dir: dir, action: ActionUnknown, words: gapWords(u)})
	}
}

func gapEvidence(at Component, dir direction, code Code, u *model.Unknown, flows packet.Set) evidence {
	return evidence{code: code, dir: dir, at: at, flows: flows, unknown: u, where: u.Provenance, isGap: true, words: gapWords(u)}
}

func gapWords(u *model.Unknown) words {
	return say("not known: "+u.String(), "give the input that tells it")
}

// unknownAt is the gap that an address which is not known leaves at a rule.
func (f addrField) unknownAt(r ruleRef) *model.Unknown {
	if f.kind == ofService {
		return f.service.unknown(r)
	}
	return &model.Unknown{
		Subject: "public address", Reason: "not assigned yet, and " + r.text() + " admits only some", Provenance: r.where(),
	}
}

func showPorts(t model.Traffic) string {
	switch {
	case t.Protocol.HasPorts():
		return t.Ports.String()
	case t.Protocol.IsICMP() && t.ICMP.Type >= 0:
		return t.ICMP.String()
	}
	return ""
}

func showPrefix(p netip.Prefix) string {
	if !p.IsValid() {
		return "?"
	}
	return p.String()
}

// component makes the Component of a resource.
func (e *Engine) component(k model.Kind, id string, m *model.Meta) Component {
	return Component{ID: id, Type: k, Name: m.Name, Account: m.Account, Region: m.Region}
}

// missing is the gap of a resource that is named and not given.
func missing(kind model.Kind, id string, from *model.Meta) *model.Unknown {
	u := &model.Unknown{Subject: id, Reason: fmt.Sprintf("the input names this %s and does not describe it", kind)}
	if from != nil {
		u.Provenance = from.Provenance
	}
	return u
}
