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
	"github.com/vpcwalk/vpcwalk/model"
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

// TestCrowded: a file of so many values that their tree would take much memory is
// refused before there is one.
func TestCrowded(t *testing.T) {
	_, ds := Read(input.File{Path: "a.yaml", Data: []byte("vpcs:\n  main: [" + strings.Repeat("a,", 1_500_000) + "a]\n")})
	require.Len(t, ds, 1)
	assert.Equal(t, "a.yaml:2:1: error: the file holds more values than its length would let expect: commas, line ends and the like are more than 1250004 up to here\n    split the file", ds[0].Error())
}

// TestManyFindings: of a file that is wrong throughout the first findings are
// listed, and the others counted.
func TestManyFindings(t *testing.T) {
	_, ds := Read(input.File{Path: "a.yaml", Data: []byte("vpcs:\n  main:\n    cidr: 10.0.0.0/16\n" + strings.Repeat("    vpcz: 1\n", maxFindings+5))})
	require.Len(t, ds, maxFindings+1)
	assert.Equal(t, "a.yaml:1004:5: error: the file has 5 more findings from here on, which are not listed\n    mend the others first", ds[maxFindings].Error())
}

// TestManyWarnings: warnings stay warnings where they are many.
func TestManyWarnings(t *testing.T) {
	d := &decoder{}
	for range maxFindings + 2 {
		d.report(model.Diagnostic{Severity: model.Warning})
	}
	assert.False(t, d.all().HasErrors())
	d = &decoder{diags: d.diags[:maxFindings], unlisted: d.unlisted, rest: d.rest}
	d.report(model.Diagnostic{Severity: model.Error})
	assert.True(t, d.all().HasErrors())
}
