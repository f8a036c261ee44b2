package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/scenarios/mutation"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

// size is how much is tried.
type size struct {
	full      bool
	questions int // put to engine and independent simulator
	checks    int // cases of each law
	mutants   int // of each suite; 0 is all
	designs   int // in the lab
}

func sizes(full bool) size {
	if full {
		return size{full: true, questions: 1_000_000, checks: 10_000, designs: 300}
	}
	return size{questions: 20_000, checks: 200, mutants: 20, designs: 20}
}

// prove runs everything. Hostile inputs, which take longest, are read beside the rest.
func prove(ctx context.Context, s size, seed uint64) (*report, error) {
	r := &report{size: s, seed: seed}
	var err error
	if r.commit, err = commit(ctx); err != nil {
		return nil, err
	}
	if r.laws, r.fuzz, err = properties("."); err != nil {
		return nil, err
	}
	progress("hostile inputs, beside the rest")
	hostile := make(chan outcome, 1)
	go func() { hostile <- runHostile(ctx, s) }()
	progress("scenarios")
	suites, err := loadSuites()
	if err != nil {
		return nil, err
	}
	r.scenarios = ask(ctx, suites)
	progress("formats")
	r.formats = compareFormats(ctx)
	progress("laws, %d cases each", s.checks)
	flags := []string{"-rapid.checks", strconv.Itoa(s.checks), "-rapid.seed", strconv.FormatUint(seed, 10)}
	others := slices.DeleteFunc(packagesOf(r.laws), func(p string) bool { return p == oraclePackage })
	if err := runLaws(ctx, r.laws, others, flags...); err != nil {
		return nil, err
	}
	progress("the independent simulator, %d questions", s.questions)
	if err := runLaws(ctx, r.laws, []string{oraclePackage}, append(flags, "-oracle.n", strconv.Itoa(s.questions))...); err != nil {
		return nil, err
	}
	progress("the lab")
	r.lab = runLab(ctx, s)
	progress("mutants")
	r.mutation = mutation.Run(ctx, suites, mutation.Options{Sample: s.mutants, Seed: seed})
	progress("the end of the hostile inputs")
	r.hostile = <-hostile
	return r, ctx.Err()
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "proof: "+format+"\n", args...)
}

// commit is the commit that is checked out, and whether files differ from it;
// the report itself aside.
func commit(ctx context.Context) (string, error) {
	id, err := exec.CommandContext(ctx, "git", "rev-parse", "HEAD").Output()
	if err != nil {
		return "", fmt.Errorf("git rev-parse: %w", err)
	}
	changed, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", ":!"+written, ":!README.md").Output()
	if err != nil {
		return "", fmt.Errorf("git status: %w", err)
	}
	name := strings.TrimSpace(string(id))
	if len(changed) > 0 {
		name += ", with changes that are not committed"
	}
	return name, nil
}

// loadSuites are the suites below scenarios, but for those that must be refused.
func loadSuites() ([]loader.LoadedSuite, error) {
	var paths []string
	err := filepath.WalkDir("scenarios", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "testdata" {
			return fs.SkipDir
		}
		if err == nil && filepath.Ext(path) == ".yaml" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	suites, diags := loader.LoadSuites(paths, nil, nil)
	if diags.HasErrors() {
		return nil, errors.New(diags[0].Error())
	}
	return suites, nil
}

// asked counts suites by where their networks come from.
type asked struct {
	source                         string
	suites, expectations, failures int
}

func ask(ctx context.Context, suites []loader.LoadedSuite) []asked {
	own, others := asked{source: "a network in the same YAML file"}, asked{source: "another input: a snapshot, a plan, a template, several"}
	for _, s := range suites {
		in := &own
		if len(s.Suite.Networks) > 0 {
			in = &others
		}
		after := map[string]*sim.Engine{}
		for path, n := range s.After {
			after[path] = sim.Compile(n)
		}
		in.suites++
		for _, r := range suite.Run(ctx, sim.Compile(s.Network), s.Suite.Expectations, suite.Options{After: after}) {
			in.expectations++
			if !r.Passed {
				in.failures++
			}
		}
	}
	return []asked{own, others}
}

// comparison counts the networks of which two formats say the same.
type comparison struct {
	test, what           string
	same, other, skipped int
	failed               bool // or it did not run
}

func compareFormats(ctx context.Context) []comparison {
	out := []comparison{
		{test: "TestSameDesigns", what: "a design in YAML and as a snapshot, a plan or a template: one network, and the same answers"},
		{test: "TestDescribeSnapshots", what: "a suite's network and a snapshot of it once deployed: the same verdicts for the same reasons"},
	}
	for i := range out {
		c := &out[i]
		text, ok := goTest(ctx, "-run", "^"+c.test+"$", "./scenarios")
		for _, m := range regexp.MustCompile(`(?m)^    --- (PASS|FAIL|SKIP): `+c.test+"/").FindAllStringSubmatch(text, -1) {
			switch m[1] {
			case "PASS":
				c.same++
			case "FAIL":
				c.other++
			case "SKIP":
				c.skipped++
			}
		}
		c.failed = !ok || c.same == 0
	}
	return out
}

// outcome is what a test run says in one line.
type outcome struct {
	said   string // empty where it did not run
	why    string // it did not run
	failed bool
}

var hostileLine = regexp.MustCompile(`hostile: (\d+) inputs, (\d+) panics`)

func runHostile(ctx context.Context, s size) outcome {
	args := []string{"-run", "^TestHostile", "./loader"}
	if s.full {
		args = append(args, "-hostile.all")
	}
	text, ok := goTest(ctx, args...)
	inputs, panics := 0, 0
	for _, m := range hostileLine.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		k, _ := strconv.Atoi(m[2])
		inputs, panics = inputs+n, panics+k
	}
	if inputs == 0 {
		return outcome{why: "no test ran", failed: !ok}
	}
	said := fmt.Sprintf("%d, %d panics", inputs, panics)
	if ok {
		said += ", each read within 2 s and 512 MB, each error with a place"
	}
	return outcome{said: said, failed: !ok}
}

