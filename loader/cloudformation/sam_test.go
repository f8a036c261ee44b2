package cloudformation_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// Mappings of Globals are merged, lists added to, and the rest gives way.
func TestGlobals(t *testing.T) {
	const network = `
Transform: AWS::Serverless-2016-10-31
Parameters: {Groups: {Type: CommaDelimitedList, Default: "sg-1,sg-2"}}
Globals:
  Function:
    VpcConfig: {SubnetIds: [!Ref A], SecurityGroupIds: [!Ref Common]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Common: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: c, VpcId: !Ref Vpc}}
  Own: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: o, VpcId: !Ref Vpc}}
  Fn: {Type: AWS::Serverless::Function, Properties: `
	for name, x := range map[string]struct {
		properties string
		subnets    []model.SubnetID
		groups     []model.SecurityGroupID
	}{
		"none of its own":    {"{Handler: x}", []model.SubnetID{"A"}, []model.SecurityGroupID{"Common"}},
		"groups of its own":  {"{VpcConfig: {SecurityGroupIds: [!Ref Own]}}", []model.SubnetID{"A"}, []model.SecurityGroupID{"Common", "Own"}},
		"subnets of its own": {"{VpcConfig: {SubnetIds: [!Ref B]}}", []model.SubnetID{"A", "B"}, []model.SecurityGroupID{"Common"}},
		"a function is one value": {"{VpcConfig: {SecurityGroupIds: !Ref Groups}}", []model.SubnetID{"A"},
			[]model.SecurityGroupID{"sg-1", "sg-2"}},
		"a flag more": {"{VpcConfig: {Ipv6AllowedForDualStack: true}}", []model.SubnetID{"A"}, []model.SecurityGroupID{"Common"}},
	} {
		t.Run(name, func(t *testing.T) {
			n, ds := read(t, network+x.properties+"}\n", nil)
			require.Empty(t, ds)
			var subnets []model.SubnetID
			for _, i := range n.Interfaces {
				if i.Owner.ID == "Fn" {
					subnets = append(subnets, i.Subnet)
					assert.ElementsMatch(t, x.groups, i.Groups)
				}
			}
			slices.Sort(subnets)
			assert.Equal(t, x.subnets, subnets)
		})
	}
}
