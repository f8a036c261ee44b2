package yamlfile

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// clientVPN is a Client VPN endpoint, of a VPC or a transit gateway.
type clientVPN struct {
	common
	status
	vpc, transitGateway ref
	attachment          choice
	clientCIDR          value[netip.Prefix]
	subnets             list[clientVPNNetwork]
	groups              list[ref]
	splitTunnel         value[bool]
	family              value[model.Family]
	routes              clientVPNRoutes
	authorization       list[clientVPNAuthorization]
	asWritten           value[bool]
	interfaces          []entry[nic] // made of subnets
}

// clientVPNNetwork is a subnet that the endpoint is associated with.
type clientVPNNetwork struct {
	placed
	status
	subnet           ref
	networkInterface choice
}

// clientVPNRoutes are routes; gap says that there may be others.
type clientVPNRoutes struct {
	items []clientVPNRoute
	gap   *gap
}

type clientVPNRoute struct {
	placed
	cidr    value[netip.Prefix]
	subnets list[ref]
	local   value[bool]
}

type clientVPNAuthorization struct {
	placed
	cidr  value[netip.Prefix]
	group value[string]
	all   value[bool]
}

var (
	clientVPNStates        = workingIn{"available"}
	clientVPNNetworkStates = workingIn{"associated"}
)

// noFamily is the traffic of an endpoint of which the input tells no family.
const noFamily model.Family = 255

var clientVPNShape = object("a Client VPN endpoint", "A Client VPN endpoint.", commonKeys(func(c *clientVPN) *common { return &c.common }),
	statusKeys(func(c *clientVPN) *status { return &c.status }, clientVPNStates), []field[clientVPN]{
		key("vpc", refTo, func(c *clientVPN) *ref { return &c.vpc }, "the VPC that its subnets are in (CVPN-1)"),
		key("transit_gateway", refTo, func(c *clientVPN) *ref { return &c.transitGateway }, "the transit gateway that it is associated with instead (CVPN-10); it has an attachment there of the same name unless one is written"),
		key("attachment", choiceOf, func(c *clientVPN) *choice { return &c.attachment }, "the attachment at the transit gateway; false: none"),
		key("client_cidr", cidr, func(c *clientVPN) *value[netip.Prefix] { return &c.clientCIDR }, "the addresses of its clients"),
		key("subnets", many(clientVPNNetworkShape), func(c *clientVPN) *list[clientVPNNetwork] { return &c.subnets }, "the target subnets, one in each zone, in each of which it has an interface eni-NAME-SUBNET that clients send from"),
		key("security_groups", many(refTo), func(c *clientVPN) *list[ref] { return &c.groups }, "its security groups; the VPC's default group by default (CVPN-5)"),
		key("split_tunnel", yesNo, func(c *clientVPN) *value[bool] { return &c.splitTunnel }, "whether clients send into the tunnel only what it has routes to (CVPN-2); false by default"),
		key("ip_version", word("an IP version", []string{"ipv4", "ipv6", "dual-stack", "none"}, []model.Family{model.IPv4, model.IPv6, model.AnyFamily, noFamily}),
			func(c *clientVPN) *value[model.Family] { return &c.family }, "ipv4 (default), ipv6 or dual-stack (CVPN-11)"),
		key("routes", clientVPNRoutesShape, func(c *clientVPN) *clientVPNRoutes { return &c.routes }, "a mapping from CIDRs to target subnets, or to local, which is the other clients; those to the VPC need not be written (CVPN-4)"),
		key("authorization", many(clientVPNAuthorizationShape), func(c *clientVPN) *list[clientVPNAuthorization] { return &c.authorization }, "what clients may reach; nothing by default (CVPN-3)"),
		key("as_written", yesNo, func(c *clientVPN) *value[bool] { return &c.asWritten }, "true: no routes to the VPC are added to what is written"),
	})

