package cloudformation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// quote shows a text from the input in a message, shortened.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// didYouMean is the advice on a name that is not known: the nearest ones.
func didYouMean(word string, known []string) string {
	type near struct {
		word     string
		distance int
	}
	limit := max(2, len(word)/3)
	var found []near
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), limit+1); d <= limit {
			found = append(found, near{k, d})
		}
	}
	slices.SortFunc(found, func(a, b near) int { return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.word, b.word)) })
	var words []string
	for _, f := range found[:min(len(found), 3)] {
		words = append(words, quote(f.word))
	}
	if len(words) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(words, " or ") + "?"
}

// distance counts the edits that turn a into b; anything from limit on is given
// as limit.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	last, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
		}
		last, row = row, last
	}
	return min(last[len(b)], limit)
}
