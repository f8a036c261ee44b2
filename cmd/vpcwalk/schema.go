package main

import (
	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
)

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of vpcwalk's own YAML",
		Long: `Prints the JSON Schema of vpcwalk's own YAML. Editors check and complete with
it:

  vpcwalk schema > vpcwalk.schema.json
  # yaml-language-server: $schema=vpcwalk.schema.json   (first line of the YAML)`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(yamlfile.Schema())
			return err
		},
	}
}
