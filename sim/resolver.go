package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// resolved is what a service's name resolves to from inside a VPC.
type resolved struct {
	// ends are the addresses, each for one of which a client decides at random.
	ends []end
	// refused says why there are none; nil while there are.
	refused *evidence
	words   words
	assumed []Assumption
	notes   []string
}

// compileEndpoints files the interface endpoints, and the interfaces of endpoints of
// every type, which either of the two may name.
func (e *Engine) compileEndpoints() {
	e.served = map[model.VPCID][]*model.VPCEndpoint{}
	e.endpointNICs = map[model.VPCEndpointID][]model.InterfaceID{}
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		if m.Type == model.InterfaceEndpoint {
			e.served[m.VPC] = append(e.served[m.VPC], m)
		}
		for _, id := range m.Interfaces {
			if e.network.Interfaces[id] != nil {
				e.endpointNICs[m.ID] = append(e.endpointNICs[m.ID], id)
			}
		}
	}
	for _, i := range model.Sorted(e.network.Interfaces) {
		id := model.VPCEndpointID(i.Owner.ID)
		if i.Owner.Kind == model.KindVPCEndpoint && !slices.Contains(e.endpointNICs[id], i.ID) {
			e.endpointNICs[id] = append(e.endpointNICs[id], i.ID)
		}
	}
}

// publicNames are the public addresses of a service that a source asks for.
type publicNames uint8

const (
	noNames    publicNames = iota
	ipv4Names              // those of its plain name
	ipv6Names              // those of its dual-stack name
	dns64Names             // those of its plain name, as DNS64 gives them (SUB-12, NAT-23)
)

// resolve asks the VPC's resolver for the name of a service in a Region: the
// interfaces of an endpoint with private DNS (IFEP-5), else the public addresses
// that are asked for.
func (v *vpc) resolve(sv model.Service, v6 bool, public publicNames) resolved {
	var r resolved
	if v.model.Missing[model.KindVPCEndpoint] != nil {
		r.assumed = append(r.assumed, Assumption{"IFEP-5", v.comp.named() + " has no other VPC endpoints than those that the input gives"})
	}
	if v.model.DNSAssumed {
		r.assumed = append(r.assumed, Assumption{"VPC-12", "the DNS attributes of " + v.comp.named() + " are not given: AWS's defaults are taken"})
	}
	if !v.model.EnableDNSSupport { // DNS-1, LL-3
		r.refused = &evidence{code: DNSUnresolved, at: v.comp, where: v.model.Provenance,
			words: say(sv.Host()+" does not resolve: DNS support is off in the VPC", "set enableDnsSupport to true")}
		return r
	}
	endpoints, why := v.endpointsFor(sv, &r)
	switch {
	case len(endpoints) == 0 && len(r.ends) > 0: // an endpoint that may serve the name
	case len(endpoints) > 0:
		r.ends = nil
		r.toEndpoints(v, sv, endpoints, v6)
	case sv.IsAWS():
		r.notes = why
		if public != noNames {
			r.toPublic(v.e, sv, public, why)
		}
	default:
		r.refused = &evidence{code: DNSUnresolved, at: v.comp, where: v.model.Provenance,
			words: say(fmt.Sprintf("%s has no VPC endpoint for %s, which has no public address", v.comp.named(), sv), "create an interface endpoint for the service in the VPC")}
	}
	return r
}

