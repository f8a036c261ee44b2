package yamlfile

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// hubContents are a transit gateway, which the network may lack, and what belongs
// to it, by ID.
type hubContents struct {
	id           model.TransitGatewayID
	gateway      *model.TransitGateway
	attachments  []*model.TransitGatewayAttachment
	routeTables  []*model.TransitGatewayRouteTable
	policyTables []*model.TransitGatewayPolicyTable
}

// hubs gathers what belongs to each transit gateway, in the order of their IDs.
func (w *writer) hubs() []*hubContents {
	all := map[model.TransitGatewayID]*hubContents{}
	of := func(id model.TransitGatewayID) *hubContents {
		if all[id] == nil {
			all[id] = &hubContents{id: id, gateway: w.n.TransitGateways[id]}
		}
		return all[id]
	}
	for id := range w.n.TransitGateways {
		of(id)
	}
	for _, a := range model.Sorted(w.n.TransitGatewayAttachments) {
		h := of(a.TransitGateway)
		h.attachments = append(h.attachments, a)
	}
	for _, t := range model.Sorted(w.n.TransitGatewayRouteTables) {
		h := of(t.TransitGateway)
		h.routeTables = append(h.routeTables, t)
	}
	for _, t := range model.Sorted(w.n.TransitGatewayPolicyTables) {
		h := of(t.TransitGateway)
		h.policyTables = append(h.policyTables, t)
	}
	return model.Sorted(all)
}

func (w *writer) transitGateways(root mapping) {
	hubs := w.hubs()
	joins := newTableJoins(hubs)
	section := newMapping()
	for _, h := range hubs {
		key := string(h.id)
		if key == "" {
			key = "unplaced"
			for w.n.TransitGateways[model.TransitGatewayID(key)] != nil {
				key += "_"
			}
		}
		section.add(key, onLines(w.transitGateway(key, h, joins).n))
	}
	root.section("transit_gateways", section)
}

func (w *writer) transitGateway(key string, h *hubContents, joins *tableJoins) mapping {
	m, meta := newMapping(), w.outer
	if g := h.gateway; g != nil {
		m, meta = w.resource(key, g.Meta, w.outer), g.Meta
		m.status(g.State, g.Available, transitStates)
		m.prefixes("cidr", g.CIDRs)
		m.flag("vpn_ecmp", !g.NoVPNECMP, true)
		m.flag("security_group_referencing", g.SecurityGroupReferencing, false)
		m.add("default_association", w.defaultTable(key, h, g.AssociationDefault))
		m.add("default_propagation", w.defaultTable(key, h, g.PropagationDefault))
	} else {
		if h.id == "" {
			m.add("id", str(""))
		}
		m.flag("given", false, true)
	}
	members(m, "attachments", h.attachments, func(a *model.TransitGatewayAttachment) (string, mapping) {
		return string(a.ID), w.transitAttachment(a, meta, joins)
	})
	members(m, "route_tables", h.routeTables, func(t *model.TransitGatewayRouteTable) (string, mapping) {
		return string(t.ID), w.transitRouteTable(key, h, t, meta, joins)
	})
	members(m, "policy_tables", h.policyTables, func(t *model.TransitGatewayPolicyTable) (string, mapping) {
		return string(t.ID), w.transitPolicyTable(t, meta)
	})
	return m
}

// defaultTable writes the default association or propagation; nil where it is the
// table that Read takes for it.
func (w *writer) defaultTable(key string, h *hubContents, id model.TransitGatewayRouteTableID) *yaml.Node {
	main := func(t *model.TransitGatewayRouteTable) bool { return string(t.ID) == key+"-"+mainTable }
	switch {
	case id == "":
		return plain("false")
	case string(id) == key+"-"+mainTable && slices.ContainsFunc(h.routeTables, main):
		return nil
	}
	return w.transitTable(id)
}

// transitTable writes a reference to a route table. One whose ID is main is not
// named by that word, which every transit gateway may have for a table of its own.
func (w *writer) transitTable(id model.TransitGatewayRouteTableID) *yaml.Node {
	if id == mainTable || id == "" {
		return literal(string(id))
	}
	return w.ref(model.KindTransitGatewayRouteTable, string(id))
}

