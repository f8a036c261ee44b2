package render

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestRowsFitWhereTheyCan(t *testing.T) {
	p := newPage(Options{Width: 40})
	p.rows([]row{
		{indent: 2, mark: "ok", lead: "eni été", text: "allow all", place: "n.yaml:1"},
		{indent: 2, mark: "NO", lead: "acl b", text: "nothing here allows tcp 443 from there", place: "n.yaml:22"},
		{indent: 2, mark: "ok", lead: strings.Repeat("x", maxLead+1), text: "too wide a lead"},
		{indent: 2, mark: "ok", lead: "igw", place: "n.yaml:3"},
		{indent: 2, mark: "ok", lead: "rtb", text: "one column left!", place: "n.yaml:4"},
	})
	assert.Equal(t, `  ok  eni été  allow all        n.yaml:1
  NO  acl b    nothing here allows tcp
               443 from there  n.yaml:22
  ok  xxxxxxxxxxxxxxxxxxxxxxxxxxxxx
               too wide a lead
  ok  igw                       n.yaml:3
  ok  rtb      one column left!
               n.yaml:4
`, p.buf.String())
}

func TestWrapLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zé]{1,30}`)).Draw(t, "words")
		width := rapid.IntRange(-5, 60).Draw(t, "width")
		lines := wrap(strings.Join(words, " "), width)
		assert.NotEmpty(t, lines)
		assert.Equal(t, words, append([]string{}, strings.Fields(strings.Join(lines, " "))...))
		for _, l := range lines {
			assert.True(t, textWidth(l) <= width || !strings.Contains(l, " "), "%q in %d", l, width)
		}
	})
}

func TestTextWidth(t *testing.T) {
	assert.Equal(t, 3, textWidth("été"))
	assert.Equal(t, 3, textWidth("e\u0301te\u0301"), "accents that combine")
	assert.Equal(t, 9, textWidth("db 数据库"))
	assert.Equal(t, 3, textWidth("ｶﾀ."), "halfwidth")
}

func TestCleanShowsWhatDoesNotPrint(t *testing.T) {
	assert.Equal(t, "été 10.0.0.0/8 -> x", clean("été 10.0.0.0/8 -> x"))
	assert.Equal(t, `\u001b[31mred\u000a\u202e`, clean("\x1b[31mred\n\u202e"))
}

func TestSentenceShortensLists(t *testing.T) {
	for text, want := range map[string]string{
		"to 1.0.0.0/8,2.0.0.0/8,3.0.0.0/8,4.0.0.0/8 of rtb": "to 1.0.0.0/8, 2.0.0.0/8 and 2 more of rtb",
		"to a,b,c,d, and on":    "to a, b and 2 more, and on",
		"to a,b,c and on":       "to a,b,c and on",
		"one, two, three, four": "one, two, three, four",
	} {
		assert.Equal(t, want, sentence(text, false))
		assert.Equal(t, text, sentence(text, true))
	}
}
