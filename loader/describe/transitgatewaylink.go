package describe

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// transit is what the files tell of transit gateways, until all are read.
type transit struct {
	gateways    map[model.TransitGatewayID]*model.TransitGateway
	attachments map[model.TransitGatewayAttachmentID]*attachment
	tables      map[model.TransitGatewayRouteTableID]*model.TransitGatewayRouteTable
	policies    map[model.TransitGatewayPolicyTableID]*model.TransitGatewayPolicyTable

	associations []gatewayAssociation
	associated   map[string]bool // the tables whose own list of associations is there
	propagations map[model.TransitGatewayRouteTableID]*propagations
	routes       map[model.TransitGatewayRouteTableID]*searchedRoutes
	references   map[model.TransitGatewayRouteTableID][]model.TransitGatewayRoute
	rules        map[model.TransitGatewayPolicyTableID]policyRules
}

func newTransit() transit {
	return transit{
		gateways:     map[model.TransitGatewayID]*model.TransitGateway{},
		attachments:  map[model.TransitGatewayAttachmentID]*attachment{},
		tables:       map[model.TransitGatewayRouteTableID]*model.TransitGatewayRouteTable{},
		policies:     map[model.TransitGatewayPolicyTableID]*model.TransitGatewayPolicyTable{},
		associated:   map[string]bool{},
		propagations: map[model.TransitGatewayRouteTableID]*propagations{},
		routes:       map[model.TransitGatewayRouteTableID]*searchedRoutes{},
		references:   map[model.TransitGatewayRouteTableID][]model.TransitGatewayRoute{},
		rules:        map[model.TransitGatewayPolicyTableID]policyRules{},
	}
}

// linkTransitGateways joins what the calls say of transit gateways. A gateway of
// which the snapshot lacks attachments or route tables is left out: what goes to
// it is unknown.
func (b *builder) linkTransitGateways() {
	t, n := &b.transit, b.network
	subnets := b.attachmentSubnets()
	for id, a := range t.attachments {
		if a.Type == model.AttachVPC && !a.details {
			attribute, lacking := "SubnetIds", "has neither its subnets nor its options"
			if a.Subnets = subnets[string(id)]; a.Subnets != nil {
				attribute, lacking = "Options", "does not have its options"
			}
			a.OptionsUnknown = &model.Unknown{Subject: string(id), Attribute: attribute, Provenance: a.Provenance,
				Reason: "the snapshot " + lacking + "; run aws ec2 describe-transit-gateway-vpc-attachments"}
		}
		n.TransitGatewayAttachments[id] = &a.TransitGatewayAttachment
	}
	t.associate(b)
	for _, table := range model.Sorted(t.tables) {
		b.fillTransitTable(table)
		n.TransitGatewayRouteTables[table.ID] = table
	}
	for _, p := range model.Sorted(t.policies) {
		rules, ok := t.rules[p.ID]
		p.Rules = rules.rules
		switch {
		case !ok:
			p.RulesUnknown = &model.Unknown{Subject: string(p.ID), Attribute: "TransitGatewayPolicyTableEntries", Provenance: p.Provenance,
				Reason: "the snapshot does not have them; run aws ec2 get-transit-gateway-policy-table-entries"}
		case rules.open != "":
			p.RulesUnknown = &model.Unknown{Subject: string(p.ID), Attribute: "TransitGatewayPolicyTableEntries", Reason: rules.open, Provenance: p.Provenance}
		}
		n.TransitGatewayPolicyTables[p.ID] = p
	}
	for _, g := range model.Sorted(t.gateways) {
		if reason := t.lacks(b, g); reason != "" {
			b.report(model.Diagnostic{Severity: model.Warning, Resource: string(g.ID), Provenance: g.Provenance,
				Summary: fmt.Sprintf("the snapshot lacks %s of %s: where it leads is unknown", reason, g.ID),
				Detail:  "Only the account that owns a transit gateway sees them all; add a dump of it."})
			continue
		}
		n.TransitGateways[g.ID] = g
	}
	b.learnTransitRoutes()
}

// attachmentSubnets are the subnets in which attachments have their interfaces, which
// name them (TGW-2).
func (b *builder) attachmentSubnets() map[string][]model.SubnetID {
	subnets := map[string][]model.SubnetID{}
	for _, i := range model.Sorted(b.network.Interfaces) {
		if id := i.Owner.ID; i.Owner.Kind == model.KindTransitGateway && !slices.Contains(subnets[id], i.Subnet) {
			subnets[id] = append(subnets[id], i.Subnet)
		}
	}
	return subnets
}

