package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// wayIn is a gateway that a link leads to: a virtual private gateway, a transit
// gateway attachment, or, with SiteLink, another virtual interface. It is the way out
// too.
type wayIn struct {
	link *link
	vgw  *vpnGateway
	// hub and attached name a transit gateway attachment.
	hub, attached string
	far           *link // DX-10
	// association joins the Direct Connect gateway in between; nil without one.
	association *model.DirectConnectGatewayAssociation
	// unknown is set where it is not known what AWS announces by it.
	unknown *model.Unknown
}

// dead is why nothing comes or goes by the way; nil while it is open.
func (x *wayIn) dead() *deadLink {
	switch {
	case x.link.down != nil:
		return x.link.down
	case x.far != nil && x.far.down != nil:
		return x.far.down
	case x.attachment() != nil && !x.attachment().available:
		a := x.attachment()
		return &deadLink{BadStateAttachment, a.comp, a.where, say(fmt.Sprintf("%s is %s", a.comp.named(), a.state), "have the attachment accepted, or make it anew")}
	case x.association != nil && !x.association.Associated: // DX-11
		a := x.association
		return &deadLink{BadStateAttachment, x.link.gatewayComponent(), a.Provenance,
			say(fmt.Sprintf("the association %s of the Direct Connect gateway is %s", a.ID, a.State), "associate the gateways anew, or have the proposal accepted")}
	}
	return nil
}

// refuse ends the way of packets that the link does not take in: it is down, or AWS
// does not announce their destination by it (DX-7).
func (x *wayIn) refuse(w *walk, s state) outcome {
	if d := x.dead(); d != nil {
		return w.drop(s, evidence{code: d.code, dir: ingress, at: d.at, where: d.where, words: d.words})
	}
	return x.link.unannounced(w, s)
}

// sameAs reports whether two ways lead to the same place under the same conditions.
func (x *wayIn) sameAs(y *wayIn) bool {
	if x.far != nil || y.far != nil || x.vgw != y.vgw || x.hub != y.hub || x.attached != y.attached {
		return false
	}
	return !x.link.selects() && !y.link.selects()
}

// announcedOnly reports whether a router uses the way for nothing but what AWS
// announces: a VPN's tunnel takes whatever is routed into it.
func (x *wayIn) announcedOnly() bool { return x.link.rank == rankDirectConnect }

// doubtStatic notes that routers which are announced nothing send packets only where
// they have a static route (TGW-22). Those of a VPN connection with static routes do.
func (x *wayIn) doubtStatic(w *walk, s *state) {
	a := x.attachment()
	if a == nil || a.policy == nil || x.link.static {
		return
	}
	w.gap(s, a.comp, ingress, UnknownValue, &model.Unknown{Subject: x.link.comp.ID, Attribute: "static routes on premises", Provenance: x.link.where,
		Reason: "a transit gateway announces nothing over an attachment with a policy table (TGW-22), so the routers there need routes of their own"})
}

// attachment is the transit gateway attachment of the way; nil without one.
func (x *wayIn) attachment() *attachment {
	if h := x.link.e.hubs[x.hub]; h != nil {
		return h.attachments[x.attached]
	}
	return nil
}

// announces are the prefixes that AWS announces by the way.
func (x *wayIn) announces() []netip.Prefix {
	switch {
	case x.far != nil:
		return x.far.learned
	case x.vgw != nil:
		return x.vgw.announces(x)
	case x.association != nil: // DX-6
		return x.association.AllowedPrefixes
	case x.unknown != nil:
		return nil
	}
	if a := x.attachment(); a != nil {
		return a.announces()
	}
	return nil
}

// enter takes a packet from the site over the link to the gateway.
func (x *wayIn) enter(w *walk, s state) outcome {
	if o, stopped := x.link.cross(w, &s, x, ingress); stopped {
		return o
	}
	switch {
	case x.far != nil:
		w.hopAt(&s, x.link.gatewayComponent(), "passes to "+x.far.comp.named()+" by SiteLink")
		return x.far.leave(w, s, nil)
	case x.vgw != nil:
		return x.vgw.enter(w, s, x)
	}
	if a := x.attachment(); a != nil {
		return a.enter(w, s)
	}
	u := &model.Unknown{Subject: x.link.comp.ID, Reason: "the input does not have its attachment to a transit gateway", Provenance: x.link.where}
	return w.lostTrack(s, gapEvidence(x.link.comp, ingress, UnknownResource, u, nil))
}
