package model

import "strings"

// firewallDefaults: one drop among a strict policy's default actions at most
// (NFW-8).
func (v *validator) firewallDefaults() {
	for _, p := range Sorted(v.FirewallPolicies) {
		var drops []string
		for _, name := range p.StatefulDefaults {
			if strings.HasPrefix(name, "aws:drop") {
				drops = append(drops, name)
			}
		}
		if len(drops) > 1 {
			v.refuse(string(p.ID), p.Provenance, "Keep one of them.", "firewall policy %s has both %s and %s as default actions", p.ID, drops[0], drops[1])
		}
	}
}
