package loader_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
)

// A cdk.out folder is read as it is: its manifest tells the stacks, and the CDK's
// own files are passed over in silence.
func TestCloudAssembly(t *testing.T) {
	n, ds := loader.Load([]string{"cloudformation/testdata/ok/cdk.out"}, nil)
	require.Len(t, ds, 1, "%v", ds)
	require.Equal(t, model.Note, ds[0].Severity) // the template that no stack uses
	require.Equal(t, model.Region("eu-central-1"), n.VPCs["prod-net/Vpc"].Region)
	require.Contains(t, n.SecurityGroups, model.SecurityGroupID("App/Inner/Nested"))
}

// Templates that are given one by one are stacks of one design.
func TestStacksFromSeveralPaths(t *testing.T) {
	n, ds := loader.Load([]string{"cloudformation/testdata/ok/several/consumer.yaml", "cloudformation/testdata/ok/several/provider.yaml"}, nil)
	require.Empty(t, ds)
	require.Len(t, n.Owners["consumer/Db"].Interfaces, 2)
}
