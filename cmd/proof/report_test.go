package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/scenarios/mutation"
)

// The laws and fuzz targets of the repository are found, with what they say.
func TestProperties(t *testing.T) {
	laws, targets, err := properties("../..")
	require.NoError(t, err)
	assert.NotEmpty(t, targets)
	found := false
	for _, l := range laws {
		assert.NotEmpty(t, l.says, l.test)
		found = found || l.test == oracleTest && l.pkg == "./../../sim/oracle"
	}
	assert.True(t, found, "the comparison with the independent simulator")
}

// The README says what the report says.
func TestReadmeQuotesReport(t *testing.T) {
	report, err := os.ReadFile("../../" + written)
	require.NoError(t, err)
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	quoted := summaryBlock.FindString(string(report))
	require.NotEmpty(t, quoted)
	assert.Contains(t, string(readme), quoted, "go run ./cmd/proof writes both")
}

func TestQuoteIn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(file, []byte("a\n```text\nscenarios: 1\n```\nb\n```text\nother\n```\n"), 0o644))
	require.NoError(t, quoteIn(file, "# report\n\n```text\nscenarios: 2\nlab: 3\n```\nmore\n"))
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "a\n```text\nscenarios: 2\nlab: 3\n```\nb\n```text\nother\n```\n", string(got))
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	assert.ErrorContains(t, quoteIn(file, "# report"), "quotes no report")
}

func TestLawsAreCounted(t *testing.T) {
	l := law{test: "TestSets"}
	l.read(strings.Split(`=== RUN   TestOther
    a_test.go:1: [rapid] OK, passed 7 tests (1s)
--- PASS: TestOther (1.00s)
=== RUN   TestSets
=== RUN   TestSets/one
    a_test.go:2: [rapid] OK, passed 5 tests (1s)
=== RUN   TestSets/two
    a_test.go:3: [rapid] OK, passed 6 tests (1s)
    a_test.go:4: blocked: 3
--- PASS: TestSets (2.00s)
    --- PASS: TestSets/one (1.00s)`, "\n"))
	assert.Equal(t, law{test: "TestSets", cases: 11, counts: []count{{"blocked", 3}}, result: "PASS"}, l)
}

func TestLinesThatAreRead(t *testing.T) {
	assert.Equal(t, "12", passedLine.FindStringSubmatch("    set_test.go:31: [rapid] OK, passed 12 tests (1.2s)")[1])
	assert.Equal(t, []string{"  x_test.go:1: hostile", "3", "0"}[1:], hostileLine.FindStringSubmatch("  x_test.go:1: hostile: 3 inputs, 0 panics, slowest 1 ms, peak 2 MB")[1:])
	assert.Equal(t, "20 designs, 300 probes, 0 disagreements", labLine.FindStringSubmatch("lab: 20 designs, 300 probes, 0 disagreements")[1])
	assert.Equal(t, "needs root", skipLine.FindStringSubmatch("=== RUN   TestLab\n    lab_test.go:7: needs root\n--- SKIP: TestLab (0.00s)\n")[1])
}

// What disagrees is told, in the text and by the exit status.
func TestReport(t *testing.T) {
	r := &report{commit: "0123", seed: 1, size: sizes(false),
		scenarios: []asked{{"a network in the same YAML file", 2, 10, 0}},
		formats:   []comparison{{what: "a design in two formats", same: 4}},
		laws: []law{{pkg: "./sim/oracle", test: oracleTest, says: "they agree", counts: []count{{"blocked", 5}, {"reachable", 7}, {"of them with reasons", 3}}, result: "PASS"},
			{pkg: "./sim/packet", test: "TestSets", says: "sets are sets", cases: 100, result: "PASS"}},
		fuzz:     []fuzzTarget{{"./loader/describe", "FuzzRead", 3}},
		hostile:  outcome{said: "5, 0 panics, each read within 2 s and 512 MB, each error with a place"},
		lab:      outcome{why: "needs root"},
		mutation: mutation.Result{Suites: 2, Tally: mutation.Tally{}, Survivors: []string{"a.yaml: SecurityGroups/x: deleted"}},
	}
	for range 9 {
		r.mutation.Tally.Add("SecurityGroups.Rules: deleted", mutation.Failed)
	}
	r.mutation.Tally.Add("SecurityGroups.Rules: deleted", mutation.Survived)
	r.mutation.Tally.Add("VPCs.CIDRs: widened", mutation.Equivalent)
	assert.False(t, r.disagrees())
	golden := filepath.Join("testdata", "report.md")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(golden, []byte(r.markdown()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), r.markdown())

	r.laws[1].result = "FAIL"
	assert.True(t, r.disagrees())
	assert.Contains(t, r.markdown(), "| sim/packet | sets are sets | 100 | broken |")
	r.laws[1].result, r.scenarios[0].failures = "PASS", 1
	assert.True(t, r.disagrees())
}