var clientVPNNetworkShape = orText(object("a Client VPN target network", "A subnet that a Client VPN endpoint is associated with.", []field[clientVPNNetwork]{
	must(key("subnet", refTo, func(n *clientVPNNetwork) *ref { return &n.subnet }, "the subnet")),
	key("interface", choiceOf, func(n *clientVPNNetwork) *choice { return &n.networkInterface }, "the endpoint's interface there; true, the default, makes it; false is none"),
}, statusKeys(func(n *clientVPNNetwork) *status { return &n.status }, clientVPNNetworkStates)),
	`^.+$`, "a subnet, by its name or ID", func(d *decoder, at model.Provenance, s string, into *clientVPNNetwork) {
		refTo.read(d, scalarNode(s, at), &into.subnet)
	})

var clientVPNRouteShape = orText(object("a Client VPN route", "A route of a Client VPN endpoint.", []field[clientVPNRoute]{
	must(key("cidr", cidr, func(r *clientVPNRoute) *value[netip.Prefix] { return &r.cidr }, "the destination")),
	key("subnet", many(refTo), func(r *clientVPNRoute) *list[ref] { return &r.subnets }, "the target subnet, or several"),
	key("local", yesNo, func(r *clientVPNRoute) *value[bool] { return &r.local }, "whether it leads to the other clients (CVPN-7); false by default"),
}), `^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$`, "the destination of a route to the transit gateway", func(d *decoder, at model.Provenance, s string, into *clientVPNRoute) {
	cidr.read(d, scalarNode(s, at), &into.cidr)
})

// clientVPNRoutesShape reads routes as a mapping from CIDRs, or as a list.
var clientVPNRoutesShape = shape[clientVPNRoutes]{
	read: func(d *decoder, n *yaml.Node, into *clientVPNRoutes) {
		if n.Kind != yaml.MappingNode || d.readGap(n) != nil {
			var l list[clientVPNRoute]
			many(clientVPNRouteShape).read(d, n, &l)
			into.items, into.gap = l.items, l.gap
			return
		}
		d.pairs(n, func(k, v *yaml.Node) {
			r := clientVPNRoute{placed: placed{d.at(k)}}
			cidr.read(d, k, &r.cidr)
			if v.Kind == yaml.ScalarNode && v.Value == model.LocalTarget.ID {
				r.local = value[bool]{v: true, set: true, at: d.at(v)}
			} else {
				many(refTo).read(d, v, &r.subnets)
			}
			into.items = append(into.items, r)
		})
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{schema{"type": "object", "additionalProperties": many(refTo).schema(c)}, many(clientVPNRouteShape).schema(c)}}
	},
}

const authorizationForm = "write eng to 10.0.0.0/16, or all to 0.0.0.0/0"

var clientVPNAuthorizationShape = orText(object("a Client VPN authorization", "What clients of a group, or all, may reach.", []field[clientVPNAuthorization]{
	must(key("cidr", cidr, func(a *clientVPNAuthorization) *value[netip.Prefix] { return &a.cidr }, "what may be reached")),
	key("group", text, func(a *clientVPNAuthorization) *value[string] { return &a.group }, "the users' group"),
	key("all", yesNo, func(a *clientVPNAuthorization) *value[bool] { return &a.all }, "whether all users may; false by default"),
}), `^\s*\S+\s+to\s+\S+\s*$`, "eng to 10.0.0.0/16", func(d *decoder, at model.Provenance, s string, into *clientVPNAuthorization) {
	words := strings.Fields(s)
	if len(words) != 3 || words[1] != "to" {
		d.errorf(at, authorizationForm, "%s is no authorization", quote(s))
		return
	}
	if words[0] == "all" {
		into.all = value[bool]{v: true, set: true, at: at}
	} else {
		into.group = value[string]{v: words[0], set: true, at: at}
	}
	cidr.read(d, scalarNode(words[2], at), &into.cidr)
})

