package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/scenarios/mutation"
)

// report is what was found.
type report struct {
	size      size
	seed      uint64
	commit    string
	scenarios []asked
	formats   []comparison
	laws      []law
	fuzz      []fuzzTarget
	hostile   outcome
	lab       outcome
	mutation  mutation.Result
}

// disagrees reports whether anything is otherwise than it should be.
func (r *report) disagrees() bool {
	for _, a := range r.scenarios {
		if a.failures > 0 {
			return true
		}
	}
	for _, c := range r.formats {
		if c.failed {
			return true
		}
	}
	for _, l := range r.laws {
		if l.result != "PASS" {
			return true
		}
	}
	return r.hostile.failed || r.lab.failed || len(r.mutation.Panics) > 0
}

// summary is the report in a few lines, which the README quotes.
func (r *report) summary() []string {
	var all asked
	for _, a := range r.scenarios {
		all.suites, all.expectations, all.failures = all.suites+a.suites, all.expectations+a.expectations, all.failures+a.failures
	}
	same, other := 0, 0
	for _, c := range r.formats {
		same, other = same+c.same, other+c.other
	}
	properties, cases, broken := 0, 0, 0
	for _, l := range r.laws {
		if l.test == oracleTest {
			continue
		}
		properties++
		cases += l.cases
		if l.result != "PASS" {
			broken++
		}
	}
	compared, disagreements := r.compared()
	c := r.mutation.Tally.Sum(func(string) bool { return true })
	return []string{
		fmt.Sprintf("scenarios: %d suites, %d expectations, %d failures", all.suites, all.expectations, all.failures),
		fmt.Sprintf("formats: %d pairs that say the same, %d that do not", same, other),
		fmt.Sprintf("independent simulator: %d questions on random networks, %s", compared, disagreements),
		fmt.Sprintf("laws: %d properties, %d random cases, %d broken", properties, cases, broken),
		fmt.Sprintf("mutants: %d tried, %d noticed, %d not noticed that some packet tells (%s), the rest none can", c.All(), c.Noticed(), c[mutation.Survived], share(c)),
		"hostile inputs: " + r.hostile.line(),
		"lab: " + r.lab.line(),
	}
}

// oracleTest compares the engine with the independent simulator.
const oracleTest = "TestEngineAgainstOracle"

// compared is how many answers were compared with the independent simulator's.
func (r *report) compared() (n int, disagreements string) {
	for _, l := range r.laws {
		if l.test != oracleTest {
			continue
		}
		for _, c := range l.counts {
			if !strings.Contains(c.of, "reasons") {
				n += c.n
			}
		}
		if l.result == "PASS" {
			return n, "0 disagreements"
		}
	}
	return n, "at least 1 disagreement"
}

// share is the noticed part of those that a packet tells.
func share(c mutation.Counts) string {
	if of := c.Noticed() + c[mutation.Survived]; of > 0 {
		return fmt.Sprintf("%.1f %% noticed", float64(1000*c.Noticed()/of)/10)
	}
	return "none"
}

func (o outcome) line() string {
	switch {
	case o.said == "":
		return "not run: " + o.why
	case o.failed:
		return o.said + ", failed"
	}
	return o.said
}

// markdown writes the report.
func (r *report) markdown() string {
	var b strings.Builder
	mode := "thousands of cases; `-full` tries more"
	if r.size.full {
		mode = "everything"
	}
	fmt.Fprintf(&b, "# What vpcwalk's verdicts were checked by\n\nWritten by `go run ./cmd/proof` on commit %s (%s; seed %d).\n", r.commit, mode, r.seed)
	b.WriteString("Nothing here was compared with live AWS: scenarios, simulator and lab share one reading of its documentation.\n\n```text\n")
	for _, line := range r.summary() {
		fmt.Fprintln(&b, line)
	}
	b.WriteString("```\n")
	r.scenariosText(&b)
	r.oracleText(&b)
	r.lawsText(&b)
	r.mutationText(&b)
	r.fuzzText(&b)
	return b.String()
}

// summaryBlock is where a text holds a report's summary.
var summaryBlock = regexp.MustCompile("(?s)```text\nscenarios: .*?```\n")

// quoteIn puts a report's summary into a file that quotes one already.
func quoteIn(file, report string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	at := summaryBlock.FindIndex(text)
	if at == nil {
		return fmt.Errorf("%s quotes no report", file)
	}
	out := slices.Concat(text[:at[0]], []byte(summaryBlock.FindString(report)), text[at[1]:])
	return os.WriteFile(file, out, 0o644)
}

func (r *report) scenariosText(b *strings.Builder) {
	b.WriteString("\n## Scenarios\n\nEvery expectation below this folder: the verdict, and where it says so the reason, the component and the way.\n\n| network | suites | expectations | failures |\n| --- | ---: | ---: | ---: |\n")
	for _, a := range r.scenarios {
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", a.source, a.suites, a.expectations, a.failures)
	}
	b.WriteString("\n## Formats\n\n| compared | the same | other | skipped |\n| --- | ---: | ---: | ---: |\n")
	for _, c := range r.formats {
		fmt.Fprintf(b, "| %s | %d | %d | %d |\n", c.what, c.same, c.other, c.skipped)
	}
}

