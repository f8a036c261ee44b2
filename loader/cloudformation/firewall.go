package cloudformation

import (
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// A Network Firewall is met at its endpoints, which are VPC endpoints of the
// Gateway Load Balancer's type, one in each subnet (NFW-1).
const (
	firewallType         = "AWS::NetworkFirewall::Firewall"
	firewallEndpointType = "AWS::NetworkFirewall::VpcEndpointAssociation"
	// endpointAttribute begins the companion that is the endpoint in the n-th of
	// the firewall's subnets, someEndpoint the one that is the n-th of its
	// EndpointIds, in an order that is not promised.
	endpointAttribute = "Endpoint/"
	someEndpoint      = "SomeEndpoint/"
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

// readFirewall reads a firewall, in a VPC's subnets or attached to a transit
// gateway (NFW-17).
func (b *builder) readFirewall(r *resource) {
	f := &model.Firewall{ID: model.FirewallID(r.id), Meta: b.meta(r), VPC: b.vpc(r, "VpcId", r.get("VpcId"))}
	named(&f.Meta, r.get("FirewallName"))
	f.Policy = b.policyOf(r)
	if f.TransitGateway = b.transitGateway(r, r.get("TransitGatewayId")); f.TransitGateway != "" {
		b.ownAttachment(r, model.AttachNetworkFunction, f.TransitGateway, r.id).ApplianceMode = true // TGW-37
	}
	b.network.Firewalls[f.ID] = f
	for n, m := range r.get("SubnetMappings").list() {
		b.firewallEndpoint(r, f, firewallEndpointID(r, itoa(n)), f.VPC, m)
	}
}

// readFirewallEndpoint reads an endpoint beyond those of the firewall itself,
// which may be in another VPC.
func (b *builder) readFirewallEndpoint(r *resource) {
	i := b.identify(r, "FirewallArn", r.get("FirewallArn"), model.KindFirewall)
	f := b.network.Firewalls[model.FirewallID(i.id)]
	if f == nil {
		b.elsewhere(r, i)
		f = &model.Firewall{ID: model.FirewallID(i.id), Meta: model.Meta{Provenance: i.at}, Policy: b.otherPolicy(i)}
		f.Provenance.Address = ""
		b.network.Firewalls[f.ID] = f
	}
	b.firewallEndpoint(r, f, model.VPCEndpointID(r.id), b.vpc(r, "VpcId", r.get("VpcId")), r.get("SubnetMapping"))
}

func (b *builder) firewallEndpoint(r *resource, f *model.Firewall, id model.VPCEndpointID, vpc model.VPCID, mapping value) {
	subnet := b.identify(r, "SubnetId", mapping.member("SubnetId"), model.KindSubnet)
	e := &model.VPCEndpoint{ID: id, Meta: b.meta(r), VPC: vpc, Type: model.GatewayLoadBalancerEndpoint, State: "available", Available: true}
	b.network.VPCEndpoints[id] = e
	f.Endpoints = append(f.Endpoints, model.FirewallEndpoint{ID: id, Subnet: model.SubnetID(subnet.id), Ready: true, State: "READY", Provenance: r.at})
	if subnet.id == "" {
		return
	}
	i, _ := b.newInterface(r, r.stack.prefix+"eni-"+strings.TrimPrefix(string(id), r.stack.prefix), subnet, vpc)
	i.Type, i.RequesterManaged = interfaceOfGWLBEndpoint, true
	i.Owner = model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(id)}
	e.Subnets, e.Interfaces = []model.SubnetID{i.Subnet}, []model.InterfaceID{i.ID}
}

// firewallEndpoints are the EndpointIds of a firewall, as ZONE:ID. Their order is
// not promised, so with several subnets it is open which is which.
func (r *resource) firewallEndpoints(at model.Provenance) value {
	mappings := r.stack.eval(r.properties().get("SubnetMappings")).list()
	zone := part{open: &open{reason: "the zone of the endpoint", word: true}}
	attribute := endpointAttribute
	if len(mappings) > 1 {
		attribute = someEndpoint
	}
	out := value{kind: listValue, at: at}
	for i := range mappings {
		id := part{resource: r, attribute: attribute + strconv.Itoa(i)}
		out.items = append(out.items, value{kind: textValue, at: at, parts: []part{zone, {text: ":"}, id}})
	}
	if len(out.items) == 0 {
		return opened(open{label: r.id + ".EndpointIds", reason: "the subnets of " + r.name + " are not known"}, at)
	}
	return out
}

// maxOrders is for how many endpoints every order of them is told.
const maxOrders = 4

// someOf gives what the n-th of a firewall's EndpointIds may be: its endpoint of
// that place in each order in turn, so that all routes that name one of them
// choose alike. gap has the firewall for its subject.
func (b *builder) someOf(v value, kind model.Kind) (targets []model.Target, gap *model.Unknown) {
	to, with := v.reference()
	place, ok := strings.CutPrefix(with, someEndpoint)
	if n, err := strconv.Atoi(place); ok && err == nil && to != nil && kind == model.KindVPCEndpoint {
		count := len(to.get("SubnetMappings").list())
		if count <= maxOrders {
			for _, order := range orders(count) {
				targets = append(targets, model.Target{Kind: kind, ID: string(firewallEndpointID(to, itoa(order[n])))})
			}
		}
		return targets, to.unknown("EndpointIds", v.gap(), to.at)
	}
	return nil, nil
}

// orders are all the orders of the first n numbers, the usual one first.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var out [][]int
	for first := range n {
		for _, rest := range orders(n - 1) {
			order := []int{first}
			for _, x := range rest {
				if x >= first {
					x++
				}
				order = append(order, x)
			}
			out = append(out, order)
		}
	}
	return out
}