func (w *writer) transitAttachment(a *model.TransitGatewayAttachment, meta model.Meta, joins *tableJoins) mapping {
	m := w.resource(string(a.ID), a.Meta, meta)
	m.status(a.State, a.Available, attachmentStates)
	w.leadsTo(m, model.KindTransitGatewayAttachment, a.Type, a.Resource, a.VPC, a.Peer)
	w.attachmentOptions(m, a.Type, a.Subnets, a.ApplianceMode, a.IPv6, a.NoSecurityGroupReferencing)
	m.open("options_unknown", a.OptionsUnknown, string(a.ID), "options")
	m.add("accepted", gapNode(a.AcceptanceUnknown, string(a.ID), "accepted"))
	m.add("peer_attachment", w.ref(model.KindTransitGatewayAttachment, string(a.PeerAttachment)))
	m.items("prefixes", and(prefixes(a.Prefixes), a.PrefixesUnknown, string(a.ID), "prefixes"), a.Prefixes != nil)
	m.flag("route_table", joins.association(a, a.TransitGateway), true)
	if isFarSide(a, a.Peer) {
		m.flag("peer_route_table", joins.association(a, a.Peer), true)
	}
	if !joins.propagation(a) {
		m.add("propagate_to", sequenceOf(nil))
	}
	return m
}

// leadsTo writes what an attachment leads to; transport is the kind of a Connect
// attachment's transport.
func (w *writer) leadsTo(m mapping, transport model.Kind, typ model.AttachmentType, resource string, vpc model.VPCID, peer model.TransitGatewayID) {
	if vpc != "" && typ != model.AttachVPC || peer != "" && typ != model.AttachPeering {
		w.errorf("an attachment of type %s leads to %s%s", typ, vpc, peer)
	}
	to := resource
	switch typ {
	case model.AttachVPC:
		to = string(vpc)
	case model.AttachPeering:
		to = string(peer)
	}
	i := slices.IndexFunc(attachmentKinds, func(k struct {
		key  string
		kind model.Kind
		typ  model.AttachmentType
		doc  string
	}) bool {
		return k.typ == typ
	})
	if i < 0 || to == "" {
		m.add("type", str(string(typ)))
		m.text("resource", resource, "")
		return
	}
	kind := attachmentKinds[i].kind
	if kind == model.KindTransitGatewayAttachment {
		kind = transport
	}
	m.add(attachmentKinds[i].key, w.ref(kind, to))
	m.text("resource", resource, to)
}

func (w *writer) attachmentOptions(m mapping, typ model.AttachmentType, subnets []model.SubnetID, appliance, ipv6, noReferencing bool) {
	m.items("subnets", refs(w, model.KindSubnet, subnets), typ == model.AttachVPC)
	m.flag("appliance_mode", appliance, false)
	m.flag("ipv6", ipv6, false)
	m.flag("security_group_referencing", !noReferencing, true)
}

func (w *writer) transitRouteTable(key string, h *hubContents, t *model.TransitGatewayRouteTable, meta model.Meta, joins *tableJoins) mapping {
	m := w.resource(string(t.ID), t.Meta, meta)
	if t.ID == mainTable {
		m.add("id", str(mainTable))
	}
	var associations, propagations []*yaml.Node
	if !joins.associated[t.ID] {
		associations = refs(w, model.KindTransitGatewayAttachment, t.Associations)
	}
	m.items("associations", and(associations, t.AssociationsUnknown, string(t.ID), "associations"), false)
	if !joins.propagated[t.ID] {
		propagations = refs(w, model.KindTransitGatewayAttachment, t.Propagations)
	}
	m.items("propagations", propagations, false)
	w.transitRoutes(m, t)
	m.flag("routes_listed", t.RoutesListed, false)
	taken := slices.ContainsFunc(h.routeTables, func(t *model.TransitGatewayRouteTable) bool { return t.ID == mainTable })
	implied := string(t.ID) == key+"-"+mainTable && !taken && h.gateway != nil && (h.gateway.AssociationDefault == t.ID || h.gateway.PropagationDefault == t.ID)
	if implied && t.Name == mainTable && isMadeMeta(t.Meta, meta) && len(m.n.Content) == 2 { // its name
		return mapping{}
	}
	return m
}

