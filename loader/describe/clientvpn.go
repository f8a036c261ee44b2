package describe

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readClientVPNEndpoint reads an element of ClientVpnEndpoints.
func readClientVPNEndpoint(r *reader) {
	m := r.begin()
	var e model.ClientVPNEndpoint
	kind := "ipv4" // CVPN-11
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ClientVpnEndpointId":
			e.ID = model.ClientVPNEndpointID(r.str())
		case "VpcId":
			e.VPC = model.VPCID(r.str())
		case "ClientCidrBlock":
			e.ClientCIDR = r.prefix()
		case "SecurityGroupIds":
			e.Groups = strs[model.SecurityGroupID](r)
		case "SplitTunnel":
			e.SplitTunnel = r.boolean()
		case "TrafficIpAddressType":
			kind = cmp.Or(strings.ToLower(r.str()), kind)
		case "Status":
			e.State = r.inner("Code")
		case "TransitGatewayConfiguration": // CVPN-10
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "TransitGatewayId":
					e.TransitGateway = model.TransitGatewayID(r.str())
				case "TransitGatewayAttachmentId":
					e.Attachment = model.TransitGatewayAttachmentID(r.str())
				default:
					r.skip()
				}
			}
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(e.ID))
	if !ok || strings.EqualFold(e.State, "deleted") {
		return
	}
	e.Meta = meta
	// Until it has an associated network it is "pending-associate".
	e.Available = e.State == "" || strings.EqualFold(e.State, "available")
	e.IPv4 = kind == "ipv4" || kind == "dual-stack"
	e.IPv6 = kind == "ipv6" || kind == "dual-stack"
	resource(r, func(n *model.Network) map[model.ClientVPNEndpointID]*model.ClientVPNEndpoint {
		return n.ClientVPNEndpoints
	}, e.ID, &e, &e.Meta)
}

// clientVPN is what the other calls tell of one endpoint.
type clientVPN struct {
	networks      []model.ClientVPNNetwork
	routes        []model.ClientVPNRoute
	authorization []model.ClientVPNAuthorization
	told          [3]bool // by call, whether a file has its answer for this endpoint
}

// The calls that an endpoint is described by beside its own. Each is made for one
// endpoint, which an empty answer does not name.
const (
	clientVPNNetworks = iota
	clientVPNRoutes
	clientVPNAuthorizations
)

var clientVPNCalls = [...]string{"describe-client-vpn-target-networks", "describe-client-vpn-routes", "describe-client-vpn-authorization-rules"}

// clientVPNList reads what one of the calls lists.
func clientVPNList(call int, read func(*reader)) func(*reader) {
	return func(r *reader) {
		at := r.here()
		for ok := r.array(); ok && r.element(); {
			read(r)
		}
		r.tellClientVPN(call, at)
	}
}

// tellClientVPN notes that the file has a call's answer: for the endpoint that it
// is named after, or for the only one that there is.
func (r *reader) tellClientVPN(call int, at model.Provenance) {
	r.fact(func(b *builder, p *part) { b.clientVPNGiven[call] = true })
	r.answers(answer{what: "what a Client VPN endpoint has", calls: clientVPNCalls[call], prefix: "cvpn-endpoint-", at: at, empty: true,
		use: func(endpoint string) {
			r.fact(func(b *builder, p *part) { b.clientVPN(endpoint).told[call] = true })
		}})
}

// clientVPN gives what is collected of an endpoint.
func (b *builder) clientVPN(id string) *clientVPN {
	c := b.clientVPNs[model.ClientVPNEndpointID(id)]
	if c == nil {
		c = &clientVPN{}
		b.clientVPNs[model.ClientVPNEndpointID(id)] = c
	}
	return c
}

// readClientVPNNetwork reads an element of ClientVpnTargetNetworks.
func readClientVPNNetwork(r *reader) {
	t := model.ClientVPNNetwork{Provenance: r.here()}
	var endpoint string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ClientVpnEndpointId":
			endpoint = r.str()
		case "TargetNetworkId":
			t.Subnet = model.SubnetID(r.str())
		case "Status":
			t.State = r.inner("Code")
		default:
			r.skip()
		}
	}
	t.Associated = t.State == "" || strings.EqualFold(t.State, "associated")
	counts := t.Subnet != ""
	if r.err != nil {
		return
	}
	r.fact(func(b *builder, p *part) {
		c := b.clientVPN(endpoint)
		c.told[clientVPNNetworks] = true
		if counts && !containsSame(c.networks, t) {
			c.networks = append(c.networks, t)
		}
	})
}

// readClientVPNRoute reads an element of describe-client-vpn-routes' Routes
// (CVPN-4).
func readClientVPNRoute(r *reader) {
	route := model.ClientVPNRoute{Provenance: r.here()}
	var endpoint, target, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ClientVpnEndpointId":
			endpoint = r.str()
		case "DestinationCidr":
			route.Prefix = r.prefix()
		case "TargetSubnet":
			target = r.str()
		case "Status":
			state = r.inner("Code")
		default:
			r.skip()
		}
	}
	if route.Local = target == "local"; !route.Local {
		route.Subnet = model.SubnetID(target)
	}
	counts := route.Prefix.IsValid() && (state == "" || strings.EqualFold(state, "active"))
	if r.err != nil {
		return
	}
	r.fact(func(b *builder, p *part) {
		c := b.clientVPN(endpoint)
		c.told[clientVPNRoutes] = true
		if counts && !containsSame(c.routes, route) {
			c.routes = append(c.routes, route)
		}
	})
}

