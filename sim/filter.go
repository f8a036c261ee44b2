package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// maxNearest is how many near misses an explanation names.
const maxNearest = 3

// nearRule is a rule that fails to let flows pass by one part only.
type nearRule struct {
	NearMiss
	distance int // the smaller, the nearer
}

// nearTo tells how far a rule that allows something is from letting flows pass:
// it fails by its traffic or by its peer. A rule of another protocol is no near
// miss.
func (e *Engine) nearTo(h *header, peer addrField, t *traffic, peers packet.Addrs, flows packet.Set) (text string, distance int, near bool) {
	byTraffic, byPeer := packet.All, packet.All
	trafficFits := h.matches(&byTraffic, t) != no && flows.Overlaps(packet.Set{byTraffic})
	peerFits := peer.in(&byPeer, peers) != no && flows.Overlaps(packet.Set{byPeer})
	switch {
	case trafficFits && peerFits:
		return "", 0, true // it covers another part of the question
	case trafficFits:
		return "; the address is " + e.showField(peer, flows), 1, true
	case peerFits && h.sameProtocol(t, flows):
		return "; the packet is " + e.show(h, flows).traffic(), 2 + h.portGap(t, flows), true
	}
	return "", 0, false
}

// sameProtocol reports whether a rule is about a protocol of the flows.
func (h *header) sameProtocol(t *traffic, flows packet.Set) bool {
	b := packet.All
	bare := traffic{protocols: t.protocols}
	return h.matches(&b, &bare) != no && flows.Overlaps(packet.Set{b})
}

// portGap is how far the ports of a rule are from those of the flows.
func (h *header) portGap(t *traffic, flows packet.Set) int {
	if t.ports == nil || len(flows) == 0 {
		return 0
	}
	bounds := flows.Bounds()
	have := h.dport.of(&bounds)
	gap := 1 << 16
	for _, x := range have {
		for _, y := range t.ports {
			gap = min(gap, max(int(y.Lo)-int(x.Hi), int(x.Lo)-int(y.Hi), 0))
		}
	}
	return gap
}

// nearestOf gives the nearest of the rules, in their order where they are as
// near.
func nearestOf(rules []nearRule) []NearMiss {
	slices.SortStableFunc(rules, func(x, y nearRule) int { return cmp.Compare(x.distance, y.distance) })
	var out []NearMiss
	for _, r := range rules[:min(len(rules), maxNearest)] {
		out = append(out, r.NearMiss)
	}
	return out
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
	mend := "give the input that tells it"
	switch {
	case u.Subject != "" && u.Attribute != "":
		mend = fmt.Sprintf("give the input that has the %s of %s", u.Attribute, u.Subject)
	case u.Subject != "":
		mend = "give the input that has " + u.Subject
	}
	return say("not known: "+u.String(), mend)
}

// unknownAt is the gap that an address which is not known leaves at a rule.
func (f addrField) unknownAt(r ruleRef) *model.Unknown {
	if f.kind == ofService {
		return f.service.unknown(r)
	}
	if f.spare != nil {
		return &model.Unknown{
			Subject: f.spare.of.named(), Attribute: "private address", Reason: "the input does not tell it, and " + r.text() + " is for some that it may be only", Provenance: r.where(),
		}
	}
	if f.kind == poolAddr {
		return &model.Unknown{
			Subject: f.pool.of.label(), Attribute: "private address", Reason: "not fixed yet, and " + r.text() + " is for some that it may get only", Provenance: r.where(),
		}
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
