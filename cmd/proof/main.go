// Command proof runs what vpcwalk's verdicts were checked by and writes down what
// was compared with what, how often, and how often the two disagreed:
//
//	go run ./cmd/proof          thousands of cases, in some minutes
//	go run ./cmd/proof -full    all of them, in some hours
//
// It is run in the root of the repository, writes scenarios/PROOF.md, and quotes its
// beginning in README.md. The exit status is 1 where something disagreed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// written is where the report is kept.
const written = "scenarios/PROOF.md"

func main() {
	full := flag.Bool("full", false, "all mutants, a million questions, ten thousand cases of each law, 300 designs in the lab")
	seed := flag.Uint64("seed", 1, "the seed of what is drawn at random")
	file := flag.String("o", written, "the file to write; README.md quotes the default one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := prove(ctx, sizes(*full), *seed)
	if err == nil {
		err = os.WriteFile(*file, []byte(r.markdown()), 0o644)
	}
	if err == nil && *file == written {
		err = quoteIn("README.md", r.markdown())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "proof:", err)
		os.Exit(2)
	}
	for _, line := range r.summary() {
		fmt.Println(line)
	}
	if r.disagrees() {
		os.Exit(1)
	}
}
