package describe

import (
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type securityGroup struct {
	model.SecurityGroup
	// ingress and egress tell whether the permissions of that direction were
	// given.
	ingress, egress bool
}

// readSecurityGroup reads an element of SecurityGroups, whose permissions are
// in the older shape: one permission holds any number of peers and is as many
// rules.
func readSecurityGroup(r *reader) {
	m := r.begin()
	var g securityGroup
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "GroupId":
			g.ID = model.SecurityGroupID(r.str())
		case "GroupName":
			g.GroupName = r.str()
		case "VpcId":
			g.VPC = model.VPCID(r.str())
		case "SecurityGroupArn":
			m.ARN = r.str()
		case "IpPermissions":
			g.ingress = r.dec.PeekKind() == '['
			g.Rules = r.permissions(g.Rules, model.Ingress)
		case "IpPermissionsEgress":
			g.egress = r.dec.PeekKind() == '['
			g.Rules = r.permissions(g.Rules, model.Egress)
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(g.ID))
	if !ok {
		return
	}
	g.Meta = meta
	if g.VPC == "" {
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "CLS-1", Resource: string(g.ID), Provenance: g.Provenance,
			Summary: "the security group belongs to no VPC: groups of EC2-Classic are ignored"})
		return
	}
	for i := range g.Rules {
		tidyRule(&g.Rules[i], g.ID, g.VPC, g.Account)
	}
	r.securityGroups = append(r.securityGroups, &g)
}

// tidyRule settles what of a rule depends on its group: account and VPC of the
// peer are told where they are others than the group's own.
func tidyRule(rule *model.SecurityGroupRule, id model.SecurityGroupID, vpc model.VPCID, account model.AccountID) {
	if rule.Peer.GroupAccount == account {
		rule.Peer.GroupAccount = ""
	}
	if rule.Peer.GroupVPC == vpc {
		rule.Peer.GroupVPC = ""
	}
	if rule.Unknown != nil {
		rule.Unknown.Subject = string(id)
	}
}

// permissions reads a list of permissions and appends their rules.
func (r *reader) permissions(rules []model.SecurityGroupRule, direction model.Direction) []model.SecurityGroupRule {
	for ok := r.array(); ok && r.element(); {
		at := r.here()
		first := len(rules)
		var protocol string
		var from, to number
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "IpProtocol":
				protocol = r.str()
			case "FromPort":
				from = r.integer()
			case "ToPort":
				to = r.integer()
			case "IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs":
				for ok := r.array(); ok && r.element(); {
					rules = append(rules, r.peer(direction))
				}
			default:
				r.skip()
			}
		}
		if r.err != nil {
			return rules[:first]
		}
		traffic, open := r.traffic(protocol, from, to, from, to, at, "SG-8")
		for i := first; i < len(rules); i++ {
			rules[i].Traffic = traffic
			if open != "" && rules[i].Unknown == nil {
				rules[i].Unknown = unknownRule(direction, open, rules[i].Provenance)
			}
		}
	}
	return rules
}

func unknownRule(direction model.Direction, open string, at model.Provenance) *model.Unknown {
	return &model.Unknown{Attribute: "rules", Reason: direction.String() + " rule: " + open, Provenance: at}
}

// peer reads one range, prefix list or group of a permission (SG-10).
func (r *reader) peer(direction model.Direction) model.SecurityGroupRule {
	rule := model.SecurityGroupRule{Direction: direction, Provenance: r.here()}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "CidrIp", "CidrIpv6":
			rule.Peer.Prefix = r.prefix()
		case "PrefixListId":
			rule.Peer.PrefixList = model.PrefixListID(r.str())
		case "Description":
			rule.Description = r.str()
		default:
			r.groupReference(&rule.Peer)
		}
	}
	if rule.Peer == (model.Peer{}) || rule.Peer.Group == "" && (rule.Peer.GroupAccount != "" || rule.Peer.GroupVPC != "") {
		rule.Peer = model.Peer{}
		rule.Unknown = unknownRule(direction, "its peer cannot be read", rule.Provenance)
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "SG-10", Provenance: rule.Provenance,
			Summary: "a rule without a readable peer; whom it admits is unknown"})
	}
	return rule
}