func (r *report) oracleText(b *strings.Builder) {
	b.WriteString("\n## The independent simulator\n\n[sim/oracle](../sim/oracle/doc.go) was written from the rules alone and walks one packet at a time. On random networks, half of them of several VPCs " +
		"that peering connections and transit gateways join, it is asked what the engine is asked. They agree on the verdict, on the reasons where no way ends early, " +
		"and with the engine's short way for single packets.\n\n| verdict | questions |\n| --- | ---: |\n")
	for _, l := range r.laws {
		if l.test != oracleTest {
			continue
		}
		for _, c := range l.counts {
			fmt.Fprintf(b, "| %s | %d |\n", c.of, c.n)
		}
	}
}

func (r *report) lawsText(b *strings.Builder) {
	b.WriteString("\n## Laws\n\nEach holds for whatever is drawn at random.\n\n| package | law | cases | result |\n| --- | --- | ---: | --- |\n")
	for _, l := range r.laws {
		result := map[string]string{"PASS": "holds", "FAIL": "broken", "SKIP": "skipped"}[l.result]
		if result == "" {
			result = "did not run"
		}
		if l.test != oracleTest {
			fmt.Fprintf(b, "| %s | %s | %d | %s |\n", strings.TrimPrefix(l.pkg, "./"), strings.ReplaceAll(l.says, "|", "\\|"), l.cases, result)
		}
	}
}

func (r *report) mutationText(b *strings.Builder) {
	m := &r.mutation
	all := m.Tally.Sum(func(string) bool { return true })
	which := "All single changes"
	if r.size.mutants > 0 {
		which = fmt.Sprintf("Up to %d single changes, drawn at random,", r.size.mutants)
	}
	fmt.Fprintf(b, "\n## Mutants\n\n%s to the network of each of the %d suites: a rule, route or association deleted, a prefix narrowed or widened, a port, protocol, direction, action or state changed, "+
		"a reference led elsewhere. The suite's questions are asked again, the network validated and linted again.\n\n", which, m.Suites)
	for _, x := range []struct {
		effect mutation.Effect
		what   string
	}{
		{mutation.Failed, "noticed: an expectation fails"},
		{mutation.Answered, "noticed: a question that no expectation tells in full has another verdict or reason"},
		{mutation.Found, "noticed: the validation or the lint finds something else"},
		{mutation.Rerouted, "cannot be: another rule, route or zone gives the same verdict for the same reasons, and the way that is printed says so"},
		{mutation.Unmet, "cannot be: no question's packets come to the resource"},
		{mutation.Undecided, "cannot be: they come to the resource, and the rule or route that was changed is not about them"},
		{mutation.Equivalent, "cannot be: of all packets between the same ends, not one is treated otherwise"},
		{mutation.Survived, "not noticed: some packet between the same ends is treated otherwise, none that is asked about"},
	} {
		fmt.Fprintf(b, "* %d %s\n", all[x.effect], x.what)
	}
	fmt.Fprintf(b, "\nNo mutant ends the program: %d do.\n\n| of the network | mutants | noticed | cannot be | not noticed |\n| --- | ---: | ---: | ---: | ---: |\n", len(m.Panics))
	for _, kind := range resourceKinds(m.Tally) {
		c := m.Tally.Sum(func(k string) bool { return resourceKind(k) == kind })
		fmt.Fprintf(b, "| %s | %d | %d | %d | %d |\n", kind, c.All(), c.Noticed(), c.All()-c.Noticed()-c[mutation.Survived], c[mutation.Survived])
	}
	list(b, "Not noticed:", m.Survivors)
	list(b, "Ended the program:", m.Panics)
	if r.size.mutants == 0 {
		list(b, "Changed everywhere and noticed nowhere, most of them since another field says the same, or a packet never asks:", never(m.Tally))
	}
}

func list(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n\n", title)
	for _, s := range lines {
		fmt.Fprintf(b, "* `%s`\n", s)
	}
}

// resourceKind is what a mutant's kind begins with: the resources of model.Network.
func resourceKind(kind string) string {
	if i := strings.IndexAny(kind, ".:"); i >= 0 {
		return kind[:i]
	}
	return kind
}

func resourceKinds(t mutation.Tally) []string {
	var out []string
	for _, k := range t.Kinds() {
		if r := resourceKind(k); len(out) == 0 || out[len(out)-1] != r {
			out = append(out, r)
		}
	}
	return out
}

// never are the kinds of mutants that nothing ever notices, though packets come to
// what they change.
func never(t mutation.Tally) []string {
	var out []string
	for _, k := range t.Kinds() {
		c := mutation.Counts(*t[k])
		if c.Noticed() == 0 && c[mutation.Rerouted] == 0 && c[mutation.Equivalent] > 0 {
			out = append(out, k)
		}
	}
	return out
}

func (r *report) fuzzText(b *strings.Builder) {
	b.WriteString("\n## Fuzz targets\n\n`go test -fuzz` runs them for as long as one likes; `go test` reads what is kept.\n\n| package | target | inputs kept |\n| --- | --- | ---: |\n")
	for _, t := range r.fuzz {
		fmt.Fprintf(b, "| %s | %s | %d |\n", strings.TrimPrefix(t.pkg, "./"), t.name, t.kept)
	}
}
