package sim

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Element is one difference between the resources of two networks: a rule, a
// route, an association or another attribute that is there on one side only or
// reads otherwise, or a whole resource.
type Element struct {
	Kind model.Kind // of the resource
	ID   string     // of the resource, in the later network if that has it
	Name string
	// What is the rule, route or attribute: "ingress tcp 22 from 0.0.0.0/0",
	// "route 0.0.0.0/0", "security groups". Empty for the resource itself.
	What string
	// Before and After are its values, empty where a side lacks it or where What
	// says all; at least one of the places is told, where the input has places.
	Before, After           string
	BeforePlace, AfterPlace model.Provenance
	InBefore, InAfter       bool
	rules                   [2]any              // of the model, before and after; nil for what is none
	meets                   func(*metFlow) bool // nil: whatever the flow
}

type resourceKey struct {
	kind model.Kind
	id   string
}

// resource is a resource as it is compared.
type resource struct {
	resourceKey
	meta   *model.Meta
	facets []facet
}

// facet is a part of a resource that can change by itself. The key is told, and
// so is the text where it says more.
type facet struct {
	key, text string
	where     model.Provenance
	rule      any // a pointer into the model; nil for what is no rule or route
	meets     func(*metFlow) bool
}

// compareResources fills the elements.
func (d *differ) compareResources() {
	was, is := map[resourceKey]resource{}, map[resourceKey]resource{}
	for _, r := range d.before.resources(d.before.rename) {
		was[r.resourceKey] = r
	}
	for _, r := range d.after.resources(d.after.rename) {
		is[r.resourceKey] = r
		old, ok := was[r.resourceKey]
		if !ok {
			d.elements = append(d.elements, &Element{Kind: r.kind, ID: r.id, Name: r.meta.Name, AfterPlace: r.meta.Provenance, InAfter: true})
			continue
		}
		d.compareFacets(&old, &r)
	}
	for k, r := range was {
		if _, ok := is[k]; !ok {
			d.elements = append(d.elements, &Element{Kind: r.kind, ID: r.id, Name: r.meta.Name, BeforePlace: r.meta.Provenance, InBefore: true})
		}
	}
	slices.SortFunc(d.elements, compareElements)
	d.byOwner = map[resourceKey][]*Element{}
	for _, x := range d.elements {
		k := resourceKey{x.Kind, x.ID}
		d.byOwner[k] = append(d.byOwner[k], x)
	}
}

func compareElements(x, y *Element) int {
	return cmp.Or(cmp.Compare(x.Kind, y.Kind), strings.Compare(x.ID, y.ID), strings.Compare(x.What, y.What), strings.Compare(x.Before, y.Before), strings.Compare(x.After, y.After))
}

func (d *differ) compareFacets(before, after *resource) {
	was := map[string]facet{}
	for _, f := range before.facets {
		was[f.key] = f
	}
	element := func() *Element { return &Element{Kind: after.kind, ID: after.id, Name: after.meta.Name} }
	for _, f := range after.facets {
		old, ok := was[f.key]
		delete(was, f.key)
		if ok && old.text == f.text {
			continue
		}
		x := element()
		x.What, x.After, x.AfterPlace, x.InAfter, x.meets = f.key, f.text, f.where, true, f.meets
		x.rules[1] = f.rule
		if ok {
			x.rules[0] = old.rule
			x.Before, x.BeforePlace, x.InBefore = old.text, old.where, true
			if f.meets != nil && old.meets != nil {
				x.meets = func(m *metFlow) bool { return f.meets(m) || old.meets(m) }
			}
		}
		d.elements = append(d.elements, x)
	}
	for _, f := range before.facets {
		if _, ok := was[f.key]; ok {
			delete(was, f.key)
			x := element()
			x.What, x.Before, x.BeforePlace, x.InBefore, x.meets = f.key, f.text, f.where, true, f.meets
			x.rules[0] = f.rule
			d.elements = append(d.elements, x)
		}
	}
}

// facets collects the parts of a resource.
type facets struct {
	list   []facet
	rename func(model.Kind, string) string
}

