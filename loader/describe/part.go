package describe

import (
	"bytes"
	"fmt"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// A part is what one file says, in the order in which it says it.
type part struct {
	path  string
	data  []byte
	fixed model.Provenance // where the data stand, if in another file's text
	scope scope
	lines lines
	findings
	// given has the kinds that the file gives, if only as an empty list.
	given map[model.Kind]bool
	// known says that a top-level key is a call's; foreign are those that are
	// not, as many as are worth telling.
	known   bool
	foreign []foundKey

	vpcs           []*model.VPC
	attributes     []vpcAttributes
	subnets        []*model.Subnet
	routeTables    []*routeTable
	prefixLists    []*prefixList
	networkACLs    []*networkACL
	securityGroups []*securityGroup
	groupRules     []*groupRule
	groupVPCs      []groupVPC
	interfaces     []*networkInterface
	instances      []*instance
	elasticIPs     []*elasticIP
	igws           []*model.InternetGateway
	eigws          []*model.EgressOnlyInternetGateway
	natGateways    []*model.NATGateway
	endpoints      []*model.VPCEndpoint
	bpa            []model.BlockPublicAccess
	bpaExclusions  []model.BlockPublicAccessExclusion
	bpaStates      []blockPublicAccessState
	databases      []*database

	resourcePolicies []*model.ResourcePolicy

	facts []fact

	unmodelled []model.Unmodelled

	// Of the document that is being read: its subject, for calls whose output
	// says it beside the list.
	document document
}

type foundKey struct {
	name string
	at   model.Provenance
}

// readFile reads one file, which may hold several documents one after another.
func readFile(f input.File) *part {
	p := &part{path: f.Path, data: decodeText(f.Data), scope: scopeOf(f.Dirs), given: map[model.Kind]bool{}}
	if blank(p.data) {
		p.report(model.Diagnostic{Severity: model.Error, Summary: "the file is empty", Provenance: p.place(0),
			Detail: "The call that should have written it failed; run it again, or remove the file."})
		return p
	}
	for r := p.reader(0, len(p.data)); r.err == nil && !blank(p.data[r.offset():]); {
		r.topLevel()
	}
	p.finish()
	return p
}

// blank reports whether only white space is left.
func blank(data []byte) bool { return len(bytes.TrimLeft(data, " \t\r\n")) == 0 }

func (p *part) place(offset int) model.Provenance {
	if !p.fixed.IsZero() {
		return p.fixed
	}
	line, column := p.lines.place(p.data, offset)
	return model.Provenance{File: p.path, Line: line, Column: column}
}

// skipped notes a top-level key that is no call's; empty for a document that is
// no object.
func (p *part) skipped(name string, at model.Provenance) {
	if len(p.foreign) < maxFindings {
		p.foreign = append(p.foreign, foundKey{name, at})
	}
}

// finish adds what can be said only at the file's end.
func (p *part) finish() {
	for _, k := range p.foreign {
		if p.known {
			p.report(model.Diagnostic{Severity: model.Warning, Provenance: k.at,
				Summary: fmt.Sprintf("the key %s is no describe call's that is known here; it is skipped", clip(k.name))})
		}
	}
}
