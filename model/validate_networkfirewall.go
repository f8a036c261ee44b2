package model

import "strings"

// firewallDefaults: a strict policy's default actions are those of its engine, and
// one drop among them at most (NFW-8).
func (v *validator) firewallDefaults() {
	for _, p := range Sorted(v.FirewallPolicies) {
		var drops []string
		for _, name := range p.StatefulDefaults {
			if strings.HasPrefix(name, "aws:drop") {
				drops = append(drops, name)
			}
			if stateless := name == "aws:pass" || name == "aws:drop" || name == "aws:forward_to_sfe"; stateless || !strings.HasPrefix(name, "aws:") {
				v.refuse(string(p.ID), p.Provenance, "Use aws:drop_strict, aws:drop_established, aws:alert_strict or aws:alert_established.",
					"firewall policy %s has the stateful default action %s, which there is not", p.ID, name)
			}
		}
		if len(drops) > 1 {
			v.refuse(string(p.ID), p.Provenance, "Keep one of them.", "firewall policy %s has both %s and %s as default actions", p.ID, drops[0], drops[1])
		}
	}
}
