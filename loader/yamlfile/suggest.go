package yamlfile

import "slices"

// nearest gives the known word that was probably meant, or "".
func nearest(word string, known []string) string {
	limit := max(1, len(word)/3)
	best, bestAt := "", limit+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if at := distance(word, k, bestAt); at < bestAt {
			best, bestAt = k, at
		}
	}
	return best
}

// didYouMean is the advice on a word that is not known: the nearest one, and all
// of them where they are few.
func didYouMean(word string, known []string) string {
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	advice := ""
	if near := nearest(word, known); near != "" {
		advice = "did you mean " + quote(near) + "?"
	}
	if len(known) > 0 && len(known) <= 24 {
		if advice != "" {
			advice += " "
		}
		advice += "Known here: " + join(known)
	}
	return advice
}

// distance counts the edits (insert, delete, replace, swap of neighbours) that
// turn a into b; anything from limit on is given as limit.
func distance(a, b string, limit int) int {
	if gap := len(a) - len(b); gap >= limit || -gap >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
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
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
