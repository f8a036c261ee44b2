package scenarios

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	comment  = regexp.MustCompile(`(?m)#\s.*$`)
	ruleID   = regexp.MustCompile(`\b[A-Z]{1,9}-[0-9]{1,2}\b`)
	ruleHead = regexp.MustCompile(`\*\*((?:T-)?[A-Z]{1,9}-[0-9]{1,2})(?:\*\*| \[)`) // transit.md tags its rules: **PATH-7 [I]**
	caseID   = regexp.MustCompile(`\b[A-J][0-9]{2}\b`)
	caseHead = regexp.MustCompile(`(?m)^\| ([A-J][0-9]{2}) \|.*\| ([EDI]) \|$`)
)

// TestCitedRules holds the rules that comments cite against the text that states
// them.
func TestCitedRules(t *testing.T) {
	rules := stated(t, ruleHead, "semantics", "*.md")
	for path, text := range comments(t) {
		for _, id := range ruleID.FindAllString(text, -1) {
			assert.True(t, rules[id] != "", "%s cites %s, a rule that does not exist", path, id)
		}
	}
}

// TestCases holds the scenarios against the table of cases: every case of the
// sections on one VPC that is not an inference is a scenario, or says why not.
func TestCases(t *testing.T) {
	cases := stated(t, caseHead, "cases", "vpc.md")
	cited := map[string]bool{}
	for path, text := range comments(t) {
		for _, id := range caseID.FindAllString(text, -1) {
			assert.True(t, cases[id] != "", "%s cites %s, a case that does not exist", path, id)
			cited[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(cases)) {
		if strings.Contains("ABCDEFGHJ", id[:1]) && cases[id] != "I" && notAsked[id] == "" {
			assert.True(t, cited[id], "no scenario cites case %s", id)
		}
	}
	for id := range notAsked {
		assert.Contains(t, cases, id)
		assert.False(t, cited[id], "case %s is asked after all", id)
	}
}

// notAsked are cases that no scenario can ask yet.
var notAsked = map[string]string{
	"C08": "what comes in by a virtual private gateway is not walked",
	"C09": "what comes in by a transit gateway is not walked",
	"D25": "VPC peering connections are not walked through",
	"D26": "transit gateways are not walked through",
	"D35": "Network Load Balancers are not walked through",
	"D36": "the peer of a connection starts another: no question is about two",
	"D37": "the peer of a connection starts another: no question is about two",
	"E27": "Classic Load Balancers are not walked through",
	"F24": "what comes in by a virtual private gateway is not walked",
	"G09": "peering connections and VPNs are not walked through",
	"G35": "what comes in by a virtual private gateway is not walked",
	"G39": "the provider's side of an endpoint service is not walked",
	"G40": "the provider's side of an endpoint service is not walked",
	"G42": "resource gateways are not walked through",
	"G43": "resource gateways are not walked through",
	"H15": "what comes in by a virtual private gateway is not walked",
	"J14": "the format has no EC2-Classic; that of a snapshot is reported by its reader",
}

// stated reads the IDs that Markdown files state, with the last thing that head
// captures of each.
func stated(t *testing.T, head *regexp.Regexp, folder, pattern string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "shared", folder, pattern))
	require.NoError(t, err)
	if len(paths) == 0 {
		t.Skipf("../shared/%s is not there to hold the scenarios against", folder)
	}
	out := map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range head.FindAllStringSubmatch(string(data), -1) {
			out[m[1]] = m[len(m)-1]
		}
	}
	return out
}

// comments gives the comments of every scenario file.
func comments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, path := range files(t, ".") {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		out[path] = strings.Join(comment.FindAllString(string(data), -1), "\n")
	}
	return out
}
