package loader

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// merger puts networks together, the later ones over the earlier.
type merger struct {
	networks []*model.Network
	diags    model.Diagnostics
}

// merge gives one network with the resources of all. The inputs are not changed,
// but a single one is given as it is.
func (m *merger) merge() (*model.Network, model.Diagnostics) {
	if len(m.networks) == 1 {
		return m.networks[0], nil
	}
	out := model.NewNetwork()
	for _, n := range m.networks {
		m.add(out, n)
	}
	return out, m.diags
}

// add puts n over out.
func (m *merger) add(out, n *model.Network) {
	open, v := unsettled(out, n), newViews(out, n)
	m.vpcs(out, n)
	m.prefixLists(out, n)
	into := out.Tables()
	for i, t := range n.Tables() {
		if t.Kind != model.KindVPC && t.Kind != model.KindPrefixList {
			m.over(into[i], t, v)
		}
	}
	maps.Copy(out.Subnets, open)
	for _, p := range model.Sorted(n.ResourcePolicies) {
		if before := out.ResourcePolicies[p.Resource]; before != nil && !same(before, p) {
			m.differ("resource policy", p.Resource, before.Provenance, p.Provenance)
		}
		out.ResourcePolicies[p.Resource] = p
	}
	m.settings(out, n)
}

// over puts the resources of one kind over others, and joins two views of one.
func (m *merger) over(out, n model.Table, v *views) {
	for _, id := range n.IDs() {
		x := n.Resources.MapIndex(id)
		if before := out.Resources.MapIndex(id); before.IsValid() {
			joined, ok := v.join(n.Kind, before, x)
			if !ok {
				m.both(n.Kind, id.String(), model.MetaOf(before).Provenance, model.MetaOf(x).Provenance, sameValue(before, x))
			}
			x = joined
		}
		out.Resources.SetMapIndex(id, x)
	}
}

// both says what there is to say about a resource that two inputs have. One that
// two designs create under its address in each, and not alike, is not one resource.
func (m *merger) both(kind model.Kind, id string, before, after model.Provenance, same bool) {
	switch {
	case same:
	case planned(id, before) && planned(id, after) && before != after:
		m.diags = append(m.diags, model.Diagnostic{Severity: model.Error, Resource: id, Provenance: after,
			Summary: fmt.Sprintf("two inputs create the %s %s, and one name cannot stand for both", kind, id),
			Detail:  "the other is at " + before.String() + "; ask about each by itself, or plan one after the other was applied"})
	default:
		m.differ(kind, id, before, after)
	}
}

// planned reports whether a resource is one that an input creates: until then it
// has the address as its ID.
func planned(id string, at model.Provenance) bool { return at.Address == id }

// differ warns that a later input has changed a resource.
func (m *merger) differ(kind model.Kind, id string, before, after model.Provenance) {
	d := model.Diagnostic{Severity: model.Warning, Resource: id, Provenance: after,
		Summary: fmt.Sprintf("two inputs differ on the %s %s; this one counts", kind, id)}
	if !before.IsZero() {
		d.Detail = "the other is at " + before.String()
	}
	m.diags = append(m.diags, d)
}

// vpcs puts VPCs over others. A VPC that an input only names never replaces one
// that is described, and a kind of resource is missing where all inputs lack it.
func (m *merger) vpcs(out, n *model.Network) {
	for _, v := range model.Sorted(n.VPCs) {
		before := out.VPCs[v.ID]
		if before == nil {
			out.VPCs[v.ID] = v
			continue
		}
		winner := *v
		switch {
		case v.Missing[model.KindVPC] != nil:
			winner = *before
		case before.Missing[model.KindVPC] == nil:
			a, b := *before, *v
			a.Missing, b.Missing = nil, nil
			m.both(model.KindVPC, string(v.ID), before.Provenance, v.Provenance, same(&a, &b) && a.PrimaryCIDR() == b.PrimaryCIDR())
		}
		winner.Missing = nil
		for kind, gap := range v.Missing {
			if before.Missing[kind] == nil {
				continue
			}
			if winner.Missing == nil {
				winner.Missing = map[model.Kind]*model.Unknown{}
			}
			winner.Missing[kind] = gap
		}
		out.VPCs[v.ID] = &winner
	}
}

