package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
)

// Output formats.
const (
	formatText    = "text"
	formatJSON    = "json"
	formatJUnit   = "junit"
	formatGitHub  = "github"
	formatDOT     = "dot"
	formatMermaid = "mermaid"
	formatYAML    = "yaml"
	formatCSV     = "csv"
	formatHTML    = "html"
)

// format is the value of --output. It is one of a verb's formats, the first of
// which is the default.
type format struct {
	value string
	known []string
}

func (f *format) String() string { return f.value }
func (f *format) Type() string   { return "FORMAT" }

func (f *format) Set(s string) error {
	if !slices.Contains(f.known, s) {
		return usagef("is not a format: use %s%s", orList(f.known), didYouMean(s, f.known, ""))
	}
	f.value = s
	return nil
}

// outputFlag adds -o with a verb's formats.
func outputFlag(cmd *cobra.Command, known ...string) *format {
	f := &format{value: known[0], known: known}
	cmd.Flags().VarP(f, "output", "o", "output format: "+orList(known))
	must(cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp)))
	return f
}

func init() { cobra.AddTemplateFunc("flagUsages", flagUsages) }

// flagUsages lists flags for help, in lines of 80 columns. The stand-in for the
// value of a flag that may lack one is not shown.
func flagUsages(flags *pflag.FlagSet) string {
	shown := pflag.NewFlagSet("", pflag.ContinueOnError)
	shown.SortFlags = flags.SortFlags
	flags.VisitAll(func(f *pflag.Flag) {
		c := *f
		if c.NoOptDefVal == toRead {
			c.NoOptDefVal = ""
		}
		shown.AddFlag(&c)
	})
	return shown.FlagUsagesWrapped(80)
}

// networkFlag adds -n.
func networkFlag(cmd *cobra.Command, usage string) *[]string {
	return cmd.Flags().StringArrayP("network", "n", nil, usage)
}

const networkUsage = "the network: a file or folder `PATH`, or - for standard input; repeatable"

// load reads a network and prints what there is to say about the input. The
// error is a status when that is all that can be said.
func (p *program) load(paths []string, format string) (*model.Network, error) {
	if len(paths) == 0 {
		return nil, usagef("no network is given: name a file or folder with -n, or - for standard input")
	}
	return p.loadWith(paths, p.design, format)
}

// loadWith is load with the options of one of two networks.
func (p *program) loadWith(paths []string, o loader.Options, format string) (*model.Network, error) {
	n, ds := loader.LoadWith(paths, o, p.stdin)
	ds = append(ds, unmodelled(n)...)
	if p.told == nil {
		p.told = map[model.Diagnostic]bool{}
	}
	var news model.Diagnostics // what two networks of one run share is told once
	for _, d := range ds {
		if !p.told[d] {
			news = append(news, d)
			p.told[d] = true
		}
	}
	if err := p.report(news, format); err != nil {
		return nil, err
	}
	if ds.HasErrors() {
		return nil, status(exitError)
	}
	return n, nil
}

func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// must is for errors that only a mistake in this package can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
