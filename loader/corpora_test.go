package loader

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// Snapshots of real accounts load, and what is loaded is written in our own
// format and read again without a loss.
func TestCorpora(t *testing.T) {
	root := "../../shared/corpora/describe"
	folders, err := os.ReadDir(root)
	if err != nil {
		t.Skip("the corpora are not here: " + root)
	}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		t.Run(folder.Name(), func(t *testing.T) {
			n, ds := Load([]string{filepath.Join(root, folder.Name())}, nil)
			for _, d := range ds {
				t.Log(d.Error())
			}
			// The examples of the AWS CLI's manual give one ID to several things.
			assert.Equal(t, folder.Name() == "awscli-doc-examples", ds.HasErrors())
			var first, second bytes.Buffer
			require.NoError(t, yamlfile.Write(&first, n))
			doc, ds := yamlfile.Read(input.File{Path: "written.yaml", Data: first.Bytes()})
			require.Empty(t, ds)
			if doc.Network == nil {
				return
			}
			require.NoError(t, yamlfile.Write(&second, doc.Network))
			assert.Equal(t, first.String(), second.String())
			m := merger{networks: []*model.Network{n, doc.Network}}
			_, differ := m.merge()
			assert.Empty(t, differ, "the same network, resource by resource")
		})
	}
}
