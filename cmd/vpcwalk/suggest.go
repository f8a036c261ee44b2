package main

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// didYouMean gives ": did you mean …?" with the words most like the one given,
// or nothing when none is like it.
func didYouMean(word string, words []string, prefix string) string {
	near := nearest(word, words)
	if len(near) == 0 {
		return ""
	}
	for i := range near {
		near[i] = prefix + near[i]
	}
	return ": did you mean " + strings.Join(near, " or ") + "?"
}

// nearest gives up to three words that are most like the one given, in the order
// of words: those that begin with it, or else those the fewest edits away, or
// else those that hold it.
func nearest(word string, words []string) []string {
	word = strings.ToLower(word)
	var begin, alike, hold []string
	best := max(1, len(word)/3) // more edits than that make another word
	for _, w := range words {
		lower := strings.ToLower(w)
		if len(word) >= 2 && strings.HasPrefix(lower, word) {
			begin = append(begin, w)
		}
		if len(word) >= 3 && strings.Contains(lower, word) {
			hold = append(hold, w)
		}
		switch d := model.EditDistance(word, lower, best); {
		case d < best:
			best, alike = d, []string{w}
		case d == best:
			alike = append(alike, w)
		}
	}
	for _, near := range [][]string{begin, alike, hold} {
		if len(near) > 0 {
			return near[:min(len(near), 3)]
		}
	}
	return nil
}
