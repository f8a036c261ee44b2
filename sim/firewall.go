package sim

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/firewall"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// networkFirewall is a compiled Network Firewall. It sees packets at its endpoints,
// or where a transit gateway hands them to it (NFW-1, NFW-17).
type networkFirewall struct {
	comp   Component
	model  *model.Firewall
	policy *firewall.Policy
	// anyHost are the stateful rules while the name that the client sends is not told.
	anyHost *firewall.Stateful
	where   model.Provenance // of the policy
}

func (f *networkFirewall) component() Component { return f.comp }

// repliesMayMiss is NFW-15.
func (f *networkFirewall) repliesMayMiss() bool { return false }

// label is the firewall as people know it.
func (f *networkFirewall) label() string {
	if f.comp.Name != "" {
		return f.comp.Name
	}
	return f.comp.ID
}

// compileFirewalls makes the firewalls and the nodes of their endpoints.
func (e *Engine) compileFirewalls() {
	e.firewalls, e.inspectors = map[model.FirewallID]*networkFirewall{}, map[model.VPCEndpointID]node{}
	for _, m := range model.Sorted(e.network.Firewalls) {
		f := &networkFirewall{comp: e.component(model.KindFirewall, string(m.ID), &m.Meta), model: m, where: m.Provenance}
		policy := e.network.FirewallPolicies[m.Policy]
		if policy != nil {
			f.where = policy.Provenance
		}
		f.policy = firewall.Compile(policy, e.network.FirewallRuleGroups, f.home(e))
		f.anyHost = f.policy.Stateful("")
		e.firewalls[m.ID] = f
		for i := range m.Endpoints {
			x := &m.Endpoints[i]
			// People know the endpoint by its firewall.
			comp := Component{ID: string(x.ID), Type: model.KindVPCEndpoint, Name: f.label(), Account: m.Account, Region: m.Region}
			e.inspectors[x.ID] = &firewallEndpoint{comp: comp, model: x, firewall: f, subnet: e.subnets[x.Subnet]}
		}
	}
}

// requestFates is what the stateless rules of a firewall did with requests: they
// passed them, or left them to the stateful rules. What cannot be told is in
// neither.
type requestFates struct{ passed, forwarded packet.Set }

// inspect takes a packet through the rules of a firewall that a transit gateway
// hands it to, and notes what they deny and what cannot be told. The caller sends
// it on.
func (f *networkFirewall) inspect(w *walk, s *state) {
	w.lose(s, f.comp) // SG-20
	f.examine(w, s, f)
}

// examine asks the rules about a packet at one of the firewall's places: the
// stateless ones about every packet in its own direction, and about what these hand
// on the stateful ones, once for each connection (NFW-4). Replies to what passed
// them pass (NFW-10).
func (f *networkFirewall) examine(w *walk, s *state, by inspector) {
	c := w.meet(s, by)
	if c == nil {
		return
	}
	stateless := f.policy.Stateless(s.flows, s.hdr.narrow)
	passed, forwarded := stateless.Of(firewall.Pass), stateless.Of(firewall.Forward)
	v := firewallVerdict{f: f, at: by.component()}
	v.add(stateless)
	if s.leg == model.Forward {
		c.fates = requestFates{passed, forwarded}
		v.add(f.rules(w).Decide(forwarded, s.hdr.narrow))
		v.note(w, s)
		return
	}
	v.tracked = c.fates.forwarded.And(forwarded)
	v.halfFlows(w, s, c.fates, passed, forwarded)
	v.note(w, s)
}

// halfFlows decides connections of which the stateful rules see one direction only,
// since a stateless rule passes the other (NFW-6, ASYM-7).
func (v *firewallVerdict) halfFlows(w *walk, s *state, request requestFates, passed, forwarded packet.Set) {
	unasked, unanswered := request.passed.And(forwarded), request.forwarded.And(passed)
	if v.f.policy.DropsMidStream() {
		v.halves = unasked.Or(unanswered)
		return
	}
	// The rules are applied without knowing who opened the connection: where that
	// matters the outcome is open. Requests met them already.
	rules, turned := v.f.rules(w), s.hdr.swap()
	as, against := rules.Decide(unasked, s.hdr.narrow), rules.Decide(unasked, turned.narrow)
	v.halves = as.Of(firewall.Drop, firewall.Reject).And(against.Of(firewall.Drop, firewall.Reject))
	v.openHalves = unasked.Sub(v.halves).Sub(as.Of(firewall.Pass).And(against.Of(firewall.Pass)))
}

// rules are the stateful rules for the name that the client sends.
func (f *networkFirewall) rules(w *walk) *firewall.Stateful {
	if w.host == "" {
		return f.anyHost
	}
	if w.firewallRules == nil {
		w.firewallRules = map[*networkFirewall]*firewall.Stateful{}
	}
	if w.firewallRules[f] == nil {
		w.firewallRules[f] = f.policy.Stateful(w.host)
	}
	return w.firewallRules[f]
}

// narrow answers for the header as it stands here; see firewall.Narrow.
func (h *header) narrow(m *firewall.Match, b *packet.Box) (some, sure bool) {
	ps := m.Protocols
	if h.nat64 {
		ps = swapICMP(ps)
	}
	b.Protocols = b.Protocols.And(ps)
	if b.Protocols.IsEmpty() {
		return false, false
	}
	fits := h.src.in(b, m.Src).and(h.dst.in(b, m.Dst))
	// Ports are read of protocols that have them only: with those of ICMP the
	// type stands there.
	if !m.Sport.Equal(packet.AllPorts) {
		fits = fits.and(h.sport.in(b, m.Sport))
	}
	if !m.Dport.Equal(packet.AllPorts) {
		fits = fits.and(h.dport.in(b, m.Dport))
	}
	return fits != no, fits == yes
}

// home are the blocks that HOME_NET has unless the policy says otherwise: those of
// the firewall's VPC (NFW-12).
func (f *networkFirewall) home(e *Engine) []netip.Prefix {
	if m := e.network.VPCs[f.model.VPC]; m != nil {
		return m.CIDRs
	}
	return nil
}

// proxyEvidence is NFW-18.
func (f *networkFirewall) proxyEvidence(at Component) evidence {
	return evidence{code: NotModelled, at: at, isGap: true, where: f.model.Provenance,
		words: say(fmt.Sprintf("%s is a proxy, which makes connections of its own: that is not modelled", f.label()), "ask about each side of it separately")}
}
