package describe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// wanted are the calls without which something about a VPC is unknown. What is
// not among them has AWS's default where it is not given: Block Public Access,
// VPC attributes, VPC endpoints, Elastic IPs, egress-only internet gateways.
var wanted = []struct {
	kind     model.Kind
	key      string
	command  string
	severity model.Severity
	// always says that every VPC has one, made with it: a list that has none
	// of a VPC's is not whole.
	always bool
}{
	{model.KindSubnet, "Subnets", "describe-subnets", model.Warning, false},
	{model.KindRouteTable, "RouteTables", "describe-route-tables", model.Warning, true},
	{model.KindNetworkACL, "NetworkAcls", "describe-network-acls", model.Warning, true},
	{model.KindSecurityGroup, "SecurityGroups", "describe-security-groups", model.Warning, false},
	{model.KindInterface, "NetworkInterfaces", "describe-network-interfaces", model.Warning, false},
	{model.KindInstance, "Reservations", "describe-instances", model.Note, false},
	{model.KindInternetGateway, "InternetGateways", "describe-internet-gateways", model.Note, false},
	{model.KindNATGateway, "NatGateways", "describe-nat-gateways", model.Note, false},
	{model.KindPrefixList, "PrefixLists", "describe-managed-prefix-lists", model.Note, false},
}

// linkMissing says of every VPC which kinds the snapshot lacks for it: those that
// no file of its account and Region gives.
func (b *builder) linkMissing() {
	for _, w := range wanted {
		lacking := map[scope]bool{}
		var having map[model.VPCID]bool
		if w.always {
			having = b.having(w.kind)
		}
		vpcs := model.Sorted(b.network.VPCs)
		for _, v := range vpcs {
			reason := ""
			switch {
			case !b.gives(w.kind, v):
				lacking[scope{v.Account, v.Region}] = true
				reason = fmt.Sprintf("the snapshot has no %s; run aws ec2 %s", w.key, w.command)
			case w.always && !having[v.ID]:
				reason = fmt.Sprintf("the snapshot's %s has none of this VPC, though every VPC has one; run aws ec2 %s again", w.key, w.command)
				b.report(model.Diagnostic{Severity: model.Warning, Resource: string(v.ID), Provenance: v.Provenance,
					Summary: fmt.Sprintf("the snapshot's %s has none of %s, though every VPC has one", w.key, v.ID),
					Detail:  fmt.Sprintf("What they decide is unknown. Run aws ec2 %s again, all pages.", w.command)})
			default:
				continue
			}
			if v.Missing == nil {
				v.Missing = map[model.Kind]*model.Unknown{}
			}
			v.Missing[w.kind] = &model.Unknown{Subject: string(v.ID), Attribute: w.key, Reason: reason}
		}
		b.reportMissing(w.key, w.command, w.severity, lacking, vpcs)
	}
	for _, v := range model.Sorted(b.network.VPCs) {
		if v.Missing[model.KindVPC] != nil {
			b.report(model.Diagnostic{Severity: model.Warning, Resource: string(v.ID), Provenance: v.Provenance,
				Summary: fmt.Sprintf("the snapshot names %s and does not describe it", v.ID),
				Detail:  "Its address blocks are taken from its local routes, if there are any. Run aws ec2 describe-vpcs."})
		}
	}
}

// reportMissing says once for each kind what is missing, and for which accounts
// and Regions if it is not all of them.
func (b *builder) reportMissing(key, command string, severity model.Severity, lacking map[scope]bool, vpcs []*model.VPC) {
	if len(lacking) == 0 {
		return
	}
	where := ""
	if !slices.ContainsFunc(vpcs, func(v *model.VPC) bool { return !lacking[scope{v.Account, v.Region}] }) {
		lacking = nil
	}
	var places []string
	for s := range lacking {
		places = append(places, strings.TrimSpace(fmt.Sprintf("%s %s", s.account, s.region)))
	}
	if slices.Sort(places); len(places) > 0 {
		where = " of " + strings.Join(places, ", ")
	}
	b.report(model.Diagnostic{Severity: severity, Summary: fmt.Sprintf("the snapshot has no %s%s: what they decide is unknown", key, where),
		Detail: "Run aws ec2 " + command + " and put its output beside the other files."})
}