// attribute adds a part that is always there.
func (f *facets) attribute(name, value string, where model.Provenance) {
	f.list = append(f.list, facet{key: name, text: value, where: where})
}

func (f *facets) flag(name string, set bool, where model.Provenance) {
	value := "off"
	if set {
		value = "on"
	}
	f.attribute(name, value, where)
}

// rule adds a part that may be there, and several times.
func (f *facets) rule(x facet) {
	for n := 2; slices.ContainsFunc(f.list, func(y facet) bool { return y.key == x.key }); n++ {
		x.key = fmt.Sprintf("%s (%d)", strings.TrimSuffix(x.key, fmt.Sprintf(" (%d)", n-1)), n)
	}
	f.list = append(f.list, x)
}

// names gives the names of other resources in the later network, in order.
func renamed[T ~string](f *facets, k model.Kind, ids []T) string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		out = append(out, f.rename(k, string(id)))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func unknownText(u *model.Unknown) string {
	if u == nil {
		return ""
	}
	return " (not known: " + u.Reason + ")"
}

// resources lists what decides about packets, under the names that rename gives.
func (e *Engine) resources(rename func(model.Kind, string) string) []resource {
	n := e.network
	var out []resource
	add := func(k model.Kind, id string, m *model.Meta, fill func(*facets)) {
		f := &facets{rename: rename}
		fill(f)
		out = append(out, resource{resourceKey{k, rename(k, id)}, m, f.list})
	}
	for _, m := range model.Sorted(n.VPCs) {
		add(model.KindVPC, string(m.ID), &m.Meta, func(f *facets) {
			f.attribute("CIDRs", joinPrefixes(m.CIDRs), m.Provenance)
		})
	}
	for _, m := range model.Sorted(n.Subnets) {
		add(model.KindSubnet, string(m.ID), &m.Meta, func(f *facets) {
			sn := e.subnets[m.ID]
			f.attribute("CIDRs", joinPrefixes(m.CIDRs)+unknownText(m.CIDRsUnknown), m.Provenance)
			f.attribute("route table", rename(model.KindRouteTable, sn.table.comp.ID), m.Provenance)
			f.attribute("network ACL", rename(model.KindNetworkACL, sn.nacl.comp.ID), m.Provenance)
		})
	}
	for _, m := range model.Sorted(n.RouteTables) {
		add(model.KindRouteTable, string(m.ID), &m.Meta, func(f *facets) { f.routes(m) })
	}
	for _, m := range model.Sorted(n.PrefixLists) {
		add(model.KindPrefixList, string(m.ID), &m.Meta, func(f *facets) {
			for _, x := range m.Entries {
				f.rule(facet{key: "entry " + x.Prefix.String(), where: x.Provenance, meets: func(f *metFlow) bool { return f.hasAny(x.Prefix) }})
			}
			f.gap("entries", m.EntriesUnknown)
		})
	}
	for _, m := range model.Sorted(n.NetworkACLs) {
		add(model.KindNetworkACL, string(m.ID), &m.Meta, func(f *facets) { f.networkACLRules(m) })
	}
	for _, m := range model.Sorted(n.SecurityGroups) {
		add(model.KindSecurityGroup, string(m.ID), &m.Meta, func(f *facets) { f.groupRules(m) })
	}
	for _, m := range model.Sorted(n.Interfaces) {
		add(model.KindInterface, string(m.ID), &m.Meta, func(f *facets) { f.networkInterface(m) })
	}
	for _, m := range model.Sorted(n.Instances) {
		add(model.KindInstance, string(m.ID), &m.Meta, func(f *facets) {
			f.flag("running", !m.NotRunning, m.Provenance)
			if m.NAT != nil {
				f.flag("NAT", *m.NAT, m.Provenance)
			}
		})
	}
	for _, m := range model.Sorted(n.Owners) {
		add(model.KindOwner, string(m.ID), &m.Meta, func(f *facets) {
			f.attribute("type", m.Type, m.Provenance)
			f.flag("accepts connections", !m.SendsOnly, m.Provenance)
		})
	}
	for _, m := range model.Sorted(n.InternetGateways) {
		add(model.KindInternetGateway, string(m.ID), &m.Meta, func(f *facets) { f.attribute("VPC", rename(model.KindVPC, string(m.VPC)), m.Provenance) })
	}
	for _, m := range model.Sorted(n.EgressOnlyInternetGateways) {
		add(model.KindEgressOnlyInternetGateway, string(m.ID), &m.Meta, func(f *facets) { f.attribute("VPC", rename(model.KindVPC, string(m.VPC)), m.Provenance) })
	}
	for _, m := range model.Sorted(n.NATGateways) {
		add(model.KindNATGateway, string(m.ID), &m.Meta, func(f *facets) {
			f.attribute("state", m.State.String(), m.Provenance)
			f.attribute("subnet", rename(model.KindSubnet, string(m.Subnet)), m.Provenance)
			f.flag("private", m.Private, m.Provenance)
			f.attribute("zones", strings.Join(m.Zones, ", "), m.Provenance)
			for _, a := range m.Addresses {
				f.attribute("address "+addrText(a.Private), addrText(a.Public), m.Provenance)
			}
		})
	}
	for _, m := range model.Sorted(n.VPCEndpoints) {
		add(model.KindVPCEndpoint, string(m.ID), &m.Meta, func(f *facets) {
			f.attribute("service", m.Service+" ("+string(m.Type)+")", m.Provenance)
			f.flag("available", m.Available, m.Provenance)
			f.attribute("route tables", renamed(f, model.KindRouteTable, m.RouteTables), m.Provenance)
			f.attribute("subnets", renamed(f, model.KindSubnet, m.Subnets), m.Provenance)
			f.attribute("security groups", renamed(f, model.KindSecurityGroup, m.Groups), m.Provenance)
		})
	}
	for _, v := range e.vpcList {
		meta := &model.Meta{Name: v.comp.Name, Provenance: v.bpa.where}
		add(kindBlockPublicAccess, v.comp.ID, meta, func(f *facets) {
			f.attribute("mode", v.bpa.mode.String()+unknownText(v.bpa.open), v.bpa.where)
			for _, x := range n.BlockPublicAccessExclusions {
				if sn := n.Subnets[x.Subnet]; x.VPC == v.model.ID || sn != nil && sn.VPC == v.model.ID {
					f.rule(facet{key: "exclusion of " + rename(model.KindSubnet, string(x.Subnet)) + rename(model.KindVPC, string(x.VPC)), where: x.Provenance,
						text: map[bool]string{true: "allow-egress", false: "allow-bidirectional"}[x.AllowEgress] + unknownText(x.Unknown)})
				}
			}
		})
	}
	return append(out, e.joiningResources(rename)...)
}

