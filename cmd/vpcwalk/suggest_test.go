package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDidYouMean(t *testing.T) {
	flags := []string{"from", "to", "protocol", "port", "source-port", "icmp-type"}
	for word, want := range map[string]string{
		"prot":     ": did you mean --protocol?",
		"form":     ": did you mean --from?",
		"protcol":  ": did you mean --protocol?",
		"icmptype": ": did you mean --icmp-type?",
		"source":   ": did you mean --source-port?",
		"type":     ": did you mean --icmp-type?",
		"xyzzy":    "",
		"":         "",
	} {
		assert.Equal(t, want, didYouMean(word, flags, "--"), word)
	}
	assert.Equal(t, ": did you mean ab or ac?", didYouMean("ax", []string{"ab", "ac", "bb"}, ""))
}
