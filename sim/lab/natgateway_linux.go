package lab

import (
	"encoding/binary"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"github.com/vpcwalk/vpcwalk/model"
)

// natGateway is an available NAT gateway: a host of its subnet that routers hand
// packets to, and that sends them on in its own name (NAT-5), by its subnet's
// table (NAT-7).
type natGateway struct {
	*namespace
	model  *model.NATGateway
	subnet *subnetRouter
	at     device // where the subnet's router reaches it
}

func (l *Lab) buildNATGateways() error {
	for _, m := range model.Sorted(l.network.NATGateways) {
		s := l.subnets[m.Subnet]
		if m.State != model.NATGatewayAvailable || s == nil { // NAT-12
			continue
		}
		n, err := l.newNamespace(string(m.ID), true)
		if err != nil {
			return err
		}
		g := &natGateway{namespace: n, model: m, subnet: s, at: s.bridge}
		g.at.next = m.Addresses[0].Private
		if _, err := l.host(s, n, m.Addresses[0].Private); err != nil {
			return err
		}
		l.nats[m.ID] = g
		l.filters = append(l.filters, g.filterNATGateway)
	}
	return nil
}

// filterNATGateway writes the translation. Only what begins behind the gateway
// passes, and what belongs to it (NAT-3); only TCP, UDP and ICMP do (NAT-2). The
// source port becomes any of 1024 to 65535 (NAT-6), and the sender's groups are
// forgotten (SG-20).
func (g *natGateway) filterNATGateway() error {
	return g.filter(func(r *ruleset) error {
		r.hook("own", nftables.ChainTypeFilter, nftables.ChainHookInput, nftables.ChainPriorityFilter, nftables.ChainPolicyDrop)
		r.hook("sending", nftables.ChainTypeFilter, nftables.ChainHookOutput, nftables.ChainPriorityFilter, nftables.ChainPolicyDrop)

		passing := r.hook("passing", nftables.ChainTypeFilter, nftables.ChainHookForward, nftables.ChainPriorityFilter, nftables.ChainPolicyDrop)
		r.loseIdentity(passing)
		r.rule(passing, state(expr.CtStateBitESTABLISHED), verdict(expr.VerdictAccept))
		for _, p := range []model.Protocol{model.TCP, model.UDP, model.ICMP} {
			r.rule(passing, state(expr.CtStateBitNEW), protocol(p), verdict(expr.VerdictAccept))
		}

		leaving := r.hook("leaving", nftables.ChainTypeNAT, nftables.ChainHookPostrouting, nftables.ChainPriorityNATSource, nftables.ChainPolicyAccept)
		r.rule(leaving, []expr.Any{
			&expr.Immediate{Register: 1, Data: g.model.Addresses[0].Private.AsSlice()},
			&expr.Immediate{Register: 2, Data: binary.BigEndian.AppendUint16(nil, 1024)},
			&expr.Immediate{Register: 3, Data: binary.BigEndian.AppendUint16(nil, 65535)},
			&expr.NAT{Type: expr.NATTypeSourceNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: 1, RegProtoMin: 2, RegProtoMax: 3, FullyRandom: true, Specified: true},
		})
		return nil
	})
}
