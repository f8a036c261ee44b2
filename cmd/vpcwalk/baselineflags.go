package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/baseline"
	"github.com/vpcwalk/vpcwalk/model"
)

// baselineFlags are --baseline and --write-baseline, of every verb that has
// findings.
type baselineFlags struct {
	read  string
	write string // a file; toRead for the one of --baseline; empty for none
}

// toRead stands for --write-baseline without a file.
const toRead = "that of --baseline"

func addBaselineFlags(cmd *cobra.Command) *baselineFlags {
	f := &baselineFlags{}
	cmd.Flags().StringVar(&f.read, "baseline", "", "accepted findings and waivers: a `FILE` as --write-baseline writes it")
	cmd.Flags().StringVar(&f.write, "write-baseline", "", "accept all present findings: write them to `FILE`, or to that of --baseline")
	cmd.Flags().Lookup("write-baseline").NoOptDefVal = toRead
	cmd.Args = f.arguments
	must(cmd.MarkFlagFilename("baseline"))
	return f
}

// arguments takes the FILE of --write-baseline FILE, which pflag leaves among the
// arguments since the flag may stand alone.
func (f *baselineFlags) arguments(cmd *cobra.Command, args []string) error {
	if f.write == toRead && len(args) > 0 && f.read == "" {
		f.write, args = args[0], args[1:]
	}
	if f.write == toRead {
		if f.read == "" {
			return usagef("--write-baseline needs a file: name it here or with --baseline")
		}
		f.write = f.read
	}
	return noArguments(cmd, args)
}

// load reads the file of --baseline. One that is about to be written need not be
// there; if it is, its waivers are kept.
func (f *baselineFlags) load(p *program) (*baseline.File, error) {
	name, mayLack := f.read, false
	if name == "" || name == f.write {
		name, mayLack = f.write, true
	}
	if name == "" {
		return &baseline.File{}, nil
	}
	data, err := os.ReadFile(name)
	if mayLack && errors.Is(err, fs.ErrNotExist) {
		return &baseline.File{}, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("--baseline: %s does not exist: write it with --write-baseline", name)
	}
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w", err)
	}
	file, ds := baseline.Read(name, data)
	if file != nil {
		return file, nil
	}
	if err := p.reportAtLeast(ds, model.Error, formatText); err != nil {
		return nil, err
	}
	return nil, status(exitError)
}

// save writes the file of --write-baseline.
func (f *baselineFlags) save(old *baseline.File, findings []baseline.Finding, now time.Time) error {
	var b bytes.Buffer
	if err := old.Accept(findings, now).Write(&b); err != nil {
		return err
	}
	if err := os.WriteFile(f.write, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("--write-baseline: %w", err)
	}
	return nil
}

// reportExpired prints the waivers that have ceased to count.
func (p *program) reportExpired(expired []*baseline.Waiver) error {
	var ds model.Diagnostics
	for _, w := range expired {
		what := w.Code
		if w.Resource != "" {
			what += " at " + w.Resource
		}
		ds = append(ds, model.Diagnostic{
			Severity: model.Error, Provenance: w.Provenance,
			Summary: "the waiver of " + what + " expired on " + w.Expires.Format(time.DateOnly),
			Detail:  "it was given because: " + w.Reason + "\nmend the finding and delete the waiver, or give it another date",
		})
	}
	return p.reportAtLeast(ds, model.Error, formatText)
}
