package describe_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// TestGoldens reads each folder of testdata and each file of testdata/err and
// compares network and findings with the golden file beside it.
func TestGoldens(t *testing.T) {
	folders, err := filepath.Glob("testdata/ok/*")
	require.NoError(t, err)
	for _, path := range slices.DeleteFunc(folders, func(p string) bool { return strings.HasSuffix(p, ".golden") }) {
		t.Run(path, func(t *testing.T) {
			n, ds := describe.Read(folder(t, path))
			require.False(t, ds.HasErrors(), "%v", ds)
			goldentest.Check(t, path+".golden", goldentest.Dump(n)+goldentest.Findings(ds))
		})
	}
	files, err := filepath.Glob("testdata/err/*.json")
	require.NoError(t, err)
	for _, path := range files {
		t.Run(path, func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			_, ds := describe.Read([]input.File{{Path: path, Data: data}})
			require.True(t, ds.HasErrors(), "%v", ds)
			ds = slices.DeleteFunc(ds, func(d model.Diagnostic) bool { return d.Severity != model.Error })
			goldentest.Check(t, strings.TrimSuffix(path, ".json")+".golden", goldentest.Findings(ds))
		})
	}
}
