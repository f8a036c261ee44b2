package sim

import (
	"context"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// TestExposureSaysWhatReachableSetSays: the findings about an interface are
// together what the source reaches there, asked about by itself, or may reach.
func TestExposureSaysWhatReachableSetSays(t *testing.T) {
	n := openTopology()
	e := Compile(n)
	for _, from := range []string{"internet", "198.51.100.0/24", "sg:sg-4"} {
		x, err := e.Exposure(t.Context(), everything(from, ""), nil)
		require.NoError(t, err)
		found, exposed := map[model.InterfaceID]packet.Set{}, 0
		for _, f := range x.Findings {
			require.NotEmpty(t, f.Inside)
			for _, id := range f.Inside {
				found[id] = found[id].Or(f.Shown)
			}
		}
		for _, i := range model.Sorted(n.Interfaces) {
			q := everything(from, string(i.ID))
			if slices.Contains(i.Groups, "sg-4") && from == "sg:sg-4" {
				continue // a source of the selector itself
			}
			a, err := e.ReachableSet(q)
			require.NoError(t, err)
			var passing packet.Set
			for k := range a.Groups {
				passing = passing.Or(a.Groups[k].Shown.passing())
			}
			require.True(t, passing.Equal(found[i.ID]), "%s -> %s: %v\n%v", from, i.ID, passing, found[i.ID])
			if !passing.IsEmpty() {
				exposed++
			}
		}
		require.Positive(t, exposed, from)
		if from == "internet" {
			assert.NotEmpty(t, x.Egress)
		} else {
			assert.Empty(t, x.Egress)
		}
	}
}

// TestExposureOrder: a database port from everywhere goes before a web port, every
// port before both.
func TestExposureOrder(t *testing.T) {
	n := topology(12, 4, 4, 1)
	for k, port := range []int{443, 5432, 0, 8080} {
		to := port
		if port == 0 {
			to = 65535
		}
		id := model.SecurityGroupID([]string{"sg-0", "sg-1", "sg-2", "sg-3"}[k])
		n.SecurityGroups[id].Rules = []model.SecurityGroupRule{{Direction: model.Ingress, Peer: model.Peer{Prefix: anyPrefix},
			Traffic: model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: uint16(port), To: uint16(to)}, ICMP: model.AnyICMP}}}
	}
	for k, i := range model.Sorted(n.Interfaces) {
		i.Subnet, i.Groups = "subnet-0", []model.SecurityGroupID{[]model.SecurityGroupID{"sg-0", "sg-1", "sg-2", "sg-3"}[k%4]}
		b := [4]byte{10, 0, 0, byte(10 + k)}
		i.Addresses[0] = model.Address{IP: netip.AddrFrom4(b), Public: netip.AddrFrom4([4]byte{203, 0, 113, byte(10 + k)})}
	}
	x, err := Compile(n).Exposure(t.Context(), everything("internet", ""), nil)
	require.NoError(t, err)
	var breadths []Breadth
	for _, f := range x.Findings {
		breadths = append(breadths, f.Breadth)
		assert.Equal(t, "igw", f.Via[0].ID)
		assert.True(t, f.Certain && f.Anywhere)
		assert.NotEmpty(t, f.Rule)
	}
	assert.Equal(t, []Breadth{AllPorts, AllPorts, AllPorts, SensitivePorts, SensitivePorts, SensitivePorts, FewPorts, FewPorts, FewPorts, WebPorts, WebPorts, WebPorts}, breadths)
	assert.Equal(t, ExposureCritical, x.Findings[3].Severity)
	assert.Equal(t, ExposureLow, x.Findings[11].Severity)
}

func TestExposureStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := Compile(topology(12, 4, 4, 1)).Exposure(ctx, everything("internet", ""), nil)
	require.ErrorIs(t, err, context.Canceled)
}
