package lab

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// servicePorts and clientPorts are the edges that rules have and probes try.
var (
	servicePorts = []uint16{22, 25, 80, 81, 443, 444, 1023, 1024, 5432}
	clientPorts  = []uint16{1024, 1025, 32767, 32768, 32769, 49152, 61000, 61001, 65535}
)

func allOf(p string) netip.Prefix { return netip.MustParsePrefix(p) }

// peer draws a prefix that has something to do with the design: everything, a VPC,
// a subnet, half of it, one address, a host outside.
func (d *designer) peer() netip.Prefix {
	sn := choose(d, model.Sorted(d.n.Subnets)...)
	i := choose(d, model.Sorted(d.n.Interfaces)...)
	switch d.IntN(10) {
	case 0, 1, 2:
		return allOf("0.0.0.0/0")
	case 3:
		return choose(d, d.n.VPCs[sn.VPC].CIDRs...)
	case 4, 5:
		return sn.CIDRs[0]
	case 6:
		return netip.PrefixFrom(sn.CIDRs[0].Addr(), sn.CIDRs[0].Bits()+1)
	case 7:
		return netip.PrefixFrom(choose(d, i.Addresses...).IP, 32)
	case 8:
		if a := i.Addresses[0].Public; a.IsValid() {
			return netip.PrefixFrom(a, choose(d, 32, 31, 28)).Masked()
		}
		return allOf("203.0.113.0/24")
	default:
		return netip.PrefixFrom(choose(d, Hosts...), choose(d, 32, 25, 24)).Masked()
	}
}

// traffic draws what a rule means, with ranges that begin and end at the edges.
func (d *designer) traffic() model.Traffic {
	t := model.Traffic{Protocol: choose(d, model.TCP, model.TCP, model.TCP, model.UDP, model.ICMP, model.AllProtocols), Ports: model.AllPorts, ICMP: model.AnyICMP}
	switch {
	case t.Protocol.HasPorts() && !d.once(4):
		edges := servicePorts
		if d.once(3) {
			edges = clientPorts
		}
		a, b := choose(d, edges...), choose(d, edges...)
		if d.once(3) {
			b = a
		}
		t.Ports = model.PortRange{From: min(a, b), To: max(a, b)}
	case t.Protocol == model.ICMP && d.once(2):
		t.ICMP = choose(d, model.ICMPTypeCode{Type: 8, Code: -1}, model.ICMPTypeCode{Type: 8}, model.ICMPTypeCode{Type: 0, Code: -1}, model.ICMPTypeCode{Type: 3, Code: 4})
	}
	return t
}

// groups makes a VPC's security groups: one that admits everything, and three of
// drawn rules.
func (d *designer) groups(v *model.VPC) {
	for j := range 4 {
		g := &model.SecurityGroup{ID: groupID(v.ID, j), Meta: v.Meta, GroupName: string(groupID(v.ID, j)), VPC: v.ID}
		d.n.SecurityGroups[g.ID] = g
		for _, dir := range []model.Direction{model.Ingress, model.Egress} {
			if j == 0 || dir == model.Egress && d.careful() {
				g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: dir, Traffic: model.AllTraffic, Peer: model.Peer{Prefix: allOf("0.0.0.0/0")}})
				continue
			}
			for range d.IntN(5) {
				g.Rules = append(g.Rules, d.groupRule(v, dir))
			}
		}
	}
}

func groupID(v model.VPCID, j int) model.SecurityGroupID {
	return model.SecurityGroupID(fmt.Sprintf("sg-%s%d", v[4:], j))
}

func (d *designer) groupRule(v *model.VPC, dir model.Direction) model.SecurityGroupRule {
	r := model.SecurityGroupRule{Direction: dir, Traffic: d.traffic()}
	if d.once(3) {
		r.Traffic = model.AllTraffic
	}
	switch d.IntN(6) {
	case 0, 1, 2:
		r.Peer.Prefix = d.peer()
	case 3:
		r.Peer.PrefixList = choose(d, model.PrefixListID("pl-inside"), "pl-outside")
	case 4:
		r.Peer.Group = groupID(v.ID, d.IntN(4))
	default:
		r.Peer.Group = groupID(choose(d, d.joined(v)...), d.IntN(4))
	}
	return r
}

// joined are the VPCs whose groups those of v may reference: itself, and those of
// the Region that a peering connection or a transit gateway joins with it (SG-16).
func (d *designer) joined(v *model.VPC) []model.VPCID {
	out := []model.VPCID{v.ID}
	for _, p := range model.Sorted(d.n.VPCPeeringConnections) {
		if far, ok := p.Other(v.ID); ok && p.Active && far.Region == v.Region {
			out = append(out, far.VPC)
		}
	}
	if len(d.targets(v, model.KindTransitGateway)) > 0 {
		for _, a := range model.Sorted(d.n.TransitGatewayAttachments) {
			if a.VPC != "" {
				out = append(out, a.VPC)
			}
		}
	}
	return out
}

// chooseGroups gives an interface one to three groups.
func (d *designer) chooseGroups(i *model.Interface) {
	first := 1 + d.IntN(3)
	if d.careful() && d.once(2) {
		first = 0
	}
	i.Groups = []model.SecurityGroupID{groupID(i.VPC, first)}
	for j := 1; j < 4; j++ {
		if j != first && d.once(3) {
			i.Groups = append(i.Groups, groupID(i.VPC, j))
		}
	}
}

// networkACLs makes a VPC's network ACLs: the default one, which allows
// everything, and two of drawn rules, in no order of their numbers.
func (d *designer) networkACLs(v *model.VPC) {
	subnets := d.subnetsOf(v.ID)
	for j := range 3 {
		acl := &model.NetworkACL{ID: model.NetworkACLID(fmt.Sprintf("acl-%s%d", v.ID[4:], j)), Meta: v.Meta, VPC: v.ID, IsDefault: j == 0}
		d.n.NetworkACLs[acl.ID] = acl
		for _, dir := range []model.Direction{model.Ingress, model.Egress} {
			open := model.NetworkACLRule{Number: 100, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: allOf("0.0.0.0/0")}
			if j == 0 {
				acl.Rules = append(acl.Rules, open)
				continue
			}
			denies := d.careful() // all but what some rules deny; else what some allow
			acl.Rules = append(acl.Rules, d.networkACLRules(dir, denies)...)
			if denies {
				open.Number = 32766
				acl.Rules = append(acl.Rules, open)
			}
		}
	}
	for _, sn := range subnets {
		if !d.careful() || d.once(3) {
			sn.NetworkACL = model.NetworkACLID(fmt.Sprintf("acl-%s%d", v.ID[4:], 1+d.IntN(2)))
		}
	}
}

func (d *designer) networkACLRules(dir model.Direction, denies bool) []model.NetworkACLRule {
	var out []model.NetworkACLRule
	for _, number := range d.Perm(1 + d.IntN(5)) {
		r := model.NetworkACLRule{Number: 10 * (number + 1), Direction: dir, Traffic: d.traffic(), Prefix: d.peer()}
		if d.once(2) || !denies && d.once(2) {
			r.Action = model.Allow
		}
		if d.once(3) { // what replies need, in part (NACL-12)
			a, b := choose(d, clientPorts...), choose(d, clientPorts...)
			r.Traffic.Protocol, r.Traffic.Ports = choose(d, model.TCP, model.UDP), model.PortRange{From: min(a, b), To: max(a, b)}
		}
		out = append(out, r)
	}
	return out
}
