package lab

import (
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"

	"github.com/vpcwalk/vpcwalk/model"
)

// internetGateway is an attached internet gateway.
//
//	subnets ── private source becomes public ──► internet
//	VPC     ◄── public destination becomes private ── internet
type internetGateway struct {
	*namespace
	model   *model.InternetGateway
	outside device
	outward int // the table for what leaves
	pairs   []pair
}

// pair is a private address and the public one that stands for it outside.
type pair struct{ private, public netip.Addr }

// notPublic are ranges that no packet has beyond an internet gateway (IGW-6, IGW-7).
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("100.64.0.0/10"),
}

func (l *Lab) buildInternetGateways() error {
	for _, m := range model.Sorted(l.network.InternetGateways) {
		v := l.vpcs[m.VPC]
		if v == nil {
			continue
		}
		g := &internetGateway{model: m, pairs: l.publicPairs(m.VPC)}
		if err := l.buildInternetGateway(g, v); err != nil {
			return err
		}
		l.gateways[m.ID] = g
		l.filters = append(l.filters, g.filterInternetGateway)
	}
	return nil
}

func (l *Lab) buildInternetGateway(g *internetGateway, v *vpcRouter) (err error) {
	if g.namespace, err = l.newNamespace(string(g.model.ID), true); err != nil {
		return err
	}
	var far device
	if g.outside, far, err = l.connect(g.namespace, l.internet); err != nil {
		return err
	}
	for _, p := range g.pairs {
		if err := l.internet.route(mainTable, netip.PrefixFrom(p.public, 32), 0, far); err != nil {
			return err
		}
	}
	inside, _, err := l.connect(g.namespace, v.namespace)
	if err != nil {
		return err
	}
	inward, err := g.newTable()
	if err != nil {
		return err
	}
	for _, c := range v.model.CIDRs {
		if c.Addr().Is4() {
			if err := g.route(inward, c, 0, inside); err != nil {
				return err
			}
		}
	}
	if err := g.from(g.outside, inward, forward); err != nil {
		return err
	}
	if g.outward, err = g.newTable(); err != nil {
		return err
	}
	return g.route(g.outward, netip.PrefixFrom(netip.IPv4Unspecified(), 0), 0, g.outside)
}

// publicPairs are the addresses of a VPC that have a public one, of interfaces and
// of NAT gateways.
func (l *Lab) publicPairs(v model.VPCID) []pair {
	var out []pair
	for _, i := range model.Sorted(l.network.Interfaces) {
		if i.VPC != v || !l.alive(i) {
			continue
		}
		for _, a := range i.Addresses {
			if a.Public.IsValid() {
				out = append(out, pair{a.IP, a.Public})
			}
		}
	}
	for _, g := range model.Sorted(l.network.NATGateways) {
		if a := g.Addresses[0]; g.VPC == v && g.State == model.NATGatewayAvailable && a.Public.IsValid() {
			out = append(out, pair{a.Private, a.Public})
		}
	}
	return out
}

// filterInternetGateway writes the translation, before packets are routed. It is
// one to one and keeps no state (IGW-2); what has no translation ends (IGW-4,
// IGW-5). The sender's groups are forgotten (SG-20).
func (g *internetGateway) filterInternetGateway() error {
	return g.filter(func(r *ruleset) error {
		public, err := r.translations(g.pairs, func(p pair) (from, to netip.Addr) { return p.private, p.public })
		if err != nil {
			return err
		}
		private, err := r.translations(g.pairs, func(p pair) (from, to netip.Addr) { return p.public, p.private })
		if err != nil {
			return err
		}
		inward := r.chain("inward")
		for _, p := range notPublic {
			r.rule(inward, within(sourceOffset, p), verdict(expr.VerdictDrop))
		}
		r.rule(inward, rewrite(destOffset, private), verdict(expr.VerdictAccept))
		r.rule(inward, verdict(expr.VerdictDrop))

		arriving := r.hook("arriving", nftables.ChainTypeFilter, nftables.ChainHookPrerouting, nftables.ChainPriorityRaw, nftables.ChainPolicyAccept)
		r.loseIdentity(arriving)
		r.rule(arriving, in(g.outside), jump(inward))
		for _, p := range notPublic {
			r.rule(arriving, within(destOffset, p), verdict(expr.VerdictDrop))
		}
		r.rule(arriving, rewrite(sourceOffset, public), verdict(expr.VerdictAccept))
		r.rule(arriving, verdict(expr.VerdictDrop))
		return nil
	})
}
