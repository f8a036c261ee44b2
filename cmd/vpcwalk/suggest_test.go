package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
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

func TestDistanceIsOne(t *testing.T) {
	word := rapid.StringMatching(`[a-d]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := distance(a, b)
		assert.Equal(t, d, distance(b, a), "symmetric")
		assert.Equal(t, a == b, d == 0)
		assert.LessOrEqual(t, d, max(len(a), len(b)))
		assert.GreaterOrEqual(t, d, max(len(a)-len(b), len(b)-len(a)))
		assert.Equal(t, d, distance("x"+a, "x"+b))
	})
	assert.Equal(t, 1, distance("form", "from"), "neighbours swapped")
	assert.Equal(t, 3, distance("kitten", "sitting"))
}
