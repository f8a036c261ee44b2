package scenarios

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
)

// wanted is the comment at a line of a design that AWS would refuse, or would
// take though it cannot work: "want" is an error, "warn" a warning.
var wanted = regexp.MustCompile(`#.*\b(want|warn): ([A-Z-]+-[0-9]+)$`)

// TestInvalid validates the designs of testdata/invalid: each comment names the
// rule that its line breaks, and nothing else is wrong.
func TestInvalid(t *testing.T) {
	for _, path := range files(t, "testdata/invalid") {
		t.Run(name(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			var want []string
			for i, line := range strings.Split(string(data), "\n") {
				if m := wanted.FindStringSubmatch(line); m != nil {
					want = append(want, fmt.Sprintf("%s:%d: %s %s", path, i+1, m[1], m[2]))
				}
			}
			network, diags := loader.Load([]string{path}, nil)
			if network != nil {
				diags = append(diags, network.Validate()...)
			}
			var got []string
			for _, x := range diags {
				word := map[model.Severity]string{model.Error: "want", model.Warning: "warn"}[x.Severity]
				if word == "" {
					continue
				}
				got = append(got, fmt.Sprintf("%s:%d: %s %s", x.Provenance.File, x.Provenance.Line, word, x.Rule))
			}
			slices.Sort(want)
			slices.Sort(got)
			assert.Equal(t, want, slices.Compact(got), "%v", diags)
		})
	}
}
