package cloudformation_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// An Elastic IP of a secondary address is that address's, and not the primary one's
// (EIP-1).
func TestElasticIPOfSecondaryAddress(t *testing.T) {
	n, ds := read(t, `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Nic:
    Type: AWS::EC2::NetworkInterface
    Properties: {SubnetId: !Ref Subnet, PrivateIpAddress: 10.0.1.10, PrivateIpAddresses: [{PrivateIpAddress: 10.0.1.11, Primary: false}]}
  Address: {Type: AWS::EC2::EIP}
  Association:
    Type: AWS::EC2::EIPAssociation
    Properties: {AllocationId: !GetAtt Address.AllocationId, NetworkInterfaceId: !Ref Nic, PrivateIpAddress: 10.0.1.11}
`, nil)
	require.False(t, ds.HasErrors(), "%v", ds)
	i := n.Interfaces["Nic"]
	assert.False(t, i.PublicUnassigned)
	assert.Nil(t, i.PublicUnknown)
	require.Len(t, i.Addresses, 2)
	assert.False(t, i.Addresses[0].PublicUnassigned)
	assert.True(t, i.Addresses[1].PublicUnassigned)
	assert.Equal(t, i.Addresses[1].IP, n.ElasticIPs["Address"].PrivateIP)
}

// A launch template's interfaces are in any order: the primary one is that of index
// 0, or that without an index.
func TestLaunchTemplatesPrimaryInterface(t *testing.T) {
	for _, order := range []string{
		"{DeviceIndex: 1, Groups: [sg-2]}, {DeviceIndex: 0, Groups: [sg-1], AssociatePublicIpAddress: true}",
		"{Groups: [sg-1], AssociatePublicIpAddress: true}, {DeviceIndex: 1, Groups: [sg-2]}",
	} {
		n, ds := read(t, `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Template: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {NetworkInterfaces: [`+order+`]}}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {VPCZoneIdentifier: [!Ref Subnet], LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: 1}}
`, nil)
		require.False(t, ds.HasErrors(), "%v", ds)
		assert.Equal(t, []model.SecurityGroupID{"sg-1"}, n.Interfaces["eni-Group"].Groups, order)
		assert.True(t, n.Interfaces["eni-Group"].PublicUnassigned, order)
	}
}

// What a route server learns may be any route.
func TestRouteServerPropagation(t *testing.T) {
	n, ds := read(t, `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  With: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Without: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Server: {Type: AWS::EC2::RouteServer, Properties: {AmazonSideAsn: 65000}}
  Propagation: {Type: AWS::EC2::RouteServerPropagation, Properties: {RouteServerId: !Ref Server, RouteTableId: !Ref With}}
`, nil)
	require.False(t, ds.HasErrors(), "%v", ds)
	assert.NotNil(t, n.RouteTables["With"].RoutesUnknown)
	assert.Nil(t, n.RouteTables["Without"].RoutesUnknown)
}
