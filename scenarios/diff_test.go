package scenarios

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// TestDiffNamesWhatJoins: what changes between networks is told with the setting,
// route or rule between them that it comes from.
func TestDiffNamesWhatJoins(t *testing.T) {
	for _, c := range []struct {
		before, after string
		kind          model.Kind
		id, what      string
	}{
		{"transit-gateway/group-references.yaml", "transit-gateway/group-references-default.yaml", model.KindTransitGateway, "tgw", "security group referencing"},
		{"transit-gateway/group-references.yaml", "transit-gateway/group-references-attachment.yaml", model.KindTransitGatewayAttachment, "att-b", "no security group referencing"},
		{"transit-gateway/appliance.yaml", "transit-gateway/appliance-no-route-back.yaml", model.KindTransitGatewayRouteTable, "inspection", "route 10.0.0.0/16 att-a active"},
		{"transit-gateway/central-egress.yaml", "transit-gateway/central-egress-blackhole.yaml", model.KindTransitGatewayRouteTable, "tgw-main", "route 10.2.0.0/16"},
	} {
		var engines [2]*sim.Engine
		for i, path := range []string{c.before, c.after} {
			suites, diags := loader.LoadSuites([]string{path}, nil, nil)
			require.False(t, diags.HasErrors(), "%v", diags)
			engines[i] = sim.Compile(suites[0].Network)
		}
		d, err := sim.Diff(t.Context(), engines[0], engines[1], sim.DiffOptions{})
		require.NoError(t, err)
		require.NotEmpty(t, d.Closed, "%s", c.after)
		found := false
		for _, x := range d.Closed {
			require.NotEmpty(t, x.Causes, "%s", c.after)
			for _, e := range x.Causes {
				found = found || e.Kind == c.kind && e.ID == c.id && e.What == c.what
			}
		}
		assert.True(t, found, "%s: no cause is %s %s", c.after, c.id, c.what)
	}
}
