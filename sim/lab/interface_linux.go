package lab

import (
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"

	"github.com/vpcwalk/vpcwalk/model"
)

// buildInterfaces makes a host of each interface. It does not forward: what is not
// for one of its addresses the kernel drops, as the source/destination check does
// (ENI-9).
func (l *Lab) buildInterfaces() error {
	for _, i := range model.Sorted(l.network.Interfaces) {
		s := l.subnets[i.Subnet]
		if !l.alive(i) || s == nil {
			continue
		}
		n, err := l.newNamespace(string(i.ID), false)
		if err != nil {
			return err
		}
		l.interfaces[i.ID] = n
		l.filters = append(l.filters, func() error { return l.filterInterface(n, i) })
		var addresses []netip.Addr
		for _, a := range i.Addresses {
			if a.IP.Is4() {
				addresses = append(addresses, a.IP)
			}
		}
		if _, err := l.host(s, n, addresses...); err != nil {
			return err
		}
	}
	return nil
}

// filterInterface writes the interface's security groups: what belongs to a
// connection that was admitted passes (SG-3), what begins one needs a rule of any
// of the groups (SG-1).
func (l *Lab) filterInterface(n *namespace, i *model.Interface) error {
	return n.filter(func(r *ruleset) error {
		send := r.chain("send")
		r.rule(send, setIdentity(intact), verdict(expr.VerdictAccept))
		refer := r.chain("refer")
		r.rule(refer, setIdentity(intact|referred), verdict(expr.VerdictAccept))

		receiving := r.hook("receiving", nftables.ChainTypeFilter, nftables.ChainHookInput, nftables.ChainPriorityFilter, nftables.ChainPolicyDrop)
		r.rule(receiving, in(loopback), verdict(expr.VerdictAccept))
		r.rule(receiving, state(expr.CtStateBitESTABLISHED), verdict(expr.VerdictAccept))
		sending := r.hook("sending", nftables.ChainTypeFilter, nftables.ChainHookOutput, nftables.ChainPriorityFilter, nftables.ChainPolicyDrop)
		r.rule(sending, out(loopback), verdict(expr.VerdictAccept))
		r.rule(sending, state(expr.CtStateBitESTABLISHED), setIdentity(0), verdict(expr.VerdictAccept))

		rules := l.rulesOf(i)
		for _, x := range rules {
			c, peer, admit := receiving, uint32(sourceOffset), verdict(expr.VerdictAccept)
			if x.Direction == model.Egress {
				c, peer, admit = sending, destOffset, jump(send)
			}
			for _, p := range l.prefixes(x.Peer.Prefix, x.Peer.PrefixList) {
				r.rule(c, within(peer, p), traffic(x.Traffic), admit)
			}
		}
		// What a prefix admits as well must not hang on the identity: references are
		// last.
		for _, x := range rules {
			if x.Peer.Group == "" || x.Peer.Stale { // SG-21
				continue
			}
			members, err := r.addresses(l.members(x.Peer.Group))
			if err != nil {
				return err
			}
			switch x.Direction {
			case model.Ingress:
				r.rule(receiving, among(sourceOffset, members), traffic(x.Traffic), has(intact), verdict(expr.VerdictAccept))
			case model.Egress:
				r.rule(sending, among(destOffset, members), traffic(x.Traffic), jump(refer))
			default:
				panic("lab: direction " + x.Direction.String())
			}
		}
		return nil
	})
}

// rulesOf are the rules of all of an interface's groups: any of them admits (SG-1).
func (l *Lab) rulesOf(i *model.Interface) []model.SecurityGroupRule {
	var out []model.SecurityGroupRule
	for _, id := range i.Groups {
		if g := l.network.SecurityGroups[id]; g != nil {
			out = append(out, g.Rules...)
		}
	}
	return out
}

var loopback = device{name: "lo", index: 1}

// prefixes gives a destination's or a peer's IPv4 prefixes: one, or a list's.
func (l *Lab) prefixes(p netip.Prefix, list model.PrefixListID) []netip.Prefix {
	var out []netip.Prefix
	if p.IsValid() {
		out = append(out, p)
	}
	if pl := l.network.PrefixLists[list]; pl != nil {
		for _, e := range pl.Entries {
			out = append(out, e.Prefix)
		}
	}
	var four []netip.Prefix
	for _, p := range out {
		if p.Addr().Is4() {
			four = append(four, p)
		}
	}
	return four
}

// members gives the private addresses of a group's interfaces (SG-14).
func (l *Lab) members(g model.SecurityGroupID) []netip.Addr {
	var out []netip.Addr
	for _, i := range model.Sorted(l.network.Interfaces) {
		for _, id := range i.Groups {
			if id != g {
				continue
			}
			for _, a := range i.Addresses {
				if a.IP.Is4() {
					out = append(out, a.IP)
				}
			}
		}
	}
	return out
}
