package yamlfile

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

func (w *writer) customerGateway(g *model.CustomerGateway) mapping {
	m := w.resource(string(g.ID), g.Meta, w.outer)
	m.add("ip", addressNode(g.IP))
	return m
}

func (w *writer) vpnConnection(v *model.VPNConnection) mapping {
	m := w.resource(string(v.ID), v.Meta, w.outer)
	m.status(v.State, v.Available, vpnStates)
	ends := 0
	for _, id := range []string{string(v.VPNGateway), string(v.TransitGateway), string(v.CoreNetwork)} {
		if id != "" {
			ends++
		}
	}
	switch {
	case ends == 0:
		m.add("vpn_gateway", literal(""))
	case ends > 1:
		w.errorf("the VPN connection %s ends at two gateways", v.ID)
	}
	m.add("vpn_gateway", w.ref(model.KindVPNGateway, string(v.VPNGateway)))
	m.add("transit_gateway", w.ref(model.KindTransitGateway, string(v.TransitGateway)))
	m.add("core_network", w.ref(model.KindCoreNetwork, string(v.CoreNetwork)))
	if v.TransitGateway != "" && !w.isAttached(v.TransitGateway, model.AttachVPN, string(v.ID)) || v.CoreNetwork != "" && !w.isInCore(v) {
		m.add("attachment", plain("false"))
	}
	m.add("customer_gateway", w.ref(model.KindCustomerGateway, string(v.CustomerGateway)))
	m.items("static_routes", and(prefixes(v.StaticRoutes), v.StaticRoutesUnknown, string(v.ID), "static_routes"), v.StaticRoutes != nil)
	m.flag("static_routes_only", v.StaticRoutesOnly, len(v.StaticRoutes) > 0)
	m.prefixes("learned_routes", v.LearnedRoutes)
	if v.LocalCIDR.IsValid() {
		m.add("local_cidr", str(v.LocalCIDR.String()))
	}
	if v.RemoteCIDR.IsValid() {
		m.add("remote_cidr", str(v.RemoteCIDR.String()))
	}
	m.open("selectors_unknown", v.SelectorsUnknown, string(v.ID), "selectors")
	switch {
	case v.Down:
		m.add("tunnels", str(tunnelWords[tunnelsDown]))
	case v.TunnelsAssumed:
		m.add("tunnels", str(tunnelWords[tunnelsAssumed]))
	}
	m.flag("inside_ipv6", v.InsideIPv6, false)
	return m
}

// isAttached reports whether a transit gateway has an attachment that leads to a
// resource, so that Read does not add one.
func (w *writer) isAttached(gateway model.TransitGatewayID, typ model.AttachmentType, resource string) bool {
	for _, a := range w.n.TransitGatewayAttachments {
		if a.TransitGateway == gateway && a.Type == typ && a.Resource == resource && resource != "" {
			return true
		}
	}
	return false
}

func (w *writer) isInCore(v *model.VPNConnection) bool {
	for _, a := range w.n.CoreNetworkAttachments {
		if a.CoreNetwork == v.CoreNetwork && a.Type == model.AttachVPN && a.Resource == string(v.ID) {
			return true
		}
	}
	return false
}

func (w *writer) directConnectGateways(root mapping) {
	associations := map[model.DirectConnectGatewayID][]*yaml.Node{}
	for _, a := range model.Sorted(w.n.DirectConnectGatewayAssociations) {
		meta := w.outer
		if g := w.n.DirectConnectGateways[a.Gateway]; g != nil {
			meta = g.Meta
		}
		associations[a.Gateway] = append(associations[a.Gateway], w.directConnectAssociation(a, meta))
	}
	all := map[model.DirectConnectGatewayID]mapping{}
	for id := range associations {
		m := newMapping()
		if id == "" {
			m.add("id", str(""))
		}
		m.flag("given", false, true)
		all[id] = m
	}
	for id, g := range w.n.DirectConnectGateways {
		all[id] = w.resource(string(id), g.Meta, w.outer)
	}
	section := newMapping()
	for _, id := range sortedKeys(all) {
		m, key := all[id], string(id)
		m.add("associations", oneOrList(associations[id]))
		for key == "" || id == "" && w.n.DirectConnectGateways[model.DirectConnectGatewayID(key)] != nil {
			key += "unplaced"
		}
		section.add(key, m.n)
	}
	root.section("direct_connect_gateways", section)
}

