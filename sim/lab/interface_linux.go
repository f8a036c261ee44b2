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

		for _, id := range i.Groups {
			g := l.network.SecurityGroups[id]
			if g == nil {
				continue
			}
			for _, x := range g.Rules {
				var err error
				switch x.Direction {
				case model.Ingress:
					err = l.groupRule(r, receiving, &x, sourceOffset, verdict(expr.VerdictAccept), has(intact), verdict(expr.VerdictAccept))
				case model.Egress:
					err = l.groupRule(r, sending, &x, destOffset, jump(send), nil, jump(refer))
				default:
					panic("lab: direction " + x.Direction.String())
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

var loopback = device{name: "lo", index: 1}

// groupRule writes a rule of a group. What a prefix matches is admitted; what a
// reference matches must fulfil a condition beside, and is referred.
func (l *Lab) groupRule(r *ruleset, c *nftables.Chain, x *model.SecurityGroupRule, peer uint32, admit, condition, refer []expr.Any) error {
	for _, p := range l.prefixes(x.Peer.Prefix, x.Peer.PrefixList) {
		r.rule(c, within(peer, p), traffic(x.Traffic), admit)
	}
	if x.Peer.Group == "" || x.Peer.Stale { // SG-21
		return nil
	}
	members, err := r.addresses(l.members(x.Peer.Group))
	if err != nil {
		return err
	}
	r.rule(c, among(peer, members), traffic(x.Traffic), condition, refer)
	return nil
}

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
