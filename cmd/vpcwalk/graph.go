package main

import (
	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
)

func (p *program) graphCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "graph -n PATH [-o dot|mermaid|json]",
		Short: "Print the network as a graph",
		Long: `Prints the network as a graph: its resources, and what leads from one to
another.

  vpcwalk graph -n plan.yaml | dot -Tsvg > plan.svg`,
		Args: noArguments,
	}
	paths := networkFlag(cmd, networkUsage)
	output := outputFlag(cmd, formatDOT, formatMermaid, formatJSON)
	cmd.RunE = func(*cobra.Command, []string) error {
		n, err := p.load(*paths, output.value)
		if err != nil {
			return err
		}
		return render.Graph(p.stdout, model.NewGraph(n), output.value)
	}
	return cmd
}
