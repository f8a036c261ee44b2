package describe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/model"
)

func TestAssociationsInFlux(t *testing.T) {
	n, ds := read(t, `{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}, {"SubnetId": "subnet-2", "VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}],
		"RouteTables": [
			{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [], "Associations": [{"SubnetId": "subnet-1", "AssociationState": {"State": "disassociating"}}, {"SubnetId": "subnet-2"}]},
			{"RouteTableId": "rtb-2", "VpcId": "vpc-1", "Routes": [], "Associations": [{"SubnetId": "subnet-2"}]}],
		"NetworkAcls": [
			{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Entries": [], "Associations": [{"SubnetId": "subnet-1"}]},
			{"NetworkAclId": "acl-2", "VpcId": "vpc-1", "Associations": [{"SubnetId": "subnet-1"}]}]}`)
	assert.Equal(t, "subnet-1 RouteTableAssociation: the association with rtb-1 is disassociating", n.Subnets["subnet-1"].RouteTableUnknown.String())
	assert.NotNil(t, n.Subnets["subnet-2"].RouteTableUnknown)
	assert.NotNil(t, n.Subnets["subnet-1"].NetworkACLUnknown)
	assert.Contains(t, goldentest.Findings(ds), "rtb-1 and rtb-2 are both associated with it")
	assert.Nil(t, n.NetworkACLs["acl-1"].RulesUnknown)
	assert.NotNil(t, n.NetworkACLs["acl-2"].RulesUnknown)
}

// ICMPv6 in a rule for IPv4 means every type, whatever it says (NACL-9).
func TestNetworkACLICMPv6OverIPv4(t *testing.T) {
	n, _ := read(t, `{"NetworkAcls": [{"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Entries": [
		{"RuleNumber": 1, "RuleAction": "allow", "Protocol": "58", "CidrBlock": "10.0.0.0/8", "IcmpTypeCode": {"Type": 128, "Code": 0}}]}]}`)
	assert.Equal(t, model.AnyICMP, n.NetworkACLs["acl-1"].Rules[0].Traffic.ICMP)
}

// A group that has one direction only is not known whole, unless the rules'
// own call fills in.
func TestHalfAGroup(t *testing.T) {
	const half = `{"SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}]`
	n, _ := read(t, half+`}`)
	assert.NotNil(t, n.SecurityGroups["sg-1"].RulesUnknown)
	n, _ = read(t, half+`, "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IsEgress": true, "IpProtocol": "-1", "CidrIpv6": "::/0"}]}`)
	require.Nil(t, n.SecurityGroups["sg-1"].RulesUnknown)
	require.Len(t, n.SecurityGroups["sg-1"].Rules, 1)
	assert.Equal(t, model.Egress, n.SecurityGroups["sg-1"].Rules[0].Direction)
}

// Groups that an interface does not tell may be any; an empty list is none.
func TestGroupsThatAreNotTold(t *testing.T) {
	for groups, known := range map[string]bool{
		``:                                false,
		`, "Groups": []`:                  true,
		`, "Groups": null`:                true,
		`, "Groups": [{"GroupId": "sg"}]`: true,
		`, "Groups": [{"GroupId": "sg"}, {"GroupName": "web"}]`: false,
		`, "InterfaceType": "nat_gateway"`:                      true,
	} {
		n, _ := read(t, `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1"`+groups+`}]}`)
		assert.Equal(t, known, n.Interfaces["eni-1"].GroupsUnknown == nil, groups)
	}
}

// An instance in a state that is none carries nothing, and that is said.
func TestInstanceState(t *testing.T) {
	for state, want := range map[string]string{"running": "", "stopped": "", "": "", "Stopping": "", "runing": "warned"} {
		n, ds := read(t, `{"Reservations": [{"Instances": [{"InstanceId": "i-1", "State": {"Name": "`+state+`"}}]}]}`)
		assert.Equal(t, state != "running" && state != "", n.Instances["i-1"].NotRunning, state)
		assert.Equal(t, want != "", strings.Contains(goldentest.Findings(ds), "is no state of an instance"), state)
	}
}

// Two databases that either of two interfaces would fit are not guessed at.
func TestDatabasesThatCannotBeToldApart(t *testing.T) {
	const db = `"VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}], "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}}`
	const eni = `"SubnetId": "subnet-1", "VpcId": "vpc-1", "RequesterManaged": true, "Description": "RDSNetworkInterface", "Groups": [{"GroupId": "sg-1"}]}`
	n, ds := read(t, `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", `+eni+`, {"NetworkInterfaceId": "eni-2", `+eni+`],
		"DBInstances": [{"DBInstanceIdentifier": "a", `+db+`, {"DBInstanceIdentifier": "b", `+db+`]}`)
	assert.Equal(t, "rds/eni-1", n.Interfaces["eni-1"].Owner.ID)
	assert.NotContains(t, n.Owners, model.OwnerID("rds/a"))
	assert.Contains(t, goldentest.Findings(ds), "the network interface of the database a cannot be told")
	require.Len(t, n.Unmodelled, 1)
	assert.Equal(t, 2, n.Unmodelled[0].Count)
}

// An address that cannot be read is some address of the subnet, not none.
func TestUnreadableAddress(t *testing.T) {
	n, ds := read(t, `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "PrivateIpAddress": "10-0-0-157"}]}`)
	assert.True(t, n.Interfaces["eni-1"].Unassigned4)
	assert.Empty(t, n.Interfaces["eni-1"].Addresses)
	assert.Contains(t, goldentest.Findings(ds), `a.json:1:118: warning: NetworkInterfaces[0].PrivateIpAddress: "10-0-0-157" is not an IP address`)
}

// A person's description of an own interface makes it nobody else's.
func TestDescriptionsOfPeople(t *testing.T) {
	n, _ := read(t, `{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1", "OwnerId": "111122223333",
		"InterfaceType": "interface", "RequesterId": "AIDAEXAMPLE", "Description": "ELB app/mine/1"}]}`)
	assert.True(t, n.Interfaces["eni-1"].Owner.IsZero())
}

func TestUnknownEndpointType(t *testing.T) {
	n, ds := read(t, `{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "VpcEndpointType": "Teleport", "State": "available"}]}`)
	assert.Empty(t, n.VPCEndpoints)
	assert.Contains(t, goldentest.Findings(ds), `VPC endpoints of type "Teleport" are not known here`)
	assert.Equal(t, "VpcEndpoints of type Teleport", n.Unmodelled[0].Type)
}

func TestEntriesWithoutASubject(t *testing.T) {
	n, ds := read(t, `{"Entries": [{"Cidr": "10.0.0.0/8"}]}`)
	assert.Empty(t, n.PrefixLists)
	assert.Contains(t, goldentest.Findings(ds), "entries of a prefix list that is not named")
	n, _ = read(t, `{"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.0.0.0/8"}]}`)
	assert.Len(t, n.PrefixLists["pl-1"].Entries, 1)
	n, _ = read(t, `{"PrefixListId": "pl-1", "Entries": []}`)
	assert.Nil(t, n.PrefixLists["pl-1"].EntriesUnknown)
}

func TestPages(t *testing.T) {
	n, ds := read(t, `{"Vpcs": [{"VpcId": "vpc-1"}], "NextToken": "x"} {"Vpcs": [{"VpcId": "vpc-2"}]}`)
	assert.Len(t, n.VPCs, 2)
	assert.Contains(t, goldentest.Findings(ds), "NextToken: the output is one page of several")
}