// groupReference reads a member of a reference to a group. A reference over a
// peering that is not active any more matches nothing (SG-21).
func (r *reader) groupReference(p *model.Peer) {
	switch r.key {
	case "GroupId":
		p.Group = model.SecurityGroupID(r.str())
	case "UserId":
		if id := r.str(); strings.Trim(id, "0123456789") == "" {
			p.GroupAccount = model.AccountID(id)
		}
	case "VpcId":
		p.GroupVPC = model.VPCID(r.str())
	case "PeeringStatus":
		status := r.str()
		p.Stale = status != "" && !strings.EqualFold(status, "active")
	default:
		r.skip()
	}
}

// groupRule is an element of SecurityGroupRules.
type groupRule struct {
	model.SecurityGroupRule
	group   model.SecurityGroupID
	account model.AccountID
	region  model.Region
}

// readGroupRule reads a rule in the newer shape: a resource with one peer.
func readGroupRule(r *reader) {
	at, mark := r.here(), len(r.list)
	g := groupRule{account: r.scope.account, region: r.scope.region}
	g.Provenance = at
	var protocol string
	var from, to number
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "SecurityGroupRuleId":
			g.ID = r.str()
		case "GroupId":
			g.group = model.SecurityGroupID(r.str())
		case "GroupOwnerId":
			if id := r.str(); id != "" {
				g.account = model.AccountID(id)
			}
		case "SecurityGroupRuleArn":
			if region := regionOfARN(r.str()); g.region == "" {
				g.region = region
			}
		case "IsEgress":
			if r.boolean() {
				g.Direction = model.Egress
			}
		case "IpProtocol":
			protocol = r.str()
		case "FromPort":
			from = r.integer()
		case "ToPort":
			to = r.integer()
		case "CidrIpv4", "CidrIpv6":
			if p := r.prefix(); p.IsValid() {
				g.Peer.Prefix = p
			}
		case "PrefixListId":
			g.Peer.PrefixList = model.PrefixListID(r.str())
		case "ReferencedGroupInfo":
			for ok := r.object(); ok && r.member(); {
				r.groupReference(&g.Peer)
			}
		case "Description":
			g.Description = r.str()
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return
	}
	if g.group == "" {
		r.report(model.Diagnostic{Severity: model.Error, Provenance: at, Resource: g.ID, Summary: r.field() + " has no GroupId and is skipped"})
		return
	}
	var open string
	g.Traffic, open = r.traffic(protocol, from, to, from, to, at, "SG-8")
	if !g.Peer.Prefix.IsValid() && g.Peer.PrefixList == "" && g.Peer.Group == "" {
		g.Peer, open = model.Peer{}, "its peer cannot be read"
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "SG-10", Provenance: at, Summary: "a rule without a readable peer; whom it admits is unknown"})
	}
	if open != "" {
		g.Unknown = unknownRule(g.Direction, open, at)
	}
	r.about(mark, string(g.group))
	r.groupRules = append(r.groupRules, &g)
}

// groupVPC is an element of SecurityGroupVpcAssociations.
type groupVPC struct {
	group model.SecurityGroupID
	vpc   model.VPCID
}

// readGroupVPC reads the use of a group in another VPC (SG-32), if it is in
// force.
func readGroupVPC(r *reader) {
	var a groupVPC
	var state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "GroupId":
			a.group = model.SecurityGroupID(r.str())
		case "VpcId":
			a.vpc = model.VPCID(r.str())
		case "State":
			state = r.str()
		default:
			r.skip()
		}
	}
	if r.err == nil && a.group != "" && a.vpc != "" && strings.EqualFold(state, "associated") {
		r.groupVPCs = append(r.groupVPCs, a)
	}
}

// sameRule is what two accounts of one rule have in common.
type sameRule struct {
	direction model.Direction
	traffic   model.Traffic
	prefix    netip.Prefix
	list      model.PrefixListID
	group     model.SecurityGroupID
}

func identity(r *model.SecurityGroupRule) sameRule {
	return sameRule{r.Direction, r.Traffic, r.Peer.Prefix, r.Peer.PrefixList, r.Peer.Group}
}