// lacks tells what of a transit gateway's configuration the snapshot does not
// have; empty where all is there.
func (t *transit) lacks(b *builder, g *model.TransitGateway) string {
	attached, routed := false, false
	for _, a := range t.attachments {
		attached = attached || a.TransitGateway == g.ID || a.Peer == g.ID
	}
	for _, table := range t.tables {
		routed = routed || table.TransitGateway == g.ID
	}
	switch {
	case !attached && !b.ownerGives(model.KindTransitGatewayAttachment, &g.Meta):
		return "the attachments"
	case !routed && !b.ownerGives(model.KindTransitGatewayRouteTable, &g.Meta):
		return "the route tables"
	}
	return ""
}

// ownerGives reports whether a file gives the kind as the owner of m sees it.
// Files that no folder ties to an account are the owner's where it owns a VPC of
// the snapshot, or nothing is known of who owns what.
func (b *builder) ownerGives(kind model.Kind, m *model.Meta) bool {
	owns, owners := m.Account == "", 0
	for _, v := range b.network.VPCs {
		if v.Account != "" {
			owners++
		}
		owns = owns || v.Account == m.Account
	}
	return slices.ContainsFunc(b.parts, func(p *part) bool {
		s := p.scope
		return p.given[kind] && (s.account == m.Account || s.account == "" && (owns || owners == 0)) && (s.region == "" || s.region == m.Region)
	})
}

// associate ties attachments to their tables (TGW-11). Of a table that is only
// named there is nothing but this.
func (t *transit) associate(b *builder) {
	seen := map[gatewayAssociation]bool{}
	for _, a := range t.associations {
		gateway := a.gateway
		if x := t.attachments[a.attachment]; x != nil && gateway == "" {
			gateway = x.TransitGateway
		}
		key := gatewayAssociation{attachment: a.attachment, table: a.table, policy: a.policy}
		if strings.EqualFold(a.state, "disassociated") || a.attachment == "" || seen[key] {
			continue
		}
		seen[key] = true
		settled := a.state == "" || strings.EqualFold(a.state, "associated")
		if a.policy != "" {
			p := t.policies[a.policy]
			if p == nil {
				p = &model.TransitGatewayPolicyTable{ID: a.policy, TransitGateway: gateway}
				p.Provenance = a.place
				t.policies[a.policy] = p
			}
			if settled {
				p.Associations = append(p.Associations, a.attachment)
			}
			continue
		}
		table := t.table(a.table, gateway, a.place)
		if settled {
			table.Associations = append(table.Associations, a.attachment)
			continue
		}
		table.AssociationsUnknown = &model.Unknown{Subject: string(table.ID), Attribute: "Associations", Provenance: a.place,
			Reason: fmt.Sprintf("that of %s is %s", a.attachment, clip(a.state))}
	}
	t.contest(b)
	for _, table := range t.tables {
		slices.Sort(table.Associations)
		if !t.associated[string(table.ID)] && table.AssociationsUnknown == nil && !b.ownerGives(model.KindTransitGatewayAttachment, &table.Meta) {
			table.AssociationsUnknown = &model.Unknown{Subject: string(table.ID), Attribute: "Associations", Provenance: table.Provenance,
				Reason: "the snapshot does not have them; run aws ec2 describe-transit-gateway-attachments"}
		}
	}
	for _, p := range t.policies {
		slices.Sort(p.Associations)
	}
}

// contest takes out the associations of attachments that several tables of one
// gateway claim: the calls were made at different times, and each has one (TGW-11).
func (t *transit) contest(b *builder) {
	type end struct {
		attachment model.TransitGatewayAttachmentID
		gateway    model.TransitGatewayID
	}
	claims := map[end][]string{}
	for _, table := range model.Sorted(t.tables) {
		for _, id := range table.Associations {
			e := end{id, table.TransitGateway}
			claims[e] = append(claims[e], string(table.ID))
		}
	}
	for _, p := range model.Sorted(t.policies) {
		for _, id := range p.Associations {
			e := end{id, p.TransitGateway}
			claims[e] = append(claims[e], string(p.ID))
		}
	}
	for _, table := range model.Sorted(t.tables) {
		table.Associations = slices.DeleteFunc(table.Associations, func(id model.TransitGatewayAttachmentID) bool {
			c := claims[end{id, table.TransitGateway}]
			if len(c) > 1 {
				table.AssociationsUnknown = b.contested(string(id), "Association", c[0], c[1], table.Provenance)
			}
			return len(c) > 1
		})
	}
	for _, p := range t.policies {
		p.Associations = slices.DeleteFunc(p.Associations, func(id model.TransitGatewayAttachmentID) bool {
			return len(claims[end{id, p.TransitGateway}]) > 1
		})
	}
}

