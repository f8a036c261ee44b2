package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var wantEndpointService = &want{types: []string{"aws_vpc_endpoint_service"}, attributes: []string{"service_name"}, literal: "vpce-svc-"}

// readEndpointService reads somebody's own endpoint service (EPS-1).
func readEndpointService(b body) {
	s := &model.VPCEndpointService{ID: model.VPCEndpointServiceID(b.r.id()), Meta: b.named(), ServiceName: b.str("service_name"), Available: true,
		State: cmp.Or(b.str("state"), "Available"), AcceptanceRequired: b.boolean("acceptance_required"), PrivateDNSName: b.str("private_dns_name")}
	s.Available = strings.EqualFold(s.State, "Available")
	for _, name := range []string{"network_load_balancer_arns", "gateway_load_balancer_arns"} {
		balancers, u := b.refs(name, wantLoadBalancer)
		for _, c := range balancers {
			addTo(&s.LoadBalancers, model.OwnerID(c.id))
		}
		if u != nil {
			b.problem(model.Warning, "EPS-1", "%s: %s; its load balancers are not all known", name, u.Reason)
		}
	}
	principals, unknowns := b.list("allowed_principals")
	for _, p := range principals {
		if !b.superseded("allowed_principals", string(s.ID), p) {
			s.Principals = append(s.Principals, p)
		}
	}
	if unknowns != 0 && b.configured("allowed_principals") {
		s.PrincipalsUnknown = b.unknownAt("allowed_principals")
	}
	_, gateways := b.get("gateway_load_balancer_arns")
	b.gatewayServices[s.ID] = gateways != unset
	regions, _ := b.list("supported_regions")
	for _, r := range regions {
		s.SupportedRegions = append(s.SupportedRegions, model.Region(r))
	}
	b.network.VPCEndpointServices[s.ID] = s
}

// readAllowedPrincipal reads who may use a service, by a resource of its own.
func readAllowedPrincipal(b body) {
	const name = "vpc_endpoint_service_id"
	c, u := b.ref(name, wantEndpointService, nil)
	if u == nil {
		u = b.open("principal_arn")
	}
	s := b.network.VPCEndpointServices[model.VPCEndpointServiceID(c.id)]
	switch p := b.str("principal_arn"); {
	case s != nil && u != nil:
		s.PrincipalsUnknown = cmp.Or(s.PrincipalsUnknown, u)
	case s != nil && p != "":
		addTo(&s.Principals, p)
	case u != nil:
		for _, id := range b.maybe(name, wantEndpointService) {
			if s := b.network.VPCEndpointServices[model.VPCEndpointServiceID(id)]; s != nil {
				s.PrincipalsUnknown = cmp.Or(s.PrincipalsUnknown, u)
			}
		}
	}
}

// leadsTo reads what an endpoint leads to within the configuration: an endpoint
// service, by its name (EPS-1), a resource configuration or a service network.
func (b body) leadsTo(e *model.VPCEndpoint) {
	e.ResourceConfiguration = model.ResourceConfigurationID(b.one("resource_configuration_arn", wantResourceConfiguration))
	e.ServiceNetwork = model.ServiceNetworkID(b.one("service_network_arn", wantServiceNetwork))
	if name := b.str("service_name"); name != "" {
		for _, s := range model.Sorted(b.network.VPCEndpointServices) {
			if s.ServiceName == name {
				e.EndpointService = s.ID
			}
		}
		return
	}
	if c, u := b.ref("service_name", wantEndpointService, nil); u == nil && b.network.VPCEndpointServices[model.VPCEndpointServiceID(c.id)] != nil {
		e.EndpointService = model.VPCEndpointServiceID(c.id)
	}
}

// readConnectionAccepter reads the acceptance of an endpoint by its service.
func readConnectionAccepter(b body) {
	c, u := b.ref("vpc_endpoint_id", wantVPCE, nil)
	if e := b.network.VPCEndpoints[model.VPCEndpointID(c.id)]; e != nil && u == nil {
		b.accepted[e.ID] = true
		return
	}
	for _, id := range b.maybe("vpc_endpoint_id", wantVPCE) {
		if u != nil {
			b.maybeAccepted[model.VPCEndpointID(id)] = u
		}
	}
}

// linkAcceptance settles which endpoints are accepted (PL-5): by their service
// without being asked, by the configuration, or by what is known of them.
func (b *builder) linkAcceptance() {
	for _, e := range model.Sorted(b.network.VPCEndpoints) {
		s := b.network.VPCEndpointServices[e.EndpointService]
		i := slices.IndexFunc(b.endpoints, func(x *endpoint) bool { return x.VPCEndpoint == e })
		if i < 0 || s == nil || !s.AcceptanceRequired {
			continue
		}
		body := b.endpoints[i].body
		switch state := body.str("state"); {
		case b.accepted[e.ID] && (state == "" || state == "pendingAcceptance"):
			e.Available, e.State = true, "available"
			continue
		case state != "", body.boolean("auto_accept"):
			continue
		}
		e.State = "pendingAcceptance"
		e.AcceptanceUnknown = cmp.Or(body.open("auto_accept"), b.maybeAccepted[e.ID], &model.Unknown{Subject: string(e.ID), Attribute: "state",
			Reason: "its service wants to accept it, and the configuration does not say that somebody does", Provenance: e.Provenance})
	}
}