// declareClientVPN makes an endpoint known, and its interfaces in the VPC.
func (b *builder) declareClientVPN(e *entry[clientVPN]) {
	f := &e.v
	b.names.declare(model.KindClientVPNEndpoint, nil, e.key, f.id.or(""), e.at)
	b.imply(&f.transitGateway, e.key, model.KindClientVPNEndpoint, &f.attachment, e.at)
	s := b.scopeNamed(&f.vpc)
	if s == nil {
		return
	}
	for i := range f.subnets.items {
		if n := &f.subnets.items[i]; n.subnet.isSet() && !n.networkInterface.no() && !n.networkInterface.isSet() {
			made := spreadInterfaces(e.key, &list[ref]{items: []ref{n.subnet}}, nic{groups: f.groups})
			n.networkInterface.ref = ref{placed: n.placed, name: made[0].key}
			f.interfaces = append(f.interfaces, made...)
		}
	}
	b.declareOwned(s, f.interfaces)
}

// scopeNamed is the VPC of the file that a reference names, or nil.
func (b *builder) scopeNamed(r *ref) *scope {
	for _, s := range b.scopes {
		if r.name != "" && (r.name == s.key || r.name == s.holder) || r.id.v != "" && r.id.v == s.holder {
			return s
		}
	}
	return nil
}

func (b *builder) buildClientVPN(e *entry[clientVPN]) {
	f := &e.v
	id := model.ClientVPNEndpointID(b.idOf(model.KindClientVPNEndpoint, nil, e.key))
	if f.vpc.isSet() == f.transitGateway.isSet() {
		b.d.ruleError(e.at, "CVPN-10", "vpc: NAME or transit_gateway: NAME", "the Client VPN endpoint %s is of one VPC or one transit gateway", quote(e.key))
	}
	if f.transitGateway.isSet() && (len(f.subnets.items) > 0 || len(f.groups.items) > 0) {
		b.d.ruleError(e.at, "CVPN-10", "leave them out", "the Client VPN endpoint %s of a transit gateway has subnets or security groups", quote(e.key))
	}
	family := f.family.or(model.IPv4)
	m := &model.ClientVPNEndpoint{ID: id, Meta: f.meta(e.key, e.at, b.outer), VPC: model.VPCID(b.id(model.KindVPC, nil, &f.vpc)),
		TransitGateway: model.TransitGatewayID(b.id(model.KindTransitGateway, nil, &f.transitGateway)),
		ClientCIDR:     f.clientCIDR.v, SplitTunnel: f.splitTunnel.or(false),
		IPv4: family == model.IPv4 || family == model.AnyFamily, IPv6: family == model.IPv6 || family == model.AnyFamily,
		RoutesUnknown: f.routes.gap.unknown(string(id), "routes"), AuthorizationUnknown: f.authorization.gap.unknown(string(id), "authorization")}
	m.State, m.Available = f.of(clientVPNStates)
	closed(b.d, &f.subnets, "the subnets of a Client VPN endpoint")
	s := b.scopeOf(m.VPC)
	if s != nil && !f.transitGateway.isSet() {
		m.Groups = b.groupsOr(s, &f.groups)
		made := b.ownedInterfaces(s, e.key, nil, append([]entry[nic]{}, f.interfaces...), e.at, model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(id)}, "interface")
		for _, id := range made {
			i := b.n.Interfaces[id]
			i.Unassigned6 = i.Unassigned6 || clientsSendIPv6(m, b.n.Subnets[i.Subnet])
		}
	} else {
		m.Groups = refsOf[model.SecurityGroupID](b, model.KindSecurityGroup, s, &f.groups)
	}
	for i := range f.subnets.items {
		n := &f.subnets.items[i]
		network := model.ClientVPNNetwork{Subnet: model.SubnetID(b.id(model.KindSubnet, s, &n.subnet)), Interface: model.InterfaceID(b.id(model.KindInterface, s, &n.networkInterface.ref)), Provenance: n.at}
		network.State, network.Associated = n.of(clientVPNNetworkStates)
		m.Networks = append(m.Networks, network)
	}
	m.Routes = b.clientVPNRoutes(s, m, f)
	for i := range f.authorization.items {
		a := &f.authorization.items[i]
		if a.group.or("") == "" && !a.all.or(false) && a.cidr.set && !a.group.set {
			b.d.ruleError(a.at, "CVPN-3", authorizationForm, "an authorization lets a group, or all")
		}
		m.Authorization = append(m.Authorization, model.ClientVPNAuthorization{Prefix: a.cidr.v, Group: a.group.or(""), All: a.all.or(false), Provenance: a.at})
	}
	b.n.ClientVPNEndpoints[id] = m
}

