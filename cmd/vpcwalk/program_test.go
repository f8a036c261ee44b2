package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

func TestVerdictStatus(t *testing.T) {
	for verdict, want := range map[model.Verdict]int{
		model.Reachable:     0,
		model.Blocked:       1,
		model.Partial:       1,
		model.Indeterminate: 3,
	} {
		got := exitOK
		if err := verdictStatus(verdict); err != nil {
			var s status
			require.True(t, errors.As(err, &s))
			got = int(s)
		}
		assert.Equal(t, want, got, verdict)
	}
	assert.Panics(t, func() { _ = verdictStatus(model.Reachable + 1) })
}

func TestReportedSeverities(t *testing.T) {
	ds := model.Diagnostics{{Severity: model.Note, Summary: "n"}, {Severity: model.Error, Summary: "e"}, {Severity: model.Warning, Summary: "w"}, {Severity: model.Error, Summary: "e"}}
	for _, c := range []struct {
		p    program
		want string
	}{
		{program{}, "error: e\nwarning: w\n"},
		{program{verbose: true}, "error: e\nwarning: w\nnote: n\n"},
		{program{quiet: true, verbose: true}, "error: e\n"},
	} {
		var stderr bytes.Buffer
		c.p.stderr = &stderr
		require.NoError(t, c.p.report(ds, formatText))
		assert.Equal(t, c.want, stderr.String())
	}
}

// What cannot be written is an error, not a success.
func TestWriteErrors(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"explain"}, {"explain", "LOOP", "-o", "json"}, {"schema"}} {
		var stderr bytes.Buffer
		assert.Equal(t, exitError, Main(args, strings.NewReader(""), brokenPipe{}, &stderr), args)
		assert.Contains(t, stderr.String(), "nobody reads", args)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

// Help fits a terminal of 80 columns, but for commands that are shown in a line.
func TestHelpIsNarrow(t *testing.T) {
	root := (&program{}).rootCommand()
	for _, c := range root.Commands() {
		var out, diags bytes.Buffer
		require.Equal(t, exitOK, Main([]string{c.Name(), "--help"}, strings.NewReader(""), &out, &diags), c.Name())
		for line := range strings.Lines(out.String()) {
			if !strings.HasPrefix(line, "  vpcwalk ") {
				assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 80, "%s: %s", c.Name(), line)
			}
		}
		assert.NotContains(t, out.String(), "[=")
	}
}
