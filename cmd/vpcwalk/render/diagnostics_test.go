package render

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

func TestDiagnostics(t *testing.T) {
	ds := model.Diagnostics{
		{Severity: model.Error, Rule: "SUB-2", Summary: "subnet b overlaps subnet a", Detail: "give one of them another range", Resource: "b", Provenance: at(12)},
		{Severity: model.Warning, Summary: "host bits\x1b[2J"},
		{Severity: model.Note, Summary: "3 of AWS::Lambda::Function are not modelled", Provenance: at(1)},
	}
	text := rendered(t, func(b *bytes.Buffer) error { return DiagnosticsText(b, ds, Options{}) })
	assert.Equal(t, `network.yaml:12:9: error: subnet b overlaps subnet a [SUB-2]
    give one of them another range
warning: host bits\u001b[2J
network.yaml:1:9: note: 3 of AWS::Lambda::Function are not modelled
`, string(text))
	golden(t, "diagnostics.json", rendered(t, func(b *bytes.Buffer) error { return DiagnosticsJSON(b, ds) }))

	n := model.NewNetwork()
	n.VPCs["v"] = &model.VPC{}
	assert.Equal(t, "1 VPC, 0 subnets, 0 route tables, 0 network ACLs, 0 security groups, 0 interfaces: 1 error, 1 warning, 1 note", ValidationSummary(n, ds))
	assert.Equal(t, "nothing loaded: 0 errors, 0 warnings, 0 notes", ValidationSummary(nil, nil))
}

func TestCodes(t *testing.T) {
	c, ok := sim.LookupCode("NAT_INBOUND")
	assert.True(t, ok)
	golden(t, "code.txt", rendered(t, func(b *bytes.Buffer) error { return CodeText(b, c, Options{}) }))
	golden(t, "code.json", rendered(t, func(b *bytes.Buffer) error { return CodesJSON(b, []sim.CodeInfo{c}) }))
	list := rendered(t, func(b *bytes.Buffer) error { return CodesText(b, sim.Codes(), Options{}) })
	assert.Equal(t, len(sim.Codes()), bytes.Count(list, []byte("\n")))
}
