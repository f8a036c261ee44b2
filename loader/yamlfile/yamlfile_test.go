package yamlfile

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func readFile(t *testing.T, path string) input.File {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return input.File{Path: filepath.ToSlash(path), Data: data}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), string(got))
}

// Everything in testdata/ok is read without a word.
func TestSilent(t *testing.T) {
	paths, err := filepath.Glob("testdata/ok/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			f := readFile(t, path)
			assert.True(t, Sniff(f.Data), "the file is told from other formats")
			doc, diags := Read(f)
			require.Empty(t, diags)
			require.NotNil(t, doc)
		})
	}
}

// Everything in testdata/err gives exactly the messages beside it.
func TestErrors(t *testing.T) {
	paths, err := filepath.Glob("testdata/err/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, diags := Read(readFile(t, path))
			var out bytes.Buffer
			for _, d := range diags {
				out.WriteString(d.Error() + "\n")
			}
			golden(t, strings.TrimSuffix(path, ".yaml")+".out", out.Bytes())
		})
	}
}
