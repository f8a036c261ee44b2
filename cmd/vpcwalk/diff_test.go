package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A snapshot and what convert makes of it differ in nothing, and a rule that is
// taken out of one of them is all the difference.
func TestDiffOfFormats(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	run := func(args ...string) string {
		var out, errs bytes.Buffer
		require.Zero(t, Main(args, strings.NewReader(""), &out, &errs), "%s", errs.String())
		return out.String()
	}
	snapshot := filepath.Join("..", "..", "scenarios", "examples", "account-with-mistakes", "snapshot")
	yaml := run("convert", "-q", "-n", snapshot)
	path := filepath.Join(t.TempDir(), "converted.yaml")
	write := func(text string) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	write(yaml)
	assert.Equal(t, "0 opened, 0 closed\n", run("diff", "-q", snapshot, path))
	assert.NotContains(t, run("diff", snapshot, path), "without effect", "no resource differs")
}