func (w *writer) directConnectAssociation(a *model.DirectConnectGatewayAssociation, meta model.Meta) *yaml.Node {
	m := newMapping()
	m.text("id", a.ID, directConnectAssociationID(a))
	m.n.Content = append(m.n.Content, w.resource("", a.Meta, meta).n.Content...)
	m.status(a.State, a.Associated, associationStates)
	switch {
	case a.VPNGateway != "" && a.TransitGateway != "":
		w.errorf("the association %s is with two gateways", a.ID)
	case a.TransitGateway != "":
		m.add("transit_gateway", w.ref(model.KindTransitGateway, string(a.TransitGateway)))
		if !w.isAttached(a.TransitGateway, model.AttachDirectConnectGateway, string(a.Gateway)) {
			m.add("attachment", plain("false"))
		}
	default:
		m.add("vpn_gateway", w.refOrNone(model.KindVPNGateway, string(a.VPNGateway)))
	}
	m.items("allowed_prefixes", and(prefixes(a.AllowedPrefixes), a.AllowedPrefixesUnknown, a.ID, "allowed_prefixes"), a.AllowedPrefixes != nil)
	return m.n
}

func (w *writer) virtualInterface(v *model.VirtualInterface) mapping {
	m := w.resource(string(v.ID), v.Meta, w.outer)
	m.text("type", string(v.Type), string(model.PrivateVirtualInterface))
	m.status(v.State, v.Up, virtualInterfaceStates)
	m.add("direct_connect_gateway", w.ref(model.KindDirectConnectGateway, string(v.Gateway)))
	m.add("vpn_gateway", w.ref(model.KindVPNGateway, string(v.VPNGateway)))
	m.flag("site_link", v.SiteLink, false)
	m.prefixes("learned_routes", v.LearnedRoutes)
	return m
}

// onPremises writes prefixes as a list, networks as a mapping, and both as a list
// that ends with that mapping.
func (w *writer) onPremises(root mapping) {
	list := prefixes(w.n.OnPremises)
	networks := newMapping()
	for _, o := range model.Sorted(w.n.OnPremisesNetworks) {
		networks.add(string(o.ID), w.onPremisesNetwork(o).n)
	}
	if !networks.empty() {
		list = append(list, onLines(networks.n))
	}
	root.add("on_premises", oneOrList(list))
}

func (w *writer) onPremisesNetwork(o *model.OnPremisesNetwork) mapping {
	m := w.resource(string(o.ID), o.Meta, w.outer)
	m.prefixes("cidr", o.CIDRs)
	var via []*yaml.Node
	for _, id := range o.Via {
		n := literal(id)
		for _, k := range []model.Kind{model.KindVPNConnection, model.KindVirtualInterface, model.KindTransitGatewayAttachment, model.KindCoreNetworkAttachment} {
			if w.has(k, id) {
				n = str(id)
			}
		}
		via = append(via, n)
	}
	m.items("via", via, false)
	m.prefixes("advertises", o.Advertises)
	m.prefixes("accepts", o.Accepts)
	return m
}

// nestClientVPN finds the interfaces of a Client VPN endpoint that Read makes by
// itself.
func (w *writer) nestClientVPN(c *model.ClientVPNEndpoint) {
	place := w.places[c.VPC]
	if place == nil || c.VPC == "" || c.TransitGateway != "" {
		return
	}
	in := w.inVPC(string(c.VPC), place)
	owner := model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(c.ID)}
	made := 0
	for _, n := range c.Networks {
		if w.nested[n.Interface].IsZero() && w.isSpread(owner, made, n.Subnet, n.Interface, model.Interface{Type: "interface", Groups: c.Groups, Unassigned6: clientsSendIPv6(c, w.n.Subnets[n.Subnet])}, in) {
			w.nested[n.Interface] = owner
			made++
		}
	}
}

func (w *writer) clientVPN(c *model.ClientVPNEndpoint) mapping {
	m := w.resource(string(c.ID), c.Meta, w.outer)
	m.status(c.State, c.Available, clientVPNStates)
	switch {
	case c.VPC != "" && c.TransitGateway != "":
		w.errorf("the Client VPN endpoint %s is of a VPC and of a transit gateway", c.ID)
	case c.TransitGateway != "":
		m.add("transit_gateway", w.ref(model.KindTransitGateway, string(c.TransitGateway)))
	default:
		m.add("vpc", w.refOrNone(model.KindVPC, string(c.VPC)))
	}
	switch attachment := clientVPNAttachment(w.n, c); {
	case c.TransitGateway == "" && c.Attachment == "":
	case c.Attachment == "":
		m.add("attachment", plain("false"))
	case c.Attachment != attachment:
		m.add("attachment", w.ref(model.KindTransitGatewayAttachment, string(c.Attachment)))
	}
	if c.ClientCIDR.IsValid() {
		m.add("client_cidr", str(c.ClientCIDR.String()))
	}
	var networks []*yaml.Node
	for i := range c.Networks {
		networks = append(networks, w.clientVPNNetwork(c, &c.Networks[i]))
	}
	m.items("subnets", networks, false)
	w.groups(m, c.Groups, nil, string(c.ID), w.clientVPNGroups(c))
	m.flag("split_tunnel", c.SplitTunnel, false)
	m.text("ip_version", map[[2]bool]string{{true, false}: "ipv4", {false, true}: "ipv6", {true, true}: "dual-stack", {false, false}: "none"}[[2]bool{c.IPv4, c.IPv6}], "ipv4")
	w.clientVPNRoutes(m, c)
	var authorization []*yaml.Node
	for _, a := range c.Authorization {
		one := newMapping()
		one.add("cidr", str(a.Prefix.String()))
		if !a.All {
			one.add("group", str(a.Group))
		} else {
			one.text("group", a.Group, "")
			one.flag("all", true, false)
		}
		switch {
		case a.All && a.Group == "":
			authorization = append(authorization, str("all to "+a.Prefix.String()))
		case !a.All && isBareWord(a.Group) && a.Group != "all" && a.Group != "":
			authorization = append(authorization, str(a.Group+" to "+a.Prefix.String()))
		default:
			authorization = append(authorization, one.n)
		}
	}
	m.items("authorization", and(authorization, c.AuthorizationUnknown, string(c.ID), "authorization"), false)
	return m
}

