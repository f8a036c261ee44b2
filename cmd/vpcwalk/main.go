// Command vpcwalk says whether one thing in an AWS network can reach another,
// and if not, what exactly stands in the way, from files alone.
//
// Exit statuses: 0 reachable, every test passed, or done; 1 blocked or partial,
// or some test failed; 2 wrong usage, or an input that cannot be read; 3
// indeterminate; 130 interrupted.
package main

import "os"

func main() {
	os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
