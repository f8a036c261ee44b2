package sim

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// outsideAttachment is an attachment of a transit gateway or core network to networks
// on premises, as the input has it.
type outsideAttachment struct {
	hub, id  string
	comp     Component
	where    model.Provenance
	kind     model.AttachmentType
	resource string
	prefixes []netip.Prefix
	unknown  *model.Unknown
}

func (e *Engine) outsideAttachments() []outsideAttachment {
	var out []outsideAttachment
	add := func(x outsideAttachment) {
		switch x.kind {
		case model.AttachVPN, model.AttachVPNConcentrator, model.AttachConnect, model.AttachDirectConnectGateway:
			out = append(out, x)
		}
	}
	for _, m := range model.Sorted(e.network.TransitGatewayAttachments) {
		add(outsideAttachment{string(m.TransitGateway), string(m.ID), e.component(model.KindTransitGatewayAttachment, string(m.ID), &m.Meta), m.Provenance,
			m.Type, m.Resource, m.Prefixes, m.PrefixesUnknown})
	}
	for _, m := range model.Sorted(e.network.CoreNetworkAttachments) {
		add(outsideAttachment{string(m.CoreNetwork), string(m.ID), e.component(model.KindCoreNetworkAttachment, string(m.ID), &m.Meta), m.Provenance,
			m.Type, m.Resource, m.Prefixes, m.PrefixesUnknown})
	}
	return out
}

// compileAttachmentLinks makes links of attachments that lead outside by themselves:
// Connect, VPN concentrators, and those of which the input lacks the connection.
func (e *Engine) compileAttachmentLinks() {
	for _, x := range e.attached {
		if known := e.linksOf(x.hub, x.id); len(known) > 0 {
			for _, l := range known {
				l.ids = append(l.ids, x.id)
				l.learnFromAttachment(&x)
			}
			continue
		}
		l := e.addLink(&link{comp: x.comp, where: x.where, rank: rankVPNBGP})
		l.ways = []*wayIn{{link: l, hub: x.hub, attached: x.id}}
		if x.kind == model.AttachDirectConnectGateway {
			l.ways[0].unknown = &model.Unknown{Subject: x.resource, Attribute: "allowed prefixes",
				Reason: "the input does not have the association of the Direct Connect gateway", Provenance: x.where}
		}
		if x.unknown == nil && len(x.prefixes) == 0 {
			x.unknown = &model.Unknown{Subject: x.id, Attribute: "prefixes",
				Reason: "BGP decides what lies behind it: give its prefixes, or describe the network in on_premises", Provenance: x.where}
		}
		l.learnFromAttachment(&x)
	}
}

func (l *link) learnFromAttachment(x *outsideAttachment) {
	if l.static {
		return // TGW-12
	}
	l.learned = append(l.learned, x.prefixes...)
	switch {
	case x.unknown != nil:
		l.unknown = x.unknown
	case len(x.prefixes) > 0:
		l.unknown = nil
	}
}

// linksOf are the links that an attachment stands for.
func (e *Engine) linksOf(hub, id string) []*link {
	var out []*link
	for _, l := range e.links {
		if slices.ContainsFunc(l.ways, func(x *wayIn) bool { return x.hub == hub && x.attached == id }) {
			out = append(out, l)
		}
	}
	return out
}

// attachmentTo finds the attachment of a transit gateway or core network to
// something; nil without one.
func (e *Engine) attachmentTo(hub string, t model.AttachmentType, resource string) *outsideAttachment {
	for i := range e.attached {
		if x := &e.attached[i]; x.hub == hub && x.kind == t && x.resource == resource {
			return x
		}
	}
	return nil
}

// announces are the prefixes that a transit gateway announces to a VPN or Connect
// peer: the routes of the attachment's table, and none where that is a policy table
// (TGW-22). Where these are not all known, any address may be among them.
func (a *attachment) announces() []netip.Prefix {
	anything := []netip.Prefix{anyPrefix, anyPrefix6}
	if a.table == nil {
		if a.policy != nil || a.tableUnknown == nil {
			return nil
		}
		return anything
	}
	if a.table.unknown != nil || len(a.table.open) > 0 {
		return anything
	}
	var out []netip.Prefix
	for i := range a.table.entries {
		en := &a.table.entries[i]
		if slices.ContainsFunc(en.winners, func(r *transitRoute) bool { return r.to != a }) {
			out = append(out, en.prefix)
		}
	}
	return out
}

// outward carries what leaves a transit gateway by an attachment to on-premises. It
// implements far.
type outward struct{ links []*link }

// attachOutside says what lies beyond an attachment to on-premises, and what it
// propagates (TGW-12); it leaves others alone.
func (a *attachment) attachOutside(e *Engine) {
	if a.kind == model.AttachClientVPN {
		a.attachClients(e)
		return
	}
	links := e.linksOf(a.hub.comp.ID, a.comp.ID)
	if len(links) == 0 {
		return
	}
	a.beyond, a.learned, a.learnedUnknown = &outward{links}, nil, nil
	for _, l := range links {
		if l.static {
			continue // VPN-10
		}
		a.learned = append(a.learned, l.learned...)
		if a.learnedUnknown == nil && l.down == nil {
			a.learnedUnknown = l.unknown
		}
	}
	slices.SortFunc(a.learned, netip.Prefix.Compare)
	a.learned = slices.Compact(a.learned)
}

// ways are the links' ways by an attachment that carry packets, and one that does
// not.
func (f *outward) ways(by *attachment) (up []*wayIn, dead *wayIn) {
	for _, l := range f.links {
		for _, x := range l.ways {
			switch {
			case x.attachment() != by:
			case x.dead() != nil:
				dead = x
			default:
				up = append(up, x)
			}
		}
	}
	return up, dead
}

// isDown reports whether none of the links carries packets, so that nothing is learned
// over them any more.
func (f *outward) isDown(by *attachment) bool {
	up, _ := f.ways(by)
	return len(up) == 0
}

// carry implements far: over a link that leads to the destination, of those that are
// up; any of several does (DX-8).
func (f *outward) carry(w *walk, s state, by *attachment) outcome {
	up, dead := f.ways(by)
	if len(up) == 0 {
		d := dead.dead()
		code := d.code
		if code == BadStateVPN {
			code = TGWBadStateVPN
		}
		return w.drop(s, evidence{code: code, dir: egress, at: d.at, where: d.where, words: d.words})
	}
	w.hopAt(&s, by.comp, "leaves "+by.hub.comp.named())
	var o outcome
	for _, x := range up[:len(up)-1] {
		in, out := s.split(s.hdr.dst, x.link.addrs())
		if in.flows.IsEmpty() {
			continue
		}
		o = o.or(x.link.leave(w, in, x))
		if s = out; s.flows.IsEmpty() {
			return o
		}
	}
	return o.or(up[len(up)-1].link.leave(w, s, up[len(up)-1]))
}