// clientVPNGroups are the groups that Read gives to an endpoint by default.
func (w *writer) clientVPNGroups(c *model.ClientVPNEndpoint) []model.SecurityGroupID {
	if place := w.places[c.VPC]; place != nil && c.TransitGateway == "" {
		return w.inVPC(string(c.VPC), place).groups(false)
	}
	return nil
}

func (w *writer) clientVPNNetwork(c *model.ClientVPNEndpoint, n *model.ClientVPNNetwork) *yaml.Node {
	m := newMapping()
	m.add("subnet", w.refOrNone(model.KindSubnet, string(n.Subnet)))
	switch {
	case n.Interface == "":
		m.add("interface", plain("false"))
	case w.nested[n.Interface] != (model.OwnerRef{Kind: model.KindClientVPNEndpoint, ID: string(c.ID)}) || !isUsualInterface(n.Interface, string(c.ID), n.Subnet):
		m.add("interface", w.ref(model.KindInterface, string(n.Interface)))
	}
	m.status(n.State, n.Associated, clientVPNNetworkStates)
	if len(m.n.Content) == 2 && m.n.Content[1].Kind == yaml.ScalarNode {
		return m.n.Content[1]
	}
	return m.n
}

// clientVPNRoutes writes the routes that Read does not add by itself.
func (w *writer) clientVPNRoutes(m mapping, c *model.ClientVPNEndpoint) {
	routes := c.Routes
	same := func(a, b model.ClientVPNRoute) bool {
		a.Provenance, b.Provenance = model.Provenance{}, model.Provenance{}
		return a == b
	}
	whole := associationRoutes(w.n, c, nil)
	if n := len(whole); n <= len(routes) && slices.EqualFunc(whole, routes[:n], same) && len(associationRoutes(w.n, c, routes[n:])) == n {
		routes = routes[n:]
	} else if len(associationRoutes(w.n, c, routes)) > 0 {
		m.flag("as_written", true, false)
	}
	if byPrefix, ok := w.routesByPrefix(routes); ok && c.RoutesUnknown == nil {
		m.section("routes", byPrefix)
		return
	}
	var list []*yaml.Node
	for _, r := range routes {
		one := newMapping()
		one.add("cidr", str(r.Prefix.String()))
		one.add("subnet", w.ref(model.KindSubnet, string(r.Subnet)))
		one.flag("local", r.Local, false)
		if len(one.n.Content) == 2 {
			list = append(list, one.n.Content[1])
			continue
		}
		list = append(list, one.n)
	}
	if list = and(list, c.RoutesUnknown, string(c.ID), "routes"); len(list) > 0 {
		m.add("routes", sequenceOf(list))
	}
}

// routesByPrefix writes routes as a mapping from prefixes; false where that does
// not say all.
func (w *writer) routesByPrefix(routes []model.ClientVPNRoute) (mapping, bool) {
	out := newMapping()
	seen := map[string]bool{}
	for i := 0; i < len(routes); {
		prefix := routes[i].Prefix
		var targets []*yaml.Node
		local := routes[i].Local
		for ; i < len(routes) && routes[i].Prefix == prefix; i++ {
			r := &routes[i]
			if r.Local != local || r.Local != (r.Subnet == "") || string(r.Subnet) == model.LocalTarget.ID || !r.Local && !w.has(model.KindSubnet, string(r.Subnet)) {
				return out, false
			}
			targets = append(targets, str(cmp.Or(string(r.Subnet), model.LocalTarget.ID)))
		}
		if seen[prefix.String()] || local && len(targets) > 1 {
			return out, false
		}
		seen[prefix.String()] = true
		out.add(prefix.String(), oneOrList(targets))
	}
	return out, true
}
