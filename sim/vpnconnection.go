package sim

import (
	"cmp"
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// compileVPNConnections makes the links of Site-to-Site VPN connections, each to one
// gateway (VPN-1).
func (e *Engine) compileVPNConnections() {
	for _, m := range model.Sorted(e.network.VPNConnections) {
		l := e.addLink(&link{
			comp: e.component(model.KindVPNConnection, string(m.ID), &m.Meta), where: m.Provenance, rank: rankVPNBGP, vpn: m, static: m.StaticRoutesOnly,
			learned: append(append([]netip.Prefix(nil), m.StaticRoutes...), m.LearnedRoutes...), unknown: m.StaticRoutesUnknown,
		})
		if l.static {
			l.rank = rankVPNStatic
		}
		l.down = l.whyVPNDown()
		switch {
		case m.VPNGateway != "":
			if g := e.vpnGateways[m.VPNGateway]; g != nil {
				l.ways = []*wayIn{{link: l, vgw: g}}
				g.ways = append(g.ways, l.ways[0])
			}
		default:
			if a := e.attachmentTo(cmp.Or(string(m.TransitGateway), string(m.CoreNetwork)), model.AttachVPN, string(m.ID)); a != nil {
				l.ways = []*wayIn{{link: l, hub: a.hub, attached: a.id}}
			}
		}
		if !l.static && len(m.LearnedRoutes) == 0 {
			l.unknown = &model.Unknown{Subject: string(m.ID), Attribute: "learned routes",
				Reason: "BGP decides what lies behind it: give learned_routes, or describe the network in on_premises", Provenance: m.Provenance}
		}
	}
}

// whyVPNDown tells why a connection carries nothing: it is not available, or all its
// tunnels are down (VPN-1).
func (l *link) whyVPNDown() *deadLink {
	m := l.vpn
	text, mend := "", "bring up one of its tunnels"
	switch {
	case !m.Available:
		text, mend = fmt.Sprintf("VPN connection %s is %s", l.comp.named(), m.State), "make the connection anew"
	case m.Down:
		text = fmt.Sprintf("all tunnels of VPN connection %s are down", l.comp.named())
	default:
		return nil
	}
	return &deadLink{BadStateVPN, l.comp, m.Provenance, say(text, mend)}
}

// selects reports whether the connection has traffic selectors (VPN-8).
func (l *link) selects() bool {
	return l.vpn != nil && (l.vpn.LocalCIDR.IsValid() || l.vpn.RemoteCIDR.IsValid() || l.vpn.SelectorsUnknown != nil)
}

// crossVPN is what a VPN connection does with a packet: one IP version passes, IPv4
// on a virtual private gateway (VPN-9), and of it what the traffic selectors hold
// (VPN-8).
func (l *link) crossVPN(w *walk, s *state, by *wayIn, dir direction) (o outcome, stopped bool) {
	m := l.vpn
	if m.TunnelsAssumed {
		w.assume("VPN-1", "a tunnel of "+l.comp.named()+" is up: the input does not tell")
	}
	if inside := m.InsideIPv6 && (by == nil || by.vgw == nil); s.hdr.v6 != inside {
		version := "IPv4"
		if inside {
			version = "IPv6"
		}
		return w.drop(*s, evidence{code: ProtocolRestriction, dir: dir, at: l.comp, where: m.Provenance,
			words: say("VPN connection "+l.comp.named()+" carries "+version+" only", "use Direct Connect, or another VPN connection on a transit gateway, for the other IP version")}), true
	}
	if u := m.SelectorsUnknown; u != nil {
		w.gap(s, l.comp, dir, UnknownValue, u)
	}
	here, there := s.hdr.src, s.hdr.dst // on premises, in AWS
	if dir == egress {
		here, there = there, here
	}
	for _, side := range []struct {
		field addrField
		cidr  netip.Prefix
		name  string
	}{{here, m.LocalCIDR, "on-premises"}, {there, m.RemoteCIDR, "AWS"}} {
		if !side.cidr.IsValid() {
			continue
		}
		of := rangeRule{side.cidr.String(), m.Provenance}
		if out := w.outside(s, side.field, packet.Prefix(side.cidr), l.comp, dir, of); !out.IsEmpty() {
			w.deny(s, evidence{code: VPNTrafficSelector, dir: dir, at: l.comp, flows: out, where: m.Provenance,
				words: func(_ *Engine, c Component, h Header) (string, string) {
					return fmt.Sprintf("the tunnels of %s carry packets of %s on the %s side only: %s to %s is outside", c.named(), side.cidr, side.name, h.SourceIP, h.DestinationIP),
						"widen the connection's local or remote network CIDR"
				}})
		}
	}
	return outcome{}, false
}
