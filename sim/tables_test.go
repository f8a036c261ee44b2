package sim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// Some file of this package reads every kind of resource, or it stands here why
// none has to: a kind that the model has and no packet meets is forgotten.
func TestSimReadsEveryKind(t *testing.T) {
	without := map[model.Kind]string{
		model.KindCustomerGateway: "a VPN connection says what lies behind it",
	}
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	fields := map[string]bool{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), path, data, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				fields[s.Sel.Name] = true
			}
			return true
		})
	}
	for _, table := range model.NewNetwork().Tables() {
		assert.Equal(t, without[table.Kind] == "", fields[table.Field], "%s is read", table.Field)
	}
}