var (
	labLine  = regexp.MustCompile(`lab: (\d+ designs, \d+ probes, \d+ disagreements)`)
	skipLine = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.*)\n--- SKIP`)
)

func runLab(ctx context.Context, s size) outcome {
	text, ok := goTest(ctx, "-run", "^TestLab$", "./sim/lab", "-lab", "-lab.designs", strconv.Itoa(s.designs))
	if m := labLine.FindStringSubmatch(text); m != nil {
		return outcome{said: m[1], failed: !ok}
	}
	why := "it needs root on Linux"
	if m := skipLine.FindStringSubmatch(text); m != nil {
		why = m[1]
	}
	return outcome{why: why, failed: !ok}
}

// goTest runs tests and gives what they print, and whether all passed.
func goTest(ctx context.Context, args ...string) (string, bool) {
	c := exec.CommandContext(ctx, "go", append([]string{"test", "-v", "-count=1", "-timeout=12h"}, args...)...)
	text, err := c.CombinedOutput()
	if err != nil {
		os.Stderr.Write(text)
	}
	return string(text), err == nil
}

// oraclePackage is where engine and independent simulator are compared.
const oraclePackage = "./sim/oracle"

var (
	packageLine = regexp.MustCompile(`^(?:ok  |FAIL)\t(\S+)`)
	passedLine  = regexp.MustCompile(`^\s+\w+\.go:\d+: \[rapid\] OK, passed (\d+) tests`)
	runLine     = regexp.MustCompile(`^=== (?:RUN|CONT|NAME)\s+(\w+)`)
	doneLine    = regexp.MustCompile(`^--- (PASS|FAIL|SKIP): (\w+)`)
	countLine   = regexp.MustCompile(`: (blocked|partial|indeterminate|reachable|of them with reasons): (\d+)$`)
)

// runLaws runs the laws of some packages and fills in their counts.
func runLaws(ctx context.Context, laws []law, packages []string, flags ...string) error {
	var names []string
	for _, l := range laws {
		if slices.Contains(packages, l.pkg) && !slices.Contains(names, l.test) {
			names = append(names, l.test)
		}
	}
	text, _ := goTest(ctx, slices.Concat([]string{"-run", "^(" + strings.Join(names, "|") + ")$"}, packages, flags)...)
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		m := packageLine.FindStringSubmatch(line)
		if m == nil {
			lines = append(lines, line)
			continue
		}
		for i := range laws {
			if strings.HasSuffix(m[1], strings.TrimPrefix(laws[i].pkg, ".")) && slices.Contains(packages, laws[i].pkg) {
				laws[i].read(lines)
			}
		}
		lines = nil
	}
	return ctx.Err()
}

// read takes what the tests of the law's package print.
func (l *law) read(lines []string) {
	current := ""
	for _, line := range lines {
		if m := runLine.FindStringSubmatch(line); m != nil {
			current = m[1]
		}
		if m := doneLine.FindStringSubmatch(line); m != nil && m[2] == l.test {
			l.result = m[1]
		}
		if current != l.test {
			continue
		}
		if m := passedLine.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[1])
			l.cases += n
		}
		if m := countLine.FindStringSubmatch(line); m != nil {
			n, _ := strconv.Atoi(m[2])
			l.counts = append(l.counts, count{m[1], n})
		}
	}
}
