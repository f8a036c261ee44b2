package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

const diffLong = `Compares two networks: what became reachable, and what stopped being so, between
every two interfaces, from the internet and to it, on every packet, there and
back; and which changed rule, route or association it comes from.

OLD and NEW are files or folders of any format. A network of several inputs is
given by flags: -n for those of the earlier one, --to-network for those of the
later one. --plan compares what is there before a Terraform plan is applied with
what applying it leads to; given with other inputs (--plan once for each), it
takes those into both. Interfaces are the same that have the same ID, or else
the same Terraform address or logical ID, or else a name that nothing else has.

Exit status: 0 done; 1 there is something of --fail-on that no baseline accepts,
or a waiver has expired; 2 wrong usage, or an input that cannot be read.`

// diffOptions are the flags of diff.
type diffOptions struct {
	before, after []string
	plan          []string // both, before and after they are applied
	oneWay        bool
	failOn        string
	format        string
	accepted      *baselineFlags
}

// changes are the values of --fail-on.
var changes = []string{"opened", "closed", "any", "none"}

type changesFlag struct{ value string }

func (c *changesFlag) String() string { return c.value }
func (c *changesFlag) Type() string   { return "CHANGES" }

func (c *changesFlag) Set(v string) error {
	if !slices.Contains(changes, v) {
		return usagef("is none of the changes: use %s%s", orList(changes), didYouMean(v, changes, ""))
	}
	c.value = v
	return nil
}

func (p *program) diffCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff OLD NEW | diff -n OLD... --to-network NEW... | diff --plan PLAN...",
		Short: "Compare two networks: what opened, what closed",
		Long:  diffLong,
		Example: `  vpcwalk diff before.yaml after.yaml
  vpcwalk diff ./describe/ plan.json --fail-on opened
  vpcwalk diff -n ./describe/ --to-network plan.json --to-network peer.json -o json
  vpcwalk diff --plan plan.json --fail-on opened`,
	}
	var o diffOptions
	f := cmd.Flags()
	f.StringArrayVarP(&o.before, "network", "n", nil, "the earlier network: a file or folder `PATH`, or - for standard input; repeatable")
	f.StringArrayVar(&o.after, "to-network", nil, "the later network: a `PATH`, as with -n; repeatable")
	f.StringArrayVar(&o.plan, "plan", nil, "both networks, before and after a Terraform plan is applied: a `PATH`, as with -n; repeatable")
	f.BoolVar(&o.oneWay, "one-way", false, "compare the forward leg alone, whether or not replies come back")
	failOn := &changesFlag{"none"}
	f.Var(failOn, "fail-on", "exit with 1 where there are such changes: "+orList(changes))
	must(cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(changes, cobra.ShellCompDirectiveNoFileComp)))
	o.accepted = addBaselineFlags(cmd)
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.Args = func(cmd *cobra.Command, args []string) error { return o.arguments(cmd, args) }
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.failOn, o.format = failOn.value, output.value
		return p.diff(cmd.Context(), o)
	}
	return cmd
}

// arguments takes the two networks from the arguments or the flags.
func (o *diffOptions) arguments(cmd *cobra.Command, args []string) error {
	byFlag := len(o.before)+len(o.after) > 0
	switch {
	case len(o.plan) > 0 && (byFlag || cmd.Flags().Changed("as")):
		return usagef("--plan is both networks, one as current and one as planned: leave out -n, --to-network and --as")
	case len(o.plan) > 0:
		return o.accepted.arguments(cmd, args)
	case byFlag && (len(o.before) == 0 || len(o.after) == 0):
		return usagef("only one network is given: -n names the earlier one, --to-network the later one")
	case byFlag:
		if err := o.accepted.arguments(cmd, args); err != nil {
			return err
		}
	case o.accepted.write == toRead && o.accepted.read == "":
		return usagef("beside OLD and NEW the file is written --write-baseline=FILE")
	case len(args) != 2:
		return usagef("diff takes two networks, OLD and NEW; a network of several inputs is given with -n and --to-network")
	default:
		if o.accepted.write == toRead {
			o.accepted.write = o.accepted.read
		}
		o.before, o.after = args[:1], args[1:]
	}
	if slices.Contains(o.before, "-") && slices.Contains(o.after, "-") {
		return usagef("standard input can be one of the networks only")
	}
	return nil
}

func (p *program) diff(ctx context.Context, o diffOptions) error {
	before, after, err := p.loadBoth(o)
	if err != nil {
		return err
	}
	file, err := o.accepted.load(p)
	if err != nil {
		return err
	}
	shown := p.newProgress("comparing", "sources")
	d, err := sim.Diff(ctx, sim.Compile(before), sim.Compile(after), sim.DiffOptions{OneWay: o.oneWay, Progress: shown.step})
	shown.done()
	if err != nil {
		return err
	}
	r := render.DiffReport{Difference: d}
	keys, now := r.Keys(), time.Now()
	if o.accepted.write != "" {
		if err := o.accepted.save(file, keys, now); err != nil {
			return err
		}
		file = file.Accept(keys, now)
	}
	r.Standing = file.Apply(keys, now)
	if o.accepted.write == "" {
		if err := p.reportExpired(r.Standing.Expired); err != nil {
			return err
		}
	}
	switch o.format {
	case formatText:
		err = render.DiffText(p.stdout, r, p.textOptions(p.stdout))
	case formatJSON:
		err = render.DiffJSON(p.stdout, r)
	default:
		panic("diff: format " + o.format)
	}
	if err != nil {
		return err
	}
	if o.accepted.write == "" && (len(r.Standing.Expired) > 0 || fails(o.failOn, &r)) {
		return status(exitNegative)
	}
	return nil
}

// loadBoth loads the two networks.
func (p *program) loadBoth(o diffOptions) (before, after *model.Network, err error) {
	early := p.design
	if len(o.plan) > 0 {
		o.before, o.after, early.Current = o.plan, o.plan, true
	}
	again := p.stdin
	if slices.Contains(o.before, "-") && slices.Contains(o.after, "-") {
		var data bytes.Buffer
		p.stdin, again = io.TeeReader(p.stdin, &data), &data
	}
	if before, err = p.loadWith(o.before, early, o.format); err != nil {
		return nil, nil, err
	}
	p.stdin = again
	after, err = p.loadWith(o.after, p.design, o.format)
	return before, after, err
}

// fails reports whether there are changes that are asked to fail the run and that
// the baseline does not cover.
func fails(on string, r *render.DiffReport) bool {
	opened, closed := r.Count(baseline.New)
	switch on {
	case "opened":
		return opened > 0
	case "closed":
		return closed > 0
	case "any":
		return opened+closed > 0
	case "none":
		return false
	}
	panic("diff: --fail-on " + on)
}
