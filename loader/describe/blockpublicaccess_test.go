package describe_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// Without the setting itself its state in a subnet says that it is on, and not what
// passes; a subnet that says off is not blocked (BPA-1, BPA-13).
func TestBlockPublicAccessStates(t *testing.T) {
	const vpc = `"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111111111111", "CidrBlock": "10.0.0.0/16"}]`
	subnet := func(id, mode string) string {
		return `{"SubnetId": "` + id + `", "VpcId": "vpc-1", "CidrBlock": "10.0.` + id[len(id)-1:] + `.0/24", "OwnerId": "111111111111",
			"BlockPublicAccessStates": {"InternetGatewayBlockMode": "` + mode + `"}}`
	}
	on := `"Subnets": [` + subnet("subnet-1", "off") + `, ` + subnet("subnet-2", "block-bidirectional") + `]`

	n, ds := read(t, `{`+vpc+`, `+on+`}`)
	require.Len(t, n.BlockPublicAccess, 1)
	require.NotNil(t, n.BlockPublicAccess[0].Unknown)
	assert.Equal(t, model.AccountID("111111111111"), n.BlockPublicAccess[0].Account)
	require.Len(t, n.BlockPublicAccessExclusions, 1)
	assert.Equal(t, model.SubnetID("subnet-1"), n.BlockPublicAccessExclusions[0].Subnet)
	assert.Contains(t, fmt.Sprint(ds), "subnet-2 says \"block-bidirectional\"")

	n, _ = read(t, `{`+vpc+`, `+on+`, "VpcBlockPublicAccessOptions": {"AwsAccountId": "111111111111", "InternetGatewayBlockMode": "block-ingress"}}`)
	require.Len(t, n.BlockPublicAccess, 1)
	assert.Nil(t, n.BlockPublicAccess[0].Unknown, "the setting itself counts")
	assert.Empty(t, n.BlockPublicAccessExclusions)

	n, _ = read(t, `{`+vpc+`, "Subnets": [`+subnet("subnet-1", "off")+`]}`)
	assert.Empty(t, n.BlockPublicAccess)

	n, _ = read(t, `{"Vpcs": [{"VpcId": "vpc-1", "BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"}}]}`)
	require.Len(t, n.BlockPublicAccess, 1)
	assert.NotNil(t, n.BlockPublicAccess[0].Unknown)
}
