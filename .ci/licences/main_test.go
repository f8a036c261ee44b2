package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const mit = `MIT License

Copyright (c) 2020 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`

// A licence is the same whoever holds the copyright and however its lines are
// broken, and another one with any word more or less.
func TestKnown(t *testing.T) {
	words := strings.Fields(mit)
	tests := []struct {
		name, text, want string
	}{
		{"as it is", mit, "MIT"},
		{"another holder", strings.Replace(mit, "2020 Somebody", "1999-2026 The Others", 1), "MIT"},
		{"two holders", strings.Replace(mit, "Copyright", "Copyright 2019 One\nCopyright", 1), "MIT"},
		{"carriage returns", strings.ReplaceAll(mit, "\n", "\r\n"), "MIT"},
		{"a clause more", mit + "\nThe Software shall be used for Good, not Evil.\n", ""},
		{"a clause more that begins like a holder", mit + "\nCopyright law aside, none may sell the Software.\n", ""},
		{"a word less", strings.Replace(mit, "sublicense, ", "", 1), ""},
		{"its first half", strings.Join(words[:len(words)/2], " "), ""},
		{"another", "GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, known[sum(tt.text)]) })
	}
}

func TestKnownAreAllowed(t *testing.T) {
	for sum, expression := range known {
		for id := range strings.SplitSeq(expression, " AND ") {
			assert.True(t, id == notice || slices.Contains(allowed, id), "%s is %s", sum, id)
		}
	}
}

// The licence of vpcwalk itself is one of the table's, read from a folder as a
// dependency's is.
func TestRead(t *testing.T) {
	top := t.TempDir()
	inner := filepath.Join(top, "a", "b")
	require.NoError(t, os.MkdirAll(inner, 0o755))
	own, err := os.ReadFile("../../LICENSE")
	require.NoError(t, err)
	for name, data := range map[string]string{"LICENSE": string(own), "licence.go": "package a", "a/b/COPYING": mit, "a/b/NOTICE.txt": "unheard of"} {
		require.NoError(t, os.WriteFile(filepath.Join(top, name), []byte(data), 0o600))
	}
	m := &module{path: "example.com/M", version: "v1.2.3"}
	require.NoError(t, m.read(inner, top, map[string]bool{}))
	assert.Equal(t, []string{"Apache-2.0", "MIT"}, m.licences())
	err = unknown([]*module{m, {path: "example.com/none", version: "v1.0.0"}})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "example.com/M v1.2.3: the text of a/b/NOTICE.txt is not known")
	assert.Contains(t, err.Error(), "example.com/none v1.0.0 has no licence")
	assert.Equal(t, 2, strings.Count(err.Error(), "example.com/"))
	assert.Equal(t, "https://proxy.golang.org/example.com/!m/@v/v1.2.3.zip", m.source())
	assert.Equal(t, 1, strings.Count(shipped([]*module{m, m}), mit[:40]), "each text once")
}
