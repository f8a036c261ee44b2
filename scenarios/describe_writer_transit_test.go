package scenarios

import (
	"net/netip"
	"slices"
	"strconv"

	"github.com/vpcwalk/vpcwalk/model"
)

// enabled is AWS's word for an option of a transit gateway.
func enabled(on bool) string {
	if on {
		return "enable"
	}
	return "disable"
}

// transitGateways writes transit gateways, their attachments and tables.
func (s *snapshot) transitGateways() {
	n := s.network
	for _, g := range model.Sorted(n.TransitGateways) {
		options := object{"TransitGatewayCidrBlocks": g.CIDRs, "VpnEcmpSupport": enabled(!g.NoVPNECMP), "SecurityGroupReferencingSupport": enabled(g.SecurityGroupReferencing),
			"DefaultRouteTableAssociation": enabled(g.AssociationDefault != ""), "DefaultRouteTablePropagation": enabled(g.PropagationDefault != "")}
		if g.AssociationDefault != "" {
			options["AssociationDefaultRouteTableId"] = g.AssociationDefault
		}
		if g.PropagationDefault != "" {
			options["PropagationDefaultRouteTableId"] = g.PropagationDefault
		}
		s.add("TransitGateways", &g.Meta, resource(&g.Meta, "Tags").with("TransitGatewayId", g.ID, "State", g.State, "Options", options))
	}
	for _, a := range model.Sorted(n.TransitGatewayAttachments) {
		s.attachment(a)
	}
	for _, t := range model.Sorted(n.TransitGatewayRouteTables) {
		s.transitRouteTable(t)
	}
	for _, t := range model.Sorted(n.TransitGatewayPolicyTables) {
		s.policyTable(t)
	}
}

// attachment writes an attachment as the list of all has it, which the gateway's
// account prints, and as its type's own list has it.
func (s *snapshot) attachment(a *model.TransitGatewayAttachment) {
	n := s.network
	list := func(gateway model.TransitGatewayID, resourceID string, m *model.Meta) {
		o := resource(&a.Meta, "Tags").with("TransitGatewayAttachmentId", a.ID, "TransitGatewayId", gateway, "ResourceType", string(a.Type),
			"ResourceId", resourceID, "State", a.State)
		delete(o, "OwnerId")
		if a.Account != "" {
			o["ResourceOwnerId"] = a.Account
		}
		for _, t := range n.TransitGatewayRouteTables {
			if t.TransitGateway == gateway && slices.Contains(t.Associations, a.ID) {
				o["Association"] = object{"TransitGatewayRouteTableId": t.ID, "State": "associated"}
			}
		}
		s.add("TransitGatewayAttachments", m, o)
	}
	m := &a.Meta
	if g := n.TransitGateways[a.TransitGateway]; g != nil {
		m = &g.Meta
	}
	o := resource(&a.Meta, "Tags").with("TransitGatewayAttachmentId", a.ID, "State", a.State)
	delete(o, "OwnerId")
	switch a.Type {
	case model.AttachVPC:
		list(a.TransitGateway, string(a.VPC), m)
		o.with("TransitGatewayId", a.TransitGateway, "VpcId", a.VPC, "SubnetIds", a.Subnets, "Options", object{
			"ApplianceModeSupport": enabled(a.ApplianceMode), "Ipv6Support": enabled(a.IPv6), "SecurityGroupReferencingSupport": enabled(!a.NoSecurityGroupReferencing)})
		if a.Account != "" {
			o["VpcOwnerId"] = a.Account
		}
		s.add("TransitGatewayVpcAttachments", m, o)
	case model.AttachPeering:
		if a.PeerAttachment != "" && a.PeerAttachment < a.ID {
			return // the other one has told both
		}
		list(a.TransitGateway, string(a.Peer), m)
		o.with("RequesterTgwInfo", s.transitSide(a.TransitGateway), "AccepterTgwInfo", s.transitSide(a.Peer))
		s.add("TransitGatewayPeeringAttachments", m, o)
		if peer := n.TransitGateways[a.Peer]; peer != nil {
			list(a.Peer, string(a.TransitGateway), &peer.Meta)
			if scopeFolder(peer.Account, peer.Region) != scopeFolder(m.Account, m.Region) {
				s.add("TransitGatewayPeeringAttachments", &peer.Meta, o)
			}
		}
	case model.AttachConnect:
		list(a.TransitGateway, a.Resource, m)
		s.add("TransitGatewayConnects", m, o.with("TransitGatewayId", a.TransitGateway, "TransportTransitGatewayAttachmentId", a.Resource))
	case model.AttachNetworkFunction:
		list(a.TransitGateway, "", m) // the firewall names the attachment
	default:
		list(a.TransitGateway, a.Resource, m)
	}
}