// table gives a table by its ID, which may be all that is known of it.
func (t *transit) table(id model.TransitGatewayRouteTableID, gateway model.TransitGatewayID, at model.Provenance) *model.TransitGatewayRouteTable {
	table := t.tables[id]
	if table == nil {
		table = &model.TransitGatewayRouteTable{ID: id}
		table.Provenance = at
		if g := t.gateways[gateway]; g != nil {
			table.Account, table.Region = g.Account, g.Region
		}
		t.tables[id] = table
	}
	if table.TransitGateway == "" {
		table.TransitGateway = gateway
	}
	return table
}

// fillTransitTable gives a table its routes and propagations. Routes as
// search-transit-gateway-routes prints them are all there are (TGW-14), unless
// they lack what certainly propagates: then only the static ones were asked for.
func (b *builder) fillTransitTable(table *model.TransitGatewayRouteTable) {
	t := &b.transit
	from, routes := t.propagations[table.ID], t.routes[table.ID]
	if from != nil {
		slices.Sort(from.attachments)
		table.Propagations = slices.Compact(from.attachments)
	}
	unknown := func(reason string, at model.Provenance) {
		table.RoutesUnknown = &model.Unknown{Subject: string(table.ID), Attribute: "Routes", Reason: reason, Provenance: at}
	}
	if routes == nil {
		unknown("the snapshot does not have them; run aws ec2 search-transit-gateway-routes --transit-gateway-route-table-id "+string(table.ID)+
			" --filters Name=state,Values=active,blackhole", table.Provenance)
	} else {
		table.Routes = routes.routes
		for i := range table.Routes {
			if u := table.Routes[i].Unknown; u != nil {
				u.Subject = string(table.ID)
			}
		}
		table.RoutesListed = !routes.static && !b.staticOnly(table, routes)
		switch {
		case routes.more:
			table.RoutesListed = false
			unknown("there are more of them than search-transit-gateway-routes printed", routes.place)
		case table.RoutesListed:
		case from == nil:
			unknown("the snapshot does not have its propagations; run aws ec2 get-transit-gateway-route-table-propagations", table.Provenance)
		case from.flux != "":
			unknown(from.flux, from.place)
		}
	}
	if !table.RoutesListed {
		table.Routes = append(table.Routes, t.references[table.ID]...)
	}
}

// staticOnly reports whether the routes of a table lack those of a VPC that
// propagates to it.
func (b *builder) staticOnly(table *model.TransitGatewayRouteTable, routes *searchedRoutes) bool {
	for i := range routes.routes {
		if routes.routes[i].Propagated {
			return false
		}
	}
	for _, id := range table.Propagations {
		a := b.transit.attachments[id]
		if a == nil || a.Type != model.AttachVPC || !a.Available {
			continue
		}
		if v := b.network.VPCs[a.VPC]; v == nil || !routes.lists(v) {
			return true
		}
	}
	return false
}

// learnTransitRoutes tells what attachments learn by BGP from the tables that they
// propagate to (PATH-8). Where no table shows it there may be anything.
func (b *builder) learnTransitRoutes() {
	n := b.network
	shown := map[model.TransitGatewayAttachmentID]bool{}
	prefixes := map[model.TransitGatewayAttachmentID][]netip.Prefix{}
	for _, table := range model.Sorted(n.TransitGatewayRouteTables) {
		if !table.RoutesListed {
			continue
		}
		for _, id := range table.Propagations {
			shown[id] = true
		}
		for _, route := range table.Routes {
			for _, id := range route.Attachments {
				if route.Propagated && route.Prefix.IsValid() {
					shown[id] = true
					prefixes[id] = append(prefixes[id], route.Prefix)
				}
			}
		}
	}
	for _, a := range model.Sorted(n.TransitGatewayAttachments) {
		vpn := n.VPNConnections[model.VPNConnectionID(a.Resource)]
		switch a.Type {
		case model.AttachVPN:
			if vpn != nil && vpn.StaticRoutesOnly {
				continue // propagates nothing (TGW-12)
			}
		case model.AttachVPNConcentrator, model.AttachDirectConnectGateway, model.AttachConnect:
		default:
			continue
		}
		list := prefixes[a.ID]
		slices.SortFunc(list, netip.Prefix.Compare)
		a.Prefixes = slices.Compact(list)
		if vpn != nil {
			vpn.LearnedRoutes = a.Prefixes
		}
		if !shown[a.ID] {
			a.PrefixesUnknown = &model.Unknown{Subject: string(a.ID), Attribute: "routes learned by BGP", Provenance: a.Provenance,
				Reason: "no transit gateway route table of the snapshot shows them"}
		}
	}
}