// gives reports whether a file that covers the VPC gives the kind. A file
// without an account or Region folder covers all of them.
func (b *builder) gives(kind model.Kind, v *model.VPC) bool {
	from := b.from[string(v.ID)]
	return slices.ContainsFunc(b.parts, func(p *part) bool {
		s := p.scope
		return p.given[kind] && (s.account == "" || s.account == v.Account || s.account == from) &&
			(s.region == "" || s.region == v.Region)
	})
}

// having gives the VPCs that the network has a resource of the kind in.
func (b *builder) having(kind model.Kind) map[model.VPCID]bool {
	vpcs := map[model.VPCID]bool{}
	switch kind {
	case model.KindRouteTable:
		for _, t := range b.network.RouteTables {
			vpcs[t.VPC] = true
		}
	case model.KindNetworkACL:
		for _, a := range b.network.NetworkACLs {
			vpcs[a.VPC] = true
		}
	default:
		panic("describe: kind " + string(kind))
	}
	return vpcs
}

// eachMember calls f for every resource that names its VPC.
func (b *builder) eachMember(f func(model.VPCID, *model.Meta)) {
	n := b.network
	for _, v := range model.Sorted(n.Subnets) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.RouteTables) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.NetworkACLs) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.SecurityGroups) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.Interfaces) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.Instances) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.InternetGateways) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.EgressOnlyInternetGateways) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.NATGateways) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.VPCEndpoints) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.VPNGateways) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(b.balancing.balancers) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(b.firewalls) {
		f(v.VPC, &v.Meta)
	}
	for _, v := range model.Sorted(n.ClientVPNEndpoints) {
		f(v.VPC, &v.Meta)
	}
}

// linkScopes settles account and Region of what does not say them itself: those
// of its VPC, or the only ones that the snapshot has.
func (b *builder) linkScopes() {
	n := b.network
	b.eachMember(func(id model.VPCID, m *model.Meta) {
		if v := n.VPCs[id]; v != nil && v.Region == "" {
			v.Region = m.Region
		}
	})
	region, account := b.onlyScope()
	for _, v := range n.VPCs {
		settle(&v.Meta, region, account)
	}
	b.eachMember(func(id model.VPCID, m *model.Meta) {
		if v := n.VPCs[id]; v != nil {
			settle(m, v.Region, v.Account)
		}
		settle(m, region, account)
	})
	for _, e := range n.ElasticIPs {
		settle(&e.Meta, region, account)
	}
	for _, l := range n.PrefixLists {
		settle(&l.Meta, region, "") // AWS's own lists have no account
	}
	for i := range n.BlockPublicAccess {
		s := &n.BlockPublicAccess[i]
		if s.Region == "" {
			s.Region = region
		}
		if s.Account == "" {
			s.Account = account
		}
	}
}

// settle says where a resource is that does not say it itself.
func settle(m *model.Meta, r model.Region, a model.AccountID) {
	if m.Region == "" {
		m.Region = r
	}
	if m.Account == "" {
		m.Account = a
	}
}

// onlyScope is the Region and the account of all VPCs, each empty where there are
// several.
func (b *builder) onlyScope() (model.Region, model.AccountID) {
	regions, accounts := map[model.Region]bool{}, map[model.AccountID]bool{}
	for _, v := range b.network.VPCs {
		regions[v.Region], accounts[v.Account] = true, true
	}
	delete(regions, "")
	delete(accounts, "")
	return only(regions), only(accounts)
}

// only gives a set's element where it has just one.
func only[T comparable](set map[T]bool) T {
	var one T
	if len(set) == 1 {
		for v := range set {
			one = v
		}
	}
	return one
}
