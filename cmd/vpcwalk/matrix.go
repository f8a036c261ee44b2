package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const matrixLong = `Tells what passes between all pairs of interfaces, there and back. Interfaces
that nothing tells apart are one group, so that a page says it all; where it
would be more than a page, the text says how to narrow it, and -o html, csv and
json have all of it. The HTML is one file that asks for nothing else.

Exit status: 0 done; 2 wrong usage, or an input that cannot be read.`

func (p *program) matrixCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "matrix -n PATH [--from SELECTOR] [--to SELECTOR] [--protocol P] [--port N]",
		Short: "Tell what passes between all pairs of a selection",
		Long:  matrixLong,
		Example: `  vpcwalk matrix -n ./describe/
  vpcwalk matrix -n plan.yaml --from tag:Tier=web --protocol tcp --port 22
  vpcwalk matrix -n ./describe/ -o html > matrix.html`,
		Args: noArguments,
	}
	paths := networkFlag(cmd, networkUsage)
	var from, to string
	cmd.Flags().StringVar(&from, "from", "", "the sources, a `SELECTOR` (tag:Key=Value, subnet:ID, sg:ID) or a name; all interfaces by default")
	cmd.Flags().StringVar(&to, "to", "", "the destinations, likewise")
	narrow := addSetFlags(cmd)
	output := outputFlag(cmd, formatText, formatJSON, formatCSV, formatHTML)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		q, err := narrow.question(from, to)
		if err != nil {
			return err
		}
		return p.matrix(cmd.Context(), *paths, q, output.value)
	}
	return cmd
}

func (p *program) matrix(ctx context.Context, paths []string, q model.Question, format string) error {
	n, err := p.load(paths, format)
	if err != nil {
		return err
	}
	if err := p.report(n.Validate(), format); err != nil {
		return err
	}
	e := sim.Compile(n)
	from, err := e.Interfaces(q.From, model.Source)
	if err != nil {
		return nameFlag(q, err)
	}
	to, err := e.Interfaces(q.To, model.Destination)
	if err != nil {
		return nameFlag(q, err)
	}
	progress := p.newProgress("matrix", "classes of sources")
	m, err := e.Matrix(ctx, q, from, to, progress.step)
	progress.done()
	if err != nil {
		return err
	}
	v := render.NewMatrixView(e, m, q)
	switch format {
	case formatText:
		return v.Text(p.stdout, p.textOptions(p.stdout))
	case formatJSON:
		return v.JSON(p.stdout)
	case formatCSV:
		return v.CSV(p.stdout)
	case formatHTML:
		return v.HTML(p.stdout)
	}
	panic("matrix: format " + format)
}
