package firewall

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// variables are what $ and @ names of a rule group's rules stand for (NFW-12): the
// group's own sets first, then HOME_NET of the policy or the firewall's VPC, and
// EXTERNAL_NET, all that is not HOME_NET.
type variables struct {
	addresses map[string][]netip.Prefix
	ports     map[string][]model.PortRange
	home      []netip.Prefix
}

const homeNet, externalNet = "HOME_NET", "EXTERNAL_NET"

func (v *variables) addressSet(name string) (packet.Addrs, bool) {
	own := v.addresses[name]
	switch {
	case len(own) > 0:
		return packet.Prefixes(own), true
	case name == homeNet && len(v.home) > 0:
		return packet.Prefixes(v.home), true
	case name == externalNet:
		home, known := v.addressSet(homeNet)
		return packet.AllAddrs.Sub(home), known
	}
	return nil, false
}

func (v *variables) portSet(name string) (packet.Ports, bool) {
	own := v.ports[name]
	return portRanges(own), len(own) > 0
}

// addrs and portsOf give the set that a word of a rule means; where it cannot be
// told, doubt says why and the set is everything.
func (v *variables) addrs(word string) (set packet.Addrs, doubt string) {
	t, err := model.ParseFirewallAddresses(word)
	if err != nil {
		return packet.AllAddrs, err.Error()
	}
	return setOf(t, packet.AllAddrs, func(a netip.Addr) netip.Addr { return a }, v.addressSet)
}

func (v *variables) portsOf(word string) (set packet.Ports, doubt string) {
	t, err := model.ParseFirewallPorts(word)
	if err != nil {
		return packet.AllPorts, err.Error()
	}
	return setOf(t, packet.AllPorts, func(p uint16) packet.Port { return packet.Port(p) }, v.portSet)
}

func setOf[T netip.Addr | uint16, P packet.Point[P]](
	t model.FirewallTerm[T], all packet.Intervals[P], point func(T) P, variable func(string) (packet.Intervals[P], bool),
) (set packet.Intervals[P], doubt string) {
	switch {
	case t.Any:
		set = all
	case t.Variable != "":
		var known bool
		if set, known = variable(t.Variable[1:]); !known {
			return all, "variable " + t.Variable + " is not known"
		}
	case t.List != nil:
		var in, out packet.Intervals[P]
		positive := false
		for _, member := range t.List {
			not := member.Not
			member.Not = false
			m, doubt := setOf(member, all, point, variable)
			if doubt != "" {
				return all, doubt
			}
			if not {
				out = out.Or(m)
			} else {
				in, positive = in.Or(m), true
			}
		}
		if !positive {
			in = all
		}
		set = in.Sub(out)
	default:
		set = packet.Intervals[P]{{Lo: point(t.From), Hi: point(t.To)}}
	}
	if t.Not {
		set = all.Sub(set)
	}
	return set, ""
}
