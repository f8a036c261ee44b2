package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/sim/lint"
)

var updateLint = flag.Bool("update-lint", false, "rewrite testdata/lint/err/*.out")

// fromElsewhere are the codes that no YAML file can bring about, each with what
// does: the format does not let one write them.
var fromElsewhere = map[lint.Code]string{
	lint.SecurityGroupMissing:      "a name that is not defined is an error in YAML: see testdata/script/lint.txtar",
	lint.InternetGatewayUnattached: "a gateway is written in its VPC: see testdata/script/lint.txtar",
}

// TestLintFinds compares what lint says of testdata/lint/err/CODE.yaml with
// CODE.out; there is a file for each code.
func TestLintFinds(t *testing.T) {
	for _, c := range lint.Codes() {
		t.Run(string(c.Code), func(t *testing.T) {
			if where := fromElsewhere[c.Code]; where != "" {
				assert.NoFileExists(t, filepath.Join("testdata/lint/err", string(c.Code)+".yaml"))
				return
			}
			got := runLint(t, "err", string(c.Code)+".yaml")
			golden := string(c.Code) + ".out"
			if *updateLint {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
			assert.Contains(t, got, "["+string(c.Code)+"]")
		})
	}
	files, err := filepath.Glob("testdata/lint/err/*.yaml")
	require.NoError(t, err)
	for _, f := range files {
		_, ok := lint.Lookup(strings.TrimSuffix(filepath.Base(f), ".yaml"))
		assert.True(t, ok, "%s is named after no code", f)
	}
}

// TestLintFindsNothing: testdata/lint/ok/*.yaml and the example that is right.
func TestLintFindsNothing(t *testing.T) {
	files, err := filepath.Glob("testdata/lint/ok/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			assert.Equal(t, "0 errors, 0 warnings, 0 notes\n", runLint(t, "ok", filepath.Base(f)))
		})
	}
	t.Run("three-tier", func(t *testing.T) {
		assert.Equal(t, "0 errors, 0 warnings, 0 notes\n", runLint(t, "../../../../scenarios/examples/three-tier", "three-tier.yaml"))
	})
}

// runLint gives what lint prints of a file, called in the file's folder.
func runLint(t *testing.T, folder, file string) string {
	t.Helper()
	t.Chdir(filepath.Join("testdata/lint", folder))
	var stdout, stderr bytes.Buffer
	status := Main([]string{"lint", "--fail-on", "none", "-n", file}, strings.NewReader(""), &stdout, &stderr)
	require.Zero(t, status, stderr.String())
	return stdout.String()
}

// TestLintReadsWhatPeopleHave: no snapshot makes lint fail, and what it says does
// not change from run to run.
func TestLintReadsWhatPeopleHave(t *testing.T) {
	const corpora = "../../../shared/corpora/describe"
	folders, err := os.ReadDir(corpora)
	if err != nil {
		t.Skip("the corpora are not here: ", err)
	}
	folders = slices.DeleteFunc(folders, func(e os.DirEntry) bool { return !e.IsDir() })
	for _, f := range folders {
		t.Run(f.Name(), func(t *testing.T) {
			var first, second, stderr bytes.Buffer
			args := []string{"lint", "--fail-on", "none", "-o", "json", "-n", filepath.Join(corpora, f.Name())}
			status := Main(args, strings.NewReader(""), &first, &stderr)
			if status == exitError {
				require.Contains(t, stderr.String(), "error: ", "only an input that cannot be read may stop it")
				return
			}
			require.Zero(t, status)
			require.Zero(t, Main(args, strings.NewReader(""), &second, &stderr))
			require.Equal(t, first.String(), second.String())
		})
	}
}
