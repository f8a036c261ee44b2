package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// hub is a compiled transit gateway, or a core network's edge: a router between
// attachments.
type hub struct {
	e     *Engine
	comp  Component
	where model.Provenance
	// references says that it carries the identity of senders (TGW-26).
	references bool
	// noVPNECMP says that one of several VPN attachments with a prefix has all its
	// flows (TGW-35).
	noVPNECMP   bool
	attachments map[string]*attachment // by ID
	byVPC       map[*vpc]*attachment
}

// compileTransitGateways makes the hubs of transit gateways, with their attachments
// and tables.
func (e *Engine) compileTransitGateways() {
	e.hubs, e.transitTables = map[string]*hub{}, map[model.TransitGatewayRouteTableID]*transitTable{}
	for _, m := range model.Sorted(e.network.TransitGateways) {
		e.hubs[string(m.ID)] = &hub{
			e: e, comp: e.component(model.KindTransitGateway, string(m.ID), &m.Meta), where: m.Provenance,
			references: m.SecurityGroupReferencing, noVPNECMP: m.NoVPNECMP, attachments: map[string]*attachment{}, byVPC: map[*vpc]*attachment{},
		}
	}
	for _, m := range model.Sorted(e.network.TransitGatewayAttachments) {
		e.compileTransitGatewayAttachment(m)
	}
	for _, m := range model.Sorted(e.network.TransitGatewayRouteTables) {
		if h := e.hubs[string(m.TransitGateway)]; h != nil {
			t := e.compileTransitGatewayRouteTable(h, m)
			for _, id := range m.Associations {
				if a := h.attachments[string(id)]; a != nil {
					a.table = t
				}
			}
			if u := m.AssociationsUnknown; u != nil {
				for _, a := range h.attachments {
					if a.tableUnknown == nil {
						a.tableUnknown = u // which counts where no table is known
					}
				}
			}
			e.transitTables[m.ID] = t
		}
	}
	for _, m := range model.Sorted(e.network.TransitGatewayPolicyTables) {
		if h := e.hubs[string(m.TransitGateway)]; h != nil {
			p := e.compilePolicyTable(m)
			for _, id := range m.Associations {
				if a := h.attachments[string(id)]; a != nil {
					a.policy = p
				}
			}
		}
	}
}

func (e *Engine) compileTransitGatewayAttachment(m *model.TransitGatewayAttachment) {
	h := e.hubs[string(m.TransitGateway)]
	if h == nil {
		return
	}
	a := &attachment{
		hub: h, comp: e.component(model.KindTransitGatewayAttachment, string(m.ID), &m.Meta), where: m.Provenance,
		kind: m.Type, resource: m.Resource, available: m.Available || m.AcceptanceUnknown != nil, state: m.State, acceptance: m.AcceptanceUnknown,
		announcesIPv6: m.IPv6, learned: m.Prefixes, learnedUnknown: m.PrefixesUnknown,
		appliance: m.ApplianceMode, references: !m.NoSecurityGroupReferencing, optionsUnknown: m.OptionsUnknown,
	}
	if g := e.network.TransitGateways[m.TransitGateway]; !g.Available {
		a.available, a.acceptance, a.state = false, nil, "of no use, since "+h.comp.named()+" is "+g.State
	}
	h.attachments[string(m.ID)] = a
	switch m.Type {
	case model.AttachVPC:
		a.attachTo(e, m.VPC, m.Subnets, &m.Meta)
	case model.AttachPeering:
		e.compileTransitGatewayPeering(a, m)
	case model.AttachVPN, model.AttachVPNConcentrator, model.AttachConnect, model.AttachDirectConnectGateway, model.AttachClientVPN:
		a.attachOutside(e)
	case model.AttachNetworkFunction:
		a.attachFirewall(e)
	}
}

// attachTo joins the attachment with its VPC, as far as the input has it.
func (a *attachment) attachTo(e *Engine, id model.VPCID, subnets []model.SubnetID, m *model.Meta) {
	a.vpcID = id
	if e.network.VPCs[id] != nil {
		a.vpc = e.vpc(id)
		// A deleted attachment may stand beside the one that took its place.
		if a.available || a.hub.byVPC[a.vpc] == nil {
			a.hub.byVPC[a.vpc] = a
		}
	}
	for _, id := range subnets {
		if sn := e.subnets[id]; sn != nil {
			a.subnets = append(a.subnets, sn)
		} else {
			a.subnetsUnknown = missing(model.KindSubnet, string(id), m)
		}
	}
	if len(subnets) == 0 { // it has some (TGW-2)
		a.subnetsUnknown = cmp.Or(a.optionsUnknown, &model.Unknown{Subject: a.comp.ID, Attribute: "subnets", Reason: "the attachment names none", Provenance: a.where})
	}
}

