package sim

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// A function uses IPv6 where all of its subnets have it, and nowhere else (LAM-3).
func TestFunctionInSubnetsOfBothKinds(t *testing.T) {
	for name, second6 := range map[string]bool{"both have IPv6": true, "one has": false} {
		t.Run(name, func(t *testing.T) {
			n := model.NewNetwork()
			n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{vpcBlock, netip.MustParsePrefix("2001:db8:1::/56")}}
			o := &model.Owner{ID: "fn", Type: "lambda", VPC: "vpc", SendsOnly: true, Interfaces: []model.InterfaceID{"first", "second"}}
			n.Owners["fn"] = o
			for id, with6 := range map[model.InterfaceID]bool{"first": true, "second": second6} {
				sn := &model.Subnet{ID: model.SubnetID(id), VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.1.0/24")}}
				n.Subnets[sn.ID] = sn
				i := &model.Interface{ID: id, VPC: "vpc", Subnet: sn.ID, Unassigned4: true, Unassigned6: with6, Owner: model.OwnerRef{Kind: model.KindOwner, ID: "fn"}}
				if with6 {
					i.Addresses = []model.Address{{IP: netip.MustParseAddr("2001:db8:1::10")}}
				}
				n.Interfaces[id] = i
			}
			e := Compile(n)
			first := e.interfaces["first"]
			assert.Equal(t, second6, first.model.UsesIPv6())
			assert.True(t, n.Interfaces["first"].UsesIPv6(), "the network stays as it is")
			require.NotNil(t, first.owner.other)
		})
	}
}