func (s *snapshot) transitSide(id model.TransitGatewayID) object {
	o := object{"TransitGatewayId": id}
	if g := s.network.TransitGateways[id]; g != nil {
		o.with("OwnerId", g.Account, "Region", g.Region)
	}
	return o
}

// transitRouteTable writes a table with its associations, propagations, prefix list
// references and routes: all routes as they are searched for, where the network
// tells them, else the static ones alone.
func (s *snapshot) transitRouteTable(t *model.TransitGatewayRouteTable) {
	s.add("TransitGatewayRouteTables", &t.Meta, resource(&t.Meta, "Tags").with("TransitGatewayRouteTableId", t.ID, "TransitGatewayId", t.TransitGateway, "State", "available"))
	associations, propagations, references, routes := []object{}, []object{}, []object{}, []object{}
	for _, id := range t.Associations {
		associations = append(associations, object{"TransitGatewayAttachmentId": id, "State": "associated"})
	}
	for _, id := range t.Propagations {
		propagations = append(propagations, object{"TransitGatewayAttachmentId": id, "State": "enabled"})
	}
	for i := range t.Routes {
		r := &t.Routes[i]
		if r.PrefixList == "" {
			routes = append(routes, s.transitRoute(r))
			continue
		}
		o := object{"TransitGatewayRouteTableId": t.ID, "PrefixListId": r.PrefixList, "State": "available", "Blackhole": len(r.Attachments) == 0}
		if len(r.Attachments) > 0 {
			o["TransitGatewayAttachment"] = object{"TransitGatewayAttachmentId": r.Attachments[0]}
		}
		references = append(references, o)
	}
	s.document("get-transit-gateway-route-table-associations", string(t.ID), &t.Meta, object{"Associations": associations})
	s.document("get-transit-gateway-route-table-propagations", string(t.ID), &t.Meta, object{"TransitGatewayRouteTablePropagations": propagations})
	s.document("get-transit-gateway-prefix-list-references", string(t.ID), &t.Meta, object{"TransitGatewayPrefixListReferences": references})
	if propagated, told := s.propagated(t); told {
		s.document("search-transit-gateway-routes", string(t.ID), &t.Meta, object{"Routes": append(routes, propagated...), "AdditionalRoutesAvailable": false})
		return
	}
	s.document("static-routes", string(t.ID), &t.Meta, object{"TransitGatewayStaticRoutes": []object{{"TransitGatewayRouteTableId": t.ID, "Routes": routes}}})
}

func (s *snapshot) transitRoute(r *model.TransitGatewayRoute) object {
	kind := "static"
	if r.Propagated {
		kind = "propagated"
	}
	o := object{"DestinationCidrBlock": r.Prefix, "Type": kind, "State": r.State.String()}
	if len(r.Attachments) > 0 {
		o["TransitGatewayAttachments"] = attachmentsOf(r.Attachments...)
	}
	return o
}

func attachmentsOf(ids ...model.TransitGatewayAttachmentID) []object {
	list := []object{}
	for _, id := range ids {
		list = append(list, object{"TransitGatewayAttachmentId": id})
	}
	return list
}