// readClientVPNAuthorization reads an element of AuthorizationRules (CVPN-3).
func readClientVPNAuthorization(r *reader) {
	a := model.ClientVPNAuthorization{Provenance: r.here()}
	var endpoint, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ClientVpnEndpointId":
			endpoint = r.str()
		case "DestinationCidr":
			a.Prefix = r.prefix()
		case "GroupId":
			a.Group = r.str()
		case "AccessAll":
			a.All = r.boolean()
		case "Status":
			state = r.inner("Code")
		default:
			r.skip()
		}
	}
	if a.All {
		a.Group = ""
	}
	counts := a.Prefix.IsValid() && (state == "" || strings.EqualFold(state, "active"))
	if r.err != nil {
		return
	}
	r.fact(func(b *builder, p *part) {
		c := b.clientVPN(endpoint)
		c.told[clientVPNAuthorizations] = true
		if counts && !containsSame(c.authorization, a) {
			c.authorization = append(c.authorization, a)
		}
	})
}

// linkClientVPN joins the calls of each endpoint. One without its target networks is left
// out: what its clients reach is unknown.
func (b *builder) linkClientVPN() {
	only := len(b.network.ClientVPNEndpoints) == 1
	for _, e := range model.Sorted(b.network.ClientVPNEndpoints) {
		c := b.clientVPN(string(e.ID))
		var gaps [len(clientVPNCalls)]*model.Unknown
		var lacking []string
		for i, call := range clientVPNCalls {
			needless := i == clientVPNNetworks && e.TransitGateway != "" // CVPN-10
			if !needless && !c.told[i] && !(b.clientVPNGiven[i] && only) {
				lacking = append(lacking, call)
				gaps[i] = &model.Unknown{Subject: string(e.ID), Provenance: e.Provenance, Attribute: strings.TrimPrefix(call, "describe-client-vpn-"),
					Reason: "the snapshot does not have them; run aws ec2 " + call + " --client-vpn-endpoint-id " + string(e.ID)}
			}
		}
		if lacking != nil {
			b.report(model.Diagnostic{Severity: model.Warning, Resource: string(e.ID), Provenance: e.Provenance,
				Summary: "the Client VPN endpoint " + string(e.ID) + " is given in part; what its clients reach is unknown",
				Detail:  "Run aws ec2 " + strings.Join(lacking, ", ") + " with --client-vpn-endpoint-id " + string(e.ID) + "."})
		}
		if gaps[clientVPNNetworks] != nil {
			delete(b.network.ClientVPNEndpoints, e.ID)
			continue
		}
		e.RoutesUnknown, e.AuthorizationUnknown = gaps[clientVPNRoutes], gaps[clientVPNAuthorizations]
		slices.SortStableFunc(c.networks, func(x, y model.ClientVPNNetwork) int { return cmp.Compare(x.Subnet, y.Subnet) })
		slices.SortStableFunc(c.routes, func(x, y model.ClientVPNRoute) int {
			return cmp.Or(netip.Prefix.Compare(x.Prefix, y.Prefix), cmp.Compare(x.Subnet, y.Subnet))
		})
		slices.SortStableFunc(c.authorization, func(x, y model.ClientVPNAuthorization) int {
			return cmp.Or(netip.Prefix.Compare(x.Prefix, y.Prefix), cmp.Compare(x.Group, y.Group))
		})
		e.Networks, e.Routes, e.Authorization = c.networks, c.routes, c.authorization
	}
	for _, e := range model.Sorted(b.network.ClientVPNEndpoints) {
		for i := range e.Networks {
			e.Networks[i].Interface = b.clientVPNInterface(e, e.Networks[i].Subnet)
		}
	}
}

// clientVPNInterface finds the interface that an endpoint's clients send from in a
// subnet. AWS names the endpoint in the description or leaves it at the word; then
// groups tell, unless another endpoint has the same.
func (b *builder) clientVPNInterface(e *model.ClientVPNEndpoint, subnet model.SubnetID) model.InterfaceID {
	for _, i := range model.Sorted(b.interfaces) {
		if i.Subnet != subnet || !i.isClientVPN() {
			continue
		}
		if strings.Contains(i.description, string(e.ID)) {
			return i.ID
		}
		if strings.Contains(i.description, "cvpn-endpoint-") || !sameSet(e.Groups, i.Groups) {
			continue
		}
		if !slices.ContainsFunc(model.Sorted(b.network.ClientVPNEndpoints), func(other *model.ClientVPNEndpoint) bool {
			return other.ID != e.ID && sameSet(other.Groups, i.Groups) &&
				slices.ContainsFunc(other.Networks, func(t model.ClientVPNNetwork) bool { return t.Subnet == subnet })
		}) {
			return i.ID
		}
	}
	return ""
}

func (i *networkInterface) isClientVPN() bool {
	return i.RequesterManaged && strings.HasPrefix(strings.ToLower(i.description), "clientvpn endpoint")
}
