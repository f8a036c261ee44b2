package yamlfile

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// nearest gives the known word that was probably meant, or "".
func nearest(word string, known []string) string {
	limit := max(1, len(word)/3)
	best, bestAt := "", limit+1
	for _, k := range slices.Sorted(slices.Values(known)) {
		if at := model.EditDistance(word, k, bestAt-1); at < bestAt {
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