// endpointsFor are the interface endpoints that the service's name leads to in
// the VPC, and why others do not serve it. Those of which that is open are ends
// that are not known.
func (v *vpc) endpointsFor(sv model.Service, r *resolved) (endpoints []*model.VPCEndpoint, why []string) {
	for _, m := range v.e.served[v.model.ID] {
		any := m.Service == "" && m.EndpointService == "" && m.PrivateDNSUnknown != nil && sv.IsAWS()
		if !any && !model.ParseService(m.Service).In(m.Region).Same(sv) {
			continue
		}
		switch {
		case !sv.IsAWS():
			// IFEP-6: the endpoint's own name resolves everywhere, whatever its state.
		case m.PrivateDNSUnknown != nil:
			ev := gapEvidence(v.e.component(model.KindVPCEndpoint, string(m.ID), &m.Meta), sideless, UnknownValue, m.PrivateDNSUnknown, nil)
			r.ends = append(r.ends, end{label: string(m.ID), gap: &ev})
			continue
		case !m.PrivateDNSEnabled:
			why = append(why, fmt.Sprintf("%s does not serve the name: its private DNS is off", m.ID))
			continue
		case !m.Available: // IFEP-11
			why = append(why, fmt.Sprintf("%s does not serve the name: it is %s", m.ID, strings.ToLower(m.State)))
			continue
		case sv.Name == "s3" && m.PrivateDNSOnlyForInboundResolver: // IFEP-7
			why = append(why, fmt.Sprintf("%s serves the name for inbound Resolver endpoints only", m.ID))
			continue
		case v.model.EnableDNSHostnames: // DNS-2
		case v.model.DNSAssumed:
			r.assumed = append(r.assumed, Assumption{"DNS-2",
				fmt.Sprintf("private DNS of %s works: AWS switches it on only where the VPC has both DNS attributes", m.ID)})
		default:
			why = append(why, fmt.Sprintf("%s does not serve the name: enableDnsHostnames is off in %s, which private DNS needs", m.ID, v.comp.named()))
			continue
		}
		endpoints = append(endpoints, m)
	}
	return endpoints, why
}

// toEndpoints answers with the interfaces of endpoints (IFEP-4).
func (r *resolved) toEndpoints(v *vpc, sv model.Service, endpoints []*model.VPCEndpoint, v6 bool) {
	var names []string
	for _, m := range endpoints {
		names = append(names, string(m.ID))
		ids := v.e.endpointNICs[m.ID]
		if len(ids) == 0 && !v6 {
			ev := gapEvidence(v.e.component(model.KindVPCEndpoint, string(m.ID), &m.Meta), sideless, UnknownResource,
				&model.Unknown{Subject: string(m.ID), Attribute: "network interfaces", Reason: "the input does not give them", Provenance: m.Provenance}, nil)
			r.ends = append(r.ends, end{label: string(m.ID), gap: &ev})
		}
		for _, id := range ids {
			sel := model.Selection{Text: string(m.ID), Ends: []model.End{{Interface: id, Addresses: addressesOf(v.e.interfaces[id].model)}}}
			for _, x := range v.e.interfaceEnds(&sel, &sel.Ends[0], v6, resolution{inside: true}) {
				if len(ids) > 1 {
					x.label = string(m.ID) + " " + string(id)
				}
				r.ends = append(r.ends, x)
			}
		}
	}
	r.words = func(_ *Engine, _ Component, h Header) (string, string) {
		how := "private DNS of "
		if !sv.IsAWS() {
			how = "the name of "
		}
		return fmt.Sprintf("%s resolves to %s (%s%s)", sv.Host(), h.DestinationIP, how, strings.Join(names, ", ")), ""
	}
}

// toPublic answers with the service's public addresses: those of its prefix list
// where the input tells them, else some that are not known.
func (r *resolved) toPublic(e *Engine, sv model.Service, asked publicNames, why []string) {
	v6 := asked == ipv6Names || asked == dns64Names
	x := e.unknownEnd(sv, v6)
	if l := e.serviceList(sv, v6); l != nil && l.unknown == nil && !l.addrs.IsEmpty() {
		x.addrs, x.field.kind = l.addrs, flowDst
	}
	if asked == dns64Names { // NAT-23
		of := e.serviceSpace[0]
		if l := e.serviceList(sv, false); l != nil && l.unknown == nil && !l.addrs.IsEmpty() {
			of = l.addrs
		}
		x.addrs, x.special = embed(of), false
		r.assumed = append(r.assumed, Assumption{"NAT-23", sv.Host() + " has no IPv6 address, so the subnet's DNS64 answers with those of 64:ff9b::/96"})
	}
	r.ends = []end{x}
	if asked == ipv6Names {
		r.assumed = append(r.assumed, Assumption{"GWEP-12", "the service is asked for by its dual-stack name, which has IPv6 addresses"})
	}
	text := sv.Host() + " resolves to public addresses"
	if len(why) > 0 {
		text += " (" + strings.Join(why, "; ") + ")"
	}
	r.words = say(text, "")
}

