package describe

import (
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
