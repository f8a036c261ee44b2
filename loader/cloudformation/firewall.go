package cloudformation

import (
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// A Network Firewall is met at its endpoints, which are VPC endpoints of the
// Gateway Load Balancer's type, one in each subnet (NFW-1). What its rules do is
// not modelled.
const (
	firewallType         = "AWS::NetworkFirewall::Firewall"
	firewallEndpointType = "AWS::NetworkFirewall::VpcEndpointAssociation"
	// endpointAttribute begins the companion that is the endpoint in the n-th of
	// the firewall's subnets.
	endpointAttribute = "Endpoint/"
)

func firewallEndpointID(r *resource, index string) model.VPCEndpointID {
	if n, err := strconv.Atoi(index); err == nil {
		if mappings := r.get("SubnetMappings").list(); n < len(mappings) {
			if to, _ := mappings[n].member("SubnetId").reference(); to != nil {
				index = to.name
			}
		}
	}
	return model.VPCEndpointID(r.id + "-" + index)
}

func (b *builder) readFirewall(r *resource) {
	vpc := b.vpc(r, "VpcId", r.get("VpcId"))
	for n, m := range r.get("SubnetMappings").list() {
		b.firewallEndpoint(r, firewallEndpointID(r, itoa(n)), vpc, m)
	}
}

func (b *builder) readFirewallEndpoint(r *resource) {
	b.firewallEndpoint(r, model.VPCEndpointID(r.id), b.vpc(r, "VpcId", r.get("VpcId")), r.get("SubnetMapping"))
}

func (b *builder) firewallEndpoint(r *resource, id model.VPCEndpointID, vpc model.VPCID, mapping value) {
	subnet := b.identify(r, "SubnetId", mapping.member("SubnetId"), model.KindSubnet)
	e := &model.VPCEndpoint{ID: id, Meta: b.meta(r), VPC: vpc, Type: model.GatewayLoadBalancerEndpoint, State: "available", Available: true}
	b.network.VPCEndpoints[id] = e
	if subnet.id == "" {
		return
	}
	i, _ := b.newInterface(r, r.stack.prefix+"eni-"+strings.TrimPrefix(string(id), r.stack.prefix), subnet, vpc)
	i.Type, i.RequesterManaged = interfaceOfGWLBEndpoint, true
	i.Owner = model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(id)}
	e.Subnets, e.Interfaces = []model.SubnetID{i.Subnet}, []model.InterfaceID{i.ID}
}
