package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// Finding is one thing that deserves a look.
type Finding struct {
	Code     Code
	Severity model.Severity
	// Kind, Resource and Name are of the resource that the finding is about:
	// Resource is its ID, Name may be empty.
	Kind     model.Kind
	Resource string
	Name     string
	// Rule is the rule, route or entry that the finding is about, in words that stay
	// the same while the rule does; empty for the resource as a whole.
	Rule       string
	Provenance model.Provenance
	Summary    string // one sentence: what is wrong
	Mend       string // one sentence: what would mend it
	Related    []Related
}

// Related is what a finding comes from: an earlier rule, a route that wins.
type Related struct {
	Text       string
	Provenance model.Provenance
}

// Check gives the findings of a network, in the order of their places. The
// network is not changed, and must not be while Check runs.
func Check(n *model.Network) []Finding {
	l := newLinter(n)
	for _, c := range checks {
		c(l)
	}
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(a.Provenance.Compare(b.Provenance), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Summary, b.Summary))
	})
	return l.found
}

// checks are all there are; each is told where it stands.
var checks = []func(*linter){
	(*linter).shadowedNetworkACLRules,
	(*linter).deniedReplies,
	(*linter).redundantGroupRules,
	(*linter).groupReferences,
	(*linter).rulesInTwoGroups,
	(*linter).ignoredPorts,
	(*linter).ipv4Only,
	(*linter).routes,
	(*linter).publicSubnets,
	(*linter).prefixLists,
	(*linter).unused,
}

type linter struct {
	n *model.Network
	e *sim.Engine

	// members and inSubnet are the interfaces of each group and subnet, tableUsers
	// and aclUsers the subnets that use a route table or network ACL, all in the
	// order of their IDs.
	members    map[model.SecurityGroupID][]*model.Interface
	tableUsers map[model.RouteTableID][]*model.Subnet
	aclUsers   map[model.NetworkACLID][]*model.Subnet
	inSubnet   map[model.SubnetID][]*model.Interface
	// openGroups are the VPCs in which some interface may have more groups than
	// the input tells; likewise for the tables and network ACLs of subnets.
	openGroups, openTables, openACLs map[model.VPCID]bool

	waysOut map[model.RouteTableID]wayOut // as far as asked for

	found []Finding
}

func newLinter(n *model.Network) *linter {
	l := &linter{
		n: n, e: sim.Compile(n),
		members: map[model.SecurityGroupID][]*model.Interface{}, tableUsers: map[model.RouteTableID][]*model.Subnet{},
		aclUsers: map[model.NetworkACLID][]*model.Subnet{}, inSubnet: map[model.SubnetID][]*model.Interface{},
		openGroups: map[model.VPCID]bool{}, openTables: map[model.VPCID]bool{}, openACLs: map[model.VPCID]bool{},
		waysOut: map[model.RouteTableID]wayOut{},
	}
	for _, i := range model.Sorted(n.Interfaces) {
		l.inSubnet[i.Subnet] = append(l.inSubnet[i.Subnet], i)
		for _, g := range i.Groups {
			l.members[g] = append(l.members[g], i)
		}
		if i.GroupsUnknown != nil {
			l.openGroups[i.VPC] = true
		}
	}
	for _, sn := range model.Sorted(n.Subnets) {
		if id := l.e.SubnetRouteTable(sn.ID); id != "" {
			l.tableUsers[id] = append(l.tableUsers[id], sn)
		}
		if id := l.e.SubnetNetworkACL(sn.ID); id != "" {
			l.aclUsers[id] = append(l.aclUsers[id], sn)
		}
		if sn.RouteTableUnknown != nil {
			l.openTables[sn.VPC] = true
		}
		if sn.NetworkACLUnknown != nil {
			l.openACLs[sn.VPC] = true
		}
	}
	return l
}

// whole reports whether the input gives a VPC with all its resources of a kind.
func (l *linter) whole(id model.VPCID, kinds ...model.Kind) bool {
	v := l.n.VPCs[id]
	return v != nil && !slices.ContainsFunc(kinds, func(k model.Kind) bool { return v.Missing[k] != nil })
}

// about is the resource, and the rule of it, that a finding is about.
type about struct {
	kind model.Kind
	id   string
	name string
	rule string
	at   model.Provenance
}

func (l *linter) report(c Code, a about, related []Related, summary, mend string) {
	info, ok := Lookup(string(c))
	if !ok {
		panic("lint: the code " + string(c) + " is not in the table")
	}
	l.found = append(l.found, Finding{
		Code: c, Severity: info.Severity, Kind: a.kind, Resource: a.id, Name: a.name, Rule: a.rule, Provenance: a.at,
		Summary: summary, Mend: mend, Related: related,
	})
}

// label names a resource as people know it.
func label(kind, id, name string) string {
	if name != "" && name != id {
		return fmt.Sprintf("%s %s (%s)", kind, name, id)
	}
	return kind + " " + id
}

var kindWords = map[model.Kind]string{
	model.KindNetworkACL: "network ACL", model.KindSecurityGroup: "security group", model.KindRouteTable: "route table",
	model.KindPrefixList: "prefix list", model.KindSubnet: "subnet", model.KindNATGateway: "NAT gateway",
	model.KindInternetGateway: "internet gateway", model.KindElasticIP: "Elastic IP",
}

func (a about) String() string {
	words, ok := kindWords[a.kind]
	if !ok {
		panic("lint: no word for the kind " + string(a.kind))
	}
	return label(words, a.id, a.name)
}

// place is where a rule is written, or else its resource.
func place(rule, resource model.Provenance) model.Provenance {
	if rule.IsZero() {
		return resource
	}
	return rule
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
