package suite

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

func TestIsInvariant(t *testing.T) {
	about := func(from, to string, p model.Protocol) model.Expectation {
		return model.Expectation{Question: model.Question{From: from, To: to, Protocol: p}}
	}
	with := func(c model.Expectation, change func(*model.Expectation)) model.Expectation {
		change(&c)
		return c
	}
	all := about("internet", "db", model.AllProtocols)
	for name, c := range map[string]struct {
		expect model.Expectation
		want   bool
	}{
		"a point":         {about("web", "db", model.TCP), false},
		"all packets":     {all, true},
		"a selector":      {about("web", "tag:Tier=db", model.TCP), true},
		"what alone":      {with(about("web", "db", model.TCP), func(c *model.Expectation) { c.Only = []model.Traffic{} }), true},
		"a way":           {with(about("web", "db", model.TCP), func(c *model.Expectation) { c.ExceptThrough = []string{"nat"} }), true},
		"a reason":        {with(all, func(c *model.Expectation) { c.Because = []string{"LOOP"} }), false},
		"a place":         {with(all, func(c *model.Expectation) { c.At = "acl" }), false},
		"a way it takes":  {with(all, func(c *model.Expectation) { c.Through = []string{"nat"} }), false},
		"partial":         {with(all, func(c *model.Expectation) { c.Expect = model.Partial }), false},
		"an AWS service":  {about("sg:web", "service:s3", model.TCP), false},
		"an address":      {about("web", "10.0.0.5", model.TCP), false},
		"what is allowed": {with(all, func(c *model.Expectation) { c.Authorization = model.AuthorizationDenied }), false},
	} {
		assert.Equal(t, c.want, isInvariant(&c.expect), name)
	}
}

// What breaks an invariant is told for a few pairs, and the others are counted.
func TestBreaches(t *testing.T) {
	b := sim.Breach{From: "web", To: "db", Got: model.Reachable, Traffic: "tcp 22"}
	open, shut := b, b
	open.Got, shut.Got = model.Indeterminate, model.Blocked
	f := &sim.Finding{Verdict: model.Partial, Breaches: []sim.Breach{b, open, shut, b, b}}
	tcp := []model.Traffic{{Protocol: model.TCP, Ports: model.PortRange{From: 443, To: 443}}}
	told := []string{"passes, web -> db: tcp 22", "left open by the design, web -> db: tcp 22", "does not pass, web -> db: tcp 22", "and 2 more like these"}
	assert.Equal(t, append([]string{"expected only tcp 443"}, told...), breaches(model.Expectation{Only: tcp}, f))
	assert.Equal(t, append([]string{"expected only nothing"}, told...), breaches(model.Expectation{Only: []model.Traffic{}}, f))
	assert.Equal(t, append([]string{"expected blocked except through nat, fw"}, told...), breaches(model.Expectation{ExceptThrough: []string{"nat", "fw"}}, f))
	assert.Equal(t, append([]string{"expected blocked, got partial"}, told...), breaches(model.Expectation{}, f))
	assert.Nil(t, breaches(model.Expectation{}, &sim.Finding{}))
}

// A selector that matches nothing is an error unless the expectation allows it; a
// name that nothing has is one always.
func TestAllowEmpty(t *testing.T) {
	n := model.NewNetwork()
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}}
	e := sim.Compile(n)
	for _, c := range []struct {
		to    string
		empty bool
	}{{"tag:Tier=db", true}, {"sg:db", true}, {"subnet:db", true}, {"10.0.3.0/24", true}, {"db", false}} {
		for _, allow := range []bool{false, true} {
			x := model.Expectation{Question: model.Question{From: "internet", To: c.to, Protocol: model.AllProtocols}, AllowEmpty: allow}
			r := Run(t.Context(), e, []model.Expectation{x}, Options{})
			require.Len(t, r, 1)
			assert.Equal(t, allow && c.empty, r[0].Passed, c.to)
			assert.Equal(t, r[0].Passed, r[0].Empty != nil, c.to)
			assert.Equal(t, r[0].Passed, r[0].Err == nil, c.to)
		}
	}
}
