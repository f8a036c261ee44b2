package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var updateReadme = flag.Bool("update-readme", false, "rewrite the outputs in README.md")

// console is a fenced block of one command and what it prints.
var console = regexp.MustCompile("(?ms)^```console\n\\$ vpcwalk ([^\n]*)\n(.*?)^```$")

// TestReadme runs the README's commands and holds their outputs against it.
func TestReadme(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	t.Chdir(root)
	t.Setenv("NO_COLOR", "1")
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := console.FindAllSubmatch(data, -1)
	require.NotEmpty(t, blocks)
	updated := console.ReplaceAllFunc(data, func(block []byte) []byte {
		m := console.FindSubmatch(block)
		var out, diags bytes.Buffer
		Main(strings.Fields(string(m[1])), strings.NewReader(""), &out, &diags)
		assert.Empty(t, diags.String(), "%s", m[1])
		if !*updateReadme {
			assert.Equal(t, string(m[2]), out.String(), "%s", m[1])
		}
		return []byte("```console\n$ vpcwalk " + string(m[1]) + "\n" + out.String() + "```")
	})
	if *updateReadme {
		require.NoError(t, os.WriteFile("README.md", updated, 0o644))
	}
	// The first screen has the command whose output follows it.
	assert.Contains(t, string(data), "\n    go run ./cmd/vpcwalk "+string(blocks[0][1])+"\n    go test ./...\n")
}
