package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const exposureLong = `Tells all that the internet, or another source, can reach: on which ports, by
what way and by which rule, the worst first; and all that can reach the
internet.

  critical  every port, or a database or administration port, from everywhere
  high      the same from some addresses; a thousand ports from everywhere
  medium    other ports from everywhere
  low       web ports, ping, and what only some addresses reach

What the design leaves open is listed as what may be reached. With --baseline,
findings that the file accepts or waives are neither shown (but with -v) nor
counted as failures; a waiver that has expired fails.

Exit status: 0 done; 1 something of at least the severity of --fail-on can or
may be reached, or a waiver has expired; 2 wrong usage, or an input that cannot
be read.`

func (p *program) exposureCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exposure -n PATH [--from SOURCE] [--fail-on SEVERITY]",
		Short: "Tell what the internet, or another source, can reach",
		Long:  exposureLong,
		Example: `  vpcwalk exposure -n ./describe/
  vpcwalk exposure -n plan.json --from 198.51.100.0/24
  vpcwalk exposure -n plan.json --baseline exposed.yaml --fail-on high -o sarif`,
	}
	paths := networkFlag(cmd, networkUsage)
	var from string
	cmd.Flags().StringVar(&from, "from", "internet", "the `SOURCE`: internet, a CIDR, a name or a selector")
	narrow := addSetFlags(cmd)
	output := outputFlag(cmd, formatText, formatJSON, formatSARIF)
	failOn := &exposureFlag{"none"}
	cmd.Flags().Var(failOn, "fail-on", "exit with 1 for what is at least this bad: "+orList(exposureSeverities))
	must(cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(exposureSeverities, cobra.ShellCompDirectiveNoFileComp)))
	accepted := addBaselineFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		q, err := narrow.question(from, "")
		if err != nil {
			return err
		}
		return p.exposure(cmd.Context(), *paths, q, output.value, failOn, accepted)
	}
	return cmd
}

// exposureSeverities are the values of --fail-on, the worst first.
var exposureSeverities = []string{"critical", "high", "medium", "low", "none"}

type exposureFlag struct{ value string }

func (s *exposureFlag) String() string { return s.value }
func (s *exposureFlag) Type() string   { return "SEVERITY" }

func (s *exposureFlag) Set(v string) error {
	if !slices.Contains(exposureSeverities, v) {
		return usagef("is not a severity: use %s%s", orList(exposureSeverities), didYouMean(v, exposureSeverities, ""))
	}
	s.value = v
	return nil
}

// least gives the severity from which on findings fail; false for none.
func (s *exposureFlag) least() (sim.ExposureSeverity, bool) {
	for v := sim.ExposureLow; v <= sim.ExposureCritical; v++ {
		if v.String() == s.value {
			return v, true
		}
	}
	return 0, false
}

func (p *program) exposure(ctx context.Context, paths []string, q model.Question, format string, failOn *exposureFlag, accepted *baselineFlags) error {
	n, err := p.load(paths, format)
	if err != nil {
		return err
	}
	if err := p.report(n.Validate(), format); err != nil {
		return err
	}
	file, err := accepted.load(p)
	if err != nil {
		return err
	}
	e := sim.Compile(n)
	progress := p.newProgress("exposure", "classes")
	x, err := e.Exposure(ctx, q, progress.step)
	progress.done()
	if err != nil {
		return nameFlag(q, err)
	}
	keys, now := render.ExposureKeys(e, x), time.Now()
	if accepted.write != "" {
		if err := accepted.save(file, keys, now); err != nil {
			return err
		}
		file = file.Accept(keys, now)
	}
	r := render.ExposureReport{Engine: e, Exposure: x, Keys: keys, Standing: file.Apply(keys, now)}
	if accepted.write == "" {
		if err := p.reportExpired(r.Standing.Expired); err != nil {
			return err
		}
	}
	if err := p.showExposure(r, format); err != nil {
		return err
	}
	if accepted.write == "" && r.Fails(failOn.least()) {
		return status(exitNegative)
	}
	return nil
}

func (p *program) showExposure(r render.ExposureReport, format string) error {
	switch format {
	case formatText:
		return render.ExposureText(p.stdout, r, p.textOptions(p.stdout))
	case formatJSON:
		return render.ExposureJSON(p.stdout, r)
	case formatSARIF:
		return render.ExposureSARIF(p.stdout, r, readVersion().Version)
	}
	panic("exposure: format " + format)
}
