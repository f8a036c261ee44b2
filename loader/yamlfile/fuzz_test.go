package yamlfile

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
)

// Nothing makes Read panic, or read the same file differently; and what it reads
// without an error can be written and read again, to the same text.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/err/*.yaml", "testdata/written/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			require.NoError(f, err)
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		Sniff(data)
		Resembles(data)
		doc, diags := Read(input.File{Path: "x.yaml", Data: data})
		_, again := Read(input.File{Path: "x.yaml", Data: data})
		require.Equal(t, diags, again)
		if diags.HasErrors() || doc.Network == nil {
			return
		}
		var first, second bytes.Buffer
		if err := Write(&first, doc.Network); err != nil {
			return // it contradicts itself
		}
		doc, diags = Read(input.File{Path: "y.yaml", Data: first.Bytes()})
		require.Empty(t, diags, "%s", first.String())
		require.NoError(t, Write(&second, doc.Network))
		require.Equal(t, first.String(), second.String())
	})
}
