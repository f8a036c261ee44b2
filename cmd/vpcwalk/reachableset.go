package main

import (
	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const reachableSetLong = `Tells every packet that gets from FROM to TO and whose reply gets back:
protocols, ports, ICMP types, addresses, over IPv4 and IPv6; and what excludes
the rest.

Source ports are the client's own ephemeral ports unless --source-port says
otherwise, and are told only where they matter. A source or destination is named
as for reach; a selector (tag:Tier=web) stands for all of its interfaces, and
what holds for several pairs is told once.

Exit status: 0 something passes; 1 nothing does; 2 wrong usage, or an input that
cannot be read; 3 nothing passes for certain, and the design leaves open whether
something does.`

func (p *program) reachableSetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reachable-set -n PATH --from SOURCE --to DESTINATION [--protocol P]",
		Short: "Tell every packet that passes between two things",
		Long:  reachableSetLong,
		Example: `  vpcwalk reachable-set -n plan.yaml --from web --to db
  vpcwalk reachable-set -n ./describe/ --from internet --to i-0abc -o json
  vpcwalk reachable-set -n plan.yaml --from tag:Tier=web --to tag:Tier=db --protocol tcp`,
		Args: noArguments,
	}
	paths := networkFlag(cmd, networkUsage)
	var from, to string
	cmd.Flags().StringVar(&from, "from", "", "the `SOURCE`: an ID, a name, an address, a CIDR, internet, tag:Key=Value, subnet:ID, sg:ID")
	cmd.Flags().StringVar(&to, "to", "", "the `DESTINATION`, named like the source")
	narrow := addSetFlags(cmd)
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.RunE = func(*cobra.Command, []string) error {
		q, err := narrow.question(from, to)
		if err != nil {
			return err
		}
		for _, end := range []struct{ flag, value string }{{"from", q.From}, {"to", q.To}} {
			if end.value == "" {
				return usagef("--%s is missing: give an ID, a name, an address, internet, tag:Key=Value, subnet:ID or sg:ID", end.flag)
			}
		}
		return p.reachableSet(*paths, q, output.value)
	}
	return cmd
}

func (p *program) reachableSet(paths []string, q model.Question, format string) error {
	n, err := p.load(paths, format)
	if err != nil {
		return err
	}
	if err := p.report(n.Validate(), format); err != nil {
		return err
	}
	e := sim.Compile(n)
	a, err := e.ReachableSet(q)
	if err != nil {
		return nameFlag(q, err)
	}
	switch format {
	case formatText:
		err = render.SetText(p.stdout, e, a, p.textOptions(p.stdout))
	case formatJSON:
		err = render.SetJSON(p.stdout, e, a)
	default:
		panic("reachable-set: format " + format)
	}
	if err != nil {
		return err
	}
	passes, open := a.Passing()
	switch {
	case passes:
		return nil
	case open:
		return status(exitIndeterminate)
	}
	return status(exitNegative)
}
