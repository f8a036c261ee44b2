package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/vpcwalk/vpcwalk/cmd/vpcwalk/render"
	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/model"
)

// Exit statuses, which pipelines are written against.
const (
	exitOK            = 0   // reachable; every test passed; done
	exitNegative      = 1   // blocked or partial; some test failed
	exitError         = 2   // wrong usage, or an input that cannot be read
	exitIndeterminate = 3   // the design leaves open what decides
	exitInterrupted   = 130 // interrupted from the keyboard
)

// program is one run of vpcwalk: its streams and the flags of every verb.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	noColor, quiet, verbose bool

	design loader.Options            // of the verbs that load a network
	told   map[model.Diagnostic]bool // about networks that were loaded
}

// Main runs vpcwalk with the arguments after its name and gives the exit status.
// Results go to stdout; diagnostics and all else go to stderr.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	done := make(chan int, 1)
	go func() { done <- p.run(ctx, args) }()
	select {
	case status := <-done:
		return status
	case <-ctx.Done(): // not everything that takes long looks at ctx
		return exitInterrupted
	}
}

// status is an error that says nothing more than how to exit: what there was to
// say has been printed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// usageError is an error in how the program was called.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func (p *program) run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	var s status
	var usage usageError
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err == nil:
		return exitOK
	case errors.As(err, &s):
		return int(s)
	}
	fmt.Fprintf(p.stderr, "%s: %v\n", cmd.CommandPath(), err)
	if errors.As(err, &usage) {
		fmt.Fprintf(p.stderr, "run '%s --help' for how it is called\n", cmd.CommandPath())
	}
	return exitError
}

// textOptions are how text is shown on a stream.
func (p *program) textOptions(w io.Writer) render.Options {
	o := render.Options{Quiet: p.quiet, Verbose: p.verbose}
	f, ok := w.(*os.File)
	terminal := ok && term.IsTerminal(int(f.Fd()))
	if terminal {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			o.Width = width
		}
	}
	// https://no-color.org and https://force-color.org: non-empty decides.
	switch {
	case p.noColor || os.Getenv("NO_COLOR") != "":
	case os.Getenv("FORCE_COLOR") != "":
		o.Color = true
	default:
		o.Color = terminal && os.Getenv("TERM") != "dumb"
	}
	return o
}

// report prints diagnostics, sorted: errors and warnings, notes too with -v,
// errors alone with -q.
func (p *program) report(ds model.Diagnostics, format string) error {
	least := model.Warning
	switch {
	case p.quiet:
		least = model.Error
	case p.verbose:
		least = model.Note
	}
	return p.reportAtLeast(ds, least, format)
}

func (p *program) reportAtLeast(ds model.Diagnostics, least model.Severity, format string) error {
	var shown model.Diagnostics
	for _, d := range ds {
		if d.Severity <= least { // the worst is the lowest
			shown = append(shown, d)
		}
	}
	shown = shown.Sort()
	if format == formatGitHub {
		return render.DiagnosticsGitHub(p.stderr, shown)
	}
	return render.DiagnosticsText(p.stderr, shown, p.textOptions(p.stderr))
}

// flagError explains what pflag did not understand.
func flagError(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	var ours usageError
	if errors.As(err, &invalid) && errors.As(invalid.Unwrap(), &ours) {
		return usagef("--%s: %q %w", invalid.GetFlag().Name, invalid.GetValue(), ours)
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageError{err}
	}
	name := unknown.GetSpecifiedName()
	if shorts := unknown.GetSpecifiedShortnames(); shorts != "" {
		return usagef("unknown flag -%s", name)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return usagef("unknown flag --%s%s", name, didYouMean(name, names, "--"))
}

// noArguments refuses arguments that are not flags.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("%q is one argument too many: %s takes flags only", strings.Join(args, " "), cmd.Name())
}
