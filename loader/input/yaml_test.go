package input

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCrowded(t *testing.T) {
	for _, x := range []struct {
		text string
		line int
	}{
		{"", 0},
		{"vpcs: {main: {cidr: 10.0.0.0/16}}", 0},
		{strings.Repeat("a", 100), 0},
		{strings.Repeat("2001:db8:aa-bb-cc?dd", 10), 0},
		{"a:\n  - [" + strings.Repeat("a,", 10), 2},
		{strings.Repeat("- ", 10), 1},
		{strings.Repeat("? ", 10), 1},
		{strings.Repeat("a: ", 10), 1},
		{strings.Repeat(`"":`, 10), 1},
		{strings.Repeat(`'':`, 10), 1},
		{strings.Repeat("[", 10), 1},
		{strings.Repeat("{", 10), 1},
		{strings.Repeat("-\n", 10), 9},
	} {
		line, most := crowded([]byte(x.text), 8)
		assert.Equal(t, x.line, line, x.text)
		assert.Equal(t, 8, most)
	}
	line, most := Crowded([]byte(strings.Repeat("a,", crowd)))
	assert.Zero(t, line)
	assert.Equal(t, crowd+crowd*2/bytesPerSign, most)
	line, _ = Crowded([]byte(strings.Repeat("a,", 3*crowd)))
	assert.Equal(t, 1, line)
}
