package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestContributing holds the files and tests that the guide for contributors names
// against the repository.
func TestContributing(t *testing.T) {
	root := filepath.Join("..", "..")
	data, err := os.ReadFile(filepath.Join(root, ".github", "CONTRIBUTING.md"))
	require.NoError(t, err)

	tests := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, folder := range []string{"model", "loader", "sim", "scenarios", "cmd"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, folder), func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(text, -1) {
				tests[string(m[1])] = true
			}
			return err
		}))
	}
	file := regexp.MustCompile(`^(\.ci|model|loader|sim|scenarios|cmd)/\S+$`)
	name := regexp.MustCompile(`^(Test|Fuzz)\w+$`)
	named := 0
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllSubmatch(data, -1) {
		words := strings.Fields(string(m[1]))
		for _, word := range words {
			switch {
			case len(words) == 1 && file.MatchString(word):
				_, err := os.Stat(filepath.Join(root, word))
				assert.NoError(t, err)
				named++
			case name.MatchString(word):
				assert.True(t, tests[word], "there is no %s", word)
				named++
			}
		}
	}
	assert.Greater(t, named, 30)
}
