package yamlfile

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// endpointService is somebody's own service behind load balancers.
type endpointService struct {
	common
	status
	serviceName        value[string]
	loadBalancers      list[ref]
	acceptanceRequired value[bool]
	principals         list[value[string]]
	regions            list[value[string]]
	privateDNSName     value[string]
}

var serviceStates = workingIn{"Available"}

var endpointServiceShape = object("an endpoint service", "A service of one's own, for VPC endpoints of others (EPS-1).", commonKeys(func(s *endpointService) *common { return &s.common }),
	statusKeys(func(s *endpointService) *status { return &s.status }, serviceStates), []field[endpointService]{
		key("service_name", text, func(s *endpointService) *value[string] { return &s.serviceName }, "com.amazonaws.vpce.us-east-1.vpce-svc-…, where it is known"),
		key("load_balancers", many(refTo), func(s *endpointService) *list[ref] { return &s.loadBalancers }, "the Network or Gateway Load Balancers behind it"),
		key("acceptance_required", yesNo, func(s *endpointService) *value[bool] { return &s.acceptanceRequired }, "whether endpoints must be accepted (PL-5); false by default"),
		key("principals", many(text), func(s *endpointService) *list[value[string]] { return &s.principals }, "who may use it beside its own account: ARNs, or *; nobody by default"),
		key("regions", many(text), func(s *endpointService) *list[value[string]] { return &s.regions }, "other Regions that it may be used from (PL-11)"),
		key("private_dns_name", text, func(s *endpointService) *value[string] { return &s.privateDNSName }, "its private DNS name"),
	})

// buildEndpointService makes a service that is written in a VPC, or in none where
// s is nil.
func (b *builder) buildEndpointService(s *scope, e *entry[endpointService]) {
	f := &e.v
	id := model.VPCEndpointServiceID(b.idOf(model.KindVPCEndpointService, s, e.key))
	m := &model.VPCEndpointService{ID: id, Meta: f.meta(e.key, e.at, b.metaOf(s)), ServiceName: f.serviceName.or(""),
		AcceptanceRequired: f.acceptanceRequired.or(false),
		Principals:         textsOf[string](&f.principals), PrincipalsUnknown: f.principals.gap.unknown(string(id), "principals"),
		SupportedRegions: textsOf[model.Region](&f.regions), PrivateDNSName: f.privateDNSName.or("")}
	m.State, m.Available = f.of(serviceStates)
	closed(b.d, &f.loadBalancers, "the load balancers of a service")
	closed(b.d, &f.regions, "the Regions of a service")
	for i := range f.loadBalancers.items {
		if l := b.idOfBalancer(s, &f.loadBalancers.items[i]); l != "" {
			m.LoadBalancers = append(m.LoadBalancers, model.OwnerID(l))
		}
	}
	b.n.VPCEndpointServices[id] = m
}
