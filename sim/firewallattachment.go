package sim

import "github.com/vpcwalk/vpcwalk/model"

// firewallBeyond is a firewall that a transit gateway hands packets to, by a network
// function attachment. What it passes comes back into the gateway by the same
// attachment, and goes on by the table of that (TGW-37, NFW-17). It implements far.
type firewallBeyond struct{ firewall *networkFirewall }

func (b *firewallBeyond) carry(w *walk, s state, by *attachment) outcome {
	if b.firewall.model.Proxy {
		return w.lostTrack(s, b.firewall.proxyEvidence(b.firewall.comp))
	}
	b.firewall.inspect(w, &s)
	s.from = nil
	return by.enter(w, s)
}

// attachFirewall says which firewall is beyond a network function attachment.
func (a *attachment) attachFirewall(e *Engine) {
	for _, m := range model.Sorted(e.network.Firewalls) {
		if string(m.ID) == a.resource || m.ARN != "" && m.ARN == a.resource {
			a.beyond = &firewallBeyond{e.firewalls[m.ID]}
		}
	}
}
