package main

import "strings"

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
		switch d := distance(word, lower); {
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

// distance is the number of insertions, deletions, replacements and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	before := make([]int, len(b)+1) // the row before the last
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
