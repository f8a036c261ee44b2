package yamlfile

import (
	"cmp"
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// inVPC is what the writers of a VPC's resources need to know of it.
type inVPC struct {
	key       string
	meta      model.Meta
	vpc       *model.VPC
	asWritten bool
	ipv6      bool
	// group is the default group that Read gives to interfaces without groups.
	group model.SecurityGroupID
	// has counts the VPC's main tables, default network ACLs and default groups.
	has map[model.Kind]int
}

// makes reports whether Read makes a resource like the only default of its kind
// that the VPC has, so that it need not be written.
func (in *inVPC) makes(kind model.Kind, id, name string, meta model.Meta) bool {
	return !in.asWritten && in.has[kind] == 1 && in.vpc.Missing[kind] == nil && id == in.key+"-"+name && meta.Name == name && isMadeMeta(meta, in.meta)
}

// has reports whether the network has a resource.
func (w *writer) has(kind model.Kind, id string) bool {
	n := w.n
	switch kind {
	case model.KindVPC:
		return n.VPCs[model.VPCID(id)] != nil
	case model.KindSubnet:
		return n.Subnets[model.SubnetID(id)] != nil
	case model.KindRouteTable:
		return n.RouteTables[model.RouteTableID(id)] != nil
	case model.KindPrefixList:
		return n.PrefixLists[model.PrefixListID(id)] != nil
	case model.KindNetworkACL:
		return n.NetworkACLs[model.NetworkACLID(id)] != nil
	case model.KindSecurityGroup:
		return n.SecurityGroups[model.SecurityGroupID(id)] != nil
	case model.KindInterface:
		return n.Interfaces[model.InterfaceID(id)] != nil
	case model.KindInstance:
		return n.Instances[model.InstanceID(id)] != nil
	case model.KindInternetGateway:
		return n.InternetGateways[model.InternetGatewayID(id)] != nil
	case model.KindEgressOnlyInternetGateway:
		return n.EgressOnlyInternetGateways[model.EgressOnlyInternetGatewayID(id)] != nil
	case model.KindNATGateway:
		return n.NATGateways[model.NATGatewayID(id)] != nil
	case model.KindVPCEndpoint:
		return n.VPCEndpoints[model.VPCEndpointID(id)] != nil || w.hasFirewallEndpoint(model.VPCEndpointID(id))
	case model.KindElasticIP:
		return n.ElasticIPs[model.AllocationID(id)] != nil
	case model.KindOwner:
		return n.Owners[model.OwnerID(id)] != nil || n.LoadBalancers[model.OwnerID(id)] != nil
	}
	return w.hasJoining(kind, id)
}

// hasJoining reports the same for what joins VPCs.
func (w *writer) hasJoining(kind model.Kind, id string) bool {
	n := w.n
	switch kind {
	case model.KindVPCPeeringConnection:
		return n.VPCPeeringConnections[model.VPCPeeringConnectionID(id)] != nil
	case model.KindTransitGateway:
		return n.TransitGateways[model.TransitGatewayID(id)] != nil
	case model.KindTransitGatewayAttachment:
		return n.TransitGatewayAttachments[model.TransitGatewayAttachmentID(id)] != nil
	case model.KindTransitGatewayRouteTable:
		return n.TransitGatewayRouteTables[model.TransitGatewayRouteTableID(id)] != nil
	case model.KindVPNGateway:
		return n.VPNGateways[model.VPNGatewayID(id)] != nil
	case model.KindCustomerGateway:
		return n.CustomerGateways[model.CustomerGatewayID(id)] != nil
	case model.KindVPNConnection:
		return n.VPNConnections[model.VPNConnectionID(id)] != nil
	case model.KindDirectConnectGateway:
		return n.DirectConnectGateways[model.DirectConnectGatewayID(id)] != nil
	case model.KindVirtualInterface:
		return n.VirtualInterfaces[model.VirtualInterfaceID(id)] != nil
	case model.KindClientVPNEndpoint:
		return n.ClientVPNEndpoints[model.ClientVPNEndpointID(id)] != nil
	case model.KindCoreNetwork:
		return n.CoreNetworks[model.CoreNetworkID(id)] != nil
	case model.KindCoreNetworkAttachment:
		return n.CoreNetworkAttachments[model.CoreNetworkAttachmentID(id)] != nil
	case model.KindTargetGroup:
		return n.TargetGroups[model.TargetGroupID(id)] != nil
	case model.KindVPCEndpointService:
		return n.VPCEndpointServices[model.VPCEndpointServiceID(id)] != nil
	case model.KindResourceGateway:
		return n.ResourceGateways[model.ResourceGatewayID(id)] != nil
	case model.KindResourceConfiguration:
		return n.ResourceConfigurations[model.ResourceConfigurationID(id)] != nil
	case model.KindServiceNetwork:
		return n.ServiceNetworks[model.ServiceNetworkID(id)] != nil
	case model.KindLatticeService:
		return n.LatticeServices[model.LatticeServiceID(id)] != nil
	case model.KindFirewall:
		return n.Firewalls[model.FirewallID(id)] != nil
	case model.KindFirewallPolicy:
		return n.FirewallPolicies[model.FirewallPolicyID(id)] != nil
	case model.KindFirewallRuleGroup:
		return n.FirewallRuleGroups[model.FirewallRuleGroupID(id)] != nil
	}
	return false
}

func (w *writer) hasFirewallEndpoint(id model.VPCEndpointID) bool {
	for _, f := range w.n.Firewalls {
		if slices.ContainsFunc(f.Endpoints, func(e model.FirewallEndpoint) bool { return e.ID == id }) {
			return true
		}
	}
	return false
}

// hasAny reports whether what Write writes has anything of a kind of which a file
// may have none.
func (w *writer) hasAny(kind model.Kind) bool {
	n := w.n
	switch kind {
	case model.KindVPCPeeringConnection:
		return len(n.VPCPeeringConnections) > 0
	case model.KindTransitGateway:
		return len(n.TransitGateways)+len(n.TransitGatewayAttachments)+len(n.TransitGatewayRouteTables)+len(n.TransitGatewayPolicyTables) > 0
	case model.KindVPNGateway:
		return len(n.VPNGateways) > 0
	case model.KindCoreNetwork:
		return len(n.CoreNetworks)+len(n.CoreNetworkAttachments) > 0
	}
	return false
}

// ref writes a reference; {id: …} where the network lacks what it names.
func (w *writer) ref(kind model.Kind, id string) *yaml.Node {
	switch {
	case id == "":
		return nil
	case w.has(kind, id):
		return str(id)
	}
	return literal(id)
}

func literal(id string) *yaml.Node {
	m := newMapping()
	m.add("id", str(id))
	return m.n
}

// refs writes references as a list.
func refs[T ~string](w *writer, kind model.Kind, ids []T) []*yaml.Node {
	var out []*yaml.Node
	for _, id := range ids {
		out = append(out, w.refOrNone(kind, string(id)))
	}
	return out
}

func prefixes(list []netip.Prefix) []*yaml.Node {
	var out []*yaml.Node
	for _, p := range list {
		out = append(out, str(p.String()))
	}
	return out
}

// inVPC tells what Read makes of a VPC by itself.
func (w *writer) inVPC(key string, c *contents) *inVPC {
	in := &inVPC{key: key, meta: w.outer, vpc: w.n.VPCs[c.id]}
	if in.vpc == nil {
		in.vpc, in.asWritten = &model.VPC{ID: c.id}, true
		return in
	}
	in.meta = in.vpc.Meta
	w.implied(in, c)
	for _, p := range in.vpc.CIDRs {
		in.ipv6 = in.ipv6 || p.Addr().Is6()
	}
	return in
}

// vpc writes a VPC and what lies in it.
func (w *writer) vpc(key string, c *contents) *yaml.Node {
	v := w.n.VPCs[c.id]
	in := w.inVPC(key, c)
	m := newMapping()
	if v == nil {
		if key != string(c.id) {
			m.add("id", str(string(c.id)))
		}
		m.flag("given", false, true)
		m.flag("as_written", true, false)
		m.text("name", "", defaultName(key, nil))
	} else {
		m = w.resource(key, v.Meta, w.outer)
		m.add("cidr", oneOrList(prefixes(v.CIDRs)))
		m.flag("default", v.IsDefault, false)
		m.flag("enable_dns_support", v.EnableDNSSupport, true)
		m.flag("enable_dns_hostnames", v.EnableDNSHostnames, v.IsDefault)
		m.flag("dns_assumed", v.DNSAssumed, false)
		w.missing(m, v)
		m.flag("as_written", in.asWritten, false)
	}
	m.add("internet_gateway", oneOrList(gateways(c.igws, func(g *model.InternetGateway) *yaml.Node { return w.internetGateway(g, in) })))
	m.add("egress_only_internet_gateway", oneOrList(gateways(c.eigws, func(g *model.EgressOnlyInternetGateway) *yaml.Node { return w.gateway(string(g.ID), g.Meta, in) })))
	m.add("vpn_gateway", oneOrList(gateways(c.vgws, func(g *model.VPNGateway) *yaml.Node { return w.gateway(string(g.ID), g.Meta, in) })))
	members(m, "subnets", c.subnets, func(s *model.Subnet) (string, mapping) { return string(s.ID), w.subnet(s, in) })
	members(m, "route_tables", c.routeTables, func(t *model.RouteTable) (string, mapping) { return string(t.ID), w.routeTable(t, in) })
	members(m, "network_acls", c.acls, func(a *model.NetworkACL) (string, mapping) { return string(a.ID), w.networkACL(a, in) })
	members(m, "security_groups", c.groups, func(g *model.SecurityGroup) (string, mapping) { return string(g.ID), w.securityGroup(g, in) })
	members(m, "instances", c.instances, func(i *model.Instance) (string, mapping) { return string(i.ID), w.instance(i, in) })
	members(m, "network_interfaces", c.interfaces, func(i *model.Interface) (string, mapping) { return string(i.ID), w.separateInterface(i, in) })
	members(m, "owners", c.owners, func(o *model.Owner) (string, mapping) { return string(o.ID), w.owner(o, in) })
	members(m, "nat_gateways", c.nats, func(g *model.NATGateway) (string, mapping) { return string(g.ID), w.natGateway(g, in) })
	members(m, "vpc_endpoints", c.endpoints, func(v *model.VPCEndpoint) (string, mapping) { return string(v.ID), w.vpcEndpoint(v, in) })
	members(m, "load_balancers", c.balancers, func(l *model.LoadBalancer) (string, mapping) { return string(l.ID), w.loadBalancer(l, in) })
	members(m, "target_groups", c.targets, func(g *model.TargetGroup) (string, mapping) { return string(g.ID), w.targetGroup(g, in.meta) })
	members(m, "resource_gateways", c.resources, func(g *model.ResourceGateway) (string, mapping) { return string(g.ID), w.resourceGateway(g, in) })
	members(m, "firewalls", c.firewalls, func(f *model.Firewall) (string, mapping) { return string(f.ID), w.firewall(f, in.meta) })
	return onLines(m.n)
}

// members writes a section; a member that Read makes by itself has a nil node.
func members[T any](m mapping, section string, list []T, write func(T) (string, mapping)) {
	s := newMapping()
	for _, x := range list {
		if id, node := write(x); node.n != nil {
			s.add(id, node.n)
		}
	}
	m.section(section, s)
}

func gateways[T any](list []T, write func(T) *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	for _, g := range list {
		out = append(out, write(g))
	}
	return out
}

// gateway writes an attached gateway by its name alone where that is all.
func (w *writer) gateway(id string, meta model.Meta, in *inVPC) *yaml.Node {
	m := w.resource(id, meta, in.meta)
	if m.empty() && id != "true" && id != "false" && id != "" {
		return str(id)
	}
	m.n.Content = append([]*yaml.Node{str("id"), str(id)}, m.n.Content...)
	return m.n
}

// internetGateway writes an attached internet gateway.
func (w *writer) internetGateway(g *model.InternetGateway, in *inVPC) *yaml.Node {
	n := w.gateway(string(g.ID), g.Meta, in)
	if g.AttachmentUnknown == nil {
		return n
	}
	m := mapping{n}
	if n.Kind == yaml.ScalarNode {
		m = newMapping()
		m.add("id", n)
	}
	m.open("attachment_unknown", g.AttachmentUnknown, string(g.ID), "attachment")
	return m.n
}

// missing writes the kinds that the network does not tell for a VPC.
func (w *writer) missing(m mapping, v *model.VPC) {
	if len(v.Missing) == 0 {
		return
	}
	gone := newMapping()
	short := true
	var names []*yaml.Node
	for _, s := range sectionKinds {
		u := v.Missing[s.kind]
		if u == nil {
			continue
		}
		names = append(names, str(s.section))
		detail := gapDetailNode(u, string(v.ID), string(s.kind))
		if detail == nil {
			detail = plain("true")
		} else {
			short = false
		}
		gone.add(s.section, detail)
	}
	if short {
		m.add("unknown", sequenceOf(names))
		return
	}
	m.add("unknown", onLines(gone.n))
}

// implied decides whether Read's defaults would add something that the VPC does
// not have, in which case it is written as it stands.
func (w *writer) implied(in *inVPC, c *contents) {
	v := in.vpc
	in.has = map[model.Kind]int{}
	for _, t := range c.routeTables {
		if t.Main {
			in.has[model.KindRouteTable]++
		}
		for _, p := range v.CIDRs {
			in.asWritten = in.asWritten || !slices.ContainsFunc(t.Routes, func(r model.Route) bool {
				return r.Prefix == p && r.Origin != model.EnableVGWRoutePropagation
			})
		}
	}
	for _, a := range c.acls {
		if a.IsDefault {
			in.has[model.KindNetworkACL]++
		}
	}
	for _, g := range c.groups {
		if g.GroupName == "default" {
			in.group = g.ID
			in.has[model.KindSecurityGroup]++
		}
	}
	for _, s := range c.subnets {
		in.asWritten = in.asWritten || len(s.CIDRs) == 0 && s.CIDRsUnknown == nil
	}
	for _, i := range w.n.Interfaces {
		in.asWritten = in.asWritten || i.Subnet == "" && i.VPC == v.ID
	}
	for _, g := range c.nats {
		in.asWritten = in.asWritten || g.Subnet == "" && !g.Regional
	}
	for _, e := range c.endpoints {
		in.asWritten = in.asWritten || w.routeless(e)
	}
	for _, k := range []model.Kind{model.KindRouteTable, model.KindNetworkACL, model.KindSecurityGroup} {
		in.asWritten = in.asWritten || in.has[k] == 0 && v.Missing[k] == nil
	}
	in.asWritten = in.asWritten || len(v.CIDRs) == 0 && v.Missing == nil
	if in.asWritten || v.Missing[model.KindSecurityGroup] != nil {
		in.group = ""
	}
}

// routeless reports whether Read would add an endpoint's route to a table.
func (w *writer) routeless(e *model.VPCEndpoint) bool {
	if e.Type != model.GatewayEndpoint || e.Service == "" || !e.RoutesIPv4() {
		return false
	}
	return slices.ContainsFunc(e.RouteTables, func(id model.RouteTableID) bool {
		t := w.n.RouteTables[id]
		return t != nil && !hasRouteTo(t, string(e.ID))
	})
}

func (w *writer) subnet(s *model.Subnet, in *inVPC) mapping {
	m := w.resource(string(s.ID), s.Meta, in.meta)
	blocks := prefixes(s.CIDRs)
	if s.CIDRsUnknown != nil {
		blocks = append(blocks, gapNode(s.CIDRsUnknown, string(s.ID), "cidr"))
	}
	m.add("cidr", oneOrList(blocks))
	m.text("availability_zone", s.AvailabilityZone, "")
	m.text("availability_zone_id", s.AvailabilityZoneID, "")
	m.add("route_table", cmp.Or(gapNode(s.RouteTableUnknown, string(s.ID), "route_table"), w.ref(model.KindRouteTable, string(s.RouteTable))))
	m.add("network_acl", cmp.Or(gapNode(s.NetworkACLUnknown, string(s.ID), "network_acl"), w.ref(model.KindNetworkACL, string(s.NetworkACL))))
	m.flag("map_public_ip_on_launch", s.MapPublicIPOnLaunch, false)
	m.flag("assign_ipv6_address_on_creation", s.AssignIPv6AddressOnCreation, false)
	m.flag("enable_dns64", s.EnableDNS64, false)
	return m
}
