package yamlfile

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// joining writes the sections at top level of what joins VPCs.
func (w *writer) joining(root mapping) {
	writeAll(root, "peering_connections", w.n.VPCPeeringConnections, w.peering)
	w.transitGateways(root)
	writeAll(root, "vpn_gateways", w.n.VPNGateways, func(g *model.VPNGateway) mapping {
		if g.VPC != "" {
			return mapping{} // written with its VPC
		}
		return w.resource(string(g.ID), g.Meta, w.outer)
	})
	writeAll(root, "customer_gateways", w.n.CustomerGateways, w.customerGateway)
	writeAll(root, "vpn_connections", w.n.VPNConnections, w.vpnConnection)
	w.directConnectGateways(root)
	writeAll(root, "virtual_interfaces", w.n.VirtualInterfaces, w.virtualInterface)
	writeAll(root, "client_vpn_endpoints", w.n.ClientVPNEndpoints, w.clientVPN)
	w.coreNetworks(root)
	writeAll(root, "target_groups", w.n.TargetGroups, func(g *model.TargetGroup) mapping {
		if g.VPC != "" {
			return mapping{}
		}
		return w.targetGroup(g, w.outer)
	})
	writeAll(root, "endpoint_services", w.n.VPCEndpointServices, w.endpointService)
	writeAll(root, "resource_configurations", w.n.ResourceConfigurations, w.resourceConfiguration)
	writeAll(root, "service_networks", w.n.ServiceNetworks, w.serviceNetwork)
	writeAll(root, "lattice_services", w.n.LatticeServices, w.latticeService)
	writeAll(root, "firewalls", w.n.Firewalls, func(f *model.Firewall) mapping {
		if f.VPC != "" {
			return mapping{}
		}
		return w.firewall(f, w.outer)
	})
	writeAll(root, "firewall_policies", w.n.FirewallPolicies, w.firewallPolicy)
	writeAll(root, "firewall_rule_groups", w.n.FirewallRuleGroups, w.firewallRuleGroup)
	writeAll(root, "global_accelerators", w.n.Accelerators, w.accelerator)
	writeAll(root, "vpc_origins", w.n.VPCOrigins, w.vpcOrigin)
}

// writeAll writes a section of all resources of a kind; one that is written
// elsewhere has a nil node.
func writeAll[K ~string, V any](root mapping, name string, all map[K]*V, write func(*V) mapping) {
	s := newMapping()
	for _, id := range sortedKeys(all) {
		if m := write(all[id]); m.n != nil {
			s.add(string(id), m.n)
		}
	}
	root.section(name, s)
}

// refOrNone writes a reference; {id: ""} for none, where the format asks for one.
func (w *writer) refOrNone(kind model.Kind, id string) *yaml.Node {
	if id == "" {
		return literal("")
	}
	return w.ref(kind, id)
}

// prefixes writes CIDRs: nothing for nil, [] for an empty list.
func (m mapping) prefixes(key string, list []netip.Prefix) {
	m.items(key, prefixes(list), list != nil)
}

// items writes a list, or its only item alone; where there is none, [] if it is
// set.
func (m mapping) items(key string, list []*yaml.Node, set bool) {
	switch {
	case len(list) > 0:
		m.add(key, oneOrList(list))
	case set:
		m.add(key, sequenceOf(nil))
	}
}

// open writes why something is open, under a key of its own.
func (m mapping) open(key string, u *model.Unknown, subject, attribute string) {
	if u == nil {
		return
	}
	detail := gapDetailNode(u, subject, attribute)
	if detail == nil {
		detail = plain("true")
	}
	m.add(key, detail)
}

// and appends what says that a list may not be whole.
func and(list []*yaml.Node, u *model.Unknown, subject, attribute string) []*yaml.Node {
	if u == nil {
		return list
	}
	return append(list, gapNode(u, subject, attribute))
}

func (w *writer) peering(p *model.VPCPeeringConnection) mapping {
	m := w.resource(string(p.ID), p.Meta, w.outer)
	m.status(p.State, p.Active, peeringStates)
	m.add("requester", w.peeringSide(&p.Requester, p.Meta))
	m.add("accepter", w.peeringSide(&p.Accepter, p.Meta))
	m.add("accepted", gapNode(p.AcceptanceUnknown, string(p.ID), "accepted"))
	return m
}

func (w *writer) peeringSide(s *model.PeeringSide, meta model.Meta) *yaml.Node {
	m := newMapping()
	vpc := w.refOrNone(model.KindVPC, string(s.VPC))
	m.add("vpc", vpc)
	if v := w.n.VPCs[s.VPC]; v != nil {
		meta = v.Meta
	}
	m.text("account", string(s.Account), string(meta.Account))
	m.text("region", string(s.Region), string(meta.Region))
	m.prefixes("cidr", s.CIDRs)
	m.flag("allow_dns_resolution", s.AllowDNSResolution, false)
	if vpc.Kind == yaml.MappingNode { // {id: …} is a key of the side itself
		m.n.Content = append(vpc.Content, m.n.Content[2:]...)
	} else if len(m.n.Content) == 2 {
		return vpc
	}
	return m.n
}

// sortedKeys are a map's keys in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
