package main

import (
	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
)

func (p *program) convertCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "convert -n PATH",
		Short: "Write any input as vpcwalk's own YAML",
		Long: `Reads a network in any format and writes it as vpcwalk's own YAML.

  vpcwalk convert -n ./describe/ > network.yaml`,
		Args: noArguments,
	}
	paths := networkFlag(cmd, networkUsage)
	output := outputFlag(cmd, formatYAML)
	cmd.RunE = func(*cobra.Command, []string) error {
		n, err := p.load(*paths, output.value)
		if err != nil {
			return err
		}
		return yamlfile.Write(p.stdout, n)
	}
	return cmd
}
