package model

// VPCEndpointService is an endpoint service: somebody's own, behind Network or
// Gateway Load Balancers (EPS-1).
type VPCEndpointService struct {
	ID VPCEndpointServiceID
	Meta
	// ServiceName is com.amazonaws.vpce.REGION.vpce-svc-…; empty until it is
	// deployed. Endpoints name it by this or by ID.
	ServiceName   string
	LoadBalancers []OwnerID
	// Available is state Available; State is AWS's word.
	Available          bool
	State              string
	AcceptanceRequired bool
	// Principals are who may use it; PrincipalsUnknown is set where the input does
	// not tell. The service's own account needs no permission.
	Principals        []string
	PrincipalsUnknown *Unknown
	SupportedRegions  []Region
	PrivateDNSName    string
}