// unknownEnd is a public address of a service that is not known.
func (e *Engine) unknownEnd(sv model.Service, v6 bool) end {
	return end{label: sv.Host(), addrs: packet.AllAddrs, special: true, field: addrField{kind: ofService, service: e.newServiceAddress(sv, v6)}}
}

func addressesOf(m *model.Interface) (out []netip.Addr) {
	for _, a := range m.Addresses {
		if a.IP.IsValid() {
			out = append(out, a.IP)
		}
	}
	return out
}

// serviceJobs makes the parts of a question about services: for each source, each
// of the services, and each address that its name may resolve to there.
func (e *Engine) serviceJobs(q *model.Question, from, to *model.Selection) ([]job, error) {
	switch {
	case from.Kind == model.SelectService: // GWEP-11, IFEP-10
		return nil, &QuestionError{fmt.Sprintf("%s answers: no service starts connections into a VPC through its endpoints", q.From)}
	case from.Kind != model.SelectInterfaces:
		return e.outsideServiceJobs(q, from, to)
	}
	var jobs []job
	whole := map[*networkInterface]int{}
	for _, v6 := range []bool{false, true} {
		if v6 && q.Family == model.IPv4 || !v6 && q.Family == model.IPv6 || !familyCarries(q.Protocol, v6) {
			continue
		}
		sources := e.ends(from, model.Source, v6, resolution{inside: true})
		for i := range sources {
			x := &sources[i]
			if _, ok := whole[x.iface]; !ok {
				whole[x.iface] = len(whole)
			}
			// A service's plain name has public IPv4 addresses; its dual-stack name
			// is for who asks for IPv6, or has nothing else.
			v4, _ := x.iface.addresses(false)
			public := noNames
			switch {
			case !v6:
				public = ipv4Names
			case v4.IsEmpty() && x.iface.subnet.model.EnableDNS64:
				public = dns64Names
			case q.Family == model.IPv6 || v4.IsEmpty():
				public = ipv6Names
			}
			for part, sv := range to.Services {
				sv = sv.In(x.iface.vpc.comp.Region)
				r := x.iface.vpc.resolve(sv, v6, public)
				jobs = append(jobs, e.resolvedJobs(q, x, &r, sv, v6, part, whole[x.iface], len(to.Services) > 1)...)
			}
		}
	}
	if len(jobs) == 0 {
		return e.versionless(q, from, to)
	}
	return jobs, nil
}

// resolvedJobs are the parts that one source and one service make.
func (e *Engine) resolvedJobs(q *model.Question, from *end, r *resolved, sv model.Service, v6 bool, part, whole int, several bool) []job {
	ends := r.ends
	if r.refused != nil {
		ends = []end{e.unknownEnd(sv, v6)}
	}
	var out []job
	for i := range ends {
		x := ends[i]
		x.assumed = append(x.assumed[:len(x.assumed):len(x.assumed)], r.assumed...)
		j := e.job(q, from, &x, v6)
		j.whole, j.part, j.refused, j.notes = whole, part, r.refused, r.notes
		j.to, j.service = q.To, &sv
		if several {
			j.to = "service:" + sv.Name
		}
		if r.words != nil {
			var at Component
			if from.iface != nil {
				at = from.iface.vpc.comp
			} else {
				at = from.origin.component()
			}
			j.resolution = &hop{at: at, action: ActionResolve, words: r.words}
		}
		out = append(out, j)
	}
	return out
}
