package sim

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// addFirewallPrefixes gives every range that a firewall's rules compare addresses
// with, so that classes of interfaces tell apart what the rules do.
func (e *Engine) addFirewallPrefixes(add func(netip.Prefix)) {
	all := func(ps []netip.Prefix) {
		for _, p := range ps {
			add(p)
		}
	}
	for _, f := range e.firewalls {
		all(f.home(e)) // NFW-12
	}
	for _, m := range e.network.FirewallPolicies {
		all(m.HomeNet)
	}
	for _, m := range e.network.FirewallRuleGroups {
		for i := range m.Stateless {
			all(m.Stateless[i].Sources)
			all(m.Stateless[i].Destinations)
		}
		for _, set := range m.IPSets {
			all(set)
		}
		for i := range m.Rules {
			for _, text := range []string{m.Rules[i].Source, m.Rules[i].Destination} {
				if t, err := model.ParseFirewallAddresses(text); err == nil {
					addTerm(t, add)
				}
			}
		}
	}
}

func addTerm(t model.FirewallAddresses, add func(netip.Prefix)) {
	for _, member := range t.List {
		addTerm(member, add)
	}
	if t.From.IsValid() {
		for _, p := range prefixesOf(t.From, t.To) {
			add(p)
		}
	}
}
