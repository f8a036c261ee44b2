package lint

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Code names a kind of finding. Codes are a contract: none is renamed or given
// another meaning.
type Code string

// The codes.
const (
	NetworkACLDenyShadowed    Code = "network-acl-deny-shadowed"
	NetworkACLAllowShadowed   Code = "network-acl-allow-shadowed"
	NetworkACLRuleRedundant   Code = "network-acl-rule-redundant"
	NetworkACLRepliesDenied   Code = "network-acl-replies-denied"
	NetworkACLUnused          Code = "network-acl-unused"
	SecurityGroupRedundant    Code = "security-group-rule-redundant"
	SecurityGroupRuleTwice    Code = "security-group-rule-in-two-groups"
	SecurityGroupStale        Code = "security-group-reference-stale"
	SecurityGroupMissing      Code = "security-group-reference-missing"
	SecurityGroupEmpty        Code = "security-group-reference-empty"
	SecurityGroupUnused       Code = "security-group-unused"
	RulePortsIgnored          Code = "rule-ports-ignored"
	RuleIPv4Only              Code = "rule-ipv4-only"
	RouteIPv4Only             Code = "route-ipv4-only"
	RouteBlackHole            Code = "route-black-hole"
	RouteNeverWins            Code = "route-never-wins"
	RouteTie                  Code = "route-tie"
	RouteReserved             Code = "route-reserved"
	RouteTableUnused          Code = "route-table-unused"
	SubnetPublicNoGateway     Code = "subnet-public-addresses-without-internet-gateway"
	SubnetGatewayNoPublic     Code = "subnet-internet-gateway-without-public-addresses"
	NATGatewayNoGateway       Code = "nat-gateway-without-internet-gateway"
	PrefixListEntryRedundant  Code = "prefix-list-entry-redundant"
	PrefixListUnused          Code = "prefix-list-unused"
	InternetGatewayUnattached Code = "internet-gateway-unattached"
	ElasticIPUnused           Code = "elastic-ip-unused"
)

// CodeInfo is what there is to say about a Code.
type CodeInfo struct {
	Code     Code
	Severity model.Severity
	Meaning  string // one sentence
	Mend     string // how the design is usually changed
}

