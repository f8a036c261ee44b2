package describe

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var blockPublicAccessModes = map[string]model.BlockPublicAccessMode{
	"off": model.BlockPublicAccessOff, "block-bidirectional": model.BlockBidirectional, "block-ingress": model.BlockIngress,
}

// readBlockPublicAccess reads VpcBlockPublicAccessOptions, the setting of one
// account in one Region (BPA-1).
func readBlockPublicAccess(r *reader) {
	b := model.BlockPublicAccess{Account: r.scope.account, Region: r.scope.region, Provenance: r.here()}
	mode := ""
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "AwsAccountId":
			if id := r.str(); id != "" {
				b.Account = model.AccountID(id)
			}
		case "AwsRegion":
			if region := r.str(); region != "" {
				b.Region = model.Region(region)
			}
		case "InternetGatewayBlockMode":
			mode = r.str()
		default:
			r.skip()
		}
	}
	if r.err != nil || mode == "" {
		return
	}
	var ok bool
	if b.Mode, ok = blockPublicAccessModes[strings.ToLower(mode)]; !ok {
		r.report(model.Diagnostic{Severity: model.Error, Rule: "BPA-1", Provenance: b.Provenance,
			Summary: fmt.Sprintf("InternetGatewayBlockMode is %s", quote(mode)), Detail: "Expected off, block-bidirectional or block-ingress."})
		return
	}
	r.bpa = append(r.bpa, b)
}

// readBlockPublicAccessExclusion reads an element of
// VpcBlockPublicAccessExclusions. Only one that has been made or changed to its
// end is in force.
func readBlockPublicAccessExclusion(r *reader) {
	e := model.BlockPublicAccessExclusion{Provenance: r.here()}
	var mode, arn, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ExclusionId":
			e.ID = r.str()
		case "InternetGatewayExclusionMode":
			mode = r.str()
		case "ResourceArn":
			arn = r.str()
		case "State":
			state = strings.ToLower(r.str())
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return
	}
	switch state {
	case "create-complete", "update-complete":
	case "delete-complete", "create-failed", "disable-complete":
		return
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "BPA-1", Resource: e.ID, Provenance: e.Provenance,
			Summary: fmt.Sprintf("the exclusion is in state %s and counts as not in force", quote(state))})
		return
	}
	id := arn[strings.LastIndexByte(arn, '/')+1:]
	switch {
	case strings.HasPrefix(id, "vpc-"):
		e.VPC = model.VPCID(id)
	case strings.HasPrefix(id, "subnet-"):
		e.Subnet = model.SubnetID(id)
	default:
		r.report(model.Diagnostic{Severity: model.Error, Rule: "BPA-1", Resource: e.ID, Provenance: e.Provenance,
			Summary: fmt.Sprintf("ResourceArn %s names no VPC and no subnet", quote(arn))})
		return
	}
	switch strings.ToLower(mode) {
	case "allow-bidirectional":
	case "allow-egress":
		e.AllowEgress = true
	default:
		r.report(model.Diagnostic{Severity: model.Error, Rule: "BPA-1", Resource: e.ID, Provenance: e.Provenance,
			Summary: fmt.Sprintf("InternetGatewayExclusionMode is %s", quote(mode)), Detail: "Expected allow-bidirectional or allow-egress."})
		return
	}
	r.bpaExclusions = append(r.bpaExclusions, e)
}

// blockPublicAccessState is what a VPC or subnet says of Block Public Access.
type blockPublicAccessState struct {
	vpc    model.VPCID
	subnet model.SubnetID // empty for a VPC's own
	mode   string
	place  model.Provenance
}

func (r *reader) blockPublicAccessState() blockPublicAccessState {
	s := blockPublicAccessState{place: r.here()}
	s.mode = strings.ToLower(r.inner("InternetGatewayBlockMode"))
	return s
}

// blockedPublicly is for snapshots without VpcBlockPublicAccessOptions, and for
// subnets of other accounts, whose setting counts (BPA-13). Where a VPC or a subnet
// says that the setting is on, it is on; whether that subnet is excluded the state
// does not tell, and so it is open what passes. One that says off is not blocked.
func (b *builder) blockedPublicly() {
	type scope struct {
		account model.AccountID
		region  model.Region
	}
	n := b.network
	given, on := map[scope]bool{}, map[scope]bool{}
	for _, s := range n.BlockPublicAccess {
		given[scope{s.Account, s.Region}] = true
	}
	var states []blockPublicAccessState
	for _, p := range b.parts {
		for _, s := range p.bpaStates {
			if v := n.VPCs[s.vpc]; v != nil && !given[scope{v.Account, v.Region}] {
				states = append(states, s)
			}
		}
	}
	for _, s := range states {
		v := n.VPCs[s.vpc]
		at := scope{v.Account, v.Region}
		if s.mode == "off" || on[at] {
			continue
		}
		on[at] = true
		who := cmp.Or(string(s.subnet), string(s.vpc))
		u := &model.Unknown{Subject: string(v.ID), Attribute: "VpcBlockPublicAccessOptions", Provenance: s.place,
			Reason: fmt.Sprintf("%s says %s, and the snapshot gives neither the setting nor its exclusions", who, quote(s.mode))}
		n.BlockPublicAccess = append(n.BlockPublicAccess, model.BlockPublicAccess{Account: at.account, Region: at.region, Unknown: u, Provenance: s.place})
		b.report(model.Diagnostic{Severity: model.Warning, Rule: "BPA-1", Resource: who, Provenance: s.place, Summary: u.Reason,
			Detail: "Run aws ec2 describe-vpc-block-public-access-options and describe-vpc-block-public-access-exclusions as the VPC's owner."})
	}
	for _, s := range states {
		if v := n.VPCs[s.vpc]; s.mode == "off" && s.subnet != "" && on[scope{v.Account, v.Region}] {
			n.BlockPublicAccessExclusions = append(n.BlockPublicAccessExclusions, model.BlockPublicAccessExclusion{Subnet: s.subnet, Provenance: s.place})
		}
	}
}
