package lab_test

import "flag"

var (
	runLab  = flag.Bool("lab", false, "build designs out of network namespaces and send packets through them; needs root on Linux")
	designs = flag.Int("lab.designs", 20, "how many designs")
	first   = flag.Uint64("lab.seed", 1, "the first design's seed; the others' count up from it")
)
