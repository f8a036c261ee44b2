package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/lint"
)

func (p *program) explainCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Say what an explanation code means and how it is usually mended",
		Long: `Says what an explanation code means and how it is usually mended. Without a code
it lists all of them, one line each. Case does not matter, dashes may stand for
underscores. It also knows the codes of findings, which vpcwalk lint --codes
lists.`,
		Example: `  vpcwalk explain SUBNET_ACL_RESTRICTION
  vpcwalk explain | grep NAT`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("explain takes one code at a time, not %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: cobra.FixedCompletions(codeNames(), cobra.ShellCompDirectiveNoFileComp),
	}
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return p.listCodes(output.value)
		}
		return p.explain(args[0], output.value)
	}
	return cmd
}

func (p *program) listCodes(format string) error {
	if format == formatJSON {
		return render.CodesJSON(p.stdout, sim.Codes())
	}
	return render.CodesText(p.stdout, sim.Codes(), p.textOptions(p.stdout))
}

func (p *program) explain(name, format string) error {
	if c, ok := lint.Lookup(strings.ToLower(name)); ok {
		return p.showLintCodes([]lint.CodeInfo{c}, format)
	}
	c, ok := sim.LookupCode(name)
	if !ok {
		return usagef("%q is not an explanation code%s", name, orElse(didYouMean(strings.ReplaceAll(name, "-", "_"), codeNames(), ""), ": vpcwalk explain lists them"))
	}
	if format == formatJSON {
		return render.CodesJSON(p.stdout, []sim.CodeInfo{c})
	}
	return render.CodeText(p.stdout, c, p.textOptions(p.stdout))
}

func codeNames() []string {
	var names []string
	for _, c := range sim.Codes() {
		names = append(names, string(c.Code))
	}
	return names
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
