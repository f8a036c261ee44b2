package sim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// declaredCodes reads the constants of type Code out of codes.go, since Go
// cannot enumerate them.
func declaredCodes(t *testing.T) []Code {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	var codes []Code
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "Code" {
			return true
		}
		for _, v := range spec.Values {
			s, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			require.NoError(t, err)
			codes = append(codes, Code(s))
		}
		return true
	})
	require.NotEmpty(t, codes)
	return codes
}

func TestEveryCodeHasOneText(t *testing.T) {
	var texts []Code
	for _, c := range Codes() {
		texts = append(texts, c.Code)
	}
	assert.True(t, slices.IsSorted(texts))
	assert.ElementsMatch(t, declaredCodes(t), texts)
}

func TestCodeTextsAreSentences(t *testing.T) {
	name := regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
	for _, c := range Codes() {
		assert.Regexp(t, name, c.Code)
		assert.NotEmpty(t, c.Group, c.Code)
		for _, s := range []string{c.Meaning, c.Mend} {
			assert.True(t, strings.HasSuffix(s, "."), "%s: %q", c.Code, s)
			assert.NotContains(t, s, "\n", c.Code)
			assert.LessOrEqual(t, len(s), 190, "%s: %q", c.Code, s)
		}
	}
}

func TestLookupCode(t *testing.T) {
	for _, name := range []string{"SUBNET_ACL_RESTRICTION", "subnet_acl_restriction", "subnet-acl-restriction", " Subnet ACL restriction "} {
		info, ok := LookupCode(name)
		require.True(t, ok, name)
		assert.Equal(t, SubnetACLRestriction, info.Code)
	}
	for _, name := range []string{"", "SUBNET", "ZZZ"} {
		_, ok := LookupCode(name)
		assert.False(t, ok, name)
	}
}
