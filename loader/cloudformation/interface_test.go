package cloudformation_test

import (
	"slices"
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

// One of several interfaces that an instance is launched with gets no public address
// by its subnet's habit (SUB-10).
func TestPublicAddressOfSeveralInterfaces(t *testing.T) {
	for _, x := range []struct {
		interfaces string
		public     bool
	}{
		{"{DeviceIndex: 0, SubnetId: !Ref Subnet}", true},
		{"{DeviceIndex: 0, SubnetId: !Ref Subnet}, {DeviceIndex: 1, SubnetId: !Ref Subnet}", false},
	} {
		n, ds := read(t, `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true}}
  Template: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {NetworkInterfaces: [`+x.interfaces+`]}}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {VPCZoneIdentifier: [!Ref Subnet], LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: 1}}
  Machine: {Type: AWS::EC2::Instance, Properties: {NetworkInterfaces: [`+x.interfaces+`]}}
`, nil)
		require.False(t, ds.HasErrors(), "%v", ds)
		assert.Equal(t, x.public, n.Interfaces[n.Instances["Machine"].Interfaces[0]].PublicUnassigned, x.interfaces)
		assert.Equal(t, x.public, n.Interfaces["eni-Group"].PublicUnassigned, x.interfaces)
	}
}

// A source/destination check that is not known is taken to be on, and that is said
// (ENI-9).
func TestSourceDestCheckUndecided(t *testing.T) {
	n, ds := read(t, `
Parameters: {P: {Type: String}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  Machine: {Type: AWS::EC2::Instance, Properties: {SubnetId: !Ref Subnet, SourceDestCheck: !Ref P}}
`, nil)
	assert.False(t, n.Interfaces["eni-Machine"].SourceDestCheckDisabled)
	assert.True(t, slices.ContainsFunc(ds, func(d model.Diagnostic) bool { return d.Rule == "ENI-9" && d.Severity == model.Warning }), "%v", ds)
}
