package lint

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

var (
	anyIPv4 = netip.MustParsePrefix("0.0.0.0/0")
	anyIPv6 = netip.MustParsePrefix("::/0")
)

// ipv4Only finds what is open to all of IPv4 and to nothing of IPv6, where both are
// in use: AWS reads 0.0.0.0/0 as IPv4 alone (SG-11, NACL-14, RT-9).
func (l *linter) ipv4Only() {
	for _, g := range model.Sorted(l.n.SecurityGroups) {
		if g.RulesUnknown == nil && slices.ContainsFunc(l.members[g.ID], hasIPv6) {
			l.ipv4OnlyGroup(g)
		}
	}
	for _, acl := range model.Sorted(l.n.NetworkACLs) {
		if acl.RulesUnknown == nil && slices.ContainsFunc(l.aclUsers[acl.ID], isDualStack) {
			l.ipv4OnlyACL(acl)
		}
	}
	for _, rt := range model.Sorted(l.n.RouteTables) {
		if rt.RoutesUnknown == nil && slices.ContainsFunc(l.tableUsers[rt.ID], isDualStack) {
			l.ipv4OnlyTable(rt)
		}
	}
}

func hasIPv6(i *model.Interface) bool {
	return i.Unassigned6 || i.Primary(true).IP.IsValid() || slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Addr().Is6() })
}

func isDualStack(sn *model.Subnet) bool {
	return slices.ContainsFunc(sn.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is4() }) &&
		slices.ContainsFunc(sn.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() })
}

// inIPv6 is what a rule for all of IPv4 would be for all of IPv6. ICMP has a
// protocol number of its own there.
func inIPv6(b packet.Box, d model.Direction, t model.Traffic) packet.Box {
	*peers(&b, d) = packet.AllIPv6
	if t.Protocol == model.ICMP {
		b.Protocols, b.Dport = packet.Protocol(model.ICMPv6), packet.AllPorts
	}
	return b
}

func (l *linter) ipv4OnlyGroup(g *model.SecurityGroup) {
	for _, d := range directions {
		rules := l.e.SecurityGroupRules(g.ID, d)
		var allow packet.Set
		for _, r := range rules {
			if r.Group == "" {
				allow = allow.Or(packet.Of(r.Matches))
			}
		}
		for _, r := range rules {
			if r.Open || r.Rule.Peer.Prefix != anyIPv4 || allow.Overlaps(packet.Of(inIPv6(r.Matches, d, r.Rule.Traffic))) {
				continue
			}
			a := aboutGroupRule(g, r.Rule)
			l.report(RuleIPv4Only, a, nil,
				fmt.Sprintf("%s of %s is for IPv4 alone, and interfaces that have the group have IPv6 addresses", a.rule, aboutGroup(g)),
				"add the same rule for ::/0, if IPv6 is meant as well")
		}
	}
}

func (l *linter) ipv4OnlyACL(acl *model.NetworkACL) {
	for _, d := range directions {
		rules := l.e.NetworkACLRules(acl.ID, d)
		allow := mayAllow(rules)
		for _, r := range rules {
			if r.Open || r.Rule.Action == model.Deny || r.Rule.Prefix != anyIPv4 || allow.Overlaps(packet.Of(inIPv6(r.Matches, d, r.Rule.Traffic))) {
				continue
			}
			a := aboutACLRule(acl, r.Rule)
			l.report(RuleIPv4Only, a, nil,
				fmt.Sprintf("%s of %s is for IPv4 alone, and subnets that use it have IPv6", a.rule, aboutACL(acl)),
				"add the same rule for ::/0, if IPv6 is meant as well")
		}
	}
}

func (l *linter) ipv4OnlyTable(rt *model.RouteTable) {
	var four *model.Route
	for i := range rt.Routes {
		r := &rt.Routes[i]
		switch {
		case r.Prefix == anyIPv4:
			four = r
		case r.Prefix == anyIPv6, r.Unknown != nil:
			return
		}
	}
	if four == nil {
		return
	}
	a := aboutRoute(rt, four)
	l.report(RouteIPv4Only, a, nil,
		fmt.Sprintf("%s has the route %s and none to ::/0, and subnets that use it have IPv6", aboutTable(rt), a.rule),
		"add a route to ::/0, if IPv6 is meant to leave")
}

// ignoredPorts finds ports that AWS does not read, since the rule's protocol has
// none (SG-7, NACL-8). From 0 to 0 is how some tools write that there are none.
func (l *linter) ignoredPorts() {
	check := func(a about, t model.Traffic, whose string) {
		if t.Protocol.HasPorts() || t.Protocol.IsICMP() || t.Ports == model.AllPorts || t.Ports == (model.PortRange{}) {
			return
		}
		means := "every packet of protocol " + t.Protocol.String()
		if t.Protocol == model.AllProtocols {
			means = "every packet"
		}
		l.report(RulePortsIgnored, a, nil, fmt.Sprintf("%s of %s names ports %s, which AWS ignores: it is for %s", a.rule, whose, t.Ports, means),
			"write tcp or udp, or leave the ports out")
	}
	for _, g := range model.Sorted(l.n.SecurityGroups) {
		for i := range g.Rules {
			check(aboutGroupRule(g, &g.Rules[i]), g.Rules[i].Traffic, aboutGroup(g).String())
		}
	}
	for _, acl := range model.Sorted(l.n.NetworkACLs) {
		for i := range acl.Rules {
			check(aboutACLRule(acl, &acl.Rules[i]), acl.Rules[i].Traffic, aboutACL(acl).String())
		}
	}
}
