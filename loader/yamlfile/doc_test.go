package yamlfile

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
)

// The example in the package comment is a file that is read without a word.
func TestDocExample(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var example bytes.Buffer
	for line := range strings.Lines(string(src)) {
		if strings.HasPrefix(line, "// A suite about") {
			break
		}
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			example.WriteString(code)
		}
	}
	doc, diags := Read(input.File{Path: "example.yaml", Data: example.Bytes()})
	require.Empty(t, diags)
	require.Len(t, doc.Network.Instances, 3)
	require.Len(t, doc.Suite.Expectations, 12)
}
