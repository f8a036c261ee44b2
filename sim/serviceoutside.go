package sim

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// outsideServiceJobs are serviceJobs for what comes in by private connections: users of
// a Client VPN endpoint and networks on premises. What a name resolves to is up to
// their own resolver, which is none of a VPC's (T-DNS-2): it is taken to have the
// public addresses, which serve IPv6 alone where the source has nothing else.
func (e *Engine) outsideServiceJobs(q *model.Question, from, to *model.Selection) ([]job, error) {
	if !e.privatelyConnected(from) {
		return nil, &QuestionError{fmt.Sprintf("%s is asked for from inside a VPC, by users of a Client VPN endpoint or from a network on premises; %s is none of them", q.To, q.From)}
	}
	var jobs []job
	for _, v6 := range []bool{false, true} {
		if v6 && (q.Family == model.IPv4 || q.Family == model.AnyFamily && len(jobs) > 0) || !v6 && q.Family == model.IPv6 || !familyCarries(q.Protocol, v6) {
			continue
		}
		public := ipv4Names
		if v6 {
			public = ipv6Names
		}
		sources := e.ends(from, model.Source, v6, resolution{inside: true})
		for i := range sources {
			x := &sources[i]
			if !x.open && x.addrs.Overlaps(publicSpace) {
				return nil, &QuestionError{fmt.Sprintf("%s has public addresses, from which %s is reached over the internet: no design of a VPC decides that", q.From, q.To)}
			}
			for part, sv := range to.Services {
				if x.origin == nil {
					return nil, &QuestionError{fmt.Sprintf("nothing tells how %s reaches AWS", q.From)}
				}
				sv = sv.In(e.regionAskedFrom(x.origin))
				if !sv.IsAWS() {
					return nil, &QuestionError{fmt.Sprintf("%s has no public address: ask for a VPC endpoint for it by its name", q.To)}
				}
				r := resolved{notes: e.endpointsBeside(sv)}
				r.assumed = []Assumption{{"T-DNS-2", fmt.Sprintf("the resolver that %s asks has public addresses for %s: it is not a VPC's, whose private names are asked for as the VPC endpoints that they lead to", x.label, sv.Host())}}
				r.toPublic(e, sv, public, nil)
				jobs = append(jobs, e.resolvedJobs(q, x, &r, sv, v6, part, i, len(to.Services) > 1)...)
			}
		}
	}
	if len(jobs) == 0 {
		return nil, noCommonVersion(q)
	}
	return jobs, nil
}

// regionAskedFrom is the Region in which what starts outside the VPCs asks for services: that
// of a Client VPN endpoint or its VPC, and any for a network on premises.
func (e *Engine) regionAskedFrom(o origin) model.Region {
	c, ok := o.(*clients)
	if !ok {
		return ""
	}
	r := c.endpoint.comp.Region
	if v := e.vpcs[c.endpoint.model.VPC]; v != nil && r == "" {
		r = v.comp.Region
	}
	return r
}

// endpointsBeside tells of the interface endpoints for a service that can be asked for
// from outside their VPCs by their own names (PL-2, IFEP-6).
func (e *Engine) endpointsBeside(sv model.Service) []string {
	var out []string
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		if m.Type == model.InterfaceEndpoint && model.ParseService(m.Service).In(m.Region).Same(sv) {
			out = append(out, fmt.Sprintf("%s serves %s too: ask for it by its name, where its private name is forwarded to an inbound Resolver endpoint or its own name is used", m.ID, sv.Name))
		}
	}
	return out
}

// partOf reports whether a field that shows an address which is not known may lie in
// a range and may lie elsewhere.
func (f addrField) partOf(addrs packet.Addrs) bool {
	return f.kind == ofService && someOf(f.service.space, addrs) == maybe
}

// partly is what is not known where some of a service's addresses may be in a range
// that a Client VPN endpoint has a rule or a route for.
func (v *clientVPNEndpoint) partly(s *state, ranges []packet.Addrs) *model.Unknown {
	if !slices.ContainsFunc(ranges, s.hdr.dst.partOf) {
		return nil
	}
	return &model.Unknown{Subject: s.hdr.dst.service.service.Host(), Attribute: "public addresses", Provenance: v.model.Provenance,
		Reason: "the input does not tell them, and " + v.comp.named() + " has routes or rules for some of the public addresses only"}
}
