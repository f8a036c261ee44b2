package yamlfile

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// addresses writes where an interface lies, its addresses and its groups.
func (w *writer) addresses(m mapping, i *model.Interface, in *inVPC) {
	m.add("subnet", w.ref(model.KindSubnet, string(i.Subnet)))
	sub := w.n.Subnets[i.Subnet]
	any4, any6 := assignedBy(sub)
	var secondary, v6 []*yaml.Node
	primary := i.Primary(false)
	for _, a := range i.Addresses {
		switch {
		case a.IP.Is6():
			v6 = append(v6, str(a.IP.String()))
		case a.IP == primary.IP:
			m.add("private_ip", str(a.IP.String()))
		default:
			s := newMapping()
			s.add("private_ip", str(a.IP.String()))
			switch {
			case a.Public.IsValid():
				s.add("public_ip", str(a.Public.String()))
				secondary = append(secondary, s.n)
			case a.PublicUnassigned:
				s.add("public_ip", plain("true"))
				secondary = append(secondary, s.n)
			default:
				secondary = append(secondary, s.n.Content[1])
			}
		}
	}
	switch {
	case primary.IP.IsValid() && i.Unassigned4:
		secondary = append(secondary, plain("true"))
	case !primary.IP.IsValid():
		m.flag("private_ip", i.Unassigned4, any4)
	}
	m.add("secondary_private_ips", oneOrList(secondary))
	if i.Unassigned6 {
		v6 = append(v6, plain("true"))
	}
	if len(v6) > 0 && (len(i.Addresses) > 0 && i.Addresses[len(i.Addresses)-1].IP.Is6() || !any6) {
		m.add("ipv6_addresses", oneOrList(v6))
	} else if len(v6) == 0 && any6 {
		m.add("ipv6_addresses", sequenceOf(nil))
	}
	m.add("prefixes", oneOrList(prefixes(i.Prefixes)))
	switch {
	case i.PublicUnknown != nil:
		m.add("public_ip", gapNode(i.PublicUnknown, string(i.ID), "public_ip"))
	case primary.Public.IsValid():
		m.add("public_ip", str(primary.Public.String()))
	default:
		m.flag("public_ip", i.PublicUnassigned, publicByDefault(i, sub))
	}
	byDefault := in.groups(i.Type == interfaceOfGWLBEndpoint)
	if w.nested[i.ID] == i.Owner {
		byDefault = w.ownersGroups(i.Owner, in, byDefault)
	}
	w.groups(m, i.Groups, i.GroupsUnknown, string(i.ID), byDefault)
	m.flag("source_dest_check", !i.SourceDestCheckDisabled, true)
}

// ownersGroups are the groups that are written with an owner, for all of its
// interfaces; others where it has none of its own.
func (w *writer) ownersGroups(owner model.OwnerRef, in *inVPC, others []model.SecurityGroupID) []model.SecurityGroupID {
	switch owner.Kind {
	case model.KindVPCEndpoint:
		if v := w.n.VPCEndpoints[model.VPCEndpointID(owner.ID)]; !ungrouped(v) && !slices.Equal(v.Groups, in.groups(false)) {
			return v.Groups
		}
	case model.KindLoadBalancer:
		if l := w.n.LoadBalancers[model.OwnerID(owner.ID)]; l.GroupsUnknown == nil {
			return l.Groups
		}
		return []model.SecurityGroupID{""} // as though they were others: each is written
	case model.KindResourceGateway:
		return w.n.ResourceGateways[model.ResourceGatewayID(owner.ID)].Groups
	}
	return others
}

// groups are those that something in the VPC has by default; none says that it
// takes none.
func (in *inVPC) groups(none bool) []model.SecurityGroupID {
	if in.group == "" || none {
		return nil
	}
	return []model.SecurityGroupID{in.group}
}

// groups writes the groups of an interface or endpoint, unless they are those
// that it has by default.
func (w *writer) groups(m mapping, groups []model.SecurityGroupID, open *model.Unknown, subject string, byDefault []model.SecurityGroupID) {
	if open == nil && slices.Equal(groups, byDefault) {
		return
	}
	list := refs(w, model.KindSecurityGroup, groups)
	if open != nil {
		list = append(list, gapNode(open, subject, "security_groups"))
	}
	if len(list) == 1 {
		m.add("security_groups", list[0])
		return
	}
	m.add("security_groups", sequenceOf(list))
}

// interfaceItself writes what an interface has beside its addresses; owned tells
// whether it belongs to something.
func (w *writer) interfaceItself(m mapping, i *model.Interface, index int, typ string, owned bool) {
	m.flag("deny_all_igw_traffic", i.DenyAllIGWTraffic, false)
	m.flag("requester_managed", i.RequesterManaged, false)
	m.text("interface_type", i.Type, typ)
	m.number("device_index", i.DeviceIndex, index)
	switch {
	case i.Detached && owned:
		m.add("status", str("available"))
	case !i.Detached && !owned:
		m.add("status", str("in-use"))
	}
}

