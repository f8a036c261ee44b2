package sim

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// TestWalkTransitIsTheLongWay: between VPCs the short way says what the long one
// says, and does not allocate.
func TestWalkTransitIsTheLongWay(t *testing.T) {
	n := hubTopology(12, 600)
	n.TransitGatewayAttachments["att-3-0"].NoSecurityGroupReferencing = true
	n.TransitGatewayAttachments["att-4-0"].Subnets = n.TransitGatewayAttachments["att-4-0"].Subnets[:1]
	n.TransitGatewayAttachments["att-5-0"].Available = false
	n.TransitGatewayAttachments["att-6-0"].ApplianceMode = true
	n.Subnets["subnet-7-1"].NetworkACL = "closed"
	n.NetworkACLs["closed"] = &model.NetworkACL{ID: "closed", VPC: "vpc-7"}
	e := Compile(n)
	packets := hubPackets(t, e, 12, 50, 4000)
	seen := map[model.Verdict]int{}
	for _, p := range packets {
		v := e.Walk(p)
		require.Equal(t, e.walkPoint(&p), v, "%+v", p)
		seen[v]++
	}
	require.Greater(t, seen[model.Reachable], 100)
	require.Greater(t, seen[model.Blocked], 100)
	plain := 0
	for i := range packets {
		if _, ok := packets[i].From.i.walkPlain(&packets[i]); ok {
			plain++
		}
	}
	require.Greater(t, plain, len(packets)/3)
	p := &packets[0]
	for i := range packets {
		if _, ok := packets[i].From.i.walkPlain(&packets[i]); ok {
			p = &packets[i]
		}
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { e.Walk(*p) }))
}
