package lint

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
)

// unused finds what nothing uses. What AWS makes and nobody can delete is left out:
// default groups, default network ACLs, main route tables (SG-4, NACL-19, RT-21).
func (l *linter) unused() {
	for _, g := range model.Sorted(l.n.SecurityGroups) {
		if g.GroupName != "default" && l.isEmpty(g) {
			a := aboutGroup(g)
			l.report(SecurityGroupUnused, a, nil, fmt.Sprintf("no interface of the input has %s", a), "delete it, unless something that comes and goes will use it")
		}
	}
	for _, acl := range model.Sorted(l.n.NetworkACLs) {
		if !acl.IsDefault && len(l.aclUsers[acl.ID]) == 0 && l.whole(acl.VPC, model.KindSubnet) && !l.openACLs[acl.VPC] {
			a := aboutACL(acl)
			l.report(NetworkACLUnused, a, nil, fmt.Sprintf("no subnet uses %s", a), "associate it with the subnets that it was made for, or delete it")
		}
	}
	l.unusedTables()
	l.unusedLists()
	l.unusedGateways()
}

func (l *linter) unusedTables() {
	regional := map[model.RouteTableID]bool{}
	for _, n := range l.n.NATGateways {
		regional[n.RouteTable] = true
	}
	for _, rt := range model.Sorted(l.n.RouteTables) {
		if rt.Main || len(rt.Gateways) > 0 || regional[rt.ID] || len(l.tableUsers[rt.ID]) > 0 || !l.whole(rt.VPC, model.KindSubnet) || l.openTables[rt.VPC] {
			continue
		}
		a := aboutTable(rt)
		l.report(RouteTableUnused, a, nil, fmt.Sprintf("neither a subnet nor a gateway uses %s", a), "associate it with the subnets that it was made for, or delete it")
	}
}

func (l *linter) unusedLists() {
	used := map[model.PrefixListID]bool{}
	for _, g := range l.n.SecurityGroups {
		for _, r := range g.Rules {
			used[r.Peer.PrefixList] = true
		}
		if g.RulesUnknown != nil {
			return
		}
	}
	for _, rt := range l.n.RouteTables {
		for _, r := range rt.Routes {
			used[r.PrefixList] = true
		}
		if rt.RoutesUnknown != nil {
			return
		}
	}
	for id := range l.n.VPCs {
		if !l.whole(id, model.KindSecurityGroup, model.KindRouteTable) {
			return
		}
	}
	for _, pl := range model.Sorted(l.n.PrefixLists) {
		if !used[pl.ID] && !isAWSManaged(pl) && len(l.n.VPCs) > 0 {
			a := aboutList(pl)
			l.report(PrefixListUnused, a, nil, fmt.Sprintf("no rule and no route references %s", a), "delete it, unless something that the input lacks uses it")
		}
	}
}

func (l *linter) unusedGateways() {
	for _, g := range model.Sorted(l.n.InternetGateways) {
		if g.VPC == "" {
			a := about{kind: model.KindInternetGateway, id: string(g.ID), name: g.Name, at: g.Provenance}
			l.report(InternetGatewayUnattached, a, nil, fmt.Sprintf("%s is attached to no VPC", a), "attach it or delete it")
		}
	}
	held := map[string]bool{}
	for _, i := range l.n.Interfaces {
		for _, a := range i.Addresses {
			held[a.Public.String()] = true
		}
	}
	for _, n := range l.n.NATGateways {
		for _, a := range n.Addresses {
			held[a.Public.String()] = true
		}
	}
	for _, e := range model.Sorted(l.n.ElasticIPs) {
		// One whose address is not known yet may be what something waits for.
		if e.Interface == "" && !e.PrivateIP.IsValid() && e.PublicIP.IsValid() && !held[e.PublicIP.String()] {
			a := about{kind: model.KindElasticIP, id: string(e.ID), name: e.Name, at: e.Provenance}
			l.report(ElasticIPUnused, a, nil, fmt.Sprintf("%s, %s, is associated with nothing", a, e.PublicIP), "associate it or release it")
		}
	}
}
