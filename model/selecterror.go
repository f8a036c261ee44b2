package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// SelectError says why a text stands for no source or destination.
type SelectError struct {
	Text string
	// Reason says what is wrong with the text, as the rest of a sentence that
	// begins with it; empty where it fits nothing or several things.
	Reason string
	// Candidates are the things that it fits, when they are several; sorted.
	Candidates []string
	// Suggestions are texts to use instead; may be empty.
	Suggestions []string
	// Empty says that the text is a selector (tag:, sg:, subnet:, a CIDR) that
	// nothing in the network fits.
	Empty bool
}

// maxCandidates bounds how many candidates a message lists.
const maxCandidates = 10

func (e *SelectError) Error() string {
	var b strings.Builder
	switch {
	case len(e.Candidates) > 0:
		fmt.Fprintf(&b, "%q fits %d things: %s", e.Text, len(e.Candidates),
			strings.Join(e.Candidates[:min(len(e.Candidates), maxCandidates)], ", "))
		if more := len(e.Candidates) - maxCandidates; more > 0 {
			fmt.Fprintf(&b, " and %d more", more)
		}
		if len(e.Suggestions) > 0 {
			fmt.Fprintf(&b, "; use one of them by its ID, or %s", strings.Join(e.Suggestions[:min(len(e.Suggestions), maxCandidates)], ", "))
		} else {
			b.WriteString("; name one of them")
		}
		return b.String()
	case e.Reason != "":
		fmt.Fprintf(&b, "%q %s", e.Text, e.Reason)
	default:
		fmt.Fprintf(&b, "nothing in the network is called %q", e.Text)
	}
	if len(e.Suggestions) > 0 {
		fmt.Fprintf(&b, "; did you mean %s?", strings.Join(e.Suggestions, " or "))
	}
	return b.String()
}

// maxSuggestions bounds how many similar names are suggested.
const maxSuggestions = 3

// nearest gives the words of a sorted vocabulary that are most like text, the
// most similar first; where none is alike, those that begin with it (the CDK adds
// a hash to names), or else those that hold it.
func nearest(text string, vocabulary []string) []string {
	type found struct {
		word     string
		distance int
	}
	limit := max(1, utf8.RuneCountInString(text)/3)
	var near []found
	for _, w := range vocabulary {
		if d := EditDistance(strings.ToLower(text), strings.ToLower(w), limit); d <= limit {
			near = append(near, found{w, d})
		}
	}
	slices.SortStableFunc(near, func(a, b found) int { return cmp.Compare(a.distance, b.distance) })
	var words []string
	for _, f := range near {
		words = append(words, f.word)
	}
	if len(words) == 0 && utf8.RuneCountInString(text) > 1 {
		words = withPart(strings.ToLower(text), vocabulary)
	}
	return words[:min(len(words), maxSuggestions)]
}

// withPart gives the words that begin with text, or else those that hold it.
func withPart(text string, vocabulary []string) []string {
	var begin, hold []string
	for _, w := range vocabulary {
		switch i := strings.Index(strings.ToLower(w), text); {
		case i == 0:
			begin = append(begin, w)
		case i > 0:
			hold = append(hold, w)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return hold
}