// ownedInterfaces writes the interfaces of an owner: with it where there is one
// and that is all that is to be said of it, else one by one.
func (w *writer) ownedInterfaces(m mapping, owner model.OwnerRef, ids []model.InterfaceID, typ string, in *inVPC, alone bool) {
	if alone && len(ids) == 1 {
		i := w.n.Interfaces[ids[0]]
		extra := newMapping()
		if w.nested[ids[0]] == owner && i.Name == "" && isMadeMeta(i.Meta, in.meta) {
			w.interfaceItself(extra, i, 0, typ, true)
			usual := "eni-" + owner.ID
			if extra.empty() && (string(i.ID) == usual || !w.has(model.KindInterface, usual)) {
				w.addresses(m, i, in)
				m.text("interface_id", string(i.ID), usual)
				return
			}
		}
	}
	all := newMapping()
	for index, id := range ids {
		i := w.n.Interfaces[id]
		if w.nested[id] != owner {
			absent := newMapping()
			absent.flag("given", false, true)
			all.add(string(id), absent.n)
			continue
		}
		one := w.resource("", i.Meta, in.meta)
		w.addresses(one, i, in)
		w.interfaceItself(one, i, index, typ, true)
		all.add(string(id), one.n)
	}
	if all.empty() {
		m.add("interfaces", all.n)
		return
	}
	m.section("interfaces", all)
}

func (w *writer) instance(i *model.Instance, in *inVPC) mapping {
	m := w.resource(string(i.ID), i.Meta, in.meta)
	m.text("platform", i.Platform.String(), model.PlatformUnknown.String())
	state := strings.ToLower(i.State)
	switch {
	case i.NotRunning && (state == "running" || !slices.Contains(states, state)):
		state = "stopped"
	case !i.NotRunning:
		state = "running"
	}
	m.text("state", state, "running")
	if i.NAT != nil {
		m.add("nat", plain(map[bool]string{true: "true", false: "false"}[*i.NAT]))
	}
	w.ownedInterfaces(m, model.OwnerRef{Kind: model.KindInstance, ID: string(i.ID)}, i.Interfaces, "interface", in, true)
	return m
}

// separateInterface writes an interface that stands by itself.
func (w *writer) separateInterface(i *model.Interface, in *inVPC) mapping {
	m := w.resource("", i.Meta, in.meta)
	if sub := w.n.Subnets[i.Subnet]; sub != nil && sub.VPC != i.VPC {
		w.errorf("the interface %s is in the VPC %s, its subnet in %s", i.ID, i.VPC, sub.VPC)
	}
	w.addresses(m, i, in)
	w.interfaceItself(m, i, 0, "interface", !i.Owner.IsZero())
	m.text("owner_type", string(i.Owner.Kind), "")
	m.text("owner_id", i.Owner.ID, "")
	return m
}

func (w *writer) owner(o *model.Owner, in *inVPC) mapping {
	m := w.resource(string(o.ID), o.Meta, in.meta)
	m.add("type", str(o.Type))
	m.number("port", int(o.Port), 0)
	m.flag("sends_only", o.SendsOnly, model.SendsOnly(o.Type))
	m.text("platform", o.Platform.String(), model.PlatformUnknown.String())
	w.ownedInterfaces(m, model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}, o.Interfaces, interfaceOfOwner(o.Type), in, true)
	return m
}

func (w *writer) natGateway(g *model.NATGateway, in *inVPC) mapping {
	m := w.resource(string(g.ID), g.Meta, in.meta)
	if sub := w.n.Subnets[g.Subnet]; sub != nil && sub.VPC != g.VPC {
		w.errorf("the NAT gateway %s is in the VPC %s, its subnet in %s", g.ID, g.VPC, sub.VPC)
	}
	m.add("subnet", w.ref(model.KindSubnet, string(g.Subnet)))
	if g.Private {
		m.add("connectivity", str("private"))
	}
	if g.Regional {
		m.add("availability_mode", str("regional"))
	}
	m.add("route_table", w.ref(model.KindRouteTable, string(g.RouteTable)))
	m.add("zones", oneOrList(texts(g.Zones)))
	m.text("state", g.State.String(), model.NATGatewayAvailable.String())
	if len(g.Addresses) == 1 && g.Addresses[0] == (model.NATGatewayAddress{}) {
		return m
	}
	var list []*yaml.Node
	for _, a := range g.Addresses {
		one := newMapping()
		one.add("private_ip", addressNode(a.Private))
		one.add("public_ip", addressNode(a.Public))
		one.text("network_interface", string(a.Interface), "")
		list = append(list, one.n)
	}
	m.add("addresses", cmp.Or(oneOrList(list), sequenceOf(nil)))
	return m
}

// addressNode writes an address; nil for the zero Addr.
func addressNode(a netip.Addr) *yaml.Node {
	if !a.IsValid() {
		return nil
	}
	return str(a.String())
}

