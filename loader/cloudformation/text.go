package cloudformation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// quote shows a text from the input in a message, shortened.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// maxSuggested is for how many names that stand for nothing others are suggested:
// looking for them takes time.
const maxSuggested = 200

// didYouMean is the advice on a name of the templates that is not known, as long
// as not too many are not.
func (s *stack) didYouMean(word string, known func() []string) string {
	if s.reader.suggested++; s.reader.suggested > maxSuggested {
		return ""
	}
	return didYouMean(word, known())
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
		if d := model.EditDistance(strings.ToLower(word), strings.ToLower(k), limit); d <= limit {
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
