package sim

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// firewallEndpoint is a compiled endpoint of a Network Firewall: a route target in
// a firewall subnet (NFW-1). What passes the firewall's rules goes on by the table
// of that subnet.
type firewallEndpoint struct {
	comp     Component
	model    *model.FirewallEndpoint
	firewall *networkFirewall
	subnet   *subnet // nil where the input does not tell
}

func (p *firewallEndpoint) component() Component { return p.comp }

// repliesMayMiss is NFW-15: both directions must come through the same endpoint.
func (p *firewallEndpoint) repliesMayMiss() bool { return false }

// receive takes a packet that a route sends to the endpoint. Its subnet's network
// ACL sees it also where it comes out of that subnet itself, as at any endpoint
// that is a route target (GWLBE-4). Traffic to and from that subnet is not
// filtered (NFW-2).
func (p *firewallEndpoint) receive(w *walk, s state) outcome {
	if p.subnet == nil {
		u := missing(model.KindSubnet, string(p.model.Subnet), &p.firewall.model.Meta)
		return w.lostTrack(s, gapEvidence(p.comp, sideless, UnknownResource, u, nil))
	}
	p.subnet.acl(w, &s, ingress)
	if !p.model.Ready {
		return w.drop(s, evidence{code: EndpointNotAvailable, at: p.comp, where: p.model.Provenance, words: p.stateWords})
	}
	if p.firewall.model.Proxy {
		return w.lostTrack(s, p.firewall.proxyEvidence(p.comp))
	}
	w.lose(&s, p.comp) // SG-20
	s.via = nil
	own, rest := p.splitOwn(s)
	var o outcome
	if !own.IsEmpty() {
		x := s
		x.flows = own
		x.pass(p)
		if w.record {
			x.hop(hop{at: p.comp, action: ActionForward, words: say("passes unfiltered: an endpoint does not filter what its own subnet sends and gets", "")})
		}
		o = p.subnet.send(w, x)
	}
	if s.flows = rest; s.flows.IsEmpty() {
		return o
	}
	p.firewall.examine(w, &s, p)
	return o.or(p.subnet.send(w, s))
}

// splitOwn parts the flows by whether they start or end in the endpoint's subnet.
func (p *firewallEndpoint) splitOwn(s state) (own, rest packet.Set) {
	from, other := s.split(s.hdr.src, p.subnet.cidrs)
	to, other := other.split(other.hdr.dst, p.subnet.cidrs)
	return join(from.flows, to.flows), other.flows
}

func (p *firewallEndpoint) stateWords(_ *Engine, c Component, _ Header) (string, string) {
	state := strings.ToLower(p.model.State)
	if state == "" {
		state = "not ready"
	}
	return fmt.Sprintf("firewall endpoint %s is %s", c.named(), state), "wait until the firewall has it ready, or route to one that is"
}

// inspectorTarget gives the node of an endpoint that inspects, for a route of a
// VPC; it must be in that VPC (T-GWLB-1).
func (e *Engine) inspectorTarget(v *vpc, t model.Target) (n node, dead words, ok bool) {
	n, ok = e.inspectors[model.VPCEndpointID(t.ID)]
	if !ok {
		return nil, nil, false
	}
	var in *subnet
	switch x := n.(type) {
	case *firewallEndpoint:
		in = x.subnet
	case *gatewayLoadBalancerEndpoint:
		in = x.subnet
	}
	if in != nil && in.vpc != v {
		return nil, goneWords(t, v), true
	}
	return n, nil, true
}
