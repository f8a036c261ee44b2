package loader

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vpcwalk/vpcwalk/loader/input"
)

// TestDetectNothing: of a large file of nothing no copies are made.
func TestDetectNothing(t *testing.T) {
	for _, blank := range []string{" ", "\n", "\r\n\t "} {
		f := input.File{Path: "blank", Data: bytes.Repeat([]byte(blank), 1<<20)}
		allocs := testing.AllocsPerRun(3, func() {
			format, _ := detect(f)
			assert.Nil(t, format)
		})
		assert.LessOrEqual(t, allocs, 5.0, "%q", blank)
	}
}
