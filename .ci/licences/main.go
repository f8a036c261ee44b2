// Command licences tells the licences of all modules that packages are built
// from, on every platform of a release, and fails where it does not know one.
//
//	licences [-tests] PACKAGE...          a line for each module
//	licences -texts PACKAGE...            what has to be shipped with a binary
//
// A licence is known by its text (texts.go), not by what somebody says about it,
// so a clause that was slipped into a familiar licence is as unknown as a new one.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// platforms are those that .ci/release builds for: each may link modules of its
// own.
var platforms = []string{
	"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64",
}

func main() {
	tests := flag.Bool("tests", false, "count what tests import too")
	texts := flag.Bool("texts", false, "print every licence text whole, for an archive")
	flag.Parse()
	ms, err := modules(flag.Args(), *tests)
	if err == nil {
		err = unknown(ms)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
	if *texts {
		fmt.Print(shipped(ms))
		return
	}
	for _, m := range ms {
		fmt.Printf("%-42s %-12s %s\n", m.path, m.version, strings.Join(m.licences(), " AND "))
	}
}

// unknown names every text that is not in the table, and every module without any.
func unknown(ms []*module) error {
	var s strings.Builder
	for _, m := range ms {
		if len(m.licences()) == 0 {
			fmt.Fprintf(&s, "\n%s %s has no licence", m.path, m.version)
		}
		for _, t := range m.texts {
			if t.licence == "" {
				fmt.Fprintf(&s, "\n%s %s: the text of %s is not known\n\tread %s, and if its licence may be used add %q to texts.go", m.path, m.version, t.name, t.file, t.sum)
			}
		}
	}
	if s.Len() == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.TrimPrefix(s.String(), "\n"))
}

// shipped is the list of modules, each with where its source is, and then the
// texts, each once.
func shipped(ms []*module) string {
	var list, full strings.Builder
	printed := map[string]bool{}
	for _, m := range ms {
		fmt.Fprintf(&list, "%s %s\n    %s\n    %s\n", m.path, m.version, strings.Join(m.licences(), " AND "), m.source())
		for _, t := range m.texts {
			if printed[t.text] {
				continue
			}
			printed[t.text] = true
			var of []string
			for _, other := range ms {
				if other.has(t.text) {
					of = append(of, other.path)
				}
			}
			rule := strings.Repeat("-", 80)
			fmt.Fprintf(&full, "\n%s\n%s of %s\n%s\n\n%s\n", rule, t.name, strings.Join(of, ",\n    "), rule, strings.TrimSpace(t.text))
		}
	}
	return "vpcwalk is made of these modules beside its own code. Their licences follow.\n\n" + list.String() + full.String()
}
