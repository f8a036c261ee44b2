package describe_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/input"
)

// folder reads a snapshot's files as a user's folder is read.
func folder(t testing.TB, root string) []input.File {
	t.Helper()
	var files []input.File
	require.NoError(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		dirs := strings.Split(filepath.ToSlash(filepath.Dir(rel)), "/")
		if dirs[0] == "." {
			dirs = nil
		}
		files = append(files, input.File{Path: filepath.ToSlash(path), Dirs: dirs, Data: data})
		return err
	}))
	return files
}

// corpora gives the folders that fit a pattern below the shared collection of
// real snapshots.
func corpora(t *testing.T, pattern string) []string {
	t.Helper()
	const root = "../../../shared/corpora"
	if _, err := os.Stat(root); err != nil {
		t.Skip("the collection of real snapshots is not beside the repository: ", err)
	}
	paths, err := filepath.Glob(filepath.Join(root, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

func TestCorporaLoad(t *testing.T) {
	for _, pattern := range []string{"describe/*", "terraform-generated/*/describe"} {
		for _, path := range corpora(t, pattern) {
			if info, err := os.Stat(path); err != nil || !info.IsDir() || strings.HasSuffix(path, "doc-examples") {
				continue
			}
			t.Run(path, func(t *testing.T) {
				n, ds := describe.Read(folder(t, path))
				for _, d := range ds {
					t.Log(d)
				}
				require.False(t, ds.HasErrors(), "%v", ds)
				require.NotEmpty(t, n.VPCs)
			})
		}
	}
}

func TestDocumentationExamplesLoad(t *testing.T) {
	for _, path := range corpora(t, "describe/awscli-doc-examples/*") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			file := input.File{Path: filepath.Base(path), Data: data}
			foreign := file.Path == "SOURCE.json" || file.Path == "questions.json"
			require.Equal(t, !foreign, describe.Sniff(data))
			_, ds := describe.Read([]input.File{file})
			for _, d := range ds {
				t.Log(d)
			}
			require.Equal(t, foreign || strings.HasSuffix(path, ".invalid"), ds.HasErrors(), "%v", ds)
			if ds.HasErrors() {
				require.NotZero(t, ds[0].Provenance.Line)
			}
		})
	}
}
