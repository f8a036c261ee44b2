package main

import (
	"strings"

	"github.com/spf13/cobra"
)

const rootLong = `vpcwalk says whether one thing in an AWS network can reach another, and if not,
what exactly stands in the way. It reads what describes the network (a snapshot
of describe calls, a Terraform plan or state, CloudFormation templates or a
cdk.out folder, or a short YAML file) and calls no cloud.

  vpcwalk reach -n plan.yaml --from web --to db --port 5432
  vpcwalk reach -n ./describe/ --from internet --to i-0abc --port 443 -o json
  vpcwalk test suites/

Exit status: 0 reachable, every test passed, or done; 1 blocked or partial, or
some test failed; 2 wrong usage, or an input that cannot be read; 3
indeterminate; 130 interrupted.`

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "vpcwalk",
		Short:         "Can this reach that, and if not, what stands in the way?",
		Long:          rootLong,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Nothing but a verb that does not exist gets here, with its flags.
		DisableFlagParsing: true,
		Args:               cobra.ArbitraryArgs,
		RunE:               p.noVerb,
		CompletionOptions:  cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "Flags.FlagUsages ", "Flags | flagUsages "))
	root.SetHelpCommand(p.helpCommand())

	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.BoolVarP(&p.quiet, "quiet", "q", false, "the verdict or the counts alone, and errors")
	flags.BoolVarP(&p.verbose, "verbose", "v", false, "headers at each hop, all ways, every test, notes")
	flags.BoolVar(&p.noColor, "no-color", false, "no colours, also on a terminal (as NO_COLOR)")
	root.Flags().Bool("version", false, "print the version")

	root.AddCommand(
		p.reachCommand(), p.reachableSetCommand(), p.matrixCommand(), p.exposureCommand(), p.testCommand(), p.validateCommand(), p.diffCommand(), p.lintCommand(), p.graphCommand(), p.convertCommand(),
		p.schemaCommand(), p.explainCommand(), p.versionCommand(), p.completionCommand(),
	)
	for _, c := range root.Commands() {
		c.DisableFlagsInUseLine = true
		c.Flags().SortFlags = false
		if c.Flags().Lookup("network") != nil {
			p.designFlags(c)
		}
	}
	return root
}

// noVerb is what runs when no verb was recognised. cobra has parsed no flags, so
// that a misspelt verb is named and not the first of its flags.
func (p *program) noVerb(root *cobra.Command, args []string) error {
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			return unknownVerb(root, a)
		}
	}
	root.DisableFlagParsing = false
	if err := root.ParseFlags(args); err != nil {
		return flagError(root, err)
	}
	switch {
	case root.Flags().Changed("help"):
		return root.Help()
	case root.Flags().Changed("version"):
		return p.version(formatText)
	}
	return usagef("no command is given: begin with reach, test or validate")
}

func unknownVerb(root *cobra.Command, verb string) error {
	var verbs []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			verbs = append(verbs, c.Name())
		}
	}
	if hint := didYouMean(verb, verbs, ""); hint != "" {
		return usagef("unknown command %q%s", verb, hint)
	}
	return usagef("unknown command %q: the commands are %s", verb, strings.Join(verbs, ", "))
}

func (p *program) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			if len(args) == 0 {
				return root.Help()
			}
			about, _, err := root.Find(args)
			if err != nil || about == root {
				return unknownVerb(root, args[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
