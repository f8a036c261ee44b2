package sim

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
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
	declared := declaredCodes(t)
	for _, c := range analyzerCodes {
		declared = append(declared, c.Code)
	}
	assert.ElementsMatch(t, declared, texts)
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

// TestCodesOfReachabilityAnalyzer looks up every code of the list of AWS's codes,
// where it is at hand.
func TestCodesOfReachabilityAnalyzer(t *testing.T) {
	list, err := os.ReadFile(filepath.Join("..", "..", "shared", "explanation-codes.md"))
	if err != nil {
		t.Skip("the list of AWS's codes is not at hand")
	}
	own, _, _ := strings.Cut(string(list), "## Neighbours")
	for _, name := range regexp.MustCompile(`(?m)^\| (?:\d+ \| )?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+) \|`).FindAllStringSubmatch(own, -1) {
		_, ok := LookupCode(name[1])
		assert.True(t, ok, name[1])
	}
	for _, end := range []string{"SOURCE", "DESTINATION"} { // these and the next are abbreviated in the list
		for _, field := range []string{"SOURCE_ADDRESS", "DESTINATION_ADDRESS", "SOURCE_PORT_RANGE", "DESTINATION_PORT_RANGE", "PROTOCOL"} {
			_, ok := LookupCode("FILTER_AT_" + end + "_" + field)
			assert.True(t, ok, "%s %s", end, field)
		}
	}
	for _, state := range []string{"DISABLED", "ENABLED"} {
		_, ok := LookupCode("ASSUMPTION_PRESERVE_CLIENT_IP_IS_" + state)
		assert.True(t, ok, state)
	}
}
