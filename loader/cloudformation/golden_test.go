package cloudformation_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/goldentest"
	"github.com/vpcwalk/vpcwalk/loader/input"
)

// TestGoldens reads each file and folder of testdata/ok, and each file of
// testdata/err, and compares network and findings with the golden file beside it.
func TestGoldens(t *testing.T) {
	for _, dir := range []string{"ok", "err"} {
		entries, err := os.ReadDir(filepath.Join("testdata", dir))
		require.NoError(t, err)
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".golden") {
				continue
			}
			path := "testdata/" + dir + "/" + e.Name()
			t.Run(path, func(t *testing.T) {
				n, ds := cloudformation.Read(files(t, path), cloudformation.Options{})
				got := goldentest.Findings(ds)
				if dir == "ok" {
					require.False(t, ds.HasErrors(), "%v", ds)
					got = goldentest.Dump(n) + got
				} else {
					require.True(t, ds.HasErrors(), "%v", ds)
				}
				goldentest.Check(t, path+".golden", got)
			})
		}
	}
}

// files reads a file, or those of a folder.
func files(t testing.TB, root string) []input.File {
	t.Helper()
	var out []input.File
	require.NoError(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		out = append(out, input.File{Path: filepath.ToSlash(path), Data: data})
		return err
	}))
	return out
}