// unsettled gives the subnets of an input that lacks the route tables or network
// ACLs of their VPC, where the other input has them: which of them a subnet uses
// stands in neither, and must not be taken for the main table (SUB-7) or the
// default network ACL (SUB-8). They are copies that say so. A subnet that an input
// creates uses nothing but what that input says.
func unsettled(out, n *model.Network) map[model.SubnetID]*model.Subnet {
	open := map[model.SubnetID]*model.Subnet{}
	find := func(from, other *model.Network) {
		for id, s := range from.Subnets {
			v, w := from.VPCs[s.VPC], other.VPCs[s.VPC]
			if v == nil || w == nil || from == out && n.Subnets[id] != nil || planned(string(id), s.Provenance) {
				continue
			}
			gap := func(kind model.Kind, attribute string) *model.Unknown {
				if v.Missing[kind] == nil || w.Missing[kind] != nil {
					return nil
				}
				return &model.Unknown{Subject: string(id), Attribute: attribute, Provenance: s.Provenance,
					Reason: "the input that has the subnet lacks every " + string(kind) + "; give both in one folder"}
			}
			c := *s
			if s.RouteTable == "" && s.RouteTableUnknown == nil {
				c.RouteTableUnknown = gap(model.KindRouteTable, "route_table")
			}
			if s.NetworkACL == "" && s.NetworkACLUnknown == nil {
				c.NetworkACLUnknown = gap(model.KindNetworkACL, "network_acl")
			}
			if c.RouteTableUnknown != s.RouteTableUnknown || c.NetworkACLUnknown != s.NetworkACLUnknown {
				open[id] = &c
			}
		}
	}
	find(out, n)
	find(n, out)
	return open
}

// prefixLists puts prefix lists over others. One whose entries are not given
// never replaces one that has them.
func (m *merger) prefixLists(out, n *model.Network) {
	given := maps.Clone(n.PrefixLists)
	for id, l := range given {
		before := out.PrefixLists[id]
		switch {
		case before == nil:
		case l.EntriesUnknown != nil && len(l.Entries) == 0:
			delete(given, id)
		case before.EntriesUnknown != nil && len(before.Entries) == 0:
			delete(out.PrefixLists, id)
		}
	}
	m.over(model.Table{Kind: model.KindPrefixList, Resources: reflect.ValueOf(out.PrefixLists)},
		model.Table{Kind: model.KindPrefixList, Resources: reflect.ValueOf(given)}, &views{})
}

// settings merges what has no ID.
func (m *merger) settings(out, n *model.Network) {
	for _, p := range n.BlockPublicAccess {
		i := slices.IndexFunc(out.BlockPublicAccess, func(q model.BlockPublicAccess) bool { return q.Account == p.Account && q.Region == p.Region })
		if i < 0 {
			out.BlockPublicAccess = append(out.BlockPublicAccess, p)
			continue
		}
		if q := out.BlockPublicAccess[i]; q.Mode != p.Mode {
			m.differ("block public access setting", fmt.Sprintf("of %s %s", p.Account, p.Region), q.Provenance, p.Provenance)
		}
		out.BlockPublicAccess[i] = p
	}
	for _, x := range n.BlockPublicAccessExclusions {
		i := slices.IndexFunc(out.BlockPublicAccessExclusions, func(y model.BlockPublicAccessExclusion) bool {
			return x.ID == y.ID && (x.ID != "" || x.VPC == y.VPC && x.Subnet == y.Subnet)
		})
		if i < 0 {
			out.BlockPublicAccessExclusions = append(out.BlockPublicAccessExclusions, x)
			continue
		}
		if y := out.BlockPublicAccessExclusions[i]; !same(&x, &y) {
			m.differ("block public access exclusion", cmp.Or(x.ID, string(x.VPC)+string(x.Subnet)), y.Provenance, x.Provenance)
		}
		out.BlockPublicAccessExclusions[i] = x
	}
	out.OnPremises = union(out.OnPremises, n.OnPremises)
	out.Port25Allowed = union(out.Port25Allowed, n.Port25Allowed)
	for _, u := range n.Unmodelled {
		i := slices.IndexFunc(out.Unmodelled, func(w model.Unmodelled) bool { return w.Type == u.Type })
		if i < 0 {
			out.Unmodelled = append(out.Unmodelled, u)
		} else {
			out.Unmodelled[i].Count += u.Count
		}
	}
}

func union[T comparable](a, b []T) []T {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}
