//go:build !linux

package lab_test

import (
	"flag"
	"testing"
)

var _ = flag.Bool("lab", false, "build designs out of network namespaces: on Linux only")

func TestLab(t *testing.T) {
	t.Skip("the lab is made of Linux network namespaces")
}
