package loader

import "github.com/vpcwalk/vpcwalk/model"

// disjoint reports whether no two snapshots have a resource in common: VPCs apart
// that one of them only names, interfaces that one of them only lists with their
// instances, and what several accounts list and these tell alike.
func disjoint(snapshots []piece) bool {
	for i, p := range snapshots {
		for _, q := range snapshots[:i] {
			if shares(p.network, q.network) {
				return false
			}
		}
	}
	return true
}

func shares(a, b *model.Network) bool {
	others := b.Tables()
	for i, t := range a.Tables() {
		for _, id := range t.Resources.MapKeys() {
			x, y := t.Resources.MapIndex(id), others[i].Resources.MapIndex(id)
			if y.IsValid() && !apart(a, b, t.Kind, id.String(), x.Interface(), y.Interface()) {
				return true
			}
		}
	}
	return false
}

// apart reports whether what two snapshots have under one ID does not keep them from
// being parts of one.
func apart(a, b *model.Network, kind model.Kind, id string, x, y any) bool {
	switch kind {
	case model.KindVPC:
		return a.VPCs[model.VPCID(id)].Missing[kind] != nil || b.VPCs[model.VPCID(id)].Missing[kind] != nil
	case model.KindInterface:
		return listed(a, model.InterfaceID(id)) || listed(b, model.InterfaceID(id))
	case model.KindPrefixList, model.KindOwner:
		return true // lists of AWS's are everybody's, and owners are told by their interfaces
	case model.KindFirewallRuleGroup:
		return onlyNamed(x.(*model.FirewallRuleGroup)) || onlyNamed(y.(*model.FirewallRuleGroup))
	}
	return viewed[kind] && consistent(x, y)
}

// onlyNamed reports whether an input names a rule group and does not describe it.
func onlyNamed(g *model.FirewallRuleGroup) bool {
	return g.Unknown != nil && g.Rules == nil && g.Stateless == nil && g.Domains == nil
}

// listed reports whether a snapshot that has no interfaces of the VPC tells of this
// one, which it then has of the interface's instance.
func listed(n *model.Network, id model.InterfaceID) bool {
	v := n.VPCs[n.Interfaces[id].VPC]
	return v != nil && v.Missing[model.KindInterface] != nil
}