// kindBlockPublicAccess stands for a VPC's Block Public Access, under the VPC's
// ID.
const kindBlockPublicAccess model.Kind = "block-public-access"

func (f *facets) gap(what string, u *model.Unknown) {
	if u != nil {
		f.attribute(what, "not all known: "+u.Reason, u.Provenance)
	}
}

func (f *facets) routes(m *model.RouteTable) {
	f.flag("main", m.Main, m.Provenance)
	f.attribute("gateways", renamed(f, model.KindInternetGateway, m.Gateways), m.Provenance)
	for i := range m.Routes {
		r := &m.Routes[i]
		x := facet{key: "route " + r.Destination(), text: f.rename(r.Target.Kind, r.Target.String()) + unknownText(r.Unknown), where: r.Provenance, rule: r, meets: func(*metFlow) bool { return true }}
		if r.State != model.RouteActive {
			x.text += ", " + r.State.String()
		}
		if r.PrefixList != "" {
			x.key = "route " + f.rename(model.KindPrefixList, string(r.PrefixList))
		} else if p := r.Prefix; p.IsValid() {
			x.meets = func(m *metFlow) bool { return m.hasAny(p) }
		}
		f.rule(x)
	}
	f.gap("routes", m.RoutesUnknown)
}

func (f *facets) networkACLRules(m *model.NetworkACL) {
	for i := range m.Rules {
		r := &m.Rules[i]
		f.rule(facet{
			key: fmt.Sprintf("%s rule %d", r.Direction, r.Number), text: fmt.Sprintf("%s %s %s %s%s", r.Action, r.Traffic, preposition(r.Direction), prefixText(r.Prefix), unknownText(r.Unknown)),
			where: r.Provenance, rule: r,
			meets: func(m *metFlow) bool {
				return r.Unknown != nil || m.hasAny(r.Prefix) && (m.isOf(&r.Traffic) || m.isReplyOf(&r.Traffic))
			},
		})
	}
	f.gap("rules", m.RulesUnknown)
}

