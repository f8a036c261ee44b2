package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// end is one end of a job, for one IP version.
type end struct {
	label   string
	iface   *networkInterface
	origin  origin // where outside the VPCs; nil for the internet
	place   *site  // the network on premises that is meant as a destination
	addrs   packet.Addrs
	open    bool
	field   addrField // how the header shows it; flowSrc or flowDst by default
	special bool      // field is set
	byName  bool      // of a balancer or VPC endpoint that is asked for by its name
	gap     *evidence
	assumed []Assumption
	// key is the class of the end, empty for one that is like no other; members
	// are the ends that the first of a class stands for, itself included.
	key     string
	members []*end
}

// resolution is how a name resolves: to the private address inside the VPCs, and for
// what is joined to them by private connections; to the public one outside. There an
// interface without a public IPv4 address is asked for over IPv6 alone, where both
// versions are asked about.
type resolution struct{ inside, eitherVersion bool }

// ends gives what a selection stands for in one IP version.
func (e *Engine) ends(s *model.Selection, side model.Side, v6 bool, by resolution) []end {
	switch s.Kind {
	case model.SelectInternet:
		return []end{{label: s.Text, addrs: e.internet(v6, side)}}
	case model.SelectPrefix:
		if s.Prefix.Addr().Is6() != v6 {
			return nil
		}
		x := end{label: s.Text, addrs: packet.Prefix(s.Prefix)}
		if side == model.Source {
			return e.sourcesAt(x)
		}
		return []end{x}
	case model.SelectOutside:
		return e.outsideEnds(s, side, v6)
	case model.SelectInterfaces:
		var out []end
		var absent []Assumption
		for i := range s.Ends {
			if len(s.Ends) > 1 && e.relays(s.Ends[i].Interface) {
				continue
			}
			named := e.foundByName(s, &s.Ends[i], side)
			if named != nil && !named.inDNS() {
				absent = append(absent, named.absent())
				continue
			}
			made := e.interfaceEnds(s, &s.Ends[i], v6, by)
			for k := range made {
				made[k].byName = named != nil
				if n, ok := named.(*balancerNode); ok && by.inside && !v6 && !n.lb.model.Internal {
					made[k].assumed = append(made[k].assumed, n.privately())
				}
			}
			if len(made) > 0 {
				made[0].iface.setKeys(made, &s.Ends[i])
			}
			out = append(out, made...)
		}
		for i := range out {
			out[i].assumed = append(out[i].assumed, absent...)
		}
		return out
	}
	panic("sim: selection")
}

// relays reports whether an interface only passes packets on, as a NAT gateway's does, a
// Client VPN endpoint's, a transit gateway's: nothing starts or ends there, so a
// selector over many interfaces does not mean it.
func (e *Engine) relays(id model.InterfaceID) bool {
	i := e.interfaces[id]
	return i != nil && (i.owner.kind == model.KindNATGateway || i.owner.kind == model.KindClientVPNEndpoint ||
		i.owner.kind == model.KindTransitGateway || i.isOfGatewayLoadBalancerEndpoint())
}

func (e *Engine) interfaceEnds(s *model.Selection, m *model.End, v6 bool, by resolution) []end {
	i := e.interfaces[m.Interface]
	x := end{label: s.Text}
	if m.Interface == "" {
		i = e.hypothetical(m)
		if i == nil {
			return nil
		}
		x.assumed = []Assumption{{"SUB-1", fmt.Sprintf("%s has no interface: one that no group restricts was taken, with any free address", m.Subnet)}}
	}
	x.iface = i
	if len(s.Ends) > 1 {
		x.label = i.label()
	}
	for _, a := range m.Addresses {
		if a.Is6() == v6 {
			x.addrs = x.addrs.Or(packet.Addr(a))
		}
	}
	if x.addrs.IsEmpty() && !m.Literal && (v6 && i.model.Unassigned6 || !v6 && i.model.Unassigned4) {
		x.addrs, x.open = i.free(v6), true
	}
	if x.addrs.IsEmpty() {
		if m.Literal {
			return nil
		}
		if u := i.subnet.model.CIDRsUnknown; u != nil && (i.model.Unassigned4 && !v6 || i.model.Unassigned6 && v6) {
			ev := gapEvidence(i.comp, sideless, UnknownValue, u, nil)
			x.gap = &ev
			return []end{x}
		}
		return nil
	}
	if by.inside || v6 || m.Literal {
		return []end{x}
	}
	if out := i.publicEnds(x, m.Addresses); out != nil {
		return out
	}
	if addrs, _ := i.addresses(true); by.eitherVersion && !addrs.IsEmpty() {
		return nil
	}
	return []end{x} // the way in will refuse the private address
}

// publicEnds gives what an interface's name resolves to outside the VPCs: its
// public IPv4 addresses, those of the private ones that are asked for; nil without any.
func (i *networkInterface) publicEnds(x end, private []netip.Addr) []end {
	if u := i.model.PublicUnknown; u != nil {
		ev := gapEvidence(i.comp, sideless, UnknownValue, u, nil)
		x.gap = &ev
		return []end{x}
	}
	known := x
	known.addrs, known.open = nil, false
	var out []end
	if x.open {
		if !i.model.PublicUnassigned {
			return nil
		}
		x.special, x.field = true, addrField{kind: somePublicIP4, owner: &publicOwner{vpc: i.vpc, private: addrField{kind: flowDst}}}
		return []end{x}
	}
	for _, a := range private {
		if a.Is6() {
			continue
		}
		public, assigned, ok := i.public(a)
		switch {
		case ok && assigned:
			known.addrs = known.addrs.Or(packet.Addr(public))
		case ok:
			y := x
			y.addrs = packet.Addr(a)
			y.special, y.field = true, addrField{kind: somePublicIP4, owner: &publicOwner{vpc: i.vpc, private: addrField{kind: flowDst}}}
			out = append(out, y)
		}
	}
	if !known.addrs.IsEmpty() {
		out = append(out, known)
	}
	return out
}

// hypothetical is an interface in a subnet without any: no group restricts it,
// and it has no public address (a decision).
func (e *Engine) hypothetical(m *model.End) *networkInterface {
	sn := e.subnets[m.Subnet]
	if sn == nil {
		return nil
	}
	i := &model.Interface{ID: model.InterfaceID(m.Subnet), Subnet: m.Subnet, VPC: sn.model.VPC}
	i.Provenance = sn.model.Provenance
	for _, p := range sn.model.CIDRs {
		i.Unassigned4 = i.Unassigned4 || p.Addr().Is4()
		i.Unassigned6 = i.Unassigned6 || p.Addr().Is6()
	}
	return &networkInterface{
		comp: Component{ID: string(m.Subnet), Type: model.KindSubnet, Name: sn.comp.Name}, model: i,
		subnet: sn, vpc: sn.vpc, unrestricted: true,
	}
}
