package design_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

func TestCompleteMakesWhatAWSMakes(t *testing.T) {
	n := model.NewNetwork()
	cidr := netip.MustParsePrefix("10.0.0.0/16")
	n.VPCs["v"] = &model.VPC{ID: "v", CIDRs: []netip.Prefix{cidr}, CIDRProvenance: []model.Provenance{{Line: 3}}}
	n.VPCs["named"] = design.NamedVPC("named", "a parameter", model.Provenance{})
	n.RouteTables["rt"] = &model.RouteTable{ID: "rt", VPC: "v"}
	n.RouteTables["inspect"] = &model.RouteTable{ID: "inspect", VPC: "v", Routes: []model.Route{
		{Prefix: cidr, Target: model.Target{Kind: model.KindInterface, ID: "eni-fw"}, State: model.RouteActive}}}
	n.RouteTables["far"] = &model.RouteTable{ID: "far", VPC: "named"}
	n.VPCEndpoints["s3"] = &model.VPCEndpoint{ID: "s3", VPC: "v", Type: model.GatewayEndpoint, Service: "com.amazonaws.us-east-1.s3",
		RouteTables: []model.RouteTableID{"rt"}}
	design.Complete(n)
	design.Complete(n) // nothing is made twice

	require.Equal(t, "default", n.SecurityGroups["v-default"].GroupName)
	require.Len(t, n.SecurityGroups["v-default"].Rules, 2)
	require.Len(t, n.NetworkACLs["v-default"].Rules, 2)
	require.True(t, n.RouteTables["v-main"].Main)
	require.Equal(t, []model.Route{{Prefix: cidr, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive,
		Provenance: model.Provenance{Line: 3}}}, n.RouteTables["v-main"].Routes)
	require.Len(t, n.RouteTables["rt"].Routes, 2)
	require.Equal(t, model.PrefixListID("com.amazonaws.us-east-1.s3"), n.RouteTables["rt"].Routes[1].PrefixList)
	require.NotNil(t, n.PrefixLists["com.amazonaws.us-east-1.s3"].EntriesUnknown)
	require.Len(t, n.RouteTables["inspect"].Routes, 1, "the local route's target is replaced")

	require.Nil(t, n.SecurityGroups["named-default"])
	require.Nil(t, n.NetworkACLs["named-default"])
	require.Nil(t, n.RouteTables["named-main"])
	require.NotNil(t, n.RouteTables["far"].RoutesUnknown)
}

func TestIPv6DefaultsFollowTheVPC(t *testing.T) {
	v := &model.VPC{ID: "v", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16"), design.StandInIPv6("v")}}
	require.Len(t, design.DefaultGroup(v).Rules, 3)
	require.Len(t, design.DefaultACL(v).Rules, 4)
	require.Equal(t, 56, v.CIDRs[1].Bits())
	require.Equal(t, v.CIDRs[1], v.CIDRs[1].Masked())
	require.NotEqual(t, design.StandInIPv6("v"), design.StandInIPv6("w"))
	require.True(t, netip.MustParsePrefix("3fff::/20").Contains(v.CIDRs[1].Addr()))
}
