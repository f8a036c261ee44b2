package sim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// endpointService is a compiled endpoint service: somebody's own, offered by
// PrivateLink, with Network Load Balancers behind it (EPS-1).
type endpointService struct {
	comp      Component
	model     *model.VPCEndpointService
	balancers []*loadBalancer
	// absent is a balancer that the input does not give, or does not give the nodes
	// of; nil without one.
	absent *model.Unknown
}

// compileEndpointServices gives the interfaces of interface endpoints the services
// of the network that they lead to.
func (e *Engine) compileEndpointServices() {
	e.endpointServices = map[model.VPCEndpointServiceID]*endpointService{}
	for _, m := range model.Sorted(e.network.VPCEndpointServices) {
		sv := &endpointService{comp: e.component(model.KindVPCEndpointService, string(m.ID), &m.Meta), model: m}
		for _, id := range m.LoadBalancers {
			lb := e.loadBalancers[id]
			if lb == nil || len(lb.nodes) == 0 {
				sv.absent = missing(model.KindLoadBalancer, string(id), &m.Meta)
				continue
			}
			sv.balancers = append(sv.balancers, lb)
		}
		if len(m.LoadBalancers) == 0 {
			sv.absent = &model.Unknown{Subject: string(m.ID), Attribute: "load balancers", Reason: "the input does not give them", Provenance: m.Provenance}
		}
		e.endpointServices[m.ID] = sv
	}
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		if sv := e.serviceOf(m); sv != nil && m.Type == model.InterfaceEndpoint {
			for _, id := range e.endpointNICs[m.ID] {
				i := e.interfaces[id]
				i.relay = &serviceEntrance{sv, m, i}
			}
		}
	}
}

// serviceOf is the service of the network that an endpoint leads to; nil without
// one.
func (e *Engine) serviceOf(m *model.VPCEndpoint) *endpointService {
	if sv := e.endpointServices[m.EndpointService]; sv != nil {
		return sv
	}
	if m.Service == "" {
		return nil
	}
	for _, sv := range model.Sorted(e.network.VPCEndpointServices) {
		if sv.ServiceName == m.Service || string(sv.ID) == m.Service {
			return e.endpointServices[sv.ID]
		}
	}
	return nil
}

// serviceEntrance is an interface of an endpoint: the consumer's side of a service.
type serviceEntrance struct {
	service  *endpointService
	endpoint *model.VPCEndpoint
	i        *networkInterface
}

func (x *serviceEntrance) component() Component { return x.i.comp }

// take hands a connection to a node of the service's balancers: between the two
// there is no route and no network ACL, and their ranges may overlap (PL-10).
func (x *serviceEntrance) take(w *walk, s state) outcome {
	sv := x.service
	if s.crossingBy(x) != nil {
		return w.drop(s, evidence{code: Loop, at: x.i.comp, where: x.endpoint.Provenance, words: loopWords})
	}
	s.relayed, s.refs = true, nil
	w.lose(&s, x.i.comp) // PL-9: no rule of the provider can reference a consumer's group
	x.checkService(w, &s)

	sure, perhaps := x.nodes()
	if len(perhaps) > 0 {
		w.note(&s, gapEvidence(sv.comp, sideless, UnknownValue, x.zoneGap(), s.flows))
	}
	var ways []outcome
	for _, n := range sure {
		ways = append(ways, x.enter(w, s, n))
	}
	switch {
	case sv.absent != nil:
		ways = append(ways, w.lostTrack(s, gapEvidence(sv.comp, sideless, UnknownResource, sv.absent, nil)))
	case len(ways) == 0 && len(perhaps) > 0:
		w.assume("IFEP-13", fmt.Sprintf("%s is in a zone of %s: the input does not tell its zone", x.i.comp.named(), sv.comp.named()))
		var each []func(state) outcome
		for _, n := range perhaps {
			each = append(each, func(s state) outcome { return x.enter(w, s, n) })
		}
		return w.either(s, each...)
	case len(ways) == 0: // IFEP-13, PL-7
		return w.drop(s, evidence{code: VPCEServiceNotInstalledInAZ, at: sv.comp, where: x.endpoint.Provenance, words: x.zoneWords})
	}
	o := atRandom(ways) // EPS-4
	for _, n := range perhaps {
		o = o.join(atRandom(append(slices.Clip(ways), x.enter(w, s, n))), verdicts.eitherUnknown)
	}
	return o
}

// nodes are those that the interface's connections go to, and those that may be in its
// zone, of balancers that have no other there.
func (x *serviceEntrance) nodes() (sure, perhaps []*balancerNode) {
	for _, lb := range x.service.balancers {
		var here, maybeHere []*balancerNode
		for _, n := range lb.nodes {
			switch x.leadsTo(n) {
			case yes:
				here = append(here, n)
			case maybe:
				maybeHere = append(maybeHere, n)
			}
		}
		if sure = append(sure, here...); len(here) == 0 {
			perhaps = append(perhaps, maybeHere...)
		}
	}
	return sure, perhaps
}

// leadsTo reports whether the interface's connections may go to a node: one of its
// zone; from another Region, which has other zones, any (PL-11).
func (x *serviceEntrance) leadsTo(n *balancerNode) match {
	if a, b := x.i.vpc.comp.Region, n.i.vpc.comp.Region; a != "" && b != "" && a != b {
		return yes
	}
	return sameZone(x.i.subnet, n.i.subnet)
}

