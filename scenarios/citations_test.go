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
	ruleID   = regexp.MustCompile(`\b(?:T-)?[A-Z]{1,9}-[0-9]{1,2}\b`)
	ruleHead = regexp.MustCompile(`\*\*((?:T-)?[A-Z]{1,9}-[0-9]{1,2})(?:\*\*| \[)`) // transit.md tags its rules: **PATH-7 [I]**
	caseID   = regexp.MustCompile(`(transit\.md )?\b([A-Z][0-9]{2})\b`)
	caseHead = regexp.MustCompile(`(?m)^\| ([A-Z][0-9]{2}) \|.*\| ([EDINCK]) \|$`)
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

// TestCases holds the scenarios against the tables of cases: every case that is not
// an inference is a scenario, or says why not. The tables share letters: those of
// transit.md that vpc.md has too are cited as "transit.md G01".
func TestCases(t *testing.T) {
	tables := map[string]caseTable{
		"vpc.md":     {letters: "ABCDEFGHIJ", notAsked: notAsked, inferences: "I"},
		"transit.md": {letters: "ACDEFGHKLNOPRSTVW", notAsked: notAskedTransit, inferences: "NICK"},
	}
	for file, table := range tables {
		table.stated, table.cited = stated(t, caseHead, "cases", file), map[string]bool{}
		tables[file] = table
	}
	for path, text := range comments(t) {
		for _, m := range caseID.FindAllStringSubmatch(text, -1) {
			file, id := "vpc.md", m[2]
			if m[1] != "" || id[0] > 'J' {
				file = "transit.md"
			}
			assert.True(t, tables[file].stated[id] != "", "%s cites %s of %s, a case that does not exist", path, id, file)
			tables[file].cited[id] = true
		}
	}
	for file, table := range tables {
		for _, id := range slices.Sorted(maps.Keys(table.stated)) {
			if strings.Contains(table.letters, id[:1]) && !strings.Contains(table.inferences, table.stated[id]) && table.notAsked[id] == "" {
				assert.True(t, table.cited[id], "no scenario cites case %s of %s", id, file)
			}
		}
		for id := range table.notAsked {
			assert.Contains(t, table.stated, id)
			assert.False(t, table.cited[id], "case %s of %s is asked after all", id, file)
		}
	}
}

// caseTable is a table of cases: what it states, and what becomes of that here.
type caseTable struct {
	letters    string // of the sections that are asked
	inferences string // the words of evidence that leave a case out
	notAsked   map[string]string
	stated     map[string]string // its evidence, by ID
	cited      map[string]bool
}

// notAsked are cases of vpc.md that no scenario can ask.
var notAsked = map[string]string{
	"D36": "the peer of a connection starts another: no question is about two",
	"D37": "the peer of a connection starts another: no question is about two",
	"I16": "what somebody attaches later is no design; one without groups has none (NLB-2)",
	"J14": "the format has no EC2-Classic; that of a snapshot is reported by its reader",
}

// notAskedTransit are cases of transit.md that no scenario can ask.
var notAskedTransit = map[string]string{
	"N23": "DNS Firewall filters names, and no question is about one: an address is an address",
	"N24": "DNS Firewall filters names, and no question is about one",
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
