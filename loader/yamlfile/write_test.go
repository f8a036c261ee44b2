package yamlfile

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

func written(t require.TestingT, n *model.Network) []byte {
	var out bytes.Buffer
	require.NoError(t, Write(&out, n))
	return out.Bytes()
}

func reread(t require.TestingT, n *model.Network) *model.Network {
	text := written(t, n)
	doc, diags := Read(input.File{Path: "written.yaml", Data: text})
	require.Empty(t, diags, "%s", text)
	if doc.Network == nil {
		return model.NewNetwork()
	}
	return doc.Network
}

// What a file says is written again as testdata/written has it, and that reads as
// the same network.
func TestWriteFixtures(t *testing.T) {
	paths, err := filepath.Glob("testdata/ok/*.yaml")
	require.NoError(t, err)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			doc, _ := Read(readFile(t, path))
			if doc.Network == nil {
				return
			}
			first := written(t, doc.Network)
			golden(t, strings.Replace(path, "/ok/", "/written/", 1), first)
			again := reread(t, doc.Network)
			assert.Equal(t, withoutPlaces(doc.Network), withoutPlaces(again))
			assert.Equal(t, string(first), string(written(t, again)), "writing is stable")
		})
	}
}
