package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/lint"
)

func (p *program) lintCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint -n PATH",
		Short: "Find rules, routes and groups that can never matter, or are stale",
		Long: `Finds what in a network can never matter, is gone, or is written twice: rules
that others decide before or with them, references that match nothing, routes
that never win or lead nowhere, what nothing uses. Each finding has a code, a
severity, a place and what would mend it; vpcwalk lint --codes lists the codes.

  error    the design does not do what it says
  warning  it cannot matter, or not as it is written
  note     it may well be meant

With --baseline, findings that the file accepts or waives are neither shown (but
with -v) nor counted as failures; a waiver that has expired fails.

Exit status: 0 nothing of at least the severity of --fail-on was found; 1
something was, or a waiver has expired; 2 wrong usage, or an input that cannot
be read.`,
		Example: `  vpcwalk lint -n ./describe/
  vpcwalk lint -n plan.json --baseline lint.yaml --write-baseline
  vpcwalk lint -n plan.json --baseline lint.yaml --fail-on error -o sarif`,
	}
	paths := networkFlag(cmd, networkUsage)
	output := outputFlag(cmd, formatText, formatJSON, formatSARIF, formatGitHub)
	failOn := &severityFlag{"warning"}
	cmd.Flags().Var(failOn, "fail-on", "exit with 1 for findings of at least this severity: "+orList(severities))
	must(cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(severities, cobra.ShellCompDirectiveNoFileComp)))
	codes := cmd.Flags().Bool("codes", false, "list the codes of findings and what they mean")
	accepted := addBaselineFlags(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		if *codes {
			return p.showLintCodes(lint.Codes(), output.value)
		}
		return p.lint(*paths, output.value, failOn.value, accepted)
	}
	return cmd
}

const formatSARIF = "sarif"

// severities are the values of --fail-on, the worst first.
var severities = []string{"error", "warning", "note", "none"}

type severityFlag struct{ value string }

func (s *severityFlag) String() string { return s.value }
func (s *severityFlag) Type() string   { return "SEVERITY" }

func (s *severityFlag) Set(v string) error {
	if !slices.Contains(severities, v) {
		return usagef("is not a severity: use %s%s", orList(severities), didYouMean(v, severities, ""))
	}
	s.value = v
	return nil
}

// reaches reports whether a severity is at least that of the flag.
func (s *severityFlag) reaches(v model.Severity) bool {
	return slices.Index(severities, v.String()) <= slices.Index(severities, s.value) && s.value != "none"
}

func (p *program) lint(paths []string, format, failOn string, accepted *baselineFlags) error {
	n, err := p.load(paths, format)
	if err != nil {
		return err
	}
	file, err := accepted.load(p)
	if err != nil {
		return err
	}
	found := lint.Check(n)
	keys := make([]baseline.Finding, len(found))
	for i, f := range found {
		keys[i] = render.LintKey(f)
	}
	now := time.Now()
	if accepted.write != "" {
		if err := accepted.save(file, keys, now); err != nil {
			return err
		}
		file = file.Accept(keys, now)
	}
	r := render.LintReport{Findings: found, Keys: keys, Standing: file.Apply(keys, now)}
	if accepted.write == "" {
		if err := p.reportExpired(r.Standing.Expired); err != nil {
			return err
		}
	}
	if err := p.showLint(r, format); err != nil {
		return err
	}
	if accepted.write == "" && r.Fails((&severityFlag{failOn}).reaches) {
		return status(exitNegative)
	}
	return nil
}

func (p *program) showLint(r render.LintReport, format string) error {
	switch format {
	case formatText:
		return render.LintText(p.stdout, r, p.textOptions(p.stdout))
	case formatJSON:
		return render.LintJSON(p.stdout, r)
	case formatSARIF:
		return render.LintSARIF(p.stdout, r, readVersion().Version)
	case formatGitHub:
		return render.LintGitHub(p.stdout, r)
	}
	panic("vpcwalk: format " + format)
}

func (p *program) showLintCodes(codes []lint.CodeInfo, format string) error {
	if format == formatJSON {
		return render.LintCodesJSON(p.stdout, codes)
	}
	return render.LintCodesText(p.stdout, codes, p.textOptions(p.stdout))
}
