package yamlfile

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// firewall is a Network Firewall, with an endpoint in each of its subnets.
type firewall struct {
	common
	policy, transitGateway ref
	attachment             choice
	endpoints              list[firewallEndpoint]
	proxy                  value[bool]
}

type firewallEndpoint struct {
	placed
	status
	subnet ref
	id     value[string]
}

var endpointStates = workingIn{"READY"} // NFW-1

var firewallShape = object("a firewall", "A Network Firewall (NFW-1).", commonKeys(func(f *firewall) *common { return &f.common }), []field[firewall]{
	key("policy", refTo, func(f *firewall) *ref { return &f.policy }, "its firewall policy"),
	key("subnets", firewallEndpointsShape, func(f *firewall) *list[firewallEndpoint] { return &f.endpoints }, "the subnets, in each of which it has an endpoint NAME-SUBNET, which routes may name: a list, or a mapping from them to the endpoints' IDs"),
	key("transit_gateway", refTo, func(f *firewall) *ref { return &f.transitGateway }, "the transit gateway that it is attached to instead of having subnets (NFW-17); it has an attachment there of the same name unless one is written"),
	key("attachment", choiceOf, func(f *firewall) *choice { return &f.attachment }, "false: it has no attachment at the transit gateway but those that are written"),
	key("proxy", yesNo, func(f *firewall) *value[bool] { return &f.proxy }, "whether it does not preserve the source (NFW-18); false by default"),
})

var firewallEndpointKeys = append([]field[firewallEndpoint]{
	key("id", text, func(e *firewallEndpoint) *value[string] { return &e.id }, "the endpoint's ID"),
}, statusKeys(func(e *firewallEndpoint) *status { return &e.status }, endpointStates)...)

var (
	firewallEndpointTo = orText(object("a firewall endpoint", "A firewall's endpoint whose subnet is its key.", firewallEndpointKeys),
		`^.+$`, "the endpoint's ID", func(d *decoder, at model.Provenance, s string, into *firewallEndpoint) {
			text.read(d, scalarNode(s, at), &into.id)
		})
	firewallEndpointIn = orText(object("a firewall endpoint in a subnet", "A firewall's endpoint in a subnet.", []field[firewallEndpoint]{
		key("subnet", refTo, func(e *firewallEndpoint) *ref { return &e.subnet }, "the subnet")}, firewallEndpointKeys),
		`^.+$`, "a subnet, by its name or ID", func(d *decoder, at model.Provenance, s string, into *firewallEndpoint) {
			refTo.read(d, scalarNode(s, at), &into.subnet)
		})
)

var firewallEndpointsShape = shape[list[firewallEndpoint]]{
	read: func(d *decoder, n *yaml.Node, into *list[firewallEndpoint]) {
		if n.Kind != yaml.MappingNode {
			many(firewallEndpointIn).read(d, n, into)
			closed(d, into, "the subnets of a firewall")
			return
		}
		into.set, into.at = true, d.at(n)
		d.pairs(n, func(k, v *yaml.Node) {
			var e firewallEndpoint
			refTo.read(d, k, &e.subnet)
			firewallEndpointTo.read(d, v, &e)
			e.at = d.at(k)
			into.items = append(into.items, e)
		})
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{many(firewallEndpointIn).schema(c), schema{"type": "object", "additionalProperties": firewallEndpointTo.schema(c)}}}
	},
}

// declareFirewall makes a firewall known, and its endpoints, which routes name.
func (b *builder) declareFirewall(s *scope, e *entry[firewall]) {
	b.names.declare(model.KindFirewall, s, e.key, e.v.id.or(""), e.at)
	for i := range e.v.endpoints.items {
		x := &e.v.endpoints.items[i]
		// A dump has the endpoint among the VPC endpoints, too.
		if !slices.ContainsFunc(b.names.decls, func(d *decl) bool { return d.kind == model.KindVPCEndpoint && d.key == x.id.or("") }) {
			b.names.declare(model.KindVPCEndpoint, s, x.key(e.key), x.id.or(""), x.at)
		}
	}
	b.imply(&e.v.transitGateway, e.key, model.KindFirewall, &e.v.attachment, e.at)
}

// key is the name of a firewall's endpoint.
func (e *firewallEndpoint) key(firewall string) string {
	return e.id.or(firewall + "-" + e.subnet.name + e.subnet.id.v)
}

// buildFirewall makes a firewall of a VPC, or of none where s is nil.
func (b *builder) buildFirewall(s *scope, e *entry[firewall]) {
	f := &e.v
	id := model.FirewallID(b.idOf(model.KindFirewall, s, e.key))
	m := &model.Firewall{ID: id, Meta: f.meta(e.key, e.at, b.metaOf(s)), Policy: model.FirewallPolicyID(b.id(model.KindFirewallPolicy, nil, &f.policy)),
		TransitGateway: model.TransitGatewayID(b.id(model.KindTransitGateway, nil, &f.transitGateway)), Proxy: f.proxy.or(false)}
	if s != nil {
		m.VPC = s.id
	}
	if !f.policy.written() {
		b.d.errorf(e.at, "policy: NAME, of firewall_policies", "the firewall %s lacks its policy", quote(e.key))
	}
	if !f.endpoints.set && !f.transitGateway.isSet() {
		b.d.ruleError(e.at, "NFW-1", "subnets: a list of one in each zone", "the firewall %s lacks its subnets", quote(e.key))
	}
	for i := range f.endpoints.items {
		x := &f.endpoints.items[i]
		end := model.FirewallEndpoint{ID: model.VPCEndpointID(b.idOf(model.KindVPCEndpoint, s, x.key(e.key))), Subnet: model.SubnetID(b.id(model.KindSubnet, s, &x.subnet)), Provenance: x.at}
		end.State, end.Ready = x.of(endpointStates)
		m.Endpoints = append(m.Endpoints, end)
	}
	b.n.Firewalls[id] = m
}

// written reports whether a reference is in the file, be it an empty one.
func (r *ref) written() bool { return r.isSet() || r.at != model.Provenance{} }

// firewallTarget is the endpoint that a route means which names a firewall: its
// only one.
func (b *builder) firewallTarget(x *decl, at model.Provenance) model.Target {
	m := b.n.Firewalls[model.FirewallID(x.id)]
	switch {
	case m == nil: // outside the design
		b.d.errorf(at, "vpc_endpoint: {id: vpce-…}", "a route leads to a firewall's endpoint, and the design does not have those of %s", quote(x.id))
		return model.Target{}
	case len(m.Endpoints) == 1:
		return model.Target{Kind: model.KindVPCEndpoint, ID: string(m.Endpoints[0].ID)}
	}
	var ids []string
	for _, e := range m.Endpoints {
		ids = append(ids, string(e.ID))
	}
	b.d.errorf(at, "name one: "+oneOf(ids), "the firewall %s has %d endpoints", quote(x.id), len(m.Endpoints))
	return model.Target{}
}
