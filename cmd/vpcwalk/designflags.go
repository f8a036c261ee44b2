package main

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/loader"
)

// designFlags adds what says how plans and templates are read.
func (p *program) designFlags(cmd *cobra.Command) {
	as := &asFlag{&p.design}
	cmd.Flags().Var(as, "as", "of Terraform plans, what is there now or what they lead to: "+orList(stages))
	must(cmd.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(stages, cobra.ShellCompDirectiveNoFileComp)))
	cmd.Flags().Var(&parameterFlag{&p.design}, "param", "a parameter of the templates: `KEY=VALUE`, or STACK/KEY=VALUE for one stack; repeatable")
}

// stages are the values of --as, the default first.
var stages = []string{"planned", "current"}

type asFlag struct{ options *loader.Options }

func (a *asFlag) Type() string { return "STAGE" }

func (a *asFlag) String() string {
	if a.options != nil && a.options.Current {
		return "current"
	}
	return "planned"
}

func (a *asFlag) Set(v string) error {
	switch v {
	case "planned", "current":
		a.options.Current = v == "current"
		return nil
	}
	return usagef("is no stage of a plan: use %s%s", orList(stages), didYouMean(v, stages, ""))
}

// parameterKey is the name of a parameter, perhaps of one stack alone, or of a
// pseudo parameter.
var parameterKey = regexp.MustCompile(`^(AWS::|.+/)?\w+$`)

type parameterFlag struct{ options *loader.Options }

func (f *parameterFlag) Type() string   { return "KEY=VALUE" }
func (f *parameterFlag) String() string { return "" }

// Set takes one parameter. The value may be empty or have equals signs; of one key
// the last counts, as with other flags.
func (f *parameterFlag) Set(v string) error {
	key, value, ok := strings.Cut(v, "=")
	if !ok || !parameterKey.MatchString(key) {
		return usagef("is no parameter: write KEY=VALUE or STACK/KEY=VALUE")
	}
	if f.options.Parameters == nil {
		f.options.Parameters = map[string]string{}
	}
	f.options.Parameters[key] = value
	return nil
}
