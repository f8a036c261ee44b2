package terraform

import "github.com/vpcwalk/vpcwalk/model"

// between is what the readers of gateways and balancers tell each other.
type between struct {
	transits           map[model.TransitGatewayID]*transit
	transitAttachments []*transitAttachment
	associated         map[association]bool // those that resources of their own make
	clientVPNs         map[model.ClientVPNEndpointID]*clientVPN
	owners             map[*resource]*model.Owner
	balancers          map[*resource]*model.LoadBalancer
	listeners          map[*resource]*listener
	gatewayServices    map[model.VPCEndpointServiceID]bool // those of Gateway Load Balancers
	accepted           map[model.VPCEndpointID]bool
	maybeAccepted      map[model.VPCEndpointID]*model.Unknown
	firewallEndpoints  map[*resource][]model.FirewallEndpoint
	accelerated        map[*resource]*model.AcceleratorListener
	acceleratorOf      map[*resource]model.AcceleratorID
}

func newBetween() between {
	return between{transits: map[model.TransitGatewayID]*transit{}, associated: map[association]bool{},
		clientVPNs: map[model.ClientVPNEndpointID]*clientVPN{}, owners: map[*resource]*model.Owner{}, balancers: map[*resource]*model.LoadBalancer{},
		listeners: map[*resource]*listener{}, gatewayServices: map[model.VPCEndpointServiceID]bool{}, accepted: map[model.VPCEndpointID]bool{}, maybeAccepted: map[model.VPCEndpointID]*model.Unknown{},
		firewallEndpoints: map[*resource][]model.FirewallEndpoint{}, accelerated: map[*resource]*model.AcceleratorListener{},
		acceleratorOf: map[*resource]model.AcceleratorID{}}
}
