package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestEditDistanceLaws(t *testing.T) {
	word := rapid.StringMatching(`[a-d]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := EditDistance(a, b, 9)
		assert.Equal(t, d, EditDistance(b, a, 9), "symmetric")
		assert.Equal(t, a == b, d == 0)
		assert.LessOrEqual(t, d, max(len(a), len(b)))
		assert.GreaterOrEqual(t, d, max(len(a)-len(b), len(b)-len(a)))
		assert.Equal(t, d, EditDistance("x"+a, "x"+b, 9))
	})
	assert.Equal(t, 1, EditDistance("form", "from", 9), "neighbours swapped")
	assert.Equal(t, 3, EditDistance("kitten", "sitting", 9))
}
