package terraform_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/model"
)

// TestCorporaLoad reads plans and states that others wrote, or that were made
// with Terraform itself.
func TestCorporaLoad(t *testing.T) {
	const root = "../../../shared/corpora"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the collection of real plans is not beside the repository: ", err)
	}
	var paths []string
	for _, pattern := range []string{"terraform/*/*.json", "terraform/*/*.tfstate", "terraform-generated/*/*.json", "terraform-generated/*/*.tfstate"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		paths = append(paths, found...)
	}
	require.NotEmpty(t, paths)
	for _, path := range paths {
		if base := filepath.Base(path); base == "SOURCE.json" || base == "questions.json" {
			continue
		}
		t.Run(path, func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, terraform.Sniff(data))
			n, ds := terraform.Read([]input.File{{Path: path, Data: data}}, terraform.Options{})
			for _, d := range ds {
				t.Log(d)
			}
			require.False(t, ds.HasErrors())
			if len(n.VPCs) == 0 {
				t.Error("no VPC")
			}
			for _, d := range n.Validate() {
				if d.Severity == model.Error {
					t.Log("AWS would refuse: ", d)
				}
			}
		})
	}
}
