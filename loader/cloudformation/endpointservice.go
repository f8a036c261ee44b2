package cloudformation

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/model"
)

const endpointServiceType = "AWS::EC2::VPCEndpointService"

// readEndpointService reads an endpoint service (EPS-1). One that does not say
// whether it accepts endpoints by itself has to accept each, as AWS has it.
func (b *builder) readEndpointService(r *resource) {
	s := &model.VPCEndpointService{ID: model.VPCEndpointServiceID(r.id), Meta: b.meta(r), Available: true, State: "Available"}
	for _, key := range []string{"NetworkLoadBalancerArns", "GatewayLoadBalancerArns"} {
		balancers, _ := b.identities(r, key, r.get(key), model.KindLoadBalancer)
		for _, i := range balancers {
			s.LoadBalancers = append(s.LoadBalancers, model.OwnerID(i.id))
		}
	}
	s.AcceptanceRequired, _ = b.flag(r, "AcceptanceRequired", r.get("AcceptanceRequired"), true)
	for _, item := range r.get("SupportedRegions").list() {
		v := item
		if item.kind == objectValue {
			v = item.member("Region")
		}
		s.SupportedRegions = append(s.SupportedRegions, regions(v)...)
	}
	b.network.VPCEndpointServices[s.ID] = s
}

// readServicePermissions reads who may use an endpoint service.
func (b *builder) readServicePermissions(r *resource) {
	i := b.identify(r, "ServiceId", r.get("ServiceId"), model.KindVPCEndpointService)
	s := b.network.VPCEndpointServices[model.VPCEndpointServiceID(i.id)]
	if s == nil {
		b.elsewhere(r, i)
		return
	}
	principals, gap := b.words(r, "AllowedPrincipals", r.get("AllowedPrincipals"))
	if gap = cmp.Or(r.doubt(), gap); r.doubt() == nil {
		s.Principals = append(s.Principals, principals...)
	}
	s.PrincipalsUnknown = cmp.Or(s.PrincipalsUnknown, gap)
}

// leadsTo tells what a VPC endpoint leads to beside AWS's own services: an
// endpoint service of the templates, which they cannot say to accept it (PL-5), a
// resource configuration (RES-1) or a service network (RES-8).
func (b *builder) leadsTo(r *resource, e *model.VPCEndpoint) {
	name := r.get("ServiceName")
	parts, _ := name.textParts()
	for _, p := range parts {
		if p.resource == nil || p.resource.typ != endpointServiceType {
			continue
		}
		s := b.network.VPCEndpointServices[model.VPCEndpointServiceID(p.resource.id)]
		if e.EndpointService = model.VPCEndpointServiceID(p.resource.id); s != nil && s.AcceptanceRequired {
			e.AcceptanceUnknown = r.unknown("ServiceName", &open{reason: "the owner of " + p.resource.name + " has to accept the endpoint"}, name.at)
		}
	}
	e.ResourceConfiguration = model.ResourceConfigurationID(b.identify(r, "ResourceConfigurationArn", r.get("ResourceConfigurationArn"), model.KindResourceConfiguration).id)
	e.ServiceNetwork = model.ServiceNetworkID(b.identify(r, "ServiceNetworkArn", r.get("ServiceNetworkArn"), model.KindServiceNetwork).id)
}
