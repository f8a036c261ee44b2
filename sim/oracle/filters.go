package oracle

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// networkACL is NACL-1: the lowest number that matches decides, else "*" denies.
func (w *walk) networkACL(sn *model.Subnet, dir model.Direction, h header) {
	acl := w.aclOf(sn)
	rules := slices.Clone(acl.Rules)
	slices.SortFunc(rules, func(a, b model.NetworkACLRule) int { return a.Number - b.Number })
	peer := h.src
	if dir == model.Egress {
		peer = h.dst
	}
	for _, r := range rules {
		if r.Direction != dir || !r.Prefix.Contains(peer) {
			continue
		}
		// NACL-9: 58 beside an IPv4 CIDR means all types.
		anyType := r.Traffic.Protocol == model.ICMPv6 && r.Prefix.Addr().Is4()
		if !matches(r.Traffic, h, anyType) {
			continue
		}
		if r.Action == model.Deny {
			w.note(sim.SubnetACLRestriction)
		}
		return
	}
	w.note(sim.SubnetACLRestriction)
}

func (w *walk) aclOf(sn *model.Subnet) *model.NetworkACL {
	if sn.NetworkACL != "" {
		return w.n.NetworkACLs[sn.NetworkACL]
	}
	for _, acl := range w.n.NetworkACLs {
		if acl.VPC == sn.VPC && acl.IsDefault { // SUB-8
			return acl
		}
	}
	panic("oracle: subnet " + string(sn.ID) + " has no network ACL")
}

// matches is NACL-7 to 9 and SG-6 to 8: the destination port, never the source's.
func matches(t model.Traffic, h header, anyType bool) bool {
	switch {
	case t.Protocol == model.AllProtocols:
		return true
	case t.Protocol != h.protocol:
		return false
	case h.protocol == model.TCP || h.protocol == model.UDP:
		return t.Ports.From <= h.dport && h.dport <= t.Ports.To
	case h.protocol == model.ICMP || h.protocol == model.ICMPv6:
		return anyType || t.ICMP.Type == -1 ||
			t.ICMP.Type == int16(h.typ) && (t.ICMP.Code == -1 || t.ICMP.Code == int16(h.code))
	}
	return true
}

// securityGroups is SG-1: any rule of any group admits. members are the groups of
// the interface on the other side, as far as its identity survived (SG-20).
func (w *walk) securityGroups(i *model.Interface, dir model.Direction, h header, members []model.SecurityGroupID) {
	if w.replying {
		return // SG-3; an interface that the request missed is noted by cross
	}
	peer := h.src
	if dir == model.Egress {
		peer = h.dst
	}
	rules := 0
	for _, id := range i.Groups {
		for _, r := range w.n.SecurityGroups[id].Rules {
			if r.Direction != dir {
				continue
			}
			rules++
			if !matches(r.Traffic, h, false) {
				continue
			}
			if r.Peer.Prefix.IsValid() && r.Peer.Prefix.Contains(peer) || // SG-11
				r.Peer.PrefixList != "" && w.listHolds(r.Peer.PrefixList, peer) || // PL-4
				r.Peer.Group != "" && !r.Peer.Stale && slices.Contains(members, r.Peer.Group) { // SG-14, 21
				return
			}
		}
	}
	if rules == 0 {
		w.note(sim.SGHasNoRules)
		return
	}
	w.note(sim.ENISGRulesMismatch)
}

func (w *walk) listHolds(id model.PrefixListID, a netip.Addr) bool {
	for _, e := range w.n.PrefixLists[id].Entries {
		if e.Prefix.Contains(a) {
			return true
		}
	}
	return false
}

var (
	rfc1918 = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16")}
	rfc6598 = netip.MustParsePrefix("100.64.0.0/10")
	rfc4193 = netip.MustParsePrefix("fc00::/7")
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
)

func in(a netip.Addr, ps ...netip.Prefix) bool {
	for _, p := range ps {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// port25 is LL-9.
func (w *walk) port25(i *model.Interface, h header) {
	if w.replying || h.protocol != model.TCP || h.dport != 25 || slices.Contains(w.n.Port25Allowed, i.Account) {
		return
	}
	if in(h.dst, rfc1918...) || in(h.dst, rfc6598, rfc4193) || in(h.dst, w.n.VPCs[i.VPC].PrimaryCIDR()) {
		return
	}
	w.note(sim.Port25Restriction)
}

// blockPublicAccess is BPA-3, for the subnet that faces the gateway; an empty
// subnet is a regional NAT gateway's, for which only the VPC's exclusion counts.
func (w *walk) blockPublicAccess(vpc model.VPCID, subnet model.SubnetID, mediated bool) {
	if w.replying {
		return
	}
	v := w.n.VPCs[vpc]
	mode := model.BlockPublicAccessOff
	for _, b := range w.n.BlockPublicAccess {
		if b.Account == v.Account && b.Region == v.Region {
			mode = b.Mode
		}
	}
	var bidirectional, egress bool
	for _, x := range w.n.BlockPublicAccessExclusions {
		if x.VPC == vpc || x.Subnet != "" && x.Subnet == subnet {
			bidirectional = bidirectional || !x.AllowEgress
			egress = egress || x.AllowEgress
		}
	}
	pass := false
	switch mode {
	case model.BlockPublicAccessOff:
		pass = true
	case model.BlockBidirectional:
		pass = bidirectional || egress && mediated
	case model.BlockIngress:
		pass = bidirectional || mediated
	}
	if !pass {
		w.note(sim.VPCBlockPublicAccessEnabled)
	}
}