func (f *facets) groupRules(m *model.SecurityGroup) {
	f.attribute("VPCs", renamed(f, model.KindVPC, append([]model.VPCID{m.VPC}, m.AssociatedVPCs...)), m.Provenance)
	for i := range m.Rules {
		r := &m.Rules[i]
		peer := r.Peer.String()
		switch {
		case r.Peer.Group != "":
			peer = f.rename(model.KindSecurityGroup, string(r.Peer.Group))
		case r.Peer.PrefixList != "":
			peer = f.rename(model.KindPrefixList, string(r.Peer.PrefixList))
		}
		value := ""
		if r.Peer.Stale {
			value = "stale"
		}
		f.rule(facet{text: value,
			key: fmt.Sprintf("%s %s %s %s%s", r.Direction, r.Traffic, preposition(r.Direction), peer, unknownText(r.Unknown)), where: r.Provenance, rule: r,
			meets: func(m *metFlow) bool {
				if r.Unknown != nil {
					return true
				}
				if !m.isOf(&r.Traffic) {
					return false
				}
				switch {
				case r.Peer.Group != "":
					return m.at[resourceKey{model.KindSecurityGroup, peer}]
				case r.Peer.PrefixList != "":
					return true
				case r.Direction == model.Ingress:
					return containsAny(r.Peer.Prefix, m.sources)
				}
				return containsAny(r.Peer.Prefix, m.destinations)
			},
		})
	}
	f.gap("rules", m.RulesUnknown)
}

func (f *facets) networkInterface(m *model.Interface) {
	f.attribute("subnet", f.rename(model.KindSubnet, string(m.Subnet)), m.Provenance)
	f.attribute("owner", f.rename(m.Owner.Kind, m.Owner.ID), m.Provenance)
	f.attribute("security groups", renamed(f, model.KindSecurityGroup, m.Groups)+unknownText(m.GroupsUnknown), m.Provenance)
	var private, public []string
	for _, a := range m.Addresses {
		private = append(private, addrText(a.IP))
		if a.Public.IsValid() {
			public = append(public, a.Public.String())
		}
		if a.PublicUnassigned {
			public = append(public, "one of "+addrText(a.IP)+" that is not known yet")
		}
	}
	if m.PublicUnassigned {
		public = append(public, "one that is not known yet")
	}
	f.attribute("addresses", strings.Join(private, ", "), m.Provenance)
	f.attribute("public addresses", strings.Join(public, ", ")+unknownText(m.PublicUnknown), m.Provenance)
	f.attribute("delegated prefixes", joinPrefixes(m.Prefixes), m.Provenance)
	f.flag("source/destination check", !m.SourceDestCheckDisabled, m.Provenance)
	f.flag("IPv6 at internet gateways", !m.DenyAllIGWTraffic, m.Provenance)
	f.flag("attached", !m.Detached, m.Provenance)
}

func preposition(d model.Direction) string {
	switch d {
	case model.Ingress:
		return "from"
	case model.Egress:
		return "to"
	}
	panic(fmt.Sprintf("sim: direction %d", uint8(d)))
}

func prefixText(p netip.Prefix) string {
	if !p.IsValid() {
		return "?"
	}
	return p.String()
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return "not known yet"
	}
	return a.String()
}

func joinPrefixes(ps []netip.Prefix) string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.String()
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func containsAny(p netip.Prefix, addrs []netip.Addr) bool {
	return p.IsValid() && slices.ContainsFunc(addrs, p.Contains)
}
