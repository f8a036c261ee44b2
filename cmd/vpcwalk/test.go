package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

const testLong = `Runs suites: files with expectations about a network. A folder stands for all
suites in it. Each failed test says what differs, and why the answer is what it
is. A verdict that is indeterminate fails its test unless that is what is
expected.

Exit status: 0 every test passed; 1 some failed; 2 wrong usage, an input that
cannot be read, or no test at all.`

// testOptions are the flags of test.
type testOptions struct {
	networks []string
	run      string
	failFast bool
	junit    string
	format   string
}

func (p *program) testCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "test FILE_OR_DIR... [-n PATH] [--run REGEXP]",
		Short: "Run suites of expectations",
		Long:  testLong,
		Example: `  vpcwalk test suites/
  vpcwalk test -n ./describe/ suite.yaml --junit report.xml
  vpcwalk test suites/ --run 'database' -v`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("no suite is given: name a file or a folder")
			}
			return nil
		},
	}
	var o testOptions
	networks := networkFlag(cmd, "the network `PATH` to test, in place of those that suites name")
	f := cmd.Flags()
	f.StringVar(&o.run, "run", "", "run only tests whose name this `REGEXP` matches")
	f.BoolVar(&o.failFast, "fail-fast", false, "stop after the first test that fails")
	f.StringVar(&o.junit, "junit", "", "write JUnit XML to this `FILE` beside the output")
	output := outputFlag(cmd, formatText, formatJSON, formatJUnit, formatGitHub)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.networks, o.format = *networks, output.value
		return p.test(cmd.Context(), args, o)
	}
	return cmd
}

func (p *program) test(ctx context.Context, paths []string, o testOptions) error {
	run, err := regexp.Compile(o.run)
	if err != nil {
		return usagef("--run: %v", err)
	}
	loaded, ds := loader.LoadSuitesWith(paths, o.networks, p.design, p.stdin)
	if err := p.report(ds, o.format); err != nil {
		return err
	}
	if ds.HasErrors() {
		return status(exitError)
	}
	if err := p.reportInvalid(loaded, o.format); err != nil {
		return err
	}
	suites := p.runSuites(ctx, loaded, run, o)
	if ctx.Err() != nil {
		return status(exitInterrupted)
	}
	passed, failed := render.Tally(suites)
	if passed+failed == 0 {
		if o.run != "" {
			return fmt.Errorf("no test has a name that --run %q matches", o.run)
		}
		return errors.New("no tests found: a suite lists them under the key tests")
	}
	if err := p.showSuites(suites, o.format); err != nil {
		return err
	}
	if o.junit != "" {
		if err := writeJUnit(o.junit, suites); err != nil {
			return err
		}
	}
	if failed > 0 {
		return status(exitNegative)
	}
	return nil
}

// reportInvalid prints what AWS would refuse about the networks: a test says
// nothing of a design that cannot exist. As in reach it stops no answer.
func (p *program) reportInvalid(loaded []loader.LoadedSuite, format string) error {
	seen := map[*model.Network]bool{}
	var ds model.Diagnostics
	for _, l := range loaded {
		if !seen[l.Network] {
			seen[l.Network] = true
			ds = append(ds, l.Network.Validate()...)
			ds = append(ds, sim.CheckPolicies(l.Network)...)
		}
	}
	return p.reportAtLeast(ds, model.Error, format)
}

// runSuites runs the expectations that match, suite after suite; a network that
// several suites share is compiled once.
func (p *program) runSuites(ctx context.Context, loaded []loader.LoadedSuite, run *regexp.Regexp, o testOptions) []render.Suite {
	engines := map[*model.Network]*sim.Engine{}
	compiled := func(n *model.Network) *sim.Engine {
		if engines[n] == nil {
			engines[n] = sim.Compile(n)
		}
		return engines[n]
	}
	var suites []render.Suite
	for _, l := range loaded {
		var cases []model.Expectation
		for _, c := range l.Suite.Expectations {
			if run.MatchString(c.Name) {
				cases = append(cases, c)
			}
		}
		if len(cases) == 0 {
			continue
		}
		after := map[string]*sim.Engine{}
		for path, n := range l.After {
			after[path] = compiled(n)
		}
		results := suite.Run(ctx, compiled(l.Network), cases, suite.Options{FailFast: o.failFast, After: after})
		s := render.Suite{Name: l.Suite.Name, File: l.Suite.File, Results: results}
		suites = append(suites, s)
		if _, failed := render.Tally([]render.Suite{s}); failed > 0 && o.failFast {
			break
		}
	}
	return suites
}

func (p *program) showSuites(suites []render.Suite, format string) error {
	switch format {
	case formatText:
		return render.SuitesText(p.stdout, suites, p.textOptions(p.stdout))
	case formatJSON:
		return render.SuitesJSON(p.stdout, suites)
	case formatJUnit:
		return render.JUnit(p.stdout, suites)
	case formatGitHub:
		return render.SuitesGitHub(p.stdout, suites)
	}
	panic("test: format " + format)
}

func writeJUnit(path string, suites []render.Suite) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	err = render.JUnit(f, suites)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return nil
}