// clientsSendIPv6 reports whether the interface that an endpoint gets in a subnet has
// an IPv6 address for its clients (CVPN-11).
func clientsSendIPv6(m *model.ClientVPNEndpoint, sub *model.Subnet) bool {
	return m.IPv6 && sub != nil && slices.ContainsFunc(sub.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() })
}

// attachClientVPN finds the attachment of an endpoint of a transit gateway.
func (b *builder) attachClientVPN(e *entry[clientVPN]) {
	m := b.n.ClientVPNEndpoints[model.ClientVPNEndpointID(b.idOf(model.KindClientVPNEndpoint, nil, e.key))]
	switch f := &e.v; {
	case m == nil || f.attachment.no():
	case f.attachment.isSet():
		m.Attachment = model.TransitGatewayAttachmentID(b.id(model.KindTransitGatewayAttachment, nil, &f.attachment.ref))
	default:
		m.Attachment = clientVPNAttachment(b.n, m)
	}
}

// clientVPNAttachment is the attachment that leads to an endpoint; "" where there
// is none.
func clientVPNAttachment(n *model.Network, m *model.ClientVPNEndpoint) model.TransitGatewayAttachmentID {
	for _, a := range model.Sorted(n.TransitGatewayAttachments) {
		if a.Type == model.AttachClientVPN && a.Resource == string(m.ID) && m.TransitGateway != "" && a.TransitGateway == m.TransitGateway {
			return a.ID
		}
	}
	return ""
}

// clientVPNRoutes are the routes of an endpoint: those that the associations add
// (CVPN-4), and those that are written.
func (b *builder) clientVPNRoutes(s *scope, m *model.ClientVPNEndpoint, f *clientVPN) []model.ClientVPNRoute {
	var written []model.ClientVPNRoute
	for i := range f.routes.items {
		r := &f.routes.items[i]
		closed(b.d, &r.subnets, "the subnets of a route")
		route := model.ClientVPNRoute{Prefix: r.cidr.v, Local: r.local.or(false), Provenance: r.at}
		if !r.subnets.set {
			if m.TransitGateway == "" && !route.Local && r.cidr.set {
				b.d.ruleError(r.at, "CVPN-4", fmt.Sprintf("%s: SUBNET, or local", r.cidr.v), "the route to %s has no target", r.cidr.v)
			}
			written = append(written, route)
		}
		for _, sn := range refsOf[model.SubnetID](b, model.KindSubnet, s, &r.subnets) {
			route.Subnet = sn
			written = append(written, route)
		}
	}
	if f.asWritten.or(false) {
		return written
	}
	return append(associationRoutes(b.n, m, written), written...)
}

// associationRoutes are the routes to the VPC that an endpoint's associations add
// beside others (CVPN-4).
func associationRoutes(n *model.Network, m *model.ClientVPNEndpoint, others []model.ClientVPNRoute) []model.ClientVPNRoute {
	v := n.VPCs[m.VPC]
	if v == nil {
		return nil
	}
	var out []model.ClientVPNRoute
	for _, network := range m.Networks {
		for _, p := range v.CIDRs {
			has := slices.ContainsFunc(others, func(r model.ClientVPNRoute) bool { return r.Prefix == p && r.Subnet == network.Subnet })
			if !has && (p.Addr().Is4() && m.IPv4 || p.Addr().Is6() && m.IPv6) {
				out = append(out, model.ClientVPNRoute{Prefix: p, Subnet: network.Subnet, Provenance: network.Provenance})
			}
		}
	}
	return out
}
