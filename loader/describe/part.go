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
	scope scope
	lines lines
	diags model.Diagnostics
	// unlisted counts the findings beyond maxDiagnostics; unlistedError says
	// that one of them is an error.
	unlisted      int
	unlistedError bool
	// given has the kinds that the file gives, if only as an empty list.
	given map[model.Kind]bool
	// known and foreign are the top-level keys that are and are not a call's.
	known, foreign []foundKey

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
	databases      []*database
	unmodelled     []model.Unmodelled

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
	return p
}

// blank reports whether only white space is left.
func blank(data []byte) bool { return len(bytes.TrimLeft(data, " \t\r\n")) == 0 }

func (p *part) place(offset int) model.Provenance {
	line, column := p.lines.place(p.data, offset)
	return model.Provenance{File: p.path, Line: line, Column: column}
}

func (p *part) report(d model.Diagnostic) {
	if len(p.diags) >= maxDiagnostics {
		p.unlisted++
		p.unlistedError = p.unlistedError || d.Severity == model.Error
		return
	}
	p.diags = append(p.diags, d)
}

// about names the resource in the findings since mark that name none yet: an
// object's ID may come last in it.
func (p *part) about(mark int, id string) {
	for i := mark; i < len(p.diags); i++ {
		if p.diags[i].Resource == "" {
			p.diags[i].Resource = id
		}
	}
}

// diagnostics gives the file's findings.
func (p *part) diagnostics() model.Diagnostics {
	ds := p.diags
	if p.unlisted > 0 {
		severity := model.Warning
		if p.unlistedError {
			severity = model.Error
		}
		ds = append(ds, model.Diagnostic{Severity: severity, Provenance: model.Provenance{File: p.path},
			Summary: fmt.Sprintf("%d more findings in this file are not listed", p.unlisted)})
	}
	if len(p.known) == 0 {
		return ds
	}
	for _, k := range p.foreign {
		ds = append(ds, model.Diagnostic{Severity: model.Warning, Provenance: k.at,
			Summary: fmt.Sprintf("the key %s is no describe call's that is known here; it is skipped", clip(k.name))})
	}
	return ds
}
