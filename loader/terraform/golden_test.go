package terraform_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// TestGoldens reads each plan and state of testdata and compares network and
// findings with the golden file beside it. The plans were made by Terraform out
// of the configuration in their folder.
func TestGoldens(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	states, err := filepath.Glob("testdata/*/*.tfstate")
	require.NoError(t, err)
	for _, path := range append(paths, states...) {
		if strings.HasPrefix(path, "testdata/err/") {
			continue
		}
		t.Run(path, func(t *testing.T) {
			n, ds := read(t, path, terraform.Options{})
			require.False(t, ds.HasErrors(), "%v", ds)
			for _, d := range n.Validate() {
				require.NotEqual(t, model.Error, d.Severity, "AWS would refuse: %v", d)
			}
			goldentest.Check(t, path+".golden", goldentest.Dump(n)+goldentest.Findings(ds))
		})
	}
}

// TestErrorGoldens reads what is no plan.
func TestErrorGoldens(t *testing.T) {
	paths, err := filepath.Glob("testdata/err/*.json")
	require.NoError(t, err)
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			_, ds := read(t, path, terraform.Options{})
			require.True(t, ds.HasErrors(), "%v", ds)
			goldentest.Check(t, path+".golden", goldentest.Findings(ds))
		})
	}
}

func read(t testing.TB, path string, o terraform.Options) (*model.Network, model.Diagnostics) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return terraform.Read([]input.File{{Path: path, Data: data}}, o)
}
