package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

func (p *program) validateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "validate -n PATH",
		Short: "Check a network: what cannot be read, what AWS would refuse",
		Long: `Loads a network and prints every diagnostic: what cannot be read, what AWS would
refuse, what is not modelled. Diagnostics go to standard error, what was found
in all to standard output; with -o json everything is one object on standard
output.

Exit status: 0 no errors; 2 errors.`,
		Args: noArguments,
	}
	paths := networkFlag(cmd, networkUsage)
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.RunE = func(*cobra.Command, []string) error { return p.validate(*paths, output.value) }
	return cmd
}

func (p *program) validate(paths []string, format string) error {
	if len(paths) == 0 {
		return usagef("no network is given: name a file or folder with -n, or - for standard input")
	}
	n, ds := loader.LoadWith(paths, p.design, p.stdin)
	ds = append(ds, unmodelled(n)...)
	ds = append(ds, n.Validate()...)
	ds = append(ds, sim.CheckPolicies(n)...)
	ds = ds.Sort()
	if err := p.showDiagnostics(n, ds, format); err != nil {
		return err
	}
	if ds.HasErrors() {
		return status(exitError)
	}
	return nil
}

func (p *program) showDiagnostics(n *model.Network, ds model.Diagnostics, format string) error {
	if format == formatJSON {
		return render.DiagnosticsJSON(p.stdout, ds)
	}
	least := model.Note
	if p.quiet {
		least = model.Error
	}
	if err := p.reportAtLeast(ds, least, format); err != nil {
		return err
	}
	if p.quiet {
		return nil
	}
	_, err := fmt.Fprintln(p.stdout, render.ValidationSummary(n, ds))
	return err
}