// inDNS reports whether the endpoint's own name gives the interface's address: that of
// the Region goes to healthy interfaces, those with a node that has targets to use,
// unless none is (IFEP-4, EPS-5).
func (x *serviceEntrance) inDNS() bool {
	if x.serves() {
		return true
	}
	e := x.i.vpc.e
	for _, id := range e.endpointNICs[x.endpoint.ID] {
		if other, ok := e.interfaces[id].relay.(*serviceEntrance); ok && other.serves() {
			return false
		}
	}
	return true
}

// serves reports whether a node that the interface leads to has targets to use, or may
// have.
func (x *serviceEntrance) serves() bool {
	for _, lb := range x.service.balancers {
		for _, n := range lb.nodes {
			if x.leadsTo(n) != no && n.serves() {
				return true
			}
		}
	}
	return x.service.absent != nil
}

func (x *serviceEntrance) absent() Assumption {
	return Assumption{"EPS-5", fmt.Sprintf("the name of %s does not give the address of %s: %s has no usable target in its zone", x.endpoint.ID, x.i.comp.named(), x.service.comp.named())}
}

// enter takes a connection to a node, whose groups see the client (PL-9).
func (x *serviceEntrance) enter(w *walk, s state, n *balancerNode) outcome {
	s.conn = &crossing{before: s.conn, leg: s.leg, translator: x, header: s.hdr, replies: x.reply}
	if f, ok := n.i.addressField(s.hdr.v6); ok {
		s.hdr.dst = f
	}
	if w.record {
		s.hop(hop{at: x.service.comp, action: ActionForward, words: func(_ *Engine, _ Component, _ Header) (string, string) {
			return "PrivateLink hands it to " + n.lb.comp.named(), ""
		}})
	}
	if !n.lb.model.NotOnPrivateLink { // EPS-3
		n.i.filter(w, &s, ingress)
	}
	s.track(n.i, false)
	return connection{n, x.service}.take(w, s)
}

// reply takes the answer of the service back to the client.
func (x *serviceEntrance) reply(w *walk, s state, _ *networkInterface) outcome {
	c := s.crossingBy(x)
	s.hdr = c.header.swap()
	if w.record {
		s.hop(hop{at: x.i.comp, action: ActionTranslate, words: restoreWords})
	}
	return x.i.replyAlong(w, s, c.before)
}

// answer: replies do not come by the interface's address.
func (x *serviceEntrance) answer(*walk, state) (outcome, bool) { return outcome{}, false }

// checkService denies what the service does not take: it is not available, not for
// this Region, or not for this consumer (PL-5, PL-11).
func (x *serviceEntrance) checkService(w *walk, s *state) {
	sv := x.service
	refuse := func(code Code, message, mend string) {
		w.deny(s, evidence{code: code, at: sv.comp, flows: s.flows, where: sv.model.Provenance, words: say(message, mend)})
	}
	if !sv.model.Available {
		refuse(BadState, fmt.Sprintf("endpoint service %s is %s", sv.comp.named(), strings.ToLower(sv.model.State)), "use a service that is available")
	}
	here, there := x.i.vpc.comp.Region, sv.comp.Region
	if here != "" && there != "" && here != there && !slices.Contains(sv.model.SupportedRegions, here) {
		refuse(EndpointNotAvailable, fmt.Sprintf("endpoint service %s of %s is not offered in %s", sv.comp.named(), there, here), "add the Region to those that the service supports")
	}
	switch consumer, provider := x.endpoint.Account, sv.comp.Account; {
	case consumer == provider: // needs no permission
	case sv.model.PrincipalsUnknown != nil || consumer == "" || provider == "":
		w.assume("PL-5", fmt.Sprintf("whether %s may use %s is not given: it is taken to be permitted", x.endpoint.ID, sv.comp.named()))
	case !sv.permits(consumer):
		refuse(EndpointNotAvailable, fmt.Sprintf("endpoint service %s does not permit account %s, so %s cannot be accepted", sv.comp.named(), x.endpoint.Account, x.endpoint.ID),
			"add the consumer to the principals that the service allows")
	}
}

// permits reports whether the service allows some principal of an account.
func (sv *endpointService) permits(account model.AccountID) bool {
	return slices.ContainsFunc(sv.model.Principals, func(p string) bool {
		return p == "*" || p == string(account) || model.AccountID(model.ParseARN(p).Account) == account
	})
}

func (x *serviceEntrance) zoneGap() *model.Unknown {
	return &model.Unknown{Subject: x.i.comp.ID, Attribute: "Availability Zone", Provenance: x.i.model.Provenance,
		Reason: fmt.Sprintf("the input does not tell whether it is one of %s", x.service.comp.named())}
}

func (x *serviceEntrance) zoneWords(_ *Engine, c Component, _ Header) (string, string) {
	zone := x.i.subnet.model.AvailabilityZone
	if zone == "" {
		zone = x.i.subnet.model.Zone()
	}
	return fmt.Sprintf("endpoint service %s has no load balancer node in %s, where %s is", c.named(), zone, x.i.comp.named()),
		"enable the zone on the service's load balancer, or put the endpoint into one that it has"
}
