package terraform

import (
	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantFirewall       = &want{types: []string{"aws_networkfirewall_firewall", "data.aws_networkfirewall_firewall"}}
	wantFirewallPolicy = &want{types: []string{"aws_networkfirewall_firewall_policy", "data.aws_networkfirewall_firewall_policy"}}
	wantRuleGroup      = &want{types: []string{"aws_networkfirewall_rule_group"}}
)

func init() {
	// Routes name a firewall's endpoints by its status, which is known only after
	// apply.
	wantVPCE.makers = []maker{{"aws_networkfirewall_firewall", "firewall_status"}, {"data.aws_networkfirewall_firewall", "firewall_status"},
		{"aws_networkfirewall_vpc_endpoint_association", "vpc_endpoint_association_status"}}
	wantVPCE.several = func(b *builder, r *resource, attribute string) ([]string, bool) {
		switch {
		case wantFirewall.names(r, "") && (attribute == "firewall_status" || attribute == ""):
		case r.kind == "aws_networkfirewall_vpc_endpoint_association" && (attribute == "vpc_endpoint_association_status" || attribute == ""):
		default:
			return nil, false
		}
		var out []string
		for _, e := range b.firewallEndpoints[r] {
			out = append(out, string(e.ID))
		}
		return out, len(out) > 0
	}
}

// readFirewall reads a firewall with an endpoint in each of its subnets (NFW-1).
// What is planned will be ready.
func readFirewall(b body) {
	if b.r.later() {
		return
	}
	f := &model.Firewall{ID: model.FirewallID(b.r.id()), Meta: b.named("name")}
	if old := b.network.Firewalls[f.ID]; old != nil {
		b.firewallEndpoints[b.r] = old.Endpoints
		return
	}
	f.VPC = b.vpc("vpc_id")
	f.Policy = model.FirewallPolicyID(b.one("firewall_policy_arn", wantFirewallPolicy))
	f.TransitGateway = model.TransitGatewayID(b.one("transit_gateway_id", wantTransit))
	b.network.Firewalls[f.ID] = f
	if f.TransitGateway != "" { // NFW-17
		f.VPC = ""
		b.attachTransit(b.r.address+".firewall_status", string(f.TransitGateway), model.AttachNetworkFunction, string(f.ID))
		return
	}
	known := b.syncStates()
	mappings, u := b.blocks("subnet_mapping")
	if u != nil {
		b.problem(model.Warning, "NFW-1", "subnet_mapping: %s; its endpoints are not known", u.Reason)
	}
	for _, subnet := range b.mappedSubnets("subnet_mapping", mappings, func(body) func(candidate) bool { return nil }) {
		if subnet != "" {
			b.firewallEndpoint(f, f.VPC, subnet, known[subnet])
		}
	}
	b.firewallEndpoints[b.r] = f.Endpoints
}

// syncStates are the endpoints of a firewall that exists, by subnet.
func (b body) syncStates() map[model.SubnetID]model.VPCEndpointID {
	out := map[model.SubnetID]model.VPCEndpointID{}
	status, _ := b.blocks("firewall_status")
	for _, s := range status {
		states, _ := s.blocks("sync_states")
		for _, s := range states {
			attachments, _ := s.blocks("attachment")
			for _, a := range attachments {
				out[model.SubnetID(a.str("subnet_id"))] = model.VPCEndpointID(a.str("endpoint_id"))
			}
		}
	}
	return out
}

// firewallEndpoint adds an endpoint of a firewall, which is a VPC endpoint of the
// Gateway Load Balancer's type.
func (b body) firewallEndpoint(f *model.Firewall, vpc model.VPCID, subnet model.SubnetID, id model.VPCEndpointID) {
	if id == "" {
		id = model.VPCEndpointID(string(f.ID) + "/" + string(subnet))
	}
	f.Endpoints = append(f.Endpoints, model.FirewallEndpoint{ID: id, Subnet: subnet, Ready: true, State: "READY", Provenance: b.r.place})
	if b.network.VPCEndpoints[id] != nil {
		return
	}
	e := &model.VPCEndpoint{ID: id, Meta: b.meta(), VPC: vpc, Type: model.GatewayLoadBalancerEndpoint, State: "available", Available: true, Subnets: []model.SubnetID{subnet}}
	e.ARN = ""
	nic := model.InterfaceID(id)
	if !symbolic(string(id)) {
		nic += model.InterfaceID("/" + subnet)
	}
	i := b.newInterface(nic, subnet, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(id)}, "gateway_load_balancer_endpoint")
	i.RequesterManaged = true
	e.Interfaces = []model.InterfaceID{i.ID}
	b.network.VPCEndpoints[id] = e
}

// readFirewallAssociation reads an endpoint of a firewall in another VPC.
func readFirewallAssociation(b body) {
	c, u := b.ref("firewall_arn", wantFirewall, nil)
	f := b.network.Firewalls[model.FirewallID(c.id)]
	if u != nil || f == nil {
		b.problem(model.Warning, "NFW-1", "firewall_arn: the firewall is not known; its endpoint is left out")
		return
	}
	first := len(f.Endpoints)
	mappings, _ := b.blocks("subnet_mapping")
	for _, m := range mappings {
		if subnet := m.subnet("subnet_id", nil); subnet != "" {
			b.firewallEndpoint(f, b.vpc("vpc_id"), subnet, model.VPCEndpointID(b.str("vpc_endpoint_id")))
		}
	}
	b.firewallEndpoints[b.r] = f.Endpoints[first:]
}