// compileTransitGatewayPeering makes the far end of a peering attachment that both
// sides know by one ID; where each has its own, the other joins itself (TGW-34).
func (e *Engine) compileTransitGatewayPeering(a *attachment, m *model.TransitGatewayAttachment) {
	if a.learnedUnknown == nil && len(a.learned) == 0 && e.isCoreNetwork(string(m.Peer)) {
		a.learnedUnknown = a.untoldRoutes("the core network " + string(m.Peer))
	}
	far := e.hubs[string(m.Peer)]
	if far == nil {
		return
	}
	id := string(m.PeerAttachment)
	if id == "" {
		id = string(m.ID)
	}
	b := far.attachments[id]
	if b == nil {
		b = &attachment{hub: far, comp: a.comp, where: a.where, kind: m.Type, available: a.available, state: a.state}
		if id != string(m.ID) {
			b.comp.ID = id
		}
		far.attachments[id] = b
	}
	a.peer, b.peer = b, a
}

// isCoreNetwork reports whether a peering attachment leads to a core network. Between that
// and a transit gateway routes propagate (TGW-12, CWAN-1).
func (e *Engine) isCoreNetwork(id string) bool {
	return e.network.CoreNetworks[model.CoreNetworkID(id)] != nil || strings.HasPrefix(id, "core-network-")
}

// untoldRoutes says that what an attachment propagates is not given.
func (a *attachment) untoldRoutes(of string) *model.Unknown {
	return &model.Unknown{Subject: a.comp.ID, Attribute: "prefixes", Reason: "which routes it has of " + of + " is not given", Provenance: a.where}
}

// transitGatewayTarget gives the attachment by which a VPC's packets enter a
// transit gateway, and why there is none.
func (e *Engine) transitGatewayTarget(v *vpc, t model.Target) (node, words) {
	h := e.hubs[t.ID]
	if h == nil {
		return undescribed(t), nil
	}
	if a := h.byVPC[v]; a != nil {
		if !a.available {
			return nil, a.deadWords
		}
		return a, nil
	}
	return nil, func(_ *Engine, c Component, hd Header) (string, string) {
		return fmt.Sprintf("the route to %s in %s points at %s, which has no attachment in %s: it is a black hole", hd.DestinationIP, c.named(), h.comp.named(), v.comp.named()),
			"attach the VPC to the transit gateway"
	}
}

func (a *attachment) deadWords(_ *Engine, c Component, h Header) (string, string) {
	return fmt.Sprintf("the route to %s in %s leads to %s, which is %s", h.DestinationIP, c.named(), a.comp.named(), a.state),
		"have the attachment accepted, or make it anew"
}

// sendToGroups takes a packet to multicast groups: where the VPC is attached to a
// transit gateway its multicast domains decide, whatever the subnet's routes are
// (TGW-38); elsewhere nothing carries it.
func (i *networkInterface) sendToGroups(w *walk, s state) outcome {
	for _, h := range i.vpc.e.hubs {
		if h.comp.Type == model.KindTransitGateway && h.byVPC[i.vpc] != nil {
			return w.lostTrack(s, evidence{code: NotModelled, dir: egress, at: i.comp, isGap: true, where: i.model.Provenance,
				words: say("multicast is not modelled: the multicast domains of a transit gateway decide whom it reaches", "ask about the receivers' own addresses")})
		}
	}
	return i.subnet.send(w, s)
}

// addTransitPrefixes adds the CIDRs that transit gateways tell addresses apart by.
func (e *Engine) addTransitPrefixes(add func(netip.Prefix)) {
	for _, t := range e.transitTables {
		for i := range t.entries {
			add(t.entries[i].prefix)
		}
	}
	for _, m := range e.network.TransitGatewayPolicyTables {
		for i := range m.Rules {
			add(m.Rules[i].Source)
			add(m.Rules[i].Destination)
		}
	}
}