// codeTable is sorted by code. An error is where the design does not do what it
// says; a warning is what cannot matter, or not as it is written; a note is what
// may well be meant.
var codeTable = func() []CodeInfo {
	t := []CodeInfo{
		{NetworkACLDenyShadowed, model.Error,
			"A rule of a network ACL that denies is never asked: rules with lower numbers decide all its packets, and allow some of them (NACL-1).",
			"Give it a lower number than the rules that allow, or delete it."},
		{NetworkACLAllowShadowed, model.Warning,
			"A rule of a network ACL that allows is never asked: rules with lower numbers decide all its packets, and deny some of them (NACL-1).",
			"Give it a lower number than the rules that deny, or delete it."},
		{NetworkACLRuleRedundant, model.Note,
			"A rule of a network ACL is never asked, and makes no difference: rules with lower numbers decide all its packets as it would (NACL-1).",
			"Delete it."},
		{NetworkACLRepliesDenied, model.Warning,
			"A network ACL lets TCP connections through in one direction and none of their replies in the other: it keeps no state, so the connections hang (PIPE-1, NACL-12).",
			"Let the replies through: TCP to the ephemeral ports of the other side, 1024-65535 if that may be anything."},
		{NetworkACLUnused, model.Note,
			"No subnet uses the network ACL.",
			"Associate it with the subnets that it was made for, or delete it."},
		{SecurityGroupRedundant, model.Warning,
			"A rule of a security group admits nothing that the group's other rules do not admit: to delete it closes nothing (SG-12).",
			"Delete it; or delete the wider rule, if the narrower one is what was meant."},
		{SecurityGroupRuleTwice, model.Note,
			"Two security groups that an interface has together contain the same rule: to delete one of them closes nothing there (SG-1).",
			"Keep the rule in one of the groups."},
		{SecurityGroupStale, model.Error,
			"A rule references a security group that is gone or out of reach: it matches nothing (SG-21).",
			"Delete the rule, or reference the group that took the place of the old one."},
		{SecurityGroupMissing, model.Warning,
			"A rule references a security group that the input, which has all others of the VPC, lacks: if it is gone, the rule matches nothing (SG-21).",
			"Reference a group that exists, or give the input that has it."},
		{SecurityGroupEmpty, model.Warning,
			"A rule references a security group that no interface has: it matches nothing (SG-14).",
			"Put what was meant into the group, or delete the rule."},
		{SecurityGroupUnused, model.Note,
			"No interface has the security group.",
			"Delete it, unless something that comes and goes will use it."},
		{RulePortsIgnored, model.Warning,
			"A rule for all protocols, or for one without ports, names ports: AWS ignores them and the rule is for every packet of the protocol (SG-7, NACL-8).",
			"Write tcp or udp, or leave the ports out."},
		{RuleIPv4Only, model.Note,
			"A rule is for every IPv4 address, its users have IPv6 too, and no rule admits the same for IPv6 (SG-11, NACL-14).",
			"Add the rule for ::/0, if IPv6 is meant as well."},
		{RouteIPv4Only, model.Note,
			"A route table that dual-stack subnets use has a default route for IPv4 and none for IPv6 (RT-9).",
			"Add a route to ::/0, by an egress-only internet gateway for instance, if IPv6 is meant to leave."},
		{RouteBlackHole, model.Error,
			"A route leads to what is gone, detached or stopped: what it takes is dropped, and no wider route helps (RT-10, RT-11).",
			"Point it at something that is there, or delete it so that a wider route takes over."},
		{RouteNeverWins, model.Warning,
			"A route takes no packet: others win all of its destinations (RT-2, RT-3, RT-6).",
			"Delete it, or the route that was not meant to win."},
		{RouteTie, model.Warning,
			"Several routes to the same destination rank the same, and AWS does not say which of them it picks (RT-8).",
			"Take the prefix out of all lists but one, or write a route to it."},
		{RouteReserved, model.Warning,
			"A route is for addresses that AWS keeps for itself and never forwards (RT-14).",
			"Delete it."},
		{RouteTableUnused, model.Note,
			"Neither a subnet nor a gateway uses the route table, and it is not the main one (SUB-7).",
			"Associate it with the subnets that it was made for, or delete it."},
		{SubnetPublicNoGateway, model.Warning,
			"Interfaces of a subnet have public addresses, and the subnet's route table has no route to an internet gateway: the addresses work in neither direction (IGW-10).",
			"Route 0.0.0.0/0 to the internet gateway, or take the addresses away."},
		{SubnetGatewayNoPublic, model.Note,
			"A subnet's route table has a route to an internet gateway, and nothing in the subnet has a public address: IPv4 cannot use it (IGW-4).",
			"Route to a NAT gateway, or give out public addresses."},
		{NATGatewayNoGateway, model.Warning,
			"The subnet of a public NAT gateway has no route to an internet gateway: what it translates does not get out (NAT-7).",
			"Move it to a public subnet, or add the route to its subnet's table."},
		{PrefixListEntryRedundant, model.Note,
			"An entry of a prefix list lies in another of its entries (PL-4).",
			"Delete it: every entry counts against the quotas of what references the list (PL-3)."},
		{PrefixListUnused, model.Note,
			"No rule and no route references the prefix list.",
			"Delete it, unless something that the input lacks uses it."},
		{InternetGatewayUnattached, model.Note,
			"The internet gateway is attached to no VPC.",
			"Attach it or delete it."},
		{ElasticIPUnused, model.Note,
			"The Elastic IP is associated with nothing.",
			"Associate it or release it."},
	}
	slices.SortFunc(t, func(a, b CodeInfo) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return t
}()

// Codes gives every code, sorted by name. The caller owns the slice.
func Codes() []CodeInfo { return slices.Clone(codeTable) }

// Lookup finds a code by its name.
func Lookup(name string) (CodeInfo, bool) {
	i, ok := slices.BinarySearchFunc(codeTable, name, func(c CodeInfo, s string) int { return strings.Compare(string(c.Code), s) })
	if !ok {
		return CodeInfo{}, false
	}
	return codeTable[i], true
}
