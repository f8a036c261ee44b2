package sim

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// smtpExempt are the addresses that EC2's restriction on port 25 leaves alone,
// beside the VPC's primary CIDR (LL-9): RFC 1918, RFC 6598, RFC 4193.
var smtpExempt = packet.Prefixes([]netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("fc00::/7"),
})

// limitPort25 denies outbound TCP 25 to public addresses, unless the account had
// the restriction lifted (LL-9). Replies from port 25 are no outbound
// connections.
func (i *networkInterface) limitPort25(w *walk, s *state) {
	if s.leg == model.Return || slices.Contains(i.vpc.e.network.Port25Allowed, i.vpc.comp.Account) {
		return
	}
	b := packet.All
	b.Protocols = packet.Protocol(model.TCP)
	if s.hdr.dport.in(&b, packet.PortRange(25, 25)) == no {
		return
	}
	hit := s.flows.AndBox(&b)
	if hit.IsEmpty() {
		return
	}
	exempt := smtpExempt.Or(packet.Prefix(i.vpc.model.PrimaryCIDR()))
	if b := packet.All; s.hdr.dst.in(&b, exempt) != no {
		hit = hit.SubBox(&b)
	}
	if hit.IsEmpty() {
		return
	}
	w.deny(s, evidence{code: Port25Restriction, dir: egress, at: i.comp, flows: hit, where: i.model.Provenance, words: port25Words})
}

func port25Words(*Engine, Component, Header) (string, string) {
	return "EC2 drops outbound TCP 25 to public addresses by default",
		"ask AWS to lift the restriction for the account, or send mail on port 587"
}
