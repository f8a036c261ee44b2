package lab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/lab"
)

// TestDesignsAreValid draws what the lab builds, without building it.
func TestDesignsAreValid(t *testing.T) {
	kinds := map[string]int{}
	for seed := uint64(1); seed <= 300; seed++ {
		n := lab.Design(seed)
		require.False(t, n.Validate().HasErrors(), "design %d: %v", seed, n.Validate())
		require.Equal(t, n, lab.Design(seed), "a seed draws one design")
		probes := lab.Probes(n, seed, 40)
		require.Equal(t, probes, lab.Probes(n, seed, 40))
		require.Equal(t, probes, lab.Together(probes))
		for what, has := range map[string]bool{
			"VPCs": len(n.VPCs) > 1, "internet gateways": len(n.InternetGateways) > 0, "NAT gateways": len(n.NATGateways) > 0,
			"peering": len(n.VPCPeeringConnections) > 0, "transit gateways": len(n.TransitGatewayAttachments) > 0, "probes": len(probes) > 20,
		} {
			if has {
				kinds[what]++
			}
		}
	}
	for what, count := range kinds {
		assert.Greater(t, count, 75, "designs with %s", what)
	}
	assert.Len(t, kinds, 6)
}

func TestTogether(t *testing.T) {
	a := lab.Probe{From: "eni-a", To: "eni-b", Protocol: model.UDP, SourcePort: 40000, Port: 53}
	with := func(change func(*lab.Probe)) lab.Probe {
		p := a
		change(&p)
		return p
	}
	for name, tc := range map[string]struct {
		other    lab.Probe
		together bool
	}{
		"awaited at the same port":              {with(func(p *lab.Probe) { p.From, p.SourcePort = "eni-c", 40001 }), false},
		"sent from the same port":               {with(func(p *lab.Probe) { p.To, p.Port = "eni-c", 54 }), false},
		"the first one's reply":                 {lab.Probe{From: "eni-b", To: "eni-a", Protocol: model.UDP, SourcePort: 53, Port: 40000}, false},
		"awaited where the first one leaves":    {lab.Probe{From: "eni-c", To: "eni-a", Protocol: model.UDP, SourcePort: 53, Port: 40000}, false},
		"another protocol":                      {with(func(p *lab.Probe) { p.Protocol = model.TCP }), true},
		"other ports":                           {with(func(p *lab.Probe) { p.SourcePort, p.Port = 40001, 54 }), true},
		"the same ports of another interface's": {lab.Probe{From: "eni-c", To: "eni-d", Protocol: model.UDP, SourcePort: 40000, Port: 53}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := lab.Together([]lab.Probe{a, tc.other})
			assert.Equal(t, tc.together, len(got) == 2)
		})
	}
	echo := lab.Probe{From: "eni-a", To: "eni-b", Protocol: model.ICMP}
	assert.Len(t, lab.Together([]lab.Probe{echo, echo}), 2, "echo requests carry what tells them apart")
}