// propagated are the routes that attachments install in a table, as a search prints
// them; false where the network does not tell them all, or not which of several
// wins, or where a search prints more than it, such as a prefix list's entries.
func (s *snapshot) propagated(t *model.TransitGatewayRouteTable) (routes []object, told bool) {
	n := s.network
	seen := map[netip.Prefix]bool{}
	for i := range t.Routes {
		if t.Routes[i].PrefixList != "" {
			return nil, false
		}
		seen[t.Routes[i].Prefix] = true
	}
	for _, id := range t.Propagations {
		a := n.TransitGatewayAttachments[id]
		if a == nil || !a.Available || t.RoutesUnknown != nil {
			return nil, false
		}
		prefixes, known := s.announced(a)
		if !known {
			return nil, false
		}
		for _, p := range prefixes {
			if seen[p] {
				return nil, false
			}
			seen[p] = true
			routes = append(routes, object{"DestinationCidrBlock": p, "Type": "propagated", "State": "active", "TransitGatewayAttachments": attachmentsOf(id)})
		}
	}
	return routes, true
}

// announced are the prefixes that an attachment propagates, as far as the network
// tells them without what is said of networks on premises.
func (s *snapshot) announced(a *model.TransitGatewayAttachment) ([]netip.Prefix, bool) {
	n := s.network
	switch a.Type {
	case model.AttachVPC:
		v := n.VPCs[a.VPC]
		if v == nil {
			return nil, false
		}
		return slices.DeleteFunc(slices.Clone(v.CIDRs), func(p netip.Prefix) bool { return p.Addr().Is6() && !a.IPv6 }), true
	case model.AttachPeering, model.AttachNetworkFunction:
		return nil, true
	case model.AttachVPN:
		if len(n.OnPremisesNetworks)+len(n.OnPremises) > 0 {
			return nil, false
		}
		prefixes := a.Prefixes
		if c := n.VPNConnections[model.VPNConnectionID(a.Resource)]; c != nil {
			if c.StaticRoutesOnly {
				return nil, true
			}
			prefixes = slices.Concat(prefixes, c.LearnedRoutes)
		}
		slices.SortFunc(prefixes, netip.Prefix.Compare)
		prefixes = slices.Compact(prefixes)
		return prefixes, len(prefixes) > 0
	}
	if len(n.OnPremisesNetworks)+len(n.OnPremises) > 0 {
		return nil, false
	}
	return a.Prefixes, len(a.Prefixes) > 0
}

func (s *snapshot) policyTable(t *model.TransitGatewayPolicyTable) {
	s.add("TransitGatewayPolicyTables", &t.Meta, resource(&t.Meta, "Tags").with("TransitGatewayPolicyTableId", t.ID, "TransitGatewayId", t.TransitGateway, "State", "available"))
	associations, rules := []object{}, []object{}
	for _, id := range t.Associations {
		associations = append(associations, object{"TransitGatewayPolicyTableId": t.ID, "TransitGatewayAttachmentId": id, "State": "associated"})
	}
	for _, r := range t.Rules {
		rule := object{"Protocol": "*", "SourcePortRange": portWords(r.SourcePorts), "DestinationPortRange": portWords(r.Traffic.Ports)}
		if r.Traffic.Protocol != model.AllTraffic.Protocol {
			rule["Protocol"] = protocolNumber(r.Traffic.Protocol)
		}
		if r.Source.IsValid() {
			rule["SourceCidrBlock"] = r.Source
		}
		if r.Destination.IsValid() {
			rule["DestinationCidrBlock"] = r.Destination
		}
		rules = append(rules, object{"PolicyRuleNumber": strconv.Itoa(r.Number), "PolicyRule": rule, "TargetRouteTableId": r.RouteTable})
	}
	s.document("get-transit-gateway-policy-table-associations", string(t.ID), &t.Meta, object{"Associations": associations})
	s.document("get-transit-gateway-policy-table-entries", string(t.ID), &t.Meta, object{"TransitGatewayPolicyTableEntries": rules})
}

// portWords writes a range of ports as policy tables do; all where it is zero.
func portWords(p model.PortRange) string {
	switch {
	case p == model.AllPorts || p == (model.PortRange{}):
		return "*"
	case p.From == p.To:
		return strconv.Itoa(int(p.From))
	}
	return strconv.Itoa(int(p.From)) + "-" + strconv.Itoa(int(p.To))
}