func (w *writer) vpcEndpoint(v *model.VPCEndpoint, in *inVPC) mapping {
	m := w.resource(string(v.ID), v.Meta, in.meta)
	byDefault := string(model.GatewayEndpoint)
	if v.EndpointService != "" || v.ResourceConfiguration != "" || v.ServiceNetwork != "" || w.has(model.KindVPCEndpointService, v.Service) {
		byDefault = "" // Read infers it
	}
	m.text("type", string(v.Type), byDefault)
	usualState := "available"
	m.add("service", w.serviceOf(v))
	m.add("resource", w.ref(model.KindResourceConfiguration, string(v.ResourceConfiguration)))
	m.add("service_network", w.ref(model.KindServiceNetwork, string(v.ServiceNetwork)))
	switch s := w.n.VPCEndpointServices[v.EndpointService]; {
	case v.AcceptanceUnknown != nil:
		m.add("accepted", gapNode(v.AcceptanceUnknown, string(v.ID), "accepted"))
	case s != nil && s.AcceptanceRequired:
		accepted := v.State != pendingEndpoint
		if m.optional("accepted", &accepted); !accepted {
			usualState = pendingEndpoint
		}
	}
	m.text("state", v.State, usualState)
	m.flag("available", v.Available, strings.EqualFold(v.State, "available"))
	if v.PrivateDNSUnknown != nil {
		m.add("private_dns_enabled", gapNode(v.PrivateDNSUnknown, string(v.ID), "private_dns_enabled"))
	} else {
		m.flag("private_dns_enabled", v.PrivateDNSEnabled, v.Type == model.InterfaceEndpoint)
	}
	m.flag("private_dns_only_for_inbound_resolver_endpoint", v.PrivateDNSOnlyForInboundResolver, false)
	m.add("route_tables", oneOrList(refs(w, model.KindRouteTable, v.RouteTables)))
	m.text("ip_address_type", v.IPAddressType, "")
	m.add("subnets", oneOrList(refs(w, model.KindSubnet, v.Subnets)))
	typ := interfaceOfEndpoint
	if ungrouped(v) {
		typ = interfaceOfGWLBEndpoint
	}
	w.groups(m, v.Groups, nil, string(v.ID), in.groups(ungrouped(v)))
	m.add("policy", policyNode(v.Policy, v.PolicyUnknown, string(v.ID)))
	m.add("dns_names", oneOrList(texts(v.DNSNames)))
	if len(v.Interfaces) > 0 || v.Type != model.GatewayEndpoint && len(v.Subnets) > 0 {
		w.ownedInterfaces(m, model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(v.ID)}, v.Interfaces, typ, in, false)
	}
	return m
}

// serviceOf writes the service of an endpoint by its name where Read takes it for
// the same.
func (w *writer) serviceOf(v *model.VPCEndpoint) *yaml.Node {
	s := w.n.VPCEndpointServices[v.EndpointService]
	switch {
	case v.Service == "" && v.EndpointService == "":
		return nil
	case s != nil && s.ServiceName == v.Service:
		return str(string(s.ID))
	case v.EndpointService == "" && !w.has(model.KindVPCEndpointService, v.Service) && (strings.Contains(v.Service, ".") || v.Region == ""):
		return str(v.Service)
	}
	m := newMapping()
	m.text("name", v.Service, "")
	m.text("id", string(v.EndpointService), "")
	return m.n
}

// ungrouped reports whether the endpoint is of a type without groups (GWEP-1,
// ENI-10).
func ungrouped(v *model.VPCEndpoint) bool {
	return v.Type == model.GatewayEndpoint || v.Type == model.GatewayLoadBalancerEndpoint
}

func (w *writer) prefixList(l *model.PrefixList) *yaml.Node {
	m := w.resource(string(l.ID), l.Meta, w.outer)
	var entries []*yaml.Node
	for _, e := range l.Entries {
		if e.Description == "" {
			entries = append(entries, str(e.Prefix.String()))
			continue
		}
		one := newMapping()
		one.add("cidr", str(e.Prefix.String()))
		one.text("description", e.Description, "")
		entries = append(entries, one.n)
	}
	if l.EntriesUnknown != nil {
		entries = append(entries, gapNode(l.EntriesUnknown, string(l.ID), "entries"))
	}
	if l.IPv6 != (len(l.Entries) > 0 && l.Entries[0].Prefix.Addr().Is6()) {
		m.text("address_family", map[bool]string{false: "IPv4", true: "IPv6"}[l.IPv6], "")
	}
	m.number("max_entries", l.MaxEntries, 0)
	if m.empty() {
		return sequenceOf(entries)
	}
	m.add("entries", oneOrList(entries))
	return m.n
}

func (w *writer) elasticIP(e *model.ElasticIP) *yaml.Node {
	m := w.resource(string(e.ID), e.Meta, w.outer)
	m.add("public_ip", addressNode(e.PublicIP))
	m.add("network_interface", w.ref(model.KindInterface, string(e.Interface)))
	if i := w.n.Interfaces[e.Interface]; i == nil || e.PrivateIP != i.Primary(false).IP {
		m.add("private_ip", addressNode(e.PrivateIP))
	}
	return m.n
}