func (w *writer) transitRoutes(m mapping, t *model.TransitGatewayRouteTable) {
	asList := t.RoutesUnknown != nil
	seen := map[string]bool{}
	for i := range t.Routes {
		d := t.Routes[i].Destination()
		asList = asList || seen[d] || t.Routes[i].PrefixList != "" && (!w.has(model.KindPrefixList, d) || looksLikeAddress(d)) || d == "?"
		seen[d] = true
	}
	all := newMapping()
	var list []*yaml.Node
	for i := range t.Routes {
		r := &t.Routes[i]
		one := newMapping()
		if asList {
			one.add("destination", w.destination(r.Prefix.IsValid(), r.Destination(), r.PrefixList))
			list = append(list, w.transitRoute(r, t, one, false))
		} else {
			all.n.Content = append(all.n.Content, str(r.Destination()), w.transitRoute(r, t, one, true))
		}
	}
	if !asList {
		m.section("routes", all)
		return
	}
	m.add("routes", onLines(sequenceOf(and(list, t.RoutesUnknown, string(t.ID), "routes"))))
}

// destination writes a route's destination in a list of routes.
func (w *writer) destination(isPrefix bool, text string, list model.PrefixListID) *yaml.Node {
	switch {
	case isPrefix:
		return str(text)
	case list == "":
		return plain("unknown")
	case looksLikeAddress(string(list)):
		return literal(string(list))
	}
	return w.ref(model.KindPrefixList, string(list))
}

// transitRoute writes where a route leads and what it has beside that; the short
// form where that is all.
func (w *writer) transitRoute(r *model.TransitGatewayRoute, t *model.TransitGatewayRouteTable, m mapping, short bool) *yaml.Node {
	plainRoute := !r.Propagated && r.Unknown == nil
	switch {
	case short && plainRoute && len(r.Attachments) == 0 && r.State == model.RouteBlackhole:
		return str(blackhole)
	case short && plainRoute && len(r.Attachments) > 0 && r.State == model.RouteActive && r.Attachments[0] != blackhole && w.has(model.KindTransitGatewayAttachment, string(r.Attachments[0])):
		return oneOrList(refs(w, model.KindTransitGatewayAttachment, r.Attachments))
	}
	m.add("attachment", oneOrList(refs(w, model.KindTransitGatewayAttachment, r.Attachments)))
	m.flag("propagated", r.Propagated, false)
	if byDefault := len(r.Attachments) > 0 || r.Unknown != nil; !byDefault || r.State != model.RouteActive {
		m.add("state", str(r.State.String()))
	}
	if r.Unknown != nil {
		m.add("unknown", cmp.Or(gapDetailNode(r.Unknown, string(t.ID), "route"), plain("true")))
	}
	return m.n
}

func (w *writer) transitPolicyTable(t *model.TransitGatewayPolicyTable, meta model.Meta) mapping {
	m := w.resource(string(t.ID), t.Meta, meta)
	m.items("associations", refs(w, model.KindTransitGatewayAttachment, t.Associations), false)
	var rules []*yaml.Node
	for i := range t.Rules {
		r := &t.Rules[i]
		one := newMapping()
		one.number("rule", r.Number, -1)
		if r.Source.IsValid() {
			one.add("source", str(r.Source.String()))
		}
		if r.Destination.IsValid() {
			one.add("destination", str(r.Destination.String()))
		}
		writeTraffic(one, r.Traffic)
		if r.SourcePorts != (model.PortRange{}) {
			one.add("source_ports", plain(r.SourcePorts.String()))
		}
		one.add("route_table", w.transitTable(r.RouteTable))
		rules = append(rules, one.n)
	}
	m.items("rules", and(rules, t.RulesUnknown, string(t.ID), "rules"), false)
	return m
}
