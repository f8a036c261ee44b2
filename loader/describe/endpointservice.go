package describe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readEndpointService reads an element of ServiceConfigurations (EPS-1).
func readEndpointService(r *reader) {
	m := r.begin()
	var s model.VPCEndpointService
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ServiceId":
			s.ID = model.VPCEndpointServiceID(r.str())
		case "ServiceName":
			s.ServiceName = r.str()
		case "ServiceState":
			s.State = r.str()
		case "AcceptanceRequired":
			s.AcceptanceRequired = r.boolean()
		case "NetworkLoadBalancerArns", "GatewayLoadBalancerArns":
			for _, arn := range strs[string](r) {
				s.LoadBalancers = append(s.LoadBalancers, balancerID(arn))
				m.Account = model.ParseARN(arn).Account // a service's balancers are its account's
			}
		case "PrivateDnsName":
			s.PrivateDNSName = r.str()
		case "SupportedRegions":
			s.SupportedRegions = pick[model.Region](r, "Region")
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(s.ID))
	if !ok {
		return
	}
	s.Meta = meta
	if parts := strings.Split(s.ServiceName, "."); s.Region == "" && len(parts) > 2 && isRegion(parts[len(parts)-2]) {
		s.Region = model.Region(parts[len(parts)-2]) // com.amazonaws.vpce.REGION.vpce-svc-…
	}
	s.Available = s.State == "" || strings.EqualFold(s.State, "available") // PL-5
	resource(r, func(n *model.Network) map[model.VPCEndpointServiceID]*model.VPCEndpointService {
		return n.VPCEndpointServices
	}, s.ID, &s, &s.Meta)
}

// readAllowedPrincipals reads AllowedPrincipals, which name their service in newer
// dumps only.
func readAllowedPrincipals(r *reader) {
	at := r.here()
	byService := map[string][]string{}
	for ok := r.array(); ok && r.element(); {
		var service, principal string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "ServiceId":
				service = r.str()
			case "Principal":
				principal = r.str()
			default:
				r.skip()
			}
		}
		byService[service] = append(byService[service], principal)
	}
	add := func(service string, principals []string) {
		r.fact(func(b *builder, p *part) {
			b.principals[model.VPCEndpointServiceID(service)] = append(b.principals[model.VPCEndpointServiceID(service)], principals...)
		})
	}
	unnamed := byService[""]
	for service, principals := range byService {
		if service != "" {
			add(service, principals)
		}
	}
	if len(byService) > 0 && unnamed == nil {
		return
	}
	r.answers(answer{what: "principals of an endpoint service", calls: "describe-vpc-endpoint-service-permissions", prefix: "vpce-svc-", at: at, empty: len(unnamed) == 0,
		use: func(service string) { add(service, unnamed) }})
}

// endpointConnection is a connection as the service's side sees it.
type endpointConnection struct {
	service model.VPCEndpointServiceID
	state   string
	place   model.Provenance
}

// readEndpointConnection reads an element of VpcEndpointConnections: which service
// an endpoint leads to, and whether it was accepted.
func readEndpointConnection(r *reader) {
	c := endpointConnection{place: r.here()}
	var endpoint string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ServiceId":
			c.service = model.VPCEndpointServiceID(r.str())
		case "VpcEndpointId":
			endpoint = r.str()
		case "VpcEndpointState":
			c.state = r.str()
		default:
			r.skip()
		}
	}
	if r.err == nil && c.service != "" && endpoint != "" {
		r.fact(func(b *builder, p *part) { b.connections[model.VPCEndpointID(endpoint)] = c })
	}
}

// linkEndpointServices gives services their principals and endpoints the service
// that they lead to.
func (b *builder) linkEndpointServices() {
	byName := map[string]model.VPCEndpointServiceID{}
	for _, s := range model.Sorted(b.network.VPCEndpointServices) {
		if s.ServiceName != "" {
			byName[s.ServiceName] = s.ID
		}
		principals, told := b.principals[s.ID]
		slices.Sort(principals)
		s.Principals = slices.Compact(principals)
		if !told {
			s.PrincipalsUnknown = &model.Unknown{Subject: string(s.ID), Attribute: "AllowedPrincipals", Provenance: s.Provenance,
				Reason: "the snapshot does not have them; run aws ec2 describe-vpc-endpoint-service-permissions --service-id " + string(s.ID)}
		}
	}
	for _, e := range model.Sorted(b.network.VPCEndpoints) {
		if c := b.connections[e.ID]; c.service != "" {
			e.EndpointService = c.service
			b.agreeOnState(e, c)
		} else if e.Service != "" {
			e.EndpointService = byName[e.Service]
		}
	}
}

// agreeOnState compares what both sides say of a connection. Only one that both call
// available carries traffic (IFEP-11).
func (b *builder) agreeOnState(e *model.VPCEndpoint, c endpointConnection) {
	if !e.Available || c.state == "" || strings.EqualFold(c.state, "available") {
		return
	}
	b.report(model.Diagnostic{Severity: model.Warning, Rule: "IFEP-11", Resource: string(e.ID), Provenance: c.place,
		Summary: fmt.Sprintf("VPC endpoint %s is %s, and %s has its connection as %s, which counts", e.ID, e.State, c.service, clip(c.state)),
		Detail:  "The calls were made at different times; run both again, one soon after the other."})
	e.Available, e.State = false, c.state
}
